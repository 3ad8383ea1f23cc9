#include "registry/problem_change.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/csv.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/rule.h"
#include "registry/problem_inside.h"
#include "registry/testset.h"

/* -- As text -- */

static char *trimmed(char *from, char *to)
{
	while (from < to && *from == ' ')
		from++;
	while (to > from && to[-1] == ' ')
		to--;
	*to = '\0';
	return from;
}

/* Ends the part at the next slash that is not written \/; NULL: none. */
static char *part_end(char *p)
{
	char *to = p;

	for (; *p && *p != '/'; p++) {
		if (p[0] == '\\' && p[1] == '/')
			p++;
		*to++ = *p;
	}
	if (!*p)
		return NULL;
	*to = '\0';
	return p + 1;
}

static bool parse_replace(char *p, struct problem_change *out)
{
	char *with, *end;

	p += strspn(p, " ");
	if (*p++ != '/')
		return false;
	with = part_end(p);
	end = with ? part_end(with) : NULL;
	out->how = CHANGE_REPLACE;
	out->from = p;
	out->to = with;
	return end && !end[strspn(end, " ")] && *p;
}

static bool parse_value(char *p, struct problem_change *out)
{
	char *arrow = strstr(p, "->");

	if (!arrow)
		return false;
	out->how = CHANGE_VALUE;
	out->to = trimmed(arrow + 2, arrow + strlen(arrow));
	out->from = trimmed(p, arrow);
	if (!*out->from)
		out->from = NULL;
	return true;
}

static bool parse_add(char *p, struct problem_change *out)
{
	char *number = trimmed(p, p + strlen(p));

	out->how = CHANGE_ADD;
	return decimal_read(number, strlen(number), &out->add);
}

enum rc problem_change_parse(const char *text, struct problem_change *out,
			     char **copy, struct err *err)
{
	static const struct {
		const char *mark;
		bool (*parse)(char *p, struct problem_change *out);
	} forms[] = {
		{ "+=", parse_add }, { ":", parse_value },
		{ "~", parse_replace },
	};
	char *first = NULL, *p;
	size_t k = 0;

	*copy = xstrdup(text);
	for (size_t i = 0; i < COUNT(forms); i++) {
		p = strstr(*copy, forms[i].mark);
		if (p && (!first || p < first)) {
			first = p;
			k = i;
		}
	}
	if (first && forms[k].parse(first + strlen(forms[k].mark), out)) {
		out->column = trimmed(*copy, first);
		if (*out->column)
			return RC_OK;
	}
	free(*copy);
	*copy = NULL;
	return err_set(err, RC_USAGE, "'%s' states no change: age += 10, "
		       "gender: F -> M, or text ~ /REGEX/WITH/", text);
}

/* -- One field -- */

struct changing {
	const struct problem_change *change;
	struct testset *t;
	size_t column;
	struct rule *rule;		/* CHANGE_REPLACE */
	struct problem_members there;	/* of the problem */
	struct problem_members made;
	struct strs keys;		/* of the rows in csv */
	struct buf csv;
	struct problem_changed *out;
};

static int decimals(const char *s, size_t n)
{
	const char *point = memchr(s, '.', n);

	return point ? (int)(s + n - point) - 1 : 0;
}

static enum rc add_number(const struct changing *c, const char *s, size_t n,
			  struct buf *out, struct err *err)
{
	char step[DECIMAL_MAX], text[DECIMAL_MAX];
	double x;
	int a, b;

	if (!decimal_read(s, n, &x))
		return err_set(err, RC_BAD_INPUT, "'%.*s' is no number, so "
			       "that '%s' cannot be moved by one", (int)n, s,
			       c->change->column);
	decimal_shortest(c->change->add, step);
	a = decimals(s, n);
	b = decimals(step, strlen(step));
	if (memchr(s, 'e', n) || memchr(s, 'E', n) || strchr(step, 'e'))
		buf_decimal(out, x + c->change->add);
	else
		buf_str(out, decimal_fixed(x + c->change->add, a > b ? a : b,
					   text));
	return RC_OK;
}

static enum rc change_field(const struct changing *c, const char *s, size_t n,
			    struct buf *out, struct err *err)
{
	const struct problem_change *k = c->change;

	switch (k->how) {
	case CHANGE_ADD: return add_number(c, s, n, out, err);
	case CHANGE_REPLACE:
		return rule_replace(c->rule, s, n, k->to, out, err);
	case CHANGE_VALUE:
		if (!k->from || (strlen(k->from) == n &&
				 !memcmp(k->from, s, n)))
			buf_str(out, k->to);
		else
			buf_add(out, s, n);
		return RC_OK;
	}
	BUG("a change of no known kind");
}

/* -- One pattern -- */

static bool says(struct changing *c, uint32_t row, const struct buf *text,
		 struct err *err)
{
	struct buf b = BUF_INIT;
	const char *s;
	size_t n;
	bool same = testset_cell(c->t, row, c->column, &b, &s, &n, err) ==
			    RC_OK && n == text->len &&
		    !memcmp(s, text->data, n);

	buf_release(&b);
	return same;
}

static bool is_there(struct changing *c, uint32_t row, const struct buf *text,
		     struct err *err)
{
	for (size_t i = 0; i < c->there.n; i++) {
		const struct problem_member *m = &c->there.at[i];

		if (m->expect == c->change->expect && m->partner == row &&
		    says(c, m->row, text, err))
			return true;
	}
	return false;
}

static enum rc ask_taken(const struct changing *c, const char *key,
			 bool *taken, struct err *err)
{
	size_t row;
	enum rc rc;

	*taken = true;
	for (size_t i = 0; i < c->keys.n; i++)
		if (!strcmp(c->keys.at[i], key))
			return RC_OK;
	rc = testset_find_key(c->t, key, strlen(key), &row, err);
	*taken = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* "K~1"; unless the set has no key column, whose inputs are the key. */
static enum rc name_row(struct changing *c, uint32_t row, char **out,
			struct err *err)
{
	struct buf key = BUF_INIT;
	enum rc rc = RC_OK;
	bool taken;

	*out = NULL;
	if (testset_info(c->t)->keys.n)
		rc = testset_key(c->t, row, &key, err);
	for (unsigned k = 1; rc == RC_OK && key.len && !*out; k++) {
		*out = xasprintf("%s~%u", key.data, k);
		rc = ask_taken(c, *out, &taken, err);
		if (rc == RC_OK && !taken)
			break;
		free(*out);
		*out = NULL;
	}
	if (*out)
		strs_add(&c->keys, *out);
	buf_release(&key);
	return rc;
}

static enum rc write_row(struct changing *c, uint32_t row, const char *key,
			 const struct buf *changed, struct err *err)
{
	struct buf b = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < testset_n_columns(c->t) && !rc; i++) {
		unsigned roles = testset_column_roles(c->t, i);
		const char *s;
		size_t n;

		rc = testset_cell(c->t, row, i, &b, &s, &n, err);
		if (rc)
			break;
		if (i == c->column) {
			s = changed->data;
			n = changed->len;
		} else if ((roles & ROLE_KEY) && key) {
			s = key;
			n = strlen(key);
		} else if ((roles & ROLE_TARGET) && c->change->label) {
			s = c->change->label;
			n = strlen(s);
		}
		if (i)
			buf_char(&c->csv, ',');
		csv_write_field(&c->csv, s, n, false);
	}
	buf_char(&c->csv, '\n');
	buf_release(&b);
	return rc;
}

static enum pattern_kind kind_of(const struct changing *c, uint32_t row)
{
	for (size_t i = 0; i < c->there.n; i++)
		if (c->there.at[i].row == row)
			return c->there.at[i].kind;
	return PATTERN_FALSE_POSITIVE;
}

static enum rc make(struct changing *c, uint32_t row,
		    const struct buf *changed, struct err *err)
{
	uint32_t at = (uint32_t)(testset_info(c->t)->n_rows + c->made.n);
	char *key = NULL;
	enum rc rc = name_row(c, row, &key, err);

	if (!rc)
		rc = write_row(c, row, key, changed, err);
	if (!rc)
		vec_push(&c->made, ((struct problem_member){
			at, row, kind_of(c, row), c->change->expect }));
	free(key);
	return rc;
}

static enum rc change_row(struct changing *c, uint32_t row, struct err *err)
{
	struct buf b = BUF_INIT, changed = BUF_INIT;
	const char *s;
	size_t n;
	enum rc rc = testset_cell(c->t, row, c->column, &b, &s, &n, err);

	if (!rc)
		rc = change_field(c, s, n, &changed, err);
	if (!rc && changed.len == n && !memcmp(changed.data, s, n))
		c->out->same++;
	else if (!rc && is_there(c, row, &changed, err))
		c->out->there++;
	else if (!rc)
		rc = make(c, row, &changed, err);
	buf_release(&b);
	buf_release(&changed);
	return rc;
}

/* -- All -- */

static enum rc find_column(struct changing *c, struct err *err)
{
	const struct testset_info *info = testset_info(c->t);

	for (size_t i = 0; i < testset_n_columns(c->t); i++) {
		c->column = i;
		if (!strcmp(testset_column_name(c->t, i), c->change->column))
			break;
	}
	if (strcmp(testset_column_name(c->t, c->column), c->change->column) ||
	    !(testset_column_roles(c->t, c->column) & ROLE_INPUT))
		return err_set(err, RC_USAGE, "'%s' is no input of '%s'",
			       c->change->column, info->name);
	if (info->keys.n > 1)
		return err_set(err, RC_REFUSED, "the key of '%s' has several "
			       "columns, so that changed patterns cannot be "
			       "named; make them with 'testset grow' and "
			       "'problem pattern --as'", info->name);
	return RC_OK;
}

static enum rc change_rows(struct changing *c, struct err *err)
{
	const struct problem_change *k = c->change;
	const uint8_t *active = testset_active(c->t);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < k->n_rows && !rc; i++)
		rc = change_row(c, k->rows[i], err);
	for (size_t i = 0; !k->n_rows && i < c->there.n && !rc; i++)
		if (c->there.at[i].expect == EXPECT_EQUALS &&
		    active[c->there.at[i].row])
			rc = change_row(c, c->there.at[i].row, err);
	if (!rc && !c->made.n)
		rc = err_set(err, RC_REFUSED, "no pattern is changed by it: "
			     "%llu stay as they are, %llu were made before",
			     (unsigned long long)c->out->same,
			     (unsigned long long)c->out->there);
	return rc;
}

static enum rc grow(struct registry *reg, struct changing *c,
		    const struct problem_rec *p, bool dry_run,
		    struct err *err)
{
	const struct testset_info *info = testset_info(c->t);
	struct testset_step_report report = { 0 };
	char *why = xasprintf("patterns of problem P-%lld with '%s' changed",
			      (long long)p->id, c->change->column);
	char *source = xasprintf("P-%lld", (long long)p->id);
	const struct testset_step step = {
		.testset = info->name, .base = info->revision, .reason = why,
		.source = source, .dry_run = dry_run,
	};
	const struct problem_growth growth = { p->id, &c->csv, &c->made,
					       NULL };
	enum rc rc = problem_grow_set(reg, &step, &growth, &report, err);

	c->out->revision = report.revision;
	c->out->added = report.added;
	testset_step_report_release(&report);
	free(source);
	free(why);
	return rc;
}

static enum rc change_all(struct registry *reg, struct changing *c,
			  const struct problem_rec *p, bool dry_run,
			  struct err *err)
{
	const struct problem_change *k = c->change;
	enum rc rc = reg_testset_open(reg, p->testset, 0, &c->t, err);

	if (!rc)
		rc = find_column(c, err);
	if (!rc && k->how == CHANGE_REPLACE)
		rc = rule_compile(k->from, strlen(k->from), &c->rule, err);
	if (!rc)
		rc = reg_problem_members(reg, p->id, &c->there, err);
	if (rc)
		return rc;
	problem_write_header(c->t, &c->csv);
	rc = change_rows(c, err);
	return rc ? rc : grow(reg, c, p, dry_run, err);
}

enum rc reg_problem_change(struct registry *reg, int64_t id,
			   const struct problem_change *change, bool dry_run,
			   struct problem_changed *out, struct err *err)
{
	struct changing c = { .change = change, .csv = BUF_INIT, .out = out };
	struct problem_rec p = { 0 };
	enum rc rc = reg_problem_get(reg, id, &p, err);

	*out = (struct problem_changed){ 0 };
	if (!rc && change->expect == EXPECT_EQUALS)
		rc = err_set(err, RC_USAGE, "say what is expected of the "
			     "changed patterns: same, up or down");
	if (!rc && !p.testset)
		rc = err_set(err, RC_REFUSED, "P-%lld has no test set; 'muster "
			     "problem set P-%lld testset=NAME' says which",
			     (long long)id, (long long)id);
	if (!rc)
		rc = change_all(reg, &c, &p, dry_run, err);
	rule_free(c.rule);
	vec_free(&c.there);
	vec_free(&c.made);
	strs_release(&c.keys);
	buf_release(&c.csv);
	testset_close(c.t);
	problem_rec_release(&p);
	return rc;
}
