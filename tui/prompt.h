/* One line of text that is being typed: the editor of every prompt.
 *
 * The text is UTF-8; the cursor moves and deletes by graphemes. What was
 * pasted goes in as it is, line ends become blanks. */
#ifndef MUSTER_TUI_PROMPT_H
#define MUSTER_TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/canvas.h"

#define EDIT_MAX (64u << 10)	/* bytes; more is not taken */

struct edit {
	struct buf text;
	size_t pos;		/* byte offset of the cursor */
	size_t first;		/* byte offset of the first that shows */
};
#define EDIT_INIT { BUF_INIT, 0, 0 }

void edit_release(struct edit *e);
void edit_set(struct edit *e, const char *text);
/* A printable key or an editing key (Left, Right, Home, End, Backspace,
 * Delete, ^A ^E ^K ^U ^W); false: not for the editor. */
bool edit_key(struct edit *e, uint32_t key);
void edit_paste(struct edit *e, const char *text, size_t n);
/* In w cells of line y; the hardware cursor stands where typing goes. */
void edit_paint(struct edit *e, struct area *a, int x, int y, int w);

#endif
