#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

char buf_empty[1];

void buf_init(struct buf *b)
{
	*b = (struct buf)BUF_INIT;
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->cap)
		b->data[0] = '\0';
}

void buf_reserve(struct buf *b, size_t more)
{
	size_t want, cap;

	if (__builtin_add_overflow(b->len, more, &want) ||
	    __builtin_add_overflow(want, 1, &want))
		fatal("out of memory (a text of %zu + %zu bytes)", b->len,
		      more);
	if (want <= b->cap)
		return;
	cap = b->cap + b->cap / 2;
	if (cap < want)
		cap = want < 32 ? 32 : want;
	b->data = xrealloc(b->cap ? b->data : NULL, cap);
	b->cap = cap;
	b->data[b->len] = '\0';
}

char *buf_detach(struct buf *b)
{
	char *s;

	buf_reserve(b, 0);
	s = b->data;
	buf_init(b);
	return s;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (!n)
		return;
	buf_reserve(b, n);
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_fill(struct buf *b, char c, size_t n)
{
	buf_reserve(b, n);
	memset(b->data + b->len, c, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		BUG("format '%s' cannot be printed", fmt);
	buf_reserve(b, (size_t)n);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
	b->len += (size_t)n;
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void buf_insert(struct buf *b, size_t pos, const void *bytes, size_t n)
{
	if (pos > b->len)
		BUG("insert at %zu of %zu", pos, b->len);
	if (!n)
		return;
	buf_reserve(b, n);
	memmove(b->data + pos + n, b->data + pos, b->len - pos + 1);
	memcpy(b->data + pos, bytes, n);
	b->len += n;
}

void buf_remove(struct buf *b, size_t pos, size_t n)
{
	if (pos > b->len || n > b->len - pos)
		BUG("remove %zu at %zu of %zu", n, pos, b->len);
	if (!n)
		return;
	memmove(b->data + pos, b->data + pos + n, b->len - pos - n + 1);
	b->len -= n;
}

bool buf_ends_with(const struct buf *b, const char *tail)
{
	size_t n = strlen(tail);

	return b->len >= n && !memcmp(b->data + b->len - n, tail, n);
}
