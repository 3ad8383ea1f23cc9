/* Area under the ROC curve with DeLong's variance, and average precision,
 * from one sweep over rows in ascending order of their scores.
 *
 * The sweep serves many groups of rows at once: each row is shown to the
 * groups that it is in. The area is Mann and Whitney's U over pairs, ties
 * counting half; the variance is that of the placements (DeLong, DeLong and
 * Clarke-Pearson 1988; Sun and Xu 2014). Average precision is
 * sum over thresholds of (recall step) * precision, as scikit-learn has it.
 *
 * Call auc_expect() with the group's counts first, then auc_add() for each
 * row of a run of equal scores and auc_run_end() once for each row again. */
#ifndef MUSTER_MODEL_AUC_H
#define MUSTER_MODEL_AUC_H

#include <stddef.h>
#include <stdint.h>

#include "model/figure.h"

struct auc {
	/* [0]: negatives met so far; [1]: positives not yet met */
	uint64_t count[2];
	uint64_t run[2];	/* of the run of ties under way, by label */
	uint64_t n[2];		/* negatives, positives in all */
	uint64_t u2;		/* twice U */
	double square[2];	/* sums of squared placements, times 4 */
	double ap;		/* times the positives */
};

static inline void auc_expect(struct auc *a, uint64_t negatives,
			      uint64_t positives)
{
	*a = (struct auc){ .count = { 0, positives },
			   .n = { negatives, positives } };
}

/* A row whose score no other row has. */
static inline void auc_single(struct auc *a, unsigned label)
{
	uint64_t t = 2 * a->count[!label];
	uint64_t at_least = a->count[1] + a->n[0] - a->count[0];

	a->square[label] += (double)(int64_t)t * (double)(int64_t)t;
	if (label) {
		a->u2 += t;
		a->ap += (double)(int64_t)a->count[1] /
			 (double)(int64_t)at_least;
		a->count[1]--;
	} else {
		a->count[0]++;
	}
}

static inline void auc_add(struct auc *a, unsigned label)
{
	a->run[label]++;
}

static inline void auc_run_end(struct auc *a)
{
	uint64_t p = a->run[1], q = a->run[0];
	double below = (double)(2 * a->count[0] + q);
	double above = (double)(2 * (a->count[1] - p) + p);

	if (!(p | q))
		return;
	a->u2 += p * (2 * a->count[0] + q);
	a->square[1] += (double)p * below * below;
	a->square[0] += (double)q * above * above;
	if (p)
		a->ap += (double)p * (double)a->count[1] /
			 (double)(a->count[1] + a->n[0] - a->count[0]);
	a->count[0] += q;
	a->count[1] -= p;
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
