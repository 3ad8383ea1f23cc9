/* F23: a long log is verified in memory that does not grow with it.
 * MUSTER_ENTRIES sets how long (20,000; torture 1,000,000).
 *
 * A long log is read ahead and its file looked at on other cores; F14: what is
 * wrong with it is named as in a short one, wherever it lies in a batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "registry/model.h"
#include "support/temp_registry.h"

enum { AT_ONCE = 5000 };

struct batch {
	uint64_t first, n;
};

static enum rc add_batch(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct batch *b = arg;
	enum rc rc = RC_OK;

	for (uint64_t i = 0; i < b->n && rc == RC_OK; i++) {
		struct json *body = json_new_object();
		struct json *changes = json_new_object();
		struct json *step = json_new_object();
		char from[40], to[40];

		snprintf(from, sizeof(from), "owner %llu",
			 (unsigned long long)(b->first + i));
		snprintf(to, sizeof(to), "owner %llu",
			 (unsigned long long)(b->first + i + 1));
		json_set_str(step, "from", from);
		json_set_str(step, "to", to);
		json_set(changes, "owner", step);
		json_set(body, "changes", changes);
		json_set_str(body, "name", "m");
		json_set_str(body, "reason", "moved on");
		rc = tx_append(tx, "model.set", "model/m", TX_ANY_BASE, body,
			       NULL, err);
	}
	return rc;
}

/* In a process of its own: its largest size in KiB is told by wait4. */
static void fsck_in_child(const char *path, uint64_t entries, long *kib,
			  double *seconds)
{
	struct reg_verdict v;
	struct rusage used;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(reg_fsck(path, NULL, &v, NULL) != RC_OK || !v.ok ||
		      v.entries != entries);
	wait4(pid, &status, 0, &used);
	assert_int_equal(status, 0);
	*kib = used.ru_maxrss;
	*seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) /
		   1e6;
}

static void make_long(struct temp_registry *t, uint64_t n)
{
	struct model_change c = { .owner = "owner 0" };

	temp_registry_make(t);
	assert_ok(reg_model_add(t->reg, "m", &c, &oops));
	for (uint64_t i = 0; i < n; i += AT_ONCE) {
		struct batch b = { i, n - i < AT_ONCE ? n - i : AT_ONCE };

		assert_ok(reg_write(t->reg, add_batch, &b, &oops));
	}
}

static void test_f23__a_long_log_in_little_memory(void **state)
{
	const char *text = getenv("MUSTER_ENTRIES");
	struct temp_registry t;
	uint64_t n = 20000, entries;
	double seconds;
	long kib;

	(void)state;
	if (text)
		assert_true(decimal_read_u64(text, strlen(text), &n));
	make_long(&t, n);
	entries = reg_size(t.reg);
	temp_registry_close(&t);
	fsck_in_child(t.path, entries, &kib, &seconds);
	print_message("%llu entries: %ld KiB, %d ms\n",
		      (unsigned long long)entries, kib,
		      (int)(seconds * 1000));
#ifndef MUSTER_SANITIZE
	assert_true(kib < 65536);
#endif
	temp_registry_remove(&t);
}

/* -- What is wrong with one entry of many -- */

enum { LONG = 5000 };

static int setup(void **state)
{
	static struct temp_registry t;

	make_long(&t, LONG);
	temp_registry_close(&t);
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	temp_registry_remove(*state);
	return 0;
}

static void change_copy(const struct temp_registry *t, const char *sql)
{
	if (run_shell("cp '%s' '%s/copy.db' && sqlite3 '%s/copy.db' \"%s\" "
		      ">/dev/null", t->path, t->folder, t->folder, sql) != 0)
		fail_msg("sqlite3 refuses: %s", sql);
}

static void look_at_copy(const struct temp_registry *t, struct reg_verdict *v)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/copy.db", t->folder);
	assert_ok(reg_fsck(path, NULL, v, &oops));
}

/* What it does to the entry at %1$d, and the words of the finding. */
static const struct {
	const char *sql, *words;
} changes[] = {
	{ "UPDATE log SET entry = entry || ' ' WHERE idx = %1$d",
	  "not what its hash says" },
	{ "UPDATE log SET hash = randomblob(32) WHERE idx = %1$d",
	  "not what its hash says" },
	{ "UPDATE log SET kind = 'model.add' WHERE idx = %1$d",
	  "columns of the log differ" },
	{ "UPDATE log SET object = 'model/n' WHERE idx = %1$d",
	  "columns of the log differ" },
	{ "UPDATE log SET time = time - 1 WHERE idx = %1$d",
	  "columns of the log differ" },
	{ "DELETE FROM log WHERE idx = %1$d", "is missing" },
};

static void test_f14__an_entry_of_a_long_log_is_named(void **state)
{
	static const int at[] = { 0, 63, 64, 511, 512, 513, 1023, 1024, 4095,
				  4096, LONG, LONG + 1 };
	const struct temp_registry *t = *state;
	struct reg_verdict v;
	char sql[256];

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		size_t k = i % (sizeof(changes) / sizeof(changes[0]));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(sql, sizeof(sql), changes[k].sql, at[i]);
#pragma GCC diagnostic pop
		change_copy(t, sql);
		look_at_copy(t, &v);
		if (v.ok || !v.has_bad || v.bad_index != (uint64_t)at[i] ||
		    !strstr(v.why, at[i] == LONG + 1 ? "" : changes[k].words))
			fail_msg("%s: %s at %llu (%s)", sql,
				 v.ok ? "ok" : "bad",
				 (unsigned long long)v.bad_index, v.why);
	}
}

/* Of several the first, though they are looked at beside each other. */
static void test_f14__the_first_of_several_is_named(void **state)
{
	const struct temp_registry *t = *state;
	struct reg_verdict v;

	change_copy(t, "UPDATE log SET hash = randomblob(32) "
		       "WHERE idx IN (700, 701, 1400); "
		       "UPDATE log_node SET hash = randomblob(32) "
		       "WHERE level = 1 AND pos = 300; "
		       "UPDATE model SET owner = 'eve'");
	look_at_copy(t, &v);
	assert_false(v.ok);
	assert_true(v.has_bad);
	assert_int_equal(v.bad_index, 601);
}

/* An index that lacks rows: no value is wrong, but the next query would be. */
static void test_f12__an_index_that_lacks_rows_is_found(void **state)
{
	static const char maim[] =
		"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
		"sql || ' WHERE idx < 9' WHERE name = 'log_object'";
	static const char mend[] =
		"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
		"replace(sql, ' WHERE idx < 9', '') "
		"WHERE name = 'log_object'";
	const struct temp_registry *t = *state;
	struct reg_verdict v;

	change_copy(t, maim);
	assert_int_equal(run_shell("cd '%s' && sqlite3 copy.db 'REINDEX "
				   "log_object' && sqlite3 copy.db \"%s\"",
				   t->folder, mend), 0);
	look_at_copy(t, &v);
	assert_false(v.ok);
	assert_false(v.has_bad);
	if (!strstr(v.why, "structure is damaged"))
		fail_msg("%s", v.why);
}

static enum rc stop_at_once(void *arg, const char *doing, uint64_t done,
			    uint64_t all)
{
	(void)arg, (void)doing, (void)done, (void)all;
	return RC_CANCELLED;
}

static void test_f23__the_check_can_be_left(void **state)
{
	const struct temp_registry *t = *state;
	struct reg_progress p = { .step = stop_at_once };
	struct reg_verdict v;

	assert_int_equal(reg_fsck(t->path, &p, &v, NULL), RC_CANCELLED);
	assert_false(v.ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f23__a_long_log_in_little_memory),
		cmocka_unit_test(test_f14__an_entry_of_a_long_log_is_named),
		cmocka_unit_test(test_f14__the_first_of_several_is_named),
		cmocka_unit_test(test_f12__an_index_that_lacks_rows_is_found),
		cmocka_unit_test(test_f23__the_check_can_be_left),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
