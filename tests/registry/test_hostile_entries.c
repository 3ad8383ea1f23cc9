/* Entries that no program of ours wrote: a log whose tree is right may still
 * come from somebody who means ill (FAULTS F87). Of each row's kind the first
 * entry of a log is changed and applied where it stood: it is refused as
 * corrupt, in words that name what is wrong, and the true one goes on from
 * there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/prediction_inside.h"
#include "registry/schema.h"
#include "registry/testset_inside.h"
#include "support/temp_registry.h"

#define ROOM (1u << 20)
#define MADE "made"

/* Of the log that every_kind.sh makes; or of a seed of the fuzzer's, whose
 * blobs are texts. */
static const struct row {
	const char *log, *kind;
	const char *change;		/* member=JSON, or member= for none; a
					 * line each */
	const char *words;
} rows[] = {
	/* what all entries have in common */
	{ MADE, "model.add", "surplus=1", "another field" },
	{ MADE, "model.add", "actor.surplus=1", "another actor field" },
	{ MADE, "model.add", "schema=2", "unknown schema 2" },
	{ MADE, "model.add", "index=-1", "out of range" },
	{ MADE, "model.add", "index=9223372036854775807", "out of range" },
	{ MADE, "model.add", "revision=0", "out of range" },
	{ MADE, "model.add", "base=-2", "out of range" },
	{ MADE, "model.add", "undoes=9", "takes back a later one" },
	{ MADE, "model.add", "body.name=1.5", "neither" },
	{ MADE, "model.add", "actor.uid=", "no whole number 'uid'" },
	{ MADE, "model.add", "actor.login=7", "no text 'login'" },
	{ MADE, "model.add", "kind=\"registry.init\"\nbody={}",
	  "begins with the entry" },
	{ MADE, "model.set", "revision=9", "revision 9" },
	/* models and versions */
	{ MADE, "model.add", "body.name=", "'name'" },
	{ MADE, "model.add", "body.name=\"other\"", "the model wrongly" },
	{ MADE, "model.set", "body.name=\"other\"", "the model wrongly" },
	{ MADE, "model.set", "body.changes={\"age\":{\"to\":\"1\"}}",
	  "unknown field" },
	{ MADE, "model.set", "body.changes.risk=1", "no change of" },
	{ MADE, "version.add", "body.version=7", "the version wrongly" },
	{ MADE, "version.add", "body.params=1", "no texts as parameters" },
	{ MADE, "version.add", "body.artifact={\"name\":\"a\"}",
	  "describes no artifact" },
	{ MADE, "version.stage", "body.to=\"moon\"", "unknown stage" },
	{ MADE, "version.stage", "body.version=9", "the version wrongly" },
	{ MADE, "version.alias", "body.alias=", "'alias'" },
	{ MADE, "version.threshold", "body.to=\"high\"", "no number" },
	/* test sets and datasets */
	{ MADE, "testset.create", "body.schema=\"none\"",
	  "not that of its parts" },
	{ MADE, "testset.create", "body.rows=9", "other rows" },
	{ MADE, "testset.grow", "body.revision=7", "revision 7 follows" },
	{ MADE, "testset.grow", "body.digest=", "'digest'" },
	{ MADE, "testset.grow", "body.rows=2", "other rows" },
	{ MADE, "testset.relabel", "body.parts=[7]", "not that of its parts" },
	{ MADE, "testset.retire", "body.parts=[]", "not that of its parts" },
	{ MADE, "slice.add", "body.expr=", "'expr'" },
	{ MADE, "slice.remove", "body.name=\"other\"", "other" },
	{ MADE, "dataset.add", "body.profile=\"none\"", "names no blob" },
	{ MADE, "dataset.add", "body.rows=\"3\"", "'rows'" },
	/* answers */
	{ MADE, "prediction.import", "body.testset=\"none\"", "none" },
	{ MADE, "prediction.import", "body.parts=\"none\"",
	  "names no blob" },
	{ MADE, "prediction.import", "body.n=", "'n'" },
	{ MADE, "prediction.import", "body.n=2", "in parts that hold 3" },
	{ MADE, "prediction.import", "body.n=9223372036854775807",
	  "in parts that hold 3" },
	{ MADE, "prediction.import", "body.replaced=4", "as made anew" },
	{ MADE, "prediction.import", "body.replaced=-1", "as made anew" },
	{ MADE, "evaluation.add", "body.figures.accuracy.value=\"most\"",
	  "not a number" },
	{ MADE, "evaluation.add", "body.model=\"other\"", "other" },
	{ MADE, "evaluation.add", "body.n=", "'n'" },
	/* papers */
	{ MADE, "document.save", "body.text=", "'text'" },
	{ MADE, "document.save", "body.text=\"none\"", "names no blob" },
	{ "papers", "waiver.add", "body.until=\"soon\"", "until no day" },
	{ "papers", "waiver.add", "body.version=2", "speaks of" },
	{ MADE, "attestation.add", "body.claim=", "'claim'" },
	{ MADE, "role.grant", "body.role=\"\"", "nobody or no role" },
	{ MADE, "signoff.add", "body.meaning=\"liked\"",
	  "no sign-off means" },
	{ MADE, "signoff.add", "body.version=2", "is of" },
	{ MADE, "signoff.add", "body.size=99", "not" },
	{ MADE, "signoff.revoke", "body.signoff=1", "S-1" },
	/* problems */
	{ MADE, "problem.add", "body.model=\"other\"", "other" },
	{ MADE, "problem.add", "body.fields.age=\"1\"", "age" },
	{ MADE, "problem.add", "body.fields.title=7", "title" },
	{ MADE, "problem.set", "body.changes=", "no changes" },
	{ MADE, "problem.set", "body.changes.age={\"to\":\"1\"}",
	  "unknown" },
	{ MADE, "problem.set", "body.changes.harm.to=\"much\"", "'harm'" },
	{ MADE, "problem.comment", "body.text=", "'text'" },
	{ MADE, "problem.members", "body.testset=\"none\"", "none" },
	{ MADE, "problem.members", "body.op=\"keep\"", "keep" },
	{ MADE, "problem.members", "body.members=\"none\"",
	  "names no blob" },
	{ MADE, "problem.members", "body.n=9", "counts its patterns" },
	{ MADE, "problem.merge", "body.from=9", "P-9, which does not" },
	{ MADE, "problem.merge", "body.from=1", "into itself" },
	{ MADE, "problem.labels", "body.labels=\"none\"", "names no blob" },
};

/* -- Logs -- */

struct log {
	struct strs entries, blobs;
	struct db *file;		/* MADE */
};

static char folder[] = "/tmp/muster-hostile-XXXXXX", made[64];

static enum rc text_blob(struct apply *a, const char *ref, struct buf *out,
			 struct err *err)
{
	const struct log *log = a->blob_arg;
	struct hash name;

	if (!reg_blob_from_ref(ref, &name))
		return err_set(err, RC_CORRUPT, "'%.80s' names no blob", ref);
	buf_str(out, log->blobs.at[name.bytes[0] >> 4]);
	return RC_OK;
}

static void read_seed(struct log *log, const char *name)
{
	char *path = xasprintf("tests/fuzz/seeds/apply/%s", name);
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(fsx_read(path, ROOM, &text, &err), RC_OK);
	for (char *s = text.data, *end; *s; s = end + 1) {
		end = s + strcspn(s, "\n");
		*end = '\0';
		strs_add(*s == '#' ? &log->blobs : &log->entries,
			 s + (*s == '#'));
	}
	assert_int_equal(log->blobs.n, 16);
	buf_release(&text);
	free(path);
}

static void read_made(struct log *log)
{
	struct err err = ERR_INIT;
	struct stmt *s;
	int64_t version;

	if (reg_open_file(made, &log->file, &version, &err))
		fail_msg("%s", err.text);
	s = db_prepare(log->file, "SELECT entry FROM log ORDER BY idx");
	while (stmt_next(s, &err))
		strs_add(&log->entries, stmt_text(s, "entry"));
	assert_int_equal(stmt_end(s, RC_OK), RC_OK);
}

static void log_read(struct log *log, const char *name)
{
	*log = (struct log){ VEC_INIT, VEC_INIT, NULL };
	if (!strcmp(name, MADE))
		read_made(log);
	else
		read_seed(log, name);
}

static void log_release(struct log *log)
{
	strs_release(&log->entries);
	strs_release(&log->blobs);
	db_close(log->file);
}

/* -- Changing an entry -- */

static struct json *parsed(const char *text, size_t n)
{
	struct json *j = NULL;
	struct err err = ERR_INIT;

	if (json_parse(text, n, "a test's JSON", &j, &err))
		fail_msg("%.*s: %s", (int)n, text, err.text);
	return j;
}

/* member=JSON; a member within others is named with them: body.name */
static void change(struct json *entry, const char *line, size_t n)
{
	const char *equals = memchr(line, '=', n), *dot;
	char *path = xmemdupz(line, (size_t)(equals - line)), *key = path;
	size_t left = n - (size_t)(equals + 1 - line);
	struct json *in = entry;

	for (; (dot = strchr(key, '.')); key += dot + 1 - key) {
		path[dot - path] = '\0';
		in = json_get(in, key);
		assert_non_null(in);
	}
	if (left)
		json_set(in, key, parsed(equals + 1, left));
	else
		json_remove(in, key);
	free(path);
}

static void changed(const char *entry, const char *lines, struct buf *out)
{
	struct json *j = parsed(entry, strlen(entry));

	for (; *lines; lines += strcspn(lines, "\n"),
	     lines += *lines == '\n')
		change(j, lines, strcspn(lines, "\n"));
	json_write_canonical(out, j);
	json_free(j);
}

static bool is_kind(const char *entry, const char *kind)
{
	struct json *j = parsed(entry, strlen(entry));
	bool is = !strcmp(json_get_str(j, "kind"), kind);

	json_free(j);
	return is;
}

/* -- Applying -- */

/* As a write does: wholly, or not at all. */
static enum rc apply(struct db *db, struct log *log, const char *text,
		     size_t n, struct err *err)
{
	struct json *owner = NULL;
	struct entry e;
	struct apply a = {
		.db = db, .entry = &e,
		.blob = log->file ? blob_for_apply : text_blob,
		.blob_arg = log->file ? (void *)log->file : (void *)log,
	};
	enum rc rc = entry_parse(text, n, &e, &owner, err);

	if (rc != RC_OK)
		return rc;
	assert_int_equal(db_script(db, "SAVEPOINT one", NULL), RC_OK);
	rc = entry_apply(&a, text, n, err);
	if (rc != RC_OK)
		assert_int_equal(db_script(db, "ROLLBACK TO one", NULL),
				 RC_OK);
	assert_int_equal(db_script(db, "RELEASE one", NULL), RC_OK);
	json_free(owner);
	return rc;
}

static void must_apply(struct db *db, struct log *log, const char *text)
{
	struct err err = ERR_INIT;

	if (apply(db, log, text, strlen(text), &err))
		fail_msg("%s: %s", text, err.text);
}

static void test_hostile__entry(void **state)
{
	const struct row *r = *state;
	struct buf hostile = BUF_INIT;
	struct err err = ERR_INIT;
	struct db *db;
	struct log log;
	size_t i = 0;
	enum rc rc;

	log_read(&log, r->log);
	assert_int_equal(db_open(":memory:", DB_MEMORY, &db, &err), RC_OK);
	assert_int_equal(schema_create_projections(db, &err), RC_OK);
	assert_int_equal(db_script(db, "BEGIN", NULL), RC_OK);
	for (; i < log.entries.n && !is_kind(log.entries.at[i], r->kind); i++)
		must_apply(db, &log, log.entries.at[i]);
	assert_true(i < log.entries.n);
	changed(log.entries.at[i], r->change, &hostile);
	rc = apply(db, &log, hostile.data, hostile.len, &err);
	if (rc != RC_CORRUPT || !strstr(err.text, r->words))
		fail_msg("%d, '%s', not RC_CORRUPT and '%s'", (int)rc,
			 rc ? err.text : "", r->words);
	must_apply(db, &log, log.entries.at[i]);
	assert_int_equal(db_script(db, "ROLLBACK", NULL), RC_OK);
	db_close(db);
	buf_release(&hostile);
	log_release(&log);
}

/* -- Every member of every entry -- by another value, or none: it may be one
 * that an entry can have, but what is refused is corrupt. */

static const char *const others[] = { "", "\"other\"", "\"\"", "7", "-1", "[]",
				      "{}", "9223372036854775807",
				      "\"blob:"
	"46ee620637ed75b1fd7f661bfcad0ee11ccea95f7d653446ba7622303627082b\"" };

static void try_others(struct db *db, struct log *log, size_t i,
		       const char *path)
{
	for (size_t k = 0; k < COUNT(others); k++) {
		char *line = xasprintf("%s=%s", path, others[k]);
		struct buf hostile = BUF_INIT;
		struct err err = ERR_INIT;
		enum rc rc;

		changed(log->entries.at[i], line, &hostile);
		assert_int_equal(db_script(db, "SAVEPOINT try", NULL), RC_OK);
		rc = apply(db, log, hostile.data, hostile.len, &err);
		if (rc != RC_OK && rc != RC_CORRUPT)
			fail_msg("%s: %s: %d, '%s'", log->entries.at[i],
				 line, (int)rc, err.text);
		assert_int_equal(db_script(db, "ROLLBACK TO try; RELEASE try",
					   NULL), RC_OK);
		buf_release(&hostile);
		free(line);
	}
}

static void try_members(struct db *db, struct log *log, size_t i,
			const struct json *of, const char *path)
{
	for (size_t k = 0; k < json_size(of); k++) {
		const char *name;
		const struct json *member = json_member(of, k, &name);
		char *full = xasprintf("%s%s%s", path, *path ? "." : "",
				       name);

		if (!strchr(name, '.'))
			try_others(db, log, i, full);
		if (json_type(member) == JSON_OBJECT)
			try_members(db, log, i, member, full);
		free(full);
	}
}

static void test_hostile__every_member(void **state)
{
	struct err err = ERR_INIT;
	struct db *db;
	struct log log;

	(void)state;
	log_read(&log, MADE);
	assert_int_equal(db_open(":memory:", DB_MEMORY, &db, &err), RC_OK);
	assert_int_equal(schema_create_projections(db, &err), RC_OK);
	assert_int_equal(db_script(db, "BEGIN", NULL), RC_OK);
	for (size_t i = 0; i < log.entries.n; i++) {
		struct json *j = parsed(log.entries.at[i],
					strlen(log.entries.at[i]));

		try_members(db, &log, i, j, "");
		json_free(j);
		must_apply(db, &log, log.entries.at[i]);
	}
	assert_int_equal(db_script(db, "ROLLBACK", NULL), RC_OK);
	db_close(db);
	log_release(&log);
}

/* -- A test set's columns, which stand in a blob -- */

static const struct { const char *change, *words; } schemas[] = {
	{ "task=\"odd\"", "the task is unknown" },
	{ "task=", "the task is unknown" },
	{ "keys=1", "a list is missing" },
	{ "slices=[7]", "a name is missing" },
	{ "columns=[]", "there are none" },
	{ "columns=7", "there are none" },
	{ "columns=[[\"id\",-1]]", "no name or no role" },
	{ "columns=[[\"id\",4096]]", "no name or no role" },
	{ "columns=[[7,1]]", "no name or no role" },
	{ "columns=[\"id\"]", "no name or no role" },
	{ "target=", "a role has no column" },
	{ "target=\"none\"", "a role has no column" },
	{ "positive=", "a role has no column" },
	{ "weight=\"text\"", "a role has no column" },
	{ "group=\"none\"", "a role has no column" },
	{ "scale=\"text\"", "a role has no column" },
	{ "keys=[\"text\"]", "a role has no column" },
	{ "keys=[]", "a role has no column" },
};

static void test_hostile__columns(void **state)
{
	struct buf text = BUF_INIT, hostile = BUF_INIT;
	struct err err = ERR_INIT;
	struct ts_schema schema;
	struct json *j;
	struct log log;
	struct apply a;
	size_t i = 0;

	(void)state;
	log_read(&log, MADE);
	while (!is_kind(log.entries.at[i], "testset.create"))
		i++;
	j = parsed(log.entries.at[i], strlen(log.entries.at[i]));
	a = (struct apply){ .blob_arg = log.file };
	assert_int_equal(blob_for_apply(&a, json_get_str(json_get(j, "body"),
							 "schema"),
					&text, &err), RC_OK);
	json_free(j);
	for (i = 0; i < COUNT(schemas); i++) {
		buf_clear(&hostile);
		changed(text.data, schemas[i].change, &hostile);
		j = parsed(hostile.data, hostile.len);
		assert_int_equal(ts_schema_parse(j, &schema, &err),
				 RC_CORRUPT);
		if (!strstr(err.text, schemas[i].words))
			fail_msg("%s: '%s'", schemas[i].change, err.text);
		json_free(j);
	}
	buf_release(&text);
	buf_release(&hostile);
	log_release(&log);
}

/* -- What is kept to be quick: another length is none of ours -- */

static void test_hostile__run_digests(void **state)
{
	struct run_digest two[] = { { { { 1 } }, { { 2 } } },
				    { { { 3 } }, { { 4 } } } };
	struct run_digests from = { two, 2, 2 }, got = VEC_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	run_digests_write(&from, &out);
	assert_int_equal(run_digests_read(out.data, out.len, &got, NULL),
			 RC_OK);
	assert_int_equal(got.n, 2);
	assert_memory_equal(got.at, two, sizeof(two));
	vec_free(&got);
	for (size_t n = 0; n < out.len; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, out.data, n);
		assert_int_equal(run_digests_read(copy, n, &got, NULL),
				 RC_CORRUPT);
		free(copy);
	}
	for (size_t i = 0; i < 8; i++) {	/* the head */
		out.data[i] ^= 1;
		assert_int_equal(run_digests_read(out.data, out.len, &got,
						  NULL), RC_CORRUPT);
		out.data[i] ^= 1;
	}
	buf_release(&out);
}

static int set_up(void **state)
{
	const char *muster = getenv("MUSTER");

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(made, sizeof(made), "%s/made.db", folder);
	return run_shell("sh tests/registry/every_kind.sh "
			 "\"$(realpath '%s')\" '%s'",
			 muster ? muster : "build/muster", folder);
}

static int tear_down(void **state)
{
	(void)state;
	return run_shell("rm -rf '%s'", folder);
}

int main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 3] = {
		cmocka_unit_test(test_hostile__every_member),
		cmocka_unit_test(test_hostile__columns),
		cmocka_unit_test(test_hostile__run_digests),
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[i + 3] = (struct CMUnitTest){
			xasprintf("test_hostile__%s %s", rows[i].kind,
				  rows[i].change),
			test_hostile__entry, NULL, NULL,
			(void *)(uintptr_t)&rows[i] };
	int failed = cmocka_run_group_tests_name("hostile_entries", tests,
						 set_up, tear_down);

	for (size_t i = 0; i < COUNT(rows); i++)
		free((char *)(uintptr_t)tests[i + 3].name);
	return failed;
}
