/* A growable array of pointers or of plain values.
 *
 * Declare one for a type where it is used:
 *
 *	VEC_DECLARE(struct slice, slices);	(struct slices { … })
 *	struct slices v = VEC_INIT;
 *	struct slice *s = vec_add(&v);		(zeroed; valid until the next add)
 *	for (size_t i = 0; i < v.n; i++) use(&v.at[i]);
 *	vec_free(&v);				(the array, not what its items own)
 */
#ifndef MUSTER_BASE_VEC_H
#define MUSTER_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define VEC_DECLARE(type, name) \
	struct name { \
		type *at; \
		size_t n; \
		size_t cap; \
	}
#define VEC_INIT { NULL, 0, 0 }

static inline void vec_grow_(void **at, size_t n, size_t *cap, size_t item)
{
	if (n < *cap)
		return;
	*cap = *cap ? *cap * 2 : 8;
	*at = xreallocarray(*at, *cap, item);
}

/* Adds a zeroed item and gives its address. */
#define vec_add(v) \
	(vec_grow_((void **)&(v)->at, (v)->n, &(v)->cap, sizeof(*(v)->at)), \
	 memset(&(v)->at[(v)->n], 0, sizeof(*(v)->at)), &(v)->at[(v)->n++])
#define vec_push(v, value) \
	(vec_grow_((void **)&(v)->at, (v)->n, &(v)->cap, sizeof(*(v)->at)), \
	 (void)((v)->at[(v)->n++] = (value)))
/* Sorts as qsort does; an empty one too, which qsort may not be given. */
#define vec_sort(v, order) \
	((v)->n ? qsort((v)->at, (v)->n, sizeof(*(v)->at), order) : (void)0)
#define vec_free(v) \
	(free((v)->at), (v)->at = NULL, (v)->n = 0, (v)->cap = 0)

/* Strings that the vector owns. */
VEC_DECLARE(char *, strs);
void strs_add(struct strs *v, const char *s);
/* Adds the parts between the commas of s, empty ones too. */
void strs_add_commas(struct strs *v, const char *s);
void strs_release(struct strs *v);
/* For qsort and bsearch over them. */
int strs_by_bytes(const void *a, const void *b);

#endif
