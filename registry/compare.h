/* A paired comparison on some of a set's patterns: as reg_compare
 * (registry/evaluate.h), which takes all of them. */
#ifndef MUSTER_REGISTRY_COMPARE_H
#define MUSTER_REGISTRY_COMPARE_H

#include "registry/choice.h"
#include "registry/evaluate.h"

/* among NULL: all. RC_REFUSED where no pattern is left. */
enum rc reg_compare_among(struct registry *reg, const char *testset,
			  int64_t revision, const struct version_ref *base,
			  const struct version_refs *candidates,
			  const struct choice *among,
			  const struct compare_options *options,
			  struct reg_progress *progress,
			  struct comparison *out, struct err *err) MUST_USE;

#endif
