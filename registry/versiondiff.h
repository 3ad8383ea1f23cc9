/* What changed between two versions: what they were made from, and how they
 * score on the same revisions. Answers "the demo went off-script: what is
 * different?". */
#ifndef MUSTER_REGISTRY_VERSIONDIFF_H
#define MUSTER_REGISTRY_VERSIONDIFF_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/figure.h"
#include "model/metric.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

struct version_change {
	const char *part;	/* static: "data", "code", "parameter" … */
	char *name;		/* of the parameter; NULL for other parts */
	char *from, *to;	/* NULL: not recorded */
};
VEC_DECLARE(struct version_change, version_changes);

struct version_score {		/* both evaluated on this revision */
	char *testset;
	int64_t revision;
	enum metric metric;
	struct figure from, to;
};
VEC_DECLARE(struct version_score, version_scores);

struct version_diff {
	char *from, *to;			/* "matcher@2" */
	struct version_changes changes;		/* only what differs */
	struct version_scores scores;		/* main metric, newest revisions */
};

enum rc reg_version_diff(struct registry *reg, const struct version_ref *from,
			 const struct version_ref *to,
			 struct version_diff *out, struct err *err) MUST_USE;
void version_diff_release(struct version_diff *d);

#endif
