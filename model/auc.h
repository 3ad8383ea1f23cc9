/* Area under the ROC curve with DeLong's variance, and average precision,
 * from one sweep over rows in ascending order of their scores.
 *
 * The sweep serves many groups of rows at once: each row is shown to the
 * groups that it is in. The area is Mann and Whitney's U over pairs, ties
 * counting half; the variance is that of the placements (DeLong, DeLong and
 * Clarke-Pearson 1988; Sun and Xu 2014). Average precision is
 * sum over thresholds of (recall step) * precision, as scikit-learn has it.
 * With A and T the positives and all rows from a score on, and p the positives
 * of one score, it is the sum of p A / T over P positives. Its derivatives by
 * the weight of a row, times P (model/jackknife.h): of a positive A / T + b -
 * AP, with b the sum of p (T - A) / T^2 over its score and those below; of a
 * negative -c, with c the sum of p A / T^2 over the same.
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
	double b, c;		/* see above */
	double x, x2, c2;	/* sums: of A / T + b, its square; of c^2 */
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
	a->c2 += a->c * a->c * (double)(a->seen - a->counted);
	a->counted = a->seen;
}

static inline void auc_add_precision(struct auc *a, double p)
{
	double one = 1 / (double)(a->rest + (a->n[0] - a->seen));
	double precision = (double)a->rest * one, x;

	a->b += p * ((1 - precision) * one);
	a->c += p * (precision * one);
	x = precision + a->b;
	a->ap += p * precision;
	a->x += p * x;
	a->x2 += p * (x * x);
}

static inline void auc_positive(struct auc *a)
{
	uint64_t below = 2 * (uint64_t)a->seen;

	auc_count(a);
	a->u2 += below;
	a->square[1] += below * below;
	auc_add_precision(a, 1);
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
	auc_add_precision(a, p);
	a->c2 += a->c * a->c * q;
	a->seen += q;
	a->counted += q;
	a->rest -= p;
}

/* The figures, after all rows. Without both labels: undefined. DeLong's
 * interval needs two of each; it is cut at 0 and 1, and has no width where
 * the classes are apart. */
struct figure auc_figure(const struct auc *a);
struct figure auc_average_precision(const struct auc *a);
/* The variance of average precision; 0 where it is undefined. */
double auc_precision_variance(const struct auc *a);

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
