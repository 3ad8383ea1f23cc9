/* A column: its values (texts one behind the other, with what they are as
 * numbers), a hash table of those that are looked up, and a code a row. Ranks
 * are made when a column is first sorted by and hold until a value is added.
 *
 * Sorting goes from the last key to the first, by the digits of the ranks: they
 * are small numbers, so a key is one pass or two over the rows. */
#include "tui/columns.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/intern.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/order.h"
#include "tui/filter.h"

struct column {
	uint32_t *code;			/* a row each */
	size_t n, cap;			/* values */
	uint32_t *at;			/* of its text in texts */
	double *number;			/* for filters; NaN: none */
	double *order;			/* for sorting; NULL: as number */
	uint8_t *tier;
	struct buf texts;		/* NUL behind each */
	struct hashtab codes;		/* of texts that are looked up */
	size_t n_hashed;
	uint32_t *rank;			/* a value each; NULL: not ranked */
	uint32_t n_ranks;
	uint32_t tier_from[3];		/* first rank of each tier */
	const char **values;		/* plain texts, for slices; or NULL */
	struct buf plain;
	bool is_bare;			/* figures without texts */
};

struct columns {
	size_t n_rows, cap_rows;
	size_t n_columns, cap_columns;
	struct column *columns;
	uint32_t *zeros;		/* codes of a field that is nowhere */
};

/* -- Values -- */

static uint32_t add_value(struct column *c, const char *text, size_t n,
			  double number, enum column_tier tier)
{
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 16;
		c->at = xreallocarray(c->at, c->cap, sizeof(*c->at));
		c->number = xreallocarray(c->number, c->cap,
					  sizeof(*c->number));
		c->tier = xrealloc(c->tier, c->cap);
		if (c->order)
			c->order = xreallocarray(c->order, c->cap,
						 sizeof(*c->order));
	}
	c->at[c->n] = (uint32_t)c->texts.len;
	c->number[c->n] = number;
	c->tier[c->n] = (uint8_t)tier;
	if (c->order)
		c->order[c->n] = number;
	buf_add(&c->texts, text, n);
	buf_char(&c->texts, '\0');
	free(c->rank);
	c->rank = NULL;
	free(c->values);
	c->values = NULL;
	return (uint32_t)c->n++;
}

static const char *text_of(const struct column *c, uint32_t code)
{
	return c->texts.data + c->at[code];
}

static void init_column(struct column *c, size_t cap_rows)
{
	*c = (struct column){ .texts = BUF_INIT, .plain = BUF_INIT };
	c->code = cap_rows ? xcalloc(cap_rows, sizeof(*c->code)) : NULL;
	add_value(c, "", 0, NAN, TIER_EMPTY);
}

static void release_column(struct column *c)
{
	free(c->code);
	free(c->at);
	free(c->number);
	free(c->order);
	free(c->tier);
	buf_release(&c->texts);
	hashtab_release(&c->codes);
	free(c->rank);
	free(c->values);
	buf_release(&c->plain);
}

static uint64_t hash_of(const char *text)
{
	return text_hash(text, strlen(text));
}

/* Where the code plus 1 of a text that is looked up stands, or would. */
static uint32_t *find(const struct column *c, const char *text)
{
	uint32_t *at = hashtab_first(&c->codes, hash_of(text));
	while (*at && strcmp(text_of(c, *at - 1), text) != 0)
		at = hashtab_next(&c->codes, at);
	return at;
}

static void grow_codes(struct column *c)
{
	struct hashtab old = c->codes;
	c->codes = (struct hashtab)HASHTAB_INIT;
	hashtab_reset(&c->codes, c->n_hashed ? c->n_hashed * 2 : 16);
	for (size_t i = 0; old.at && i <= old.mask; i++)
		if (old.at[i])
			hashtab_put(&c->codes,
				    hash_of(text_of(c, old.at[i] - 1)),
				    old.at[i] - 1);
	hashtab_release(&old);
}

/* The code of a text that is looked up; *is_new if it was not there. */
static uint32_t intern(struct column *c, const char *text, bool *is_new)
{
	double number = NAN;
	*is_new = false;
	if (!*text)
		return 0;
	if (!hashtab_holds(&c->codes, c->n_hashed + 1))
		grow_codes(c);
	uint32_t *at = find(c, text);
	if (*at)
		return *at - 1;
	if (!filter_number(text, &number))
		number = NAN;
	*at = add_value(c, text, strlen(text), number, TIER_FRESH) + 1;
	c->n_hashed++;
	*is_new = true;
	return *at - 1;
}

uint32_t columns_text(struct columns *t, size_t column, const char *text)
{
	bool is_new;
	return intern(&t->columns[column], text, &is_new);
}

uint32_t columns_ranked(struct columns *t, size_t column, const char *text,
		      double order)
{
	struct column *c = &t->columns[column];
	bool is_new;
	uint32_t code = intern(c, text, &is_new);
	if (!is_new)
		return code;
	if (!c->order) {
		c->order = xcalloc(c->cap, sizeof(*c->order));
		memcpy(c->order, c->number, c->n * sizeof(*c->order));
	}
	c->order[code] = order;
	return code;
}

uint32_t columns_figure(struct columns *t, size_t column, const char *text,
		      double value, enum column_tier tier)
{
	return add_value(&t->columns[column], text, strlen(text), value, tier);
}

uint32_t columns_bare_figure(struct columns *t, size_t column, double value)
{
	struct column *c = &t->columns[column];
	c->is_bare = true;
	return add_value(c, "", 0, value, TIER_FRESH);
}

/* -- Rows -- */

struct columns *columns_new(size_t n_columns)
{
	struct columns *t = XNEW(struct columns);
	for (size_t i = 0; i < n_columns; i++)
		columns_add_column(t);
	return t;
}

void columns_free(struct columns *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n_columns; i++)
		release_column(&t->columns[i]);
	free(t->columns);
	free(t->zeros);
	free(t);
}

size_t columns_add_column(struct columns *t)
{
	if (t->n_columns == t->cap_columns) {
		t->cap_columns = t->cap_columns ? t->cap_columns * 2 : 16;
		t->columns = xreallocarray(t->columns, t->cap_columns,
					   sizeof(*t->columns));
	}
	init_column(&t->columns[t->n_columns], t->cap_rows);
	return t->n_columns++;
}

size_t columns_add_row(struct columns *t)
{
	if (t->n_rows == t->cap_rows) {
		size_t cap = t->cap_rows ? t->cap_rows + t->cap_rows / 2 : 1024;
		for (size_t i = 0; i < t->n_columns; i++) {
			struct column *c = &t->columns[i];
			c->code = xreallocarray(c->code, cap,
						sizeof(*c->code));
		}
		t->cap_rows = cap;
	}
	for (size_t i = 0; i < t->n_columns; i++)
		t->columns[i].code[t->n_rows] = 0;
	free(t->zeros);
	t->zeros = NULL;
	return t->n_rows++;
}

void columns_put(struct columns *t, size_t column, size_t row, uint32_t code)
{
	t->columns[column].code[row] = code;
}

void columns_clear(struct columns *t, size_t column)
{
	release_column(&t->columns[column]);
	init_column(&t->columns[column], t->cap_rows);
}

void columns_swap(struct columns *t, size_t a, size_t b)
{
	struct column c = t->columns[a];
	t->columns[a] = t->columns[b];
	t->columns[b] = c;
}

size_t columns_rows(const struct columns *t)
{
	return t->n_rows;
}

size_t columns_size(const struct columns *t)
{
	size_t n = sizeof(*t) + t->cap_columns * sizeof(*t->columns);
	for (size_t i = 0; i < t->n_columns; i++) {
		const struct column *c = &t->columns[i];
		n += t->cap_rows * sizeof(*c->code) + c->texts.len +
		     c->cap * (sizeof(*c->at) + sizeof(*c->number) + 1) +
		     hashtab_size(&c->codes) +
		     (c->rank ? c->n * sizeof(*c->rank) : 0) +
		     (c->order ? c->cap * sizeof(*c->order) : 0) +
		     (c->values ? c->n * sizeof(*c->values) : 0);
	}
	return n;
}

const char *columns_cell(const struct columns *t, size_t column, size_t row)
{
	const struct column *c = &t->columns[column];
	return text_of(c, c->code[row]);
}

enum column_tier columns_cell_tier(const struct columns *t, size_t column,
				size_t row)
{
	const struct column *c = &t->columns[column];
	return (enum column_tier)c->tier[c->code[row]];
}

/* -- Filters -- */

static bool holds(const char *text, const char *word, size_t n_word)
{
	for (; *text; text++) {
		size_t i = 0;
		if (ascii_lower(*text) != word[0])
			continue;
		while (i < n_word && ascii_lower(text[i]) == word[i])
			i++;
		if (i == n_word)
			return true;
	}
	return false;
}

/* Whether the text of a number can hold the word. */
static bool looks_like_figure(const char *word)
{
	return !word[strspn(word, "0123456789.,-+~e%")];
}

/* Which values hold the word; NULL if none does. */
static uint8_t *values_with(const struct column *c, const char *word,
			    size_t n_word)
{
	uint8_t *has = NULL;
	bool figure = looks_like_figure(word);
	for (size_t i = 1; i < c->n; i++) {
		if (!figure && !isnan(c->number[i]) && !c->order)
			continue;
		if (!holds(text_of(c, (uint32_t)i), word, n_word))
			continue;
		if (!has)
			has = xcalloc(c->n, 1);
		has[i] = 1;
	}
	return has;
}

void columns_keep_word(struct columns *t, size_t n_columns, const char *word,
		     bool negated, uint8_t *answer)
{
	uint8_t *any = xcalloc(t->n_rows + 1, 1);
	char *small = xstrdup(word);
	size_t n = strlen(small);
	for (char *s = small; *s; s++)
		*s = ascii_lower(*s);
	for (size_t k = 0; k < n_columns; k++) {
		const struct column *c = &t->columns[k];
		uint8_t *has = values_with(c, small, n);
		for (size_t i = 0; has && i < t->n_rows; i++)
			any[i] |= has[c->code[i]];
		free(has);
	}
	for (size_t i = 0; i < t->n_rows; i++)
		answer[i] &= any[i] != negated;
	free(small);
	free(any);
}

/* "~.843" and "1,204" are meant as .843 and 1204. */
static void make_plain(struct column *c)
{
	c->values = xcalloc(c->n, sizeof(*c->values));
	buf_clear(&c->plain);
	size_t *at = xcalloc(c->n, sizeof(*at));
	for (size_t i = 0; i < c->n; i++) {
		const char *text = text_of(c, (uint32_t)i);
		at[i] = SIZE_MAX;
		if (isnan(c->number[i]) || !strpbrk(text, "~,%"))
			continue;
		at[i] = c->plain.len;
		buf_decimal(&c->plain, c->number[i]);
		buf_char(&c->plain, '\0');
	}
	for (size_t i = 0; i < c->n; i++)
		c->values[i] = at[i] == SIZE_MAX ? text_of(c, (uint32_t)i)
						 : c->plain.data + at[i];
	free(at);
}

struct named {
	struct columns *table;
	columns_name_fn *column;
	void *arg;
};

static enum rc source_of(void *arg, const char *name, struct slice_source *out,
			 struct err *err)
{
	static const char *const nothing[] = { "" };
	const struct named *names = arg;
	size_t k = names->column(names->arg, name);
	struct columns *t = names->table;
	if (k == SIZE_MAX) {
		if (!t->zeros)
			t->zeros = xcalloc(t->n_rows + 1, sizeof(*t->zeros));
		*out = (struct slice_source){ .code = t->zeros, .n_values = 1,
			.values = nothing, .part = true };
		return RC_OK;
	}
	struct column *c = &t->columns[k];
	if (!c->values && !c->is_bare)
		make_plain(c);
	*out = (struct slice_source){ .code = c->code, .n_values = c->n,
		.values = c->values, .value_number = c->number,
		.part = true };
	return RC_OK;
}

enum rc columns_keep_slice(struct columns *t, struct slice *s,
			 columns_name_fn *column, void *arg, uint8_t *answer,
			 struct err *err)
{
	struct named names = { t, column, arg };
	uint8_t *own = xmalloc(t->n_rows + 1);
	enum rc rc = slice_eval(s, t->n_rows, source_of, &names, NULL, NULL,
				own, err);
	for (size_t i = 0; rc == RC_OK && i < t->n_rows; i++)
		answer[i] &= own[i] == RULE_MATCH;
	free(own);
	return rc;
}

/* -- Sorting -- */

struct ranking {
	const struct column *c;
	const double *order;
};

static int compare_values(const void *pa, const void *pb, void *arg)
{
	const struct ranking *r = arg;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	if (r->c->tier[a] != r->c->tier[b])
		return r->c->tier[a] < r->c->tier[b] ? -1 : 1;
	double x = r->order[a], y = r->order[b];
	if (isnan(x) != isnan(y))
		return isnan(x) ? 1 : -1;
	if (!isnan(x))
		return (x > y) - (x < y);
	return strcmp(text_of(r->c, a), text_of(r->c, b));
}

/* Figures need no comparing: tier by tier, by model/order. The empty text,
 * which is no number, is the last of all. */
static bool order_figures(const struct column *c, uint32_t *values)
{
	double *number;
	uint32_t *value;
	size_t at = 0;
	for (size_t i = 1; i < c->n; i++)
		if (isnan(c->number[i]))
			return false;
	number = xcalloc(c->n, sizeof(*number));
	value = xcalloc(c->n, sizeof(*value));
	for (int tier = TIER_FRESH; tier <= TIER_EMPTY; tier++) {
		struct order o;
		size_t n = 0;
		for (size_t i = 1; i < c->n; i++) {
			if (c->tier[i] != tier)
				continue;
			number[n] = c->number[i];
			value[n++] = (uint32_t)i;
		}
		order_init(&o, number, n);
		for (size_t i = 0; i < n; i++)
			values[at++] = value[o.row[i]];
		order_release(&o);
	}
	values[at] = 0;
	free(number);
	free(value);
	return true;
}

static void rank_column(struct column *c)
{
	struct ranking r = { c, c->order ? c->order : c->number };
	uint32_t *values = xcalloc(c->n, sizeof(*values));
	for (size_t i = 0; i < c->n; i++)
		values[i] = (uint32_t)i;
	if (c->order || !order_figures(c, values))
		qsort_r(values, c->n, sizeof(*values), compare_values, &r);
	c->rank = xcalloc(c->n, sizeof(*c->rank));
	uint32_t rank = 0;
	for (size_t i = 0; i < c->n; i++) {
		enum column_tier tier = (enum column_tier)c->tier[values[i]];
		if (i && compare_values(&values[i - 1], &values[i], &r))
			rank++;
		c->rank[values[i]] = rank;
		if (!i || c->tier[values[i - 1]] != tier)
			c->tier_from[tier] = rank;
	}
	c->n_ranks = rank + 1;
	free(values);
}

bool columns_rank_next(struct columns *t)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		if (!t->columns[i].rank) {
			rank_column(&t->columns[i]);
			return true;
		}
	}
	return false;
}

/* Ranks of a tier from its last to its first, tiers as they are. */
static uint32_t *turned(const struct column *c)
{
	uint32_t *rank = xcalloc(c->n, sizeof(*rank));
	uint32_t last[3] = { 0 };
	for (size_t i = 0; i < c->n; i++)
		if (c->rank[i] > last[c->tier[i]])
			last[c->tier[i]] = c->rank[i];
	for (size_t i = 0; i < c->n; i++)
		rank[i] = c->tier_from[c->tier[i]] + last[c->tier[i]] -
			  c->rank[i];
	return rank;
}

static unsigned bits_of(uint32_t x)
{
	return x ? 32 - (unsigned)__builtin_clz(x) : 0;
}

void columns_sort(struct columns *t, const struct column_sort *keys, size_t n,
		uint32_t *rows, size_t n_rows)
{
	uint64_t *pairs = xcalloc(n_rows + 1, sizeof(*pairs));
	uint64_t *other = xcalloc(n_rows + 1, sizeof(*other));
	for (size_t k = n; k-- > 0;) {
		struct column *c = &t->columns[keys[k].column];
		if (!c->rank)
			rank_column(c);
		uint32_t *rank = keys[k].descending ? turned(c) : c->rank;
		for (size_t i = 0; i < n_rows; i++)
			pairs[i] = (uint64_t)rank[c->code[rows[i]]] << 32 |
				   rows[i];
		const uint64_t *sorted = radix_sort_u64(pairs, other, n_rows,
					32, bits_of(c->n_ranks - 1));
		for (size_t i = 0; i < n_rows; i++)
			rows[i] = (uint32_t)sorted[i];
		if (rank != c->rank)
			free(rank);
	}
	free(pairs);
	free(other);
}
