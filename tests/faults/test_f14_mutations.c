/* F12, F14, F16: a log, a tree, blobs or projections that somebody changed
 * behind our back. Each mutation is made on a copy by the stock sqlite3 (or
 * by flipping a bit) and must be found by fsck. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "registry/model.h"
#include "support/temp_registry.h"

enum { MODELS = 12 };

static enum rc name_blob(struct reg_tx *tx, void *arg, struct err *err)
{
	struct json *body = json_new_object(), *tags = json_new_object();
	char *ref = reg_blob_ref(arg);

	json_set_str(body, "name", "with-blob");
	json_set_str(tags, "blob", ref);
	json_set(body, "tags", tags);
	free(ref);
	return tx_append(tx, "model.add", "model/with-blob", TX_ANY_BASE, body,
			 NULL, err);
}

/* Models with versions, stages and aliases: 1 + 4 * MODELS + 1 entries. */
static int setup(void **state)
{
	struct temp_registry *t = malloc(sizeof(*t));
	struct version_fields f = { .code_commit = "7be2", .run = "r1" };
	struct hash h;
	char name[32];

	temp_registry_make(t);
	for (int i = 0; i < MODELS; i++) {
		snprintf(name, sizeof(name), "model-%02d", i);
		assert_ok(reg_model_add(t->reg, name, NULL, &oops));
		assert_ok(reg_version_add(t->reg, name, &f, NULL, &oops));
		assert_ok(reg_version_stage(t->reg, name, 1, "candidate", "it",
					    -1, &oops));
		assert_ok(reg_version_alias(t->reg, name, 1, "champion",
					    &oops));
	}
	assert_ok(reg_blob_put(t->reg, "bulky bytes", 11, &h, &oops));
	assert_ok(reg_write(t->reg, name_blob, &h, &oops));
	temp_registry_close(t);
	temp_registry_verify(t);
	*state = t;
	return 0;
}

static char *copy_of(const struct temp_registry *t)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/copy.db", t->folder);
	assert_int_equal(run_shell("cp '%s' '%s'", t->path, path), 0);
	return path;
}

static void verdict_after(const struct temp_registry *t, const char *sql,
			  struct reg_verdict *v)
{
	char *copy = copy_of(t);

	if (run_shell("sqlite3 '%s' \"PRAGMA foreign_keys=OFF; %s\" "
		      ">/dev/null", copy, sql) != 0)
		fail_msg("sqlite3 refuses: %s", sql);
	assert_ok(reg_fsck(copy, NULL, v, &oops));
}

/* %1$d stands for the index of the entry. */
static const struct { const char *name, *sql; } log_mutations[] = {
	{ "text", "UPDATE log SET entry = replace(entry, 'time', 'Time') WHERE idx = %1$d" },
	{ "blank", "UPDATE log SET entry = entry || ' ' WHERE idx = %1$d" },
	{ "hash", "UPDATE log SET hash = randomblob(32) WHERE idx = %1$d" },
	{ "kind", "UPDATE log SET kind = 'model.x' WHERE idx = %1$d" },
	{ "object", "UPDATE log SET object = 'model/zzz' WHERE idx = %1$d" },
	{ "kind with NUL", "UPDATE log SET kind = kind || char(0) WHERE idx = %1$d" },
	{ "object with NUL", "UPDATE log SET object = object || char(0) || 'x' WHERE idx = %1$d" },
	{ "time", "UPDATE log SET time = time + 1 WHERE idx = %1$d" },
	{ "deleted", "DELETE FROM log WHERE idx = %1$d" },
	{ "moved", "UPDATE log SET idx = 1000 + %1$d WHERE idx = %1$d" },
	{ "swapped", "UPDATE log SET idx = -1 WHERE 0; UPDATE log SET entry = "
	  "(SELECT entry FROM log WHERE idx = (%1$d + 1) %% 50), hash = "
	  "(SELECT hash FROM log WHERE idx = (%1$d + 1) %% 50) WHERE idx = %1$d" },
};

static void test_f14__each_mutation_names_its_index(void **state)
{
	const struct temp_registry *t = *state;
	const char *text = getenv("MUSTER_MUTATIONS");
	int64_t rounds = 6;
	struct reg_verdict v;
	char sql[512];

	if (text)
		assert_true(decimal_read_i64(text, strlen(text), &rounds));
	for (int64_t r = 0; r < rounds; r++) {
		for (size_t i = 0; i < sizeof(log_mutations) /
				       sizeof(log_mutations[0]); i++) {
			int at = (int)(random() % (4 * MODELS + 2));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(sql, sizeof(sql), log_mutations[i].sql, at);
#pragma GCC diagnostic pop
			verdict_after(t, sql, &v);
			if (v.ok || !v.has_bad || v.bad_index != (uint64_t)at)
				fail_msg("%s of entry %d: %s at %llu (%s)",
					 log_mutations[i].name, at,
					 v.ok ? "ok" : "bad",
					 (unsigned long long)v.bad_index,
					 v.why);
		}
	}
}

static void test_f14__tree_and_end(void **state)
{
	static const char *const mutations[] = {
		"UPDATE log_node SET hash = randomblob(32) WHERE level = 2 AND pos = 3",
		"DELETE FROM log_node WHERE level = 1 AND pos = 0",
		"INSERT INTO log_node VALUES (9, 9, randomblob(32))",
		"DELETE FROM log WHERE idx > 40",
		"DELETE FROM log",
		"INSERT INTO log SELECT max(idx) + 1, time, kind, object, entry, hash FROM log",
		"UPDATE blob SET data = x'00'",
		"DELETE FROM blob",
	};
	struct reg_verdict v;

	for (size_t i = 0; i < sizeof(mutations) / sizeof(mutations[0]); i++) {
		verdict_after(*state, mutations[i], &v);
		if (v.ok || !v.has_bad)
			fail_msg("unnoticed: %s", mutations[i]);
	}
}

static void test_f16__projections_changed_without_an_entry(void **state)
{
	static const struct { const char *sql, *named; } mutations[] = {
		{ "UPDATE version SET stage = 'production' WHERE id = 3", "'version'" },
		{ "UPDATE version SET threshold = '0.4' WHERE id = 3", "'threshold'" },
		{ "UPDATE model SET owner = 'eve' WHERE name = 'model-03'", "'owner'" },
		{ "DELETE FROM alias WHERE version_id = 3", "'alias'" },
		{ "DELETE FROM model WHERE name = 'model-05'", "'model'" },
		{ "INSERT INTO model VALUES (99, 'ghost', NULL, NULL, NULL, NULL, NULL, '{}', 0, 1)", "ghost" },
		{ "UPDATE object SET revision = 7 WHERE name = 'model/model-01'", "model/model-01" },
		{ "DELETE FROM blob_ref", "'blob_ref'" },
		{ "INSERT INTO undone VALUES (3, 4)", "'undone'" },
		{ "UPDATE version SET who = CAST('b' AS TEXT) WHERE id = 7", "'who'" },
	};
	struct reg_verdict v;

	for (size_t i = 0; i < sizeof(mutations) / sizeof(mutations[0]); i++) {
		verdict_after(*state, mutations[i].sql, &v);
		if (v.ok || !strstr(v.why, mutations[i].named))
			fail_msg("%s: %s", mutations[i].sql,
				 v.ok ? "unnoticed" : v.why);
	}
}

static void test_f16__rebuild_mends_projections(void **state)
{
	const struct temp_registry *t = *state;
	struct reg_options o = { .path = copy_of(t) };
	struct registry *reg;
	struct reg_verdict v;

	verdict_after(t, "UPDATE model SET owner = 'eve'; DELETE FROM alias", &v);
	assert_false(v.ok);
	assert_ok(reg_open(&o, &reg, &oops));
	assert_ok(reg_rebuild(reg, NULL, &oops));
	reg_close(reg);
	assert_ok(reg_fsck(o.path, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("%s", v.why);
}

/* gc asks the log, not the projection that somebody emptied. */
static void test_f16__gc_keeps_what_the_log_names(void **state)
{
	const struct temp_registry *t = *state;
	struct reg_options o = { .path = copy_of(t) };
	struct registry *reg;
	struct reg_verdict v;
	uint64_t n, bytes;

	verdict_after(t, "DELETE FROM blob_ref; UPDATE blob SET stored = 1", &v);
	assert_false(v.ok);
	assert_ok(reg_open(&o, &reg, &oops));
	assert_ok(reg_gc(reg, &n, &bytes, &oops));
	assert_int_equal(n, 0);
	assert_ok(reg_rebuild(reg, NULL, &oops));
	reg_close(reg);
	assert_ok(reg_fsck(o.path, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("%s", v.why);
}

static void flip(const char *path, off_t at, int bit)
{
	int fd = open(path, O_RDWR);
	unsigned char c;

	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= (unsigned char)(1 << bit);
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

/* Never a crash; and a flip in an entry or a blob is always found. */
static void test_f12__flipped_bits(void **state)
{
	const struct temp_registry *t = *state;
	const char *text = getenv("MUSTER_FLIPS");
	int64_t flips = 300;
	struct reg_verdict v;
	struct err err = ERR_INIT;
	struct registry *reg;
	char *copy = copy_of(t);
	struct reg_options o = { .path = copy };
	struct stat st;

	if (text)
		assert_true(decimal_read_i64(text, strlen(text), &flips));
	assert_int_equal(stat(copy, &st), 0);
	for (int64_t i = 0; i < flips; i++) {
		off_t at = random() % st.st_size;
		int bit = (int)(random() % 8);

		flip(copy, at, bit);
		(void)!reg_fsck(copy, NULL, &v, &err);
		if (reg_open(&o, &reg, &err) == RC_OK) {
			struct model_recs all;

			if (reg_model_list(reg, &all, &err) == RC_OK)
				model_recs_release(&all);
			reg_close(reg);
		}
		flip(copy, at, bit);
	}
	assert_ok(reg_fsck(copy, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("the flips were not taken back: %s", v.why);
}

static void test_f12__a_flip_in_logged_bytes_is_found(void **state)
{
	const struct temp_registry *t = *state;
	char *copy = copy_of(t);
	struct reg_verdict v;
	struct err err = ERR_INIT;
	static char bytes[1 << 20];
	int fd = open(copy, O_RDONLY), n_found = 0;
	ssize_t n = read(fd, bytes, sizeof(bytes));

	close(fd);
	for (ssize_t at = 0; at + 10 < n && n_found < 100; at++) {
		if (memcmp(bytes + at, "{\"actor\":", 9) != 0 &&
		    memcmp(bytes + at, "bulky byte", 10) != 0)
			continue;
		flip(copy, at + random() % 9, (int)(random() % 7));
		if (reg_fsck(copy, NULL, &v, &err) == RC_OK && v.ok)
			fail_msg("a flip near byte %zd went unnoticed", at);
		n_found++;
		copy = copy_of(t);
	}
	assert_true(n_found > 4 * MODELS);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown( \
		name, setup, temp_registry_teardown)
	const struct CMUnitTest tests[] = {
		T(test_f14__each_mutation_names_its_index),
		T(test_f14__tree_and_end),
		T(test_f16__projections_changed_without_an_entry),
		T(test_f16__rebuild_mends_projections),
		T(test_f16__gc_keeps_what_the_log_names),
		T(test_f12__flipped_bits),
		T(test_f12__a_flip_in_logged_bytes_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
