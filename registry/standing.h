/* Where a version stands on a revision of a test set: whether what was
 * evaluated still holds there.
 *
 * An evaluation holds as long as its causes (registry/evaluation.h) are those
 * of today: other rows, other answers, another threshold, other slices or
 * another version of the metric code make it stale. */
#ifndef MUSTER_REGISTRY_STANDING_H
#define MUSTER_REGISTRY_STANDING_H

#include "base/err.h"
#include "base/hash.h"
#include "registry/evaluation.h"
#include "registry/prediction.h"
#include "registry/registry.h"
#include "registry/testset.h"

#define STATE_LIST(X) \
	X(STATE_FRESH, "fresh") \
	X(STATE_STALE, "stale") \
	X(STATE_PARTIAL, "partial") \
	X(STATE_MISSING, "missing")

/* Of a version relative to a revision. fresh: evaluated on it, from what is
 * there now, on all active patterns. partial: some patterns lack a
 * prediction. missing: all do, or it was never evaluated on the set. stale:
 * evaluated, but from something else. */
enum eval_state {
#define X(id, text) id,
	STATE_LIST(X)
#undef X
};
const char *eval_state_text(enum eval_state state);

/* Where versions stand on one revision; answers from the projections alone
 * unless something was predicted since the last evaluation. */
struct standings {
	struct registry *reg;
	struct testset_info info;
	char cuts[HASH_HEX_SIZE];
	struct predicteds predicted;
	struct testset *testset;	/* private: opened when needed */
};
enum rc standings_open(struct registry *reg, const char *testset,
		       int64_t revision, struct standings *out,
		       struct err *err) MUST_USE;
void standings_release(struct standings *st);
/* NULL: nothing was ever predicted. */
const struct predicted *standings_predicted(const struct standings *st,
					    const char *model,
					    int64_t version);
/* *out is the evaluation that holds (fresh), covers a part (partial), or the
 * newest there is (stale); its id is 0 if there is none. */
enum rc standings_of(struct standings *st, const char *model,
		     int64_t version, enum eval_state *state,
		     struct stored *out, struct err *err) MUST_USE;
/* Whether it is fresh, and then the evaluation; says no without reading what
 * tells the other states apart. */
enum rc standings_fresh(struct standings *st, const char *model,
			int64_t version, bool *fresh, struct stored *out,
			struct err *err) MUST_USE;

#endif
