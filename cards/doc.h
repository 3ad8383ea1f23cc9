/* A document in memory: a form (cards/items.h, with what an organisation's
 * template adds) and one answer per item.
 *
 * An answer is empty, given (Markdown), not applicable (with its reason), or
 * unknown (with what is known of why, or nothing). Answers to ids that the
 * form does not have are kept: an older template's items, and what an import
 * brought that has no place here ("extras", which carry their own heading).
 *
 * Texts are kept as people wrote them, but for two things, which doc_set
 * does: CR LF becomes LF, and blank lines at both ends go. An answer that is
 * blank is empty.
 *
 * The stored JSON (version 1; keys sorted, so that equal documents are equal
 * bytes):
 *
 *	{"answers":{"1.1":{"state":"answered","text":"…"},
 *	            "1.6":{"state":"n/a","text":"no paper"},
 *	            "hf.glossary":{"name":"Glossary","state":…,"text":…}},
 *	 "form":"card","from":{"of":"m@6","revision":4},
 *	 "kept":{"huggingface":"…"},"of":"m@7","v":1}
 *
 * Empty answers are left out. "kept" holds, by format, the file that was
 * imported, so that its unknown parts and their order can be written again. */
#ifndef MUSTER_CARDS_DOC_H
#define MUSTER_CARDS_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cards/items.h"
#include "registry/model.h"

#define ANSWER_STATES(X) \
	X(ANSWER_EMPTY, "empty") \
	X(ANSWER_GIVEN, "answered") \
	X(ANSWER_NA, "n/a") \
	X(ANSWER_UNKNOWN, "unknown")

enum answer_state {
#define X(id, name) id,
	ANSWER_STATES(X)
#undef X
};
const char *answer_state_name(enum answer_state s);
bool answer_state_from_name(const char *name, enum answer_state *out);

struct answer {
	char *id;
	char *name;		/* heading of an extra; else NULL */
	enum answer_state state;
	char *text;		/* never NULL; NA: the reason */
};
VEC_DECLARE(struct answer, answers);

#define DOC_TEXT_MAX (4u << 20)	/* bytes of one answer */

struct doc {
	const struct doc_form *form;	/* borrowed: must outlive the doc */
	char *of;			/* "credit-scorer@7", "adult" */
	struct answers answers;		/* in the order they were first set */
	char *from;			/* what it was copied from, or NULL */
	int64_t from_revision;
	struct pairs kept;		/* format → file as imported */
};

void doc_init(struct doc *d, const struct doc_form *form, const char *of);
void doc_release(struct doc *d);
/* *out need not be initialised. */
void doc_copy(struct doc *out, const struct doc *d);
bool doc_same(const struct doc *a, const struct doc *b);

/* -- Answers -- */

/* Never NULL: an item without one gives an empty answer. Borrowed until the
 * next doc_set. */
const struct answer *doc_answer(const struct doc *d, const char *id);
/* RC_BAD_INPUT, naming the item: text that is no UTF-8 or holds NUL or is
 * over DOC_TEXT_MAX, NA without a reason, a gate answered other than yes or
 * no. The text may be NULL for EMPTY and UNKNOWN. Any id is taken. */
enum rc doc_set(struct doc *d, const char *id, enum answer_state state,
		const char *text, struct err *err) MUST_USE;
/* An answer outside the form, with its heading. */
enum rc doc_set_extra(struct doc *d, const char *id, const char *name,
		      const char *text, struct err *err) MUST_USE;
/* The i-th answer that the form has no item for (EMPTY ones left out), or
 * NULL behind the last. */
const struct answer *doc_extra(const struct doc *d, size_t i);
bool answer_same(const struct answer *a, const struct answer *b);

/* True where the form lets the item be left out as the document stands: its
 * section's gate "relates to people?" says no (ITEM_PEOPLE), or the section's
 * first item says no (ITEM_AFTER_NO). *why (or NULL) gets a static text. */
bool doc_skips(const struct doc *d, const struct section *section,
	       const struct item *item, const char **why);
/* True for an answer that begins with the word "no" (or "none"), such as
 * "No." and "no, nothing was"; not "not", nor "No consent was asked". */
bool text_says_no(const char *text);

/* -- The file that was imported -- */

const char *doc_kept(const struct doc *d, const char *format);	/* or NULL */
void doc_keep(struct doc *d, const char *format, const char *text);

/* -- Copying forward -- */

/* A new document of another thing that starts with all answers of prev. */
void doc_copy_forward(struct doc *out, const struct doc *prev,
		      int64_t prev_revision, const char *of);
/* True if the item's answer differs from that in base (NULL: from empty). */
bool doc_changed(const struct doc *d, const struct doc *base, const char *id);
size_t doc_n_changed(const struct doc *d, const struct doc *base);

/* -- Stored form -- */

void doc_write(struct buf *out, const struct doc *d);
/* RC_BAD_INPUT names the field at fault ("answers.1.1.state: …"). */
enum rc doc_read(const char *text, size_t n, const struct doc_form *form,
		 struct doc *out, struct err *err) MUST_USE;
/* "card", "datasheet", "checklist": the value of "form". */
const char *doc_type_name(enum doc_type type);
bool doc_type_from_name(const char *name, enum doc_type *out);

#endif
