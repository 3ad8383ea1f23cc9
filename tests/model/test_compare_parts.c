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

static struct comparison run_parts(const struct sample *s,
				   const uint32_t *ordinals,
				   struct compare_options opt)
{
	struct comparison c;
	struct err err = ERR_INIT;

	opt.resamples = 400;
	if (compare_versions(s->in, 2, ordinals, &opt, &c, &err))
		fail_msg("%s", err.text);
	assert_int_equal(c.candidates[0].n_parts, opt.n_parts);
	return c;
}

static struct comparison run(const struct sample *s,
			     const uint32_t *ordinals)
{
	return run_parts(s, ordinals, (struct compare_options){
		.n_parts = 1, .parts = &s->among });
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

/* -- Numbers -- */

struct numbers {
	double y[N], f[N], g[N], weight[N];
	uint32_t group[N], part[N];
	struct eval_input in[2];
	struct compare_among among;
};

/* The part is the first n patterns, on which errors of 10 become 9 and a bit;
 * every tenth becomes 12. */
static struct numbers *make_numbers(size_t n)
{
	struct numbers *s = XNEW(struct numbers);

	for (size_t i = 0; i < N; i++) {
		s->y[i] = (double)i;
		s->f[i] = s->y[i] + 10;
		s->g[i] = s->y[i] - (i % 10 ? 9 + (double)i / 1000 : 12);
		s->weight[i] = i % 10 ? 1 : 50;
		s->group[i] = (uint32_t)(i % 10 == 0);
		s->part[i] = (uint32_t)i;
	}
	for (int k = 0; k < 2; k++)
		s->in[k] = (struct eval_input){
			.task = TASK_REGRESSION, .n = N,
			.target_value = s->y, .value = k ? s->g : s->f };
	s->among = (struct compare_among){ s->part, n };
	return s;
}

static struct comparison run_numbers(const struct numbers *s,
				     const uint32_t *ordinals)
{
	const struct compare_options opt = { .n_parts = 1,
					     .parts = &s->among,
					     .resamples = 400 };
	struct comparison c;
	struct err err = ERR_INIT;

	if (compare_versions(s->in, 2, ordinals, &opt, &c, &err))
		fail_msg("%s", err.text);
	assert_int_equal(c.candidates[0].n_parts, 1);
	return c;
}

static void test_compare_parts__numbers_are_nearer_or_farther(void **state)
{
	struct numbers *s = make_numbers(100);
	struct comparison c = run_numbers(s, NULL);
	const struct compare_part *p = &c.candidates[0].parts[0];
	double sum = 0;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		sum += fabs(s->g[i] - s->y[i]);
	assert_int_equal(p->fixed, 90);
	assert_int_equal(p->broken, 10);
	assert_int_equal(p->ordinals[99], 99);
	assert_int_equal(p->delta.n, 100);
	assert_close(p->delta.base, 10, 1e-12, "base");
	assert_close(p->delta.delta, sum / 100 - 10, 1e-12, "delta");
	assert_int_equal(p->delta.tested, BASIS_WILCOXON);
	assert_int_equal(p->delta.method, METHOD_PAIRED_BOOTSTRAP);
	assert_int_equal(p->delta.verdict, VERDICT_BETTER);
	comparison_release(&c);
	free(s);
}

/* Of six without ties the exact test says enough, of six with ties the normal
 * one nothing. */
static void test_compare_parts__few_numbers_want_an_exact_test(void **state)
{
	struct numbers *s = make_numbers(6);
	struct comparison c;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		s->part[i] = (uint32_t)(i + 1);
	c = run_numbers(s, NULL);
	assert_true(c.candidates[0].parts[0].delta.is_exact);
	assert_int_equal(c.candidates[0].parts[0].delta.verdict,
			 VERDICT_BETTER);
	comparison_release(&c);
	for (size_t i = 0; i < N; i++)
		s->g[i] = s->y[i] + 9;
	c = run_numbers(s, NULL);
	assert_int_equal(c.candidates[0].parts[0].delta.verdict,
			 VERDICT_INSUFFICIENT);
	comparison_release(&c);
	free(s);
}

/* As a slice of the same patterns has it: by weight, and by group. */
static void test_compare_parts__numbers_by_weight_and_group(void **state)
{
	static uint16_t slice[N];
	struct partition partition = { "by", 2, values, slice };
	struct numbers *s = make_numbers(300);

	(void)state;
	for (size_t i = 0; i < N; i++)
		slice[i] = i < 300;
	for (int weighted = 0; weighted < 2; weighted++) {
		for (int k = 0; k < 2; k++) {
			s->in[k].weight = weighted ? s->weight : NULL;
			s->in[k].group = weighted ? NULL : s->group;
			s->in[k].n_groups = weighted ? 0 : 2;
			s->in[k].n_partitions = 1;
			s->in[k].partitions = &partition;
		}
		struct comparison c = run_numbers(s, NULL);
		const struct delta *part = &c.candidates[0].parts[0].delta;
		const struct delta *same =
			&c.candidates[0].slices[1].metrics[METRIC_MAE];

		assert_int_equal(same->n, part->n);
		assert_close(part->base, same->base, 1e-12, "base");
		assert_close(part->delta, same->delta, 1e-12, "delta");
		assert_int_equal(part->tested, same->tested);
		assert_int_equal(part->has_interval, same->has_interval);
		comparison_release(&c);
	}
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

/* -- Several parts -- */

/* From pattern 0 on: 40 of which 12 were fixed; 40 of which 8 were fixed and 2
 * broken; 40 of which none flipped; 40 of which 5 were fixed and 5 broken. The
 * last part is the first two again; one has none of the patterns. */
enum { FIXED, MIXED, SAME, EVEN, NOTHING, AGAIN, N_PARTS };
static const struct { size_t first, n, fixed, broken; } parts[N_PARTS] = {
	[FIXED] = { 0, 40, 12, 0 }, [MIXED] = { 40, 40, 8, 2 },
	[SAME] = { 80, 40, 0, 0 }, [EVEN] = { 120, 40, 5, 5 },
	[NOTHING] = { 1000, 3, 0, 0 }, [AGAIN] = { 0, 80, 20, 2 },
};

static struct sample *make_parts(uint32_t (*ordinals)[80],
				 struct compare_among *among)
{
	struct sample *s = make();

	memcpy(s->base, s->target, sizeof(s->base));
	memcpy(s->now, s->target, sizeof(s->now));
	for (size_t k = 0; k < N_PARTS; k++) {
		for (size_t i = 0; i < parts[k].n; i++)
			ordinals[k][i] = (uint32_t)(parts[k].first + i);
		among[k] = (struct compare_among){ ordinals[k], parts[k].n };
	}
	for (size_t k = 0; k < NOTHING; k++) {
		size_t i = parts[k].first, j = i + parts[k].fixed;

		for (; i < j; i++)
			s->base[i] = !s->target[i];
		for (; i < j + parts[k].broken; i++)
			s->now[i] = !s->target[i];
	}
	return s;
}

static void check_verdicts(const struct comparison *c,
			   const enum verdict want[N_PARTS])
{
	for (size_t k = 0; k < N_PARTS; k++)
		if (c->candidates[0].parts[k].delta.verdict != want[k])
			fail_msg("part %zu is '%s', not '%s'", k,
				 verdict_text(c->candidates[0].parts[k]
					      .delta.verdict),
				 verdict_text(want[k]));
}

/* p is adjusted over the parts that have a flip, whatever they share. */
static void test_compare_parts__several_are_adjusted(void **state)
{
	static const enum verdict want[] = {
		[FIXED] = VERDICT_BETTER, [MIXED] = VERDICT_NO_DIFFERENCE,
		[SAME] = VERDICT_NO_DIFFERENCE,
		[EVEN] = VERDICT_NO_DIFFERENCE,
		[NOTHING] = VERDICT_INSUFFICIENT, [AGAIN] = VERDICT_BETTER,
	};
	uint32_t ordinals[N_PARTS][80];
	struct compare_among among[N_PARTS];
	struct sample *s = make_parts(ordinals, among);
	struct comparison c = run_parts(s, NULL, (struct compare_options){
		.n_parts = N_PARTS, .parts = among });
	const struct compare_part *p = c.candidates[0].parts;

	(void)state;
	for (size_t k = 0; k < N_PARTS; k++) {
		assert_int_equal(p[k].fixed, parts[k].fixed);
		assert_int_equal(p[k].broken, parts[k].broken);
		assert_int_equal(p[k].delta.n, k == NOTHING ? 0 : parts[k].n);
		assert_int_equal(p[k].delta.has_p, k != SAME && k != NOTHING);
	}
	/* four were tested: by Holm the least p counts four times, ... */
	assert_close(p[AGAIN].delta.p_holm, 4 * mcnemar_exact(2, 20).p,
		     1e-15, "least");
	assert_close(p[FIXED].delta.p_holm, 3 * mcnemar_exact(0, 12).p,
		     1e-15, "second");
	assert_close(p[MIXED].delta.p_holm, 2 * mcnemar_exact(2, 8).p,
		     1e-15, "third");
	assert_close(p[EVEN].delta.p_holm, 1, 0, "last");
	check_verdicts(&c, want);
	comparison_release(&c);
	free(s);
}

/* Within the margin is equivalent, as of the whole: also where more is fixed
 * than chance fixes. */
static void test_compare_parts__within_the_margin(void **state)
{
	static const enum verdict want[] = {
		[FIXED] = VERDICT_BETTER, [MIXED] = VERDICT_NO_DIFFERENCE,
		[SAME] = VERDICT_NO_DIFFERENCE, [EVEN] = VERDICT_EQUIVALENT,
		[NOTHING] = VERDICT_INSUFFICIENT, [AGAIN] = VERDICT_BETTER,
	};
	static const enum verdict wide[] = {
		[FIXED] = VERDICT_EQUIVALENT, [MIXED] = VERDICT_EQUIVALENT,
		[SAME] = VERDICT_NO_DIFFERENCE, [EVEN] = VERDICT_EQUIVALENT,
		[NOTHING] = VERDICT_INSUFFICIENT, [AGAIN] = VERDICT_EQUIVALENT,
	};
	uint32_t ordinals[N_PARTS][80];
	struct compare_among among[N_PARTS];
	struct sample *s = make_parts(ordinals, among);
	struct compare_options opt = { .n_parts = N_PARTS, .parts = among,
				       .has_margin = true, .margin = .2 };
	struct comparison c = run_parts(s, NULL, opt);

	(void)state;
	check_verdicts(&c, want);
	comparison_release(&c);
	opt.margin = .5;
	c = run_parts(s, NULL, opt);
	check_verdicts(&c, wide);
	comparison_release(&c);
	free(s);
}

/* Weights want their least number, flips or none. */
static void test_compare_parts__several_weighted(void **state)
{
	static const enum verdict want[] = {
		[FIXED] = VERDICT_BETTER, [MIXED] = VERDICT_NO_DIFFERENCE,
		[SAME] = VERDICT_NO_DIFFERENCE,
		[EVEN] = VERDICT_NO_DIFFERENCE,
		[NOTHING] = VERDICT_INSUFFICIENT, [AGAIN] = VERDICT_BETTER,
	};
	static const enum verdict few[] = {
		VERDICT_INSUFFICIENT, VERDICT_INSUFFICIENT,
		VERDICT_INSUFFICIENT, VERDICT_INSUFFICIENT,
		VERDICT_INSUFFICIENT, VERDICT_BETTER,
	};
	uint32_t ordinals[N_PARTS][80];
	struct compare_among among[N_PARTS];
	struct sample *s = make_parts(ordinals, among);
	struct compare_options opt = { .n_parts = N_PARTS, .parts = among };
	struct comparison c;

	(void)state;
	weigh(s);
	c = run_parts(s, NULL, opt);
	check_verdicts(&c, want);
	comparison_release(&c);
	opt.min_n = 60;
	c = run_parts(s, NULL, opt);
	check_verdicts(&c, few);
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
		cmocka_unit_test(test_compare_parts__numbers_are_nearer_or_farther),
		cmocka_unit_test(test_compare_parts__few_numbers_want_an_exact_test),
		cmocka_unit_test(test_compare_parts__numbers_by_weight_and_group),
		cmocka_unit_test(test_compare_parts__weights_decide),
		cmocka_unit_test(
			test_compare_parts__few_weighted_are_not_judged),
		cmocka_unit_test(test_compare_parts__weights_are_relative),
		cmocka_unit_test(test_compare_parts__agree_with_a_slice),
		cmocka_unit_test(test_compare_parts__go_by_ordinal),
		cmocka_unit_test(test_compare_parts__several_are_adjusted),
		cmocka_unit_test(test_compare_parts__within_the_margin),
		cmocka_unit_test(test_compare_parts__several_weighted),
	};

	return cmocka_run_group_tests_name("compare_parts", tests, NULL,
					   NULL);
}
