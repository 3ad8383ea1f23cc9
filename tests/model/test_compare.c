/* Paired comparison: verdicts, flips, slices, and counts of real models. */
#include "tests/model/golden.h"

#include "base/buf.h"
#include "model/compare.h"
#include "model/paired.h"

#define N 1200

static const char *const names[] = { "no", "yes" };
static const char *const values[] = { "x", "y" };

struct sample {
	uint16_t target[N], base[N], better[N], slice[N];
	double score[N], second[N];
	struct partition partition;
	struct eval_input in[3];
};

/* better: right where base is, and on a part of the others; in slice y it is
 * wrong more often than base. */
static void make(struct sample *s)
{
	uint64_t z = 4;

	for (size_t i = 0; i < N; i++) {
		unsigned dice;

		z = z * 6364136223846793005 + 1442695040888963407;
		dice = (unsigned)(z >> 33) % 100;
		s->target[i] = z >> 63;
		s->slice[i] = i % 3 == 0;
		s->base[i] = dice < 70 ? s->target[i] : !s->target[i];
		s->better[i] = dice < 70 ? s->target[i]
			: dice < 90 ? s->target[i] : !s->target[i];
		if (s->slice[i])
			s->better[i] = dice < 40 ? s->target[i]
						 : !s->target[i];
		s->score[i] = (s->base[i] ? 0.6 : 0.2) + dice / 1000.0;
		s->second[i] = (s->better[i] ? 0.6 : 0.2) + dice / 1000.0;
	}
	s->partition = (struct partition){ "by", 2, values, s->slice };
	for (int k = 0; k < 3; k++)
		s->in[k] = (struct eval_input){
			.task = TASK_BINARY, .n = N, .n_labels = 2,
			.labels = names, .target = s->target,
			.label = k == 1 ? s->better : s->base,
			.score = k == 1 ? s->second : s->score,
			.n_partitions = 1, .partitions = &s->partition };
}

static struct comparison run(const struct eval_input *in, size_t n,
			     struct compare_options opt)
{
	struct comparison c;
	struct err err = ERR_INIT;

	opt.resamples = opt.resamples ? opt.resamples : 200;
	if (compare_versions(in, n, NULL, &opt, &c, &err))
		fail_msg("%s", err.text);
	return c;
}

static void test_compare__better_overall_and_worse_on_a_slice(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct comparison c;
	const struct candidate *x;

	make(s);
	/* the slice is a third: overall it costs less than the gain */
	for (size_t i = 0; i < N; i++)
		if (s->slice[i] && i % 2)
			s->better[i] = s->target[i];
	c = run(s->in, 3, (struct compare_options){ 0 });
	x = &c.candidates[0];
	assert_int_equal(x->verdict, VERDICT_BETTER);
	assert_int_equal(x->slices[0].metrics[METRIC_ACCURACY].verdict,
			 VERDICT_BETTER);
	assert_true(x->metrics[METRIC_ACCURACY].method == METHOD_NEWCOMBE);
	assert_true(x->metrics[METRIC_ROC_AUC].method == METHOD_DELONG);
	assert_true(x->metrics[METRIC_F1].method == METHOD_PAIRED_BOOTSTRAP);
	assert_true(x->metrics[METRIC_BRIER].method ==
		    METHOD_PAIRED_BOOTSTRAP);
	assert_true(x->metrics[METRIC_F1].low > 0);
	assert_close(x->p, mcnemar_exact(x->only_base_right,
					 x->only_candidate_right).p, 0, "p");
	/* two candidates: Holm doubles the smaller p */
	assert_close(x->p_holm, 2 * x->p, 1e-12, "holm");
	/* the base beside itself */
	x = &c.candidates[1];
	assert_int_equal(x->verdict, VERDICT_NO_DIFFERENCE);
	assert_true(x->metrics[METRIC_ACCURACY].delta == 0);
	assert_int_equal(x->fixed + x->broken, 0);
	comparison_release(&c);
	free(s);
}

static void test_compare__worse_slice_is_found(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct comparison c;

	make(s);
	c = run(s->in, 2, (struct compare_options){ 0 });
	assert_int_equal(c.candidates[0].slices[1].metrics[
		METRIC_ACCURACY].verdict, VERDICT_WORSE);
	comparison_release(&c);
	/* asked for more patterns than the slice has */
	c = run(s->in, 2, (struct compare_options){ .min_n_slice = 500 });
	assert_int_equal(c.candidates[0].slices[1].metrics[
		METRIC_ACCURACY].verdict, VERDICT_INSUFFICIENT);
	comparison_release(&c);
	free(s);
}

static void test_compare__flips_are_fixed_then_broken(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct comparison c;
	const struct candidate *x;

	make(s);
	c = run(s->in, 2, (struct compare_options){ 0 });
	x = &c.candidates[0];
	assert_int_equal(x->fixed, x->only_candidate_right);
	assert_int_equal(x->fixed + x->broken + x->both_right + x->both_wrong,
			 N);
	for (size_t i = 0; i < x->fixed + x->broken; i++) {
		uint32_t row = x->flips[i];
		bool fixed = i < x->fixed;

		assert_int_equal(s->base[row] == s->target[row], !fixed);
		assert_int_equal(s->better[row] == s->target[row], fixed);
	}
	comparison_release(&c);
	free(s);
}

static void test_compare__margin_and_small_sets(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct comparison c;

	make(s);
	memcpy(s->better, s->base, sizeof(s->base));
	s->better[7] = !s->better[7];
	c = run(s->in, 2, (struct compare_options){ .has_margin = true,
						    .margin = 0.01 });
	assert_int_equal(c.candidates[0].verdict, VERDICT_EQUIVALENT);
	comparison_release(&c);
	s->in[0].n = s->in[1].n = 29;
	c = run(s->in, 2, (struct compare_options){ 0 });
	assert_int_equal(c.candidates[0].verdict, VERDICT_INSUFFICIENT);
	comparison_release(&c);
	s->in[0].n = s->in[1].n = 0;
	c = run(s->in, 2, (struct compare_options){ 0 });
	assert_int_equal(c.candidates[0].verdict, VERDICT_INSUFFICIENT);
	assert_string_equal(c.candidates[0].metrics[METRIC_ACCURACY].why,
			    "no patterns");
	comparison_release(&c);
	free(s);
}

static void test_compare__regression_by_wilcoxon(void **state)
{
	double y[60], f[60], g[60];
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = 60, .target_value = y,
		  .value = f },
		{ .task = TASK_REGRESSION, .n = 60, .target_value = y,
		  .value = g },
	};
	struct comparison c;

	for (int i = 0; i < 60; i++) {
		y[i] = i + 1;
		f[i] = y[i] + (i % 7 - 3) * 1.01 + i * 0.001;
		g[i] = y[i] + (i % 7 - 3) * 0.5 + i * 0.002;
	}
	c = run(in, 2, (struct compare_options){ 0 });
	assert_int_equal(c.candidates[0].verdict, VERDICT_BETTER);
	assert_true(c.candidates[0].metrics[METRIC_MAE].delta < 0);
	assert_true(c.candidates[0].metrics[METRIC_MAE].method ==
		    METHOD_PAIRED_BOOTSTRAP);
	assert_true(c.candidates[0].p < 1e-6);
	assert_int_equal(c.candidates[0].metrics[METRIC_MAE].basis,
			 BASIS_WILCOXON);
	assert_int_equal(c.candidates[0].metrics[METRIC_RMSE].basis,
			 BASIS_INTERVAL);
	comparison_release(&c);
}

/* A naive reference: everything sorted. */
static int naive_order(const void *a, const void *b)
{
	const struct shift *x = a, *y = b;
	double p = fabs(x->candidate - x->base), q = fabs(y->candidate - y->base);

	if (p != q)
		return p < q ? 1 : -1;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* What each loss is, written down once more. */
static double naive_loss(enum row_loss l, double y, double f, double scale)
{
	double e = fabs(f - y);

	return l == LOSS_SQUARED ? e * e :
	       l == LOSS_RELATIVE ? e / fabs(y) :
	       l == LOSS_SYMMETRIC ? 2 * e / (fabs(y) + fabs(f)) :
	       l == LOSS_SCALED ? e / scale : e;
}

static size_t naive_shifts(enum row_loss l, const struct eval_input *in,
			   const uint32_t *ordinals, size_t n,
			   struct shift *out)
{
	const double *y = in[0].target_value, *scale = in[0].scale;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		out[k] = (struct shift){
			.ordinal = ordinals[i],
			.base = naive_loss(l, y[i], in[0].value[i], scale[i]),
			.candidate = naive_loss(l, y[i], in[1].value[i],
						scale[i]),
		};
		/* a target of 0 has no relative error */
		k += out[k].base != out[k].candidate &&
		     !(l == LOSS_RELATIVE && y[i] == 0);
	}
	qsort(out, k, sizeof(*out), naive_order);
	return k;
}

/* Of many rows with many ties as many as are asked for, as sorting all of them
 * has them; and as many nearer and farther as there are. */
static void shifts_are(const struct candidate *x, enum row_loss l,
		       const struct shift *all, size_t n, size_t asked)
{
	const struct shift_list *s = &x->shifts[l];

	assert_int_equal(s->n, asked < n ? asked : n);
	assert_int_equal(s->changed, asked ? n : 0);
	for (size_t i = 0; i < s->n; i++) {
		assert_int_equal(s->at[i].ordinal, all[i].ordinal);
		assert_true(s->at[i].base == all[i].base);
		assert_true(s->at[i].candidate == all[i].candidate);
	}
}

static bool same_order(const struct shift *a, const struct shift *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i].ordinal == b[i].ordinal)
		i++;
	return i == n;
}

static void test_compare__shifts_are_those_of_a_full_sort(void **state)
{
	static const size_t asked[] = { 0, 1, 2, 7, 100, N, 10 * N };
	static double y[N], f[N], g[N], scale[N];
	static uint32_t ordinals[N];
	static struct shift all[LOSS_COUNT][N];
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = N, .target_value = y,
		  .value = f, .scale = scale },
		{ .task = TASK_REGRESSION, .n = N, .target_value = y,
		  .value = g, .scale = scale },
	};
	uint64_t z = 9, nearer = 0;
	size_t n[LOSS_COUNT];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		z = z * 6364136223846793005 + 1442695040888963407;
		ordinals[i] = (uint32_t)(3 * i + 1);
		y[i] = (double)i;
		f[i] = y[i] + (double)(z >> 33) / 5e8 - 2;
		f[i] = i % 3 ? f[i] : y[i] - (double)(z >> 40 & 3);
		g[i] = y[i] + (double)(z >> 50 & 7) - 3;
		scale[i] = 1 + i % 5;
	}
	for (enum row_loss l = LOSS_ABSOLUTE; l < LOSS_COUNT; l++)
		n[l] = naive_shifts(l, in, ordinals, N, all[l]);
	for (size_t i = 0; i < n[LOSS_ABSOLUTE]; i++)
		nearer += all[LOSS_ABSOLUTE][i].candidate <
			  all[LOSS_ABSOLUTE][i].base;
	assert_true(n[LOSS_ABSOLUTE] < N && nearer &&
		    nearer < n[LOSS_ABSOLUTE]);
	/* each has another order: else nothing is tested */
	for (enum row_loss l = LOSS_SQUARED; l < LOSS_COUNT; l++)
		assert_false(same_order(all[l], all[l - 1], N));
	for (size_t a = 0; a < sizeof(asked) / sizeof(*asked); a++) {
		struct compare_options opt = { .resamples = 2,
					       .n_shifts = asked[a],
					       .shift_losses = ~0u };
		struct comparison c;
		struct err err = ERR_INIT;
		const struct candidate *x;

		assert_int_equal(compare_versions(in, 2, ordinals, &opt, &c,
						  &err), RC_OK);
		x = &c.candidates[0];
		assert_int_equal(x->nearer, nearer);
		assert_int_equal(x->farther, n[LOSS_ABSOLUTE] - nearer);
		for (enum row_loss l = LOSS_ABSOLUTE; l < LOSS_COUNT; l++)
			shifts_are(x, l, all[l], n[l], asked[a]);
		comparison_release(&c);
	}
}

/* A metric's flips are put in order by its own loss, where there is one. */
static void test_compare__shifts_by_the_loss_of_the_metric(void **state)
{
	double y[] = { 1, 100, 0 }, f[] = { 2, 150, 3 }, g[] = { 4, 156, 1 };
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = 3, .target_value = y,
		  .value = f },
		{ .task = TASK_REGRESSION, .n = 3, .target_value = y,
		  .value = g },
	};
	struct comparison c = run(in, 2, (struct compare_options){
		.n_shifts = 9, .shift_losses = ~0u });
	const struct candidate *x = &c.candidates[0];

	(void)state;
	assert_int_equal(candidate_loss(x, METRIC_MAE), LOSS_ABSOLUTE);
	assert_int_equal(candidate_loss(x, METRIC_ERROR_Q95), LOSS_ABSOLUTE);
	assert_int_equal(candidate_loss(x, METRIC_R2), LOSS_SQUARED);
	assert_int_equal(candidate_loss(x, METRIC_RMSE), LOSS_SQUARED);
	assert_int_equal(candidate_loss(x, METRIC_MAPE), LOSS_RELATIVE);
	assert_int_equal(candidate_loss(x, METRIC_SMAPE), LOSS_SYMMETRIC);
	/* no pattern has a scale */
	assert_int_equal(candidate_loss(x, METRIC_MASE), LOSS_ABSOLUTE);
	assert_int_equal(x->shifts[LOSS_SCALED].n, 0);
	assert_int_equal(x->shifts[LOSS_ABSOLUTE].at[0].ordinal, 1);
	assert_int_equal(x->shifts[LOSS_RELATIVE].at[0].ordinal, 0);
	/* a target of 0 has none */
	assert_int_equal(x->shifts[LOSS_RELATIVE].n, 2);
	assert_true(x->shifts[LOSS_SQUARED].at[0].base == 2500);
	assert_true(x->shifts[LOSS_SQUARED].at[0].base_error == 50);
	comparison_release(&c);
}

/* An error beyond the largest number is the largest change, and two of them
 * are none. */
static void test_compare__shifts_beyond_the_largest_number(void **state)
{
	double y[] = { -1e308, -1e308, 0, 0 }, f[] = { 0, 1e308, 5, 1 },
	       g[] = { 1e308, 1.1e308, 1, 5 };
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = 4, .target_value = y,
		  .value = f },
		{ .task = TASK_REGRESSION, .n = 4, .target_value = y,
		  .value = g },
	};
	struct comparison c = run(in, 2,
				  (struct compare_options){ .n_shifts = 9 });
	const struct candidate *x = &c.candidates[0];

	(void)state;
	const struct shift_list *s = &x->shifts[LOSS_ABSOLUTE];

	assert_int_equal(s->n, 3);
	assert_int_equal(s->at[0].ordinal, 0);
	assert_true(isinf(s->at[0].candidate));
	assert_int_equal(s->at[1].ordinal, 2);
	assert_int_equal(s->at[2].ordinal, 3);
	comparison_release(&c);
}

/* Most errors are smaller, a few huge ones make the mean larger: ranks and
 * means contradict each other. Nothing is shown, and it is said why. */
static void test_compare__ranks_against_means(void **state)
{
	double y[60], f[60], g[60];
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = 60, .target_value = y,
		  .value = f },
		{ .task = TASK_REGRESSION, .n = 60, .target_value = y,
		  .value = g },
	};
	struct comparison c;

	(void)state;
	for (int i = 0; i < 60; i++) {
		y[i] = i;
		f[i] = y[i] + 10 + i * 0.01;
		g[i] = y[i] + (i ? 9 + i * 0.001 : 5000);
	}
	c = run(in, 2, (struct compare_options){ 0 });
	assert_true(c.candidates[0].metrics[METRIC_MAE].delta > 0);
	assert_int_equal(c.candidates[0].verdict, VERDICT_NO_DIFFERENCE);
	assert_true(c.candidates[0].p == 1);
	assert_true(c.candidates[0].ranks_oppose);
	assert_true(c.candidates[0].p_ranks < 1e-6);
	comparison_release(&c);
}

static void basis_is(enum metric m, const struct delta *d, const char *text)
{
	struct buf b = BUF_INIT;

	delta_add_basis(&b, m, d);
	assert_string_equal(b.data, text);
	buf_release(&b);
}

/* No verdict stands beside an interval that says otherwise without saying by
 * what it is found. */
static void test_compare__verdicts_say_what_they_stand_on(void **state)
{
	struct delta d = { .present = true, .delta = -1, .low = -2, .high = 1,
			   .has_interval = true, .has_p = true, .p = .002,
			   .p_holm = .002, .tested = BASIS_WILCOXON,
			   .basis = BASIS_WILCOXON,
			   .verdict = VERDICT_BETTER };

	(void)state;
	assert_true(delta_is_disputed(METRIC_MAE, &d));
	basis_is(METRIC_MAE, &d, " (Wilcoxon, p 0.002)");
	d.high = -.5;
	assert_false(delta_is_disputed(METRIC_MAE, &d));
	basis_is(METRIC_MAE, &d, " (Wilcoxon, p 0.002)");
	d.verdict = VERDICT_NO_DIFFERENCE;
	d.p = d.p_holm = d.ranks_oppose = 1;
	basis_is(METRIC_MAE, &d, " (Wilcoxon: ranks against the mean)");
	/* of the others only where the two are at odds */
	d.ranks_oppose = false;
	d.p = .03;
	d.p_holm = .06;
	d.basis = d.tested = BASIS_MCNEMAR;
	basis_is(METRIC_ACCURACY, &d, " (exact McNemar, Holm p 0.06)");
	d.verdict = VERDICT_WORSE;
	basis_is(METRIC_ACCURACY, &d, "");
	/* the interval's own words */
	d.basis = BASIS_INTERVAL;
	d.verdict = VERDICT_EQUIVALENT;
	basis_is(METRIC_ACCURACY, &d, "");
	d.verdict = VERDICT_NO_DIFFERENCE;
	assert_false(delta_is_disputed(METRIC_SELECTION_RATE, &d));
}

/* -- Weights -- */

/* The first n_fixed rows are fixed, the next n_broken are broken, base and
 * candidate are right on the rest. */
static struct comparison run_weighted(struct sample *s, size_t n_fixed,
				      size_t n_broken, const double *weight)
{
	for (size_t i = 0; i < N; i++) {
		s->target[i] = i % 2;
		s->base[i] = i < n_fixed ? !s->target[i] : s->target[i];
		s->better[i] = i >= n_fixed && i < n_fixed + n_broken
			? !s->target[i] : s->target[i];
	}
	for (int k = 0; k < 2; k++) {
		s->in[k].weight = weight;
		s->in[k].score = NULL;
		s->in[k].n_partitions = 0;
	}
	return run(s->in, 2, (struct compare_options){ .resamples = 1000 });
}

/* As many fixed as broken, but the broken ones are what matters. */
static void test_compare__weights_decide_the_verdict(void **state)
{
	struct sample *s = XNEW(struct sample);
	double *w = XNEW_ARRAY(double, N);
	struct comparison c;
	const struct delta *d;

	make(s);
	for (size_t i = 0; i < N; i++)
		w[i] = i >= 60 && i < 120 ? 500 : 1;
	c = run_weighted(s, 60, 60, w);
	d = &c.candidates[0].metrics[METRIC_ACCURACY];
	assert_true(c.is_weighted);
	assert_int_equal(c.candidates[0].verdict, VERDICT_WORSE);
	assert_true(d->high < 0 && d->p < .05);
	assert_true(c.candidates[0].p == d->p);
	assert_false(c.candidates[0].has_mcnemar);
	assert_true(c.candidates[0].has_flips);
	assert_int_equal(c.candidates[0].broken, 60);
	comparison_release(&c);
	free(w);
	free(s);
}

/* One heavy pattern outweighs fifty; it may as well not have been drawn. */
static void test_compare__one_heavy_pattern_shows_nothing(void **state)
{
	struct sample *s = XNEW(struct sample);
	double *w = XNEW_ARRAY(double, N);
	struct comparison c;
	const struct delta *d;

	make(s);
	for (size_t i = 0; i < N; i++)
		w[i] = i ? 1 : 1e5;
	c = run_weighted(s, 1, 50, w);
	d = &c.candidates[0].metrics[METRIC_ACCURACY];
	assert_true(d->delta > .9 && d->low < 0 && d->high >= d->delta);
	assert_true(d->p >= .05);
	assert_int_equal(c.candidates[0].verdict, VERDICT_NO_DIFFERENCE);
	comparison_release(&c);
	/* patterns of weight 0 are no patterns */
	for (size_t i = 0; i < N; i++)
		w[i] = i < 29;
	c = run_weighted(s, 29, 0, w);
	assert_true(c.candidates[0].metrics[METRIC_ACCURACY].delta == 1);
	assert_int_equal(c.candidates[0].verdict, VERDICT_INSUFFICIENT);
	comparison_release(&c);
	free(w);
	free(s);
}

/* What has p by its interval says the same by both. */
static void test_compare__p_agrees_with_the_interval(void **state)
{
	struct sample *s = XNEW(struct sample);
	double *w = XNEW_ARRAY(double, N);
	struct comparison c;

	make(s);
	for (size_t i = 0; i < N; i++)
		w[i] = i % 7 ? 1 : (double)(i % 13) * 40;
	for (size_t broken = 0; broken < 100; broken += 20) {
		c = run_weighted(s, 40, broken, w);
		for (int m = 0; m < METRIC_COUNT; m++) {
			const struct delta *d = &c.candidates[0].metrics[m];

			if (!d->present || d->why || d->low == d->delta ||
			    d->high == d->delta)
				continue;
			assert_true(d->has_p);
			assert_int_equal(d->p < .05, d->low > 0 || d->high < 0);
		}
		comparison_release(&c);
	}
	free(w);
	free(s);
}

/* Too many rows to resample: the interval is that of a ratio of sums. */
static void test_compare__many_weighted_rows(void **state)
{
	enum { MANY = EVAL_BOOTSTRAP_WHOLE + 1 };
	uint16_t *label = XNEW_ARRAY(uint16_t, 3 * MANY);
	double *w = XNEW_ARRAY(double, MANY), all = 0, sum = 0, square = 0;
	double mean, half;
	struct eval_input in[2];
	struct comparison c;
	const struct delta *d;

	for (size_t i = 0; i < MANY; i++) {
		w[i] = 1 + (double)(i % 5);
		label[i] = i % 2;
		label[MANY + i] = i % 10 ? i % 2 : !(i % 2);
		label[2 * MANY + i] = i % 9 ? i % 2 : !(i % 2);
		all += w[i];
		sum += w[i] * ((i % 9 > 0) - (i % 10 > 0));
	}
	mean = sum / all;
	for (size_t i = 0; i < MANY; i++) {
		double x = w[i] * ((i % 9 > 0) - (i % 10 > 0) - mean);

		square += x * x;
	}
	half = 1.959963984540054 * sqrt(square * MANY / (MANY - 1.0)) / all;
	for (int k = 0; k < 2; k++)
		in[k] = (struct eval_input){
			.task = TASK_BINARY, .n = MANY, .n_labels = 2,
			.labels = names, .target = label, .weight = w,
			.label = label + (1 + k) * MANY };
	c = run(in, 2, (struct compare_options){ 0 });
	d = &c.candidates[0].metrics[METRIC_ACCURACY];
	assert_true(d->method == METHOD_NORMAL);
	assert_close(d->delta, mean, 1e-12, "delta");
	assert_close(d->low, mean - half, 1e-12, "low");
	assert_close(d->high, mean + half, 1e-12, "high");
	assert_int_equal(c.candidates[0].verdict, d->delta < 0 ? VERDICT_WORSE :
			 VERDICT_BETTER);
	/* nothing says how sure this one is */
	assert_int_equal(c.candidates[0].metrics[METRIC_F1].verdict,
			 VERDICT_INSUFFICIENT);
	comparison_release(&c);
	free(label);
	free(w);
}

/* Every absolute error falls, but for a few that weigh nearly all. */
static void test_compare__weighted_errors_are_not_ranked(void **state)
{
	double y[60], f[60], g[60], w[60];
	struct eval_input in[2] = {
		{ .task = TASK_REGRESSION, .n = 60, .target_value = y,
		  .value = f, .weight = w },
		{ .task = TASK_REGRESSION, .n = 60, .target_value = y,
		  .value = g, .weight = w },
	};
	struct comparison c;
	struct candidate *x;

	for (int i = 0; i < 60; i++) {
		w[i] = i % 3 ? 1 : 1000;
		y[i] = i;
		f[i] = y[i] + 2 + i % 5;
		g[i] = f[i] + (i % 3 ? -1 : 1) * (1 + i % 7 * .01);
	}
	c = run(in, 2, (struct compare_options){ .resamples = 1000 });
	x = &c.candidates[0];
	assert_true(x->metrics[METRIC_MAE].low > 0);
	assert_int_equal(x->verdict, VERDICT_WORSE);
	assert_false(x->has_t);
	comparison_release(&c);
}

static char *text_of(const struct eval_input *in)
{
	struct comparison c = run(in, 3, (struct compare_options){
		.resamples = 100 });
	struct buf b = BUF_INIT;
	struct json_out o = JSON_OUT(&b, false);

	comparison_write(&o, &c);
	comparison_release(&c);
	return buf_detach(&b);
}

static void test_compare__same_bytes_on_any_number_of_threads(void **state)
{
	struct sample *s = XNEW(struct sample);
	char *one, *all;

	make(s);
	all = text_of(s->in);
	setenv("MUSTER_THREADS", "1", 1);
	one = text_of(s->in);
	unsetenv("MUSTER_THREADS");
	assert_string_equal(one, all);
	assert_non_null(strstr(one, "\"mcnemar\":{\"only_base_right\":"));
	free(one);
	free(all);
	free(s);
}

static bool is_nth(void *left)
{
	size_t *n = left;

	if (*n)
		--*n;
	return !*n;
}

/* Whenever it is asked; nothing is left behind. */
static void test_compare__can_be_cancelled(void **state)
{
	struct sample *s = XNEW(struct sample);
	size_t n = 0;
	enum rc rc = RC_CANCELLED;

	(void)state;
	make(s);
	setenv("MUSTER_THREADS", "1", 1);
	for (; rc != RC_OK && n < 500; n++) {
		size_t left = n;
		const struct compare_options opt = {
			.resamples = 10, .cancelled = is_nth, .arg = &left };
		struct comparison c;
		struct err err = ERR_INIT;

		rc = compare_versions(s->in, 2, NULL, &opt, &c, &err);
		if (rc == RC_OK)
			comparison_release(&c);
		else
			assert_int_equal(rc, RC_CANCELLED);
	}
	unsetenv("MUSTER_THREADS");
	assert_int_equal(rc, RC_OK);
	assert_true(n > 5);
	free(s);
}

/* Without slices the whole says what it says beside them. */
static void test_compare__whole_only_is_the_same_whole(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct comparison all, whole;

	(void)state;
	make(s);
	all = run(s->in, 2, (struct compare_options){ 0 });
	whole = run(s->in, 2, (struct compare_options){ .whole_only = true });
	assert_int_equal(whole.candidates[0].n_slices, 0);
	assert_int_equal(whole.candidates[0].n_gaps, 0);
	assert_int_equal(whole.candidates[0].verdict,
			 all.candidates[0].verdict);
	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		const struct delta *a = &all.candidates[0].metrics[m];
		const struct delta *b = &whole.candidates[0].metrics[m];

		assert_int_equal(a->present, b->present);
		assert_int_equal(a->verdict, b->verdict);
		assert_int_equal(a->method, b->method);
		assert_close(b->delta, a->delta, 1e-12, metric_key(m));
		assert_close(b->low, a->low, 1e-12, metric_key(m));
		assert_close(b->high, a->high, 1e-12, metric_key(m));
	}
	comparison_release(&all);
	comparison_release(&whole);
	free(s);
}

/* Four cuts: y is 400 rows; "same" names the same 400; "inner" is 300 of
 * them; "bad" is 240 of them, on which the candidate is worse. */
static void make_nested(struct sample *s, struct partition cuts[4],
			uint16_t codes[4][N])
{
	static const char *const which[] = { "y", "same", "inner", "bad" };
	static const char *named[4][2];
	size_t k = 0;

	make(s);
	for (size_t i = 0; i < N; i++) {
		bool y = s->slice[i];

		codes[0][i] = codes[1][i] = y;
		codes[2][i] = y && k < 300;
		codes[3][i] = y && k >= 100 && k < 340;
		s->better[i] = y && k < 150 ? !s->target[i] : s->target[i];
		s->base[i] = y && k >= 150 && k < 240 ? !s->target[i]
						      : s->target[i];
		k += y;
	}
	for (int i = 0; i < 4; i++) {
		named[i][0] = "";
		named[i][1] = which[i];
		cuts[i] = (struct partition){ "slice", 2, named[i], codes[i] };
	}
	for (int i = 0; i < 3; i++) {
		s->in[i].n_partitions = 4;
		s->in[i].partitions = cuts;
	}
}

static void test_compare__nested_slices_fold_unless_they_differ(void **state)
{
	struct sample *s = XNEW(struct sample);
	static uint16_t codes[4][N];
	struct partition cuts[4];
	struct comparison c;
	const struct compare_slice *at;
	size_t keeper[4];

	make_nested(s, cuts, codes);
	c = run(s->in, 2, (struct compare_options){ 0 });
	at = c.candidates[0].slices;
	assert_int_equal(c.n_slices, 4);
	assert_int_equal(c.nest[0].within, NEST_NONE);
	assert_int_equal(c.nest[1].same_as, 0);
	assert_int_equal(c.nest[2].within, 0);
	assert_int_equal(c.nest[2].same_as, NEST_NONE);
	assert_int_equal(c.nest[3].within, 0);
	/* the same patterns are one hypothesis: three, not four */
	assert_int_equal(c.candidates[0].family[METRIC_ACCURACY], 3);
	assert_true(at[0].metrics[METRIC_ACCURACY].p_holm ==
		    at[1].metrics[METRIC_ACCURACY].p_holm);
	assert_int_equal(at[0].metrics[METRIC_ACCURACY].verdict,
			 VERDICT_WORSE);
	assert_int_equal(at[3].metrics[METRIC_ACCURACY].verdict,
			 VERDICT_BETTER);
	comparison_fold(&c, 0, METRIC_ACCURACY, keeper);
	assert_int_equal(keeper[0], 0);
	assert_int_equal(keeper[1], 0);
	assert_int_equal(keeper[2], 0);
	assert_int_equal(keeper[3], 3);	/* says something else */
	comparison_release(&c);
	free(s);
}

static void test_compare__cochran_and_the_forms_of_mcnemar(void **state)
{
	struct sample *s = XNEW(struct sample);
	uint8_t *right = XNEW_ARRAY(uint8_t, 3 * N);
	struct comparison c;
	const struct candidate *x;
	struct test q;

	make(s);
	c = run(s->in, 2, (struct compare_options){ 0 });
	assert_false(c.has_cochran);
	comparison_release(&c);
	c = run(s->in, 3, (struct compare_options){ 0 });
	for (size_t i = 0; i < N; i++) {
		right[3 * i] = right[3 * i + 2] = s->base[i] == s->target[i];
		right[3 * i + 1] = s->better[i] == s->target[i];
	}
	q = cochran_q(right, N, 3);
	assert_true(c.has_cochran);
	assert_true(c.cochran.statistic == q.statistic && c.cochran.p == q.p);
	x = &c.candidates[0];
	assert_true(x->forms.p_mid < x->p);
	assert_true(x->forms.p_chi2 < x->forms.p_corrected);
	comparison_release(&c);
	free(right);
	free(s);
}

static double between(const struct candidate *x, enum metric m, bool base)
{
	const struct delta *a = &x->slices[0].metrics[m];
	const struct delta *b = &x->slices[1].metrics[m];

	return fabs(base ? a->base - b->base : a->candidate - b->candidate);
}

/* Of a selection rate neither more nor less is better: that it differs is all
 * there is to say, and saying that none was shown would be wrong. */
static void test_compare__some_only_differ(void **state)
{
	struct delta d = { .present = true, .delta = .1, .low = .05,
			   .high = .15, .has_interval = true,
			   .verdict = VERDICT_NO_DIFFERENCE };

	(void)state;
	assert_true(delta_only_differs(METRIC_SELECTION_RATE, &d));
	assert_false(delta_only_differs(METRIC_RECALL, &d));
	d.low = -.01;
	assert_false(delta_only_differs(METRIC_SELECTION_RATE, &d));
	d.low = .05;
	d.verdict = VERDICT_INSUFFICIENT;
	assert_false(delta_only_differs(METRIC_SELECTION_RATE, &d));
}

/* What groups differ by is what their slices differ by; the interval is that
 * of the change, and a copy changes nothing. */
static void test_compare__differences_between_groups(void **state)
{
	static const struct { const char *measure; enum metric metric; } w[] = {
		{ "equal_opportunity_difference", METRIC_RECALL },
		{ "false_positive_rate_difference", METRIC_FPR },
		{ "demographic_parity_difference", METRIC_SELECTION_RATE },
		{ "predictive_parity_difference", METRIC_PRECISION },
	};
	struct sample *s = XNEW(struct sample);
	struct comparison c;

	(void)state;
	make(s);
	c = run(s->in, 3, (struct compare_options){ 0 });
	for (int k = 0; k < 2; k++) {
		const struct candidate *x = &c.candidates[k];

		assert_int_equal(x->n_gaps, 4);
		for (size_t i = 0; i < 4; i++) {
			const struct compare_gap *g = &x->gaps[i];

			assert_string_equal(g->by, "by");
			assert_string_equal(g->measure, w[i].measure);
			assert_float_equal(g->delta.base,
					   between(x, w[i].metric, true), 1e-12);
			assert_float_equal(g->delta.candidate,
					   between(x, w[i].metric, false),
					   1e-12);
			assert_int_equal(g->n_small, 0);
			assert_true(g->delta.has_interval);
			assert_true(g->delta.low <= g->delta.delta &&
				    g->delta.delta <= g->delta.high);
		}
	}
	/* in slice y it is wrong 60 of 100 times, elsewhere it is right */
	assert_int_equal(c.candidates[0].gaps[0].delta.verdict, VERDICT_WORSE);
	assert_int_equal(c.candidates[0].gaps[1].delta.verdict, VERDICT_WORSE);
	assert_true(!strcmp(c.candidates[0].gaps[0].low, "y"));
	assert_float_equal(c.candidates[1].gaps[0].delta.high, 0, 0);
	assert_int_equal(c.candidates[1].gaps[0].delta.verdict,
			 VERDICT_NO_DIFFERENCE);
	comparison_release(&c);
	/* too few of a group: left out, so that one is left */
	c = run(s->in, 2, (struct compare_options){ .min_n_slice = 300 });
	assert_int_equal(c.candidates[0].gaps[0].n_small, 1);
	assert_string_equal(c.candidates[0].gaps[0].delta.why,
			    "there is only one group");
	assert_int_equal(c.candidates[0].gaps[0].delta.verdict,
			 VERDICT_INSUFFICIENT);
	comparison_release(&c);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare__some_only_differ),
		cmocka_unit_test(test_compare__differences_between_groups),
		cmocka_unit_test(
			test_compare__better_overall_and_worse_on_a_slice),
		cmocka_unit_test(test_compare__worse_slice_is_found),
		cmocka_unit_test(test_compare__flips_are_fixed_then_broken),
		cmocka_unit_test(test_compare__margin_and_small_sets),
		cmocka_unit_test(test_compare__regression_by_wilcoxon),
		cmocka_unit_test(test_compare__shifts_are_those_of_a_full_sort),
		cmocka_unit_test(test_compare__shifts_by_the_loss_of_the_metric),
		cmocka_unit_test(
		test_compare__shifts_beyond_the_largest_number),
		cmocka_unit_test(test_compare__verdicts_say_what_they_stand_on),
		cmocka_unit_test(test_compare__ranks_against_means),
		cmocka_unit_test(test_compare__weights_decide_the_verdict),
		cmocka_unit_test(test_compare__one_heavy_pattern_shows_nothing),
		cmocka_unit_test(test_compare__p_agrees_with_the_interval),
		cmocka_unit_test(test_compare__many_weighted_rows),
		cmocka_unit_test(test_compare__weighted_errors_are_not_ranked),
		cmocka_unit_test(
			test_compare__nested_slices_fold_unless_they_differ),
		cmocka_unit_test(
			test_compare__cochran_and_the_forms_of_mcnemar),
		cmocka_unit_test(test_compare__can_be_cancelled),
		cmocka_unit_test(test_compare__whole_only_is_the_same_whole),
		cmocka_unit_test(
			test_compare__same_bytes_on_any_number_of_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
