/* Writing a card, a datasheet or a checklist: sections with their
 * completeness, fields with an editor, and below them checks, the difference
 * from another revision, or the document as it will read.
 *
 * What is typed is in a draft (tui/draft.h) within seconds, and comes back
 * when the document is opened again; it enters the registry with "submit". */
#ifndef MUSTER_TUI_VIEW_DOCUMENT_H
#define MUSTER_TUI_VIEW_DOCUMENT_H

#include "cards/items.h"
#include "tui/view.h"

/* arg: struct document_arg. */
extern const struct view_ops view_document_ops;
struct document_arg {
	enum doc_type type;
	const char *of;		/* "credit-scorer@7", "adult", "credit-scorer" */
};
/* Opens it above the view that is shown; an error goes to the status line. */
void document_open(struct app *app, enum doc_type type, const char *of);

#endif
