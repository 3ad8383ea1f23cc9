/* One metric over time: over the revisions of a test set, or over the versions
 * of a model. For the whole set, a slice, or a problem's patterns.
 *
 * Every point is computed now, from what the versions say today, on the
 * patterns and targets of its revision: the line shows what growth and
 * corrections did to the figure, and nothing else (registry/moved.h splits
 * one step of it). Patterns without a prediction are in no point; n says how
 * many there were. */
#ifndef MUSTER_REGISTRY_HISTORY_H
#define MUSTER_REGISTRY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "model/figure.h"
#include "model/metric.h"
#include "registry/choice.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

struct history_query {
	const char *testset;
	int64_t revision;		/* the last one; 0: the newest */
	bool over_revisions;		/* else that one alone */
	const char *model;		/* all its versions that said something */
	const struct version_refs *versions;	/* or these; model NULL */
	const enum metric *metric;	/* NULL: the task's main one */
	bool error;			/* 1 - accuracy instead of it */
	struct choice among;
};

struct history_revision {
	int64_t revision, time;
	uint64_t n, added, relabelled, retired, revived;
};
struct history {
	char *testset, *slice;		/* slice: NULL for the whole */
	int64_t problem;		/* or 0 */
	enum metric metric;
	bool error, over_revisions;
	size_t n_revisions;		/* oldest first; 1 unless over them */
	struct history_revision *revisions;
	size_t n_versions;
	struct version_ref *versions;
	struct figure *figures;		/* version by version */
};
enum rc reg_history(struct registry *reg, const struct history_query *query,
		    struct reg_progress *progress, struct history *out,
		    struct err *err) MUST_USE;
void history_release(struct history *h);
const struct figure *history_at(const struct history *h, size_t version,
				size_t revision);
/* "error", or the metric's key. */
const char *history_measure(const struct history *h);
/* The JSON object of the command. */
void history_write(struct json_out *o, const struct history *h);

#endif
