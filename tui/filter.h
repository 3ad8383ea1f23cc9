/* Filters of lists: the expressions of CLI.md over a list's columns.
 *
 * Terms are joined by blanks and must all hold: a word alone is looked for
 * in all columns; COL:VALUE (holds the text), COL=VALUE, COL<NUMBER,
 * COL>=NUMBER …, COL~/REGEX/; "!" in front negates; quotes keep blanks. COL
 * is a column's key or head, or a field that the source knows. */
#ifndef MUSTER_TUI_FILTER_H
#define MUSTER_TUI_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct list;
struct columns;
struct list_filter;

/* RC_BAD_INPUT says what is wrong; an unfinished text (while typing) parses
 * as far as it makes sense. */
enum rc filter_parse(const char *text, const struct list *l,
		     struct list_filter **out, struct err *err) MUST_USE;
void filter_free(struct list_filter *f);	/* NULL is allowed */
bool filter_matches(struct list_filter *f, const struct list *l,
		    size_t row);
/* The same of a whole table: clears the byte of each row that does not match
 * (a byte a row, all set before). */
enum rc filter_keep(struct list_filter *f, const struct list *l,
		    struct columns *t, uint8_t *answer, struct err *err)
	MUST_USE;
/* A cell's text as a number: "1,204", ".8842", "~.84", "12.4%" count. */
bool filter_number(const char *text, double *out);

#endif
