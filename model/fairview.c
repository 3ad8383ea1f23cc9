#include "model/fairview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/fairness_boot.h"
#include "model/fairness_scores.h"
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
	{ "equal calibration", "the same score means the same share of "
	  "positives in all groups", "same_score_difference",
	  "same_score_ratio" },
	{ "calibration within groups", "in each group the share of positives "
	  "is its mean score", "calibration_difference",
	  "calibration_ratio" },
};
static const char *const individual[] = {
	"generalized_entropy_index", "theil_index",
	"between_group_theil_index",
};

const struct fair_basis *fair_basis_at(size_t i)
{
	return i < COUNT(bases) ? &bases[i] : NULL;
}

static bool is_main(const char *name)
{
	for (size_t i = 0; i < COUNT(bases); i++)
		if (!strcmp(name, bases[i].difference) ||
		    !strcmp(name, bases[i].ratio))
			return true;
	for (size_t i = 0; i < COUNT(individual); i++)
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
	g->scored = FAIR_NO_SCORES;
	g->ece = s->metrics[METRIC_ECE];
	g->few = is_few(&g->base_rate, min_n) || is_few(&g->tpr, min_n) ||
		 is_few(&g->fpr, min_n) || is_few(&g->precision, min_n);
}

static bool is_among(const struct strs *names, const char *value)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->at[i], value))
			return true;
	return false;
}

static enum rc no_group(const char *by, const char *value, struct err *err)
{
	return err_set(err, RC_NOT_FOUND, "there is no case of %s=%s", by,
		       value);
}

/* Leaves out all groups but those that are named. */
static enum rc keep_only(struct fairview *v, const struct strs *only,
			 struct err *err)
{
	struct strs found = VEC_INIT;
	enum rc rc = RC_OK;
	size_t n = 0;

	for (size_t i = 0; i < v->n_groups; i++) {
		strs_add(&found, v->groups[i].value);
		if (is_among(only, v->groups[i].value)) {
			v->groups[n++] = v->groups[i];
			continue;
		}
		v->n -= v->groups[i].n;
		free(v->groups[i].value);
	}
	v->n_groups = n;
	for (size_t i = 0; i < only->n && rc == RC_OK; i++)
		if (!is_among(&found, only->at[i]))
			rc = no_group(v->by, only->at[i], err);
	strs_release(&found);
	return rc;
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
	return o->only && o->only->n ? keep_only(v, o->only, err) : RC_OK;
}

static void few_last(struct fairview *v)
{
	struct fair_group *sorted = XNEW_ARRAY(struct fair_group,
					       v->n_groups + 1);
	size_t n = 0;

	for (int few = 0; few <= 1; few++)
		for (size_t i = 0; i < v->n_groups; i++)
			if (v->groups[i].few == few)
				sorted[n++] = v->groups[i];
	for (size_t i = 0; i < n; i++)
		v->n_few += sorted[i].few;
	free(v->groups);
	v->groups = sorted;
}

static enum rc find_group(const struct fairview *v, const char *value,
			  size_t *out, struct err *err)
{
	for (*out = 0; *out < v->n_groups; (*out)++)
		if (!strcmp(v->groups[*out].value, value))
			return RC_OK;
	return no_group(v->by, value, err);
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

/* -- Scores -- */

static size_t place_of(const struct fair_more *more, const char *value)
{
	for (size_t i = 0; more && i < more->n_values; i++)
		if (!strcmp(more->values[i], value))
			return i;
	return FAIR_NO_SCORES;
}

/* What a measure sees of a group. */
static struct fairness_group group_of(const struct fairview *v,
				      const struct fair_more *more,
				      enum fairness_needs needs,
				      const struct fair_group *g)
{
	struct fairness_group out = { .value = g->value, .counts = g->counts };
	const struct calibration *c = &v->calibration;
	size_t at = needs == NEEDS_STRATA ? place_of(more, g->value)
					  : g->scored;

	if (needs == NEEDS_COUNTS)
		return out;
	/* what is not known of is empty: as many cells as the others have */
	if (at == FAIR_NO_SCORES)
		at = needs == NEEDS_STRATA ? more->n_values : c->n_groups;
	if (needs == NEEDS_STRATA) {
		out.n_strata = more->n_strata;
		out.strata = more->strata + at * more->n_strata;
	} else if (needs == NEEDS_SCORES) {
		out.n_cells = c->n_bins;
		out.cells = c->bins + at * c->n_bins;
	} else {
		out.n_cells = CALIBRATION_TENTHS;
		out.cells = c->tenths + at * CALIBRATION_TENTHS;
	}
	return out;
}

/* The share of positives less something that is known: its interval moves
 * with it. */
static struct figure share_less(const struct figure *share, double known)
{
	struct figure f = *share;

	if (f.why)
		return f;
	f.value -= known;
	f.low -= known;
	f.high -= known;
	return f;
}

static void score_group(const struct fairview *v, struct fair_group *g,
			double over_same)
{
	struct fairness_group seen;
	struct score_sums s;

	if (g->scored == FAIR_NO_SCORES) {
		g->mean_score = figure_why_not(WHY_NO_SCORE, 0);
		g->over_score = g->over_same = g->mean_score;
		return;
	}
	g->over_same = share_less(&g->base_rate,
				  g->base_rate.value - over_same);
	if (!v->calibration.is_probability) {
		g->mean_score = figure_why_not(WHY_NOT_PROBABILITIES, g->n);
		g->over_score = g->mean_score;
		return;
	}
	seen = group_of(v, NULL, NEEDS_PROBABILITIES, g);
	s = score_sums(seen.cells, seen.n_cells);
	g->mean_score = s.n > 0 ? figure_value(s.score / s.n, (uint64_t)s.n)
				: figure_why_not(WHY_NO_PATTERNS, 0);
	g->over_score = share_less(&g->base_rate, g->mean_score.value);
}

static void score_groups(struct fairview *v, const struct fair_more *more)
{
	struct fairness_group *seen = XNEW_ARRAY(struct fairness_group,
						 v->n_groups + 1);
	struct group_value *over = XNEW_ARRAY(struct group_value,
					      v->n_groups + 1);

	for (size_t i = 0; i < v->n_groups; i++) {
		v->groups[i].scored = place_of(more, v->groups[i].value);
		seen[i] = group_of(v, more, NEEDS_SCORES, &v->groups[i]);
	}
	group_values(OBSERVED_LESS_EXPECTED, seen, v->n_groups, over);
	for (size_t i = 0; i < v->n_groups; i++)
		score_group(v, &v->groups[i], over[i].value);
	free(seen);
	free(over);
}

static void no_scores(struct fairview *v)
{
	for (size_t i = 0; i < v->n_groups; i++) {
		struct fair_group *g = &v->groups[i];

		g->mean_score = figure_undefined(v->why_none ? v->why_none :
					why_text(WHY_NO_SCORE), g->n);
		g->over_score = g->over_same = g->mean_score;
	}
}

static void take_more(struct fairview *v, struct fair_more *more)
{
	v->why_none = more ? more->why : NULL;
	v->given = more ? xstrdup_or_null(more->given) : NULL;
	v->has_calibration = more && more->has_calibration;
	if (!v->has_calibration) {
		no_scores(v);
		return;
	}
	v->calibration = more->calibration;
	more->has_calibration = false;
	more->calibration = (struct calibration){ 0 };
	score_groups(v, more);
}

/* Why a measure cannot be taken of what is known; NULL: it can. */
static const char *cannot(const struct fairview *v,
			  const struct fair_more *more,
			  const struct fairness_measure *m)
{
	switch (fairness_needs(m)) {
	case NEEDS_COUNTS:
		return NULL;
	case NEEDS_PROBABILITIES:
		if (v->has_calibration && !v->calibration.is_probability)
			return why_text(WHY_NOT_PROBABILITIES);
		/* fall through */
	case NEEDS_SCORES:
		return v->has_calibration ? NULL : v->why_none ? v->why_none :
		       why_text(WHY_NO_SCORE);
	case NEEDS_STRATA:
		return more && more->strata ? NULL : more && more->given ?
		       more->why : "no column is given to condition on";
	}
	BUG("needs of '%s'", m->name);
}

/* -- One measure -- */

/* What the rows are made from. */
struct making {
	struct fairview *v;
	const struct fair_options *o;
	uint64_t min_n;
	size_t of;		/* SIZE_MAX: each in turn */
};

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

static void take_all(const struct making *k, struct taken *t,
		     struct fair_row *row)
{
	for (size_t i = 0; i < k->v->n_groups; i++) {
		struct fairness_group g = group_of(k->v, k->o->more,
						   fairness_needs(t->m),
						   &k->v->groups[i]);
		uint64_t n;

		if (!k->v->groups[i].n)
			continue;
		n = smallest(t->m, &g);
		if (n >= k->min_n) {
			t->groups[t->n++] = g;
			continue;
		}
		strs_add(&row->left_out, g.value);
		vec_push(&row->left_out_n, n);
	}
}

static void take_two(const struct making *k, struct taken *t, size_t of)
{
	const struct fair_group *g = k->v->groups;
	enum fairness_needs needs = fairness_needs(t->m);

	t->groups[0] = group_of(k->v, k->o->more, needs, &g[of]);
	t->groups[1] = group_of(k->v, k->o->more, needs, &g[k->v->against]);
	t->n = 2;
	t->of = 0;
	t->against = 1;
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
	    strstr(m->name, "_prev_") || strstr(m->name, "amplification") || !strncmp(m->name, "clarify_", 8))
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

static void measure_row(const struct making *k, struct fair_row *row,
			size_t of)
{
	const struct fair_options *o = k->o;
	struct taken t = { .m = row->measure };
	struct fairness_result r = { 0 };
	struct err ignored = ERR_INIT;

	t.groups = XNEW_ARRAY(struct fairness_group, k->v->n_groups + 2);
	if (t.m->is_signed)
		take_two(k, &t, of);
	else
		take_all(k, &t, row);
	if (fairness_compute(t.m, t.groups, t.n, t.of, t.against, k->min_n, &r,
			     &ignored) != RC_OK)
		BUG("measure '%s' refuses its groups", t.m->name);
	row->figure = r.figure;
	row->low = r.low;
	row->high = r.high;
	if (o->resamples && !r.figure.why)
		fairness_interval(t.m, t.groups, t.n, t.of, t.against,
				  o->resamples, o->seed, &row->figure);
	free(t.groups);
}

static void add_row(const struct making *k, const struct fairness_measure *m,
		    size_t of)
{
	struct fair_row *row = &k->v->rows[k->v->n_rows++];
	const char *why = cannot(k->v, k->o->more, m);

	*row = (struct fair_row){ .measure = m };
	if (!why) {
		measure_row(k, row, of);
	} else {
		row->figure = figure_undefined(why, 0);
		row->low = m->is_signed ? k->v->groups[of].value : NULL;
		row->high = m->is_signed ?
			k->v->groups[k->v->against].value : NULL;
	}
	row->verdict = verdict_of(row, k->min_n);
}

static bool wants_measure(const struct making *k,
			  const struct fairness_measure *m)
{
	if (k->o->measure)
		return !strcmp(m->name, k->o->measure);
	return (k->o->all || is_main(m->name)) && !cannot(k->v, k->o->more, m);
}

static void add_rows(const struct making *k)
{
	struct fairview *v = k->v;
	size_t n;
	const struct fairness_measure *all = fairness_list(&n);

	v->rows = XNEW_ARRAY(struct fair_row, n * (v->n_groups + 1));
	for (size_t i = 0; i < n; i++) {
		if (!wants_measure(k, &all[i]))
			continue;
		if (!all[i].is_signed) {
			add_row(k, &all[i], SIZE_MAX);
			continue;
		}
		for (size_t of = 0; of < v->n_groups; of++)
			if (of != v->against &&
			    (k->of == SIZE_MAX || of == k->of))
				add_row(k, &all[i], of);
	}
}

enum rc fairview_make(const struct evaluation *e, const struct fair_options *o,
		      struct fairview *out, struct err *err)
{
	struct making k = { .v = out, .o = o, .of = SIZE_MAX,
			    .min_n = o->min_n ? o->min_n : FAIR_MIN_N };
	enum rc rc;

	*out = (struct fairview){ .by = xstrdup(o->by) };
	rc = read_groups(out, e, o, k.min_n, err);
	if (rc == RC_OK && o->measure && !fairness_find(o->measure))
		rc = err_set(err, RC_NOT_FOUND, "there is no measure '%s'",
			     o->measure);
	if (rc == RC_OK)
		few_last(out);
	out->against = largest(out);
	if (rc == RC_OK && o->against)
		rc = find_group(out, o->against, &out->against, err);
	if (rc == RC_OK && o->of)
		rc = find_group(out, o->of, &k.of, err);
	if (rc != RC_OK) {
		fairview_release(out);
		return rc;
	}
	take_more(out, o->more);
	find_base_gap(out);
	add_rows(&k);
	return RC_OK;
}

void fairview_release(struct fairview *v)
{
	for (size_t i = 0; i < v->n_groups; i++)
		free(v->groups[i].value);
	for (size_t i = 0; i < v->n_rows; i++)
		strs_release(&v->rows[i].left_out);
	for (size_t i = 0; i < v->n_rows; i++)
		vec_free(&v->rows[i].left_out_n);
	calibration_release(&v->calibration);
	free(v->given);
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

void fair_row_left_out(const struct fair_row *r, struct buf *out)
{
	for (size_t i = 0; i < r->left_out.n; i++) {
		if (!i)
			buf_printf(out, "%zu: ", r->left_out.n);
		buf_printf(out, "%s%s", i ? ", " : "", r->left_out.at[i]);
	}
}

struct fair_at_score fairview_at_score(const struct fairview *v, size_t group,
				       size_t bin)
{
	size_t at = v->groups[group].scored;
	struct fair_at_score out = { .share = figure_why_not(WHY_NO_PATTERNS,
							     0) };
	const struct score_cell *c;
	uint64_t n;

	if (!v->has_calibration || at == FAIR_NO_SCORES)
		return out;
	c = &v->calibration.bins[at * v->calibration.n_bins + bin];
	n = c->n[0] + c->n[1];
	out.share = figure_proportion(c->n[1], n, WHY_NO_PATTERNS, false);
	if (n)
		out.mean_score = (c->score[0] + c->score[1]) / (double)n;
	return out;
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

static void say_scores(const struct fairview *v, struct buf *out)
{
	if (v->has_calibration && !v->calibration.is_probability)
		buf_str(out, " The scores are no probabilities: calibration "
			"is taken at equal scores.");
	else if (!v->has_calibration && v->why_none)
		buf_printf(out, " Calibration cannot be taken: %s.",
			   v->why_none);
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
			   "with predictive parity and with calibration, for "
			   "every classifier that is not perfect: choosing one "
			   "gives the others up.", v->by, decimal_fixed(v->base_gap.value, 4, gap));
	else
		buf_printf(out, "The share of positives is the same for all "
			   "groups of %s: the bases do not conflict by "
			   "arithmetic here.", v->by);
	say_habit(v, out);
	say_scores(v, out);
}
