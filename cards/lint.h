/* What is wrong with a document: findings that say where, why and what to
 * do. docs/lint.md explains every id. */
#ifndef MUSTER_CARDS_LINT_H
#define MUSTER_CARDS_LINT_H

#include <stdbool.h>

#include "base/vec.h"
#include "cards/doc.h"
#include "cards/facts.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };
const char *severity_name(enum severity s);

/* id, name, severity, what it is about (for who reads this) */
#define LINT_LIST(X) \
	X(LINT_EMPTY, "empty", SEVERITY_ERROR, "a required item has no answer") \
	X(LINT_UNKNOWN, "unknown", SEVERITY_WARNING, "a required item is answered 'unknown'") \
	X(LINT_PLACEHOLDER, "placeholder", SEVERITY_ERROR, "an answer holds text that stands for one") \
	X(LINT_BAD_REFERENCE, "bad-reference", SEVERITY_ERROR, "a reference cannot be read") \
	X(LINT_UNKNOWN_REFERENCE, "unknown-reference", SEVERITY_ERROR, "a reference names no stored figure") \
	X(LINT_STALE_REFERENCE, "stale-reference", SEVERITY_ERROR, "a reference's evaluation is stale or partial") \
	X(LINT_UNDEFINED_REFERENCE, "undefined-reference", SEVERITY_WARNING, "a reference's figure is undefined") \
	X(LINT_ASSERTED, "asserted", SEVERITY_WARNING, "a number is typed next to a metric's name") \
	X(LINT_DISAGREES, "disagrees", SEVERITY_ERROR, "a typed number lies outside the interval that was measured") \
	X(LINT_RANGE, "out-of-range", SEVERITY_ERROR, "a typed number is impossible for its metric") \
	X(LINT_INTERVAL, "outside-interval", SEVERITY_ERROR, "a typed value lies outside the interval typed with it") \
	X(LINT_FACTOR_WITHOUT_SLICE, "factor-without-slice", SEVERITY_WARNING, "no slice measures an evaluation factor") \
	X(LINT_SLICE_WITHOUT_FACTOR, "slice-without-factor", SEVERITY_WARNING, "a measured slice is named in no factor") \
	X(LINT_NO_EVALUATION, "no-evaluation", SEVERITY_WARNING, "the version was never evaluated") \
	X(LINT_PERSONAL_DATA, "contradiction-personal-data", SEVERITY_ERROR, "card and datasheet differ on data about people") \
	X(LINT_LICENCE, "contradiction-licence", SEVERITY_WARNING, "card and datasheet name different licences") \
	X(LINT_POPULATION, "population-untested", SEVERITY_WARNING, "an intended group has no slice in the test sets") \
	X(LINT_GATE, "contradiction-people", SEVERITY_ERROR, "the gates of one datasheet differ") \
	X(LINT_MOVED, "moved", SEVERITY_ERROR, "a measured line no longer says what is measured") \
	X(LINT_OWNER, "no-owner", SEVERITY_WARNING, "the model has no owner") \
	X(LINT_CONTACT, "no-contact", SEVERITY_WARNING, "the contact is nobody that can be reached") \
	X(LINT_UNSAFE, "unsafe-text", SEVERITY_ERROR, "text holds control, bidi or invisible characters")

enum lint_id {
#define X(id, name, severity, about) id,
	LINT_LIST(X)
#undef X
	LINT_COUNT
};
const char *lint_name(enum lint_id id);
enum severity lint_severity(enum lint_id id);

struct finding {
	enum lint_id id;
	const char *item;	/* borrowed from the doc or its form; may be "" */
	char *place;		/* "3.2", "3.2 line 4", "model credit-scorer" */
	char *why, *remedy;
};
VEC_DECLARE(struct finding, findings);
void findings_release(struct findings *v);

/* Appends findings: items in the form's order, then what concerns several
 * items or documents. f may be NULL: then only what the
 * text alone shows. Quick enough for every pause in typing: a reference that
 * f does not answer is looked up in f->reg. */
void lint_doc(const struct doc *d, const struct doc_facts *f,
	      struct findings *out);
/* The text with each number that is typed next to a metric's name, and that
 * an evaluation of f measures, replaced by the reference: to the whole, or to
 * the one slice whose figure it is. False, and nothing written: there is
 * none. */
bool lint_take_figures(struct buf *out, const struct doc_facts *f,
		       const char *text);
size_t findings_count(const struct findings *v, enum severity s);

#endif
