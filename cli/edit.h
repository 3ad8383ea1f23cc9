/* A text in the user's own editor, and back (docs: $VISUAL, $EDITOR, else
 * vi; split at blanks, no shell). The file stays in the drafts' folder until
 * the text was taken: a refused text is never lost. */
#ifndef MUSTER_CLI_EDIT_H
#define MUSTER_CLI_EDIT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

struct cli;

/* Checks a text; each finding starts "line N: ". RC_BAD_INPUT brings the
 * editor up again, with each finding as a comment "#! …" below its line;
 * such lines are gone from what check sees. */
typedef enum rc edit_check_fn(void *arg, const char *text,
			      struct strs *findings, struct err *err);
/* text is replaced by what was written. name: the file's name, without
 * folder. *changed: it differs from what was given. RC_USAGE with
 * --no-input. */
enum rc cli_edit(struct cli *c, const char *name, struct buf *text,
		 edit_check_fn *check, void *arg, bool *changed,
		 struct err *err) MUST_USE;
/* Takes the file away that cli_edit left; after the text was saved. */
void cli_edit_done(const char *name);

#endif
