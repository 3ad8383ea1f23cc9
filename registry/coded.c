#include "registry/coded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/intern.h"
#include "base/xalloc.h"

void coded_release(struct coded *c)
{
	free(c->code);
	strs_release(&c->values);
	*c = (struct coded){ 0 };
}

struct rows {
	size_t n;
	const uint32_t *ordinal;
};

struct numbered {
	const char *text;
	bool is_number;
	double number;
	uint32_t code;
};

/* Numbers in their order first, then the rest by bytes. */
static int by_value(const void *va, const void *vb)
{
	const struct numbered *a = va, *b = vb;

	if (a->is_number != b->is_number)
		return a->is_number ? -1 : 1;
	if (a->is_number && a->number < b->number)
		return -1;
	if (a->is_number && a->number > b->number)
		return 1;
	return strcmp(a->text, b->text);
}

static void sort_values(struct coded *c, size_t n)
{
	size_t n_values = c->values.n;
	struct numbered *order = XNEW_ARRAY(struct numbered, n_values + 1);
	uint32_t *place = XNEW_ARRAY(uint32_t, n_values + 1);
	struct strs sorted = VEC_INIT;

	for (size_t i = 0; i < n_values; i++) {
		order[i].text = c->values.at[i];
		order[i].code = (uint32_t)i;
		order[i].is_number = decimal_read(order[i].text,
						  strlen(order[i].text),
						  &order[i].number);
	}
	qsort(order, n_values, sizeof(*order), by_value);
	for (size_t i = 0; i < n_values; i++) {
		place[order[i].code] = (uint32_t)i;
		vec_push(&sorted, c->values.at[order[i].code]);
	}
	for (size_t i = 0; i < n; i++)
		c->code[i] = place[c->code[i]];
	vec_free(&c->values);
	c->values.at = sorted.at;
	c->values.n = sorted.n;
	c->values.cap = sorted.cap;
	free(order);
	free(place);
}

/* A dictionary's codes are renumbered so that only values in use count. */
static void code_dictionary(const struct rows *rows, const struct column *col,
			    struct coded *out)
{
	uint32_t *seen = XNEW_ARRAY(uint32_t, col->n_values + 1);

	for (size_t i = 0; i < rows->n; i++) {
		uint32_t code = col->code[rows->ordinal[i]];

		if (!seen[code]) {
			strs_add(&out->values, col->values[code]);
			seen[code] = (uint32_t)out->values.n;
		}
		out->code[i] = seen[code] - 1;
	}
	free(seen);
}

/* By its bits; one NaN, and -0 is 0. */
static uint32_t code_number(struct intern *in, double x)
{
	x = isnan(x) ? (double)NAN : x + 0.0;
	return intern_add(in, (const char *)&x, sizeof(x));
}

static void name_numbers(const struct intern *in, struct strs *values)
{
	for (uint32_t i = 0; i < in->n; i++) {
		char text[DECIMAL_MAX] = "";
		double x;

		memcpy(&x, intern_text(in, i, NULL), sizeof(x));
		strs_add(values, isnan(x) ? "" : decimal_shortest(x, text));
	}
}

static void code_numbers(const struct rows *rows, const struct column *col,
			 struct coded *out)
{
	struct intern in = INTERN_INIT;

	for (size_t i = 0; i < rows->n; i++)
		out->code[i] = code_number(&in, col->number[rows->ordinal[i]]);
	name_numbers(&in, &out->values);
	intern_release(&in);
}

static void code_texts(const struct rows *rows, const struct column *col,
		       struct coded *out)
{
	struct intern in = INTERN_INIT;

	for (size_t i = 0; i < rows->n; i++) {
		const uint64_t *at = &col->offset[rows->ordinal[i]];

		out->code[i] = intern_add(&in, col->bytes + at[0],
					  (size_t)(at[1] - at[0]));
	}
	for (uint32_t i = 0; i < in.n; i++)
		strs_add(&out->values, intern_text(&in, i, NULL));
	intern_release(&in);
}

static void code_column(const struct rows *rows, const struct column *col,
			struct coded *out)
{
	*out = (struct coded){ .code = XNEW_ARRAY(uint32_t, rows->n + 1) };
	switch (col->kind) {
	case COLUMN_CODES: code_dictionary(rows, col, out); break;
	case COLUMN_NUMBERS: code_numbers(rows, col, out); break;
	case COLUMN_TEXTS: code_texts(rows, col, out); break;
	}
	sort_values(out, rows->n);
}

enum rc coded_by(struct testset *t, const char *column,
		 const uint32_t *ordinals, size_t n, struct coded *out,
		 struct err *err)
{
	const struct rows rows = { n, ordinals };
	const struct column *col;
	enum rc rc = testset_column(t, column, &col, err);

	if (!rc)
		code_column(&rows, col, out);
	return rc;
}

/* -- Several columns -- */

static int by_code(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Pairs of codes that occur, numbered in the order of both. */
static uint64_t *pairs_in_use(const struct coded *a, const struct coded *b,
			      size_t n, size_t *n_pairs)
{
	size_t room = a->values.n * b->values.n, found = 0;
	uint64_t *pair = XNEW_ARRAY(uint64_t, (room < n ? room : n) + 1);
	uint64_t last = UINT64_MAX;
	uint8_t *seen = room <= (64u << 20) ? xcalloc(room + 1, 1) : NULL;
	size_t cap = (room < n ? room : n) + 1;

	for (size_t i = 0; i < n; i++) {
		uint64_t p = (uint64_t)a->code[i] * b->values.n + b->code[i];

		if (p == last || (seen && seen[p]))
			continue;
		if (found == cap)
			break;
		pair[found++] = last = p;
		if (seen)
			seen[p] = 1;
	}
	free(seen);
	qsort(pair, found, sizeof(*pair), by_code);
	*n_pairs = 0;
	for (size_t i = 0; i < found; i++)
		if (!i || pair[i] != pair[i - 1])
			pair[(*n_pairs)++] = pair[i];
	return pair;
}

void coded_cross(struct coded *a, const struct coded *b, size_t n)
{
	size_t n_pairs;
	uint64_t *pair = pairs_in_use(a, b, n, &n_pairs);
	struct strs values = VEC_INIT;

	for (size_t i = 0; i < n_pairs; i++)
		vec_push(&values, xasprintf("%s+%s",
			a->values.at[pair[i] / b->values.n],
			b->values.at[pair[i] % b->values.n]));
	for (size_t i = 0; i < n; i++) {
		uint64_t p = (uint64_t)a->code[i] * b->values.n + b->code[i];
		const uint64_t *at = bsearch(&p, pair, n_pairs, sizeof(p),
					     by_code);

		a->code[i] = (uint32_t)(at - pair);
	}
	free(pair);
	strs_release(&a->values);
	a->values = values;
}

enum rc coded_cut(struct testset *t, const char *by, const uint32_t *ordinals,
		  size_t n, struct coded *out, struct err *err)
{
	struct coded all = { NULL, VEC_INIT };
	struct err ignored = ERR_INIT;
	enum rc rc = coded_by(t, by, ordinals, n, &all, &ignored);
	const char *p = by;

	while (rc == RC_NOT_FOUND && p) {
		const char *plus = strchr(p, '+');
		char *name = plus ? xmemdupz(p, (size_t)(plus - p))
				  : xstrdup(p);
		struct coded one = { NULL, VEC_INIT };
		enum rc part = coded_by(t, name, ordinals, n, &one, err);

		free(name);
		if (part) {
			coded_release(&all);
			return part;
		}
		if (p == by) {
			all = one;
		} else {
			coded_cross(&all, &one, n);
			coded_release(&one);
		}
		p = plus ? plus + 1 : NULL;
	}
	if (rc && rc != RC_NOT_FOUND)
		return err_set(err, rc, "%s", ignored.text);
	*out = all;
	return RC_OK;
}
