/* A growable string of bytes, always ended by a NUL that is not counted.
 *
 *	struct buf b = BUF_INIT;
 *	buf_printf(&b, "%d rows", n);
 *	char *s = buf_detach(&b);	(the caller's to free)
 *
 * buf.data is never NULL after BUF_INIT. Memory that runs out is fatal. */
#ifndef MUSTER_BASE_BUF_H
#define MUSTER_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf {
	char *data;	/* len bytes and a NUL */
	size_t len;
	size_t cap;	/* 0: data is the shared empty string */
};

extern char buf_empty[];
#define BUF_INIT { buf_empty, 0, 0 }

void buf_init(struct buf *b);
void buf_release(struct buf *b);
/* Keeps the memory. */
void buf_clear(struct buf *b);
/* Room for at least more bytes behind len. */
void buf_reserve(struct buf *b, size_t more);
/* Hands the string to the caller, who frees it; the buf is empty again. */
char *buf_detach(struct buf *b);

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/* Cuts to at most len bytes. */
void buf_truncate(struct buf *b, size_t len);
/* Puts n bytes in at byte pos, and takes n bytes out from pos on. */
void buf_insert(struct buf *b, size_t pos, const void *bytes, size_t n);
void buf_remove(struct buf *b, size_t pos, size_t n);
bool buf_ends_with(const struct buf *b, const char *tail);

#endif
