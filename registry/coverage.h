/* Whether a version said something for every row of a set, told from the list
 * of its batches: a whole run of rows needs no look inside, so that only the
 * ends of imports are read. */
#ifndef MUSTER_REGISTRY_COVERAGE_H
#define MUSTER_REGISTRY_COVERAGE_H

#include <stdint.h>

#include "base/err.h"
#include "registry/registry.h"

/* *known: rows 0 to *known - 1 all have a prediction. There may be more behind
 * a gap: who needs to know must load them. */
enum rc coverage_known(struct registry *reg, int64_t testset_id,
		       const char *model, int64_t version, uint64_t *known,
		       struct err *err) MUST_USE;

#endif
