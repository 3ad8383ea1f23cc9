/* The person's settings: $XDG_CONFIG_HOME/muster/config, a line each:
 *
 *	# comment
 *	key.compare-marked = c ^G	other keys for an action, by its name
 *	theme = light			standard, dark, light, contrast, mono
 *	ascii = yes
 *	mouse = yes
 *	sync = on			frames are sent as one (ESC[?2026h)
 *	ambiguous = 2			cells of characters whose width
 *					terminals disagree on
 *	slow = yes			no live preview, charts in ASCII
 *	session = no			start on the first screen, not where
 *					the last session ended
 *
 * A faulty line is named with file and line in the status line; the others
 * apply. */
#ifndef MUSTER_TUI_OPTIONS_H
#define MUSTER_TUI_OPTIONS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "tui/action.h"

struct app;

/* Reads the file if there is one; faults go to the app's notes. */
void options_read(struct app *app);
/* One "name = value". RC_BAD_INPUT says why not. */
enum rc options_set(struct app *app, const char *name, const char *value,
		    struct err *err) MUST_USE;
/* Gives an action other keys, now and (in the file, whose other lines stay)
 * from now on. */
enum rc options_keep_keys(struct app *app, enum action a, const char *keys,
			  struct err *err) MUST_USE;

/* The keys alone, without a terminal: *m as the file has them. Each fault is
 * a line in faults. */
void options_read_keys(struct keymap *m, struct strs *faults);

#endif
