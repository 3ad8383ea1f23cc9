/* How far groups lie apart, in the base and in a candidate, and whether the
 * candidate brings them together: greatest less least of a rate over the
 * groups of a column, on the same patterns. What is resampled are the cells
 * of the joint table (group, target, base said, candidate said). */
#include "base/count.h"
#include "model/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/compare_inside.h"
#include "model/fairness.h"
#include "model/fairview.h"

enum { CELLS = 8, MOST_GROUPS = 100 };

static const char *const measures[] = {
	"equal_opportunity_difference", "false_positive_rate_difference",
	"demographic_parity_difference", "predictive_parity_difference",
};
enum { N_MEASURES = COUNT(measures) };

/* One column, one candidate. Groups by number; a measure is taken over those
 * that are large enough in base and candidate. */
struct gaps {
	size_t n_groups;
	uint64_t *cells;		/* n_groups x CELLS */
	const struct fairness_measure *measure[N_MEASURES];
	bool *taken[N_MEASURES];	/* n_groups each */
};

static size_t cell_of(const struct eval_input *base,
		      const struct eval_input *in, size_t row)
{
	bool is = in->target[row] == 1;
	bool b = answer_is_right(base, row) == is;
	bool c = answer_is_right(in, row) == is;

	return (size_t)(is * 4 + b * 2 + c);
}

/* shift: 1 the base's answers, 0 the candidate's. */
static struct confusion table_of(const uint64_t *cells, unsigned shift)
{
	struct confusion t = { 0 };

	for (unsigned i = 0; i < CELLS; i++) {
		bool said = i >> shift & 1, is = i >> 2 & 1;

		t.tp += is && said ? cells[i] : 0;
		t.fn += is && !said ? cells[i] : 0;
		t.fp += !is && said ? cells[i] : 0;
		t.tn += !is && !said ? cells[i] : 0;
	}
	return t;
}

/* Of base (shift 1) or candidate (0), over the groups that take part. */
static struct fairness_result measure(const struct gaps *g, size_t k,
				      const uint64_t *cells, unsigned shift,
				      struct fairness_group *room)
{
	struct fairness_result r = { 0 };
	struct err ignored = ERR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < g->n_groups; i++)
		if (g->taken[k][i])
			room[n++].counts = table_of(cells + i * CELLS, shift);
	if (fairness_compute(g->measure[k], room, n, 0, 0, 0, &r, &ignored) !=
	    RC_OK)
		BUG("measure '%s' refuses its groups", measures[k]);
	return r;
}

static void gap_stats(const uint32_t *times, const void *arg, double *out)
{
	const struct gaps *g = arg;
	size_t n = g->n_groups * CELLS;
	uint64_t *cells = XNEW_ARRAY(uint64_t, n + 1);
	struct fairness_group *room = XNEW_ARRAY(struct fairness_group,
						 g->n_groups + 1);

	for (size_t i = 0; i < n; i++)
		cells[i] = times[i];
	for (size_t k = 0; k < N_MEASURES; k++) {
		struct fairness_result a = measure(g, k, cells, 1, room);
		struct fairness_result b = measure(g, k, cells, 0, room);

		out[k] = a.figure.why || b.figure.why ? (double)NAN :
			 b.figure.value - a.figure.value;
	}
	free(room);
	free(cells);
}

/* -- One column -- */

static uint64_t smallest(const struct fairness_measure *m,
			 const uint64_t *cells, unsigned shift)
{
	struct fairness_group one = { .counts = table_of(cells, shift) };
	struct fairness_result r = { 0 };
	struct err ignored = ERR_INIT;

	return fairness_compute(m, &one, 1, 0, 0, 0, &r, &ignored) == RC_OK
		? r.figure.n : 0;
}

static uint64_t min_n_of(const struct comparing *c)
{
	return c->opt->min_n_slice ? c->opt->min_n_slice : FAIR_MIN_N;
}

/* How many groups are large enough for the measure. */
static size_t choose_groups(const struct comparing *c, struct gaps *g, size_t k)
{
	size_t n = 0;

	g->measure[k] = fairness_find(measures[k]);
	g->taken[k] = eval_keep(&c->runs[0], g->n_groups + 1, sizeof(bool));
	for (size_t i = 0; i < g->n_groups; i++) {
		const uint64_t *cells = g->cells + i * CELLS;

		g->taken[k][i] = smallest(g->measure[k], cells, 1) >=
					 min_n_of(c) &&
				 smallest(g->measure[k], cells, 0) >=
					 min_n_of(c);
		n += g->taken[k][i];
	}
	return n;
}

/* The groups at the candidate's ends, by name. */
static void name_ends(const struct gaps *g, size_t k,
		      const struct partition *cut, struct compare_gap *gap)
{
	struct fairness_group *room = XNEW_ARRAY(struct fairness_group,
						 g->n_groups + 1);
	struct fairness_result r;
	size_t n = 0;

	for (size_t i = 0; i < g->n_groups; i++)
		if (g->taken[k][i])
			room[n++].value = cut->values[i];
	r = measure(g, k, g->cells, 0, room);
	gap->low = xstrdup_or_null(r.low);
	gap->high = xstrdup_or_null(r.high);
	free(room);
}

static void put_gap(const struct gaps *g, size_t k, const struct partition *cut,
		    struct compare_gap *gap)
{
	struct fairness_group *room = XNEW_ARRAY(struct fairness_group,
						 g->n_groups + 1);
	struct fairness_result a = measure(g, k, g->cells, 1, room);
	struct fairness_result b = measure(g, k, g->cells, 0, room);
	const struct figure *x = &a.figure, *y = &b.figure;

	gap->delta = (struct delta){
		.present = true, .base = x->value, .candidate = y->value,
		.delta = y->value - x->value, .n = x->n < y->n ? x->n : y->n,
		.why = x->why ? x->why : y->why,
	};
	name_ends(g, k, cut, gap);
	free(room);
}

static uint64_t *count_cells(struct comparing *c, size_t candidate,
			     const struct partition *cut)
{
	const struct eval_input *base = &c->inputs[0];
	const struct eval_input *in = &c->inputs[candidate + 1];
	uint64_t *cells = eval_keep(&c->runs[0], cut->n_values * CELLS + 1,
				    sizeof(*cells));

	for (size_t i = 0; i < in->n; i++)
		if (cut->code[i] != PARTITION_NONE)
			cells[cut->code[i] * CELLS + cell_of(base, in, i)]++;
	return cells;
}

static size_t n_filled(const uint64_t *cells, size_t n_groups)
{
	size_t n = 0;

	for (size_t i = 0; i < n_groups; i++) {
		uint64_t sum = 0;

		for (size_t k = 0; k < CELLS; k++)
			sum += cells[i * CELLS + k];
		n += sum > 0;
	}
	return n;
}

/* One group alone has nobody to differ from: nothing is said of it. */
static void plan_column(struct comparing *c, size_t candidate,
			const struct partition *cut)
{
	struct candidate *out = &c->out->candidates[candidate];
	struct gaps *g = eval_keep(&c->runs[0], 1, sizeof(*g));
	size_t filled;
	struct boot_job job = {
		.stream = (c->cuts.n_slots + out->n_gaps) * EVAL_DRAWS,
		.n_units = cut->n_values * CELLS, .stat = gap_stats, .arg = g,
		.n_stats = N_MEASURES, .method = METHOD_PAIRED_BOOTSTRAP,
	};

	g->n_groups = cut->n_values;
	g->cells = count_cells(c, candidate, cut);
	job.counts = g->cells;
	filled = n_filled(g->cells, g->n_groups);
	if (filled < 2)
		return;
	for (size_t k = 0; k < N_MEASURES; k++) {
		struct compare_gap *gap = &out->gaps[out->n_gaps++];

		gap->by = xstrdup(cut->by);
		gap->n_groups = filled;
		gap->n_small = filled - choose_groups(c, g, k);
		gap->measure = g->measure[k]->name;
		put_gap(g, k, cut, gap);
		gap->resampled = figure_value(gap->delta.delta, gap->delta.n);
		job.figure[k] = gap->delta.why ? NULL : &gap->resampled;
	}
	vec_push(&c->jobs, job);
}

static bool has_groups(const struct partition *cut)
{
	return cut->n_values > 1 && cut->n_values <= MOST_GROUPS &&
	       strcmp(cut->by, "slice") != 0;
}

void compare_plan_gaps(struct comparing *c)
{
	const struct eval_input *base = &c->inputs[0];

	for (size_t i = 0; i < c->n_candidates; i++) {
		if (base->task != TASK_BINARY || !answer_has_label(base) ||
		    !answer_has_label(&c->inputs[i + 1]))
			continue;
		c->out->candidates[i].gaps =
			XNEW_ARRAY(struct compare_gap, N_MEASURES *
				   base->n_partitions + 1);
		for (size_t k = 0; k < base->n_partitions; k++)
			if (has_groups(&base->partitions[k]))
				plan_column(c, i, &base->partitions[k]);
	}
}

static enum verdict judge(const struct comparing *c, const struct delta *d)
{
	return d->has_interval ? compare_verdict(c, BETTER_LOWER, d,
						 compare_excludes_zero(d), 0) :
	       VERDICT_INSUFFICIENT;
}

void compare_take_gaps(struct comparing *c)
{
	for (size_t i = 0; i < c->n_candidates; i++) {
		struct candidate *out = &c->out->candidates[i];

		for (size_t k = 0; k < out->n_gaps; k++) {
			struct compare_gap *gap = &out->gaps[k];
			const struct figure *f = &gap->resampled;

			if (!gap->delta.why && f->method != METHOD_NONE)
				compare_set_interval(&gap->delta, f->low,
						     f->high, f->method);
			gap->delta.verdict = judge(c, &gap->delta);
		}
	}
}
