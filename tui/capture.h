/* A problem from what is on the screen: patterns of a set, or a slice that
 * fails. Asks for a title (and for the model, where several answered), then
 * reports it with these patterns; it stands in the inbox of Problems. */
#ifndef MUSTER_TUI_CAPTURE_H
#define MUSTER_TUI_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "registry/registry.h"
#include "tui/view.h"

/* All of it is copied. */
struct capture {
	const char *testset;
	const char *model;		/* NULL: asked, or the only one */
	int64_t version;		/* that it is about, or 0 */
	const uint32_t *ordinals;	/* its patterns, n of them, or NULL */
	size_t n;
	const char *rule;		/* or NULL; without patterns, those
					 * that it says are added */
	const char *source;		/* "comparison of …", or NULL */
	const char *title;		/* proposed, or NULL */
};
void capture_start(struct view *v, const struct capture *what);

/* The expression of a slice as evaluations name it: by "race+sex" and value
 * "Asian+Male", or by "slice" and a name. NULL where there is none; the
 * caller frees. */
char *capture_rule(struct registry *reg, const char *testset, const char *by,
		   const char *value);

#endif
