/* Area under the ROC curve with DeLong's variance, and average precision,
 * from one sweep over rows in ascending order of their scores.
 *
 * The sweep serves many groups of rows at once: each row is shown to the
 * groups that it is in. The area is Mann and Whitney's U over pairs, ties
 * counting half; the variance is that of the placements (DeLong, DeLong and
 * Clarke-Pearson 1988; Sun and Xu 2014). Average precision is
 * sum over thresholds of (recall step) * precision, as scikit-learn has it.
 *
 * Call auc_expect() with the group's counts first. Runs of equal scores:
 * auc_add() for each row, then auc_run_end() once for each row again; or
 * auc_tie() with their numbers. A run of negatives alone may be taken one by
 * one, as if they were no ties. */
#ifndef MUSTER_MODEL_AUC_H
#define MUSTER_MODEL_AUC_H

#include <stddef.h>
#include <stdint.h>

#include "model/figure.h"

struct auc {		/* counts as doubles: whole numbers up to 2^53 */
	double seen;		/* negatives met so far */
	double rest;		/* positives not yet met */
	double at_least;	/* rows not yet met */
	double u2;		/* twice U */
	double square[2];	/* sums of squared placements, times 4 */
	double ap;		/* times the positives */
	double run[2];		/* of the run of ties under way, by label */
	uint64_t n[2];		/* negatives, positives in all */
};

static inline void auc_expect(struct auc *a, uint64_t negatives,
			      uint64_t positives)
{
	*a = (struct auc){ .rest = (double)positives,
			   .at_least = (double)(positives + negatives),
			   .n = { negatives, positives } };
}

/* A row whose score no other row has. */
static inline void auc_single_positive(struct auc *a)
{
	double t = 2 * a->seen;

	a->u2 += t;
	a->square[1] += t * t;
	a->ap += a->rest / a->at_least;
	a->rest--;
	a->at_least--;
}

static inline void auc_single_negative(struct auc *a)
{
	double t = 2 * a->rest;

	a->square[0] += t * t;
	a->seen++;
	a->at_least--;
}

static inline void auc_add(struct auc *a, unsigned label)
{
	a->run[label]++;
}

/* p positives and q negatives with one score. */
static inline void auc_tie(struct auc *a, double p, double q)
{
	double below = 2 * a->seen + q, above = 2 * (a->rest - p) + p;

	a->u2 += p * below;
	a->square[1] += p * below * below;
	a->square[0] += q * above * above;
	a->ap += p * a->rest / a->at_least;
	a->seen += q;
	a->rest -= p;
	a->at_least -= p + q;
}

static inline void auc_run_end(struct auc *a)
{
	if (!(a->run[0] + a->run[1] > 0))
		return;
	auc_tie(a, a->run[1], a->run[0]);
	a->run[0] = a->run[1] = 0;
}

/* The figures, after all rows. Without both labels: undefined. DeLong's
 * interval needs two of each; it is cut at 0 and 1, and has no width where
 * the classes are apart. */
struct figure auc_figure(const struct auc *a);
struct figure auc_average_precision(const struct auc *a);

/* Two scores on the same rows: the difference second - first of the areas,
 * with DeLong's interval and p (two-sided, normal). label: 1 positive. */
struct auc_pair {
	double first, second, delta, low, high, p;
	bool has_interval;
};
/* Both labels must occur. */
struct auc_pair auc_compare(const double *first, const double *second,
			    const uint8_t *label, size_t n);

#endif
