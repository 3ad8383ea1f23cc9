/* Screen 4: candidates against a base on one revision of a test set, paired.
 *
 * The comparison is computed in the background; what is shown meanwhile is
 * the one before. */
#ifndef MUSTER_TUI_VIEW_COMPARE_H
#define MUSTER_TUI_VIEW_COMPARE_H

#include <stdint.h>

#include "registry/evaluate.h"
#include "tui/view.h"

/* The argument, copied; NULL: nothing chosen yet. */
struct compare_arg {
	const struct version_ref *base;
	const struct version_refs *candidates;	/* one or more */
	const char *testset;	/* NULL: that of the base's newest evaluation */
	int64_t revision;	/* 0: the newest */
};
extern const struct view_ops view_compare_ops;

#endif
