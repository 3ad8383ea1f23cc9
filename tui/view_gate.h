/* The gate of one version and stage: its rules with verdict and figure, who
 * signed and who has still to, what is waived, and what blocks. Rules are
 * checked in the background; what was found before stays on the screen.
 *
 * Enter on a rule leads to its cause, on an attestation it asks for one. */
#ifndef MUSTER_TUI_VIEW_GATE_H
#define MUSTER_TUI_VIEW_GATE_H

#include <stdint.h>

#include "tui/view.h"

/* arg: struct gate_arg; copied. */
struct gate_arg {
	const char *model;
	int64_t version;
	const char *stage;	/* NULL: the next one that has a gate */
};
extern const struct view_ops view_gate_ops;
/* Opens it above the view that is shown, on that view's screen; an error
 * goes to the status line. */
void gate_open(struct app *app, const char *model, int64_t version,
	       const char *stage);

#endif
