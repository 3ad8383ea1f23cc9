/* Spread of versions, and the tipping point along a number. */
#include "tests/model/golden.h"

#include <math.h>

#include "model/spread.h"
#include "model/tipping.h"

#define K 5
#define ROWS 200

struct versions {
	uint16_t target[ROWS], label[K][ROWS];
	double number[ROWS], value[K][ROWS], target_value[ROWS];
	struct eval_input in[K];
};

static uint64_t dice(uint64_t *z)
{
	*z = *z * 6364136223846793005u + 1442695040888963407u;
	return *z >> 33;
}

static void make(struct versions *v, enum task task, size_t n_labels)
{
	static const char *const names[] = { "a", "b", "c" };
	uint64_t z = 9;

	for (size_t i = 0; i < ROWS; i++) {
		v->target[i] = (uint16_t)(dice(&z) % n_labels);
		v->target_value[i] = (double)(dice(&z) % 100);
		v->number[i] = (double)(dice(&z) % 50);
		for (size_t j = 0; j < K; j++) {
			v->label[j][i] = dice(&z) % 3 ? v->target[i]
				: (uint16_t)(dice(&z) % n_labels);
			v->value[j][i] = v->target_value[i] + 2 +
				(double)(dice(&z) % 11) - 5;
		}
	}
	for (size_t j = 0; j < K; j++)
		v->in[j] = (struct eval_input){
			.task = task, .n = ROWS,
			.n_labels = task == TASK_REGRESSION ? 0 : n_labels,
			.labels = names, .target = v->target,
			.target_value = v->target_value,
			.label = v->label[j], .value = v->value[j],
		};
}

static double mean_error(const struct versions *v)
{
	double sum = 0;

	for (size_t j = 0; j < K; j++)
		for (size_t i = 0; i < ROWS; i++)
			sum += v->label[j][i] != v->target[i];
	return sum / (K * ROWS);
}

/* Squares overflow: INFINITY, never NaN; and what weighs nothing does not
 * count. Weights of any size are only shares. */
static void test_spread__huge_numbers_and_weights(void **state)
{
	double target[3] = { 0, 1, 1e200 }, a[3] = { 1, 3, -1.7e308 };
	double b[3] = { 3, 5, 1.7e308 }, w[3] = { 1.5e308, .5e308, 0 };
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = 3, .target_value = target,
		  .value = a },
		{ .task = TASK_REGRESSION, .n = 3, .target_value = target,
		  .value = b },
	};
	struct spread s;

	spread_compute(in, 2, &s);
	assert_true(isinf(s.loss) && isinf(s.variance) && isinf(s.bias));
	spread_release(&s);
	in[0].weight = in[1].weight = w;
	spread_compute(in, 2, &s);
	/* rows: variance 1 and 1, bias 4 and 9, of weights 3 to 1 */
	assert_true(s.variance == 1);
	assert_true(s.bias == 4 * .75 + 9 * .25);
	assert_true(s.loss == s.bias + s.variance);
	assert_true(isinf(s.weight));	/* 2e308 */
	spread_release(&s);
}

/* Domingos 2000, theorem 2: for two labels biased variance is exactly what
 * disagrees where the main prediction is wrong. */
static void test_spread__two_labels_add_up(void **state)
{
	struct versions *v = XNEW(struct versions);
	double biased = 0;
	struct spread s;

	make(v, TASK_BINARY, 2);
	spread_compute(v->in, K, &s);
	assert_close(s.loss, mean_error(v), 1e-12, "loss");
	assert_close(s.loss, s.bias + s.unbiased - s.biased, 1e-12, "sum");
	for (size_t i = 0; i < ROWS; i++)
		biased += s.rows[i].bias > 0 ? s.rows[i].variance : 0;
	assert_close(s.biased, biased / ROWS, 1e-12, "biased");
	assert_close(s.variance, s.unbiased + s.biased, 1e-12, "variance");
	assert_true(s.biased > 0 && s.unbiased > 0 && s.bias > 0);
	spread_release(&s);
	free(v);
}

static void test_spread__three_labels_add_up(void **state)
{
	struct versions *v = XNEW(struct versions);
	struct spread s;

	make(v, TASK_MULTICLASS, 3);
	spread_compute(v->in, K, &s);
	assert_close(s.loss, mean_error(v), 1e-12, "loss");
	assert_close(s.loss, s.bias + s.unbiased - s.biased, 1e-12, "sum");
	spread_release(&s);
	free(v);
}

static void test_spread__one_pattern_by_hand(void **state)
{
	struct versions *v = XNEW(struct versions);
	static const uint16_t said[K] = { 1, 1, 0, 1, 2 };
	struct spread s;

	make(v, TASK_MULTICLASS, 3);
	v->target[0] = 0;
	for (size_t j = 0; j < K; j++) {
		v->label[j][0] = said[j];
		v->in[j].n = 1;
	}
	spread_compute(v->in, K, &s);
	assert_int_equal(s.rows[0].main_label, 1);
	assert_close(s.rows[0].variance, 0.4, 1e-12, "variance");
	assert_close(s.rows[0].bias, 1, 0, "bias");
	assert_close(s.rows[0].loss, 0.8, 1e-12, "loss");
	assert_close(s.rows[0].entropy, 1.3709505944546687, 1e-12, "entropy");
	spread_release(&s);
	free(v);
}

static void test_spread__numbers_add_up(void **state)
{
	struct versions *v = XNEW(struct versions);
	double square = 0;
	struct spread s;

	make(v, TASK_REGRESSION, 2);
	spread_compute(v->in, K, &s);
	for (size_t j = 0; j < K; j++)
		for (size_t i = 0; i < ROWS; i++)
			square += pow(v->value[j][i] - v->target_value[i], 2);
	assert_close(s.loss, square / (K * ROWS), 1e-9, "mse");
	assert_close(s.loss, s.bias + s.variance, 1e-9, "sum");
	spread_release(&s);
	free(v);
}

/* Weights 0 to 3: as if each pattern stood there so many times. */
static void test_spread__weight_is_so_many_patterns(void **state)
{
	struct versions *v = XNEW(struct versions);
	double w[ROWS], loss = 0, bias = 0, biased = 0, all = 0;
	struct spread s, plain;
	size_t unanimous = 0;

	make(v, TASK_MULTICLASS, 3);
	for (size_t i = 0; i < ROWS; i++)
		w[i] = (double)((i * 7 + i / 9) % 4);
	spread_compute(v->in, K, &plain);
	for (size_t j = 0; j < K; j++)
		v->in[j].weight = w;
	spread_compute(v->in, K, &s);
	for (size_t i = 0; i < ROWS; i++) {
		unanimous += !(plain.rows[i].variance > 0);
		for (double t = 0; t < w[i]; t++, all++) {
			bias += plain.rows[i].bias;
			biased += plain.rows[i].biased;
			for (size_t j = 0; j < K; j++)
				loss += v->label[j][i] != v->target[i];
		}
	}
	assert_close(s.weight, all, 0, "weight");
	assert_close(s.loss, loss / K / all, 1e-12, "loss");
	assert_close(s.bias, bias / all, 1e-12, "bias");
	assert_close(s.biased, biased / all, 1e-12, "biased");
	assert_close(s.loss, s.bias + s.unbiased - s.biased, 1e-12, "sum");
	assert_true(fabs(s.loss - plain.loss) > 1e-4);
	assert_int_equal(s.n_unanimous, unanimous);
	spread_release(&s);
	spread_release(&plain);
	free(v);
}

/* Every cut by its definition: sums anew, the variance of a sum of k losses
 * drawn without replacement. */
static double slow_statistic(const struct versions *v, double *at)
{
	double best = 0, mean = 0, square = 0;

	for (size_t i = 0; i < ROWS; i++)
		mean += tipping_loss(v->in, i) / ROWS;
	for (size_t i = 0; i < ROWS; i++)
		square += pow(tipping_loss(v->in, i) - mean, 2);
	for (double x = 0; x < 50; x++) {
		double sum = 0, k = 0, z;

		for (size_t i = 0; i < ROWS; i++)
			if (v->number[i] < x) {
				sum += tipping_loss(v->in, i);
				k++;
			}
		if (k < ROWS * TIPPING_SIDE || ROWS - k < ROWS * TIPPING_SIDE)
			continue;
		z = fabs(sum - k * mean) /
			sqrt(k * (ROWS - k) / ROWS / (ROWS - 1) * square);
		if (z > best + 1e-12) {
			best = z;
			*at = x;
		}
	}
	return best;
}

static void test_tipping__is_the_best_of_all_cuts(void **state)
{
	struct versions *v = XNEW(struct versions);
	struct tipping t;
	struct order o;
	double at = -1, z;

	make(v, TASK_BINARY, 2);
	for (size_t i = 0; i < ROWS; i++)
		if (v->number[i] >= 30)
			v->label[0][i] = i % 4 ? !v->target[i] : v->target[i];
	order_init(&o, v->number, ROWS);
	t = tipping_find(&o, v->in);
	z = slow_statistic(v, &at);
	assert_true(t.found);
	assert_close(t.statistic, z, 1e-9, "statistic");
	assert_close(t.at, at, 0, "at");
	assert_close(t.at, 30, 0, "where it was put");
	assert_true(t.p < 1e-6 && t.above.value > t.below.value);
	assert_int_equal(t.n_below + t.n_above, ROWS);
	assert_true(t.above.method == METHOD_WILSON);
	order_release(&o);
	free(v);
}

static void test_tipping__has_no_unit(void **state)
{
	struct versions *v = XNEW(struct versions);
	struct tipping want, t;
	struct order o;

	make(v, TASK_REGRESSION, 2);
	order_init(&o, v->number, ROWS);
	want = tipping_find(&o, v->in);
	for (int k = 0; k < 2; k++) {
		make(v, TASK_REGRESSION, 2);
		for (size_t i = 0; i < ROWS; i++) {
			v->value[0][i] = ldexp(v->value[0][i], k ? 900 : -900);
			v->target_value[i] = ldexp(v->target_value[i],
						   k ? 900 : -900);
		}
		t = tipping_find(&o, v->in);
		assert_int_equal(t.found, want.found);
		assert_true(t.statistic == want.statistic && t.p == want.p);
	}
	assert_true(want.statistic > 0);
	order_release(&o);
	free(v);
}

/* R: maxstat::pLausen92(b, 0.1, 0.9), from its formula. */
static void test_tipping__p_as_maxstat(void **state)
{
	assert_close(tipping_p(2.5), 0.1898024538920039, 1e-12, "2.5");
	assert_close(tipping_p(3.5), 0.013324007931434427, 1e-12, "3.5");
	assert_true(tipping_p(0.9) == 1);
}

static void test_tipping__bins_keep_equal_numbers_together(void **state)
{
	struct versions *v = XNEW(struct versions);
	uint16_t bin[ROWS];
	double from[10], to[10];
	size_t n, sum = 0;
	struct order o;

	make(v, TASK_BINARY, 2);
	order_init(&o, v->number, ROWS);
	n = tipping_bins(&o, 10, bin, from, to);
	assert_in_range(n, 5, 10);
	for (size_t k = 1; k < n; k++)
		assert_true(to[k - 1] < from[k]);
	for (size_t i = 0; i < ROWS; i++)
		sum += v->number[i] >= from[bin[i]] &&
			v->number[i] <= to[bin[i]];
	assert_int_equal(sum, ROWS);
	/* one value only: one bin, and nowhere to cut */
	for (size_t i = 0; i < ROWS; i++)
		v->number[i] = 1;
	order_release(&o);
	order_init(&o, v->number, ROWS);
	assert_int_equal(tipping_bins(&o, 10, bin, from, to), 1);
	assert_false(tipping_find(&o, v->in).found);
	order_release(&o);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread__two_labels_add_up),
		cmocka_unit_test(test_spread__three_labels_add_up),
		cmocka_unit_test(test_spread__one_pattern_by_hand),
		cmocka_unit_test(test_spread__numbers_add_up),
		cmocka_unit_test(test_spread__weight_is_so_many_patterns),
		cmocka_unit_test(test_spread__huge_numbers_and_weights),
		cmocka_unit_test(test_tipping__is_the_best_of_all_cuts),
		cmocka_unit_test(test_tipping__has_no_unit),
		cmocka_unit_test(test_tipping__p_as_maxstat),
		cmocka_unit_test(
			test_tipping__bins_keep_equal_numbers_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
