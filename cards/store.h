/* Documents in the registry: loaded with the organisation's template,
 * started from the version before, saved with optimistic locking. */
#ifndef MUSTER_CARDS_STORE_H
#define MUSTER_CARDS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cards/doc.h"
#include "registry/document.h"
#include "registry/registry.h"

struct doc_file {
	struct doc doc;
	struct document_rec rec;	/* text NULL; rec.base to save on */
	bool is_new;			/* never saved: empty or copied forward */
	/* What "changed" is relative to: for a card what it was copied from,
	 * else the revision approved last; has_before false: neither. */
	bool has_before;
	struct doc before;
	struct doc_form *form;		/* private: base form with template */
};

/* revision 0: the newest, or a new one if none was ever saved: a card then
 * starts from the newest card of the nearest version before. RC_NOT_FOUND:
 * no such revision. Whether the model or dataset exists is not asked. */
enum rc doc_file_open(struct registry *reg, enum doc_type type,
		      const char *of, int64_t revision, struct doc_file *out,
		      struct err *err) MUST_USE;
void doc_file_release(struct doc_file *f);
/* Saves f->doc on top of f->rec.base; RC_CONFLICT when somebody saved
 * meanwhile. Then rec is the new state. */
enum rc doc_file_save(struct registry *reg, struct doc_file *f,
		      const char *note, struct err *err) MUST_USE;
enum document_kind doc_kind(enum doc_type type);
/* The form with the organisation's template, for the caller to free with
 * doc_form_free; never NULL on success. */
enum rc doc_form_load(struct registry *reg, enum doc_type type,
		      struct doc_form **out, struct err *err) MUST_USE;

/* -- Three-way -- what two people made of one text. */
struct merge_item {
	const char *id;			/* borrowed from mine, theirs or base */
	bool conflict;			/* both changed it, differently */
};
VEC_DECLARE(struct merge_item, merge_items);
/* *out: theirs, with my answers where only I changed them; where both did,
 * theirs stays and the item is listed as a conflict. items (or NULL): every
 * item that I changed. */
void doc_merge(const struct doc *base, const struct doc *mine,
	       const struct doc *theirs, struct doc *out,
	       struct merge_items *items);

#endif
