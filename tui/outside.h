/* A text to the user's editor and back, for views that are no documents. */
#ifndef MUSTER_TUI_OUTSIDE_H
#define MUSTER_TUI_OUTSIDE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "tui/app.h"

/* $VISUAL, $EDITOR or vi with the file, ended by NULL (which argv->n does not
 * count); "+LINE" for editors that are known to take it. */
enum rc outside_argv(const char *path, unsigned line, struct strs *argv,
		     struct err *err) MUST_USE;
/* Leaves the screen to the editor with the text in a private file, and takes
 * what it left there. line: where to start, 0: anywhere. The file is deleted
 * unless an error says where it still is. An editor that ends with a status
 * other than 0 is RC_FAILED, with the text as it was. */
enum rc outside_edit(struct app *app, const char *name, unsigned line,
		     struct buf *text, struct err *err) MUST_USE;

#endif
