#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "model/profile.h"
#include <math.h>

#define ROWS 9
#define COLUMNS 5

static const char *const names[COLUMNS] = { "id", "age", "score", "day",
					    "city" };
/* quantile(c(1,2,3,4,100), type = 7) and sd of R 4.2.2 stand below. */
static const char *const cells[ROWS][COLUMNS] = {
	{ "a", "1", "1.5", "2024-01-02", "Bern" },
	{ "b", "2", "-2", "2024-01-01", "Bern" },
	{ "c", "3", "1e3", "2024-03-01T10:00:00Z", "Genf" },
	{ "d", "4", "", "2024-01-05", "" },
	{ "e", "100", "0.25", "", "Bern" },
	{ "f", "", "0.25", "", "Genf" },
	{ "f", "", "0.25", "", "Genf" },
	{ "f", "", "0.25", "", "Genf" },
	{ "g", "?", "7", "2025-01-05", "x" },
};

static void fill(struct profile_part **parts, size_t n_parts)
{
	for (size_t r = 0; r < ROWS; r++) {
		struct csv_field row[COLUMNS];

		for (size_t c = 0; c < COLUMNS; c++)
			row[c] = (struct csv_field){ cells[r][c],
						     strlen(cells[r][c]) };
		profile_part_row(parts[r % n_parts], row);
	}
}

static void make(size_t n_parts, struct profile *out)
{
	struct profile_part *parts[4] = { NULL };

	for (size_t i = 0; i < n_parts; i++)
		parts[i] = profile_part_new(COLUMNS);
	fill(parts, n_parts);
	profile_finish(parts, n_parts, names, out);
	for (size_t i = 0; i < n_parts; i++)
		profile_part_free(parts[i]);
}

static void test_profile__counts_and_types(void **state)
{
	struct profile p;

	make(1, &p);
	assert_int_equal(p.rows, 9);
	assert_int_equal(p.equal_rows, 2);
	assert_int_equal(p.columns[0].type, PROFILE_CATEGORY);
	assert_int_equal(p.columns[0].distinct, 7);
	assert_int_equal(p.columns[1].type, PROFILE_INTEGER);
	assert_int_equal(p.columns[1].missing, 3);
	assert_int_equal(p.columns[1].placeholders, 1);
	assert_int_equal(p.columns[2].type, PROFILE_NUMBER);
	assert_int_equal(p.columns[3].type, PROFILE_DATE);
	assert_string_equal(p.columns[3].first, "2024-01-01");
	assert_string_equal(p.columns[3].last, "2025-01-05");
	assert_int_equal(p.columns[4].n_top, 3);
	assert_string_equal(p.columns[4].top[0].text, "Genf");
	assert_int_equal(p.columns[4].top[0].n, 4);
	assert_string_equal(p.columns[4].top[1].text, "Bern");
	profile_release(&p);
}

static void test_profile__numbers_as_r(void **state)
{
	struct profile p;
	const struct profile_column *age;

	make(1, &p);
	age = &p.columns[1];
	assert_float_equal(age->min, 1, 0);
	assert_float_equal(age->max, 100, 0);
	assert_float_equal(age->mean, 22, 1e-12);
	assert_float_equal(age->sd, 43.617656975128774, 1e-12);
	assert_float_equal(age->quantile[0], 1.04, 1e-12);
	assert_float_equal(age->quantile[2], 2, 1e-12);
	assert_float_equal(age->quantile[3], 3, 1e-12);
	assert_float_equal(age->quantile[5], 80.8, 1e-12);
	assert_int_equal(age->bin[0], 4);
	assert_int_equal(age->bin[PROFILE_BINS - 1], 1);
	profile_release(&p);
}

static void profile_of(const char *const *text, size_t n, struct profile *out)
{
	const char *const x = "x";
	struct profile_part *part = profile_part_new(1);

	for (size_t i = 0; i < n; i++)
		profile_part_row(part, &(struct csv_field){
			text[i], strlen(text[i]) });
	profile_finish(&part, 1, &x, out);
	profile_part_free(part);
}

/* numpy.std([1e200, 3e200, 1], ddof=1) of the numbers divided by 1e200 */
static void test_profile__huge_and_tiny_numbers(void **state)
{
	const char *const huge[] = { "1e200", "3e200", "1" };
	const char *const tiny[] = { "1e-200", "3e-200", "0" };
	const char *const ends[] = { "-1.7e308", "1.7e308", "1.7e308" };
	const struct profile_column *c;
	struct profile p;

	profile_of(huge, 3, &p);
	c = &p.columns[0];
	assert_true(fabs(c->mean / 1e200 - 4 / 3.) < 1e-14);
	assert_true(fabs(c->sd / 1e200 - 1.5275252316519468) < 1e-14);
	profile_release(&p);
	profile_of(tiny, 3, &p);
	c = &p.columns[0];
	assert_true(fabs(c->sd / 1e-200 - 1.5275252316519468) < 1e-14);
	profile_release(&p);
	profile_of(ends, 3, &p);
	c = &p.columns[0];
	assert_true(fabs(c->mean / 1.7e308 - 1 / 3.) < 1e-14);
	assert_true(isnan(c->sd));	/* 1.96e308 */
	assert_true(fabs(c->quantile[2] / 1.7e308) < 1e-15);
	assert_int_equal(c->bin[0], 1);
	assert_int_equal(c->bin[PROFILE_BINS - 1], 2);
	profile_release(&p);
}

static void write(const struct profile *p, struct buf *out)
{
	struct json_out o = JSON_OUT(out, false);

	profile_write(&o, p);
}

static void test_profile__parts_change_nothing(void **state)
{
	struct buf one = BUF_INIT, many = BUF_INIT;
	struct profile p;

	make(1, &p);
	write(&p, &one);
	profile_release(&p);
	make(4, &p);
	write(&p, &many);
	profile_release(&p);
	assert_string_equal(one.data, many.data);
	buf_release(&one);
	buf_release(&many);
}

static void test_profile__json_comes_back(void **state)
{
	struct buf first = BUF_INIT, again = BUF_INIT;
	struct json *j = NULL;
	struct err err = ERR_INIT;
	struct profile p, q;

	make(2, &p);
	write(&p, &first);
	assert_int_equal(json_parse(first.data, first.len, "profile", &j,
				    &err), RC_OK);
	assert_int_equal(profile_read(j, &q, &err), RC_OK);
	write(&q, &again);
	assert_string_equal(first.data, again.data);
	json_free(j);
	profile_release(&p);
	profile_release(&q);
	buf_release(&first);
	buf_release(&again);
}

static void test_profile__damaged_json_is_refused(void **state)
{
	static const char *const bad[] = {
		"{}", "{\"rows\":-1,\"equal_rows\":0,\"columns\":[]}",
		"{\"rows\":1,\"equal_rows\":0,\"columns\":[{}]}",
		"{\"rows\":1,\"equal_rows\":0,\"columns\":[{\"name\":\"a\","
		"\"type\":\"integer\",\"n\":1,\"missing\":0,"
		"\"placeholders\":0,\"distinct\":1}]}",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;
		struct json *j = NULL;
		struct profile p;

		assert_int_equal(json_parse(bad[i], strlen(bad[i]), "profile",
					    &j, &err), RC_OK);
		assert_int_equal(profile_read(j, &p, &err), RC_BAD_INPUT);
		json_free(j);
	}
}

static void test_profile__words_for_persons_stand_alone(void **state)
{
	const char *const columns[] = { "age_cat", "average", "native-country",
					"Sex", "first_name", "contact" };
	const bool personal[] = { true, false, true, true, true, true };
	const struct csv_field row[] = { { "1", 1 }, { "1", 1 }, { "CH", 2 },
					 { "f", 1 }, { "Ana", 3 },
					 { "a@b.ch", 6 } };
	struct profile_part *part = profile_part_new(6);
	struct profile p;

	profile_part_row(part, row);
	profile_finish(&part, 1, columns, &p);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(p.columns[i].personal != NULL, personal[i]);
	profile_part_free(part);
	profile_release(&p);
}

static void test_profile__sparkline_shows_all_that_is_there(void **state)
{
	char line[PROFILE_BINS * 4 + 1];
	struct profile p;

	make(1, &p);
	profile_sparkline(&p.columns[1], true, line);
	assert_string_equal(line, "@                  :");
	profile_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profile__counts_and_types),
		cmocka_unit_test(test_profile__numbers_as_r),
		cmocka_unit_test(test_profile__huge_and_tiny_numbers),
		cmocka_unit_test(test_profile__parts_change_nothing),
		cmocka_unit_test(test_profile__json_comes_back),
		cmocka_unit_test(test_profile__damaged_json_is_refused),
		cmocka_unit_test(test_profile__words_for_persons_stand_alone),
		cmocka_unit_test(
			test_profile__sparkline_shows_all_that_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
