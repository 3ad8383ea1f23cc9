#include "model/paired.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/dist.h"
#include "model/figure.h"
#include "model/order.h"

#define EXACT_BELOW 50

struct test mcnemar_exact(uint64_t b, uint64_t c)
{
	uint64_t n = b + c, least = b < c ? b : c;
	double p = n ? 2 * dist_binomial(least, n, 0.5) : 1;

	return (struct test){ (double)least, p < 1 ? p : 1 };
}

struct test mcnemar_mid(uint64_t b, uint64_t c)
{
	uint64_t n = b + c, least = b < c ? b : c;
	double at = dist_binomial_at(least, n, 0.5);

	if (b == c)
		return (struct test){ (double)least, n ? 1 - at / 2 : 1 };
	return (struct test){ (double)least,
			      2 * dist_binomial(least, n, 0.5) - at };
}

struct test mcnemar_chi2(uint64_t b, uint64_t c, bool corrected)
{
	double gap = fabs((double)b - (double)c), x;

	if (!(b + c))
		return (struct test){ 0, 1 };
	if (corrected)
		gap = gap > 1 ? gap - 1 : 0;
	x = gap * gap / (double)(b + c);
	return (struct test){ x, dist_chi2_upper(x, 1) };
}

struct test cochran_q(const uint8_t *right, size_t n, size_t k)
{
	double *column = XNEW_ARRAY(double, k);
	double total = 0, rows = 0, columns = 0, below, q;

	for (size_t i = 0; i < n; i++) {
		double row = 0;

		for (size_t j = 0; j < k; j++) {
			row += right[i * k + j];
			column[j] += right[i * k + j];
		}
		total += row;
		rows += row * row;
	}
	for (size_t j = 0; j < k; j++)
		columns += column[j] * column[j];
	free(column);
	below = (double)k * total - rows;
	if (!(below > 0))
		return (struct test){ 0, 1 };
	q = ((double)k - 1) * ((double)k * columns - total * total) / below;
	return (struct test){ q, dist_chi2_upper(q, (double)k - 1) };
}

/* The standard error, and the mean; both times 2^-exponent: squares of huge
 * or tiny differences would leave the range of a number. */
static double standard_error(const double *first, const double *second,
			     size_t n, int *exponent, double *mean)
{
	double square = 0, most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(first[i] - second[i]));
	*exponent = isfinite(most) && most > 0 ? ilogb(most) : 0;
	*mean = 0;
	for (size_t i = 0; i < n; i++)
		*mean += (ldexp(first[i] - second[i], -*exponent) - *mean) /
			(double)(i + 1);
	for (size_t i = 0; i < n; i++) {
		double d = ldexp(first[i] - second[i], -*exponent) - *mean;

		square += d * d;
	}
	return sqrt(square / (double)(n - 1) / (double)n);
}

struct paired_t paired_t(const double *first, const double *second, size_t n)
{
	struct paired_t out = { .p = 1, .p_greater = 0.5 };
	double mean, error;
	int exponent;

	if (n < 2) {
		out.why = "fewer than two pairs";
		return out;
	}
	error = standard_error(first, second, n, &exponent, &mean);
	if (!isfinite(error))
		out.why = why_text(WHY_OVERFLOW);
	else if (error <= 10 * DBL_EPSILON * fabs(mean))
		out.why = "all differences are equal";
	if (out.why)
		return out;
	out.mean = ldexp(mean, exponent);
	out.df = (double)(n - 1);
	out.t = mean / error;
	out.p = 2 * dist_t_upper(fabs(out.t), out.df);
	out.p_greater = dist_t_upper(out.t, out.df);
	return out;
}

/* Ranks in place of the sorted sizes; gives the sum over ties of t^3 - t. */
static double rank(const struct order *o, double *ranks)
{
	double ties = 0;

	for (size_t i = 0, j; i < o->n; i = j) {
		double t;

		for (j = i; j < o->n && o->score[j] == o->score[i];)
			j++;
		t = (double)(j - i);
		ties += t * t * t - t;
		for (size_t k = i; k < j; k++)
			ranks[o->row[k]] = ((double)(i + j) + 1) / 2;
	}
	return ties;
}

static double normal_p(double v, double n, double ties)
{
	double z = v - n * (n + 1) / 4;
	double sigma = sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);

	z = z > 0 ? z - 0.5 : z < 0 ? z + 0.5 : 0;
	return sigma > 0 ? fmin(1, 2 * dist_normal_upper(fabs(z) / sigma)) : 1;
}

static double exact_p(double v, size_t n)
{
	double most = (double)n * ((double)n + 1) / 2;
	/* the distribution is symmetric: always the lower tail */
	double p = dist_signrank(v > most / 2 ? most - v : v, n);

	return fmin(1, 2 * p);
}

struct wilcoxon wilcoxon_signed_rank(const double *difference, size_t n)
{
	double *size = XNEW_ARRAY(double, n + 1);
	double *ranks = XNEW_ARRAY(double, n + 1);
	uint8_t *positive = XNEW_ARRAY(uint8_t, n + 1);
	struct wilcoxon out = { .p = 1 };
	struct order o;
	double ties, mean;

	for (size_t i = 0; i < n; i++) {
		if (difference[i] == 0)
			continue;
		size[out.n] = fabs(difference[i]);
		positive[out.n++] = difference[i] > 0;
	}
	order_init(&o, size, out.n);
	ties = rank(&o, ranks);
	order_release(&o);
	for (size_t i = 0; i < out.n; i++)
		out.v += positive[i] ? ranks[i] : 0;
	mean = (double)out.n * ((double)out.n + 1) / 4;
	out.sign = (out.v > mean) - (out.v < mean);
	out.exact = out.n && out.n < EXACT_BELOW && ties == 0 && out.n == n;
	if (out.n)
		out.p = out.exact ? exact_p(out.v, out.n)
				  : normal_p(out.v, (double)out.n, ties);
	free(size);
	free(ranks);
	free(positive);
	return out;
}

void holm(const double *p, size_t n, double *adjusted)
{
	double *key = XNEW_ARRAY(double, n + 1), most = 0;
	struct order o;

	for (size_t i = 0; i < n; i++)
		key[i] = p[i];
	order_init(&o, key, n);
	for (size_t i = 0; i < n; i++) {
		double a = (double)(n - i) * o.score[i];

		most = a > most ? a : most;
		adjusted[o.row[i]] = most < 1 ? most : 1;
	}
	order_release(&o);
	free(key);
}
