/* Charts as inline SVG. Colours come from classes of the report's style;
 * text is literal and escaped. A chart is an image with a name; its figures
 * stand in the table beside it. */
#ifndef MUSTER_CARDS_SVG_H
#define MUSTER_CARDS_SVG_H

#include "base/buf.h"
#include "cards/report.h"

/* False, and nothing is written: no figure is defined. */
bool svg_plot(struct buf *out, const struct plot *p, const char *caption);

#endif
