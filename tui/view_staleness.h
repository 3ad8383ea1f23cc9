/* Which versions stand where on which revision of a test set, and why the
 * score of one moved between two revisions. */
#ifndef MUSTER_TUI_VIEW_STALENESS_H
#define MUSTER_TUI_VIEW_STALENESS_H

#include "tui/view.h"

/* open's arg: the test set's name, const char *. */
extern const struct view_ops view_staleness_ops;

#endif
