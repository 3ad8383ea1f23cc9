#include "tui/prompt.h"

#include "base/utf8.h"
#include "tui/keys.h"

void edit_release(struct edit *e)
{
	buf_release(&e->text);
	e->pos = e->first = 0;
}

void edit_set(struct edit *e, const char *text)
{
	buf_clear(&e->text);
	buf_str(&e->text, text);
	e->pos = e->text.len;
	e->first = 0;
}

static void insert(struct edit *e, const char *s, size_t n)
{
	if (e->text.len + n > EDIT_MAX)
		return;
	buf_insert(&e->text, e->pos, s, n);
	e->pos += n;
}

static size_t before(const struct edit *e)
{
	return utf8_prev(e->text.data, e->text.len, e->pos);
}

static size_t after(const struct edit *e)
{
	return utf8_next(e->text.data, e->text.len, e->pos);
}

static size_t word_start(const struct edit *e)
{
	size_t i = e->pos;
	while (i && e->text.data[i - 1] == ' ')
		i--;
	while (i && e->text.data[i - 1] != ' ')
		i--;
	return i;
}

static void delete_to(struct edit *e, size_t from, size_t to)
{
	buf_remove(&e->text, from, to - from);
	e->pos = from;
}

static bool editing_key(struct edit *e, uint32_t key)
{
	if (key == TK_LEFT && e->pos)
		e->pos = before(e);
	else if (key == TK_RIGHT && e->pos < e->text.len)
		e->pos = after(e);
	else if (key == TK_HOME || key == TK_CTRL('A'))
		e->pos = 0;
	else if (key == TK_END || key == TK_CTRL('E'))
		e->pos = e->text.len;
	else if (key == TK_BACKSPACE && e->pos)
		delete_to(e, before(e), e->pos);
	else if (key == TK_DELETE && e->pos < e->text.len)
		delete_to(e, e->pos, after(e));
	else if (key == TK_CTRL('K'))
		buf_truncate(&e->text, e->pos);
	else if (key == TK_CTRL('U'))
		delete_to(e, 0, e->pos);
	else if (key == TK_CTRL('W'))
		delete_to(e, word_start(e), e->pos);
	else
		return key == TK_LEFT || key == TK_RIGHT ||
		       key == TK_BACKSPACE || key == TK_DELETE;
	return true;
}

bool edit_key(struct edit *e, uint32_t key)
{
	char bytes[4];
	if (key >= KEY_BASE || key < 32 || key == TK_BACKSPACE)
		return editing_key(e, key);
	insert(e, bytes, utf8_put(key, bytes));
	return true;
}

void edit_paste(struct edit *e, const char *text, size_t n)
{
	struct buf plain = BUF_INIT;
	for (size_t pos = 0; pos < n;) {
		uint32_t cp;
		size_t len = utf8_decode(text + pos, n - pos, &cp);
		if (cp == '\r' || cp == '\n' || cp == '\t')
			buf_char(&plain, ' ');
		else if (cp != UTF8_BAD && cp >= 32 && cp != 127)
			buf_add(&plain, text + pos, len);
		pos += len;
	}
	insert(e, plain.data, plain.len);
	buf_release(&plain);
}

/* Cells of the part [from, to) as it is shown. */
static int shown_cells(const struct edit *e, size_t from, size_t to,
		       bool ascii)
{
	struct buf part = BUF_INIT;
	buf_add(&part, e->text.data + from, to - from);
	int cells = text_cells(part.data, ascii);
	buf_release(&part);
	return cells;
}

void edit_paint(struct edit *e, struct area *a, int x, int y, int w)
{
	bool ascii = a->canvas->ascii;
	if (w < 2)
		return;
	if (e->pos < e->first || e->first > e->text.len)
		e->first = e->pos;
	while (e->first < e->pos &&
	       shown_cells(e, e->first, e->pos, ascii) >= w)
		e->first = utf8_next(e->text.data, e->text.len, e->first);
	area_restyle(a, x, y, w, STYLE_FIELD);
	area_textn(a, x, y, w, STYLE_FIELD, e->text.data + e->first,
		   e->text.len - e->first);
	area_cursor(a, x + shown_cells(e, e->first, e->pos, ascii), y);
}
