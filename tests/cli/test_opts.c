#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "cli/opts.h"

/* argv is not const, though nothing writes to it. */
#define PARSE(o, err, ...) \
	opts_parse(o, (int)(sizeof((const char *[]){ "muster", __VA_ARGS__ }) / \
			    sizeof(char *)), \
		   argv_of((const char *[]){ "muster", __VA_ARGS__, NULL }), err)

static char **argv_of(const char **words)
{
	union { const char **from; char **to; } u = { words };

	return u.to;
}

static void test_opts__globals_stand_anywhere(void **state)
{
	struct opts o;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(PARSE(&o, &err, "--json", "model", "-R", "f.db",
			       "show", "m", "-q"), RC_OK);
	assert_string_equal(o.command->words, "model show");
	assert_string_equal(opt_str(&o, "registry"), "f.db");
	assert_true(opt_has(&o, "json") && opt_has(&o, "quiet"));
	assert_int_equal(o.args.n, 1);
	assert_string_equal(o.args.at[0], "m");
	opts_release(&o);
}

static void test_opts__value_may_look_like_an_option(void **state)
{
	struct opts o;
	struct err err = ERR_INIT;
	double x;
	bool has;

	(void)state;
	assert_int_equal(PARSE(&o, &err, "predictions", "import", "m@1", "t",
			       "-", "--threshold", "-1.5", "--score=--s"),
			 RC_OK);
	assert_int_equal(opt_num(&o, "threshold", &has, &x, &err), RC_OK);
	assert_true(has && x == -1.5);
	assert_string_equal(opt_str(&o, "score"), "--s");
	assert_string_equal(o.args.at[2], "-");
	opts_release(&o);
}

static void test_opts__repeated_and_split_values_keep_order(void **state)
{
	struct opts o;
	struct err err = ERR_INIT;
	struct strs keys = VEC_INIT, slices = VEC_INIT;

	(void)state;
	assert_int_equal(PARSE(&o, &err, "testset", "create", "t", "f.csv",
			       "--key", "a,b", "--slice", "r", "--slice=r+s",
			       "--key=c"), RC_OK);
	opt_commas(&o, "key", &keys);
	opt_list(&o, "slice", &slices);
	assert_int_equal(keys.n, 3);
	assert_string_equal(keys.at[2], "c");
	assert_int_equal(slices.n, 2);
	assert_string_equal(slices.at[1], "r+s");
	strs_release(&keys);
	strs_release(&slices);
	opts_release(&o);
}

static void test_opts__two_dashes_end_options(void **state)
{
	struct opts o;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(PARSE(&o, &err, "model", "show", "--", "--json"),
			 RC_OK);
	assert_false(opt_has(&o, "json"));
	assert_string_equal(o.args.at[0], "--json");
	opts_release(&o);
}

static void test_opts__every_option_of_every_row_is_accepted(void **state)
{
	const struct command *c;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; (c = command_at(i)); i++) {
		for (const struct option *p = c->options; p && p->name; p++) {
			assert_ptr_equal(option_find(c, p->name), p);
			assert_non_null(p->help);
			n++;
		}
	}
	assert_true(n > 20);
}

static void test_opts__rows_are_whole_and_words_unique(void **state)
{
	const struct command *c, *d;

	(void)state;
	for (size_t i = 0; (c = command_at(i)); i++) {
		assert_non_null(c->run);
		assert_true(c->summary && c->summary[0]);
		assert_true(c->max_args < 0 || c->min_args <= c->max_args);
		assert_true((c->flags & COMMAND_HIDDEN) || c->examples);
		for (size_t j = 0; j < i && (d = command_at(j)); j++)
			assert_string_not_equal(c->words, d->words);
	}
}

static void test_opts__no_option_hides_a_global_one(void **state)
{
	const struct command *c;

	(void)state;
	for (size_t i = 0; (c = command_at(i)); i++)
		for (const struct option *p = c->options; p && p->name; p++)
			assert_null(option_find(NULL, p->name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opts__globals_stand_anywhere),
		cmocka_unit_test(test_opts__value_may_look_like_an_option),
		cmocka_unit_test(test_opts__repeated_and_split_values_keep_order),
		cmocka_unit_test(test_opts__two_dashes_end_options),
		cmocka_unit_test(test_opts__every_option_of_every_row_is_accepted),
		cmocka_unit_test(test_opts__rows_are_whole_and_words_unique),
		cmocka_unit_test(test_opts__no_option_hides_a_global_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
