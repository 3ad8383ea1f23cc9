/* Two datasets side by side: their columns, with what drifted. */
#ifndef MUSTER_TUI_VIEW_DRIFT_H
#define MUSTER_TUI_VIEW_DRIFT_H

#include "tui/view.h"

/* arg: the names, borrowed during open. */
struct drift_arg { const char *reference, *current; };
extern const struct view_ops view_drift_ops;

#endif
