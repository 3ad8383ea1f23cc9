#include "base/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *p, size_t size)
{
	if (!p)
		fatal("out of memory (%zu bytes wanted); 'muster log' shows "
		      "what was saved", size);
	return p;
}

void *xmalloc(size_t size)
{
	return or_die(malloc(size ? size : 1), size);
}

void *xcalloc(size_t n, size_t size)
{
	return or_die(calloc(n ? n : 1, size ? size : 1), n * size);
}

void *xrealloc(void *p, size_t size)
{
	return or_die(realloc(p, size ? size : 1), size);
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		fatal("out of memory (%zu times %zu bytes wanted)", n, size);
	return xrealloc(p, total);
}

char *xstrdup(const char *s)
{
	return xmemdupz(s, strlen(s));
}

char *xstrdup_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

char *xmemdupz(const void *s, size_t n)
{
	char *copy = xmalloc(n + 1);

	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("format '%s' cannot be printed", fmt);
	s = xmalloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

enum rc try_alloc(void *out, size_t n, size_t size, const char *what,
		  struct err *err)
{
	size_t total;
	void *p = NULL;

	if (!__builtin_mul_overflow(n, size, &total))
		p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		return err_set(err, RC_NO_SPACE,
			       "no memory for %s (%zu times %zu bytes)", what,
			       n, size);
	*(void **)out = p;
	return RC_OK;
}

void xreplace(char **at, const char *s)
{
	char *copy = xstrdup_or_null(s);

	free(*at);
	*at = copy;
}
