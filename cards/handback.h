/* A document as Markdown for $EDITOR, and back.
 *
 *	<!--? model card of credit-scorer@7 … how this file is read -->
 *
 *	# 1 Model details
 *
 *	## 1.1 Made by
 *	<!--? guidance; required -->
 *
 *	the answer, any Markdown
 *
 *	## 1.6 Resources
 *
 *	N/A: there is no paper
 *
 * Lines that start with '# ' or '## ' are headings of this file: '##' and an
 * item's id starts its answer. Comments that start a line with "<!--?" are
 * ours and are dropped; all else is the answer. An answer "UNKNOWN" or
 * "UNKNOWN: why", and "N/A: reason", are states. A line of an answer that
 * would be taken for one of these carries a backslash in front, which is
 * taken off again. In fenced code only headings with an item's id, and sections' full
 * headings, count.
 *
 * Nothing is lost: a heading that names no item becomes an extra of the
 * document and is reported; text that belongs nowhere is an error at its
 * line, and the caller keeps the file. */
#ifndef MUSTER_CARDS_HANDBACK_H
#define MUSTER_CARDS_HANDBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cards/doc.h"
#include "cards/facts.h"

struct handback_note {
	unsigned line;		/* from 1 */
	bool is_error;
	char *text;
};
VEC_DECLARE(struct handback_note, handback_notes);
void handback_notes_release(struct handback_notes *v);

/* scope: NULL the whole document, or a section's or an item's id. f (or
 * NULL) tells what is required. RC_NOT_FOUND: no such section or item. */
enum rc handback_write(struct buf *out, const struct doc *d,
		       const struct doc_facts *f, const char *scope,
		       struct err *err) MUST_USE;
/* For readers, and to be read again: a title, no guidance. figures (or NULL)
 * may add to an item, between comments of its own. */
void handback_write_plain(struct buf *out, const struct doc *d,
			  void (*figures)(struct buf *out,
					  const struct item *item, void *arg),
			  void *arg);
/* Takes the answers in the text over into d, which is what was written out.
 * Items whose heading is missing stay as they are, and are reported if the
 * scope had them. RC_BAD_INPUT with the first error; d is then unchanged.
 * notes (or NULL) receives everything to say, by line. */
enum rc handback_read(struct doc *d, const char *scope, const char *text,
		      size_t n, struct handback_notes *notes,
		      struct err *err) MUST_USE;
/* Puts errors into the file as a comment block in front, which the next
 * handback_read drops; *line receives the first error's line in the new
 * text, for the editor's "+LINE". */
void handback_annotate(struct buf *out, const char *text, size_t n,
		       const struct handback_notes *notes, unsigned *line);

#endif
