/* Patterns of a test set's revision: all of them, or some that another view
 * picked (the flips of a comparison). Screen 2, context IN_PATTERNS.
 *
 * Columns are read when they are first shown; the cells of one pattern in
 * full, with what each version said of it, stand in the second pane. */
#ifndef MUSTER_TUI_VIEW_PATTERNS_H
#define MUSTER_TUI_VIEW_PATTERNS_H

#include <stddef.h>
#include <stdint.h>

#include "registry/evaluate.h"
#include "tui/view.h"

/* The argument; all of it is copied. */
struct patterns_arg {
	const char *testset;
	int64_t revision;		/* 0: the newest */
	const char *title;		/* "flips of A", or NULL */
	const uint32_t *ordinals;	/* these only; NULL: all active */
	size_t n_ordinals;
	/* Versions whose answers get a column; may be NULL. */
	const struct version_refs *versions;
};
extern const struct view_ops view_patterns_ops;

#endif
