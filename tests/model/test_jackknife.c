/* Intervals of many scores: the derivatives are those that weights give, and
 * the intervals those of the bootstrap, from rows and from counts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "model/auc.h"
#include "model/compare.h"
#include "model/evaluation.h"
#include "model/jackknife.h"
#include "model/rng.h"
#include "model/scored.h"

static const char *const labels[] = { "no", "yes" };

/* -- Average precision -- */

enum { FEW = 60 };

static double weighted_ap(const double *score, const uint8_t *label,
			  const double *weight)
{
	struct scored s;
	double out[SCORED_STATS];

	scored_init(&s, score, label, weight, FEW, true);
	scored_weigh(&s, NULL, out);
	scored_release(&s);
	return out[SCORED_AP];
}

static double variance_by_weights(const double *score, const uint8_t *label)
{
	double weight[FEW], sum = 0, h = 1e-4;

	for (size_t i = 0; i < FEW; i++)
		weight[i] = 1;
	for (size_t i = 0; i < FEW; i++) {
		double up, down;

		weight[i] = 1 + h;
		up = weighted_ap(score, label, weight);
		weight[i] = 1 - h;
		down = weighted_ap(score, label, weight);
		weight[i] = 1;
		sum += (up - down) / (2 * h) * ((up - down) / (2 * h));
	}
	return sum;
}

/* Rows one by one where they may be, as the sweep shows them. */
static double variance_by_sweep(const double *score, const uint8_t *label)
{
	uint32_t n[2] = { 0, 0 };
	struct auc a;

	for (size_t i = 0; i < FEW; i++)
		n[label[i]]++;
	auc_expect(&a, n[0], n[1]);
	for (size_t i = 0, j; i < FEW; i = j) {
		uint32_t run[2] = { 0, 0 };

		for (j = i; j < FEW && score[j] == score[i]; j++)
			run[label[j]]++;
		if (run[1] == 1 && !run[0])
			auc_positive(&a);
		else if (run[1])
			auc_tie(&a, run[1], run[0]);
		for (uint32_t k = 0; k < run[0] && !run[1]; k++)
			auc_negative(&a);
	}
	auc_count(&a);
	return auc_precision_variance(&a);
}

static void test_jackknife__derivatives_are_those_of_weights(void **state)
{
	struct rng r;

	(void)state;
	rng_init(&r, 5, 0, 0);
	for (unsigned round = 0; round < 300; round++) {
		uint64_t values = 1 + rng_below(&r, 90);
		double score[FEW], want;
		uint8_t label[FEW];
		size_t value = 0;

		for (size_t i = 0; i < FEW; i++) {
			value += rng_below(&r, FEW) < values;
			score[i] = (double)value / (FEW + 1);
			label[i] = rng_below(&r, 4) == 0;
		}
		label[rng_below(&r, FEW)] = 1;
		want = variance_by_weights(score, label);
		assert_true(fabs(variance_by_sweep(score, label) - want) <=
			    1e-6 * want + 1e-12);
	}
}

/* -- What rows move -- */

/* The metrics of an evaluation whose rows have weights. */
static double weighted_metric(const double *score, const uint16_t *target,
			      const double *truth, const double *weight,
			      enum metric m)
{
	struct eval_options none = { 0 };
	struct evaluation e;
	struct eval_input in = {
		.task = truth ? TASK_REGRESSION : TASK_BINARY, .n = FEW,
		.target = target, .score = truth ? NULL : score,
		.target_value = truth, .value = truth ? score : NULL,
		.weight = weight, .n_labels = 2, .labels = labels };
	double value;

	assert_int_equal(evaluate(&in, &none, &e, NULL), RC_OK);
	assert_null(e.whole.metrics[m].why);
	value = e.whole.metrics[m].value;
	evaluation_release(&e);
	return value;
}

static void check_moves(const double *score, const uint16_t *target,
			const double *truth, enum metric m,
			const double *moves)
{
	double weight[FEW], h = 1e-4;

	for (size_t i = 0; i < FEW; i++)
		weight[i] = 1;
	for (size_t i = 0; i < FEW; i++) {
		double up, down;

		weight[i] = 1 + h;
		up = weighted_metric(score, target, truth, weight, m);
		weight[i] = 1 - h;
		down = weighted_metric(score, target, truth, weight, m);
		weight[i] = 1;
		if (fabs((up - down) / (2 * h) - moves[i]) >= 2e-6)
			fail_msg("%s, row %zu: %.9f, not %.9f", metric_key(m),
				 i, moves[i], (up - down) / (2 * h));
	}
}

static void test_jackknife__moves_are_derivatives(void **state)
{
	struct rng r;

	(void)state;
	rng_init(&r, 8, 0, 0);
	for (unsigned round = 0; round < 20; round++) {
		double score[FEW], fine[FEW], truth[FEW], moves[FEW], sum = 0;
		uint16_t target[FEW];
		uint8_t label[FEW];

		for (size_t i = 0; i < FEW; i++) {
			score[i] = (double)rng_below(&r, 41) / 40;
			truth[i] = rng_unit(&r);
			/* no bin's sum is 0, where there is no derivative */
			fine[i] = rng_unit(&r);
			label[i] = i < 2 ? i == 1 : rng_unit(&r) < score[i];
			target[i] = label[i];
		}
		jackknife_precision_moves(score, label, FEW, moves);
		check_moves(score, target, NULL, METRIC_AVERAGE_PRECISION,
			    moves);
		for (size_t i = 0; i < FEW; i++)
			sum += moves[i];
		assert_true(fabs(sum) < 1e-12);
		jackknife_ece_moves(fine, label, FEW, moves);
		check_moves(fine, target, NULL, METRIC_ECE, moves);
		jackknife_rmse_moves(truth, score, FEW, moves);
		check_moves(score, NULL, truth, METRIC_RMSE, moves);
		jackknife_r2_moves(truth, score, FEW, moves);
		check_moves(score, NULL, truth, METRIC_R2, moves);
	}
}

/* -- Evaluations -- */

struct data {
	size_t n;
	double *score;
	uint16_t *target, *code;
	struct partition half;
	struct eval_input in;
};

/* Labels of a score: more often positive than it says, as often, or whatever
 * it says. */
enum truth { SHIFTED, CALIBRATED, UNRELATED };

static void data_init(struct data *d, size_t n, unsigned values,
		      enum truth truth)
{
	static const char *const names[] = { "a", "b" };
	struct rng r;

	*d = (struct data){ .n = n };
	d->score = XNEW_ARRAY(double, n);
	d->target = XNEW_ARRAY(uint16_t, n);
	d->code = XNEW_ARRAY(uint16_t, n);
	rng_init(&r, values, n, 1);
	for (size_t i = 0; i < n; i++) {
		double p = rng_unit(&r);

		d->score[i] = (double)rng_below(&r, values + 1) / values;
		if (truth == SHIFTED)
			d->score[i] *= .8;
		if (truth != UNRELATED)
			p = d->score[i] + (truth == SHIFTED ? .15 : 0);
		d->target[i] = rng_unit(&r) < p;
		d->code[i] = (uint16_t)rng_below(&r, 2);
	}
	d->half = (struct partition){ "half", 2, names, d->code };
	d->in = (struct eval_input){
		.task = TASK_BINARY, .n = n, .target = d->target,
		.score = d->score, .n_labels = 2, .labels = labels,
		.has_threshold = true, .threshold = .5,
		.n_partitions = 1, .partitions = &d->half };
}

static void data_release(struct data *d)
{
	free(d->score);
	free(d->target);
	free(d->code);
}

static const enum metric metrics[] = {
	METRIC_AVERAGE_PRECISION, METRIC_LOG_LOSS, METRIC_BRIER, METRIC_ECE,
};

static void check_near(const struct figure *got, const struct figure *want)
{
	double width = want->high - want->low;

	assert_int_equal(got->method, METHOD_JACKKNIFE);
	assert_int_equal(want->method, METHOD_BOOTSTRAP);
	assert_true(got->value == want->value);
	assert_true(fabs(got->low - want->low) < .12 * width);
	assert_true(fabs(got->high - want->high) < .12 * width);
}

/* Of a calibrated version some gap may be 0. */
static void check_slot(const struct eval_slice *got,
		       const struct eval_slice *want, enum truth truth)
{
	for (size_t i = 0; i < COUNT(metrics); i++) {
		const struct figure *f = &got->metrics[metrics[i]];

		if (metrics[i] == METRIC_ECE && truth == CALIBRATED)
			assert_int_equal(f->method, METHOD_NONE);
		else
			check_near(f, &want->metrics[metrics[i]]);
	}
}

static void check_data(size_t n, unsigned values, enum truth truth)
{
	struct eval_options usual = { .resamples = 1000 };
	struct eval_options all = { .resamples = 1000, .bootstrap_all = true };
	struct evaluation got, want;
	struct data d;

	data_init(&d, n, values, truth);
	assert_int_equal(evaluate(&d.in, &usual, &got, NULL), RC_OK);
	assert_int_equal(evaluate(&d.in, &all, &want, NULL), RC_OK);
	check_slot(&got.whole, &want.whole, truth);
	for (size_t s = 0; s < got.n_slices; s++)
		check_slot(&got.slices[s], &want.slices[s], truth);
	evaluation_release(&got);
	evaluation_release(&want);
	data_release(&d);
}

static void test_jackknife__intervals_are_near_the_bootstraps(void **state)
{
	(void)state;
	for (int truth = SHIFTED; truth <= UNRELATED; truth++)
		check_data(40000, 1u << 24, (enum truth)truth);
	/* counted */
	check_data(130000, 8000, CALIBRATED);
	check_data(130000, 8000, UNRELATED);
}

/* Errors of a slice, of rows or of groups; the whole is resampled. */
static void check_errors(bool weighted, uint32_t n_groups)
{
	enum { N = 30000 };
	static const char *const names[] = { "a", "b" };
	struct eval_options usual = { .resamples = 600 };
	struct eval_options all = { .resamples = 600, .bootstrap_all = true };
	double *x = XNEW_ARRAY(double, 4 * N);
	uint32_t *group = XNEW_ARRAY(uint32_t, N);
	uint16_t *code = XNEW_ARRAY(uint16_t, N);
	struct partition half = { "half", 2, names, code };
	struct evaluation got, want;
	struct eval_input in = {
		.task = TASK_REGRESSION, .n = N, .target_value = x,
		.value = x + N, .scale = x + 2 * N,
		.weight = weighted ? x + 3 * N : NULL,
		.group = n_groups ? group : NULL, .n_groups = n_groups,
		.n_partitions = 1, .partitions = &half };
	struct rng r;

	rng_init(&r, 3, weighted, n_groups);
	for (size_t i = 0; i < N; i++) {
		x[i] = 5 + rng_unit(&r) * 10;
		x[N + i] = x[i] + (rng_unit(&r) + rng_unit(&r) - .9) * 3;
		x[2 * N + i] = 1 + rng_unit(&r);
		x[3 * N + i] = (double)(1 + rng_below(&r, 3));
		group[i] = (uint32_t)(i % (n_groups ? n_groups : 1));
		code[i] = (uint16_t)(group[i] & 1);
	}
	for (size_t i = 0; !n_groups && i < N; i++)
		code[i] = (uint16_t)rng_below(&r, 2);
	assert_int_equal(evaluate(&in, &usual, &got, NULL), RC_OK);
	assert_int_equal(evaluate(&in, &all, &want, NULL), RC_OK);
	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		const struct figure *a = &got.slices[0].metrics[m];
		const struct figure *b = &want.slices[0].metrics[m];
		bool quantile = m == METRIC_MEDIAN_ABSOLUTE_ERROR ||
			(m >= METRIC_ERROR_Q05 && m <= METRIC_ERROR_Q95);
		double width = b->high - b->low;

		if (!metric_fits(m, TASK_REGRESSION))
			continue;
		assert_int_equal(got.whole.metrics[m].method,
				 METHOD_BOOTSTRAP);
		assert_int_equal(a->method, !quantile ? METHOD_JACKKNIFE :
				 weighted ? METHOD_NONE : METHOD_ORDER);
		if (a->method == METHOD_NONE)
			continue;
		assert_true(fabs(a->low - b->low) < .2 * width);
		assert_true(fabs(a->high - b->high) < .2 * width);
	}
	evaluation_release(&got);
	evaluation_release(&want);
	free(x);
	free(group);
	free(code);
}

static void test_jackknife__errors_have_intervals(void **state)
{
	(void)state;
	check_errors(false, 0);
	check_errors(true, 0);
	check_errors(false, 12000);
}

/* The rows of a slice, too many to be resampled, are those of a whole that is
 * small enough: the pair's intervals are near each other. */
enum { PAIRED = 6000 };

static struct comparison compared(struct eval_input in[2], size_t n,
				  const struct partition *half)
{
	struct comparison c;
	struct err err = ERR_INIT;

	for (int k = 0; k < 2; k++) {
		in[k].n = n;
		in[k].partitions = half;
		in[k].n_partitions = half != NULL;
	}
	if (compare_versions(in, 2, NULL, &(struct compare_options){ 0 }, &c,
			     &err))
		fail_msg("%s", err.text);
	return c;
}

static void check_delta(const struct delta *got, const struct delta *want)
{
	double width = want->high - want->low;

	assert_int_equal(got->method, METHOD_JACKKNIFE);
	assert_int_equal(want->method, METHOD_PAIRED_BOOTSTRAP);
	assert_true(fabs(got->delta - want->delta) < 1e-12);
	assert_true(fabs(got->low - want->low) < .12 * width);
	assert_true(fabs(got->high - want->high) < .12 * width);
}

/* positive: one of so many rows is. */
static void check_pair(enum task task, unsigned positive,
		       const enum metric *of, size_t n_of, bool has)
{
	static const char *const names[] = { "a", "b" };
	double *x = XNEW_ARRAY(double, 6 * PAIRED);
	uint16_t *target = XNEW_ARRAY(uint16_t, 4 * PAIRED);
	uint16_t *code = target + 2 * PAIRED;
	struct partition half = { "half", 2, names, code };
	struct comparison slice, whole;
	struct eval_input in[2];
	struct rng r;

	rng_init(&r, 4, (uint64_t)task, positive);
	for (size_t i = 0; i < 2 * PAIRED; i++) {
		double q = rng_unit(&r) * .7;

		code[i] = i >= PAIRED;
		target[i] = positive ? i % positive == 0
				     : rng_unit(&r) < q + .3;
		x[i] = q + .2 * rng_unit(&r);
		x[2 * PAIRED + i] = q + .1 * rng_unit(&r);
		x[4 * PAIRED + i] = q;
	}
	for (int k = 0; k < 2; k++)
		in[k] = (struct eval_input){
			.task = task, .target = target, .n_labels = 2,
			.labels = labels, .target_value = x + 4 * PAIRED,
			.score = task == TASK_BINARY ? x + 2 * k * PAIRED
						     : NULL,
			.value = task == TASK_BINARY ? NULL
						     : x + 2 * k * PAIRED };
	slice = compared(in, 2 * PAIRED, &half);
	whole = compared(in, PAIRED, NULL);
	for (size_t i = 0; i < n_of; i++) {
		const struct delta *got = &slice.candidates[0].slices[0]
						   .metrics[of[i]];

		if (has)
			check_delta(got, &whole.candidates[0].metrics[of[i]]);
		else
			assert_false(got->has_interval);
	}
	comparison_release(&slice);
	comparison_release(&whole);
	free(x);
	free(target);
}

static void test_jackknife__pairs_are_near_the_bootstraps(void **state)
{
	static const enum metric scores[] = { METRIC_AVERAGE_PRECISION,
					      METRIC_ECE };
	static const enum metric errors[] = { METRIC_RMSE, METRIC_R2 };

	(void)state;
	check_pair(TASK_BINARY, 0, scores, 2, true);
	check_pair(TASK_REGRESSION, 0, errors, 2, true);
	/* 6 positives in the slice are too few for a normal law */
	check_pair(TASK_BINARY, 1000, scores, 1, false);
}

static void test_jackknife__few_scores_are_resampled(void **state)
{
	struct eval_options usual = { .resamples = 200 };
	struct evaluation e;
	struct data d;

	(void)state;
	data_init(&d, 30000, 100, SHIFTED);
	assert_int_equal(evaluate(&d.in, &usual, &e, NULL), RC_OK);
	for (size_t i = 0; i < COUNT(metrics); i++)
		assert_int_equal(e.whole.metrics[metrics[i]].method,
				 METHOD_BOOTSTRAP);
	evaluation_release(&e);
	data_release(&d);
}

static void test_jackknife__undefined_and_few_units_have_none(void **state)
{
	struct figure none = figure_why_not(WHY_NO_SCORE, 50);
	struct figure few = figure_value(.5, JACKKNIFE_LEAST - 1);
	struct figure mean = figure_value(.5, 100);

	(void)state;
	jackknife_interval(&none, 1, 0, 1);
	jackknife_interval(&few, 1, 0, 1);
	assert_int_equal(none.method, METHOD_NONE);
	assert_int_equal(few.method, METHOD_NONE);
	jackknife_mean(&mean, 50, 1);		/* half 0, half 1 */
	assert_int_equal(mean.method, METHOD_JACKKNIFE);
	assert_true(fabs(mean.low - (.5 - 1.959963984540054 * .05)) < 1e-12);
	assert_true(fabs(mean.high - (.5 + 1.959963984540054 * .05)) < 1e-12);
	jackknife_mean(&mean, 25, 1);		/* all .5 */
	assert_true(mean.low == .5 && mean.high == .5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_jackknife__derivatives_are_those_of_weights),
		cmocka_unit_test(test_jackknife__moves_are_derivatives),
		cmocka_unit_test(test_jackknife__intervals_are_near_the_bootstraps),
		cmocka_unit_test(test_jackknife__errors_have_intervals),
		cmocka_unit_test(test_jackknife__pairs_are_near_the_bootstraps),
		cmocka_unit_test(test_jackknife__few_scores_are_resampled),
		cmocka_unit_test(
			test_jackknife__undefined_and_few_units_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
