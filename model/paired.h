/* Tests for paired answers on the same patterns. All p are two-sided unless
 * said; they agree with R and scipy (tests/golden/paired.py). */
#ifndef MUSTER_MODEL_PAIRED_H
#define MUSTER_MODEL_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
	double statistic;
	double p;
};

/* McNemar 1947; b and c are the counts on which only one of the two is right.
 * Exact: binomial, at most 1 (R: binom.test(b, b + c)). Chi-squared with one
 * degree of freedom, with Edwards' correction or without (R: mcnemar.test).
 * b + c = 0: statistic 0, p 1. */
struct test mcnemar_exact(uint64_t b, uint64_t c);
/* The exact test less half the probability of what was seen (Fagerland,
 * Lydersen and Laake 2013): less conservative, and still hardly ever above
 * its level. */
struct test mcnemar_mid(uint64_t b, uint64_t c);
struct test mcnemar_chi2(uint64_t b, uint64_t c, bool corrected);

/* Cochran's Q 1950: right[i * k + j] says whether version j is right on row
 * i. Chi-squared with k - 1 degrees of freedom; k > 1. */
struct test cochran_q(const uint8_t *right, size_t n, size_t k);

/* Student's paired t of first - second; p_greater: first is larger. why says
 * that there is none, and p is 1: of fewer than two rows, of differences that
 * are all equal (a standard error of at most 10 epsilon times their mean, as
 * R's t.test refuses), or beyond what a number holds. */
struct paired_t {
	double mean, t, df, p, p_greater;
	const char *why;		/* static text; or NULL: defined */
};
struct paired_t paired_t(const double *first, const double *second, size_t n);

/* Wilcoxon's signed ranks of differences, as R's wilcox.test(paired = TRUE):
 * zeros are left out; exact for fewer than 50 differences without ties and
 * zeros, else normal with corrections for ties and continuity. statistic is
 * V, the sum of ranks of positive differences. */
struct wilcoxon {
	double v, p;
	bool exact;
	size_t n;		/* differences that are not 0 */
	int sign;		/* of V against its mean: -1, 0, 1 */
};
struct wilcoxon wilcoxon_signed_rank(const double *difference, size_t n);

/* Holm 1979 (R: p.adjust): adjusted[i] for p[i], which may be the same
 * array. */
void holm(const double *p, size_t n, double *adjusted);

#endif
