/* Evaluations from kept counts and the rows that changed since.
 *
 * Several versions follow from the same base revision together: which rows
 * changed, what their targets were and are, and which slices they are in is
 * found out once. Each version then brings what it said for them. */
#include "registry/counted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/par.h"
#include "base/xalloc.h"
#include "model/cuts.h"
#include "model/slice.h"
#include "registry/db.h"
#include "registry/evaluation.h"
#include "registry/model.h"
#include "registry/testset_inside.h"

#define CHANGED_SHARE 8		/* more than one row in 8: count anew */

/* One way to cut, and where its slots are. */
struct cutter {
	struct slice *slice;		/* a named one, or NULL */
	VEC_DECLARE(size_t, cutter_columns) columns;
	struct intern values;
	size_t first_slot;
};

struct changed {			/* a row that is in question */
	bool in_then, in_now;
	uint8_t label_then, label_now;
	uint32_t first, n;		/* its slots: in struct following */
};

struct member {				/* a job that follows */
	struct follow_job *job;
	int64_t version_id;
	struct stored_parts parts;
	struct hash blob;		/* the base's */
	size_t counts_at;		/* in it */
	struct buf bytes;		/* of it, until they are read */
	struct loading *digest;		/* begun */
	struct following *following;
	enum rc rc;
	struct err why;			/* it could not be */
	struct counted base;
	struct run_digests runs;	/* known from the newest evaluation */
	struct prediction_rows said;
	struct histogram now;
	bool ok;
};

struct following {
	struct registry *reg;
	const struct testset_info *info;
	struct testset *then, *now;
	VEC_DECLARE(struct member, members) members;
	VEC_DECLARE(struct cutter, cutters) cutters;
	uint32_t *row;
	struct changed *changed;
	size_t n_rows;
	const struct eval_options *options;
	VEC_DECLARE(struct partition, partition_list) partitions;
	VEC_DECLARE(uint32_t, slot_list) slots;
	struct buf scratch;
};

void follow_job_release(struct follow_job *job)
{
	if (job->done)
		evaluation_release(&job->evaluation);
	free(job->prediction_digest);
	free(job->state);
	buf_release(&job->runs);
	*job = (struct follow_job){ .runs = BUF_INIT };
}

/* What grows with the rows: gone as soon as the version has its figures. */
static void member_done(struct member *m)
{
	histogram_release(&m->base.histogram);
	histogram_release(&m->now);
	buf_release(&m->bytes);
	prediction_digest_free(m->digest);
	free(m->said.then);
	free(m->said.now);
	m->digest = NULL;
	m->said.then = m->said.now = NULL;
}

static void member_release(struct member *m)
{
	member_done(m);
	vec_free(&m->parts);
	vec_free(&m->runs);
	counted_release(&m->base);
}

static void following_release(struct following *f)
{
	for (size_t i = 0; i < f->members.n; i++)
		member_release(&f->members.at[i]);
	for (size_t i = 0; i < f->cutters.n; i++) {
		slice_free(f->cutters.at[i].slice);
		vec_free(&f->cutters.at[i].columns);
		intern_release(&f->cutters.at[i].values);
	}
	vec_free(&f->members);
	vec_free(&f->cutters);
	vec_free(&f->partitions);
	vec_free(&f->slots);
	free(f->row);
	free(f->changed);
	buf_release(&f->scratch);
	testset_close(f->then);
	testset_close(f->now);
}

/* -- Bases -- */

static bool same_partitions(const struct counted *a, const struct counted *b)
{
	if (a->partitions.n != b->partitions.n)
		return false;
	for (size_t i = 0; i < a->partitions.n; i++) {
		const struct counted_cut *x = &a->partitions.at[i];
		const struct counted_cut *y = &b->partitions.at[i];

		if (strcmp(x->by, y->by) != 0 || x->values.n != y->values.n)
			return false;
		for (size_t k = 0; k < x->values.n; k++)
			if (strcmp(x->values.at[k], y->values.at[k]) != 0)
				return false;
	}
	return true;
}

/* The registry still has what the base was counted from, and the revision
 * asked for came after it. */
static bool holds(const struct following *f, const struct member *m,
		  const char *cuts)
{
	const struct counted *base = &m->base;
	const struct testset_info *info = f->info;
	char hex[HASH_HEX_SIZE];
	bool found = false;

	for (size_t i = 0; i < info->n_revisions; i++)
		found |= info->revisions[i].revision == base->revision &&
			 !strcmp(info->revisions[i].digest,
				 base->revision_digest);
	prediction_parts_hash(&m->parts, base->entry, hex);
	return found && !strcmp(hex, base->parts) && !strcmp(cuts, base->cuts);
}

static enum rc load_head(struct following *f, struct member *m,
			 const char *state, struct err *err)
{
	struct db_value *v = NULL;
	enum rc rc;

	if (!reg_blob_from_ref(state, &m->blob))
		return err_set(err, RC_CORRUPT, "evaluation names no blob: "
			       "'%s'", state);
	rc = reg_blob_open(f->reg, &m->blob, 0, &v, err);
	if (!rc)
		rc = counted_read_head(v, &m->base, &m->counts_at, err);
	db_value_close(v);
	return rc;
}

static enum rc load_runs(struct following *f, struct member *m,
			 const char *ref, struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct hash name;
	enum rc rc;

	if (!reg_blob_from_ref(ref, &name))
		return err_set(err, RC_CORRUPT, "evaluation names no blob: "
			       "'%s'", ref);
	rc = reg_blob_get(f->reg, &name, &bytes, err);
	if (!rc)
		rc = run_digests_read(bytes.data, bytes.len, &m->runs, err);
	buf_release(&bytes);
	return rc;
}

/* Adds the job to the members, if there is a base for it. */
static enum rc add_member(struct following *f, struct follow_job *job,
			  struct err *err)
{
	struct member m = { .job = job, .bytes = BUF_INIT };
	struct version_rec v;
	struct evaluation_kept kept;
	enum rc rc = evaluation_find_kept(f->reg, job->model, job->version,
					  f->info->name, &kept, err);

	if (rc || !kept.state)
		goto out;
	rc = reg_version_get(f->reg, job->model, job->version, &v, err);
	if (rc)
		goto out;
	m.version_id = v.id;
	job->has_threshold = v.has_threshold;
	job->threshold = v.threshold;
	version_rec_release(&v);
	if (!job->has_threshold)
		goto out;
	rc = prediction_parts_list(f->reg, m.version_id, f->info->id,
				   UINT64_MAX, &m.parts, err);
	if (!rc)
		rc = load_head(f, &m, kept.state, err);
	if (rc == RC_NOT_FOUND) {	/* by another program's hand */
		rc = RC_OK;
		goto out;
	}
	if (!rc && kept.runs)
		rc = load_runs(f, &m, kept.runs, err);
	if (rc)
		goto out;
	free(job->state);
	job->state = kept.state;
	kept.state = NULL;
	vec_push(&f->members, m);
	m = (struct member){ .bytes = BUF_INIT };
out:
	evaluation_kept_release(&kept);
	member_release(&m);
	return rc;
}

/* Leaves those that hold, and share revision and slices. */
static void keep_holding(struct following *f, const char *cuts)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->members.n; i++) {
		struct member *m = &f->members.at[i];
		const struct counted *first = &f->members.at[0].base;

		if (!holds(f, m, cuts) ||
		    (kept && (first->revision != m->base.revision ||
			      !same_partitions(first, &m->base)))) {
			member_release(m);
			continue;
		}
		f->members.at[kept++] = *m;
	}
	f->members.n = kept;
}

/* -- Which rows -- */

static void take_rows(struct following *f, const uint8_t *in, size_t n)
{
	size_t room = n / CHANGED_SHARE + 1;
	const uint8_t *p = in, *end = in + n;

	f->row = XNEW_ARRAY(uint32_t, room + 1);
	while (p < end && (p = memchr(p, 1, (size_t)(end - p)))) {
		if (f->n_rows == room) {
			f->n_rows = SIZE_MAX;	/* too many */
			return;
		}
		f->row[f->n_rows++] = (uint32_t)(p++ - in);
	}
}

/* Rows that are new, were changed, or were predicted since; n_rows SIZE_MAX:
 * too many. */
static enum rc find_rows(struct following *f, struct err *err)
{
	size_t n = testset_rows(f->now), before = testset_rows(f->then);
	uint8_t *in = xcalloc(n + 1, 1);
	int64_t base = testset_info(f->then)->revision;
	enum rc rc;

	memset(in + before, 1, n - before);
	rc = ts_mark_changes(f->now, base, in, err);
	for (size_t i = 0; i < f->members.n && !rc; i++)
		rc = prediction_rows_since(f->reg, &f->members.at[i].parts,
					   f->members.at[i].base.entry, in, n,
					   err);
	if (!rc)
		take_rows(f, in, n);
	free(in);
	return rc;
}

/* -- Slices -- */

static int column_of(const struct following *f, const char *name, size_t n)
{
	char *text = xmemdupz(name, n);
	int c = ts_schema_column(&f->now->schema, text);

	free(text);
	return c;
}

/* Columns joined by '+', or one whose own name holds it. False: they are not
 * there, or a label is among them, which is no lasting property of a row. */
static bool name_columns(struct following *f, const char *by,
			 struct cutter *out)
{
	const char *p = by;
	int c = column_of(f, by, strlen(by));

	if (c >= 0)
		vec_push(&out->columns, (size_t)c);
	while (c < 0 && p) {
		const char *plus = strchr(p, '+');
		int part = column_of(f, p, plus ? (size_t)(plus - p)
						: strlen(p));

		if (part < 0)
			return false;
		vec_push(&out->columns, (size_t)part);
		p = plus ? plus + 1 : NULL;
	}
	for (size_t i = 0; i < out->columns.n; i++)
		if (f->now->schema.columns.at[out->columns.at[i]].roles &
		    ROLE_TARGET)
			return false;
	return true;
}

static bool name_slice(struct following *f, const struct slice_recs *recs,
		       const char *name, struct cutter *out)
{
	for (size_t i = 0; i < recs->n; i++)
		if (!strcmp(recs->at[i].name, name) &&
		    slice_parse(recs->at[i].expr, &out->slice, NULL))
			return false;
	for (size_t i = 0; out->slice && i < slice_n_columns(out->slice); i++)
		if (!strcmp(slice_column(out->slice, i), f->info->target))
			return false;
	return out->slice != NULL;
}

/* False: one of them cannot be followed. */
static bool make_cutters(struct following *f, const struct slice_recs *recs)
{
	const struct counted *base = &f->members.at[0].base;
	size_t slot = 1;

	for (size_t i = 0; i < base->partitions.n; i++) {
		const struct counted_cut *cut = &base->partitions.at[i];
		struct cutter *c = vec_add(&f->cutters);
		struct partition p = { cut->by, cut->values.n,
				       (const char *const *)cut->values.at,
				       NULL };

		vec_push(&f->partitions, p);
		c->first_slot = slot;
		if (partition_is_named(&p)) {
			slot++;
			if (!name_slice(f, recs, p.values[1], c))
				return false;
			continue;
		}
		slot += p.n_values;
		for (size_t k = 0; k < p.n_values; k++)
			intern_add(&c->values, p.values[k],
				   strlen(p.values[k]));
		if (!name_columns(f, cut->by, c))
			return false;
	}
	return true;
}

struct field {
	struct following *f;
	size_t row;
	struct buf b[SLICE_TERMS_MAX];
	size_t n_used;
	enum rc rc;
	struct err *err;
};

static bool give_field(void *arg, const char *name, struct slice_field *out)
{
	struct field *field = arg;
	int c = column_of(field->f, name, strlen(name));

	*out = (struct slice_field){ 0 };
	if (c < 0 || field->rc || field->n_used == SLICE_TERMS_MAX)
		return false;
	field->rc = testset_cell(field->f->now, field->row, (size_t)c,
				 &field->b[field->n_used++], &out->text,
				 &out->n, field->err);
	return field->rc == RC_OK;
}

/* *ok false: it cannot be decided. */
static enum rc match_slice(struct following *f, struct cutter *c, size_t row,
			   bool *ok, struct err *err)
{
	struct field field = { .f = f, .row = row, .err = err };
	enum rule_answer a;

	for (size_t i = 0; i < SLICE_TERMS_MAX; i++)
		buf_init(&field.b[i]);
	a = slice_match(c->slice, give_field, &field);
	for (size_t i = 0; i < SLICE_TERMS_MAX; i++)
		buf_release(&field.b[i]);
	*ok = a != RULE_UNDECIDED;
	if (a == RULE_MATCH)
		vec_push(&f->slots, (uint32_t)c->first_slot);
	return field.rc;
}

/* *ok false: a value that the base does not have. */
static enum rc match_value(struct following *f, const struct cutter *c,
			   size_t row, bool *ok, struct err *err)
{
	struct buf joined = BUF_INIT;
	const char *text = NULL;
	size_t n = 0;
	uint32_t value;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < c->columns.n && !rc; i++) {
		rc = testset_cell(f->now, row, c->columns.at[i], &f->scratch,
				  &text, &n, err);
		if (!rc && c->columns.n > 1) {
			buf_str(&joined, i ? "+" : "");
			buf_add(&joined, text, n);
		}
	}
	if (c->columns.n > 1) {
		text = joined.data;
		n = joined.len;
	}
	value = rc ? INTERN_NONE : intern_find(&c->values, text, n);
	*ok = value != INTERN_NONE;
	if (*ok)
		vec_push(&f->slots, (uint32_t)(c->first_slot + value));
	buf_release(&joined);
	return rc;
}

/* -- What the rows were and are -- */

static enum rc label_of(struct following *f, const struct testset *t,
			size_t row, uint8_t *out, struct err *err)
{
	size_t c = (size_t)ts_schema_column(&t->schema, f->info->target);
	const char *positive = f->info->positive;
	const char *text = ts_correction(t, row);
	size_t n = text ? strlen(text) : 0;
	enum rc rc = RC_OK;

	if (!text)
		rc = ts_stored_cell(f->now, row, c, &f->scratch, &text, &n,
				    err);
	if (!rc)
		*out = n == strlen(positive) && !memcmp(text, positive, n);
	return rc;
}

static enum rc look_at_row(struct following *f, size_t i, bool *ok,
			   struct err *err)
{
	struct changed *c = &f->changed[i];
	size_t row = f->row[i];
	enum rc rc = RC_OK;

	c->in_then = row < testset_rows(f->then) &&
		     testset_active(f->then)[row];
	c->in_now = testset_active(f->now)[row];
	if (c->in_then)
		rc = label_of(f, f->then, row, &c->label_then, err);
	if (!rc && c->in_now)
		rc = label_of(f, f->now, row, &c->label_now, err);
	c->first = (uint32_t)f->slots.n;
	vec_push(&f->slots, 0);
	for (size_t k = 0; k < f->cutters.n && !rc && *ok &&
			   (c->in_then || c->in_now); k++) {
		struct cutter *cutter = &f->cutters.at[k];

		rc = cutter->slice ? match_slice(f, cutter, row, ok, err)
				   : match_value(f, cutter, row, ok, err);
	}
	c->n = (uint32_t)f->slots.n - c->first;
	return rc;
}

static enum rc look_at_rows(struct following *f, bool *ok, struct err *err)
{
	struct slice_recs recs = VEC_INIT;
	enum rc rc = reg_slice_list(f->reg, f->info->name, &recs, err);

	*ok = !rc && make_cutters(f, &recs);
	slice_recs_release(&recs);
	if (*ok)
		rc = ts_load_changes(f->then, err);
	if (*ok && !rc)
		rc = ts_load_changes(f->now, err);
	f->changed = XNEW_ARRAY(struct changed, f->n_rows + 1);
	for (size_t i = 0; i < f->n_rows && *ok && !rc; i++)
		rc = look_at_row(f, i, ok, err);
	return rc;
}

/* -- Each version -- */

static enum rc load_said(struct following *f, struct member *m,
			 struct err *err)
{
	m->said = (struct prediction_rows){
		.row = f->row, .n = f->n_rows, .entry = m->base.entry,
		.then = XNEW_ARRAY(double, f->n_rows + 1),
		.now = XNEW_ARRAY(double, f->n_rows + 1),
	};
	return prediction_rows_load(f->reg, &m->parts, &m->said, err);
}

static bool is_empty(const struct histogram *h, size_t slot)
{
	for (size_t i = 0; i < h->n_scores; i++)
		if (histogram_at(h, i, slot)[0] | histogram_at(h, i, slot)[1])
			return false;
	return true;
}

/* A value's slice that is empty now would not be there at all. */
static bool no_slice_vanished(const struct following *f,
			      const struct histogram *h)
{
	for (size_t i = 0; i < f->cutters.n; i++) {
		const struct cutter *c = &f->cutters.at[i];

		for (uint32_t k = 0; !c->slice && k < c->values.n; k++)
			if (is_empty(h, c->first_slot + k))
				return false;
	}
	return true;
}

static void correct(struct following *f, struct member *m)
{
	struct histogram_change *list = XNEW_ARRAY(struct histogram_change,
						   2 * f->n_rows + 1);
	size_t n = 0;

	m->ok = true;
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct changed *c = &f->changed[i];
		double was = m->said.then[i], is = m->said.now[i];
		struct histogram_change h = {
			.slots = f->slots.at + c->first, .n_slots = c->n };

		m->ok = m->ok && (!c->in_then || histogram_takes(was)) &&
			(!c->in_now || histogram_takes(is));
		if (c->in_then && c->in_now && was == is &&
		    c->label_then == c->label_now)
			continue;
		h.score = was;
		h.label = c->label_then;
		h.by = -1;
		if (c->in_then)
			list[n++] = h;
		h.score = is;
		h.label = c->label_now;
		h.by = 1;
		if (c->in_now)
			list[n++] = h;
	}
	m->ok = m->ok && histogram_correct(&m->base.histogram, list, n,
					   &m->now);
	free(list);
	if (!m->ok)
		return;
	m->ok = m->now.n == f->info->n && no_slice_vanished(f, &m->now);
}

static enum rc load_counts(struct following *f, struct member *m,
			   struct err *err)
{
	struct db_value *v = NULL;
	enum rc rc = reg_blob_open(f->reg, &m->blob, 0, &v, err);
	size_t n = rc ? 0 : db_value_size(v);

	buf_reserve(&m->bytes, n);
	if (!rc)
		rc = db_value_piece(v, 0, m->bytes.data, n, err);
	m->bytes.len = rc ? 0 : n;
	db_value_close(v);
	return rc;
}

static enum rc read_counts(struct member *m)
{
	struct hash h = hash_bytes(m->bytes.data, m->bytes.len);
	char hex[HASH_HEX_SIZE];

	if (hash_equal(&h, &m->blob))
		return counted_read_counts(m->bytes.data, m->bytes.len,
					   m->counts_at, &m->base, &m->why);
	return err_set(&m->why, RC_CORRUPT, "blob %s holds other bytes than "
		       "its name says", hash_hex(&m->blob, hex));
}

static enum rc evaluate_member(struct following *f, struct member *m)
{
	static const char *const labels[] = { "", "" };
	struct eval_input in = {
		.task = TASK_BINARY, .n = m->now.n, .n_labels = 2,
		.labels = labels, .has_threshold = true,
		.threshold = m->job->threshold,
		.n_partitions = f->partitions.n,
		.partitions = f->partitions.at, .histogram = &m->now,
	};

	return evaluate(&in, f->options, &m->job->evaluation, &m->why);
}

static void end_digest(struct member *m)
{
	struct run_digests made = VEC_INIT;

	m->job->prediction_digest = prediction_digest_end(m->digest, &made);
	if (made.n)
		run_digests_write(&made, &m->job->runs);
	vec_free(&made);
}

/* From what was read to figures, on any thread: each version is one thread's,
 * with what it allocates. */
static void follow_member(void *arg)
{
	struct member *m = arg;
	struct following *f = m->following;

	m->rc = read_counts(m);
	buf_release(&m->bytes);
	if (!m->rc)
		correct(f, m);
	if (!m->rc && m->ok) {
		m->rc = evaluate_member(f, m);
		m->job->done = !m->rc;
	}
	if (m->job->done)
		end_digest(m);
	member_done(m);
}

/* One transaction a version: a lock for each blob would cost as much as the
 * reading, and one for all would keep writers waiting. */
static enum rc read_member(struct following *f, struct member *m,
			   struct err *err)
{
	enum rc rc = reg_read_begin(f->reg, err);

	m->following = f;
	if (rc)
		return rc;
	rc = load_said(f, m, err);
	if (!rc)
		rc = prediction_digest_begin(f->reg, &m->parts, f->now,
					     &m->runs, &m->digest, err);
	if (!rc)
		rc = load_counts(f, m, err);
	reg_read_end(f->reg);
	return rc;
}

/* One version after the other is read, while those before it are computed: no
 * more of them at a time than there are threads. */
static enum rc follow_members(struct following *f, struct err *err)
{
	size_t room = par_threads();
	struct par_thread **at_work = XNEW_ARRAY(struct par_thread *, room);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < f->members.n && !rc; i++) {
		struct member *m = &f->members.at[i];
		struct par_thread **mine = &at_work[i % room];

		rc = read_member(f, m, err);
		par_join(*mine);
		*mine = rc || room < 2 ? NULL : par_beside(follow_member, m);
		if (!rc && !*mine)
			follow_member(m);
	}
	for (size_t i = 0; i < room; i++)
		par_join(at_work[i]);
	free(at_work);
	for (size_t i = 0; i < f->members.n && !rc; i++) {
		const struct member *m = &f->members.at[i];

		counted_followed += m->job->done;
		if (m->rc)
			rc = err_set(err, m->rc, "%s", m->why.text);
	}
	return rc;
}

/* -- All of it -- */

static bool may_follow(const struct testset_info *info)
{
	return info->task == TASK_BINARY && !info->weight &&
	       info->n >= counted_least_rows &&
	       batch_rows(info->labels.n) == SEGMENT_ROWS;
}

static enum rc gather(struct following *f, const char *cuts,
		      struct follow_job *jobs, size_t n, bool *ok,
		      struct err *err)
{
	enum rc rc = RC_OK;

	*ok = false;
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_member(f, &jobs[i], err);
	if (!rc)
		keep_holding(f, cuts);
	if (rc || !f->members.n)
		return rc;
	rc = reg_testset_open(f->reg, f->info->name,
			      f->members.at[0].base.revision, &f->then, err);
	if (!rc)
		rc = reg_testset_open(f->reg, f->info->name, f->info->revision,
				      &f->now, err);
	if (!rc)
		rc = find_rows(f, err);
	if (rc || f->n_rows == SIZE_MAX)
		return rc;
	return look_at_rows(f, ok, err);
}

enum rc counted_follow(struct registry *reg, const struct testset_info *info,
		       const char *cuts, const struct eval_options *options,
		       struct follow_job *jobs, size_t n, struct err *err)
{
	struct following f = { .reg = reg, .info = info,
			       .options = options, .scratch = BUF_INIT };
	bool ok = false;
	enum rc rc;

	if (!n || !may_follow(info))
		return RC_OK;
	rc = reg_read_begin(reg, err);
	if (rc)
		return rc;
	rc = gather(&f, cuts, jobs, n, &ok, err);
	reg_read_end(reg);
	if (!rc && ok)
		rc = follow_members(&f, err);
	following_release(&f);
	return rc;
}
