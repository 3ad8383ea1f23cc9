/* Numbers by 64-bit hash: open addressing with linear probing, for whoever
 * keeps the things and their hashes in arrays of his own.
 *
 *	struct hashtab t = HASHTAB_INIT;
 *	hashtab_reset(&t, n);		(empty, with room for n numbers)
 *	for (size_t i = 0; i < n; i++)
 *		hashtab_put(&t, hash[i], (uint32_t)i);
 *
 *	for (uint32_t *at = hashtab_first(&t, h); *at;
 *	     at = hashtab_next(&t, at))
 *		if (thing[*at - 1] is what is looked for)
 *			...
 *
 * What a walk meets is number + 1: numbers whose hashes share some bits, in the
 * order in which they were put. It ends at a 0, which is where a number that
 * was not met may be put: *at = number + 1.
 *
 * Only hashtab_reset() makes room: whoever adds past it puts all anew. Many
 * threads may walk one table at once. The hash's lowest bits are what counts;
 * hashes of text_hash() (base/intern.h) are good in all of them. */
#ifndef MUSTER_BASE_HASHTAB_H
#define MUSTER_BASE_HASHTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct hashtab {
	uint32_t *at;		/* number + 1, or 0 */
	size_t mask;		/* places, a power of two, less 1 */
};
#define HASHTAB_INIT { NULL, 0 }

static inline void hashtab_release(struct hashtab *t)
{
	free(t->at);
	*t = (struct hashtab)HASHTAB_INIT;
}

/* At most every other place is taken: walks stay short, and end. */
static inline void hashtab_reset(struct hashtab *t, size_t n)
{
	size_t places = 16;

	while (places / 2 < n)
		places *= 2;
	free(t->at);
	t->at = XNEW_ARRAY(uint32_t, places);
	t->mask = places - 1;
}

/* Empty, with the room that it has. */
static inline void hashtab_clear(struct hashtab *t)
{
	if (t->at)
		memset(t->at, 0, (t->mask + 1) * sizeof(*t->at));
}

/* Has it room for n numbers in all? One that was never reset has none, and
 * may not be walked. */
static inline bool hashtab_holds(const struct hashtab *t, size_t n)
{
	return t->at && n <= (t->mask + 1) / 2;
}

/* Bytes of memory. */
static inline size_t hashtab_size(const struct hashtab *t)
{
	return t->at ? (t->mask + 1) * sizeof(*t->at) : 0;
}

static inline uint32_t *hashtab_first(const struct hashtab *t, uint64_t hash)
{
	return t->at + (hash & t->mask);
}

static inline uint32_t *hashtab_next(const struct hashtab *t,
				     const uint32_t *at)
{
	return t->at + ((size_t)(at + 1 - t->at) & t->mask);
}

/* Another number with this hash, whatever is there already. */
static inline void hashtab_put(struct hashtab *t, uint64_t hash,
			       uint32_t number)
{
	uint32_t *at = hashtab_first(t, hash);

	while (*at)
		at = hashtab_next(t, at);
	*at = number + 1;
}

#endif
