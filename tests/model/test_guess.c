/* What a table suggests about itself as a test set, or as predictions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "model/guess.h"

#define ROWS 8
#define COLUMNS 7

static const char *const names[COLUMNS] = { "id", "income", "score", "pred",
					    "class", "flag", "note" };
static const char *const cells[ROWS][COLUMNS] = {
	{ "1", "10", ".1", "cat", "cat", "no", "a" },
	{ "2", "20", ".2", "cat", "dog", "no", "b" },
	{ "3", "30", ".3", "dog", "dog", "yes", "c" },
	{ "4", "40", ".4", "dog", "cat", "no", "d" },
	{ "5", "50", ".5", "cow", "cow", "yes", "e" },
	{ "6", "60", ".6", "cow", "cow", "yes", "f" },
	{ "7", "70", ".7", "cat", "cat", "yes", "g" },
	{ "8", "80", ".8", "dog", "dog", "yes", "h" },
};

static int set_up(void **state)
{
	static struct profile p;
	struct profile_part *part = profile_part_new(COLUMNS);

	for (size_t r = 0; r < ROWS; r++) {
		struct csv_field row[COLUMNS];

		for (size_t c = 0; c < COLUMNS; c++)
			row[c] = (struct csv_field){ cells[r][c],
						     strlen(cells[r][c]) };
		profile_part_row(part, row);
	}
	profile_finish(&part, 1, names, &p);
	profile_part_free(part);
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	profile_release(*state);
	return 0;
}

static void test_guess__set_by_usual_names(void **state)
{
	struct guess g;

	guess_set(*state, NULL, &g);
	assert_string_equal(g.target->name, "class");
	assert_true(g.has_task);
	assert_int_equal(g.task, TASK_MULTICLASS);
	assert_null(g.positive);
	assert_string_equal(g.key, "id");
}

static void test_guess__set_by_the_target_given(void **state)
{
	struct guess g;

	guess_set(*state, "flag", &g);
	assert_int_equal(g.task, TASK_BINARY);
	assert_string_equal(g.positive, "yes");
	guess_set(*state, "income", &g);
	assert_int_equal(g.task, TASK_REGRESSION);
	guess_set(*state, "note", &g);		/* all different texts */
	assert_false(g.has_task);
	guess_set(*state, "nowhere", &g);
	assert_null(g.target);
}

static void test_guess__a_target_is_no_key(void **state)
{
	struct guess g;

	guess_set(*state, "id", &g);
	assert_null(g.key);
}

static void test_guess__said(void **state)
{
	static const char *const animals[] = { "cat", "cow", "dog" };
	static const char *const yes_no[] = { "no", "yes" };
	static const char *const taken[] = { "id" };
	struct guess_said g;

	guess_said(*state, TASK_MULTICLASS, animals, 3, taken, 1, NULL,
		   &g);
	assert_null(g.score);
	assert_string_equal(g.label, "pred");
	guess_said(*state, TASK_BINARY, yes_no, 2, taken, 1, NULL,
		   &g);
	assert_string_equal(g.score, "score");
	assert_string_equal(g.label, "flag");
	guess_said(*state, TASK_REGRESSION, NULL, 0, taken, 1, NULL,
		   &g);
	assert_null(g.score);
	assert_string_equal(g.label, "income");
}

/* One file has what many models said. */
static void test_guess__said_by_a_model_of_that_name(void **state)
{
	static const char *const animals[] = { "cat", "cow", "dog" };
	static const char *const taken[] = { "id" };
	struct guess_said g;

	guess_said(*state, TASK_MULTICLASS, animals, 3, taken, 1, "class", &g);
	assert_string_equal(g.label, "class");
	guess_said(*state, TASK_MULTICLASS, animals, 3, taken, 1, "note", &g);
	assert_string_equal(g.label, "pred");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guess__set_by_usual_names),
		cmocka_unit_test(test_guess__set_by_the_target_given),
		cmocka_unit_test(test_guess__a_target_is_no_key),
		cmocka_unit_test(test_guess__said),
		cmocka_unit_test(test_guess__said_by_a_model_of_that_name),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
