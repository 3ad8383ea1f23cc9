#include "registry/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "registry/registry.h"

enum {
	BUCKET = 64,			/* entries of a bucket, at most, if
					 * hashes are what they should be */
	PART = 65536,			/* ... of a part, while there may be
					 * more of them */
	MOST_BUCKET_BITS = 26,		/* for the rows of any test set */
	MOST_CHUNK_BITS = 31,
};

struct part_head {
	char magic[3];
	uint8_t version, part_bits, bucket_bits, chunk_bits, zero;
	uint32_t part, n;
};
_Static_assert(sizeof(struct part_head) == 16, "the layout of sieve.h");
static const char magic[3] = { 'M', 'S', 'V' };

/* Bits that number n things. */
static unsigned bits_of(size_t n)
{
	unsigned bits = 0;

	while (n > (size_t)1 << bits)
		bits++;
	return bits;
}

/* The n highest bits of x. */
static uint64_t high_bits(uint64_t x, unsigned n)
{
	return n ? x >> (64 - n) : 0;
}

/* -- Writing -- rows are dealt to all buckets of all parts, then each bucket
 * is sorted and what stands twice in it is dropped. */

struct sieving {
	unsigned part_bits, bucket_bits, chunk_bits;
	size_t n_buckets;		/* of all parts */
	uint32_t *start;		/* n_buckets + 1 */
	uint32_t *entry;
	struct buf *parts;
};

static size_t bucket_of(const struct sieving *s, uint64_t hash)
{
	return (size_t)high_bits(hash, s->part_bits + s->bucket_bits);
}

static uint32_t entry_of(unsigned above, unsigned chunk_bits, uint64_t hash,
			 size_t chunk)
{
	uint64_t rest = hash << above >> 32 >> chunk_bits;

	return (uint32_t)(rest << chunk_bits | chunk);
}

static void deal(struct sieving *s, const uint64_t *hash, size_t n,
		 const uint32_t *first, size_t n_chunks)
{
	unsigned above = s->part_bits + s->bucket_bits;
	uint32_t *next = XNEW_ARRAY(uint32_t, s->n_buckets + 1);
	size_t chunk = 0;

	for (size_t i = 0; i < n; i++)
		next[bucket_of(s, hash[i])]++;
	for (size_t i = 0; i < s->n_buckets; i++) {
		s->start[i + 1] = s->start[i] + next[i];
		next[i] = s->start[i];
	}
	for (size_t i = 0; i < n; i++) {
		while (chunk + 1 < n_chunks && first[chunk + 1] <= i)
			chunk++;
		s->entry[next[bucket_of(s, hash[i])]++] =
			entry_of(above, s->chunk_bits, hash[i], chunk);
	}
	free(next);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void sort_few(uint32_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* Sorts it; gives how many different ones stand in front then. */
static size_t sort_bucket(uint32_t *v, size_t n)
{
	size_t kept = 0;

	if (n > 2 * BUCKET)
		qsort(v, n, sizeof(*v), by_value);
	else
		sort_few(v, n);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[kept - 1] != v[i])
			v[kept++] = v[i];
	return kept;
}

static void write_part(size_t part, void *arg)
{
	struct sieving *s = arg;
	size_t n_buckets = (size_t)1 << s->bucket_bits, size;
	const uint32_t *start = s->start + part * n_buckets;
	struct part_head head = {
		.version = SIEVE_VERSION, .part_bits = (uint8_t)s->part_bits,
		.bucket_bits = (uint8_t)s->bucket_bits,
		.chunk_bits = (uint8_t)s->chunk_bits, .part = (uint32_t)part,
	};
	uint32_t *to = XNEW_ARRAY(uint32_t, n_buckets + 1);
	uint32_t *entry = s->entry + start[0];

	for (size_t i = 0; i < n_buckets; i++) {
		uint32_t *from = s->entry + start[i];
		size_t n = sort_bucket(from, start[i + 1] - start[i]);

		to[i + 1] = to[i] + (uint32_t)n;
		memmove(entry + to[i], from, n * sizeof(*from));
	}
	memcpy(head.magic, magic, sizeof(magic));
	head.n = to[n_buckets];
	size = head.n * sizeof(*entry);
	buf_init(&s->parts[part]);
	buf_reserve(&s->parts[part], sizeof(head) + size +
		    (n_buckets + 1) * sizeof(*to));
	buf_add(&s->parts[part], &head, sizeof(head));
	buf_add(&s->parts[part], to, (n_buckets + 1) * sizeof(*to));
	buf_add(&s->parts[part], entry, size);
	free(to);
}

size_t sieve_write(const uint64_t *hash, size_t n, const uint32_t *first,
		   size_t n_chunks, struct buf parts[SIEVE_PARTS])
{
	unsigned bits = bits_of((n + BUCKET - 1) / BUCKET);
	unsigned part_bits = bits_of((n + PART - 1) / PART);
	struct sieving s = { .parts = parts, .chunk_bits = bits_of(n_chunks) };
	bool fits = true;
	size_t n_parts;

	if (part_bits > bits_of(SIEVE_PARTS))
		part_bits = bits_of(SIEVE_PARTS);
	s.part_bits = part_bits;
	s.bucket_bits = bits - part_bits;
	s.n_buckets = (size_t)1 << bits;
	s.start = XNEW_ARRAY(uint32_t, s.n_buckets + 1);
	s.entry = XNEW_ARRAY(uint32_t, n);
	n_parts = (size_t)1 << part_bits;
	deal(&s, hash, n, first, n_chunks);
	par_for(n_parts, write_part, &s);
	free(s.start);
	free(s.entry);
	for (size_t i = 0; i < n_parts; i++)
		fits = fits && parts[i].len <= REG_BLOB_MAX;
	for (size_t i = 0; i < n_parts && !fits; i++)
		buf_release(&parts[i]);
	return fits ? n_parts : 0;
}

/* -- Reading -- */

size_t sieve_part_of(uint64_t hash, size_t n_parts)
{
	return (size_t)high_bits(hash, bits_of(n_parts));
}

static enum rc bad(struct err *err, const char *why)
{
	return err_set(err, RC_CORRUPT, "a sieve is damaged: %s", why);
}

/* One that is out of order would hide rows. */
static bool in_order(const struct sieve_part *s, uint32_t n, size_t n_chunks)
{
	size_t n_buckets = (size_t)1 << s->bucket_bits;
	uint64_t mask = ((uint64_t)1 << s->chunk_bits) - 1;

	if (s->start[0] || s->start[n_buckets] != n)
		return false;
	for (size_t i = 0; i < n_buckets; i++)
		if (s->start[i] > s->start[i + 1])
			return false;
	for (size_t i = 0; i < n_buckets; i++)
		for (uint32_t k = s->start[i]; k < s->start[i + 1]; k++)
			if ((s->entry[k] & mask) >= n_chunks ||
			    (k > s->start[i] &&
			     s->entry[k] <= s->entry[k - 1]))
				return false;
	return true;
}

enum rc sieve_read(const void *bytes, size_t size, size_t i, size_t n_parts,
		   size_t n_chunks, struct sieve_part *out, struct err *err)
{
	struct part_head h;
	size_t starts;

	if (size < sizeof(h))
		return bad(err, "it is too short");
	memcpy(&h, bytes, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) || h.zero ||
	    h.version != SIEVE_VERSION)
		return bad(err, "it does not begin as one");
	if (h.part_bits != bits_of(n_parts) || h.part != i ||
	    h.bucket_bits > MOST_BUCKET_BITS ||
	    h.chunk_bits != bits_of(n_chunks) ||
	    h.chunk_bits > MOST_CHUNK_BITS)
		return bad(err, "it is another one's part");
	starts = ((size_t)1 << h.bucket_bits) + 1;
	if ((size - sizeof(h)) / sizeof(uint32_t) < starts ||
	    size != sizeof(h) + (starts + h.n) * sizeof(uint32_t))
		return bad(err, "its length is wrong");
	*out = (struct sieve_part){
		.part_bits = h.part_bits, .bucket_bits = h.bucket_bits,
		.chunk_bits = h.chunk_bits,
		.start = (const uint32_t *)(const void *)
			 ((const char *)bytes + sizeof(h)),
	};
	out->entry = out->start + starts;
	return in_order(out, h.n, n_chunks) ? RC_OK :
	       bad(err, "it is out of order");
}

static size_t bucket_in(const struct sieve_part *s, uint64_t hash)
{
	return (size_t)high_bits(hash << s->part_bits, s->bucket_bits);
}

size_t sieve_first(const struct sieve_part *s, uint64_t hash)
{
	size_t bucket = bucket_in(s, hash);
	size_t low = s->start[bucket], high = s->start[bucket + 1];
	uint32_t wanted = entry_of(s->part_bits + s->bucket_bits,
				   s->chunk_bits, hash, 0);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->entry[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sieve_has(const struct sieve_part *s, uint64_t hash, size_t at,
	       size_t *chunk)
{
	uint32_t wanted = entry_of(s->part_bits + s->bucket_bits,
				   s->chunk_bits, hash, 0);
	uint32_t mask = ((uint32_t)1 << s->chunk_bits) - 1;

	if (at >= s->start[bucket_in(s, hash) + 1] ||
	    (s->entry[at] & ~mask) != wanted)
		return false;
	*chunk = s->entry[at] & mask;
	return true;
}
