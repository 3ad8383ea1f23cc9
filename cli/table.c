/* Cells are formatted as they come in. For people and Markdown they wait in
 * `cells` until a row is full; text rows wait until WINDOW of them are there
 * (or the end), when the widths are settled and all further rows go straight
 * out. JSON and CSV rows never wait. */
#include "cli/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/evaluation.h"
#include "registry/testset.h"
#include "registry/model.h"

enum { WINDOW = 1000, WIDEST = 60 };

struct table {
	const struct table_spec *spec;
	enum format format;
	struct out *out;
	struct json_out own, *json;	/* json: own, or the caller's */
	bool bold;
	size_t n_columns, at;		/* at: the column of the next cell */
	uint64_t rows;
	bool settled;			/* text: widths are fixed */
	struct strs cells;		/* text and Markdown: rows that wait */
	size_t *widths;
};

static struct table *table_make(struct out *out, enum format format,
				const struct table_spec *spec)
{
	struct table *t = XNEW(struct table);

	t->spec = spec;
	t->format = format;
	t->out = out;
	while (spec->columns[t->n_columns].key ||
	       spec->columns[t->n_columns].head)
		t->n_columns++;
	t->widths = XNEW_ARRAY(size_t, t->n_columns + 1);
	t->own = (struct json_out)JSON_OUT(&out->buf, true);
	t->json = &t->own;
	return t;
}

struct table *table_new(struct out *out, enum format format,
			const struct table_spec *spec)
{
	struct table *t = table_make(out, format, spec);

	if (format == FORMAT_JSON && !spec->record) {
		jo_object(t->json);
		jo_key(t->json, spec->plural);
		jo_array(t->json);
	}
	return t;
}

struct table *table_new_within(struct out *out, struct json_out *json,
			       const struct table_spec *spec)
{
	struct table *t = table_make(out, FORMAT_JSON, spec);

	t->json = json;
	jo_key(json, spec->plural);
	jo_array(json);
	return t;
}

void table_bold(struct table *t, bool on)
{
	t->bold = on;
}

bool table_alive(const struct table *t)
{
	return t->out->why == 0;
}

/* -- text and Markdown -- */

/* Heads are columns of somebody's file now and then: made safe as cells are.
 * The caller frees. */
static char *safe_head(const struct table *t, size_t col)
{
	const char *head = t->spec->columns[col].head;
	struct buf safe = BUF_INIT;

	safetext_add(&safe, head, strlen(head), SAFE_LINE);
	return buf_detach(&safe);
}

static void text_cell(struct table *t, size_t col, const char *text)
{
	struct buf *b = &t->out->buf;
	size_t cells = utf8_cells(text, strlen(text));
	size_t pad = cells < t->widths[col] ? t->widths[col] - cells : 0;
	bool right = t->spec->columns[col].right;
	bool last = true;

	for (size_t i = col + 1; i < t->n_columns; i++)
		last = last && !t->spec->columns[i].head;
	if (right)
		buf_fill(b, ' ', pad);
	buf_str(b, text);
	if (!right && !last)
		buf_fill(b, ' ', pad);
	if (!last)
		buf_str(b, "  ");
}

static void text_row(struct table *t, char **row)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->spec->columns[i].head)
			text_cell(t, i, row[i]);
	buf_char(&t->out->buf, '\n');
	out_breathe(t->out);
}

static void text_head(struct table *t)
{
	if (t->bold)
		buf_str(&t->out->buf, "\033[1m");
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->spec->columns[i].head) {
			char *head = safe_head(t, i);

			text_cell(t, i, head);
			free(head);
		}
	buf_str(&t->out->buf, t->bold ? "\033[0m\n" : "\n");
}

static void drop_cells(struct table *t)
{
	strs_release(&t->cells);
}

/* Widths from the rows that wait, then the head and those rows. */
static void text_settle(struct table *t)
{
	size_t n = t->n_columns;

	for (size_t i = 0; i < n; i++)
		if (t->spec->columns[i].head) {
			char *head = safe_head(t, i);

			t->widths[i] = utf8_cells(head, strlen(head));
			free(head);
		}
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t w = utf8_cells(t->cells.at[i], strlen(t->cells.at[i]));

		if (w > t->widths[i % n])
			t->widths[i % n] = w < WIDEST ? w : WIDEST;
	}
	text_head(t);
	for (size_t i = 0; i + n <= t->cells.n; i += n)
		text_row(t, t->cells.at + i);
	drop_cells(t);
	t->settled = true;
}

static void md_text(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (strchr("|\\`*_<>[]#&~", *s))
			buf_char(b, '\\');
		buf_char(b, *s);
	}
}

static void md_head(struct table *t)
{
	struct buf *b = &t->out->buf;
	const struct table_column *c = t->spec->columns;

	buf_char(b, '|');
	for (size_t i = 0; i < t->n_columns; i++)
		if (c[i].head) {
			char *head = safe_head(t, i);

			buf_char(b, ' ');
			md_text(b, head);
			buf_str(b, " |");
			free(head);
		}
	buf_str(b, "\n|");
	for (size_t i = 0; i < t->n_columns; i++)
		if (c[i].head)
			buf_str(b, c[i].right ? "---:|" : "---|");
	buf_char(b, '\n');
}

static void md_row(struct table *t)
{
	struct buf *b = &t->out->buf;

	if (t->rows == 0)
		md_head(t);
	buf_char(b, '|');
	for (size_t i = 0; i < t->n_columns; i++) {
		if (!t->spec->columns[i].head)
			continue;
		buf_char(b, ' ');
		md_text(b, t->cells.at[i]);
		buf_str(b, " |");
	}
	buf_char(b, '\n');
	drop_cells(t);
}

/* Upright: one line for each column of the only row. */
static void record_rows(struct table *t)
{
	struct buf *b = &t->out->buf;
	size_t width = 0;

	for (size_t i = 0; i < t->n_columns; i++) {
		const char *head = t->spec->columns[i].head;

		if (head && strlen(head) > width)
			width = strlen(head);
	}
	if (t->format == FORMAT_MD)
		buf_str(b, "| | |\n|---|---|\n");
	for (size_t i = 0; i < t->n_columns; i++) {
		const char *head = t->spec->columns[i].head;

		if (!head)
			continue;
		if (t->format == FORMAT_MD) {
			buf_printf(b, "| %s | ", head);
			md_text(b, t->cells.at[i]);
			buf_str(b, " |\n");
			continue;
		}
		buf_printf(b, "%s%-*s%s  %s\n", t->bold ? "\033[1m" : "",
			   (int)width, head, t->bold ? "\033[0m" : "",
			   t->cells.at[i]);
	}
	drop_cells(t);
}

static void people_row(struct table *t)
{
	if (t->spec->record)
		record_rows(t);
	else if (t->format == FORMAT_MD)
		md_row(t);
	else if (t->settled) {
		text_row(t, t->cells.at);
		drop_cells(t);
	} else if (t->rows + 1 == WINDOW)
		text_settle(t);
}

/* -- any form -- */

static void csv_head(struct table *t)
{
	struct buf *b = &t->out->buf;
	bool first = true;

	for (size_t i = 0; i < t->n_columns; i++) {
		const char *key = t->spec->columns[i].key;

		if (!key)
			continue;
		if (!first)
			buf_char(b, ',');
		csv_write_field(b, key, strlen(key), true);
		first = false;
	}
	buf_str(b, "\r\n");
}

static void row_begin(struct table *t)
{
	if (t->format == FORMAT_JSON)
		jo_object(t->json);
	else if (t->format == FORMAT_CSV && t->rows == 0)
		csv_head(t);
}

static void row_end(struct table *t)
{
	t->at = 0;
	if (t->format == FORMAT_JSON)
		jo_end(t->json);
	else if (t->format == FORMAT_CSV)
		buf_str(&t->out->buf, "\r\n");
	else
		people_row(t);
	t->rows++;
	out_breathe(t->out);
}

static const struct table_column *cell_begin(struct table *t)
{
	if (t->at == 0)
		row_begin(t);
	return &t->spec->columns[t->at];
}

static void cell_end(struct table *t)
{
	if (++t->at == t->n_columns)
		row_end(t);
}

static void csv_cell(struct table *t, const char *s, size_t n)
{
	bool first = true;

	for (size_t i = 0; i < t->at; i++)
		first = first && !t->spec->columns[i].key;
	if (!first)
		buf_char(&t->out->buf, ',');
	csv_write_field(&t->out->buf, s, n, true);
}

/* Every cell but JSON's comes through here: plain for CSV, text (made safe
 * here) for people. */
static void cell_text(struct table *t, const char *plain, size_t n,
		      const char *text, size_t n_text)
{
	const struct table_column *c = cell_begin(t);

	if (t->format == FORMAT_CSV) {
		if (c->key)
			csv_cell(t, plain, n);
	} else {
		struct buf safe = BUF_INIT;

		safetext_add(&safe, text, n_text, SAFE_LINE);
		vec_push(&t->cells, buf_detach(&safe));
	}
	cell_end(t);
}

/* True when the cell is JSON's: the caller writes the value if key is set,
 * and then calls cell_end. */
static bool cell_json(struct table *t, bool *wanted)
{
	const struct table_column *c;

	if (t->format != FORMAT_JSON)
		return false;
	c = cell_begin(t);
	*wanted = c->key != NULL;
	if (*wanted)
		jo_key(t->json, c->key);
	return true;
}

void table_strn(struct table *t, const char *s, size_t n)
{
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			jo_strn(t->json, s, n);
		cell_end(t);
		return;
	}
	cell_text(t, s, n, s, n);
}

void table_str(struct table *t, const char *s)
{
	if (s)
		table_strn(t, s, strlen(s));
	else
		table_null(t);
}

void table_digest(struct table *t, const char *hex)
{
	enum { SHOWN = 12 };
	size_t n = hex ? strlen(hex) : 0;

	if (t->format == FORMAT_TEXT && n > 2 * SHOWN && !t->spec->record)
		table_strn(t, hex, SHOWN);
	else
		table_str(t, hex);
}

char *table_key_text(const char *key)
{
	char *shown = xstrdup_or_null(key);

	if (shown)
		testset_key_shown(shown, strlen(shown));
	return shown;
}

void table_key(struct table *t, const char *key)
{
	char *shown;

	if (t->format != FORMAT_TEXT && t->format != FORMAT_MD) {
		table_str(t, key);
		return;
	}
	shown = table_key_text(key);
	table_str(t, shown);
	free(shown);
}

void table_int(struct table *t, int64_t i)
{
	char text[DECIMAL_MAX];
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			jo_int(t->json, i);
		cell_end(t);
		return;
	}
	snprintf(text, sizeof(text), "%lld", (long long)i);
	cell_text(t, text, strlen(text), text, strlen(text));
}

void table_num_as(struct table *t, double x, const char *text)
{
	char plain[DECIMAL_MAX];
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			jo_num(t->json, x);
		cell_end(t);
		return;
	}
	decimal_shortest(x, plain);
	cell_text(t, plain, strlen(plain), text, strlen(text));
}

void table_num(struct table *t, double x)
{
	struct buf text = BUF_INIT;

	number_text(&text, x, false);
	table_num_as(t, x, text.data);
	buf_release(&text);
}

void table_null(struct table *t)
{
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			jo_null(t->json);
		cell_end(t);
		return;
	}
	cell_text(t, "", 0, "-", 1);
}

void table_bool(struct table *t, bool b)
{
	const char *s = b ? "yes" : "no";
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			jo_bool(t->json, b);
		cell_end(t);
		return;
	}
	cell_text(t, s, strlen(s), s, strlen(s));
}

void table_figure(struct table *t, const struct figure *f)
{
	char plain[DECIMAL_MAX] = "";
	struct buf text = BUF_INIT;
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			figure_write(t->json, f);
		cell_end(t);
		return;
	}
	if (!f->why)
		decimal_shortest(f->value, plain);
	figure_text(&text, f);
	cell_text(t, plain, strlen(plain), text.data, text.len);
	buf_release(&text);
}

void table_strs(struct table *t, const struct strs *list)
{
	struct json *a = json_new_array();
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < list->n; i++) {
		json_append(a, json_new_str(list->at[i]));
		buf_printf(&text, "%s%s", i ? " " : "", list->at[i]);
	}
	table_value(t, a, text.data);
	buf_release(&text);
}

void table_pairs(struct table *t, const struct pairs *pairs)
{
	struct json *o = json_new_object();
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < pairs->n; i++) {
		json_set_str(o, pairs->at[i].key, pairs->at[i].value);
		buf_printf(&text, "%s%s=%s", i ? " " : "", pairs->at[i].key,
			   pairs->at[i].value);
	}
	table_value(t, o, text.data);
	buf_release(&text);
}

void table_value(struct table *t, struct json *value, const char *text)
{
	size_t n = strlen(text);
	bool wanted;

	if (cell_json(t, &wanted)) {
		if (wanted)
			jo_json(t->json, value);
		cell_end(t);
	} else {
		cell_text(t, text, n, n ? text : "-", n ? n : 1);
	}
	json_free(value);
}

void table_end(struct table *t)
{
	struct buf *b = &t->out->buf;

	if (t->format == FORMAT_JSON && !t->spec->record) {
		jo_end(t->json);
		if (t->json == &t->own)
			jo_end(t->json);
	} else if (t->format == FORMAT_CSV && t->rows == 0) {
		csv_head(t);
	} else if (t->format == FORMAT_TEXT && !t->spec->record) {
		if (t->rows == 0 && t->spec->empty)
			buf_printf(b, "%s\n", t->spec->empty);
		else if (!t->settled)
			text_settle(t);
	} else if (t->format == FORMAT_MD && t->rows == 0) {
		md_head(t);
	}
	if (t->format == FORMAT_JSON && t->json == &t->own)
		buf_char(b, '\n');
	drop_cells(t);
	free(t->widths);
	free(t);
}

void number_text(struct buf *b, double x, bool is_signed)
{
	char s[DECIMAL_MAX];

	if (fabs(x) <= 1)
		buf_str(b, decimal_rate(x, 4, is_signed, s));
	else
		buf_printf(b, "%s%s", is_signed && x > 0 ? "+" : "",
			   decimal_sig(x, 5, s));
}

void figure_text(struct buf *b, const struct figure *f)
{
	if (f->why) {
		buf_printf(b, "- (%s)", f->why);
		return;
	}
	number_text(b, f->value, false);
	if (f->method == METHOD_NONE)
		return;
	buf_str(b, " [");
	number_text(b, f->low, false);
	buf_str(b, ", ");
	number_text(b, f->high, false);
	buf_char(b, ']');
}
