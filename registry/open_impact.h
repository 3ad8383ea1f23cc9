/* How much the open problems of a model hurt, by version: for lists of
 * versions. What the board (registry/problem.h) says of one version, for many
 * of a model, reading each set and each problem's patterns once and holding
 * the answers of one version at a time. */
#ifndef MUSTER_REGISTRY_OPEN_IMPACT_H
#define MUSTER_REGISTRY_OPEN_IMPACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/figure.h"
#include "registry/registry.h"

struct open_impact {
	uint64_t n_open;	/* problems of the model, merged ones left out */
	/* Those that have no impact for any version: nobody said whom they
	 * hurt or how much, or no pattern of them is in the set. */
	uint64_t n_unranked;
	/* Those for which this version was not asked for all patterns: the
	 * total says less than another version's. */
	uint64_t n_unasked;
	struct figure total;	/* of those known; n: how many, also 0 */
	int64_t top;		/* the greatest among them, or 0 */
	double top_impact;
};
/* out: n, in the order of versions; each total is that of reg_triage for the
 * version. progress (or NULL) is told of versions, and may cancel. */
enum rc reg_open_impacts(struct registry *reg, const char *model,
			 const int64_t *versions, size_t n,
			 struct reg_progress *progress,
			 struct open_impact *out, struct err *err) MUST_USE;

/* "39.9", "39.9+" where problems have no impact yet, "~39.9" where the version
 * was not asked for all their patterns; "?" where nothing is known of any. */
void open_impact_text(struct buf *out, const struct open_impact *i);

/* How many open problems each model has, in parts that add up (one a state);
 * models without any are left out. */
enum rc reg_open_problems(struct registry *reg,
			  void (*take)(void *arg, const char *model,
				       uint64_t n),
			  void *arg, struct err *err) MUST_USE;

#endif
