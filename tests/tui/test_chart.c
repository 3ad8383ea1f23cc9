#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "tui/chart.h"

static const char *const revisions[] = { "r31", "r32", "r33", "r34" };

static const struct chart_point base_points[] = {
	{ .defined = true, .value = .40 }, { .defined = true, .value = .30 },
	{ .defined = false }, { .defined = true, .value = .20 },
};
static const struct chart_point a_points[] = {
	{ .defined = true, .value = .20 },
	{ .defined = true, .value = .30 },
	{ .defined = true, .value = .25, .has_interval = true, .low = .20,
	  .high = .30 },
	{ .defined = true, .value = .10 },
};
static const struct chart_series two[] = {
	{ "base", 'o', base_points }, { "A", '*', a_points },
};
static const struct chart chart = {
	.n = 4, .x_labels = revisions, .n_series = 2, .series = two,
	.digits = 2,
};

static void test_chart__plot_in_ascii(void **state)
{
	struct buf out = BUF_INIT;

	chart_plot(&chart, CHART_ASCII, 40, 9, &out);
	assert_string_equal(out.data,
		".40 | o\n"
		".35 |\n"
		".30 |            #         :\n"
		".25 |                      *\n"
		".20 | *                    :          o\n"
		".15 |\n"
		".10 |                                 *\n"
		"    +r31--------r32-------r33--------r34\n"
		" o base   * A   # several\n");
	buf_release(&out);
}

/* Every level keeps to the box and shows the same marks. */
static void test_chart__levels_keep_size_and_marks(void **state)
{
	for (int level = CHART_ASCII; level <= CHART_BRAILLE; level++) {
		struct buf out = BUF_INIT;
		size_t lines = 0, marks = 0;

		chart_plot(&chart, (enum chart_level)level, 60, 14, &out);
		assert_true(utf8_valid(out.data, out.len, NULL));
		for (char *p = out.data, *end; *p; p = end + 1, lines++) {
			end = strchr(p, '\n');
			assert_true(utf8_cells(p, (size_t)(end - p)) <= 60);
			for (char *c = p; lines < 12 && c < end; c++)
				marks += *c == 'o' || *c == '*' || *c == '#';
		}
		assert_int_equal(lines, 14);
		assert_int_equal(marks, 6);
		buf_release(&out);
	}
}

static void test_chart__ascii_is_ascii(void **state)
{
	struct buf out = BUF_INIT;

	chart_plot(&chart, CHART_ASCII, 80, 20, &out);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.data[i] == '\n' ||
			    (out.data[i] >= ' ' && out.data[i] < 127));
	buf_release(&out);
}

static void test_chart__braille_joins_points(void **state)
{
	struct buf out = BUF_INIT;

	chart_plot(&chart, CHART_BRAILLE, 40, 9, &out);
	assert_non_null(strstr(out.data, "\u2812"));
	buf_release(&out);
}

static void test_chart__table_says_the_same(void **state)
{
	struct buf out = BUF_INIT;

	chart_table(&chart, &out);
	assert_string_equal(out.data,
		"     o base  * A\n"
		"r31  .4000   .2000\n"
		"r32  .3000   .3000\n"
		"r33  -       .2500 [.2000,.3000]\n"
		"r34  .2000   .1000\n");
	buf_release(&out);
}

static void test_chart__too_small_says_so(void **state)
{
	struct buf out = BUF_INIT;

	chart_plot(&chart, CHART_BRAILLE, 15, 3, &out);
	assert_string_equal(out.data,
			    "(too small for a chart: t shows a table)\n\n\n");
	buf_release(&out);
}

static void test_chart__one_constant_point(void **state)
{
	const struct chart_point p = { .defined = true, .value = 1 };
	const struct chart_series s = { "x", '*', &p };
	const struct chart c = { .n = 1, .x_labels = revisions, .n_series = 1,
				 .series = &s, .digits = 2 };
	struct buf out = BUF_INIT;

	chart_plot(&c, CHART_ASCII, 20, 5, &out);
	assert_non_null(strchr(out.data, '*'));
	buf_release(&out);
}

static void test_chart__no_value_is_no_zero(void **state)
{
	const struct chart_point p = { .defined = false };
	const struct chart_series s = { "x", '*', &p };
	const struct chart c = { .n = 1, .x_labels = revisions, .n_series = 1,
				 .series = &s, .digits = 2 };
	struct buf out = BUF_INIT;

	chart_plot(&c, CHART_ASCII, 20, 5, &out);
	assert_null(strchr(out.data, '*'));
	buf_release(&out);
}

static void test_chart__scale(void **state)
{
	const struct chart_mark marks[] = {
		{ .25, 'o', true }, { .5, '*', true }, { .5, 'x', true },
		{ 9, '+', true }, { 0, 'z', false },
	};
	struct buf out = BUF_INIT;

	chart_scale(marks, 5, 0, 1, 13, CHART_ASCII, &out);
	assert_string_equal(out.data, "|---o-#----+|");
	buf_clear(&out);
	chart_scale(marks, 1, 0, 1, 13, CHART_BRAILLE, &out);
	assert_int_equal(utf8_cells(out.data, out.len), 13);
	buf_release(&out);
}

static void test_chart__interval(void **state)
{
	struct chart_point p = { true, .5, true, .3, .8 };
	struct buf out = BUF_INIT;

	chart_interval(&p, 0, 1, 11, CHART_ASCII, &out);
	assert_string_equal(out.data, "   |-*--|  ");
	buf_clear(&out);
	p.low = -1;
	p.high = 2;
	chart_interval(&p, 0, 1, 11, CHART_ASCII, &out);
	assert_string_equal(out.data, "<----*---->");
	buf_clear(&out);
	p.defined = false;
	chart_interval(&p, 0, 1, 11, CHART_ASCII, &out);
	assert_string_equal(out.data, "           ");
	buf_release(&out);
}

static void test_chart__meter(void **state)
{
	struct buf out = BUF_INIT;

	chart_meter(.4, 10, CHART_ASCII, &out);
	assert_string_equal(out.data, "####......");
	buf_clear(&out);
	chart_meter(2, 4, CHART_ASCII, &out);
	assert_string_equal(out.data, "####");
	buf_release(&out);
}

static void test_chart__steps_are_round(void **state)
{
	assert_true(chart_step(.013) == .02);
	assert_true(chart_step(1) == 1);
	assert_true(chart_step(3) == 5);
	assert_true(chart_step(70) == 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chart__plot_in_ascii),
		cmocka_unit_test(test_chart__levels_keep_size_and_marks),
		cmocka_unit_test(test_chart__ascii_is_ascii),
		cmocka_unit_test(test_chart__braille_joins_points),
		cmocka_unit_test(test_chart__table_says_the_same),
		cmocka_unit_test(test_chart__too_small_says_so),
		cmocka_unit_test(test_chart__one_constant_point),
		cmocka_unit_test(test_chart__no_value_is_no_zero),
		cmocka_unit_test(test_chart__scale),
		cmocka_unit_test(test_chart__interval),
		cmocka_unit_test(test_chart__meter),
		cmocka_unit_test(test_chart__steps_are_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
