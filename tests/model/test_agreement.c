/* Kappas beside scikit-learn, statsmodels (tests/golden/agreement.py) and the
 * published table of Fleiss 1971. */
#include "tests/model/golden.h"

#include "model/agreement.h"

static size_t read_cells(const char *text, uint64_t *wide, uint32_t *narrow)
{
	size_t n = 0;

	for (char *end; *text; text = *end ? end + 1 : end) {
		wide[n] = strtoull(text, &end, 10);
		narrow[n] = (uint32_t)wide[n];
		n++;
	}
	return n;
}

static void test_agreement__figures_are_those_of_the_references(void **state)
{
	uint64_t wide[4096];
	uint32_t narrow[4096];
	struct csv_table t = { 0 };

	(void)state;
	golden_read(&t, "tests/golden/agreement.csv");
	for (size_t i = 0; i < t.n_rows; i++) {
		bool cohen = !strcmp(csv_table_cell(&t, i, 0), "cohen");
		size_t n = (size_t)golden_number(&t, i, "n");
		size_t k = (size_t)golden_number(&t, i, "k");
		size_t cells = read_cells(csv_table_cell(&t, i, 4), wide,
					  narrow);
		struct figure f = cohen ? kappa_cohen(wide, k)
					: kappa_fleiss(narrow, n, k);

		assert_int_equal(cells, cohen ? k * k : n * k);
		assert_null(f.why);
		assert_int_equal(f.n, n);
		assert_close(f.value, golden_number(&t, i, "kappa"), 1e-12,
			     csv_table_cell(&t, i, 0));
	}
	csv_table_release(&t);
}

static void test_agreement__fleiss_1971(void **state)
{
	static const uint32_t table[] = {
		0, 0, 0, 0, 14, 0, 2, 6, 4, 2, 0, 0, 3, 5, 6, 0, 3, 9, 2, 0,
		2, 2, 8, 1, 1, 7, 7, 0, 0, 0, 3, 2, 6, 3, 0, 2, 5, 3, 2, 2,
		6, 5, 2, 1, 0, 0, 2, 2, 3, 7,
	};
	struct figure f = kappa_fleiss(table, 10, 5);

	(void)state;
	assert_close(f.value, .210, .0005, "published");
}

static void test_agreement__undefined_says_why(void **state)
{
	static const uint64_t none[4] = { 0 }, all_yes[4] = { 7, 0, 0, 0 };
	static const uint32_t alone[4] = { 1, 0, 0, 1 };

	(void)state;
	assert_non_null(kappa_cohen(none, 2).why);
	assert_non_null(kappa_cohen(all_yes, 2).why);
	assert_non_null(kappa_fleiss(alone, 2, 2).why);
	assert_non_null(kappa_fleiss(alone, 0, 2).why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_agreement__figures_are_those_of_the_references),
		cmocka_unit_test(test_agreement__fleiss_1971),
		cmocka_unit_test(test_agreement__undefined_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
