/* Sieves: what goes in comes through, little else does, damage is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "registry/registry.h"
#include "registry/sieve.h"

static uint64_t state;

static uint64_t roll(void)
{
	state += 0x9e3779b97f4a7c15u;
	uint64_t z = state;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct size {
	size_t n, chunk;		/* rows, of a chunk */
	size_t n_different;		/* hashes */
	uint64_t mask;			/* of the hashes' bits */
};
static struct size sizes[] = {
	{ 1, 1, 1, UINT64_MAX },
	{ 2, 1, 2, UINT64_MAX },
	{ 64, 64, 64, UINT64_MAX },
	{ 65, 7, 65, UINT64_MAX },
	{ 5000, 1, 5000, UINT64_MAX },
	{ 40000, 32768, 40000, UINT64_MAX },
	{ 200000, 32768, 200000, UINT64_MAX },
	{ 200000, 1000, 17, UINT64_MAX },
	{ 100000, 32768, 100000, 0xff },	/* all in the first bucket */
	{ 100000, 32768, 100000, 0xff00000000000000u },
};

static bool comes_through(struct buf *parts, size_t n_parts, size_t n_chunks,
			  uint64_t hash, size_t wanted, size_t *n_through)
{
	size_t i = sieve_part_of(hash, n_parts), chunk, before = 0;
	bool any = false;
	struct sieve_part p;
	bool found = false;

	assert_int_equal(sieve_read(parts[i].data, parts[i].len, i, n_parts,
				    n_chunks, &p, NULL), RC_OK);
	for (size_t at = sieve_first(&p, hash); sieve_has(&p, hash, at, &chunk);
	     at++) {
		assert_true(chunk < n_chunks);
		assert_true(!any || chunk > before);
		any = true;
		found = found || chunk == wanted;
		before = chunk;
		++*n_through;
	}
	return found;
}

static void test_sieve__hides_no_row(void **data)
{
	const struct size *s = *data;
	uint64_t *hash = XNEW_ARRAY(uint64_t, s->n);
	uint64_t *of = XNEW_ARRAY(uint64_t, s->n_different);
	size_t n_chunks = (s->n + s->chunk - 1) / s->chunk, n_parts, others = 0;
	uint32_t *first = XNEW_ARRAY(uint32_t, n_chunks);
	struct buf parts[SIEVE_PARTS];

	state = s->n;
	for (size_t i = 0; i < s->n_different; i++)
		of[i] = roll() & s->mask;
	for (size_t i = 0; i < s->n; i++)
		hash[i] = of[i % s->n_different];
	for (size_t i = 0; i < n_chunks; i++)
		first[i] = (uint32_t)(i * s->chunk);
	n_parts = sieve_write(hash, s->n, first, n_chunks, parts);
	assert_true(n_parts >= 1 && n_parts <= SIEVE_PARTS);
	for (size_t i = 0; i < s->n; i += 1 + s->n / 500) {
		size_t n_through = 0;

		assert_true(comes_through(parts, n_parts, n_chunks, hash[i],
					  i / s->chunk, &n_through));
		assert_true(n_through <= n_chunks);
	}
	for (size_t i = 0; i < 500 && s->mask == UINT64_MAX; i++)
		comes_through(parts, n_parts, n_chunks, roll(), 0, &others);
	assert_int_equal(others, 0);
	for (size_t i = 0; i < n_parts; i++)
		buf_release(&parts[i]);
	free(first);
	free(of);
	free(hash);
}

static void test_sieve__same_rows_same_bytes(void **data)
{
	uint64_t hash[3000];
	uint32_t first[] = { 0, 1000, 2000 };
	struct buf a[SIEVE_PARTS], b[SIEVE_PARTS];

	(void)data;
	for (size_t i = 0; i < 3000; i++)
		hash[i] = roll();
	setenv("MUSTER_THREADS", "1", 1);
	assert_int_equal(sieve_write(hash, 3000, first, 3, a), 1);
	unsetenv("MUSTER_THREADS");
	assert_int_equal(sieve_write(hash, 3000, first, 3, b), 1);
	assert_int_equal(a[0].len, b[0].len);
	assert_memory_equal(a[0].data, b[0].data, a[0].len);
	/* One that is known, so that it can be read for ever after. */
	buf_release(&a[0]);
	hash[0] = 0x0123456789abcdefu;
	hash[1] = 0xfedcba9876543210u;
	first[1] = 1;
	assert_int_equal(sieve_write(hash, 2, first, 2, a), 1);
	assert_int_equal(a[0].len, 32);
	assert_memory_equal(a[0].data, "MSV\1\0\0\1\0" "\0\0\0\0" "\2\0\0\0"
			    "\0\0\0\0" "\2\0\0\0" "\x66\x45\x23\1"
			    "\x99\xba\xdc\xfe", 32);
	buf_release(&a[0]);
	buf_release(&b[0]);
}

/* Hashes that are all of one part, n of them, all different. */
static size_t write_alike(size_t n, struct buf parts[SIEVE_PARTS])
{
	uint64_t *hash = XNEW_ARRAY(uint64_t, n);
	uint32_t first[] = { 0 };
	size_t n_parts;

	for (size_t i = 0; i < n; i++)
		hash[i] = (uint64_t)(i % 2048) << 48 | (uint64_t)(i / 2048) << 20;
	n_parts = sieve_write(hash, n, first, 1, parts);
	free(hash);
	return n_parts;
}

/* A part is a blob: one that would be too large is none, and neither are the
 * others. */
static void test_sieve__one_that_no_blob_holds_is_none(void **data)
{
	const size_t most = (REG_BLOB_MAX - 16) / 4 - 2049;
	struct buf parts[SIEVE_PARTS];
	struct sieve_part p;

	(void)data;
	assert_int_equal(write_alike(most, parts), SIEVE_PARTS);
	assert_int_equal(parts[0].len, REG_BLOB_MAX);
	assert_int_equal(sieve_read(parts[0].data, parts[0].len, 0,
				    SIEVE_PARTS, 1, &p, NULL), RC_OK);
	for (size_t i = 0; i < SIEVE_PARTS; i++)
		buf_release(&parts[i]);
	assert_int_equal(write_alike(most + 1, parts), 0);
}

/* Each byte changed, each end cut: refused, or a sieve that can be asked. */
static void test_sieve__damage(void **data)
{
	uint64_t hash[300];
	uint32_t first[] = { 0, 100, 200 };
	struct buf parts[SIEVE_PARTS];
	struct sieve_part p;
	size_t chunk;

	(void)data;
	for (size_t i = 0; i < 300; i++)
		hash[i] = roll();
	assert_int_equal(sieve_write(hash, 300, first, 3, parts), 1);
	for (size_t n = 0; n < parts[0].len; n++) {
		char *cut = xmalloc(n + 1);

		memcpy(cut, parts[0].data, n);
		assert_int_equal(sieve_read(cut, n, 0, 1, 3, &p, NULL),
				 RC_CORRUPT);
		free(cut);
	}
	for (size_t i = 0; i < parts[0].len * 8; i++) {
		parts[0].data[i / 8] ^= (char)(1 << i % 8);
		if (sieve_read(parts[0].data, parts[0].len, 0, 1, 3, &p,
			       NULL) == RC_OK)
			for (size_t k = 0; k < 300; k++)
				for (size_t at = sieve_first(&p, hash[k]);
				     sieve_has(&p, hash[k], at, &chunk); at++)
					assert_true(chunk < 3);
		parts[0].data[i / 8] ^= (char)(1 << i % 8);
	}
	assert_int_equal(sieve_read(parts[0].data, parts[0].len, 0, 1, 3, &p,
				    NULL), RC_OK);
	assert_int_equal(sieve_read(parts[0].data, parts[0].len, 1, 2, 3, &p,
				    NULL), RC_CORRUPT);
	assert_int_equal(sieve_read(parts[0].data, parts[0].len, 0, 1, 9, &p,
				    NULL), RC_CORRUPT);
	buf_release(&parts[0]);
}

int main(void)
{
	struct CMUnitTest tests[sizeof(sizes) / sizeof(*sizes) + 3];
	static char names[sizeof(sizes) / sizeof(*sizes)][64];
	size_t n = 0;

	for (; n < sizeof(sizes) / sizeof(*sizes); n++) {
		snprintf(names[n], sizeof(names[n]),
			 "test_sieve__hides_no_row: %zu of %zu, %zu", sizes[n].n,
			 sizes[n].chunk, sizes[n].n_different);
		tests[n] = (struct CMUnitTest){
			.name = names[n],
			.test_func = test_sieve__hides_no_row,
			.initial_state = &sizes[n],
		};
	}
	tests[n++] = (struct CMUnitTest)
		cmocka_unit_test(test_sieve__same_rows_same_bytes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_sieve__damage);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
		test_sieve__one_that_no_blob_holds_is_none);
	return _cmocka_run_group_tests("sieve", tests, n, NULL, NULL);
}
