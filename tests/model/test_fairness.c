#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/fairness.h"

/* Sixty rows in two groups; b is the unprivileged one. */
static const struct fairness_group two[] = {
	{ "a", { .tp = 17, .fp = 4, .fn = 2, .tn = 13 } },
	{ "b", { .tp = 4, .fp = 4, .fn = 5, .tn = 11 } },
};

/* The worked example of Fairlearn's user guide (assessment). */
static const struct fairness_group guide[] = {
	{ "a", { .tp = 1, .fp = 2, .fn = 1, .tn = 0 } },
	{ "b", { .tp = 3, .fp = 0, .fn = 2, .tn = 1 } },
	{ "c", { .tp = 2, .fp = 2, .fn = 3, .tn = 1 } },
};

struct want {
	const char *name;
	const struct fairness_group *groups;
	size_t n;
	double value;
};

/* From the libraries' formulas on these counts: fairlearn 0.13, and the
 * formulas of AIF360 and Clarify worked by hand in fractions. */
static const struct want wants[] = {
	{ "demographic_parity_difference", two, 2, 0.25 },
	{ "demographic_parity_ratio", two, 2, 4.0 / 7 },
	{ "equalized_odds_difference", two, 2, 0.45029239766081874 },
	{ "equalized_odds_ratio", two, 2, 0.4967320261437908 },
	{ "equal_opportunity_difference", two, 2, 0.45029239766081874 },
	{ "equal_opportunity_ratio", two, 2, 0.4967320261437908 },
	{ "statistical_parity_difference", two, 2, -0.25 },
	{ "disparate_impact", two, 2, 4.0 / 7 },
	{ "aif360_equal_opportunity_difference", two, 2,
	  -0.45029239766081874 },
	{ "average_odds_difference", two, 2, -0.20945992432060545 },
	{ "average_abs_odds_difference", two, 2, 0.2408324733402133 },
	{ "aif360_equalized_odds_difference", two, 2, 0.45029239766081874 },
	{ "error_rate_difference", two, 2, 0.20833333333333334 },
	{ "clarify_dpl", two, 2, 0.1527777777777778 },
	{ "clarify_dppl", two, 2, 0.25 },
	{ "clarify_di", two, 2, 4.0 / 7 },
	{ "clarify_dca", two, 2, -0.22023809523809523 },
	{ "clarify_dcr", two, 2, -0.1958333333333333 },
	{ "clarify_sd", two, 2, -0.03137254901960784 },
	{ "clarify_rd", two, 2, 0.45029239766081874 },
	{ "clarify_dar", two, 2, 0.30952380952380953 },
	{ "clarify_drr", two, 2, -0.1791666666666667 },
	{ "clarify_ad", two, 2, 0.20833333333333337 },
	{ "clarify_te", two, 2, 0.75 },
	{ "aequitas_fpr_disparity", two, 2, (4.0 / 15) / (4.0 / 17) },
	{ "clarify_ci", two, 2, 0.2 },
	{ "clarify_kl", two, 2, 0.04800286591939956 },
	{ "clarify_js", two, 2, 0.011830419728155746 },
	{ "clarify_lp", two, 2, 0.2160604053625562 },
	{ "clarify_tvd", two, 2, 0.1527777777777778 },
	{ "clarify_ks", two, 2, 0.1527777777777778 },
	{ "clarify_ge", two, 2, 0.1208008599838754 },
	{ "theil_index", two, 2, 0.16527979458910294 },
	{ "coefficient_of_variation", two, 2, 0.49152997870704773 },
	{ "generalized_entropy_index", two, 2, 0.1208008599838754 },
	{ "demographic_parity_difference", two, 2, 0.25 },
	{ "selection_rate_difference_to_overall", two, 2, 0.15 },
	{ "equalized_odds_difference_mean", two, 2, 0.2408324733402133 },
	{ "true_positive_rate_difference_to_overall", guide, 3, 0.1 },
	{ "false_positive_rate_difference_to_overall", guide, 3, 2.0 / 3 },
	{ "selection_rate_difference_to_overall", guide, 3,
	  0.19444444444444442 },
	{ "true_positive_rate_ratio_to_overall", guide, 3, 0.8 },
	{ "false_positive_rate_ratio_to_overall", guide, 3, 0 },
	{ "selection_rate_ratio_to_overall", guide, 3, 0.7407407407407407 },
	{ "true_positive_rate_difference", guide, 3, 0.2 },
	{ "false_positive_rate_difference", guide, 3, 1 },
	{ "selection_rate_difference", guide, 3, 0.25 },
	{ "true_positive_rate_ratio", guide, 3, 2.0 / 3 },
	{ "false_positive_rate_ratio", guide, 3, 0 },
	{ "selection_rate_ratio", guide, 3, 2.0 / 3 },
	{ "demographic_parity_ratio", guide, 3, 2.0 / 3 },
	{ "equalized_odds_ratio", guide, 3, 0 },
	{ "recall_score_group_min", guide, 3, 0.4 },
};

static void test_fairness__measure(void **state)
{
	const struct want *w = *state;
	const struct fairness_measure *m = fairness_find(w->name);
	struct fairness_result r;
	struct err err = ERR_INIT;

	assert_non_null(m);
	assert_int_equal(fairness_compute(m, w->groups, w->n, 1, 0, 0, &r,
					  &err), RC_OK);
	assert_null(r.figure.why);
	assert_float_equal(r.figure.value, w->value, 1e-12);
}

static struct fairness_result compute(const char *name,
				      const struct fairness_group *groups,
				      size_t n, uint64_t min_n)
{
	struct fairness_result r;
	struct err err = ERR_INIT;

	assert_int_equal(fairness_compute(fairness_find(name), groups, n, 1, 0,
					  min_n, &r, &err), RC_OK);
	return r;
}

static void test_fairness__no_positives_is_never_fair(void **state)
{
	static const struct fairness_group g[] = {
		{ "a", { .tp = 5, .fp = 1, .fn = 1, .tn = 5 } },
		{ "b", { .fp = 1, .tn = 9 } },
	};

	(void)state;
	assert_string_equal(compute("equal_opportunity_difference", g, 2, 0)
			    .figure.why, "a group has no positives");
	assert_non_null(compute("equalized_odds_ratio", g, 2, 0).figure.why);
	assert_null(compute("selection_rate_ratio", g, 2, 0).figure.why);
}

static void test_fairness__nobody_selected_is_undefined(void **state)
{
	static const struct fairness_group g[] = {
		{ "a", { .fn = 3, .tn = 5 } }, { "b", { .fn = 2, .tn = 5 } },
	};

	(void)state;
	assert_non_null(compute("demographic_parity_ratio", g, 2, 0)
			.figure.why);
	assert_null(compute("demographic_parity_difference", g, 2, 0)
		    .figure.why);
	assert_non_null(compute("disparate_impact", g, 2, 0).figure.why);
}

static void test_fairness__small_groups_are_told(void **state)
{
	struct fairness_result r = compute("equal_opportunity_difference",
					   two, 2, 10);

	(void)state;
	assert_true(r.is_small);
	assert_int_equal(r.figure.n, 9);
	assert_false(compute("selection_rate_ratio", two, 2, 24).is_small);
	assert_string_equal(r.low, "b");
	assert_string_equal(r.high, "a");
}

static void test_fairness__empty_groups_take_no_part(void **state)
{
	static const struct fairness_group g[] = {
		{ "a", { .tp = 17, .fp = 4, .fn = 2, .tn = 13 } },
		{ "none", { 0 } },
		{ "b", { .tp = 4, .fp = 4, .fn = 5, .tn = 11 } },
	};

	(void)state;
	assert_float_equal(compute("demographic_parity_difference", g, 3, 0)
			   .figure.value, 0.25, 1e-12);
	assert_non_null(compute("demographic_parity_difference", g, 0, 0)
			.figure.why);
}

static void test_fairness__one_group_alone_is_never_fair(void **state)
{
	static const struct fairness_group g[] = {
		{ "a", { .tp = 17, .fp = 4, .fn = 2, .tn = 13 } },
		{ "none", { 0 } },
	};

	(void)state;
	assert_string_equal(compute("demographic_parity_difference", g, 2, 0)
			    .figure.why, "there is only one group");
	assert_string_equal(compute("equalized_odds_ratio", g, 1, 0)
			    .figure.why, "there is only one group");
	assert_null(compute("recall_score_group_min", g, 1, 0).figure.why);
}

/* What it divides by are the false positives. */
static void test_fairness__treatment_counts_false_positives(void **state)
{
	(void)state;
	assert_int_equal(compute("clarify_te", two, 2, 0).figure.n, 4);
}

static void test_fairness__signed_ones_need_two_groups(void **state)
{
	struct fairness_result r;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fairness_compute(fairness_find("disparate_impact"),
					  two, 2, 1, 1, 0, &r, &err),
			 RC_BAD_INPUT);
	assert_int_equal(fairness_compute(fairness_find("clarify_rd"), two, 2,
					  0, 7, 0, &r, &err), RC_BAD_INPUT);
}

static void test_fairness__names_are_unique(void **state)
{
	size_t n;
	const struct fairness_measure *m = fairness_list(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_ptr_equal(fairness_find(m[i].name), &m[i]);
	assert_null(fairness_find("justice"));
}

int main(void)
{
	enum { ROWS = sizeof(wants) / sizeof(wants[0]) };
	struct CMUnitTest rows[ROWS];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fairness__no_positives_is_never_fair),
		cmocka_unit_test(test_fairness__nobody_selected_is_undefined),
		cmocka_unit_test(test_fairness__small_groups_are_told),
		cmocka_unit_test(test_fairness__empty_groups_take_no_part),
		cmocka_unit_test(test_fairness__one_group_alone_is_never_fair),
		cmocka_unit_test(
			test_fairness__treatment_counts_false_positives),
		cmocka_unit_test(test_fairness__signed_ones_need_two_groups),
		cmocka_unit_test(test_fairness__names_are_unique),
	};
	int failed;

	for (size_t i = 0; i < ROWS; i++)
		rows[i] = (struct CMUnitTest){
			wants[i].name, test_fairness__measure, NULL, NULL,
			(void *)(uintptr_t)&wants[i],
		};
	failed = cmocka_run_group_tests_name("measures", rows, NULL, NULL);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
