/* Texts by number: each different text gets the next number, 0, 1, 2 …
 *
 * And the 64-bit hash of a text that goes with it: quick, not secret, the
 * same on every run; equal hashes are always followed by a look at the
 * texts. */
#ifndef MUSTER_BASE_INTERN_H
#define MUSTER_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/hashtab.h"

#define INTERN_NONE UINT32_MAX

struct intern_text {
	uint64_t hash;
	size_t at;		/* in bytes */
	uint32_t n;
};
struct intern {
	char *bytes;		/* the texts, each with a NUL */
	size_t n_bytes, cap_bytes;
	struct intern_text *text;
	uint32_t n, cap;
	struct hashtab numbers;
};
#define INTERN_INIT { NULL, 0, 0, NULL, 0, 0, HASHTAB_INIT }

uint64_t text_hash(const char *s, size_t n);
/* For tuples: order matters. */
static inline uint64_t text_hash_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)(a ^ 0x9e3779b97f4a7c15u) *
			      (b ^ 0xd1342543de82ef95u);

	return (uint64_t)m ^ (uint64_t)(m >> 64) ^ (a << 1);
}

void intern_release(struct intern *in);
/* Forgets the texts, keeps the memory. */
void intern_clear(struct intern *in);
uint32_t intern_add(struct intern *in, const char *s, size_t n);
uint32_t intern_add_hashed(struct intern *in, const char *s, size_t n,
			   uint64_t hash);
/* INTERN_NONE if it is not there. */
uint32_t intern_find(const struct intern *in, const char *s, size_t n);
uint32_t intern_find_hashed(const struct intern *in, const char *s, size_t n,
			    uint64_t hash);
/* Borrowed until the next add; n (or NULL) receives its bytes. */
const char *intern_text(const struct intern *in, uint32_t i, size_t *n);

#endif
