#include "registry/fairness.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/answer.h"
#include "registry/coded.h"
#include "registry/evalset.h"

struct fair_source {
	struct registry *reg;
	const struct evaluation *e;
	bool is_read;
	const char *why;		/* static: no rows, or NULL */
	struct evalset *set;
	struct evalrows *rows;
	char *cut_by;			/* of cut, or NULL */
	struct evaluation cut;
};

struct fair_source *fair_source_new(struct registry *reg,
				    const struct evaluation *e)
{
	struct fair_source *s = XNEW(struct fair_source);

	s->reg = reg;
	s->e = e;
	return s;
}

static void drop_cut(struct fair_source *s)
{
	if (s->cut_by)
		evaluation_release(&s->cut);
	free(s->cut_by);
	s->cut_by = NULL;
}

void fair_source_free(struct fair_source *s)
{
	if (!s)
		return;
	drop_cut(s);
	evalrows_free(s->rows);
	evalset_close(s->set);
	free(s);
}

/* -- Reading -- */

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static bool is_what_was_evaluated(const struct fair_source *s,
				  const struct predictions *p)
{
	const struct evaluation *e = s->e;

	return same(evalset_info(s->set)->digest, e->revision_digest) &&
	       same(p->digest, e->prediction_digest) &&
	       p->has_threshold == e->has_threshold &&
	       (!p->has_threshold || p->threshold == e->threshold);
}

static enum rc read_rows(struct fair_source *s, struct err *err)
{
	struct predictions *p = NULL;
	enum rc rc = evalset_open_rows(s->reg, s->e->testset, s->e->revision,
				       NULL, &s->set, err);

	if (rc == RC_OK)
		rc = reg_predictions_load(s->reg, s->e->model, s->e->version,
					  evalset_testset(s->set), UINT64_MAX,
					  &p, err);
	if (rc != RC_OK)
		return rc;
	if (is_what_was_evaluated(s, p)) {
		s->rows = evalrows_new(s->set, p, NULL);
	} else {
		s->why = "what was evaluated has changed since";
		predictions_free(p);
	}
	s->is_read = true;
	return RC_OK;
}

static enum rc need_rows(struct fair_source *s, struct err *err)
{
	enum rc rc;

	if (s->is_read)
		return RC_OK;
	rc = reg_read_begin(s->reg, err);
	if (rc != RC_OK)
		return rc;
	rc = read_rows(s, err);
	reg_read_end(s->reg);
	return rc;
}

/* -- Cuts -- */

static bool has_part(const char *list, const char *part, size_t n)
{
	while (*list) {
		size_t len = strcspn(list, "+");

		if (len == n && !strncmp(list, part, n))
			return true;
		list += len + (list[len] == '+');
	}
	return false;
}

/* All its parts are (parts of) columns that the set is sliced by. */
static bool is_slicing(const struct strs *slices, const char *by)
{
	while (*by) {
		size_t len = strcspn(by, "+"), i = 0;

		while (i < slices->n && !has_part(slices->at[i], by, len))
			i++;
		if (i == slices->n || !len)
			return false;
		by += len + (by[len] == '+');
	}
	return true;
}

static enum rc cut_rows(struct fair_source *s, const char *by,
			struct coded *out, struct err *err)
{
	enum rc rc = coded_cut(evalset_testset(s->set), by, s->rows->ordinals,
			       s->rows->in.n, out, err);

	if (rc == RC_OK && out->values.n > FAIR_MOST_GROUPS) {
		rc = err_set(err, RC_REFUSED, "'%s' makes %zu groups; the "
			     "limit is %d", by, out->values.n,
			     FAIR_MOST_GROUPS);
		coded_release(out);
	}
	return rc;
}

/* code is to be freed. */
static struct partition partition_of(const char *by, const struct coded *c,
				     size_t n, uint16_t **code)
{
	*code = XNEW_ARRAY(uint16_t, n + 1);
	for (size_t i = 0; i < n; i++)
		(*code)[i] = (uint16_t)c->code[i];
	return (struct partition){
		.by = by, .n_values = c->values.n, .code = *code,
		.values = (const char *const *)c->values.at,
	};
}

static enum rc evaluate_cut(struct fair_source *s, const char *by,
			    struct err *err)
{
	static const struct eval_options plain;
	struct coded c = { NULL, VEC_INIT };
	struct eval_input in = s->rows->in;
	struct partition cut;
	uint16_t *code;
	enum rc rc = cut_rows(s, by, &c, err);

	if (rc != RC_OK)
		return rc;
	cut = partition_of(by, &c, in.n, &code);
	in.n_partitions = 1;
	in.partitions = &cut;
	rc = evaluate(&in, &plain, &s->cut, err);
	if (rc == RC_OK) {
		s->cut_by = xstrdup(by);
		free(s->cut.testset);
		s->cut.testset = xstrdup(s->e->testset);
	}
	free(code);
	coded_release(&c);
	return rc;
}

static bool is_cut_by(const struct evaluation *e, const char *by)
{
	for (size_t i = 0; i < e->n_slices; i++)
		if (!strcmp(e->slices[i].by, by))
			return true;
	return false;
}

enum rc fair_source_cut(struct fair_source *s, const char *by,
			const struct evaluation **out, struct err *err)
{
	enum rc rc;

	*out = s->e;
	if (is_cut_by(s->e, by))
		return RC_OK;
	*out = &s->cut;
	if (s->cut_by && !strcmp(s->cut_by, by))
		return RC_OK;
	drop_cut(s);
	rc = need_rows(s, err);
	if (rc != RC_OK)
		return rc;
	if (!is_slicing(&evalset_info(s->set)->slices, by))
		return err_set(err, RC_NOT_FOUND, "'%s' is no slicing column "
			       "of '%s'", by, s->e->testset);
	if (s->why)
		return err_set(err, RC_REFUSED, "no groups by '%s': %s; "
			       "'muster eval %s' computes it anew", by, s->why,
			       s->e->testset);
	return evaluate_cut(s, by, err);
}

/* -- More than counts -- */

/* What a view reads of the rows; more points into it. */
struct reading {
	struct fair_more more;
	struct coded groups, strata;
	struct confusion *tables;
};

static void reading_release(struct reading *r)
{
	if (r->more.has_calibration)
		calibration_release(&r->more.calibration);
	coded_release(&r->groups);
	coded_release(&r->strata);
	free(r->tables);
}

static void read_calibration(struct fair_source *s, struct reading *r,
			     const char *by)
{
	struct partition cut;
	uint16_t *code;

	if (!s->rows->in.score) {
		r->more.why = why_text(WHY_NO_SCORE);
		return;
	}
	cut = partition_of(by, &r->groups, s->rows->in.n, &code);
	calibration_make(&s->rows->in, &cut, &r->more.calibration);
	r->more.has_calibration = true;
	free(code);
}

static void count_row(const struct eval_input *in, size_t row,
		      struct confusion *c)
{
	bool is = in->target[row] == 1, right = answer_is_right(in, row);

	c->tp += is && right;
	c->fn += is && !right;
	c->tn += !is && right;
	c->fp += !is && !right;
}

static enum rc read_strata(struct fair_source *s, struct reading *r,
			   const char *given, struct err *err)
{
	const struct eval_input *in = &s->rows->in;
	size_t n;
	enum rc rc = cut_rows(s, given, &r->strata, err);

	if (rc != RC_OK)
		return rc;
	if (!answer_has_label(in)) {
		r->more.why = why_text(WHY_NO_THRESHOLD);
		return RC_OK;
	}
	n = r->strata.values.n;
	r->tables = XNEW_ARRAY(struct confusion,
			       (r->groups.values.n + 1) * n + 1);
	for (size_t i = 0; i < in->n; i++)
		count_row(in, i, &r->tables[r->groups.code[i] * n +
					    r->strata.code[i]]);
	r->more.n_strata = n;
	r->more.strata = r->tables;
	return RC_OK;
}

static enum rc read_more(struct fair_source *s, const struct fair_options *o,
			 struct reading *r, struct err *err)
{
	enum rc rc = need_rows(s, err);

	r->more.given = o->given;
	r->more.why = s->why;
	if (rc != RC_OK || s->why)
		return rc;
	rc = cut_rows(s, o->by, &r->groups, err);
	if (rc != RC_OK)
		return rc;
	r->more.n_values = r->groups.values.n;
	r->more.values = (const char *const *)r->groups.values.at;
	read_calibration(s, r, o->by);
	return o->given ? read_strata(s, r, o->given, err) : RC_OK;
}

/* Counts alone answer most measures that are asked for by name. */
static bool wants_more(const struct fair_options *o)
{
	const struct fairness_measure *m =
		o->measure ? fairness_find(o->measure) : NULL;

	return !m || fairness_needs(m) != NEEDS_COUNTS;
}

enum rc fair_source_view(struct fair_source *s,
			 const struct fair_options *options,
			 struct fairview *out, struct err *err)
{
	struct fair_options o = *options;
	struct reading r = { .groups = { NULL, VEC_INIT },
			     .strata = { NULL, VEC_INIT } };
	const struct evaluation *e;
	enum rc rc = fair_source_cut(s, o.by, &e, err);

	if (rc == RC_OK && e->whole.has_confusion && wants_more(&o)) {
		rc = read_more(s, &o, &r, err);
		o.more = &r.more;
	}
	if (rc == RC_OK)
		rc = fairview_make(e, &o, out, err);
	reading_release(&r);
	return rc;
}
