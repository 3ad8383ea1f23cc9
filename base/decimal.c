/* Reading takes one of three ways, all correctly rounded:
 *
 *	digits <= 2^53, power of ten <= 22:	one exact float operation
 *						(Clinger, PLDI 1990)
 *	up to 19 digits, power of ten <= 19:	exact 128-bit integers, rounded
 *						once by the conversion
 *	anything else:				strtod() in the C locale */
#include "base/decimal.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"

#define MAX_EXACT ((uint64_t)1 << 53)
#define MAX_DIGITS 19

static const double float_power[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static const uint64_t int_power[] = {
	1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull,
	10000000ull, 100000000ull, 1000000000ull, 10000000000ull,
	100000000000ull, 1000000000000ull, 10000000000000ull,
	100000000000000ull, 1000000000000000ull, 10000000000000000ull,
	100000000000000000ull, 1000000000000000000ull,
	10000000000000000000ull,
};

/* What the text says: digits * 10^power, where digits has at most 19
 * significant ones; many tells that there were more. */
struct scan {
	uint64_t digits;
	long power;
	bool negative;
	bool many;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes digits up to end. n_significant counts from the first that is not
 * zero. */
static const char *scan_digits(const char *s, const char *end,
			       struct scan *scan, int *n_significant)
{
	for (; s < end && is_digit(*s); s++) {
		if (*n_significant == 0 && *s == '0')
			continue;
		if (*n_significant < MAX_DIGITS)
			scan->digits = scan->digits * 10 +
				       (uint64_t)(*s - '0');
		else
			scan->many = true;
		++*n_significant;
	}
	return s;
}

/* An exponent of more than 5 digits has its effect long before. */
static const char *scan_exponent(const char *s, const char *end,
				 struct scan *scan)
{
	bool negative = false;
	long value = 0;
	const char *first;

	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	for (first = s; s < end && is_digit(*s); s++)
		if (value < 100000)
			value = value * 10 + (*s - '0');
	scan->power += negative ? -value : value;
	return s == first ? NULL : s;
}

static bool scan_number(const char *s, size_t n, struct scan *scan)
{
	const char *end = s + n, *first, *point;
	int n_significant = 0;
	bool any;

	*scan = (struct scan){ 0 };
	if (s < end && (*s == '-' || *s == '+'))
		scan->negative = *s++ == '-';
	first = s;
	s = scan_digits(s, end, scan, &n_significant);
	any = s > first;
	if (s - first > 1 && *first == '0')
		return false;
	if (s < end && *s == '.') {
		point = ++s;
		s = scan_digits(s, end, scan, &n_significant);
		scan->power -= s - point;
		any |= s > point;
	}
	if (!any)
		return false;
	if (s < end && (*s == 'e' || *s == 'E')) {
		s = scan_exponent(s + 1, end, scan);
		if (!s)
			return false;
	}
	return s == end;
}

/* digits / 10^power for power <= 19: the quotient has at least 63 bits, the
 * lowest of which also stands for what is left over, so that the conversion
 * rounds once and right. */
static double divide(uint64_t digits, unsigned power)
{
	int shift = __builtin_clzll(digits);
	unsigned __int128 n = (unsigned __int128)(digits << shift) << 64;
	unsigned __int128 q = n / int_power[power];

	if (q * int_power[power] != n)
		q |= 1;
	return ldexp((double)q, -(64 + shift));
}

static bool read_fast(const struct scan *scan, double *out)
{
	uint64_t digits = scan->digits;
	long power = scan->power;

	if (scan->many)
		return false;
	if (digits == 0)
		*out = 0;
	else if (digits <= MAX_EXACT && power >= -22 && power <= 22)
		*out = power < 0 ? (double)digits / float_power[-power] :
				   (double)digits * float_power[power];
	else if (power < 0 && power >= -MAX_DIGITS)
		*out = divide(digits, (unsigned)-power);
	else if (power >= 0 && power <= MAX_DIGITS)
		*out = (double)((unsigned __int128)digits * int_power[power]);
	else
		return false;
	return true;
}

/* In glibc a constant, not an allocation; so nobody frees it. */
static locale_t c_locale(void)
{
	return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static double read_slow(const char *s, size_t n)
{
	locale_t old = uselocale(c_locale());
	char room[64], *text = n < sizeof(room) ? room : xmalloc(n + 1);
	double x;

	memcpy(text, s, n);
	text[n] = '\0';
	x = strtod(text, NULL);
	if (text != room)
		free(text);
	uselocale(old);
	return fabs(x);
}

bool decimal_read(const char *s, size_t n, double *out)
{
	struct scan scan;
	double x;

	if (!scan_number(s, n, &scan))
		return false;
	if (!read_fast(&scan, &x))
		x = read_slow(s, n);
	if (!isfinite(x))
		return false;
	*out = scan.negative ? -x : x;
	return true;
}

/* Digits alone, without needless zeros in front. */
static bool read_digits(const char *s, size_t n, uint64_t most, uint64_t *out)
{
	uint64_t value = 0;

	if (n == 0 || (n > 1 && s[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s[i]) ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s[i] - '0'),
					   &value))
			return false;
	}
	if (value > most)
		return false;
	*out = value;
	return true;
}

bool decimal_read_i64(const char *s, size_t n, int64_t *out)
{
	bool negative = n > 0 && s[0] == '-';
	size_t sign = n > 0 && (s[0] == '-' || s[0] == '+');
	uint64_t size;

	if (!read_digits(s + sign, n - sign,
			 (uint64_t)INT64_MAX + (negative ? 1 : 0), &size))
		return false;
	*out = negative ? (int64_t)(0 - size) : (int64_t)size;
	return true;
}

bool decimal_read_u64(const char *s, size_t n, uint64_t *out)
{
	size_t sign = n > 0 && s[0] == '+';

	return read_digits(s + sign, n - sign, UINT64_MAX, out);
}

/* snprintf in the C locale. kind: 'f' or 'g'. */
static void print(char out[DECIMAL_MAX], char kind, int digits, double x)
{
	locale_t old = uselocale(c_locale());
	int n;

	if (kind == 'f')
		n = snprintf(out, DECIMAL_MAX, "%.*f", digits, x);
	else
		n = snprintf(out, DECIMAL_MAX, "%.*g", digits, x);
	uselocale(old);
	if (n < 0 || n >= DECIMAL_MAX)
		snprintf(out, DECIMAL_MAX, "%.*e", digits, x);
}

/* "-0", "-0.00" and the like say nothing by their sign. */
static const char *drop_sign_of_zero(char out[DECIMAL_MAX])
{
	if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1))
		memmove(out, out + 1, strlen(out));
	return out;
}

/* n / 10^places in plain digits. */
static void put_plain(uint64_t n, int places, bool negative,
		      char out[DECIMAL_MAX])
{
	char digit[24], *to = out;
	int len = 0;

	do {
		digit[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n || len <= places);
	if (negative)
		*to++ = '-';
	while (len) {
		if (len == places)
			*to++ = '.';
		*to++ = digit[--len];
	}
	*to = '\0';
}

/* m / 2^shift * 10^power, rounded to a whole number as printf rounds: the
 * product is exact, m < 2^53 and 10^20 < 2^67. */
static uint64_t scale(uint64_t m, unsigned shift, int power)
{
	unsigned __int128 x = m, half = (unsigned __int128)1 << (shift - 1);
	unsigned __int128 rest;
	uint64_t whole;

	for (; power > MAX_DIGITS; power--)
		x *= 10;
	x *= int_power[power];
	whole = (uint64_t)(x >> shift);
	rest = x & (2 * half - 1);
	return whole + (rest > half || (rest == half && (whole & 1)));
}

/* The power of ten of the first digit of m / 2^shift, which is size. */
static int first_power(double size, uint64_t m, unsigned shift)
{
	int power = 0;

	while (power < 15 && size >= float_power[power + 1])
		power++;
	while (size < 1 && size * float_power[-power] < 1)
		power--;
	/* a product may have been rounded up to 1 */
	return power - (scale(m, shift, 16 - power) < int_power[16]);
}

/* "%.15g", "%.16g" or "%.17g" where that is plain, for size from 1e-4 and
 * below 1e15, without fractions of its last bit: the first that reads back. */
static void print_plain(double size, bool negative, char out[DECIMAL_MAX])
{
	int exponent, first, power, digits = 15;
	uint64_t m = (uint64_t)ldexp(frexp(size, &exponent), 53), n;
	unsigned shift = (unsigned)(53 - exponent);

	first = first_power(size, m, shift);
	for (;; digits++) {
		power = digits - 1 - first;
		n = scale(m, shift, power);
		if (digits == 17 || divide(n, (unsigned)power) == size)
			break;
	}
	for (; power > 0 && n % 10 == 0; power--)
		n /= 10;
	put_plain(n, power, negative, out);
}

const char *decimal_shortest(double x, char out[DECIMAL_MAX])
{
	double back, size = fabs(x);

	if (!isfinite(x))
		BUG("a number that is not finite is to be printed");
	if (size <= 1e15 && size == (double)(uint64_t)size) {
		put_plain((uint64_t)size, 0, x < 0, out);
		return out;
	}
	if (size >= 1e-4 && size < 1e15) {
		print_plain(size, x < 0, out);
		return out;
	}
	for (int digits = 15; digits <= 17; digits++) {
		print(out, 'g', digits, x);
		if (digits == 17 ||
		    (decimal_read(out, strlen(out), &back) && back == x))
			break;
	}
	return out;
}

const char *decimal_fixed(double x, int digits, char out[DECIMAL_MAX])
{
	print(out, 'f', digits, x);
	return drop_sign_of_zero(out);
}

const char *decimal_sig(double x, int digits, char out[DECIMAL_MAX])
{
	print(out, 'g', digits, x);
	return drop_sign_of_zero(out);
}

const char *decimal_rate(double x, int digits, bool is_signed,
			 char out[DECIMAL_MAX])
{
	char text[DECIMAL_MAX], *number = text;

	decimal_fixed(x, digits, text);
	number += text[0] == '-';
	if (number[0] == '0' && number[1] == '.')
		number++;
	out[0] = text[0] == '-' ? '-' : '+';
	memmove(out + (out[0] == '-' || is_signed), number,
		strnlen(number, DECIMAL_MAX - 2) + 1);
	out[DECIMAL_MAX - 1] = '\0';
	return out;
}

const char *decimal_grouped(uint64_t n, char out[DECIMAL_MAX])
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%llu",
				      (unsigned long long)n), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

void buf_fixed(struct buf *b, double x, int digits)
{
	char text[DECIMAL_MAX];

	buf_str(b, decimal_fixed(x, digits, text));
}

void buf_decimal(struct buf *b, double x)
{
	char text[DECIMAL_MAX];

	buf_str(b, decimal_shortest(x, text));
}
