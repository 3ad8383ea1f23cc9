/* The log: every change, newest first; all of it, or one object's. */
#ifndef MUSTER_TUI_VIEW_LOG_H
#define MUSTER_TUI_VIEW_LOG_H

#include "tui/view.h"

/* arg of open: the object as it stands in entries ("model/matcher"), or NULL:
 * the whole log. */
extern const struct view_ops view_log_ops;

#endif
