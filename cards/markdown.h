/* Markdown (CommonMark), by libcmark, which only cards/markdown.c includes.
 *
 * What people write is shown, never trusted: of a text only the structure
 * listed below becomes HTML; raw HTML is shown as the text it is, links and
 * images as their text with the address behind it, and never as something
 * that loads or can be followed by accident. */
#ifndef MUSTER_CARDS_MARKDOWN_H
#define MUSTER_CARDS_MARKDOWN_H

#include <stddef.h>

#include "base/buf.h"
#include "base/vec.h"

/* Text as Markdown that shows it literally, on one line. */
void md_literal(struct buf *out, const char *text);
/* The same within a table's cell. */
void md_cell(struct buf *out, const char *text);

/* Safe HTML: p, h3 to h6 (levels 1 to 4 and more), ul, ol, li, blockquote,
 * pre, code, em, strong, br, hr; everything else is text. Addresses are
 * shown only where they begin with http:, https: or mailto:. */
void md_html(struct buf *out, const char *text);
/* Text as HTML text: & < > " ' as entities. */
void html_literal(struct buf *out, const char *text);

/* Headings of a document, with the bytes of what stands below each up to
 * the next heading of any level. */
struct md_part {
	int level;		/* 1 to 6; 0: the text before the first */
	unsigned line;		/* from 1, of the heading */
	char *title;		/* its text without markup; "" at level 0 */
	size_t head, head_end;	/* the heading's own bytes */
	size_t body_end;	/* its text: head_end up to here */
};
VEC_DECLARE(struct md_part, md_parts);
void md_parts_release(struct md_parts *v);
/* Always at least one part, of level 0. */
void md_split(const char *text, struct md_parts *out);

#endif
