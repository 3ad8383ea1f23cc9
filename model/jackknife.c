#include "model/jackknife.h"

#include <math.h>

#include "model/auc.h"
#include "model/dist.h"
#include "model/order.h"
#include "model/scored.h"

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

double jackknife_kink(double gap, double square)
{
	return gap * gap < 4 * square ? square : 0;
}

/* Rows from i to j have one score. */
static void move_run(struct auc *a, const struct order *o,
		     const uint8_t *label, size_t i, size_t j, double *moves)
{
	double left = (double)a->rest + (double)(a->n[0] - a->seen);
	double precision = (double)a->rest / left;
	uint32_t p = 0;

	for (size_t k = i; k < j; k++)
		p += label[o->row[k]];
	if (p)
		auc_tie(a, p, (uint32_t)(j - i) - p);
	else
		a->seen += (uint32_t)(j - i);
	for (size_t k = i; k < j; k++)
		moves[o->row[k]] = label[o->row[k]] ? precision + a->b : -a->c;
}

void jackknife_precision_moves(const double *score, const uint8_t *label,
			       size_t n, double *moves)
{
	uint64_t positives = 0;
	struct order o;
	struct auc a;

	for (size_t i = 0; i < n; i++)
		positives += label[i];
	auc_expect(&a, n - positives, positives);
	order_init(&o, score, n);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && o.score[j] == o.score[i]; j++)
			;
		move_run(&a, &o, label, i, j, moves);
	}
	for (size_t i = 0; i < n; i++) {
		if (label[i])
			moves[i] -= a.ap / (double)positives;
		moves[i] /= (double)positives;
	}
	order_release(&o);
}

bool jackknife_ece_moves(const double *score, const uint8_t *label, size_t n,
			 double *moves)
{
	double gap[SCORED_BINS] = { 0 }, square[SCORED_BINS] = { 0 };
	double ece = 0, all = 0, kinks = 0;

	for (size_t i = 0; i < n; i++) {
		double d = label[i] - score[i];

		gap[scored_bin(score[i])] += d;
		square[scored_bin(score[i])] += d * d;
	}
	for (size_t k = 0; k < SCORED_BINS; k++) {
		ece += fabs(gap[k]) / (double)n;
		all += square[k];
		kinks += jackknife_kink(gap[k], square[k]);
	}
	for (size_t i = 0; i < n; i++) {
		double d = label[i] - score[i];

		d = gap[scored_bin(score[i])] < 0 ? -d : d;
		moves[i] = (d - ece) / (double)n;
	}
	return kinks <= KINK_SHARE * all;
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
