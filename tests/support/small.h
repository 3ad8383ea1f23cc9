/* Small things that tests of every folder ask for. To be included behind
 * cmocka.h. */
#ifndef MUSTER_TESTS_SUPPORT_SMALL_H
#define MUSTER_TESTS_SUPPORT_SMALL_H

#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"

/* Fails the test with what err says, unless rc is RC_OK. */
static inline void must(enum rc rc, const struct err *err)
{
	if (rc != RC_OK)
		fail_msg("%s", err->text);
}

static inline void near(double got, double want, double tolerance)
{
	char a[DECIMAL_MAX], b[DECIMAL_MAX];

	if (!(got - want <= tolerance && want - got <= tolerance))
		fail_msg("%s is not %s", decimal_shortest(got, a),
			 decimal_shortest(want, b));
}

/* 0 ... n - 1, the same after the same seed everywhere. */
static inline uint32_t roll(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

#endif
