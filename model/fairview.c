#include "model/fairview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/bootstrap.h"
#include "model/interval.h"

static const char *const verdict_names[] = {
#define X(id, name) [id] = name,
	FAIR_VERDICT_LIST(X)
#undef X
};

const char *fair_verdict_name(enum fair_verdict v)
{
	return verdict_names[v];
}

static const struct fair_basis bases[] = {
	{ "demographic parity", "equal shares of all groups are selected",
	  "demographic_parity_difference", "demographic_parity_ratio" },
	{ "equal opportunity", "of those who are positive, equal shares are "
	  "found", "equal_opportunity_difference", "equal_opportunity_ratio" },
	{ "equalized odds", "errors of both kinds are equally frequent",
	  "equalized_odds_difference", "equalized_odds_ratio" },
	{ "predictive parity", "of those selected, equal shares are positive",
	  "predictive_parity_difference", "predictive_parity_ratio" },
};
static const char *const individual[] = {
	"generalized_entropy_index", "theil_index",
	"between_group_theil_index",
};

const struct fair_basis *fair_basis_at(size_t i)
{
	return i < sizeof(bases) / sizeof(*bases) ? &bases[i] : NULL;
}

static bool is_main(const char *name)
{
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++)
		if (!strcmp(name, bases[i].difference) ||
		    !strcmp(name, bases[i].ratio))
			return true;
	for (size_t i = 0; i < sizeof(individual) / sizeof(*individual); i++)
		if (!strcmp(name, individual[i]))
			return true;
	return false;
}

/* -- Groups -- */

void fairview_columns(const struct evaluation *e, struct strs *out)
{
	for (size_t i = 0; i < e->n_slices; i++) {
		const char *by = e->slices[i].by;
		bool seen = !strcmp(by, "slice") || !e->slices[i].has_confusion;

		for (size_t k = 0; k < out->n && !seen; k++)
			seen = !strcmp(out->at[k], by);
		if (!seen)
			strs_add(out, by);
	}
}

static bool is_few(const struct figure *f, uint64_t min_n)
{
	return f->n < min_n;
}

static void group_init(struct fair_group *g, const struct eval_slice *s,
		       uint64_t min_n)
{
	const struct confusion *c = &s->confusion;

	g->value = xstrdup(s->value);
	g->counts = *c;
	g->n = c->tp + c->fp + c->fn + c->tn;
	g->base_rate = figure_proportion(c->tp + c->fn, g->n,
					 WHY_NO_PATTERNS, false);
	g->selected = s->metrics[METRIC_SELECTION_RATE];
	g->tpr = s->metrics[METRIC_RECALL];
	g->fpr = s->metrics[METRIC_FPR];
	g->precision = s->metrics[METRIC_PRECISION];
	g->accuracy = s->metrics[METRIC_ACCURACY];
	g->few = is_few(&g->base_rate, min_n) || is_few(&g->tpr, min_n) ||
		 is_few(&g->fpr, min_n) || is_few(&g->precision, min_n);
}

static enum rc read_groups(struct fairview *v, const struct evaluation *e,
			   const struct fair_options *o, uint64_t min_n,
			   struct err *err)
{
	size_t n_found = 0;

	v->groups = XNEW_ARRAY(struct fair_group, e->n_slices + 1);
	for (size_t i = 0; i < e->n_slices; i++) {
		if (strcmp(e->slices[i].by, o->by) != 0)
			continue;
		n_found++;
		if (!e->slices[i].has_confusion)
			continue;
		group_init(&v->groups[v->n_groups], &e->slices[i], min_n);
		v->n += v->groups[v->n_groups++].n;
	}
	if (!n_found)
		return err_set(err, RC_NOT_FOUND, "'%s' is no slicing column "
			       "of '%s'", o->by, e->testset);
	if (v->n_groups < n_found)
		return err_set(err, RC_REFUSED, "the evaluation on '%s' has no "
			       "confusion counts: fairness needs a binary set "
			       "and labels or a threshold", e->testset);
	return RC_OK;
}

static enum rc find_group(const struct fairview *v, const char *value,
			  size_t *out, struct err *err)
{
	for (*out = 0; *out < v->n_groups; (*out)++)
		if (!strcmp(v->groups[*out].value, value))
			return RC_OK;
	return err_set(err, RC_NOT_FOUND, "'%s' has no group '%s'", v->by,
		       value);
}

static size_t largest(const struct fairview *v)
{
	size_t most = 0;

	for (size_t i = 1; i < v->n_groups; i++)
		if (v->groups[i].n > v->groups[most].n)
			most = i;
	return most;
}

static void find_base_gap(struct fairview *v)
{
	double low = INFINITY, high = -INFINITY;
	size_t n = 0;

	for (size_t i = 0; i < v->n_groups; i++) {
		const struct figure *f = &v->groups[i].base_rate;

		if (f->why || v->groups[i].few)
			continue;
		low = fmin(low, f->value);
		high = fmax(high, f->value);
		n++;
	}
	v->base_gap = n < 2 ? figure_why_not(WHY_ONE_GROUP, n) :
			      figure_value(high - low, n);
}

/* -- One measure -- */

/* The groups that a measure is taken over. */
struct taken {
	const struct fairness_measure *m;
	size_t n, of, against;
	struct fairness_group *groups;
};

/* The smallest denominator that the measure has in this group alone. */
static uint64_t smallest(const struct fairness_measure *m,
			 const struct fairness_group *g)
{
	struct fairness_result alone;
	struct err ignored = ERR_INIT;

	return fairness_compute(m, g, 1, 0, 0, 0, &alone, &ignored) == RC_OK
		? alone.figure.n : 0;
}

static void take_all(struct taken *t, const struct fairview *v,
		     uint64_t min_n, struct strs *left_out)
{
	for (size_t i = 0; i < v->n_groups; i++) {
		struct fairness_group g = { v->groups[i].value,
					    v->groups[i].counts };

		if (!v->groups[i].n)
			continue;
		if (smallest(t->m, &g) < min_n)
			strs_add(left_out, g.value);
		else
			t->groups[t->n++] = g;
	}
}

static void take_two(struct taken *t, const struct fairview *v, size_t of,
		     size_t against)
{
	t->groups[0] = (struct fairness_group){ v->groups[of].value,
						v->groups[of].counts };
	t->groups[1] = (struct fairness_group){ v->groups[against].value,
						v->groups[against].counts };
	t->n = 2;
	t->of = 0;
	t->against = 1;
}

static void one_draw(const uint32_t *times, const void *arg, double *out)
{
	const struct taken *t = arg;
	struct fairness_group *groups = XNEW_ARRAY(struct fairness_group,
						   t->n + 1);
	struct fairness_result r;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < t->n; i++) {
		const uint32_t *c = times + 4 * i;

		groups[i].value = t->groups[i].value;
		groups[i].counts = (struct confusion){
			.tp = c[0], .fp = c[1], .fn = c[2], .tn = c[3] };
	}
	*out = fairness_compute(t->m, groups, t->n, t->of, t->against, 0, &r,
				&ignored) == RC_OK && !r.figure.why ?
		r.figure.value : NAN;
	free(groups);
}

static void put_interval(const struct taken *t, const struct fair_options *o,
			 struct figure *f)
{
	uint64_t *counts = XNEW_ARRAY(uint64_t, 4 * t->n + 1);
	const struct boot_plan plan = { .resamples = o->resamples,
					.seed = o->seed };
	struct boot_job job = { .n_units = 4 * t->n, .counts = counts,
				.stat = one_draw, .arg = t, .n_stats = 1,
				.figure = { f }, .method = METHOD_BOOTSTRAP };

	for (size_t i = 0; i < t->n; i++) {
		const struct confusion *c = &t->groups[i].counts;

		counts[4 * i] = c->tp;
		counts[4 * i + 1] = c->fp;
		counts[4 * i + 2] = c->fn;
		counts[4 * i + 3] = c->tn;
	}
	(void)boot_run(&job, 1, &plan);		/* nothing cancels it */
	free(counts);
}

/* -1 within, 1 outside, 0 on both sides. */
static int side(double low, double high, double from, double to)
{
	return low >= from && high <= to ? -1 :
	       high < from || low > to ? 1 : 0;
}

static bool has_habit(const struct fairness_measure *m, double *from,
		      double *to)
{
	if (strstr(m->name, "_group_") || strstr(m->name, "entropy") ||
	    strstr(m->name, "theil") || strstr(m->name, "variation") ||
	    strstr(m->name, "smoothed") || strstr(m->name, "_ppr_") ||
	    strstr(m->name, "_prev_") || !strncmp(m->name, "clarify_", 8))
		return false;
	*from = m->best > 0 ? FAIR_RATIO : -FAIR_DIFFERENCE;
	*to = m->best > 0 ? 1 / FAIR_RATIO : FAIR_DIFFERENCE;
	return true;
}

static enum fair_verdict verdict_of(const struct fair_row *r, uint64_t min_n)
{
	const struct figure *f = &r->figure;
	bool sure = f->method != METHOD_NONE;
	double from, to;
	int where;

	if (!has_habit(r->measure, &from, &to))
		return FAIR_NONE;
	if (f->why || f->n < min_n)
		return FAIR_INSUFFICIENT;
	where = side(sure ? f->low : f->value, sure ? f->high : f->value,
		     from, to);
	if (where > 0)
		return FAIR_OUTSIDE;
	return r->left_out.n ? FAIR_INSUFFICIENT :
	       where < 0 ? FAIR_WITHIN : FAIR_UNSURE;
}

static void add_row(struct fairview *v, const struct fairness_measure *m,
		    const struct fair_options *o, size_t of, uint64_t min_n)
{
	struct fair_row *row = &v->rows[v->n_rows++];
	struct taken t = { .m = m };
	struct fairness_result r = { 0 };
	struct err ignored = ERR_INIT;

	*row = (struct fair_row){ .measure = m };
	t.groups = XNEW_ARRAY(struct fairness_group, v->n_groups + 2);
	if (m->is_signed)
		take_two(&t, v, of, v->against);
	else
		take_all(&t, v, min_n, &row->left_out);
	if (fairness_compute(m, t.groups, t.n, t.of, t.against, min_n, &r,
			     &ignored) != RC_OK)
		BUG("measure '%s' refuses its groups", m->name);
	row->figure = r.figure;
	row->low = r.low;
	row->high = r.high;
	if (o->resamples && !r.figure.why)
		put_interval(&t, o, &row->figure);
	row->verdict = verdict_of(row, min_n);
	free(t.groups);
}

static void add_rows(struct fairview *v, const struct fair_options *o,
		     size_t of, uint64_t min_n)
{
	size_t n;
	const struct fairness_measure *all = fairness_list(&n);

	v->rows = XNEW_ARRAY(struct fair_row, n * (v->n_groups + 1));
	for (size_t i = 0; i < n; i++) {
		const struct fairness_measure *m = &all[i];

		if (o->measure ? strcmp(m->name, o->measure) != 0 :
		    !o->all && !is_main(m->name))
			continue;
		if (!m->is_signed) {
			add_row(v, m, o, of, min_n);
			continue;
		}
		for (size_t k = 0; k < v->n_groups; k++)
			if (k != v->against && (of == SIZE_MAX || k == of))
				add_row(v, m, o, k, min_n);
	}
}

enum rc fairview_make(const struct evaluation *e, const struct fair_options *o,
		      struct fairview *out, struct err *err)
{
	uint64_t min_n = o->min_n ? o->min_n : FAIR_MIN_N;
	size_t of = SIZE_MAX;
	enum rc rc;

	*out = (struct fairview){ .by = xstrdup(o->by) };
	rc = read_groups(out, e, o, min_n, err);
	if (rc == RC_OK && o->measure && !fairness_find(o->measure))
		rc = err_set(err, RC_NOT_FOUND, "there is no measure '%s'",
			     o->measure);
	out->against = largest(out);
	if (rc == RC_OK && o->against)
		rc = find_group(out, o->against, &out->against, err);
	if (rc == RC_OK && o->of)
		rc = find_group(out, o->of, &of, err);
	if (rc != RC_OK) {
		fairview_release(out);
		return rc;
	}
	find_base_gap(out);
	add_rows(out, o, of, min_n);
	return RC_OK;
}

void fairview_release(struct fairview *v)
{
	for (size_t i = 0; i < v->n_groups; i++)
		free(v->groups[i].value);
	for (size_t i = 0; i < v->n_rows; i++)
		strs_release(&v->rows[i].left_out);
	free(v->groups);
	free(v->rows);
	free(v->by);
	*v = (struct fairview){ 0 };
}

const struct fair_row *fairview_row(const struct fairview *v,
				    const char *measure)
{
	for (size_t i = 0; i < v->n_rows; i++)
		if (!strcmp(v->rows[i].measure->name, measure))
			return &v->rows[i];
	return NULL;
}

/* -- Conflicts -- */

/* A basis holds if its difference and its ratio do; fails if one does. */
static enum fair_verdict basis_verdict(const struct fairview *v,
				       const struct fair_basis *b)
{
	const struct fair_row *d = fairview_row(v, b->difference);
	const struct fair_row *r = fairview_row(v, b->ratio);

	if (!d || !r)
		return FAIR_NONE;
	if (d->verdict == FAIR_OUTSIDE || r->verdict == FAIR_OUTSIDE)
		return FAIR_OUTSIDE;
	return d->verdict == FAIR_WITHIN && r->verdict == FAIR_WITHIN ?
	       FAIR_WITHIN : FAIR_UNSURE;
}

static size_t name_bases(const struct fairview *v, enum fair_verdict which,
			 struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; fair_basis_at(i); i++)
		if (basis_verdict(v, fair_basis_at(i)) == which)
			buf_printf(out, "%s%s", n++ ? ", " : "",
				   fair_basis_at(i)->name);
	return n;
}

static void say_habit(const struct fairview *v, struct buf *out)
{
	struct buf in = BUF_INIT, outside = BUF_INIT;
	size_t n_in = name_bases(v, FAIR_WITHIN, &in);
	size_t n_out = name_bases(v, FAIR_OUTSIDE, &outside);

	buf_str(out, " By habit of the field (differences up to 0.1, ratios "
		"from 0.8) ");
	if (n_in)
		buf_printf(out, "these hold: %s", in.data);
	else
		buf_str(out, "none surely holds");
	if (n_out)
		buf_printf(out, "; these do not: %s", outside.data);
	buf_str(out, n_in && n_out ? ". They disagree: which of them counts "
		"is for people to choose, and to say why." : ".");
	buf_release(&in);
	buf_release(&outside);
}

void fairview_conflicts(const struct fairview *v, struct buf *out)
{
	char gap[DECIMAL_MAX];

	if (v->base_gap.why) {
		buf_printf(out, "By %s too few groups have a measured share of "
			   "positives to say which bases conflict.", v->by);
		return;
	}
	if (v->base_gap.value > 0)
		buf_printf(out, "The share of positives differs by %s "
			   "(greatest less least: %s). Then demographic parity "
			   "conflicts with equalized odds, and equalized odds "
			   "with predictive parity, for every classifier that "
			   "is not perfect: choosing one gives the others up.",
			   v->by, decimal_fixed(v->base_gap.value, 4, gap));
	else
		buf_printf(out, "The share of positives is the same for all "
			   "groups of %s: the bases do not conflict by "
			   "arithmetic here.", v->by);
	say_habit(v, out);
}
