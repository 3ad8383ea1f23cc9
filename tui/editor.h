/* A text of many lines that is being typed: the model behind every field of a
 * document. Knows no curses and no clock; paints into a canvas.
 *
 * The text is UTF-8 and moves by graphemes. It wraps softly at blanks to the
 * width that it was last painted in; blanks at a row's end hang over the edge.
 * Row starts are kept from one change to the next: a change wraps again from
 * two rows before it (a row's break depends on no more than the next row's
 * first word) up to the first row that starts where an old one did. So a key
 * costs the same in a line and in a book; the text itself is one piece of
 * memory, as moving a megabyte costs less than painting a row.
 *
 * What is undone in one step: a word that was typed, a run of deletions, a
 * paste. */
#ifndef MUSTER_TUI_EDITOR_H
#define MUSTER_TUI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
#include "tui/canvas.h"

enum editor_move {
	MOVE_LEFT, MOVE_RIGHT, MOVE_WORD_LEFT, MOVE_WORD_RIGHT, MOVE_UP,
	MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_ROW_START, MOVE_ROW_END,
	MOVE_TEXT_START, MOVE_TEXT_END, MOVE_COUNT
};

/* One step of undo: at pos, del was replaced by ins. */
struct editor_step {
	size_t pos;
	struct buf del, ins;
	size_t cursor;			/* where it stood before */
};
VEC_DECLARE(struct editor_step, editor_steps);
VEC_DECLARE(size_t, row_starts);

struct editor {
	struct buf text;
	size_t pos;			/* of the cursor, at a grapheme's edge */
	size_t max;			/* bytes; what would be more is refused */
	uint64_t changes;		/* counts up with every change */
	struct row_starts rows;
	int width;			/* cells of a row */
	int height;			/* rows that the last painting had */
	bool ascii;
	size_t top;			/* first row that shows */
	int goal;			/* cell that Up and Down aim at, or -1 */
	struct editor_steps steps;
	size_t n_done;			/* steps that are not undone */
	size_t step_bytes;		/* that the steps hold */
	int joins;			/* what the last step may take in */
	struct buf needle;		/* searched last */
};

void editor_init(struct editor *e, size_t max);
void editor_release(struct editor *e);
/* A new text, nothing to undo, cursor at its end. CR LF and CR become LF. */
void editor_set(struct editor *e, const char *text);
/* Puts the cursor at a byte, or at the grapheme's edge before it. */
void editor_go(struct editor *e, size_t pos);

/* Wraps to w cells; painting does it, too. ascii: cells as a terminal without
 * UTF-8 shows them. */
void editor_wrap(struct editor *e, int w, bool ascii);
size_t editor_row(const struct editor *e);	/* of the cursor, from 0 */
int editor_column(const struct editor *e);	/* cell in its row */

/* False where the text would be larger than max: then nothing changes. */
bool editor_insert(struct editor *e, const char *s, size_t n);
/* One step of undo. Line ends become LF; bytes that are no UTF-8, NUL and
 * other controls but tab and newline are left out. */
bool editor_paste(struct editor *e, const char *s, size_t n);
void editor_move(struct editor *e, enum editor_move m);
/* Deletes from the cursor to where the move would lead. */
void editor_delete(struct editor *e, enum editor_move m);
/* False: nothing to undo, or to redo. */
bool editor_undo(struct editor *e);
bool editor_redo(struct editor *e);
/* The next place behind the cursor that holds the text, from the start again
 * behind the end; ASCII letters in either case. "": what was searched last. */
bool editor_find(struct editor *e, const char *text);

/* Typing, Enter, Backspace, Delete, arrows, Home, End, PgUp, PgDn; false:
 * another key. *full (or NULL) is set where max forbade it. */
bool editor_key(struct editor *e, uint32_t key, bool *full);
/* Into w x h cells; scrolls so that the cursor shows. */
void editor_paint(struct editor *e, struct area *a, int x, int y, int w,
		  int h);

#endif
