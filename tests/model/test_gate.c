/* The language of gates: what good lines say, what is said about bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/gate.h"

static const struct good {
	const char *line;
	struct want {
		enum gate_rule_kind kind;
		bool has_metric, has_number;
		enum metric metric;
		enum gate_bound bound;
		enum gate_cmp cmp;
		double number;
		enum gate_where where;
		enum gate_document document;
		unsigned min_n;
		const char *testset, *by, *value, *measure, *of, *against;
	} want;
	const char *role;		/* the first, or NULL */
	size_t n_roles;
} goods[] = {
	{ "accuracy >= 0.80 on fraud-live",
	  { .kind = RULE_METRIC, .has_metric = true, .cmp = CMP_GE,
	    .metric = METRIC_ACCURACY, .has_number = true, .number = 0.80,
	    .testset = "fraud-live" } },
	{ "recall low > .7", { .kind = RULE_METRIC, .has_metric = true,
	    .metric = METRIC_RECALL, .bound = BOUND_LOW, .cmp = CMP_GT,
	    .has_number = true, .number = 0.7 } },
	{ "mae high <= 3 in each slice on x", { .kind = RULE_METRIC,
	    .has_metric = true, .metric = METRIC_MAE, .bound = BOUND_HIGH,
	    .cmp = CMP_LE, .has_number = true, .number = 3, .testset = "x",
	    .where = WHERE_EACH_SLICE } },
	{ "f1 = 1 in each race", { .kind = RULE_METRIC, .has_metric = true,
	    .metric = METRIC_F1, .cmp = CMP_EQ, .has_number = true,
	    .number = 1, .where = WHERE_EACH_OF, .by = "race" } },
	{ "f1 < 1 in \"home town=New York\" with n >= 50",
	  { .kind = RULE_METRIC, .has_metric = true, .metric = METRIC_F1,
	    .cmp = CMP_LT, .has_number = true, .number = 1,
	    .where = WHERE_SLICE, .by = "home town", .value = "New York",
	    .min_n = 50 } },
	{ "mae <= base", { .kind = RULE_METRIC_BASE, .has_metric = true,
	    .metric = METRIC_MAE, .cmp = CMP_LE } },
	{ "mae <= base + 0.05", { .kind = RULE_METRIC_BASE,
	    .has_metric = true, .metric = METRIC_MAE, .cmp = CMP_LE,
	    .has_number = true, .number = 0.05 } },
	{ "f1 >= base - 0.5 on x", { .kind = RULE_METRIC_BASE,
	    .has_metric = true, .metric = METRIC_F1, .cmp = CMP_GE,
	    .has_number = true, .number = -0.5, .testset = "x" } },
	{ "fpr difference < 0.1 by sex", { .kind = RULE_GROUP_DIFFERENCE,
	    .has_metric = true, .metric = METRIC_FPR, .cmp = CMP_LT,
	    .has_number = true, .number = 0.1, .by = "sex" } },
	{ "fpr ratio <= 1.25 by race on x with n >= 100",
	  { .kind = RULE_GROUP_RATIO, .has_metric = true,
	    .metric = METRIC_FPR, .cmp = CMP_LE, .has_number = true,
	    .number = 1.25, .by = "race", .testset = "x", .min_n = 100 } },
	{ "demographic_parity_ratio >= 0.8 by sex", { .kind = RULE_FAIRNESS,
	    .measure = "demographic_parity_ratio", .cmp = CMP_GE,
	    .has_number = true, .number = 0.8, .by = "sex" } },
	{ "disparate_impact >= 0.8 by race of \"African-American\" against "
	  "Caucasian on compas", { .kind = RULE_FAIRNESS,
	    .measure = "disparate_impact", .cmp = CMP_GE,
	    .has_number = true, .number = 0.8, .by = "race",
	    .of = "African-American", .against = "Caucasian",
	    .testset = "compas" } },
	{ "no significant loss", { .kind = RULE_NO_LOSS } },
	{ "no significant loss of recall on x", { .kind = RULE_NO_LOSS,
	    .has_metric = true, .metric = METRIC_RECALL, .testset = "x" } },
	{ "no broken problem", { .kind = RULE_NO_BROKEN_PROBLEM } },
	{ "no open problem", { .kind = RULE_NO_OPEN_PROBLEM } },
	{ "no open problem with impact >= 2", { .kind = RULE_NO_OPEN_PROBLEM,
	    .cmp = CMP_GE, .has_number = true, .number = 2 } },
	{ "open impact < 12.5", { .kind = RULE_OPEN_IMPACT, .cmp = CMP_LT,
	    .has_number = true, .number = 12.5 } },
	{ "card complete >= 0.9", { .kind = RULE_COMPLETE, .cmp = CMP_GE,
	    .has_number = true, .number = 0.9 } },
	{ "datasheet approved", { .kind = RULE_APPROVED,
	    .document = GATE_DATASHEET } },
	{ "card findings none of warning", { .kind = RULE_FINDINGS,
	    .measure = "warning" } },
	{ "checklist complete = 1", { .kind = RULE_COMPLETE, .cmp = CMP_EQ,
	    .document = GATE_CHECKLIST, .has_number = true, .number = 1 } },
	{ "checklist item release.metrics", { .kind = RULE_CHECKLIST,
	    .document = GATE_CHECKLIST, .measure = "release.metrics" } },
	{ "impact assessed", { .kind = RULE_ASSESSED } },
	{ "fresh", { .kind = RULE_FRESH } },
	{ "fresh on x", { .kind = RULE_FRESH, .testset = "x" } },
	{ "profile within 90 days", { .kind = RULE_PROFILE,
	    .has_number = true, .number = 90 } },
	{ "lineage complete", { .kind = RULE_LINEAGE } },
	{ "artifact unchanged", { .kind = RULE_ARTIFACT } },
	{ "attested \"no # is a comment here\"  # but this is",
	  { .kind = RULE_ATTESTED, .measure = "no # is a comment here" } },
	{ "signed by owner", { .kind = RULE_SIGNED, .has_number = true,
	    .number = 1 }, "owner", 1 },
	{ "\tsigned  by 2 of risk, owner\r", { .kind = RULE_SIGNED,
	    .has_number = true, .number = 2 }, "risk", 2 },
};

static void same_text(const char *line, const char *got, const char *want)
{
	if ((!got) != (!want) || (got && strcmp(got, want) != 0))
		fail_msg("'%s': '%s', not '%s'", line, got ? got : "(none)",
			 want ? want : "(none)");
}

static void same_rule(const struct good *g, const struct gate_rule *r)
{
	const struct want *w = &g->want;

	if (r->kind != w->kind || r->cmp != w->cmp || r->bound != w->bound ||
	    r->where != w->where || r->document != w->document)
		fail_msg("'%s': kind %d, comparison %d, bound %d, where %d, "
			 "document %d", g->line, (int)r->kind, (int)r->cmp,
			 (int)r->bound, (int)r->where, (int)r->document);
	if (r->has_metric != w->has_metric ||
	    (w->has_metric && r->metric != w->metric))
		fail_msg("'%s': metric %d", g->line, (int)r->metric);
	if (r->has_number != w->has_number || r->number != w->number ||
	    r->min_n != w->min_n)
		fail_msg("'%s': number %g, n %u", g->line, r->number,
			 r->min_n);
	same_text(g->line, r->testset, w->testset);
	same_text(g->line, r->by, w->by);
	same_text(g->line, r->value, w->value);
	same_text(g->line, r->measure, w->measure);
	same_text(g->line, r->of, w->of);
	same_text(g->line, r->against, w->against);
	assert_int_equal(r->roles.n, g->n_roles);
	if (g->n_roles)
		same_text(g->line, r->roles.at[0], g->role);
}

static void test_gate__good_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
		struct gate_rules rules;
		struct err err = ERR_INIT;

		if (gate_parse(goods[i].line, &rules, NULL, &err))
			fail_msg("'%s': %s", goods[i].line, err.text);
		assert_int_equal(rules.n, 1);
		same_rule(&goods[i], &rules.at[0]);
		gate_rules_release(&rules);
	}
}

static const struct bad {
	const char *line, *why;
} bads[] = {
	{ "acuracy > 1", "no rule starts with 'acuracy'; did you mean "
	  "'accuracy'?" },
	{ "disparate_impct > 1 by x", "did you mean 'disparate_impact'?" },
	{ "sgned by owner", "did you mean 'signed'?" },
	{ "zzzzzzzzzzzzzzzz", "the first word is a metric" },
	{ "accuracy", "expected one of < <= > >= = at the end" },
	{ "accuracy => 1", "expected one of < <= > >= =, found '=>'" },
	{ "accuracy >= much", "expected a number, found 'much'" },
	{ "accuracy >= nan", "expected a number" },
	{ "accuracy >= inf", "expected a number" },
	{ "accuracy >= 1 on", "expected a test set at the end" },
	{ "accuracy >= 1 in race", "expected COLUMN=VALUE or 'each'" },
	{ "accuracy >= 1 in =x", "expected COLUMN=VALUE or 'each'" },
	{ "accuracy >= 1 in each", "expected a slicing column" },
	{ "accuracy >= 1 at all", "nothing more was expected, found 'at'" },
	{ "accuracy >= 1 with n >= 0", "expected a whole number from 1" },
	{ "accuracy >= 1 with n > 5", "expected 'with n >= N'" },
	{ "accuracy >= 1 with n >= 4294967296", "a whole number" },
	{ "mae <= base + x", "expected a number, found 'x'" },
	{ "fpr ratio >= 0.8", "expected 'by COLUMN' at the end" },
	{ "disparate_impact >= .8 by sex", "the measure has a sign" },
	{ "disparate_impact >= .8 by sex of F", "expected 'against VALUE'" },
	{ "disparate_impact >= .8 by sex of F against F", "with itself" },
	{ "demographic_parity_ratio >= .8 by sex of F against M",
	  "is over all groups" },
	{ "no", "expected 'significant loss'" },
	{ "no significant loss of face", "expected a metric, found 'face'" },
	{ "no open problem with harm", "expected 'impact', found 'harm'" },
	{ "open impact 5", "expected one of < <= > >= =, found '5'" },
	{ "card", "expected 'complete', 'approved'" },
	{ "card item x", "expected 'complete'" },
	{ "card findings none of note", "expected 'error' or 'warning'" },
	{ "profile within 9 weeks", "expected 'days', found 'weeks'" },
	{ "lineage", "expected 'complete' at the end" },
	{ "attested", "expected what is attested" },
	{ "attested \"\"", "expected what is attested" },
	{ "attested \"open", "the quote is not closed" },
	{ "signed owner", "expected 'by [N of] ROLE'" },
	{ "signed by 2 owner", "expected 'of ROLE', found 'owner'" },
	{ "signed by 0 of owner", "a whole number from 1" },
	{ "signed by 1.5 of owner", "a whole number from 1" },
	{ "signed by owner,", "expected a role at the end" },
};

static void test_gate__bad_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		struct gate_rules rules;
		struct err err = ERR_INIT;

		if (gate_parse(bads[i].line, &rules, NULL, &err) !=
		    RC_BAD_INPUT)
			fail_msg("'%s' is taken", bads[i].line);
		if (strncmp(err.text, "line 1: ", 8) != 0 ||
		    !strstr(err.text, bads[i].why))
			fail_msg("'%s': %s", bads[i].line, err.text);
		assert_int_equal(rules.n, 0);
	}
}

static void test_gate__every_bad_line_is_a_finding(void **state)
{
	struct strs findings = VEC_INIT;
	struct gate_rules rules;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(gate_parse("# two\n\nfresh\nfresh on\nlineage\n",
				    &rules, &findings, &err), RC_BAD_INPUT);
	assert_int_equal(findings.n, 2);
	assert_ptr_equal(strstr(findings.at[0], "line 4: "), findings.at[0]);
	assert_ptr_equal(strstr(findings.at[1], "line 5: "), findings.at[1]);
	assert_string_equal(err.text, findings.at[0]);
	strs_release(&findings);
}

static void test_gate__names_and_lines(void **state)
{
	struct gate_rules rules;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(gate_parse("# first\n\n  card \t approved  # why\r\n"
				    "fresh", &rules, NULL, &err), RC_OK);
	assert_int_equal(rules.n, 2);
	assert_string_equal(rules.at[0].text, "card approved");
	assert_int_equal(rules.at[0].line, 3);
	assert_string_equal(rules.at[1].text, "fresh");
	assert_int_equal(rules.at[1].line, 4);
	gate_rules_release(&rules);
	assert_int_equal(gate_parse("", &rules, NULL, &err), RC_OK);
	assert_int_equal(rules.n, 0);
	gate_rules_release(&rules);
}

static void test_gate__least_cases(void **state)
{
	struct gate_rule r = { .kind = RULE_METRIC };

	(void)state;
	assert_int_equal(gate_min_n(&r, false), 30);
	assert_int_equal(gate_min_n(&r, true), 200);
	r.min_n = 7;
	assert_int_equal(gate_min_n(&r, false), 7);
	assert_int_equal(gate_min_n(&r, true), 7);
}

static void test_gate__comparisons_allow_no_rounding(void **state)
{
	(void)state;
	assert_true(gate_cmp_holds(CMP_GE, 0.8, 0.8));
	assert_false(gate_cmp_holds(CMP_GE, 0.8 - 1e-15, 0.8));
	assert_false(gate_cmp_holds(CMP_GT, 0.8, 0.8));
	assert_true(gate_cmp_holds(CMP_LE, 0.8, 0.8));
	assert_false(gate_cmp_holds(CMP_LT, 0.8, 0.8));
	assert_false(gate_cmp_holds(CMP_EQ, 0.1 + 0.2, 0.3));
	assert_true(gate_verdict_holds(GATE_WAIVED));
	assert_false(gate_verdict_holds(GATE_OPEN));
	assert_false(gate_verdict_holds(GATE_INSUFFICIENT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gate__good_lines),
		cmocka_unit_test(test_gate__bad_lines),
		cmocka_unit_test(test_gate__every_bad_line_is_a_finding),
		cmocka_unit_test(test_gate__names_and_lines),
		cmocka_unit_test(test_gate__least_cases),
		cmocka_unit_test(test_gate__comparisons_allow_no_rounding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
