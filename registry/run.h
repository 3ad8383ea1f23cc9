/* Asking versions for what they have not said yet, through their runners.
 *
 * For each version one run: an entry run.start when it begins, run.end when
 * it is over, with what was enforced, the digest of the model's file (the same
 * before and after, or the run is void), how the program ended, and the end
 * of its stderr as a blob. Only active patterns without a prediction are
 * asked for. A run that fails stores no prediction and says why. Answers
 * become one prediction.import.
 *
 * A run whose muster was killed stays open in the log; reg_runs_settle marks
 * it as aborted. Its program died with it (base/child.h).
 *
 * Several versions run at once; only the caller's thread uses the registry. */
#ifndef MUSTER_REGISTRY_RUN_H
#define MUSTER_REGISTRY_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/runner.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

#define RUN_STATE_LIST(X) \
	X(RUN_RUNNING, "running") \
	X(RUN_ANSWERED, "answered") \
	X(RUN_FAILED, "failed") \
	X(RUN_CANCELLED, "cancelled") \
	X(RUN_ABORTED, "aborted") \
	X(RUN_NOTHING_TO_ASK, "nothing to ask") \
	X(RUN_NO_RUNNER, "no runner")	/* the last two: no entry is made */

enum run_state {
#define X(id, text) id,
	RUN_STATE_LIST(X)
#undef X
	RUN_STATES
};
const char *run_state_text(enum run_state state);

struct run_options {
	struct runner_limits limits;
	enum runner_sandbox sandbox;
	/* The model's file, for one version. NULL: the file name of the
	 * version's artifact in the working folder, else beside argv[0]. */
	const char *artifact;
	const struct strs *reads;	/* more paths it may read, or NULL */
	unsigned parallel;		/* 0: cores */
	bool dry_run;			/* only says what would be asked */
};

struct run_rec {
	int64_t id;			/* index of its run.start + 1; or 0 */
	char *model;
	int64_t version;
	char *testset;
	int64_t revision;
	enum run_state state;
	uint64_t asked, stored;
	char *why;			/* or NULL */
	char *sandbox;			/* what was enforced; NULL: never ran */
	char *artifact;			/* hex, or NULL */
	int64_t status, duration_ms;
	char *said;			/* blob of stderr's end, or NULL */
	int64_t time;
	char *who;
};
VEC_DECLARE(struct run_rec, run_recs);
void run_recs_release(struct run_recs *v);

/* versions empty: all live ones that have a runner. One record for each, in
 * their order. RC_OK even if runs fail: their records say so. RC_CANCELLED:
 * what had answered until then is stored. */
enum rc reg_runs(struct registry *reg, const char *testset,
		 const struct version_refs *versions,
		 const struct run_options *options,
		 struct reg_progress *progress, struct run_recs *out,
		 struct err *err) MUST_USE;
/* Newest first. model NULL: of all versions; testset NULL: on all sets. */
enum rc reg_run_list(struct registry *reg, const char *model, int64_t version,
		     const char *testset, struct run_recs *out,
		     struct err *err) MUST_USE;
/* The end of a run's stderr, raw; RC_NOT_FOUND without any. */
enum rc reg_run_said(struct registry *reg, int64_t id, struct buf *out,
		     struct err *err) MUST_USE;
/* Marks runs that nobody watches any more. *n (or NULL): how many. */
enum rc reg_runs_settle(struct registry *reg, uint64_t *n, struct err *err)
	MUST_USE;

#endif
