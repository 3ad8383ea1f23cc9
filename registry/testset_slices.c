#include "registry/testset_slices.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/slice.h"

static const char *const change_names[] = {
	[TESTSET_ADDED] = "added", [TESTSET_RELABELLED] = "relabelled",
	[TESTSET_RETIRED] = "retired", [TESTSET_REVIVED] = "revived",
};

const char *testset_change_name(enum testset_change change)
{
	return change_names[change];
}

void testset_slice_changes_release(struct testset_slice_changes *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].by);
		free(v->at[i].value);
	}
	vec_free(v);
}

struct counting {
	struct testset *t;		/* the newer of the two */
	const struct testset_differences *differences;
	struct testset_slice_changes *out;
	size_t first;			/* of this cut in out */
};

static void count(struct counting *c, const char *by, const char *value,
		  enum testset_change change)
{
	struct testset_slice_change *s = NULL;

	for (size_t i = c->first; i < c->out->n && !s; i++)
		if (!strcmp(c->out->at[i].value, value))
			s = &c->out->at[i];
	if (!s) {
		s = vec_add(c->out);
		s->by = xstrdup(by);
		s->value = xstrdup(value);
	}
	s->n[change]++;
}

/* The columns of "race+sex"; a column's name may itself hold a '+'. */
VEC_DECLARE(const struct column *, columns);

static enum rc find_columns(struct counting *c, const char *by,
			    struct columns *out, struct err *err)
{
	const struct column *column;
	const char *p = by;
	enum rc rc = testset_column(c->t, by, &column, NULL);

	if (rc == RC_OK)
		vec_push(out, column);
	while (rc == RC_NOT_FOUND && p) {
		const char *plus = strchr(p, '+');
		char *name = plus ? xmemdupz(p, (size_t)(plus - p))
				  : xstrdup(p);
		enum rc part = testset_column(c->t, name, &column, err);

		free(name);
		if (part)
			return part;
		vec_push(out, column);
		p = plus ? plus + 1 : NULL;
	}
	return RC_OK;
}

static enum rc count_cut(struct counting *c, const char *by, struct err *err)
{
	struct columns columns = VEC_INIT;
	struct buf value = BUF_INIT, cell = BUF_INIT;
	enum rc rc = find_columns(c, by, &columns, err);

	c->first = c->out->n;
	for (size_t i = 0; i < c->differences->n && rc == RC_OK; i++) {
		const struct testset_difference *d = &c->differences->at[i];

		buf_clear(&value);
		for (size_t k = 0; k < columns.n; k++) {
			size_t n;
			const char *s = column_text(columns.at[k], d->row,
						    &cell, &n);

			if (k)
				buf_char(&value, '+');
			buf_add(&value, s, n);
		}
		count(c, by, value.data, d->change);
	}
	vec_free(&columns);
	buf_release(&value);
	buf_release(&cell);
	return rc;
}

static enum rc count_named(struct counting *c, const struct slice_rec *rec,
			   struct err *err)
{
	uint8_t *answer = XNEW_ARRAY(uint8_t, testset_rows(c->t) + 1);
	struct slice *slice = NULL;
	enum rc rc = slice_parse(rec->expr, &slice, err);

	if (rc == RC_OK)
		rc = slice_eval(slice, testset_rows(c->t),
				testset_slice_column, c->t, NULL, NULL, answer,
				err);
	slice_free(slice);
	c->first = c->out->n;
	for (size_t i = 0; i < c->differences->n && rc == RC_OK; i++)
		if (answer[c->differences->at[i].row] == RULE_MATCH)
			count(c, "slice", rec->name,
			      c->differences->at[i].change);
	free(answer);
	return rc;
}

static enum rc count_all(struct registry *reg, struct counting *c,
			 struct err *err)
{
	const struct testset_info *info = testset_info(c->t);
	struct slice_recs named = VEC_INIT;
	enum rc rc = reg_slice_list(reg, info->name, &named, err);

	for (size_t i = 0; i < info->slices.n && rc == RC_OK; i++)
		rc = count_cut(c, info->slices.at[i], err);
	for (size_t i = 0; i < named.n && rc == RC_OK; i++)
		rc = count_named(c, &named.at[i], err);
	slice_recs_release(&named);
	return rc;
}

enum rc reg_testset_slice_changes(struct registry *reg, const char *name,
				  int64_t from, int64_t to,
				  const struct testset_differences *differences,
				  struct testset_slice_changes *out,
				  struct err *err)
{
	struct counting c = { .differences = differences, .out = out };
	enum rc rc = reg_testset_open(reg, name, from > to ? from : to, &c.t,
				      err);

	*out = (struct testset_slice_changes)VEC_INIT;
	if (rc == RC_OK && differences->n)
		rc = count_all(reg, &c, err);
	testset_close(c.t);
	if (rc != RC_OK)
		testset_slice_changes_release(out);
	return rc;
}
