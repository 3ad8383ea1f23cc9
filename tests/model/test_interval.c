/* Ranks between which a quantile lies, against the binomial law added up term
 * by term, and against published tables. */
#include "tests/model/golden.h"

#include "base/count.h"
#include "model/interval.h"

/* P(Y <= k), Y binomial: all terms, by their logarithms. */
static long double below(uint64_t k, uint64_t n, long double p)
{
	long double sum = 0;

	for (uint64_t i = 0; i <= k; i++)
		sum += expl(lgammal((long double)n + 1) -
			    lgammal((long double)i + 1) -
			    lgammal((long double)(n - i) + 1) +
			    (long double)i * logl(p) +
			    (long double)(n - i) * log1pl(-p));
	return sum;
}

/* Y counts the values up to the quantile: it lies below value i, from 0, if Y
 * is i or less, and above value i only if Y is more. */
static void check(uint64_t n, double p)
{
	struct rank_interval r = interval_quantile(n, p);

	assert_true(r.low <= r.high && r.high < n);
	/* no end says too much, unless it is the outermost value ... */
	assert_true(r.low == 0 || below(r.low, n, p) <= .025L);
	assert_true(r.high == n - 1 || 1 - below(r.high, n, p) <= .025L);
	/* ... and one value further inwards would */
	assert_true(below(r.low + 1, n, p) > .025L);
	assert_true(!r.high || 1 - below(r.high - 1, n, p) > .025L);
}

static void test_interval__quantile_by_brute_force(void **state)
{
	static const uint64_t n[] = { 1, 2, 5, 10, 11, 50, 137, 1000, 5001,
				      20011 };
	static const double p[] = { .05, .25, .5, .75, .95, 1. / 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(n); i++)
		for (size_t k = 0; k < COUNT(p); k++)
			check(n[i], p[k]);
}

/* Ranks from 1 of the 95 % interval of a median, as tables have them (Conover
 * 1999, table A3: the sign test's critical values). */
static void test_interval__median_as_in_tables(void **state)
{
	static const struct { uint64_t n, low, high; } rows[] = {
		{ 6, 1, 6 }, { 9, 2, 8 }, { 10, 2, 9 }, { 20, 6, 15 },
		{ 25, 8, 18 }, { 30, 10, 21 }, { 50, 18, 33 },
		{ 100, 40, 61 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rank_interval r = interval_quantile(rows[i].n, .5);

		assert_int_equal(r.low + 1, rows[i].low);
		assert_int_equal(r.high + 1, rows[i].high);
	}
}

/* Of 5 values none says where the greatest twentieth begins. */
static void test_interval__few_values_end_outermost(void **state)
{
	struct rank_interval r = interval_quantile(5, .95);

	(void)state;
	assert_int_equal(r.high, 4);
	r = interval_quantile(1, .5);
	assert_int_equal(r.low, 0);
	assert_int_equal(r.high, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval__quantile_by_brute_force),
		cmocka_unit_test(test_interval__median_as_in_tables),
		cmocka_unit_test(test_interval__few_values_end_outermost),
	};

	return cmocka_run_group_tests_name("interval", tests, NULL, NULL);
}
