/* The person's settings: $XDG_CONFIG_HOME/muster/config, a line each:
 *
 *	# comment
 *	key.compare-marked = c ^G	other keys for an action, by its name
 *	theme = contrast		standard, contrast, mono
 *	ascii = yes
 *	mouse = yes
 *
 * A faulty line is named with file and line in the status line; the others
 * apply. */
#ifndef MUSTER_TUI_OPTIONS_H
#define MUSTER_TUI_OPTIONS_H

#include "base/err.h"

struct app;

/* Reads the file if there is one; faults go to the app's notes. */
void options_read(struct app *app);
/* One "name = value". RC_BAD_INPUT says why not. */
enum rc options_set(struct app *app, const char *name, const char *value,
		    struct err *err) MUST_USE;

#endif
