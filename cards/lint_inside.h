/* What the files of cards/lint share; for no other file. */
#ifndef MUSTER_CARDS_LINT_INSIDE_H
#define MUSTER_CARDS_LINT_INSIDE_H

#include "cards/lint.h"

/* Where the linter is. */
struct linter {
	const struct doc *doc;
	const struct doc_facts *facts;	/* or NULL */
	struct findings *out;
	const char *item;		/* id, or "" */
};

/* line 0: none is said. */
void lint_found(struct linter *l, enum lint_id id, unsigned line,
		const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* The line in the answer of the byte at. */
unsigned lint_line(const char *text, size_t at);

/* References and typed numbers of one answer (lint_figures.c). */
void lint_figures(struct linter *l, const char *text);
/* Factors against slices, groups against slices (lint_factors.c). */
void lint_factors(struct linter *l);
/* A card against the datasheets it names (lint_sheets.c). */
void lint_sheets(struct linter *l);

/* True if the words of needle stand side by side in text; letter case and
 * what separates words does not matter, a plural 's' neither. */
bool words_in(const char *text, const char *needle);

#endif
