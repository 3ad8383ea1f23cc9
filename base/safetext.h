/* Text from outside on its way to a person. Everything that a terminal, an
 * error message or a table shows passes through here, once, at the way out.
 *
 * Decoded first, filtered second: C0 and C1 controls, DEL, bidi controls
 * (U+061C, U+200E-F, U+202A-E, U+2066-9), zero-width and tag characters,
 * variation selectors' abuse, private use and invalid bytes become visible
 * ASCII escapes: "^[", "<U+202E>", "<9C>". Nothing else is changed. ZWJ and
 * variation selector 16 stay where they join emoji. */
#ifndef MUSTER_BASE_SAFETEXT_H
#define MUSTER_BASE_SAFETEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"

enum safetext_mode {
	SAFE_LINE,	/* newline and tab are shown as escapes, too */
	SAFE_TEXT,	/* newline and tab stay */
};

void safetext_add(struct buf *b, const char *s, size_t n,
		  enum safetext_mode mode);
/* As above, and every character beyond ASCII as <U+XXXX>: for terminals
 * that have no UTF-8. */
void safetext_add_ascii(struct buf *b, const char *s, size_t n,
			enum safetext_mode mode);
/* The caller frees. */
char *safetext_line(const char *s);
/* To a stream, filtered. */
void safetext_puts(FILE *f, const char *s, enum safetext_mode mode);
/* True when nothing in s would be escaped. *what (or NULL) receives a static
 * word for the first thing found: "control", "bidi", "invisible", "tag",
 * "private use", "invalid UTF-8". */
bool safetext_clean(const char *s, size_t n, const char **what);

#endif
