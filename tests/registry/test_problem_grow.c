/* A problem's patterns on their way into the living set, killed in each of
 * the transactions that this takes: the set and the problem agree afterwards,
 * and to do it again ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/problem.h"
#include "registry/problem_change.h"
#include "registry/testset.h"
#include "support/temp_registry.h"

enum { N_REPORTS = 3, KILLED = 9 };

static void create_set(struct temp_registry *t)
{
	static const char rows[] = "id,x,y\na,1,yes\nb,2,no\n";
	struct testset_spec spec = { .name = "s", .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report;
	char *path = xasprintf("%s/s.csv", t->folder);

	strs_add(&spec.keys, "id");
	assert_ok(fsx_write(path, rows, strlen(rows), 0600, false, &oops));
	assert_ok(reg_testset_create(t->reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	free(path);
}

static void add_report(struct temp_registry *t, int64_t id, int i)
{
	struct problem_report report = { .expected = xstrdup("yes") };
	char *x = xasprintf("%d", 10 + i);

	pairs_add(&report.inputs, "x", x);
	assert_ok(reg_problem_report_add(t->reg, id, &report, &oops));
	problem_report_release(&report);
	free(x);
}

static int64_t make(struct temp_registry *t)
{
	const struct model_change fields = { .task = "binary" };
	struct pairs about = VEC_INIT;
	int64_t id;

	temp_registry_make(t);
	assert_ok(reg_model_add(t->reg, "m", &fields, &oops));
	create_set(t);
	pairs_add(&about, "title", "too low");
	pairs_add(&about, "testset", "s");
	assert_ok(reg_problem_add(t->reg, "m", &about, NULL, &id, &oops));
	pairs_release(&about);
	for (int i = 0; i < N_REPORTS; i++)
		add_report(t, id, i);
	return id;
}

/* -- Killed -- */

static int until;	/* transactions that are left to live */

static void live_or_die(struct registry *reg)
{
	(void)reg;
	if (!until--)
		_exit(KILLED);
}

typedef enum rc grow_fn(struct registry *reg, int64_t id, struct err *err);

static enum rc grow_reports(struct registry *reg, int64_t id, struct err *err)
{
	int64_t revision;
	uint64_t added;

	return reg_problem_grow(reg, id, false, &revision, &added, err);
}

static enum rc grow_changed(struct registry *reg, int64_t id, struct err *err)
{
	const struct problem_change change = {
		.how = CHANGE_ADD, .column = "x", .add = 100,
		.expect = EXPECT_SAME,
	};
	struct problem_changed out;

	return reg_problem_change(reg, id, &change, false, &out, err);
}

/* In a child that dies in the transaction after n others: did it die? */
static bool dies(struct temp_registry *t, grow_fn *grow, int64_t id, int n)
{
	int status;
	pid_t pid;

	temp_registry_close(t);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		const struct reg_options options = { .path = t->path };
		struct registry *reg;

		if (reg_open(&options, &reg, NULL) != RC_OK)
			_exit(1);
		until = n;
		reg->before_reread = live_or_die;
		_exit(grow(reg, id, NULL) == RC_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	temp_registry_reopen(t);
	temp_registry_verify(t);
	if (WEXITSTATUS(status) != KILLED)
		assert_int_equal(WEXITSTATUS(status), 0);
	return WEXITSTATUS(status) == KILLED;
}

/* -- Who knows what -- */

static int64_t revision_of(struct temp_registry *t)
{
	struct testset_info info = { 0 };
	int64_t revision;

	assert_ok(reg_testset_info(t->reg, "s", 0, &info, &oops));
	revision = info.revision;
	testset_info_release(&info);
	return revision;
}

static size_t members_of(struct temp_registry *t, int64_t id)
{
	struct problem_members members;
	size_t n;

	assert_ok(reg_problem_members(t->reg, id, &members, &oops));
	n = members.n;
	vec_free(&members);
	return n;
}

static size_t reports_in_set(struct temp_registry *t, int64_t id)
{
	struct problem_reports reports;
	size_t n = 0;

	assert_ok(reg_problem_reports(t->reg, id, &reports, &oops));
	for (size_t i = 0; i < reports.n; i++)
		n += reports.at[i].in_set;
	problem_reports_release(&reports);
	return n;
}

static void test_problem_grow__killed_is_whole_or_not_there(void **state)
{
	struct temp_registry t;
	int64_t id = make(&t);
	bool killed = true;

	(void)state;
	for (int n = 0; killed; n++) {
		killed = dies(&t, grow_reports, id, n);
		assert_true(killed || n);
		assert_int_equal(revision_of(&t), killed ? 1 : 2);
		assert_int_equal(members_of(&t, id), killed ? 0 : N_REPORTS);
		assert_int_equal(reports_in_set(&t, id),
				 killed ? 0 : N_REPORTS);
	}
	temp_registry_remove(&t);
}

static void test_problem_change__killed_is_whole_or_not_there(void **state)
{
	struct temp_registry t;
	int64_t id = make(&t);
	bool killed = true;

	(void)state;
	assert_ok(grow_reports(t.reg, id, &oops));
	for (int n = 0; killed; n++) {
		killed = dies(&t, grow_changed, id, n);
		assert_true(killed || n);
		assert_int_equal(revision_of(&t), killed ? 2 : 3);
		assert_int_equal(members_of(&t, id),
				 killed ? N_REPORTS : 2 * N_REPORTS);
	}
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_problem_grow__killed_is_whole_or_not_there),
		cmocka_unit_test(
			test_problem_change__killed_is_whole_or_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
