#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "registry/inside.h"
#include "registry/migrate.h"
#include "registry/model.h"
#include "registry/schema.h"
#include "support/temp_registry.h"

static void add_model(struct registry *reg, const char *name)
{
	assert_ok(reg_model_add(reg, name, NULL, &oops));
}

static enum rc open_with(struct temp_registry *t, struct reg_options o,
			 struct err *err)
{
	temp_registry_close(t);
	o.path = t->path;
	return reg_open(&o, &t->reg, err);
}

/* -- Creating and opening -- */

static void test_registry__begins_with_its_entry(void **state)
{
	struct temp_registry *t = *state;

	assert_int_equal(reg_size(t->reg), 1);
	assert_false(reg_readonly(t->reg));
	assert_int_equal(reg_create(t->path, NULL), RC_EXISTS);
	temp_registry_verify(t);
}

static void test_registry__missing_is_not_found(void **state)
{
	struct reg_options o = { .path = "/nonexistent/registry.db" };
	struct registry *reg;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(reg_open(&o, &reg, &err), RC_NOT_FOUND);
	assert_non_null(strstr(err.text, "muster init"));
	assert_null(reg);
}

static void test_registry__foreign_files_are_refused(void **state)
{
	struct temp_registry *t = *state;
	char path[128];
	struct reg_options o = { .path = path };
	struct registry *reg;

	snprintf(path, sizeof(path), "%s/other", t->folder);
	run_shell("sqlite3 '%s' 'CREATE TABLE log (idx)'; chmod 600 '%s'", path,
		  path);
	assert_int_equal(reg_open(&o, &reg, NULL), RC_REFUSED);
	run_shell("head -c 100000 /dev/zero >'%s'", path);
	assert_int_not_equal(reg_open(&o, &reg, NULL), RC_OK);
	run_shell(": >'%s'", path);
	assert_int_equal(reg_open(&o, &reg, NULL), RC_REFUSED);
	run_shell("rm '%s'; mkfifo '%s'", path, path);
	assert_int_equal(reg_open(&o, &reg, NULL), RC_REFUSED);
}

static void test_f73__a_newer_file_is_refused_by_name_of_both(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;
	char newest[16];

	temp_registry_sql(t, "PRAGMA user_version = 77");
	assert_int_equal(open_with(t, (struct reg_options){ 0 }, &err),
			 RC_REFUSED);
	assert_non_null(strstr(err.text, "77"));
	snprintf(newest, sizeof(newest), "up to %d", SCHEMA_VERSION);
	assert_non_null(strstr(err.text, newest));
}

static void test_f44__hostile_schemas_are_refused(void **state)
{
	static const char *const hostile[] = {
		"CREATE VIEW model2 AS SELECT 1",
		"CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM log; END",
		"CREATE TABLE extra (x)",
		"CREATE INDEX extra ON model (owner)",
		"DROP INDEX version_who",
		"ALTER TABLE model ADD COLUMN x TEXT",
		"DROP TABLE alias",
		"DROP TABLE model; CREATE VIEW model AS SELECT 1 AS id",
		"CREATE VIRTUAL TABLE f USING fts5(x)",
		"CREATE TRIGGER t BEFORE UPDATE ON version BEGIN SELECT 1; END",
	};
	struct temp_registry *t = *state;
	struct reg_verdict v;
	struct err err = ERR_INIT;

	run_shell("cp '%s' '%s/good'", t->path, t->folder);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		reg_close(t->reg);
		t->reg = NULL;
		run_shell("cp '%s/good' '%s'", t->folder, t->path);
		temp_registry_sql(t, hostile[i]);
		if (open_with(t, (struct reg_options){ 0 }, &err) == RC_OK)
			fail_msg("accepted: %s", hostile[i]);
		assert_ok(reg_fsck(t->path, NULL, &v, &oops));
		assert_false(v.ok);
	}
}

/* A start of the program compares this alone. */
static void test_schema__digest_is_that_of_the_tables(void **state)
{
	struct temp_registry *t = *state;
	char hex[HASH_HEX_SIZE];
	struct hash now;

	assert_ok(schema_digest(reg_db(t->reg), &now, &oops));
	assert_string_equal(hash_hex(&now, hex), schema_created);
	temp_registry_close(t);
	temp_registry_sql(t, "CREATE INDEX extra ON model (owner)");
	assert_int_equal(open_with(t, (struct reg_options){ 0 }, NULL),
			 RC_REFUSED);
}

static void test_f65_f66__modes(void **state)
{
	static const struct {
		unsigned folder, file;
		bool writable;
		const char *remedy;
	} cases[] = {
		{ 0700, 0600, true, NULL },
		{ 0755, 0600, true, NULL },
		{ 02770, 0660, true, NULL },
		{ 0700, 0644, false, "chmod 0600" },
		{ 0700, 0640, false, "chmod 0600" },
		{ 0770, 0660, false, "chmod go-w" },
		{ 0777, 0600, false, "chmod go-w" },
		{ 01777, 0600, false, "chmod go-w" },
		{ 02770, 0640, false, "chmod 0660" },
		{ 02777, 0660, false, "chmod go-w" },
	};
	struct temp_registry *t = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		chmod(t->folder, cases[i].folder);
		chmod(t->path, cases[i].file);
		assert_ok(open_with(t, (struct reg_options){ 0 }, &oops));
		assert_int_equal(!reg_readonly(t->reg), cases[i].writable);
		if (cases[i].remedy)
			assert_non_null(strstr(reg_readonly_why(t->reg),
					       cases[i].remedy));
		if (!cases[i].writable)
			assert_int_equal(reg_model_add(t->reg, "a", NULL,
						       NULL), RC_REFUSED);
	}
	chmod(t->folder, 0700);
}

static void test_f65__created_modes_whatever_the_umask(void **state)
{
	static const mode_t umasks[] = { 000, 022, 077, 0777 };
	struct temp_registry *t = *state;
	char folder[96], path[128];
	struct stat st;

	for (size_t i = 0; i < 8; i++) {
		mode_t old;
		unsigned expected = i < 4 ? 0600 : 0660;

		snprintf(folder, sizeof(folder), "%s/d%zu", t->folder, i);
		snprintf(path, sizeof(path), "%s/registry.db", folder);
		assert_int_equal(mkdir(folder, 0700), 0);
		assert_int_equal(chmod(folder, i < 4 ? 0700 : 02770), 0);
		old = umask(umasks[i % 4]);
		assert_ok(reg_create(path, &oops));
		umask(old);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, expected);
	}
}

/* -- Journal -- */

static void test_f07__wal_is_switched_back_when_alone(void **state)
{
	struct temp_registry *t = *state;
	struct stmt *s;

	temp_registry_close(t);
	temp_registry_sql(t, "PRAGMA journal_mode = WAL");
	temp_registry_reopen(t);
	s = db_prepare(t->reg->db, "PRAGMA journal_mode");
	assert_ok(stmt_one(s, &oops));
	assert_string_equal(stmt_text(s, "journal_mode"), "truncate");
	stmt_done(s);
	add_model(t->reg, "a");
	temp_registry_verify(t);
}

static void test_f07__wal_held_open_is_refused(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;
	struct db *other;

	temp_registry_close(t);
	temp_registry_sql(t, "PRAGMA journal_mode = WAL");
	assert_ok(db_open(t->path, DB_WRITE, &other, &oops));
	assert_ok(db_script(other, "BEGIN; SELECT * FROM log;", &oops));
	assert_int_equal(open_with(t, (struct reg_options){ 0 }, &err),
			 RC_REFUSED);
	assert_non_null(strstr(err.text, "journal mode"));
	assert_null(strstr(err.text, "is locked"));
	db_close(other);
}

static void test_f07__switched_while_open_writes_nothing(void **state)
{
	struct temp_registry *t = *state;
	struct db *other;

	assert_ok(db_open(t->path, DB_WRITE, &other, &oops));
	assert_ok(db_script(other, "PRAGMA journal_mode = WAL", &oops));
	assert_int_equal(reg_model_add(t->reg, "a", NULL, NULL), RC_REFUSED);
	db_close(other);
	temp_registry_reopen(t);
	add_model(t->reg, "a");
	temp_registry_verify(t);
}

/* -- Writing -- */

static enum rc fail_after_append(struct reg_tx *tx, void *arg, struct err *err)
{
	struct json *body = json_new_object();
	enum rc rc;

	(void)arg;
	json_set_str(body, "name", "half");
	json_set(body, "tags", json_new_object());
	rc = tx_append(tx, "model.add", "model/half", 0, body, NULL, err);
	return rc == RC_OK ? err_set(err, RC_FAILED, "changed my mind") : rc;
}

static void test_write__a_failure_leaves_nothing(void **state)
{
	struct temp_registry *t = *state;
	struct model_recs all;

	assert_int_equal(reg_write(t->reg, fail_after_append, NULL, NULL),
			 RC_FAILED);
	assert_int_equal(reg_size(t->reg), 1);
	assert_ok(reg_model_list(t->reg, &all, &oops));
	assert_int_equal(all.n, 0);
	temp_registry_verify(t);
}

static void test_write__a_dry_run_checks_all_and_keeps_nothing(void **state)
{
	struct temp_registry *t = *state;
	struct hash h;
	struct buf b = BUF_INIT;

	assert_ok(open_with(t, (struct reg_options){ .dry_run = true }, &oops));
	add_model(t->reg, "a");
	assert_int_equal(reg_model_add(t->reg, "..", NULL, NULL), RC_USAGE);
	assert_int_equal(reg_size(t->reg), 1);
	assert_ok(reg_blob_put(t->reg, "abc", 3, &h, &oops));
	assert_ok(reg_blob_get(t->reg, &h, &b, &oops));
	assert_string_equal(b.data, "abc");
	buf_clear(&b);
	temp_registry_reopen(t);
	assert_int_equal(reg_blob_get(t->reg, &h, &b, NULL), RC_CORRUPT);
	buf_release(&b);
}

static void spoil(struct registry *reg)
{
	assert_ok(db_script(reg->db, "UPDATE log SET entry = entry || ' ' "
			    "WHERE idx = (SELECT MAX(idx) FROM log)", &oops));
}

static void test_f13__what_reads_back_differently_is_not_saved(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;

	t->reg->before_reread = spoil;
	assert_int_equal(reg_model_add(t->reg, "a", NULL, &err), RC_CORRUPT);
	assert_non_null(strstr(err.text, "nothing was saved"));
	t->reg->before_reread = NULL;
	assert_int_equal(reg_size(t->reg), 1);
	temp_registry_verify(t);
}

static void test_write__an_entry_too_long_is_refused(void **state)
{
	struct temp_registry *t = *state;
	struct model_change c = { 0 };
	char *text = malloc(70001);

	memset(text, 'x', 70000);
	text[70000] = '\0';
	c.description = text;
	assert_int_equal(reg_model_add(t->reg, "a", &c, NULL), RC_BAD_INPUT);
	assert_int_equal(reg_size(t->reg), 1);
	free(text);
}

/* -- Blobs -- */

static void test_blob__round_trip_and_twice_is_once(void **state)
{
	struct temp_registry *t = *state;
	size_t n = 3u << 20;
	uint8_t *bytes = malloc(n), *again = malloc(n);
	struct hash h, h2;

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	assert_ok(reg_blob_put(t->reg, bytes, n, &h, &oops));
	assert_ok(reg_blob_put(t->reg, bytes, n, &h2, &oops));
	assert_true(hash_equal(&h, &h2));
	assert_ok(reg_blob_read(t->reg, &h, again, n, &oops));
	assert_memory_equal(bytes, again, n);
	assert_int_equal(reg_blob_read(t->reg, &h, again, n - 1, NULL),
			 RC_CORRUPT);
	assert_int_equal(reg_blob_put(t->reg, bytes, REG_BLOB_MAX + 1, &h,
				      NULL), RC_BAD_INPUT);
	free(bytes);
	free(again);
}

static void test_blob__refs(void **state)
{
	struct hash h = hash_bytes("", 0), back;
	char *ref = reg_blob_ref(&h);

	(void)state;
	assert_true(reg_blob_from_ref(ref, &back));
	assert_true(hash_equal(&h, &back));
	ref[6] = 'B';
	assert_false(reg_blob_from_ref(ref, &back));
	assert_false(reg_blob_from_ref("blob:", &back));
	assert_false(reg_blob_from_ref("sha256:", &back));
	free(ref);
}

static void test_blob__gc_takes_what_is_old_and_unnamed(void **state)
{
	struct temp_registry *t = *state;
	struct reg_verdict v;
	uint64_t n, bytes;
	struct hash h;

	assert_ok(reg_blob_put(t->reg, "abc", 3, &h, &oops));
	assert_ok(reg_gc(t->reg, &n, &bytes, &oops));
	assert_int_equal(n, 0);
	assert_ok(reg_fsck(t->path, NULL, &v, &oops));
	assert_int_equal(v.loose_blobs, 1);
	temp_registry_sql(t, "UPDATE blob SET stored = stored - 90000");
	assert_ok(reg_gc(t->reg, &n, &bytes, &oops));
	assert_int_equal(n, 1);
	assert_int_equal(bytes, 3);
	temp_registry_verify(t);
}

/* -- Then and now -- */

static void test_asof__shows_the_prefix(void **state)
{
	struct temp_registry *t = *state;
	struct version_fields f = { 0 };
	struct version_rec v;
	struct model_recs all;
	bool gone;

	setenv("MUSTER_NOW", "2026-03-01T10:00:00Z", 1);
	add_model(t->reg, "a");					/* 1 */
	assert_ok(reg_version_add(t->reg, "a", &f, NULL, &oops));	/* 2 */
	setenv("MUSTER_NOW", "2026-03-02T10:00:00Z", 1);
	assert_ok(reg_version_stage(t->reg, "a", 1, "production", "go", -1,
				    &oops));				/* 3 */
	unsetenv("MUSTER_NOW");
	add_model(t->reg, "b");
	assert_ok(open_with(t, (struct reg_options){ .as_of = "2" }, &oops));
	assert_int_equal(reg_size(t->reg), 3);
	assert_ok(reg_version_get(t->reg, "a", 1, &v, &oops));
	assert_string_equal(v.stage, "none");
	version_rec_release(&v);
	assert_int_equal(reg_model_add(t->reg, "c", NULL, NULL), RC_REFUSED);
	assert_false(reg_changed(t->reg, &gone));
	assert_ok(open_with(t, (struct reg_options){ .as_of = "2026-03-02" },
			    &oops));
	assert_string_equal(reg_as_of(t->reg), "2026-03-02");
	assert_ok(reg_version_get(t->reg, "a", 1, &v, &oops));
	assert_string_equal(v.stage, "production");
	version_rec_release(&v);
	assert_ok(reg_model_list(t->reg, &all, &oops));
	assert_int_equal(all.n, 1);
	model_recs_release(&all);
	assert_int_equal(open_with(t, (struct reg_options){ .as_of = "9" },
				   NULL), RC_NOT_FOUND);
	assert_int_equal(open_with(t, (struct reg_options){
				   .as_of = "1999-01-01" }, NULL),
			 RC_NOT_FOUND);
	assert_int_equal(open_with(t, (struct reg_options){ .as_of = "x" },
				   NULL), RC_USAGE);
}

static enum rc count_line(const struct log_line *line, void *arg,
			  struct err *err)
{
	(void)err;
	*(uint64_t *)arg = *(uint64_t *)arg * 10 + line->index;
	return RC_OK;
}

static void test_log_view__filters(void **state)
{
	struct temp_registry *t = *state;
	struct log_filter f = { .since = INT64_MIN, .from = UINT64_MAX,
				.limit = 2 };
	uint64_t seen = 0;

	add_model(t->reg, "a");
	add_model(t->reg, "b");
	add_model(t->reg, "aa");
	assert_ok(reg_log(t->reg, &f, count_line, &seen, &oops));
	assert_int_equal(seen, 32);
	f = (struct log_filter){ .since = INT64_MIN, .limit = UINT64_MAX,
				 .object = "model/" };
	seen = 0;
	assert_ok(reg_log(t->reg, &f, count_line, &seen, &oops));
	assert_int_equal(seen, 123);
	f.object = "model/a";
	seen = 0;
	assert_ok(reg_log(t->reg, &f, count_line, &seen, &oops));
	assert_int_equal(seen, 1);
}

static void test_registry__sees_others_changes(void **state)
{
	struct temp_registry *t = *state;
	struct reg_options o = { .path = t->path };
	struct registry *other;
	bool gone;

	assert_ok(reg_open(&o, &other, &oops));
	assert_false(reg_changed(t->reg, &gone));
	add_model(other, "a");
	assert_true(reg_changed(t->reg, &gone));
	assert_false(gone);
	assert_false(reg_changed(t->reg, &gone));
	reg_close(other);
}

static void test_f72__a_replaced_file_stops_writing(void **state)
{
	struct temp_registry *t = *state;
	bool gone;

	run_shell("cp '%s' '%s.new'; mv '%s.new' '%s'", t->path, t->path,
		  t->path, t->path);
	assert_true(reg_changed(t->reg, &gone));
	assert_true(gone);
	assert_int_equal(reg_model_add(t->reg, "a", NULL, NULL), RC_REFUSED);
	assert_int_equal(unlink(t->path), 0);
	assert_int_equal(reg_model_add(t->reg, "a", NULL, NULL), RC_REFUSED);
}

/* -- Migrations -- */

/* Two steps from today's schema on. */
#define N_STEPS (SCHEMA_VERSION + 1)
static const struct migration steps[N_STEPS] = {
	[SCHEMA_VERSION - 1] = { "a note on each blob",
				 "ALTER TABLE blob ADD COLUMN note TEXT" },
	[SCHEMA_VERSION] = { "an index by time",
			     "CREATE INDEX log_time ON log (time)" },
};

static int64_t version_of(struct db *db)
{
	int64_t id, version;

	assert_ok(schema_read_ids(db, &id, &version, &oops));
	return version;
}

static void test_f11__steps_and_version_in_one(void **state)
{
	struct temp_registry *t = *state;
	char backup[160];
	struct reg_verdict v;

	add_model(t->reg, "a");
	assert_ok(migrate_by(t->reg->db, t->path, steps, N_STEPS, NULL, &oops));
	assert_int_equal(version_of(t->reg->db), N_STEPS + 1);
	/* Again is nothing. */
	assert_ok(migrate_by(t->reg->db, t->path, steps, N_STEPS, NULL, &oops));
	assert_int_equal(version_of(t->reg->db), N_STEPS + 1);
	assert_int_equal(open_with(t, (struct reg_options){ 0 }, NULL),
			 RC_REFUSED);
	/* The way back. */
	snprintf(backup, sizeof(backup), "%s.before-v%d", t->path,
		 N_STEPS + 1);
	assert_ok(reg_fsck(backup, NULL, &v, &oops));
	assert_true(v.ok);
	assert_int_equal(v.entries, 2);
	assert_int_equal(rename(backup, t->path), 0);
	temp_registry_reopen(t);
	temp_registry_verify(t);
}

static enum rc refuse(struct db *db, struct err *err)
{
	(void)db;
	return err_set(err, RC_FAILED, "no");
}

static enum rc die_now(struct db *db, struct err *err)
{
	(void)db, (void)err;
	_exit(3);
}

static void test_f11__failed_or_killed_leaves_the_old(void **state)
{
	struct temp_registry *t = *state;
	static const struct migration bad[N_STEPS] = {
		[SCHEMA_VERSION - 1] = { "fine", "CREATE TABLE x (y INTEGER) "
						 "STRICT" },
		[SCHEMA_VERSION] = { "wrong", "ALTER TABLE nothing ADD "
					      "COLUMN z" },
	};
	int status;
	pid_t pid;

	assert_int_not_equal(migrate_by(t->reg->db, t->path, bad, N_STEPS, NULL,
					NULL), RC_OK);
	assert_int_not_equal(migrate_by(t->reg->db, t->path, steps, N_STEPS, refuse,
					NULL), RC_OK);
	assert_int_equal(version_of(t->reg->db), SCHEMA_VERSION);
	temp_registry_close(t);
	pid = fork();
	if (pid == 0) {
		temp_registry_reopen(t);
		(void)!migrate_by(t->reg->db, t->path, steps, N_STEPS, die_now, NULL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(WEXITSTATUS(status), 3);
	temp_registry_reopen(t);
	assert_int_equal(version_of(t->reg->db), SCHEMA_VERSION);
	temp_registry_verify(t);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown( \
		name, temp_registry_setup, temp_registry_teardown)
	const struct CMUnitTest tests[] = {
		T(test_registry__begins_with_its_entry),
		T(test_registry__missing_is_not_found),
		T(test_registry__foreign_files_are_refused),
		T(test_f73__a_newer_file_is_refused_by_name_of_both),
		T(test_f44__hostile_schemas_are_refused),
		T(test_schema__digest_is_that_of_the_tables),
		T(test_f65_f66__modes),
		T(test_f65__created_modes_whatever_the_umask),
		T(test_f07__wal_is_switched_back_when_alone),
		T(test_f07__wal_held_open_is_refused),
		T(test_f07__switched_while_open_writes_nothing),
		T(test_write__a_failure_leaves_nothing),
		T(test_write__a_dry_run_checks_all_and_keeps_nothing),
		T(test_f13__what_reads_back_differently_is_not_saved),
		T(test_write__an_entry_too_long_is_refused),
		T(test_blob__round_trip_and_twice_is_once),
		T(test_blob__refs),
		T(test_blob__gc_takes_what_is_old_and_unnamed),
		T(test_asof__shows_the_prefix),
		T(test_log_view__filters),
		T(test_registry__sees_others_changes),
		T(test_f72__a_replaced_file_stops_writing),
		T(test_f11__steps_and_version_in_one),
		T(test_f11__failed_or_killed_leaves_the_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
