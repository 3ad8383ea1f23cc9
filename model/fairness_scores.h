/* What a group's scores say beside what came of its cases: the numbers that
 * measures of calibration compare. Private to model/fairness.c and
 * model/fairview.c; formulas in model/calibration.h. */
#ifndef MUSTER_MODEL_FAIRNESS_SCORES_H
#define MUSTER_MODEL_FAIRNESS_SCORES_H

#include "model/fairness.h"

enum group_number {
	OBSERVED_LESS_SCORE,	/* share of positives, mean score */
	OBSERVED_OVER_SCORE,
	CALIBRATION_ERROR,
	OBSERVED_LESS_EXPECTED,	/* expected: of all cases of its scores */
	OBSERVED_OVER_EXPECTED
};

struct group_value {
	double value;
	uint64_t n;		/* cases; 0: the group takes no part */
	const char *why;	/* undefined; or NULL */
};

/* out has n items. */
void group_values(enum group_number what, const struct fairness_group *groups,
		  size_t n, struct group_value *out);

#endif
