/* Fairness of an evaluation (model/fairview.h), with what the evaluation
 * itself does not hold read from the set and the predictions: groups by two
 * attributes that it was not cut by, calibration by group, and the strata of
 * conditional measures. Gate, report, command and workbench ask here, so that
 * the same question has one answer.
 *
 *	fair_source_new(reg, &evaluation, &source);
 *	rc = fair_source_view(source, &options, &view, err);
 *	fair_source_free(source);
 *
 * The set and the predictions are read at the first view that needs them, and
 * only believed if they are what the evaluation was computed from: otherwise
 * what needs them is undefined, with that reason. */
#ifndef MUSTER_REGISTRY_FAIRNESS_H
#define MUSTER_REGISTRY_FAIRNESS_H

#include "base/err.h"
#include "model/fairview.h"
#include "registry/registry.h"

enum { FAIR_MOST_GROUPS = 1000 };	/* of a cut that is made here */

struct fair_source;			/* opaque */

/* The evaluation is borrowed, and named (model, version, testset). */
struct fair_source *fair_source_new(struct registry *reg,
				    const struct evaluation *e);
void fair_source_free(struct fair_source *s);	/* NULL is allowed */

/* options->more is filled here. by may join slicing columns of the set,
 * "race+sex"; given is any of its columns. RC_NOT_FOUND: no such column,
 * group or measure; RC_REFUSED: no confusion counts, too many groups, or
 * groups that the evaluation lacks while its predictions have changed. */
enum rc fair_source_view(struct fair_source *s,
			 const struct fair_options *options,
			 struct fairview *out, struct err *err) MUST_USE;

/* An evaluation with slices by that column or columns: the source's own, or
 * one made for it. Borrowed until the next call. */
enum rc fair_source_cut(struct fair_source *s, const char *by,
			const struct evaluation **out, struct err *err)
	MUST_USE;

#endif
