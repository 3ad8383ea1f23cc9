/* Curves against scikit-learn's: the figures come from
 *
 *	y = [0, 0, 1, 1, 1, 0, 1, 0]
 *	s = [.1, .35, .35, .8, 1, .62, .62, 0]
 *	f, t, _ = roc_curve(y, s, drop_intermediate=False)
 *	np.interp(x, f, t)	# x not at a rise
 *	calibration_curve(y, s, n_bins=10)	# no score on an edge but .1 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/curve.h"

static void assert_near(double a, double b, double within)
{
	if (!(fabs(a - b) <= within))
		fail_msg("%.17g is not %.17g", a, b);
}

static const uint16_t target[] = { 0, 0, 1, 1, 1, 0, 1, 0 };
static const double score[] = { .1, .35, .35, .8, 1, .62, .62, 0 };

static void test_roc__points_and_between(void **state)
{
	static const double expected[][2] = {
		{ 0, .5 }, { .1, .6 }, { .25, .75 }, { .3, .8 }, { .5, 1 },
		{ .9, 1 }, { 1, 1 },
	};
	struct cutoffs cuts = VEC_INIT;

	(void)state;
	cutoff_sweep(score, target, 8, &cuts);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		assert_near(curve_roc_at(&cuts, expected[i][0]),
				    expected[i][1], 1e-12);
	vec_free(&cuts);
}

/* The area under the drawn curve is the metric's. */
static void test_roc__area(void **state)
{
	struct cutoffs cuts = VEC_INIT;
	double area = 0;
	enum { STEPS = 4000 };

	(void)state;
	cutoff_sweep(score, target, 8, &cuts);
	for (int i = 0; i < STEPS; i++)
		area += curve_roc_at(&cuts, (i + .5) / STEPS) / STEPS;
	assert_near(area, .875, 1e-4);
	vec_free(&cuts);
}

static void test_roc__one_class_has_none(void **state)
{
	static const uint16_t all[] = { 1, 1 };
	struct cutoffs cuts = VEC_INIT;

	(void)state;
	assert_true(isnan(curve_roc_at(&cuts, .5)));
	cutoff_sweep(score, all, 2, &cuts);
	assert_true(isnan(curve_roc_at(&cuts, .5)));
	vec_free(&cuts);
}

static void test_reliability__bins(void **state)
{
	static const struct { size_t bin; uint64_t n, positives; double mean; }
	expected[] = { { 0, 1, 0, 0 }, { 1, 1, 0, .1 }, { 3, 2, 1, .35 },
		       { 6, 2, 1, .62 }, { 8, 1, 1, .8 }, { 9, 1, 1, 1 } };
	struct curve_bin bins[CURVE_BINS];
	struct cutoffs cuts = VEC_INIT;
	uint64_t n = 0;

	(void)state;
	cutoff_sweep(score, target, 8, &cuts);
	assert_true(curve_reliability(&cuts, bins));
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const struct curve_bin *b = &bins[expected[i].bin];

		assert_int_equal(b->n, expected[i].n);
		assert_int_equal(b->positives, expected[i].positives);
		assert_near(b->mean, expected[i].mean, 1e-12);
		n += b->n;
	}
	assert_int_equal(n, 8);
	vec_free(&cuts);
}

static void test_reliability__only_of_probabilities(void **state)
{
	static const double far[] = { .5, 1.5 };
	static const uint16_t y[] = { 0, 1 };
	struct curve_bin bins[CURVE_BINS];
	struct cutoffs cuts = VEC_INIT;

	(void)state;
	cutoff_sweep(far, y, 2, &cuts);
	assert_false(curve_reliability(&cuts, bins));
	vec_free(&cuts);
}

/* The one positive has the lowest score: to find it costs more than to miss
 * it, unless a miss costs more than four false alarms. */
static void test_cutoff__cost_may_be_least_when_nobody_is_positive(void **state)
{
	const double scores[] = { .98, .9, .8, .7, .1 };
	const uint16_t labels[] = { 0, 0, 0, 0, 1 };
	const struct { double value, threshold; uint64_t fn, fp; } cases[] = {
		{ .5, nextafter(.98, 1), 1, 0 },
		{ 4, nextafter(.98, 1), 1, 0 },	/* as good, and higher */
		{ 4.5, .1, 0, 4 },
	};
	struct cutoffs cuts = VEC_INIT;
	struct cutoff c;
	struct err err = ERR_INIT;

	cutoff_sweep(scores, labels, 5, &cuts);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(cutoff_choose(&cuts, CUTOFF_COST,
					       cases[i].value, &c, &err), RC_OK);
		assert_true(c.threshold == cases[i].threshold);
		assert_int_equal(c.confusion.fn, cases[i].fn);
		assert_int_equal(c.confusion.fp, cases[i].fp);
		assert_int_equal(c.confusion.tp, 1 - cases[i].fn);
		assert_int_equal(c.confusion.tn, 4 - cases[i].fp);
	}
	/* the other rules never choose it */
	assert_int_equal(cutoff_choose(&cuts, CUTOFF_BEST_F1, 0, &c, &err),
			 RC_OK);
	assert_true(c.threshold == .1);
	vec_free(&cuts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roc__points_and_between),
		cmocka_unit_test(test_roc__area),
		cmocka_unit_test(test_roc__one_class_has_none),
		cmocka_unit_test(test_reliability__bins),
		cmocka_unit_test(test_reliability__only_of_probabilities),
		cmocka_unit_test(
			test_cutoff__cost_may_be_least_when_nobody_is_positive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
