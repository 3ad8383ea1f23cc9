/* Memory that is given back all at once: for the many small values of texts
 * that are parsed by the thousand, read and dropped together (the log, when it
 * is replayed). A piece is not freed on its own.
 *
 * One thread at a time. Memory that is exhausted ends the program, as in
 * base/xalloc.h. */
#ifndef MUSTER_BASE_POOL_H
#define MUSTER_BASE_POOL_H

#include <stddef.h>

struct pool;

struct pool *pool_new(void);
/* n bytes, aligned for every type, not zeroed; until pool_clear. */
void *pool_alloc(struct pool *p, size_t n);
char *pool_dupz(struct pool *p, const void *s, size_t n);	/* and a NUL */
/* Every piece is gone; the pool keeps what it got from the system. */
void pool_clear(struct pool *p);
void pool_free(struct pool *p);		/* NULL is allowed */

#endif
