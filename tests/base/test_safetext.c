/* What a terminal may be sent. FAULTS F24. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/safetext.h"
#include "base/utf8.h"

static const struct row {
	const char *name;
	const char *in;
	const char *line;	/* SAFE_LINE; NULL: unchanged and clean */
	const char *what;
} rows[] = {
	{ "plain", "abc 123", NULL, NULL },
	{ "umlaut", "\xc3\xa4", NULL, NULL },
	{ "cjk", "\xe6\xbc\xa2\xe5\xad\x97", NULL, NULL },
	{ "arabic", "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", NULL, NULL },
	{ "combining", "e\xcc\x81", NULL, NULL },
	{ "esc", "\x1b[2J", "^[[2J", "control" },
	{ "osc", "\x1b]0;x\a", "^[]0;x^G", "control" },
	{ "newline", "a\nb", "a^Jb", "control" },
	{ "tab", "a\tb", "a^Ib", "control" },
	{ "cr", "a\rb", "a^Mb", "control" },
	{ "bs", "a\bb", "a^Hb", "control" },
	{ "del", "a\x7f", "a^?", "control" },
	{ "c1_csi", "\xc2\x9b" "2J", "<U+009B>2J", "control" },
	{ "c1_raw", "\x9b" "2J", "<9B>2J", "invalid UTF-8" },
	{ "st_inside_character", "\xe6\x9c\x9c", NULL, NULL },
	{ "rlo", "a\xe2\x80\xae" "b", "a<U+202E>b", "bidi" },
	{ "isolate", "\xe2\x81\xa6", "<U+2066>", "bidi" },
	{ "alm", "\xd8\x9c", "<U+061C>", "bidi" },
	{ "lrm", "\xe2\x80\x8e", "<U+200E>", "bidi" },
	{ "zwsp", "a\xe2\x80\x8b" "b", "a<U+200B>b", "invisible" },
	{ "zwj_in_text", "a\xe2\x80\x8d" "b", "a<U+200D>b", "invisible" },
	{ "zwj_at_end", "\xf0\x9f\x91\xa8\xe2\x80\x8d",
	  "\xf0\x9f\x91\xa8<U+200D>", "invisible" },
	{ "bom", "\xef\xbb\xbf" "a", "<U+FEFF>a", "invisible" },
	{ "word_joiner", "\xe2\x81\xa0", "<U+2060>", "invisible" },
	{ "soft_hyphen", "a\xc2\xad", "a<U+00AD>", "invisible" },
	{ "hangul_filler", "\xe3\x85\xa4", "<U+3164>", "invisible" },
	{ "line_separator", "\xe2\x80\xa8", "<U+2028>", "control" },
	{ "tag", "\xf3\xa0\x81\x81", "<U+E0041>", "tag" },
	{ "vs_supplement", "a\xf3\xa0\x84\x80", "a<U+E0100>", "invisible" },
	{ "vs16_on_letter", "a\xef\xb8\x8f", "a<U+FE0F>", "invisible" },
	{ "vs16_twice", "\xe2\x9d\xa4\xef\xb8\x8f\xef\xb8\x8f",
	  "\xe2\x9d\xa4\xef\xb8\x8f<U+FE0F>", "invisible" },
	{ "vs15", "\xe2\x9d\xa4\xef\xb8\x8e", "\xe2\x9d\xa4<U+FE0E>",
	  "invisible" },
	{ "private_use", "\xee\x80\x80", "<U+E000>", "private use" },
	{ "noncharacter", "\xef\xbf\xbe", "<U+FFFE>", "invisible" },
	{ "cut_character", "a\xe2\x82", "a<E2><82>", "invalid UTF-8" },
	{ "overlong_esc", "\xc0\x9b", "<C0><9B>", "invalid UTF-8" },
	{ "surrogate", "\xed\xa0\x80", "<ED><A0><80>", "invalid UTF-8" },
	{ "heart", "\xe2\x9d\xa4\xef\xb8\x8f", NULL, NULL },
	{ "keycap", "1\xef\xb8\x8f\xe2\x83\xa3", NULL, NULL },
	{ "family", "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", NULL,
	  NULL },
	{ "rainbow_flag", "\xf0\x9f\x8f\xb3\xef\xb8\x8f\xe2\x80\x8d"
	  "\xf0\x9f\x8c\x88", NULL, NULL },
	{ "skin_tone_zwj", "\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d"
	  "\xf0\x9f\x92\xbb", NULL, NULL },
};

static void check_row(void **state)
{
	const struct row *row = *state;
	const char *what = "nothing";
	char *line = safetext_line(row->in);

	assert_string_equal(line, row->line ? row->line : row->in);
	assert_int_equal(safetext_clean(row->in, strlen(row->in), &what),
			 row->line == NULL);
	assert_string_equal(what, row->what ? row->what : "nothing");
	free(line);
}

static void test_safetext__text_keeps_newline_and_tab(void **state)
{
	struct buf b = BUF_INIT;

	safetext_add(&b, "a\n\tb\r\n\x1b", 7, SAFE_TEXT);
	assert_string_equal(b.data, "a\n\tb^M\n^[");
	buf_release(&b);
}

static void test_safetext__nul_is_shown(void **state)
{
	struct buf b = BUF_INIT;

	safetext_add(&b, "a\0b", 3, SAFE_LINE);
	assert_string_equal(b.data, "a^@b");
	buf_release(&b);
}

static void test_safetext__ascii(void **state)
{
	struct buf b = BUF_INIT;
	const char *in = "\xc3\xa4\xf0\x9f\x91\xa8\x1b" "a\xff";

	safetext_add_ascii(&b, in, strlen(in), SAFE_LINE);
	assert_string_equal(b.data, "<U+00E4><U+1F468>^[a<FF>");
	buf_release(&b);
}

/* Whatever the bytes: what comes out has no control and is valid UTF-8, and
 * is not changed again. */
static void test_safetext__random_bytes_come_out_clean(void **state)
{
	static const char *const bits[] = {
		"\x1b", "\x9b", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\x8d",
		"\xef\xb8\x8f", "\xf0\x9f\x91\xa8", "a", "\xf3\xa0\x81\x81",
		"\xe2", "\x80", "\n", "\xf0\x9f", "\xc3\xa4", "1",
		"\xe2\x83\xa3",
	};
	uint64_t seed = 1;

	for (int i = 0; i < 20000; i++) {
		struct buf in = BUF_INIT, once = BUF_INIT, twice = BUF_INIT;

		for (int k = 0; k < 6; k++) {
			seed = seed * 6364136223846793005ull + 1;
			buf_str(&in, bits[seed >> 60]);
		}
		safetext_add(&once, in.data, in.len, SAFE_LINE);
		assert_true(utf8_valid(once.data, once.len, NULL));
		assert_true(safetext_clean(once.data, once.len, NULL));
		safetext_add(&twice, once.data, once.len, SAFE_LINE);
		assert_string_equal(twice.data, once.data);
		assert_int_equal(safetext_clean(in.data, in.len, NULL),
				 strcmp(in.data, once.data) == 0);
		buf_release(&in);
		buf_release(&once);
		buf_release(&twice);
	}
}

int main(void)
{
	struct CMUnitTest cases[sizeof(rows) / sizeof(rows[0])];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_safetext__text_keeps_newline_and_tab),
		cmocka_unit_test(test_safetext__nul_is_shown),
		cmocka_unit_test(test_safetext__ascii),
		cmocka_unit_test(test_safetext__random_bytes_come_out_clean),
	};
	int failed;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cases[i] = (struct CMUnitTest){
			.name = rows[i].name, .test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	failed = cmocka_run_group_tests_name("test_safetext__row", cases,
					     NULL, NULL);
	return failed + cmocka_run_group_tests_name("test_safetext", others,
						    NULL, NULL);
}
