/* Published disparities: Aequitas' COMPAS notebook (six decimals, two sets of
 * reference groups) and the expected tables of its bias report tests, whose
 * degenerate groups have no value. */
#include "tests/model/golden.h"

#include "base/buf.h"
#include "model/fairness.h"

enum { MAX_GROUPS = 16 };

struct groups {
	struct csv_table t;
	size_t n;
	struct fairness_group at[MAX_GROUPS];
};

static const char *shared(const char *name, struct buf *path)
{
	const char *root = getenv("SHARED");

	buf_clear(path);
	buf_printf(path, "%s/data/aequitas/%s", root ? root : "../shared",
		   name);
	if (access(path->data, R_OK) != 0)
		skip();
	return path->data;
}

static const char *cell(const struct csv_table *t, size_t row,
			const char *column)
{
	int c = csv_table_column(t, column);

	assert_true(c >= 0);
	return csv_table_cell(t, row, (size_t)c);
}

static size_t group_of(struct groups *g, const char *name)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->at[i].value, name))
			return i;
	assert_true(g->n < MAX_GROUPS);
	g->at[g->n] = (struct fairness_group){ .value = name };
	return g->n++;
}

static void regroup(struct groups *g, const char *by)
{
	g->n = 0;
	for (size_t i = 0; i < g->t.n_rows; i++) {
		struct fairness_group *x =
			&g->at[group_of(g, cell(&g->t, i, by))];
		bool said = *cell(&g->t, i, "score") == '1';
		bool positive = *cell(&g->t, i, "label_value") == '1';

		x->counts.tp += said && positive;
		x->counts.fp += said && !positive;
		x->counts.fn += !said && positive;
		x->counts.tn += !said && !positive;
	}
}

/* By the library's own name for it. */
static void disparity(const char *metric, const struct fairness_group *groups,
		      size_t n, size_t of, size_t against, struct figure *out)
{
	const struct fairness_measure *m;
	struct fairness_result r;
	struct buf name = BUF_INIT;
	struct err err = ERR_INIT;

	buf_printf(&name, "aequitas_%s", metric);
	m = fairness_find(name.data);
	buf_release(&name);
	if (!m)
		fail_msg("no measure for '%s'", metric);
	if (fairness_compute(m, groups, n, of, against, 0, &r, &err))
		fail_msg("%s", err.text);
	*out = r.figure;
}

static void expect(const char *what, const struct figure *f, double want,
		   double tolerance)
{
	char a[DECIMAL_MAX], b[DECIMAL_MAX];

	if (f->why)
		fail_msg("%s: %s", what, f->why);
	if (!(fabs(f->value - want) <= tolerance))
		fail_msg("%s is %s, not %s", what,
			 decimal_shortest(f->value, a),
			 decimal_shortest(want, b));
}

static void test_fairness_published__aequitas_notebook(void **state)
{
	struct buf path = BUF_INIT;
	struct groups g = { 0 };
	struct csv_table published;
	const char *by = "";
	size_t n = 0;

	golden_read(&g.t, shared("compas_for_aequitas.csv", &path));
	golden_read(&published, shared("compas_demo_published.csv", &path));
	for (size_t i = 0; i < published.n_rows; i++) {
		const char *metric = cell(&published, i, "metric");
		size_t of, against;
		struct figure f;

		if (!strstr(metric, "_disparity"))
			continue;
		if (strcmp(by, cell(&published, i, "attribute")) != 0) {
			by = cell(&published, i, "attribute");
			regroup(&g, by);
		}
		of = group_of(&g, cell(&published, i, "group"));
		against = group_of(&g, cell(&published, i,
					    "reference_group"));
		/* the reference beside itself is 1, and nothing to compute */
		if (of == against)
			continue;
		disparity(metric, g.at, g.n, of, against, &f);
		expect(metric, &f, golden_number(&published, i, "published"),
		       5.1e-7);
		n++;
	}
	assert_int_equal(n, 160);
	csv_table_release(&published);
	csv_table_release(&g.t);
	buf_release(&path);
}

static uint64_t whole(const struct csv_table *t, size_t row,
		      const char *column)
{
	return (uint64_t)golden_number(t, row, column);
}

/* The reference's counts stand in the group's row. How many disparities were
 * compared; NA must be undefined here. */
static size_t expect_row(const struct csv_table *t, size_t row)
{
	static const char *const metrics[] = {
		"fnr_disparity", "fpr_disparity", "for_disparity",
		"fdr_disparity", "pprev_disparity",
		"ppr_disparity",
	};
	const struct fairness_group pair[] = {
		{ "group", { .tp = whole(t, row, "tp"),
			     .fp = whole(t, row, "fp"),
			     .fn = whole(t, row, "fn"),
			     .tn = whole(t, row, "tn") } },
		{ "reference", { .tp = whole(t, row, "tp_ref"),
				 .fp = whole(t, row, "fp_ref"),
				 .fn = whole(t, row, "fn_ref"),
				 .tn = whole(t, row, "tn_ref") } },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
		struct figure f;

		if (csv_table_column(t, metrics[i]) < 0)
			continue;
		disparity(metrics[i], pair, 2, 0, 1, &f);
		if (!strcmp(cell(t, row, metrics[i]), "NA"))
			assert_non_null(f.why);
		else
			expect(metrics[i], &f,
			       golden_number(t, row, metrics[i]), 1e-12);
		n++;
	}
	return n;
}

static void test_fairness_published__aequitas_bias_reports(void **state)
{
	struct buf path = BUF_INIT, name = BUF_INIT;
	size_t n = 0;

	for (int file = 1; file <= 8; file++) {
		struct csv_table t;

		buf_clear(&name);
		buf_printf(&name, "bias_report_tests/expected_output_test_%d"
			   ".csv", file);
		golden_read(&t, shared(name.data, &path));
		for (size_t i = 0; i < t.n_rows; i++)
			n += expect_row(&t, i);
		csv_table_release(&t);
	}
	assert_int_equal(n, 104);
	buf_release(&name);
	buf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fairness_published__aequitas_notebook),
		cmocka_unit_test(
			test_fairness_published__aequitas_bias_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
