/* Patterns that somebody gathered: what a candidate fixed and broke among
 * them, by count and by weight. */
#include "tests/model/golden.h"

#include "model/compare.h"
#include "model/paired.h"

#define N 400

static const char *const names[] = { "no", "yes" };
static const char *const values[] = { "rest", "part" };

struct sample {
	uint16_t target[N], base[N], now[N], slice[N];
	double weight[N];
	struct partition partition;
	struct eval_input in[2];
	uint32_t part[N];
	size_t n_part;
	struct compare_among among;
};

/* The part is the first 100 patterns: of each ten the base has two wrong that
 * are right now, and one right that is wrong now. */
static struct sample *make(void)
{
	struct sample *s = XNEW(struct sample);

	for (size_t i = 0; i < N; i++) {
		s->target[i] = i % 2;
		s->base[i] = i % 10 < 2 ? !s->target[i] : s->target[i];
		s->now[i] = i % 10 == 5 ? !s->target[i] : s->target[i];
		s->weight[i] = 1;
		s->slice[i] = i < 100;
		if (i < 100)
			s->part[s->n_part++] = (uint32_t)(99 - i);
	}
	s->partition = (struct partition){ "by", 2, values, s->slice };
	for (int k = 0; k < 2; k++)
		s->in[k] = (struct eval_input){
			.task = TASK_BINARY, .n = N, .n_labels = 2,
			.labels = names, .target = s->target,
			.label = k ? s->now : s->base,
			.n_partitions = 1, .partitions = &s->partition };
	s->among = (struct compare_among){ s->part, s->n_part };
	return s;
}

static void weigh(struct sample *s)
{
	s->in[0].weight = s->in[1].weight = s->weight;
}

static struct comparison run(const struct sample *s,
			     const uint32_t *ordinals)
{
	const struct compare_options opt = { .resamples = 400, .n_parts = 1,
					     .parts = &s->among };
	struct comparison c;
	struct err err = ERR_INIT;

	if (compare_versions(s->in, 2, ordinals, &opt, &c, &err))
		fail_msg("%s", err.text);
	assert_int_equal(c.candidates[0].n_parts, 1);
	return c;
}

static void test_compare_parts__counts_have_the_exact_test(void **state)
{
	struct sample *s = make();
	struct comparison c = run(s, NULL);
	const struct compare_part *p = &c.candidates[0].parts[0];

	assert_int_equal(p->fixed, 20);
	assert_int_equal(p->broken, 10);
	assert_int_equal(p->delta.n, 100);
	assert_close(p->delta.delta, .1, 1e-12, "delta");
	assert_close(p->delta.p, mcnemar_exact(10, 20).p, 0, "p");
	assert_close(p->delta.p_holm, p->delta.p, 0, "holm");
	assert_int_equal(p->delta.method, METHOD_NEWCOMBE);
	assert_int_equal(p->delta.verdict, VERDICT_NO_DIFFERENCE);
	comparison_release(&c);
	free(s);
}

/* Few patterns still have an exact test, where nothing weighs. */
static void test_compare_parts__few_unweighted_are_judged(void **state)
{
	struct sample *s = make();
	struct comparison c;

	for (size_t i = 0; i < 10; i++) {
		s->base[i] = !s->target[i];
		s->now[i] = s->target[i];
		s->part[i] = (uint32_t)i;
	}
	s->among.n = 10;
	c = run(s, NULL);
	assert_int_equal(c.candidates[0].parts[0].delta.verdict,
			 VERDICT_BETTER);
	comparison_release(&c);
	free(s);
}

/* More are fixed than broken, but those that broke weigh more. */
static void test_compare_parts__weights_decide(void **state)
{
	struct sample *s = make();
	struct comparison c;
	const struct compare_part *p;

	weigh(s);
	for (size_t i = 0; i < N; i++)
		s->weight[i] = i % 10 == 5 ? 40 : .5;
	c = run(s, NULL);
	p = &c.candidates[0].parts[0];
	assert_int_equal(p->fixed, 20);
	assert_int_equal(p->broken, 10);
	/* (20 x .5 - 10 x 40) / (90 x .5 + 10 x 40) */
	assert_close(p->delta.delta, -390. / 445, 1e-12, "delta");
	assert_true(p->delta.has_interval);
	assert_true(p->delta.high < 0);
	assert_int_equal(p->delta.verdict, VERDICT_WORSE);
	comparison_release(&c);
	free(s);
}

static void test_compare_parts__few_weighted_are_not_judged(void **state)
{
	struct sample *s = make();
	struct comparison c;
	const struct compare_part *p;

	weigh(s);
	for (size_t i = 0; i < 29; i++) {
		s->base[i] = !s->target[i];
		s->now[i] = s->target[i];
		s->part[i] = (uint32_t)i;
	}
	s->among.n = 29;
	c = run(s, NULL);
	p = &c.candidates[0].parts[0];
	assert_int_equal(p->fixed, 29);
	assert_close(p->delta.delta, 1, 1e-12, "delta");
	assert_int_equal(p->delta.verdict, VERDICT_INSUFFICIENT);
	comparison_release(&c);
	free(s);
}

/* Scaling all weights changes nothing, not even where they are huge. */
static void test_compare_parts__weights_are_relative(void **state)
{
	static const double by[] = { 1, 7.25, 1e300 };
	struct sample *s = make();
	struct delta first = { 0 };

	weigh(s);
	for (size_t k = 0; k < 3; k++) {
		struct comparison c;
		const struct delta *d;

		for (size_t i = 0; i < N; i++)
			s->weight[i] = (1 + (double)(i % 7)) * by[k];
		c = run(s, NULL);
		d = &c.candidates[0].parts[0].delta;
		if (!k)
			first = *d;
		assert_close(d->delta, first.delta, 1e-12, "delta");
		assert_close(d->low, first.low, 1e-12, "low");
		assert_close(d->high, first.high, 1e-12, "high");
		assert_int_equal(d->verdict, first.verdict);
		comparison_release(&c);
	}
	free(s);
}

/* A slice of the same patterns says the same, but for the luck of the draw. */
static void test_compare_parts__agree_with_a_slice(void **state)
{
	struct sample *s = make();
	struct comparison c;
	const struct delta *part, *slice = NULL;

	weigh(s);
	for (size_t i = 0; i < N; i++)
		s->weight[i] = 1 + (double)(i % 3);
	c = run(s, NULL);
	part = &c.candidates[0].parts[0].delta;
	for (size_t i = 0; i < c.n_slices; i++)
		if (!strcmp(c.candidates[0].slices[i].value, "part"))
			slice = &c.candidates[0].slices[i]
				 .metrics[METRIC_ACCURACY];
	assert_non_null(slice);
	assert_close(part->delta, slice->delta, 1e-12, "delta");
	assert_close(part->low, slice->low, .03, "low");
	assert_close(part->high, slice->high, .03, "high");
	assert_int_equal(part->n_weighing, slice->n_weighing);
	comparison_release(&c);
	free(s);
}

/* Ordinals are the set's; some patterns were not answered by all. */
static void test_compare_parts__go_by_ordinal(void **state)
{
	struct sample *s = make();
	uint32_t ordinals[N];
	struct comparison c;

	for (size_t i = 0; i < N; i++)
		ordinals[i] = (uint32_t)(1000 + 3 * i);
	for (size_t i = 0; i < s->n_part; i++)	/* every other one is there */
		s->part[i] = (uint32_t)(1000 + 3 * i + i % 2);
	c = run(s, ordinals);
	assert_int_equal(c.candidates[0].parts[0].delta.n, 50);
	assert_int_equal(c.candidates[0].parts[0].fixed, 10);
	assert_int_equal(c.candidates[0].parts[0].broken, 0);
	comparison_release(&c);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_compare_parts__counts_have_the_exact_test),
		cmocka_unit_test(
			test_compare_parts__few_unweighted_are_judged),
		cmocka_unit_test(test_compare_parts__weights_decide),
		cmocka_unit_test(
			test_compare_parts__few_weighted_are_not_judged),
		cmocka_unit_test(test_compare_parts__weights_are_relative),
		cmocka_unit_test(test_compare_parts__agree_with_a_slice),
		cmocka_unit_test(test_compare_parts__go_by_ordinal),
	};

	return cmocka_run_group_tests_name("compare_parts", tests, NULL,
					   NULL);
}
