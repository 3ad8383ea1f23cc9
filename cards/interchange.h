/* Documents from and to the formats of others.
 *
 * The file that is imported is kept with the document (doc_keep). An export
 * to the same format starts from it and changes only the places whose item
 * was answered otherwise since; so what has no place among our items, the
 * order of keys, and what we do not know come out as they came in, and
 * import, export, import gives the same answers.
 *
 * Whatever does not become an item's answer, and whatever an export cannot
 * say in the other format, is reported item by item. */
#ifndef MUSTER_CARDS_INTERCHANGE_H
#define MUSTER_CARDS_INTERCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cards/doc.h"
#include "cards/facts.h"

/* id, name for --format, which documents, what it is */
#define DOC_FORMATS(X) \
	X(DOC_FORMAT_MD, "md", "Markdown: a heading for each item") \
	X(DOC_FORMAT_JSON, "json", "JSON as it is stored") \
	X(DOC_FORMAT_HF, "huggingface", "Hugging Face README.md") \
	X(DOC_FORMAT_MCT, "model-card-toolkit", "Model Card Toolkit JSON 0.0.2 (reads 0.0.1)") \
	X(DOC_FORMAT_CROISSANT, "croissant", "Croissant 1.1 with RAI (datasheets)")

enum doc_format {
#define X(id, name, about) id,
	DOC_FORMATS(X)
#undef X
};
const char *doc_format_name(enum doc_format f);
bool doc_format_from_name(const char *name, enum doc_format *out);
bool doc_format_fits(enum doc_format f, enum doc_type type);
/* From the text itself; false if it is none of them. */
bool doc_format_guess(const char *text, size_t n, enum doc_type type,
		      enum doc_format *out);

enum loss_kind {
	LOSS_KEPT,	/* no item of ours; kept, and exported again */
	LOSS_CHANGED,	/* said otherwise: a number fixed, a list as text */
	LOSS_DROPPED	/* gone */
};
struct loss {
	enum loss_kind kind;
	char *what;	/* "model_parameters.input_format", "3.2" */
	char *why;
};
VEC_DECLARE(struct loss, losses);
void losses_release(struct losses *v);
const char *loss_kind_name(enum loss_kind k);

#define IMPORT_MAX (16u << 20)

/* Sets the answers that the file has; the others stay. file: its name, for
 * messages. RC_BAD_INPUT "FILE: line N: …"; d is then unchanged. */
enum rc doc_import(struct doc *d, enum doc_format format, const char *file,
		   const char *text, size_t n, struct losses *report,
		   struct err *err) MUST_USE;
/* f (or NULL) resolves references and fills section 7. The same document and
 * facts give the same bytes. */
enum rc doc_export(struct buf *out, const struct doc *d,
		   const struct doc_facts *f, enum doc_format format,
		   struct losses *report, struct err *err) MUST_USE;
/* As Markdown for people to read, on a screen or in a report: as the export
 * to md, without the marks by which that is read back. */
enum rc doc_render(struct buf *out, const struct doc *d,
		   const struct doc_facts *f, struct err *err) MUST_USE;

#endif
