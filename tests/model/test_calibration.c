/* Calibration within groups and conditional disparity, against libraries. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "model/fairness_boot.h"
#include "model/fairness_scores.h"

enum { N = 900, GROUPS = 3, STRATA = 4 };

/* Rows of tests/model/reference_fairness.py. */
struct data {
	double score[N], grade[N];
	uint16_t target[N], group[N], stratum[N];
	struct confusion tables[GROUPS], strata[GROUPS * STRATA];
	struct calibration by_score, by_grade;
	struct fairness_group scored[GROUPS], graded[GROUPS];
};

static unsigned draw(uint32_t *x, unsigned m)
{
	*x = (*x * 1103515245u + 12345u) % 2147483648u;
	return (*x >> 8) % m;
}

static void add_row(struct data *d, size_t i, unsigned score, bool target)
{
	bool said = score >= 50;
	struct confusion *c[2] = {
		&d->tables[d->group[i]],
		&d->strata[d->group[i] * STRATA + d->stratum[i]] };

	d->score[i] = score / 100.0;
	d->grade[i] = 1 + score / 13;
	d->target[i] = target;
	for (int k = 0; k < 2; k++) {
		c[k]->tp += target && said;
		c[k]->fn += target && !said;
		c[k]->fp += !target && said;
		c[k]->tn += !target && !said;
	}
}

static void calibrate(struct data *d, const double *score,
		      struct calibration *out)
{
	static const char *const names[GROUPS] = { "0", "1", "2" };
	struct partition cut = { "g", GROUPS, names, d->group };
	struct eval_input in = { .task = TASK_BINARY, .n = N,
				 .target = d->target, .score = score };

	calibration_make(&in, &cut, out);
}

static int make_data(void **state)
{
	struct data *d = XNEW(struct data);
	uint32_t x = 12345;

	for (size_t i = 0; i < N; i++) {
		unsigned score;

		d->group[i] = (uint16_t)draw(&x, GROUPS);
		d->stratum[i] = (uint16_t)draw(&x, STRATA);
		score = draw(&x, 101);
		add_row(d, i, score, draw(&x, 100) <
			score * (6 + d->group[i]) / 8 + 5);
	}
	calibrate(d, d->score, &d->by_score);
	calibrate(d, d->grade, &d->by_grade);
	for (size_t g = 0; g < GROUPS; g++) {
		static const char *const names[GROUPS] = { "0", "1", "2" };
		size_t n = d->by_grade.n_bins;

		d->scored[g] = (struct fairness_group){
			names[g], d->tables[g],
			d->by_score.tenths + g * CALIBRATION_TENTHS,
			CALIBRATION_TENTHS, d->strata + g * STRATA, STRATA };
		d->graded[g] = d->scored[g];
		d->graded[g].cells = d->by_grade.bins + g * n;
		d->graded[g].n_cells = n;
	}
	*state = d;
	return 0;
}

static int free_data(void **state)
{
	struct data *d = *state;

	calibration_release(&d->by_score);
	calibration_release(&d->by_grade);
	free(d);
	return 0;
}

static const struct {
	const char *name;
	double value;
} wants[] = {
	{ "calibration_difference", 0.15995325872284394 },
	{ "calibration_ratio", 0.7145719108326395 },
	{ "calibration_error_difference", 0.04606385780118501 },
	{ "calibration_error_group_max", 0.11061224489795919 },
	{ "same_score_difference", 0.16200107556830967 },
	{ "same_score_ratio", 0.7116967072974575 },
	{ "same_score_gap", 0.15716275107136135 },
	{ "clarify_cddl", -0.15235536307555259 },
	{ "clarify_cddpl", 0.02377515699353768 },
	{ "differential_fairness_bias_amplification", -0.22472859266663603 },
};

static const struct fairness_group *groups_for(const struct data *d,
					       const struct fairness_measure *m)
{
	return fairness_needs(m) == NEEDS_SCORES ? d->graded : d->scored;
}

static void test_calibration__agrees_with_libraries(void **state)
{
	for (size_t i = 0; i < sizeof(wants) / sizeof(*wants); i++) {
		const struct fairness_measure *m = fairness_find(wants[i].name);
		struct fairness_result r;
		struct err err = ERR_INIT;

		assert_non_null(m);
		assert_int_equal(fairness_compute(m, groups_for(*state, m),
						  GROUPS, 1, 0, 0, &r, &err),
				 RC_OK);
		assert_null(r.figure.why);
		if (fabs(r.figure.value - wants[i].value) > 1e-12)
			fail_msg("%s is %.17g, not %.17g", wants[i].name,
				 r.figure.value, wants[i].value);
	}
}

static void test_calibration__intervals_are_the_seeds(void **state)
{
	for (size_t i = 0; i < sizeof(wants) / sizeof(*wants); i++) {
		const struct fairness_measure *m = fairness_find(wants[i].name);
		const struct fairness_group *g = groups_for(*state, m);
		struct figure a = figure_value(wants[i].value, N), b = a;

		fairness_interval(m, g, GROUPS, 1, 0, 400, 7, &a);
		fairness_interval(m, g, GROUPS, 1, 0, 400, 7, &b);
		assert_int_equal(a.method, METHOD_BOOTSTRAP);
		assert_true(a.low < a.value && a.value < a.high);
		assert_true(a.high - a.low < .6);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void test_calibration__scores_have_bins_of_their_own(void **state)
{
	const struct data *d = *state;

	assert_int_equal(d->by_grade.n_bins, 8);
	assert_false(d->by_grade.is_probability);
	assert_null(d->by_grade.tenths);
	assert_true(d->by_score.is_probability);
	assert_int_equal(d->by_score.n_bins, CALIBRATION_BINS);
	for (size_t k = 1; k < d->by_score.n_bins; k++)
		assert_true(d->by_score.high[k - 1] < d->by_score.low[k]);
}

/* The difference of one that is right about all is 0 whatever the groups'
 * shares; where a score means more in one group, only that is seen. */
static void test_calibration__equal_at_each_score(void **state)
{
	struct score_cell a[2] = { { .n = { 80, 20 } }, { .n = { 10, 30 } } };
	struct score_cell b[2] = { { .n = { 8, 2 } }, { .n = { 100, 300 } } };
	struct fairness_group g[2] = { { .value = "a", .cells = a,
					 .n_cells = 2 },
				       { .value = "b", .cells = b,
					 .n_cells = 2 } };
	struct group_value v[2];

	(void)state;
	group_values(OBSERVED_LESS_EXPECTED, g, 2, v);
	assert_true(fabs(v[0].value) < 1e-12 && fabs(v[1].value) < 1e-12);
	assert_int_equal(v[1].n, 410);
	b[1] = (struct score_cell){ .n = { 200, 200 } };
	group_values(OBSERVED_LESS_EXPECTED, g, 2, v);
	/* expected of the upper score: 230 of 440 */
	assert_float_equal(v[0].value, (30 - 40 * 230.0 / 440) / 140, 1e-12);
	assert_true(v[1].value < 0);
}

static void test_calibration__undefined_has_a_reason(void **state)
{
	struct score_cell none[1] = { { .n = { 0, 0 } } };
	struct score_cell zero[1] = { { .n = { 40, 0 } } };
	struct fairness_group g[2] = { { .value = "a", .cells = zero,
					 .n_cells = 1 },
				       { .value = "b", .cells = none,
					 .n_cells = 1 } };
	struct fairness_result r;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fairness_compute(fairness_find("same_score_difference"),
					  g, 2, 1, 0, 0, &r, &err), RC_OK);
	assert_string_equal(r.figure.why, "there is only one group");
	assert_int_equal(fairness_compute(fairness_find("same_score_gap"), g, 2,
					  0, 1, 0, &r, &err), RC_OK);
	assert_non_null(strstr(r.figure.why, "no case of the one"));
	g[1].cells = zero;
	assert_int_equal(fairness_compute(fairness_find("same_score_ratio"), g,
					  2, 1, 0, 0, &r, &err), RC_OK);
	assert_non_null(strstr(r.figure.why, "no positives are expected"));
	g[0].strata = g[1].strata = &(struct confusion){ .tn = 9 };
	g[0].n_strata = g[1].n_strata = 1;
	assert_int_equal(fairness_compute(fairness_find("clarify_cddl"), g, 2,
					  1, 0, 0, &r, &err), RC_OK);
	assert_non_null(strstr(r.figure.why, "only negatives"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calibration__agrees_with_libraries),
		cmocka_unit_test(test_calibration__intervals_are_the_seeds),
		cmocka_unit_test(test_calibration__scores_have_bins_of_their_own),
		cmocka_unit_test(test_calibration__equal_at_each_score),
		cmocka_unit_test(test_calibration__undefined_has_a_reason),
	};

	return cmocka_run_group_tests(tests, make_data, free_data);
}
