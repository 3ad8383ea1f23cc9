/* The picker of figures: every defined figure of a version's newest
 * evaluations, as the reference that a document holds of it. */
#ifndef MUSTER_TUI_VIEW_FIGURES_H
#define MUSTER_TUI_VIEW_FIGURES_H

#include "cards/facts.h"
#include "tui/view.h"

/* arg: struct figures_arg, borrowed until the view closes. picked gets the
 * view that lies below, and the reference with its braces; then the picker is
 * closed. */
struct figures_arg {
	const struct doc_facts *facts;
	void (*picked)(struct view *below, const char *reference);
};
extern const struct view_ops view_figures_ops;

#endif
