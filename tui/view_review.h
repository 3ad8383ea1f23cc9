/* What a step of a test set would do, before it is done: rows that look like
 * mistakes with their twins, targets that change, patterns that go or come
 * back. A key accepts, Esc leaves everything as it is. Screen 2, or above
 * whatever was shown; context IN_REVIEW. */
#ifndef MUSTER_TUI_VIEW_REVIEW_H
#define MUSTER_TUI_VIEW_REVIEW_H

#include "registry/testset.h"
#include "tui/view.h"

/* On success the view keeps a copy; report's content is taken over and
 * released by it, also on failure. */
struct review_arg {
	const char *title;		/* "grow loans by more.csv" */
	const char *accepts;		/* what the key then does, a sentence */
	struct testset_step_report *report;
	/* The review has been closed, v is the view below it. */
	void (*accepted)(struct view *v, void *arg);
	/* It was closed without; may be NULL. */
	void (*dropped)(void *arg);
	void *arg;
};
extern const struct view_ops view_review_ops;

#endif
