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
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/evaluate.h"
#include "registry/matrix.h"
#include "registry/model.h"
#include "tests/support/project.h"
#include "tests/support/small.h"

/* -- Small sets -- */

static const char loans[] =
	"id,y,sex,race,age,text\n"
	"1,1,m,A,20,asks for a refund\n"
	"2,1,m,B,30,hello\n"
	"3,0,f,A,40,refund please\n"
	"4,0,f,B,50,\n"
	"5,1,f,A,60,good bye\n"
	"6,0,m,B,70,no refund\n"
	"7,1,f,B,80,x\n"
	"8,0,m,A,90,y\n";

static const char answers[] =
	"id,p,q\n1,0.9,0.8\n2,0.8,0.9\n3,0.7,0.2\n4,0.1,0.1\n5,0.6,0.7\n"
	"6,0.2,0.3\n7,0.4,0.6\n8,0.3,0.4\n";

static void make_loans(struct project *p)
{
	char *file = project_file(p, "loans.csv", loans);
	struct project_set set = {
		.name = "loans", .file = file, .target = "y", .positive = "1",
		.keys = "id", .slices = "sex,race,sex+race",
		.inputs = "age,text,sex,race", .task = TASK_BINARY,
	};

	project_testset(p, &set);
	free(file);
}

static void answer(struct project *p, long version, const char *text,
		   const char *score, bool replace)
{
	char *file = project_file(p, "answers.csv", text);
	struct project_answers a = {
		.model = "m", .version = version, .testset = "loans",
		.file = file, .score = score, .keys = "id",
		.has_threshold = true, .threshold = 0.5, .replace = replace,
	};

	project_predict(p, &a);
	free(file);
}

static void make_world(struct project *p)
{
	make_loans(p);
	project_version(p, "m");
	project_version(p, "m");
	answer(p, 1, answers, "p", false);
	answer(p, 2, answers, "q", false);
}

static struct evaluations evaluated(struct project *p, const char *testset)
{
	struct evaluations out = VEC_INIT;
	struct err err = ERR_INIT;

	must(reg_evaluate(p->reg, testset, 0, NULL, NULL, NULL, &out, &err),
	      &err);
	return out;
}

static const struct eval_slice *slice_of(const struct evaluation *e,
					 const char *by, const char *value)
{
	for (size_t i = 0; i < e->n_slices; i++)
		if (!strcmp(e->slices[i].by, by) &&
		    !strcmp(e->slices[i].value, value))
			return &e->slices[i];
	return NULL;
}

static void test_evaluate__counts_and_slices(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	const struct evaluation *e;
	const struct eval_slice *s;

	make_world(p);
	all = evaluated(p, "loans");
	assert_int_equal(all.n, 2);
	e = &all.at[0];
	assert_string_equal(e->model, "m");
	assert_int_equal(e->version, 1);
	assert_string_equal(e->testset, "loans");
	assert_int_equal(e->revision, 1);
	assert_string_equal(e->state, "fresh");
	assert_true(e->has_threshold);
	assert_int_equal(e->whole.n, 8);
	assert_int_equal(e->whole.confusion.tp, 3);
	assert_int_equal(e->whole.confusion.fp, 1);
	assert_int_equal(e->whole.confusion.fn, 1);
	assert_int_equal(e->whole.confusion.tn, 3);
	near(e->whole.metrics[METRIC_ACCURACY].value, 0.75, 1e-12);
	/* ranks of p: positives .9 .8 .6 .4 over negatives .7 .1 .2 .3 */
	near(e->whole.metrics[METRIC_ROC_AUC].value, 14.0 / 16, 1e-12);
	assert_int_equal(e->n_slices, 8);
	s = slice_of(e, "sex+race", "f+A");
	assert_non_null(s);
	assert_int_equal(s->n, 2);
	assert_int_equal(s->confusion.tp, 1);
	assert_int_equal(s->confusion.fp, 1);
	assert_non_null(slice_of(e, "race", "B"));
	near(all.at[1].whole.metrics[METRIC_ACCURACY].value, 1, 1e-12);
	evaluations_release(&all);
}

static void test_evaluate__same_causes_one_entry(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	uint64_t size;

	make_world(p);
	size = reg_size(p->reg);
	all = evaluated(p, "loans");
	evaluations_release(&all);
	assert_int_equal(reg_size(p->reg), size + 2);
	all = evaluated(p, "loans");
	assert_int_equal(reg_size(p->reg), size + 2);
	/* read, not computed, and yet the same */
	assert_int_equal(all.at[0].whole.confusion.tp, 3);
	assert_int_equal(all.at[0].n_slices, 8);
	assert_string_equal(all.at[0].state, "fresh");
	evaluations_release(&all);
}

static void test_evaluate__readonly_stores_nothing(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	uint64_t size;

	make_world(p);
	size = reg_size(p->reg);
	project_reopen(p, true);
	all = evaluated(p, "loans");
	assert_int_equal(all.n, 2);
	assert_int_equal(all.at[0].whole.confusion.tp, 3);
	assert_int_equal(reg_size(p->reg), size);
	evaluations_release(&all);
}

static char *state_of(struct project *p, int64_t version)
{
	struct ranking r;
	struct err err = ERR_INIT;
	char *found = NULL;

	must(reg_rank(p->reg, "loans", 0, NULL, &r, &err), &err);
	for (size_t i = 0; i < r.n; i++)
		if (r.rows[i].version == version)
			found = xasprintf("%s %u", r.rows[i].state,
					  r.rows[i].rank);
	ranking_release(&r);
	assert_non_null(found);
	return found;
}

static void stands(struct project *p, int64_t version, const char *want)
{
	char *got = state_of(p, version);

	assert_string_equal(got, want);
	free(got);
}

static void test_evaluate__states_and_ranks(void **state)
{
	struct project *p = *state;
	struct evaluations all;

	make_world(p);
	stands(p, 1, "missing 0");
	all = evaluated(p, "loans");
	evaluations_release(&all);
	stands(p, 1, "fresh 2");
	stands(p, 2, "fresh 1");
	answer(p, 1, "id,p\n3,0.1\n", "p", true);
	stands(p, 1, "stale 0");
	stands(p, 2, "fresh 1");
	all = evaluated(p, "loans");
	assert_int_equal(all.at[0].whole.confusion.fp, 0);
	evaluations_release(&all);
	stands(p, 1, "fresh 2");
	project_version(p, "m");
	stands(p, 3, "missing 0");
	answer(p, 3, "id,p\n1,0.9\n2,0.9\n", "p", false);
	stands(p, 3, "partial 0");
	all = evaluated(p, "loans");
	assert_int_equal(all.n, 3);
	assert_string_equal(all.at[2].state, "partial");
	assert_int_equal(all.at[2].whole.n, 2);
	evaluations_release(&all);
	stands(p, 3, "partial 0");
}

static void test_evaluate__ties_share_a_rank(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	enum metric brier = METRIC_BRIER;
	struct ranking r;
	struct err err = ERR_INIT;

	make_world(p);
	project_version(p, "m");
	answer(p, 3, answers, "q", false);
	all = evaluated(p, "loans");
	evaluations_release(&all);
	stands(p, 2, "fresh 1");
	stands(p, 3, "fresh 1");
	stands(p, 1, "fresh 3");
	must(reg_rank(p->reg, "loans", 0, &brier, &r, &err), &err);
	assert_int_equal(r.n_ranked, 3);
	assert_int_equal(r.rows[2].version, 1);
	assert_true(r.rows[0].figure.value < r.rows[2].figure.value);
	ranking_release(&r);
	brier = METRIC_MAE;
	assert_int_equal(reg_rank(p->reg, "loans", 0, &brier, &r, &err),
			 RC_USAGE);
}

static void test_evaluate__version_without_predictions(void **state)
{
	struct project *p = *state;
	struct version_refs refs = VEC_INIT;
	struct evaluations all = VEC_INIT;
	struct err err = ERR_INIT;

	make_world(p);
	vec_push(&refs, ((struct version_ref){ xstrdup("m"),
					project_version(p, "m") }));
	must(reg_evaluate(p->reg, "loans", 0, &refs, NULL, NULL, &all, &err),
	      &err);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.at[0].state, "missing");
	assert_string_equal(all.at[0].whole.metrics[METRIC_ACCURACY].why,
			    "no predictions");
	evaluations_release(&all);
	refs.at[0].version = 99;
	assert_int_equal(reg_evaluate(p->reg, "loans", 0, &refs, NULL, NULL,
				      &all, &err), RC_NOT_FOUND);
	version_refs_release(&refs);
}

static void test_evaluate__archived_is_not_live(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	struct err err = ERR_INIT;

	make_world(p);
	must(reg_version_stage(p->reg, "m", 1, "archived", "old",
				TX_ANY_BASE, &err), &err);
	all = evaluated(p, "loans");
	assert_int_equal(all.n, 1);
	assert_int_equal(all.at[0].version, 2);
	evaluations_release(&all);
}

static void test_evaluate__load_and_newest(void **state)
{
	struct project *p = *state;
	struct evaluation e;
	struct evaluations all;
	struct err err = ERR_INIT;

	make_world(p);
	assert_int_equal(reg_evaluation_load(p->reg, "m", 1, "loans", 0, &e,
					     &err), RC_NOT_FOUND);
	assert_int_equal(reg_evaluation_newest(p->reg, "m", 1, &e, &err),
			 RC_NOT_FOUND);
	all = evaluated(p, "loans");
	evaluations_release(&all);
	must(reg_evaluation_load(p->reg, "m", 1, "loans", 0, &e, &err), &err);
	assert_string_equal(e.state, "fresh");
	assert_int_equal(e.whole.confusion.tp, 3);
	evaluation_release(&e);
	must(reg_evaluation_newest(p->reg, "m", 2, &e, &err), &err);
	assert_string_equal(e.testset, "loans");
	assert_int_equal(e.version, 2);
	evaluation_release(&e);
}

/* -- Named slices -- */

static void add_slice(struct project *p, const char *name, const char *expr)
{
	struct err err = ERR_INIT;

	must(reg_slice_add(p->reg, "loans", name, expr, &err), &err);
}

static void test_evaluate__named_slices(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	const struct eval_slice *s;

	make_world(p);
	all = evaluated(p, "loans");
	evaluations_release(&all);
	add_slice(p, "asks", "text~/\\brefund\\b/ age<70");
	add_slice(p, "nobody", "age>100");
	stands(p, 1, "stale 0");
	all = evaluated(p, "loans");
	s = slice_of(&all.at[0], "slice", "asks");
	assert_non_null(s);
	assert_int_equal(s->n, 2);
	assert_int_equal(s->confusion.tp, 1);
	assert_int_equal(s->confusion.fp, 1);
	s = slice_of(&all.at[0], "slice", "nobody");
	assert_non_null(s);
	assert_int_equal(s->n, 0);
	assert_non_null(s->metrics[METRIC_ACCURACY].why);
	evaluations_release(&all);
	stands(p, 1, "fresh 2");
}

static void test_slice__add_list_remove_undo(void **state)
{
	struct project *p = *state;
	struct slice_recs recs = VEC_INIT;
	struct err err = ERR_INIT;

	make_loans(p);
	add_slice(p, "old", "age>=65");
	add_slice(p, "men", "sex=m");
	assert_int_equal(reg_slice_add(p->reg, "loans", "old", "age>70", &err),
			 RC_EXISTS);
	must(reg_slice_list(p->reg, "loans", &recs, &err), &err);
	assert_int_equal(recs.n, 2);
	assert_string_equal(recs.at[0].name, "men");
	assert_string_equal(recs.at[1].expr, "age>=65");
	slice_recs_release(&recs);
	must(reg_slice_remove(p->reg, "loans", "old", &err), &err);
	assert_int_equal(reg_slice_remove(p->reg, "loans", "old", &err),
			 RC_NOT_FOUND);
	must(reg_undo(p->reg, UINT64_MAX, NULL, &err), &err);
	must(reg_slice_list(p->reg, "loans", &recs, &err), &err);
	assert_int_equal(recs.n, 2);
	slice_recs_release(&recs);
}

static void slice_refused(struct project *p, const char *name,
			  const char *expr, enum rc want, const char *part)
{
	struct err err = ERR_INIT;

	assert_int_equal(reg_slice_add(p->reg, "loans", name, expr, &err),
			 want);
	if (!strstr(err.text, part))
		fail_msg("'%s' lacks '%s'", err.text, part);
}

static void test_slice__bad_ones_are_refused(void **state)
{
	struct project *p = *state;
	uint64_t size;

	make_loans(p);
	size = reg_size(p->reg);
	slice_refused(p, "a", "rase=A", RC_BAD_INPUT, "did you mean 'race'");
	slice_refused(p, "a", "race~/(/", RC_BAD_INPUT, "missing");
	slice_refused(p, "a", "  ", RC_BAD_INPUT, "needs an expression");
	slice_refused(p, "a b", "race=A", RC_USAGE, "a b");
	assert_int_equal(reg_size(p->reg), size);
}

/* -- Versions and revisions -- */

static void matrix_is(struct project *p, const char *want)
{
	struct matrix m;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;

	must(reg_matrix(p->reg, "loans", &m, &err), &err);
	for (size_t j = 0; j < m.n; j++)
		for (size_t i = 0; i < m.n_revisions; i++)
			buf_printf(&b, "%lld %s;", (long long)m.rows[j].version,
				   eval_state_text(m.rows[j].states[i]));
	assert_string_equal(b.data, want);
	buf_release(&b);
	matrix_release(&m);
}

static void test_matrix__states(void **state)
{
	struct project *p = *state;
	struct evaluations all;

	make_world(p);
	matrix_is(p, "1 missing;2 missing;");
	all = evaluated(p, "loans");
	evaluations_release(&all);
	matrix_is(p, "1 fresh;2 fresh;");
	answer(p, 1, "id,p\n3,0.1\n", "p", true);
	project_version(p, "m");
	answer(p, 3, "id,p\n1,0.9\n2,0.9\n", "p", false);
	matrix_is(p, "1 stale;2 fresh;3 partial;");
	add_slice(p, "old", "age>=65");
	matrix_is(p, "1 stale;2 stale;3 partial;");
	all = evaluated(p, "loans");
	evaluations_release(&all);
	matrix_is(p, "1 fresh;2 fresh;3 partial;");
}

/* -- The log alone gives the same tables -- */

static void test_evaluate__rebuild_gives_same_ranking(void **state)
{
	struct project *p = *state;
	struct evaluations all;
	struct reg_verdict verdict;
	struct err err = ERR_INIT;

	make_world(p);
	add_slice(p, "old", "age>=65");
	all = evaluated(p, "loans");
	evaluations_release(&all);
	must(reg_rebuild(p->reg, NULL, &err), &err);
	stands(p, 1, "fresh 2");
	stands(p, 2, "fresh 1");
	must(reg_fsck(p->path, NULL, &verdict, &err), &err);
	if (!verdict.ok)
		fail_msg("%s", verdict.why);
}

/* -- Published figures -- */

static void counts(const struct eval_slice *s, uint64_t tn, uint64_t fp,
		   uint64_t fn, uint64_t tp)
{
	assert_non_null(s);
	assert_int_equal(s->confusion.tn, tn);
	assert_int_equal(s->confusion.fp, fp);
	assert_int_equal(s->confusion.fn, fn);
	assert_int_equal(s->confusion.tp, tp);
}

/* The table of ProPublica's notebook, cells 71 to 77, and the AUC. */
static void test_evaluate__compas(void **state)
{
	struct project *p = *state;
	char *file = project_shared(
		"compas_propublica/compas-scores-two-years.csv");
	struct project_set set = {
		.name = "recid", .file = file, .target = "two_year_recid",
		.positive = "1", .keys = "id", .slices = "race,sex,age_cat",
		.task = TASK_BINARY,
	};
	struct project_answers a = {
		.model = "compas", .version = 1, .testset = "recid",
		.file = file, .score = "decile_score", .keys = "id",
		.has_threshold = true, .threshold = 5,
	};
	struct evaluations all;
	const struct eval_slice *black, *white;

	project_testset(p, &set);
	project_version(p, "compas");
	project_predict(p, &a);
	all = evaluated(p, "recid");
	assert_int_equal(all.n, 1);
	assert_int_equal(all.at[0].whole.n, 7214);
	counts(&all.at[0].whole, 2681, 1282, 1216, 2035);
	black = slice_of(&all.at[0], "race", "African-American");
	white = slice_of(&all.at[0], "race", "Caucasian");
	counts(black, 990, 805, 532, 1369);
	counts(white, 1139, 349, 461, 505);
	near(all.at[0].whole.metrics[METRIC_ROC_AUC].value, .702166, 5e-7);
	near(black->metrics[METRIC_ROC_AUC].value, .691834, 5e-7);
	near(white->metrics[METRIC_ROC_AUC].value, .693146, 5e-7);
	near(black->metrics[METRIC_FPR].value, .4485, 5e-5);
	near(white->metrics[METRIC_FNR].value, .4772, 5e-5);
	evaluations_release(&all);
	free(file);
}

static void test_evaluate__fairlearn(void **state)
{
	static const struct { const char *group; double tpr, fpr, rate; int n; }
	want[] = {
		{ "a", .5, 1, .75, 4 }, { "b", .6, 0, .5, 6 },
		{ "c", .4, 2.0 / 3, .5, 8 },
	};
	struct project *p = *state;
	char *file = project_shared("fairlearn_docs/assessment_metrics.csv");
	struct project_set set = {
		.name = "fair", .file = file, .target = "y_true",
		.positive = "1", .keys = "id", .slices = "group",
		.task = TASK_BINARY,
	};
	struct project_answers a = {
		.model = "doc", .version = 1, .testset = "fair", .file = file,
		.label = "y_pred", .keys = "id",
	};
	struct evaluations all;
	const struct figure *f;

	project_testset(p, &set);
	project_version(p, "doc");
	project_predict(p, &a);
	all = evaluated(p, "fair");
	f = all.at[0].whole.metrics;
	near(f[METRIC_RECALL].value, .5, 1e-9);
	near(f[METRIC_FPR].value, 2.0 / 3, 1e-9);
	near(f[METRIC_SELECTION_RATE].value, 10.0 / 18, 1e-9);
	for (size_t i = 0; i < 3; i++) {
		const struct eval_slice *s = slice_of(&all.at[0], "group",
						      want[i].group);

		assert_non_null(s);
		assert_int_equal(s->n, want[i].n);
		near(s->metrics[METRIC_RECALL].value, want[i].tpr, 1e-9);
		near(s->metrics[METRIC_FPR].value, want[i].fpr, 1e-9);
		near(s->metrics[METRIC_SELECTION_RATE].value, want[i].rate,
		     1e-9);
	}
	evaluations_release(&all);
	free(file);
}

/* Cell 25 of aequitas' COMPAS notebook: two printed decimals. */
static void check_published(const struct evaluation *e, const char *path)
{
	static const struct { const char *name; enum metric m; } names[] = {
		{ "tpr", METRIC_RECALL }, { "tnr", METRIC_SPECIFICITY },
		{ "fpr", METRIC_FPR }, { "fnr", METRIC_FNR },
		{ "precision", METRIC_PRECISION },
		{ "pprev", METRIC_SELECTION_RATE },
	};
	struct csv_table t = { 0 };
	struct err err = ERR_INIT;
	size_t seen = 0;

	must(csv_table_read(&t, path, &err), &err);
	for (size_t r = 0; r < t.n_rows; r++) {
		const struct eval_slice *s;
		double x;

		if (strcmp(csv_table_cell(&t, r, 0), "25") != 0)
			continue;
		s = slice_of(e, csv_table_cell(&t, r, 2),
			     csv_table_cell(&t, r, 3));
		assert_non_null(s);
		assert_true(decimal_read(csv_table_cell(&t, r, 5),
			    strlen(csv_table_cell(&t, r, 5)), &x));
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			if (strcmp(csv_table_cell(&t, r, 4), names[i].name))
				continue;
			near(s->metrics[names[i].m].value, x, .0050001);
			seen++;
		}
	}
	assert_int_equal(seen, 6 * 11);
	csv_table_release(&t);
}

static void test_evaluate__aequitas(void **state)
{
	struct project *p = *state;
	char *file = project_shared("aequitas/compas_for_aequitas.csv");
	char *published = project_shared("aequitas/compas_demo_published.csv");
	struct project_set set = {
		.name = "aeq", .file = file, .target = "label_value",
		.positive = "1", .keys = "entity_id",
		.slices = "race,sex,age_cat", .task = TASK_BINARY,
	};
	struct project_answers a = {
		.model = "compas", .version = 1, .testset = "aeq",
		.file = file, .score = "score", .keys = "entity_id",
		.has_threshold = true, .threshold = 1,
	};
	struct evaluations all;

	project_testset(p, &set);
	project_version(p, "compas");
	project_predict(p, &a);
	all = evaluated(p, "aeq");
	check_published(&all.at[0], published);
	evaluations_release(&all);
	free(file);
	free(published);
}

/* m3_forecasts_long.csv with the scale of each series as a last column. */
static char *m3_file(struct project *p)
{
	char *path = project_unpacked(p, "m3/m3_forecasts_long.csv.gz",
				      "long.csv");
	char *series = project_shared("m3/m3_series.csv");
	struct csv_table scales = { 0 }, rows = { 0 };
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;
	size_t at = 0;
	int scale;

	must(csv_table_read(&scales, series, &err), &err);
	must(csv_table_read(&rows, path, &err), &err);
	scale = csv_table_column(&scales, "mase_scale");
	for (size_t c = 0; c < rows.names.n; c++)
		buf_printf(&out, "\"%s\",", rows.names.at[c]);
	buf_str(&out, "mase_scale\n");
	for (size_t r = 0; r < rows.n_rows; r++) {
		while (strcmp(csv_table_cell(&scales, at, 0),
			      csv_table_cell(&rows, r, 0)) != 0)
			at = (at + 1) % scales.n_rows;
		for (size_t c = 0; c < rows.names.n; c++)
			buf_printf(&out, "%s,", csv_table_cell(&rows, r, c));
		buf_printf(&out, "%s\n",
			   csv_table_cell(&scales, at, (size_t)scale));
	}
	csv_table_release(&scales);
	csv_table_release(&rows);
	free(path);
	free(series);
	path = project_file(p, "m3.csv", out.data);
	buf_release(&out);
	return path;
}

/* Figures by series first; reference.py says how they were made. */
static void check_m3(const struct csv_table *want, size_t row,
		     const struct evaluation *e)
{
	static const enum metric metrics[] = {
		METRIC_MAE, METRIC_SMAPE, METRIC_MAPE, METRIC_MASE
	};

	for (size_t i = 0; i < 4; i++) {
		const char *cell = csv_table_cell(want, row, 2 + i);
		double x;

		assert_true(decimal_read(cell, strlen(cell), &x));
		near(e->whole.metrics[metrics[i]].value, x,
		     1e-9 * fmax(1, x));
	}
}

static void test_evaluate__m3(void **state)
{
	struct project *p = *state;
	char *file = m3_file(p);
	struct project_set set = {
		.name = "m3", .file = file, .target = "actual",
		.keys = "series,horizon", .slices = "period",
		.group = "series", .scale = "mase_scale", .inputs = "type",
		.task = TASK_REGRESSION,
	};
	struct csv_table want = { 0 };
	struct evaluations all;
	struct err err = ERR_INIT;

	project_testset(p, &set);
	must(csv_table_read(&want, "tests/registry/reference_m3.csv", &err),
	      &err);
	for (size_t r = 0; r < want.n_rows; r++) {
		struct project_answers a = {
			.model = "m3", .testset = "m3", .file = file,
			.label = csv_table_cell(&want, r, 0),
			.keys = "series,horizon",
		};

		if (strcmp(csv_table_cell(&want, r, 1), "37014") != 0)
			continue;
		a.version = project_version(p, "m3");
		project_predict(p, &a);
	}
	all = evaluated(p, "m3");
	assert_int_equal(all.n, 22);
	for (size_t r = 0; r < all.n; r++)
		check_m3(&want, r, &all.at[r]);
	evaluations_release(&all);
	csv_table_release(&want);
	free(file);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown( \
		name, project_setup, project_teardown)
	static const struct CMUnitTest tests[] = {
		T(test_evaluate__counts_and_slices),
		T(test_evaluate__same_causes_one_entry),
		T(test_evaluate__readonly_stores_nothing),
		T(test_evaluate__states_and_ranks),
		T(test_evaluate__ties_share_a_rank),
		T(test_evaluate__version_without_predictions),
		T(test_evaluate__archived_is_not_live),
		T(test_evaluate__load_and_newest),
		T(test_evaluate__named_slices),
		T(test_slice__add_list_remove_undo),
		T(test_slice__bad_ones_are_refused),
		T(test_matrix__states),
		T(test_evaluate__rebuild_gives_same_ranking),
		T(test_evaluate__compas),
		T(test_evaluate__fairlearn),
		T(test_evaluate__aequitas),
		T(test_evaluate__m3),
	};

	return cmocka_run_group_tests_name("evaluate", tests, NULL, NULL);
}
