/* Facts that an answer takes from what was measured, and whether they still
 * hold.
 *
 * Such a fact is one line of the answer, marked by how it begins, so that it
 * reads, travels and is compared as any other text:
 *
 *	Measured (adult rev 1, 5ce8d7c1): 48,842 rows, 15 columns; 52 rows
 *	equal an earlier one.
 *
 * A datasheet's facts come from the dataset's profile (rows, missing values,
 * label balance, columns that may be about people, time frame …), a card's
 * from its version and test sets (threshold, test sets and revisions). When
 * the data move on, the line made anew differs from the one that stands
 * there: the linter says so ("moved") and F replaces it. */
#ifndef MUSTER_CARDS_MEASURED_H
#define MUSTER_CARDS_MEASURED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "cards/facts.h"

/* The whole line for an item, without newline; false: nothing is measured
 * that it asks for. */
bool measured_line(struct buf *out, const struct doc_facts *f, const char *id);
/* The first such line in a text: *at and *n receive where it stands. */
bool measured_find(const char *text, size_t *at, size_t *n);
/* True if a line in the text says other than what is measured now; now (or
 * NULL) receives what that is, without the beginning. */
bool measured_moved(const struct doc_facts *f, const char *id,
		    const char *text, struct buf *now);
/* The text with its line replaced, or with the line behind it. False: there
 * is nothing to say, or it says so already. */
bool measured_put(struct buf *out, const struct doc_facts *f, const char *id,
		  const char *text);

#endif
