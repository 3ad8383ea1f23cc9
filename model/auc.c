#include "model/auc.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/dist.h"
#include "model/order.h"

static double clamp(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static struct figure one_class(const struct auc *a)
{
	uint64_t n = (uint64_t)a->n[0] + a->n[1];

	return figure_why_not(!n ? WHY_NO_PATTERNS :
			      !a->n[1] ? WHY_NO_POSITIVES : WHY_NO_NEGATIVES,
			      n);
}

struct figure auc_figure(const struct auc *a)
{
	double p = (double)a->n[1], q = (double)a->n[0], area, s1, s0, half;
	struct figure f;

	if (!a->n[0] || !a->n[1])
		return one_class(a);
	area = (double)a->u2 / (2 * p * q);
	f = figure_value(area, (uint64_t)a->n[0] + a->n[1]);
	if (a->n[0] < 2 || a->n[1] < 2)
		return f;
	s1 = ((double)a->square[1] / (4 * q * q) - p * area * area) / (p - 1);
	s0 = ((double)a->square[0] / (4 * p * p) - q * area * area) / (q - 1);
	half = Z_95 * sqrt(fmax(s1 / p + s0 / q, 0));
	figure_interval(&f, clamp(area - half, 0, 1), clamp(area + half, 0, 1),
			METHOD_DELONG);
	return f;
}

struct figure auc_average_precision(const struct auc *a)
{
	if (!a->n[1])
		return one_class(a);
	return figure_value(a->ap / (double)a->n[1],
			    (uint64_t)a->n[0] + a->n[1]);
}

double auc_precision_variance(const struct auc *a)
{
	double n = (double)a->n[1], ap = a->ap / n;

	if (!a->n[1])
		return 0;
	return (a->x2 - 2 * ap * a->x + ap * ap * n + a->c2) / (n * n);
}

/* Placements: for a positive the share of negatives below it, for a negative
 * the share of positives above; ties half. Gives the area. */
static double placements(const double *score, const uint8_t *label, size_t n,
			 const uint64_t count[2], double *place)
{
	struct order o;
	uint64_t seen[2] = { 0, 0 };
	double sum = 0;

	order_init(&o, score, n);
	for (size_t i = 0, j; i < n; i = j) {
		uint64_t run[2] = { 0, 0 };

		for (j = i; j < n && o.score[j] == o.score[i]; j++)
			run[label[o.row[j]]]++;
		for (size_t k = i; k < j; k++) {
			unsigned l = label[o.row[k]];
			uint64_t t = l ? 2 * seen[0] + run[0]
				: 2 * (count[1] - seen[1] - run[1]) + run[1];

			place[o.row[k]] = (double)t /
				(2 * (double)count[!l]);
			if (l)
				sum += (double)t;
		}
		seen[0] += run[0];
		seen[1] += run[1];
	}
	order_release(&o);
	return sum / (2 * (double)count[0] * (double)count[1]);
}

/* Variance of the difference: per label, that of the differences of
 * placements over the number of its rows. */
static double delta_variance(const double *a, const double *b,
			     const uint8_t *label, size_t n,
			     const uint64_t count[2], double delta)
{
	double square[2] = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		double d = b[i] - a[i] - delta;

		square[label[i]] += d * d;
	}
	return square[0] / ((double)count[0] * (double)(count[0] - 1)) +
	       square[1] / ((double)count[1] * (double)(count[1] - 1));
}

struct auc_pair auc_compare(const double *first, const double *second,
			    const uint8_t *label, size_t n)
{
	double *a = xmalloc((n + 1) * sizeof(*a));
	double *b = xmalloc((n + 1) * sizeof(*b));
	uint64_t count[2] = { 0, 0 };
	struct auc_pair out = { .p = 1 };

	for (size_t i = 0; i < n; i++)
		count[label[i]]++;
	out.first = placements(first, label, n, count, a);
	out.second = placements(second, label, n, count, b);
	out.delta = out.second - out.first;
	if (count[0] > 1 && count[1] > 1) {
		double se = sqrt(delta_variance(a, b, label, n, count,
						out.delta));

		out.has_interval = true;
		out.low = clamp(out.delta - Z_95 * se, -1, 1);
		out.high = clamp(out.delta + Z_95 * se, -1, 1);
		if (se > 0)
			out.p = 2 * dist_normal_upper(fabs(out.delta) / se);
		else if (out.delta != 0)
			out.p = 0;
	}
	free(a);
	free(b);
	return out;
}
