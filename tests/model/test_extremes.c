/* Whatever finite numbers go in, finite ones come out, within the range of
 * their figure, or a reason. Inputs are drawn: huge, tiny, equal, few, of one
 * class, and with weights of any size or none. */
#include "tests/model/golden.h"

#include "base/buf.h"
#include "model/calibration.h"
#include "model/compare.h"
#include "model/drift.h"
#include "model/order.h"
#include "model/spread.h"
#include "model/tipping.h"

enum { MOST = 60, ROUNDS = 400, VERSIONS = 3 };

static const double extremes[] = {
	0, 1, -1, 1e308, -1e308, 1.7e308, -1.7e308, 5e-324, -5e-324, 1e-310,
	1e154, -1e160, 1e-160, 1e200, .1, .3, 1e15, 2.5e-308,
};
static const double weights[] = {
	0, 0, 1, 1, 2, 1.7e308, 5e-324, 1e-300, 1e300, 1e16,
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const names[] = { "a", "b", "c" };

struct drawn {
	uint64_t z;
	unsigned style;
	double constant;
	uint16_t target[MOST], label[VERSIONS][MOST], slice[MOST];
	double number[MOST], value[VERSIONS][MOST], target_value[MOST];
	double score[VERSIONS][MOST], classes[VERSIONS][MOST * 3];
	double weight[MOST];
	uint32_t group[MOST];
	struct partition cut;
	struct eval_input in[VERSIONS];
};

static unsigned dice(struct drawn *d, size_t sides)
{
	d->z = d->z * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((d->z >> 33) % sides);
}

static double any(struct drawn *d)
{
	switch (d->style) {
	case 0: return d->constant;
	case 1: return dice(d, 2) ? .1 : .3;
	case 2: return dice(d, 1000) / 1000.;
	case 3: return ldexp(dice(d, 1000) - 500., (int)dice(d, 2000) - 1020);
	default: return extremes[dice(d, COUNT(extremes))];
	}
}

static void draw_row(struct drawn *d, size_t i, size_t n_labels, bool one)
{
	d->target[i] = (uint16_t)(one ? 0 : dice(d, n_labels));
	d->target_value[i] = any(d);
	d->number[i] = any(d);
	d->slice[i] = (uint16_t)dice(d, 3);
	d->group[i] = dice(d, 5);
	d->weight[i] = weights[dice(d, COUNT(weights))];
	for (size_t j = 0; j < VERSIONS; j++) {
		d->label[j][i] = (uint16_t)dice(d, n_labels + 1);
		d->value[j][i] = any(d);
		d->score[j][i] = any(d);
		for (size_t k = 0; k < n_labels; k++)
			d->classes[j][i * n_labels + k] = any(d);
	}
}

static void draw(struct drawn *d, enum task task)
{
	static const size_t sizes[] = { 1, 2, 3, 12, 40, MOST };
	size_t n = sizes[dice(d, COUNT(sizes))];
	size_t n_labels = task == TASK_MULTICLASS ? 3 : 2;
	bool one = !dice(d, 4), weighted = dice(d, 2), grouped = !dice(d, 3);
	bool weightless = !dice(d, 6), scores = dice(d, 2);

	d->style = dice(d, 6);
	d->constant = extremes[dice(d, COUNT(extremes))];
	for (size_t i = 0; i < n; i++)
		draw_row(d, i, n_labels, one);
	for (size_t i = 0; i < n && weightless; i++)
		d->weight[i] = 0;
	d->cut = (struct partition){ "by", 3, names, d->slice };
	for (size_t j = 0; j < VERSIONS; j++)
		d->in[j] = (struct eval_input){
			.task = task, .n = n,
			.n_labels = task == TASK_REGRESSION ? 0 : n_labels,
			.labels = names,
			.target = task == TASK_REGRESSION ? NULL : d->target,
			.target_value = d->target_value,
			.label = d->label[j], .value = d->value[j],
			.score = task == TASK_BINARY && scores
				? d->score[j] : NULL,
			.class_score = task == TASK_MULTICLASS
				? d->classes[j] : NULL,
			.weight = weighted ? d->weight : NULL,
			.group = grouped && task == TASK_REGRESSION
				? d->group : NULL, .n_groups = 5,
			.n_partitions = 1, .partitions = &d->cut };
}

static bool is_share(enum metric m)
{
	static const enum metric shares[] = {
		METRIC_ACCURACY, METRIC_BALANCED_ACCURACY, METRIC_PRECISION,
		METRIC_RECALL, METRIC_SPECIFICITY, METRIC_F1, METRIC_FPR,
		METRIC_FNR, METRIC_SELECTION_RATE, METRIC_ROC_AUC,
		METRIC_AVERAGE_PRECISION, METRIC_BRIER, METRIC_ECE,
		METRIC_MACRO_F1, METRIC_WEIGHTED_F1, METRIC_MICRO_F1,
	};

	for (size_t i = 0; i < COUNT(shares); i++)
		if (shares[i] == m)
			return true;
	return false;
}

static void check_figure(enum metric m, const struct figure *f)
{
	const double most = 1 + 1e-9;

	if (f->why)
		return;
	if (!isfinite(f->value))
		fail_msg("%s is not finite", metric_key(m));
	if (is_share(m) && (f->value < -1e-9 || f->value > most))
		fail_msg("%s is %g", metric_key(m), f->value);
	if (m == METRIC_R2 && f->value > most)
		fail_msg("r2 is %g", f->value);
	if (f->method == METHOD_NONE)
		return;
	if (!isfinite(f->low) || !isfinite(f->high) || f->low > f->value ||
	    f->high < f->value)
		fail_msg("%s: %g [%g, %g]", metric_key(m), f->value, f->low,
			 f->high);
}

static void check_evaluation(struct drawn *d)
{
	struct eval_options opt = { .resamples = 30, .seed = 1 };
	struct buf text = BUF_INIT;
	struct json_out o = JSON_OUT(&text, false);
	struct evaluation e;
	struct err err = ERR_INIT;

	assert_int_equal(evaluate(&d->in[0], &opt, &e, &err), RC_OK);
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (!metric_fits((enum metric)m, e.task))
			continue;
		check_figure((enum metric)m, &e.whole.metrics[m]);
		for (size_t i = 0; i < e.n_slices; i++)
			check_figure((enum metric)m, &e.slices[i].metrics[m]);
	}
	evaluation_write(&o, &e);	/* refuses what is not finite */
	buf_release(&text);
	evaluation_release(&e);
}

static void check_delta(enum metric m, const struct delta *d)
{
	if (!d->present || d->why)
		return;
	if (!isfinite(d->delta) || (d->has_interval &&
	    !(d->low <= d->delta && d->delta <= d->high)))
		fail_msg("%s: %g [%g, %g]", metric_key(m), d->delta, d->low,
			 d->high);
	if (d->has_p && !(d->p >= 0 && d->p <= 1 && d->p_holm >= d->p &&
			  d->p_holm <= 1))
		fail_msg("%s: p %g, %g", metric_key(m), d->p, d->p_holm);
	/* nothing is called better or worse by what nobody tested */
	if (!d->has_p && !d->has_interval)
		assert_true(d->verdict == VERDICT_INSUFFICIENT ||
			    d->delta == 0);
}

static void check_comparison(struct drawn *d)
{
	struct compare_options opt = { .resamples = 30, .min_n = 1,
				       .min_n_slice = 1 };
	struct buf text = BUF_INIT;
	struct json_out o = JSON_OUT(&text, false);
	struct comparison c;
	struct err err = ERR_INIT;

	assert_int_equal(compare_versions(d->in, VERSIONS, NULL, &opt, &c,
					  &err), RC_OK);
	for (size_t i = 0; i < c.n_candidates; i++) {
		const struct candidate *k = &c.candidates[i];

		for (int m = 0; m < METRIC_COUNT; m++)
			check_delta((enum metric)m, &k->metrics[m]);
		for (size_t s = 0; s < k->n_slices; s++)
			for (int m = 0; m < METRIC_COUNT; m++)
				check_delta((enum metric)m,
					    &k->slices[s].metrics[m]);
	}
	comparison_write(&o, &c);
	buf_release(&text);
	comparison_release(&c);
}

static void check_spread(struct drawn *d)
{
	struct spread s;

	spread_compute(d->in, VERSIONS, &s);
	assert_false(s.weight > 0 && (isnan(s.loss) || isnan(s.bias) ||
				      isnan(s.variance)));
	for (size_t i = 0; i < s.n; i++)
		assert_true(s.rows[i].variance >= 0 && s.rows[i].loss >= 0);
	spread_release(&s);
}

static void check_tipping(struct drawn *d)
{
	struct tipping t;
	struct order o;

	order_init(&o, d->number, d->in[0].n);
	t = tipping_find(&o, &d->in[0]);
	if (t.found) {
		assert_true(t.p >= 0 && t.p <= 1);
		assert_true(isfinite(t.statistic));
		check_figure(METRIC_MAE, &t.below);
		check_figure(METRIC_MAE, &t.above);
	}
	order_release(&o);
}

static size_t sample_of(const double *x, size_t n, double *value,
			uint64_t *count)
{
	struct order o;
	size_t k = 0;

	order_init(&o, x, n);
	for (size_t i = 0; i < n; i++) {
		if (!i || o.score[i - 1] < o.score[i])
			value[k++] = o.score[i];
		count[k - 1] = i && !(o.score[i - 1] < o.score[i])
			? count[k - 1] + 1 : 1;
	}
	order_release(&o);
	return k;
}

static void check_drift(struct drawn *d)
{
	double x[MOST], y[MOST];
	uint64_t n_x[MOST], n_y[MOST];
	struct drift_sample a = { .n = d->in[0].n, .value = x, .count = n_x };
	struct drift_sample b = { .n = d->in[0].n, .value = y, .count = n_y };
	struct drift out;

	a.n_values = sample_of(d->number, a.n, x, n_x);
	b.n_values = sample_of(d->value[0], b.n, y, n_y);
	for (int rule = 0; rule < 2; rule++) {
		drift_compute(&a, &b, (enum drift_bins)rule, &out);
		assert_in_range(out.n_bins, 1, 2 * MOST);
		for (int m = 0; m < DRIFT_COUNT; m++)
			assert_true(out.figure[m].why ||
				    isfinite(out.figure[m].value));
	}
}

static void check_calibration(struct drawn *d)
{
	struct calibration c;

	if (!d->in[0].score)
		return;
	calibration_make(&d->in[0], &d->cut, &c);
	for (size_t g = 0; g < c.n_groups && c.is_probability; g++)
		assert_true(isfinite(score_error(&c.tenths[g *
			CALIBRATION_TENTHS], CALIBRATION_TENTHS)));
	calibration_release(&c);
}

static void extremes_case(void **state)
{
	enum task task = *(const enum task *)*state;
	struct drawn *d = XNEW(struct drawn);

	d->z = 17;
	for (int round = 0; round < ROUNDS; round++) {
		draw(d, task);
		check_evaluation(d);
		check_comparison(d);
		check_spread(d);
		check_tipping(d);
		check_drift(d);
		if (task == TASK_BINARY)
			check_calibration(d);
	}
	free(d);
}

/* -- Weights are shares: times a power of 2 they say the same -- */

static bool counts_weights(enum metric m)
{
	return m >= METRIC_MEDIAN_ABSOLUTE_ERROR && m <= METRIC_ERROR_Q95;
}

static void same_figures(const struct evaluation *a, const struct evaluation *b)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct figure *x = &a->whole.metrics[m];
		const struct figure *y = &b->whole.metrics[m];

		if (!metric_fits((enum metric)m, a->task) ||
		    counts_weights((enum metric)m))
			continue;
		if (x->why != y->why)
			fail_msg("%s: '%s' or '%s'", metric_key((enum metric)m),
				 x->why ? x->why : "", y->why ? y->why : "");
		assert_close(y->value, x->value, 1e-12 * fmax(1, fabs(x->value)),
			     metric_key((enum metric)m));
		assert_int_equal(x->method, y->method);
		assert_close(y->low, x->low, 1e-12 * fmax(1, fabs(x->low)),
			     metric_key((enum metric)m));
	}
}

static void weights_case(void **state)
{
	static const int power[] = { 1015, 700, -700, -1060 };
	enum task task = *(const enum task *)*state;
	struct eval_options opt = { .resamples = 30, .seed = 1 };
	struct compare_options co = { .resamples = 30, .min_n = 1 };
	struct drawn *d = XNEW(struct drawn);
	struct evaluation want, e;
	struct comparison c, first;
	double weight[MOST];

	d->z = 5;
	for (int round = 0; round < 40; round++) {
		draw(d, task);
		/* numbers that are not themselves at the end of the range */
		for (size_t i = 0; i < MOST; i++) {
			weight[i] = d->weight[i] = dice(d, 100);
			d->target_value[i] = dice(d, 1000) / 7.;
			for (size_t j = 0; j < VERSIONS; j++)
				d->value[j][i] = dice(d, 1000) / 9.;
		}
		for (size_t j = 0; j < VERSIONS; j++)
			d->in[j].weight = d->weight;
		assert_int_equal(evaluate(&d->in[0], &opt, &want, NULL), RC_OK);
		assert_int_equal(compare_versions(d->in, 2, NULL, &co, &first,
						  NULL), RC_OK);
		for (size_t k = 0; k < COUNT(power); k++) {
			for (size_t i = 0; i < MOST; i++)
				d->weight[i] = ldexp(weight[i], power[k]);
			assert_int_equal(evaluate(&d->in[0], &opt, &e, NULL),
					 RC_OK);
			same_figures(&want, &e);
			evaluation_release(&e);
			assert_int_equal(compare_versions(d->in, 2, NULL, &co,
							  &c, NULL), RC_OK);
			assert_int_equal(c.candidates[0].verdict,
					 first.candidates[0].verdict);
			assert_close(c.candidates[0].p, first.candidates[0].p,
				     1e-12, "p");
			comparison_release(&c);
		}
		comparison_release(&first);
		evaluation_release(&want);
	}
	free(d);
}

int main(void)
{
	static enum task binary = TASK_BINARY, multiclass = TASK_MULTICLASS;
	static enum task regression = TASK_REGRESSION;
	const struct CMUnitTest tests[] = {
		{ .name = "test_extremes__binary", .test_func = extremes_case,
		  .initial_state = &binary },
		{ .name = "test_extremes__multiclass",
		  .test_func = extremes_case, .initial_state = &multiclass },
		{ .name = "test_extremes__regression",
		  .test_func = extremes_case, .initial_state = &regression },
		{ .name = "test_extremes__weights_are_shares_binary",
		  .test_func = weights_case, .initial_state = &binary },
		{ .name = "test_extremes__weights_are_shares_multiclass",
		  .test_func = weights_case, .initial_state = &multiclass },
		{ .name = "test_extremes__weights_are_shares_regression",
		  .test_func = weights_case, .initial_state = &regression },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
