/* Kept counts read back as they were written; another layout is none, and
 * damage is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "model/rng.h"
#include "registry/counted.h"
#include "registry/db.h"
#include "tests/support/project.h"

enum { SCORES = 40, SLOTS = 3, PLACES = SCORES * SLOTS * 2 };

/* Counts around what a byte can say, and beyond. */
static void counted_init(struct counted *c)
{
	static const uint32_t counts[] = { 0, 1, 254, 255, 256, 70000, 7 };
	struct counted_cut *cut;
	struct histogram *h = &c->histogram;
	struct rng r;

	rng_init(&r, 1, 2, 3);
	*c = (struct counted){
		.revision = 4, .revision_digest = xstrdup("ab"), .entry = 17,
		.parts = xstrdup("cd"), .cuts = xstrdup("ef"),
	};
	cut = vec_add(&c->partitions);
	cut->by = xstrdup("sex");
	strs_add(&cut->values, "f");
	strs_add(&cut->values, "m");
	*h = (struct histogram){ .n_slots = SLOTS, .n_scores = SCORES };
	h->score = XNEW_ARRAY(double, SCORES);
	h->count = XNEW_ARRAY(uint32_t, PLACES);
	for (size_t i = 0; i < SCORES; i++)
		h->score[i] = (double)i / 1000;
	for (size_t i = 0; i < PLACES; i++)
		h->count[i] = counts[rng_below(&r, 7)];
	/* a slice has no more than the whole */
	for (size_t i = 0; i < PLACES; i++) {
		uint32_t whole = h->count[i / (2 * SLOTS) * 2 * SLOTS + i % 2];

		h->count[i] = h->count[i] < whole ? h->count[i] : whole;
	}
	for (size_t i = 0; i < SCORES; i++)
		h->n += (size_t)histogram_at(h, i, 0)[0] +
			histogram_at(h, i, 0)[1];
}

static enum rc read_back(struct project *p, const struct buf *bytes,
			 struct counted *out)
{
	struct db_value *v = NULL;
	struct hash name;
	struct err err = { 0 };
	size_t at = 0;
	enum rc rc;

	assert_int_equal(reg_blob_put(p->reg, bytes->data, bytes->len, &name,
				      &err), RC_OK);
	assert_int_equal(reg_blob_open(p->reg, &name, 0, &v, &err), RC_OK);
	rc = counted_read_head(v, out, &at, &err);
	db_value_close(v);
	return rc ? rc : counted_read_counts(bytes->data, bytes->len, at, out,
					     &err);
}

static void test_counted__reads_back(void **state)
{
	struct buf bytes = BUF_INIT;
	struct counted c, got = { 0 };

	counted_init(&c);
	assert_true(counted_write(&c, &bytes));
	assert_int_equal(read_back(*state, &bytes, &got), RC_OK);
	assert_int_equal(got.revision, 4);
	assert_int_equal(got.entry, 17);
	assert_string_equal(got.revision_digest, "ab");
	assert_string_equal(got.parts, "cd");
	assert_string_equal(got.cuts, "ef");
	assert_int_equal(got.partitions.n, 1);
	assert_string_equal(got.partitions.at[0].values.at[1], "m");
	assert_int_equal(got.histogram.n, c.histogram.n);
	assert_memory_equal(got.histogram.score, c.histogram.score,
			    SCORES * sizeof(double));
	assert_memory_equal(got.histogram.count, c.histogram.count,
			    PLACES * sizeof(uint32_t));
	counted_release(&got);
	counted_release(&c);
	buf_release(&bytes);
}

static void test_counted__a_slice_is_no_more_than_the_whole(void **state)
{
	struct buf bytes = BUF_INIT;
	struct counted c, got = { 0 };

	counted_init(&c);
	c.histogram.count[2] = c.histogram.count[0] + 1;
	assert_true(counted_write(&c, &bytes));
	assert_int_equal(read_back(*state, &bytes, &got), RC_CORRUPT);
	counted_release(&got);
	counted_release(&c);
	buf_release(&bytes);
}

static void test_counted__another_layout_is_none(void **state)
{
	struct buf bytes = BUF_INIT;
	struct counted c, got = { 0 };

	counted_init(&c);
	assert_true(counted_write(&c, &bytes));
	bytes.data[3] = 1;
	assert_int_equal(read_back(*state, &bytes, &got), RC_NOT_FOUND);
	bytes.data[2] = 'X';
	assert_int_equal(read_back(*state, &bytes, &got), RC_CORRUPT);
	counted_release(&c);
	buf_release(&bytes);
}

/* A flip may give other counts with the same sum, which the blob's name tells;
 * what is not the layout is told here. */
static void test_counted__damage_is_told(void **state)
{
	struct buf bytes = BUF_INIT;
	struct counted c;
	struct rng r;

	counted_init(&c);
	assert_true(counted_write(&c, &bytes));
	rng_init(&r, 9, 9, 9);
	for (int i = 0; i < 300; i++) {
		struct buf bad = BUF_INIT;
		struct counted got = { 0 };
		size_t cut = (size_t)rng_below(&r, 40);

		buf_add(&bad, bytes.data, bytes.len - cut);
		if (!cut)
			bad.data[rng_below(&r, bad.len)] ^=
				(char)(1 << rng_below(&r, 8));
		if (read_back(*state, &bad, &got))
			counted_release(&got);
		else
			assert_int_equal(cut, 0);
		counted_release(&got);
		buf_release(&bad);
	}
	counted_release(&c);
	buf_release(&bytes);
}

#define T(name) cmocka_unit_test_setup_teardown( \
		name, project_setup, project_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_counted__reads_back),
		T(test_counted__a_slice_is_no_more_than_the_whole),
		T(test_counted__another_layout_is_none),
		T(test_counted__damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
