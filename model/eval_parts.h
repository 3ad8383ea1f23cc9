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

/* The n inputs again, but weights whose largest is beyond 2^+-300 in copies
 * that are just within it: products of their sums stay in the range of a
 * number. That is by a power of 2, so figures, which know weights as shares,
 * are those that exact arithmetic gives. */
struct eval_inputs {
	size_t n;
	struct eval_input *at;
	double **weight;	/* n; NULL: the caller's */
};
void eval_inputs_init(struct eval_inputs *v, const struct eval_input *inputs,
		      size_t n);
void eval_inputs_release(struct eval_inputs *v);

/* Zeroed memory that lives as long as the run. */
void *eval_keep(struct eval_run *run, size_t n, size_t size);
struct eval_slice *eval_slot(struct eval_run *run, size_t slot);
/* Whether so many cells may be resampled (model/evaluation.h); and whether
 * they are, and may be. */
bool eval_is_cheap(const struct eval_run *run, size_t slot, size_t n_cells);
bool eval_may_boot(const struct eval_run *run, size_t slot, size_t n_cells);
/* What is drawn: each has a stream of random numbers of its own. */
enum eval_draw { DRAW_TABLE, DRAW_SCORES, DRAW_PLACES, DRAW_CLASS, EVAL_DRAWS };
struct boot_job *eval_add_job(struct eval_run *run, size_t slot,
			      enum eval_draw draw);

/* -- What a task's figures are functions of; for paired resampling too --
 *
 * Each kind is made from some rows of an input and has a boot_stat_fn that
 * gives the figures listed in its table, from how often each row is drawn
 * (the job's n_units is the number of rows). Memory is the run's. */
struct eval_kind {
	const enum metric *metrics;
	unsigned n;
	boot_stat_fn *stat;
};
extern const struct eval_kind eval_places, eval_tables, eval_losses,
	eval_errors;

/* Binary labels; weight is that of the input, or 1. */
const void *eval_places_new(struct eval_run *run, const uint32_t *rows,
			    size_t n);
/* Multiclass labels: figures of the table. */
const void *eval_tables_new(struct eval_run *run, const uint32_t *rows,
			    size_t n);
/* Multiclass scores. */
const void *eval_losses_new(struct eval_run *run, const uint32_t *rows,
			    size_t n);
/* Regression: the units are rows, or groups in the order of their first row
 * in the slot; their number goes to n_units. */
const void *eval_errors_new(struct eval_run *run, const uint32_t *rows,
			    size_t n, size_t *n_units);

void eval_binary(struct eval_run *run);
void eval_multiclass(struct eval_run *run);
void eval_regression(struct eval_run *run);

#endif
