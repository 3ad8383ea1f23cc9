/* The style sheet of a report's HTML: for screens, light and dark, wide and
 * narrow, and for paper.
 *
 * Rules it keeps: text of at least 4.5 to 1 against its ground in both
 * schemes; no meaning by colour alone (a word or a shape stands beside it);
 * nothing is fetched, so fonts are those of the reader's system; a table that
 * is wider than the page scrolls in its own box, the page never does; on
 * paper no row, chart or head is torn from what it belongs to. */
#ifndef MUSTER_CARDS_RENDER_STYLE_H
#define MUSTER_CARDS_RENDER_STYLE_H

/* Static; never holds "</". */
const char *report_style(void);

#endif
