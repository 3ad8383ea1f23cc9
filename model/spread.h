/* How much retrained versions of one model disagree, pattern by pattern: bias
 * and variance of a model, seen as the distribution of its versions.
 *
 * Classification, after Domingos 2000 ("A unified bias-variance decomposition
 * for zero-one and squared loss"), without noise. The main prediction of a
 * pattern is what most versions say (of equally many the first label in the
 * set's order). bias is 1 where it is wrong, variance is the share of
 * versions that say something else. On the mean over patterns
 *
 *	loss = bias + unbiased variance - biased variance
 *
 * holds exactly, where loss is the mean error of the versions, unbiased
 * variance the share of wrong answers where the main prediction is right, and
 * biased variance the share of right answers where it is wrong: there, to
 * disagree helps.
 *
 * Regression: the main prediction is the mean, variance the mean square
 * distance from it (divided by k, not k - 1), bias the square of what the mean
 * is off, and loss = bias + variance is the mean squared error (Geman,
 * Bienenstock and Doursat 1992). sd is the root of the variance.
 *
 * Where patterns have weights, "mean over patterns" is the weighted mean, by
 * which the sums above hold as well; what is said of one pattern, and how many
 * are unanimous, is not weighed.
 *
 * A sum of squares that is too large for a number is INFINITY: whoever shows
 * it says so.
 *
 * entropy: of the labels that versions gave, in bits; 0: all agree. */
#ifndef MUSTER_MODEL_SPREAD_H
#define MUSTER_MODEL_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#include "model/evaluation.h"

struct spread_row {
	uint32_t main_label;	/* code; n_labels: a label outside the set */
	double main_value;	/* regression: the mean */
	double loss, bias, variance;	/* of this pattern */
	double unbiased, biased;	/* the parts of the variance's effect */
	double entropy;		/* classification; else 0 */
	double score_sd;	/* binary with scores from all; else 0 */
};
struct spread {
	size_t n, k;		/* patterns, versions */
	enum task task;
	double weight;		/* of all patterns: n where they have none;
				 * INFINITY: too large for a number */
	double loss, bias, variance;	/* means over patterns */
	double unbiased, biased;
	uint64_t n_unanimous;	/* patterns on which all versions agree */
	struct spread_row *rows;	/* n; the caller frees by spread_release */
};
/* inputs: k >= 2 versions on the same rows, each with labels (or scores and a
 * threshold) or values. Weights are those of the first; if they sum to 0 the
 * means are NaN. */
void spread_compute(const struct eval_input *inputs, size_t k,
		    struct spread *out);
void spread_release(struct spread *s);

#endif
