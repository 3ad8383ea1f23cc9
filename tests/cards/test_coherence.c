/* Stored figures that contradict each other are told by the report; those of
 * every evaluation that the program makes do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cards/report.h"
#include "registry/evalset.h"
#include "registry/evaluation.h"
#include "tests/support/project.h"

static void loans(struct project *p)
{
	static const char rows[] =
		"id,y,sex,s\n1,1,m,.9\n2,1,f,.2\n3,0,m,.6\n4,0,f,.1\n"
		"5,1,m,.8\n6,0,f,.3\n";
	char *file = project_file(p, "loans.csv", rows);

	project_testset(p, &(struct project_set){
		.name = "loans", .file = file, .target = "y", .positive = "1",
		.keys = "id", .slices = "sex", .task = TASK_BINARY });
	project_version(p, "credit");
	project_predict(p, &(struct project_answers){
		.model = "credit", .version = 1, .testset = "loans",
		.file = file, .score = "s", .keys = "id",
		.has_threshold = true, .threshold = .5 });
	free(file);
}

static void evaluate_loans(struct project *p, struct evaluations *out)
{
	static const struct eval_options usual = { .resamples = 100 };
	struct err err = ERR_INIT;

	if (reg_evaluate(p->reg, "loans", 0, NULL, &usual, NULL, out, &err))
		fail_msg("%s", err.text);
	assert_int_equal(out->n, 1);
}

/* As somebody would who can write the file: an F1 that flatters. */
static void forge(struct project *p)
{
	static const struct eval_options usual = { .resamples = 100 };
	struct evaluations made = VEC_INIT;
	struct buf options = BUF_INIT;
	struct err err = ERR_INIT;
	char cuts[HASH_HEX_SIZE];
	struct keep keep = { .cuts = cuts };

	project_reopen(p, true);
	evaluate_loans(p, &made);
	project_reopen(p, false);
	made.at[0].whole.metrics[METRIC_F1] = figure_value(.95, 6);
	eval_options_text(&usual, &options);
	keep.evaluation = &made.at[0];
	keep.options = options.data;
	if (evalset_cuts(p->reg, "loans", cuts, &err) ||
	    evaluation_keep(p->reg, &keep, 1, &err))
		fail_msg("%s", err.text);
	buf_release(&options);
	evaluations_release(&made);
}

static char *reported(struct project *p)
{
	struct report_spec spec = { .of = { "credit@1" }, .n_of = 1 };
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	struct report r;

	if (report_collect(p->reg, &spec, NULL, &r, &err))
		fail_msg("%s", err.text);
	report_write(&r, REPORT_MD, &out);
	report_release(&r);
	return buf_detach(&out);
}

static void test_coherence__forged_figures_are_told(void **state)
{
	struct evaluations kept = VEC_INIT;
	struct strs findings = VEC_INIT;
	char *text;

	loans(*state);
	forge(*state);
	evaluate_loans(*state, &kept);
	evaluation_check(&kept.at[0], &findings);
	assert_int_equal(findings.n, 1);
	text = reported(*state);
	assert_non_null(strstr(text, "contradict each other in 1 place"));
	free(text);
	strs_release(&findings);
	evaluations_release(&kept);
}

static void test_coherence__our_own_hold(void **state)
{
	struct evaluations made = VEC_INIT;
	struct strs findings = VEC_INIT;
	char *text;

	loans(*state);
	evaluate_loans(*state, &made);
	evaluation_check(&made.at[0], &findings);
	assert_int_equal(findings.n, 0);
	text = reported(*state);
	assert_null(strstr(text, "contradict each other"));
	free(text);
	evaluations_release(&made);
}

#define T(name) cmocka_unit_test_setup_teardown( \
		name, project_setup, project_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_coherence__forged_figures_are_told),
		T(test_coherence__our_own_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
