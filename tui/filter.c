/* A filter is what model/slice.h understands, plus words without a column,
 * which are looked for in every column. */
#include "tui/filter.h"

#include "base/buf.h"
#include "base/decimal.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "model/slice.h"
#include "tui/list.h"

struct word {
	bool negated;
	char *text;
};

struct list_filter {
	VEC_DECLARE(struct word, words) words;
	struct slice *slice;	/* NULL: words only */
	struct buf cell;	/* of the field asked for last */
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

/* Bytes of the term at s, and whether it names a column: up to a blank that
 * stands neither in quotes nor in a regular expression. */
static size_t term_length(const char *s, bool *names_column)
{
	char until = '\0';
	size_t i = 0;
	*names_column = false;
	for (; s[i] && (until || s[i] != ' '); i++) {
		if (until && s[i] == '\\' && s[i + 1])
			i++;
		else if (until)
			until = s[i] == until ? '\0' : until;
		else if (s[i] == '"' || s[i] == '\'')
			until = s[i];
		else if (i && s[i] == '/' && s[i - 1] == '~')
			until = '/';
		else if (i && strchr(":=<>~", s[i]))
			*names_column = true;
	}
	return i;
}

/* "stage:" and "auc>" and "text~/ab" are on their way to a term. */
static bool is_finished(const char *s, size_t n)
{
	const char *regex = memmem(s, n, "~/", 2);
	if (strchr(":=<>~", s[n - 1]) && (n < 2 || s[n - 2] != '\\'))
		return false;
	if (regex)
		return regex + 2 < s + n && s[n - 1] == '/' &&
		       regex + 1 != s + n - 1;
	char quote = '\0';
	for (size_t i = 0; i < n; i++) {
		if (quote)
			quote = s[i] == quote ? '\0' : quote;
		else if (s[i] == '"' || s[i] == '\'')
			quote = s[i];
	}
	return !quote;
}

static void add_word(struct list_filter *f, const char *s, size_t n)
{
	bool negated = *s == '!';
	s += negated;
	n -= negated;
	if (n >= 2 && (*s == '"' || *s == '\'') && s[n - 1] == *s) {
		s++;
		n -= 2;
	}
	if (!n)
		return;
	struct word *w = vec_add(&f->words);
	w->negated = negated;
	w->text = xmemdupz(s, n);
}

/* A column's key or head; where the source has no fields of its own, a name
 * that is neither is an error that lists the near ones. */
static enum rc check_columns(const struct list_filter *f, const struct list *l,
			     struct err *err)
{
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	const char **names = xcalloc(2 * n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		names[2 * i] = c[i].key;
		names[2 * i + 1] = c[i].head;
	}
	enum rc rc = l->source->field ? RC_OK
		     : slice_check(f->slice, names, 2 * n, err);
	free(names);
	return rc;
}

enum rc filter_parse(const char *text, const struct list *l,
		     struct list_filter **out, struct err *err)
{
	struct list_filter *f = XNEW(struct list_filter);
	struct buf terms = BUF_INIT;
	enum rc rc = RC_OK;
	buf_init(&f->cell);
	for (const char *s = text + strspn(text, " "); *s;) {
		bool names_column;
		size_t n = term_length(s, &names_column);
		if (!names_column) {
			add_word(f, s, n);
		} else if (is_finished(s, n)) {
			buf_add(&terms, s, n);
			buf_char(&terms, ' ');
		}
		s += n;
		s += strspn(s, " ");
	}
	if (terms.len)
		rc = slice_parse(terms.data, &f->slice, err);
	if (rc == RC_OK && f->slice)
		rc = check_columns(f, l, err);
	buf_release(&terms);
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
	for (size_t i = 0; i < f->words.n; i++)
		free(f->words.at[i].text);
	vec_free(&f->words);
	slice_free(f->slice);
	buf_release(&f->cell);
	free(f);
}

static bool any_column_has(struct list_filter *f, const struct list *l,
			   size_t row, const char *word)
{
	size_t n;
	list_columns(l, &n);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&f->cell);
		list_cell_text(l, row, i, &f->cell);
		if (strcasestr(f->cell.data, word))
			return true;
	}
	return false;
}

struct row_of {
	struct list_filter *filter;
	const struct list *list;
	size_t row;
};

static bool cell_by_name(const struct list *l, size_t row, const char *name,
			 struct buf *out)
{
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(c[i].key, name) || !strcmp(c[i].head, name)) {
			list_cell_text(l, row, i, out);
			return true;
		}
	}
	return l->source->field && l->source->field(l->arg, row, name, out);
}

/* Figures are compared as they are meant: "~.843" is .843. */
static void plain_number(struct buf *cell)
{
	double x;
	if (!strpbrk(cell->data, "~,%") || !filter_number(cell->data, &x))
		return;
	buf_clear(cell);
	buf_decimal(cell, x);
}

static bool field(void *arg, const char *name, struct slice_field *out)
{
	struct row_of *r = arg;
	struct buf *cell = &r->filter->cell;
	buf_clear(cell);
	if (!cell_by_name(r->list, r->row, name, cell))
		return false;
	plain_number(cell);
	*out = (struct slice_field){ cell->data, cell->len, .part = true };
	return true;
}

bool filter_matches(struct list_filter *f, const struct list *l, size_t row)
{
	struct row_of r = { f, l, row };
	for (size_t i = 0; i < f->words.n; i++)
		if (any_column_has(f, l, row, f->words.at[i].text) ==
		    f->words.at[i].negated)
			return false;
	return !f->slice || slice_match(f->slice, field, &r) == RULE_MATCH;
}

static size_t column_by_name(void *arg, const char *name)
{
	const struct list *l = arg;
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(c[i].key, name) != 0 && strcmp(c[i].head, name) != 0)
			continue;
		if (l->source->needs)
			l->source->needs(l->arg, i);
		return i;
	}
	return l->source->table_field ? l->source->table_field(l->arg, name)
				      : SIZE_MAX;
}

enum rc filter_keep(struct list_filter *f, const struct list *l,
		    struct columns *t, uint8_t *answer, struct err *err)
{
	size_t n;
	list_columns(l, &n);
	for (size_t i = 0; i < f->words.n; i++)
		columns_keep_word(t, n, f->words.at[i].text,
				f->words.at[i].negated, answer);
	if (!f->slice)
		return RC_OK;
	return columns_keep_slice(t, f->slice, column_by_name,
				(void *)(uintptr_t)l, answer, err);
}
