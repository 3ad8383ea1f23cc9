/* Area under the ROC curve with DeLong's variance, and average precision,
 * from one sweep over rows in ascending order of their scores.
 *
 * The sweep serves many groups of rows at once: each row is shown to the
 * groups that it is in. The area is Mann and Whitney's U over pairs, ties
 * counting half; the variance is that of the placements (DeLong, DeLong and
 * Clarke-Pearson 1988; Sun and Xu 2014). Average precision is
 * sum over thresholds of (recall step) * precision, as scikit-learn has it.
 *
 * Call auc_expect() with the group's counts first, then for each score of the
 * group auc_positive(), auc_negative() or, if several rows have it, auc_tie()
 * with their numbers; auc_figure() and auc_average_precision() last. Negatives
 * alone may be taken one by one, as if they were no ties.
 *
 * All but average precision is counted in whole numbers (n below 2^32), so
 * those are exact. A negative costs one addition: its placement is counted
 * with the next positive, before which it does not change. */
#ifndef MUSTER_MODEL_AUC_H
#define MUSTER_MODEL_AUC_H

#include <stddef.h>
#include <stdint.h>

#include "model/figure.h"

__extension__ typedef unsigned __int128 auc_square;

struct auc {
	uint32_t seen;		/* negatives met so far */
	uint32_t rest;		/* positives not yet met */
	uint32_t counted;	/* negatives that are in square[0] already */
	uint32_t n[2];		/* negatives, positives in all */
	uint64_t u2;		/* twice U */
	auc_square square[2];	/* sums of squared placements, times 4 */
	double ap;		/* times the positives */
};

static inline void auc_expect(struct auc *a, uint64_t negatives,
			      uint64_t positives)
{
	*a = (struct auc){ .rest = (uint32_t)positives,
			   .n = { (uint32_t)negatives, (uint32_t)positives } };
}

static inline void auc_negative(struct auc *a)
{
	a->seen++;
}

/* The negatives since the last positive lie below all that are left. */
static inline void auc_count(struct auc *a)
{
	uint64_t above = 2 * (uint64_t)a->rest;

	a->square[0] += (auc_square)(above * above) * (a->seen - a->counted);
	a->counted = a->seen;
}

static inline double auc_precision(const struct auc *a)
{
	return (double)a->rest / (double)(a->rest + (a->n[0] - a->seen));
}

static inline void auc_positive(struct auc *a)
{
	uint64_t below = 2 * (uint64_t)a->seen;

	auc_count(a);
	a->u2 += below;
	a->square[1] += below * below;
	a->ap += auc_precision(a);
	a->rest--;
}

/* p positives and q negatives with one score; p > 0. */
static inline void auc_tie(struct auc *a, uint32_t p, uint32_t q)
{
	uint64_t below = 2 * (uint64_t)a->seen + q;
	uint64_t above = 2 * (uint64_t)a->rest - p;

	auc_count(a);
	a->u2 += p * below;
	a->square[1] += (auc_square)(below * below) * p;
	a->square[0] += (auc_square)(above * above) * q;
	a->ap += (double)p * auc_precision(a);
	a->seen += q;
	a->counted += q;
	a->rest -= p;
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
