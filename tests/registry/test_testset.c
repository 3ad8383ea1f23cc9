#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry/testset.h"
#include "support/temp_registry.h"

/* A list of names, ended by NULL, as struct strs that the test leaks not. */
static struct strs names(const char *const *list)
{
	struct strs v = VEC_INIT;

	for (; *list; list++)
		strs_add(&v, *list);
	return v;
}
#define NAMES(...) names((const char *const[]){ __VA_ARGS__, NULL })

static enum rc create(struct temp_registry *t, struct testset_spec *spec,
		      const char *text, struct import_report *report,
		      struct err *err)
{
	char *path = temp_registry_csv(t, text);
	enum rc rc = reg_testset_create(t->reg, spec, path, false, NULL,
					report, err);

	free(path);
	strs_release(&spec->keys);
	strs_release(&spec->inputs);
	strs_release(&spec->slices);
	return rc;
}

static void expect_text(struct testset *t, const char *column, size_t row,
			const char *text)
{
	const struct column *c;
	struct buf b = BUF_INIT;
	const char *s;
	size_t n;

	assert_ok(testset_column(t, column, &c, &oops));
	s = column_text(c, row, &b, &n);
	assert_int_equal(n, strlen(text));
	assert_memory_equal(s, text, n);
	for (size_t i = 0; i < testset_n_columns(t); i++) {
		if (strcmp(testset_column_name(t, i), column) != 0)
			continue;
		assert_ok(testset_cell(t, row, i, &b, &s, &n, &oops));
		assert_int_equal(n, strlen(text));
		assert_memory_equal(s, text, n);
	}
	buf_release(&b);
}

static void expect_key(struct testset *t, size_t row, const char *key)
{
	struct buf b = BUF_INIT;
	size_t found = 99;

	assert_ok(testset_key(t, row, &b, &oops));
	assert_string_equal(b.data, key);
	assert_ok(testset_find_key(t, key, strlen(key), &found, &oops));
	assert_int_equal(found, row);
	buf_release(&b);
}

static void test_testset__create_and_read(void **state)
{
	struct temp_registry *t = *state;
	struct testset_spec spec = {
		.name = "loans", .task = TASK_BINARY, .target = "y",
		.positive = "1", .keys = NAMES("id"),
		.slices = NAMES("race", "race+sex"), .weight = "w",
		.source = "a test",
	};
	struct import_report report;
	struct testset_info info;
	struct testset *set;
	struct err err = ERR_INIT;

	if (create(t, &spec,
		   "\xef\xbb\xbfid,race,sex,age,age,y,w\r\n"
		   "a,white,F,1.50,\"two\nlines\",1,1\r\n"
		   "b,black,M,2,\"say \"\"so\"\"\",0,0.5\r\n"
		   "c,,M,,,1,2\r\n", &report, &err))
		fail_msg("%s", err.text);
	assert_int_equal(report.rows, 3);
	assert_int_equal(report.duplicates, 0);
	assert_true(report.had_bom);
	assert_ok(reg_testset_info(t->reg, "loans", 0, &info, &oops));
	assert_int_equal(info.revision, 1);
	assert_int_equal(info.n, 3);
	assert_int_equal(info.n_rows, 3);
	assert_int_equal(info.labels.n, 2);
	assert_string_equal(info.labels.at[0], "0");
	assert_int_equal(info.inputs.n, 2);
	assert_string_equal(info.inputs.at[0], "age");
	assert_string_equal(info.inputs.at[1], "age#2");
	assert_int_equal(info.slices.n, 2);
	assert_int_equal(strlen(info.digest), 64);
	assert_int_equal(info.revisions[0].added, 3);
	testset_info_release(&info);
	assert_ok(reg_testset_open(t->reg, "loans", 0, &set, &oops));
	assert_int_equal(testset_rows(set), 3);
	expect_text(set, "age", 0, "1.50");
	expect_text(set, "age", 1, "2");
	expect_text(set, "age", 2, "");
	expect_text(set, "age#2", 0, "two\nlines");
	expect_text(set, "age#2", 1, "say \"so\"");
	expect_text(set, "race", 2, "");
	expect_text(set, "w", 1, "0.5");
	expect_key(set, 0, "a");
	expect_key(set, 2, "c");
	assert_int_equal(testset_find_key(set, "d", 1, &(size_t){ 0 }, NULL),
			 RC_NOT_FOUND);
	testset_close(set);
	import_report_release(&report);
	temp_registry_verify(t);
}

static void test_testset__several_key_columns(void **state)
{
	struct temp_registry *t = *state;
	struct testset_spec spec = {
		.name = "s", .task = TASK_MULTICLASS, .target = "y",
		.keys = NAMES("b", "a"),
	};
	struct import_report report;
	struct testset *set;

	assert_ok(create(t, &spec, "a,b,y\n1,2,10\n2,1,9\n1,1,-2\n", &report,
			 &oops));
	assert_ok(reg_testset_open(t->reg, "s", 0, &set, &oops));
	expect_key(set, 0, "2\x1f" "1");
	expect_key(set, 1, "1\x1f" "2");
	assert_string_equal(testset_info(set)->labels.at[0], "-2");
	assert_string_equal(testset_info(set)->labels.at[1], "9");
	assert_string_equal(testset_info(set)->labels.at[2], "10");
	testset_close(set);
	import_report_release(&report);
}

static void test_testset__keys_from_inputs(void **state)
{
	struct temp_registry *t = *state;
	struct testset_spec spec = {
		.name = "k", .task = TASK_BINARY, .target = "y",
		.positive = "yes",
	};
	struct import_report report;
	struct testset *set;
	struct buf one = BUF_INIT, two = BUF_INIT, third = BUF_INIT;

	assert_ok(create(t, &spec, "x,y,z\na,yes,1\nb,no,2\na,no,1\na,yes,1\n",
			 &report, &oops));
	assert_int_equal(report.rows, 4);
	assert_int_equal(report.duplicates, 2);
	assert_int_equal(report.notes.n, 1);
	assert_true(testset_conflicts_n(&report.conflicts) > 0);
	assert_ok(reg_testset_open(t->reg, "k", 0, &set, &oops));
	assert_int_equal(testset_n_columns(set), 3);
	assert_ok(testset_key(set, 0, &one, &oops));
	assert_ok(testset_key(set, 2, &two, &oops));
	assert_ok(testset_key(set, 3, &third, &oops));
	assert_int_equal(one.len, 64);
	assert_memory_equal(one.data, two.data, 64);
	assert_string_equal(two.data + 64, "#2");
	assert_string_equal(third.data + 64, "#3");
	expect_key(set, 3, third.data);
	testset_close(set);
	buf_release(&one);
	buf_release(&two);
	buf_release(&third);
	import_report_release(&report);
	temp_registry_verify(t);
}

/* -- What is refused, and where it says it is -- */

struct refusal {
	const char *csv, *says;
	enum task task;
	const char *key, *weight, *slice;
};

static void check_refusal(struct temp_registry *t, const struct refusal *r)
{
	struct testset_spec spec = {
		.name = "bad", .task = r->task, .target = "y",
		.positive = r->task == TASK_BINARY ? "1" : NULL,
		.weight = r->weight,
	};
	struct import_report report;
	struct testset_info info;
	struct err err = ERR_INIT;

	if (r->key)
		strs_add(&spec.keys, r->key);
	if (r->slice)
		strs_add(&spec.slices, r->slice);
	assert_int_equal(create(t, &spec, r->csv, &report, &err),
			 RC_BAD_INPUT);
	if (!strstr(err.text, r->says))
		fail_msg("'%s' does not say '%s'", err.text, r->says);
	import_report_release(&report);
	assert_int_equal(reg_testset_info(t->reg, "bad", 0, &info, NULL),
			 RC_NOT_FOUND);
}

static const struct refusal refusals[] = {
	{ "id,x,y\na,1,1\nb,2,0\na,3,1\n",
	  "line 4, column 1 ('id'): the key repeats", TASK_BINARY, "id" },
	{ "id,x,y\na,1,1\n,2,0\n", "line 3, column 1 ('id'): the key is empty",
	  TASK_BINARY, "id" },
	{ "id,x,y\na,\"1\n2\",1\nb,2,0\na,3,1\n", "line 5, column 1",
	  TASK_BINARY, "id" },
	{ "x,y\n1,1\n2,0\n3,\n", "line 4, column 2 ('y'): the target is empty",
	  TASK_BINARY },
	{ "x,y\n1,1\n2,0\n3,2\n",
	  "line 4, column 2 ('y'): '2' is a third label", TASK_BINARY },
	{ "x,y\n1,a\n2,a\n", "no target is the positive label '1'",
	  TASK_BINARY },
	{ "x,y\n1,1.5\n2,0x10\n", "line 3, column 2 ('y'): the target is no "
	  "number", TASK_REGRESSION },
	{ "x,y\n1,1e999\n", "line 2, column 2", TASK_REGRESSION },
	{ "x,y\n1,nan\n", "line 2, column 2", TASK_REGRESSION },
	{ "x,y\n1, 1\n", "line 2, column 2", TASK_REGRESSION },
	{ "x,y,w\n1,1,1\n2,0,-1\n", "line 3, column 3 ('w'): the weight",
	  TASK_BINARY, NULL, "w" },
	{ "x,y,w\n1,1,\n", "line 2, column 3", TASK_BINARY, NULL, "w" },
	{ "x,z\n1,1\n", "there is no column 'y'", TASK_BINARY },
	{ "x,y\n1,1\n", "there is no column 'id'", TASK_BINARY, "id" },
	{ "x,y\n1,1\n", "there is no column 'race'", TASK_BINARY, NULL, NULL,
	  "race" },
	{ "x,y\n1,1\n", "there is no column 'b'", TASK_BINARY, NULL, NULL,
	  "x+b" },
	{ "x,y\n", "there are no rows", TASK_BINARY },
	{ "y,y\n1,1\n2\n", "line 3", TASK_BINARY },
	{ "y\n1\n0\n", "without a key column", TASK_BINARY },
	{ "x,y\n1,1\n", "cannot be the target and the key", TASK_BINARY, "y" },
};

static void test_testset__refuses(void **state)
{
	struct temp_registry *t = *state;
	uint64_t entries = reg_size(t->reg);

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		check_refusal(t, &refusals[i]);
	assert_int_equal(reg_size(t->reg), entries);
}

static void test_testset__dry_run_changes_nothing(void **state)
{
	struct temp_registry *t = *state;
	struct testset_spec spec = {
		.name = "dry", .task = TASK_BINARY, .target = "y",
		.positive = "1", .keys = NAMES("id"),
	};
	char *path = temp_registry_csv(t, "id,y\na,1\nb,0\n");
	uint64_t entries = reg_size(t->reg);
	struct import_report report;

	assert_ok(reg_testset_create(t->reg, &spec, path, true, NULL, &report,
				     &oops));
	assert_int_equal(report.rows, 2);
	assert_int_equal(reg_size(t->reg), entries);
	import_report_release(&report);
	assert_ok(reg_testset_create(t->reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	assert_int_equal(reg_testset_create(t->reg, &spec, path, false, NULL,
					    &report, NULL), RC_EXISTS);
	import_report_release(&report);
	strs_release(&spec.keys);
	free(path);
}

/* More rows than a chunk, every kind of column, equal bytes back. */
static void test_testset__many_chunks(void **state)
{
	struct temp_registry *t = *state;
	struct testset_spec spec = {
		.name = "many", .task = TASK_REGRESSION, .target = "y",
		.keys = NAMES("id"),
	};
	struct buf csv = BUF_INIT, b = BUF_INIT;
	struct import_report report;
	struct testset *set;
	const struct column *c;
	const size_t n = 100000;

	buf_str(&csv, "id,few,text,mixed,y\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(&csv, "%zu,v%zu,\"t,%zu\n%zu\",%s%zu,%zu.5\n", i,
			   i % 300, i, i * 7, i > 90000 ? "x" : "", i * 3, i);
	assert_ok(create(t, &spec, csv.data, &report, &oops));
	assert_ok(reg_testset_open(t->reg, "many", 0, &set, &oops));
	assert_int_equal(testset_rows(set), n);
	assert_ok(testset_column(set, "few", &c, &oops));
	assert_int_equal(c->kind, COLUMN_CODES);
	assert_int_equal(c->n_values, 300);
	assert_ok(testset_column(set, "y", &c, &oops));
	assert_int_equal(c->kind, COLUMN_NUMBERS);
	assert_ok(testset_column(set, "mixed", &c, &oops));
	assert_int_equal(c->kind, COLUMN_TEXTS);
	for (size_t i = 0; i < n; i += 997) {
		char text[64];

		snprintf(text, sizeof(text), "%zu", i);
		expect_key(set, i, text);
		snprintf(text, sizeof(text), "v%zu", i % 300);
		expect_text(set, "few", i, text);
		snprintf(text, sizeof(text), "t,%zu\n%zu", i, i * 7);
		expect_text(set, "text", i, text);
		snprintf(text, sizeof(text), "%s%zu", i > 90000 ? "x" : "",
			 i * 3);
		expect_text(set, "mixed", i, text);
		snprintf(text, sizeof(text), "%zu.5", i);
		expect_text(set, "y", i, text);
	}
	testset_close(set);
	import_report_release(&report);
	buf_release(&csv);
	buf_release(&b);
	temp_registry_verify(t);
}

static void test_testset__undo_of_create(void **state)
{
	struct temp_registry *t = *state;
	struct testset_spec spec = {
		.name = "u", .task = TASK_BINARY, .target = "y",
		.positive = "1",
	};
	struct import_report report;
	struct testset_info info;

	assert_ok(create(t, &spec, "x,y\n1,1\n2,0\n", &report, &oops));
	import_report_release(&report);
	assert_ok(reg_undo(t->reg, UINT64_MAX, NULL, &oops));
	assert_int_equal(reg_testset_info(t->reg, "u", 0, &info, NULL),
			 RC_NOT_FOUND);
	temp_registry_verify(t);
}

#define T(name) cmocka_unit_test_setup_teardown( \
		name, temp_registry_setup, temp_registry_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_testset__create_and_read),
		T(test_testset__several_key_columns),
		T(test_testset__keys_from_inputs),
		T(test_testset__refuses),
		T(test_testset__dry_run_changes_nothing),
		T(test_testset__many_chunks),
		T(test_testset__undo_of_create),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
