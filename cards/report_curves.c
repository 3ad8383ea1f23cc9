/* Curves of the scores on a binary test set: ROC, beside that of the version
 * in production, and reliability. Without scores there are none, and nothing
 * is said: the metrics above say "no score". */
#include <math.h>
#include <stdlib.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "cards/report_parts.h"
#include "model/curve.h"
#include "model/interval.h"
#include "registry/threshold.h"

/* Denser where curves bend. */
static const double grid[] = {
	0, .005, .01, .02, .03, .04, .05, .06, .08, .1, .12, .14, .16, .18, .2,
	.25, .3, .35, .4, .45, .5, .6, .7, .8, .9, 1,
};
enum { N_GRID = COUNT(grid) };

static bool load(struct report_ctx *c, const struct evaluation *e,
		 int64_t version, struct cutoffs *out)
{
	struct err ignored = ERR_INIT;

	return reg_threshold_curve(c->reg, c->model.name, version, e->testset,
				   e->revision, out, &ignored) == RC_OK;
}

static void put_roc(struct plot *p, size_t series, const struct cutoffs *cuts)
{
	const struct confusion *last = &cuts->at[cuts->n - 1].confusion;

	for (size_t i = 0; i < N_GRID; i++) {
		double y = curve_roc_at(cuts, grid[i]);

		*plot_at(p, series, i) = isnan(y) ?
			figure_why_not(WHY_NO_POSITIVES, 0) :
			figure_value(y, last->tp + last->fn);
	}
}

static void roc_plot(struct report_ctx *c, struct report *r,
		     const struct evaluation *e, const struct cutoffs *mine)
{
	struct cutoffs base = VEC_INIT;
	struct strs series = VEC_INIT;
	bool both = c->base && load(c, e, c->base, &base) && base.n;
	struct plot *p;

	vec_push(&series, xasprintf("version %lld",
				    (long long)c->version.version));
	if (both)
		vec_push(&series, xasprintf("version %lld, in production",
					    (long long)c->base));
	p = report_curve(r, "ROC: positives found, by negatives said "
			 "positive; dashed: chance", grid,
			 N_GRID, &series);
	p->label_name = "false positive rate";
	p->value_name = "true positive rate";
	put_roc(p, 0, mine);
	if (both)
		put_roc(p, 1, &base);
	strs_release(&series);
	vec_free(&base);
}

static void reliability_plot(struct report *r, const struct cutoffs *mine)
{
	struct curve_bin bins[CURVE_BINS];
	double x[CURVE_BINS];
	struct strs series = VEC_INIT;
	size_t n = 0;
	struct plot *p;

	if (!curve_reliability(mine, bins))
		return;
	for (size_t b = 0; b < CURVE_BINS; b++)
		if (bins[b].n)
			x[n++] = bins[b].mean;
	strs_add(&series, "share of positives");
	p = report_curve(r, "Reliability: share of positives by score, in "
			 "ten bins; dashed: scores mean what they say", x, n, &series);
	p->label_name = "mean score";
	p->value_name = "share of positives";
	p->few = 30;
	for (size_t b = 0, k = 0; b < CURVE_BINS; b++)
		if (bins[b].n)
			*plot_at(p, 0, k++) = figure_proportion(
				bins[b].positives, bins[b].n, WHY_NO_PATTERNS,
				false);
	strs_release(&series);
}

void report_curves(struct report_ctx *c, struct report *r,
		   const struct evaluation *e)
{
	struct cutoffs mine = VEC_INIT;

	if (e->task == TASK_BINARY &&
	    load(c, e, c->version.version, &mine) && mine.n) {
		roc_plot(c, r, e, &mine);
		reliability_plot(r, &mine);
	}
	vec_free(&mine);
}
