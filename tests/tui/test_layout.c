#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/layout.h"

static void test_layout__fit_follows_the_size(void **state)
{
	assert_int_equal(layout_fit(120, 40), FIT_BOXES);
	assert_int_equal(layout_fit(100, 30), FIT_BOXES);
	assert_int_equal(layout_fit(80, 24), FIT_STACKED);
	assert_int_equal(layout_fit(40, 10), FIT_ONE);
	assert_int_equal(layout_fit(20, 5), FIT_ONE);
	assert_int_equal(layout_fit(19, 50), FIT_NOTHING);
	assert_int_equal(layout_fit(200, 4), FIT_NOTHING);
}

static const struct column_fit four[] = {
	{ 4, 10, 9, true }, { 3, 3, 8, false }, { 5, 8, 1, false },
	{ 6, 6, 5, false },
};

static int used(const int *widths)
{
	int sum = 0;
	for (int i = 0; i < 4; i++)
		if (widths[i])
			sum += widths[i] + (sum > 0);
	return sum;
}

static void test_layout__columns_never_exceed_the_width(void **state)
{
	int widths[4];
	for (int w = 1; w <= 120; w++) {
		layout_columns(four, 4, w, widths);
		assert_true(widths[0] > 0);
		assert_true(used(widths) <= w);
	}
}

static void test_layout__lowest_priority_goes_first(void **state)
{
	int widths[4];
	layout_columns(four, 4, 16, widths);
	assert_int_equal(widths[2], 0);
	assert_int_equal(widths[3], 6);
	layout_columns(four, 4, 9, widths);
	assert_int_equal(widths[3], 0);
	assert_int_equal(widths[1], 3);
}

static void test_layout__room_left_goes_to_the_elastic_one(void **state)
{
	int widths[4];
	layout_columns(four, 4, 60, widths);
	assert_int_equal(used(widths), 60);
	assert_int_equal(widths[1], 3);
	assert_int_equal(widths[2], 8);
}

static void test_layout__boxes_cover_the_column(void **state)
{
	static const int shares[] = { 2, 1, 1 };
	struct rect all = { 5, 2, 40, 27 }, out[3];
	layout_column(all, shares, 3, 3, out);
	assert_int_equal(out[0].y, 2);
	assert_int_equal(out[1].y, out[0].y + out[0].h - 1);
	assert_int_equal(out[2].y, out[1].y + out[1].h - 1);
	assert_int_equal(out[2].y + out[2].h, 29);
}

static void test_layout__side_by_side_shares_an_edge(void **state)
{
	struct rect l, r;
	layout_side_by_side(100, 26, 60, &l, &r);
	assert_int_equal(l.x + l.w - 1, r.x);
	assert_int_equal(r.x + r.w, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout__fit_follows_the_size),
		cmocka_unit_test(test_layout__columns_never_exceed_the_width),
		cmocka_unit_test(test_layout__lowest_priority_goes_first),
		cmocka_unit_test(test_layout__room_left_goes_to_the_elastic_one),
		cmocka_unit_test(test_layout__boxes_cover_the_column),
		cmocka_unit_test(test_layout__side_by_side_shares_an_edge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
