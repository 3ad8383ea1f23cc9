#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/slice.h"

static struct slice *parsed(const char *text)
{
	struct err err = ERR_INIT;
	struct slice *s = NULL;

	if (slice_parse(text, &s, &err))
		fail_msg("%s", err.text);
	return s;
}

/* A table of four rows, one column for each form. */
enum { ROWS = 4 };
static const char *const sexes[] = { "Male", "Female", "" };
static const uint32_t sex_code[ROWS] = { 0, 1, 1, 2 };
static const double ages[ROWS] = { 24, 25, 60.5, NAN };
static const uint64_t text_offset[] = { 0, 13, 23, 23, 45 };
static const char texts[] = "I want refundOrder no 72012-03-01 in New York";

static enum rc column(void *arg, const char *name, struct slice_source *out,
		      struct err *err)
{
	*out = (struct slice_source){ 0 };
	if (!strcmp(name, "sex")) {
		out->code = sex_code;
		out->n_values = 3;
		out->values = sexes;
	} else if (!strcmp(name, "age")) {
		out->number = ages;
	} else if (!strcmp(name, "text of it")) {
		out->offset = text_offset;
		out->bytes = texts;
	} else {
		return err_set(err, RC_NOT_FOUND, "no column '%s'", name);
	}
	return RC_OK;
}

/* want: a digit for each row, 0 no, 1 match, 2 undecided */
static const struct eval_case {
	const char *expr, *want;
} eval_cases[] = {
	{ "", "1111" },
	{ "sex:male", "1000" },
	{ "sex=male", "0000" },
	{ "sex=Male", "1000" },
	{ "!sex=Male", "0111" },
	{ "sex=\"\"", "0001" },
	{ "sex:\"\"", "0001" },
	{ "sex>F", "1110" },
	{ "sex~/emale/", "0110" },
	{ "!sex~/emale/", "1001" },
	{ "age>=25", "0110" },
	{ "age<25", "1000" },
	{ "age:60.50", "0010" },
	{ "age=2.5e1", "0100" },
	{ "age=\"\"", "0001" },
	{ "!age>25", "1101" },
	{ "age~/^2/", "1100" },
	{ "age>=25 sex:female", "0110" },
	{ "age<=24 sex:female", "0000" },
	{ "'text of it':want", "1000" },
	{ "'text of it':refun", "0000" },
	{ "'text of it'~/refund/", "1000" },
	{ "'text of it':\"new york\"", "0001" },
	{ "'text of it'>=2012-01-01", "1101" },
	{ "'text of it'<2012-06-30", "0001" },
	{ "'text of it'~/New Y/", "0001" },
	{ "!'text of it'~/o/", "1010" },
	{ "!'text of it'~/o/ sex:female", "0010" },
	{ "'text of it'~/^$/", "0010" },
	{ "'text of it'~/03-01|7$/ age>0", "0100" },
	{ "'text of it'=\"I want refund\"", "1000" },
};

static void test_slice__evaluates(void **state)
{
	const struct eval_case *c = *state;
	struct err err = ERR_INIT;
	struct slice *s = parsed(c->expr);
	uint8_t answer[ROWS] = { 9, 9, 9, 9 };
	char got[ROWS + 1] = "";

	if (slice_eval(s, ROWS, column, NULL, NULL, NULL, answer, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ROWS; i++)
		got[i] = (char)('0' + answer[i]);
	assert_string_equal(got, c->want);
	slice_free(s);
}

static void test_slice__counts_and_steps(void **state)
{
	struct err err = ERR_INIT;
	struct slice *s = parsed("age>=25");
	struct slice_scan *scan = NULL;
	uint8_t answer[ROWS];

	assert_int_equal(slice_scan_new(s, ROWS, column, NULL, answer, &scan,
					&err), RC_OK);
	while (!slice_scan_step(scan, 1))
		;
	assert_int_equal(slice_scan_row(scan), ROWS);
	assert_int_equal(slice_scan_matched(scan), 2);
	assert_int_equal(slice_scan_undecided(scan), 0);
	slice_scan_free(scan);
	slice_free(s);
}

static bool always(void *arg)
{
	return true;
}

static enum rc costly_column(void *arg, const char *name,
			     struct slice_source *out, struct err *err)
{
	*out = *(struct slice_source *)arg;
	return RC_OK;
}

/* A costly row is undecided, "not" of it too, and a person can cancel. */
static void test_slice__costly_rows(void **state)
{
	static char bytes[2 << 20];
	static const uint64_t offset[] = { 0, sizeof(bytes), sizeof(bytes) };
	struct slice_source source = { .offset = offset, .bytes = bytes };
	struct slice *s = parsed("!t~/(?:a|b)+[cd]/");
	struct err err = ERR_INIT;
	uint8_t answer[2] = { 9, 9 };

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = "ab"[i % 2];
	assert_int_equal(slice_eval(s, 2, costly_column, &source, NULL, NULL,
				    answer, &err), RC_OK);
	assert_int_equal(answer[0], RULE_UNDECIDED);
	assert_int_equal(answer[1], RULE_MATCH);
	assert_int_equal(slice_eval(s, 2, costly_column, &source, always, NULL,
				    answer, &err), RC_CANCELLED);
	slice_free(s);
}

/* A rule that nearly every row defeats ends after three of them, whichever form
 * the column has. */
static void test_slice__costly_rule_is_given_up(void **state)
{
	enum { MANY = 30, N = 64 << 10 };
	static char bytes[MANY * N];
	static char text[N + 1];
	uint64_t offset[MANY + 1];
	uint32_t code[MANY] = { 0 };
	const char *values[MANY];
	struct slice_source arena = { .offset = offset, .bytes = bytes };
	struct slice_source words = { .code = code, .n_values = MANY,
				      .values = values };
	struct slice *s = parsed("t~/(?:a|b)+[cd]/");
	uint8_t answer[MANY];
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = "ab"[i % 2];
	memcpy(text, bytes, N);
	for (size_t i = 0; i <= MANY; i++)
		offset[i] = i * N;
	for (size_t i = 0; i < MANY; i++)
		values[i] = text;
	assert_int_equal(slice_eval(s, MANY, costly_column, &arena, NULL, NULL,
				    answer, &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "too costly for 3 rows"));
	err = (struct err)ERR_INIT;
	assert_int_equal(slice_eval(s, MANY, costly_column, &words, NULL, NULL,
				    answer, &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "too costly for 3 rows"));
	slice_free(s);
	assert_false(slice_too_costly(2, 2));
	assert_true(slice_too_costly(3, 300));
	assert_false(slice_too_costly(3, 301));
}

/* -- Lists -- */

static bool field(void *arg, const char *name, struct slice_field *out)
{
	static const struct {
		const char *name, *text;
		bool part;
	} fields[] = {
		{ "stage", "candidate", false }, { "auc", "0.8842", false },
		{ "owner", "old man", false }, { "has", "card datasheet", false },
		{ "name", "credit-scorer", true },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(fields[i].name, name)) {
			*out = (struct slice_field){ fields[i].text,
				strlen(fields[i].text), fields[i].part };
			return true;
		}
	return false;
}

static void test_slice__filters_a_list(void **state)
{
	static const struct { const char *expr; bool want; } cases[] = {
		{ "stage:candidate auc>.8 !owner:bold has:card", true },
		{ "stage:candidate auc>.8 !owner:old has:card", false },
		{ "name:red", true }, { "stage:cand", false },
		{ "auc>=0.8842", true }, { "auc<.8", false },
		{ "nothing:here", false }, { "!nothing:here", true },
		{ "name~/^credit-/", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct slice *s = parsed(cases[i].expr);

		if (slice_match(s, field, NULL) !=
		    (cases[i].want ? RULE_MATCH : RULE_NO))
			fail_msg("%s", cases[i].expr);
		slice_free(s);
	}
}

/* -- Errors and names -- */

static const struct error_case {
	const char *expr, *part;
} error_cases[] = {
	{ "age", "no comparison at character 4" },
	{ "age>", "no value at character 5" },
	{ ">3", "no column name at character 1" },
	{ "age!=3", "put it in front" },
	{ "sex:\"Male", "open quote at character 5" },
	{ "sex:\"Male\"x", "blank between terms" },
	{ "t~refund", "write COLUMN~/REGEX/" },
	{ "t~/refund", "end it with a slash" },
	{ "t~/a/b/", "write a slash within it as" },
	{ "t~/a(/", "missing" },
	{ "one two:3", "no comparison at character 4" },
};

static void test_slice__error_names_place(void **state)
{
	const struct error_case *c = *state;
	struct err err = ERR_INIT;
	struct slice *s = NULL;

	assert_int_equal(slice_parse(c->expr, &s, &err), RC_BAD_INPUT);
	assert_null(s);
	if (!strstr(err.text, c->part))
		fail_msg("'%s' lacks '%s'", err.text, c->part);
}

static void test_slice__slash_in_regex(void **state)
{
	struct slice *s = parsed("stage~/d\\/t|n\\w+d/");

	assert_int_equal(slice_match(s, field, NULL), RULE_MATCH);
	slice_free(s);
}

static void test_slice__columns_are_checked(void **state)
{
	static const char *const names[] = { "race", "decile_score#2", "auc" };
	struct err err = ERR_INIT;
	struct slice *s = parsed("race:a decile_score#2>3 !race=b roc_auc>.5");

	assert_int_equal(slice_n_columns(s), 3);
	assert_string_equal(slice_column(s, 0), "race");
	assert_string_equal(slice_column(s, 1), "decile_score#2");
	assert_int_equal(slice_check(s, names, 3, &err), RC_OK);
	slice_free(s);
	s = parsed("rcae:a");
	assert_int_equal(slice_check(s, names, 3, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "did you mean 'race'"));
	slice_free(s);
	s = parsed("income:a");
	assert_int_equal(slice_check(s, names, 3, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "'decile_score#2'"));
	slice_free(s);
}

#define N(array) (sizeof(array) / sizeof(*(array)))

int main(void)
{
	static const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_slice__counts_and_steps),
		cmocka_unit_test(test_slice__costly_rows),
		cmocka_unit_test(test_slice__costly_rule_is_given_up),
		cmocka_unit_test(test_slice__filters_a_list),
		cmocka_unit_test(test_slice__slash_in_regex),
		cmocka_unit_test(test_slice__columns_are_checked),
	};
	struct CMUnitTest tests[N(plain) + N(eval_cases) + N(error_cases)];
	size_t n = 0;

	for (size_t i = 0; i < N(plain); i++)
		tests[n++] = plain[i];
	for (size_t i = 0; i < N(eval_cases); i++)
		tests[n++] = (struct CMUnitTest){
			.name = eval_cases[i].expr,
			.test_func = test_slice__evaluates,
			.initial_state = (void *)(uintptr_t)&eval_cases[i],
		};
	for (size_t i = 0; i < N(error_cases); i++)
		tests[n++] = (struct CMUnitTest){
			.name = error_cases[i].expr,
			.test_func = test_slice__error_names_place,
			.initial_state = (void *)(uintptr_t)&error_cases[i],
		};
	return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
