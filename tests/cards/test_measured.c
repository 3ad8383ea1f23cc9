#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "cards/lint.h"
#include "cards/measured.h"

/* A dataset as its record would tell. */
static void make(struct doc_facts *f, uint64_t rows)
{
	struct profile_column *c;

	doc_facts_init(f);
	f->has_dataset = true;
	f->dataset.name = xstrdup("loans");
	f->dataset.digest = xstrdup("5ce8d7c1aa");
	f->dataset.revision = 2;
	f->dataset.label = xstrdup("paid");
	f->profile.rows = rows;
	f->profile.n_columns = 3;
	f->profile.columns = c = XNEW_ARRAY(struct profile_column, 3);
	c[0] = (struct profile_column){ .name = xstrdup("day"),
		.type = PROFILE_DATE, .n = rows, .distinct = 3,
		.first = xstrdup("2026-01-02"),
		.last = xstrdup("2026-03-31T10:00:00Z") };
	c[1] = (struct profile_column){ .name = xstrdup("sex"),
		.type = PROFILE_CATEGORY, .n = 8, .missing = rows - 8,
		.distinct = 2, .n_top = 2, .personal = "its name says so",
		.top = { { xstrdup("f"), 6 }, { xstrdup("m"), 2 } } };
	c[2] = (struct profile_column){ .name = xstrdup("paid"),
		.type = PROFILE_CATEGORY, .n = rows, .distinct = 2,
		.n_top = 2, .top = { { xstrdup("yes"), rows - 1 },
				     { xstrdup("no"), 1 } } };
}

static void says(const struct doc_facts *f, const char *id, const char *want)
{
	struct buf b = BUF_INIT;
	bool any = measured_line(&b, f, id);

	assert_int_equal(any, want != NULL);
	if (want)
		assert_string_equal(b.data, want);
	buf_release(&b);
}

static void test_measured__what_the_profile_knows(void **state)
{
	struct doc_facts f;

	make(&f, 10);
	says(&f, "C2", "Measured (loans rev 2, 5ce8d7c1): 10 rows, 3 columns.");
	says(&f, "C5", "Measured (loans rev 2, 5ce8d7c1): label 'paid': "
	     "yes 90%, no 10%.");
	says(&f, "C6", "Measured (loans rev 2, 5ce8d7c1): empty or a "
	     "placeholder: sex 20%.");
	says(&f, "C13", "Measured (loans rev 2, 5ce8d7c1): sex: f 75%, "
	     "m 25%.");
	says(&f, "L5", "Measured (loans rev 2, 5ce8d7c1): day: 2026-01-02 to "
	     "2026-03-31.");
	says(&f, "M1", NULL);
	says(&f, "L1", NULL);		/* no source was recorded */
	doc_facts_release(&f);
}

static void test_measured__the_line_is_put_and_replaced(void **state)
{
	struct buf b = BUF_INIT, c = BUF_INIT;
	struct doc_facts f, g;

	make(&f, 10);
	make(&g, 12);
	assert_true(measured_put(&b, &f, "C2", "One row is one loan."));
	assert_string_equal(b.data, "One row is one loan.\nMeasured (loans "
			    "rev 2, 5ce8d7c1): 10 rows, 3 columns.");
	assert_false(measured_put(&c, &f, "C2", b.data));
	assert_false(measured_moved(&f, "C2", b.data, NULL));
	assert_true(measured_moved(&g, "C2", b.data, &c));
	assert_string_equal(c.data, "12 rows, 3 columns.");
	buf_clear(&c);
	buf_str(&b, "\nMore.");
	assert_true(measured_put(&c, &g, "C2", b.data));
	assert_string_equal(c.data, "One row is one loan.\nMeasured (loans "
			    "rev 2, 5ce8d7c1): 12 rows, 3 columns.\nMore.");
	buf_release(&b);
	buf_release(&c);
	doc_facts_release(&f);
	doc_facts_release(&g);
}

/* A new revision of the data with the same figures is no disagreement. */
static void test_measured__only_what_is_said_counts(void **state)
{
	struct doc_facts f;

	make(&f, 10);
	assert_false(measured_moved(&f, "C2", "Measured (loans rev 1, "
				    "00000000): 10 rows, 3 columns.", NULL));
	assert_false(measured_moved(&f, "C2", "Measured by hand: 9 rows",
				    NULL));
	assert_false(measured_moved(&f, "M1", "Measured (x): 9", NULL));
	doc_facts_release(&f);
}

static void test_measured__the_linter_says_where_and_what(void **state)
{
	struct findings found = VEC_INIT;
	struct err err = ERR_INIT;
	struct doc_facts f;
	struct doc d;
	size_t n = 0;

	make(&f, 12);
	doc_init(&d, doc_form(DOC_DATASHEET), "loans");
	assert_int_equal(doc_set(&d, "C2", ANSWER_GIVEN, "Loans.\nMeasured "
				 "(loans rev 1, 00000000): 10 rows, 3 "
				 "columns.", &err), RC_OK);
	lint_doc(&d, &f, &found);
	for (size_t i = 0; i < found.n; i++) {
		if (found.at[i].id != LINT_MOVED)
			continue;
		n++;
		assert_string_equal(found.at[i].place, "C2 line 2");
		assert_string_equal(found.at[i].why, "measured now: 12 rows, "
				    "3 columns.");
	}
	assert_int_equal(n, 1);
	findings_release(&found);
	doc_release(&d);
	doc_facts_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measured__what_the_profile_knows),
		cmocka_unit_test(test_measured__the_line_is_put_and_replaced),
		cmocka_unit_test(test_measured__only_what_is_said_counts),
		cmocka_unit_test(test_measured__the_linter_says_where_and_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
