/* A seeded generator: the same seed gives the same numbers everywhere.
 *
 * xoshiro256++ (Blackman and Vigna 2021), its state filled by splitmix64. A
 * stream is named by seed and two numbers (which figure, which resample), so
 * that results never depend on the number of threads. */
#ifndef MUSTER_MODEL_RNG_H
#define MUSTER_MODEL_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_init(struct rng *r, uint64_t seed, uint64_t stream, uint64_t step);

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s, sum = s[0] + s[3];
	uint64_t out = ((sum << 23) | (sum >> 41)) + s[0], t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = (s[3] << 45) | (s[3] >> 19);
	return out;
}

/* In [0, 1), 53 bits. */
static inline double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* Uniform in 0 .. n - 1, n > 0 (Lemire 2019, with rejection: no bias). */
uint64_t rng_below(struct rng *r, uint64_t n);
/* Binomial(n, p): inversion for small n p, else transformed rejection
 * (Hörmann 1993, BTRS). p in [0, 1]. */
uint64_t rng_binomial(struct rng *r, uint64_t n, double p);
/* Its transformed rejection, for n p of at least RNG_LARGE and p of at most a
 * half, the first two numbers already drawn: v, and u less a half. */
#define RNG_LARGE 10
uint64_t rng_large_binomial(struct rng *r, uint64_t n, double p, double v,
			    double u);
/* Multinomial: draws sum(counts) times with the cells' shares, by one
 * conditional binomial a cell. out may not be counts. */
void rng_multinomial(struct rng *r, const uint64_t *counts, size_t n_cells,
		     uint32_t *out);

/* How often each of n rows is drawn when n are drawn with replacement:
 * Poisson(1) for each row, then corrected to n draws in all by drawing more,
 * or by taking back drawn ones at random, which together is exactly the
 * multinomial. The table turns 16 random bits into a count. */
struct rng_poisson {
	uint8_t count[65536];	/* UINT8_MAX: these 16 bits do not decide */
	uint64_t limit[32];	/* cumulative share * 2^64 */
};
void rng_poisson_init(struct rng_poisson *p);
/* The first n (up to 4) numbers that the next 64 bits give, lowest bits first,
 * by more bits where those do not decide. */
void rng_poisson_some(struct rng *r, const struct rng_poisson *p, size_t n,
		      uint16_t *out);
void rng_resample(struct rng *r, const struct rng_poisson *p, size_t n,
		  uint32_t *weight);

#endif
