/* Resamples side by side are the resamples alone; cells are drawn as a
 * multinomial. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "model/confusion.h"
#include "model/lanes.h"
#include "model/scored.h"

static struct rng_poisson poisson;

static void start(struct rng lane[LANES], unsigned first)
{
	for (unsigned i = 0; i < LANES; i++)
		rng_init(&lane[i], 7, 3, first + i);
}

static void test_lanes__rows_are_those_of_one_resample(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 5, 63, 64, 65, 127, 1000,
					20001 };

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		size_t n = sizes[k];
		struct resampler *d = resampler_new(NULL, n, &poisson);
		uint32_t *all = XNEW_ARRAY(uint32_t, n * LANES);
		uint32_t *one = XNEW_ARRAY(uint32_t, n);
		struct rng lane[LANES];

		start(lane, 0);
		resampler_draw(d, lane, all);
		for (unsigned i = 0; i < LANES; i++) {
			struct rng r;

			rng_init(&r, 7, 3, i);
			rng_resample(&r, &poisson, n, one);
			for (size_t row = 0; row < n; row++)
				assert_int_equal(all[row * LANES + i],
						 one[row]);
			assert_memory_equal(&lane[i], &r, sizeof(r));
		}
		resampler_free(d);
		free(all);
		free(one);
	}
}

/* Mean n p and variance n p (1 - p) of each cell, and covariance -n p q of
 * neighbours, over many resamples, within 5 standard errors. */
enum { CELLS = 600, ROUNDS = 500, DRAWS = ROUNDS * LANES };

static void near(double got, double want, double spread)
{
	if (!(fabs(got - want) <= 5 * spread))
		fail_msg("%.6f is not %.6f +- %.6f", got, want, spread);
}

static void check_moments(const uint64_t *count, const double *sum,
			  const double *square, const double *cross)
{
	double n = 0;

	for (size_t i = 0; i < CELLS; i++)
		n += (double)count[i];
	for (size_t i = 0; i < CELLS; i++) {
		double mean = (double)count[i], p = mean / n;
		double q = (double)count[(i + 1) % CELLS] / n;
		double variance = mean * (1 - p);
		double fourth = 3 * variance * variance + variance;

		near(sum[i] / DRAWS, mean, sqrt(variance / DRAWS));
		near(square[i] / DRAWS, variance,
		     sqrt((fourth - variance * variance) / DRAWS));
		near(cross[i] / DRAWS, -n * p * q,
		     sqrt((variance * n * q * (1 - q) + n * p * q) / DRAWS));
	}
}

static void test_lanes__cells_are_a_multinomial(void **state)
{
	uint64_t count[CELLS], n = 0;
	double sum[CELLS] = { 0 }, square[CELLS] = { 0 }, cross[CELLS] = { 0 };
	uint32_t *times = XNEW_ARRAY(uint32_t, CELLS * LANES);
	struct resampler *d;

	(void)state;
	for (size_t i = 0; i < CELLS; i++)
		n += count[i] = i % 7 == 0 ? 0 : i % 50 == 1 ? 3000 + i
			: i % 3 == 0 ? 1 : i % 512 + 1;
	d = resampler_new(count, CELLS, &poisson);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct rng lane[LANES];

		start(lane, round * LANES);
		resampler_draw(d, lane, times);
		for (size_t k = 0; k < LANES; k++) {
			uint64_t total = 0;

			for (size_t i = 0; i < CELLS; i++) {
				size_t j = (i + 1) % CELLS;
				double x = times[i * LANES + k] -
					(double)count[i];
				double y = times[j * LANES + k] -
					(double)count[j];

				total += times[i * LANES + k];
				sum[i] += times[i * LANES + k];
				square[i] += x * x;
				cross[i] += x * y;
			}
			assert_int_equal(total, n);
		}
	}
	check_moments(count, sum, square, cross);
	resampler_free(d);
	free(times);
}

/* A lane draws what a generator draws alone, and leaves it as that is left. */
static void check_few(const uint64_t count[4], unsigned first)
{
	struct resampler *d = resampler_new(count, 4, &poisson);
	uint32_t all[4 * LANES], one[4];
	struct rng lane[LANES];

	start(lane, first);
	resampler_draw(d, lane, all);
	for (unsigned i = 0; i < LANES; i++) {
		struct rng r;

		rng_init(&r, 7, 3, first + i);
		rng_multinomial(&r, count, 4, one);
		for (size_t c = 0; c < 4; c++)
			assert_int_equal(all[c * LANES + i], one[c]);
		assert_memory_equal(&lane[i], &r, sizeof(r));
	}
	resampler_free(d);
}

static void test_lanes__few_cells_are_binomials(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 4, 10, 30, 900, 50000,
					  700000000 };
	struct rng r;

	(void)state;
	check_few((uint64_t[]){ 10, 0, 5000, 1 }, 0);
	check_few((uint64_t[]){ 0, 0, 0, 0 }, 0);
	rng_init(&r, 1, 1, 1);
	for (unsigned round = 0; round < 3000; round++) {
		uint64_t count[4];

		for (size_t c = 0; c < 4; c++)
			count[c] = sizes[rng_below(&r, 8)];
		check_few(count, round);
	}
}

static void test_lanes__tables_give_the_same_bits(void **state)
{
	static const enum metric metrics[] = {
		METRIC_BALANCED_ACCURACY, METRIC_F1, METRIC_MCC };
	struct rng r;

	(void)state;
	rng_init(&r, 2, 2, 2);
	for (unsigned round = 0; round < 2000; round++) {
		uint64_t most = 1 + rng_below(&r, round % 2 ? 3 : 1u << 30);
		uint32_t times[4 * LANES];
		double all[3 * LANES];

		for (size_t i = 0; i < 4 * LANES; i++)
			times[i] = (uint32_t)rng_below(&r, most);
		confusion_lanes(times, all);
		for (size_t k = 0; k < LANES; k++) {
			struct weighted_confusion w = {
				times[k], times[LANES + k],
				times[2 * LANES + k], times[3 * LANES + k] };

			for (size_t m = 0; m < 3; m++) {
				double want = confusion_value(&w, metrics[m]);
				double got = all[m * LANES + k];

				assert_true(got == want ||
					    (isnan(got) && isnan(want)));
			}
		}
	}
}

/* Scores of the given number of values, some tied. */
static void make_scores(size_t n, unsigned values, double *score,
			uint8_t *label)
{
	struct rng r;

	rng_init(&r, n, values, 0);
	for (size_t i = 0; i < n; i++) {
		label[i] = (uint8_t)rng_below(&r, 2);
		score[i] = (double)(i * values / n) / values;
	}
}

static void weigh_both(size_t n, unsigned values, bool is_probability)
{
	double *score = XNEW_ARRAY(double, n);
	uint8_t *label = XNEW_ARRAY(uint8_t, n);
	double all[SCORED_STATS * LANES], one[SCORED_STATS];
	uint32_t *times, *alone;
	struct rng lane[LANES];
	struct resampler *d;
	struct scored s;

	make_scores(n, values, score, label);
	scored_init(&s, score, label, NULL, n, is_probability);
	times = XNEW_ARRAY(uint32_t, s.n * LANES);
	alone = XNEW_ARRAY(uint32_t, s.n);
	d = resampler_new(s.count, s.n, &poisson);
	start(lane, 0);
	resampler_draw(d, lane, times);
	scored_weigh_lanes(&s, times, all);
	for (size_t k = 0; k < LANES; k++) {
		for (size_t i = 0; i < s.n; i++)
			alone[i] = times[i * LANES + k];
		scored_weigh(&s, alone, one);
		for (size_t m = 0; m < SCORED_STATS; m++)
			assert_memory_equal(&one[m], &all[m * LANES + k],
					    sizeof(*one));
	}
	resampler_free(d);
	scored_release(&s);
	free(score);
	free(label);
	free(times);
	free(alone);
}

static void test_lanes__weighing_gives_the_same_bits(void **state)
{
	(void)state;
	weigh_both(1, 1, true);
	weigh_both(50, 50, true);
	weigh_both(1000, 997, true);
	weigh_both(1000, 300, false);
	weigh_both(20000, 10, true);
	weigh_both(20000, 700, true);
}

static int prepare(void **state)
{
	(void)state;
	rng_poisson_init(&poisson);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lanes__rows_are_those_of_one_resample),
		cmocka_unit_test(test_lanes__cells_are_a_multinomial),
		cmocka_unit_test(test_lanes__few_cells_are_binomials),
		cmocka_unit_test(test_lanes__tables_give_the_same_bits),
		cmocka_unit_test(test_lanes__weighing_gives_the_same_bits),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
