/* F05 and F06: eight processes change one object at once. Each change names
 * the revision it was made from; a conflict is tried again; no update is lost
 * and nobody is shown "database is locked". */
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

enum { WRITERS = 8, CHANGES = 25 };

/* Adds one to the number that the model's owner field holds. */
static enum rc add_one(struct registry *reg, struct err *err)
{
	char text[DECIMAL_MAX];
	struct model_change c = { .owner = text };
	struct model_rec m;
	int64_t base;
	enum rc rc = reg_model_get(reg, "counter", &m, err);

	if (rc != RC_OK)
		return rc;
	snprintf(text, sizeof(text), "%lld",
		 m.owner ? strtoll(m.owner, NULL, 10) + 1 : 1LL);
	base = m.revision;
	model_rec_release(&m);
	return reg_model_set(reg, "counter", &c, "count", base, err);
}

static int count(const char *path)
{
	struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg;
	enum rc rc = reg_open(&o, &reg, &err);

	for (int done = 0; rc == RC_OK && done < CHANGES;) {
		rc = add_one(reg, &err);
		if (rc == RC_OK)
			done++;
		else if (rc == RC_CONFLICT)
			rc = RC_OK;
	}
	if (rc == RC_OK)
		reg_close(reg);
	else
		fprintf(stderr, "%s\n", err.text);
	return rc != RC_OK;
}

static void test_f06__eight_writers_lose_nothing(void **state)
{
	struct temp_registry t;
	struct model_rec m;
	pid_t pid[WRITERS];
	int status;

	(void)state;
	temp_registry_make(&t);
	assert_ok(reg_model_add(t.reg, "counter", NULL, &oops));
	temp_registry_close(&t);
	for (int i = 0; i < WRITERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(count(t.path));
	}
	for (int i = 0; i < WRITERS; i++) {
		waitpid(pid[i], &status, 0);
		assert_int_equal(status, 0);
	}
	temp_registry_reopen(&t);
	assert_ok(reg_model_get(t.reg, "counter", &m, &oops));
	assert_int_equal(strtol(m.owner, NULL, 10), WRITERS * CHANGES);
	assert_int_equal(m.revision, WRITERS * CHANGES + 1);
	model_rec_release(&m);
	temp_registry_verify(&t);
	temp_registry_remove(&t);
}

static enum rc hold(struct reg_tx *tx, void *arg, struct err *err)
{
	(void)tx, (void)err;
	if (write(*(int *)arg, "x", 1) == 1)
		for (;;)
			pause();
	return RC_FAILED;
}

static void test_f06__past_the_deadline_the_holder_is_named(void **state)
{
	struct temp_registry t;
	struct err err = ERR_INIT;
	int ends[2], status;
	char expected[64], c;
	pid_t pid;

	(void)state;
	temp_registry_make(&t);
	temp_registry_close(&t);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		temp_registry_reopen(&t);
		_exit(reg_write(t.reg, hold, &ends[1], NULL) == RC_OK);
	}
	assert_int_equal(read(ends[0], &c, 1), 1);
	temp_registry_reopen(&t);
	db_set_deadline(t.reg->db, 50);
	assert_int_equal(reg_model_add(t.reg, "a", NULL, &err), RC_BUSY);
	snprintf(expected, sizeof(expected), "process %ld (", (long)pid);
	if (!strstr(err.text, expected) || strstr(err.text, "is locked"))
		fail_msg("message: %s", err.text);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(ends[0]);
	close(ends[1]);
	assert_ok(reg_model_add(t.reg, "a", NULL, &oops));
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f06__eight_writers_lose_nothing),
		cmocka_unit_test(test_f06__past_the_deadline_the_holder_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
