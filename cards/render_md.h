/* A report as Markdown (CommonMark with tables): literal text stays literal
 * after a render, whatever it holds; what people wrote in Markdown is shown
 * as the text it is, in a quote, so that it cannot change the report's own
 * structure (a reference definition or raw HTML would). Charts are lines of
 * text with their figures. */
#ifndef MUSTER_CARDS_RENDER_MD_H
#define MUSTER_CARDS_RENDER_MD_H

#include "base/buf.h"
#include "cards/report.h"

void render_md(const struct report *r, struct buf *out);

#endif
