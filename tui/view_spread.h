/* How much a model's versions disagree on a test set, pattern by pattern
 * (model/spread.h). Screen 2, from the matrix of a set. */
#ifndef MUSTER_TUI_VIEW_SPREAD_H
#define MUSTER_TUI_VIEW_SPREAD_H

#include "tui/view.h"

struct spread_arg {			/* copied */
	const char *testset, *model;
};
extern const struct view_ops view_spread_ops;

#endif
