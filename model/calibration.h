/* What happened at which score, group by group: all that calibration within
 * groups is taken from (model/fairness.h).
 *
 * Two things go by that name, and both are kept:
 * - scores that are probabilities are right: in a group, the share of
 *   positives is the mean score (Kleinberg, Mullainathan and Raghavan 2016);
 *   its error by tenths is the ECE of model/evaluation.h;
 * - the same score means the same share of positives in every group, whatever
 *   the scale of the score: sufficiency, or test fairness (Chouldechova 2017).
 *   A group's expected positives are those that all cases of its scores had
 *   (indirect standardization, as observed over expected in epidemiology).
 *
 * Weights are not looked at, as in confusion counts. */
#ifndef MUSTER_MODEL_CALIBRATION_H
#define MUSTER_MODEL_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/evaluation.h"

enum { CALIBRATION_BINS = 20, CALIBRATION_TENTHS = 10 };

struct score_cell {		/* cases of a group whose scores are in a bin */
	uint64_t n[2];		/* negatives, positives */
	double score[2];	/* sums */
};

struct calibration {
	size_t n_groups;
	bool is_probability;	/* all scores are within 0 and 1 */
	/* A bin for each score, if there are no more than CALIBRATION_BINS
	 * different ones; else bins of about equally many of all cases. */
	size_t n_bins;
	double *low, *high;		/* n_bins; both within the bin */
	/* One group more than there are, which is empty: what is known of a
	 * group that has no scores. */
	struct score_cell *bins;	/* (n_groups + 1) x n_bins */
	struct score_cell *tenths;	/* (n_groups + 1) x CALIBRATION_TENTHS,
					 * of equal width; probabilities only */
};

/* The binary rows of in, which has targets and scores, in the groups of cut
 * (rows in none take no part). */
void calibration_make(const struct eval_input *in, const struct partition *cut,
		      struct calibration *out);
void calibration_release(struct calibration *c);

struct score_sums {
	double n, positives, score;
};
struct score_sums score_sums(const struct score_cell *cells, size_t n);
/* Expected calibration error: |positives - scores| of each cell, over all
 * cases; 0 without cases. */
double score_error(const struct score_cell *cells, size_t n);
/* expected[i]: the positives that group i's cases would be if each had the
 * share that all groups' cases in its cell have. cells has n_cells for each
 * group. */
void expected_at_score(const struct score_cell *const *cells, size_t n_groups,
		       size_t n_cells, double *expected);
/* How much larger the share of positives is in a than in b at the same score:
 * the mean over a's cases whose cell has cases of b. *n: the cases of a that
 * took part; 0: none. */
double gap_at_score(const struct score_cell *a, const struct score_cell *b,
		    size_t n_cells, uint64_t *n);

#endif
