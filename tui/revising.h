/* A new revision of a test set from the workbench: which change, by which
 * file, what it would do (a dry run, which tui/view_review.h shows), why.
 * Nothing is written before the reason was given. The file is read in the
 * background both times, and must be the same: one that changed meanwhile is
 * not written, but shown as it is now. */
#ifndef MUSTER_TUI_REVISING_H
#define MUSTER_TUI_REVISING_H

#include "tui/canvas.h"
#include "tui/view.h"

struct revised;			/* one change: the question and what came */

/* In the view's state. */
struct revising {
	struct revised *asked;		/* what is being asked, or NULL */
	struct revised *found;		/* the newest run; or NULL */
};
void revising_release(struct revising *r);

/* Asks step by step. at is in the state of v, and may not move until v is
 * closed. */
void revise_ask(struct view *v, struct revising *at, const char *testset,
		int64_t revision);
/* The same of patterns that are picked on the screen, by ordinal: they get
 * another target, or are retired. rows is copied. */
void revise_ask_rows(struct view *v, struct revising *at, const char *testset,
		     int64_t revision, const uint32_t *rows, size_t n);
/* found, if this set's newest revision came of it: what was done, in counts,
 * from line y on; returns the next line. */
int revising_paint(const struct revising *r, const char *testset,
		   int64_t revision, struct area *a, int y);

#endif
