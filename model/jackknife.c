#include "model/jackknife.h"

#include <math.h>

#include "model/dist.h"

void jackknife_interval(struct figure *f, double variance, double low,
			double high)
{
	double half = Z_95 * sqrt(fmax(variance, 0));

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
