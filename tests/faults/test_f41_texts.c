/* F41 and F42 by construction: well-formed CSV and JSON made at random is taken
 * as it is, and the same with exactly one fault at a known place is refused,
 * CSV with that line and column. MUSTER_TEXTS sets how many of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/xalloc.h"

static uint64_t wanted(uint64_t otherwise)
{
	const char *text = getenv("MUSTER_TEXTS");
	uint64_t n = otherwise;

	if (text && !decimal_read_u64(text, strlen(text), &n))
		fail_msg("MUSTER_TEXTS is no number");
	return n;
}

static unsigned below(unsigned n)
{
	return (unsigned)random() % n;
}

#define N(array) ((unsigned)(sizeof(array) / sizeof((array)[0])))

/* -- CSV -- */

struct text {
	const char *bytes;
	size_t n;
};
#define T(s) { s, sizeof(s) - 1 }

/* As written, and what it means. */
static const struct { const char *raw, *value; } cells[] = {
	{ "", "" }, { "1", "1" }, { " x ", " x " }, { "\t", "\t" },
	{ "1e999", "1e999" }, { "nan", "nan" }, { "0x10", "0x10" },
	{ "-0", "-0" }, { "99999999999999999999", "99999999999999999999" },
	{ "=1+1", "=1+1" }, { "'q'", "'q'" },
	{ "\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac" },
	{ "\xf0\x9f\x90\x98", "\xf0\x9f\x90\x98" },
	{ "a;b|c", "a;b|c" }, { "NULL", "NULL" }, { "\x01\x1b", "\x01\x1b" },
	/* quoted from here on */
	{ "\"\"", "" }, { "\"a,b\"", "a,b" }, { "\"a\"\"b\"", "a\"b" },
	{ "\"\"\"\"", "\"" }, { "\"x\ny\"", "x\ny" },
	{ "\"\r\n\"", "\r\n" }, { "\"\r\"", "\r" }, { "\" \"", " " },
	{ "\"\n\n,\n\"", "\n\n,\n" },
};
#define BARE 16

/* A field that holds one of these is refused at its place. */
static const struct text bad_cells[] = {
	T("x\"y"), T("\"a\"b"), T("\"a\" "), T(" \"a\""), T("\"\"\"\"x"),
	T("a\0b"), T("\0"), T("\"\0\""), T("\xff"), T("a\xc3"),
	T("\xed\xa0\x80"), T("\xc0\xaf"), T("\xf4\x90\x80\x80"),
	T("\x80"), T("\xe2\x82"), T("\"\xfe\""), T("a\rb"), T("\rb"),
};

enum fault { NONE, CELL, OPEN_QUOTE, SHORT_ROW, LONG_ROW, BLANK_ROW, FAULTS };

struct made {
	struct buf text;
	struct strs values;	/* of all rows, the header's first */
	unsigned cols;
	char place[64];		/* how the refusal begins; "": none */
};

static unsigned lines_in(const char *s, size_t n)
{
	unsigned lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n';
	return lines;
}

static void add_cell(struct made *m, unsigned *line, unsigned row,
		     unsigned col, bool only_bare)
{
	unsigned k = below(only_bare ? BARE : N(cells));
	char name[16];

	if (row == 0) {
		snprintf(name, sizeof(name), "h%u", col);
		buf_str(&m->text, name);
		strs_add(&m->values, name);
		return;
	}
	/* a row of one empty bare field would be a blank line */
	if (m->cols <= 2 && !cells[k].raw[0])
		k = 1;
	buf_str(&m->text, cells[k].raw);
	strs_add(&m->values, cells[k].value);
	*line += lines_in(cells[k].raw, strlen(cells[k].raw));
}

static void add_fault(struct made *m, enum fault f, unsigned line,
		      unsigned col)
{
	const struct text *bad = &bad_cells[below(N(bad_cells))];

	snprintf(m->place, sizeof(m->place), "f: line %u, column %u", line,
		 col + 1);
	if (f == OPEN_QUOTE)
		buf_str(&m->text, "\"open");
	else
		buf_add(&m->text, bad->bytes, bad->n);
}

static void make_csv(struct made *m, enum fault f)
{
	unsigned rows = 2 + below(7), line = 1, at_row, at_col;
	const char *end = below(2) ? "\n" : "\r\n";

	*m = (struct made){ .text = BUF_INIT, .values = VEC_INIT };
	m->cols = f >= SHORT_ROW ? 2 + below(4) : 1 + below(5);
	at_row = f >= SHORT_ROW ? 1 + below(rows - 1) : below(rows);
	at_col = below(m->cols);
	if (below(4) == 0)
		buf_str(&m->text, "\xef\xbb\xbf");
	for (unsigned r = 0; r < rows; r++) {
		bool here = f != NONE && r == at_row;
		unsigned n = m->cols, start = line;

		if (here && f == BLANK_ROW) {
			snprintf(m->place, sizeof(m->place), "f: line %u: "
				 "blank", line);
			buf_str(&m->text, end);
			line++;
			here = false;
		}
		n += here && f == LONG_ROW;
		n -= here && f == SHORT_ROW;
		for (unsigned c = 0; c < n; c++) {
			if (c)
				buf_char(&m->text, ',');
			if (here && c == at_col && f <= OPEN_QUOTE)
				add_fault(m, f, line, c);
			else
				add_cell(m, &line, r, c, here || (r > at_row &&
					 f == OPEN_QUOTE) || f >= SHORT_ROW);
		}
		if (here && f >= SHORT_ROW)
			snprintf(m->place, sizeof(m->place), "f: line %u, "
				 "column %u", start, f == LONG_ROW ?
				 m->cols + 1 : m->cols);
		if (r + 1 < rows || below(2))
			buf_str(&m->text, end);
		line++;
	}
}

struct reading {
	const struct made *m;
	size_t next;
};

static enum rc take_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct reading *r = arg;

	(void)err;
	assert_int_equal(names->n, r->m->cols);
	for (size_t i = 0; i < names->n; i++)
		assert_string_equal(names->at[i],
				    r->m->values.at[r->next++]);
	return RC_OK;
}

static enum rc take_row(const struct csv_field *fields, size_t n,
			uint64_t line, void *arg, struct err *err)
{
	struct reading *r = arg;

	(void)line;
	(void)err;
	assert_int_equal(n, r->m->cols);
	for (size_t i = 0; i < n && !r->m->place[0]; i++)
		assert_string_equal(fields[i].text,
				    r->m->values.at[r->next++]);
	return RC_OK;
}

static enum rc silent_header(const struct strs *names, void *arg,
			     struct err *err)
{
	(void)names;
	(void)arg;
	(void)err;
	return RC_OK;
}

static void read_made(const struct made *m, enum fault f)
{
	struct reading reading = { m, 0 };
	struct csv_reader r = { .name = "f", .header = take_header,
				.row = take_row, .arg = &reading };
	struct err err = ERR_INIT;
	enum rc rc;
	char next;

	if (m->place[0])
		r.header = silent_header;
	rc = csv_read_mem(&r, m->text.data, m->text.len, &err);
	if (!m->place[0]) {
		if (rc != RC_OK)
			fail_msg("%s: refused: %s", m->text.data, err.text);
		assert_int_equal(reading.next, m->values.n);
		return;
	}
	if (rc != RC_BAD_INPUT)
		fail_msg("fault %d was taken: %s", (int)f, m->text.data);
	next = err.text[strlen(m->place)];
	if (strncmp(err.text, m->place, strlen(m->place)) != 0 ||
	    (next >= '0' && next <= '9'))
		fail_msg("fault %d: '%s' does not begin with '%s': %s",
			 (int)f, err.text, m->place, m->text.data);
}

static void test_f41__csv_against_the_grammar(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < wanted(3000); i++) {
		enum fault f = (enum fault)below(FAULTS);
		struct made m;

		make_csv(&m, f);
		read_made(&m, f);
		buf_release(&m.text);
		strs_release(&m.values);
	}
}

/* -- JSON -- */

static const struct text good_values[] = {
	T("null"), T("true"), T("false"), T("0"), T("-0"), T("1"), T("-1"),
	T("1.5"), T("1e5"), T("1E+5"), T("-2.5e-3"), T("0.0"),
	T("9223372036854775807"), T("\"\""), T("\"a\""), T("\"\\n\""),
	T("\"\\u00e4\""), T("\"\\ud83d\\ude00\""), T("\"\xc3\xa4\""),
	T("\"\\\"\\\\\\/\\b\\f\\r\\t\""), T("[]"), T("{}"), T("\"\\u2028\""),
	T("\"]\""), T("\"{\""), T("\",\""), T("1e-400"), T("\"\x7f\""),
};

static const struct text bad_values[] = {
	T("nul"), T("TRUE"), T("Null"), T("nullx"), T("NaN"),
	T("Infinity"), T("-Infinity"), T("+1"), T("01"), T("-01"), T("1."),
	T(".1"), T("-.1"), T("1e"), T("1e+"), T("1.e1"), T("0x1"), T("--1"),
	T("-"), T("1_0"), T("1e400"), T("1,"), T(",1"), T("1 2"), T("'a'"),
	T("a"), T("\"a"), T("a\""), T("\"\\x\""), T("\"\\u12\""),
	T("\"\\u12G4\""), T("\"\\ud800\""), T("\"\\udc00\""),
	T("\"\\ud800\\ud800\""), T("\"\\ud800x\""), T("\"\\u0000\""),
	T("\"\n\""), T("\"\t\""), T("\"\x01\""), T("\"\xff\""),
	T("\"\xc3\""), T("\"\xc0\x80\""), T("\"\xed\xa0\x80\""),
	T("\"\xf4\x90\x80\x80\""), T("\"\\"), T("\"\\\""), T("["), T("]"),
	T("{"), T("}"), T("[1"), T("1]"), T("[1,]"), T("[,1]"), T("[1,,2]"),
	T("[1;2]"), T("{\"a\"}"), T("{\"a\":}"), T("{:1}"), T("{a:1}"),
	T("{1:1}"), T("{'a':1}"), T("{\"a\":1,}"), T("{\"a\":1 \"b\":2}"),
	T("{\"a\":1,,\"b\":2}"), T("{\"a\"=1}"), T("{\"a\":1,\"a\":2}"),
	T("{\"a\":1,\"\\u0061\":1}"), T("/*c*/1"), T("1//c"), T("#1"),
	T("\xef\xbb\xbf" "1"), T("1\0"), T("\0"), T("\v"), T("\xc2\xa0" "1"),
	T("\xe2\x80\xa8"), T("99999999999999999999"), T("[}"), T("{]"),
	T("{\"a\":1]"), T("[1}"), T("\"\\U0041\""), T("\"\\'\""),
	T("undefined"), T("(1)"), T("<1>"), T("1/2"), T("\\u0031"),
};

static void blank(struct buf *b)
{
	static const char *const blanks[] = { "", "", "", " ", "\n", "\t\r\n" };

	buf_str(b, blanks[below(N(blanks))]);
}

/* A value of so many levels; *bad, if not NULL, goes in at one place where a
 * value is due, and is then NULL. */
static void make_json(struct buf *b, unsigned levels, const struct text **bad)
{
	bool list = below(2);
	unsigned n = 1 + below(3), at = below(n);

	blank(b);
	if (levels == 0) {
		const struct text *t = *bad ? *bad :
				       &good_values[below(N(good_values))];

		buf_add(b, t->bytes, t->n);
		*bad = NULL;
		blank(b);
		return;
	}
	buf_char(b, list ? '[' : '{');
	for (unsigned i = 0; i < n; i++) {
		const struct text *none = NULL;

		if (i)
			buf_char(b, ',');
		blank(b);
		if (!list)
			buf_printf(b, "\"k%u\":", i);
		make_json(b, levels - 1, i == at ? bad : &none);
	}
	buf_char(b, list ? ']' : '}');
	blank(b);
}

static void expect_round_trip(const struct buf *b)
{
	struct json *j = NULL, *again = NULL;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	if (json_parse(b->data, b->len, "t", &j, &err) != RC_OK)
		fail_msg("refused: %s: %s", b->data, err.text);
	json_write(&out, j, false);
	assert_int_equal(json_parse(out.data, out.len, "t", &again, &err),
			 RC_OK);
	assert_true(json_same(j, again));
	json_free(j);
	json_free(again);
	buf_release(&out);
}

static void test_f42__json_against_the_grammar(void **state)
{
	uint64_t n = wanted(3000);

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		const struct text *bad = i % 2 ? NULL :
			&bad_values[i / 2 % N(bad_values)], *spent = bad;
		struct buf b = BUF_INIT;
		struct json *j = NULL;

		make_json(&b, below(5), &spent);
		if (!bad)
			expect_round_trip(&b);
		else if (json_parse(b.data, b.len, "t", &j, NULL) !=
			 RC_BAD_INPUT)
			fail_msg("taken, with '%s' in it: %s", bad->bytes,
				 b.data);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f41__csv_against_the_grammar),
		cmocka_unit_test(test_f42__json_against_the_grammar),
	};

	srandom(41);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
