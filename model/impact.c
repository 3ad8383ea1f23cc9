#include "model/impact.h"

#include <stdlib.h>

#include "base/xalloc.h"

static double low_end(const struct figure *f)
{
	return f->method == METHOD_NONE ? f->value : f->low;
}

static double high_end(const struct figure *f)
{
	return f->method == METHOD_NONE ? f->value : f->high;
}

struct figure impact(const struct figure *users_pct,
		     const struct figure *error, int harm)
{
	struct figure f;

	if (users_pct->why)
		return figure_undefined(users_pct->why, 0);
	if (error->why)
		return figure_undefined(error->why, error->n);
	if (harm <= 0)
		return figure_undefined("harm is not chosen", error->n);
	f = figure_value(users_pct->value * error->value * harm, error->n);
	if (users_pct->method == METHOD_NONE && error->method == METHOD_NONE)
		return f;
	f.low = low_end(users_pct) * low_end(error) * harm;
	f.high = high_end(users_pct) * high_end(error) * harm;
	f.method = METHOD_PRODUCT;
	return f;
}

void impact_add(struct figure *total, const struct figure *f)
{
	total->value += f->value;
	total->low += low_end(f);
	total->high += high_end(f);
	total->n++;
}

static int descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* How many of the n values in descending order lie above x. */
static size_t n_above(const double *sorted, size_t n, double x)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (sorted[mid] > x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void impact_ranks(const struct figure *impacts, size_t n,
		  struct impact_rank *out)
{
	double *value = XNEW_ARRAY(double, n);
	double *low = XNEW_ARRAY(double, n);
	double *high = XNEW_ARRAY(double, n);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (impacts[i].why)
			continue;
		value[k] = impacts[i].value;
		low[k] = low_end(&impacts[i]);
		high[k++] = high_end(&impacts[i]);
	}
	qsort(value, k, sizeof(*value), descending);
	qsort(low, k, sizeof(*low), descending);
	qsort(high, k, sizeof(*high), descending);
	for (size_t i = 0; i < n; i++) {
		const struct figure *f = &impacts[i];

		out[i] = (struct impact_rank){ 0 };
		if (f->why)
			continue;
		out[i].rank = 1 + (unsigned)n_above(value, k, f->value);
		out[i].low = 1 + (unsigned)n_above(low, k, high_end(f));
		/* Itself lies above its own low end only if it has a width. */
		out[i].high = (unsigned)n_above(high, k, low_end(f)) +
			      (high_end(f) > low_end(f) ? 0 : 1);
	}
	free(value);
	free(low);
	free(high);
}
