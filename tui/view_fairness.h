/* Fairness of one version on one test set, by one column or two at a time:
 * measures, groups, which bases conflict, and calibration by group
 * (registry/fairness.h). */
#ifndef MUSTER_TUI_VIEW_FAIRNESS_H
#define MUSTER_TUI_VIEW_FAIRNESS_H

#include <stdint.h>

#include "tui/view.h"

/* The argument; copied. RC_REFUSED: the evaluation has no groups with
 * confusion counts. */
struct fairness_arg {
	const char *model;
	int64_t version;
	const char *testset;
	const char *by;			/* NULL: the first column */
};
extern const struct view_ops view_fairness_ops;

#endif
