/* What the list says of cards and of open problems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "registry/document.h"
#include "registry/model.h"
#include "registry/problem.h"
#include "tests/support/temp_registry.h"
#include "tui/version_figures.h"

static struct temp_registry t;

static int set_up(void **state)
{
	static const char *const models[] = { "calm", "troubled" };
	const struct version_fields fields = { .note = "x" };
	struct pairs what = VEC_INIT;
	int64_t id;

	(void)state;
	temp_registry_make(&t);
	for (size_t m = 0; m < 2; m++) {
		assert_ok(reg_model_add(t.reg, models[m], NULL, &oops));
		for (int i = 0; i < 2; i++)
			assert_ok(reg_version_add(t.reg, models[m], &fields,
						  &id, &oops));
	}
	pairs_add(&what, "title", "late fees");
	assert_ok(reg_problem_add(t.reg, "troubled", &what, NULL, &id, &oops));
	assert_ok(reg_document_save(t.reg, DOCUMENT_CARD, "troubled@2", "{}",
				    NULL, TX_ANY_BASE, NULL, &oops));
	pairs_release(&what);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	temp_registry_remove(&t);
	return 0;
}

static void says(const struct open_impact *i, const char *text)
{
	struct buf out = BUF_INIT;

	open_impact_text(&out, i);
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static void test_version_figures__impact_says_what_it_lacks(void **state)
{
	struct open_impact i = { .n_open = 3,
				 .total = { .value = 39.94, .n = 3 } };

	(void)state;
	says(&i, "39.9");
	i.n_unranked = 1;
	says(&i, "39.9+");
	i.n_unasked = 1;
	says(&i, "~39.9+");
	i.n_unranked = 0;
	says(&i, "~39.9");
	i.total = (struct figure){ 0 };
	says(&i, "?");
	i.n_open = i.n_unasked = 0;
	says(&i, "0.0");
}

static void test_version_figures__card_marks_what_is_missing(void **state)
{
	const struct card_share some = { 33, 36, 3, .92 };
	const struct card_share all = { 36, 36, 0, 1 };
	struct buf out = BUF_INIT;

	(void)state;
	card_share_text(&out, &some);
	card_share_text(&out, &all);
	assert_string_equal(out.data, "92%!100%");
	buf_release(&out);
}

/* Only what costs reading is to be counted; the rest is there at once. */
static void test_version_rows__lack_cards_and_open_problems(void **state)
{
	struct version_rows v;

	(void)state;
	assert_ok(version_rows_open(&v, t.reg, &oops));
	assert_false(version_rows_lacks(&v, 3, VERSION_COMPLETE));
	assert_non_null(version_rows_table(&v, true));
	for (size_t row = 0; row < 4; row++) {
		assert_int_equal(version_rows_lacks(&v, row, VERSION_COMPLETE),
				 row == 3);
		assert_int_equal(version_rows_lacks(&v, row, VERSION_IMPACT),
				 row >= 2);
		assert_false(version_rows_lacks(&v, row, VERSION_SCORE));
	}
	assert_string_equal(columns_cell(v.table, VERSION_IMPACT, 0), "0.0");
	version_rows_release(&v);
}

/* A problem that is closed or new changes impacts, and nothing else. */
static void test_version_rows__problems_leave_the_table(void **state)
{
	struct pairs what = VEC_INIT;
	struct version_rows v;
	const struct columns *table;
	int64_t id;

	(void)state;
	assert_ok(version_rows_open(&v, t.reg, &oops));
	table = version_rows_table(&v, true);
	pairs_add(&what, "title", "too calm");
	assert_ok(reg_problem_add(t.reg, "calm", &what, NULL, &id, &oops));
	assert_false(version_rows_touched(&v));
	assert_true(v.problems_moved);
	assert_ok(version_rows_recount(&v, &oops));
	assert_false(v.problems_moved);
	assert_ptr_equal(v.table, table);
	assert_true(version_rows_lacks(&v, 0, VERSION_IMPACT));
	assert_string_equal(columns_cell(v.table, VERSION_IMPACT, 0), "");
	pairs_release(&what);
	version_rows_release(&v);
}

/* Rows are found by what they have. */
static void test_version_rows__has_names_what_is_there(void **state)
{
	struct version_rows v;
	size_t has;

	(void)state;
	assert_ok(version_rows_open(&v, t.reg, &oops));
	assert_non_null(version_rows_table(&v, true));
	has = version_rows_field(&v, "has");
	assert_int_not_equal(has, SIZE_MAX);
	assert_string_equal(columns_cell(v.table, has, 3), "card");
	assert_string_equal(columns_cell(v.table, has, 2), "");
	version_rows_release(&v);
}

#define WITH_REGISTRY(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_version_figures__impact_says_what_it_lacks),
		cmocka_unit_test(
			test_version_figures__card_marks_what_is_missing),
		WITH_REGISTRY(test_version_rows__lack_cards_and_open_problems),
		WITH_REGISTRY(test_version_rows__problems_leave_the_table),
		WITH_REGISTRY(test_version_rows__has_names_what_is_there),
	};

	return cmocka_run_group_tests_name("version_figures", tests, NULL,
					   NULL);
}
