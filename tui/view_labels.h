/* What labellers sent back for a problem: each row with its labels, agreed,
 * in conflict or said by one alone; and how far they agree. Opened with an
 * int64_t *: the problem's id. */
#ifndef MUSTER_TUI_VIEW_LABELS_H
#define MUSTER_TUI_VIEW_LABELS_H

#include "tui/view.h"

extern const struct view_ops view_labels_ops;

#endif
