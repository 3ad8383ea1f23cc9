/* The paired bootstrap: base and candidate on the same resample. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/compare_inside.h"
#include "model/order.h"
#include "model/scored.h"

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

		hash = (p->in->target[r] * width + answer_label(p->base, r)) * width +
			answer_label(p->in, r);
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

void compare_boot_labels(struct pair *p)
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

void compare_boot_losses(struct pair *p)
{
	if (!row_cheap(p, p->n))
		return;
	pair_kind(p, &eval_losses, DRAW_SCORES,
		  eval_losses_new(&p->all->runs[0], p->rows, p->n),
		  eval_losses_new(&p->all->runs[p->candidate + 1], p->rows,
				  p->n), p->n, NULL);
}

void compare_boot_errors(struct pair *p)
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

void compare_boot_scores(struct pair *p)
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
