/* Values come from evaluate_many(); this file adds what lies between two
 * versions: tests, intervals of differences, verdicts, flips. A "pair" is a
 * candidate in a slot (the whole or a slice). */
#include "model/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/auc.h"
#include "model/dist.h"
#include "model/eval_parts.h"
#include "model/interval.h"
#include "model/order.h"
#include "model/paired.h"
#include "model/scored.h"

#define MIN_N_WHOLE 30
#define MIN_N_SLICE 200
#define RESAMPLES 1000
#define LEVEL 0.05

static const char *const verdicts[] = {
#define X(id, text) [id] = text,
	VERDICT_LIST(X)
#undef X
};

const char *verdict_text(enum verdict v)
{
	return verdicts[v];
}

struct comparing {
	const struct eval_input *inputs;
	size_t n_candidates;
	const struct compare_options *opt;
	struct eval_options eval;
	struct evaluation *values;	/* per input */
	struct cuts cuts;
	struct cut_rows rows;
	struct eval_run *runs;		/* per input: keep memory, no jobs */
	struct comparison *out;
	/* resampled differences: candidate x slot x metric */
	struct figure *figures;
	struct boot_jobs jobs;
};

struct pair {
	struct comparing *all;
	size_t candidate, slot;		/* candidate from 0 */
	const struct eval_input *base, *in;
	const uint32_t *rows;
	size_t n;
	struct delta *deltas;
	struct figure *figures;
};

static size_t n_slots(const struct comparing *c)
{
	return c->cuts.n_slots;
}

static struct pair pair_of(struct comparing *c, size_t candidate, size_t slot)
{
	struct candidate *out = &c->out->candidates[candidate];

	return (struct pair){
		.all = c, .candidate = candidate, .slot = slot,
		.base = &c->inputs[0], .in = &c->inputs[candidate + 1],
		.rows = c->rows.rows + c->rows.start[slot],
		.n = c->rows.start[slot + 1] - c->rows.start[slot],
		.deltas = slot ? out->slices[slot - 1].metrics : out->metrics,
		.figures = c->figures + (candidate * n_slots(c) + slot) *
			METRIC_COUNT,
	};
}

/* -- Labels -- */

static bool has_label(const struct eval_input *in)
{
	return in->task != TASK_REGRESSION &&
	       (in->label || (in->has_threshold && in->score));
}

static uint32_t said(const struct eval_input *in, size_t row)
{
	if (in->task == TASK_BINARY && in->has_threshold && in->score)
		return in->score[row] >= in->threshold;
	return in->label[row] < in->n_labels ? in->label[row]
					     : (uint32_t)in->n_labels;
}

static bool is_right(const struct eval_input *in, size_t row)
{
	return said(in, row) == in->target[row];
}

/* Binary: what counts as the positive answer, as in the confusion table. */
static bool says_positive(const struct eval_input *in, size_t row)
{
	uint32_t s = said(in, row);

	return s < 2 ? s == 1 : in->target[row] != 1;
}

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
		return is_right(in, row);
	return says_positive(in, row) == (what == HOLDS_POSITIVE);
}

static void add_row(struct table2 *t, bool base, bool candidate)
{
	t->both += base && candidate;
	t->base += base && !candidate;
	t->candidate += !base && candidate;
	t->neither += !base && !candidate;
}

static void set_p(struct delta *d, double p)
{
	d->has_p = true;
	d->p = d->p_holm = p;
}

static void set_interval(struct delta *d, double low, double high,
			 enum method method)
{
	d->low = low < d->delta ? low : d->delta;
	d->high = high > d->delta ? high : d->delta;
	d->method = method;
	d->has_interval = true;
}

static void settle_rate(struct delta *d, const struct table2 *t, bool weighted)
{
	struct interval i;

	if (d->why || !(t->both + t->base + t->candidate + t->neither))
		return;
	set_p(d, mcnemar_exact(t->base, t->candidate).p);
	if (weighted)
		return;		/* its interval is the bootstrap's */
	i = interval_newcombe(t->both, t->candidate, t->base, t->neither);
	set_interval(d, i.low, i.high, METHOD_NEWCOMBE);
}

static void pair_rates(struct pair *p)
{
	for (size_t r = 0; r < sizeof(rates) / sizeof(*rates); r++) {
		const struct rate *rate = &rates[r];
		struct table2 t = { 0 };

		if (!metric_fits(rate->metric, p->in->task))
			continue;
		for (size_t i = 0; i < p->n; i++)
			if (counts(p->in, rate->among, p->rows[i]))
				add_row(&t, holds(p->base, rate->holds,
						  p->rows[i]),
					holds(p->in, rate->holds, p->rows[i]));
		settle_rate(&p->deltas[rate->metric], &t,
			    p->in->weight != NULL);
	}
}

/* -- Area under the curve -- */

static void pair_auc(struct pair *p)
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
		set_interval(d, auc.low, auc.high, METHOD_DELONG);
		set_p(d, auc.p);
	}
	free(first);
	free(second);
	free(label);
}

/* -- Resampling -- */

/* Two of one kind on the same units. */
struct two {
	boot_stat_fn *stat;
	unsigned n;
	const void *base, *candidate;
};

static void two_stats(const uint32_t *times, const void *arg, double *out)
{
	const struct two *t = arg;
	double base[BOOT_STATS_MAX];

	t->stat(times, t->base, base);
	t->stat(times, t->candidate, out);
	for (unsigned i = 0; i < t->n; i++)
		out[i] -= base[i];
}

static struct boot_job *add_job(struct pair *p, enum eval_draw draw,
				const enum metric *metrics, unsigned n)
{
	struct boot_job *job = vec_add(&p->all->jobs);

	job->stream = p->slot * EVAL_DRAWS + draw;
	job->method = METHOD_PAIRED_BOOTSTRAP;
	job->n_stats = n;
	for (unsigned i = 0; i < n; i++) {
		struct figure *f = &p->figures[metrics[i]];

		*f = figure_value(p->deltas[metrics[i]].delta, p->n);
		if (!p->deltas[metrics[i]].why)
			job->figure[i] = f;
	}
	return job;
}

static void pair_kind(struct pair *p, const struct eval_kind *kind,
		      enum eval_draw draw, const void *base,
		      const void *candidate, size_t n_units,
		      const uint64_t *cells)
{
	struct two *two = eval_keep(&p->all->runs[0], 1, sizeof(*two));
	struct boot_job *job = add_job(p, draw, kind->metrics, kind->n);

	*two = (struct two){ kind->stat, kind->n, base, candidate };
	job->n_units = n_units;
	job->counts = cells;
	job->stat = two_stats;
	job->arg = two;
}

/* One row for each cell of (target, base, candidate), and how many rows the
 * cell has. */
static size_t joint_cells(struct pair *p, uint32_t **row, uint64_t **count)
{
	uint64_t *key = XNEW_ARRAY(uint64_t, p->n + 1);
	uint64_t *tmp = XNEW_ARRAY(uint64_t, p->n + 1), *sorted;
	uint64_t width = p->in->n_labels + 1, hash;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		uint32_t r = p->rows[i];

		hash = (p->in->target[r] * width + said(p->base, r)) * width +
			said(p->in, r);
		key[i] = hash << 32 | r;
	}
	sorted = radix_sort_u64(key, tmp, p->n, 32, 32);
	*row = eval_keep(&p->all->runs[0], p->n + 1, sizeof(**row));
	*count = eval_keep(&p->all->runs[0], p->n + 1, sizeof(**count));
	for (size_t i = 0; i < p->n; i++) {
		n += !i || sorted[i] >> 32 != sorted[i - 1] >> 32;
		(*row)[n - 1] = (uint32_t)sorted[i];
		(*count)[n - 1]++;
	}
	free(key);
	free(tmp);
	return n;
}

static bool row_cheap(const struct pair *p, size_t units)
{
	return units && units <= (p->slot ? EVAL_BOOTSTRAP_SLICE
					  : EVAL_BOOTSTRAP_WHOLE);
}

static void boot_labels(struct pair *p)
{
	struct eval_run *base = &p->all->runs[0];
	struct eval_run *in = &p->all->runs[p->candidate + 1];
	bool binary = p->in->task == TASK_BINARY;
	const uint32_t *rows = p->rows;
	uint64_t *cells = NULL;
	size_t n = p->n;

	/* beyond 1,600 labels a joint cell's number would not fit its key */
	if (!p->in->weight && p->in->n_labels < 1600) {
		uint32_t *row;

		n = joint_cells(p, &row, &cells);
		rows = row;
	} else if (!row_cheap(p, n)) {
		return;
	}
	if (binary)
		pair_kind(p, &eval_places, DRAW_TABLE,
			  eval_places_new(base, rows, n),
			  eval_places_new(in, rows, n), n, cells);
	else
		pair_kind(p, &eval_tables, DRAW_TABLE,
			  eval_tables_new(base, rows, n),
			  eval_tables_new(in, rows, n), n, cells);
}

static void boot_losses(struct pair *p)
{
	if (!row_cheap(p, p->n))
		return;
	pair_kind(p, &eval_losses, DRAW_SCORES,
		  eval_losses_new(&p->all->runs[0], p->rows, p->n),
		  eval_losses_new(&p->all->runs[p->candidate + 1], p->rows,
				  p->n), p->n, NULL);
}

static void boot_errors(struct pair *p)
{
	size_t units;
	const void *base, *in;

	if (!p->in->group && !row_cheap(p, p->n))
		return;
	base = eval_errors_new(&p->all->runs[0], p->rows, p->n, &units);
	in = eval_errors_new(&p->all->runs[p->candidate + 1], p->rows, p->n,
			     &units);
	if (row_cheap(p, units))
		pair_kind(p, &eval_errors, DRAW_SCORES, base, in, units, NULL);
}

/* Scores of the two stand in orders of their own; place is the row's. */
struct ordered {
	struct scored scored;
	uint32_t *place;
};
struct two_scored {
	struct ordered base, candidate;
	size_t n;
};

static const enum metric score_metrics[SCORED_STATS] = {
	[SCORED_AUC] = METRIC_ROC_AUC,
	[SCORED_AP] = METRIC_AVERAGE_PRECISION,
	[SCORED_LOG_LOSS] = METRIC_LOG_LOSS,
	[SCORED_BRIER] = METRIC_BRIER,
	[SCORED_ECE] = METRIC_ECE,
};

static void weigh_ordered(const struct ordered *o, size_t n,
			  const uint32_t *times, uint32_t *scratch,
			  double *out)
{
	for (size_t i = 0; i < n; i++)
		scratch[i] = times[o->place[i]];
	scored_weigh(&o->scored, scratch, out);
}

static void two_scored_stats(const uint32_t *times, const void *arg,
			     double *out)
{
	const struct two_scored *t = arg;
	uint32_t *scratch = XNEW_ARRAY(uint32_t, t->n + 1);
	double base[SCORED_STATS];

	weigh_ordered(&t->base, t->n, times, scratch, base);
	weigh_ordered(&t->candidate, t->n, times, scratch, out);
	for (unsigned i = 0; i < SCORED_STATS; i++)
		out[i] -= base[i];
	free(scratch);
}

static void keep(struct pair *p, void *memory)
{
	if (memory)
		vec_add(&p->all->runs[0].owned)->p = memory;
}

static void order_scores(struct pair *p, const struct eval_input *in,
			 struct ordered *out)
{
	double *score = XNEW_ARRAY(double, p->n + 1);
	double *weight = XNEW_ARRAY(double, p->n + 1);
	uint8_t *label = XNEW_ARRAY(uint8_t, p->n + 1);
	struct order o;
	bool ok;

	for (size_t i = 0; i < p->n; i++)
		score[i] = in->score[p->rows[i]];
	order_init(&o, score, p->n);
	ok = !p->n || (o.score[0] >= 0 && o.score[p->n - 1] <= 1);
	out->place = eval_keep(&p->all->runs[0], p->n + 1, sizeof(uint32_t));
	for (size_t i = 0; i < p->n; i++) {
		uint32_t row = p->rows[o.row[i]];

		out->place[p->n - 1 - i] = o.row[i];	/* descending */
		label[i] = in->target[row] == 1;
		weight[i] = in->weight ? in->weight[row] : 1;
	}
	/* weights keep equal rows apart */
	scored_init(&out->scored, o.score, label, weight, p->n, ok);
	keep(p, out->scored.score);
	keep(p, out->scored.positive);
	keep(p, out->scored.label);
	keep(p, out->scored.log_loss);
	keep(p, out->scored.brier);
	keep(p, out->scored.run_end);
	keep(p, out->scored.weight);
	order_release(&o);
	free(score);
	free(weight);
	free(label);
}

static void boot_scores(struct pair *p)
{
	struct two_scored *two;
	struct boot_job *job;

	if (!row_cheap(p, p->n))
		return;
	two = eval_keep(&p->all->runs[0], 1, sizeof(*two));
	two->n = p->n;
	order_scores(p, p->base, &two->base);
	order_scores(p, p->in, &two->candidate);
	job = add_job(p, DRAW_SCORES, score_metrics, SCORED_STATS);
	job->n_units = p->n;
	job->stat = two_scored_stats;
	job->arg = two;
}

/* -- Means of rows -- */

static double row_value(const struct eval_input *in, enum metric m, size_t i)
{
	double y, f;

	if (m == METRIC_LOG_LOSS)
		return scored_log_loss(in->score[i], in->target[i] == 1);
	if (m == METRIC_BRIER) {
		f = in->score[i] - (in->target[i] == 1);
		return f * f;
	}
	y = in->target_value[i];
	f = in->value[i];
	if (m == METRIC_MAPE)
		return fabs(f - y) / fabs(y);
	if (m == METRIC_SMAPE)
		return 2 * fabs(f - y) / (fabs(y) + fabs(f));
	return fabs(f - y) / (m == METRIC_MASE ? in->scale[i] : 1);
}

static void pair_mean(struct pair *p, enum metric m)
{
	struct delta *d = &p->deltas[m];
	double square = 0, half;

	if (d->why || d->has_interval || p->n < 2)
		return;
	for (size_t i = 0; i < p->n; i++) {
		double x = row_value(p->in, m, p->rows[i]) -
			row_value(p->base, m, p->rows[i]) - d->delta;

		square += x * x;
	}
	half = Z_95 * sqrt(square / (double)(p->n - 1) / (double)p->n);
	set_interval(d, d->delta - half, d->delta + half, METHOD_NORMAL);
}

static void pair_means(struct pair *p)
{
	static const enum metric binary[] = { METRIC_LOG_LOSS, METRIC_BRIER };
	static const enum metric errors[] = {
		METRIC_MAE, METRIC_MAPE, METRIC_SMAPE, METRIC_MASE,
	};
	bool regression = p->in->task == TASK_REGRESSION;
	const enum metric *m = regression ? errors : binary;

	if (p->in->weight || p->in->group || p->in->task == TASK_MULTICLASS)
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

static void pair_ranks(struct pair *p)
{
	struct delta *d = &p->deltas[METRIC_MAE];
	double *difference;
	struct wilcoxon w;

	if (d->why)
		return;
	difference = XNEW_ARRAY(double, p->n + 1);
	w = wilcoxon_signed_rank(difference, error_differences(p, difference));
	/* ranks that point the other way than the means show nothing */
	set_p(d, (double)w.sign * d->delta < 0 ? 1 : w.p);
	free(difference);
}

/* -- One pair -- */

static void pair_values(struct pair *p)
{
	const struct evaluation *v = p->all->values;
	const struct evaluation *base = &v[0], *in = &v[p->candidate + 1];
	const struct eval_slice *a = p->slot ? &base->slices[p->slot - 1]
					     : &base->whole;
	const struct eval_slice *b = p->slot ? &in->slices[p->slot - 1]
					     : &in->whole;

	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		const struct figure *x = &a->metrics[m], *y = &b->metrics[m];
		struct delta *d = &p->deltas[m];

		if (!metric_fits((enum metric)m, p->in->task))
			continue;
		*d = (struct delta){
			.present = true, .base = x->value,
			.candidate = y->value, .delta = y->value - x->value,
			.n = x->n < y->n ? x->n : y->n,
			.why = x->why ? x->why : y->why,
		};
		if (!d->why && !isfinite(d->delta))
			d->why = why_text(WHY_OVERFLOW);
	}
}

static void plan_pair(struct pair *p)
{
	bool labels = has_label(p->base) && has_label(p->in);

	pair_values(p);
	if (labels) {
		pair_rates(p);
		boot_labels(p);
	}
	if (p->in->task == TASK_BINARY && p->base->score && p->in->score) {
		pair_auc(p);
		boot_scores(p);
	}
	if (p->in->task == TASK_MULTICLASS && p->base->class_score &&
	    p->in->class_score)
		boot_losses(p);
	if (p->in->task == TASK_REGRESSION && p->base->value &&
	    p->in->value) {
		pair_ranks(p);
		boot_errors(p);
	}
}

/* A normal p that agrees with the interval, where no test gave one. */
static double interval_p(const struct delta *d)
{
	double half = (d->high - d->low) / 2;

	if (!(half > 0))
		return d->delta != 0 ? 0 : 1;
	return fmin(1, 2 * dist_normal_upper(fabs(d->delta) / half * Z_95));
}

static void take_resampled(struct pair *p)
{
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		const struct figure *f = &p->figures[m];
		struct delta *d = &p->deltas[m];

		if (d->present && !d->why && !d->has_interval &&
		    f->method != METHOD_NONE)
			set_interval(d, f->low, f->high, f->method);
	}
	pair_means(p);
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		struct delta *d = &p->deltas[m];

		if (d->has_interval && !d->has_p)
			set_p(d, interval_p(d));
	}
}

/* -- Verdicts -- */

static bool improves(enum metric m, const struct delta *d)
{
	if (metric_better(m) == BETTER_ZERO)
		return fabs(d->candidate) < fabs(d->base);
	return (d->delta > 0) == (metric_better(m) == BETTER_HIGHER);
}

static enum verdict judge(const struct compare_options *opt, enum metric m,
			  const struct delta *d, bool differs, uint64_t min_n)
{
	if (d->why || d->n < min_n)
		return VERDICT_INSUFFICIENT;
	if (opt->has_margin && d->has_interval && d->low >= -opt->margin &&
	    d->high <= opt->margin)
		return VERDICT_EQUIVALENT;
	if (!differs || d->delta == 0 || metric_better(m) == BETTER_NEITHER)
		return VERDICT_NO_DIFFERENCE;
	return improves(m, d) ? VERDICT_BETTER : VERDICT_WORSE;
}

static uint64_t min_n_of(const struct comparing *c, size_t slot)
{
	uint64_t asked = slot ? c->opt->min_n_slice : c->opt->min_n;

	return asked ? asked : slot ? MIN_N_SLICE : MIN_N_WHOLE;
}

/* Holm over slices: one metric of one candidate. */
static void judge_slices(struct comparing *c, struct candidate *out,
			 enum metric m)
{
	double *p = XNEW_ARRAY(double, out->n_slices + 1);
	uint64_t min_n = min_n_of(c, 1);
	size_t n = 0;

	for (size_t i = 0; i < out->n_slices; i++) {
		const struct delta *d = &out->slices[i].metrics[m];

		if (d->has_p && d->n >= min_n)
			p[n++] = d->p;
	}
	holm(p, n, p);
	n = 0;
	for (size_t i = 0; i < out->n_slices; i++) {
		struct delta *d = &out->slices[i].metrics[m];

		if (d->has_p && d->n >= min_n)
			d->p_holm = p[n++];
		d->verdict = judge(c->opt, m, d, d->has_p &&
				   d->p_holm < LEVEL, min_n);
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

	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		struct delta *d = &out->metrics[m];
		bool differs = m == (unsigned)main
			? d->has_p && d->p_holm < LEVEL
			: d->has_interval && (d->low > 0 || d->high < 0);

		if (!d->present)
			continue;
		d->verdict = judge(c->opt, (enum metric)m, d, differs,
				   min_n_of(c, 0));
		judge_slices(c, out, (enum metric)m);
	}
	out->verdict = out->metrics[main].verdict;
}

/* Holm over candidates, of each one's deciding metric. */
static void adjust_candidates(struct comparing *c)
{
	double *p = XNEW_ARRAY(double, c->n_candidates + 1);

	for (size_t i = 0; i < c->n_candidates; i++) {
		struct candidate *out = &c->out->candidates[i];
		struct delta *d = &out->metrics[
			deciding_metric(out, c->out->task)];

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

/* -- Flips -- */

static void count_flips(struct comparing *c, size_t candidate,
			const uint32_t *ordinals)
{
	const struct eval_input *base = &c->inputs[0];
	const struct eval_input *in = &c->inputs[candidate + 1];
	struct candidate *out = &c->out->candidates[candidate];
	size_t n = 0;

	if (!has_label(base) || !has_label(in))
		return;
	out->has_mcnemar = true;
	for (size_t i = 0; i < in->n; i++) {
		bool a = is_right(base, i), b = is_right(in, i);

		out->both_right += a && b;
		out->both_wrong += !a && !b;
		out->only_base_right += a && !b;
		out->only_candidate_right += !a && b;
	}
	out->fixed = out->only_candidate_right;
	out->broken = out->only_base_right;
	out->flips = XNEW_ARRAY(uint32_t, out->fixed + out->broken + 1);
	for (int broken = 0; broken < 2; broken++)
		for (size_t i = 0; i < in->n; i++)
			if (is_right(base, i) != is_right(in, i) &&
			    is_right(base, i) == broken)
				out->flips[n++] = ordinals ? ordinals[i]
							   : (uint32_t)i;
}

/* -- All -- */

static void name_slices(struct comparing *c, struct candidate *out)
{
	out->n_slices = c->cuts.n_slices;
	out->slices = XNEW_ARRAY(struct compare_slice, out->n_slices + 1);
	for (size_t i = 0; i < out->n_slices; i++) {
		out->slices[i].by = xstrdup(c->cuts.by[i]);
		out->slices[i].value = xstrdup(c->cuts.value[i]);
		out->slices[i].n = c->rows.start[i + 2] - c->rows.start[i + 1];
	}
}

static void begin(struct comparing *c, const uint32_t *ordinals)
{
	size_t n = c->n_candidates;

	*c->out = (struct comparison){
		.n = c->inputs[0].n, .task = c->inputs[0].task,
		.n_candidates = n,
		.candidates = XNEW_ARRAY(struct candidate, n + 1),
	};
	c->runs = XNEW_ARRAY(struct eval_run, n + 1);
	for (size_t i = 0; i <= n; i++)
		c->runs[i] = (struct eval_run){ .in = &c->inputs[i],
						.opt = &c->eval };
	cuts_init(&c->cuts, &c->inputs[0]);
	cut_rows_init(&c->rows, &c->cuts, &c->inputs[0], NULL);
	c->figures = XNEW_ARRAY(struct figure, n * n_slots(c) * METRIC_COUNT +
				1);
	for (size_t i = 0; i < n; i++) {
		name_slices(c, &c->out->candidates[i]);
		count_flips(c, i, ordinals);
	}
}

static void for_each_pair(struct comparing *c, void (*fn)(struct pair *p))
{
	for (size_t i = 0; i < c->n_candidates; i++) {
		for (size_t s = 0; s < n_slots(c); s++) {
			struct pair p = pair_of(c, i, s);

			fn(&p);
		}
	}
}

static void end(struct comparing *c)
{
	for (size_t i = 0; i <= c->n_candidates; i++) {
		for (size_t k = 0; k < c->runs[i].owned.n; k++)
			free(c->runs[i].owned.at[k].p);
		vec_free(&c->runs[i].owned);
		evaluation_release(&c->values[i]);
	}
	free(c->runs);
	free(c->values);
	free(c->figures);
	vec_free(&c->jobs);
	cut_rows_release(&c->rows);
	cuts_release(&c->cuts);
}

enum rc compare_versions(const struct eval_input *inputs, size_t n_inputs,
			 const uint32_t *ordinals,
			 const struct compare_options *opt,
			 struct comparison *out, struct err *err)
{
	struct comparing c = { .inputs = inputs, .opt = opt, .out = out,
			       .n_candidates = n_inputs - 1 };
	struct boot_plan plan = {
		.resamples = opt->resamples ? opt->resamples : RESAMPLES,
		.seed = opt->seed,
	};
	enum rc rc;

	if (n_inputs < 2)
		return err_set(err, RC_BAD_INPUT, "compare needs a base and "
			       "at least one candidate");
	c.values = XNEW_ARRAY(struct evaluation, n_inputs);
	rc = evaluate_many(inputs, n_inputs, &c.eval, c.values, err);
	if (rc) {
		free(c.values);
		return rc;
	}
	begin(&c, ordinals);
	for_each_pair(&c, plan_pair);
	if (!boot_run(c.jobs.at, c.jobs.n, &plan))
		BUG("cancelled without anybody to cancel");
	for_each_pair(&c, take_resampled);
	adjust_candidates(&c);
	for (size_t i = 0; i < c.n_candidates; i++)
		judge_candidate(&c, &out->candidates[i]);
	end(&c);
	return RC_OK;
}

static void release_candidate(struct candidate *c)
{
	for (size_t i = 0; i < c->n_slices; i++) {
		free(c->slices[i].by);
		free(c->slices[i].value);
	}
	free(c->slices);
	free(c->flips);
	free(c->model);
}

void comparison_release(struct comparison *c)
{
	for (size_t i = 0; i < c->n_candidates; i++)
		release_candidate(&c->candidates[i]);
	free(c->candidates);
	free(c->testset);
	free(c->digest);
	free(c->base_model);
	*c = (struct comparison){ 0 };
}
