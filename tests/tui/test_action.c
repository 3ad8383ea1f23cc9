/* The one table of actions keeps its promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/action.h"
#include "tui/keys.h"

static void test_action__names_are_unique(void **state)
{
	for (int a = 0; a < ACTION_COUNT; a++)
		for (int b = a + 1; b < ACTION_COUNT; b++)
			assert_string_not_equal(
				action_info((enum action)a)->name,
				action_info((enum action)b)->name);
}

static void test_action__no_key_clash_within_a_context(void **state)
{
	struct keymap m;
	enum action a = ACT_NONE, b = ACT_NONE;
	keymap_init(&m);
	if (keymap_clash(&m, &a, &b))
		fail_msg("'%s' and '%s' share a key", action_info(a)->name,
			 action_info(b)->name);
}

static void test_action__a_clash_is_found(void **state)
{
	struct keymap m;
	const char *why;
	enum action a = ACT_NONE, b = ACT_NONE;
	keymap_init(&m);
	assert_true(keymap_set(&m, ACT_SORT, "x", &why));
	assert_true(keymap_clash(&m, &a, &b));
}

static void test_action__everything_has_help_and_a_group(void **state)
{
	for (int a = 0; a < ACTION_COUNT; a++) {
		const struct action_info *i = action_info((enum action)a);
		assert_true(i->help && strlen(i->help) > 3);
		assert_true(i->hint && *i->hint);
		assert_true(i->contexts);
		assert_true(i->group < GROUP_COUNT);
		assert_true(!i->cli || !strncmp(i->cli, "muster", 6));
	}
}

/* Keys that no terminal sends, or not all, must not be the only way. */
static void test_action__keys_are_safe_everywhere(void **state)
{
	struct keymap m;
	keymap_init(&m);
	for (int a = 0; a < ACTION_COUNT; a++) {
		bool safe = false;
		for (int i = 0; i < KEYMAP_KEYS && m.key[a][i]; i++) {
			uint32_t k = m.key[a][i];
			assert_false(k == TK_CTRL('H') || k == TK_CTRL('J') ||
				     k == TK_CTRL('S') || k == TK_CTRL('Q') ||
				     k == TK_CTRL('A') || k == TK_CTRL('B'));
			safe |= !(k >= TK_F1 && k <= TK_F12) &&
				!(k < 128 && strchr("[]{}\\@~", (int)k));
		}
		if (m.key[a][0] && !safe)
			fail_msg("'%s' has no safe key",
				 action_info((enum action)a)->name);
	}
}

static void test_action__nearest_context_wins(void **state)
{
	struct keymap m;
	keymap_init(&m);
	assert_int_equal(keymap_find(&m, IN_ALL | IN_LIST | IN_MODELS, 'c'),
			 ACT_COMPARE_MARKED);
	assert_int_equal(keymap_find(&m, IN_ALL | IN_LIST | IN_LOG, 'c'),
			 ACT_NONE);
	assert_int_equal(keymap_find(&m, IN_ALL | IN_LIST, '?'), ACT_HELP);
	assert_int_equal(keymap_find(&m, IN_ALL | IN_TEXT, '/'), ACT_NONE);
}

static void test_action__keys_can_be_changed(void **state)
{
	struct keymap m;
	const char *why;
	char name[24];
	keymap_init(&m);
	assert_true(keymap_set(&m, ACT_SORT, "F7 ^G", &why));
	assert_int_equal(keymap_find(&m, IN_ALL | IN_LIST, TK_F7), ACT_SORT);
	assert_int_not_equal(keymap_find(&m, IN_ALL | IN_LIST, 's'), ACT_SORT);
	assert_string_equal(keymap_text(&m, ACT_SORT, name), "F7");
	assert_false(keymap_set(&m, ACT_SORT, "NoKey", &why));
	assert_string_equal(why, "no such key");
	assert_false(keymap_set(&m, ACT_SORT, "a b c d e", &why));
	assert_string_equal(keymap_text(&m, ACT_SORT, name), "F7");
}

/* The same place on another keyboard: Russian, Ukrainian, Greek, Lithuanian,
 * French. What a key means by itself comes first. */
static void test_action__keys_of_other_layouts(void **state)
{
	static const struct { uint32_t key; enum action a; } rows[] = {
		{ 0x43e, ACT_DOWN }, { 0x43b, ACT_UP }, { 0x439, ACT_QUIT },
		{ 0x41f, ACT_LAST }, { 0x43f, ACT_FIRST }, { 0x44b, ACT_SORT },
		{ 0x456, ACT_SORT }, { 0x3be, ACT_DOWN }, { 0x105, ACT_SCREEN_1 },
		{ 0x119, ACT_SCREEN_3 }, { 0xe9, ACT_SCREEN_2 },
		{ '*', ACT_INVERT }, { 0x4e00, ACT_NONE },
	};
	struct keymap m;
	keymap_init(&m);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(keymap_find(&m, IN_ALL | IN_LIST,
					     rows[i].key), rows[i].a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_action__names_are_unique),
		cmocka_unit_test(test_action__no_key_clash_within_a_context),
		cmocka_unit_test(test_action__a_clash_is_found),
		cmocka_unit_test(test_action__everything_has_help_and_a_group),
		cmocka_unit_test(test_action__keys_are_safe_everywhere),
		cmocka_unit_test(test_action__nearest_context_wins),
		cmocka_unit_test(test_action__keys_can_be_changed),
		cmocka_unit_test(test_action__keys_of_other_layouts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
