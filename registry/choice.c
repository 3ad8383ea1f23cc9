#include "registry/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/slice.h"
#include "registry/problem.h"

/* A slice's expression by its name; NULL: there is none of that name. */
static enum rc named_expr(struct registry *reg, const char *testset,
			  const char *name, char **out, struct err *err)
{
	struct slice_recs recs = VEC_INIT;
	enum rc rc = reg_slice_list(reg, testset, &recs, err);

	for (size_t i = 0; rc == RC_OK && i < recs.n; i++)
		if (strcmp(recs.at[i].name, name) == 0)
			*out = xstrdup(recs.at[i].expr);
	slice_recs_release(&recs);
	return rc;
}

static enum rc keep_matching(struct testset *t, const char *expr,
			     uint8_t *rows, struct err *err)
{
	size_t n = testset_rows(t);
	uint8_t *answer = xcalloc(n + 1, 1);
	struct slice *slice = NULL;
	uint64_t open = 0;
	enum rc rc = testset_parse(testset_info(t), expr, &slice, err);

	if (rc == RC_OK)
		rc = slice_eval(slice, n, testset_slice_column, t, NULL, NULL,
				answer, err);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		open += rows[i] && answer[i] == RULE_UNDECIDED;
		rows[i] &= answer[i] == RULE_MATCH;
	}
	if (open)
		rc = err_set(err, RC_REFUSED, "'%s' is too costly to decide "
			     "for %llu patterns; simplify its regex", expr,
			     (unsigned long long)open);
	slice_free(slice);
	free(answer);
	return rc;
}

static enum rc keep_members(struct registry *reg, struct testset *t,
			    int64_t problem, uint8_t *rows, struct err *err)
{
	size_t n = testset_rows(t);
	struct problem_members members = VEC_INIT;
	uint8_t *is_member = xcalloc(n + 1, 1);
	struct problem_rec rec = { 0 };
	enum rc rc = reg_problem_get(reg, problem, &rec, err);

	if (rc == RC_OK)
		rc = reg_problem_members(reg, problem, &members, err);

	for (size_t i = 0; rc == RC_OK && i < members.n; i++)
		if (members.at[i].row < n)
			is_member[members.at[i].row] = 1;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rows[i] &= is_member[i];
	problem_rec_release(&rec);
	vec_free(&members);
	free(is_member);
	return rc;
}

enum rc choice_rows(struct registry *reg, struct testset *t,
		    const struct choice *c, uint8_t *rows, struct err *err)
{
	char *expr = NULL;
	enum rc rc = RC_OK;

	memcpy(rows, testset_active(t), testset_rows(t));
	if (c->slice) {
		rc = named_expr(reg, testset_info(t)->name, c->slice, &expr,
				err);
		if (rc == RC_OK)
			rc = keep_matching(t, expr ? expr : c->slice, rows,
					   err);
		free(expr);
	}
	if (rc == RC_OK && c->problem)
		rc = keep_members(reg, t, c->problem, rows, err);
	return rc;
}

/* In quotes where a blank or a sign of expressions would end it. */
static void put_word(struct buf *out, const char *s, size_t n, bool is_column)
{
	static const char ends[] = " \t\"'\\!~:=<>";
	bool plain = n > 0;

	for (size_t i = 0; i < n; i++)
		plain &= (unsigned char)s[i] > ' ' &&
			!strchr(is_column ? ends : " \"'\\", s[i]);
	if (!plain)
		buf_char(out, '"');
	for (size_t i = 0; i < n; i++)
		buf_printf(out, !plain && (s[i] == '"' || s[i] == '\\') ?
			   "\\%c" : "%c", s[i]);
	if (!plain)
		buf_char(out, '"');
}

static void put_term(struct buf *out, const char *by, size_t n_by,
		     const char *value, size_t n_value)
{
	if (out->len)
		buf_char(out, ' ');
	put_word(out, by, n_by, true);
	buf_char(out, '=');
	put_word(out, value, n_value, false);
}

static size_t parts_of(const char *s)
{
	size_t n = 1;

	for (; *s; s++)
		n += *s == '+';
	return n;
}

bool choice_of_slice(const char *by, const char *value, struct buf *out)
{
	size_t n = parts_of(by);

	if (n == 1) {
		put_term(out, by, strlen(by), value, strlen(value));
		return true;
	}
	if (parts_of(value) != n)
		return false;
	while (n--) {
		size_t n_by = strcspn(by, "+"), n_value = strcspn(value, "+");

		put_term(out, by, n_by, value, n_value);
		by += n_by + (n > 0);
		value += n_value + (n > 0);
	}
	return true;
}
