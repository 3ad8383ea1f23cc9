/* Section 7 of a card, which fills itself: figures by slice from the newest
 * evaluation on each test set, with a chart in text. People add commentary
 * (their answers to 7.1 and 7.2), never figures. */
#ifndef MUSTER_CARDS_QUANTITATIVE_H
#define MUSTER_CARDS_QUANTITATIVE_H

#include <stdbool.h>

#include "base/buf.h"
#include "cards/facts.h"

/* Below this n a slice is marked "insufficient" (CLI.md, Figures). */
#define QUANTITATIVE_MIN_N 200

/* Unitary: the whole and slices by one attribute or by name (7.1);
 * intersectional: slices over several (7.2). Appends Markdown; nothing if
 * there is no such slice. */
void quantitative_write(struct buf *out, const struct doc_facts *f,
			bool intersectional);
/* One line of a chart: "|    --*--     |" of the width, low to high over the
 * scale from 0 to 1. Undefined figures give an empty scale. */
void interval_bar(struct buf *out, const struct figure *f, double least,
		  double most, size_t width);

#endif
