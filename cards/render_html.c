#include "cards/render_html.h"

#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "cards/markdown.h"
#include "cards/render_style.h"
#include "cards/seal.h"
#include "cards/svg.h"

enum { SHORT_CODE = 32, SHORT_TEXT = 20 };

static const char *const tone_class[] = {
	[TONE_PLAIN] = "", [TONE_GOOD] = "good", [TONE_WARN] = "warn",
	[TONE_BAD] = "bad",
};

/* -- Text -- */

static void text_in_mode(struct buf *out, const char *text,
			 enum safetext_mode mode)
{
	struct buf safe = BUF_INIT;

	safetext_add(&safe, text, strlen(text), mode);
	html_literal(out, safe.data);
	buf_release(&safe);
}

void html_text(struct buf *out, const char *text)
{
	text_in_mode(out, text, SAFE_LINE);
}

void html_lines(struct buf *out, const char *text)
{
	text_in_mode(out, text, SAFE_TEXT);
}

/* <name class="class">text</name> */
static void element(struct buf *out, const char *name, const char *class,
		    const char *text)
{
	buf_printf(out, "<%s%s%s%s>", name, *class ? " class=\"" : "", class,
		   *class ? "\"" : "");
	html_text(out, text);
	buf_printf(out, "</%s>", name);
}

/* -- Tables -- */

static void figure_html(struct buf *out, const struct figure *f)
{
	struct buf b = BUF_INIT;
	char text[DECIMAL_MAX];

	report_figure_value(&b, f);
	if (f->why)
		element(out, "span", "why", b.data);
	else
		html_text(out, b.data);
	buf_clear(&b);
	report_figure_bounds(&b, f);
	buf_printf(out, " <span class=\"i\">%s%sn&#160;%s</span>",
		   b.len ? b.data : "", b.len ? " " : "",
		   decimal_grouped(f->n, text));
	buf_release(&b);
}

static void cell_html(struct buf *out, const struct report_cell *c)
{
	char text[DECIMAL_MAX];

	switch (c->kind) {
	case CELL_NONE:
		buf_char(out, '-');
		break;
	case CELL_TEXT:
		html_lines(out, c->text);
		break;
	case CELL_CODE:
		/* a key stays in one piece, a digest may break */
		element(out, "code", strlen(c->text) < SHORT_CODE ? "k" : "",
			c->text);
		break;
	case CELL_INT:
		if (c->i < 0)
			buf_char(out, '-');
		buf_str(out, decimal_grouped(c->i < 0 ? -(uint64_t)c->i :
					     (uint64_t)c->i, text));
		break;
	case CELL_NUM:
		report_number(out, c->num);
		break;
	case CELL_FIGURE:
		figure_html(out, &c->figure);
		break;
	}
}

/* A table of many columns: a figure's interval and n stand below it. */
static bool is_wide(const struct report_table *t)
{
	size_t n = 0;

	for (size_t k = 0; k < t->n_columns && k < t->cells.n; k++)
		n += t->cells.at[k].kind == CELL_FIGURE;
	return n > 1 && t->n_columns > 4;
}

static void table_head(struct buf *out, const struct report_table *t)
{
	buf_str(out, "<thead><tr>");
	for (size_t k = 0; k < t->n_columns; k++) {
		buf_printf(out, "<th scope=\"col\"%s>",
			   t->columns[k].right ? " class=\"r\"" : "");
		html_text(out, t->columns[k].head);
		buf_str(out, "</th>");
	}
	buf_str(out, "</tr></thead>\n");
}

/* Ids, states and times stay in one piece. */
static bool is_short(const struct report_cell *c)
{
	return c->kind == CELL_TEXT && strlen(c->text) <= SHORT_TEXT &&
	       !strchr(c->text, '\n');
}

static void cell_class(struct buf *out, const struct report_cell *c,
		       bool right)
{
	const char *words[] = { right ? "r" : "", tone_class[c->tone],
				right ? "" : is_short(c) ? "k" :
				c->kind == CELL_TEXT ? "t" : "" };
	size_t n = 0;

	for (size_t i = 0; i < COUNT(words); i++)
		if (*words[i])
			buf_printf(out, "%s%s", n++ ? " " : " class=\"",
				   words[i]);
	if (n)
		buf_char(out, '"');
}

/* The first column names the row, unless it is a number. */
static void table_row(struct buf *out, const struct report_table *t, size_t i)
{
	buf_str(out, "<tr>");
	for (size_t k = 0; k < t->n_columns; k++) {
		const struct report_cell *c =
			&t->cells.at[i * t->n_columns + k];
		bool right = t->columns[k].right;
		bool names = !k && !right;

		buf_str(out, names ? "<th scope=\"row\"" : "<td");
		cell_class(out, c, right);
		buf_char(out, '>');
		cell_html(out, c);
		buf_str(out, names ? "</th>" : "</td>");
	}
	buf_str(out, "</tr>\n");
}

static void table_html(struct buf *out, const struct report_table *t,
		       const char *caption)
{
	if (!table_rows(t) && t->empty) {
		buf_str(out, "<p class=\"why\">");
		html_text(out, t->empty);
		buf_str(out, "</p>\n");
		return;
	}
	buf_printf(out, "<div class=\"scroll\"><table%s>",
		   is_wide(t) ? " class=\"wide\"" : "");
	element(out, "caption", "", caption);
	table_head(out, t);
	buf_str(out, "<tbody>\n");
	for (size_t i = 0; i < table_rows(t); i++)
		table_row(out, t, i);
	buf_str(out, "</tbody></table></div>\n");
}

/* -- Plots, each with its table -- */

static void twin_row(struct buf *out, const struct plot *p, size_t k)
{
	buf_str(out, "<tr><th scope=\"row\">");
	html_text(out, p->labels.at[k]);
	buf_str(out, "</th>");
	for (size_t i = 0; i < p->series.n; i++) {
		struct report_cell c = { .kind = CELL_FIGURE,
					 .figure = *plot_at(p, i, k) };

		if (p->kind == PLOT_MATRIX && !c.figure.why)
			c = (struct report_cell){
				.kind = CELL_INT,
				.i = (int64_t)c.figure.value };
		buf_str(out, "<td class=\"r\">");
		cell_html(out, &c);
		buf_str(out, "</td>");
	}
	buf_str(out, "</tr>\n");
}

static void twin_html(struct buf *out, const struct plot *p,
		      const char *caption)
{
	buf_str(out, "<div class=\"scroll\"><table>");
	element(out, "caption", "", caption);
	buf_str(out, "<thead><tr><th scope=\"col\">");
	html_text(out, p->label_name);
	buf_str(out, "</th>");
	for (size_t i = 0; i < p->series.n; i++) {
		buf_str(out, "<th scope=\"col\" class=\"r\">");
		html_text(out, p->series.at[i]);
		buf_str(out, "</th>");
	}
	buf_str(out, "</tr></thead><tbody>\n");
	for (size_t k = 0; k < p->labels.n; k++)
		twin_row(out, p, k);
	buf_str(out, "</tbody></table></div>\n");
}

static bool any_few(const struct plot *p)
{
	for (size_t i = 0; i < p->n_at; i++)
		if (!p->at[i].why && p->at[i].n < p->few)
			return true;
	return false;
}

static void plot_html(struct buf *out, const struct plot *p,
		      const char *caption, bool charts)
{
	char n[DECIMAL_MAX];

	if (!charts) {
		twin_html(out, p, caption);
		return;
	}
	buf_str(out, p->kind == PLOT_CURVE ? "<figure class=\"half\">"
					   : "<figure>");
	element(out, "figcaption", "", caption);
	buf_char(out, '\n');
	if (!svg_plot(out, p, caption))
		buf_str(out, "<p class=\"why\">no figure of this chart is "
			"defined</p>\n");
	else if (any_few(p))
		buf_printf(out, "<p class=\"soft key\">Hollow: fewer than %s "
			   "patterns, too few to say much.</p>\n",
			   decimal_grouped(p->few, n));
	buf_str(out, "<details><summary>The same figures as a table"
		"</summary>");
	twin_html(out, p, caption);
	buf_str(out, "</details></figure>\n");
}

/* -- Blocks -- */

static void items_html(struct buf *out, const struct report_block *b)
{
	bool badges = b->kind == BLOCK_BADGES;

	buf_str(out, badges ? "<ul class=\"badges\">\n" : "<ul>\n");
	for (size_t i = 0; i < b->items.n; i++) {
		buf_printf(out, badges && b->tones.at[i] ?
			   "<li class=\"%s\">" : "<li>",
			   badges ? tone_class[b->tones.at[i]] : "");
		html_text(out, b->items.at[i]);
		if (!badges && *b->refs.at[i])
			buf_printf(out, " <a href=\"#%s\">see %s</a>",
				   b->refs.at[i], b->refs.at[i]);
		buf_str(out, "</li>\n");
	}
	buf_str(out, "</ul>\n");
}

static void facts_html(struct buf *out, const struct report_block *b)
{
	buf_str(out, "<dl>\n");
	for (size_t i = 0; i + 1 < b->items.n; i += 2) {
		element(out, "dt", "", b->items.at[i]);
		buf_str(out, "<dd class=\"keep\">");
		html_lines(out, b->items.at[i + 1]);
		buf_str(out, "</dd>\n");
	}
	buf_str(out, "</dl>\n");
}

/* What people wrote in Markdown: made safe first, as all text is. */
static void written_html(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;

	safetext_add(&safe, text, strlen(text), SAFE_TEXT);
	buf_str(out, "<div class=\"written\">");
	md_html(out, safe.data);
	buf_str(out, "</div>\n");
	buf_release(&safe);
}

static void block_html(struct buf *out, const struct report_block *b,
		       bool charts)
{
	switch (b->kind) {
	case BLOCK_HEADING:
		element(out, "h3", "", b->text);
		break;
	case BLOCK_TEXT:
		element(out, "p", tone_class[b->tone], b->text);
		break;
	case BLOCK_NONE:
		element(out, "p", "why", b->text);
		break;
	case BLOCK_WRITTEN:
		written_html(out, b->text);
		return;
	case BLOCK_FACTS:
		facts_html(out, b);
		return;
	case BLOCK_LIST:
	case BLOCK_BADGES:
		items_html(out, b);
		return;
	case BLOCK_VERBATIM:
		buf_str(out, "<pre>");
		html_lines(out, b->text);
		buf_str(out, "</pre>\n");
		return;
	case BLOCK_TABLE:
		table_html(out, b->table, b->text);
		return;
	case BLOCK_PLOT:
		plot_html(out, b->plot, b->text, charts);
		return;
	}
	buf_char(out, '\n');
}

/* -- The file -- */

static void head_html(struct buf *out, const struct report *r)
{
	char time[CLOCK_TEXT];

	buf_str(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\""
		"default-src &#39;none&#39;; style-src &#39;unsafe-inline"
		"&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;\">"
		"\n<meta name=\"viewport\" content=\""
		"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n");
	element(out, "title", "", r->title);
	buf_printf(out, "\n<style>\n%s</style></head>\n<body>\n<header>",
		   report_style());
	if (r->draft)
		buf_printf(out, "<p class=\"draft warn\">DRAFT: %s</p>\n",
			   r->draft);
	element(out, "h1", "", r->title);
	buf_printf(out, "\n<p class=\"soft\">As the registry stood on %.10s "
		   "%.5s UTC (log entry %llu, root <code>%.16s</code>). Written by "
		   "muster " MUSTER_VERSION ".</p></header>\n",
		   clock_format(r->time, time), time + 11,
		   (unsigned long long)(r->entries ? r->entries - 1 : 0),
		   r->root);
}

static void nav_html(struct buf *out, const struct report *r)
{
	buf_str(out, "<nav aria-label=\"Contents\"><ol>\n");
	for (size_t i = 1; i < r->sections.n; i++) {
		buf_printf(out, "<li><a href=\"#%s\">", r->sections.at[i].id);
		html_text(out, r->sections.at[i].title);
		buf_str(out, "</a></li>\n");
	}
	buf_str(out, "</ol></nav>\n");
}

static void section_html(struct buf *out, const struct report_section *s,
			 bool charts)
{
	bool in_part = false;

	buf_printf(out, "<section id=\"%s\">", s->id);
	element(out, "h2", "", s->title);
	buf_char(out, '\n');
	for (size_t i = 0; i < s->blocks.n; i++) {
		if (s->columns && s->blocks.at[i].kind == BLOCK_HEADING) {
			buf_str(out, in_part ? "</div>\n<div class=\"part\">" :
				"<div class=\"parts\"><div class=\"part\">");
			in_part = true;
		}
		block_html(out, &s->blocks.at[i], charts);
	}
	buf_str(out, in_part ? "</div></div></section>\n" : "</section>\n");
}

void render_html(const struct report *r, struct buf *out)
{
	struct seal_parts parts = VEC_INIT;
	struct buf line = BUF_INIT;

	seal_mark(&parts, "head", out);
	head_html(out, r);
	buf_str(out, "<main>\n");
	for (size_t i = 0; i < r->sections.n; i++) {
		seal_mark(&parts, r->sections.at[i].id, out);
		section_html(out, &r->sections.at[i],
			     !(r->flags & REPORT_NO_CHARTS));
		if (i == 0 && r->sections.at[0].columns)
			nav_html(out, r);
	}
	buf_str(out, "</main>\n</body></html>\n");
	seal_line(&line, r, REPORT_HTML, &parts, out, out->len);
	buf_printf(out, "<!-- %s -->\n", line.data);
	seal_close(out);
	seal_parts_release(&parts);
	buf_release(&line);
}
