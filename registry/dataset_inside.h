/* What the two files of datasets share. */
#ifndef MUSTER_REGISTRY_DATASET_INSIDE_H
#define MUSTER_REGISTRY_DATASET_INSIDE_H

#include "registry/entry.h"

/* The kind "dataset.set": {"risk":{"from":…,"to":…},"reason":…}. */
enum rc dataset_apply_set(struct apply *a, struct err *err) MUST_USE;
void dataset_line_set(const struct entry *e, struct buf *out);
enum rc dataset_undo_set(struct reg_tx *tx, const struct entry *e,
			 struct err *err) MUST_USE;

#endif
