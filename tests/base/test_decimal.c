#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"

static const char *const refused[] = {
	"", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e-", ".e1", " 1", "1 ",
	"\t1", "1\n", "0x10", "0X1p3", "inf", "-inf", "nan", "NaN",
	"infinity", "1e999", "-1e999", "1e400", "1.7976931348623159e308",
	"1e99999999999999999999", "1,5", "1_000", "--1", "+-1", "1.2.3",
	"1e1.5", "007", "-01", "00", "00.5", "1f", "\xd9\xa1", "0b1",
};

static void test_decimal__refuses(void **state)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		double x = 42;

		if (decimal_read(refused[i], strlen(refused[i]), &x))
			fail_msg("'%s' was read", refused[i]);
		assert_true(x == 42);
	}
	assert_false(decimal_read("1\0", 2, &(double){ 0 }));
}

static const struct {
	const char *text;
	double value;
} accepted[] = {
	{ "0", 0 }, { "-0", 0 }, { "1", 1 }, { "+1", 1 }, { "-1.5", -1.5 },
	{ ".5", 0.5 }, { "5.", 5 }, { "-.25", -0.25 }, { "1e3", 1000 },
	{ "1E+3", 1000 }, { "25e-2", 0.25 }, { "1e-999", 0 },
	{ "0e99999", 0 }, { "0.000", 0 }, { "1e00005", 1e5 },
	{ "1.7976931348623157e308", 1.7976931348623157e308 },
	{ "5e-324", 5e-324 }, { "2.4703282292062327e-324", 0 },
	{ "2.4703282292062328e-324", 5e-324 },
	/* halfway cases, which go to even */
	{ "9007199254740993", 9007199254740992. },
	{ "9007199254740995", 9007199254740996. },
	{ "9007199254740993.0000000000000000000001", 9007199254740994. },
	{ "1.00000000000000011102230246251565404236316680908203125", 1 },
	{ "1.00000000000000011102230246251565404236316680908203126",
	  1.0000000000000002 },
	{ "18446744073709551615", 18446744073709551616. },
	{ "9999999999999999999e19", 9999999999999999999e19 },
	{ "8.5070591730234615865e37", 8.5070591730234615865e37 },
	{ "0.000000000000000000000000000001234567890123456789",
	  1.234567890123456789e-30 },
};

static void test_decimal__accepts(void **state)
{
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
		const char *text = accepted[i].text;
		double x = -1;

		assert_true(decimal_read(text, strlen(text), &x));
		if (x != accepted[i].value)
			fail_msg("'%s' was read wrong", text);
	}
}

static void test_decimal__reads_a_part(void **state)
{
	double x = 0;

	assert_true(decimal_read("12345", 2, &x));
	assert_true(x == 12);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void test_decimal__shortest_reads_back(void **state)
{
	uint64_t seed = 88172645463325252ull;

	for (int i = 0; i < 200000; i++) {
		uint64_t bits = next_random(&seed);
		char text[DECIMAL_MAX];
		double x, back;

		memcpy(&x, &bits, sizeof(x));
		if (!isfinite(x))
			continue;
		decimal_shortest(x, text);
		assert_true(decimal_read(text, strlen(text), &back));
		assert_true(back == x);
	}
}

/* The fast ways against strtod: random digits, points and exponents. */
static void test_decimal__rounds_as_strtod(void **state)
{
	uint64_t seed = 362436069;

	for (int i = 0; i < 300000; i++) {
		uint64_t digits = next_random(&seed) >> next_random(&seed) %
				  60;
		int exponent = (int)(next_random(&seed) % 60) - 30;
		char text[64];
		double x, expected;

		snprintf(text, sizeof(text), "%llue%d",
			 (unsigned long long)digits, exponent);
		expected = strtod(text, NULL);
		assert_true(decimal_read(text, strlen(text), &x));
		if (x != expected)
			fail_msg("'%s' was read wrong", text);
	}
}

static void expect_printed(double x)
{
	char text[DECIMAL_MAX], want[DECIMAL_MAX];

	if (fabs(x) <= 1e15 && x == floor(x))
		snprintf(want, sizeof(want), "%.0f", x != 0 ? x : 0.0);
	else
		for (int n = 15; n <= 17; n++) {
			snprintf(want, sizeof(want), "%.*g", n, x);
			if (strtod(want, NULL) == x)
				break;
		}
	assert_string_equal(decimal_shortest(x, text), want);
}

/* The plain way against the printing of the C library: decimals, doubles of
 * any bits, and the neighbours of powers of ten. */
static void test_decimal__shortest_as_printed(void **state)
{
	uint64_t seed = 521288629;
	char text[40];

	for (int i = 0; i < 300000; i++) {
		uint64_t digits = next_random(&seed) >> next_random(&seed) %
				  64;
		int places = (int)(next_random(&seed) % 24);

		snprintf(text, sizeof(text), "%s%llue-%d", i & 1 ? "-" : "",
			 (unsigned long long)digits, places);
		expect_printed(strtod(text, NULL));
		expect_printed(ldexp((double)(next_random(&seed) >> 11),
				     -(int)(next_random(&seed) % 70)));
	}
	for (int power = -6; power < 17; power++) {
		double x = pow(10, power);

		for (int i = 0; i < 5; i++, x = nextafter(x, 0))
			expect_printed(x);
		x = pow(10, power);
		for (int i = 0; i < 5; i++, x = nextafter(x, 1e300))
			expect_printed(x);
	}
}

static const struct {
	double x;
	const char *text;
} shortest[] = {
	{ 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -17, "-17" }, { 0.1, "0.1" },
	{ 0.3, "0.3" }, { 0.1 + 0.2, "0.30000000000000004" },
	{ 1e15, "1000000000000000" }, { 1e16, "1e+16" }, { 1e22, "1e+22" },
	{ 123456.789, "123456.789" }, { 0.0001, "0.0001" },
	{ -0.05, "-0.05" }, { 99999999.5, "99999999.5" }, { 1.000001, "1.000001" },
	{ 0.000123, "0.000123" }, { 0.00009, "9e-05" }, { 1e-7, "1e-07" },
	{ 1.0 / 3, "0.3333333333333333" },
	{ 5e-324, "4.94065645841247e-324" },
	{ 1.7976931348623157e308, "1.7976931348623157e+308" },
};

static void test_decimal__shortest(void **state)
{
	for (size_t i = 0; i < sizeof(shortest) / sizeof(shortest[0]); i++) {
		char text[DECIMAL_MAX];

		assert_string_equal(decimal_shortest(shortest[i].x, text),
				    shortest[i].text);
	}
}

static const struct {
	double x;
	int digits;
	bool is_signed;
	const char *text;
} rates[] = {
	{ 0.8842, 4, false, ".8842" }, { 1, 4, false, "1.0000" },
	{ 0, 3, false, ".000" }, { 0.0132, 4, true, "+.0132" },
	{ -0.0047, 4, true, "-.0047" }, { -0.0047, 4, false, "-.0047" },
	{ -0.00001, 2, true, "+.00" }, { 0.99999, 4, false, "1.0000" },
	{ 0, 0, false, "0" }, { 12.5, 1, true, "+12.5" },
};

static void test_decimal__rate(void **state)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		char text[DECIMAL_MAX];

		assert_string_equal(decimal_rate(rates[i].x, rates[i].digits,
						 rates[i].is_signed, text),
				    rates[i].text);
	}
}

static void test_decimal__for_people(void **state)
{
	char text[DECIMAL_MAX];

	assert_string_equal(decimal_fixed(2.5, 2, text), "2.50");
	assert_string_equal(decimal_fixed(-0.001, 2, text), "0.00");
	assert_string_equal(decimal_sig(0.08691, 3, text), "0.0869");
	assert_string_equal(decimal_sig(1.2e-7, 3, text), "1.2e-07");
	assert_string_equal(decimal_grouped(0, text), "0");
	assert_string_equal(decimal_grouped(999, text), "999");
	assert_string_equal(decimal_grouped(1204331, text), "1,204,331");
	assert_string_equal(decimal_grouped(UINT64_MAX, text),
			    "18,446,744,073,709,551,615");
	/* whatever is asked, it fits */
	assert_true(strlen(decimal_fixed(-1e300, 15, text)) < DECIMAL_MAX);
	assert_true(strlen(decimal_rate(1e29, 1, true, text)) < DECIMAL_MAX);
}

static void test_decimal__integers(void **state)
{
	int64_t i = 0;
	uint64_t u = 0;

	assert_true(decimal_read_i64("-9223372036854775808", 20, &i));
	assert_true(i == INT64_MIN);
	assert_true(decimal_read_i64("+9223372036854775807", 20, &i));
	assert_true(i == INT64_MAX);
	assert_false(decimal_read_i64("9223372036854775808", 19, &i));
	assert_false(decimal_read_i64("-9223372036854775809", 20, &i));
	assert_false(decimal_read_i64("", 0, &i));
	assert_false(decimal_read_i64("-", 1, &i));
	assert_false(decimal_read_i64("1.0", 3, &i));
	assert_false(decimal_read_i64("01", 2, &i));
	assert_true(decimal_read_i64("-0", 2, &i));
	assert_int_equal(i, 0);
	assert_true(decimal_read_u64("18446744073709551615", 20, &u));
	assert_true(u == UINT64_MAX);
	assert_false(decimal_read_u64("18446744073709551616", 20, &u));
	assert_false(decimal_read_u64("-1", 2, &u));
}

/* A locale whose point is a comma changes nothing. */
static void test_decimal__locale_does_not_matter(void **state)
{
	static const char *const names[] = {
		"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE",
	};
	const char *found = NULL;
	char text[DECIMAL_MAX];
	double x;

	for (size_t i = 0; i < 4 && !found; i++)
		found = setlocale(LC_NUMERIC, names[i]);
	if (!found) {
		print_message("no locale with a decimal comma here\n");
		skip();
	}
	decimal_shortest(0.25, text);
	assert_string_equal(text, "0.25");
	assert_true(decimal_read("1.23456789012345678901234", 25, &x));
	assert_true(x > 1.2);
	setlocale(LC_NUMERIC, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decimal__refuses),
		cmocka_unit_test(test_decimal__accepts),
		cmocka_unit_test(test_decimal__reads_a_part),
		cmocka_unit_test(test_decimal__shortest_reads_back),
		cmocka_unit_test(test_decimal__rounds_as_strtod),
		cmocka_unit_test(test_decimal__shortest),
		cmocka_unit_test(test_decimal__shortest_as_printed),
		cmocka_unit_test(test_decimal__rate),
		cmocka_unit_test(test_decimal__for_people),
		cmocka_unit_test(test_decimal__integers),
		cmocka_unit_test(test_decimal__locale_does_not_matter),
	};

	return cmocka_run_group_tests_name("test_decimal", tests, NULL, NULL);
}
