/* How evaluation.c and the tasks' files work together; of no use elsewhere.
 *
 * Each task fills the figures of every slot (model/cuts.h) and leaves behind
 * the bootstrap jobs for those that want an interval, which evaluation.c then
 * runs for all versions together. */
#ifndef MUSTER_MODEL_EVAL_PARTS_H
#define MUSTER_MODEL_EVAL_PARTS_H

#include "base/vec.h"
#include "model/bootstrap.h"
#include "model/cuts.h"
#include "model/evaluation.h"

VEC_DECLARE(struct boot_job, boot_jobs);
struct owned { void *p; };
VEC_DECLARE(struct owned, owned_list);

struct eval_run {
	const struct eval_input *in;
	const struct eval_options *opt;
	const struct cuts *cuts;
	struct evaluation *out;
	struct boot_jobs jobs;
	struct owned_list owned;	/* what the jobs read */
};

/* Zeroed memory that lives as long as the run. */
void *eval_keep(struct eval_run *run, size_t n, size_t size);
struct eval_slice *eval_slot(struct eval_run *run, size_t slot);
/* Whether figures of single rows get an interval in this slot. */
bool eval_may_boot(const struct eval_run *run, size_t slot, size_t n_cells);
/* What is drawn: each has a stream of random numbers of its own. */
enum eval_draw { DRAW_TABLE, DRAW_SCORES, DRAW_PLACES, DRAW_CLASS, EVAL_DRAWS };
struct boot_job *eval_add_job(struct eval_run *run, size_t slot,
			      enum eval_draw draw);

void eval_binary(struct eval_run *run);
void eval_multiclass(struct eval_run *run);
void eval_regression(struct eval_run *run);

#endif
