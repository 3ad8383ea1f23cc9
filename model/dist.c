#include "model/dist.h"

#define MATHLIB_STANDALONE
#include <Rmath.h>

double dist_binomial(uint64_t k, uint64_t n, double p)
{
	return pbinom((double)k, (double)n, p, 1, 0);
}

double dist_binomial_at(uint64_t k, uint64_t n, double p)
{
	return dbinom((double)k, (double)n, p, 0);
}

uint64_t dist_binomial_quantile(double q, uint64_t n, double p)
{
	return (uint64_t)qbinom(q, (double)n, p, 1, 0);
}

double dist_beta_quantile(double p, double a, double b)
{
	return qbeta(p, a, b, 1, 0);
}

double dist_chi2_upper(double x, double df)
{
	return pchisq(x, df, 0, 0);
}

double dist_normal_upper(double x)
{
	return pnorm5(x, 0, 1, 0, 0);
}

double dist_t_upper(double x, double df)
{
	return pt(x, df, 0, 0);
}

double dist_signrank(double v, uint64_t n)
{
	double p = psignrank(v, (double)n, 1, 0);

	/* R keeps its table of counts until told */
	signrank_free();
	return p;
}
