#include "tui/editor.h"

#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/safetext.h"
#include "base/utf8.h"
#include "tui/keys.h"

#define TAB_CELLS 4
#define UNDO_BYTES (32u << 20)	/* of all steps; the oldest go first */

enum { JOIN_NOTHING, JOIN_TYPED, JOIN_DELETED };

void editor_init(struct editor *e, size_t max)
{
	*e = (struct editor){ .text = BUF_INIT, .max = max, .width = 80,
			      .height = 1, .goal = -1, .needle = BUF_INIT };
	vec_push(&e->rows, 0);
}

static void step_release(struct editor_step *s)
{
	buf_release(&s->del);
	buf_release(&s->ins);
}

static void forget_steps(struct editor *e, size_t from)
{
	for (size_t i = from; i < e->steps.n; i++) {
		struct editor_step *s = &e->steps.at[i];
		e->step_bytes -= s->del.len + s->ins.len;
		step_release(s);
	}
	e->steps.n = from;
	if (e->n_done > from)
		e->n_done = from;
}

void editor_release(struct editor *e)
{
	forget_steps(e, 0);
	vec_free(&e->steps);
	vec_free(&e->rows);
	buf_release(&e->text);
	buf_release(&e->needle);
}

/* -- Rows -- */

/* Cells of the grapheme [at, end) as area_text shows it. */
static int cells_of(const struct editor *e, size_t at, size_t end)
{
	const char *s = e->text.data + at;
	uint32_t cp;
	if (*s >= 0x20 && *s < 0x7f && end - at == 1)
		return 1;
	if (*s == '\t')
		return TAB_CELLS;
	utf8_decode(s, end - at, &cp);
	if (!e->ascii && utf8_width(cp) > 0 &&
	    safetext_clean(s, end - at, NULL))
		return utf8_width(cp);
	char one[64];
	size_t n = end - at < sizeof(one) ? end - at : sizeof(one) - 1;
	memcpy(one, s, n);
	one[n] = '\0';
	return text_cells(one, e->ascii);
}

static size_t after(const struct editor *e, size_t at)
{
	return utf8_next(e->text.data, e->text.len, at);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the row behind the one at start begins; SIZE_MAX: it is the last. */
static size_t next_row(const struct editor *e, size_t start)
{
	size_t n = e->text.len, blank = start, next;
	int used = 0;
	for (size_t i = start; i < n; i = next) {
		char c = e->text.data[i];
		if (c == '\n')
			return i + 1;
		next = after(e, i);
		int cells = cells_of(e, i, next);
		if (!is_blank(c) && used + cells > e->width && i > start)
			return blank > start ? blank : i;
		used += cells;
		if (is_blank(c))
			blank = next;
	}
	return SIZE_MAX;
}

static size_t row_at(const struct editor *e, size_t pos)
{
	size_t low = 0, high = e->rows.n;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (e->rows.at[mid] <= pos)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static void wrap_all(struct editor *e)
{
	e->rows.n = 0;
	for (size_t p = 0; p != SIZE_MAX; p = next_row(e, p))
		vec_push(&e->rows, p);
}

/* rows [first, last) give way to fresh; those from last on move by delta. */
static void splice(struct editor *e, size_t first, size_t last,
		   const struct row_starts *fresh, size_t delta)
{
	struct row_starts *r = &e->rows;
	size_t tail = r->n - last;
	while (r->cap < first + fresh->n + tail)
		vec_grow_((void **)&r->at, r->cap, &r->cap, sizeof(*r->at));
	memmove(r->at + first + fresh->n, r->at + last,
		tail * sizeof(*r->at));
	if (fresh->n)
		memcpy(r->at + first, fresh->at, fresh->n * sizeof(*r->at));
	r->n = first + fresh->n + tail;
	for (size_t i = first + fresh->n; i < r->n; i++)
		r->at[i] += delta;	/* wraps around where it shrinks */
}

/* The text has n_new bytes at pos where it had n_old. */
static void wrap_change(struct editor *e, size_t pos, size_t n_old,
			size_t n_new)
{
	struct row_starts fresh = VEC_INIT;
	size_t row = row_at(e, pos), first = row > 2 ? row - 2 : 0;
	size_t old = first, delta = n_new - n_old;
	size_t p = e->rows.at[first];
	while (p != SIZE_MAX) {
		while (old < e->rows.n && (e->rows.at[old] < pos + n_old ||
					   e->rows.at[old] + delta < p))
			old++;
		if (p > pos && old < e->rows.n &&
		    e->rows.at[old] + delta == p)
			break;
		vec_push(&fresh, p);
		p = next_row(e, p);
	}
	splice(e, first, p == SIZE_MAX ? e->rows.n : old, &fresh, delta);
	vec_free(&fresh);
}

void editor_wrap(struct editor *e, int w, bool ascii)
{
	if (w < 1)
		w = 1;
	if (w == e->width && ascii == e->ascii)
		return;
	e->width = w;
	e->ascii = ascii;
	wrap_all(e);
}

size_t editor_row(const struct editor *e)
{
	return row_at(e, e->pos);
}

static int column_of(const struct editor *e, size_t row, size_t pos)
{
	int x = 0;
	for (size_t i = e->rows.at[row], next; i < pos; i = next) {
		next = after(e, i);
		x += cells_of(e, i, next);
	}
	return x;
}

int editor_column(const struct editor *e)
{
	return column_of(e, editor_row(e), e->pos);
}

/* -- Changing -- */

/* The grapheme's edge at pos or before; rows start at edges. */
static size_t edge(const struct editor *e, size_t pos)
{
	if (pos >= e->text.len)
		return e->text.len;
	size_t at = e->rows.at[row_at(e, pos)], next;
	while (at < pos && (next = after(e, at)) <= pos)
		at = next;
	return at;
}

/* Behind what was put in: never before it, where a mark or a joiner has made
 * one grapheme of it and what follows. */
static size_t edge_behind(const struct editor *e, size_t pos)
{
	size_t at = edge(e, pos);
	return at < pos ? after(e, at) : at;
}

void editor_go(struct editor *e, size_t pos)
{
	e->pos = edge(e, pos);
	e->goal = -1;
	e->joins = JOIN_NOTHING;
}

static void replace(struct editor *e, size_t pos, size_t n_old, const char *s,
		    size_t n_new)
{
	buf_remove(&e->text, pos, n_old);
	buf_insert(&e->text, pos, s, n_new);
	wrap_change(e, pos, n_old, n_new);
	e->changes++;
}

static void trim_steps(struct editor *e)
{
	while (e->step_bytes > UNDO_BYTES && e->steps.n > 1) {
		struct editor_step *s = &e->steps.at[0];
		e->step_bytes -= s->del.len + s->ins.len;
		step_release(s);
		memmove(s, s + 1, --e->steps.n * sizeof(*s));
		e->n_done--;
	}
}

static void record(struct editor *e, size_t pos, size_t n_old, const char *s,
		   size_t n_new)
{
	forget_steps(e, e->n_done);
	struct editor_step *step = vec_add(&e->steps);
	step->pos = pos;
	step->cursor = e->pos;
	buf_init(&step->del);
	buf_init(&step->ins);
	buf_add(&step->del, e->text.data + pos, n_old);
	buf_add(&step->ins, s, n_new);
	e->n_done = e->steps.n;
	e->step_bytes += n_old + n_new;
	trim_steps(e);
}

static bool change(struct editor *e, size_t pos, size_t n_old, const char *s,
		   size_t n_new)
{
	if (e->text.len - n_old + n_new > e->max)
		return false;
	record(e, pos, n_old, s, n_new);
	replace(e, pos, n_old, s, n_new);
	e->pos = edge_behind(e, pos + n_new);
	e->goal = -1;
	return true;
}

static struct editor_step *last_step(struct editor *e)
{
	return e->n_done && e->n_done == e->steps.n ?
	       &e->steps.at[e->n_done - 1] : NULL;
}

/* A word's letters, and the blank behind it, are one step. */
static bool join_typed(struct editor *e, const char *s, size_t n)
{
	struct editor_step *last = last_step(e);
	if (e->joins != JOIN_TYPED || !last || !last->ins.len ||
	    last->pos + last->ins.len != e->pos || *s == '\n')
		return false;
	char before = last->ins.data[last->ins.len - 1];
	if ((is_blank(before) && !is_blank(*s)) ||
	    e->text.len + n > e->max)
		return false;
	buf_add(&last->ins, s, n);
	e->step_bytes += n;
	replace(e, e->pos, 0, s, n);
	e->pos = edge_behind(e, e->pos + n);
	e->goal = -1;
	return true;
}

bool editor_insert(struct editor *e, const char *s, size_t n)
{
	if (!n || join_typed(e, s, n))
		return true;
	bool done = change(e, e->pos, 0, s, n);
	e->joins = done && *s != '\n' ? JOIN_TYPED : JOIN_NOTHING;
	return done;
}

/* Line ends as LF; only what may stand in a document. */
static void add_clean(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);
		bool control = cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
		if (cp == '\r')
			buf_char(out, '\n');
		else if (cp == '\n' || cp == '\t' ||
			 (cp != UTF8_BAD && !control))
			buf_add(out, s + i, len);
		i += len;
		if (cp == '\r' && i < n && s[i] == '\n')
			i++;
	}
}

bool editor_paste(struct editor *e, const char *s, size_t n)
{
	struct buf clean = BUF_INIT;
	bool done = true;
	add_clean(&clean, s, n);
	if (clean.len)
		done = change(e, e->pos, 0, clean.data, clean.len);
	e->joins = JOIN_NOTHING;
	buf_release(&clean);
	return done;
}

void editor_set(struct editor *e, const char *text)
{
	forget_steps(e, 0);
	buf_clear(&e->text);
	for (const char *s = text; *s; s++)
		if (*s != '\r')
			buf_char(&e->text, *s);
		else if (s[1] != '\n')
			buf_char(&e->text, '\n');
	wrap_all(e);
	e->pos = e->text.len;
	e->top = 0;
	e->goal = -1;
	e->joins = JOIN_NOTHING;
	e->changes++;
}

/* Neighbouring deletions are one step. */
static void take_out(struct editor *e, size_t from, size_t to)
{
	struct editor_step *last = last_step(e);
	size_t n = to - from;
	if (e->joins != JOIN_DELETED || !last || last->ins.len ||
	    (last->pos != to && last->pos != from)) {
		(void)change(e, from, n, "", 0);	/* never grows */
		e->joins = JOIN_DELETED;
		return;
	}
	buf_insert(&last->del, last->pos == to ? 0 : last->del.len,
		   e->text.data + from, n);
	last->pos = from;
	e->step_bytes += n;
	replace(e, from, n, "", 0);
	e->pos = edge(e, from);
	e->goal = -1;
}

/* -- Moving -- */

static size_t before(const struct editor *e, size_t pos)
{
	if (!pos)
		return 0;
	size_t at = e->rows.at[row_at(e, pos - 1)], next;
	while ((next = after(e, at)) < pos)
		at = next;
	return at;
}

static bool in_word(const struct editor *e, size_t at)
{
	unsigned char c = (unsigned char)e->text.data[at];
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
	       ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static size_t word_left(const struct editor *e)
{
	size_t at = e->pos, prev;
	while (at && !in_word(e, prev = before(e, at)))
		at = prev;
	while (at && in_word(e, prev = before(e, at)))
		at = prev;
	return at;
}

static size_t word_right(const struct editor *e)
{
	size_t at = e->pos, n = e->text.len;
	while (at < n && !in_word(e, at))
		at = after(e, at);
	while (at < n && in_word(e, at))
		at = after(e, at);
	return at;
}

/* Last place in the row: before its newline, or before the grapheme that a
 * soft break comes after. */
static size_t row_end(const struct editor *e, size_t row)
{
	return row + 1 < e->rows.n ? before(e, e->rows.at[row + 1]) :
	       e->text.len;
}

static size_t place_in_row(const struct editor *e, size_t row, int goal)
{
	size_t at = e->rows.at[row], end = row_end(e, row), next;
	int x = 0;
	while (at < end) {
		next = after(e, at);
		x += cells_of(e, at, next);
		if (x > goal)
			break;
		at = next;
	}
	return at;
}

static size_t rows_away(struct editor *e, long step)
{
	size_t row = editor_row(e);
	if (e->goal < 0)
		e->goal = column_of(e, row, e->pos);
	if (step < 0 && row == 0)
		return 0;
	if (step > 0 && row + 1 == e->rows.n)
		return e->text.len;
	size_t far = (size_t)(step < 0 ? -step : step);
	if (step < 0)
		row = far > row ? 0 : row - far;
	else
		row = far > e->rows.n - 1 - row ? e->rows.n - 1 : row + far;
	return place_in_row(e, row, e->goal);
}

static size_t target(struct editor *e, enum editor_move m)
{
	switch (m) {
	case MOVE_LEFT: return before(e, e->pos);
	case MOVE_RIGHT: return after(e, e->pos);
	case MOVE_WORD_LEFT: return word_left(e);
	case MOVE_WORD_RIGHT: return word_right(e);
	case MOVE_UP: return rows_away(e, -1);
	case MOVE_DOWN: return rows_away(e, 1);
	case MOVE_PAGE_UP: return rows_away(e, -(long)e->height);
	case MOVE_PAGE_DOWN: return rows_away(e, e->height);
	case MOVE_ROW_START: return e->rows.at[editor_row(e)];
	case MOVE_ROW_END: return row_end(e, editor_row(e));
	case MOVE_TEXT_START: return 0;
	case MOVE_TEXT_END: return e->text.len;
	case MOVE_COUNT: break;
	}
	BUG("move %d", (int)m);
}

static bool keeps_goal(enum editor_move m)
{
	return m == MOVE_UP || m == MOVE_DOWN || m == MOVE_PAGE_UP ||
	       m == MOVE_PAGE_DOWN;
}

void editor_move(struct editor *e, enum editor_move m)
{
	e->pos = target(e, m);
	e->joins = JOIN_NOTHING;
	if (!keeps_goal(m))
		e->goal = -1;
}

void editor_delete(struct editor *e, enum editor_move m)
{
	size_t to = target(e, m), from = e->pos;
	/* from a line's end on, "to the end" takes the newline */
	if (m == MOVE_ROW_END && to == from)
		to = after(e, from);
	if (to < from)
		take_out(e, to, from);
	else if (to > from)
		take_out(e, from, to);
}

/* -- Undo, search -- */

bool editor_undo(struct editor *e)
{
	if (!e->n_done)
		return false;
	const struct editor_step *s = &e->steps.at[--e->n_done];
	replace(e, s->pos, s->ins.len, s->del.data, s->del.len);
	editor_go(e, s->cursor);
	return true;
}

bool editor_redo(struct editor *e)
{
	if (e->n_done == e->steps.n)
		return false;
	const struct editor_step *s = &e->steps.at[e->n_done++];
	replace(e, s->pos, s->del.len, s->ins.data, s->ins.len);
	editor_go(e, s->pos + s->ins.len);
	return true;
}

bool editor_find(struct editor *e, const char *text)
{
	size_t n = e->text.len, start = n ? after(e, e->pos) : 0;
	if (*text) {
		buf_clear(&e->needle);
		buf_str(&e->needle, text);
	}
	size_t len = e->needle.len;
	if (!len || len > n)
		return false;
	for (size_t i = 0; i <= n; i++) {
		size_t at = (start + i) % (n + 1);
		if (at + len > n || strncasecmp(e->text.data + at,
						e->needle.data, len) != 0)
			continue;
		editor_go(e, at);
		return true;
	}
	return false;
}

/* -- Keys and painting -- */

static const struct {
	uint32_t key;
	enum editor_move move;
	bool deletes;
} keys[] = {
	{ TK_LEFT, MOVE_LEFT, false }, { TK_RIGHT, MOVE_RIGHT, false },
	{ TK_UP, MOVE_UP, false }, { TK_DOWN, MOVE_DOWN, false },
	{ TK_HOME, MOVE_ROW_START, false }, { TK_END, MOVE_ROW_END, false },
	{ TK_PGUP, MOVE_PAGE_UP, false }, { TK_PGDN, MOVE_PAGE_DOWN, false },
	{ TK_BACKSPACE, MOVE_LEFT, true }, { TK_DELETE, MOVE_RIGHT, true },
};

static bool move_key(struct editor *e, uint32_t key)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		if (keys[i].key != key)
			continue;
		if (keys[i].deletes)
			editor_delete(e, keys[i].move);
		else
			editor_move(e, keys[i].move);
		return true;
	}
	return false;
}

bool editor_key(struct editor *e, uint32_t key, bool *full)
{
	char bytes[4] = "\n";
	size_t n = 1;
	if (move_key(e, key))
		return true;
	if (key >= KEY_BASE || (key < 32 && key != TK_ENTER))
		return false;
	if (key != TK_ENTER)
		n = utf8_put(key, bytes);
	bool done = editor_insert(e, bytes, n);
	if (full && !done)
		*full = true;
	return true;
}

static void paint_row(struct editor *e, struct area *a, int x, int y, int w,
		      size_t row)
{
	struct buf shown = BUF_INIT;
	size_t from = e->rows.at[row];
	size_t to = row + 1 < e->rows.n ? e->rows.at[row + 1] : e->text.len;
	for (size_t i = from; i < to && e->text.data[i] != '\n'; i++) {
		if (e->text.data[i] == '\t')
			buf_fill(&shown, ' ', TAB_CELLS);
		else
			buf_char(&shown, e->text.data[i]);
	}
	area_textn(a, x, y, w, STYLE_FIELD, shown.data, shown.len);
	buf_release(&shown);
}

void editor_paint(struct editor *e, struct area *a, int x, int y, int w,
		  int h)
{
	if (w < 1 || h < 1)
		return;
	editor_wrap(e, w, a->canvas->ascii);
	e->height = h;
	size_t row = editor_row(e), n = e->rows.n;
	if (row < e->top)
		e->top = row;
	if (row >= e->top + (size_t)h)
		e->top = row + 1 - (size_t)h;
	for (int i = 0; i < h && e->top + (size_t)i < n; i++)
		paint_row(e, a, x, y + i, w, e->top + (size_t)i);
	int column = editor_column(e);
	area_cursor(a, x + (column < w ? column : w - 1),
		    y + (int)(row - e->top));
}
