/* How complete a document is, and why: the share of weight (cards/items.h)
 * among the items that count.
 *
 * An item counts if the model's risk requires it (item_required), unless the
 * form lets it be left out (doc_skips). It is done if it is answered or not
 * applicable with a reason; "unknown" is allowed in a draft and is a gap. An
 * item that fills itself (section 7) is done as soon as there are
 * evaluations to fill it from, or a text. */
#ifndef MUSTER_CARDS_COMPLETE_H
#define MUSTER_CARDS_COMPLETE_H

#include "base/vec.h"
#include "cards/doc.h"
#include "cards/facts.h"

enum item_status {
	STATUS_DONE,
	STATUS_GAP,		/* required, and empty or unknown */
	STATUS_OPTIONAL,	/* not required, and not answered */
	STATUS_SKIPPED		/* need not be answered as things stand */
};
/* *why (or NULL) gets a static text: "empty", "unknown", "relates to no
 * people", "filled from evaluations". f may be NULL: risk counts as high. */
enum item_status item_status(const struct doc *d, const struct doc_facts *f,
			     const struct section *section,
			     const struct item *item, const char **why);

struct gap {
	const struct section *section;
	const struct item *item;
	const char *why;
	unsigned weight;
};
VEC_DECLARE(struct gap, gaps);

struct completeness {
	size_t n_done, n_all;		/* items that count */
	unsigned done, all;		/* their weights */
	struct gaps gaps;		/* in the form's order */
};
/* section NULL: of the whole form. */
void doc_complete(const struct doc *d, const struct doc_facts *f,
		  const struct section *section, struct completeness *out);
void completeness_release(struct completeness *c);
double completeness_share(const struct completeness *c); /* 1 if none counts */
/* "33 of 36, 92%; missing 3.2, 3.3, 8.2". */
void completeness_text(struct buf *out, const struct completeness *c);
/* "1.2, 3.4, 5.1 and 9 more": at most max of the gaps by name. */
void completeness_gaps(struct buf *out, const struct completeness *c,
		       size_t max);
/* The reason of an approval: where there are gaps, they are part of it, so
 * that the log says what was approved over. The caller frees. */
char *completeness_reason(const struct completeness *c, const char *reason);

#endif
