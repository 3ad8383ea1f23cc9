/* Rows in the order of their scores, ascending.
 *
 * Scores that lie on a decimal grid (at most 6 decimals in [0, 1]) are sorted
 * by their number on the grid, others by the bits of the double: both are
 * radix sorts, both stable, and give the same order. -0 equals 0. Scores are
 * finite: readers of numbers refuse what is not (base/decimal.h). */
#ifndef MUSTER_MODEL_ORDER_H
#define MUSTER_MODEL_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct order {
	size_t n;
	uint32_t *row;		/* n */
	double *score;		/* n: score[i] is that of row[i] */
};

/* n below 2^32. release frees the arrays. */
void order_init(struct order *o, const double *score, size_t n);
void order_release(struct order *o);

/* Stable sort of n keys of the given number of bits; tmp has n, too. The
 * sorted keys are in the array that is returned (keys or tmp). */
uint64_t *radix_sort_u64(uint64_t *keys, uint64_t *tmp, size_t n,
			 unsigned shift, unsigned bits);

#endif
