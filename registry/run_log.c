/* Runs as entries and as a table. */
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/nouns.h"
#include "registry/run.h"
#include "registry/run_inside.h"

static const char *const state_texts[] = {
#define X(id, text) [id] = text,
	RUN_STATE_LIST(X)
#undef X
};

const char *run_state_text(enum run_state state)
{
	return state_texts[state];
}

static bool state_from(const char *text, enum run_state *out)
{
	for (enum run_state s = 0; s < RUN_STATES; s++)
		if (text && !strcmp(text, state_texts[s])) {
			*out = s;
			return true;
		}
	return false;
}

static void run_rec_release(struct run_rec *r)
{
	free(r->model);
	free(r->testset);
	free(r->why);
	free(r->sandbox);
	free(r->artifact);
	free(r->said);
	free(r->who);
}

void run_recs_release(struct run_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		run_rec_release(&v->at[i]);
	vec_free(v);
}

/* -- Entries -- */

static enum rc apply_start(struct apply *a, struct err *err)
{
	const char *testset, *process, *model;
	int64_t version, revision, asked;
	const struct body_field fields[] = {
		{ "testset", &testset }, { "process", &process },
		{ "model", &model }, { "version", .number = &version },
		{ "revision", .number = &revision },
		{ "asked", .number = &asked }, { 0 },
	};
	struct stmt *s;
	enum rc rc = body_read(a->entry->body, fields, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"INSERT INTO run (id, version_id, testset, revision, asked,"
		"       process, state, time, who)"
		" SELECT ?, v.id, t.name, ?, ?, ?, 'running', ?, ?"
		"   FROM version AS v, testset AS t"
		"  WHERE v.model = ? AND v.version = ? AND t.name = ?");
	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_int(s, revision);
	stmt_bind_int(s, asked);
	stmt_bind_text(s, process);
	stmt_bind_int(s, a->entry->time);
	stmt_bind_text(s, a->entry->login);
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_text(s, testset);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "run of '%s@%lld' on '%s', of "
			     "which one is not there", model,
			     (long long)version, testset);
	return rc;
}

static void bind_member(struct stmt *s, const struct json *body,
			const char *key)
{
	int64_t i;

	if (json_int(json_get(body, key), &i))
		stmt_bind_int(s, i);
	else
		stmt_bind_null(s);
}

static enum rc apply_end(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body;
	enum run_state state;
	int64_t run;
	struct stmt *s;
	enum rc rc = body_int(body, "run", &run, err);

	if (rc != RC_OK)
		return rc;
	if (!state_from(json_get_str(body, "state"), &state) ||
	    state == RUN_RUNNING || state > RUN_ABORTED)
		return err_set(err, RC_CORRUPT, "a run ends in no such state");
	s = db_prepare(a->db,
		"UPDATE run"
		"   SET state = ?, why = ?, sandbox = ?, artifact = ?,"
		"       status = ?, duration_ms = ?, stored = ?, said = ?"
		" WHERE id = ? AND state = 'running'");
	stmt_bind_text(s, state_texts[state]);
	stmt_bind_text(s, json_get_str(body, "why"));
	stmt_bind_text(s, json_get_str(body, "sandbox"));
	stmt_bind_text(s, json_get_str(body, "artifact"));
	bind_member(s, body, "status");
	bind_member(s, body, "duration_ms");
	bind_member(s, body, "stored");
	stmt_bind_text(s, json_get_str(body, "said"));
	stmt_bind_int(s, run + 1);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry %lld is no run that is "
			     "open", (long long)run);
	return rc;
}

static void line_start(const struct entry *e, struct buf *out)
{
	const char *testset = json_get_str(e->body, "testset");

	buf_printf(out, "asked for %lld predictions on %s",
		   (long long)json_get_int(e->body, "asked", 0),
		   testset ? testset : "?");
}

static void line_end(const struct entry *e, struct buf *out)
{
	const char *state = json_get_str(e->body, "state");
	const char *sandbox = json_get_str(e->body, "sandbox");
	const char *why = json_get_str(e->body, "why");

	buf_printf(out, "run of entry %lld %s, %lld stored",
		   (long long)json_get_int(e->body, "run", -1),
		   state ? state : "?",
		   (long long)json_get_int(e->body, "stored", 0));
	if (sandbox)
		buf_printf(out, "; %s", sandbox);
	if (why)
		buf_printf(out, ": %s", why);
}

const struct entry_kind run_kinds[] = {
	{ "run.start", 1, apply_start, line_start, NULL },
	{ "run.end", 1, apply_end, line_end, NULL },
	{ 0 }
};

/* -- Writing -- */

struct starting {
	const struct run_rec *rec;
	const struct strs *argv;
	uint64_t index;
};

static struct json *texts(const struct strs *v)
{
	struct json *out = json_new_array();

	for (size_t i = 0; v && i < v->n; i++)
		json_append(out, json_new_str(v->at[i]));
	return out;
}

static enum rc write_start(struct reg_tx *tx, void *arg, struct err *err)
{
	struct starting *w = arg;
	char *object = version_object(w->rec->model, w->rec->version);
	char *process = process_name();
	struct json *body = json_new_object();
	enum rc rc;

	json_set_str(body, "model", w->rec->model);
	json_set_int(body, "version", w->rec->version);
	json_set_str(body, "testset", w->rec->testset);
	json_set_int(body, "revision", w->rec->revision);
	json_set_int(body, "asked", (int64_t)w->rec->asked);
	json_set_str(body, "process", process);
	json_set(body, "argv", texts(w->argv));
	rc = tx_append(tx, "run.start", object, TX_ANY_BASE, body, &w->index,
		       err);
	free(object);
	free(process);
	return rc;
}

/* When and by whom, as the entry says. */
static enum rc read_start(struct registry *reg, struct run_rec *rec,
			  struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT time, who"
		"  FROM run"
		" WHERE id = ?");
	enum rc rc;

	stmt_bind_int(s, rec->id);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	rec->time = stmt_int(s, "time");
	free(rec->who);
	rec->who = stmt_text_copy(s, "who");
	stmt_done(s);
	return RC_OK;
}

enum rc run_log_start(struct registry *reg, struct run_rec *rec,
		      const struct strs *argv, struct err *err)
{
	struct starting w = { .rec = rec, .argv = argv };
	enum rc rc = reg_write(reg, write_start, &w, err);

	if (rc != RC_OK)
		return rc;
	rec->id = (int64_t)w.index + 1;
	return read_start(reg, rec, err);
}

static enum rc write_end(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct run_rec *rec = arg;
	char *object = version_object(rec->model, rec->version);
	struct json *body = json_new_object();
	enum rc rc;

	json_set_int(body, "run", rec->id - 1);
	json_set_str(body, "state", state_texts[rec->state]);
	json_set_str(body, "why", rec->why);
	json_set_str(body, "sandbox", rec->sandbox);
	json_set_str(body, "artifact", rec->artifact);
	if (rec->state != RUN_ABORTED) {
		json_set_int(body, "status", rec->status);
		json_set_int(body, "duration_ms", rec->duration_ms);
		json_set_int(body, "stored", (int64_t)rec->stored);
	}
	json_set_str(body, "said", rec->said);
	rc = tx_append(tx, "run.end", object, TX_ANY_BASE, body, NULL, err);
	free(object);
	return rc;
}

enum rc run_log_end(struct registry *reg, struct run_rec *rec,
		    const struct buf *stderr_tail, struct err *err)
{
	struct hash hash;
	enum rc rc = RC_OK;

	if (stderr_tail && stderr_tail->len) {
		rc = reg_blob_put(reg, stderr_tail->data, stderr_tail->len,
				  &hash, err);
		if (rc == RC_OK)
			rec->said = reg_blob_ref(&hash);
	}
	return rc == RC_OK ? reg_write(reg, write_end, rec, err) : rc;
}

/* -- Reading -- */

static void take_rec(struct stmt *s, struct run_rec *r)
{
	*r = (struct run_rec){
		.id = stmt_int(s, "id"), .model = stmt_text_copy(s, "model"),
		.version = stmt_int(s, "version"),
		.testset = stmt_text_copy(s, "testset"),
		.revision = stmt_int(s, "revision"),
		.asked = (uint64_t)stmt_int(s, "asked"),
		.stored = (uint64_t)stmt_int(s, "stored"),
		.why = stmt_text_copy(s, "why"),
		.sandbox = stmt_text_copy(s, "sandbox"),
		.artifact = stmt_text_copy(s, "artifact"),
		.status = stmt_int(s, "status"),
		.duration_ms = stmt_int(s, "duration_ms"),
		.said = stmt_text_copy(s, "said"),
		.time = stmt_int(s, "time"), .who = stmt_text_copy(s, "who"),
	};
	if (!state_from(stmt_text(s, "state"), &r->state))
		r->state = RUN_FAILED;
}

enum rc reg_run_list(struct registry *reg, const char *model, int64_t version,
		     const char *testset, struct run_recs *out,
		     struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT r.id, v.model, v.version, r.testset, r.revision,"
		"       r.asked, r.state, r.why, r.sandbox, r.artifact,"
		"       r.status, r.duration_ms, r.stored, r.said, r.time,"
		"       r.who"
		"  FROM run AS r"
		"  JOIN version AS v ON v.id = r.version_id"
		" WHERE (?1 IS NULL OR (v.model = ?1 AND v.version = ?2))"
		"   AND (?3 IS NULL OR r.testset = ?3)"
		" ORDER BY r.id DESC");
	enum rc rc;

	*out = (struct run_recs)VEC_INIT;
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_text(s, testset);
	while (stmt_next(s, err))
		take_rec(s, vec_add(out));
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		run_recs_release(out);
	return rc;
}

enum rc reg_run_said(struct registry *reg, int64_t id, struct buf *out,
		     struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT said"
		"  FROM run"
		" WHERE id = ? AND said IS NOT NULL");
	struct hash hash;
	bool named;
	enum rc rc;

	stmt_bind_int(s, id);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "entry %lld is no run that said "
			       "anything on stderr", (long long)id - 1);
	if (rc != RC_OK)
		return rc;
	named = reg_blob_from_ref(stmt_text(s, "said"), &hash);
	stmt_done(s);
	return named ? reg_blob_get(reg, &hash, out, err)
		     : err_set(err, RC_CORRUPT, "the run names no blob");
}

/* -- Settling -- */

struct open_run {
	struct run_rec rec;
	char *process;
};
VEC_DECLARE(struct open_run, open_runs);

static enum rc list_open(struct registry *reg, struct open_runs *out,
			 struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT r.id, r.process, v.model, v.version"
		"  FROM run AS r"
		"  JOIN version AS v ON v.id = r.version_id"
		" WHERE r.state = 'running'"
		" ORDER BY r.id");

	while (stmt_next(s, err)) {
		struct open_run *r = vec_add(out);

		r->rec.id = stmt_int(s, "id");
		r->rec.model = stmt_text_copy(s, "model");
		r->rec.version = stmt_int(s, "version");
		r->process = stmt_text_copy(s, "process");
	}
	return stmt_end(s, RC_OK);
}

/* Somebody else may have settled it between the look and the write. */
static enum rc abort_run(struct reg_tx *tx, void *arg, struct err *err)
{
	struct run_rec *rec = arg;
	struct stmt *s = db_prepare(reg_db(tx_registry(tx)),
		"SELECT id FROM run WHERE id = ? AND state = 'running'");
	enum rc rc;

	stmt_bind_int(s, rec->id);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	stmt_done(s);
	return write_end(tx, rec, err);
}

enum rc reg_runs_settle(struct registry *reg, uint64_t *n, struct err *err)
{
	struct open_runs open = VEC_INIT;
	enum rc rc = list_open(reg, &open, err);

	if (n)
		*n = 0;
	for (size_t i = 0; i < open.n; i++) {
		struct run_rec *rec = &open.at[i].rec;

		if (rc == RC_OK &&
		    process_state(open.at[i].process) == PROCESS_GONE) {
			rec->state = RUN_ABORTED;
			rec->why = xstrdup("muster ended while it ran");
			rc = reg_write(reg, abort_run, rec, err);
			if (n && rc == RC_OK)
				++*n;
		}
		run_rec_release(rec);
		free(open.at[i].process);
	}
	vec_free(&open);
	return rc;
}
