/* Curves of a score over all its cuts (model/cutoff.h): ROC and reliability. */
#ifndef MUSTER_MODEL_CURVE_H
#define MUSTER_MODEL_CURVE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/cutoff.h"
#include "model/scored.h"

/* The true positive rate of the ROC curve at a false positive rate in [0, 1]:
 * the curve joins (0, 0) and the cuts' points by straight lines (as
 * scikit-learn's roc_curve is drawn and its area taken); where it rises
 * straight up, the upper end. NAN without positives or without negatives. */
double curve_roc_at(const struct cutoffs *cuts, double fpr);

/* Reliability: scores in bins of equal width, the last one closed (those of
 * the metric ece; scikit-learn's calibration_curve, strategy "uniform", but
 * that it closes bins on the other side). */
#define CURVE_BINS SCORED_BINS
struct curve_bin {
	uint64_t n, positives;
	double mean;		/* score; 0 if the bin is empty */
};
/* False: a score is outside [0, 1]; nothing is written. */
bool curve_reliability(const struct cutoffs *cuts,
		       struct curve_bin out[CURVE_BINS]);

#endif
