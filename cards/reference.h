/* Figures in a document are references to evaluations:
 *
 *	{{METRIC TESTSET[@REVISION] [slice COL=VALUE | slice NAME] [of MODEL@V]}}
 *
 *	{{accuracy fraud-live}}
 *	{{recall fraud-live@37 slice race+sex=Asian+Male}}
 *	{{fpr fraud-live slice "region=New York" of fraud@6}}
 *
 * Without a revision the newest is meant, without "of" the document's own
 * version. A word with blanks stands in quotes. Rendered they say value,
 * interval, n, test set and revision, and whether they are stale:
 *
 *	0.8842 [0.8749, 0.8931], n 4,812, fraud-live@37 ~ stale */
#ifndef MUSTER_CARDS_REFERENCE_H
#define MUSTER_CARDS_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "cards/facts.h"
#include "model/figure.h"
#include "model/metric.h"

struct reference {
	enum metric metric;
	char *testset;
	int64_t revision;		/* 0: the newest */
	char *by, *value;		/* NULL: the whole; "slice", NAME */
	char *model;			/* NULL: the document's own version */
	int64_t version;
};
void reference_release(struct reference *r);
/* text: what stands between the braces. RC_BAD_INPUT says what is wrong. */
enum rc reference_parse(const char *text, size_t n, struct reference *out,
			struct err *err) MUST_USE;
/* With the braces. */
void reference_write(struct buf *out, const struct reference *r);

/* The next "{{…}}" (on one line) of a text at or behind *at: *at and *n
 * receive where it stands, braces included. */
bool reference_find(const char *text, size_t *at, size_t *n);

struct resolved {
	struct figure figure;
	int64_t revision;
	char state[16];			/* "fresh", "stale", "partial" */
};
/* RC_NOT_FOUND says what there is no such of. Known evaluations answer first,
 * then the registry of f. */
enum rc reference_resolve(const struct reference *r, const struct doc_facts *f,
			  struct resolved *out, struct err *err) MUST_USE;
void reference_render(struct buf *out, const struct reference *r,
		      const struct resolved *v);
/* The text with every reference rendered; one that cannot be resolved stays
 * and is marked "(?? why)". f NULL: all stay as they are. */
void references_render(struct buf *out, const char *text,
		       const struct doc_facts *f);

/* A figure as documents print it: "0.8842 [0.8749, 0.8931], n 4,812" or
 * "undefined (no positives), n 0". */
void figure_print(struct buf *out, const struct figure *f);
/* Four digits for what lies in -1 … 1, else five significant ones. */
void number_print(struct buf *out, double x);

#endif
