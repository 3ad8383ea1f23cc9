/* Numbers by hash: found again, also where many share one place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/hashtab.h"

enum { N = 1000 };

/* What a walk meets of one hash, in order. */
static size_t walk(const struct hashtab *t, uint64_t hash, uint32_t *numbers,
		   size_t most)
{
	size_t n = 0;

	for (const uint32_t *at = hashtab_first(t, hash); *at && n < most;
	     at = hashtab_next(t, at))
		numbers[n++] = *at - 1;
	return n;
}

static void test_hashtab__finds_what_was_put(void **state)
{
	struct hashtab t = HASHTAB_INIT;

	(void)state;
	hashtab_reset(&t, N);
	for (uint32_t i = 0; i < N; i++)
		hashtab_put(&t, i * 7919u, i);
	for (uint32_t i = 0; i < N; i++) {
		uint32_t met[N];
		size_t n = walk(&t, i * 7919u, met, N), k = 0;

		while (k < n && met[k] != i)
			k++;
		assert_true(k < n);
	}
	hashtab_release(&t);
	assert_null(t.at);
}

/* All in the last place of the table: the walk goes on at its beginning. */
static void test_hashtab__one_hash_in_order(void **state)
{
	struct hashtab t = HASHTAB_INIT;
	uint32_t met[N + 1];

	(void)state;
	hashtab_reset(&t, N);
	for (uint32_t i = 0; i < N; i++)
		hashtab_put(&t, UINT64_MAX, i);
	assert_int_equal(walk(&t, UINT64_MAX, met, N + 1), N);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(met[i], i);
	hashtab_release(&t);
}

static void test_hashtab__room(void **state)
{
	struct hashtab t = HASHTAB_INIT;

	(void)state;
	assert_false(hashtab_holds(&t, 0));
	assert_int_equal(hashtab_size(&t), 0);
	for (size_t n = 0; n < N; n++) {
		hashtab_reset(&t, n);
		assert_true(hashtab_holds(&t, n));
		/* every other place at most, and not many more than that */
		assert_true(hashtab_size(&t) >= 2 * n * sizeof(uint32_t));
		assert_true(n < 8 ||
			    hashtab_size(&t) < 4 * n * sizeof(uint32_t));
	}
	hashtab_put(&t, 5, 4);
	hashtab_clear(&t);
	assert_int_equal(*hashtab_first(&t, 5), 0);
	hashtab_release(&t);
	hashtab_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashtab__finds_what_was_put),
		cmocka_unit_test(test_hashtab__one_hash_in_order),
		cmocka_unit_test(test_hashtab__room),
	};

	return cmocka_run_group_tests_name("hashtab", tests, NULL, NULL);
}
