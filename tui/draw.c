#include "tui/draw.h"

#include <curses.h>
#include <wchar.h>

#include "base/xalloc.h"

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

struct draw *draw_new(const struct theme *theme, bool colour, bool lines_ascii)
{
	struct draw *d = XNEW(struct draw);
	d->all = true;
	d->lines_ascii = lines_ascii;
	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct look *look = &theme->looks[i];
		d->attrs[i] = attrs_of(look->attrs);
		if (!colour || look->colour == COLOUR_DEFAULT)
			continue;
		/* pair n is colour n: eight at most */
		short pair = (short)look->colour;
		if (init_pair(pair, (short)look->colour, -1) == OK ||
		    init_pair(pair, (short)look->colour, COLOR_BLACK) == OK)
			d->pairs[i] = pair;
	}
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
