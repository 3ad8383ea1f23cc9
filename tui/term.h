/* The terminal as a device: finding a description that fits, entering and
 * leaving it, size, and what it sends for keys. Painting is tui/draw.h.
 *
 * An unknown TERM is not an error: xterm-256color, xterm and vt100 are tried
 * in its place, from the host's terminfo or, where the host has none, from
 * descriptions built into the program. term_note says so. */
#ifndef MUSTER_TUI_TERM_H
#define MUSTER_TUI_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/keys.h"

struct terminal;			/* opaque; one at a time */

struct term_options {
	bool nowhere;	/* draw into /dev/null, size from LINES and COLUMNS */
	bool mono;	/* no colour codes */
	bool ascii;	/* no UTF-8, whatever the locale says */
};

/* RC_USAGE where the terminal cannot move its cursor. */
enum rc term_open(const struct term_options *options, struct terminal **out,
		  struct err *err) MUST_USE;
void term_close(struct terminal *t);	/* NULL is allowed */

/* Leaves the screen for a stop or another program, and comes back. */
void term_suspend(struct terminal *t);
void term_resume(struct terminal *t);

const char *term_type(const struct terminal *t);	/* what is used */
const char *term_note(const struct terminal *t);	/* or NULL */
bool term_is_utf8(const struct terminal *t);
bool term_has_colour(const struct terminal *t);
/* A serial line, by its speed; a pty has none that means anything. */
bool term_is_slow(const struct terminal *t);
int term_fd(const struct terminal *t);		/* of the keys; -1: nowhere */
/* Asks the system for the size and tells curses. */
void term_size(struct terminal *t, int *w, int *h);
/* Tells keys what this terminal sends for which key. */
void term_define_keys(struct terminal *t, struct keys *keys);
void term_mouse(struct terminal *t, bool on);
/* Bytes to the terminal beside the painting (the clipboard). */
void term_write(struct terminal *t, const void *bytes, size_t n);

/* Restores the screen with write(2) and tcsetattr(3) only: for signal
 * handlers. Harmless when nothing is open. */
void term_restore_raw(void);

#endif
