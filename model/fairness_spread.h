/* What fairness measures take from whole distributions: inequality of
 * benefits (Speicher et al. 2018, as in AIF360), distances of labels (as in
 * SageMaker Clarify), differential fairness (Foulds et al. 2020, as in
 * AIF360). Private to model/fairness.c. */
#ifndef MUSTER_MODEL_FAIRNESS_SPREAD_H
#define MUSTER_MODEL_FAIRNESS_SPREAD_H

#include "model/fairness.h"

/* A case's benefit is b = said - target + 1: 0 for a positive that was
 * missed, 1 where right, 2 for a negative said positive. */
struct benefits {
	double n, mean;
	double entropy;		/* generalized, alpha 2: sum of (b/mean)^2 - 1,
				 * over 2 n */
	double theil;		/* mean of (b/mean) ln(b/mean), 0 ln 0 = 0 */
};
/* entropy and theil are 0 where mean is 0. */
struct benefits benefits_of_cases(const struct fairness_group *groups,
				  size_t n);
/* Each case counts with the mean of its group. */
struct benefits benefits_of_groups(const struct fairness_group *groups,
				   size_t n);

/* Greatest |ln| of two groups' ratio of the share said positive, or said
 * negative; shares smoothed by a Dirichlet prior of concentration 1 (half a
 * case for each outcome). Empty groups take no part. of_labels: the shares of
 * positive targets instead of those said positive. */
double differential_fairness(const struct fairness_group *groups, size_t n,
			     bool of_labels);

/* Of two shares of positives: labels that one of the two lacks take no part
 * in the divergences, and are not made up for. */
struct distances {
	double kullback, jensen, euclid;
	double variation;	/* half the sum of the differences */
	double greatest;	/* difference of one label */
};
struct distances label_distances(double advantaged, double disadvantaged);

/* Conditional demographic disparity: in each stratum the disadvantaged
 * group's share among the negatives less its share among the positives (of
 * the labels, or of what was said), nothing over nothing being 0; the mean
 * over strata by their cases. *n: the smaller group's cases. NAN if there is
 * no negative at all, or no positive. */
double conditional_disparity(const struct fairness_group *disadvantaged,
			     const struct fairness_group *advantaged,
			     bool said, uint64_t *n);

#endif
