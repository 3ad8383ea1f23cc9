#include "cards/render_md.h"

#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "base/utf8.h"
#include "cards/seal.h"

enum { LABEL_CELLS = 28, BAR_CELLS = 36 };

/* -- Text -- */

/* What would begin a block where a line starts. */
static void line_start(struct buf *out, const char *s, size_t n, size_t *at)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\t')) {
		buf_str(out, "&#32;");
		i++;
	}
	*at = i;
	if (i < n && strchr("-+#=>:", s[i])) {
		buf_char(out, '\\');
		return;
	}
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	if (i > *at && i < n && (s[i] == '.' || s[i] == ')')) {
		buf_add(out, s + *at, i - *at);
		buf_char(out, '\\');
		*at = i;
	}
}

/* Bare addresses would become links in some renderers. */
static bool is_address(const char *s, size_t n)
{
	return (n >= 3 && !memcmp(s, "://", 3)) ||
	       (n >= 4 && (!memcmp(s, "www.", 4) || !memcmp(s, "WWW.", 4)));
}

static void literal(struct buf *out, const char *s, size_t n, size_t at)
{
	for (size_t i = at; i < n; i++) {
		if (strchr("\\`*_[]<>&!~|$", s[i])) {
			buf_char(out, '\\');
		} else if (is_address(s + i, n - i)) {
			if (s[i] != ':') {
				buf_add(out, s + i, 3);
				i += 3;
			}
			buf_char(out, '\\');
		}
		buf_char(out, s[i]);
	}
}

static void one_line(struct buf *out, const char *s, size_t n)
{
	size_t at;

	line_start(out, s, n, &at);
	literal(out, s, n, at);
}

/* Lines of a paragraph, broken where the text breaks them; each behind the
 * prefix. Blank lines end paragraphs. */
static void paragraphs(struct buf *out, const char *text, const char *prefix)
{
	struct buf safe = BUF_INIT;
	const char *s;

	safetext_add(&safe, text, strlen(text), SAFE_TEXT);
	s = safe.data;
	buf_str(out, prefix);
	while (*s) {
		const char *nl = strchr(s, '\n');
		size_t n = nl ? (size_t)(nl - s) : strlen(s);

		one_line(out, s, n);
		s += n;
		if (!*s)
			break;
		s++;
		if (n && *s && *s != '\n')
			buf_char(out, '\\');
		buf_char(out, '\n');
		buf_str(out, prefix);
	}
	buf_str(out, "\n\n");
	buf_release(&safe);
}

/* On one line, not at its start. A blank at either end would undo the signs
 * of emphasis around it, so it is written by number. */
static void inline_text(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;
	size_t from = 0, to;

	safetext_add(&safe, text, strlen(text), SAFE_TEXT);
	for (size_t i = 0; i < safe.len; i++)
		if (safe.data[i] == '\n' || safe.data[i] == '\t')
			safe.data[i] = ' ';
	to = safe.len;
	for (; from < to && safe.data[from] == ' '; from++)
		buf_str(out, "&#32;");
	while (to > from && safe.data[to - 1] == ' ')
		to--;
	literal(out, safe.data, to, from);
	for (; to < safe.len; to++)
		buf_str(out, "&#32;");
	buf_release(&safe);
}

static void heading(struct buf *out, int level, const char *text)
{
	buf_fill(out, '#', (size_t)level);
	buf_char(out, ' ');
	inline_text(out, text);
	buf_str(out, "\n\n");
}

/* A fence longer than any run of its sign within. */
static void verbatim(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;
	size_t most = 2, run = 0;

	safetext_add(&safe, text, strlen(text), SAFE_TEXT);
	for (size_t i = 0; i < safe.len; i++) {
		run = safe.data[i] == '~' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	buf_fill(out, '~', most + 1);
	buf_str(out, "\n");
	buf_add(out, safe.data, safe.len);
	if (!buf_ends_with(out, "\n"))
		buf_char(out, '\n');
	buf_fill(out, '~', most + 1);
	buf_str(out, "\n\n");
	buf_release(&safe);
}

/* -- Tables -- */

static void figure_md(struct buf *out, const struct figure *f)
{
	char n[DECIMAL_MAX];
	struct buf b = BUF_INIT;

	report_figure_text(&b, f);
	buf_printf(&b, ", n %s", decimal_grouped(f->n, n));
	inline_text(out, b.data);
	buf_release(&b);
}

static void code_md(struct buf *out, const char *text)
{
	/* digests: no sign in them means anything */
	if (strchr(text, '`') || strchr(text, '\n') ||
	    !safetext_clean(text, strlen(text), NULL) || strchr(text, '|'))
		inline_text(out, text);
	else
		buf_printf(out, "`%s`", text);
}

static void cell_md(struct buf *out, const struct report_cell *c)
{
	switch (c->kind) {
	case CELL_NONE:
		buf_char(out, '-');
		break;
	case CELL_TEXT:
		inline_text(out, c->text);
		break;
	case CELL_CODE:
		code_md(out, *c->text ? c->text : "-");
		break;
	case CELL_INT:
		buf_printf(out, "%lld", (long long)c->i);
		break;
	case CELL_NUM:
		report_number(out, c->num);
		break;
	case CELL_FIGURE:
		figure_md(out, &c->figure);
		break;
	}
}

static void table_md(struct buf *out, const struct report_table *t,
		     const char *caption)
{
	size_t n = t->n_columns;

	buf_str(out, "**");
	inline_text(out, caption);
	buf_str(out, "**\n\n");
	if (!table_rows(t) && t->empty) {
		paragraphs(out, t->empty, "");
		return;
	}
	for (size_t k = 0; k < n; k++)
		buf_printf(out, "| %s ", t->columns[k].head);
	buf_str(out, "|\n");
	for (size_t k = 0; k < n; k++)
		buf_str(out, t->columns[k].right ? "|---:" : "|---");
	buf_str(out, "|\n");
	for (size_t i = 0; i < t->cells.n; i++) {
		buf_str(out, "| ");
		cell_md(out, &t->cells.at[i]);
		buf_str(out, (i + 1) % n ? " " : " |\n");
	}
	buf_char(out, '\n');
}

/* -- Plots -- */

struct scale {
	double from, to;
	bool any;
};

static void widen(struct scale *s, double x)
{
	if (!s->any || x < s->from)
		s->from = x;
	if (!s->any || x > s->to)
		s->to = x;
	s->any = true;
}

static size_t cell_of(const struct scale *s, double x)
{
	double share = s->to > s->from ? (x - s->from) / (s->to - s->from)
				       : .5;

	return (size_t)(share * (BAR_CELLS - 1) + .5);
}

static void bar(struct buf *out, const struct figure *f,
		const struct scale *s)
{
	char cells[BAR_CELLS + 1];

	memset(cells, ' ', BAR_CELLS);
	cells[BAR_CELLS] = '\0';
	if (!f->why && f->method != METHOD_NONE) {
		size_t low = cell_of(s, f->low), high = cell_of(s, f->high);

		memset(cells + low, '-', high - low + 1);
		cells[low] = cells[high] = '|';
	}
	if (!f->why)
		cells[cell_of(s, f->value)] = '*';
	buf_str(out, cells);
}

static void bar_label(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;
	size_t used, fit;

	safetext_add(&safe, text, strlen(text), SAFE_LINE);
	fit = utf8_fit(safe.data, safe.len, LABEL_CELLS, &used);
	buf_add(out, safe.data, fit);
	buf_fill(out, ' ', LABEL_CELLS - used + 1);
	buf_release(&safe);
}

static void bars_md(struct buf *out, const struct plot *p)
{
	struct scale s = { 0, 1, false };
	struct buf text = BUF_INIT;
	char count[DECIMAL_MAX];

	for (size_t i = 0; i < p->n_at; i++) {
		if (p->at[i].why)
			continue;
		widen(&s, p->at[i].value);
		if (p->at[i].method != METHOD_NONE) {
			widen(&s, p->at[i].low);
			widen(&s, p->at[i].high);
		}
	}
	for (size_t k = 0; k < p->labels.n; k++) {
		for (size_t i = 0; i < p->series.n; i++) {
			bar_label(&text, i ? p->series.at[i] : p->labels.at[k]);
			bar(&text, plot_at(p, i, k), &s);
			buf_str(&text, "  ");
			report_figure_text(&text, plot_at(p, i, k));
			buf_printf(&text, ", n %s\n", decimal_grouped(
					   plot_at(p, i, k)->n, count));
		}
	}
	verbatim(out, text.data);
	buf_release(&text);
}

static void twin_md(struct buf *out, const struct plot *p)
{
	char count[DECIMAL_MAX];

	buf_printf(out, "| %s ", p->label_name);
	for (size_t i = 0; i < p->series.n; i++) {
		buf_str(out, "| ");
		inline_text(out, p->series.at[i]);
		buf_char(out, ' ');
	}
	buf_str(out, "|\n|---");
	for (size_t i = 0; i < p->series.n; i++)
		buf_str(out, "|---:");
	buf_str(out, "|\n");
	for (size_t k = 0; k < p->labels.n; k++) {
		buf_str(out, "| ");
		inline_text(out, p->labels.at[k]);
		for (size_t i = 0; i < p->series.n; i++) {
			const struct figure *f = plot_at(p, i, k);

			buf_str(out, " | ");
			if (p->kind == PLOT_MATRIX && !f->why)
				buf_str(out, decimal_grouped(
						(uint64_t)f->value, count));
			else
				figure_md(out, f);
		}
		buf_str(out, " |\n");
	}
	buf_char(out, '\n');
}

static void plot_md(struct buf *out, const struct plot *p,
		    const char *caption, bool charts)
{
	paragraphs(out, caption, "");
	if (p->kind == PLOT_INTERVALS && charts)
		bars_md(out, p);
	else
		twin_md(out, p);
}

/* -- Blocks -- */

static void facts_md(struct buf *out, const struct report_block *b)
{
	for (size_t i = 0; i + 1 < b->items.n; i += 2) {
		buf_str(out, "- **");
		inline_text(out, b->items.at[i]);
		buf_str(out, "**: ");
		inline_text(out, b->items.at[i + 1]);
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
}

static void items_md(struct buf *out, const struct report_block *b)
{
	for (size_t i = 0; i < b->items.n; i++) {
		size_t at;
		struct buf safe = BUF_INIT;

		safetext_add(&safe, b->items.at[i], strlen(b->items.at[i]),
			     SAFE_LINE);
		buf_str(out, "- ");
		line_start(out, safe.data, safe.len, &at);
		literal(out, safe.data, safe.len, at);
		buf_char(out, '\n');
		buf_release(&safe);
	}
	buf_char(out, '\n');
}

static void block_md(struct buf *out, const struct report_block *b,
		     bool charts)
{
	switch (b->kind) {
	case BLOCK_HEADING:
		heading(out, 3, b->text);
		break;
	case BLOCK_TEXT:
	case BLOCK_NONE:
		paragraphs(out, b->text, "");
		break;
	case BLOCK_WRITTEN:
		paragraphs(out, b->text, "> ");
		break;
	case BLOCK_FACTS:
		facts_md(out, b);
		break;
	case BLOCK_LIST:
	case BLOCK_BADGES:
		items_md(out, b);
		break;
	case BLOCK_VERBATIM:
		verbatim(out, b->text);
		break;
	case BLOCK_TABLE:
		table_md(out, b->table, b->text);
		break;
	case BLOCK_PLOT:
		plot_md(out, b->plot, b->text, charts);
		break;
	}
}

static void head_md(struct buf *out, const struct report *r)
{
	char time[CLOCK_TEXT];

	heading(out, 1, r->title);
	buf_printf(out, "As the registry stood at log entry %llu (%s), root "
		   "`%.16s`. muster " MUSTER_VERSION "%s%s%s\n\n",
		   (unsigned long long)(r->entries ? r->entries - 1 : 0),
		   clock_format(r->time, time), r->root,
		   r->draft ? ". **DRAFT: " : "", r->draft ? r->draft : "",
		   r->draft ? "**" : "");
}

void render_md(const struct report *r, struct buf *out)
{
	struct seal_parts parts = VEC_INIT;
	struct buf line = BUF_INIT;

	seal_mark(&parts, "head", out);
	head_md(out, r);
	for (size_t i = 0; i < r->sections.n; i++) {
		const struct report_section *s = &r->sections.at[i];

		seal_mark(&parts, s->id, out);
		heading(out, 2, s->title);
		for (size_t k = 0; k < s->blocks.n; k++)
			block_md(out, &s->blocks.at[k],
				 !(r->flags & REPORT_NO_CHARTS));
	}
	seal_line(&line, r, REPORT_MD, &parts, out, out->len);
	buf_printf(out, "<!-- %s -->\n", line.data);
	seal_close(out);
	seal_parts_release(&parts);
	buf_release(&line);
}
