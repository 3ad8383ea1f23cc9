#include "model/rng.h"

#include <math.h>

#include "model/ln.h"

static uint64_t mix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

void rng_init(struct rng *r, uint64_t seed, uint64_t stream, uint64_t step)
{
	uint64_t state = seed;

	state = mix(&state) ^ stream;
	state = mix(&state) ^ step;
	for (int i = 0; i < 4; i++)
		r->s[i] = mix(&state);
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
	unsigned __int128 product;
	uint64_t threshold = -n % n;

	do
		product = (unsigned __int128)rng_next(r) * n;
	while ((uint64_t)product < threshold);
	return (uint64_t)(product >> 64);
}

/* By summing the probabilities from 0 on; n p < 10, p <= 1/2. The power is
 * taken by squaring: pow() may differ between machines. */
static uint64_t small_binomial(struct rng *r, uint64_t n, double p)
{
	double odds = p / (1 - p), base = 1 - p, share = 1;
	double u = rng_unit(r);
	uint64_t k = 0;

	for (uint64_t e = n; e; e >>= 1, base *= base)
		if (e & 1)
			share *= base;
	while (u >= share && k < n) {
		u -= share;
		share *= odds * (double)(n - k) / (double)(k + 1);
		k++;
	}
	return k;
}

/* ln k! less Stirling's formula: a table, then the series. */
static double stirling_rest(double k)
{
	static const double table[] = {
		0.08106146679532726, 0.04134069595540929,
		0.02767792568499834, 0.02079067210376509,
		0.01664469118982119, 0.01387612882307075,
		0.01189670994589177, 0.01041126526197209,
		0.009255462182712733, 0.008330563433362871,
	};
	double k1 = k + 1, k2 = k1 * k1;

	if (k < 10)
		return table[(int)k];
	return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / k2) / k2) / k1;
}

/* Names as in the paper. */
uint64_t rng_large_binomial(struct rng *r, uint64_t count, double p, double v,
			    double u)
{
	double n = (double)count, q = 1 - p, odds = p / q;
	double spread = sqrt(n * p * q);
	double b = 1.15 + 2.53 * spread;
	double a = -0.0873 + 0.0248 * b + 0.01 * p;
	double c = n * p + 0.5, vr = 0.92 - 4.2 / b;
	double alpha = (2.83 + 5.1 / b) * spread;
	double m = floor((n + 1) * p);

	for (;; v = rng_unit(r), u = rng_unit(r) - 0.5) {
		double us = 0.5 - fabs(u);
		double k = floor((2 * a / us + b) * u + c);

		if (!(k >= 0 && k <= n) || v <= 0)
			continue;
		if (us >= 0.07 && v <= vr)
			return (uint64_t)k;
		v = ln(v * alpha / (a / (us * us) + b));
		if (v <= (m + 0.5) * ln((m + 1) / (odds * (n - m + 1))) +
			 (n + 1) * ln((n - m + 1) / (n - k + 1)) +
			 (k + 0.5) * ln(odds * (n - k + 1) / (k + 1)) +
			 stirling_rest(m) + stirling_rest(n - m) -
			 stirling_rest(k) - stirling_rest(n - k))
			return (uint64_t)k;
	}
}

uint64_t rng_binomial(struct rng *r, uint64_t n, double p)
{
	double v, u;

	if (!n || p <= 0)
		return 0;
	if (p >= 1)
		return n;
	if (p > 0.5)
		return n - rng_binomial(r, n, 1 - p);
	if ((double)n * p < RNG_LARGE)
		return small_binomial(r, n, p);
	v = rng_unit(r);
	u = rng_unit(r) - 0.5;
	return rng_large_binomial(r, n, p, v, u);
}

void rng_multinomial(struct rng *r, const uint64_t *counts, size_t n_cells,
		     uint32_t *out)
{
	uint64_t rest = 0, left;

	for (size_t i = 0; i < n_cells; i++)
		rest += counts[i];
	left = rest;
	for (size_t i = 0; i < n_cells; i++) {
		uint64_t k = !left ? 0 : counts[i] == rest ? left :
			rng_binomial(r, left, (double)counts[i] / (double)rest);

		out[i] = (uint32_t)k;
		left -= k;
		rest -= counts[i];
	}
}

void rng_poisson_init(struct rng_poisson *p)
{
	double share = 0.36787944117144233, sum = 0;	/* 1/e */
	unsigned at[2] = { 0, 0 };

	for (int k = 0; k < 32; k++) {
		sum += share;
		share /= k + 1;
		p->limit[k] = sum >= 1 - 0x1p-53 || k == 31 ? UINT64_MAX
			: (uint64_t)(sum * 0x1p64);
	}
	for (uint64_t h = 0; h < 65536; h++) {
		while (p->limit[at[0]] < h << 48)
			at[0]++;
		while (p->limit[at[1]] < (h << 48 | 0xffffffffffff))
			at[1]++;
		p->count[h] = at[0] == at[1] ? (uint8_t)at[0] : UINT8_MAX;
	}
}

static uint32_t decide(struct rng *r, const struct rng_poisson *p,
		       uint64_t high)
{
	uint64_t x = high << 48 | rng_next(r) >> 16;
	uint32_t k = 0;

	while (p->limit[k] < x)
		k++;
	return k;
}

void rng_poisson_some(struct rng *r, const struct rng_poisson *p, size_t n,
		      uint16_t *out)
{
	uint64_t bits = rng_next(r);

	for (size_t i = 0; i < n; i++, bits >>= 16) {
		uint32_t k = p->count[bits & 0xffff];

		if (k == UINT8_MAX)
			k = decide(r, p, bits & 0xffff);
		out[i] = (uint16_t)k;
	}
}

static uint64_t draw_poisson(struct rng *r, const struct rng_poisson *p,
			     size_t n, uint32_t *weight)
{
	uint64_t sum = 0, bits = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t k;

		bits = i & 3 ? bits >> 16 : rng_next(r);
		k = p->count[bits & 0xffff];
		if (__builtin_expect(k == UINT8_MAX, 0))
			k = decide(r, p, bits & 0xffff);
		weight[i] = k;
		sum += k;
	}
	return sum;
}

/* A drawn one at random: rows by rejection in proportion to their weight. */
static void take_back(struct rng *r, size_t n, uint32_t *weight, uint32_t most)
{
	for (;;) {
		size_t i = (size_t)rng_below(r, n);

		if (weight[i] && rng_below(r, most) < weight[i]) {
			weight[i]--;
			return;
		}
	}
}

void rng_resample(struct rng *r, const struct rng_poisson *p, size_t n,
		  uint32_t *weight)
{
	uint64_t sum = draw_poisson(r, p, n, weight);
	uint32_t most = 1;

	for (; sum < n; sum++)
		weight[rng_below(r, n)]++;
	if (sum == n)
		return;
	for (size_t i = 0; i < n; i++)
		if (weight[i] > most)
			most = weight[i];
	for (; sum > n; sum--)
		take_back(r, n, weight, most);
}
