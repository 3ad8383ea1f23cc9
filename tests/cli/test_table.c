#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/table.h"

static const struct table_column columns[] = {
	{ "name", "name", false }, { "n", "n", true },
	{ "secret", NULL, false }, { NULL, "remark", false }, { 0 },
};
static const struct table_spec spec = { "things", false, columns, "none" };

static char *render(enum format format, size_t n_rows)
{
	struct out out = OUT_INIT;
	struct table *t = table_new(&out, format, &spec);

	if (n_rows > 0) {
		table_str(t, "a");
		table_int(t, 7);
		table_str(t, "s1");
		table_null(t);
	}
	if (n_rows > 1) {
		table_str(t, "=b|\033");
		table_null(t);
		table_bool(t, true);
		table_str(t, "long remark");
	}
	table_end(t);
	return buf_detach(&out.buf);
}

struct row {
	const char *name;
	enum format format;
	size_t n;
	const char *want;
};

static struct row rows[] = {
	{ "test_table__empty_text",
	  FORMAT_TEXT, 0, "none\n" },
	{ "test_table__text_is_aligned_and_safe",
	  FORMAT_TEXT, 2,
	  "name   n  remark\n"
	  "a      7  -\n"
	  "=b|^[  -  long remark\n" },
	{ "test_table__csv_has_a_head_always",
	  FORMAT_CSV, 0, "name,n,secret\r\n" },
	{ "test_table__csv_guards_formulas",
	  FORMAT_CSV, 2,
	  "name,n,secret\r\na,7,s1\r\n'=b|\033,,yes\r\n" },
	{ "test_table__md_of_one_row",
	  FORMAT_MD, 1,
	  "| name | n | remark |\n|---|---:|---|\n| a | 7 | - |\n" },
	{ "test_table__md_is_escaped",
	  FORMAT_MD, 2,
	  "| name | n | remark |\n|---|---:|---|\n| a | 7 | - |\n"
	  "| =b\\|^\\[ | - | long remark |\n" },
};

static void test_table__forms(void **state)
{
	const struct row *row = *state;
	char *got = render(row->format, row->n);

	assert_string_equal(got, row->want);
	free(got);
}

static void test_table__json_has_keys_in_order_and_all_columns(void **state)
{
	char *got = render(FORMAT_JSON, 2);
	struct json *j = NULL, *first;
	const char *key;

	(void)state;
	assert_int_equal(json_parse(got, strlen(got), "test", &j, NULL), RC_OK);
	assert_int_equal(json_size(json_get(j, "things")), 2);
	first = json_at(json_get(j, "things"), 0);
	assert_int_equal(json_size(first), 3);
	json_member(first, 0, &key);
	assert_string_equal(key, "name");
	json_member(first, 2, &key);
	assert_string_equal(key, "secret");
	assert_string_equal(json_get_str(json_at(json_get(j, "things"), 1),
					 "name"), "=b|\033");
	json_free(j);
	free(got);
}

static void test_table__long_listing_settles_its_widths(void **state)
{
	struct out out = OUT_INIT;
	struct table *t = table_new(&out, FORMAT_TEXT, &spec);
	size_t n_lines = 0;

	(void)state;
	for (int i = 0; i < 2500; i++) {
		table_str(t, "row");
		table_int(t, i);
		table_null(t);
		table_str(t, "x");
	}
	table_end(t);
	for (size_t i = 0; i < out.buf.len; i++)
		n_lines += out.buf.data[i] == '\n';
	assert_int_equal(n_lines, 2501);
	out_release(&out);
}

int main(void)
{
	struct CMUnitTest tests[sizeof(rows) / sizeof(*rows) + 2];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		tests[n++] = (struct CMUnitTest){ rows[i].name,
			test_table__forms, NULL, NULL, &rows[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
		test_table__json_has_keys_in_order_and_all_columns);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
		test_table__long_listing_settles_its_widths);
	return _cmocka_run_group_tests("table", tests, n, NULL, NULL);
}
