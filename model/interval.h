/* Intervals for proportions, at 95 %. */
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

/* The proportion k of n with its interval; n = 0: undefined. */
struct figure figure_proportion(uint64_t k, uint64_t n, enum why why_empty,
				bool clopper_pearson);

#endif
