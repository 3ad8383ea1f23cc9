/* More data for a problem: labelling sheets that go out and come back, what
 * was labelled into the living set, and patterns made by a change of the
 * input. A menu, prompts and work in the background; view_labels shows what
 * came back. */
#ifndef MUSTER_TUI_GATHERING_H
#define MUSTER_TUI_GATHERING_H

#include <stdint.h>

#include "tui/view.h"

/* Asks what to gather for the problem. */
void gathering_start(struct view *v, int64_t id);

#endif
