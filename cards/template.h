/* An organisation's own sections and items, from a YAML file:
 *
 *	document: card			# card, datasheet or checklist
 *	name: Example bank, 2026
 *	sections:
 *	  - section: "3"		# add to one there is
 *	    items:
 *	      - id: 3.B1
 *	        name: Branch
 *	        guidance: Does it differ between branches?
 *	        required: always	# never, high, medium, always
 *	        weight: 2
 *	  - section: bank		# a new one
 *	    name: Bank
 *	    items: …
 *
 * Own items stand behind ours in a section; nothing of ours is removed. Ids
 * are [A-Za-z0-9][A-Za-z0-9._-]{0,31} and none of ours. Stored as a document
 * of kind "template", whose name is the document's type. */
#ifndef MUSTER_CARDS_TEMPLATE_H
#define MUSTER_CARDS_TEMPLATE_H

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "base/vec.h"
#include "cards/items.h"

#define TEMPLATE_MAX (256u << 10)

/* Checks a file; findings (or NULL) gets "FILE:LINE: …" for each fault, err
 * the first (RC_BAD_INPUT). *stored is its JSON for the caller to free, *type
 * the document that it adds to. */
enum rc template_parse(const char *text, size_t n, const char *file,
		       struct json **stored, enum doc_type *type,
		       struct strs *findings, struct err *err) MUST_USE;
/* The form with the template's items; stored may be NULL: a copy of ours. */
enum rc doc_form_build(enum doc_type type, const struct json *stored,
		       struct doc_form **out, struct err *err) MUST_USE;
void doc_form_free(struct doc_form *form);	/* NULL is allowed */
/* True for an item that the template added. */
bool item_is_own(const struct doc_form *form, const struct item *item);

#endif
