/* Writing beside the keys: in order, the newest wins, nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "tui/writing.h"

static char folder[] = "/tmp/muster-writing-XXXXXX";
static char *path;
static struct err oops = ERR_INIT;

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	path = xasprintf("%s/file", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	free(path);
	return rmdir(folder);
}

static void put(struct writing *w, int i)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "state %d", i);
	writing_put(w, path, &b);
	assert_int_equal(b.len, 0);
}

static void must_hold(const char *want)
{
	struct buf b = BUF_INIT;

	assert_int_equal(fsx_read(path, 100, &b, &oops), RC_OK);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void test_writing__the_newest_wins(void **state)
{
	struct writing w = { NULL, NULL };

	(void)state;
	for (int i = 0; i < 200; i++)
		put(&w, i);
	assert_int_equal(writing_wait(&w, &oops), RC_OK);
	assert_false(writing_runs(&w));
	must_hold("state 199");
}

/* What is in the file while it goes on is always one of the states, whole,
 * and never an older one than before. */
static void test_writing__the_order_is_kept(void **state)
{
	struct writing w = { NULL, NULL };
	int last = 0;
	enum rc rc;

	(void)state;
	put(&w, 0);
	assert_int_equal(writing_wait(&w, &oops), RC_OK);
	for (int i = 1; i < 500; i++) {
		struct buf b = BUF_INIT;
		int seen;

		put(&w, i);
		if (writing_ended(&w, &rc, &oops))
			assert_int_equal(rc, RC_OK);
		assert_int_equal(fsx_read(path, 100, &b, &oops), RC_OK);
		assert_int_equal(sscanf(b.data, "state %d", &seen), 1);
		assert_true(seen >= last && seen <= i);
		last = seen;
		buf_release(&b);
	}
	assert_int_equal(writing_wait(&w, &oops), RC_OK);
	must_hold("state 499");
}

static void test_writing__removal_is_one_of_them(void **state)
{
	struct writing w = { NULL, NULL };

	(void)state;
	put(&w, 1);
	writing_put(&w, path, NULL);
	assert_int_equal(writing_wait(&w, &oops), RC_OK);
	assert_false(fsx_exists(path));
	writing_put(&w, path, NULL);	/* none there: nothing to do */
	put(&w, 2);
	assert_int_equal(writing_wait(&w, &oops), RC_OK);
	must_hold("state 2");
}

static void test_writing__says_once_what_failed(void **state)
{
	struct writing w = { NULL, NULL };
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;
	enum rc rc = RC_OK;

	(void)state;
	buf_str(&b, "x");
	writing_put(&w, "/nowhere/file", &b);
	while (!writing_ended(&w, &rc, &err))
		usleep(1000);
	assert_int_not_equal(rc, RC_OK);
	assert_non_null(strstr(err.text, "/nowhere/file"));
	assert_false(writing_ended(&w, &rc, &err));
	assert_int_equal(writing_wait(&w, &err), RC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writing__the_newest_wins),
		cmocka_unit_test(test_writing__the_order_is_kept),
		cmocka_unit_test(test_writing__removal_is_one_of_them),
		cmocka_unit_test(test_writing__says_once_what_failed),
	};

	return cmocka_run_group_tests_name("writing", tests, set_up, tear_down);
}
