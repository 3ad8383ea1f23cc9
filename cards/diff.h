/* Differences of texts by line and by word, and of documents by item: lists
 * of runs that screens and commands draw each in its own way.
 *
 * The shortest edit script of Myers 1986 ("An O(ND) Difference Algorithm"),
 * in linear space; where two texts differ in more than a few thousand
 * tokens the rest counts as replaced, so that time stays bounded. */
#ifndef MUSTER_CARDS_DIFF_H
#define MUSTER_CARDS_DIFF_H

#include <stddef.h>

#include "base/buf.h"
#include "base/vec.h"
#include "cards/doc.h"

enum diff_op { DIFF_SAME, DIFF_OLD, DIFF_NEW };
enum diff_unit { DIFF_LINES, DIFF_WORDS };

/* A stretch of text; of a: SAME and OLD, of b: NEW. Borrowed from them. */
struct diff_run {
	enum diff_op op;
	const char *text;
	size_t n;
};
VEC_DECLARE(struct diff_run, diff_runs);

/* Appends runs; neighbours of one kind are joined. Lines include their
 * newline; words are letters-and-digits, runs of blanks, or one other
 * character each. All SAME and OLD runs in order give a; all SAME and NEW
 * runs give b. */
void diff_text(const char *a, const char *b, enum diff_unit unit,
	       struct diff_runs *out);

enum item_change { ITEM_ADDED, ITEM_REMOVED, ITEM_CHANGED };
struct item_diff {
	const char *id;			/* borrowed */
	const char *name;		/* of the item, or of the extra */
	enum item_change change;
	const struct answer *a, *b;	/* borrowed; never NULL */
};
VEC_DECLARE(struct item_diff, item_diffs);
/* Items that differ, in the form's order, extras last. */
void diff_docs(const struct doc *a, const struct doc *b,
	       struct item_diffs *out);
/* For the command line: "- old" / "+ new" lines by item; by word as
 * "[-old-]{+new+}". */
void diff_docs_text(struct buf *out, const struct doc *a, const struct doc *b,
		    enum diff_unit unit);

#endif
