/* Tests and closed forms of one pair, on the rows of its slot. */
#include <math.h>
#include <stdlib.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "model/auc.h"
#include "model/compare_inside.h"
#include "model/dist.h"
#include "model/interval.h"
#include "model/paired.h"
#include "model/scored.h"

/* -- Paired proportions -- */

struct table2 {
	uint64_t both, base, candidate, neither;
};

/* Which rows count, and what holds on them. */
enum among { AMONG_ALL, AMONG_POSITIVES, AMONG_NEGATIVES };
enum holds { HOLDS_RIGHT, HOLDS_POSITIVE, HOLDS_NEGATIVE };

static const struct rate {
	enum metric metric;
	enum among among;
	enum holds holds;
} rates[] = {
	{ METRIC_ACCURACY, AMONG_ALL, HOLDS_RIGHT },
	{ METRIC_MICRO_RECALL, AMONG_ALL, HOLDS_RIGHT },
	{ METRIC_RECALL, AMONG_POSITIVES, HOLDS_POSITIVE },
	{ METRIC_SPECIFICITY, AMONG_NEGATIVES, HOLDS_NEGATIVE },
	{ METRIC_FPR, AMONG_NEGATIVES, HOLDS_POSITIVE },
	{ METRIC_FNR, AMONG_POSITIVES, HOLDS_NEGATIVE },
	{ METRIC_SELECTION_RATE, AMONG_ALL, HOLDS_POSITIVE },
};

static bool counts(const struct eval_input *in, enum among among, size_t row)
{
	return among == AMONG_ALL ||
	       (in->target[row] == 1) == (among == AMONG_POSITIVES);
}

static bool holds(const struct eval_input *in, enum holds what, size_t row)
{
	if (what == HOLDS_RIGHT)
		return answer_is_right(in, row);
	return answer_is_positive(in, row) == (what == HOLDS_POSITIVE);
}

static void add_row(struct table2 *t, bool base, bool candidate)
{
	t->both += base && candidate;
	t->base += base && !candidate;
	t->candidate += !base && candidate;
	t->neither += !base && !candidate;
}

void compare_set_p(struct delta *d, double p, enum basis tested)
{
	d->has_p = true;
	d->tested = tested;
	d->p = d->p_holm = p;
}

void compare_set_interval(struct delta *d, double low, double high,
			 enum method method)
{
	if (!isfinite(low) || !isfinite(high))
		return;
	d->low = low < d->delta ? low : d->delta;
	d->high = high > d->delta ? high : d->delta;
	d->method = method;
	d->has_interval = true;
}

static void settle_rate(struct delta *d, const struct table2 *t)
{
	struct interval i;

	if (d->why || !(t->both + t->base + t->candidate + t->neither))
		return;
	compare_set_p(d, mcnemar_exact(t->base, t->candidate).p, BASIS_MCNEMAR);
	d->is_exact = true;
	i = interval_newcombe(t->both, t->candidate, t->base, t->neither);
	compare_set_interval(d, i.low, i.high, METHOD_NEWCOMBE);
}

void compare_rates(struct pair *p)
{
	for (size_t r = 0; r < COUNT(rates); r++) {
		const struct rate *rate = &rates[r];
		struct table2 t = { 0 };

		if (p->in->weight || !metric_fits(rate->metric, p->in->task))
			continue;
		for (size_t i = 0; i < p->n; i++)
			if (counts(p->in, rate->among, p->rows[i]))
				add_row(&t, holds(p->base, rate->holds,
						  p->rows[i]),
					holds(p->in, rate->holds, p->rows[i]));
		settle_rate(&p->deltas[rate->metric], &t);
	}
}

/* -- Sums of differences -- */

static double weight_of(const struct pair *p, size_t i)
{
	return p->in->weight ? p->in->weight[p->rows[i]] : 1;
}

static double largest_weight(const struct pair *p)
{
	double most = 0;

	for (size_t i = 0; i < p->n; i++)
		most = fmax(most, weight_of(p, i));
	return most;
}

uint64_t compare_weighing(const struct pair *p)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += weight_of(p, i) > 0;
	return n;
}

/* Of sum w d / sum w, by the residuals of its terms. Weights are relative to
 * the largest, so that their squares stay in range. */
struct residuals {
	double weight, square;
	uint64_t n;
};

static void add_residual(struct residuals *r, double w, double residual)
{
	r->weight += w;
	r->square += w * residual * w * residual;
	r->n++;
}

static void settle_mean(struct delta *d, const struct residuals *r)
{
	double n = (double)r->n, half;

	if (r->n < 2 || !(r->weight > 0))
		return;
	half = Z_95 * sqrt(r->square * n / (n - 1)) / r->weight;
	compare_set_interval(d, d->delta - half, d->delta + half,
			     METHOD_NORMAL);
}

static void weighted_rate(struct pair *p, const struct rate *rate, double most)
{
	struct delta *d = &p->deltas[rate->metric];
	struct residuals sums = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		uint32_t r = p->rows[i];
		double w = weight_of(p, i) / most;

		if (w > 0 && counts(p->in, rate->among, r))
			add_residual(&sums, w, holds(p->in, rate->holds, r) -
				     holds(p->base, rate->holds, r) -
				     d->delta);
	}
	d->n_weighing = sums.n;
	if (!d->has_interval)
		settle_mean(d, &sums);
}

void compare_weighted_rates(struct pair *p)
{
	double most = largest_weight(p);

	if (!p->in->weight || !(most > 0) || !answer_has_label(p->base) ||
	    !answer_has_label(p->in))
		return;
	for (size_t r = 0; r < COUNT(rates); r++)
		if (metric_fits(rates[r].metric, p->in->task) &&
		    !p->deltas[rates[r].metric].why)
			weighted_rate(p, &rates[r], most);
}

/* -- Area under the curve -- */

void compare_auc(struct pair *p)
{
	struct delta *d = &p->deltas[METRIC_ROC_AUC];
	double *first, *second;
	uint8_t *label;
	struct auc_pair auc;

	if (d->why || p->in->weight)
		return;
	first = XNEW_ARRAY(double, p->n + 1);
	second = XNEW_ARRAY(double, p->n + 1);
	label = XNEW_ARRAY(uint8_t, p->n + 1);
	for (size_t i = 0; i < p->n; i++) {
		first[i] = p->base->score[p->rows[i]];
		second[i] = p->in->score[p->rows[i]];
		label[i] = p->in->target[p->rows[i]] == 1;
	}
	auc = auc_compare(first, second, label, p->n);
	if (auc.has_interval) {
		compare_set_interval(d, auc.low, auc.high, METHOD_DELONG);
		compare_set_p(d, auc.p, BASIS_DELONG);
	}
	free(first);
	free(second);
	free(label);
}

/* -- Means of rows -- */

static double row_value(const struct eval_input *in, enum metric m, size_t i)
{
	double off;

	if (m == METRIC_LOG_LOSS)
		return scored_log_loss(in->score[i], in->target[i] == 1);
	if (m == METRIC_BRIER) {
		off = in->score[i] - (in->target[i] == 1);
		return off * off;
	}
	return answer_loss(in, metric_loss(m), i);
}

static void pair_mean(struct pair *p, enum metric m)
{
	struct delta *d = &p->deltas[m];
	struct residuals sums = { 0 };
	double most = largest_weight(p);

	if (d->why || d->has_interval)
		return;
	for (size_t i = 0; i < p->n; i++) {
		double w = weight_of(p, i) / most;

		if (w > 0)
			add_residual(&sums, w,
				     row_value(p->in, m, p->rows[i]) -
				     row_value(p->base, m, p->rows[i]) -
				     d->delta);
	}
	settle_mean(d, &sums);
}

void compare_means(struct pair *p)
{
	static const enum metric binary[] = { METRIC_LOG_LOSS, METRIC_BRIER };
	static const enum metric errors[] = {
		METRIC_MAE, METRIC_MAPE, METRIC_SMAPE, METRIC_MASE,
	};
	bool regression = p->in->task == TASK_REGRESSION;
	const enum metric *m = regression ? errors : binary;

	if (p->in->group || p->in->task == TASK_MULTICLASS)
		return;
	for (size_t i = 0; i < (regression ? 4 : 2); i++)
		pair_mean(p, m[i]);
}

/* -- Ranks of errors -- */

/* Group means where there are groups, as in the figures. */
static size_t error_differences(const struct pair *p, double *out)
{
	const uint32_t *group = p->in->group;
	uint32_t *unit;
	double *size;
	size_t n = 0;

	if (!group) {
		for (size_t i = 0; i < p->n; i++)
			out[i] = row_value(p->in, METRIC_MAE, p->rows[i]) -
				row_value(p->base, METRIC_MAE, p->rows[i]);
		return p->n;
	}
	unit = XNEW_ARRAY(uint32_t, p->in->n_groups + 1);
	size = XNEW_ARRAY(double, p->n + 1);
	for (size_t i = 0; i < p->n; i++) {
		uint32_t r = p->rows[i], *u = &unit[group[r]];

		if (!*u)
			*u = (uint32_t)++n;
		size[*u - 1]++;
		out[*u - 1] += row_value(p->in, METRIC_MAE, r) -
			row_value(p->base, METRIC_MAE, r);
	}
	for (size_t i = 0; i < n; i++)
		out[i] /= size[i];
	free(unit);
	free(size);
	return n;
}

static void take_paired_t(struct pair *p, const double *difference, size_t n)
{
	struct candidate *out = &p->all->out->candidates[p->candidate];
	double *zero = XNEW_ARRAY(double, n + 1);

	out->has_t = true;
	out->t = paired_t(difference, zero, n);
	free(zero);
}

void compare_errors(struct pair *p)
{
	struct delta *d = &p->deltas[METRIC_MAE];
	double *difference;
	struct wilcoxon w;
	size_t n;
	bool opposed;

	if (d->why || p->in->weight)
		return;
	difference = XNEW_ARRAY(double, p->n + 1);
	n = error_differences(p, difference);
	if (p->slot == 0)
		take_paired_t(p, difference, n);
	w = wilcoxon_signed_rank(difference, n);
	/* ranks that point the other way than the means show nothing */
	opposed = (double)w.sign * d->delta < 0;
	compare_set_p(d, opposed ? 1 : w.p, BASIS_WILCOXON);
	d->ranks_oppose = opposed;
	d->is_exact = w.exact;
	if (p->slot == 0) {
		p->all->out->candidates[p->candidate].ranks_oppose = opposed;
		p->all->out->candidates[p->candidate].p_ranks = w.p;
	}
	free(difference);
}
