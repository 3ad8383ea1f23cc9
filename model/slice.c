/* A term is asked of texts; numbers and codes are short cuts: a dictionary's
 * values are asked once each, a number is compared as a number and only
 * where the term wants text is it written out. */
#include "model/slice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define ROWS_PER_STEP 4096
#define ASK_NS 50000000u	/* between questions whether to go on */

enum op { OP_HAS, OP_EQ, OP_LT, OP_LE, OP_GT, OP_GE, OP_REGEX };

struct term {
	bool negated;
	enum op op;
	char *column;
	char *value;		/* n bytes and a NUL */
	size_t n;
	bool is_number;
	double number;
	struct rule *rule;	/* OP_REGEX */
};

struct slice {
	size_t n;
	struct term *terms;
	struct strs columns;
};

/* -- Parsing -- */

struct parser {
	const char *text, *p;
	struct err *err;
};

static enum rc bad(const struct parser *p, const char *what,
		   const char *remedy)
{
	return err_set(p->err, RC_BAD_INPUT, "expression: %s at character %zu "
		       "of '%s'; %s", what, (size_t)(p->p - p->text) + 1,
		       p->text, remedy);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The text between quotes, *p at the opening one. */
static enum rc quoted(struct parser *p, struct buf *out)
{
	const char *open = p->p;
	char quote = *p->p++;

	for (; *p->p && *p->p != quote; p->p++) {
		if (*p->p == '\\' && p->p[1])
			p->p++;
		buf_char(out, *p->p);
	}
	if (!*p->p) {
		p->p = open;
		return bad(p, "open quote", "end the value with the same one");
	}
	p->p++;
	return RC_OK;
}

static enum rc read_column(struct parser *p, struct buf *out)
{
	if (*p->p == '"' || *p->p == '\'') {
		enum rc rc = quoted(p, out);

		if (rc)
			return rc;
	} else {
		size_t n = strcspn(p->p, ":=<>~! \t\n\"");

		buf_add(out, p->p, n);
		p->p += n;
	}
	if (!out->len)
		return bad(p, "no column name",
			   "write COLUMN:VALUE, COLUMN>=VALUE or "
			   "COLUMN~/REGEX/");
	return RC_OK;
}

static const struct {
	const char *text;
	enum op op;
} ops[] = {			/* the longer ones first */
	{ "<=", OP_LE }, { ">=", OP_GE }, { "<", OP_LT }, { ">", OP_GT },
	{ ":", OP_HAS }, { "=", OP_EQ }, { "~", OP_REGEX },
};

static enum rc read_op(struct parser *p, enum op *op)
{
	for (size_t i = 0; i < COUNT(ops); i++) {
		size_t n = strlen(ops[i].text);

		if (!strncmp(p->p, ops[i].text, n)) {
			p->p += n;
			*op = ops[i].op;
			return RC_OK;
		}
	}
	if (*p->p == '!')
		return bad(p, "'!' behind a column",
			   "put it in front: !COLUMN=VALUE");
	return bad(p, "no comparison",
		   "one of : = < <= > >= ~ follows the column; a column with "
		   "blanks stands in quotes");
}

static enum rc read_regex(struct parser *p, struct buf *out)
{
	const char *open = p->p;

	if (*p->p != '/')
		return bad(p, "no regex", "write COLUMN~/REGEX/");
	for (p->p++; *p->p && *p->p != '/'; p->p++) {
		if (*p->p == '\\' && p->p[1] && *++p->p != '/')
			buf_char(out, '\\');
		buf_char(out, *p->p);
	}
	if (!*p->p) {
		p->p = open;
		return bad(p, "open regex", "end it with a slash");
	}
	p->p++;
	if (*p->p && !is_blank(*p->p))
		return bad(p, "text behind a regex",
			   "write a slash within it as \\/, and (?i) in front "
			   "to ignore letter case");
	return RC_OK;
}

static enum rc read_value(struct parser *p, struct buf *out)
{
	if (*p->p == '"' || *p->p == '\'') {
		enum rc rc = quoted(p, out);

		if (rc)
			return rc;
		if (*p->p && !is_blank(*p->p))
			return bad(p, "text behind a quote",
				   "put a blank between terms");
		return RC_OK;
	}
	while (*p->p && !is_blank(*p->p))
		buf_char(out, *p->p++);
	if (!out->len)
		return bad(p, "no value",
			   "an empty value is written \"\"");
	return RC_OK;
}

static enum rc compile_regex(struct term *t, const char *text,
			     struct err *err)
{
	enum rc rc = rule_compile(t->value, t->n, &t->rule, err);

	return rc ? err_prefix(err, "expression '%.80s'", text) : RC_OK;
}

static enum rc read_term(struct parser *p, struct term *t)
{
	struct buf column = BUF_INIT, value = BUF_INIT;
	enum rc rc;

	if (*p->p == '!') {
		t->negated = true;
		p->p++;
	}
	rc = read_column(p, &column);
	if (!rc)
		rc = read_op(p, &t->op);
	if (!rc)
		rc = t->op == OP_REGEX ? read_regex(p, &value)
				       : read_value(p, &value);
	t->column = buf_detach(&column);
	t->n = value.len;
	t->value = buf_detach(&value);
	t->is_number = decimal_read(t->value, t->n, &t->number);
	if (!rc && t->op == OP_REGEX)
		rc = compile_regex(t, p->text, p->err);
	return rc;
}

static void note_column(struct slice *s, const char *name)
{
	for (size_t i = 0; i < s->columns.n; i++)
		if (!strcmp(s->columns.at[i], name))
			return;
	strs_add(&s->columns, name);
}

static enum rc read_terms(struct parser *p, struct slice *s)
{
	enum rc rc = RC_OK;

	while (!rc) {
		while (is_blank(*p->p))
			p->p++;
		if (!*p->p)
			break;
		if (s->n == SLICE_TERMS_MAX)
			return bad(p, "too many terms", "64 is the limit");
		rc = read_term(p, &s->terms[s->n]);
		note_column(s, s->terms[s->n++].column);
	}
	return rc;
}

enum rc slice_parse(const char *text, struct slice **out, struct err *err)
{
	struct parser p = { .text = text, .p = text, .err = err };
	struct slice *s;
	enum rc rc;

	if (strlen(text) > SLICE_EXPR_MAX)
		return err_set(err, RC_BAD_INPUT, "expression is too long; "
			       "the limit is %d bytes", SLICE_EXPR_MAX);
	s = XNEW(struct slice);
	s->terms = XNEW_ARRAY(struct term, SLICE_TERMS_MAX);
	rc = read_terms(&p, s);
	if (rc)
		slice_free(s);
	else
		*out = s;
	return rc;
}

void slice_free(struct slice *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		free(s->terms[i].column);
		free(s->terms[i].value);
		rule_free(s->terms[i].rule);
	}
	free(s->terms);
	strs_release(&s->columns);
	free(s);
}

size_t slice_n_terms(const struct slice *s)
{
	return s->n;
}

/* -- Names -- */

size_t slice_n_columns(const struct slice *s)
{
	return s->columns.n;
}

const char *slice_column(const struct slice *s, size_t i)
{
	return s->columns.at[i];
}

#define NEAR_MAX 64

/* Levenshtein's distance, letter case ignored. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[NEAR_MAX + 1];

	if (n > NEAR_MAX || strlen(a) > NEAR_MAX)
		return NEAR_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t best = diagonal + (ascii_lower(a[i]) !=
						  ascii_lower(b[j]));

			diagonal = row[j + 1];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (diagonal + 1 < best)
				best = diagonal + 1;
			row[j + 1] = best;
		}
	}
	return row[n];
}

const char *slice_nearest(const char *word, const char *const *names,
			  size_t n_names)
{
	size_t best = strlen(word) / 3 + 2;
	const char *found = NULL;

	for (size_t i = 0; i < n_names; i++) {
		size_t d = distance(word, names[i]);

		if (d < best) {
			best = d;
			found = names[i];
		}
	}
	return found;
}

static bool same_name(const char *a, const char *b)
{
	return !strcmp(a, b) ||
	       (!strcmp(a, "auc") && !strcmp(b, "roc_auc")) ||
	       (!strcmp(a, "roc_auc") && !strcmp(b, "auc"));
}

static enum rc unknown(const char *name, const char *const *names,
		       size_t n_names, struct err *err)
{
	const char *near = slice_nearest(name, names, n_names);
	struct buf all = BUF_INIT;

	if (near)
		return err_set(err, RC_BAD_INPUT, "expression: no column '%s'; "
			       "did you mean '%s'?", name, near);
	for (size_t i = 0; i < n_names && i < 20; i++)
		buf_printf(&all, "%s'%s'", i ? ", " : "", names[i]);
	err_set(err, RC_BAD_INPUT, "expression: no column '%s'; there are %s%s",
		name, all.data, n_names > 20 ? " and more" : "");
	buf_release(&all);
	return RC_BAD_INPUT;
}

enum rc slice_check(const struct slice *s, const char *const *names,
		    size_t n_names, struct err *err)
{
	for (size_t i = 0; i < s->columns.n; i++) {
		size_t j = 0;

		while (j < n_names && !same_name(s->columns.at[i], names[j]))
			j++;
		if (j == n_names)
			return unknown(s->columns.at[i], names, n_names, err);
	}
	return RC_OK;
}

/* -- One term and one text -- */

/* Letters, digits and everything beyond ASCII make words. */
static bool in_word(char c)
{
	char small = ascii_lower(c);

	return (c >= '0' && c <= '9') || (small >= 'a' && small <= 'z') ||
	       (c & 0x80) || c == '_';
}

static bool equal_caseless(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

/* Whether a word is cut at position i of s. */
static bool cuts_word(const char *s, size_t n, size_t i)
{
	return i > 0 && i < n && in_word(s[i - 1]) && in_word(s[i]);
}

static bool has(const char *s, size_t n, const char *v, size_t n_v, bool part)
{
	if (!n_v)
		return n == 0;
	for (size_t i = 0; i + n_v <= n; i++)
		if (ascii_lower(s[i]) == ascii_lower(v[0]) &&
		    equal_caseless(s + i, v, n_v) &&
		    (part || (!cuts_word(s, n, i) && !cuts_word(s, n, i + n_v))))
			return true;
	return false;
}

static int by_bytes(const char *a, size_t n_a, const char *b, size_t n_b)
{
	int c = memcmp(a, b, n_a < n_b ? n_a : n_b);

	return c ? c : (n_a > n_b) - (n_a < n_b);
}

/* order: below 0, 0 or above 0, as field to value. */
static bool order_holds(enum op op, int order)
{
	switch (op) {
	case OP_HAS: case OP_EQ: return order == 0;
	case OP_LT: return order < 0;
	case OP_LE: return order <= 0;
	case OP_GT: return order > 0;
	case OP_GE: return order >= 0;
	case OP_REGEX: break;
	}
	BUG("a regex has no order");
}

static int by_number(double a, double b)
{
	return (a > b) - (a < b);
}

static bool compare_holds(const struct term *t, const char *s, size_t n,
			  bool part)
{
	double x;

	if (t->is_number && decimal_read(s, n, &x))
		return order_holds(t->op, by_number(x, t->number));
	if (t->op == OP_HAS)
		return has(s, n, t->value, t->n, part);
	if (t->op == OP_EQ)
		return by_bytes(s, n, t->value, t->n) == 0;
	return !t->is_number && n > 0 &&
	       order_holds(t->op, by_bytes(s, n, t->value, t->n));
}

static enum rule_answer negate(enum rule_answer a)
{
	return a == RULE_UNDECIDED ? a
	     : a == RULE_MATCH ? RULE_NO : RULE_MATCH;
}

static enum rule_answer ask_text(const struct term *t, const char *s,
				 size_t n, bool part)
{
	enum rule_answer a = t->op == OP_REGEX
		? rule_match(t->rule, s, n, 0)
		: compare_holds(t, s, n, part) ? RULE_MATCH : RULE_NO;

	return t->negated ? negate(a) : a;
}

enum rule_answer slice_match(struct slice *s, slice_field_fn *field,
			     void *arg)
{
	enum rule_answer a = RULE_MATCH;

	for (size_t i = 0; i < s->n && a != RULE_NO; i++) {
		struct slice_field f = { NULL, 0, false };

		if (!field(arg, s->terms[i].column, &f) || !f.text)
			f = (struct slice_field){ "", 0, f.part };
		a = rule_and(a, ask_text(&s->terms[i], f.text, f.n, f.part));
	}
	return a;
}

/* -- Columns -- */

struct bound {			/* a term and its column */
	const struct term *term;
	struct slice_source source;
	uint8_t *by_code;	/* n_values answers */
	uint8_t *own;		/* negated regex over texts: its answers */
	struct rule_scan scan;	/* regex over texts */
};

struct slice_scan {
	size_t n;
	size_t row, to;		/* the rows under way */
	size_t term;		/* the bound that is next for them */
	size_t n_bound;
	struct bound *bound;	/* regexes last: fewest rows are left then */
	uint8_t *answer;
	uint64_t matched, undecided;
};

/* A number as it came in is its shortest text. */
static enum rule_answer ask_number(const struct term *t, double x)
{
	char text[DECIMAL_MAX];

	if (isnan(x))
		return ask_text(t, "", 0, false);
	if (t->is_number && t->op != OP_REGEX && t->op != OP_HAS) {
		bool holds = order_holds(t->op, by_number(x, t->number));

		return holds != t->negated ? RULE_MATCH : RULE_NO;
	}
	decimal_shortest(x, text);
	return ask_text(t, text, strlen(text), false);
}

static enum rule_answer ask_value(const struct bound *b, size_t i)
{
	const struct slice_source *s = &b->source;
	const struct term *t = b->term;

	if (s->value_number && t->is_number && t->op != OP_REGEX &&
	    !isnan(s->value_number[i])) {
		int order = by_number(s->value_number[i], t->number);

		return order_holds(t->op, order) != t->negated ? RULE_MATCH
							       : RULE_NO;
	}
	if (!s->values)
		return ask_number(t, s->value_number[i]);
	return ask_text(t, s->values[i], strlen(s->values[i]), s->part);
}

#define COSTLY_MIN 3
#define COSTLY_SHARE 100

bool slice_too_costly(uint64_t n_costly, uint64_t n_rows)
{
	return n_costly >= COSTLY_MIN && n_costly * COSTLY_SHARE >= n_rows;
}

enum rc slice_costly_error(uint64_t n_costly, struct err *err)
{
	return err_set(err, RC_REFUSED, "the rule is too costly for %llu rows "
		       "(budget %d ms each); write it without nested "
		       "repetition", (unsigned long long)n_costly,
		       RULE_BUDGET_MS);
}

static enum rc bind_codes(struct bound *b, struct err *err)
{
	uint64_t costly = 0;

	b->by_code = xmalloc(b->source.n_values + 1);
	for (size_t i = 0; i < b->source.n_values; i++) {
		b->by_code[i] = (uint8_t)ask_value(b, i);
		costly += b->by_code[i] == RULE_UNDECIDED;
		if (slice_too_costly(costly, i + 1))
			return slice_costly_error(costly, err);
	}
	return RC_OK;
}

static void bind_regex(struct bound *b, size_t n, uint8_t *answer)
{
	struct rule_texts texts = { n, b->source.offset, b->source.bytes };

	if (b->term->negated)
		b->own = xcalloc(n + 1, 1);
	rule_scan_init(&b->scan, b->term->rule, &texts,
		       b->own ? b->own : answer, !b->own);
}

static enum rc bind(struct slice_scan *scan, const struct term *t,
		    slice_column_fn *column, void *arg, struct err *err)
{
	struct bound *b = &scan->bound[scan->n_bound++];
	enum rc rc;

	b->term = t;
	rc = column(arg, t->column, &b->source, err);
	if (rc)
		return rc;
	if (b->source.code)
		return bind_codes(b, err);
	if (b->source.offset && t->rule)
		bind_regex(b, scan->n, scan->answer);
	return RC_OK;
}

enum rc slice_scan_new(struct slice *s, size_t n, slice_column_fn *column,
		       void *arg, uint8_t *answer, struct slice_scan **out,
		       struct err *err)
{
	struct slice_scan *scan = XNEW(struct slice_scan);
	enum rc rc = RC_OK;

	scan->n = n;
	scan->answer = answer;
	scan->bound = XNEW_ARRAY(struct bound, s->n + 1);
	for (int regexes = 0; regexes < 2; regexes++)
		for (size_t i = 0; i < s->n && !rc; i++)
			if ((s->terms[i].op == OP_REGEX) == regexes)
				rc = bind(scan, &s->terms[i], column, arg,
					  err);
	if (rc)
		slice_scan_free(scan);
	else
		*out = scan;
	return rc;
}

void slice_scan_free(struct slice_scan *scan)
{
	if (!scan)
		return;
	for (size_t i = 0; i < scan->n_bound; i++) {
		free(scan->bound[i].by_code);
		free(scan->bound[i].own);
	}
	free(scan->bound);
	free(scan);
}

static void join(uint8_t *answer, enum rule_answer a)
{
	*answer = (uint8_t)rule_and(*answer, a);
}

static void step_codes(const struct bound *b, size_t from, size_t to,
		       uint8_t *answer)
{
	for (size_t i = from; i < to; i++) {
		uint32_t code = b->source.code[i];

		join(&answer[i], code < b->source.n_values
		     ? b->by_code[code] : RULE_NO);
	}
}

static void step_numbers(const struct bound *b, size_t from, size_t to,
			 uint8_t *answer)
{
	for (size_t i = from; i < to; i++)
		if (answer[i] != RULE_NO)
			join(&answer[i],
			     ask_number(b->term, b->source.number[i]));
}

static void step_texts(const struct bound *b, size_t from, size_t to,
		       uint8_t *answer)
{
	const uint64_t *offset = b->source.offset;

	for (size_t i = from; i < to; i++)
		if (answer[i] != RULE_NO)
			join(&answer[i],
			     ask_text(b->term, b->source.bytes + offset[i],
				      (size_t)(offset[i + 1] - offset[i]),
				      false));
}

/* True when the term is through to row 'to'. */
static bool step_regex(struct bound *b, size_t from, size_t to,
		       uint8_t *answer, uint64_t budget_ns)
{
	if (!rule_scan_step(&b->scan, to, budget_ns))
		return false;
	for (size_t i = from; b->own && i < to; i++)
		join(&answer[i], negate(b->own[i]));
	return true;
}

static bool step_bound(struct bound *b, size_t from, size_t to,
		       uint8_t *answer, uint64_t budget_ns)
{
	if (b->source.code)
		step_codes(b, from, to, answer);
	else if (b->source.number)
		step_numbers(b, from, to, answer);
	else if (b->term->rule)
		return step_regex(b, from, to, answer, budget_ns);
	else
		step_texts(b, from, to, answer);
	return true;
}

static void start_rows(struct slice_scan *scan)
{
	scan->to = scan->n - scan->row > ROWS_PER_STEP
		 ? scan->row + ROWS_PER_STEP : scan->n;
	scan->term = 0;
	memset(scan->answer + scan->row, RULE_MATCH, scan->to - scan->row);
}

static void end_rows(struct slice_scan *scan)
{
	for (; scan->row < scan->to; scan->row++) {
		scan->matched += scan->answer[scan->row] == RULE_MATCH;
		scan->undecided += scan->answer[scan->row] == RULE_UNDECIDED;
	}
}

bool slice_scan_step(struct slice_scan *scan, uint64_t budget_ns)
{
	uint64_t start = clock_ns(), used = 0;

	while (scan->row < scan->n && (!budget_ns || used < budget_ns)) {
		if (scan->row == scan->to)
			start_rows(scan);
		while (scan->term < scan->n_bound &&
		       step_bound(&scan->bound[scan->term], scan->row,
				  scan->to, scan->answer,
				  budget_ns ? budget_ns - used : 0))
			scan->term++;
		if (scan->term == scan->n_bound)
			end_rows(scan);
		used = clock_ns() - start;
	}
	return scan->row >= scan->n;
}

size_t slice_scan_row(const struct slice_scan *scan)
{
	return scan->row;
}

uint64_t slice_scan_matched(const struct slice_scan *scan)
{
	return scan->matched;
}

uint64_t slice_scan_undecided(const struct slice_scan *scan)
{
	return scan->undecided;
}

/* Of a regex over texts; what dictionaries hold was seen while binding. */
static enum rc check_costs(const struct slice_scan *scan, struct err *err)
{
	for (size_t i = 0; i < scan->n_bound; i++) {
		const struct rule_scan *r = &scan->bound[i].scan;

		if (slice_too_costly(r->n_undecided, r->row))
			return slice_costly_error(r->n_undecided, err);
	}
	return RC_OK;
}

enum rc slice_eval(struct slice *s, size_t n, slice_column_fn *column,
		   void *arg, bool (*cancelled)(void *arg), void *cancel_arg,
		   uint8_t *answer, struct err *err)
{
	struct slice_scan *scan = NULL;
	enum rc rc = slice_scan_new(s, n, column, arg, answer, &scan, err);

	if (rc)
		return rc;
	do {
		rc = check_costs(scan, err);
		if (!rc && cancelled && cancelled(cancel_arg))
			rc = err_set(err, RC_CANCELLED, "cancelled");
	} while (!rc && !slice_scan_step(scan, ASK_NS));
	slice_scan_free(scan);
	return rc;
}
