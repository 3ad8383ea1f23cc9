/* Is it fixed? Errors of a model's problems, closed ones too: a heat table of
 * problems x versions, a chart with one line a problem, and one version over
 * the revisions of the set. Marked rows are the lines of the chart; without
 * marks, the row under the cursor and those below it. */
#ifndef MUSTER_TUI_VIEW_FIXED_H
#define MUSTER_TUI_VIEW_FIXED_H

#include <stdint.h>

#include "tui/view.h"

struct fixed_arg {
	const char *model;		/* copied */
	int64_t id;			/* where the cursor starts, or 0 */
};
extern const struct view_ops view_fixed_ops;

#endif
