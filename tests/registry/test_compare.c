#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "tests/support/project.h"
#include "tests/support/small.h"

static double number(const char *text)
{
	double x;

	assert_true(decimal_read(text, strlen(text), &x));
	return x;
}

/* Two versions that agree and differ as the four counts say. */
static void make_pair(struct project *p, unsigned both, unsigned base,
		      unsigned candidate, unsigned neither)
{
	const unsigned ends[] = { both, both + base, both + base + candidate,
				  both + base + candidate + neither };
	struct project_set set = { .name = "pairs", .target = "y",
				   .positive = "1", .keys = "id",
				   .task = TASK_BINARY };
	struct project_answers a = { .model = "m", .testset = "pairs",
				     .keys = "id" };
	struct buf b = BUF_INIT;
	char *file;

	buf_str(&b, "id,y,a,b\n");
	for (unsigned i = 0; i < ends[3]; i++)
		buf_printf(&b, "%u,%u,%u,%u\n", i, i % 2,
			   i < ends[1] ? i % 2 : !(i % 2),
			   i < ends[0] || (i >= ends[1] && i < ends[2])
			   ? i % 2 : !(i % 2));
	file = project_file(p, "pairs.csv", b.data);
	set.file = a.file = file;
	set.inputs = "a,b";
	project_testset(p, &set);
	a.version = project_version(p, "m");
	a.label = "a";
	project_predict(p, &a);
	a.version = project_version(p, "m");
	a.label = "b";
	project_predict(p, &a);
	buf_release(&b);
	free(file);
}

static enum rc compare(struct project *p, const char *testset, int64_t base,
		       int64_t from, int64_t to, struct comparison *out,
		       struct err *err)
{
	char model[] = "m";
	struct version_ref ref = { model, base };
	struct version_refs refs = VEC_INIT;
	enum rc rc;

	for (int64_t v = from; v <= to; v++)
		vec_push(&refs, ((struct version_ref){ model, v }));
	rc = reg_compare(p->reg, testset, 0, &ref, &refs, NULL, NULL, out,
			 err);
	vec_free(&refs);
	return rc;
}

/* mlxtend's and R's published tables (pairwise_reference/MANIFEST). */
static const struct table_case {
	const char *name;
	unsigned both, base, candidate, neither;
	double p;
} tables[] = {
	{ "mcnemar 121 against 59", 101, 121, 59, 33, 4.4344492637551645e-06 },
	{ "mcnemar 11 against 1", 9959, 11, 1, 29, .00634765625 },
	{ "mcnemar no discordant pair", 50, 0, 0, 5, 1 },
};

static void test_compare__mcnemar(void **state)
{
	const struct table_case *t = *state;
	struct project p;
	struct comparison c = { 0 };
	struct err err = ERR_INIT;
	const struct candidate *m;

	project_init(&p);
	make_pair(&p, t->both, t->base, t->candidate, t->neither);
	must(compare(&p, "pairs", 1, 2, 2, &c, &err), &err);
	m = &c.candidates[0];
	assert_int_equal(c.n, t->both + t->base + t->candidate + t->neither);
	assert_int_equal(m->only_base_right, t->base);
	assert_int_equal(m->only_candidate_right, t->candidate);
	assert_int_equal(m->broken, t->base);
	assert_int_equal(m->fixed, t->candidate);
	near(m->p, t->p, 1e-12);
	near(m->p_holm, t->p, 1e-12);
	assert_string_equal(c.testset, "pairs");
	assert_string_equal(m->model, "m");
	assert_int_equal(m->version, 2);
	/* fixed flips first: rows behind those that only the base has right */
	if (m->fixed)
		assert_int_equal(m->flips[0], t->both + t->base);
	comparison_release(&c);
	project_release(&p);
}

static void test_compare__needs_predictions(void **state)
{
	struct project *p = *state;
	struct comparison c = { 0 };
	struct err err = ERR_INIT;

	make_pair(p, 5, 1, 1, 1);
	project_version(p, "m");
	assert_int_equal(compare(p, "pairs", 1, 3, 3, &c, &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "'m@3' has no predictions"));
	assert_int_equal(compare(p, "pairs", 1, 9, 9, &c, &err), RC_NOT_FOUND);
	assert_int_equal(compare(p, "pairs", 1, 2, 1, &c, &err), RC_USAGE);
}

static void answer_some(struct project *p, const char *rows)
{
	char *file = project_file(p, "some.csv", rows);
	struct project_answers a = { .model = "m", .testset = "pairs",
				     .keys = "id", .label = "a",
				     .file = file };

	a.version = project_version(p, "m");
	project_predict(p, &a);
	free(file);
}

/* Only patterns that all have answered count. */
static void test_compare__common_patterns(void **state)
{
	struct project *p = *state;
	struct comparison c = { 0 };
	struct err err = ERR_INIT;

	make_pair(p, 5, 2, 1, 1);
	answer_some(p, "id,a\n0,1\n1,1\n6,0\n8,1\n");
	must(compare(p, "pairs", 1, 2, 3, &c, &err), &err);
	assert_int_equal(c.n, 4);
	/* base is right on 0, 1, 6; version 3 on 1, 6 */
	assert_int_equal(c.candidates[1].only_base_right, 1);
	assert_int_equal(c.candidates[1].only_candidate_right, 0);
	assert_int_equal(c.candidates[1].broken, 1);
	assert_int_equal(c.candidates[1].flips[0], 0);
	/* version 2 is wrong on 6 */
	assert_int_equal(c.candidates[0].flips[0], 6);
	comparison_release(&c);
	answer_some(p, "id,a\n3,1\n");
	assert_int_equal(compare(p, "pairs", 3, 4, 4, &c, &err), RC_REFUSED);
}

/* -- Thirty real models, every pair -- */

static void load_cifar(struct project *p, const struct csv_table *want,
		       size_t n_models)
{
	char *file = project_unpacked(p, "cifar10_models/cifar10_test.csv.gz",
				      "cifar10.csv");
	struct project_set set = {
		.name = "cifar10", .file = file, .target = "label",
		.keys = "idx", .inputs = "mturk_verdict",
		.task = TASK_MULTICLASS,
	};

	project_testset(p, &set);
	for (size_t i = 0; i < n_models; i++) {
		struct project_answers a = {
			.model = "m", .version = project_version(p, "m"),
			.testset = "cifar10", .file = file, .keys = "idx",
			.label = csv_table_cell(want, i, 1),
		};

		project_predict(p, &a);
	}
	free(file);
}

static void check_base(struct project *p, const struct csv_table *want,
		       int64_t base, size_t n_models, size_t *row)
{
	struct comparison c = { 0 };
	struct err err = ERR_INIT;

	must(compare(p, "cifar10", base, base + 1, (int64_t)n_models, &c,
		      &err), &err);
	for (size_t i = 0; i < c.n_candidates; i++, (*row)++) {
		const struct candidate *m = &c.candidates[i];
		double p_want = number(csv_table_cell(want, *row, 5));

		assert_int_equal(m->only_base_right,
			(uint64_t)number(csv_table_cell(want, *row, 3)));
		assert_int_equal(m->only_candidate_right,
			(uint64_t)number(csv_table_cell(want, *row, 4)));
		near(m->p, p_want, 1e-9);
		/* and to nine digits where p is tiny */
		if (p_want > 1e-290)
			near(m->p / p_want, 1, 1e-9);
	}
	comparison_release(&c);
}

static void check_ranking(struct project *p, const struct csv_table *want,
			  size_t n_models)
{
	static const char *const best[] = {
		"shake_shake_26_2x64d_SSI_cutout16", "shake_shake_26_2x96d_SSI",
		"shake_shake_26_2x64d_SSI", "wrn_28_10_cutout16", "shake_drop",
	};
	struct evaluations all = VEC_INIT;
	struct err err = ERR_INIT;
	struct ranking r;

	must(reg_evaluate(p->reg, "cifar10", 0, NULL, NULL, NULL, &all, &err),
	      &err);
	for (size_t i = 0; i < n_models; i++)
		near(all.at[i].whole.metrics[METRIC_ACCURACY].value,
		     number(csv_table_cell(want, i, 5)), 1e-12);
	evaluations_release(&all);
	must(reg_rank(p->reg, "cifar10", 0, NULL, &r, &err), &err);
	assert_int_equal(r.n_ranked, n_models);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(best[i], csv_table_cell(want,
				    (size_t)r.rows[i].version - 1, 1));
	assert_string_equal("alexnet_tf_ben", csv_table_cell(want,
			    (size_t)r.rows[n_models - 1].version - 1, 1));
	ranking_release(&r);
}

static void test_compare__cifar10_all_pairs(void **state)
{
	struct project *p = *state;
	struct csv_table want = { 0 };
	struct err err = ERR_INIT;
	size_t n = 0, row;

	free(project_shared("cifar10_models/cifar10_test.csv.gz"));
	must(csv_table_read(&want, "tests/registry/reference_cifar10.csv",
			     &err), &err);
	while (!strcmp(csv_table_cell(&want, n, 0), "accuracy"))
		n++;
	assert_int_equal(n, 30);
	load_cifar(p, &want, n);
	check_ranking(p, &want, n);
	row = n;
	for (size_t base = 1; base < n; base++)
		check_base(p, &want, (int64_t)base, n, &row);
	assert_int_equal(row, want.n_rows);
	csv_table_release(&want);
}

#define N(array) (sizeof(array) / sizeof(*(array)))

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown( \
		name, project_setup, project_teardown)
	static const struct CMUnitTest plain[] = {
		T(test_compare__needs_predictions),
		T(test_compare__common_patterns),
		T(test_compare__cifar10_all_pairs),
	};
	struct CMUnitTest tests[N(plain) + N(tables)];
	size_t n = 0;

	for (size_t i = 0; i < N(plain); i++)
		tests[n++] = plain[i];
	for (size_t i = 0; i < N(tables); i++)
		tests[n++] = (struct CMUnitTest){
			.name = tables[i].name,
			.test_func = test_compare__mcnemar,
			.initial_state = (void *)(uintptr_t)&tables[i],
		};
	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
