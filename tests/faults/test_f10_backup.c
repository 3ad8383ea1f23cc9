/* F10: backups while others write: each verifies or is not there.
 * F84: a rebuild killed. MUSTER_BACKUPS sets how many. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "registry/model.h"
#include "support/temp_registry.h"

static int64_t backups(void)
{
	const char *text = getenv("MUSTER_BACKUPS");
	int64_t n = 10;

	if (text)
		assert_true(decimal_read_i64(text, strlen(text), &n));
	return n;
}

/* In a process of its own, killed after some time (0: not at all). */
static void backup_in_child(const char *path, const char *to, unsigned us)
{
	struct reg_options o = { .path = path, .readonly = true };
	struct registry *reg;
	struct err err = ERR_INIT;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (reg_open(&o, &reg, &err) == RC_OK &&
		    reg_backup(reg, to, true, NULL, &err) == RC_OK)
			_exit(0);
		fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
	if (us) {
		clock_sleep_us(us);
		kill(pid, SIGKILL);
	}
	waitpid(pid, &status, 0);
	if (us)
		return;		/* it may have been done before */
	assert_int_equal(status, 0);
}

static void test_f10__backups_under_load_verify_or_are_absent(void **state)
{
	struct temp_registry t;
	struct reg_verdict v;
	char to[128];
	uint64_t last = 0;
	pid_t writer;

	(void)state;
	temp_registry_make(&t);
	temp_registry_close(&t);
	snprintf(to, sizeof(to), "%s/backup.db", t.folder);
	writer = temp_registry_start_writer(t.path);
	for (int64_t i = 0; i < backups(); i++) {
		bool killed = i & 1;

		backup_in_child(t.path, to, killed ?
				(unsigned)random() % 20000 + 1 : 0);
		if (access(to, F_OK) != 0) {
			assert_true(killed);
			continue;
		}
		assert_ok(reg_fsck(to, NULL, &v, &oops));
		if (!v.ok)
			fail_msg("backup %d: %s", (int)i, v.why);
		assert_true(v.entries >= last);
		last = v.entries;
	}
	temp_registry_stop_writer(writer);
	temp_registry_verify(&t);
	/* The drill: the copy takes the registry's place and is written. */
	assert_int_equal(rename(to, t.path), 0);
	temp_registry_reopen(&t);
	assert_ok(reg_model_add(t.reg, "after", NULL, &oops));
	assert_int_equal(reg_size(t.reg), last + 1);
	temp_registry_verify(&t);
	temp_registry_remove(&t);
}

/* F09: what a killed writer left half done is rolled back by the next one,
 * also by one who only reads. */
static void test_f09__a_reader_recovers(void **state)
{
	struct temp_registry t;

	(void)state;
	temp_registry_make(&t);
	temp_registry_close(&t);
	for (int i = 0; i < 40; i++) {
		pid_t writer = temp_registry_start_writer(t.path);

		clock_sleep_us(5000 + (unsigned)random() % 10000);
		temp_registry_stop_writer(writer);
		temp_registry_verify(&t);
	}
	temp_registry_remove(&t);
}

static void test_f84__a_killed_rebuild_leaves_tables_whole(void **state)
{
	struct temp_registry t;
	char name[32];

	(void)state;
	temp_registry_make(&t);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		assert_ok(reg_model_add(t.reg, name, NULL, &oops));
	}
	for (int64_t i = 0; i < backups(); i++) {
		pid_t pid;

		reg_close(t.reg);
		t.reg = NULL;
		pid = fork();
		if (pid == 0) {
			temp_registry_reopen(&t);
			while (reg_rebuild(t.reg, NULL, NULL) == RC_OK)
				continue;
			_exit(1);
		}
		clock_sleep_us((unsigned)random() % 20000);
		temp_registry_stop_writer(pid);
		temp_registry_reopen(&t);
		temp_registry_verify(&t);
	}
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f10__backups_under_load_verify_or_are_absent),
		cmocka_unit_test(test_f09__a_reader_recovers),
		cmocka_unit_test(test_f84__a_killed_rebuild_leaves_tables_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
