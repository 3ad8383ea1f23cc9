/* Paths that go on: as far as they are certain, and what they could be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/complete.h"
#include "base/fsx.h"
#include "base/xalloc.h"

static char folder[] = "/tmp/muster-complete-XXXXXX";
static const char *const files[] = {
	"loans.csv", "loans-more.csv", "late.csv", ".hidden", "data/set.csv",
	"h\xc3\xa4user.csv", "h\xc3\xb6he.csv",
};

static int set_up(void **state)
{
	char *data;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	data = xasprintf("%s/data", folder);
	if (mkdir(data, 0700) != 0 || chdir(folder) != 0)
		return -1;
	free(data);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct err err = ERR_INIT;

		if (fsx_write(files[i], "", 0, 0600, false, &err) != RC_OK)
			return -1;
	}
	return setenv("HOME", folder, 1);
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i]);
	rmdir("data");
	return chdir("/") || rmdir(folder);
}

struct row { const char *typed, *longer, *names; };

static const struct row rows[] = {
	{ "lo", "loans", "loans-more.csv loans.csv" },
	{ "loans.", "loans.csv", "loans.csv" },
	{ "l", "l", "late.csv loans-more.csv loans.csv" },
	{ "d", "data/", "data/" },
	{ "data/", "data/set.csv", "set.csv" },
	{ "./lat", "./late.csv", "late.csv" },
	{ "nothing", "nothing", "" },
	{ "nowhere/x", "nowhere/x", "" },
	{ ".", ".hidden", ".hidden" },
	/* two of one first byte, which is no character */
	{ "h", "h", "h\xc3\xa4user.csv h\xc3\xb6he.csv" },
};

static void check(const char *typed, const char *longer, const char *names)
{
	struct buf got = BUF_INIT, listed = BUF_INIT;
	struct strs v = VEC_INIT;
	size_t n = path_complete(typed, &got, &v);

	assert_string_equal(got.data, longer);
	assert_int_equal(n, v.n);
	for (size_t i = 0; i < v.n; i++)
		buf_printf(&listed, "%s%s", i ? " " : "", v.at[i]);
	assert_string_equal(listed.len ? listed.data : "", names);
	strs_release(&v);
	buf_release(&got);
	buf_release(&listed);
}

static void test_complete__row(void **state)
{
	const struct row *r = *state;

	check(r->typed, r->longer, r->names);
}

static void test_complete__home(void **state)
{
	char *longer = xasprintf("%s/late.csv", folder);

	(void)state;
	check("~/la", longer, "late.csv");
	free(longer);
}

static void test_complete__home_of_nothing(void **state)
{
	(void)state;
	check("~/nothing", "~/nothing", "");
}

/* What is in them already stays, in front and in its order. */
static void test_complete__appends(void **state)
{
	struct buf got = BUF_INIT;
	struct strs v = VEC_INIT;

	(void)state;
	buf_str(&got, "was ");
	strs_add(&v, "zebra");
	assert_int_equal(path_complete("lo", &got, &v), 2);
	assert_string_equal(got.data, "was loans");
	assert_int_equal(v.n, 3);
	assert_string_equal(v.at[0], "zebra");
	assert_string_equal(v.at[1], "loans-more.csv");
	assert_string_equal(v.at[2], "loans.csv");
	buf_str(&got, " ");
	assert_int_equal(path_complete("nothing", &got, &v), 0);
	assert_string_equal(got.data, "was loans nothing");
	assert_int_equal(v.n, 3);
	strs_release(&v);
	buf_release(&got);
}

static void test_complete__a_word_among_some(void **state)
{
	static const struct row words[] = {
		{ "", "", "b@1 c@1 c@10 c@champion" }, { "b", "b@1", "b@1" },
		{ "c", "c@", "c@1 c@10 c@champion" },
		{ "c@1", "c@1", "c@1 c@10" },
		{ "c@10", "c@10", "c@10" }, { "x", "x", "" },
	};
	struct strs all = VEC_INIT;

	(void)state;
	strs_add(&all, "c@10");
	strs_add(&all, "b@1");
	strs_add(&all, "c@champion");
	strs_add(&all, "c@champion");
	strs_add(&all, "c@1");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct buf longer = BUF_INIT, said = BUF_INIT;
		struct strs names = VEC_INIT;
		size_t n = word_complete(words[i].typed, &all, &longer,
					 &names);

		assert_int_equal(n, names.n);
		for (size_t k = 0; k < names.n; k++)
			buf_printf(&said, "%s%s", k ? " " : "", names.at[k]);
		assert_string_equal(longer.len ? longer.data : "",
				    words[i].longer);
		assert_string_equal(said.len ? said.data : "",
				    words[i].names);
		strs_release(&names);
		buf_release(&longer);
		buf_release(&said);
	}
	strs_release(&all);
}

int main(void)
{
	enum { N = sizeof(rows) / sizeof(*rows) };
	struct CMUnitTest tests[N + 4];

	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){ rows[i].typed,
			test_complete__row, NULL, NULL,
			(void *)(uintptr_t)&rows[i] };
	tests[N] = (struct CMUnitTest)
		cmocka_unit_test(test_complete__home);
	tests[N + 1] = (struct CMUnitTest)
		cmocka_unit_test(test_complete__home_of_nothing);
	tests[N + 2] = (struct CMUnitTest)
		cmocka_unit_test(test_complete__appends);
	tests[N + 3] = (struct CMUnitTest)
		cmocka_unit_test(test_complete__a_word_among_some);
	return cmocka_run_group_tests_name("complete", tests, set_up,
					   tear_down);
}
