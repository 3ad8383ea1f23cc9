/* No registry yet: what can be made, and what will be written. */
#ifndef MUSTER_TUI_VIEW_WELCOME_H
#define MUSTER_TUI_VIEW_WELCOME_H

#include "tui/view.h"

/* arg: const char *, the path that was looked for. */
extern const struct view_ops view_welcome_ops;

#endif
