/* A metric of one version along a column of numbers, with the place where it
 * tips (model/tipping.h). Screen 2, from the matrix of a set. */
#ifndef MUSTER_TUI_VIEW_CURVE_H
#define MUSTER_TUI_VIEW_CURVE_H

#include <stdint.h>

#include "tui/view.h"

struct curve_arg {			/* copied */
	const char *testset, *model, *column;
	int64_t version;
};
extern const struct view_ops view_curve_ops;

#endif
