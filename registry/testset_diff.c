/* Two revisions of a test set side by side. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/testset_inside.h"

void testset_differences_release(struct testset_differences *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].key);
		free(v->at[i].from);
		free(v->at[i].to);
	}
	vec_free(v);
}

static enum rc target_of(struct testset *t, size_t row, char **out,
			 struct err *err)
{
	int c = ts_schema_column(&t->schema, t->schema.target);
	struct buf b = BUF_INIT;
	const char *text;
	size_t n;
	enum rc rc = testset_cell(t, row, (size_t)c, &b, &text, &n, err);

	if (rc == RC_OK)
		*out = xmemdupz(text, n);
	buf_release(&b);
	return rc;
}

static bool is_active(const struct testset *t, size_t row)
{
	return row < testset_rows(t) && t->active[row];
}

static enum rc compare_row(struct testset *from, struct testset *to,
			   size_t row, struct testset_differences *out,
			   struct err *err)
{
	bool was = is_active(from, row), is = is_active(to, row);
	struct testset_difference d = { .row = row };
	struct buf key = BUF_INIT;
	enum rc rc = RC_OK;

	if (was)
		rc = target_of(from, row, &d.from, err);
	if (rc == RC_OK && is)
		rc = target_of(to, row, &d.to, err);
	d.change = !is ? TESTSET_RETIRED : was ? TESTSET_RELABELLED :
		   row < testset_rows(from) ? TESTSET_REVIVED : TESTSET_ADDED;
	if (rc != RC_OK || (!was && !is) ||
	    (was && is && !strcmp(d.from, d.to))) {
		free(d.from);
		free(d.to);
		return rc;
	}
	rc = testset_key(is ? to : from, row, &key, err);
	d.key = buf_detach(&key);
	*vec_add(out) = d;
	return rc;
}

/* Could the row differ? Told without reading its target. */
static bool may_differ(const struct testset *from, const struct testset *to,
		       size_t row, size_t *k_from, size_t *k_to)
{
	bool was = is_active(from, row), is = is_active(to, row);
	bool corrected = false;

	while (*k_from < from->corrected.n &&
	       from->corrected.at[*k_from] < row)
		++*k_from;
	while (*k_to < to->corrected.n && to->corrected.at[*k_to] < row)
		++*k_to;
	corrected = (*k_from < from->corrected.n &&
		     from->corrected.at[*k_from] == row) ||
		    (*k_to < to->corrected.n &&
		     to->corrected.at[*k_to] == row);
	return was != is || (was && is && corrected);
}

enum rc reg_testset_diff(struct registry *reg, const char *name, int64_t from,
			 int64_t to, struct testset_differences *out,
			 struct err *err)
{
	struct testset *a = NULL, *b = NULL;
	size_t k_from = 0, k_to = 0, n;
	enum rc rc = reg_testset_open(reg, name, from, &a, err);

	*out = (struct testset_differences)VEC_INIT;
	if (rc == RC_OK)
		rc = reg_testset_open(reg, name, to, &b, err);
	if (rc == RC_OK)
		rc = ts_load_changes(a, err);
	if (rc == RC_OK)
		rc = ts_load_changes(b, err);
	n = rc != RC_OK ? 0 : testset_rows(a) > testset_rows(b) ?
	    testset_rows(a) : testset_rows(b);
	for (size_t row = 0; row < n && rc == RC_OK; row++)
		if (may_differ(a, b, row, &k_from, &k_to))
			rc = compare_row(a, b, row, out, err);
	testset_close(a);
	testset_close(b);
	if (rc != RC_OK)
		testset_differences_release(out);
	return rc;
}
