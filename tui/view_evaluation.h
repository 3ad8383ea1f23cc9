/* The evaluation of one version on one test set: metrics with intervals,
 * slices worst first, confusion, and the metric over the model's versions. */
#ifndef MUSTER_TUI_VIEW_EVALUATION_H
#define MUSTER_TUI_VIEW_EVALUATION_H

#include <stdint.h>

#include "tui/view.h"

/* The argument; copied. */
struct evaluation_arg {
	const char *model;
	int64_t version;
	const char *testset;	/* NULL: that of the newest evaluation */
};
extern const struct view_ops view_evaluation_ops;

#endif
