/* Datasets: what models are trained or tested on, each with its profile. */
#ifndef MUSTER_TUI_VIEW_DATASETS_H
#define MUSTER_TUI_VIEW_DATASETS_H

#include "tui/view.h"

/* open takes no argument. */
extern const struct view_ops view_datasets_ops;

#endif
