/* Impact of a problem: share of users (%) x normalized error x harm weight,
 * with the interval that its parts imply, and the ranks that the intervals
 * allow.
 *
 * Low ends are multiplied with low ends and high ends with high ends; harm is
 * a choice and has no interval. A part without an interval counts with its
 * value at both ends. An undefined part makes the impact undefined, with that
 * part's reason. */
#ifndef MUSTER_MODEL_IMPACT_H
#define MUSTER_MODEL_IMPACT_H

#include <stddef.h>

#include "model/figure.h"

/* users_pct: 0 to 100; error: 0 to 1; harm: a weight, 0 = not chosen yet. */
struct figure impact(const struct figure *users_pct,
		     const struct figure *error, int harm);
/* Adds a defined impact to a sum of them (all 0 at first, METHOD_PRODUCT): low
 * ends to the low end, high ends to the high end; n counts impacts. */
void impact_add(struct figure *total, const struct figure *f);

struct impact_rank {
	unsigned rank;		/* 1 = greatest; equal values share; 0: undefined */
	unsigned low, high;	/* places that the intervals allow */
};
/* low = 1 + how many have their low end above this high end; high = how many
 * have their high end above this low end, this one included. Problems with an
 * undefined impact take no part. O(n log n). */
void impact_ranks(const struct figure *impacts, size_t n,
		  struct impact_rank *out);

#endif
