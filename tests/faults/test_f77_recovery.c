/* F76: a writer stopped at any moment; others wait and then name it, and
 * nothing is lost when it goes on. F77: several recover after one crash. F83:
 * a registry copied by plain reading while others write is never called clean
 * wrongly. MUSTER_ROUNDS sets how many of each. */
#include <fcntl.h>
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
#include "registry/inside.h"
#include "registry/model.h"
#include "support/temp_registry.h"

static uint64_t rounds(uint64_t otherwise)
{
	const char *text = getenv("MUSTER_ROUNDS");
	uint64_t n = otherwise;

	if (text && !decimal_read_u64(text, strlen(text), &n))
		fail_msg("MUSTER_ROUNDS is no number");
	return n;
}

static void random_nap(void)
{
	clock_sleep_us(2000 + (unsigned)random() % 20000);
}

static void setup(struct temp_registry *t)
{
	temp_registry_make(t);
	temp_registry_close(t);
}

/* -- F77 -- */

enum { HEIRS = 4 };

static void be_heir(const char *path)
{
	struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg = NULL;
	struct model_recs all;
	enum rc rc = reg_open(&o, &reg, &err);

	if (rc == RC_OK)
		rc = reg_model_list(reg, &all, &err);
	if (rc != RC_OK)
		fprintf(stderr, "an heir: %s\n", err.text);
	_exit(rc != RC_OK);
}

static void test_f77__several_recover_after_one_crash(void **state)
{
	struct temp_registry t;

	(void)state;
	setup(&t);
	for (uint64_t i = 0; i < rounds(10); i++) {
		pid_t writer = temp_registry_start_writer(t.path), heirs[HEIRS];
		int status;

		random_nap();
		temp_registry_stop_writer(writer);
		for (int k = 0; k < HEIRS; k++) {
			heirs[k] = fork();
			if (heirs[k] == 0)
				be_heir(t.path);
		}
		for (int k = 0; k < HEIRS; k++) {
			waitpid(heirs[k], &status, 0);
			assert_int_equal(status, 0);
		}
		temp_registry_verify(&t);
	}
	temp_registry_remove(&t);
}

/* -- F76 -- */

static void test_f76__behind_a_stopped_writer(void **state)
{
	struct temp_registry t;
	uint64_t n = rounds(6), n_busy = 0;
	char name[32], pid_text[32];

	(void)state;
	setup(&t);
	for (uint64_t i = 0; i < n; i++) {
		pid_t writer = temp_registry_start_writer(t.path);
		struct err err = ERR_INIT;
		enum rc rc;

		random_nap();
		temp_registry_reopen(&t);
		kill(writer, SIGSTOP);
		db_set_deadline(t.reg->db, 100);
		snprintf(name, sizeof(name), "mine-%d", (int)i);
		snprintf(pid_text, sizeof(pid_text), "process %d ",
			 (int)writer);
		rc = reg_model_add(t.reg, name, NULL, &err);
		if (rc != RC_OK && (rc != RC_BUSY ||
				    !strstr(err.text, pid_text) ||
				    strstr(err.text, "database is locked")))
			fail_msg("behind %d: %s", (int)writer, err.text);
		n_busy += rc == RC_BUSY;
		kill(writer, SIGCONT);
		db_set_deadline(t.reg->db, 30000);
		if (rc == RC_BUSY)
			assert_ok(reg_model_add(t.reg, name, NULL, &oops));
		temp_registry_stop_writer(writer);
		reg_close(t.reg);
		t.reg = NULL;
		temp_registry_verify(&t);
	}
	print_message("%d of %d met the lock\n", (int)n_busy, (int)n);
	temp_registry_remove(&t);
}

/* -- F83 -- */

static void copy_plainly(const char *from, const char *to)
{
	static char bytes[1 << 16];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT |
						  O_TRUNC, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
}

/* Clean means: SQLite finds no fault, every entry is there and hashed, and
 * the copy can be opened and written. */
static bool really_clean(struct temp_registry *t, const char *path,
			 uint64_t entries)
{
	char sql[300];
	struct reg_options o = { .path = path };
	struct registry *reg;
	bool ok;

	(void)t;
	snprintf(sql, sizeof(sql), "[ \"$(sqlite3 '%s' 'PRAGMA "
		 "integrity_check; SELECT count(*) FROM log' | tr '\\n' ' ')\" "
		 "= 'ok %llu ' ]", path, (unsigned long long)entries);
	if (run_shell("%s", sql) != 0 || reg_open(&o, &reg, NULL) != RC_OK)
		return false;
	ok = reg_model_add(reg, "after", NULL, NULL) == RC_OK &&
	     reg_rebuild(reg, NULL, NULL) == RC_OK;
	reg_close(reg);
	return ok;
}

static void test_f83__a_plain_copy_is_never_clean_wrongly(void **state)
{
	struct temp_registry t;
	char copy[128], journal[140];
	uint64_t n = rounds(20), n_clean = 0;
	pid_t writer;

	(void)state;
	setup(&t);
	snprintf(copy, sizeof(copy), "%s/copy.db", t.folder);
	snprintf(journal, sizeof(journal), "%s-journal", copy);
	writer = temp_registry_start_writer(t.path);
	for (uint64_t i = 0; i < n; i++) {
		struct reg_verdict v;

		random_nap();
		unlink(journal);
		/* This process has no connection whose locks a close drops. */
		copy_plainly(t.path, copy);
		if (reg_fsck(copy, NULL, &v, NULL) != RC_OK || !v.ok)
			continue;
		n_clean++;
		if (!really_clean(&t, copy, v.entries))
			fail_msg("called clean, and is not: copy %d", (int)i);
	}
	temp_registry_stop_writer(writer);
	temp_registry_verify(&t);
	print_message("%d of %d copies were clean\n", (int)n_clean, (int)n);
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f77__several_recover_after_one_crash),
		cmocka_unit_test(test_f76__behind_a_stopped_writer),
		cmocka_unit_test(test_f83__a_plain_copy_is_never_clean_wrongly),
	};

	srandom(77);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
