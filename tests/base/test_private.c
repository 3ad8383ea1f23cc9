/* base/private.h, and F63: a file in other hands meanwhile. MUSTER_RACES: how
 * many readings while somebody swaps it (make torture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/private.h"
#include "base/xalloc.h"
#include "tests/support/small.h"
#include "tests/support/temp_registry.h"

#define OURS "ours\n"
#define SECRET "secret\n"

static char folder[] = "/tmp/muster-private-XXXXXX";

static int set_up(void **state)
{
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	setenv("XDG_STATE_HOME", folder, 1);
	return run_shell("printf '" SECRET "' >secret");
}

static int tear_down(void **state)
{
	return run_shell("cd /; rm -rf '%s'", folder);
}

static enum rc read_it(size_t max, struct buf *out)
{
	struct err err = ERR_INIT;
	enum rc rc;

	buf_clear(out);
	rc = private_read("it", max, out, &err);
	if (rc != RC_OK) {
		assert_true(strstr(err.text, "it") != NULL);
		assert_int_equal(out->len, 0);
	}
	return rc;
}

static void test_private__reads_only_plain_files(void **state)
{
	static const struct { const char *make; enum rc rc; } cases[] = {
		{ "printf ours >it", RC_OK },
		{ "printf ours >x; mv x it", RC_OK },
		{ "ln -s secret it", RC_REFUSED },
		{ "ln -s nothing it", RC_REFUSED },
		{ "ln secret it", RC_REFUSED },
		{ "mkdir it", RC_REFUSED },
		{ "mkfifo it", RC_REFUSED },
		{ "ln -s /dev/zero it", RC_REFUSED },
		{ "printf more-than-four >it", RC_BAD_INPUT },
		{ ":", RC_NOT_FOUND },
	};
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(run_shell("rm -rf it; %s", cases[i].make), 0);
		assert_int_equal(read_it(4, &text), cases[i].rc);
		if (cases[i].rc == RC_OK)
			assert_string_equal(text.data, "ours");
	}
	buf_release(&text);
}

static void test_private__folder_is_ours_alone(void **state)
{
	struct err err = ERR_INIT;
	struct stat st;
	char *path;

	must(private_folder("kept", &path, &err), &err);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
	must(private_folder("kept", &path, &err), &err);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(path);
	assert_int_equal(run_shell("ln -s kept muster/linked"), 0);
	assert_int_not_equal(private_folder("linked", &path, &err), RC_OK);
	assert_true(strstr(err.text, "linked") != NULL);
}

/* Swaps the file for a link, a FIFO and back, for ever. */
static pid_t start_racer(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (;;) {
		struct err err = ERR_INIT;

		if (fsx_write("next", OURS, strlen(OURS), 0600, true, &err) ||
		    rename("next", "it") || symlink("secret", "next") ||
		    rename("next", "it") || mkfifo("next", 0600) ||
		    rename("next", "it"))
			_exit(1);
	}
}

static void test_f63__a_racer_has_nothing_else_read(void **state)
{
	const char *asked = getenv("MUSTER_RACES");
	struct buf text = BUF_INIT;
	int64_t n = 2000, ours = 0;
	pid_t racer;
	int status;

	if (asked)
		assert_true(decimal_read_i64(asked, strlen(asked), &n));
	assert_int_equal(run_shell("rm -rf it; printf '" OURS "' >it"), 0);
	racer = start_racer();
	for (int64_t i = 0; i < n || !ours; i++) {
		enum rc rc = read_it(64, &text);

		assert_true(rc == RC_OK || rc == RC_REFUSED);
		if (rc == RC_OK)
			assert_string_equal(text.data, OURS);
		ours += rc == RC_OK;
	}
	assert_int_equal(waitpid(racer, &status, WNOHANG), 0);
	kill(racer, SIGKILL);
	waitpid(racer, &status, 0);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private__reads_only_plain_files),
		cmocka_unit_test(test_private__folder_is_ours_alone),
		cmocka_unit_test(test_f63__a_racer_has_nothing_else_read),
	};

	return cmocka_run_group_tests_name("private", tests, set_up, tear_down);
}
