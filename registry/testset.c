/* Test sets as entries and tables, and what is known of them without reading
 * a column. */
#include "registry/testset.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/nouns.h"
#include "registry/testset_inside.h"

/* -- Apply -- */

struct state {				/* the newest revision of a set */
	int64_t id, revision;
	int64_t n, n_rows;
	char *digest, *labels;
	struct ts_schema schema;
};

static void state_release(struct state *s)
{
	free(s->digest);
	free(s->labels);
	ts_schema_release(&s->schema);
	s->digest = s->labels = NULL;
}

struct ts_step {				/* the revision an entry makes */
	int64_t testset, revision;
	int64_t n, n_rows, added, relabelled, retired, revived;
	const char *digest, *labels, *reason;
};

static const char *name_of(const struct entry *e)
{
	return strncmp(e->object, "testset/", 8) ? "" : e->object + 8;
}

static enum rc parse_schema_text(const char *text, struct ts_schema *out,
				 struct err *err)
{
	struct json *j = NULL;
	enum rc rc = json_parse(text, strlen(text), "columns", &j, err);

	if (rc == RC_OK)
		rc = ts_schema_parse(j, out, err);
	json_free(j);
	return rc == RC_OK ? RC_OK : RC_CORRUPT;
}

static enum rc read_state(struct db *db, const char *name, struct state *out,
			  struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT t.id, t.revision, t.schema, r.n, r.n_rows, r.digest,"
		"       r.labels"
		"  FROM testset AS t"
		"  JOIN testset_revision AS r"
		"    ON r.testset_id = t.id AND r.revision = t.revision"
		" WHERE t.name = ?");
	enum rc rc;

	*out = (struct state){ 0 };
	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	out->id = stmt_int(s, "id");
	out->revision = stmt_int(s, "revision");
	out->n = stmt_int(s, "n");
	out->n_rows = stmt_int(s, "n_rows");
	out->digest = stmt_text_copy(s, "digest");
	out->labels = stmt_text_copy(s, "labels");
	rc = parse_schema_text(stmt_text(s, "schema"), &out->schema, err);
	stmt_done(s);
	if (rc != RC_OK)
		state_release(out);
	return rc;
}

static enum rc read_blob_json(struct apply *a, const char *key,
			      struct json **out, struct err *err)
{
	struct buf bytes = BUF_INIT;
	const char *ref;
	enum rc rc = body_str(a->entry->body, key, &ref, err);

	if (rc == RC_OK)
		rc = a->blob(a, ref, &bytes, err);
	if (rc == RC_OK)
		rc = json_parse(bytes.data, bytes.len, key, out, err);
	buf_release(&bytes);
	return rc == RC_OK || rc_is_no_answer(rc) ? rc : RC_CORRUPT;
}

static enum rc check_digest(struct apply *a, const char *before,
			    struct ts_step *step, struct err *err)
{
	char hex[HASH_HEX_SIZE];
	enum rc rc = body_str(a->entry->body, "digest", &step->digest, err);

	if (rc != RC_OK)
		return rc;
	ts_revision_digest(before, a->entry->body, hex);
	if (strcmp(hex, step->digest) != 0)
		return err_set(err, RC_CORRUPT, "the digest of the revision "
			       "is not that of its parts");
	step->reason = json_get_str(a->entry->body, "reason");
	return RC_OK;
}

static enum rc insert_revision(struct apply *a, const struct ts_step *step,
			       struct err *err)
{
	const struct entry *e = a->entry;
	struct stmt *s = db_prepare(a->db,
		"INSERT INTO testset_revision (testset_id, revision, digest,"
		"       n, n_rows, added, relabelled, retired, revived, labels,"
		"       time, who, reason, idx)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	enum rc rc;

	stmt_bind_int(s, step->testset);
	stmt_bind_int(s, step->revision);
	stmt_bind_text(s, step->digest);
	stmt_bind_int(s, step->n);
	stmt_bind_int(s, step->n_rows);
	stmt_bind_int(s, step->added);
	stmt_bind_int(s, step->relabelled);
	stmt_bind_int(s, step->retired);
	stmt_bind_int(s, step->revived);
	stmt_bind_text(s, step->labels);
	stmt_bind_int(s, e->time);
	stmt_bind_text(s, e->login);
	stmt_bind_text(s, step->reason);
	stmt_bind_int(s, (int64_t)e->index);
	rc = stmt_run(s, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "UPDATE testset SET revision = ? WHERE id = ?");
	stmt_bind_int(s, step->revision);
	stmt_bind_int(s, step->testset);
	return stmt_run(s, err);
}

/* Its manifest is read, so that its blobs count as named and rows are what
 * the entry says. *labels is the caller's to free. */
static enum rc insert_segment(struct apply *a, const struct ts_step *step,
			      size_t n_columns, char **labels, struct err *err)
{
	const struct json *body = a->entry->body;
	struct json *j = NULL;
	struct chunks chunks;
	struct buf text = BUF_INIT;
	struct stmt *s;
	enum rc rc;

	chunks_init(&chunks, n_columns);
	rc = read_blob_json(a, "segment", &j, err);
	if (rc == RC_OK)
		rc = chunks_parse(&chunks, j, err);
	if (rc == RC_OK && (int64_t)chunks.n_rows != step->added)
		rc = err_set(err, RC_CORRUPT, "a segment has other rows than "
			     "its entry says");
	if (rc == RC_OK)
		rc = apply_note_blobs(a, json_get(j, "blobs"), err);
	if (rc != RC_OK)
		goto out;
	json_write_canonical(&text, json_get(j, "labels"));
	*labels = buf_detach(&text);
	s = db_prepare(a->db,
		"INSERT INTO testset_segment (testset_id, first_row, revision,"
		"       n_rows, manifest, source)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	stmt_bind_int(s, step->testset);
	stmt_bind_int(s, step->n_rows - step->added);
	stmt_bind_int(s, step->revision);
	stmt_bind_int(s, step->added);
	stmt_bind_text(s, json_get_str(body, "segment"));
	stmt_bind_text(s, json_get_str(body, "source"));
	rc = stmt_run(s, err);
out:
	chunks_release(&chunks);
	json_free(j);
	buf_release(&text);
	return rc;
}

static enum rc insert_testset(struct apply *a, const struct ts_schema *schema,
			      const struct json *json, struct err *err)
{
	struct buf text = BUF_INIT;
	struct stmt *s = db_prepare(a->db,
		"INSERT INTO testset (id, name, task, schema, revision)"
		" VALUES (?, ?, ?, ?, 1)");
	enum rc rc;

	json_write_canonical(&text, json);
	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_text(s, name_of(a->entry));
	stmt_bind_text(s, task_name(schema->task));
	stmt_bind_text(s, text.data);
	rc = stmt_run(s, err);
	buf_release(&text);
	return rc;
}

/* Ordinals have 32 bits. */
static enum rc rows_added(const struct apply *a, int64_t so_far, int64_t *out,
			  struct err *err)
{
	enum rc rc = body_int(a->entry->body, "rows", out, err);

	return rc != RC_OK || (*out >= 0 && *out <= UINT32_MAX - so_far) ? rc :
	       err_set(err, RC_CORRUPT, "entry adds %lld rows",
		       (long long)*out);
}

static enum rc apply_create(struct apply *a, struct err *err)
{
	struct ts_step step = { .testset = (int64_t)a->entry->index + 1,
			     .revision = 1 };
	struct ts_schema schema = { 0 };
	struct json *j = NULL;
	char *labels = NULL;
	enum rc rc = ts_name_check(name_of(a->entry), err);

	if (rc != RC_OK)
		return RC_CORRUPT;
	rc = rows_added(a, 0, &step.added, err);
	if (rc == RC_OK)
		rc = check_digest(a, NULL, &step, err);
	if (rc == RC_OK)
		rc = read_blob_json(a, "schema", &j, err);
	if (rc == RC_OK)
		rc = ts_schema_parse(j, &schema, err);
	if (rc == RC_OK)
		rc = insert_testset(a, &schema, j, err);
	step.n = step.n_rows = step.added;
	if (rc == RC_OK)
		rc = insert_segment(a, &step, schema.columns.n, &labels, err);
	step.labels = labels;
	if (rc == RC_OK)
		rc = insert_revision(a, &step, err);
	ts_schema_release(&schema);
	json_free(j);
	free(labels);
	return rc;
}

/* -- Steps after the first -- */

static enum rc no_testset(const struct entry *e, enum rc rc, struct err *err)
{
	return rc != RC_NOT_FOUND ? rc :
	       err_set(err, RC_CORRUPT, "'%s' is no test set", e->object);
}

static enum rc begin_step(struct apply *a, struct state *state,
			  struct ts_step *step, struct err *err)
{
	const struct json *body = a->entry->body;
	enum rc rc = read_state(a->db, name_of(a->entry), state, err);

	*step = (struct ts_step){ 0 };
	if (rc != RC_OK)
		return no_testset(a->entry, rc, err);
	rc = body_int(body, "revision", &step->revision, err);
	if (rc == RC_OK && step->revision != state->revision + 1)
		rc = err_set(err, RC_CORRUPT, "revision %lld follows %lld",
			     (long long)step->revision,
			     (long long)state->revision);
	if (rc == RC_OK)
		rc = check_digest(a, state->digest, step, err);
	step->testset = state->id;
	step->n = state->n;
	step->n_rows = state->n_rows;
	step->labels = state->labels;
	return rc;
}

static enum rc insert_change(struct apply *a, const struct ts_step *step,
			     size_t part, const struct change_part *change,
			     const char *ref, struct err *err)
{
	struct stmt *s = db_prepare(a->db,
		"INSERT INTO testset_change (testset_id, revision, part,"
		"       change, n, ordinals)"
		" VALUES (?, ?, ?, ?, ?, ?)");

	stmt_bind_int(s, step->testset);
	stmt_bind_int(s, step->revision);
	stmt_bind_int(s, (int64_t)part);
	stmt_bind_text(s, ts_change_names[change->change]);
	stmt_bind_int(s, (int64_t)change->n);
	stmt_bind_text(s, ref);
	return stmt_run(s, err);
}

static enum rc apply_part(struct apply *a, struct ts_step *step, size_t part,
			  const char *ref, struct err *err)
{
	int64_t *count[] = { &step->retired, &step->revived,
			     &step->relabelled };
	struct change_part change = { 0 };
	struct buf bytes = BUF_INIT;
	enum rc rc;

	if (!ref)
		return err_set(err, RC_CORRUPT, "a part has no name");
	rc = a->blob(a, ref, &bytes, err);
	if (rc == RC_OK)
		rc = change_read(bytes.data, bytes.len,
				 (uint64_t)step->n_rows, &change, err);
	if (rc == RC_OK)
		rc = insert_change(a, step, part, &change, ref, err);
	if (rc == RC_OK)
		*count[change.change] += (int64_t)change.n;
	buf_release(&bytes);
	return rc;
}

/* A step: rows added, if it names a segment, then the parts in order. */
static enum rc apply_step(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body, *parts;
	struct state state;
	struct ts_step step;
	char *labels = NULL;
	enum rc rc = begin_step(a, &state, &step, err);

	parts = json_get(body, "parts");
	if (rc == RC_OK && json_get(body, "segment")) {
		rc = rows_added(a, step.n_rows, &step.added, err);
		if (rc == RC_OK) {
			step.n += step.added;
			step.n_rows += step.added;
			rc = insert_segment(a, &step, state.schema.columns.n,
					    &labels, err);
		}
		step.labels = labels;
	}
	for (size_t i = 0; i < json_size(parts) && rc == RC_OK; i++)
		rc = apply_part(a, &step, i, json_str(json_at(parts, i)),
				err);
	if (rc == RC_OK && json_get(body, "labels")) {
		struct buf text = BUF_INIT;

		json_write_canonical(&text, json_get(body, "labels"));
		free(labels);
		step.labels = labels = buf_detach(&text);
	}
	step.n += step.revived - step.retired;
	if (rc == RC_OK && (step.n < 0 || step.n > step.n_rows))
		rc = err_set(err, RC_CORRUPT, "%lld of %lld patterns would be "
			     "active", (long long)step.n,
			     (long long)step.n_rows);
	if (rc == RC_OK)
		rc = insert_revision(a, &step, err);
	free(labels);
	state_release(&state);
	return rc;
}

static enum rc delete_from(struct apply *a, const char *sql, int64_t id,
			   struct err *err)
{
	struct stmt *s = db_prepare(a->db, sql);

	stmt_bind_int(s, id);
	return stmt_run(s, err);
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	struct state state;
	enum rc rc = read_state(a->db, name_of(a->entry), &state, err);

	if (rc != RC_OK)
		return no_testset(a->entry, rc, err);
	rc = delete_from(a, "DELETE FROM testset_change"
			    " WHERE testset_id = ?", state.id, err);
	if (rc == RC_OK)
		rc = delete_from(a, "DELETE FROM testset_segment"
				    " WHERE testset_id = ?", state.id, err);
	if (rc == RC_OK)
		rc = delete_from(a, "DELETE FROM testset_revision"
				    " WHERE testset_id = ?", state.id, err);
	if (rc == RC_OK)
		rc = delete_from(a, "DELETE FROM testset WHERE id = ?",
				 state.id, err);
	state_release(&state);
	return rc;
}

/* -- Undo -- */

static enum rc is_used(struct reg_tx *tx, const char *name, bool *out,
		       struct err *err)
{
	struct stmt *s = db_prepare(reg_db(tx_registry(tx)),
		"SELECT (SELECT COUNT(*) FROM slice WHERE testset = t.name)"
		"     + (SELECT COUNT(*) FROM prediction"
		"         WHERE testset_id = t.id)"
		"     + t.revision - 1 AS uses"
		"  FROM testset AS t"
		" WHERE t.name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_REFUSED, "test set '%s' is gone "
			       "already", name);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "uses") > 0;
	stmt_done(s);
	return RC_OK;
}

static enum rc undo_create(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	bool used = false;
	enum rc rc = is_used(tx, name_of(e), &used, err);

	if (rc == RC_OK && used)
		rc = err_set(err, RC_REFUSED, "test set '%s' is in use: it "
			     "has slices, predictions or newer revisions",
			     name_of(e));
	return rc == RC_OK ? tx_append(tx, "testset.remove", e->object,
				       TX_ANY_BASE, json_new_object(), NULL,
				       err) : rc;
}

/* -- Lines of the log -- */

static void line_create(const struct entry *e, struct buf *out)
{
	const char *task = json_get_str(e->body, "task");

	buf_printf(out, "test set created: %lld patterns, %s",
		   (long long)json_get_int(e->body, "rows", 0),
		   task ? task : "?");
}

/* "grow" is what was asked for; people read what came of it. */
static const char *step_word(const char *kind)
{
	static const char *const words[][2] = {
		{ "testset.grow", "added" },
		{ "testset.relabel", "relabelled" },
		{ "testset.retire", "retired" },
		{ "testset.revive", "revived" },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(kind, words[i][0]))
			return words[i][1];
	return strrchr(kind, '.') + 1;
}

static void line_step(const struct entry *e, struct buf *out)
{
	const char *reason = json_get_str(e->body, "reason");

	buf_printf(out, "revision %lld: %lld %s%s%s",
		   (long long)json_get_int(e->body, "revision", 0),
		   (long long)json_get_int(e->body, "n", 0),
		   step_word(e->kind), reason ? ": " : "",
		   reason ? reason : "");
}

static void line_remove(const struct entry *e, struct buf *out)
{
	(void)e;
	buf_str(out, "test set removed");
}

const struct entry_kind testset_kinds[] = {
	{ "testset.create", 1, apply_create, line_create, undo_create },
	{ "testset.grow", 1, apply_step, line_step,
	  .undo_apart = testset_undo },
	{ "testset.relabel", 1, apply_step, line_step,
	  .undo_apart = testset_undo },
	{ "testset.retire", 1, apply_step, line_step,
	  .undo_apart = testset_undo },
	{ "testset.revive", 1, apply_step, line_step,
	  .undo_apart = testset_undo },
	{ "testset.remove", 1, apply_remove, line_remove, NULL },
	{ 0 }
};

/* -- Reading -- */

enum rc ts_name_check(const char *name, struct err *err)
{
	return name_check("test set", name, err);
}

void testset_info_release(struct testset_info *t)
{
	free(t->name);
	free(t->digest);
	strs_release(&t->labels);
	free(t->target);
	free(t->positive);
	strs_release(&t->keys);
	strs_release(&t->inputs);
	strs_release(&t->slices);
	free(t->weight);
	free(t->group);
	free(t->scale);
	for (size_t i = 0; i < t->n_revisions; i++) {
		free(t->revisions[i].digest);
		free(t->revisions[i].actor);
		free(t->revisions[i].reason);
	}
	free(t->revisions);
	*t = (struct testset_info){ 0 };
}

static void copy_strs(struct strs *to, const struct strs *from)
{
	for (size_t i = 0; i < from->n; i++)
		strs_add(to, from->at[i]);
}

static void info_from_schema(struct testset_info *t,
			     const struct ts_schema *s)
{
	t->task = s->task;
	t->target = xstrdup(s->target);
	t->positive = xstrdup_or_null(s->positive);
	t->weight = xstrdup_or_null(s->weight);
	t->group = xstrdup_or_null(s->group);
	t->scale = xstrdup_or_null(s->scale);
	copy_strs(&t->keys, &s->keys);
	copy_strs(&t->slices, &s->slices);
	for (size_t i = 0; i < s->columns.n; i++)
		if (s->columns.at[i].roles & ROLE_INPUT)
			strs_add(&t->inputs, s->columns.at[i].name);
}

static enum rc labels_from_text(const char *text, struct strs *out,
				struct err *err)
{
	struct json *j = NULL;
	enum rc rc = json_parse(text, strlen(text), "labels", &j, err);

	strs_release(out);
	for (size_t i = 0; i < json_size(j) && rc == RC_OK; i++) {
		const char *s = json_str(json_at(j, i));

		if (s)
			strs_add(out, s);
		else
			rc = err_set(err, RC_CORRUPT, "a label is no text");
	}
	json_free(j);
	return rc;
}

static enum rc take_revision(struct testset_info *t, struct stmt *s,
			     struct err *err)
{
	struct testset_revision *r = &t->revisions[t->n_revisions++];

	*r = (struct testset_revision){
		.revision = stmt_int(s, "revision"),
		.digest = stmt_text_copy(s, "digest"),
		.n = (uint64_t)stmt_int(s, "n"),
		.added = (uint64_t)stmt_int(s, "added"),
		.relabelled = (uint64_t)stmt_int(s, "relabelled"),
		.retired = (uint64_t)stmt_int(s, "retired"),
		.revived = (uint64_t)stmt_int(s, "revived"),
		.time = stmt_int(s, "time"),
		.actor = stmt_text_copy(s, "who"),
		.reason = stmt_text_copy(s, "reason"),
		.entry = (uint64_t)stmt_int(s, "idx"),
	};
	t->revision = r->revision;
	t->n = r->n;
	t->n_rows = (uint64_t)stmt_int(s, "n_rows");
	t->n_retired = t->n_rows - t->n;
	free(t->digest);
	t->digest = xstrdup(r->digest);
	return labels_from_text(stmt_text(s, "labels"), &t->labels, err);
}

static enum rc read_revisions(struct db *db, int64_t revision,
			      struct testset_info *t, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT revision, digest, n, n_rows, added, relabelled,"
		"       retired, revived, labels, time, who, reason, idx"
		"  FROM testset_revision"
		" WHERE testset_id = ? AND revision <= ?"
		" ORDER BY revision");
	size_t cap = 0;
	enum rc rc = RC_OK;

	stmt_bind_int(s, t->id);
	stmt_bind_int(s, revision);
	while (rc == RC_OK && stmt_next(s, err)) {
		if (t->n_revisions == cap) {
			cap = cap ? cap * 2 : 4;
			t->revisions = xreallocarray(t->revisions, cap,
						     sizeof(*t->revisions));
		}
		rc = take_revision(t, s, err);
	}
	rc = stmt_end(s, rc);
	if (rc != RC_OK)
		return rc;
	if (t->n_revisions == 0 || t->revision != revision)
		return err_set(err, RC_NOT_FOUND, "test set '%s' has no "
			       "revision %lld", t->name, (long long)revision);
	return RC_OK;
}

enum rc testset_not_there(const char *name, struct err *err)
{
	return err_set(err, RC_NOT_FOUND, "test set '%s' does not exist; "
		       "'muster testset list' shows all", name);
}

static enum rc find_testset(struct db *db, const char *name, int64_t *id,
			    int64_t *newest, struct ts_schema *schema,
			    struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT id, revision, schema FROM testset WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return testset_not_there(name, err);
	if (rc != RC_OK)
		return rc;
	*id = stmt_int(s, "id");
	*newest = stmt_int(s, "revision");
	rc = parse_schema_text(stmt_text(s, "schema"), schema, err);
	stmt_done(s);
	return rc;
}

enum rc ts_info(struct registry *reg, const char *name, int64_t revision,
		struct testset_info *out, struct ts_schema *schema,
		struct err *err)
{
	struct db *db = reg_db(reg);
	int64_t newest = 0;
	enum rc rc;

	*out = (struct testset_info){ 0 };
	*schema = (struct ts_schema){ 0 };
	rc = reg_read_begin(reg, err);
	if (rc != RC_OK)
		return rc;
	rc = find_testset(db, name, &out->id, &newest, schema, err);
	if (rc == RC_OK) {
		out->name = xstrdup(name);
		info_from_schema(out, schema);
		rc = read_revisions(db, revision ? revision : newest, out,
				    err);
	}
	reg_read_end(reg);
	if (rc != RC_OK) {
		testset_info_release(out);
		ts_schema_release(schema);
	}
	return rc;
}

enum rc reg_testset_info(struct registry *reg, const char *name,
			 int64_t revision, struct testset_info *out,
			 struct err *err)
{
	struct ts_schema schema;
	enum rc rc = ts_info(reg, name, revision, out, &schema, err);

	if (rc == RC_OK)
		ts_schema_release(&schema);
	return rc;
}

static enum rc list_names(struct db *db, struct strs *out, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT name FROM testset ORDER BY name");

	while (stmt_next(s, err))
		strs_add(out, stmt_text(s, "name"));
	return stmt_end(s, RC_OK);
}

void testset_infos_release(struct testset_infos *v)
{
	for (size_t i = 0; i < v->n; i++)
		testset_info_release(&v->at[i]);
	vec_free(v);
}

enum rc reg_testset_list(struct registry *reg, struct testset_infos *out,
			 struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct testset_infos)VEC_INIT;
	if (rc != RC_OK)
		return rc;
	rc = list_names(reg_db(reg), &names, err);
	for (size_t i = 0; i < names.n && rc == RC_OK; i++)
		rc = reg_testset_info(reg, names.at[i], 0, vec_add(out), err);
	reg_read_end(reg);
	if (rc != RC_OK)
		testset_infos_release(out);
	strs_release(&names);
	return rc;
}
