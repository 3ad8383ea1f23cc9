/* Total open impact over time: a chart of days, and its table twin. Takes no
 * argument: the board is of all models, and so is its total. */
#ifndef MUSTER_TUI_VIEW_TOTAL_H
#define MUSTER_TUI_VIEW_TOTAL_H

#include "tui/view.h"

extern const struct view_ops view_total_ops;

#endif
