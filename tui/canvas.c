#include "tui/canvas.h"

#include <stdarg.h>

#include "base/count.h"
#include "base/safetext.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define ZWJ 0x200d
#define is_selector(cp) ((cp) >= 0xfe00 && (cp) <= 0xfe0f)

static const struct cell blank = { .ch = ' ' };

void canvas_init(struct canvas *c, int w, int h, bool ascii)
{
	*c = (struct canvas){ .ascii = ascii };
	canvas_resize(c, w, h);
}

void canvas_release(struct canvas *c)
{
	free(c->cells);
	c->cells = NULL;
	c->w = c->h = 0;
}

void canvas_resize(struct canvas *c, int w, int h)
{
	c->w = w < 1 ? 1 : w;
	c->h = h < 1 ? 1 : h;
	c->cells = xreallocarray(c->cells, (size_t)c->w * (size_t)c->h,
				 sizeof(*c->cells));
	canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < (size_t)c->w * (size_t)c->h; i++)
		c->cells[i] = blank;
	c->cursor_x = 0;
	c->cursor_y = c->h - 1;
}

struct cell *canvas_at(const struct canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->w || y >= c->h)
		return NULL;
	return &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
}

static char line_ascii(uint32_t ch)
{
	switch ((enum line_char)ch) {
	case LINE_H: return '-';
	case LINE_V: return '|';
	case LINE_BLOCK: return '#';
	case LINE_UL: case LINE_UR: case LINE_LL: case LINE_LR:
	case LINE_LT: case LINE_RT: case LINE_TT: case LINE_BT: case LINE_X:
		break;
	}
	return '+';
}

static uint32_t line_unicode(uint32_t ch)
{
	static const uint32_t table[] = {
		0x2500, 0x2502, 0x250c, 0x2510, 0x2514, 0x2518,
		0x251c, 0x2524, 0x252c, 0x2534, 0x253c, 0x2588
	};
	return table[ch - LINE_H];
}

static void add_char(struct buf *out, uint32_t ch)
{
	char bytes[4];
	buf_add(out, bytes, utf8_put(ch, bytes));
}

void canvas_line(const struct canvas *c, int y, bool plain, struct buf *out)
{
	size_t start = out->len;
	for (int x = 0; x < c->w; x++) {
		const struct cell *cell = canvas_at(c, x, y);
		if (!cell || !cell->ch)
			continue;
		if (cell->ch < LINE_H)
			add_char(out, cell->ch);
		else if (plain || c->ascii)
			buf_char(out, line_ascii(cell->ch));
		else
			add_char(out, line_unicode(cell->ch));
		for (int i = 0; i < CELL_MARKS && cell->mark[i]; i++)
			add_char(out, cell->mark[i]);
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
}

struct area area_of(struct canvas *c, int x, int y, int w, int h)
{
	return (struct area){ .canvas = c, .x = x, .y = y,
			      .w = w < 0 ? 0 : w, .h = h < 0 ? 0 : h };
}

struct area area_part(const struct area *a, int x, int y, int w, int h)
{
	if (w > a->w - x)
		w = a->w - x;
	if (h > a->h - y)
		h = a->h - y;
	struct area part = area_of(a->canvas, a->x + x, a->y + y, w, h);
	part.focused = a->focused;
	return part;
}

/* The cell at (x, y) of the area, or NULL where it is clipped. */
static struct cell *at(struct area *a, int x, int y)
{
	if (y >= a->used)
		a->used = y + 1;
	y -= a->scroll;
	if (x < 0 || y < 0 || x >= a->w || y >= a->h)
		return NULL;
	return canvas_at(a->canvas, a->x + x, a->y + y);
}

/* A wide character loses its other half when one half is overwritten. */
static void split_wide(struct canvas *c, struct cell *cell)
{
	if (!cell->ch && cell > c->cells)
		cell[-1] = (struct cell){ .ch = ' ', .style = cell[-1].style };
	struct cell *end = c->cells + (size_t)c->w * (size_t)c->h;
	if (cell + 1 < end && !cell[1].ch)
		cell[1] = (struct cell){ .ch = ' ', .style = cell[1].style };
}

void area_put(struct area *a, int x, int y, enum style style, uint32_t ch)
{
	struct cell *cell = at(a, x, y);
	if (!cell)
		return;
	split_wide(a->canvas, cell);
	*cell = (struct cell){ .ch = ch, .style = (uint8_t)style };
}

/* Places one grapheme (its bytes are safe already) with its width. */
static void put_cluster(struct area *a, int x, int y, enum style style,
			const char *s, size_t n, int width)
{
	struct cell *cell = at(a, x, y);
	if (!cell)
		return;
	uint32_t cp;
	size_t used = utf8_decode(s, n, &cp);
	split_wide(a->canvas, cell);
	*cell = (struct cell){ .ch = cp, .style = (uint8_t)style };
	for (int k = 0; used < n && k < CELL_MARKS;) {
		used += utf8_decode(s + used, n - used, &cp);
		if (cp == ZWJ)
			break;
		if (utf8_width(cp) == 0 && !is_selector(cp))
			cell->mark[k++] = cp;
	}
	if (width == 2) {
		split_wide(a->canvas, cell + 1);
		cell[1] = (struct cell){ .style = (uint8_t)style };
	}
}

static int put_safe(struct area *a, int x, int y, int w, enum style style,
		    const char *s, size_t n)
{
	int used = 0;
	if (w > a->w - x)
		w = a->w - x;
	for (size_t pos = 0; pos < n;) {
		size_t next = utf8_next(s, n, pos);
		uint32_t cp;
		utf8_decode(s + pos, n - pos, &cp);
		int width = utf8_width(cp);
		if (width <= 0) {	/* a mark without a base */
			pos = next;
			continue;
		}
		if (used + width > w)
			break;
		put_cluster(a, x + used, y, style, s + pos, next - pos, width);
		used += width;
		pos = next;
	}
	return used;
}

static void make_safe(struct buf *out, const char *text, size_t n, bool ascii)
{
	if (ascii)
		safetext_add_ascii(out, text, n, SAFE_LINE);
	else
		safetext_add(out, text, n, SAFE_LINE);
}

static bool plain_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return true;
}

/* No more bytes than the cells can need: a megabyte in a field costs what
 * the screen shows of it. Four bytes a character, and marks. */
static size_t enough(int w, size_t n)
{
	size_t most = w < 0 ? 0 : (size_t)w * 64 + 64;
	return n < most ? n : most;
}

int area_textn(struct area *a, int x, int y, int w, enum style style,
	       const char *text, size_t n)
{
	if (w <= 0)
		return 0;
	n = enough(w, n);
	if (plain_ascii(text, n))
		return put_safe(a, x, y, w, style, text, n);
	struct buf safe = BUF_INIT;
	make_safe(&safe, text, n, a->canvas->ascii);
	int used = put_safe(a, x, y, w, style, safe.data, safe.len);
	buf_release(&safe);
	return used;
}

int area_text(struct area *a, int x, int y, int w, enum style style,
	      const char *text)
{
	return area_textn(a, x, y, w, style, text, strlen(text));
}

int text_cells(const char *text, bool ascii)
{
	size_t n = strlen(text);
	if (plain_ascii(text, n))
		return (int)n;
	struct buf safe = BUF_INIT;
	make_safe(&safe, text, n, ascii);
	int cells = (int)utf8_cells(safe.data, safe.len);
	buf_release(&safe);
	return cells;
}

int area_right(struct area *a, int x, int y, int w, enum style style,
	       const char *text)
{
	int cells = text_cells(text, a->canvas->ascii);
	int pad = cells < w ? w - cells : 0;
	return pad + area_text(a, x + pad, y, w - pad, style, text);
}

int area_printf(struct area *a, int x, int y, enum style style,
		const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	int used = area_textn(a, x, y, a->w - x, style, b.data, b.len);
	buf_release(&b);
	return used;
}

/* Bytes of the next line of at most w cells, cut at a blank if there is one. */
static size_t wrap_at(const char *s, size_t n, int w)
{
	const char *newline = memchr(s, '\n', n);
	if (newline)
		n = (size_t)(newline - s);
	size_t fit = utf8_fit(s, n, (size_t)w, NULL);
	if (fit >= n)
		return n;
	for (size_t i = fit; i > 0; i--)
		if (s[i] == ' ' || s[i - 1] == ' ')
			return i;
	return fit ? fit : utf8_next(s, n, 0);
}

int area_wrap(struct area *a, int x, int y, int w, enum style style,
	      const char *text)
{
	struct buf safe = BUF_INIT;
	int lines = 0;
	if (w < 1)
		w = 1;
	if (a->canvas->ascii)
		safetext_add_ascii(&safe, text, strlen(text), SAFE_TEXT);
	else
		safetext_add(&safe, text, strlen(text), SAFE_TEXT);
	for (size_t pos = 0; pos < safe.len; lines++) {
		size_t n = wrap_at(safe.data + pos, safe.len - pos, w);
		put_safe(a, x, y + lines, w, style, safe.data + pos, n);
		pos += n;
		while (pos < safe.len && safe.data[pos] == ' ')
			pos++;
		if (pos < safe.len && safe.data[pos] == '\n')
			pos++;
	}
	buf_release(&safe);
	return lines;
}

int area_paragraph(struct area *a, int x, int y, enum style style,
		   const char *text)
{
	int n = area_wrap(a, x, y, a->w - x - 1, style, text);

	return y + (n > 0 ? n : 1);
}

void area_hline(struct area *a, int x, int y, int w, enum style style)
{
	for (int i = 0; i < w; i++)
		area_put(a, x + i, y, style, LINE_H);
}

void area_restyle(struct area *a, int x, int y, int w, enum style style)
{
	for (int i = 0; i < w; i++) {
		struct cell *cell = at(a, x + i, y);
		if (cell)
			cell->style = (uint8_t)style;
	}
}

void area_fill(struct area *a, enum style style)
{
	for (int y = 0; y < a->h; y++)
		for (int x = 0; x < a->w; x++)
			area_put(a, x, y + a->scroll, style, ' ');
}

/* Directions that each line character connects, in the order of enum
 * line_char; boxes that share an edge join in the union. */
enum { TO_N = 1, TO_E = 2, TO_S = 4, TO_W = 8 };
static const uint8_t directions[] = {
	TO_E | TO_W, TO_N | TO_S, TO_E | TO_S, TO_S | TO_W, TO_N | TO_E,
	TO_N | TO_W, TO_N | TO_E | TO_S, TO_N | TO_S | TO_W,
	TO_E | TO_S | TO_W, TO_N | TO_E | TO_W, TO_N | TO_E | TO_S | TO_W
};
#define N_DIRECTIONS COUNT(directions)

static uint32_t join(uint32_t there, uint32_t ch)
{
	if (there < LINE_H || there - LINE_H >= N_DIRECTIONS)
		return ch;
	uint8_t both = directions[there - LINE_H] | directions[ch - LINE_H];
	for (size_t i = 0; i < N_DIRECTIONS; i++)
		if (directions[i] == both)
			return LINE_H + (uint32_t)i;
	return ch;
}

static void put_edge(struct area *a, int x, int y, enum style style,
		     uint32_t ch)
{
	struct cell *cell = at(a, x, y);
	if (cell)
		area_put(a, x, y, style, join(cell->ch, ch));
}

void area_box(struct area *a, enum style frame, enum style heading,
	      const char *title)
{
	if (a->w < 2 || a->h < 2)
		return;
	for (int x = 1; x < a->w - 1; x++) {
		put_edge(a, x, 0, frame, LINE_H);
		put_edge(a, x, a->h - 1, frame, LINE_H);
	}
	for (int y = 1; y < a->h - 1; y++) {
		put_edge(a, 0, y, frame, LINE_V);
		put_edge(a, a->w - 1, y, frame, LINE_V);
	}
	put_edge(a, 0, 0, frame, LINE_UL);
	put_edge(a, a->w - 1, 0, frame, LINE_UR);
	put_edge(a, 0, a->h - 1, frame, LINE_LL);
	put_edge(a, a->w - 1, a->h - 1, frame, LINE_LR);
	if (title)
		area_text(a, 2, 0, a->w - 4, heading, title);
}

void area_cursor(struct area *a, int x, int y)
{
	if (!at(a, x, y))
		return;
	a->canvas->cursor_x = a->x + x;
	a->canvas->cursor_y = a->y + y - a->scroll;
}

/* Where the end begins that takes so many cells at most. */
static size_t tail_of(const struct buf *text, int cells, bool ascii)
{
	size_t at = 0;

	while (at < text->len && text_cells(text->data + at, ascii) > cells)
		do
			at++;
		while (at < text->len && (text->data[at] & 0xc0) == 0x80);
	return at;
}

void text_cut_front(struct buf *text, int w, bool ascii)
{
	size_t at;

	if (w < 4 || text_cells(text->data, ascii) <= w)
		return;
	at = tail_of(text, w - 2, ascii);
	buf_remove(text, 0, at);
	buf_insert(text, 0, "..", 2);
}

void text_cut_middle(struct buf *text, int w, bool ascii)
{
	int cells = text_cells(text->data, ascii);
	int head = (w - 2) / 3, tail = w - 2 - head;
	size_t from, to;

	if (w < 8 || cells <= w)
		return;
	from = tail_of(text, cells - head, ascii);
	to = tail_of(text, tail, ascii);
	buf_remove(text, from, to - from);
	buf_insert(text, from, "..", 2);
}
