/* Screen 3: the triage board, and the problem under the cursor with its
 * factors, its patterns and its error by version. Takes no arg. */
#ifndef MUSTER_TUI_VIEW_PROBLEMS_H
#define MUSTER_TUI_VIEW_PROBLEMS_H

#include "tui/view.h"

extern const struct view_ops view_problems_ops;
/* Shows the screen with the model's problems only; an error goes to the status
 * line. */
void problems_open(struct app *app, const char *model);

#endif
