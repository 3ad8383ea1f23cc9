#include "model/interval.h"

#include <math.h>

#include "model/dist.h"

struct interval interval_wilson(uint64_t k, uint64_t n)
{
	double size = (double)n, p = (double)k / size, z2 = Z_95 * Z_95;
	double centre = (p + z2 / (2 * size)) / (1 + z2 / size);
	double half = Z_95 / (1 + z2 / size) *
		sqrt(p * (1 - p) / size + z2 / (4 * size * size));
	struct interval i = { centre - half, centre + half };

	/* exact at the ends, where rounding would leave 1e-17 */
	if (k == 0 || i.low < 0)
		i.low = 0;
	if (k == n || i.high > 1)
		i.high = 1;
	return i;
}

struct interval interval_clopper_pearson(uint64_t k, uint64_t n)
{
	double a = (double)k, b = (double)(n - k);
	struct interval i = { 0, 1 };

	if (k)
		i.low = dist_beta_quantile(0.025, a, b + 1);
	if (k < n)
		i.high = dist_beta_quantile(0.975, a + 1, b);
	return i;
}

/* Correlation of the two, the numerator corrected for continuity. */
static double phi(double a, double b, double c, double d, double n)
{
	double margins = (a + b) * (c + d) * (a + c) * (b + d);
	double x = a * d - b * c;

	if (margins <= 0)
		return 0;
	if (x > 0)
		x = x > n / 2 ? x - n / 2 : 0;
	return x / sqrt(margins);
}

struct interval interval_newcombe(uint64_t both, uint64_t first,
				  uint64_t second, uint64_t neither)
{
	uint64_t n = both + first + second + neither;
	struct interval w1 = interval_wilson(both + first, n);
	struct interval w2 = interval_wilson(both + second, n);
	double size = (double)n;
	double p1 = (double)(both + first) / size;
	double p2 = (double)(both + second) / size;
	double delta = ((double)first - (double)second) / size;
	double f = phi((double)both, (double)first, (double)second,
		       (double)neither, size);
	double dl1 = p1 - w1.low, du1 = w1.high - p1;
	double dl2 = p2 - w2.low, du2 = w2.high - p2;
	double below = dl1 * dl1 - 2 * f * dl1 * du2 + du2 * du2;
	double above = du1 * du1 - 2 * f * du1 * dl2 + dl2 * dl2;

	return (struct interval){ delta - sqrt(fmax(below, 0)),
				  delta + sqrt(fmax(above, 0)) };
}

/* How many of the values are no greater than the quantile, is binomial. */
struct rank_interval interval_quantile(uint64_t n, double p)
{
	struct rank_interval r = { dist_binomial_quantile(0.025, n, p),
				   dist_binomial_quantile(0.975, n, p) };

	r.low -= r.low > 0;
	r.high -= r.high == n;
	return r;
}

struct figure figure_proportion(uint64_t k, uint64_t n, enum why why_empty,
				bool clopper_pearson)
{
	struct figure f;
	struct interval i;

	if (!n)
		return figure_why_not(why_empty, 0);
	f = figure_value((double)k / (double)n, n);
	i = clopper_pearson ? interval_clopper_pearson(k, n)
			    : interval_wilson(k, n);
	figure_interval(&f, i.low, i.high, clopper_pearson ?
			METHOD_CLOPPER_PEARSON : METHOD_WILSON);
	return f;
}
