/* What runners were asked on a set, newest first: how each run ended, what it
 * was allowed, and the end of what its program wrote on stderr, made safe.
 * Screen 2. */
#ifndef MUSTER_TUI_VIEW_RUNS_H
#define MUSTER_TUI_VIEW_RUNS_H

#include "tui/view.h"

/* The argument is the set's name; copied. */
extern const struct view_ops view_runs_ops;

#endif
