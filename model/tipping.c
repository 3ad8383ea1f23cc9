#include "model/tipping.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/answer.h"
#include "model/dist.h"
#include "model/interval.h"

double tipping_loss(const struct eval_input *in, size_t row)
{
	double d;

	if (in->task == TASK_REGRESSION)
		return in->value ? fabs(in->value[row] - in->target_value[row])
				 : NAN;
	if (answer_has_label(in))
		return !answer_is_right(in, row);
	if (!in->score)
		return NAN;
	d = in->score[row] - (in->target[row] == 1);
	return d * d;
}

/* Mean of losses i..k-1 with its interval. */
static struct figure mean_loss(const double *loss, size_t i, size_t k,
			       bool counts)
{
	double n = (double)(k - i), mean = 0, square = 0, half;
	struct figure f;

	for (size_t j = i; j < k; j++)
		mean += loss[j] / n;
	if (counts)
		return figure_proportion((uint64_t)llround(mean * n),
					 (uint64_t)(k - i), WHY_NO_CASES,
					 false);
	for (size_t j = i; j < k; j++)
		square += (loss[j] - mean) * (loss[j] - mean);
	f = figure_value(mean, (uint64_t)(k - i));
	if (k - i < 2)
		return f;
	half = Z_95 * sqrt(square / (n - 1) / n);
	figure_interval(&f, mean - half, mean + half, METHOD_NORMAL);
	return f;
}

static double normal_density(double x)
{
	return exp(-x * x / 2) / sqrt(2 * M_PI);
}

double tipping_p(double b)
{
	double low = TIPPING_SIDE, high = 1 - TIPPING_SIDE, d, p;

	if (b < 1)
		return 1;
	d = normal_density(b);
	p = 4 * d / b + d * (b - 1 / b) *
		log(high * (1 - low) / ((1 - high) * low));
	return p < 1 ? p : 1;
}

/* Places i, 0 < i < n: the cut lies before the i-th row in order. */
static size_t best_place(const struct order *x, const double *loss,
			 double *best)
{
	size_t n = x->n, place = 0;
	double mean = 0, square = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		mean += loss[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		square += (loss[i] - mean) * (loss[i] - mean);
	*best = 0;
	for (size_t i = 1; i < n && square > 0; i++) {
		double k = (double)i, rest = (double)(n - i), z;

		sum += loss[i - 1] - mean;
		if (k < TIPPING_SIDE * (double)n ||
		    rest < TIPPING_SIDE * (double)n ||
		    !(x->score[i - 1] < x->score[i]))
			continue;
		z = fabs(sum) / sqrt(k * rest / (double)n /
				     (double)(n - 1) * square);
		if (z > *best) {
			*best = z;
			place = i;
		}
	}
	return place;
}

/* The statistic has no unit: losses times a power of 2 give the same, and
 * their squares stay in the range of a number. */
static void scale(const double *loss, size_t n, double *out)
{
	double most = 0;
	int exponent;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, loss[i]);
	exponent = most > 0 && isfinite(most) ? ilogb(most) : 0;
	for (size_t i = 0; i < n; i++)
		out[i] = ldexp(loss[i], -exponent);
}

struct tipping tipping_find(const struct order *x, const struct eval_input *in)
{
	double *loss = XNEW_ARRAY(double, x->n + 1);
	double *scaled = XNEW_ARRAY(double, x->n + 1);
	bool counts = in->task != TASK_REGRESSION && answer_has_label(in);
	struct tipping t = { 0 };
	size_t place;

	for (size_t i = 0; i < x->n; i++)
		loss[i] = tipping_loss(in, x->row[i]);
	scale(loss, x->n, scaled);
	place = best_place(x, scaled, &t.statistic);
	if (place) {
		t.found = true;
		t.at = x->score[place];
		t.n_below = place;
		t.n_above = x->n - place;
		t.below = mean_loss(loss, 0, place, counts);
		t.above = mean_loss(loss, place, x->n, counts);
		t.p = tipping_p(t.statistic);
	}
	free(scaled);
	free(loss);
	return t;
}

size_t tipping_bins(const struct order *x, size_t n_bins, uint16_t *bin,
		    double *from, double *to)
{
	size_t n = 0, end;

	for (size_t i = 0; i < x->n; i = end) {
		size_t left = n_bins - n;

		end = n + 1 == n_bins ? x->n : i + (x->n - i + left - 1) / left;
		while (end < x->n && !(x->score[end - 1] < x->score[end]))
			end++;
		for (size_t k = i; k < end; k++)
			bin[x->row[k]] = (uint16_t)n;
		from[n] = x->score[i];
		to[n++] = x->score[end - 1];
	}
	return n;
}
