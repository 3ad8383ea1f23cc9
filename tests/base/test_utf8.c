#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"

/* Every code point there and back; what is none is refused. */
static void test_utf8__every_code_point(void **state)
{
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char bytes[4];
		uint32_t back;
		size_t n = utf8_put(cp, bytes);
		bool surrogate = cp >= 0xd800 && cp <= 0xdfff;

		assert_int_equal(utf8_decode(bytes, n, &back),
				 surrogate ? 1 : n);
		assert_int_equal(back, surrogate ? UTF8_BAD : cp);
		assert_int_equal(utf8_valid(bytes, n, NULL),
				 !surrogate && cp != 0);
		for (size_t k = 1; k < n; k++)
			assert_false(utf8_valid(bytes, k, NULL));
	}
}

static const struct {
	const char *bytes;
	size_t bad;	/* offset */
} invalid[] = {
	{ "\x80", 0 }, { "a\xbf", 1 }, { "\xc0\xaf", 0 }, { "\xc1\x81", 0 },
	{ "\xe0\x80\xaf", 0 }, { "\xf0\x80\x80\xaf", 0 },
	{ "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 },
	{ "\xfe", 0 }, { "\xff", 0 }, { "ab\xe2\x82", 2 },
	{ "12345678\xe2\x28\xa1", 8 }, { "1234567\xc3\xa4\xc3", 9 },
};

static void test_utf8__invalid(void **state)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
		size_t bad = 99;

		assert_false(utf8_valid(invalid[i].bytes,
					strlen(invalid[i].bytes), &bad));
		assert_int_equal(bad, invalid[i].bad);
	}
}

/* A NUL at each place among the eight that are looked at at once. */
static void test_utf8__nul_is_found(void **state)
{
	for (size_t i = 0; i < 24; i++) {
		char text[24];
		size_t bad = 99;

		memset(text, 0x01, sizeof(text));
		text[i] = '\0';
		assert_false(utf8_valid(text, sizeof(text), &bad));
		assert_int_equal(bad, i);
	}
}

static const struct {
	uint32_t cp;
	int width;
} widths[] = {
	{ 0, -1 }, { 0x1b, -1 }, { ' ', 1 }, { '~', 1 }, { 0x7f, -1 },
	{ 0x9b, -1 }, { 0xa0, 1 }, { 0xad, 1 }, { 0xe4, 1 }, { 0x300, 0 },
	{ 0x36f, 0 }, { 0x591, 0 }, { 0x1100, 2 }, { 0x1161, 0 },
	{ 0x11a8, 0 }, { 0x200b, 0 }, { 0x200d, 0 }, { 0x20ac, 1 },
	{ 0x231a, 2 }, { 0x2500, 1 }, { 0x2588, 1 }, { 0x3000, 2 },
	{ 0x303f, 1 }, { 0x4e00, 2 }, { 0x9fff, 2 }, { 0xac00, 2 },
	{ 0xfe0f, 0 }, { 0xff21, 2 }, { 0xff71, 1 }, { 0x1f600, 2 },
	{ 0x1f1e6, 1 }, { 0x20000, 2 }, { 0xe0100, 0 }, { 0xe0041, 0 },
	{ 0x10ffff, 1 }, { 0x110000, -1 },
};

static void test_utf8__width(void **state)
{
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		if (utf8_width(widths[i].cp) != widths[i].width)
			fail_msg("U+%04X has width %d",
				 (unsigned)widths[i].cp,
				 utf8_width(widths[i].cp));
}

#define FAMILY "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"
#define FLAG "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"

/* Graphemes by their lengths. */
static const struct {
	const char *text;
	const char *lengths;
} texts[] = {
	{ "abc", "\1\1\1" },
	{ "e\xcc\x81x", "\3\1" },
	{ "\xe6\xbc\xa2\xe5\xad\x97", "\3\3" },
	{ FAMILY "a", "\13\1" },
	{ FLAG FLAG, "\10\10" },
	{ "\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd" "a", "\10\1" },
	{ "a\xe2\x80\x8d" "b", "\4\1" },
	{ "a\r\nb", "\1\2\1" },
	{ "\n\xcc\x81", "\1\2" },
	{ "\xff\xfe", "\1\1" },
	{ "\xe2\x82", "\1\1" },
};

static void test_utf8__graphemes(void **state)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = texts[i].text;
		size_t n = strlen(text), pos = 0;

		for (const char *l = texts[i].lengths; *l; l++) {
			size_t next = utf8_next(text, n, pos);

			assert_int_equal(next - pos, *l);
			assert_int_equal(utf8_prev(text, n, next), pos);
			pos = next;
		}
		assert_int_equal(pos, n);
		assert_int_equal(utf8_next(text, n, n), n);
		assert_int_equal(utf8_prev(text, n, 0), 0);
	}
}

/* fit against its definition, and prev against next, on random texts. */
static void test_utf8__fit_and_prev_on_random_texts(void **state)
{
	static const char *const bits[] = {
		"a", "\xcc\x81", "\xe6\xbc\xa2", "\xf0\x9f\x91\xa8",
		"\xe2\x80\x8d", "\xf0\x9f\x87\xa9", "\r", "\n", "\xff",
		"\xef\xb8\x8f", "\xf0\x9f\x8f\xbd", "z", "\xe2", "1", " ",
		"\xc3\xa4",
	};
	uint64_t seed = 5;

	for (int i = 0; i < 20000; i++) {
		char text[128] = "";
		size_t n = 0, starts[64], n_starts = 0, cells, used = 99, fit;

		for (int k = 0; k < 10; k++) {
			const char *bit;

			seed = seed * 6364136223846793005ull + 1;
			bit = bits[seed >> 60];
			memcpy(text + n, bit, strlen(bit));
			n += strlen(bit);
		}
		for (size_t at = 0; at < n; at = utf8_next(text, n, at))
			starts[n_starts++] = at;
		starts[n_starts] = n;
		for (size_t k = 0; k < n_starts; k++)
			assert_int_equal(utf8_prev(text, n, starts[k + 1]),
					 starts[k]);
		cells = seed % 12;
		fit = utf8_fit(text, n, cells, &used);
		assert_int_equal(utf8_cells(text, fit), used);
		assert_true(used <= cells);
		if (fit < n)
			assert_true(utf8_cells(text, utf8_next(text, n, fit)) >
				    cells);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8__every_code_point),
		cmocka_unit_test(test_utf8__invalid),
		cmocka_unit_test(test_utf8__nul_is_found),
		cmocka_unit_test(test_utf8__width),
		cmocka_unit_test(test_utf8__graphemes),
		cmocka_unit_test(test_utf8__fit_and_prev_on_random_texts),
	};

	return cmocka_run_group_tests_name("test_utf8", tests, NULL, NULL);
}
