/* A gate's text: its revisions, what each changed, the language, and writing
 * the next one. What is typed stands in a draft until it is saved; faults
 * show beside their line while one types, and a faulty text is not saved. */
#ifndef MUSTER_TUI_VIEW_GATE_TEXT_H
#define MUSTER_TUI_VIEW_GATE_TEXT_H

#include "tui/view.h"

/* arg: the gate's name, const char *: "production", "production:high". */
extern const struct view_ops view_gate_text_ops;
/* Opens it above the view that is shown and begins with the action:
 * ACT_GATE_TEXT only shows, ACT_GATE_EDIT types, ACT_GATE_EDIT_OUTSIDE calls
 * the editor. */
void gate_text_open(struct app *app, const char *name, enum action a);

#endif
