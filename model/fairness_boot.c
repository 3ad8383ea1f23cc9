#include "model/fairness_boot.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/bootstrap.h"

struct drawing {
	const struct fairness_measure *m;
	const struct fairness_group *groups;
	size_t n, of, against;
	enum fairness_needs needs;
	size_t n_units;		/* of one group */
};

static size_t units_of(enum fairness_needs needs,
		       const struct fairness_group *g)
{
	switch (needs) {
	case NEEDS_COUNTS:
		return 4;
	case NEEDS_SCORES:
	case NEEDS_PROBABILITIES:
		return 2 * g->n_cells;
	case NEEDS_STRATA:
		return 4 * g->n_strata;
	}
	BUG("needs %d", (int)needs);
}

static void put_table(const struct confusion *c, uint64_t *to)
{
	to[0] = c->tp;
	to[1] = c->fp;
	to[2] = c->fn;
	to[3] = c->tn;
}

static void put_counts(const struct drawing *d, const struct fairness_group *g,
		       uint64_t *to)
{
	if (d->needs == NEEDS_COUNTS)
		put_table(&g->counts, to);
	for (size_t i = 0; d->needs == NEEDS_STRATA && i < g->n_strata; i++)
		put_table(&g->strata[i], to + 4 * i);
	for (size_t i = 0; d->needs != NEEDS_COUNTS &&
			   d->needs != NEEDS_STRATA && i < g->n_cells; i++) {
		to[2 * i] = g->cells[i].n[0];
		to[2 * i + 1] = g->cells[i].n[1];
	}
}

static struct confusion drawn_table(const uint32_t *times)
{
	return (struct confusion){ .tp = times[0], .fp = times[1],
				   .fn = times[2], .tn = times[3] };
}

static void draw_cells(const struct fairness_group *g, const uint32_t *times,
		       struct score_cell *out)
{
	for (size_t i = 0; i < 2 * g->n_cells; i++) {
		const struct score_cell *from = &g->cells[i / 2];
		size_t label = i % 2;

		out[i / 2].n[label] = times[i];
		out[i / 2].score[label] = from->n[label] ?
			from->score[label] / (double)from->n[label] *
			times[i] : 0;
	}
}

/* tables and cells have room for one group. */
static void draw_group(const struct drawing *d, size_t i,
		       const uint32_t *times, struct confusion *tables,
		       struct score_cell *cells, struct fairness_group *out)
{
	const struct fairness_group *g = &d->groups[i];

	*out = *g;
	if (d->needs == NEEDS_COUNTS) {
		out->counts = drawn_table(times);
	} else if (d->needs == NEEDS_STRATA) {
		for (size_t k = 0; k < g->n_strata; k++)
			tables[k] = drawn_table(times + 4 * k);
		out->strata = tables;
	} else {
		draw_cells(g, times, cells);
		out->cells = cells;
	}
}

static void one_draw(const uint32_t *times, const void *arg, double *out)
{
	const struct drawing *d = arg;
	struct fairness_group *groups = XNEW_ARRAY(struct fairness_group,
						   d->n + 1);
	struct confusion *tables = XNEW_ARRAY(struct confusion,
					      d->n * d->n_units + 1);
	struct score_cell *cells = XNEW_ARRAY(struct score_cell,
					      d->n * d->n_units + 1);
	struct fairness_result r;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < d->n; i++)
		draw_group(d, i, times + d->n_units * i,
			   tables + d->n_units * i, cells + d->n_units * i,
			   &groups[i]);
	*out = fairness_compute(d->m, groups, d->n, d->of, d->against, 0, &r,
				&ignored) == RC_OK && !r.figure.why ?
		r.figure.value : NAN;
	free(groups);
	free(tables);
	free(cells);
}

void fairness_interval(const struct fairness_measure *m,
		       const struct fairness_group *groups, size_t n,
		       size_t of, size_t against, unsigned resamples,
		       uint64_t seed, struct figure *f)
{
	struct drawing d = { .m = m, .groups = groups, .n = n, .of = of,
			     .against = against, .needs = fairness_needs(m) };
	const struct boot_plan plan = { .resamples = resamples, .seed = seed };
	struct boot_job job = { .stat = one_draw, .arg = &d, .n_stats = 1,
				.figure = { f }, .method = METHOD_BOOTSTRAP };
	uint64_t *counts;

	d.n_units = n ? units_of(d.needs, &groups[0]) : 0;
	counts = XNEW_ARRAY(uint64_t, n * d.n_units + 1);
	for (size_t i = 0; i < n; i++)
		put_counts(&d, &groups[i], counts + d.n_units * i);
	job.n_units = n * d.n_units;
	job.counts = counts;
	(void)boot_run(&job, 1, &plan);		/* nothing cancels it */
	free(counts);
}
