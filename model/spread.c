#include "model/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/answer.h"

static double entropy_of(const uint32_t *count, size_t n_labels, size_t k)
{
	double sum = 0;

	for (size_t l = 0; l < n_labels; l++) {
		double p = (double)count[l] / (double)k;

		if (p > 0)
			sum -= p * log2(p);
	}
	return sum;
}

static double score_sd(const struct eval_input *in, size_t k, size_t row)
{
	double mean = 0, square = 0;

	for (size_t j = 0; j < k; j++) {
		if (!in[j].score)
			return 0;
		mean += in[j].score[row] / (double)k;
	}
	for (size_t j = 0; j < k; j++)
		square += (in[j].score[row] - mean) *
			  (in[j].score[row] - mean) / (double)k;
	return sqrt(square);
}

/* count: n_labels + 1, the last for labels outside the set. */
static void spread_labels(const struct eval_input *in, size_t k, size_t row,
			  uint32_t *count, struct spread_row *out)
{
	size_t n_labels = in[0].n_labels, target = in[0].target[row], main = 0;
	double right;

	memset(count, 0, (n_labels + 1) * sizeof(*count));
	for (size_t j = 0; j < k; j++)
		count[answer_label(&in[j], row)]++;
	for (size_t l = 1; l <= n_labels; l++)
		if (count[l] > count[main])
			main = l;
	right = (double)count[target] / (double)k;
	out->main_label = (uint32_t)main;
	out->loss = 1 - right;
	out->bias = main != target;
	out->variance = 1 - (double)count[main] / (double)k;
	out->unbiased = main == target ? out->loss : 0;
	out->biased = main == target ? 0 : right;
	out->entropy = entropy_of(count, n_labels + 1, k);
	out->score_sd = score_sd(in, k, row);
}

static void spread_values(const struct eval_input *in, size_t k, size_t row,
			  struct spread_row *out)
{
	double target = in[0].target_value[row], mean = 0;

	for (size_t j = 0; j < k; j++)
		mean += in[j].value[row] / (double)k;
	for (size_t j = 0; j < k; j++) {
		double d = in[j].value[row] - mean;
		double e = in[j].value[row] - target;

		out->variance += d * d / (double)k;
		out->loss += e * e / (double)k;
	}
	out->main_value = mean;
	out->bias = (mean - target) * (mean - target);
	out->unbiased = out->variance;
}

/* Weights times 2^-exponent: their sum stays in the range of a number. */
struct weights {
	const double *weight;	/* or NULL */
	int exponent;
	double sum;
};

static double weight_of(const struct weights *w, size_t i)
{
	return w->weight ? ldexp(w->weight[i], -w->exponent) : 1;
}

static struct weights weights_of(const struct eval_input *in)
{
	struct weights w = { .weight = in->weight };
	double most = 0;

	for (size_t i = 0; w.weight && i < in->n; i++)
		most = fmax(most, w.weight[i]);
	w.exponent = most > 0 ? ilogb(most) : 0;
	for (size_t i = 0; i < in->n; i++)
		w.sum += weight_of(&w, i);
	return w;
}

static void add_row(struct spread *s, const struct spread_row *r, double w,
		    double sum)
{
	s->n_unanimous += !(r->variance > 0);
	if (!(w > 0) && sum > 0)
		return;		/* 0 times what may be INFINITY */
	s->loss += w * r->loss / sum;
	s->bias += w * r->bias / sum;
	s->variance += w * r->variance / sum;
	s->unbiased += w * r->unbiased / sum;
	s->biased += w * r->biased / sum;
}

void spread_compute(const struct eval_input *inputs, size_t k,
		    struct spread *out)
{
	uint32_t *count = XNEW_ARRAY(uint32_t, inputs[0].n_labels + 1);
	struct weights w = weights_of(&inputs[0]);

	*out = (struct spread){ .n = inputs[0].n, .k = k,
				.task = inputs[0].task,
				.weight = ldexp(w.sum, w.exponent) };
	out->rows = XNEW_ARRAY(struct spread_row, out->n + 1);
	for (size_t i = 0; i < out->n; i++) {
		if (out->task == TASK_REGRESSION)
			spread_values(inputs, k, i, &out->rows[i]);
		else
			spread_labels(inputs, k, i, count, &out->rows[i]);
		add_row(out, &out->rows[i], weight_of(&w, i), w.sum);
	}
	free(count);
}

void spread_release(struct spread *s)
{
	free(s->rows);
	*s = (struct spread){ 0 };
}
