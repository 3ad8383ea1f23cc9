/* Screen 5: versions that stand before a gate, or behind one, each with the
 * verdict of the gate of the next stage it could enter. Takes no arg.
 *
 * Listed are the versions in candidate, shadow and production, and of each
 * model the newest in no stage if none of those is newer, at most GATES_SHOWN
 * of each; the gate of any other version opens from the list of models. Verdicts are computed in the
 * background. */
#ifndef MUSTER_TUI_VIEW_GATES_H
#define MUSTER_TUI_VIEW_GATES_H

#include "tui/view.h"

#define GATES_SHOWN 200

extern const struct view_ops view_gates_ops;

#endif
