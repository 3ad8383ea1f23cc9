/* The line editor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/keys.h"
#include "tui/prompt.h"

static void type(struct edit *e, const char *s)
{
	for (; *s; s++)
		edit_key(e, (unsigned char)*s);
}

static void test_prompt__types_and_deletes(void **state)
{
	struct edit e = EDIT_INIT;
	type(&e, "abc def");
	edit_key(&e, TK_BACKSPACE);
	edit_key(&e, TK_HOME);
	edit_key(&e, TK_DELETE);
	type(&e, "X");
	assert_string_equal(e.text.data, "Xbc de");
	edit_key(&e, TK_END);
	edit_key(&e, TK_CTRL('W'));
	assert_string_equal(e.text.data, "Xbc ");
	edit_key(&e, TK_CTRL('U'));
	assert_string_equal(e.text.data, "");
	edit_release(&e);
}

static void test_prompt__moves_by_graphemes(void **state)
{
	struct edit e = EDIT_INIT;
	edit_set(&e, "a\xc3\xa9" "e\xcc\x81z");
	edit_key(&e, TK_LEFT);
	edit_key(&e, TK_BACKSPACE);	/* e with its mark */
	assert_string_equal(e.text.data, "a\xc3\xa9z");
	edit_key(&e, TK_LEFT);
	edit_key(&e, TK_DELETE);
	assert_string_equal(e.text.data, "az");
	edit_release(&e);
}

static void test_prompt__types_beyond_ascii(void **state)
{
	struct edit e = EDIT_INIT;
	edit_key(&e, 0x65e5);
	edit_key(&e, 0x1f469);
	assert_string_equal(e.text.data, "\xe6\x97\xa5\xf0\x9f\x91\xa9");
	edit_release(&e);
}

static void test_prompt__paste_makes_one_line_without_controls(void **state)
{
	struct edit e = EDIT_INIT;
	edit_paste(&e, "a\r\nb\033[2Jc\xff", 10);
	assert_string_equal(e.text.data, "a  b[2Jc");
	edit_release(&e);
}

static void test_prompt__is_bounded(void **state)
{
	struct edit e = EDIT_INIT;
	static char big[EDIT_MAX + 1];
	memset(big, 'x', sizeof(big));
	edit_paste(&e, big, sizeof(big));
	assert_int_equal(e.text.len, 0);
	edit_paste(&e, big, EDIT_MAX);
	assert_int_equal(e.text.len, EDIT_MAX);
	type(&e, "y");
	assert_int_equal(e.text.len, EDIT_MAX);
	edit_release(&e);
}

static void test_prompt__other_keys_are_not_its_own(void **state)
{
	struct edit e = EDIT_INIT;
	assert_false(edit_key(&e, TK_UP));
	assert_false(edit_key(&e, TK_F1));
	assert_false(edit_key(&e, TK_ENTER));
	assert_false(edit_key(&e, TK_ESC));
	edit_release(&e);
}

static void test_prompt__cursor_stays_in_the_field(void **state)
{
	struct canvas c;
	struct edit e = EDIT_INIT;
	canvas_init(&c, 10, 1, false);
	for (int i = 0; i < 50; i++) {
		type(&e, i % 2 ? "a" : "b");
		canvas_clear(&c);
		struct area a = area_of(&c, 0, 0, 10, 1);
		edit_paint(&e, &a, 2, 0, 6);
		assert_in_range(c.cursor_x, 2, 7);
	}
	for (int i = 0; i < 60; i++) {
		edit_key(&e, TK_LEFT);
		canvas_clear(&c);
		struct area a = area_of(&c, 0, 0, 10, 1);
		edit_paint(&e, &a, 2, 0, 6);
		assert_in_range(c.cursor_x, 2, 7);
	}
	edit_release(&e);
	canvas_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prompt__types_and_deletes),
		cmocka_unit_test(test_prompt__moves_by_graphemes),
		cmocka_unit_test(test_prompt__types_beyond_ascii),
		cmocka_unit_test(
			test_prompt__paste_makes_one_line_without_controls),
		cmocka_unit_test(test_prompt__is_bounded),
		cmocka_unit_test(test_prompt__other_keys_are_not_its_own),
		cmocka_unit_test(test_prompt__cursor_stays_in_the_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
