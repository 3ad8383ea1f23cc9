/* The screen as cells in memory, and rectangles to write in.
 *
 * Everything that a view draws goes here and nowhere else, so that drawing
 * runs in unit tests, screens can be saved as text, and the terminal
 * (tui/draw.c) sees whole frames only.
 *
 * Text from outside is made safe here: every function that takes text shows
 * controls, bidi and invisible characters as escapes (base/safetext.h), and
 * on terminals without UTF-8 whatever is not ASCII. A character that does not
 * fit is left out whole; columns never shift. Of an emoji sequence joined by
 * ZWJ the first character is drawn, because terminals disagree on the width
 * of the rest. */
#ifndef MUSTER_TUI_CANVAS_H
#define MUSTER_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What a piece of text means; tui/theme.c says how that looks. */
#define STYLE_LIST(X) \
	X(STYLE_NORMAL, "normal") \
	X(STYLE_TITLE, "title")		/* the title line */ \
	X(STYLE_TAB, "tab")		/* the screen that is shown */ \
	X(STYLE_FRAME, "frame")		/* lines of boxes */ \
	X(STYLE_HEADING, "heading")	/* box titles, column heads */ \
	X(STYLE_CURSOR, "cursor")	/* the cursor row's first cell */ \
	X(STYLE_STRONG, "strong") \
	X(STYLE_FAINT, "faint")		/* of lesser importance; never lost */ \
	X(STYLE_GOOD, "good")		/* always beside a word or a glyph */ \
	X(STYLE_BAD, "bad") \
	X(STYLE_WARN, "warn") \
	X(STYLE_MATCH, "match")		/* what a search found */ \
	X(STYLE_HINT_KEY, "key")	/* a key in the hint line */ \
	X(STYLE_FIELD, "field")		/* where text is typed */

enum style {
#define X(id, name) id,
	STYLE_LIST(X)
#undef X
	STYLE_COUNT
};

/* Line drawing, in the place of a character: the terminal's own lines, or
 * + - | where there are none. */
enum line_char {
	LINE_H = 0x110000, LINE_V, LINE_UL, LINE_UR, LINE_LL, LINE_LR,
	LINE_LT, LINE_RT, LINE_TT, LINE_BT, LINE_X, LINE_BLOCK
};

#define CELL_MARKS 3
struct cell {
	uint32_t ch;			/* 0: right half of a wide character */
	uint32_t mark[CELL_MARKS];	/* combining, 0 ends */
	uint8_t style;
};

struct canvas {
	int w, h;
	bool ascii;			/* no UTF-8: escapes and + - | */
	struct cell *cells;
	int cursor_x, cursor_y;		/* of the hardware cursor */
};

void canvas_init(struct canvas *c, int w, int h, bool ascii);
void canvas_release(struct canvas *c);
void canvas_resize(struct canvas *c, int w, int h);
/* All blank. */
void canvas_clear(struct canvas *c);
/* NULL outside. */
struct cell *canvas_at(const struct canvas *c, int x, int y);
/* Line y as UTF-8 (lines as + - | when ascii or plain), without blanks at
 * its end. */
void canvas_line(const struct canvas *c, int y, bool plain, struct buf *out);

/* A rectangle. Coordinates count from its corner; what lies outside is
 * clipped. A pane that is taller than its box scrolls: line y appears at
 * y - scroll, and used says afterwards how many lines there were. */
struct area {
	struct canvas *canvas;
	int x, y, w, h;
	int scroll;
	int used;
	bool focused;
};

struct area area_of(struct canvas *c, int x, int y, int w, int h);
struct area area_part(const struct area *a, int x, int y, int w, int h);

/* Writes text in at most w cells (less where the area ends); returns the
 * cells it took. */
int area_text(struct area *a, int x, int y, int w, enum style style,
	      const char *text);
int area_textn(struct area *a, int x, int y, int w, enum style style,
	       const char *text, size_t n);
/* At the right end of the w cells. Text that is wider loses its end. */
int area_right(struct area *a, int x, int y, int w, enum style style,
	       const char *text);
int area_printf(struct area *a, int x, int y, enum style style,
		const char *fmt, ...) PRINTF_LIKE(5, 6);
/* Breaks at blanks into lines of at most w cells; returns the lines. */
int area_wrap(struct area *a, int x, int y, int w, enum style style,
	      const char *text);
/* The same from x to the border; returns the line below it. */
int area_paragraph(struct area *a, int x, int y, enum style style,
		   const char *text);
void area_put(struct area *a, int x, int y, enum style style, uint32_t ch);
void area_hline(struct area *a, int x, int y, int w, enum style style);
/* Changes the style of cells that are there. */
void area_restyle(struct area *a, int x, int y, int w, enum style style);
void area_fill(struct area *a, enum style style);
/* A box around the area with a title in its upper line. */
void area_box(struct area *a, enum style frame, enum style heading,
	      const char *title);
/* Puts the hardware cursor there (a braille display follows it). */
void area_cursor(struct area *a, int x, int y);

/* Cells that text takes once it is safe. */
int text_cells(const char *text, bool ascii);
/* Cut to w cells where it is longer: "..verdict=ok" of "mturk_verdict=ok", or
 * "shak..SSI_cutout16" of a name whose family has many like it (they differ in
 * their ends more often, which get two thirds). */
void text_cut_front(struct buf *text, int w, bool ascii);
void text_cut_middle(struct buf *text, int w, bool ascii);

#endif
