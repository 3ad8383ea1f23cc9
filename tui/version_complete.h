/* Names of versions for a prompt's Tab: first the model, then "@" and what
 * reg_version_resolve takes: numbers, aliases, stages that a version is in. Of
 * several words the last one is completed, and once it is certain, a blank
 * leads to the next. */
#ifndef MUSTER_TUI_VERSION_COMPLETE_H
#define MUSTER_TUI_VERSION_COMPLETE_H

#include "tui/app.h"

/* A complete_fn (tui/app.h). */
size_t version_complete(struct app *app, const char *text, struct buf *longer,
			struct strs *names);

#endif
