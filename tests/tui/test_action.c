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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
