/* The list widget over a source of made-up rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "tui/app_state.h"
#include "tui/list.h"

static const struct list_column columns[] = {
	{ "name", "name", 4, 8, 9, .elastic = true },
	{ "number", "no", 3, 6, 5, .right = true },
};

/* n rows: "row7" with (7 * 37) mod 101, and more. */
struct rows { size_t n, asked, more; };

static size_t n_rows(void *arg)
{
	return ((struct rows *)arg)->n;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	((struct rows *)arg)->asked++;
	if (column)
		buf_printf(out, "%zu", row * 37 % 101 +
			   ((struct rows *)arg)->more);
	else
		buf_printf(out, "row%zu", row);
	return STYLE_NORMAL;
}

static bool field(void *arg, size_t row, const char *name, struct buf *out)
{
	if (strcmp(name, "parity") != 0)
		return false;
	buf_str(out, row % 2 ? "odd" : "even");
	return true;
}

static void id(void *arg, size_t row, struct buf *out)
{
	buf_printf(out, "row%zu", row);
}

static const struct list_source source = {
	.columns = columns, .n_columns = 2, .empty = "none yet",
	.rows = n_rows, .cell = cell, .field = field, .id = id,
};
static const struct list_source strict = {
	.columns = columns, .n_columns = 2, .rows = n_rows, .cell = cell,
};

/* The same rows, whose columns take their time to be read. */
static struct columns *read_columns;
static int left_to_read;

static struct columns *slow_table(void *arg, bool wait)
{
	return left_to_read && !wait ? NULL : read_columns;
}

static bool slow_load(void *arg, uint64_t ns)
{
	struct rows *r = arg;
	struct buf text = BUF_INIT;

	if (left_to_read && --left_to_read)
		return true;
	for (size_t i = columns_rows(read_columns); i < r->n; i++)
		for (size_t c = 0; c < 2; c++) {
			buf_clear(&text);
			cell(arg, i, c, &text);
			columns_put(read_columns, c, c ? i :
				    columns_add_row(read_columns),
				    columns_text(read_columns, c, text.data));
		}
	buf_release(&text);
	return false;
}

static const struct list_source slow = {
	.columns = columns, .n_columns = 2, .rows = n_rows, .cell = cell,
	.id = id, .table = slow_table, .load = slow_load,
};

struct fixture { struct list l; struct rows rows; struct err err; };

static int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){ .rows = { 50, 0, 0 } };
	list_init(&f.l, &source, &f.rows);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	list_release(&((struct fixture *)*state)->l);
	return 0;
}

static void filter(struct fixture *f, const char *text)
{
	assert_int_equal(list_filter(&f->l, text, &f->err), RC_OK);
	while (list_work(&f->l, UINT64_MAX))
		;
}

static void test_list__moves_stay_inside(void **state)
{
	struct fixture *f = *state;
	list_act(&f->l, ACT_UP);
	assert_int_equal(f->l.cursor, 0);
	list_act(&f->l, ACT_LAST);
	assert_int_equal(f->l.cursor, 49);
	list_act(&f->l, ACT_DOWN);
	assert_int_equal(f->l.cursor, 49);
	list_act(&f->l, ACT_FIRST);
	list_act(&f->l, ACT_PAGE_UP);
	assert_int_equal(f->l.cursor, 0);
}

static void test_list__empty_has_no_row(void **state)
{
	struct fixture *f = *state;
	f->rows.n = 0;
	for (int a = 0; a < ACTION_COUNT; a++)
		list_act(&f->l, (enum action)a);
	assert_true(list_row(&f->l) == SIZE_MAX);
	assert_int_equal(list_count(&f->l), 0);
}

struct filter_row { const char *name, *text; size_t n; };
static const struct filter_row filters[] = {
	{ "word", "row1", 11 },
	{ "two_words_both_hold", "row1 row11", 1 },
	{ "negated_word", "!row1", 39 },
	{ "column_has", "name:row49", 1 },
	{ "column_is", "name=row4", 1 },
	{ "by_head", "no=0", 1 },
	{ "less", "number<10", 5 },
	{ "at_least", "number>=99", 1 },
	{ "negated_term", "!number<10", 45 },
	{ "field_of_the_source", "parity:odd", 25 },
	{ "both", "parity:odd number<10", 3 },
	{ "regex", "name~/[05]$/", 10 },
	{ "unfinished_term_does_not_narrow", "number>", 50 },
	{ "unfinished_regex_does_not_narrow", "name~/[0", 50 },
	{ "blank", "   ", 50 },
};

static void check_filter(void **state)
{
	const struct filter_row *r = *state;
	void *s;
	set_up(&s);
	struct fixture *f = s;
	filter(f, r->text);
	assert_int_equal(list_count(&f->l), r->n);
	tear_down(&s);
}

static void test_list__unknown_column_leaves_the_list(void **state)
{
	struct rows rows = { 5, 0, 0 };
	struct list l;
	struct err err = ERR_INIT;
	list_init(&l, &strict, &rows);
	assert_int_equal(list_filter(&l, "nmae:x", &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "name"));
	assert_int_equal(list_count(&l), 5);
	list_release(&l);
}

static void test_list__filter_keeps_the_cursor_on_its_row(void **state)
{
	struct fixture *f = *state;
	list_go(&f->l, 11);
	filter(f, "row1");
	assert_int_equal(list_row(&f->l), 11);
	filter(f, "");
	assert_int_equal(f->l.cursor, 11);
}

static void test_list__sorts_by_number_and_back(void **state)
{
	struct fixture *f = *state;
	struct column_sort key = { 1, false };
	list_sort_by(&f->l, &key, 1);
	assert_int_equal(list_row_at(&f->l, 0), 0);
	assert_int_equal(list_row_at(&f->l, 1), 41);	/* 41 * 37 is 2 */
	key.descending = true;
	list_sort_by(&f->l, &key, 1);
	size_t last = list_row_at(&f->l, 49);
	assert_int_equal(last, 0);
	list_sort_by(&f->l, NULL, 0);
	assert_null(f->l.index);
}

static void test_list__second_key_decides_equals(void **state)
{
	struct fixture *f = *state;
	struct column_sort keys[] = { { 1, false }, { 0, true } };
	f->rows.n = 303;	/* each number three times */
	list_sort_by(&f->l, keys, 2);
	assert_int_equal(list_row_at(&f->l, 0), 202);
	assert_int_equal(list_row_at(&f->l, 1), 101);
	assert_int_equal(list_row_at(&f->l, 2), 0);
}

static void test_list__marks_and_selection(void **state)
{
	struct fixture *f = *state;
	size_t *rows;
	assert_int_equal(list_selection(&f->l, &rows), 1);
	assert_int_equal(rows[0], 0);
	free(rows);
	list_act(&f->l, ACT_MARK);
	list_act(&f->l, ACT_DOWN);
	list_act(&f->l, ACT_MARK);
	assert_int_equal(list_selection(&f->l, &rows), 2);
	assert_int_equal(rows[0], 0);
	assert_int_equal(rows[1], 2);
	free(rows);
	list_act(&f->l, ACT_INVERT);
	assert_int_equal(f->l.n_marks, 48);
	list_unmark_all(&f->l);
	assert_int_equal(f->l.n_marks, 0);
}

static void test_list__range_marks_both_ends(void **state)
{
	struct fixture *f = *state;
	list_go(&f->l, 9);
	list_act(&f->l, ACT_RANGE);
	list_go(&f->l, 5);
	list_act(&f->l, ACT_RANGE);
	assert_int_equal(f->l.n_marks, 5);
	assert_true(list_marked(&f->l, 5) && list_marked(&f->l, 9));
	assert_false(list_marked(&f->l, 4) || list_marked(&f->l, 10));
}

static void test_list__search_goes_round(void **state)
{
	struct fixture *f = *state;
	assert_true(list_search(&f->l, "ROW4", false));
	assert_int_equal(f->l.cursor, 4);
	list_act(&f->l, ACT_SEARCH_NEXT);
	assert_int_equal(f->l.cursor, 40);
	list_act(&f->l, ACT_SEARCH_PREV);
	list_act(&f->l, ACT_SEARCH_PREV);
	assert_int_equal(f->l.cursor, 49);
	assert_false(list_search(&f->l, "nothing", false));
	assert_int_equal(f->l.cursor, 49);
}

static void test_list__reload_keeps_cursor_and_marks_by_id(void **state)
{
	struct fixture *f = *state;
	struct buf memory = BUF_INIT;
	list_go(&f->l, 30);
	list_mark(&f->l, 7, true);
	list_before_reload(&f->l, &memory);
	f->rows.n = 40;
	list_after_reload(&f->l, &memory);
	assert_int_equal(list_row(&f->l), 30);
	assert_true(list_marked(&f->l, 7));
	assert_int_equal(f->l.n_marks, 1);
	buf_release(&memory);
}

/* As a session does: the state is that of a list whose columns are there. */
static void test_list__comes_back_while_columns_are_read(void **state)
{
	struct fixture *f = *state;
	const struct column_sort by_number = { 1, true };
	struct json *kept;
	size_t place;

	list_sort_by(&f->l, &by_number, 1);
	assert_true(list_go_row(&f->l, 30));
	place = f->l.cursor;
	kept = listacts_state(&f->l);
	list_release(&f->l);
	list_init(&f->l, &slow, &f->rows);
	read_columns = columns_new(2);
	left_to_read = 3;
	listacts_restore(&f->l, kept);
	assert_true(f->l.awaits);
	while (list_work(&f->l, 1))
		;
	assert_int_equal(list_row(&f->l), 30);
	assert_int_equal(f->l.cursor, place);
	columns_free(read_columns);
	json_free(kept);
}

static void test_list__a_page_of_a_million_asks_for_a_page(void **state)
{
	struct fixture *f = *state;
	struct canvas c;
	f->rows.n = 1000000;
	canvas_init(&c, 40, 21, false);
	struct area a = area_of(&c, 0, 0, 40, 21);
	list_act(&f->l, ACT_LAST);
	f->rows.asked = 0;
	list_paint(&f->l, &a, false);
	assert_true(f->rows.asked <= 2 * 20);
	assert_null(f->l.index);
	assert_int_equal(f->l.top, 1000000 - 20);
	canvas_release(&c);
}

static void test_list__large_filter_shows_first_hits_at_once(void **state)
{
	struct fixture *f = *state;
	f->rows.n = 3000000;
	assert_int_equal(list_filter(&f->l, "row", &f->err), RC_OK);
	assert_true(f->l.scanning);
	assert_true(list_count(&f->l) > 20);
}

static void test_list__paints_gutter_marks_and_cursor(void **state)
{
	struct fixture *f = *state;
	struct canvas c;
	struct buf line = BUF_INIT;
	canvas_init(&c, 20, 4, false);
	struct area a = area_of(&c, 0, 0, 20, 4);
	a.focused = true;
	list_mark(&f->l, 1, true);
	list_go(&f->l, 1);
	list_paint(&f->l, &a, false);
	canvas_line(&c, 1, true, &line);
	assert_string_equal(line.data, "  row0             0");
	buf_clear(&line);
	canvas_line(&c, 2, true, &line);
	assert_string_equal(line.data, ">*row1            37");
	assert_int_equal(canvas_at(&c, 2, 2)->style, STYLE_CURSOR);
	assert_int_equal(c.cursor_y, 2);
	assert_int_equal(c.cursor_x, 2);
	buf_release(&line);
	canvas_release(&c);
}

static void test_list__numbers_lose_no_digit(void **state)
{
	struct fixture *f = *state;
	struct canvas c;
	struct buf line = BUF_INIT;
	canvas_init(&c, 20, 4, false);
	struct area a = area_of(&c, 0, 0, 20, 4);
	f->rows.more = 1000000000;
	list_paint(&f->l, &a, false);
	canvas_line(&c, 2, true, &line);
	assert_string_equal(line.data, "  row1    1000000037");
	/* and the column stays as it is */
	buf_clear(&line);
	f->rows.more = 0;
	list_paint(&f->l, &a, false);
	canvas_line(&c, 0, true, &line);
	assert_string_equal(line.data, "  name            no");
	assert_int_equal(f->l.widest[1], 10);
	buf_release(&line);
	canvas_release(&c);
}

static void test_list__exports_what_is_shown(void **state)
{
	struct fixture *f = *state;
	struct buf out = BUF_INIT;
	filter(f, "name=row3");
	list_export(&f->l, LIST_CSV, &out);
	assert_string_equal(out.data, "name,number\nrow3,10\n");
	buf_clear(&out);
	list_export(&f->l, LIST_MD, &out);
	assert_string_equal(out.data, "| name | number |\n|---|---:|\n"
			    "| row3 | 10 |\n");
	buf_clear(&out);
	list_export(&f->l, LIST_JSON, &out);
	assert_non_null(strstr(out.data, "\"name\": \"row3\""));
	buf_release(&out);
}

#define UNIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define N_FILTERS (sizeof(filters) / sizeof(filters[0]))

int main(void)
{
	const struct CMUnitTest more[] = {
		UNIT(test_list__moves_stay_inside),
		UNIT(test_list__empty_has_no_row),
		UNIT(test_list__unknown_column_leaves_the_list),
		UNIT(test_list__filter_keeps_the_cursor_on_its_row),
		UNIT(test_list__sorts_by_number_and_back),
		UNIT(test_list__second_key_decides_equals),
		UNIT(test_list__marks_and_selection),
		UNIT(test_list__range_marks_both_ends),
		UNIT(test_list__search_goes_round),
		UNIT(test_list__reload_keeps_cursor_and_marks_by_id),
		UNIT(test_list__comes_back_while_columns_are_read),
		UNIT(test_list__a_page_of_a_million_asks_for_a_page),
		UNIT(test_list__large_filter_shows_first_hits_at_once),
		UNIT(test_list__paints_gutter_marks_and_cursor),
		UNIT(test_list__numbers_lose_no_digit),
		UNIT(test_list__exports_what_is_shown),
	};
	enum { N_MORE = sizeof(more) / sizeof(more[0]) };
	struct CMUnitTest tests[N_FILTERS + N_MORE] = { { NULL } };
	static char names[N_FILTERS][64];
	for (size_t i = 0; i < N_FILTERS; i++) {
		snprintf(names[i], sizeof(names[i]), "test_list__filter_%s",
			 filters[i].name);
		tests[i] = (struct CMUnitTest){
			names[i], check_filter, NULL, NULL,
			(void *)(uintptr_t)&filters[i] };
	}
	memcpy(tests + N_FILTERS, more, sizeof(more));
	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
