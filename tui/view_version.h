/* One version in full: stage, source, newest evaluation, the strip of its
 * model's versions, and its entries in the log. */
#ifndef MUSTER_TUI_VIEW_VERSION_H
#define MUSTER_TUI_VIEW_VERSION_H

#include "registry/evaluate.h"
#include "tui/view.h"

/* The argument is a struct version_ref; copied. */
extern const struct view_ops view_version_ops;

#endif
