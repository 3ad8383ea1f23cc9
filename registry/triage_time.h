/* Total open impact over time: what the board's total was, day by day or
 * entry by entry.
 *
 * Exact, not estimated: the log is replayed into memory once, and at each
 * point the board is computed on the registry as it stood there. A point by
 * day is what "muster --as-of DAY triage" says, and the last one is what
 * "muster triage" says. So every factor, state, pattern, target, prediction,
 * threshold and stage is the one of then; the error is that of the version
 * that was in production then (else the newest live one of then) on the
 * newest revision of then. Only the formulas are those of this program.
 *
 * A total may move for three reasons: the problems (found, closed, factors
 * changed), the test set, or the version that serves. n_open and total.n say
 * how many problems are open and how many of them had an impact: a problem
 * that lacks a factor counts for nothing, so that the total rises when it is
 * triaged. */
#ifndef MUSTER_REGISTRY_TRIAGE_TIME_H
#define MUSTER_REGISTRY_TRIAGE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/figure.h"
#include "registry/registry.h"

struct triage_point {
	uint64_t index;			/* the last entry that it knows */
	int64_t time;			/* of that entry, UTC */
	size_t n_open, n_inbox;		/* as in struct triage */
	struct figure total;
};
VEC_DECLARE(struct triage_point, triage_points);	/* vec_free */

struct triage_time_query {
	const char *model;		/* or NULL: of all */
	/* False: the end of each day (UTC) on which something was written
	 * that can move it. True: each entry that did move it, or n_open. */
	bool by_entry;
};
/* Oldest first, from the first problem on; none if there never was one. Under
 * as-of the log ends there. Costs one replay and a board a point: seconds in
 * a large registry, so progress (or NULL) is told, and may cancel. */
enum rc reg_triage_over_time(struct registry *reg,
			     const struct triage_time_query *query,
			     struct reg_progress *progress,
			     struct triage_points *out, struct err *err)
	MUST_USE;

#endif
