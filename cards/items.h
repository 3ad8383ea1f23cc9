/* What a document asks: sections and items of model cards, datasheets and
 * the checklist, as the field's papers list them, in our own words.
 *
 * Card: Mitchell et al. 2019, "Model Cards for Model Reporting", nine
 * sections. Datasheet: Gebru et al. 2021, "Datasheets for Datasets", seven
 * sections, 57 questions and the two gates "does it relate to people?".
 * Checklist: J. Abbott, "Machine Learning's Surprises".
 *
 * Ids are stable for ever: stored documents name items by them. An
 * organisation's own items come from a template (cards/template.h) and stand
 * behind these in their section. */
#ifndef MUSTER_CARDS_ITEMS_H
#define MUSTER_CARDS_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

enum doc_type { DOC_CARD, DOC_DATASHEET, DOC_CHECKLIST };

/* From which risk of the model on an item must be answered before a document
 * is complete. A model whose risk is unset counts as high. */
enum item_need {
	NEED_NEVER,		/* welcome, never counted as a gap */
	NEED_HIGH,		/* required for high risk */
	NEED_MEDIUM,		/* for medium and high */
	NEED_ALWAYS
};

enum item_flag {
	ITEM_PEOPLE = 1,	/* skipped where the section's gate says no */
	ITEM_GATE = 2,		/* such a gate: answered yes or no */
	ITEM_COMMENT = 4,	/* "other comments": no gap when empty */
	ITEM_AUTO = 8,		/* fills itself from evaluations */
	ITEM_AFTER_NO = 16	/* skipped where the first item says "no" */
};

struct item {
	const char *id;		/* "3.2", "L5", "release.metrics" */
	const char *name;	/* short head */
	const char *guidance;	/* what a good answer says; one paragraph */
	enum item_need need;
	unsigned flags;
	unsigned weight;	/* of completeness; 1 unless it matters more */
};

struct section {
	const char *id;		/* "3", "L", "release" */
	const char *name;
	const struct item *items;
	size_t n_items;
};

struct doc_form {
	enum doc_type type;
	const char *name;	/* "model card" */
	const struct section *sections;
	size_t n_sections;
};

const struct doc_form *doc_form(enum doc_type type);
/* NULL if there is none. *section (or NULL) receives where it stands. */
const struct item *doc_form_item(const struct doc_form *form, const char *id,
				 const struct section **section);
/* risk: "low", "medium", "high" or NULL (counts as high). */
bool item_required(const struct item *item, const char *risk);

#endif
