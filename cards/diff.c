/* Tokens get numbers (equal text, equal number), so that the comparison is
 * of integers; the common head and tail are set aside first. The rest is
 * Myers' greedy search, whose furthest points are kept per number of edits
 * for the way back. After ROUND edits the furthest point is taken as reached
 * and the search starts anew from there: memory and time stay bounded, and
 * only texts that differ that much get a script that may not be shortest. */
#include "cards/diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"

#define ROUND 1024	/* edits */

struct token {
	const char *text;
	size_t n;
	uint32_t number;
};
VEC_DECLARE(struct token, tokens);

/* -- Tokens -- */

static bool is_word(unsigned char c)
{
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static size_t word_length(const char *p)
{
	size_t n = 0;

	if (*p == ' ' || *p == '\t')
		return strspn(p, " \t");
	while (is_word((unsigned char)p[n]))
		n++;
	return n ? n : 1;
}

static size_t line_length(const char *p)
{
	const char *end = strchr(p, '\n');

	return end ? (size_t)(end - p) + 1 : strlen(p);
}

static void split(const char *text, enum diff_unit unit, struct tokens *out)
{
	for (const char *p = text; *p;) {
		size_t n = unit == DIFF_LINES ? line_length(p) :
			   word_length(p);

		vec_push(out, ((struct token){ p, n, 0 }));
		p += n;
	}
}

static void number_tokens(struct intern *texts, struct tokens *v)
{
	for (size_t i = 0; i < v->n; i++)
		v->at[i].number = intern_add(texts, v->at[i].text,
					     v->at[i].n);
}

static void number_both(struct tokens *a, struct tokens *b)
{
	struct intern texts = INTERN_INIT;

	number_tokens(&texts, a);
	number_tokens(&texts, b);
	intern_release(&texts);
}

/* -- Edit script -- */

struct script {
	const struct token *a, *b;
	size_t a_end, b_end;
	bool *old, *new;	/* per token: it is removed, it is added */
	int32_t *trace;		/* furthest x of d = 0, 1, …: 2d + 1 each */
};

static int32_t *furthest(const struct script *s, int32_t d)
{
	return s->trace + (size_t)d * (size_t)d + d;	/* index by k */
}

/* Where d edits begin on diagonal k: below d - 1 edits on k + 1 (a token of b
 * is added), or right of those on k - 1 (one of a is removed). */
static bool goes_down(const int32_t *before, int32_t k, int32_t d)
{
	return k == -d || (k != d && before[k - 1] < before[k + 1]);
}

static int32_t first_x(const struct script *s, int32_t k, int32_t d)
{
	const int32_t *before;

	if (d == 0)
		return 0;
	before = furthest(s, d - 1);
	return goes_down(before, k, d) ? before[k + 1] : before[k - 1] + 1;
}

/* The way back from x on diagonal k, marking what each edit did. */
static void mark(struct script *s, size_t a0, size_t b0, int32_t k, int32_t d)
{
	for (; d > 0; d--) {
		const int32_t *before = furthest(s, d - 1);

		if (goes_down(before, k, d)) {
			k++;
			s->new[b0 + (size_t)(before[k] - k)] = true;
		} else {
			k--;
			s->old[a0 + (size_t)before[k]] = true;
		}
	}
}

/* Moves (*a0, *b0) on by at most ROUND edits. */
static void one_round(struct script *s, size_t *a0, size_t *b0)
{
	int32_t n = (int32_t)(s->a_end - *a0), m = (int32_t)(s->b_end - *b0);
	int32_t best_x = 0, best_k = 0, best_d = 0;
	bool found = false;

	for (int32_t d = 0; d <= ROUND && !found; d++) {
		for (int32_t k = -d; k <= d && !found; k += 2) {
			int32_t x = first_x(s, k, d);

			while (x < n && x - k < m && x - k >= 0 &&
			       s->a[*a0 + (size_t)x].number ==
			       s->b[*b0 + (size_t)(x - k)].number)
				x++;
			furthest(s, d)[k] = x;
			if (x > n || x - k > m || 2 * x - k < 2 * best_x -
			    best_k)
				continue;
			best_x = x;
			best_k = k;
			best_d = d;
			found = x == n && x - k == m;
		}
	}
	mark(s, *a0, *b0, best_k, best_d);
	*a0 += (size_t)best_x;
	*b0 += (size_t)(best_x - best_k);
}

static void compare(const struct tokens *a, const struct tokens *b, bool *old,
		    bool *new)
{
	struct script s = { a->at, b->at, a->n, b->n, old, new, NULL };
	size_t a0 = 0, b0 = 0;

	while (a0 < s.a_end && b0 < s.b_end &&
	       a->at[a0].number == b->at[b0].number)
		a0++, b0++;
	while (s.a_end > a0 && s.b_end > b0 &&
	       a->at[s.a_end - 1].number == b->at[s.b_end - 1].number)
		s.a_end--, s.b_end--;
	s.trace = XNEW_ARRAY(int32_t, (ROUND + 1) * (ROUND + 1));
	while (a0 < s.a_end || b0 < s.b_end)
		one_round(&s, &a0, &b0);
	free(s.trace);
}

/* -- Runs -- */

static void add_run(struct diff_runs *out, enum diff_op op,
		    const struct token *t)
{
	struct diff_run *last = out->n ? &out->at[out->n - 1] : NULL;

	if (last && last->op == op && last->text + last->n == t->text)
		last->n += t->n;
	else
		vec_push(out, ((struct diff_run){ op, t->text, t->n }));
}

void diff_text(const char *a, const char *b, enum diff_unit unit,
	       struct diff_runs *out)
{
	struct tokens ta = VEC_INIT, tb = VEC_INIT;
	bool *old, *new;

	split(a, unit, &ta);
	split(b, unit, &tb);
	number_both(&ta, &tb);
	old = XNEW_ARRAY(bool, ta.n + 1);
	new = XNEW_ARRAY(bool, tb.n + 1);
	compare(&ta, &tb, old, new);
	for (size_t i = 0, k = 0; i < ta.n || k < tb.n;) {
		if (i < ta.n && old[i])
			add_run(out, DIFF_OLD, &ta.at[i++]);
		else if (k < tb.n && new[k])
			add_run(out, DIFF_NEW, &tb.at[k++]);
		else
			add_run(out, DIFF_SAME, &ta.at[i++]), k++;
	}
	free(old);
	free(new);
	vec_free(&ta);
	vec_free(&tb);
}

/* -- Documents -- */

static void diff_item(const struct doc *a, const struct doc *b,
		      const char *id, const char *name,
		      struct item_diffs *out)
{
	const struct answer *x = doc_answer(a, id), *y = doc_answer(b, id);
	enum item_change change = ITEM_CHANGED;

	if (answer_same(x, y))
		return;
	if (x->state == ANSWER_EMPTY)
		change = ITEM_ADDED;
	else if (y->state == ANSWER_EMPTY)
		change = ITEM_REMOVED;
	vec_push(out, ((struct item_diff){ id, name, change, x, y }));
}

static void diff_extras(const struct doc *a, const struct doc *b,
			struct item_diffs *out)
{
	const struct answer *x;

	for (size_t i = 0; (x = doc_extra(a, i)); i++)
		diff_item(a, b, x->id, x->name ? x->name : x->id, out);
	for (size_t i = 0; (x = doc_extra(b, i)); i++)
		if (doc_answer(a, x->id)->state == ANSWER_EMPTY)
			diff_item(a, b, x->id, x->name ? x->name : x->id,
				  out);
}

void diff_docs(const struct doc *a, const struct doc *b,
	       struct item_diffs *out)
{
	for (size_t s = 0; s < b->form->n_sections; s++) {
		const struct section *sec = &b->form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++)
			diff_item(a, b, sec->items[i].id, sec->items[i].name,
				  out);
	}
	diff_extras(a, b, out);
}

/* An answer as the diff shows it: its state is part of the text. */
static char *shown(const struct answer *a)
{
	switch (a->state) {
	case ANSWER_EMPTY:
		return xstrdup("");
	case ANSWER_GIVEN:
		return xasprintf("%s\n", a->text);
	case ANSWER_NA:
		return xasprintf("N/A: %s\n", a->text);
	case ANSWER_UNKNOWN:
		return xasprintf("UNKNOWN%s%s\n", *a->text ? ": " : "",
				 a->text);
	}
	BUG("state %d", (int)a->state);
}

/* Every line of the run behind its sign. */
static void add_lines(struct buf *out, const char *sign, const char *text,
		      size_t n)
{
	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t line = end ? (size_t)(end - text) + 1 : n;

		buf_str(out, sign);
		buf_add(out, text, line);
		text += line;
		n -= line;
	}
}

static void runs_text(struct buf *out, const struct diff_runs *runs,
		      enum diff_unit unit)
{
	static const char *const sign[] = { "  ", "- ", "+ " };
	static const char *const opens[] = { "", "[-", "{+" };
	static const char *const closes[] = { "", "-]", "+}" };

	for (size_t i = 0; i < runs->n; i++) {
		const struct diff_run *r = &runs->at[i];

		if (unit == DIFF_LINES) {
			add_lines(out, sign[r->op], r->text, r->n);
			continue;
		}
		buf_str(out, opens[r->op]);
		buf_add(out, r->text, r->n);
		buf_str(out, closes[r->op]);
	}
}

void diff_docs_text(struct buf *out, const struct doc *a, const struct doc *b,
		    enum diff_unit unit)
{
	struct item_diffs items = VEC_INIT;

	diff_docs(a, b, &items);
	for (size_t i = 0; i < items.n; i++) {
		struct diff_runs runs = VEC_INIT;
		char *x = shown(items.at[i].a), *y = shown(items.at[i].b);

		buf_printf(out, "%s@@ %s %s\n", i ? "\n" : "",
			   items.at[i].id, items.at[i].name);
		diff_text(x, y, unit, &runs);
		runs_text(out, &runs, unit);
		vec_free(&runs);
		free(x);
		free(y);
	}
	vec_free(&items);
}
