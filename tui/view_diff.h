/* What differs between two revisions of a test set: pattern by pattern, and by
 * slice. Screen 2. */
#ifndef MUSTER_TUI_VIEW_DIFF_H
#define MUSTER_TUI_VIEW_DIFF_H

#include <stdint.h>

#include "tui/view.h"

struct diff_arg {			/* copied */
	const char *testset;
	int64_t from, to;
};
extern const struct view_ops view_diff_ops;

#endif
