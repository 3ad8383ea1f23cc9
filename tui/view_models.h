/* Screen 1: all models with their versions, and the detail of one. */
#ifndef MUSTER_TUI_VIEW_MODELS_H
#define MUSTER_TUI_VIEW_MODELS_H

#include "tui/view.h"

extern const struct view_ops view_models_ops;

#endif
