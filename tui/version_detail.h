/* What is known of a version, as labelled lines: in the list's detail pane
 * and in full; and its model's versions as a strip. */
#ifndef MUSTER_TUI_VERSION_DETAIL_H
#define MUSTER_TUI_VERSION_DETAIL_H

#include "cards/card_share.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/open_impact.h"
#include "tui/canvas.h"
#include "tui/version_judged.h"

/* What a few short reads tell beside the version's own record. */
struct version_facts {
	bool has_newest;
	struct newest_figure newest;	/* on any set */
	char *dataset;		/* that it was trained on, or NULL */
	char *sheet;		/* its datasheet: "rev 2, approved"; or NULL */
	char *card;		/* the card: "rev 4, in-review"; NULL: none */
	char *signed_as;	/* its newest sign-off that stands, or NULL */
};
/* v is in the registry; main_metric is its model's, or NULL. */
enum rc version_facts_read(struct registry *reg, const struct version_rec *v,
			   const char *main_metric, struct version_facts *out,
			   struct err *err) MUST_USE;
void version_facts_release(struct version_facts *f);	/* and empties it */

/* What costs more than that, as far as it is known by now. */
struct version_costly {
	const struct card_share *card;		/* NULL: not yet */
	const struct open_impact *impact;	/* NULL: not yet */
	const struct version_judged *judged;	/* NULL: not yet */
	bool is_calm;				/* no open problem at all */
	/* What is not there does not come: it was stopped, or failed. */
	bool impact_stopped, judging_stopped;
};

/* "label   text" at line y, the text broken where it is long; nothing if it
 * is NULL or empty. Returns the next line. */
int paint_labelled(struct area *a, int y, const char *label, const char *text);
/* Where it stands and what is known of it; returns the next line. */
int paint_version(struct area *a, int y, const struct version_rec *v,
		  const struct model_rec *model,
		  const struct version_facts *facts,
		  const struct version_costly *costly);
/* When and of what it was made; returns the next line. chosen: how its
 * threshold was (registry/threshold.h), or NULL. is_brief: digests are cut
 * where they are longer than a line. */
int paint_made(struct area *a, int y, const struct version_rec *v,
	       const struct model_rec *model,
	       const struct version_facts *facts, const char *chosen,
	       bool is_brief);

/* -- The model's versions as a strip, oldest first, each with its stage and
 * what changed since the one before -- */

struct lineage {
	const struct version_rec *versions;
	size_t n;
	int64_t here;		/* number of the version that is marked */
	size_t focus;		/* index that is picked; SIZE_MAX: none */
};
/* From line y on; returns the next line. */
int paint_lineage(struct area *a, int y, const struct lineage *l);
/* How many stand side by side in w cells, and lines from one row of them to
 * the next. */
size_t lineage_across(int w);
#define LINEAGE_LINES 4

#endif
