/* Intervals for proportions and quantiles, at 95 %. */
#ifndef MUSTER_MODEL_INTERVAL_H
#define MUSTER_MODEL_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "model/figure.h"

struct interval {
	double low, high;
};

/* k of n, n > 0. Wilson 1927, without continuity correction (R: prop.test
 * with correct = FALSE). */
struct interval interval_wilson(uint64_t k, uint64_t n);
/* Clopper and Pearson 1934 (R: binom.test). */
struct interval interval_clopper_pearson(uint64_t k, uint64_t n);
/* Difference of paired proportions, method 10 of Newcombe 1998 ("Improved
 * confidence intervals for the difference between binomial proportions based
 * on paired data"): square-and-add of Wilson limits with phi corrected for
 * continuity. both, first, second, neither: rows on which both hold, only
 * the first, only the second, none. The difference is first minus second. */
struct interval interval_newcombe(uint64_t both, uint64_t first,
				  uint64_t second, uint64_t neither);

/* The quantile p of what n > 0 values are a sample of lies between two of them:
 * which, from 0, once they are in order. Exact by the binomial law (Conover
 * 1999, Practical Nonparametric Statistics, section 3.2): beyond either end it
 * lies in at most 2.5 % of samples, and the next value inwards would say too
 * much; but where n is too small for that, the end is the outermost value. */
struct rank_interval {
	uint64_t low, high;
};
struct rank_interval interval_quantile(uint64_t n, double p);

/* The proportion k of n with its interval; n = 0: undefined. */
struct figure figure_proportion(uint64_t k, uint64_t n, enum why why_empty,
				bool clopper_pearson);

#endif
