/* F13: what was written reads back otherwise. F17: appending the entry fails.
 * F16: any value of any projection changed without an entry. F44: a hostile
 * schema. F87: entries that are well hashed and hostile.
 *
 * MUSTER_TAMPERINGS sets how many random changes each of the first and third
 * makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/document.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "support/temp_registry.h"

static uint64_t wanted(uint64_t otherwise)
{
	const char *text = getenv("MUSTER_TAMPERINGS");
	uint64_t n = otherwise;

	if (text && !decimal_read_u64(text, strlen(text), &n))
		fail_msg("MUSTER_TAMPERINGS is no number");
	return n;
}

static int setup(void **state)
{
	struct temp_registry *t = malloc(sizeof(*t));
	struct version_fields f = { .code_commit = "7be2", .run = "r1",
				    .note = "a note" };
	char name[32];

	temp_registry_make(t);
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "model-%d", i);
		assert_ok(reg_model_add(t->reg, name, NULL, &oops));
		assert_ok(reg_version_add(t->reg, name, &f, NULL, &oops));
		assert_ok(reg_version_stage(t->reg, name, 1, "candidate", "it",
					    -1, &oops));
		assert_ok(reg_version_alias(t->reg, name, 1, "champion",
					    &oops));
		snprintf(name, sizeof(name), "model-%d@1", i);
		assert_ok(reg_document_save(t->reg, DOCUMENT_CARD, name,
					    "{\"a\":1}", NULL, TX_ANY_BASE,
					    NULL, &oops));
	}
	assert_ok(reg_role_grant(t->reg, "bob", "risk", "theirs", &oops));
	*state = t;
	return 0;
}

/* -- F13 -- */

/* A byte of the newest entry, or of its hash, is another one. */
static void spoil(struct registry *reg)
{
	bool hash = random() % 4 == 0;
	char sql[400];
	long at = random() % (hash ? 32 : 60) + 1;

	if (hash)
		snprintf(sql, sizeof(sql), "UPDATE log SET hash = CAST("
			 "substr(hash, 1, %ld) || CASE hex(substr(hash, %ld, 1"
			 ")) WHEN '41' THEN x'42' ELSE x'41' END || substr("
			 "hash, %ld) AS BLOB) WHERE idx = (SELECT MAX(idx) "
			 "FROM log)", at - 1, at, at + 1);
	else
		snprintf(sql, sizeof(sql), "UPDATE log SET entry = substr("
			 "entry, 1, %ld) || CASE substr(entry, %ld, 1) WHEN "
			 "'x' THEN 'y' ELSE 'x' END || substr(entry, %ld) "
			 "WHERE idx = (SELECT MAX(idx) FROM log)", at - 1, at,
			 at + 1);
	assert_ok(db_script(reg->db, sql, &oops));
}

static void test_f13__what_reads_back_otherwise_is_not_saved(void **state)
{
	struct temp_registry *t = *state;
	uint64_t n = wanted(200), size = reg_size(t->reg);
	struct err err = ERR_INIT;

	t->reg->before_reread = spoil;
	for (uint64_t i = 0; i < n; i++)
		if (reg_model_add(t->reg, "new", NULL, &err) != RC_CORRUPT)
			fail_msg("spoiling %llu: %s", (unsigned long long)i,
				 err.text);
	t->reg->before_reread = NULL;
	assert_non_null(strstr(err.text, "nothing was saved"));
	assert_int_equal(reg_size(t->reg), size);
	assert_int_equal(reg_model_get(t->reg, "new", &(struct model_rec){ 0 },
				       NULL), RC_NOT_FOUND);
	temp_registry_verify(t);
}

/* -- F17 -- */

/* No page may be added: the first statement that needs one is the entry's. */
static void test_f17__no_entry_no_change(void **state)
{
	struct temp_registry *t = *state;
	static char text[60000];
	struct model_change c = { .description = text };
	uint64_t size = reg_size(t->reg);
	struct err err = ERR_INIT;

	memset(text, 'x', sizeof(text) - 1);
	assert_ok(db_script(t->reg->db, "PRAGMA max_page_count = 1", &oops));
	assert_int_equal(reg_model_add(t->reg, "new", &c, &err), RC_NO_SPACE);
	assert_int_equal(reg_model_set(t->reg, "model-1", &c, "why", -1, &err),
			 RC_NO_SPACE);
	assert_int_equal(reg_size(t->reg), size);
	temp_registry_verify(t);
	assert_ok(db_script(t->reg->db, "PRAGMA max_page_count = 1000000",
			    &oops));
	assert_ok(reg_model_add(t->reg, "new", &c, &oops));
	temp_registry_verify(t);
}

/* -- F16 -- */

struct copies {
	char path[128];
	struct buf bytes;
};

static void copies_make(struct copies *c, struct temp_registry *t)
{
	*c = (struct copies){ .bytes = BUF_INIT };
	temp_registry_close(t);
	snprintf(c->path, sizeof(c->path), "%s/copy.db", t->folder);
	assert_ok(fsx_read(t->path, 1 << 24, &c->bytes, &oops));
}

static sqlite3 *copies_next(struct copies *c)
{
	sqlite3 *db;

	assert_ok(fsx_write(c->path, c->bytes.data, c->bytes.len, 0600, true,
			    &oops));
	assert_int_equal(sqlite3_open(c->path, &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF",
		     NULL, NULL, NULL);
	return db;
}

static char *ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;
	char *out = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW)
		out = xstrdup_or_null((const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	return out;
}

/* Some column of some projection that has rows. */
static char *random_update(sqlite3 *db)
{
	char *table = ask(db, "SELECT name FROM sqlite_schema WHERE type = "
			  "'table' AND name NOT IN ('log', 'log_node', "
			  "'blob') AND name NOT LIKE 'sqlite%' ORDER BY "
			  "random() LIMIT 1");
	char *sql = xasprintf("SELECT name FROM pragma_table_info('%s') ORDER "
			      "BY random() LIMIT 1", table);
	char *column = ask(db, sql), *first;

	free(sql);
	sql = xasprintf("SELECT name FROM pragma_table_info('%s') ORDER BY "
			"pk DESC LIMIT 1", table);
	first = ask(db, sql);
	free(sql);
	sql = xasprintf("UPDATE OR IGNORE %s SET %s = CASE typeof(%s) WHEN "
			"'integer' THEN %s + 1 WHEN 'real' THEN %s + 1 WHEN "
			"'blob' THEN randomblob(32) WHEN 'null' THEN 1 ELSE "
			"%s || 'x' END WHERE %s = (SELECT %s FROM %s ORDER BY "
			"random() LIMIT 1)", table, column, column, column,
			column, column, first, first, table);
	free(table);
	free(column);
	free(first);
	return sql;
}

static void test_f16__any_value_changed_is_found(void **state)
{
	struct copies c;
	uint64_t n = wanted(150), done = 0;
	struct reg_verdict v;

	copies_make(&c, *state);
	while (done < n) {
		sqlite3 *db = copies_next(&c);
		char *sql = random_update(db);
		int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
		int changes = sqlite3_changes(db);

		sqlite3_close(db);
		if (code == SQLITE_OK && changes > 0) {
			assert_ok(reg_fsck(c.path, NULL, &v, &oops));
			if (v.ok || !v.why[0])
				fail_msg("unnoticed: %s", sql);
			done++;
		}
		free(sql);
	}
	buf_release(&c.bytes);
}

/* -- F44 -- */

/* Each table in turn: dropped, a view or another table in its place, with one
 * more column, a trigger, an index; and things that should not be there. */
static const char *const swaps[] = {
	"DROP TABLE %1$s",
	"ALTER TABLE %1$s RENAME TO x; CREATE VIEW %1$s AS SELECT * FROM x",
	"ALTER TABLE %1$s ADD COLUMN extra TEXT",
	"CREATE TRIGGER t AFTER INSERT ON %1$s BEGIN DELETE FROM log; END",
	"CREATE INDEX extra ON %1$s (rowid + 1)",
	"ALTER TABLE %1$s RENAME TO x",
};

static const char *const additions[] = {
	"CREATE VIEW v AS SELECT 1", "CREATE TABLE sqlitex (a)",
	"CREATE VIRTUAL TABLE f USING fts5(x)",
	"CREATE VIRTUAL TABLE f USING rtree(a, b, c)",
	"CREATE TABLE Log2 (a)", "CREATE TABLE \"log \" (a)",
	"CREATE TEMP TABLE x (a); CREATE TABLE y (a)",
	"CREATE TABLE g (a, b AS (a + 1))",
	"PRAGMA application_id = 7", "PRAGMA user_version = 0",
	"PRAGMA user_version = -1", "PRAGMA user_version = 2147483647",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || "
	"' ' WHERE name = 'log'",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
	"'CREATE TABLE log (idx INTEGER PRIMARY KEY)' WHERE name = 'log'",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 "
	"WHERE name = 'model'",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
	"99999 WHERE name = 'log'",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
	"'garbage' WHERE name = 'version'",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = "
	"'model', tbl_name = 'model' WHERE name = 'role'",
	"PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET type = 'view'",
};

static unsigned refused(struct copies *c, const char *sql)
{
	sqlite3 *db = copies_next(c);
	struct reg_options o = { .path = c->path };
	struct registry *reg = NULL;
	struct reg_verdict v;
	struct err err = ERR_INIT;
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	sqlite3_close(db);
	if (code != SQLITE_OK)
		return 0;	/* SQLite itself would not do it */
	if (reg_open(&o, &reg, &err) == RC_OK)
		fail_msg("accepted: %s", sql);
	if (reg_fsck(c->path, NULL, &v, &err) == RC_OK && v.ok)
		fail_msg("fsck accepts: %s", sql);
	return 1;
}

static void test_f44__hostile_schemas(void **state)
{
	struct copies c;
	unsigned n = 0, all = 0;
	sqlite3 *db;
	sqlite3_stmt *s;
	struct strs tables = VEC_INIT;

	copies_make(&c, *state);
	db = copies_next(&c);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM "
		"sqlite_schema WHERE type = 'table'", -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW)
		strs_add(&tables, (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	sqlite3_close(db);
	for (size_t i = 0; i < tables.n; i++)
		for (size_t k = 0; k < sizeof(swaps) / sizeof(*swaps); k++) {
			char sql[300];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(sql, sizeof(sql), swaps[k], tables.at[i]);
#pragma GCC diagnostic pop
			n += refused(&c, sql);
			all++;
		}
	for (size_t i = 0; i < sizeof(additions) / sizeof(*additions); i++) {
		n += refused(&c, additions[i]);
		all++;
	}
	print_message("%u of %u could be made, all refused\n", n, all);
	assert_true(n >= 100);
	strs_release(&tables);
	buf_release(&c.bytes);
}

/* -- F87 -- */

/* %s: "N", kind, object …: what stands in the newest entry's place. */
#define ENTRY(index, kind, version, object, revision, base, body) \
	"{\"actor\":{\"login\":\"eve\",\"loginuid\":-1,\"uid\":0},\"base\":" \
	base ",\"body\":" body ",\"index\":" index ",\"kind\":\"" kind \
	"\",\"object\":\"" object "\",\"revision\":" revision \
	",\"schema\":1,\"time\":\"2026-05-04T03:02:01Z\",\"version\":" \
	version "}"
#define AT "32"
#define MODEL(body) ENTRY(AT, "model.add", "1", "model/new", "1", "-1", body)
#define VERSION(more) ENTRY(AT, "version.add", "1", "version/model-0@2", \
	"1", "-1", "{\"model\":\"model-0\"," more ",\"version\":2}")
#define REF "blob:00000000000000000000000000000000" \
	"00000000000000000000000000000000"

static const char *const hostile[] = {
	/* not an entry at all */
	"", "{}", "[]", "null", "7", "{", "\"x\"", "{\"index\":32}",
	"{\"a\":1,\"a\":2}",
	/* numbers */
	ENTRY("31", "model.add", "1", "model/new", "1", "-1",
	      "{\"name\":\"new\",\"tags\":{}}"),
	ENTRY("-1", "model.add", "1", "model/new", "1", "-1", "{}"),
	ENTRY("9223372036854775807", "model.add", "1", "model/new", "1", "-1",
	      "{\"name\":\"new\",\"tags\":{}}"),
	ENTRY("99999999999999999999", "model.add", "1", "model/new", "1",
	      "-1", "{\"name\":\"new\",\"tags\":{}}"),
	ENTRY(AT, "model.add", "0", "model/new", "1", "-1", "{}"),
	ENTRY(AT, "model.add", "99", "model/new", "1", "-1", "{}"),
	ENTRY(AT, "model.add", "1", "model/new", "0", "-1", "{}"),
	ENTRY(AT, "model.add", "1", "model/new", "2", "-1",
	      "{\"name\":\"new\",\"tags\":{}}"),
	ENTRY(AT, "model.add", "1", "model/new", "1", "5",
	      "{\"name\":\"new\",\"tags\":{}}"),
	ENTRY(AT, "model.add", "1", "model/new", "1", "-2", "{}"),
	ENTRY(AT, "model.add", "1.5", "model/new", "1", "-1", "{}"),
	/* kinds and objects */
	ENTRY(AT, "model.destroy", "1", "model/new", "1", "-1", "{}"),
	ENTRY(AT, "", "1", "model/new", "1", "-1", "{}"),
	ENTRY(AT, "registry.init", "1", "registry", "2", "-1", "{}"),
	ENTRY(AT, "model.add", "1", "model/model-0", "1", "-1",
	      "{\"name\":\"model-0\",\"tags\":{}}"),
	ENTRY(AT, "version.add", "1", "version/none@1", "1", "-1",
	      "{\"model\":\"none\",\"params\":{},\"runner\":[],\"version\":1}"),
	ENTRY(AT, "version.stage", "1", "version/none@1", "1", "-1",
	      "{\"model\":\"none\",\"to\":\"production\",\"version\":1}"),
	ENTRY(AT, "version.alias", "1", "version/model-0@9", "1", "-1",
	      "{\"alias\":\"x\",\"model\":\"model-0\",\"version\":9}"),
	/* bodies */
	MODEL("{}"), MODEL("[]"), MODEL("null"), MODEL("{\"name\":7}"),
	MODEL("{\"name\":\"new\",\"tags\":[]}"),
	MODEL("{\"name\":\"new\",\"tags\":{\"k\":7}}"),
	MODEL("{\"name\":\"../../etc\",\"tags\":{}}"),
	MODEL("{\"name\":\"-rf\",\"tags\":{}}"),
	MODEL("{\"name\":\"\",\"tags\":{}}"),
	MODEL("{\"name\":\"new\",\"tags\":{},\"task\":\"magic\"}"),
	MODEL("{\"name\":\"new\",\"tags\":{},\"x\":1.5}"),
	MODEL("{\"name\":\"new\",\"tags\":{},\"x\":true}"),
	MODEL("{\"name\":\"new\",\"tags\":{},\"x\":null}"),
	VERSION("\"params\":[],\"runner\":[]"),
	VERSION("\"params\":{},\"runner\":{}"),
	VERSION("\"params\":{\"k\":7},\"runner\":[]"),
	VERSION("\"params\":{},\"runner\":[7]"),
	VERSION("\"params\":{},\"runner\":[],\"stage\":\"magic\""),
	VERSION("\"params\":{},\"runner\":[],\"threshold\":\"abc\""),
	VERSION("\"params\":{},\"runner\":[],\"artifact\":7"),
	VERSION("\"params\":{},\"runner\":[],\"artifact\":{\"name\":7,"
		"\"sha256\":\"zz\",\"size\":-1}"),
	ENTRY(AT, "version.stage", "1", "version/model-0@1", "4", "-1",
	      "{\"from\":\"candidate\",\"model\":\"model-0\",\"reason\":\"\","
	      "\"to\":\"magic\",\"version\":1}"),
	ENTRY(AT, "version.threshold", "1", "version/model-0@1", "4", "-1",
	      "{\"model\":\"model-0\",\"to\":\"nan\",\"version\":1}"),
	ENTRY(AT, "version.threshold", "1", "version/model-0@1", "4", "-1",
	      "{\"model\":\"model-0\",\"to\":\"1e999\",\"version\":1}"),
	ENTRY(AT, "version.alias", "1", "version/model-0@1", "4", "-1",
	      "{\"alias\":\"../x\",\"model\":\"model-0\",\"version\":1}"),
	/* dangling blobs */
	ENTRY(AT, "testset.create", "1", "testset/t", "1", "-1",
	      "{\"digest\":\"00\",\"file\":\"f\",\"rows\":6,\"schema\":\"" REF
	      "\",\"segment\":\"" REF "\",\"task\":\"binary\"}"),
	ENTRY(AT, "testset.create", "1", "testset/t", "1", "-1",
	      "{\"digest\":\"00\",\"file\":\"f\",\"rows\":-6,\"schema\":\"\","
	      "\"segment\":\"\",\"task\":\"binary\"}"),
	ENTRY(AT, "prediction.import", "1", "version/model-0@1", "4", "-1",
	      "{\"n\":9223372036854775807,\"parts\":\"" REF "\",\"replaced\":0,"
	      "\"revision\":1,\"testset\":\"none\"}"),
	ENTRY(AT, "evaluation.add", "1", "version/model-0@1", "4", "-1",
	      "{}"),
	ENTRY(AT, "role.grant", "1", "role/eve", "1", "-1",
	      "{\"login\":\"eve\",\"role\":\"\"}"),
	ENTRY(AT, "role.grant", "1", "role/eve", "1", "-1",
	      "{\"login\":\"eve\",\"role\":7}"),
	ENTRY(AT, "role.grant", "1", "role/eve", "1", "-1", "{}"),
	ENTRY(AT, "signoff.add", "1", "signoff/S-1", "1", "-1", "{}"),
	ENTRY(AT, "signoff.revoke", "1", "signoff/S-9", "1", "-1",
	      "{\"id\":\"S-9\",\"reason\":\"r\"}"),
	ENTRY(AT, "waiver.add", "1", "version/model-0@1", "4", "-1", "{}"),
	ENTRY(AT, "problem.merge", "1", "problem/P-1", "1", "-1",
	      "{\"into\":\"P-1\"}"),
	ENTRY(AT, "slice.add", "1", "testset/none", "1", "-1",
	      "{\"expr\":\"x=1\",\"name\":\"s\",\"testset\":\"none\"}"),
	ENTRY(AT, "dataset.add", "1", "dataset/d", "1", "-1", "{}"),
	ENTRY(AT, "run.end", "1", "run/99", "1", "-1", "{}"),
};

/* The entry is put behind the last with its right hash and tree. */
static bool append_hashed(struct temp_registry *t, const char *text, size_t n)
{
	struct hash leaf = tree_leaf(text, n);
	struct db *db = t->reg->db;
	struct stmt *s;
	enum rc rc;

	assert_ok(db_script(db, "BEGIN IMMEDIATE", &oops));
	db_allow_writes(db, true);
	s = db_prepare(db, "INSERT INTO log (idx, time, kind, object, entry, "
		       "hash) VALUES (32, 1, 'model.add', 'model/new', ?, ?)");
	stmt_bind_textn(s, text, n);
	stmt_bind_blob(s, leaf.bytes, HASH_SIZE);
	rc = stmt_run(s, NULL);
	if (rc == RC_OK)
		assert_ok(log_add_nodes(db, 32, &leaf, &oops));
	assert_ok(db_script(db, rc == RC_OK ? "COMMIT" : "ROLLBACK", &oops));
	db_allow_writes(db, false);
	return rc == RC_OK;
}

static void expect_refused(struct temp_registry *t, const char *text, size_t n)
{
	struct reg_verdict v;
	struct err err = ERR_INIT;
	struct model_rec m;

	if (!append_hashed(t, text, n))
		return;		/* the table itself refuses it */
	assert_ok(reg_fsck(t->path, NULL, &v, &oops));
	if (v.ok || !v.has_bad || v.bad_index != 32)
		fail_msg("%.200s: fsck says '%s' of entry %llu", text,
			 v.ok ? "ok" : v.why, (unsigned long long)v.bad_index);
	if (reg_rebuild(t->reg, NULL, &err) == RC_OK)
		fail_msg("rebuilt with: %.400s", text);
	if (!strstr(err.text, "32"))
		fail_msg("%.200s: no index in: %s", text, err.text);
	/* the tables are those of before */
	assert_ok(reg_model_get(t->reg, "model-0", &m, &oops));
	model_rec_release(&m);
	assert_int_equal(reg_model_get(t->reg, "new", &m, NULL),
			 RC_NOT_FOUND);
}

/* Deeper than any body, and wider. */
static char *bulky(bool deep)
{
	struct buf b = BUF_INIT;

	buf_str(&b, "{\"actor\":{\"login\":\"eve\",\"loginuid\":-1,\"uid\":0},"
		"\"base\":-1,\"body\":{\"name\":\"new\",\"tags\":{},\"x\":");
	for (int i = 0; i < 20000; i++)
		buf_str(&b, deep ? "[" : i ? "" : "\"");
	for (int i = 0; i < (deep ? 20000 : 70000); i++)
		buf_str(&b, deep ? "]" : "x");
	buf_str(&b, deep ? "" : "\"");
	buf_str(&b, "},\"index\":32,\"kind\":\"model.add\",\"object\":\"model/"
		"new\",\"revision\":1,\"schema\":1,\"time\":\"2026-05-04T03:02:"
		"01Z\",\"version\":1}");
	return buf_detach(&b);
}

static void test_f87__hashed_but_hostile(void **state)
{
	struct temp_registry *t = *state;
	char *keep = xasprintf("%s/keep", t->folder);

	assert_int_equal(reg_size(t->reg), 32);
	temp_registry_close(t);
	assert_int_equal(run_shell("cp '%s' '%s'", t->path, keep), 0);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile) + 2; i++) {
		size_t n = sizeof(hostile) / sizeof(*hostile);
		char *text = i < n ? xstrdup(hostile[i]) : bulky(i == n);

		assert_int_equal(run_shell("cp '%s' '%s'", keep, t->path), 0);
		temp_registry_reopen(t);
		expect_refused(t, text, strlen(text));
		free(text);
		reg_close(t->reg);
		t->reg = NULL;
	}
	free(keep);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown( \
		name, setup, temp_registry_teardown)
	const struct CMUnitTest tests[] = {
		T(test_f13__what_reads_back_otherwise_is_not_saved),
		T(test_f17__no_entry_no_change),
		T(test_f16__any_value_changed_is_found),
		T(test_f44__hostile_schemas),
		T(test_f87__hashed_but_hostile),
	};

	srandom(13);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
