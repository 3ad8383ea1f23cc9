#include "cards/render_html.h"

#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "cards/markdown.h"
#include "cards/seal.h"
#include "cards/svg.h"

/* Colours have a contrast of at least 4.5 to their ground, light and dark;
 * no meaning rests on colour alone. */
static const char style[] =
":root{--fg:#1b1b1f;--bg:#fff;--soft:#5a5a66;--line:#d5d5de;--box:#f4f4f8;"
"--good:#17642f;--warn:#7a4d00;--bad:#a3191f;"
"--c0:#1f5fa8;--c1:#b3470b;--c2:#17642f;--c3:#7b2d8b;--c4:#00707a;"
"--c5:#6b5b00}\n"
"@media (prefers-color-scheme:dark){:root{--fg:#e8e8ee;--bg:#16161a;"
"--soft:#a9a9b8;--line:#3a3a46;--box:#202027;--good:#7fd69b;--warn:#f0be6a;"
"--bad:#ff9a98;--c0:#7db5f5;--c1:#f5a470;--c2:#7fd69b;--c3:#d79be5;"
"--c4:#6cd0da;--c5:#d9c75a}}\n"
"*{box-sizing:border-box}body{margin:0 auto;padding:1rem;max-width:62rem;"
"color:var(--fg);background:var(--bg);font:16px/1.45 system-ui,sans-serif}\n"
"h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem;"
"border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1.2rem 0 .3rem}"
"\n"
"table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.9rem}"
"caption{text-align:left;font-weight:600;padding:.2rem 0}"
"th,td{border-bottom:1px solid var(--line);padding:.2rem .5rem;"
"text-align:left;vertical-align:top;overflow-wrap:anywhere}"
"th.r,td.r{text-align:right;font-variant-numeric:tabular-nums}\n"
"dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;"
"gap:.15rem 1rem;margin:.5rem 0}dt{color:var(--soft)}"
"dd{margin:0;overflow-wrap:anywhere}\n"
"code,pre{font:0.85em/1.4 ui-monospace,monospace;overflow-wrap:anywhere}"
"pre{background:var(--box);padding:.5rem;white-space:pre-wrap}\n"
".soft,.why{color:var(--soft)}.good{color:var(--good)}"
".warn{color:var(--warn)}.bad{color:var(--bad)}"
".good,.warn,.bad{font-weight:600}\n"
".badges{list-style:none;padding:0;margin:.4rem 0}.badges li{display:"
"inline-block;border:1px solid;border-radius:.3rem;padding:0 .5rem;"
"margin:0 .4rem .3rem 0}\n"
".written{border-left:3px solid var(--line);padding-left:.8rem}"
".keep{white-space:pre-wrap}nav ol{columns:2;padding-left:1.2rem}"
"#decision{background:var(--box);padding:.2rem 1rem .6rem}"
"#decision h2{margin-top:.6rem;border:0}a{color:var(--c0)}\n"
"svg{width:100%;height:auto;max-width:46rem;display:block}"
"svg text{font:12px system-ui,sans-serif;fill:var(--fg)}"
".name{text-anchor:end}.tick,.count{text-anchor:middle}"
"svg .tick,svg .val{fill:var(--soft)}"
".grid{stroke:var(--line)}.mark{stroke:var(--soft);stroke-dasharray:4 3}"
".bar{stroke-width:2}.path{stroke-width:1.5}.cell{fill:var(--c0)}\n"
".bar.s0,.path.s0{stroke:var(--c0)}.bar.s1,.path.s1{stroke:var(--c1)}"
".bar.s2,.path.s2{stroke:var(--c2)}.bar.s3,.path.s3{stroke:var(--c3)}"
".bar.s4,.path.s4{stroke:var(--c4)}.bar.s5,.path.s5{stroke:var(--c5)}"
".dot.s0{fill:var(--c0)}.dot.s1{fill:var(--c1)}.dot.s2{fill:var(--c2)}"
".dot.s3{fill:var(--c3)}.dot.s4{fill:var(--c4)}.dot.s5{fill:var(--c5)}\n"
"@media print{:root{--fg:#000;--bg:#fff;--soft:#444;--line:#bbb;--box:#fff}"
"body{max-width:none;font-size:10pt;padding:0}nav,summary{display:none}"
"h2,h3,caption{break-after:avoid}tr,svg,dl{break-inside:avoid}}\n";

static const char *const tone_class[] = {
	[TONE_PLAIN] = "", [TONE_GOOD] = "good", [TONE_WARN] = "warn",
	[TONE_BAD] = "bad",
};

/* -- Text -- */

static void escape(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case '&': buf_str(out, "&amp;"); break;
		case '<': buf_str(out, "&lt;"); break;
		case '>': buf_str(out, "&gt;"); break;
		case '"': buf_str(out, "&quot;"); break;
		case '\'': buf_str(out, "&#39;"); break;
		default: buf_char(out, s[i]);
		}
	}
}

static void text_in_mode(struct buf *out, const char *text,
			 enum safetext_mode mode)
{
	struct buf safe = BUF_INIT;

	safetext_add(&safe, text, strlen(text), mode);
	escape(out, safe.data, safe.len);
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
		element(out, "code", "", c->text);
		break;
	case CELL_INT:
		buf_printf(out, "%lld", (long long)c->i);
		break;
	case CELL_NUM:
		report_number(out, c->num);
		break;
	case CELL_FIGURE: {
		struct buf b = BUF_INIT;

		report_figure_text(&b, &c->figure);
		html_text(out, b.data);
		buf_printf(out, " <span class=\"soft\">n&#160;%s</span>",
			   decimal_grouped(c->figure.n, text));
		buf_release(&b);
		break;
	}
	}
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

static void table_row(struct buf *out, const struct report_table *t, size_t i)
{
	buf_str(out, "<tr>");
	for (size_t k = 0; k < t->n_columns; k++) {
		const struct report_cell *c =
			&t->cells.at[i * t->n_columns + k];

		buf_str(out, "<td");
		if (t->columns[k].right || c->tone)
			buf_printf(out, " class=\"%s%s%s\"",
				   t->columns[k].right ? "r" : "",
				   t->columns[k].right && c->tone ? " " : "",
				   tone_class[c->tone]);
		buf_char(out, '>');
		cell_html(out, c);
		buf_str(out, "</td>");
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
	buf_str(out, "<table>");
	element(out, "caption", "", caption);
	table_head(out, t);
	buf_str(out, "<tbody>\n");
	for (size_t i = 0; i < table_rows(t); i++)
		table_row(out, t, i);
	buf_str(out, "</tbody></table>\n");
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

static void plot_html(struct buf *out, const struct plot *p,
		      const char *caption)
{
	element(out, "p", "soft", caption);
	buf_char(out, '\n');
	if (!svg_plot(out, p, caption))
		buf_str(out, "<p class=\"why\">no figure of this chart is "
			"defined</p>\n");
	buf_str(out, "<details><summary>The same figures as a table</summary>"
		"<table>");
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
	buf_str(out, "</tbody></table></details>\n");
}

/* -- Blocks -- */

static void items_html(struct buf *out, const struct report_block *b)
{
	bool badges = b->kind == BLOCK_BADGES;

	buf_str(out, badges ? "<ul class=\"badges\">\n" : "<ul>\n");
	for (size_t i = 0; i < b->items.n; i++) {
		element(out, "li", badges ? tone_class[b->tones.at[i]] : "",
			b->items.at[i]);
		buf_char(out, '\n');
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

static void block_html(struct buf *out, const struct report_block *b)
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
		plot_html(out, b->plot, b->text);
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
		"&#39;\">\n<meta name=\"viewport\" content=\""
		"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n");
	element(out, "title", "", r->title);
	buf_printf(out, "\n<style>\n%s</style></head>\n<body>\n<header>",
		   style);
	element(out, "h1", "", r->title);
	buf_printf(out, "\n<p class=\"soft\">As the registry stood at log "
		   "entry %llu (%s), root <code>%.16s</code>. muster "
		   MUSTER_VERSION "%s</p></header>\n",
		   (unsigned long long)(r->entries ? r->entries - 1 : 0),
		   clock_format(r->time, time), r->root,
		   r->is_draft ? ". <strong class=\"warn\">Draft: the gate is "
		   "not met</strong>" : "");
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

static void section_html(struct buf *out, const struct report_section *s)
{
	buf_printf(out, "<section id=\"%s\">", s->id);
	element(out, "h2", "", s->title);
	buf_char(out, '\n');
	for (size_t i = 0; i < s->blocks.n; i++)
		block_html(out, &s->blocks.at[i]);
	buf_str(out, "</section>\n");
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
		section_html(out, &r->sections.at[i]);
		if (i == 0 && r->sections.n > 2)
			nav_html(out, r);
	}
	buf_str(out, "</main>\n</body></html>\n");
	seal_line(&line, r, REPORT_HTML, &parts, out, out->len);
	buf_printf(out, "<!-- %s -->\n", line.data);
	seal_close(out);
	seal_parts_release(&parts);
	buf_release(&line);
}
