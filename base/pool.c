#include "base/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "base/xalloc.h"

#define BLOCK (64u << 10)

struct block {
	char *bytes;
	size_t size;
};

VEC_DECLARE(struct block, blocks);

struct pool {
	struct blocks blocks;
	size_t at;		/* the block in use */
	size_t used;		/* bytes of it */
};

struct pool *pool_new(void)
{
	return XNEW(struct pool);
}

/* The next block that has room for n bytes, or a new one. */
static struct block *roomy(struct pool *p, size_t n)
{
	for (; p->at < p->blocks.n; p->at++, p->used = 0)
		if (p->blocks.at[p->at].size - p->used >= n)
			return &p->blocks.at[p->at];
	size_t size = n > BLOCK ? n : BLOCK;

	vec_push(&p->blocks, ((struct block){ xmalloc(size), size }));
	return &p->blocks.at[p->at];
}

void *pool_alloc(struct pool *p, size_t n)
{
	const size_t unit = alignof(max_align_t);
	struct block *b;
	void *piece;

	if (n > SIZE_MAX - unit)
		fatal("out of memory (%zu bytes wanted)", n);
	n = (n + unit - 1) / unit * unit;
	b = roomy(p, n);
	piece = b->bytes + p->used;
	p->used += n;
	return piece;
}

char *pool_dupz(struct pool *p, const void *s, size_t n)
{
	char *copy = pool_alloc(p, n + 1);

	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

void pool_clear(struct pool *p)
{
	p->at = 0;
	p->used = 0;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->blocks.n; i++)
		free(p->blocks.at[i].bytes);
	vec_free(&p->blocks);
	free(p);
}
