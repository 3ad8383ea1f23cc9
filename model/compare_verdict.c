/* What differences are called, with p adjusted for how many were looked at. */
#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/compare_inside.h"
#include "model/paired.h"

#define MIN_N_WHOLE 30
#define MIN_N_SLICE 200

/* -- Verdicts -- */

static bool improves(enum better better, const struct delta *d)
{
	if (better == BETTER_ZERO)
		return fabs(d->candidate) < fabs(d->base);
	return (d->delta > 0) == (better == BETTER_HIGHER);
}

bool compare_excludes_zero(const struct delta *d)
{
	return d->has_interval && (d->low > 0 || d->high < 0);
}

enum verdict compare_verdict(const struct comparing *c, enum better better,
			     const struct delta *d, bool differs,
			     uint64_t min_n)
{
	const struct compare_options *opt = c->opt;

	if (d->why || d->n_weighing < min_n)
		return VERDICT_INSUFFICIENT;
	if (!d->has_p && !d->has_interval && d->delta != 0)
		return VERDICT_INSUFFICIENT;
	if (opt->has_margin && d->has_interval && d->low >= -opt->margin &&
	    d->high <= opt->margin)
		return VERDICT_EQUIVALENT;
	if (!differs || d->delta == 0 || better == BETTER_NEITHER)
		return VERDICT_NO_DIFFERENCE;
	return improves(better, d) ? VERDICT_BETTER : VERDICT_WORSE;
}

bool delta_only_differs(enum metric m, const struct delta *d)
{
	return metric_better(m) == BETTER_NEITHER && !d->why &&
	       d->verdict == VERDICT_NO_DIFFERENCE && compare_excludes_zero(d);
}

/* -- What they stand on -- */

static const struct { const char *key, *text; } bases[] = {
#define X(id, key, text) [id] = { key, text },
	BASIS_LIST(X)
#undef X
};

const char *basis_key(enum basis b)
{
	return bases[b].key;
}

const char *basis_text(enum basis b)
{
	return bases[b].text;
}

bool delta_is_disputed(enum metric m, const struct delta *d)
{
	bool is_found = d->verdict == VERDICT_BETTER ||
			d->verdict == VERDICT_WORSE;

	if (d->why || !d->has_interval || metric_better(m) == BETTER_NEITHER ||
	    (!is_found && d->verdict != VERDICT_NO_DIFFERENCE))
		return false;
	return is_found != compare_excludes_zero(d);
}

bool delta_basis(struct buf *out, enum metric m, const struct delta *d)
{
	char p[DECIMAL_MAX];

	if (d->why || !d->has_p || d->basis == BASIS_INTERVAL ||
	    (d->basis != BASIS_WILCOXON && !delta_is_disputed(m, d)))
		return false;
	buf_str(out, basis_text(d->basis));
	if (d->ranks_oppose)
		buf_str(out, ": ranks against the mean");
	else
		buf_printf(out, ", %sp %s", d->p_holm > d->p ? "Holm " : "",
			   decimal_sig(d->p_holm, 2, p));
	return true;
}

void delta_add_basis(struct buf *out, enum metric m, const struct delta *d)
{
	struct buf text = BUF_INIT;

	if (delta_basis(&text, m, d))
		buf_printf(out, " (%s)", text.data);
	buf_release(&text);
}

uint64_t compare_min_n(const struct comparing *c, size_t slot)
{
	uint64_t asked = slot ? c->opt->min_n_slice : c->opt->min_n;

	return asked ? asked : slot ? MIN_N_SLICE : MIN_N_WHOLE;
}

/* Equivalence is the interval's; with too few nothing is tested. */
static void judge(const struct comparing *c, enum metric m, struct delta *d,
		  bool by_test, uint64_t min_n)
{
	bool differs = by_test ? d->has_p && d->p_holm < COMPARE_LEVEL
			       : compare_excludes_zero(d);

	d->verdict = compare_verdict(c, metric_better(m), d, differs, min_n);
	d->basis = by_test && d->has_p &&
		   d->verdict != VERDICT_EQUIVALENT &&
		   d->verdict != VERDICT_INSUFFICIENT ? d->tested
						      : BASIS_INTERVAL;
}

/* Holm over slices: one metric of one candidate. Slices of the same patterns
 * are one hypothesis. */
static void judge_slices(struct comparing *c, struct candidate *out,
			 enum metric m)
{
	const struct slice_nest *nest = c->out->nest;
	double *p = XNEW_ARRAY(double, out->n_slices + 1);
	uint64_t min_n = compare_min_n(c, 1);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < out->n_slices; i++) {
		const struct delta *d = &out->slices[i].metrics[m];

		if (d->has_p && d->n_weighing >= min_n &&
		    nest[i].same_as == NEST_NONE)
			p[n++] = d->p;
	}
	holm(p, n, p);
	out->family[m] = n;
	for (size_t i = 0; i < out->n_slices; i++) {
		struct delta *d = &out->slices[i].metrics[m];

		if (nest[i].same_as != NEST_NONE)
			d->p_holm = out->slices[nest[i].same_as].metrics[m]
				.p_holm;
		else if (d->has_p && d->n_weighing >= min_n)
			d->p_holm = p[k++];
		judge(c, m, d, true, min_n);
	}
	free(p);
}

static enum metric deciding_metric(const struct candidate *out, enum task task)
{
	enum metric m = metric_main(task);

	if (task == TASK_BINARY && out->metrics[m].why &&
	    !out->metrics[METRIC_ROC_AUC].why)
		return METRIC_ROC_AUC;
	return m;
}

static void judge_candidate(struct comparing *c, struct candidate *out)
{
	enum task task = c->out->task;
	enum metric main = deciding_metric(out, task);

	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		struct delta *d = &out->metrics[m];

		if (!d->present)
			continue;
		judge(c, m, d, m == main, compare_min_n(c, 0));
		judge_slices(c, out, m);
	}
	out->verdict = out->metrics[main].verdict;
}

/* Holm over candidates, of one metric. */
static void adjust_metric(struct comparing *c, enum metric m)
{
	double *p = XNEW_ARRAY(double, c->n_candidates + 1);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < c->n_candidates; i++) {
		const struct delta *d = &c->out->candidates[i].metrics[m];

		if (d->present && d->has_p)
			p[n++] = d->p;
	}
	holm(p, n, p);
	for (size_t i = 0; i < c->n_candidates; i++) {
		struct delta *d = &c->out->candidates[i].metrics[m];

		if (d->present && d->has_p)
			d->p_holm = p[k++];
	}
	free(p);
}

/* Holm over candidates, of each one's deciding metric. */
static void adjust_candidates(struct comparing *c)
{
	double *p = XNEW_ARRAY(double, c->n_candidates + 1);

	for (size_t i = 0; i < c->n_candidates; i++) {
		struct candidate *out = &c->out->candidates[i];
		struct delta *d = &out->metrics[
			deciding_metric(out, c->out->task)];

		out->has_p = d->has_p;
		p[i] = out->p = d->has_p ? d->p : 1;
	}
	holm(p, c->n_candidates, p);
	for (size_t i = 0; i < c->n_candidates; i++) {
		struct candidate *out = &c->out->candidates[i];

		out->p_holm = p[i];
		out->metrics[deciding_metric(out, c->out->task)].p_holm = p[i];
	}
	free(p);
}

void compare_judge(struct comparing *c)
{
	for (enum metric m = 0; m < METRIC_COUNT; m++)
		adjust_metric(c, m);
	adjust_candidates(c);
	for (size_t i = 0; i < c->n_candidates; i++)
		judge_candidate(c, &c->out->candidates[i]);
}
