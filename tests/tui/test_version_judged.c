/* A version against the one that it would replace, and by the gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "tests/support/project.h"
#include "tests/support/small.h"
#include "tui/version_judged.h"

/* Three versions of m: the first is wrong on every 4th pattern, the second on
 * every 8th, the third was never asked. */
static int set_up(void **state)
{
	struct project_set set = { .name = "set", .target = "y",
				   .positive = "1", .keys = "id",
				   .inputs = "v1", .task = TASK_BINARY };
	struct project_answers a = { .model = "m", .testset = "set",
				     .keys = "id", .label = "v1" };
	struct buf b = BUF_INIT;

	if (project_setup(state))
		return -1;
	buf_str(&b, "id,y,v1,v2\n");
	for (int i = 0; i < 160; i++)
		buf_printf(&b, "%d,%d,%d,%d\n", i, i % 2,
			   i % 4 ? i % 2 : 1, i % 8 ? i % 2 : 1);
	char *file = project_file(*state, "set.csv", b.data);
	set.file = a.file = file;
	project_testset(*state, &set);
	for (int i = 0; i < 3; i++)
		project_version(*state, "m");
	a.version = 1;
	project_predict(*state, &a);
	a.version = 2;
	a.label = "v2";
	project_predict(*state, &a);
	free(file);
	buf_release(&b);
	return 0;
}

static void evaluate_it(struct project *p, int64_t version)
{
	char model[] = "m";
	struct version_ref ref = { model, version };
	const struct version_refs refs = { &ref, 1, 1 };
	struct evaluations all = VEC_INIT;
	struct err err = ERR_INIT;

	must(reg_evaluate(p->reg, "set", 0, &refs, NULL, NULL, &all, &err),
	     &err);
	evaluations_release(&all);
}

static void stage(struct project *p, int64_t version, const char *to)
{
	struct err err = ERR_INIT;

	must(reg_version_stage(p->reg, "m", version, to, "so", TX_ANY_BASE,
			       &err), &err);
}

/* What version_base_text says of it, and the base. */
static void says(struct project *p, int64_t version, int64_t base,
		 const char *text)
{
	struct version_judged j;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;

	must(version_judge(p->reg, "m", version, NULL, &j, &err), &err);
	version_base_text(&out, &j);
	assert_int_equal(j.base, base);
	assert_string_equal(out.data, text);
	buf_release(&out);
	version_judged_release(&j);
}

static void test_version_judged__without_production_by_the_one_before(
	void **state)
{
	struct project *p = *state;

	evaluate_it(p, 2);
	says(p, 2, 1, "not evaluated on set");
	evaluate_it(p, 1);
	says(p, 1, 0, "no version before it");
	says(p, 2, 1, "+.1250 [+.0732,+.1812] better");
}

/* What is said at once is what the evaluation says. */
static void test_version_judged__the_quick_figure_is_the_same(void **state)
{
	struct project *p = *state;
	struct newest_figure quick;
	struct evaluation e;
	struct err err = ERR_INIT;

	assert_int_equal(reg_newest_figure(p->reg, "m", 1, NULL, &quick,
					   &err), RC_NOT_FOUND);
	evaluate_it(p, 1);
	must(reg_evaluation_newest(p->reg, "m", 1, &e, &err), &err);
	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		const struct figure *f = &e.whole.metrics[m];

		if (!metric_fits(m, e.task))
			continue;
		must(reg_newest_figure(p->reg, "m", 1, metric_key(m), &quick,
				       &err), &err);
		assert_int_equal(quick.metric, m);
		assert_string_equal(quick.testset, "set");
		assert_int_equal(quick.revision, 1);
		assert_string_equal(quick.state, e.state);
		near(quick.figure.value, f->value, 0);
		near(quick.figure.low, f->low, 0);
		near(quick.figure.high, f->high, 0);
		assert_int_equal(quick.figure.n, f->why ? quick.figure.n :
				 f->n);
		assert_ptr_equal(quick.figure.why, f->why);
		newest_figure_release(&quick);
	}
	/* of another task: the task's own */
	must(reg_newest_figure(p->reg, "m", 1, "mae", &quick, &err), &err);
	assert_int_equal(quick.metric, METRIC_ACCURACY);
	newest_figure_release(&quick);
	evaluation_release(&e);
}

/* One that is in production stands against the one that it replaced. */
static void test_version_judged__by_the_one_that_is_replaced(void **state)
{
	struct project *p = *state;

	evaluate_it(p, 1);
	evaluate_it(p, 2);
	stage(p, 2, "production");
	says(p, 1, 2, "-.1250 [-.1812,-.0732] WORSE !");
	stage(p, 2, "archived");
	stage(p, 1, "production");
	says(p, 1, 2, "-.1250 [-.1812,-.0732] WORSE !");
	says(p, 2, 1, "+.1250 [+.0732,+.1812] better");
}

static void test_version_judged__two_revisions_are_not_compared(void **state)
{
	struct project *p = *state;
	const struct testset_step step = { .testset = "set",
					   .reason = "a double" };
	struct testset_step_report report;
	struct err err = ERR_INIT;
	char *file = project_file(p, "gone.csv", "id\n8\n");

	evaluate_it(p, 1);
	must(reg_testset_retire(p->reg, &step, file, &report, &err), &err);
	testset_step_report_release(&report);
	evaluate_it(p, 2);
	says(p, 2, 1, "not compared: set r1 there, r2 here");
	evaluate_it(p, 1);
	says(p, 2, 1, "+.1258 [+.0738,+.1825] better");
	free(file);
}

/* Most errors are a little smaller, two much larger: the ranks say better
 * where the mean's interval holds 0, and the line says that they do. */
static void test_version_judged__says_what_a_verdict_stands_on(void **state)
{
	struct project *p = *state;
	struct project_set set = { .name = "sales", .target = "y",
				   .keys = "id", .inputs = "a",
				   .task = TASK_REGRESSION };
	struct project_answers a = { .model = "m", .testset = "sales",
				     .keys = "id", .label = "a" };
	char model[] = "m";
	struct version_ref refs[] = { { model, 1 }, { model, 2 } };
	const struct version_refs both = { refs, 2, 2 };
	struct evaluations all = VEC_INIT;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;

	buf_str(&b, "id,y,a,b\n");
	for (int i = 0; i < 60; i++)
		buf_printf(&b, "%d,0,10,%d\n", i, i < 58 ? 9 : 35);
	set.file = a.file = project_file(p, "sales.csv", b.data);
	project_testset(p, &set);
	a.version = 1;
	project_predict(p, &a);
	a.version = 2;
	a.label = "b";
	project_predict(p, &a);
	must(reg_evaluate(p->reg, "sales", 0, &both, NULL, NULL, &all, &err),
	     &err);
	says(p, 2, 1, "-.1333 [-1.0000,+1.1667] better (Wilcoxon, p 3.3e-11)");
	evaluations_release(&all);
	free((void *)(uintptr_t)a.file);
	buf_release(&b);
}

static void test_version_judged__counts_the_rules_that_hold(void **state)
{
	struct project *p = *state;
	struct version_judged j = { 0 };
	struct strs findings = VEC_INIT;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;

	evaluate_it(p, 1);
	must(version_judge_by_gate(p->reg, "m", 1, NULL, &j, &err), &err);
	version_gate_text(&out, &j);
	assert_string_equal(out.data, "none");
	version_judged_release(&j);
	must(gate_save(p->reg, "production", "accuracy >= 0.5 on set\n"
		       "accuracy >= 0.9 on set\nfresh\n", "first",
		       TX_ANY_BASE, &findings, &err), &err);
	must(version_judge_by_gate(p->reg, "m", 1, NULL, &j, &err), &err);
	buf_clear(&out);
	version_gate_text(&out, &j);
	assert_true(j.is_gated);
	assert_string_equal(out.data, "2 of 3");
	version_judged_release(&j);
	strs_release(&findings);
	buf_release(&out);
}

#define WITH_PROJECT(test) \
	cmocka_unit_test_setup_teardown(test, set_up, project_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PROJECT(test_version_judged__without_production_by_the_one_before),
		WITH_PROJECT(test_version_judged__by_the_one_that_is_replaced),
		WITH_PROJECT(test_version_judged__two_revisions_are_not_compared),
		WITH_PROJECT(test_version_judged__the_quick_figure_is_the_same),
		WITH_PROJECT(test_version_judged__says_what_a_verdict_stands_on),
		WITH_PROJECT(test_version_judged__counts_the_rules_that_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
