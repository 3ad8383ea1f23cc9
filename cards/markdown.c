#include "cards/markdown.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/xalloc.h"

static void literal(struct buf *out, const char *text, const char *marks)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\n' || *p == '\r' || *p == '\t') {
			buf_char(out, ' ');
			continue;
		}
		if (strchr(marks, *p))
			buf_char(out, '\\');
		buf_char(out, *p);
	}
}

void md_literal(struct buf *out, const char *text)
{
	/* at a line's start these would begin a list or a heading */
	if (strchr("-+#=", *text) && *text)
		buf_char(out, '\\');
	literal(out, text, "\\`*_[]<>&!~|");
}

void md_cell(struct buf *out, const char *text)
{
	literal(out, text, "\\`*_[]<>&!~|");
}

void html_literal(struct buf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': buf_str(out, "&amp;"); break;
		case '<': buf_str(out, "&lt;"); break;
		case '>': buf_str(out, "&gt;"); break;
		case '"': buf_str(out, "&quot;"); break;
		case '\'': buf_str(out, "&#39;"); break;
		default: buf_char(out, *text);
		}
	}
}

/* -- HTML -- */

static const struct tag {
	cmark_node_type type;
	const char *open, *close;
} tags[] = {
	{ CMARK_NODE_BLOCK_QUOTE, "<blockquote>\n", "</blockquote>\n" },
	{ CMARK_NODE_ITEM, "<li>", "</li>\n" },
	{ CMARK_NODE_PARAGRAPH, "<p>", "</p>\n" },
	{ CMARK_NODE_EMPH, "<em>", "</em>" },
	{ CMARK_NODE_STRONG, "<strong>", "</strong>" },
	{ CMARK_NODE_THEMATIC_BREAK, "<hr>\n", "" },
	{ CMARK_NODE_SOFTBREAK, "\n", "" },
	{ CMARK_NODE_LINEBREAK, "<br>\n", "" },
};

static bool is_shown_address(const char *url)
{
	return !strncasecmp(url, "http://", 7) ||
	       !strncasecmp(url, "https://", 8) ||
	       !strncasecmp(url, "mailto:", 7);
}

/* Behind a link's text its address, where it is one that people know. */
static void write_address(struct buf *out, cmark_node *node)
{
	const char *url = cmark_node_get_url(node);

	if (!url || !is_shown_address(url))
		return;
	buf_str(out, " (");
	html_literal(out, url);
	buf_char(out, ')');
}

static void write_leaf(struct buf *out, cmark_node *node, const char *open,
		       const char *close)
{
	const char *text = cmark_node_get_literal(node);

	buf_str(out, open);
	html_literal(out, text ? text : "");
	buf_str(out, close);
}

static void write_heading(struct buf *out, cmark_node *node, bool enter)
{
	int level = cmark_node_get_heading_level(node) + 2;

	buf_printf(out, enter ? "<h%d>" : "</h%d>\n", level > 6 ? 6 : level);
}

static void write_list(struct buf *out, cmark_node *node, bool enter)
{
	bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;

	buf_printf(out, "<%s%s>\n", enter ? "" : "/", ordered ? "ol" : "ul");
}

static void write_node(struct buf *out, cmark_node *node, bool enter)
{
	cmark_node_type type = cmark_node_get_type(node);

	for (size_t i = 0; i < COUNT(tags); i++)
		if (tags[i].type == type)
			buf_str(out, enter ? tags[i].open : tags[i].close);
	switch ((int)type) {
	case CMARK_NODE_HEADING:
		write_heading(out, node, enter);
		break;
	case CMARK_NODE_LIST:
		write_list(out, node, enter);
		break;
	case CMARK_NODE_TEXT: case CMARK_NODE_HTML_INLINE:
		write_leaf(out, node, "", "");
		break;
	case CMARK_NODE_HTML_BLOCK:
		write_leaf(out, node, "<pre>", "</pre>\n");
		break;
	case CMARK_NODE_CODE:
		write_leaf(out, node, "<code>", "</code>");
		break;
	case CMARK_NODE_CODE_BLOCK:
		write_leaf(out, node, "<pre><code>", "</code></pre>\n");
		break;
	case CMARK_NODE_LINK: case CMARK_NODE_IMAGE:
		if (!enter)
			write_address(out, node);
		break;
	}
}

/* Leaves are visited once, on entering; containers twice. */
void md_html(struct buf *out, const char *text)
{
	cmark_node *doc = cmark_parse_document(text, strlen(text),
					       CMARK_OPT_VALIDATE_UTF8);
	cmark_iter *iter;
	cmark_event_type event;

	if (!doc)
		fatal("no memory for a document");
	iter = cmark_iter_new(doc);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		write_node(out, cmark_iter_get_node(iter),
			   event == CMARK_EVENT_ENTER);
	cmark_iter_free(iter);
	cmark_node_free(doc);
}

/* -- Parts -- */

void md_parts_release(struct md_parts *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].title);
	vec_free(v);
}

/* The text of all that is in a node. */
static char *plain(cmark_node *node)
{
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type event;
	struct buf b = BUF_INIT;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *n = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(n);
		const char *s = cmark_node_get_literal(n);

		if (event == CMARK_EVENT_ENTER && s &&
		    type != CMARK_NODE_HTML_INLINE)
			buf_str(&b, s);
		else if (event == CMARK_EVENT_ENTER &&
			 type == CMARK_NODE_SOFTBREAK)
			buf_char(&b, ' ');
	}
	cmark_iter_free(iter);
	return buf_detach(&b);
}

/* Offset of the first byte of each line, and of the end. */
VEC_DECLARE(size_t, offsets);

static void find_lines(const char *text, struct offsets *out)
{
	size_t at = 0;

	vec_push(out, 0);
	while (text[at]) {
		at += strcspn(text + at, "\r\n");
		if (text[at] == '\r' && text[at + 1] == '\n')
			at++;
		at += text[at] != '\0';
		vec_push(out, at);
	}
}

static size_t line_start(const struct offsets *lines, int line)
{
	size_t i = line < 1 ? 0 : (size_t)line - 1;

	return lines->at[i < lines->n ? i : lines->n - 1];
}

/* The first line behind a heading. Of one that is underlined the library
 * does not tell the underline's line reliably, so it is looked for. */
static int behind(cmark_node *heading, const char *text,
		  const struct offsets *lines)
{
	int line = cmark_node_get_start_line(heading);
	int last = cmark_node_get_end_line(heading);
	const char *p = text + line_start(lines, line);

	if (p[strspn(p, " ")] == '#')
		return last + 1;
	while (++line <= last) {
		p = text + line_start(lines, line);
		p += strspn(p, " ");
		p += strspn(p, strchr("-=", *p) && *p ? *p == '-' ? "-" : "=" :
			    "");
		p += strspn(p, " \t");
		if (p > text && (*p == '\n' || *p == '\r' || !*p) &&
		    (p[-1] == '-' || p[-1] == '=' || p[-1] == ' ' ||
		     p[-1] == '\t'))
			return line + 1;
	}
	return last + 1;
}

/* A heading directly below another leaves it no text. */
static void end_part(struct md_part *part, size_t end)
{
	part->body_end = end;
	if (part->head_end > end)
		part->head_end = end;
}

void md_split(const char *text, struct md_parts *out)
{
	cmark_node *doc = cmark_parse_document(text, strlen(text),
					       CMARK_OPT_VALIDATE_UTF8);
	struct offsets lines = VEC_INIT;
	struct md_part *part = vec_add(out);

	if (!doc)
		fatal("no memory for a document");
	find_lines(text, &lines);
	part->title = xstrdup("");
	part->line = 1;
	for (cmark_node *n = cmark_node_first_child(doc); n;
	     n = cmark_node_next(n)) {
		int line = cmark_node_get_start_line(n);

		if (cmark_node_get_type(n) != CMARK_NODE_HEADING)
			continue;
		end_part(&out->at[out->n - 1], line_start(&lines, line));
		part = vec_add(out);
		part->level = cmark_node_get_heading_level(n);
		part->line = (unsigned)line;
		part->title = plain(n);
		part->head = line_start(&lines, line);
		part->head_end = line_start(&lines, behind(n, text, &lines));
	}
	end_part(&out->at[out->n - 1], strlen(text));
	vec_free(&lines);
	cmark_node_free(doc);
}
