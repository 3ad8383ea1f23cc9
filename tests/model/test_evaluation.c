/* Figures of evaluate() beside those of scikit-learn and numpy
 * (tests/golden/metrics.py), their slices, intervals, and what is undefined.
 */
#include "tests/model/golden.h"

#include "base/vec.h"
#include "model/evaluation.h"

static const char *const names[] = { "a", "b", "c", "d", "e", "f" };

static struct evaluation run(const struct eval_input *in, unsigned resamples)
{
	struct eval_options opt = { .resamples = resamples, .seed = 7 };
	struct evaluation e;
	struct strs findings = VEC_INIT;

	assert_int_equal(evaluate(in, &opt, &e, NULL), RC_OK);
	evaluation_check(&e, &findings);
	if (findings.n)
		fail_msg("%s", findings.at[0]);
	return e;
}

static uint16_t *codes(const double *x, size_t n)
{
	uint16_t *out = XNEW_ARRAY(uint16_t, n + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = (uint16_t)x[i];
	return out;
}

/* -- Against the table -- */

static void compare_case(const struct evaluation *e, const char *name)
{
	struct csv_table t = { 0 };
	size_t from, to;

	golden_read(&t, "tests/golden/metrics.csv");
	golden_case(&t, name, &from, &to);
	for (; from < to; from++) {
		const char *key = csv_table_cell(&t, from, 1);
		enum metric m;
		const struct figure *f;
		double expected;

		assert_true(metric_from_key(key, &m));
		f = &e->whole.metrics[m];
		expected = golden_number(&t, from, "value");
		if (f->why)
			fail_msg("%s %s is undefined: %s", name, key, f->why);
		/* R2 far from 0 loses digits in the data themselves */
		assert_close(f->value, expected, 1e-9, key);
		if (f->method != METHOD_NONE)
			assert_true(f->low <= f->value && f->value <= f->high);
	}
	csv_table_release(&t);
}

static bool is_one(const double *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (w[i] != 1)
			return false;
	return true;
}

static void binary_case(void **state)
{
	const char *name = *state;
	struct csv_table t = { 0 };
	size_t from, to, n;
	double *y, *s, *w;
	uint16_t *target;
	struct evaluation e;

	golden_read(&t, "tests/golden/binary_rows.csv");
	golden_case(&t, name, &from, &to);
	n = to - from;
	y = golden_numbers(&t, from, to, "target");
	s = golden_numbers(&t, from, to, "score");
	w = golden_numbers(&t, from, to, "weight");
	target = codes(y, n);
	e = run(&(struct eval_input){
		.task = TASK_BINARY, .n = n, .n_labels = 2, .labels = names,
		.target = target, .score = s, .has_threshold = true,
		.threshold = golden_number(&t, from, "threshold"),
		.weight = is_one(w, n) ? NULL : w }, 50);
	compare_case(&e, name);
	evaluation_release(&e);
	free(y);
	free(s);
	free(w);
	free(target);
	csv_table_release(&t);
}

static void multiclass_case(void **state)
{
	const char *name = *state;
	struct csv_table t = { 0 };
	size_t from, to, n;
	double *y, *w, *scores;
	uint16_t *target, *label;
	struct evaluation e;

	golden_read(&t, "tests/golden/multiclass_rows.csv");
	golden_case(&t, name, &from, &to);
	n = to - from;
	y = golden_numbers(&t, from, to, "target");
	w = golden_numbers(&t, from, to, "weight");
	target = codes(y, n);
	label = XNEW_ARRAY(uint16_t, n);
	scores = XNEW_ARRAY(double, n * 6);
	for (size_t i = 0; i < n; i++) {
		for (int k = 0; k < 6; k++) {
			char column[8];

			snprintf(column, sizeof(column), "s%d", k);
			scores[i * 6 + (size_t)k] = golden_number(&t, from + i,
								  column);
			if (scores[i * 6 + (size_t)k] >
			    scores[i * 6 + label[i]])
				label[i] = (uint16_t)k;
		}
	}
	e = run(&(struct eval_input){
		.task = TASK_MULTICLASS, .n = n, .n_labels = 6,
		.labels = names, .target = target, .label = label,
		.class_score = scores,
		.weight = is_one(w, n) ? NULL : w }, 50);
	compare_case(&e, name);
	evaluation_release(&e);
	free(y);
	free(w);
	free(scores);
	free(target);
	free(label);
	csv_table_release(&t);
}

static void regression_case(void **state)
{
	const char *name = *state;
	struct csv_table t = { 0 };
	size_t from, to, n;
	double *y, *f, *w, *scale;
	uint32_t *group = NULL;
	struct evaluation e;

	golden_read(&t, "tests/golden/regression_rows.csv");
	golden_case(&t, name, &from, &to);
	n = to - from;
	y = golden_numbers(&t, from, to, "target");
	f = golden_numbers(&t, from, to, "value");
	w = golden_numbers(&t, from, to, "weight");
	scale = golden_numbers(&t, from, to, "scale");
	if (!strcmp(name, "groups")) {
		group = XNEW_ARRAY(uint32_t, n);
		for (size_t i = 0; i < n; i++)
			group[i] = (uint32_t)golden_number(&t, from + i,
							   "group");
	}
	e = run(&(struct eval_input){
		.task = TASK_REGRESSION, .n = n, .target_value = y,
		.value = f, .weight = is_one(w, n) ? NULL : w,
		.group = group, .n_groups = 9, .scale = scale }, 50);
	compare_case(&e, name);
	evaluation_release(&e);
	free(y);
	free(f);
	free(w);
	free(scale);
	free(group);
	csv_table_release(&t);
}

/* -- Quantiles by weight -- */

static const enum metric quantile_metrics[] = {
	METRIC_MEDIAN_ABSOLUTE_ERROR, METRIC_ERROR_Q05, METRIC_ERROR_Q25,
	METRIC_ERROR_Q75, METRIC_ERROR_Q95,
};
#define N_QUANTILES (sizeof(quantile_metrics) / sizeof(*quantile_metrics))
enum { N_ERRORS = 60 };

/* Of the first n of some errors in no order. */
static struct evaluation run_errors(size_t n, const double *weight)
{
	static const double zero[N_ERRORS];
	static double value[N_ERRORS];

	for (size_t i = 0; i < N_ERRORS; i++)
		value[i] = (double)(i * 37 % 61) - 20 + (double)i / 100;
	return run(&(struct eval_input){
		.task = TASK_REGRESSION, .n = n, .target_value = zero,
		.value = value, .weight = weight }, 200);
}

static void same_quantiles(const struct evaluation *a,
			   const struct evaluation *b, double tolerance)
{
	for (size_t i = 0; i < N_QUANTILES; i++) {
		const struct figure *x = &a->whole.metrics[quantile_metrics[i]];
		const struct figure *y = &b->whole.metrics[quantile_metrics[i]];

		assert_close(x->value, y->value, tolerance, "value");
		assert_int_equal(x->method, y->method);
		assert_close(x->low, y->low, tolerance, "low");
		assert_close(x->high, y->high, tolerance, "high");
	}
}

static void test_evaluation__equal_weights_are_none(void **state)
{
	static const double weights[] = { .1, 1, 3, 1e-250, 1e250 };
	struct evaluation plain = run_errors(N_ERRORS, NULL);
	double w[N_ERRORS];

	for (size_t k = 0; k < sizeof(weights) / sizeof(*weights); k++) {
		struct evaluation e;

		for (size_t i = 0; i < N_ERRORS; i++)
			w[i] = weights[k];
		e = run_errors(N_ERRORS, w);
		same_quantiles(&e, &plain, 1e-12);	/* w x / w rounds */
		evaluation_release(&e);
	}
	evaluation_release(&plain);
}

static void test_evaluation__quantiles_know_weights_as_shares(void **state)
{
	static const double by[] = { .01, 7, 1e-280, 1e280 };
	double w[N_ERRORS];
	struct evaluation first;

	for (size_t i = 0; i < N_ERRORS; i++)
		w[i] = .1 + (double)(i * 13 % 29);
	first = run_errors(N_ERRORS, w);
	for (size_t k = 0; k < sizeof(by) / sizeof(*by); k++) {
		struct evaluation e;

		for (size_t i = 0; i < N_ERRORS; i++)
			w[i] = (.1 + (double)(i * 13 % 29)) * by[k];
		e = run_errors(N_ERRORS, w);
		same_quantiles(&e, &first, 1e-9);
		evaluation_release(&e);
	}
	evaluation_release(&first);
}

/* Patterns of no weight are not there, those of next to none hardly. */
static void test_evaluation__quantiles_are_continuous_in_weights(void **state)
{
	static const double least[] = { 0, 1e-12 };
	struct evaluation half = run_errors(N_ERRORS / 2, NULL);
	double w[N_ERRORS];

	for (size_t k = 0; k < 2; k++) {
		struct evaluation e;

		for (size_t i = 0; i < N_ERRORS; i++)
			w[i] = i < N_ERRORS / 2 ? 1 : least[k];
		e = run_errors(N_ERRORS, w);
		for (size_t i = 0; i < N_QUANTILES; i++)
			assert_close(e.whole.metrics[quantile_metrics[i]].value,
				     half.whole.metrics[quantile_metrics[i]]
				     .value, 1e-6, "quantile");
		evaluation_release(&e);
	}
	evaluation_release(&half);
}

/* -- Undefined, and n -- */

static void assert_why(const struct evaluation *e, enum metric m,
		       const char *why)
{
	const char *got = e->whole.metrics[m].why;

	if (!got || strcmp(got, why))
		fail_msg("%s: got '%s', expected '%s'", metric_key(m),
			 got ? got : "(defined)", why);
}

static void test_evaluation__no_rows(void **state)
{
	struct evaluation e = run(&(struct eval_input){
		.task = TASK_BINARY, .n_labels = 2, .labels = names,
		.target = (uint16_t[]){ 0 }, .score = (double[]){ 0 },
		.has_threshold = true, .threshold = 0.5 }, 10);

	assert_why(&e, METRIC_ACCURACY, "no patterns");
	assert_why(&e, METRIC_ROC_AUC, "no patterns");
	assert_why(&e, METRIC_BRIER, "no patterns");
	evaluation_release(&e);
	e = run(&(struct eval_input){ .task = TASK_REGRESSION,
		.target_value = (double[]){ 0 }, .value = (double[]){ 0 } }, 10);
	assert_why(&e, METRIC_MAE, "no patterns");
	evaluation_release(&e);
	e = run(&(struct eval_input){ .task = TASK_MULTICLASS, .n_labels = 3,
		.labels = names, .target = (uint16_t[]){ 0 },
		.label = (uint16_t[]){ 0 } }, 10);
	assert_why(&e, METRIC_MACRO_F1, "no patterns");
	evaluation_release(&e);
}

static void test_evaluation__score_without_threshold(void **state)
{
	struct evaluation e = run(&(struct eval_input){
		.task = TASK_BINARY, .n = 4, .n_labels = 2, .labels = names,
		.target = (uint16_t[]){ 0, 1, 0, 1 },
		.score = (double[]){ 1, 2, 3, 4 } }, 10);

	assert_why(&e, METRIC_ACCURACY, "no threshold");
	assert_why(&e, METRIC_LOG_LOSS, "scores are not probabilities");
	assert_why(&e, METRIC_ECE, "scores are not probabilities");
	assert_false(e.whole.has_confusion);
	assert_close(e.whole.metrics[METRIC_ROC_AUC].value, 0.75, 1e-12,
		     "auc");
	evaluation_release(&e);
}

static void test_evaluation__one_class_only(void **state)
{
	struct evaluation e = run(&(struct eval_input){
		.task = TASK_BINARY, .n = 3, .n_labels = 2, .labels = names,
		.target = (uint16_t[]){ 0, 0, 0 },
		.label = (uint16_t[]){ 0, 1, 0 } }, 10);

	assert_why(&e, METRIC_RECALL, "no positives");
	assert_why(&e, METRIC_F1, "no positives");
	assert_why(&e, METRIC_MCC, "no positives");
	assert_why(&e, METRIC_ROC_AUC, "no score");
	assert_int_equal(e.whole.metrics[METRIC_SPECIFICITY].n, 3);
	assert_int_equal(e.whole.metrics[METRIC_PRECISION].n, 1);
	evaluation_release(&e);
}

static void test_evaluation__label_outside_the_set_is_wrong(void **state)
{
	struct evaluation e = run(&(struct eval_input){
		.task = TASK_BINARY, .n = 4, .n_labels = 2, .labels = names,
		.target = (uint16_t[]){ 0, 1, 0, 1 },
		.label = (uint16_t[]){ 9, 9, 0, 1 } }, 10);

	assert_int_equal(e.whole.confusion.fp, 1);
	assert_int_equal(e.whole.confusion.fn, 1);
	assert_close(e.whole.metrics[METRIC_ACCURACY].value, 0.5, 0, "acc");
	evaluation_release(&e);
	e = run(&(struct eval_input){
		.task = TASK_MULTICLASS, .n = 4, .n_labels = 3,
		.labels = names, .target = (uint16_t[]){ 0, 1, 2, 1 },
		.label = (uint16_t[]){ 9, 1, 2, 1 } }, 10);
	assert_close(e.whole.metrics[METRIC_ACCURACY].value, 0.75, 0, "acc");
	assert_close(e.whole.metrics[METRIC_MICRO_PRECISION].value, 1, 0, "p");
	assert_int_equal(e.whole.metrics[METRIC_MICRO_PRECISION].n, 3);
	assert_int_equal(e.matrix[3], 1);
	assert_why(&e, METRIC_LOG_LOSS, "no class scores");
	evaluation_release(&e);
}

static void test_evaluation__regression_undefined(void **state)
{
	struct evaluation e = run(&(struct eval_input){
		.task = TASK_REGRESSION, .n = 3,
		.target_value = (double[]){ 0, 0, 0 },
		.value = (double[]){ 0, 1, 2 } }, 10);

	assert_why(&e, METRIC_MAPE, "a target is 0");
	assert_why(&e, METRIC_SMAPE, "a target and its prediction are 0");
	assert_why(&e, METRIC_MASE, "no scale");
	assert_why(&e, METRIC_R2, "all targets are equal");
	assert_close(e.whole.metrics[METRIC_MAE].value, 1, 0, "mae");
	evaluation_release(&e);
	e = run(&(struct eval_input){
		.task = TASK_REGRESSION, .n = 2,
		.target_value = (double[]){ 1e300, -1e300 },
		.value = (double[]){ -1e300, 1e300 } }, 10);
	assert_why(&e, METRIC_RMSE, "too large for a number");
	evaluation_release(&e);
}

/* -- Slices, intervals, text -- */

#define N 900

struct sample {
	uint16_t target[N], label[N], a[N], b[N], named[N];
	double score[N];
	struct partition partitions[3];
	struct eval_input in;
};

static const char *const values_a[] = { "x", "y", "z" };
static const char *const values_b[] = { "p", "q" };
static const char *const values_named[] = { "", "short" };

static void make(struct sample *s, unsigned steps)
{
	uint64_t z = 99;

	for (size_t i = 0; i < N; i++) {
		z = z * 6364136223846793005 + 1442695040888963407;
		s->target[i] = z >> 63;
		s->a[i] = (uint16_t)((z >> 40) % 3);
		s->b[i] = (z >> 30) % 5 ? (z >> 20) % 2 : PARTITION_NONE;
		s->named[i] = (z >> 50) % 4 == 0;
		s->score[i] = (double)((z >> 12) % steps) / steps * 0.7 +
			0.3 * s->target[i];
		s->label[i] = s->score[i] >= 0.5;
	}
	s->partitions[0] = (struct partition){ "a", 3, values_a, s->a };
	s->partitions[1] = (struct partition){ "b", 2, values_b, s->b };
	s->partitions[2] = (struct partition){ "slice", 2, values_named,
					       s->named };
	s->in = (struct eval_input){
		.task = TASK_BINARY, .n = N, .n_labels = 2, .labels = names,
		.target = s->target, .score = s->score,
		.has_threshold = true, .threshold = 0.5,
		.n_partitions = 3, .partitions = s->partitions };
}

/* The same figures, from the slice's rows alone. */
static void slice_alone(const struct sample *s, const uint16_t *code,
			uint16_t value, const struct eval_slice *got)
{
	uint16_t *target = XNEW_ARRAY(uint16_t, N);
	double *score = XNEW_ARRAY(double, N);
	struct eval_input in = s->in;
	struct evaluation e;
	size_t n = 0;

	for (size_t i = 0; i < N; i++) {
		if (code[i] == value) {
			target[n] = s->target[i];
			score[n++] = s->score[i];
		}
	}
	in.n = n;
	in.target = target;
	in.score = score;
	in.n_partitions = 0;
	e = run(&in, 0);
	assert_int_equal(got->n, n);
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		const struct figure *x = &e.whole.metrics[m];
		const struct figure *y = &got->metrics[m];

		if (!metric_fits((enum metric)m, TASK_BINARY))
			continue;
		assert_true(!x->why == !y->why);
		assert_int_equal(x->n, y->n);
		assert_close(y->value, x->value, 1e-12, metric_key(m));
		if (x->method != METHOD_NONE)
			assert_close(y->low, x->low, 1e-12, metric_key(m));
	}
	evaluation_release(&e);
	free(target);
	free(score);
}

static void slices_are_their_rows(unsigned steps)
{
	struct sample *s = XNEW(struct sample);
	struct evaluation e;

	make(s, steps);
	e = run(&s->in, 0);
	assert_int_equal(e.n_slices, 6);
	assert_string_equal(e.slices[5].value, "short");
	for (uint16_t v = 0; v < 3; v++)
		slice_alone(s, s->a, v, &e.slices[v]);
	for (uint16_t v = 0; v < 2; v++)
		slice_alone(s, s->b, v, &e.slices[3 + v]);
	slice_alone(s, s->named, 1, &e.slices[5]);
	evaluation_release(&e);
	free(s);
}

/* 35 % of the resamples draw no row but those of one target. */
static void test_evaluation__r2_of_equal_targets_is_none(void **state)
{
	double y[12], f[12], w[12];
	struct eval_input in = { .task = TASK_REGRESSION, .n = 12,
				 .target_value = y, .value = f };
	struct evaluation e;
	struct figure *r2 = &e.whole.metrics[METRIC_R2];

	for (int i = 0; i < 12; i++) {
		y[i] = i ? .1 : .3;
		f[i] = y[i] + .01 * (i % 3 - 1);
		w[i] = i > 0;
	}
	e = run(&in, 1000);
	assert_null(r2->why);
	assert_true(r2->method == METHOD_BOOTSTRAP);
	/* with the odd row drawn k times of 12: 1 - errors / targets */
	assert_in_range((int)(100 * (r2->low + 10)), 900, 1100);
	evaluation_release(&e);
	/* only equal targets weigh */
	in.weight = w;
	e = run(&in, 10);
	assert_why(&e, METRIC_R2, "all targets are equal");
	evaluation_release(&e);
	/* a large offset leaves the sums of squares exact enough */
	in.weight = NULL;
	for (int i = 0; i < 12; i++) {
		y[i] += 1e6;
		f[i] += 1e6;
	}
	e = run(&in, 0);
	assert_null(r2->why);
	evaluation_release(&e);
}

/* Squares that no number holds: said, and no other figure's loss. */
static void test_evaluation__huge_targets(void **state)
{
	double y[4] = { 1e200, -1e200, 1e300, 1 }, f[4] = { 1e200, 0, 0, 2 };
	double w[4] = { 1, 1, 0, 1 };
	struct eval_input in = { .task = TASK_REGRESSION, .n = 4,
				 .target_value = y, .value = f };
	struct evaluation e = run(&in, 50);

	assert_why(&e, METRIC_R2, "too large for a number");
	assert_why(&e, METRIC_RMSE, "too large for a number");
	assert_close(e.whole.metrics[METRIC_MAE].value, .25e300, 1e288, "mae");
	evaluation_release(&e);
	/* what weighs nothing cannot overflow */
	in.weight = w;
	y[0] = f[0] = y[1] = 3;
	e = run(&in, 50);
	assert_close(e.whole.metrics[METRIC_RMSE].value, sqrt(10 / 3.), 1e-12,
		     "rmse");
	evaluation_release(&e);
	w[0] = w[1] = w[3] = 0;
	e = run(&in, 50);
	assert_why(&e, METRIC_RMSE, "weights add up to 0");
	assert_why(&e, METRIC_R2, "weights add up to 0");
	evaluation_release(&e);
}

static void test_evaluation__slices_are_their_rows(void **state)
{
	slices_are_their_rows(1u << 30);
	slices_are_their_rows(8);
}

static char *text_of(const struct evaluation *e)
{
	struct buf b = BUF_INIT;
	struct json_out o = JSON_OUT(&b, false);

	evaluation_write(&o, e);
	return buf_detach(&b);
}

static void test_evaluation__same_bytes_on_any_number_of_threads(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct evaluation e;
	char *one, *all;

	make(s, 1u << 30);
	e = run(&s->in, 200);
	all = text_of(&e);
	evaluation_release(&e);
	setenv("MUSTER_THREADS", "1", 1);
	e = run(&s->in, 200);
	unsetenv("MUSTER_THREADS");
	one = text_of(&e);
	evaluation_release(&e);
	assert_string_equal(one, all);
	assert_non_null(strstr(one, "\"method\":\"bootstrap\""));
	free(one);
	free(all);
	free(s);
}

static void test_evaluation__text_reads_back(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct evaluation e, back;
	struct err err = ERR_INIT;
	struct json *j;
	char *text, *again;

	make(s, 100);
	e = run(&s->in, 100);
	e.model = xstrdup("m");
	e.version = 3;
	text = text_of(&e);
	assert_int_equal(json_parse(text, strlen(text), "x", &j, &err), RC_OK);
	if (evaluation_read(j, &back, &err))
		fail_msg("%s", err.text);
	again = text_of(&back);
	assert_string_equal(text, again);
	json_free(j);
	free(text);
	free(again);
	evaluation_release(&e);
	evaluation_release(&back);
	free(s);
}

static void test_evaluation__check_finds_what_does_not_hold(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct evaluation e;
	struct strs findings = VEC_INIT;

	make(s, 100);
	e = run(&s->in, 0);
	e.whole.confusion.tp++;
	e.whole.metrics[METRIC_F1].value += 0.01;
	e.slices[0].metrics[METRIC_RECALL].high = 0;
	evaluation_check(&e, &findings);
	assert_int_equal(findings.n, 4);
	assert_string_equal(findings.at[0], "confusion: its counts are not n");
	strs_release(&findings);
	evaluation_release(&e);
	free(s);
}

static bool stop(void *arg)
{
	return true;
}

static void test_evaluation__can_be_cancelled(void **state)
{
	struct sample *s = XNEW(struct sample);
	struct eval_options opt = { .resamples = 100, .cancelled = stop };
	struct evaluation e;
	struct err err = ERR_INIT;

	make(s, 100);
	assert_int_equal(evaluate(&s->in, &opt, &e, &err), RC_CANCELLED);
	free(s);
}

#define ROW(fn, case) \
	{ .name = "test_evaluation__" #fn "_" case, .test_func = fn, \
	  .initial_state = (char *)(uintptr_t)case }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(binary_case, "grid2"), ROW(binary_case, "grid6"),
		ROW(binary_case, "double"), ROW(binary_case, "weighted"),
		ROW(binary_case, "weighted_double"),
		ROW(binary_case, "constant"), ROW(binary_case, "integers"),
		ROW(binary_case, "huge"), ROW(binary_case, "tiny"),
		ROW(binary_case, "edges"), ROW(binary_case, "certain"),
		ROW(binary_case, "near_ties"),
		ROW(binary_case, "only_positives"),
		ROW(binary_case, "only_negatives"),
		ROW(binary_case, "one_row"), ROW(binary_case, "minus_zero"),
		ROW(multiclass_case, "six"),
		ROW(multiclass_case, "six_weighted"),
		ROW(multiclass_case, "six_ties"), ROW(multiclass_case, "one"),
		ROW(regression_case, "plain"), ROW(regression_case, "weights"),
		ROW(regression_case, "whole_weights"),
		ROW(regression_case, "groups"), ROW(regression_case, "far"),
		ROW(regression_case, "single"),
		cmocka_unit_test(test_evaluation__equal_weights_are_none),
		cmocka_unit_test(
			test_evaluation__quantiles_know_weights_as_shares),
		cmocka_unit_test(
			test_evaluation__quantiles_are_continuous_in_weights),
		cmocka_unit_test(test_evaluation__no_rows),
		cmocka_unit_test(test_evaluation__score_without_threshold),
		cmocka_unit_test(test_evaluation__one_class_only),
		cmocka_unit_test(
			test_evaluation__label_outside_the_set_is_wrong),
		cmocka_unit_test(test_evaluation__regression_undefined),
		cmocka_unit_test(test_evaluation__r2_of_equal_targets_is_none),
		cmocka_unit_test(test_evaluation__huge_targets),
		cmocka_unit_test(test_evaluation__slices_are_their_rows),
		cmocka_unit_test(
			test_evaluation__same_bytes_on_any_number_of_threads),
		cmocka_unit_test(test_evaluation__text_reads_back),
		cmocka_unit_test(
			test_evaluation__check_finds_what_does_not_hold),
		cmocka_unit_test(test_evaluation__can_be_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
