/* The rows of one cube (model/cuts.h) in ascending order of their scores,
 * rows of one score in the order that they came in: all that the sweeps of
 * model/eval_binary.c read, four bytes a row.
 *
 * Scores with at most 6 decimals in [0, 1] are sorted together with their
 * cells as one number of 32 bits, which halves what a sort moves, and no row
 * has to be looked up again. Others follow an order that is made once for all
 * cubes (model/order.h). */
#ifndef MUSTER_MODEL_RANKED_H
#define MUSTER_MODEL_RANKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cuts.h"
#include "model/order.h"

/* Steps of the grid from 0 to 1. */
#define RANKED_GRID 1000000

struct ranked {
	size_t n;
	uint32_t *mark;		/* cell << 1 | 1 where the next score differs */
	uint32_t *key;		/* score on the grid << 12 | cell; or NULL */
	const double *score;	/* without key; borrowed */
};

/* order: empty (n 0 where there are rows), or of these scores; it is filled
 * if the scores are not on the grid, or the cells too many. */
void ranked_init(struct ranked *r, const double *score, size_t n,
		 const struct cube *cube, struct order *order);
void ranked_release(struct ranked *r);
/* Scores of places from .. to - 1. */
void ranked_scores(const struct ranked *r, size_t from, size_t to,
		   double *out);
/* The first place whose score is at least x. */
size_t ranked_place(const struct ranked *r, double x);

static inline double ranked_score(const struct ranked *r, size_t at)
{
	double x;

	ranked_scores(r, at, at + 1, &x);
	return x;
}

#endif
