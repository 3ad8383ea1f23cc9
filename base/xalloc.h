/* Memory that is there, or the program ends in order.
 *
 * The x functions never return NULL: exhausted memory is fatal() (screen
 * restored, one line said, nothing half committed). They are for sizes that our
 * own code decides. A size that comes from a file or a person goes through
 * try_alloc(), which returns a code. */
#ifndef MUSTER_BASE_XALLOC_H
#define MUSTER_BASE_XALLOC_H

#include <stddef.h>

#include "base/err.h"

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
/* n * size with the product checked. */
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
/* NULL stays NULL. */
char *xstrdup_or_null(const char *s);
/* *at becomes a copy of s, which may be part of what *at was. */
void xreplace(char **at, const char *s);
/* The first n bytes of s (which may hold no NUL) as a string. */
char *xmemdupz(const void *s, size_t n);
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Zeroed n * size bytes in *out, or RC_NO_SPACE naming what for. */
enum rc try_alloc(void *out, size_t n, size_t size, const char *what,
		  struct err *err) MUST_USE;

#define XNEW(type) ((type *)xcalloc(1, sizeof(type)))
#define XNEW_ARRAY(type, n) ((type *)xcalloc((n), sizeof(type)))

#endif
