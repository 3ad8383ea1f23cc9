/* A text in the user's own editor, and back (docs: $VISUAL, $EDITOR, else
 * vi; split at blanks, no shell). The file stays in the drafts' folder until
 * the text was taken: a refused text is never lost. */
#ifndef MUSTER_CLI_EDIT_H
#define MUSTER_CLI_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

struct cli;

/* Checks a text; each finding starts "line N: ". RC_BAD_INPUT brings the
 * editor up again, with each finding as a comment "#! …" below its line;
 * such lines are gone from what check sees. */
typedef enum rc edit_check_fn(void *arg, const char *text,
			      struct strs *findings, struct err *err);
/* The name of a draft, without folder: the stem, and what tells registries
 * apart. base: the revision that is edited; a draft of another one stays as it
 * is. -1: the text itself says it. The caller frees. */
char *cli_edit_name(struct cli *c, const char *stem, int64_t base);
/* The draft's file, the caller's to free; NULL, with err set: there is no
 * folder for it. */
char *cli_edit_path(const char *name, struct err *err);
/* The text that an earlier edit left behind takes the place of text; says so.
 * --discard takes it away instead. False: there is none. */
bool cli_edit_resume(struct cli *c, const char *name, struct buf *text);
/* text is replaced by what was written. RC_USAGE with --no-input. */
enum rc cli_edit(struct cli *c, const char *name, struct buf *text,
		 edit_check_fn *check, void *arg, struct err *err) MUST_USE;
/* Takes the draft away: its text was saved, or is what is there already. A
 * dry run saves nothing, and takes nothing away. */
void cli_edit_done(struct cli *c, const char *name);

#define OPT_DISCARD { "discard", 0, NULL, \
	"forget the draft of an earlier edit", false, NULL }

#endif
