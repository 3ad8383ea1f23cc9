/* One evaluation by one column: small groups, verdicts, intervals. */
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
#include "model/fairview.h"

/* An evaluation's names are its own; here they live as long as the test. */
static char *name(const char *text)
{
	static char pool[64][16];
	static size_t n;
	char *to = pool[n++ % 64];

	snprintf(to, sizeof(pool[0]), "%s", text);
	return to;
}

static struct eval_slice slice(const char *by, const char *value, uint64_t tp,
			       uint64_t fp, uint64_t fn, uint64_t tn)
{
	static const enum metric rates[] = {
		METRIC_ACCURACY, METRIC_SELECTION_RATE, METRIC_RECALL,
		METRIC_FPR, METRIC_PRECISION };
	struct eval_slice s = { .by = name(by), .value = name(value),
				.n = tp + fp + fn + tn, .has_confusion = true,
				.confusion = { tp, fp, fn, tn } };

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		s.metrics[rates[i]] = confusion_figure(&s.confusion, rates[i],
						       false);
	return s;
}

static struct fairview view_of(struct eval_slice *slices, size_t n,
			       const char *against, bool all)
{
	struct evaluation e = { .testset = name("loans"), .n_slices = n,
				.slices = slices };
	struct fair_options o = { .by = "sex", .against = against, .all = all,
				  .resamples = 500, .seed = 1 };
	struct fairview v;
	struct err err = ERR_INIT;

	if (fairview_make(&e, &o, &v, &err) != RC_OK)
		fail_msg("%s", err.text);
	return v;
}

/* Rows that have a score, and a group that has none of them. */
static void test_fairview__a_group_without_scores(void **state)
{
	static const char *const values[] = { "f", "m" };
	uint16_t target[100], code[100];
	double score[100];
	struct partition cut = { "sex", 2, values, code };
	struct eval_input in = { .task = TASK_BINARY, .n = 100,
				 .target = target, .score = score };
	struct fair_more more = { .n_values = 2, .values = values,
				  .has_calibration = true };
	struct eval_slice s[] = { slice("sex", "f", 15, 10, 10, 15),
				  slice("sex", "m", 15, 10, 10, 15),
				  slice("sex", "x", 20, 10, 10, 10) };
	struct evaluation e = { .testset = name("loans"), .n_slices = 3,
				.slices = s };
	struct fair_options o = { .by = "sex", .all = true, .more = &more,
				  .resamples = 50, .seed = 1 };
	struct fairview v;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		score[i] = (double)(i / 2) / 50;
		target[i] = i % 4 > 1;
		code[i] = (uint16_t)(i % 2);
	}
	calibration_make(&in, &cut, &more.calibration);
	assert_int_equal(fairview_make(&e, &o, &v, NULL), RC_OK);
	assert_null(v.groups[0].over_same.why);
	assert_null(v.groups[1].mean_score.why);
	assert_string_equal(v.groups[2].value, "x");
	assert_string_equal(v.groups[2].over_same.why,
			    why_text(WHY_NO_SCORE));
	assert_string_equal(v.groups[2].mean_score.why,
			    why_text(WHY_NO_SCORE));
	assert_non_null(fairview_at_score(&v, 2, 0).share.why);
	assert_int_equal(fairview_row(&v, "calibration_difference")
			 ->left_out.n, 1);
	fairview_release(&v);
}

static void test_fairview__small_groups_are_named(void **state)
{
	struct eval_slice s[] = { slice("sex", "f", 400, 100, 100, 400),
				  slice("sex", "m", 400, 100, 100, 400),
				  slice("sex", "x", 2, 0, 0, 3) };
	struct fairview v = view_of(s, 3, NULL, false);
	const struct fair_row *r =
		fairview_row(&v, "demographic_parity_difference");

	(void)state;
	assert_true(v.groups[2].few && !v.groups[0].few);
	assert_int_equal(r->left_out.n, 1);
	assert_string_equal(r->left_out.at[0], "x");
	assert_true(fabs(r->figure.value) < 1e-12);
	/* equal, but of x nothing is known: never fair */
	assert_int_equal(r->verdict, FAIR_INSUFFICIENT);
	fairview_release(&v);
}

static void test_fairview__verdicts(void **state)
{
	struct eval_slice s[] = { slice("sex", "f", 4000, 1000, 1000, 4000),
				  slice("sex", "m", 4000, 1000, 1000, 4000),
				  slice("age", "old", 1, 1, 1, 1) };
	struct eval_slice far[] = { slice("sex", "f", 4000, 1000, 1000, 4000),
				    slice("sex", "m", 1000, 100, 4000, 4900) };
	struct eval_slice near[] = { slice("sex", "f", 40, 10, 10, 40),
				     slice("sex", "m", 36, 10, 14, 40) };
	struct fairview v = view_of(s, 2, NULL, false);

	(void)state;
	assert_int_equal(fairview_row(&v, "equalized_odds_ratio")->verdict,
			 FAIR_WITHIN);
	fairview_release(&v);
	v = view_of(far, 2, NULL, false);
	assert_int_equal(fairview_row(&v, "equal_opportunity_difference")
			 ->verdict, FAIR_OUTSIDE);
	fairview_release(&v);
	v = view_of(near, 2, NULL, false);
	assert_int_equal(fairview_row(&v, "equal_opportunity_difference")
			 ->verdict, FAIR_UNSURE);
	fairview_release(&v);
}

static void test_fairview__intervals_hold_their_value(void **state)
{
	struct eval_slice s[] = { slice("sex", "f", 40, 10, 12, 41),
				  slice("sex", "m", 36, 9, 14, 40) };
	struct fairview v = view_of(s, 2, "f", true);
	size_t n, counted = 0;
	const struct fairness_measure *all = fairness_list(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		counted += fairness_needs(&all[i]) == NEEDS_COUNTS;
	assert_int_equal(v.n_rows, counted);	/* of m alone: one row each */
	for (size_t i = 0; i < v.n_rows; i++) {
		const struct figure *f = &v.rows[i].figure;

		assert_null(f->why);
		assert_int_equal(f->method, METHOD_BOOTSTRAP);
		assert_true(f->low <= f->value && f->value <= f->high);
	}
	fairview_release(&v);
}

static void test_fairview__says_conflicts(void **state)
{
	struct eval_slice s[] = { slice("sex", "f", 4000, 1000, 1000, 4000),
				  slice("sex", "m", 1000, 1500, 300, 7200) };
	struct fairview v = view_of(s, 2, NULL, false);
	struct buf b = BUF_INIT;

	(void)state;
	fairview_conflicts(&v, &b);
	assert_non_null(strstr(b.data, "greatest less least: 0.3700"));
	assert_non_null(strstr(b.data, "these do not: demographic parity"));
	buf_release(&b);
	fairview_release(&v);
}

static void test_fairview__refuses(void **state)
{
	struct eval_slice s[] = { slice("sex", "f", 4, 1, 1, 4),
				  slice("race", "a", 4, 1, 1, 4) };
	struct evaluation e = { .testset = name("loans"), .n_slices = 2,
				.slices = s };
	struct fair_options o = { .by = "age" };
	struct fairview v;
	struct err err = ERR_INIT;
	struct strs columns = VEC_INIT;

	(void)state;
	assert_int_equal(fairview_make(&e, &o, &v, &err), RC_NOT_FOUND);
	o.by = "sex";
	o.against = "nobody";
	assert_int_equal(fairview_make(&e, &o, &v, &err), RC_NOT_FOUND);
	fairview_columns(&e, &columns);
	assert_int_equal(columns.n, 2);
	strs_release(&columns);
	s[0].has_confusion = false;
	o.against = NULL;
	assert_int_equal(fairview_make(&e, &o, &v, &err), RC_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fairview__a_group_without_scores),
		cmocka_unit_test(test_fairview__small_groups_are_named),
		cmocka_unit_test(test_fairview__verdicts),
		cmocka_unit_test(test_fairview__intervals_hold_their_value),
		cmocka_unit_test(test_fairview__says_conflicts),
		cmocka_unit_test(test_fairview__refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
