/* The one place where numbers meet text. No other file prints or reads a
 * floating-point number; LC_NUMERIC never matters here.
 *
 * Reading is strict: the whole text is the number, JSON's grammar plus a
 * leading '+', a bare leading or trailing point ('.5', '5.'), and nothing
 * else: no blanks, no hex, no inf, no nan, no overflow to infinity. */
#ifndef MUSTER_BASE_DECIMAL_H
#define MUSTER_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define DECIMAL_MAX 32	/* room for any number below, and a NUL */

/* False, *out untouched, unless the n bytes at s are one finite number.
 * Correctly rounded (as strtod in the C locale); fast for up to 19 digits. */
bool decimal_read(const char *s, size_t n, double *out);
bool decimal_read_i64(const char *s, size_t n, int64_t *out);
bool decimal_read_u64(const char *s, size_t n, uint64_t *out);

/* The shortest text that reads back as the same double; "-0" is "0".
 * x must be finite. Plain or exponent form as JSON allows. Returns out. */
const char *decimal_shortest(double x, char out[DECIMAL_MAX]);
/* Exactly the given digits behind the point (0 to 15). */
const char *decimal_fixed(double x, int digits, char out[DECIMAL_MAX]);
/* At most the given significant digits, for people: 0.0869, 1.2e-07. */
const char *decimal_sig(double x, int digits, char out[DECIMAL_MAX]);
/* As on the screens: a value in [0,1] loses its leading zero (".8842"),
 * signed adds '+' to what is not negative. */
const char *decimal_rate(double x, int digits, bool is_signed,
			 char out[DECIMAL_MAX]);
/* 1204331 is "1,204,331". */
const char *decimal_grouped(uint64_t n, char out[DECIMAL_MAX]);

void buf_decimal(struct buf *b, double x);	/* decimal_shortest */
void buf_fixed(struct buf *b, double x, int digits);	/* decimal_fixed */

#endif
