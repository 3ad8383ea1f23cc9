/* What the files behind registry/run.h share. */
#ifndef MUSTER_REGISTRY_RUN_INSIDE_H
#define MUSTER_REGISTRY_RUN_INSIDE_H

#include "registry/db.h"
#include "registry/run.h"

/* Appends run.start; rec->id is set. */
enum rc run_log_start(struct registry *reg, struct run_rec *rec,
		      const struct strs *argv, struct err *err) MUST_USE;
/* Appends run.end, the tail (or NULL) as a blob. */
enum rc run_log_end(struct registry *reg, struct run_rec *rec,
		    const struct buf *stderr_tail, struct err *err) MUST_USE;

#endif
