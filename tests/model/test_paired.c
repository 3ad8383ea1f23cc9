/* Paired tests and intervals beside scipy, statsmodels (tests/golden/paired.py)
 * and published figures. */
#include "tests/model/golden.h"

#include "model/auc.h"
#include "model/interval.h"
#include "model/paired.h"

static double expected(const char *name, const char *key)
{
	struct csv_table t = { 0 };
	size_t from, to;
	double x = NAN;

	golden_read(&t, "tests/golden/paired.csv");
	golden_case(&t, name, &from, &to);
	for (; from < to; from++)
		if (!strcmp(csv_table_cell(&t, from, 1), key))
			x = golden_number(&t, from, "value");
	csv_table_release(&t);
	assert_false(isnan(x));
	return x;
}

static void wilcoxon_case(void **state)
{
	const char *name = *state;
	struct csv_table t = { 0 };
	struct wilcoxon w;
	size_t from, to;
	double *d;

	golden_read(&t, "tests/golden/paired_rows.csv");
	golden_case(&t, name, &from, &to);
	d = golden_numbers(&t, from, to, "x");
	w = wilcoxon_signed_rank(d, to - from);
	assert_close(w.v, expected(name, "v"), 1e-12, "V");
	assert_close(w.p, expected(name, "p"), 1e-9, "p");
	assert_int_equal(w.exact, expected(name, "exact"));
	free(d);
	csv_table_release(&t);
}

static uint64_t count(const char *name, const char *key)
{
	return (uint64_t)expected(name, key);
}

static void newcombe_case(void **state)
{
	const char *name = *state;
	uint64_t b = count(name, "b"), c = count(name, "c");
	struct interval i = interval_newcombe(count(name, "a"), b, c,
					      count(name, "d"));

	assert_close(i.low, expected(name, "low"), 1e-9, "low");
	assert_close(i.high, expected(name, "high"), 1e-9, "high");
	assert_close(mcnemar_exact(b, c).p, expected(name, "exact"), 1e-9,
		     "exact");
	assert_close(mcnemar_chi2(b, c, false).statistic,
		     expected(name, "chi2"), 1e-9, "chi2");
	assert_close(mcnemar_chi2(b, c, false).p, expected(name, "chi2_p"),
		     1e-9, "p");
	assert_close(mcnemar_chi2(b, c, true).statistic,
		     expected(name, "corrected"), 1e-9, "corrected");
}

/* Table III of Newcombe 1998 gives (a) to four digits. */
static void test_paired__newcombe_published(void **state)
{
	struct interval i = interval_newcombe(36, 12, 2, 0);

	assert_close(i.low, 0.0569, 5e-5, "low");
	assert_close(i.high, 0.3404, 5e-5, "high");
}

static void proportion_case(void **state)
{
	const char *name = *state;
	unsigned k, n;
	struct interval i;

	assert_int_equal(sscanf(name, "proportion_%u_%u", &k, &n), 2);
	i = interval_wilson(k, n);
	assert_close(i.low, expected(name, "wilson_low"), 1e-9, "low");
	assert_close(i.high, expected(name, "wilson_high"), 1e-9, "high");
	assert_true(i.low <= (double)k / n && (double)k / n <= i.high);
	i = interval_clopper_pearson(k, n);
	assert_close(i.low, expected(name, "exact_low"), 1e-9, "low");
	assert_close(i.high, expected(name, "exact_high"), 1e-9, "high");
}

static void test_paired__delong(void **state)
{
	struct csv_table t = { 0 };
	struct auc_pair p;
	size_t from, to;
	double *a, *b, *l;
	uint8_t label[1000];

	golden_read(&t, "tests/golden/paired_rows.csv");
	golden_case(&t, "delong", &from, &to);
	a = golden_numbers(&t, from, to, "x");
	b = golden_numbers(&t, from, to, "y");
	l = golden_numbers(&t, from, to, "label");
	for (size_t i = 0; i < to - from; i++)
		label[i] = l[i] != 0;
	p = auc_compare(a, b, label, to - from);
	assert_close(p.first, expected("delong", "first"), 1e-12, "first");
	assert_close(p.second, expected("delong", "second"), 1e-12, "second");
	assert_close(p.low, expected("delong", "low"), 1e-9, "low");
	assert_close(p.high, expected("delong", "high"), 1e-9, "high");
	assert_close(p.p, expected("delong", "p"), 1e-9, "p");
	/* a score beside itself differs by nothing, surely */
	p = auc_compare(a, a, label, to - from);
	assert_true(p.delta == 0 && p.low == 0 && p.high == 0 && p.p == 1);
	free(a);
	free(b);
	free(l);
	csv_table_release(&t);
}

static void test_paired__holm(void **state)
{
	double p[6], h[6];
	char key[8];

	for (int i = 0; i < 6; i++) {
		snprintf(key, sizeof(key), "p%d", i);
		p[i] = expected("holm", key);
	}
	holm(p, 6, h);
	for (int i = 0; i < 6; i++) {
		snprintf(key, sizeof(key), "h%d", i);
		assert_close(h[i], expected("holm", key), 1e-12, key);
	}
}

/* -- Published: shared/data/pairwise_reference -- */

static void test_paired__published_mcnemar(void **state)
{
	assert_close(mcnemar_chi2(121, 59, true).statistic, 20.6722222, 1e-8,
		     "corrected");
	assert_close(mcnemar_chi2(121, 59, true).p, 5.4500948e-06, 1e-12,
		     "p");
	assert_close(mcnemar_chi2(121, 59, false).statistic, 21.3555556, 1e-8,
		     "uncorrected");
	assert_close(mcnemar_exact(121, 59).p, 4.4344493e-06, 1e-12, "exact");
	assert_close(mcnemar_chi2(25, 15, true).statistic, 2.025, 1e-9, "q");
	assert_close(mcnemar_chi2(25, 15, true).p, 0.154728923, 1e-9, "p");
	/* the notebook's .005859375 is stale; this is the binomial */
	assert_close(mcnemar_exact(11, 1).p, 0.00634765625, 1e-12, "11:1");
	assert_close(mcnemar_chi2(150, 86, false).statistic, 17.3559322, 1e-8,
		     "approval");
	assert_true(mcnemar_exact(5, 5).p == 1);
	assert_true(mcnemar_exact(0, 0).p == 1);
}

/* Fagerland, Lydersen and Laake 2013, table 1 and 5: airway
 * hyper-responsiveness before and after stem cell transplantation. */
static void test_paired__published_mid_p(void **state)
{
	assert_close(mcnemar_chi2(1, 7, false).p, 0.034, 5e-4, "asymptotic");
	assert_close(mcnemar_chi2(1, 7, true).p, 0.077, 5e-4, "corrected");
	assert_close(mcnemar_exact(1, 7).p, 0.070, 5e-4, "exact");
	assert_close(mcnemar_mid(1, 7).p, 0.039, 5e-4, "mid-p");
	assert_close(mcnemar_mid(7, 1).p, 0.0390625, 1e-12, "either way");
	/* 6 of 12: all but half of what was seen */
	assert_close(mcnemar_mid(6, 6).p, 1 - 924.0 / 4096 / 2, 1e-12, "tie");
	assert_true(mcnemar_mid(0, 0).p == 1);
}

static void test_paired__published_cochran_q(void **state)
{
	const char *path = shared_file(
		"pairwise_reference/mlxtend_three_models.csv");
	struct csv_table t = { 0 };
	struct test q;
	uint8_t *right;

	if (!path)
		skip();
	golden_read(&t, path);
	right = XNEW_ARRAY(uint8_t, t.n_rows * 3);
	for (size_t i = 0; i < t.n_rows; i++)
		for (size_t k = 0; k < 3; k++)
			right[i * 3 + k] = !strcmp(csv_table_cell(&t, i, 1),
						   csv_table_cell(&t, i, 2 + k));
	q = cochran_q(right, t.n_rows, 3);
	assert_close(q.statistic, 7.529, 1e-4, "Q");
	assert_close(q.p, 0.023, 5e-4, "p");
	free(right);
	csv_table_release(&t);
}

static void test_paired__published_paired_t(void **state)
{
	const char *path = shared_file(
		"pairwise_reference/dror2018_resA_resB.csv");
	struct csv_table t = { 0 };
	double *a, *b, least;
	struct paired_t r;

	if (!path)
		skip();
	golden_read(&t, path);
	a = golden_numbers(&t, 0, t.n_rows, "A");
	b = golden_numbers(&t, 0, t.n_rows, "B");
	r = paired_t(a, b, t.n_rows);
	least = r.p_greater < 0.5 ? r.p_greater : 1 - r.p_greater;
	assert_close(least, 0.00487195100707, 1e-12, "one-sided p");
	assert_close(r.p, 2 * least, 1e-12, "two-sided p");
	free(a);
	free(b);
	csv_table_release(&t);
}

/* No t where R's t.test says "data are essentially constant". */
static void test_paired__t_of_equal_differences_is_undefined(void **state)
{
	double a[40], b[40] = { 0 };
	struct paired_t r;

	for (int i = 0; i < 40; i++) {
		a[i] = i * .1;
		b[i] = a[i] + 1;	/* equal up to rounding */
	}
	r = paired_t(a, b, 40);
	assert_string_equal(r.why, "all differences are equal");
	r = paired_t(a, a, 40);
	assert_string_equal(r.why, "all differences are equal");
	assert_non_null(paired_t(a, b, 1).why);
	b[7] -= 1e-3;
	assert_null(paired_t(a, b, 40).why);
}

/* t has no unit. */
static void test_paired__t_of_huge_and_tiny_numbers(void **state)
{
	double a[6] = { 1, 2, 4, 3, 7, 5 }, b[6] = { 2, 2, 1, 5, 3, 1 };
	double x[6], y[6];
	const int power[] = { -1060, -600, 600, 1020 };
	struct paired_t want = paired_t(a, b, 6), r;

	/* scipy.stats.ttest_rel(a, b), 1.17.1 */
	assert_close(want.t, 1.2285902336679022, 1e-12, "t");
	assert_close(want.p, 0.27389378284545896, 1e-12, "p");
	for (size_t k = 0; k < 4; k++) {
		for (int i = 0; i < 6; i++) {
			x[i] = ldexp(a[i], power[k]);
			y[i] = ldexp(b[i], power[k]);
		}
		r = paired_t(x, y, 6);
		assert_null(r.why);
		assert_true(r.t == want.t && r.p == want.p);
		assert_true(r.mean == ldexp(want.mean, power[k]));
	}
	x[0] = 1.5e308;
	y[0] = -1.5e308;
	assert_string_equal(paired_t(x, y, 6).why, "too large for a number");
}

#define ROW(fn, case) \
	{ .name = "test_paired__" #fn "_" case, .test_func = fn, \
	  .initial_state = (char *)(uintptr_t)case }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(wilcoxon_case, "small"), ROW(wilcoxon_case, "forty_nine"),
		ROW(wilcoxon_case, "fifty"), ROW(wilcoxon_case, "ties"),
		ROW(wilcoxon_case, "zeros"), ROW(wilcoxon_case, "large"),
		ROW(newcombe_case, "newcombe_1"),
		ROW(newcombe_case, "newcombe_2"),
		ROW(newcombe_case, "newcombe_3"),
		ROW(newcombe_case, "newcombe_4"),
		ROW(proportion_case, "proportion_0_10"),
		ROW(proportion_case, "proportion_10_10"),
		ROW(proportion_case, "proportion_3_10"),
		ROW(proportion_case, "proportion_700_1000"),
		ROW(proportion_case, "proportion_1_1"),
		cmocka_unit_test(test_paired__newcombe_published),
		cmocka_unit_test(test_paired__delong),
		cmocka_unit_test(test_paired__holm),
		cmocka_unit_test(test_paired__published_mcnemar),
		cmocka_unit_test(test_paired__published_mid_p),
		cmocka_unit_test(test_paired__published_cochran_q),
		cmocka_unit_test(test_paired__published_paired_t),
		cmocka_unit_test(
			test_paired__t_of_equal_differences_is_undefined),
		cmocka_unit_test(test_paired__t_of_huge_and_tiny_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
