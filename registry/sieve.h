/* A sieve: in which chunks of a run of chunks may there be a row with this
 * hash? It lets through every chunk that has such a row, and of the others
 * about one in 2^26, so that whoever looks for a few rows reads few chunks.
 * What comes through is a hint and no answer: texts are compared.
 *
 * It is cut by the hash into parts, which are blobs of their own: 1, 2, 4 ...
 * up to SIEVE_PARTS of them; who looks for one hash reads one part.
 *
 * A part, little-endian; nothing follows:
 *
 *	0	"MSV", and the layout's version, 1
 *	4	u8 P, the sieve has 2^P parts
 *	5	u8 B, the part has 2^B buckets
 *	6	u8 C, bits of a chunk's number
 *	7	u8 0
 *	8	u32 which part
 *	12	u32 n, entries
 *	16	2^B + 1 u32: where each bucket's entries begin, and n
 *		n u32 entries, within a bucket ascending, each once
 *
 * From its highest bit on a hash is P bits of the part, B bits of the bucket
 * and 32 - C bits of the entry; the entry's lowest C bits are the number of a
 * chunk, from 0 for the run's first. */
#ifndef MUSTER_REGISTRY_SIEVE_H
#define MUSTER_REGISTRY_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SIEVE_VERSION 1
#define SIEVE_PARTS 32

/* Writes the parts of a sieve over n (1 or more) rows: their hashes, in order;
 * chunk i begins at row first[i]. Returns how many parts; 0 if it is not to be
 * kept, because of hashes so alike that a part is too large for a blob. The
 * caller releases parts that were written. */
size_t sieve_write(const uint64_t *hash, size_t n, const uint32_t *first,
		   size_t n_chunks, struct buf parts[SIEVE_PARTS]);

struct sieve_part {			/* points into the bytes */
	unsigned part_bits, bucket_bits, chunk_bits;
	const uint32_t *start;		/* 2^bucket_bits + 1 */
	const uint32_t *entry;
};
/* Which of n_parts (a power of two) has the hash. */
size_t sieve_part_of(uint64_t hash, size_t n_parts);
/* bytes: aligned to 4. RC_CORRUPT unless all of the layout holds and it is
 * part i of n_parts, over n_chunks. */
enum rc sieve_read(const void *bytes, size_t size, size_t i, size_t n_parts,
		   size_t n_chunks, struct sieve_part *out,
		   struct err *err) MUST_USE;

/* The chunks that may have the hash, ascending:
 *
 *	for (at = sieve_first(s, hash); sieve_has(s, hash, at, &chunk); at++)
 *
 * The part must be the hash's. */
size_t sieve_first(const struct sieve_part *s, uint64_t hash);
bool sieve_has(const struct sieve_part *s, uint64_t hash, size_t at,
	       size_t *chunk);

#endif
