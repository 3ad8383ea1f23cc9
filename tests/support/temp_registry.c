#include "support/temp_registry.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/model.h"

int run_shell(const char *fmt, ...)
{
	struct buf command = BUF_INIT;
	char sh[] = "sh", option[] = "-c";
	char *argv[] = { sh, option, NULL, NULL };
	int status = -1;
	va_list ap;
	pid_t pid;

	va_start(ap, fmt);
	buf_vprintf(&command, fmt, ap);
	va_end(ap);
	argv[2] = command.data;
	pid = fork();
	if (pid == 0) {
		execv("/bin/sh", argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	buf_release(&command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* $MUSTER_TEST_TMP: long runs that ask the disk nothing stay in memory. */
void temp_registry_make(struct temp_registry *t)
{
	const char *in = getenv("MUSTER_TEST_TMP");

	memset(t, 0, sizeof(*t));
	snprintf(t->folder, sizeof(t->folder), "%s/muster-test-XXXXXX",
		 in && strlen(in) < 30 ? in : "/tmp");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->path, sizeof(t->path), "%s/registry.db", t->folder);
	assert_ok(reg_create(t->path, &oops));
	temp_registry_reopen(t);
}

void temp_registry_reopen(struct temp_registry *t)
{
	struct reg_options o = { .path = t->path };

	temp_registry_close(t);
	assert_ok(reg_open(&o, &t->reg, &oops));
}

void temp_registry_close(struct temp_registry *t)
{
	reg_close(t->reg);
	t->reg = NULL;
}

void temp_registry_remove(struct temp_registry *t)
{
	temp_registry_close(t);
	run_shell("rm -rf '%s'", t->folder);
}

int temp_registry_setup(void **state)
{
	struct temp_registry *t = XNEW(struct temp_registry);

	temp_registry_make(t);
	*state = t;
	return 0;
}

int temp_registry_teardown(void **state)
{
	temp_registry_remove(*state);
	free(*state);
	return 0;
}

char *temp_registry_csv(const struct temp_registry *t, const char *text)
{
	char *path = xasprintf("%s/in.csv", t->folder);

	assert_ok(fsx_write(path, text, strlen(text), 0600, true, &oops));
	return path;
}

void temp_registry_verify(const struct temp_registry *t)
{
	struct reg_verdict v;

	assert_ok(reg_fsck(t->path, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("fsck: %s", v.why);
}

void temp_registry_sql(const struct temp_registry *t, const char *sql)
{
	assert_int_equal(run_shell("sqlite3 '%s' \"%s\" >/dev/null", t->path,
				   sql), 0);
}

pid_t temp_registry_start_writer(const char *path)
{
	struct reg_options o = { .path = path };
	struct registry *reg;
	char name[32];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (reg_open(&o, &reg, NULL) != RC_OK)
		_exit(1);
	for (unsigned i = 0;; i++) {
		snprintf(name, sizeof(name), "m%u-%u", (unsigned)getpid(), i);
		if (reg_model_add(reg, name, NULL, NULL) != RC_OK)
			_exit(1);
	}
}

void temp_registry_stop_writer(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
}
