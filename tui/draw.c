#include "tui/draw.h"

#include <curses.h>
#include <wchar.h>

#include "base/utf8.h"
#include "base/xalloc.h"

/* curses asks this for the width of what it is told to show. In the place of
 * the library's own, which knows no width where the host has no locale and
 * not what the terminal does with ambiguous ones, the canvas and curses agree
 * on every character. */
int wcwidth(wchar_t c)
{
	return c ? utf8_width((uint32_t)c) : 0;
}

struct draw {
	struct canvas shown;	/* what curses was told last */
	bool all;		/* the next frame is whole */
	bool lines_ascii;
	attr_t attrs[STYLE_COUNT];
	short pairs[STYLE_COUNT];
};

static attr_t attrs_of(unsigned look)
{
	attr_t a = A_NORMAL;
	if (look & LOOK_BOLD)
		a |= A_BOLD;
	if (look & LOOK_REVERSE)
		a |= A_REVERSE;
	if (look & LOOK_UNDERLINE)
		a |= A_UNDERLINE;
	return a;
}

/* Pair n + 1 is colour n; pair 9 is a painted theme's ink. */
#define INK_PAIR 9

static short make_pair(enum look_colour colour, const struct theme *theme)
{
	short pair = colour == COLOUR_DEFAULT ? INK_PAIR : (short)(colour + 1);
	short ink = colour == COLOUR_DEFAULT ? (short)theme->ink
					     : (short)colour;
	if (init_pair(pair, ink, (short)theme->paper) == OK ||
	    init_pair(pair, ink, COLOR_BLACK) == OK)
		return pair;
	return 0;
}

static void set_pairs(struct draw *d, const struct theme *theme)
{
	bool paints = theme->paper != COLOUR_DEFAULT;
	for (int i = 0; i < STYLE_COUNT; i++)
		if (paints || theme->looks[i].colour != COLOUR_DEFAULT)
			d->pairs[i] = make_pair(theme->looks[i].colour, theme);
	bkgdset(paints ? COLOR_PAIR(INK_PAIR) | ' ' : ' ');
}

struct draw *draw_new(const struct theme *theme, bool colour, bool lines_ascii)
{
	struct draw *d = XNEW(struct draw);
	d->all = true;
	d->lines_ascii = lines_ascii;
	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct look *look = &theme->looks[i];
		d->attrs[i] = attrs_of(look->attrs);
	}
	if (colour)
		set_pairs(d, theme);
	return d;
}

void draw_free(struct draw *d)
{
	if (!d)
		return;
	canvas_release(&d->shown);
	free(d);
}

void draw_forget(struct draw *d)
{
	d->all = true;
	clearok(curscr, TRUE);
}

static const cchar_t *terminal_line(uint32_t ch)
{
	switch ((enum line_char)ch) {
	case LINE_H: return WACS_HLINE;
	case LINE_V: return WACS_VLINE;
	case LINE_UL: return WACS_ULCORNER;
	case LINE_UR: return WACS_URCORNER;
	case LINE_LL: return WACS_LLCORNER;
	case LINE_LR: return WACS_LRCORNER;
	case LINE_LT: return WACS_LTEE;
	case LINE_RT: return WACS_RTEE;
	case LINE_TT: return WACS_TTEE;
	case LINE_BT: return WACS_BTEE;
	case LINE_X: return WACS_PLUS;
	case LINE_BLOCK: return WACS_BLOCK;
	}
	return WACS_BULLET;
}

static wchar_t ascii_line(uint32_t ch)
{
	return ch == LINE_H ? L'-' : ch == LINE_V ? L'|' :
	       ch == LINE_BLOCK ? L'#' : L'+';
}

static void put_line(struct draw *d, int x, int y, const struct cell *cell)
{
	cchar_t out;
	wchar_t text[CCHARW_MAX + 1];
	attr_t attrs;
	short pair;
	if (d->lines_ascii) {
		text[0] = ascii_line(cell->ch);
		text[1] = L'\0';
		setcchar(&out, text, d->attrs[cell->style],
			 d->pairs[cell->style], NULL);
	} else {
		getcchar(terminal_line(cell->ch), text, &attrs, &pair, NULL);
		setcchar(&out, text, attrs | d->attrs[cell->style],
			 d->pairs[cell->style], NULL);
	}
	mvadd_wch(y, x, &out);
}

static void put_cell(struct draw *d, int x, int y, const struct cell *cell,
		     int width)
{
	cchar_t out;
	wchar_t text[CELL_MARKS + 2] = { (wchar_t)cell->ch };
	/* what the host's tables see differently would shift the row */
	if (cell->ch > 0x7e && wcwidth((wchar_t)cell->ch) != width)
		text[0] = L'?';
	for (int i = 0; i < CELL_MARKS && cell->mark[i] && text[0] != L'?'; i++)
		if (wcwidth((wchar_t)cell->mark[i]) == 0)
			text[wcslen(text)] = (wchar_t)cell->mark[i];
	setcchar(&out, text, d->attrs[cell->style], d->pairs[cell->style],
		 NULL);
	mvadd_wch(y, x, &out);
	if (width == 2 && text[0] == L'?')
		mvaddch(y, x + 1, ' ');
}

static bool row_differs(const struct draw *d, const struct canvas *c, int y)
{
	if (d->all)
		return true;
	return memcmp(canvas_at(&d->shown, 0, y), canvas_at(c, 0, y),
		      (size_t)c->w * sizeof(struct cell)) != 0;
}

static void draw_row(struct draw *d, const struct canvas *c, int y)
{
	for (int x = 0; x < c->w; x++) {
		const struct cell *cell = canvas_at(c, x, y);
		const struct cell *right = canvas_at(c, x + 1, y);
		if (!cell->ch)
			continue;
		if (cell->ch >= LINE_H)
			put_line(d, x, y, cell);
		else
			put_cell(d, x, y, cell, right && !right->ch ? 2 : 1);
	}
}

bool draw_differs(const struct draw *d, const struct canvas *c)
{
	if (d->shown.w != c->w || d->shown.h != c->h)
		return true;
	for (int y = 0; y < c->h; y++)
		if (row_differs(d, c, y))
			return true;
	return false;
}

void draw_frame(struct draw *d, const struct canvas *c)
{
	if (d->shown.w != c->w || d->shown.h != c->h) {
		canvas_resize(&d->shown, c->w, c->h);
		d->all = true;
	}
	if (d->all)
		werase(stdscr);
	for (int y = 0; y < c->h; y++)
		if (row_differs(d, c, y))
			draw_row(d, c, y);
	memcpy(d->shown.cells, c->cells,
	       (size_t)c->w * (size_t)c->h * sizeof(struct cell));
	d->all = false;
	move(c->cursor_y, c->cursor_x);
	wnoutrefresh(stdscr);
	doupdate();
}
