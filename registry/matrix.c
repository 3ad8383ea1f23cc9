/* A version's batches are laid over the rows of the set: a batch that covers
 * all rows from its first one to the end (as of then) extends what is known
 * without a gap; one that does not makes the version "scattered", whose cells
 * are asked one by one. */
#include "registry/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/db.h"

struct rev {
	int64_t revision;
	char *digest;
	uint64_t n, n_rows, entry;
};

struct batch {
	uint64_t entry, first_row;
};

struct seen {			/* a kept evaluation with today's causes */
	char *digest;
	uint64_t entry, n;
};

struct version_state {
	int64_t version_id;
	char *model, *threshold;
	int64_t version;
	VEC_DECLARE(struct batch, batches) batches;
	uint64_t known;		/* rows 0 .. known - 1 have an answer */
	bool scattered;
	VEC_DECLARE(struct seen, seens) seens;
	bool ever;		/* evaluated on the set, from whatever */
};
VEC_DECLARE(struct version_state, version_states);

struct work {
	struct registry *reg;
	struct standings now;
	VEC_DECLARE(struct rev, revs) revs;
	struct version_states versions;
};

/* -- Reading -- */

static enum rc read_revisions(struct work *w, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(w->reg),
		"SELECT revision, digest, n, n_rows, idx"
		"  FROM testset_revision"
		" WHERE testset_id = ?"
		" ORDER BY revision");

	stmt_bind_int(s, w->now.info.id);
	while (stmt_next(s, err))
		vec_push(&w->revs, ((struct rev){
			stmt_int(s, "revision"), stmt_text_copy(s, "digest"),
			(uint64_t)stmt_int(s, "n"),
			(uint64_t)stmt_int(s, "n_rows"),
			(uint64_t)stmt_int(s, "idx") }));
	return stmt_end(s, RC_OK);
}

/* Rows that there were when an entry was made. */
static uint64_t rows_at(const struct work *w, uint64_t entry)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < w->revs.n && w->revs.at[i].entry < entry; i++)
		rows = w->revs.at[i].n_rows;
	return rows;
}

static void add_batch(struct work *w, struct version_state *v, uint64_t entry,
		      uint64_t first_row, uint64_t n)
{
	uint64_t end = rows_at(w, entry);

	vec_push(&v->batches, ((struct batch){ entry, first_row }));
	if (first_row > v->known || first_row + n != end) {
		/* what lies below the known rows adds nothing new */
		v->scattered |= end > v->known;
		return;
	}
	if (end > v->known)
		v->known = end;
}

/* Also live versions that said nothing, of models that were ever asked. */
static enum rc read_batches(struct work *w, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(w->reg),
		"SELECT v.id, v.model, v.version, v.threshold, p.idx,"
		"       min(p.first_row) AS first_row, sum(p.n) AS n"
		"  FROM version AS v"
		"  LEFT JOIN prediction AS p"
		"    ON p.version_id = v.id AND p.testset_id = ?1"
		" WHERE v.model IN"
		"       (SELECT asked.model FROM prediction AS q"
		"          JOIN version AS asked ON asked.id = q.version_id"
		"         WHERE q.testset_id = ?1)"
		"   AND (p.idx IS NOT NULL OR v.stage <> 'archived')"
		" GROUP BY v.model, v.version, p.idx"
		" ORDER BY v.model, v.version, p.idx");
	struct version_state *v = NULL;

	stmt_bind_int(s, w->now.info.id);
	while (stmt_next(s, err)) {
		if (!v || v->version_id != stmt_int(s, "id")) {
			v = vec_add(&w->versions);
			v->version_id = stmt_int(s, "id");
			v->model = stmt_text_copy(s, "model");
			v->version = stmt_int(s, "version");
			v->threshold = stmt_text_copy(s, "threshold");
		}
		if (stmt_int(s, "n"))
			add_batch(w, v, (uint64_t)stmt_int(s, "idx"),
				  (uint64_t)stmt_int(s, "first_row"),
				  (uint64_t)stmt_int(s, "n"));
	}
	return stmt_end(s, RC_OK);
}

static enum rc read_seen(struct work *w, struct version_state *v,
			 struct err *err)
{
	struct stmt *s = db_prepare(reg_db(w->reg),
		"SELECT id, n, revision_digest,"
		"       threshold = ? AND metric_code = ? AND cuts = ?"
		"       AS holds"
		"  FROM evaluation"
		" WHERE testset = ? AND model = ? AND version = ?"
		" ORDER BY revision_digest, id");

	stmt_bind_text(s, v->threshold ? v->threshold : "");
	stmt_bind_int(s, METRIC_CODE_VERSION);
	stmt_bind_text(s, w->now.cuts);
	stmt_bind_text(s, w->now.info.name);
	stmt_bind_text(s, v->model);
	stmt_bind_int(s, v->version);
	while (stmt_next(s, err)) {
		v->ever = true;
		if (stmt_int(s, "holds"))
			vec_push(&v->seens, ((struct seen){
				stmt_text_copy(s, "revision_digest"),
				(uint64_t)stmt_int(s, "id") - 1,
				(uint64_t)stmt_int(s, "n") }));
	}
	return stmt_end(s, RC_OK);
}

/* -- Deciding -- */

/* The newest with the revision's digest; they are in order of it. */
static const struct seen *seen_on(const struct version_state *v,
				  const char *digest)
{
	size_t low = 0, high = v->seens.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(v->seens.at[mid].digest, digest) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low && !strcmp(v->seens.at[low - 1].digest, digest)
		? &v->seens.at[low - 1] : NULL;
}

/* Whether anything was said since about the rows of the revision. */
static bool said_since(const struct version_state *v, const struct rev *r,
		       uint64_t entry)
{
	for (size_t i = v->batches.n; i-- > 0;)
		if (v->batches.at[i].entry > entry &&
		    v->batches.at[i].first_row < r->n_rows)
			return true;
	return false;
}

/* False: the projections cannot tell. */
static bool decide(const struct version_state *v, const struct rev *r,
		   enum eval_state *out)
{
	const struct seen *seen = seen_on(v, r->digest);
	uint64_t open = r->n_rows > v->known ? r->n_rows - v->known : 0;

	if (seen && !said_since(v, r, seen->entry)) {
		*out = seen->n == r->n ? STATE_FRESH : STATE_PARTIAL;
		return true;
	}
	if (seen || v->scattered)
		return false;
	if (!v->batches.n) {
		*out = STATE_MISSING;
		return !v->ever;
	}
	/* retired rows may be the open ones, or the known ones */
	if (open && (r->n <= open || r->n < r->n_rows))
		return false;
	*out = open ? STATE_PARTIAL : v->ever ? STATE_STALE : STATE_MISSING;
	return true;
}

static enum rc ask(struct work *w, struct standings *st, const struct rev *r,
		   const struct version_state *v, enum eval_state *out,
		   struct err *err)
{
	struct stored kept = { 0 };
	enum rc rc = RC_OK;

	if (!st->reg)
		rc = standings_open(w->reg, w->now.info.name, r->revision, st,
				    err);
	if (!rc)
		rc = standings_of(st, v->model, v->version, out, &kept, err);
	stored_release(&kept);
	return rc;
}

/* One revision at a time, so that it is opened at most once. */
static enum rc fill_revision(struct work *w, struct matrix *out, size_t i,
			     struct err *err)
{
	struct standings st = { 0 };
	const struct rev *r = &w->revs.at[i];
	enum rc rc = RC_OK;

	for (size_t j = 0; j < w->versions.n && !rc; j++)
		if (!decide(&w->versions.at[j], r, &out->rows[j].states[i]))
			rc = ask(w, &st, r, &w->versions.at[j],
				 &out->rows[j].states[i], err);
	standings_release(&st);
	return rc;
}

static enum rc fill(struct work *w, struct matrix *out, struct err *err)
{
	enum rc rc = RC_OK;

	out->testset = xstrdup(w->now.info.name);
	out->n_revisions = w->revs.n;
	out->revisions = XNEW_ARRAY(int64_t, w->revs.n + 1);
	out->n = w->versions.n;
	out->rows = XNEW_ARRAY(struct matrix_row, w->versions.n + 1);
	for (size_t i = 0; i < w->revs.n; i++)
		out->revisions[i] = w->revs.at[i].revision;
	for (size_t j = 0; j < out->n; j++) {
		out->rows[j].model = xstrdup(w->versions.at[j].model);
		out->rows[j].version = w->versions.at[j].version;
		out->rows[j].states = XNEW_ARRAY(enum eval_state,
						 w->revs.n + 1);
	}
	for (size_t i = 0; i < w->revs.n && !rc; i++)
		rc = fill_revision(w, out, i, err);
	return rc;
}

static void version_state_release(struct version_state *v)
{
	for (size_t i = 0; i < v->seens.n; i++)
		free(v->seens.at[i].digest);
	vec_free(&v->seens);
	vec_free(&v->batches);
	free(v->model);
	free(v->threshold);
}

static void work_release(struct work *w)
{
	for (size_t i = 0; i < w->revs.n; i++)
		free(w->revs.at[i].digest);
	vec_free(&w->revs);
	for (size_t j = 0; j < w->versions.n; j++)
		version_state_release(&w->versions.at[j]);
	vec_free(&w->versions);
	standings_release(&w->now);
}

enum rc reg_matrix(struct registry *reg, const char *testset,
		   struct matrix *out, struct err *err)
{
	struct work w = { .reg = reg };
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct matrix){ 0 };
	if (rc)
		return rc;
	rc = standings_open(reg, testset, 0, &w.now, err);
	if (!rc)
		rc = read_revisions(&w, err);
	if (!rc)
		rc = read_batches(&w, err);
	for (size_t j = 0; j < w.versions.n && !rc; j++)
		rc = read_seen(&w, &w.versions.at[j], err);
	if (!rc)
		rc = fill(&w, out, err);
	reg_read_end(reg);
	work_release(&w);
	if (rc)
		matrix_release(out);
	return rc;
}

void matrix_release(struct matrix *m)
{
	for (size_t j = 0; j < m->n; j++) {
		free(m->rows[j].model);
		free(m->rows[j].states);
	}
	free(m->rows);
	free(m->revisions);
	free(m->testset);
	memset(m, 0, sizeof(*m));
}

void matrix_write(struct json_out *o, const struct matrix *m)
{
	jo_object(o);
	jo_kstr(o, "testset", m->testset);
	jo_key(o, "revisions");
	jo_array(o);
	for (size_t i = 0; i < m->n_revisions; i++)
		jo_int(o, m->revisions[i]);
	jo_end(o);
	jo_key(o, "rows");
	jo_array(o);
	for (size_t j = 0; j < m->n; j++) {
		jo_object(o);
		jo_kstr(o, "model", m->rows[j].model);
		jo_kint(o, "version", m->rows[j].version);
		jo_key(o, "states");
		jo_array(o);
		for (size_t i = 0; i < m->n_revisions; i++)
			jo_str(o, eval_state_text(m->rows[j].states[i]));
		jo_end(o);
		jo_end(o);
	}
	jo_end(o);
	jo_end(o);
}
