/* Two figures of versions that cost reading: how complete the card is, and the
 * impact of the model's open problems. They are counted in the background for
 * the rows around the cursor, and for all rows where there are few of them or
 * a sort or a filter names the column; then they stand in the table of
 * versions (VERSION_COMPLETE, VERSION_IMPACT) like any other.
 *
 * An impact reads what a version said, so that all of them cost about what an
 * evaluation of every version does; a card costs its text and the newest
 * evaluations. Rows without a card, and of models without an open problem,
 * cost nothing.
 *
 * As text: card_share_text, open_impact_text; a "~" is ranked behind the
 * others, as it says less than they do; "?" where it cannot be read. */
#ifndef MUSTER_TUI_VERSION_FIGURES_H
#define MUSTER_TUI_VERSION_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "cards/card_share.h"
#include "registry/open_impact.h"
#include "tui/asking.h"
#include "tui/list.h"
#include "tui/version_rows.h"

/* What is known of a row in more words than the table has room for. */
struct version_figure {
	bool has_card, has_impact;
	struct card_share card;
	struct open_impact impact;
};

struct version_figures {
	struct version_rows *rows;
	struct list *list;		/* that shows them */
	struct asking asking;
	const struct columns *counted;	/* the table that n_lacking is of */
	size_t n_lacking;		/* cells */
	bool all[2];			/* VERSION_COMPLETE, VERSION_IMPACT */
	bool is_stopped;		/* by the user; until it is needed */
	struct version_figure *at;	/* a row each; NULL: nothing yet */
};

/* rows and list are the view's, and stay where they are. */
void version_figures_init(struct version_figures *f, struct version_rows *rows,
			  struct list *list);
void version_figures_release(struct version_figures *f);
/* The rows are read anew: what was counted is forgotten. Before they go. */
void version_figures_reset(struct version_figures *f);
/* Only the impacts are (version_rows_recount). */
void version_figures_drop_impacts(struct version_figures *f);
/* Once all rows are in memory: starts counting what is lacking. Cheap. */
void version_figures_count(struct version_figures *f, struct app *app);
/* The whole column is needed; other columns are nothing to this. */
void version_figures_need(struct version_figures *f, size_t column);
/* NULL: nothing was counted for the row. */
const struct version_figure *
version_figures_of(const struct version_figures *f, size_t row);

#endif
