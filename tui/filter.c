#include "tui/filter.h"

#include <strings.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "tui/list.h"

enum compare_op { OP_WORD, OP_HAS, OP_IS, OP_LESS, OP_LESS_IS, OP_MORE,
		  OP_MORE_IS };

struct filter_term {
	bool negated;
	enum compare_op op;
	char *column;		/* NULL: all */
	size_t place;		/* of the column; SIZE_MAX: a field */
	char *value;
	bool is_number;
	double number;
};

struct list_filter {
	VEC_DECLARE(struct filter_term, filter_terms) terms;
};

bool filter_number(const char *text, double *out)
{
	char plain[48];
	size_t n = 0;
	while (*text == '~' || *text == ' ')
		text++;
	for (; *text && n < sizeof(plain) - 1; text++)
		if (*text != ',')
			plain[n++] = *text;
	if (n && plain[n - 1] == '%')
		n--;
	plain[n] = '\0';
	return !*text && decimal_read(plain, n, out);
}

/* One term's text, quotes taken off: up to a blank outside quotes. */
static const char *next_term(const char *s, struct buf *term)
{
	char quote = '\0';
	while (*s == ' ')
		s++;
	for (; *s && (quote || *s != ' '); s++) {
		if (quote ? *s == quote : (*s == '"' || *s == '\''))
			quote = quote ? '\0' : *s;
		else
			buf_char(term, *s);
	}
	return s;
}

static enum compare_op op_at(const char *s, size_t *len)
{
	*len = 1;
	switch (*s) {
	case ':':
		return OP_HAS;
	case '=':
		return OP_IS;
	case '<':
		*len = s[1] == '=' ? 2 : 1;
		return s[1] == '=' ? OP_LESS_IS : OP_LESS;
	case '>':
		*len = s[1] == '=' ? 2 : 1;
		return s[1] == '=' ? OP_MORE_IS : OP_MORE;
	default:
		*len = 0;
		return OP_WORD;
	}
}

static size_t column_place(const struct list *l, const char *name)
{
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	for (size_t i = 0; i < n; i++)
		if (!strcasecmp(c[i].key, name) || !strcasecmp(c[i].head, name))
			return i;
	return SIZE_MAX;
}

static enum rc add_term(struct list_filter *f, const struct list *l,
			const char *s, struct err *err)
{
	struct filter_term *t = vec_add(&f->terms);
	size_t len = strcspn(s, ":=<>"), op_len;
	t->negated = *s == '!';
	s += t->negated;
	len -= len && t->negated ? 1 : 0;
	t->op = op_at(s + len, &op_len);
	if (t->op == OP_WORD || !len) {
		t->op = OP_WORD;
		t->value = xstrdup(s);
		return RC_OK;
	}
	t->column = xmemdupz(s, len);
	t->place = column_place(l, t->column);
	t->value = xstrdup(s + len + op_len);
	t->is_number = filter_number(t->value, &t->number);
	if (t->place == SIZE_MAX && !l->source->field)
		return err_set(err, RC_BAD_INPUT, "no column '%s' here",
			       t->column);
	return RC_OK;
}

enum rc filter_parse(const char *text, const struct list *l,
		     struct list_filter **out, struct err *err)
{
	struct list_filter *f = XNEW(struct list_filter);
	struct buf term = BUF_INIT;
	enum rc rc = RC_OK;
	while (rc == RC_OK && *text) {
		buf_clear(&term);
		text = next_term(text, &term);
		if (term.len && strcmp(term.data, "!") != 0)
			rc = add_term(f, l, term.data, err);
	}
	buf_release(&term);
	if (rc != RC_OK) {
		filter_free(f);
		return rc;
	}
	*out = f;
	return RC_OK;
}

void filter_free(struct list_filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->terms.n; i++) {
		free(f->terms.at[i].column);
		free(f->terms.at[i].value);
	}
	vec_free(&f->terms);
	free(f);
}

static bool any_column_has(const struct list *l, size_t row, const char *word,
			   struct buf *cell)
{
	size_t n;
	list_columns(l, &n);
	for (size_t i = 0; i < n; i++) {
		buf_clear(cell);
		list_cell_text(l, row, i, cell);
		if (strcasestr(cell->data, word))
			return true;
	}
	return false;
}

static bool compare_value(const struct filter_term *t, const char *text)
{
	double x;
	bool numbers = t->is_number && filter_number(text, &x);
	if (!*t->value)		/* still being typed */
		return true;
	switch (t->op) {
	case OP_WORD:
	case OP_HAS:
		return strcasestr(text, t->value) != NULL;
	case OP_IS:
		return numbers ? x >= t->number && x <= t->number
			       : !strcasecmp(text, t->value);
	case OP_LESS:
		return numbers ? x < t->number : strcmp(text, t->value) < 0;
	case OP_LESS_IS:
		return numbers ? x <= t->number : strcmp(text, t->value) <= 0;
	case OP_MORE:
		return numbers ? x > t->number : strcmp(text, t->value) > 0;
	case OP_MORE_IS:
		return numbers ? x >= t->number : strcmp(text, t->value) >= 0;
	}
	return false;
}

static bool term_holds(const struct filter_term *t, const struct list *l,
		       size_t row, struct buf *cell)
{
	if (t->op == OP_WORD)
		return any_column_has(l, row, t->value, cell);
	buf_clear(cell);
	if (t->place != SIZE_MAX)
		list_cell_text(l, row, t->place, cell);
	else if (!l->source->field(l->arg, row, t->column, cell))
		return false;
	return compare_value(t, cell->data);
}

bool filter_matches(const struct list_filter *f, const struct list *l,
		    size_t row)
{
	struct buf cell = BUF_INIT;
	bool matches = true;
	for (size_t i = 0; i < f->terms.n && matches; i++)
		matches = term_holds(&f->terms.at[i], l, row, &cell) !=
			  f->terms.at[i].negated;
	buf_release(&cell);
	return matches;
}
