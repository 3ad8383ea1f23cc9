/* Losses of versions on single patterns, for problems (problem.h says what a
 * loss is). A measure keeps what it has loaded, sets by revision and
 * predictions by version, until it is freed: a board of 500 problems reads
 * each of them once. */
#ifndef MUSTER_REGISTRY_MEASURE_H
#define MUSTER_REGISTRY_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/problem.h"
#include "registry/testset.h"

struct measure;			/* opaque */
struct measured_set;		/* a set at a revision; the measure's own */
struct said;			/* what a version said on it; as well */

struct measure *measure_new(struct registry *reg);
void measure_free(struct measure *m);		/* NULL is allowed */
struct registry *measure_registry(const struct measure *m);

/* revision 0: the newest. */
enum rc measure_set(struct measure *m, const char *testset, int64_t revision,
		    struct measured_set **out, struct err *err) MUST_USE;
struct testset *measured_testset(struct measured_set *set);
bool measured_active(const struct measured_set *set,
		     const struct problem_member *member);
/* A version that said nothing is there, and knows nothing. */
enum rc measure_said(struct measure *m, struct measured_set *set,
		     const char *model, int64_t version,
		     const struct said **out, struct err *err) MUST_USE;

/* What versions said is read anew the next time; sets stay. For a walk over
 * many versions, whose answers need not be in memory together. */
void measure_forget_said(struct measure *m);

/* False: the version was not asked. by_score: |p - y|. */
bool measure_loss(struct measured_set *set, const struct said *said,
		  const struct problem_member *member, bool by_score,
		  double *loss);

/* The label of the pattern and what was said of it, as places among the set's
 * labels; unset where there is none. Not for regression. */
void measure_labels(struct measured_set *set, const struct said *said,
		    size_t row, uint32_t *target, uint32_t *answer);

struct loss_sum {
	uint64_t n_active, n_known;
	double sum, squares;
	bool graded;		/* a loss other than 0 and 1 is possible */
};
struct loss_sum measure_losses(struct measured_set *set,
			       const struct said *said,
			       const struct problem_members *members,
			       bool by_score);
struct figure loss_figure(const struct loss_sum *s);
/* All were asked, and the mean is within the tolerance. */
bool loss_passes(const struct loss_sum *s, double tolerance);
/* The mean is beyond it, whatever the rest may be. */
bool loss_fails(const struct loss_sum *s, double tolerance);

/* As the functions of problem.h of the same name, with what the measure has
 * read already; for screens that look at one problem after the other. */
enum rc measure_by_version(struct measure *m, const char *model,
			   const int64_t *ids, size_t n_ids, int64_t revision,
			   struct problem_errors *out, struct err *err)
	MUST_USE;
enum rc measure_by_revision(struct measure *m, int64_t id, int64_t version,
			    struct problem_errors *out, struct err *err)
	MUST_USE;
/* max_rows: so many active members, those that the newest version fails
 * first; SIZE_MAX: all, as they stand in the problem. */
enum rc measure_grid(struct measure *m, int64_t id, size_t max_rows,
		     struct problem_grid *out, struct err *err) MUST_USE;

/* Which version a problem's error is of: the one in production, else the
 * newest live one; 0: none. versions: those of the model. */
int64_t measured_version(const struct version_recs *versions);
bool version_is_live(const struct version_rec *v);

#endif
