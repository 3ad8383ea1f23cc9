/* The natural logarithm from plain arithmetic.
 *
 * The C library picks a variant by processor (with or without fused
 * multiply-add), and the last bit follows; a stored evaluation must be the
 * same bytes on every machine. Written without branches, so that loops over
 * it are vectorised. x must be positive, finite and normal; the result is
 * within 2 units of the last place.
 *
 * x = 2^k m with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m-1)/(m+1)) by
 * its Taylor series, whose first omitted term is below 2^-55. */
#ifndef MUSTER_MODEL_LN_H
#define MUSTER_MODEL_LN_H

#include <stdint.h>
#include <string.h>

/* For loops over ln() and the like: a second body with wider registers, chosen
 * at start. It rounds as the first does (no fused operations), so the choice
 * shows in no bit. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(MUSTER_SANITIZE) && \
	!defined(__clang__)
#define WIDE_LOOPS \
	__attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define WIDE_LOOPS
#endif

static inline double ln(double x)
{
	const uint64_t root_half = 0x3fe6a09e667f3bcd, bias = 1024;
	const uint64_t magic = 0x4330000000000000;	/* 2^52 */
	const double ln2_hi = 0x1.62e42fefa38p-1;	/* 42 bits: k * hi is exact */
	const double ln2_lo = 0x1.ef35793c7673p-45;
	uint64_t bits, k;
	double m, kd, s, z, p;

	memcpy(&bits, &x, 8);
	k = (bits - root_half + (bias << 52)) >> 52;
	bits -= (k - bias) << 52;
	memcpy(&m, &bits, 8);
	k |= magic;
	memcpy(&kd, &k, 8);
	kd -= 0x1p52 + 1024;
	s = (m - 1) / (m + 1);
	z = s * s;
	p = 1 / 21.0;
	p = p * z + 1 / 19.0;
	p = p * z + 1 / 17.0;
	p = p * z + 1 / 15.0;
	p = p * z + 1 / 13.0;
	p = p * z + 1 / 11.0;
	p = p * z + 1 / 9.0;
	p = p * z + 1 / 7.0;
	p = p * z + 1 / 5.0;
	p = p * z + 1 / 3.0;
	p = p * z;
	return kd * ln2_hi + (2 * s + (2 * s * p + kd * ln2_lo));
}

#endif
