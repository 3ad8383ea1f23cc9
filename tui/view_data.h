/* Screen 2: living test sets, what each holds, and its revisions. */
#ifndef MUSTER_TUI_VIEW_DATA_H
#define MUSTER_TUI_VIEW_DATA_H

#include "tui/view.h"

extern const struct view_ops view_data_ops;

#endif
