/* Step scripts: the workbench driven by a file, without a terminal. For
 * tests, and to make the screens of documents.
 *
 * One step a line; '#' starts a comment line.
 *
 *	keys Down Down Enter	these keys, by name
 *	type some text		its characters as keys
 *	paste some text		as one bracketed paste
 *	do compare-marked	an action by name
 *	size 80 24		columns and lines
 *	screen NAME		writes the screen to standard output
 *	expect TEXT		fails unless the screen shows it
 *	refuse TEXT		fails if the screen shows it
 *	wait			until the job that runs is done
 *	stop			the next job that begins is stopped at once, as
 *				^C would; this waits for nothing
 *
 * The first size is COLUMNS x LINES. The title shows user@host in place of
 * who runs it and where. */
#ifndef MUSTER_TUI_STEPS_H
#define MUSTER_TUI_STEPS_H

#include "tui/app_state.h"

#endif
