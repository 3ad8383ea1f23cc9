#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "model/drift.h"

/* Made by tests/golden/drift.py: numpy 2, scipy 1 on the same values. */
static const double ref_value[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint64_t ref_count[] = { 10, 20, 30, 40, 40, 30, 20, 10 };
static const uint64_t cur_count[] = { 5, 10, 15, 30, 50, 45, 30, 15 };

static struct drift numbers(const uint64_t *r, const uint64_t *c)
{
	struct drift_sample a = { .n = 200, .n_values = 8,
				  .value = ref_value, .count = r };
	struct drift_sample b = a;
	struct drift d;

	b.count = c;
	drift_compute(&a, &b, DRIFT_STURGES, &d);
	return d;
}

static void close_to(const struct drift *d, enum drift_measure m, double x)
{
	if (d->figure[m].why)
		fail_msg("%s is undefined: %s", drift_name(m),
			 d->figure[m].why);
	if (fabs(d->figure[m].value - x) > 1e-9)
		fail_msg("%s is not as the reference says", drift_name(m));
}

static void test_drift__numbers(void **state)
{
	struct drift d = numbers(ref_count, cur_count);

	close_to(&d, DRIFT_PSI, 0.19033312448851597);
	close_to(&d, DRIFT_KL, 0.09921232596304855);
	close_to(&d, DRIFT_JENSEN_SHANNON, 0.15322155366710316);
	close_to(&d, DRIFT_HELLINGER, 0.15372906595596156);
	close_to(&d, DRIFT_TVD, 0.2);
	close_to(&d, DRIFT_L_INFINITY, 0.075);
	close_to(&d, DRIFT_KS, 0.2);
	close_to(&d, DRIFT_WASSERSTEIN, 0.7);
	close_to(&d, DRIFT_WASSERSTEIN_NORMED, 0.3882901373576603);
	close_to(&d, DRIFT_CHI2, 18.539682539682538);
	close_to(&d, DRIFT_CHI2_P, 0.009758416411269294);
	assert_int_equal(d.verdict, DRIFT_MODERATE);
}

static void test_drift__nothing_changed(void **state)
{
	struct drift d = numbers(ref_count, ref_count);

	close_to(&d, DRIFT_PSI, 0);
	close_to(&d, DRIFT_KS, 0);
	close_to(&d, DRIFT_KS_P, 1);
	close_to(&d, DRIFT_JENSEN_SHANNON, 0);
	assert_int_equal(d.verdict, DRIFT_STABLE);
}

static void test_drift__texts(void **state)
{
	const char *const r_text[] = { "blue", "green", "red" };
	const uint64_t r_count[] = { 36, 57, 107 };
	const char *const c_text[] = { "black", "blue", "green", "red" };
	const uint64_t c_count[] = { 21, 23, 39, 67 };
	struct drift_sample r = { 200, 3, NULL, r_text, r_count };
	struct drift_sample c = { 150, 4, NULL, c_text, c_count };
	struct drift d;

	drift_compute(&r, &c, DRIFT_STURGES, &d);
	close_to(&d, DRIFT_PSI, 1.0359785380976008);
	close_to(&d, DRIFT_KL, 0.15073029407112165);
	close_to(&d, DRIFT_TVD, 0.14);
	close_to(&d, DRIFT_L_INFINITY, 0.14);
	close_to(&d, DRIFT_HELLINGER, 0.2698373611649292);
	close_to(&d, DRIFT_CHI2, 29.902200934313917);
	close_to(&d, DRIFT_CHI2_DF, 3);
	close_to(&d, DRIFT_CHI2_P, 1.4469981036019949e-06);
	assert_non_null(d.figure[DRIFT_KS].why);
	assert_int_equal(d.verdict, DRIFT_SIGNIFICANT);
}

/* One column of a shared file as a sample of numbers. */
struct column {
	double value[256];
	uint64_t count[256];
	struct drift_sample sample;
};

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool column_read(struct column *c, const char *file)
{
	const char *shared = getenv("SHARED");
	char path[512];
	struct csv_table t;
	struct err err = ERR_INIT;
	size_t n;

	snprintf(path, sizeof(path), "%s/formats-data/own/metrics/%s",
		 shared ? shared : "../shared", file);
	if (!fsx_exists(path))
		return false;
	assert_int_equal(csv_table_read(&t, path, &err), RC_OK);
	n = t.n_rows;
	assert_true(n <= 256);
	for (size_t i = 0; i < n; i++) {
		const char *s = csv_table_cell(&t, i, 0);

		assert_true(decimal_read(s, strlen(s), &c->value[i]));
		c->count[i] = 1;
	}
	csv_table_release(&t);
	qsort(c->value, n, sizeof(double), ascending);
	c->sample = (struct drift_sample){ .n = n, .n_values = n,
					   .value = c->value,
					   .count = c->count };
	return true;
}

/* Equal values stand beside each other as cells of one each: joined, they
 * count the same. */
static void test_drift__worked_example_of_the_formats(void **state)
{
	static struct column r, c;
	struct drift d;

	if (!column_read(&r, "drift_reference.csv") ||
	    !column_read(&c, "drift_current.csv")) {
		skip();
		return;
	}
	drift_compute(&r.sample, &c.sample, DRIFT_STURGES, &d);
	assert_int_equal(d.n_bins, 10);
	close_to(&d, DRIFT_PSI, 0.4744190798193667);
	close_to(&d, DRIFT_KL, 0.18163754995978904);
	close_to(&d, DRIFT_JENSEN_SHANNON, 0.22733230087171774);
	close_to(&d, DRIFT_KS, 0.255);
	close_to(&d, DRIFT_WASSERSTEIN, 5.069166666666666);
	close_to(&d, DRIFT_WASSERSTEIN_NORMED, 0.510241770764532);
	close_to(&d, DRIFT_PSI_DECILES, 0.40672770808310155);
}

static void test_drift__small_samples_say_nothing(void **state)
{
	const uint64_t few[] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	struct drift_sample a = { .n = 8, .n_values = 8, .value = ref_value,
				  .count = few };
	struct drift_sample none = { .n = 0, .value = ref_value,
				     .count = few };
	struct drift d;

	drift_compute(&a, &a, DRIFT_STURGES, &d);
	assert_int_equal(d.verdict, DRIFT_INSUFFICIENT);
	drift_compute(&a, &none, DRIFT_STURGES, &d);
	assert_string_equal(d.figure[DRIFT_PSI].why, "a sample is empty");
	assert_int_equal(d.verdict, DRIFT_INSUFFICIENT);
}

/* The same in any unit: 60 numbers against 60 others, times powers of 2. */
static void test_drift__of_huge_and_tiny_numbers(void **state)
{
	static const int power[] = { -1050, -400, 0, 400, 1010 };
	double a[60], b[60];
	uint64_t one[60];
	struct drift_sample x = { .n = 60, .n_values = 60, .value = a,
				  .count = one };
	struct drift_sample y = { .n = 60, .n_values = 60, .value = b,
				  .count = one };
	struct drift want, d;

	for (int rule = 0; rule < 2; rule++) {
		for (int i = 0; i < 60; i++)
			one[i] = 1;
		for (size_t k = 5; k-- > 0;) {
			int p = k == 4 ? 0 : power[k == 2 ? 4 : k];

			for (int i = 0; i < 60; i++) {
				a[i] = ldexp(i * i + 3, p);
				b[i] = ldexp(i * i + 17 * i - 300, p);
			}
			drift_compute(&x, &y, (enum drift_bins)rule, &d);
			if (k == 4) {
				want = d;
				continue;
			}
			assert_int_equal(d.n_bins, want.n_bins);
			for (int m = 0; m < DRIFT_WASSERSTEIN; m++)
				assert_true(d.figure[m].value ==
					    want.figure[m].value);
			assert_true(d.figure[DRIFT_WASSERSTEIN].value ==
				    ldexp(want.figure[DRIFT_WASSERSTEIN].value,
					  p));
		}
	}
}

/* Doane's bins are over the reference: here one far smaller than the rest. */
static void test_drift__units_that_differ(void **state)
{
	static const double far[] = { 1e-300, 1e-120, 1, 1e120, 1.7e308 };
	double a[40], b[40];
	uint64_t one[40];
	struct drift_sample x = { .n = 40, .n_values = 40, .value = a,
				  .count = one };
	struct drift_sample y = { .n = 40, .n_values = 40, .value = b,
				  .count = one };
	struct drift d;

	for (int i = 0; i < 40; i++)
		one[i] = 1;
	for (size_t p = 0; p < 25 * 2; p++) {
		for (int i = 0; i < 40; i++) {
			a[i] = far[p / 2 % 5] * ((i * i - 700) / 1000.);
			b[i] = far[p / 10] * ((i - 20) / 20.);
		}
		drift_compute(&x, &y, (enum drift_bins)(p % 2), &d);
		assert_in_range(d.n_bins, 2, 20);
		for (int m = 0; m < DRIFT_COUNT; m++)
			assert_true(d.figure[m].why ||
				    isfinite(d.figure[m].value));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drift__numbers),
		cmocka_unit_test(test_drift__nothing_changed),
		cmocka_unit_test(test_drift__texts),
		cmocka_unit_test(test_drift__worked_example_of_the_formats),
		cmocka_unit_test(test_drift__small_samples_say_nothing),
		cmocka_unit_test(test_drift__of_huge_and_tiny_numbers),
		cmocka_unit_test(test_drift__units_that_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
