/* A report as one HTML file: nothing is loaded and no script runs, which its
 * own policy (a meta element) says, too. Style for screens, light and dark,
 * and for paper stands inside.
 *
 * Texts from outside pass through base/safetext.h (controls and invisible
 * characters become visible) and then through html_text alone; they stand as
 * element text only. Attributes are written by this file from its own words
 * and from section ids and numbers. */
#ifndef MUSTER_CARDS_RENDER_HTML_H
#define MUSTER_CARDS_RENDER_HTML_H

#include "base/buf.h"
#include "cards/report.h"

void render_html(const struct report *r, struct buf *out);
/* Element text, on one line and with its lines kept. */
void html_text(struct buf *out, const char *text);
void html_lines(struct buf *out, const char *text);

#endif
