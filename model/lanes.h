/* Resamples side by side: the bootstrap's inner loops.
 *
 * LANES resamples are drawn at once; times[unit * LANES + lane] is how often
 * the lane's resample drew the unit, so that all arithmetic on a unit is one
 * operation for all lanes. Each lane has a generator of its own (model/rng.h),
 * so that a resample does not depend on its neighbours.
 *
 * Rows are drawn as rng_resample() does, number for number. Cells with counts
 * are drawn as a multinomial: the few heavy ones by conditional binomials;
 * the light ones each by a Poisson number with the count as its mean, from a
 * table, after which as many draws are added, or taken back at random, as the
 * total is off. Given its total, a vector of independent Poisson numbers is a
 * multinomial, and adding to it or taking from it at random keeps it one
 * (Devroye 1986, chapter XI.1.4), so that this is no approximation; it costs
 * a look into a table for each cell, where a binomial costs two logarithms. */
#ifndef MUSTER_MODEL_LANES_H
#define MUSTER_MODEL_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "model/rng.h"

#define LANES 8

struct resampler;		/* opaque: what may be drawn, prepared */

/* counts of the cells (borrowed), or NULL: n units, each once. poisson is
 * borrowed, too. */
struct resampler *resampler_new(const uint64_t *counts, size_t n,
		      const struct rng_poisson *poisson);
void resampler_free(struct resampler *d);	/* NULL is allowed */
/* times has n * LANES places. */
void resampler_draw(const struct resampler *d, struct rng lane[LANES],
		uint32_t *times);

#endif
