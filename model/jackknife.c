#include "model/jackknife.h"

#include <math.h>

#include "model/dist.h"
#include "model/order.h"

void jackknife_interval(struct figure *f, double variance, double low,
			double high)
{
	/* one that cannot be told stays so, fmax() would make it 0 */
	double half = Z_95 * sqrt(variance < 0 ? 0 : variance);

	if (f->why || f->n < JACKKNIFE_LEAST || !isfinite(half))
		return;
	figure_interval(f, fmax(f->value - half, low),
			fmin(f->value + half, high), METHOD_JACKKNIFE);
}

void jackknife_mean(struct figure *f, double square, double high)
{
	double n = (double)f->n;

	jackknife_interval(f, (square / n - f->value * f->value) / n, 0, high);
}

/* One score, ascending: rows from i to j of the order. See model/auc.h. */
struct precision {
	double seen, rest, negatives, positives;
	double b, c, sum;
};

static void move_run(struct precision *t, const struct order *o,
		     const uint8_t *label, size_t i, size_t j, double *moves)
{
	double left = t->rest + (t->negatives - t->seen);
	double precision = t->rest / left, p = 0;

	for (size_t k = i; k < j; k++)
		p += label[o->row[k]];
	t->b += p * (1 - precision) / left;
	t->c += p * precision / left;
	t->sum += p * precision;
	for (size_t k = i; k < j; k++)
		moves[o->row[k]] = label[o->row[k]] ? precision + t->b : -t->c;
	t->seen += (double)(j - i) - p;
	t->rest -= p;
}

void jackknife_precision_moves(const double *score, const uint8_t *label,
			       size_t n, double *moves)
{
	struct precision t = { 0 };
	struct order o;

	for (size_t i = 0; i < n; i++)
		t.positives += label[i];
	t.rest = t.positives;
	t.negatives = (double)n - t.positives;
	order_init(&o, score, n);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && o.score[j] == o.score[i]; j++)
			;
		move_run(&t, &o, label, i, j, moves);
	}
	for (size_t i = 0; i < n; i++) {
		if (label[i])
			moves[i] -= t.sum / t.positives;
		moves[i] /= t.positives;
	}
	order_release(&o);
}

/* Bins are [k/10, (k+1)/10), the last one closed. */
static size_t bin_of(double score)
{
	size_t bin = 0;

	while (bin < 9 && score >= (double)(bin + 1) / 10)
		bin++;
	return bin;
}

void jackknife_ece_moves(const double *score, const uint8_t *label, size_t n,
			 double *moves)
{
	double gap[10] = { 0 }, ece = 0;

	for (size_t i = 0; i < n; i++)
		gap[bin_of(score[i])] += label[i] - score[i];
	for (size_t k = 0; k < 10; k++)
		ece += fabs(gap[k]) / (double)n;
	for (size_t i = 0; i < n; i++) {
		double d = label[i] - score[i];

		d = gap[bin_of(score[i])] < 0 ? -d : d;
		moves[i] = (d - ece) / (double)n;
	}
}

void jackknife_rmse_moves(const double *target, const double *value, size_t n,
			  double *moves)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++) {
		moves[i] = (value[i] - target[i]) * (value[i] - target[i]);
		mean += moves[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++)
		moves[i] = mean > 0 ? (moves[i] - mean) /
				      (2 * sqrt(mean) * (double)n) : 0;
}

void jackknife_r2_moves(const double *target, const double *value, size_t n,
			double *moves)
{
	double centre = 0, total = 0, errors = 0;

	for (size_t i = 0; i < n; i++)
		centre += (target[i] - centre) / (double)(i + 1);
	for (size_t i = 0; i < n; i++) {
		total += (target[i] - centre) * (target[i] - centre);
		errors += (value[i] - target[i]) * (value[i] - target[i]);
	}
	for (size_t i = 0; i < n; i++) {
		double e = value[i] - target[i], y = target[i] - centre;

		moves[i] = -(e * e - errors / total * (y * y)) / total;
	}
}
