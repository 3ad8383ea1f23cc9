/* The workbench: the only header of tui/ that cli/ includes. */
#ifndef MUSTER_TUI_TUI_H
#define MUSTER_TUI_TUI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct tui_options {
	const char *registry;	/* as -R gives it, or NULL: the default */
	bool readonly;
	const char *as_of;	/* or NULL */
	bool mono;		/* no colours */
	bool ascii;		/* no characters beyond ASCII */
	bool slow;		/* no live preview, charts in ASCII */
	bool linear;		/* numbered prompts and plain lines */
	/* Runs this step script without a terminal (tui/steps.h); the size is
	 * LINES x COLUMNS. NULL: interactive. */
	const char *steps;
};

/* Runs until the user leaves. Without a terminal RC_USAGE with the command to
 * use instead. A signal that ended it is raised again after the screen is
 * restored. The caller has set LC_CTYPE. */
enum rc tui_run(const struct tui_options *options, struct err *err) MUST_USE;

/* The manual's section on keys, as roff, from the action table. */
void tui_write_keys_roff(struct buf *out);
/* One line an action: name, keys (as the config file has them), help; for
 * 'muster keys'. */
void tui_write_keys(struct buf *out);
/* Shows what the terminal sends for each key that is pressed, the key that it
 * is taken for, and the actions of that key, until q or the end of the input
 * (which need not be a terminal). RC_USAGE: no terminal's description fits. */
enum rc tui_show_keys(struct err *err) MUST_USE;
/* Faults of the keys, a line each: of the config file, keys that two actions
 * share, keys that some terminals do not send. Returns how many. */
size_t tui_check_keys(struct buf *out);

#endif
