/* A text to the user's editor and back, for views that are no documents. */
#ifndef MUSTER_TUI_OUTSIDE_H
#define MUSTER_TUI_OUTSIDE_H

#include "base/buf.h"
#include "base/err.h"
#include "tui/app.h"

/* Writes the text into a new private file, NAME-….EXT; its path is the caller's
 * to free, NULL if it could not be written. */
enum rc outside_write(const char *name, const char *ext, const struct buf *text,
		      char **path, struct err *err) MUST_USE;
/* Leaves the screen to the editor with the text in a private file, and takes
 * what it left there. line: where to start, 0: anywhere. The file is deleted
 * unless an error says where it still is. An editor that ends with a status
 * other than 0 is RC_FAILED, with the text as it was. */
enum rc outside_edit(struct app *app, const char *name, unsigned line,
		     struct buf *text, struct err *err) MUST_USE;

#endif
