/* Cells: nothing shifts, nothing leaks out of its rectangle, nothing
 * invisible or controlling gets in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/canvas.h"

static char *line_of(struct canvas *c, int y, bool plain)
{
	struct buf b = BUF_INIT;
	canvas_line(c, y, plain, &b);
	return buf_detach(&b);
}

static void assert_line(struct canvas *c, int y, const char *want)
{
	char *got = line_of(c, y, true);
	assert_string_equal(got, want);
	free(got);
}

struct text_row { const char *name, *text; int w; const char *want; int used; };
static const struct text_row texts[] = {
	{ "plain", "abc", 10, "abc|", 3 },
	{ "clipped", "abcdef", 3, "abc|", 3 },
	{ "wide", "\xe6\x97\xa5\xe6\x9c\xac", 10, "\xe6\x97\xa5\xe6\x9c\xac|",
	  4 },
	{ "wide_at_the_edge_is_left_out", "a\xe6\x97\xa5", 2, "a |", 1 },
	{ "combining_stays_with_its_base", "e\xcc\x81x", 10, "e\xcc\x81x|",
	  2 },
	{ "escape_is_shown", "a\033[31mb", 10, "a^[[31mb|", 8 },
	{ "newline_is_shown", "a\nb", 10, "a^Jb|", 4 },
	{ "bidi_is_shown", "a\xe2\x80\xae" "b", 12, "a<U+202E>b|", 10 },
	{ "zero_width_is_shown", "a\xe2\x80\x8b" "b", 12, "a<U+200B>b|", 10 },
	{ "tag_character_is_shown", "\xf3\xa0\x81\x81", 12, "<U+E0041>|", 9 },
	{ "c1_is_shown", "a\xc2\x9b" "b", 12, "a<U+009B>b|", 10 },
	{ "bad_utf8_is_shown", "a\xff" "b", 12, "a<FF>b|", 6 },
	{ "empty", "", 4, "|", 0 },
};

static void check_text(void **state)
{
	const struct text_row *r = *state;
	struct canvas c;
	canvas_init(&c, 40, 1, false);
	struct area a = area_of(&c, 0, 0, 40, 1);
	int used = area_text(&a, 0, 0, r->w, STYLE_NORMAL, r->text);
	assert_int_equal(used, r->used);
	/* what follows stands where the cells say, whatever the bytes */
	area_text(&a, r->want[0] == '|' ? 0 : r->w < r->used + 1 ? r->used
		  : strstr(r->want, " |") ? r->w : r->used, 0, 1,
		  STYLE_NORMAL, "|");
	assert_line(&c, 0, r->want);
	canvas_release(&c);
}

static void test_canvas__hundred_marks_take_one_cell(void **state)
{
	struct canvas c;
	struct buf text = BUF_INIT;
	buf_char(&text, 'a');
	for (int i = 0; i < 100; i++)
		buf_str(&text, "\xcc\x81");
	buf_char(&text, 'b');
	canvas_init(&c, 10, 1, false);
	struct area a = area_of(&c, 0, 0, 10, 1);
	assert_int_equal(area_text(&a, 0, 0, 10, STYLE_NORMAL, text.data), 2);
	assert_int_equal(canvas_at(&c, 1, 0)->ch, 'b');
	buf_release(&text);
	canvas_release(&c);
}

static void test_canvas__joined_emoji_take_two_cells(void **state)
{
	struct canvas c;
	canvas_init(&c, 10, 1, false);
	struct area a = area_of(&c, 0, 0, 10, 1);
	/* woman, ZWJ, laptop */
	int used = area_text(&a, 0, 0, 10, STYLE_NORMAL,
			     "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb");
	assert_int_equal(used, 2);
	assert_int_equal(canvas_at(&c, 0, 0)->ch, 0x1f469);
	assert_int_equal(canvas_at(&c, 1, 0)->ch, 0);
	assert_int_equal(canvas_at(&c, 2, 0)->ch, ' ');
	canvas_release(&c);
}

static void test_canvas__half_of_a_wide_one_takes_both(void **state)
{
	struct canvas c;
	canvas_init(&c, 6, 1, false);
	struct area a = area_of(&c, 0, 0, 6, 1);
	area_text(&a, 1, 0, 4, STYLE_NORMAL, "\xe6\x97\xa5\xe6\x9c\xac");
	area_text(&a, 2, 0, 1, STYLE_NORMAL, "x");
	assert_line(&c, 0, "  x\xe6\x9c\xac");
	area_text(&a, 3, 0, 1, STYLE_NORMAL, "y");
	assert_line(&c, 0, "  xy");
	canvas_release(&c);
}

static void test_canvas__ascii_shows_code_points(void **state)
{
	struct canvas c;
	canvas_init(&c, 20, 1, true);
	struct area a = area_of(&c, 0, 0, 20, 1);
	area_text(&a, 0, 0, 20, STYLE_NORMAL, "\xc3\xa9x");
	assert_line(&c, 0, "<U+00E9>x");
	canvas_release(&c);
}

static void test_canvas__area_clips_on_all_sides(void **state)
{
	struct canvas c;
	canvas_init(&c, 8, 3, false);
	struct area a = area_of(&c, 2, 1, 3, 1);
	area_text(&a, 0, -1, 9, STYLE_NORMAL, "no");
	area_text(&a, 0, 0, 9, STYLE_NORMAL, "abcdefgh");
	area_text(&a, 0, 1, 9, STYLE_NORMAL, "no");
	area_put(&a, -1, 0, STYLE_NORMAL, 'x');
	assert_line(&c, 0, "");
	assert_line(&c, 1, "  abc");
	assert_line(&c, 2, "");
	canvas_release(&c);
}

static void test_canvas__boxes_join_where_they_touch(void **state)
{
	struct canvas c;
	canvas_init(&c, 9, 3, false);
	struct area l = area_of(&c, 0, 0, 5, 3), r = area_of(&c, 4, 0, 5, 3);
	area_box(&l, STYLE_FRAME, STYLE_HEADING, NULL);
	area_box(&r, STYLE_FRAME, STYLE_HEADING, NULL);
	assert_int_equal(canvas_at(&c, 4, 0)->ch, LINE_TT);
	assert_int_equal(canvas_at(&c, 4, 2)->ch, LINE_BT);
	assert_line(&c, 1, "|   |   |");
	canvas_release(&c);
}

static void test_canvas__wrap_breaks_at_blanks(void **state)
{
	struct canvas c;
	canvas_init(&c, 8, 4, false);
	struct area a = area_of(&c, 0, 0, 8, 4);
	int n = area_wrap(&a, 0, 0, 8, STYLE_NORMAL, "one two threefourfive");
	assert_int_equal(n, 3);
	assert_line(&c, 0, "one two");
	assert_line(&c, 1, "threefou");
	assert_line(&c, 2, "rfive");
	canvas_release(&c);
}

static void test_canvas__scroll_moves_lines_and_counts_all(void **state)
{
	struct canvas c;
	canvas_init(&c, 4, 2, false);
	struct area a = area_of(&c, 0, 0, 4, 2);
	a.scroll = 3;
	for (int y = 0; y < 9; y++)
		area_printf(&a, 0, y, STYLE_NORMAL, "%d", y);
	assert_line(&c, 0, "3");
	assert_line(&c, 1, "4");
	assert_int_equal(a.used, 9);
	canvas_release(&c);
}

#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

int main(void)
{
	const struct CMUnitTest more[] = {
		cmocka_unit_test(test_canvas__hundred_marks_take_one_cell),
		cmocka_unit_test(test_canvas__joined_emoji_take_two_cells),
		cmocka_unit_test(test_canvas__half_of_a_wide_one_takes_both),
		cmocka_unit_test(test_canvas__ascii_shows_code_points),
		cmocka_unit_test(test_canvas__area_clips_on_all_sides),
		cmocka_unit_test(test_canvas__boxes_join_where_they_touch),
		cmocka_unit_test(test_canvas__wrap_breaks_at_blanks),
		cmocka_unit_test(test_canvas__scroll_moves_lines_and_counts_all),
	};
	enum { N_MORE = sizeof(more) / sizeof(more[0]) };
	struct CMUnitTest tests[N_TEXTS + N_MORE] = { { NULL } };
	static char names[N_TEXTS][64];
	for (size_t i = 0; i < N_TEXTS; i++) {
		snprintf(names[i], sizeof(names[i]), "test_canvas__%s",
			 texts[i].name);
		tests[i] = (struct CMUnitTest){
			names[i], check_text, NULL, NULL,
			(void *)(uintptr_t)&texts[i] };
	}
	memcpy(tests + N_TEXTS, more, sizeof(more));
	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
