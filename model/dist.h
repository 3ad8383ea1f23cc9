/* Distributions, from R's own library (libRmath). The only file that
 * includes Rmath.h is model/dist.c. Arguments must be finite. */
#ifndef MUSTER_MODEL_DIST_H
#define MUSTER_MODEL_DIST_H

#include <stdint.h>

/* qnorm(0.975): the level of every interval here is 95 %. */
#define Z_95 1.9599639845400542

/* P(X <= k), X ~ Binomial(n, p). */
double dist_binomial(uint64_t k, uint64_t n, double p);
/* P(X = k) of the same. */
double dist_binomial_at(uint64_t k, uint64_t n, double p);
/* The smallest k of which P(X <= k) is q or more. */
uint64_t dist_binomial_quantile(double q, uint64_t n, double p);
/* Quantile of Beta(a, b). */
double dist_beta_quantile(double p, double a, double b);
/* P(X > x). */
double dist_chi2_upper(double x, double df);
double dist_normal_upper(double x);
double dist_t_upper(double x, double df);
/* P(V <= v), V the signed-rank statistic of n pairs, n at most 1000. */
double dist_signrank(double v, uint64_t n);

#endif
