/* How many rows of each label each slot has at each score: all that figures
 * of scores are made of, where scores repeat.
 *
 * A version whose scores have few distinct values (most exports have two to
 * four decimals) is evaluated from this table alone, whether it was counted
 * from the rows or kept from an evaluation before and corrected by the rows
 * that changed since: the same counts give the same bytes. Whether a version
 * qualifies is decided by its data alone (histogram_fits). */
#ifndef MUSTER_MODEL_HISTOGRAM_H
#define MUSTER_MODEL_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cuts.h"
#include "model/ranked.h"

struct histogram {
	size_t n;		/* rows */
	size_t n_slots;		/* the whole and the slices (model/cuts.h) */
	size_t n_scores;
	double *score;		/* ascending, each of some row */
	uint32_t *count;	/* n_scores x n_slots x 2: by score, slot, label */
};

void histogram_release(struct histogram *h);
/* 16 rows a score or more, not more places than rows, and few enough to be
 * kept as one blob. Scores lie on the grid of model/ranked.h, too. */
bool histogram_fits(size_t n, size_t n_scores, size_t n_slots);
bool histogram_takes(double score);

/* Empty, over the scores of the first cube's rows, then one cube after the
 * other. */
void histogram_init(struct histogram *h, const struct ranked *r,
		    size_t n_scores, size_t n_slots);
void histogram_add(struct histogram *h, const struct ranked *r,
		   const struct cube *cube);

/* One row more (by 1) or less (by -1) in each of the slots. */
struct histogram_change {
	double score;
	const uint32_t *slots;
	size_t n_slots;
	unsigned label;
	int by;
};
/* *out becomes h, which is taken over, with the changes; false if it would
 * not fit, or if a row is taken away that is not there. */
bool histogram_correct(struct histogram *h,
		       const struct histogram_change *changes, size_t n,
		       struct histogram *out);

static inline const uint32_t *histogram_at(const struct histogram *h,
					   size_t score, size_t slot)
{
	return h->count + (score * h->n_slots + slot) * 2;
}

#endif
