/* The editor beside a naive one: a string, cut and joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "tui/editor.h"
#include "tui/keys.h"

#define MAX_TEXT (1u << 20)

static struct editor *fresh(const char *text, int w)
{
	struct editor *e = XNEW(struct editor);

	editor_init(e, MAX_TEXT);
	editor_wrap(e, w, false);
	editor_set(e, text);
	return e;
}

static void done(struct editor *e)
{
	editor_release(e);
	free(e);
}

static void type(struct editor *e, const char *text)
{
	for (size_t i = 0, n = strlen(text); i < n;) {
		uint32_t cp;

		i += utf8_decode(text + i, n - i, &cp);
		assert_true(editor_key(e, cp == '\n' ? TK_ENTER : cp, NULL));
	}
}

static void press(struct editor *e, uint32_t key, int times)
{
	while (times-- > 0)
		assert_true(editor_key(e, key, NULL));
}

static void test_editor__types_and_moves_by_graphemes(void **state)
{
	struct editor *e = fresh("", 20);

	type(e, "cafe\xcc\x81 \xe6\x97\xa5");
	assert_string_equal(e->text.data, "cafe\xcc\x81 \xe6\x97\xa5");
	assert_int_equal(editor_column(e), 7);
	press(e, TK_LEFT, 2);
	assert_int_equal(editor_column(e), 4);
	press(e, TK_BACKSPACE, 1);	/* the letter with its accent */
	assert_string_equal(e->text.data, "caf \xe6\x97\xa5");
	press(e, TK_END, 1);
	press(e, TK_BACKSPACE, 2);
	assert_string_equal(e->text.data, "caf");
	done(e);
}

static void test_editor__wraps_at_blanks(void **state)
{
	struct editor *e = fresh("one two three four\nfive", 9);

	assert_int_equal(e->rows.n, 4);
	assert_int_equal(e->rows.at[1], 8);	/* "three " */
	assert_int_equal(e->rows.at[2], 14);	/* "four" */
	assert_int_equal(e->rows.at[3], 19);	/* "five" */
	editor_wrap(e, 40, false);
	assert_int_equal(e->rows.n, 2);
	done(e);
}

static void test_editor__breaks_a_long_word(void **state)
{
	struct editor *e = fresh("abcdefghij", 4);

	assert_int_equal(e->rows.n, 3);
	assert_int_equal(e->rows.at[2], 8);
	done(e);
}

static void test_editor__up_and_down_keep_the_column(void **state)
{
	struct editor *e = fresh("123456\n12\n123456", 20);

	editor_go(e, 5);
	press(e, TK_DOWN, 1);
	assert_int_equal(e->pos, 9);
	press(e, TK_DOWN, 1);
	assert_int_equal(e->pos, 15);
	press(e, TK_UP, 5);
	assert_int_equal(e->pos, 0);
	done(e);
}

static void test_editor__home_and_end_stay_in_the_row(void **state)
{
	struct editor *e = fresh("one two three", 8);

	editor_go(e, 2);
	press(e, TK_END, 1);
	assert_int_equal(editor_row(e), 0);
	press(e, TK_DOWN, 1);
	press(e, TK_HOME, 1);
	assert_int_equal(e->pos, 8);
	done(e);
}

static void test_editor__undoes_by_words(void **state)
{
	struct editor *e = fresh("", 20);

	type(e, "one two");
	assert_true(editor_undo(e));
	assert_string_equal(e->text.data, "one ");
	assert_true(editor_undo(e));
	assert_string_equal(e->text.data, "");
	assert_false(editor_undo(e));
	assert_true(editor_redo(e));
	assert_true(editor_redo(e));
	assert_string_equal(e->text.data, "one two");
	assert_false(editor_redo(e));
	press(e, TK_BACKSPACE, 3);
	assert_true(editor_undo(e));
	assert_string_equal(e->text.data, "one two");
	assert_int_equal(e->pos, 7);
	done(e);
}

static void test_editor__a_paste_is_one_step(void **state)
{
	struct editor *e = fresh("", 20);
	static const char pasted[] = "a\r\nb\rc\033[31m\0x\xff";

	assert_true(editor_paste(e, pasted, sizeof(pasted) - 1));
	assert_string_equal(e->text.data, "a\nb\nc[31mx");
	assert_true(editor_undo(e));
	assert_string_equal(e->text.data, "");
	done(e);
}

static void test_editor__refuses_what_is_too_much(void **state)
{
	struct editor e;
	bool full = false;

	editor_init(&e, 4);
	type(&e, "abcd");
	assert_true(editor_key(&e, 'e', &full));
	assert_true(full);
	assert_false(editor_paste(&e, "xy", 2));
	assert_string_equal(e.text.data, "abcd");
	editor_release(&e);
}

static void test_editor__deletes_words_and_line_ends(void **state)
{
	struct editor *e = fresh("one two\nthree", 20);

	editor_go(e, 7);
	editor_delete(e, MOVE_WORD_LEFT);
	assert_string_equal(e->text.data, "one \nthree");
	editor_go(e, 1);
	editor_delete(e, MOVE_ROW_END);
	assert_string_equal(e->text.data, "o\nthree");
	editor_delete(e, MOVE_ROW_END);
	assert_string_equal(e->text.data, "othree");
	done(e);
}

static void test_editor__finds_around_the_end(void **state)
{
	struct editor *e = fresh("Alpha beta alpha", 20);

	assert_true(editor_find(e, "ALPHA"));
	assert_int_equal(e->pos, 0);
	assert_true(editor_find(e, ""));
	assert_int_equal(e->pos, 11);
	assert_false(editor_find(e, "gamma"));
	done(e);
}

static void test_editor__paints_where_the_cursor_is(void **state)
{
	struct canvas c;
	struct buf line = BUF_INIT;
	struct editor *e = fresh("1\n2\n3\n4\n5\tx", 10);

	canvas_init(&c, 12, 3, false);
	struct area a = area_of(&c, 0, 0, 12, 3);
	editor_paint(e, &a, 1, 0, 10, 3);
	canvas_line(&c, 2, true, &line);
	assert_string_equal(line.data, " 5    x");
	assert_int_equal(c.cursor_x, 7);
	assert_int_equal(c.cursor_y, 2);
	editor_go(e, 0);
	editor_paint(e, &a, 1, 0, 10, 3);
	assert_int_equal(c.cursor_y, 0);
	buf_release(&line);
	canvas_release(&c);
	done(e);
}

/* -- Random edits beside the naive string -- */

static uint64_t seed;

static uint32_t roll(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static const char *const pieces[] = {
	"a", "word", " ", "  ", "\n", "long-word-without-a-blank-in-it",
	"\xc3\xa9", "e\xcc\x81", "\xe6\x97\xa5\xe6\x9c\xac", "\t",
	"\xcc\x81", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
	"\xe2\x80\x8d", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "\xf0\x9f\x87\xa9",
	"one two three four five six seven eight", "\xe2\x80\xae",
};
#define N_PIECES (sizeof(pieces) / sizeof(pieces[0]))

/* Rows as of a text that is wrapped at once; the cursor at an edge. */
static void same_as_naive(const struct editor *e, const struct buf *naive)
{
	struct editor *all = fresh(naive->data, e->width);
	size_t at = 0;

	assert_string_equal(e->text.data, naive->data);
	assert_int_equal(e->rows.n, all->rows.n);
	assert_memory_equal(e->rows.at, all->rows.at,
			    e->rows.n * sizeof(*e->rows.at));
	while (at < e->pos)
		at = utf8_next(naive->data, naive->len, at);
	assert_int_equal(at, e->pos);
	done(all);
}

static void edit_both(struct editor *e, struct buf *naive)
{
	size_t pos = e->pos, gone;
	const char *piece = pieces[roll(N_PIECES)];

	switch (roll(7)) {
	case 0: case 1: case 2:
		assert_true(editor_insert(e, piece, strlen(piece)));
		buf_insert(naive, pos, piece, strlen(piece));
		break;
	case 3:
		press(e, TK_BACKSPACE, 1);
		gone = naive->len - e->text.len;
		buf_remove(naive, pos - gone, gone);
		break;
	case 4:
		press(e, TK_DELETE, 1);
		buf_remove(naive, pos, naive->len - e->text.len);
		break;
	default:
		editor_move(e, (enum editor_move)roll(MOVE_COUNT));
		break;
	}
}

static void random_run(uint64_t from, int steps)
{
	struct buf naive = BUF_INIT;
	struct editor *e;

	seed = from;
	e = fresh("", (int)(1 + roll(30)));
	for (int i = 0; i < steps; i++) {
		edit_both(e, &naive);
		same_as_naive(e, &naive);
	}
	while (editor_undo(e))
		;
	assert_string_equal(e->text.data, "");
	assert_int_equal(e->rows.n, 1);
	while (editor_redo(e))
		;
	assert_string_equal(e->text.data, naive.data);
	buf_release(&naive);
	done(e);
}

static void test_editor__random_edits_agree_with_a_string(void **state)
{
	for (uint64_t i = 1; i <= 60; i++)
		random_run(i, 150);
}

static void test_editor__undo_and_redo_in_any_order(void **state)
{
	struct editor *e = fresh("start", 12);
	struct buf was = BUF_INIT;

	seed = 7;
	for (int i = 0; i < 3000; i++) {
		buf_clear(&was);
		buf_add(&was, e->text.data, e->text.len);
		if (roll(3) == 0 && editor_undo(e)) {
			assert_true(editor_redo(e));
			same_as_naive(e, &was);
			editor_undo(e);
		} else {
			const char *piece = pieces[roll(N_PIECES)];

			editor_move(e, (enum editor_move)roll(MOVE_COUNT));
			assert_true(editor_insert(e, piece, strlen(piece)));
			editor_undo(e);
			same_as_naive(e, &was);
			editor_redo(e);
		}
	}
	buf_release(&was);
	done(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editor__types_and_moves_by_graphemes),
		cmocka_unit_test(test_editor__wraps_at_blanks),
		cmocka_unit_test(test_editor__breaks_a_long_word),
		cmocka_unit_test(test_editor__up_and_down_keep_the_column),
		cmocka_unit_test(test_editor__home_and_end_stay_in_the_row),
		cmocka_unit_test(test_editor__undoes_by_words),
		cmocka_unit_test(test_editor__a_paste_is_one_step),
		cmocka_unit_test(test_editor__refuses_what_is_too_much),
		cmocka_unit_test(test_editor__deletes_words_and_line_ends),
		cmocka_unit_test(test_editor__finds_around_the_end),
		cmocka_unit_test(test_editor__paints_where_the_cursor_is),
		cmocka_unit_test(test_editor__random_edits_agree_with_a_string),
		cmocka_unit_test(test_editor__undo_and_redo_in_any_order),
	};

	return cmocka_run_group_tests_name("test_editor", tests, NULL, NULL);
}
