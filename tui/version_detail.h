/* What is known of a version, as labelled lines: in the list's detail pane
 * and in full. */
#ifndef MUSTER_TUI_VERSION_DETAIL_H
#define MUSTER_TUI_VERSION_DETAIL_H

#include "model/evaluation.h"
#include "registry/model.h"
#include "tui/canvas.h"

/* "label   text" at line y, the text broken where it is long; nothing if it
 * is NULL or empty. Returns the next line. */
int paint_labelled(struct area *a, int y, const char *label, const char *text);
/* newest: NULL if there is no evaluation. chosen: how its threshold was
 * (registry/threshold.h), or NULL. Returns the next line. */
int paint_version(struct area *a, int y, const struct version_rec *v,
		  const struct model_rec *model,
		  const struct evaluation *newest, const char *chosen);
/* The model's versions as a strip, oldest first, each with its stage and what
 * changed since the one before; here: the version that is marked. */
int paint_lineage(struct area *a, int y, const struct version_rec *versions,
		  size_t n, int64_t here);

#endif
