/* What the formats of cards/interchange share; for no other file. */
#ifndef MUSTER_CARDS_INTERCHANGE_INSIDE_H
#define MUSTER_CARDS_INTERCHANGE_INSIDE_H

#include "base/json.h"
#include "cards/interchange.h"

/* One import or export under way. */
struct exchange {
	struct doc *doc;		/* import: filled; export: not changed */
	const struct doc_facts *facts;	/* export; or NULL */
	struct losses *report;
	const char *file;
	const char *text;		/* import: the whole file, NUL behind */
	size_t n;
};

void loss_add(struct exchange *x, enum loss_kind kind, const char *what,
	      const char *fmt, ...) PRINTF_LIKE(4, 5);
/* "FILE: line N: why", the line being that of the JSON value at path
 * ("recordSet.0.field"), as near as it can be told. */
enum rc refuse_at(struct exchange *x, const char *path, struct err *err,
		  const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Text that is blank or a well-known filler is no answer. "N/A: why" and
 * "UNKNOWN" are states. */
enum rc take_answer(struct exchange *x, const char *id, const char *text,
		    struct err *err) MUST_USE;
enum rc take_extra(struct exchange *x, const char *id, const char *name,
		   const char *text, struct err *err) MUST_USE;
/* An answer as text, its state included; references are rendered when
 * facts are known (marked: so that an import finds them again). */
char *answer_text(const struct exchange *x, const char *id, bool marked);
/* A text with its references rendered and marked; the caller frees. */
char *render_text(const struct exchange *x, const char *text);
/* Takes the marks of answer_text off; the caller frees. */
char *unmark(const char *text);
bool answers_differ(const struct doc *a, const struct doc *b,
		    const char *const *ids);

/* "## 3.1 Relevant factors" and its answer, for every item in the list
 * (section 7 with its figures); and the way back for a text of such. */
void items_write(struct buf *out, const struct exchange *x,
		 const char *const *ids, int level);
/* The id that a heading such as "3.1 Relevant factors" names, or NULL. */
const char *heading_item(const struct doc *d, const char *title);

enum rc md_import(struct exchange *x, struct err *err);
enum rc md_export(struct exchange *x, struct buf *out, struct err *err);
enum rc hf_import(struct exchange *x, struct err *err);
enum rc hf_export(struct exchange *x, struct buf *out, struct err *err);
enum rc mct_import(struct exchange *x, struct err *err);
enum rc mct_export(struct exchange *x, struct buf *out, struct err *err);
enum rc croissant_import(struct exchange *x, struct err *err);
enum rc croissant_export(struct exchange *x, struct buf *out,
			 struct err *err);

#endif
