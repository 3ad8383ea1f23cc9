/* Patterns that somebody gathered, a problem's: what a candidate fixed and
 * broke among them, or where its numbers are nearer and farther, and whether
 * that is more than chance. Each part is a pair of its own (compare_inside.h),
 * of which only the share of right answers, or the mean absolute error, is
 * asked. */
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/compare_inside.h"
#include "model/paired.h"

#define NO_ROW UINT32_MAX

/* One part of one candidate while the resampling is under way. */
struct part_pair {
	struct pair pair;
	struct delta deltas[METRIC_COUNT];	/* all but one not asked for */
	struct figure figures[METRIC_COUNT];
};

/* Rows of each part, which candidates share, and the pairs that are resampled:
 * kept until they are taken. */
struct part_pairs {
	uint32_t **rows;		/* opt->n_parts */
	size_t *n_rows;
	VEC_DECLARE(struct part_pair *, part_pair_list) pairs;
	VEC_DECLARE(struct compare_part *, part_list) parts;	/* of each */
};

/* -- Rows -- */

static uint32_t *rows_by_ordinal(const uint32_t *ordinals, size_t n,
				 uint32_t *end)
{
	uint32_t *row;

	*end = ordinals ? 0 : (uint32_t)n;
	for (size_t i = 0; ordinals && i < n; i++)
		if (ordinals[i] >= *end)
			*end = ordinals[i] + 1;
	row = XNEW_ARRAY(uint32_t, *end + 1);
	for (size_t i = 0; i < *end; i++)
		row[i] = NO_ROW;
	for (size_t i = 0; i < n; i++)
		row[ordinals ? ordinals[i] : i] = (uint32_t)i;
	return row;
}

static struct part_pairs *find_rows(const struct comparing *c,
				    const uint32_t *ordinals)
{
	struct part_pairs *out = XNEW(struct part_pairs);
	uint32_t end, *row = rows_by_ordinal(ordinals, c->inputs[0].n, &end);

	out->rows = XNEW_ARRAY(uint32_t *, c->opt->n_parts + 1);
	out->n_rows = XNEW_ARRAY(size_t, c->opt->n_parts + 1);
	for (size_t k = 0; k < c->opt->n_parts; k++) {
		const struct compare_among *a = &c->opt->parts[k];

		out->rows[k] = XNEW_ARRAY(uint32_t, a->n + 1);
		for (size_t i = 0; i < a->n; i++)
			if (a->ordinals[i] < end &&
			    row[a->ordinals[i]] != NO_ROW)
				out->rows[k][out->n_rows[k]++] =
					row[a->ordinals[i]];
	}
	free(row);
	return out;
}

/* -- Values -- */

static enum metric part_metric(const struct comparing *c)
{
	return metric_main(c->inputs[0].task);
}

/* The larger, the better. */
static double goodness(const struct eval_input *in, uint32_t row)
{
	return in->task == TASK_REGRESSION
	       ? -answer_loss(in, LOSS_ABSOLUTE, row)
	       : answer_is_right(in, row);
}

/* What each row counts for: errors of numbers are averaged per group first
 * where there are groups and no weights, as in the figures. To be freed. */
static double *row_weights(const struct pair *p)
{
	const uint32_t *group = p->in->task == TASK_REGRESSION &&
				!p->in->weight ? p->in->group : NULL;
	double *w = XNEW_ARRAY(double, p->n + 1);
	uint32_t *size = group ? XNEW_ARRAY(uint32_t, p->in->n_groups + 1)
			       : NULL;

	for (size_t i = 0; group && i < p->n; i++)
		size[group[p->rows[i]]]++;
	for (size_t i = 0; i < p->n; i++)
		w[i] = group ? 1. / size[group[p->rows[i]]] :
		       p->in->weight ? p->in->weight[p->rows[i]] : 1;
	free(size);
	return w;
}

/* Of errors of numbers the groups, where there are some. */
static uint64_t count_units(const struct pair *p)
{
	bool grouped = p->in->task == TASK_REGRESSION && p->in->group;
	uint8_t *seen = xcalloc(grouped ? p->in->n_groups + 1 : 1, 1);
	uint64_t n = grouped ? 0 : p->n;

	for (size_t i = 0; grouped && i < p->n; i++) {
		uint8_t *g = &seen[p->in->group[p->rows[i]]];

		n += !*g;
		*g = 1;
	}
	free(seen);
	return n;
}

static void count_flip(const struct pair *p, size_t i,
		       const uint32_t *ordinals, struct compare_part *out)
{
	uint32_t r = p->rows[i];
	double a = goodness(p->base, r), b = goodness(p->in, r);

	if (!(a < b || a > b))
		return;
	out->ordinals[out->fixed + out->broken] = ordinals ? ordinals[r] : r;
	out->fixed += a < b;
	out->broken += a > b;
}

static void settle_part(struct delta *d, enum task task, double weight,
			double base, double candidate)
{
	double sign = task == TASK_REGRESSION ? -1 : 1;

	if (!(weight > 0)) {
		d->why = why_text(d->n ? WHY_NO_WEIGHT : WHY_NO_PATTERNS);
		return;
	}
	d->base = sign * base / weight;
	d->candidate = sign * candidate / weight;
	d->delta = d->candidate - d->base;
	if (!isfinite(d->delta))
		d->why = why_text(WHY_OVERFLOW);
}

static void count_part(const struct pair *p, const uint32_t *ordinals,
		       struct compare_part *out)
{
	double weight = 0, base = 0, candidate = 0, *w = row_weights(p);

	out->ordinals = XNEW_ARRAY(uint32_t, p->n + 1);
	for (size_t i = 0; i < p->n; i++) {
		count_flip(p, i, ordinals, out);
		if (!(w[i] > 0))
			continue;
		weight += w[i];
		base += w[i] * goodness(p->base, p->rows[i]);
		candidate += w[i] * goodness(p->in, p->rows[i]);
	}
	free(w);
	out->delta = (struct delta){ .present = true, .n = count_units(p),
				     .n_weighing = compare_weighing(p) };
	if (out->delta.n_weighing > out->delta.n)
		out->delta.n_weighing = out->delta.n;
	settle_part(&out->delta, p->in->task, weight, base, candidate);
}

static void plan_tests(struct pair *p)
{
	if (p->in->task == TASK_REGRESSION) {
		compare_errors(p);
		compare_boot_errors(p);
		return;
	}
	compare_rates(p);
	if (p->in->weight)
		compare_boot_labels(p);
}

static void plan_part(struct comparing *c, size_t candidate, size_t k,
		      const uint32_t *ordinals, struct compare_part *out)
{
	struct part_pair *q = XNEW(struct part_pair);

	q->pair = (struct pair){
		.all = c, .candidate = candidate,
		/* numbers that no slice and no gap has: a stream of its own */
		.slot = (c->inputs[0].n_partitions + 1) * METRIC_COUNT +
			c->cuts.n_slots + k,
		.base = &c->inputs[0], .in = &c->inputs[candidate + 1],
		.rows = c->part_pairs->rows[k],
		.n = c->part_pairs->n_rows[k],
		.deltas = q->deltas, .figures = q->figures };
	count_part(&q->pair, ordinals, out);
	for (unsigned m = 0; m < METRIC_COUNT; m++)
		q->deltas[m].why = "not asked";
	q->deltas[part_metric(c)] = out->delta;
	if (!out->delta.why && out->fixed + out->broken)
		plan_tests(&q->pair);
	vec_push(&c->part_pairs->pairs, q);
	vec_push(&c->part_pairs->parts, out);
}

void compare_plan_parts(struct comparing *c, const uint32_t *ordinals)
{
	if (!c->opt->n_parts)
		return;
	c->part_pairs = find_rows(c, ordinals);
	for (size_t i = 0; i < c->n_candidates; i++) {
		struct candidate *out = &c->out->candidates[i];

		if (!out->has_flips && !out->has_shifts)
			continue;
		out->n_parts = c->opt->n_parts;
		out->parts = XNEW_ARRAY(struct compare_part, out->n_parts + 1);
		for (size_t k = 0; k < out->n_parts; k++)
			plan_part(c, i, k, ordinals, &out->parts[k]);
	}
}

/* -- Verdicts -- */

static void take_part(struct part_pair *q, struct compare_part *out)
{
	enum metric m = part_metric(q->pair.all);
	const struct figure *f = &q->figures[m];
	struct delta *d = &q->deltas[m];

	if (!d->why && out->fixed + out->broken && !d->has_interval) {
		if (f->method != METHOD_NONE)
			compare_set_interval(d, f->low, f->high, f->method);
		if (m == METRIC_MAE)
			compare_means(&q->pair);
		else
			compare_weighted_rates(&q->pair);
		if (d->has_interval && !d->has_p)
			compare_set_p(d, compare_interval_p(d), BASIS_INTERVAL);
	}
	out->delta = *d;
}

/* An exact test needs no least number. */
static uint64_t min_n_of(const struct comparing *c, const struct delta *d)
{
	bool needs = c->out->is_weighted ||
		     (c->out->task == TASK_REGRESSION && !d->is_exact);

	return needs ? compare_min_n(c, 0) : 0;
}

static bool is_judged(const struct comparing *c, const struct compare_part *p)
{
	return p->delta.has_p &&
	       p->delta.n_weighing >= min_n_of(c, &p->delta);
}

static void judge_parts(const struct comparing *c, struct candidate *out)
{
	double *p = XNEW_ARRAY(double, out->n_parts + 1);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < out->n_parts; i++)
		if (is_judged(c, &out->parts[i]))
			p[n++] = out->parts[i].delta.p;
	holm(p, n, p);
	for (size_t i = 0; i < out->n_parts; i++) {
		struct delta *d = &out->parts[i].delta;
		bool judged = is_judged(c, &out->parts[i]);

		d->basis = d->tested;
		if (judged)
			d->p_holm = p[k++];
		d->verdict = compare_verdict(c, metric_better(part_metric(c)),
					     d, judged &&
					     d->p_holm < COMPARE_LEVEL,
					     min_n_of(c, d));
	}
	free(p);
}

static void part_pairs_free(struct part_pairs *s, size_t n_parts)
{
	for (size_t i = 0; i < s->pairs.n; i++)
		free(s->pairs.at[i]);
	vec_free(&s->pairs);
	vec_free(&s->parts);
	for (size_t i = 0; i < n_parts; i++)
		free(s->rows[i]);
	free(s->rows);
	free(s->n_rows);
	free(s);
}

void compare_take_parts(struct comparing *c)
{
	struct part_pairs *s = c->part_pairs;

	if (!s)
		return;
	for (size_t i = 0; i < s->pairs.n; i++)
		take_part(s->pairs.at[i], s->parts.at[i]);
	for (size_t i = 0; i < c->n_candidates; i++)
		judge_parts(c, &c->out->candidates[i]);
	part_pairs_free(s, c->opt->n_parts);
	c->part_pairs = NULL;
}
