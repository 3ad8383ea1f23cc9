/* NannyML's drift cases and the SEA stream, against the figures that they
 * publish (rounded) and that tests/golden/drift_cases.py recomputes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "model/drift.h"
#include "support/temp_registry.h"

static char *unpacked;			/* a CSV of our own */

/* True if ../shared has the file; it is then unpacked. */
static bool unpack(const char *name)
{
	const char *shared = getenv("SHARED");
	char path[512];

	snprintf(path, sizeof(path), "%s/data/%s",
		 shared ? shared : "../shared", name);
	if (!fsx_exists(path)) {
		print_message("skipped: no %s\n", path);
		return false;
	}
	assert_int_equal(run_shell("gzip -dc '%s' >'%s'", path, unpacked), 0);
	return true;
}

/* -- Cells to a sample -- */

struct cells {
	size_t n;
	double *number;
	const char **text;		/* borrowed from the table */
};

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct drift_sample number_sample(struct cells *c)
{
	double *value = XNEW_ARRAY(double, c->n + 1);
	uint64_t *count = XNEW_ARRAY(uint64_t, c->n + 1);
	size_t k = 0;

	qsort(c->number, c->n, sizeof(double), by_number);
	for (size_t i = 0; i < c->n; i++) {
		if (!k || value[k - 1] < c->number[i])
			value[k++] = c->number[i];
		count[k - 1]++;
	}
	return (struct drift_sample){ .n = c->n, .n_values = k,
				      .value = value, .count = count };
}

static struct drift_sample text_sample(struct cells *c)
{
	const char **value = XNEW_ARRAY(const char *, c->n + 1);
	uint64_t *count = XNEW_ARRAY(uint64_t, c->n + 1);
	size_t k = 0;

	qsort(c->text, c->n, sizeof(*c->text), by_text);
	for (size_t i = 0; i < c->n; i++) {
		if (!k || strcmp(value[k - 1], c->text[i]))
			value[k++] = c->text[i];
		count[k - 1]++;
	}
	return (struct drift_sample){ .n = c->n, .n_values = k,
				      .text = value, .count = count };
}

static void free_sample(struct drift_sample *s)
{
	free((void *)(uintptr_t)s->value);
	free((void *)(uintptr_t)s->text);
	free((void *)(uintptr_t)s->count);
}

/* Rows first up to end, or those whose first cell is the period. */
static void take(struct csv_table *t, size_t column, const char *period,
		 size_t first, size_t end, bool numbers, struct cells *out)
{
	*out = (struct cells){ 0, XNEW_ARRAY(double, t->n_rows),
			       XNEW_ARRAY(const char *, t->n_rows) };
	for (size_t i = first; i < end; i++) {
		const char *s = csv_table_cell(t, i, column);

		if (period && strcmp(csv_table_cell(t, i, 0), period))
			continue;
		out->text[out->n] = s;
		if (numbers)
			assert_true(decimal_read(s, strlen(s),
						 &out->number[out->n]));
		out->n++;
	}
}

static void compute(struct cells *r, struct cells *c, bool numbers,
		    struct drift *out)
{
	struct drift_sample a = numbers ? number_sample(r) : text_sample(r);
	struct drift_sample b = numbers ? number_sample(c) : text_sample(c);

	drift_compute(&a, &b, DRIFT_DOANE, out);
	free_sample(&a);
	free_sample(&b);
	free(r->number);
	free(r->text);
	free(c->number);
	free(c->text);
}

/* -- NannyML -- */

static const struct drift_case {
	const char *name;
	bool numbers;
	uint64_t n_reference, n_current;
	double js2, hellinger, l_infinity, wasserstein, ks;
	enum drift_measure published;	/* and as which rounded figure */
	double rounded;
} cases[] = {
	{ "js_continuous", true, 10000, 1000, 0.047236408674845944,
	  0.041500276618612934, 0.012200000000000016, 0.034420361079232055,
	  0.02589999999999998, DRIFT_JENSEN_SHANNON_2, 0.05 },
	{ "quasi_continuous", true, 10000, 1000, 0.7285421086731622,
	  0.7191571098871171, 0.309, 0.231, 0.2102, DRIFT_JENSEN_SHANNON_2,
	  0.73 },
	{ "categorical_new_value", false, 10000, 1000, 0.5038171420802398,
	  0.503244322851429, 0.253, 0, 0, DRIFT_HELLINGER, 0.5 },
	{ "linf_new_category", false, 6, 7, 0.2745832066054148,
	  0.2723598726454551, 0.14285714285714285, 0, 0, DRIFT_L_INFINITY,
	  0.14 },
	{ "linf_total_change", false, 6, 5, 0.677604543245723,
	  0.6501151673437363, 0.6666666666666667, 0, 0, DRIFT_L_INFINITY,
	  0.67 },
	{ "wasserstein_shift1", true, 10000, 1000, 0.40162063891105754,
	  0.3430031593251999, 0.1148, 1.0114449430265404,
	  0.40519999999999995, DRIFT_WASSERSTEIN, 1.01 },
	{ "hellinger_shift2", true, 10000, 10000, 0.6930031404818134,
	  0.6250207295384179, 0.16649999999999998, 2.0003372432520026,
	  0.6837, DRIFT_HELLINGER, 0.63 },
	{ "hellinger_no_overlap", true, 10000, 10000, 0.999565564770793,
	  0.9995255457975797, 0.9982, 6.999662756747997, 0.9995,
	  DRIFT_HELLINGER, 1.0 },
};

static void is(const struct drift *d, enum drift_measure m, double want,
	       double within)
{
	if (d->figure[m].why)
		fail_msg("%s: %s", drift_name(m), d->figure[m].why);
	if (!(fabs(d->figure[m].value - want) <= within))
		fail_msg("%s is %.12f, not %.12f", drift_name(m),
			 d->figure[m].value, want);
}

static void test_drift_case(void **state)
{
	const struct drift_case *k = *state;
	struct err err = ERR_INIT;
	struct csv_table t;
	struct cells r, c;
	struct drift d;
	char name[128];

	snprintf(name, sizeof(name), "nannyml/drift_cases/%s.csv.gz", k->name);
	if (!unpack(name)) {
		skip();
		return;
	}
	assert_int_equal(csv_table_read(&t, unpacked, &err), RC_OK);
	take(&t, 1, "reference", 0, t.n_rows, k->numbers, &r);
	take(&t, 1, "analysis", 0, t.n_rows, k->numbers, &c);
	assert_int_equal(r.n, k->n_reference);
	assert_int_equal(c.n, k->n_current);
	compute(&r, &c, k->numbers, &d);
	is(&d, DRIFT_JENSEN_SHANNON_2, k->js2, 1e-9);
	is(&d, DRIFT_HELLINGER, k->hellinger, 1e-9);
	is(&d, DRIFT_L_INFINITY, k->l_infinity, 1e-9);
	if (k->numbers) {
		is(&d, DRIFT_WASSERSTEIN, k->wasserstein, 1e-9);
		is(&d, DRIFT_KS, k->ks, 1e-9);
	}
	is(&d, k->published, k->rounded, 0.0050001);
	if (k->n_reference < 30)
		assert_int_equal(d.verdict, DRIFT_INSUFFICIENT);
	csv_table_release(&t);
}

/* -- A stream whose concept drifts, and not its inputs -- */

static void test_drift_stream__inputs_are_stable(void **state)
{
	static const struct { double ks, wasserstein; } want[] = {
		{ 0.0089, 0.0286409054 }, { 0.0085, 0.0296154119 },
		{ 0.0068, 0.0220169398 }, { 0.0013, 0.0013 },
	};
	struct err err = ERR_INIT;
	struct csv_table t;

	(void)state;
	if (!unpack("drift_streams/sea_stream.csv.gz")) {
		skip();
		return;
	}
	assert_int_equal(csv_table_read(&t, unpacked, &err), RC_OK);
	assert_int_equal(t.n_rows, 40000);
	for (size_t i = 0; i < 4; i++) {
		struct cells r, c;
		struct drift d;

		take(&t, i, NULL, 0, 10000, true, &r);
		take(&t, i, NULL, 30000, 40000, true, &c);
		compute(&r, &c, true, &d);
		is(&d, DRIFT_KS, want[i].ks, 1e-9);
		is(&d, DRIFT_WASSERSTEIN, want[i].wasserstein, 1e-9);
		assert_int_equal(d.verdict, DRIFT_STABLE);
	}
	csv_table_release(&t);
}

int main(void)
{
	enum { N = sizeof(cases) / sizeof(cases[0]) };
	struct CMUnitTest tests[N + 1];
	char template[] = "/tmp/muster-drift-XXXXXX";
	int fd = mkstemp(template), failed;

	if (fd < 0)
		return 1;
	unpacked = template;
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){
			.name = cases[i].name, .test_func = test_drift_case,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	tests[N] = (struct CMUnitTest)cmocka_unit_test(
		test_drift_stream__inputs_are_stable);
	failed = cmocka_run_group_tests_name("drift_cases", tests, NULL, NULL);
	(void)!run_shell("rm -f '%s'", unpacked);
	return failed;
}
