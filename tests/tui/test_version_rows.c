/* Rows of versions: what makes them be read again, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "registry/document.h"
#include "registry/model.h"
#include "tests/support/temp_registry.h"
#include "tui/version_rows.h"

static struct temp_registry t;

static int set_up(void **state)
{
	const struct model_change change = { .task = "binary" };
	const struct version_fields fields = { .note = "x" };
	int64_t version;

	(void)state;
	temp_registry_make(&t);
	assert_ok(reg_model_add(t.reg, "m", &change, &oops));
	for (int i = 0; i < 3; i++)
		assert_ok(reg_version_add(t.reg, "m", &fields, &version,
					  &oops));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	temp_registry_remove(&t);
	return 0;
}

static void save(enum document_kind kind, const char *of, const char *text)
{
	assert_ok(reg_document_save(t.reg, kind, of, text, NULL, TX_ANY_BASE,
				    NULL, &oops));
}

static void test_version_rows__others_leave_them_alone(void **state)
{
	struct version_rows v;

	(void)state;
	assert_ok(version_rows_open(&v, t.reg, &oops));
	assert_false(version_rows_touched(&v));
	save(DOCUMENT_GATE, "production", "{}");
	save(DOCUMENT_CHECKLIST, "m", "{}");
	assert_false(version_rows_touched(&v));
	assert_int_equal(v.log_size, reg_size(t.reg));
	save(DOCUMENT_CARD, "m@1", "{}");
	assert_true(version_rows_touched(&v));
	version_rows_release(&v);
}

static void test_version_rows__their_own_entries_do_not(void **state)
{
	const struct model_change change = { .owner = "bo" };
	const struct version_fields fields = { .note = "y" };
	struct version_rows v;
	int64_t version;

	(void)state;
	assert_ok(version_rows_open(&v, t.reg, &oops));
	assert_ok(reg_version_stage(t.reg, "m", 2, "candidate", "next",
				    TX_ANY_BASE, &oops));
	assert_true(version_rows_touched(&v));
	version_rows_release(&v);
	assert_ok(version_rows_open(&v, t.reg, &oops));
	assert_ok(reg_model_set(t.reg, "m", &change, "he has it now",
				TX_ANY_BASE, &oops));
	assert_true(version_rows_touched(&v));
	version_rows_release(&v);
	assert_ok(version_rows_open(&v, t.reg, &oops));
	assert_ok(reg_version_add(t.reg, "m", &fields, &version, &oops));
	save(DOCUMENT_GATE, "shadow", "{}");
	assert_true(version_rows_touched(&v));
	version_rows_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_version_rows__others_leave_them_alone, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_version_rows__their_own_entries_do_not, set_up,
			tear_down),
	};

	return cmocka_run_group_tests_name("version_rows", tests, NULL, NULL);
}
