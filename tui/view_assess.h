/* The impact assessment of a version: questions in groups, the answer to the
 * one under the cursor with a note, and the risk class that follows, which
 * selects the gate. Answers stand in a draft until they are saved as a
 * revision; somebody else approves it. */
#ifndef MUSTER_TUI_VIEW_ASSESS_H
#define MUSTER_TUI_VIEW_ASSESS_H

#include <stdint.h>

#include "tui/view.h"

/* arg: "credit-scorer@7", const char *. */
extern const struct view_ops view_assess_ops;
void assess_open(struct app *app, const char *model, int64_t version);

#endif
