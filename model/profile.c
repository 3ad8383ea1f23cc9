#include "base/count.h"
#include "model/profile_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/intern.h"
#include "base/par.h"
#include "base/vec.h"
#include "base/xalloc.h"

#define FEW_VALUES 50		/* so many different texts are categories */

const double profile_levels[PROFILE_QUANTILES] = {
	0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99,
};

static const char *const type_names[] = {
#define X(id, name) [id] = name,
	PROFILE_TYPES(X)
#undef X
};

const char *profile_type_name(enum profile_type t)
{
	return type_names[t];
}

static bool is_numeric(enum profile_type t)
{
	return t == PROFILE_INTEGER || t == PROFILE_NUMBER;
}

/* -- A thread's part -- */

struct counted {
	struct intern texts;
	uint64_t *n;		/* by text number */
	size_t cap;
	uint64_t missing;
};

VEC_DECLARE(uint64_t, row_hashes);

struct profile_part {
	size_t n_columns;
	struct counted *columns;
	struct row_hashes rows;
};

struct profile_part *profile_part_new(size_t n_columns)
{
	struct profile_part *p = XNEW(struct profile_part);

	p->n_columns = n_columns;
	p->columns = XNEW_ARRAY(struct counted, n_columns);
	return p;
}

void profile_part_free(struct profile_part *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_columns; i++) {
		intern_release(&p->columns[i].texts);
		free(p->columns[i].n);
	}
	free(p->columns);
	vec_free(&p->rows);
	free(p);
}

static void count_text(struct counted *c, const char *s, size_t n,
		       uint64_t hash, uint64_t times)
{
	uint32_t i = intern_add_hashed(&c->texts, s, n, hash);

	if (i >= c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 16;

		c->n = xreallocarray(c->n, cap, sizeof(*c->n));
		memset(c->n + c->cap, 0, (cap - c->cap) * sizeof(*c->n));
		c->cap = cap;
	}
	c->n[i] += times;
}

void profile_part_row(struct profile_part *p, const struct csv_field *cells)
{
	uint64_t row = 0;

	for (size_t i = 0; i < p->n_columns; i++) {
		uint64_t hash = text_hash(cells[i].text, cells[i].n);

		row = text_hash_mix(row, hash);
		if (cells[i].n)
			count_text(&p->columns[i], cells[i].text, cells[i].n,
				   hash, 1);
		else
			p->columns[i].missing++;
	}
	vec_push(&p->rows, row);
}

static void merge_column(struct counted *to, const struct counted *from)
{
	to->missing += from->missing;
	for (uint32_t i = 0; i < from->texts.n; i++) {
		size_t n;
		const char *s = intern_text(&from->texts, i, &n);

		count_text(to, s, n, from->texts.text[i].hash, from->n[i]);
	}
}

/* -- Summing up a column -- */

struct number {
	double value;
	uint64_t n;
	uint64_t before;	/* cells with a smaller value */
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct number *)a)->value;
	double y = ((const struct number *)b)->value;

	return (x > y) - (x < y);
}

static bool is_date(const char *s, size_t n)
{
	static const char shape[] = "0000-00-00";

	if (n < 10)
		return false;
	for (size_t i = 0; i < 10; i++) {
		bool digit = s[i] >= '0' && s[i] <= '9';

		if (shape[i] == '0' ? !digit : s[i] != shape[i])
			return false;
	}
	return n == 10 || s[10] == 'T' || s[10] == ' ';
}

static bool is_placeholder(const char *s)
{
	static const char *const words[] = {
		"?", "-", "na", "n/a", "nan", "null", "none", "unknown", "nil",
		".", "missing",
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcasecmp(words[i], s))
			return true;
	return false;
}

static bool looks_like_mail(const char *s)
{
	const char *at = strchr(s, '@');

	return at && at > s && strchr(at, '.') && !strchr(s, ' ');
}

/* What the texts of a column could be, all taken together. */
struct kinds {
	bool integers, numbers, dates;
	uint64_t mails;
};

static struct kinds kinds_of(const struct counted *c, uint64_t *placeholders)
{
	struct kinds k = { true, true, true, 0 };

	*placeholders = 0;
	for (uint32_t i = 0; i < c->texts.n; i++) {
		size_t n;
		const char *s = intern_text(&c->texts, i, &n);
		int64_t whole;
		double x;

		if (is_placeholder(s)) {
			*placeholders += c->n[i];
			continue;
		}
		k.integers = k.integers && decimal_read_i64(s, n, &whole);
		k.numbers = k.numbers && decimal_read(s, n, &x);
		k.dates = k.dates && is_date(s, n);
		k.mails += looks_like_mail(s) ? c->n[i] : 0;
	}
	return k;
}

static enum profile_type type_of(const struct kinds *k,
				 const struct profile_column *c)
{
	if (c->n == c->placeholders)
		return c->n ? PROFILE_CATEGORY : PROFILE_EMPTY;
	if (k->integers)
		return PROFILE_INTEGER;
	if (k->numbers)
		return PROFILE_NUMBER;
	if (k->dates)
		return PROFILE_DATE;
	return c->distinct <= FEW_VALUES ? PROFILE_CATEGORY : PROFILE_TEXT;
}

/* Value at 0-based rank of the values in order, each n times: the last one
 * with at most rank cells before it. */
static double at_rank(const struct number *v, size_t n_values, uint64_t rank)
{
	size_t lo = 0, hi = n_values;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].before <= rank)
			lo = mid;
		else
			hi = mid;
	}
	return v[lo].value;
}

/* R's type 7: h = (n - 1) p, between the ranks below and above. */
static double quantile(const struct number *v, size_t n_values, uint64_t n,
		       double p)
{
	double h = (double)(n - 1) * p, below = floor(h);
	double lo = at_rank(v, n_values, (uint64_t)below);
	double hi = at_rank(v, n_values, (uint64_t)ceil(h));

	if (!isfinite(hi - lo))
		return lo * (1 - (h - below)) + hi * (h - below);
	return lo + (h - below) * (hi - lo);
}

static void fill_bins(struct profile_column *c, const struct number *v,
		      size_t n_values)
{
	/* halves, where the whole range is no number */
	double half = isfinite(c->max - c->min) ? 1 : .5, low = c->min * half;
	double width = (c->max * half - low) / PROFILE_BINS;

	for (size_t i = 0; i < n_values; i++) {
		double at = width > 0 ? (v[i].value * half - low) / width : 0;
		size_t b = at >= PROFILE_BINS ? PROFILE_BINS - 1 : (size_t)at;

		c->bin[b] += v[i].n;
	}
}

static void keep_numbers(struct profile_column *c, const struct number *v,
			 size_t n_values, uint64_t n)
{
	c->is_sketch = n_values > PROFILE_VALUES;
	c->n_values = c->is_sketch ? PROFILE_VALUES : n_values;
	c->value = XNEW_ARRAY(double, c->n_values);
	c->count = XNEW_ARRAY(uint64_t, c->n_values);
	for (size_t i = 0; i < c->n_values; i++) {
		double p = ((double)i + 0.5) / PROFILE_VALUES;

		c->value[i] = c->is_sketch ? quantile(v, n_values, n, p) :
					     v[i].value;
		c->count[i] = c->is_sketch ? 1 : v[i].n;
	}
}

/* Mean and sd of ascending values, times 2^-exponent on the way: that is
 * exact, and neither sums nor squares leave the range of a number. */
static void find_moments(struct profile_column *c, const struct number *v,
			 size_t n_values, uint64_t n)
{
	double most = fmax(fabs(v[0].value), fabs(v[n_values - 1].value));
	double sum = 0, squares = 0, mean;
	int exponent = most > 0 ? ilogb(most) + 1 : 0;

	for (size_t i = 0; i < n_values; i++)
		sum += ldexp(v[i].value, -exponent) * (double)v[i].n;
	mean = sum / (double)n;
	for (size_t i = 0; i < n_values; i++) {
		double d = ldexp(v[i].value, -exponent) - mean;

		squares += d * d * (double)v[i].n;
	}
	c->mean = ldexp(mean, exponent);
	c->sd = n > 1 ? ldexp(sqrt(squares / (double)(n - 1)), exponent) : 0;
	if (!isfinite(c->sd))
		c->sd = NAN;
}

/* Placeholders are texts among the numbers and take no part. */
static void sum_numbers(struct profile_column *c, const struct counted *from)
{
	struct number *v = XNEW_ARRAY(struct number, from->texts.n);
	size_t n_values = 0;
	uint64_t n = 0;

	for (uint32_t i = 0; i < from->texts.n; i++) {
		size_t len;
		const char *s = intern_text(&from->texts, i, &len);

		if (!decimal_read(s, len, &v[n_values].value))
			continue;
		v[n_values++].n = from->n[i];
		n += from->n[i];
	}
	qsort(v, n_values, sizeof(*v), by_value);
	for (size_t i = 1; i < n_values; i++)
		v[i].before = v[i - 1].before + v[i - 1].n;
	find_moments(c, v, n_values, n);
	c->min = v[0].value;
	c->max = v[n_values - 1].value;
	for (size_t q = 0; q < PROFILE_QUANTILES; q++)
		c->quantile[q] = quantile(v, n_values, n, profile_levels[q]);
	fill_bins(c, v, n_values);
	keep_numbers(c, v, n_values, n);
	free(v);
}

static void sum_texts(struct profile_column *c, const struct counted *from)
{
	const char *first = NULL, *last = NULL;

	for (uint32_t i = 0; i < from->texts.n; i++) {
		size_t n;
		const char *s = intern_text(&from->texts, i, &n);

		if (!first || strcmp(s, first) < 0)
			first = s;
		if (!last || strcmp(s, last) > 0)
			last = s;
		if (n > c->longest)
			c->longest = n;
	}
	c->first = xstrdup_or_null(first);
	c->last = xstrdup_or_null(last);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct profile_value *)a)->text,
		      ((const struct profile_value *)b)->text);
}

static void keep_texts(struct profile_column *c, const struct counted *from)
{
	struct profile_value *v;

	if (from->texts.n > PROFILE_VALUES)
		return;
	v = XNEW_ARRAY(struct profile_value, from->texts.n);
	for (uint32_t i = 0; i < from->texts.n; i++)
		v[i] = (struct profile_value){
			xstrdup(intern_text(&from->texts, i, NULL)),
			from->n[i],
		};
	qsort(v, from->texts.n, sizeof(*v), by_text);
	c->n_values = from->texts.n;
	c->text = XNEW_ARRAY(char *, c->n_values);
	c->count = XNEW_ARRAY(uint64_t, c->n_values);
	for (size_t i = 0; i < c->n_values; i++) {
		c->text[i] = v[i].text;
		c->count[i] = v[i].n;
	}
	free(v);
}

static bool is_before(const struct counted *c, uint32_t a, uint32_t b)
{
	if (c->n[a] != c->n[b])
		return c->n[a] > c->n[b];
	return strcmp(intern_text(&c->texts, a, NULL),
		      intern_text(&c->texts, b, NULL)) < 0;
}

static void find_top(struct profile_column *c, const struct counted *from)
{
	uint32_t top[PROFILE_TOP];

	for (uint32_t i = 0; i < from->texts.n; i++) {
		size_t at = c->n_top;

		while (at > 0 && is_before(from, i, top[at - 1]))
			at--;
		if (at == PROFILE_TOP)
			continue;
		if (c->n_top < PROFILE_TOP)
			c->n_top++;
		memmove(top + at + 1, top + at,
			(c->n_top - 1 - at) * sizeof(*top));
		top[at] = i;
	}
	for (size_t i = 0; i < c->n_top; i++)
		c->top[i] = (struct profile_value){
			xstrdup(intern_text(&from->texts, top[i], NULL)),
			from->n[top[i]],
		};
}

/* -- Persons -- */

static const struct {
	const char *word, *why;
} personal_words[] = {
	{ "name", "its name says a person's name" },
	{ "surname", "its name says a person's name" },
	{ "mail", "its name says an address" },
	{ "phone", "its name says a telephone" },
	{ "address", "its name says an address" },
	{ "street", "its name says an address" },
	{ "zip", "its name says a place" },
	{ "postcode", "its name says a place" },
	{ "birth", "its name says a date of birth" },
	{ "dob", "its name says a date of birth" },
	{ "age", "its name says an age" },
	{ "sex", "its name says a protected attribute" },
	{ "gender", "its name says a protected attribute" },
	{ "race", "its name says a protected attribute" },
	{ "ethnicity", "its name says a protected attribute" },
	{ "religion", "its name says a protected attribute" },
	{ "nationality", "its name says a protected attribute" },
	{ "country", "its name says an origin" },
	{ "disability", "its name says health" },
	{ "health", "its name says health" },
	{ "marital", "its name says a family status" },
	{ "income", "its name says finances" },
	{ "salary", "its name says finances" },
	{ "ssn", "its name says an identity number" },
	{ "passport", "its name says an identity number" },
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The word stands in the name by itself: "age", "age_cat", "native-country",
 * not "average". */
static bool has_word(const char *name, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = name; *s; s++)
		if (!strncasecmp(s, word, n) &&
		    (s == name || !is_letter(s[-1])) && !is_letter(s[n]))
			return true;
	return false;
}

static const char *personal_reason(const char *name, const struct kinds *k,
				   uint64_t n)
{
	if (n && k->mails * 2 > n)
		return "most of its values look like e-mail addresses";
	for (size_t i = 0; i < COUNT(personal_words); i++)
		if (has_word(name, personal_words[i].word))
			return personal_words[i].why;
	return NULL;
}

const char *profile_known_reason(const char *why)
{
	static const char mails[] =
		"most of its values look like e-mail addresses";

	if (!why)
		return NULL;
	for (size_t i = 0; i < COUNT(personal_words); i++)
		if (!strcmp(personal_words[i].why, why))
			return personal_words[i].why;
	return mails;
}

static void sum_column(struct profile_column *c, const struct counted *from,
		       const char *name)
{
	struct kinds k = kinds_of(from, &c->placeholders);

	c->name = xstrdup(name);
	c->missing = from->missing;
	c->distinct = from->texts.n;
	for (uint32_t i = 0; i < from->texts.n; i++)
		c->n += from->n[i];
	c->type = type_of(&k, c);
	c->personal = personal_reason(name, &k, c->n);
	find_top(c, from);
	if (c->type == PROFILE_INTEGER || c->type == PROFILE_NUMBER)
		sum_numbers(c, from);
	else
		sum_texts(c, from);
	if (!c->value)
		keep_texts(c, from);
}

/* -- The whole -- */

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t count_equal(struct row_hashes *rows)
{
	uint64_t equal = 0;

	vec_sort(rows, by_hash);
	for (size_t i = 1; i < rows->n; i++)
		equal += rows->at[i] == rows->at[i - 1];
	return equal;
}

struct finishing {
	struct profile_part **parts;
	size_t n_parts;
	const char *const *names;
	struct profile *out;
};

/* Task 0: the rows; task i: column i - 1. */
static void finish_task(size_t task, void *arg)
{
	struct finishing *f = arg;
	struct profile_part *all = f->parts[0];

	for (size_t i = 1; i < f->n_parts; i++) {
		struct profile_part *p = f->parts[i];

		if (!p)
			continue;
		if (task) {
			merge_column(&all->columns[task - 1],
				     &p->columns[task - 1]);
			continue;
		}
		for (size_t r = 0; r < p->rows.n; r++)
			vec_push(&all->rows, p->rows.at[r]);
	}
	if (task) {
		sum_column(&f->out->columns[task - 1], &all->columns[task - 1],
			   f->names[task - 1]);
		return;
	}
	f->out->rows = all->rows.n;
	f->out->equal_rows = count_equal(&all->rows);
}

void profile_finish(struct profile_part **parts, size_t n_parts,
		    const char *const *names, struct profile *out)
{
	struct finishing f = { parts, n_parts, names, out };

	while (f.n_parts && !f.parts[0]) {
		f.parts++;
		f.n_parts--;
	}
	*out = (struct profile){ 0 };
	if (!f.n_parts)
		return;
	out->n_columns = f.parts[0]->n_columns;
	out->columns = XNEW_ARRAY(struct profile_column, out->n_columns);
	par_for(out->n_columns + 1, finish_task, &f);
}

void profile_release(struct profile *p)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		struct profile_column *c = &p->columns[i];

		free(c->name);
		free(c->first);
		free(c->last);
		for (size_t k = 0; k < c->n_top; k++)
			free(c->top[k].text);
		for (size_t k = 0; c->text && k < c->n_values; k++)
			free(c->text[k]);
		free(c->text);
		free(c->value);
		free(c->count);
	}
	free(p->columns);
	*p = (struct profile){ 0 };
}

/* -- For readers -- */

static void add_share(struct buf *out, const char *value, uint64_t n,
		      uint64_t all)
{
	char share[DECIMAL_MAX];

	buf_printf(out, "%s%s %s%%", out->len ? ", " : "", value,
		   decimal_sig(100 * (double)n / (double)all, 3, share));
}

void profile_balance(struct buf *out, const struct profile_column *c)
{
	struct buf shares = BUF_INIT;
	uint64_t rest = c->n;

	for (size_t i = 0; i < c->n_top && c->distinct < c->n; i++) {
		add_share(&shares, c->top[i].text, c->top[i].n, c->n);
		rest -= c->top[i].n;
	}
	if (rest && shares.len)
		add_share(&shares, "other", rest, c->n);
	buf_add(out, shares.data, shares.len);
	buf_release(&shares);
}

struct drift_sample profile_sample(const struct profile_column *c)
{
	struct drift_sample s = {
		.n_values = c->n_values, .value = c->value,
		.text = (const char *const *)c->text, .count = c->count,
	};

	for (size_t i = 0; i < c->n_values; i++)
		s.n += c->count[i];
	if (c->is_sketch)
		s.stands_for = c->n;
	return s;
}

/* -- Sparkline -- */

void profile_sparkline(const struct profile_column *c, bool ascii,
		       char out[PROFILE_BINS * 4 + 1])
{
	static const char *const blocks[] = {
		" ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585",
		"\u2586", "\u2587", "\u2588",
	};
	static const char levels[] = " .:-=+*#@";
	size_t n = is_numeric(c->type) ? PROFILE_BINS : c->n_top;
	uint64_t most = 1;
	char *at = out;

	for (size_t i = 0; i < n; i++) {
		uint64_t x = is_numeric(c->type) ? c->bin[i] : c->top[i].n;

		most = x > most ? x : most;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t x = is_numeric(c->type) ? c->bin[i] : c->top[i].n;
		/* anything that is there is seen */
		size_t level = (size_t)((x * 8 + most - 1) / most);
		size_t len = ascii ? 1 : strlen(blocks[level]);

		memcpy(at, ascii ? &levels[level] : blocks[level], len);
		at += len;
	}
	*at = '\0';
}
