/* eval_bench DIR slices N MODELS      eval_bench DIR boot N RESAMPLES
 *
 * The evaluation work on the bench's data: all binary figures of MODELS
 * versions over N patterns with 18 slices, with their closed intervals (the
 * floor has none); or all figures of one version with bootstrap intervals. Prints seconds (median of five, without loading) and
 * figures to compare with eval_floor's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "model/evaluation.h"

#define GROUPS 6
#define ATTRIBUTES 3

static const char *const labels[] = { "0", "1" };
static const char *const values[] = { "0", "1", "2", "3", "4", "5" };
static const char *const by[] = { "a", "b", "c" };

struct data {
	size_t n, rows, models;		/* used, and in the files */
	uint16_t *target, *code[ATTRIBUTES];
	struct buf scores;
	struct partition partitions[ATTRIBUTES];
	struct eval_input *inputs;
};

static void read_file(const char *dir, const char *name, struct buf *out)
{
	struct err err = ERR_INIT;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (fsx_read(path, (size_t)1 << 32, out, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
}

static uint16_t *widen(const char *bytes, size_t n)
{
	uint16_t *out = malloc((n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)bytes[i];
	return out;
}

static void load(struct data *d, const char *dir)
{
	struct buf y = BUF_INIT, at = BUF_INIT;

	read_file(dir, "labels.u8", &y);
	read_file(dir, "attrs.u8", &at);
	buf_init(&d->scores);
	read_file(dir, "scores.f64", &d->scores);
	d->rows = y.len;
	d->target = widen(y.data, d->n);
	for (size_t k = 0; k < ATTRIBUTES; k++) {
		d->code[k] = widen(at.data + k * d->rows, d->n);
		d->partitions[k] = (struct partition){ by[k], GROUPS, values,
						       d->code[k] };
	}
	buf_release(&y);
	buf_release(&at);
}

static void set_inputs(struct data *d, size_t n_partitions)
{
	d->inputs = calloc(d->models, sizeof(*d->inputs));
	for (size_t m = 0; m < d->models; m++)
		d->inputs[m] = (struct eval_input){
			.task = TASK_BINARY, .n = d->n, .n_labels = 2,
			.labels = labels, .target = d->target,
			.score = (const double *)(const void *)d->scores.data +
				m * d->rows,
			.has_threshold = true, .threshold = 0.5,
			.n_partitions = n_partitions,
			.partitions = d->partitions };
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void show(const struct evaluation *e)
{
	static const enum metric shown[] = {
		METRIC_ACCURACY, METRIC_PRECISION, METRIC_RECALL, METRIC_F1,
		METRIC_ROC_AUC, METRIC_AVERAGE_PRECISION, METRIC_LOG_LOSS,
		METRIC_BRIER, METRIC_ECE,
	};
	char a[DECIMAL_MAX], b[DECIMAL_MAX], c[DECIMAL_MAX];
	double sum = 0;

	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const struct figure *f = &e->whole.metrics[shown[i]];

		printf("  %s %s (%s-%s)\n", metric_key(shown[i]),
		       decimal_fixed(f->value, 9, a),
		       decimal_fixed(f->low, 5, b),
		       decimal_fixed(f->high, 5, c));
	}
	for (size_t i = 0; i < e->n_slices; i++)
		sum += e->slices[i].metrics[METRIC_ROC_AUC].value;
	if (e->n_slices)
		printf("  mean AUC of the slices %s\n",
		       decimal_fixed(sum / (double)e->n_slices, 9, a));
}

static void run(struct data *d, const struct eval_options *opt)
{
	struct evaluation *e = calloc(d->models, sizeof(*e));
	struct err err = ERR_INIT;
	double seconds[5];
	char text[DECIMAL_MAX];

	for (int r = -1; r < 5; r++) {
		uint64_t start = clock_ns();

		if (evaluate_many(d->inputs, d->models, opt, e, &err))
			exit(1);
		if (r >= 0)
			seconds[r] = (double)(clock_ns() - start) / 1e9;
		if (r == 4)
			break;
		for (size_t m = 0; m < d->models; m++)
			evaluation_release(&e[m]);
	}
	qsort(seconds, 5, sizeof(*seconds), by_value);
	printf("muster %s s\n", decimal_fixed(seconds[2], 6, text));
	show(&e[0]);
	for (size_t m = 0; m < d->models; m++)
		evaluation_release(&e[m]);
	free(e);
}

int main(int argc, char **argv)
{
	struct data d = { 0 };
	struct eval_options opt = { .seed = 1 };
	uint64_t n, x;

	if (argc != 5 || !decimal_read_u64(argv[3], strlen(argv[3]), &n) ||
	    !decimal_read_u64(argv[4], strlen(argv[4]), &x)) {
		fprintf(stderr, "usage: eval_bench DIR slices|boot N X\n");
		return 2;
	}
	d.n = n;
	d.models = !strcmp(argv[2], "boot") ? 1 : x;
	load(&d, argv[1]);
	set_inputs(&d, strcmp(argv[2], "boot") ? ATTRIBUTES : 0);
	if (!strcmp(argv[2], "boot")) {
		opt.resamples = (unsigned)x;
		opt.bootstrap_all = true;
	}
	run(&d, &opt);
	return 0;
}
