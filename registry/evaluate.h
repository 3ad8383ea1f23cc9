/* Evaluations, rankings and comparisons: storage joined with arithmetic. */
#ifndef MUSTER_REGISTRY_EVALUATE_H
#define MUSTER_REGISTRY_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/compare.h"
#include "model/evaluation.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct version_ref { char *model; int64_t version; };
VEC_DECLARE(struct version_ref, version_refs);
void version_refs_release(struct version_refs *v);

VEC_DECLARE(struct evaluation, evaluations);
void evaluations_release(struct evaluations *v);

/* Evaluates the versions (none given: all live ones with predictions) on the
 * set's revision (0: newest) and appends an entry for each evaluation that is
 * not stored yet; computes only, if the registry is readonly. */
enum rc reg_evaluate(struct registry *reg, const char *testset,
		     int64_t revision, const struct version_refs *versions,
		     const struct eval_options *options,
		     struct reg_progress *progress, struct evaluations *out,
		     struct err *err) MUST_USE;
/* The stored evaluation, its state relative to the revision (0: newest);
 * RC_NOT_FOUND if there never was one. */
enum rc reg_evaluation_load(struct registry *reg, const char *model,
			    int64_t version, const char *testset,
			    int64_t revision, struct evaluation *out,
			    struct err *err) MUST_USE;
/* Newest stored evaluation of a version on any set; for lists and details. */
enum rc reg_evaluation_newest(struct registry *reg, const char *model,
			      int64_t version, struct evaluation *out,
			      struct err *err) MUST_USE;

/* One metric of every version, each from its newest evaluation on any set, in
 * order of value: for lists that sort and filter by it. Undefined ones are
 * left out. */
struct version_value {
	int64_t version_id;		/* version_rec.id */
	double value;
};
VEC_DECLARE(struct version_value, version_values);
enum rc reg_newest_values(struct registry *reg, enum metric m,
			  struct version_values *out, struct err *err)
	MUST_USE;

/* The main metric of a version's newest evaluation on any set; for lists. */
struct newest_score {
	enum metric metric;
	double value;
	bool is_stale;			/* not what the set's newest revision,
					 * the predictions and the threshold
					 * would give now */
};
/* main_metric: the model's, or NULL for the task's. RC_NOT_FOUND (err
 * untouched): never evaluated, or undefined. */
enum rc reg_newest_score(struct registry *reg, const char *model,
			  int64_t version, const char *main_metric,
			  struct newest_score *out, struct err *err)
	MUST_USE;

/* As much of it as is read at once, without the evaluation's slices: for
 * details of the version under a cursor. A metric that does not fit counts as
 * NULL; an undefined one is given. */
struct newest_figure {
	char *testset;
	int64_t revision;
	enum metric metric;
	struct figure figure;
	const char *state;	/* static; of registry/standing.h, but that
				 * other named slices do not make it stale */
};
enum rc reg_newest_figure(struct registry *reg, const char *model,
			  int64_t version, const char *main_metric,
			  struct newest_figure *out, struct err *err)
	MUST_USE;
void newest_figure_release(struct newest_figure *f);

/* Scores of many versions: as reg_version_briefs (registry/model.h). Those
 * without a score are left out. */
struct scored_version {
	const char *model;
	int64_t version;
	struct newest_score score;
};
enum rc reg_newest_scores(struct registry *reg,
			  const struct version_ref *after, uint64_t limit,
			  void (*take)(void *arg,
				       const struct scored_version *s),
			  void *arg, uint64_t *n, struct err *err) MUST_USE;

struct rank_row {
	char *model;
	int64_t version;
	unsigned rank;			/* 0: not ranked */
	const char *state;		/* fresh, stale, partial, missing */
	struct figure figure;		/* undefined unless fresh */
	struct figure stored;		/* of its evaluation, fresh or not;
					 * undefined if there is none */
};
struct ranking {
	struct testset_info testset;
	enum metric metric;
	size_t n, n_ranked;		/* ranked first */
	struct rank_row *rows;
};
enum rc reg_rank(struct registry *reg, const char *testset, int64_t revision,
		 const enum metric *metric, struct ranking *out,
		 struct err *err) MUST_USE;
void ranking_release(struct ranking *r);

/* Paired comparison on one revision; model/compare.h does the arithmetic. */
struct compare_options;
enum rc reg_compare(struct registry *reg, const char *testset,
		    int64_t revision, const struct version_ref *base,
		    const struct version_refs *candidates,
		    const struct compare_options *options,
		    struct reg_progress *progress, struct comparison *out,
		    struct err *err) MUST_USE;

#endif
