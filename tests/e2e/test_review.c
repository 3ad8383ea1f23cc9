/* What a file would do is looked at before it is done, and somebody changes
 * the file in between: what was looked at is what is written, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/xalloc.h"
#include "registry/testset.h"
#include "tests/support/project.h"
#include "tests/support/pty.h"

#define LINES 30

struct fixture {
	struct project p;
	struct pty *pty;
};

static int set_up(void **state)
{
	struct fixture *f = XNEW(struct fixture);
	char *muster = getenv("MUSTER");
	char dash_r[] = "-R";
	static const char *const env[] = { "LC_ALL=C.UTF-8", "MUSTER_NOW",
					   "TERM=xterm-256color", NULL };
	struct project_set set = { .name = "loans", .target = "y",
				   .positive = "1", .keys = "id",
				   .inputs = "x", .task = TASK_BINARY };

	project_init(&f->p);
	setenv("XDG_STATE_HOME", f->p.dir, 1);
	setenv("XDG_CONFIG_HOME", f->p.dir, 1);
	set.file = project_file(&f->p, "first.csv",
				"id,x,y\na,1,1\nb,2,0\nc,3,1\n");
	project_testset(&f->p, &set);
	free((char *)(uintptr_t)set.file);
	char *argv[] = { muster ? muster : (char[]){ "build/muster" }, dash_r,
			 f->p.path, NULL };
	f->pty = pty_start(argv, env, 110, LINES);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	pty_free(f->pty);
	project_release(&f->p);
	free(f);
	return 0;
}

static void write_file(struct fixture *f, const char *name, const char *text)
{
	free(project_file(&f->p, name, text));
}

static void type_path(struct fixture *f, const char *name)
{
	char *path = xasprintf("%s/%s\r", f->p.dir, name);

	pty_send(f->pty, path);
	free(path);
}

static void expect_revision(struct fixture *f, int64_t revision,
			    uint64_t active)
{
	struct testset_info info;
	struct err err = ERR_INIT;

	if (reg_testset_info(f->p.reg, "loans", 0, &info, &err) != RC_OK)
		fail_msg("%s", err.text);
	assert_int_equal(info.revision, revision);
	assert_int_equal(info.n, active);
	testset_info_release(&info);
}

static void test_review__a_changed_file_is_looked_at_again(void **state)
{
	struct fixture *f = *state;
	char *line;

	write_file(f, "gone.csv", "id\na\n");
	pty_must_see(f->pty, "? help");
	pty_send(f->pty, "2");
	pty_must_see(f->pty, "loans");
	pty_send(f->pty, "Rt");
	pty_must_see(f->pty, "by the CSV file");
	type_path(f, "gone.csv");
	pty_must_see(f->pty, "1 retired");
	write_file(f, "gone.csv", "id\nb\nc\n");
	pty_send(f->pty, "a");
	pty_must_see(f->pty, "Its reason");
	pty_send(f->pty, "withdrawn\r");
	pty_must_see(f->pty, "has changed since you looked");
	pty_must_see(f->pty, "2 retired");
	expect_revision(f, 1, 3);
	pty_send(f->pty, "a");
	pty_must_see(f->pty, "Enter does it withdrawn");	/* kept */
	pty_send(f->pty, "\r");
	pty_must_see(f->pty, "loans r2: 2 retired");
	expect_revision(f, 2, 1);
	/* what is done is not proposed again */
	pty_send(f->pty, "Rt");
	pty_must_see(f->pty, "by the CSV file");
	line = pty_line(f->pty, LINES - 1);
	assert_non_null(strstr(line, "by the CSV file"));
	assert_null(strstr(line, "gone.csv"));
	free(line);
	pty_send(f->pty, "\033");
}

/* The same of a file that a set is made from. */
static void test_review__a_changed_file_makes_no_set(void **state)
{
	static const char *const proposals[] = {
		"true answers", "binary, multiclass", "positive label",
		"key columns", "slicing columns",
	};
	struct fixture *f = *state;

	write_file(f, "new.csv", "id,x,y\nn1,5,yes\nn2,5,no\n");
	pty_must_see(f->pty, "? help");
	pty_send(f->pty, "2");
	pty_must_see(f->pty, "loans");
	pty_send(f->pty, "as");
	pty_must_see(f->pty, "CSV file with a header");
	type_path(f, "new.csv");
	pty_must_see(f->pty, "its name new");
	for (size_t i = 0; i < sizeof(proposals) / sizeof(*proposals); i++) {
		pty_send(f->pty, "\r");
		pty_must_see(f->pty, proposals[i]);
	}
	pty_send(f->pty, "\r");
	pty_must_see(f->pty, "other target");
	write_file(f, "new.csv", "id,x,y\nn1,5,yes\nn2,5,no\nn3,5,no\n");
	pty_send(f->pty, "a");
	pty_must_see(f->pty, "has changed since you looked");
	pty_must_see(f->pty, "3 added");
	pty_send(f->pty, "a");
	pty_must_see(f->pty, "Created new r1: 3 patterns");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		T(test_review__a_changed_file_is_looked_at_again),
		T(test_review__a_changed_file_makes_no_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
