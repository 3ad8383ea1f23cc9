/* The flips of a comparison spelled out: which patterns they are, and what
 * base and candidate say of them. Of numbers, the patterns whose loss changed
 * most (struct shift of model/compare.h), for each loss that the comparison
 * has.
 *
 *	struct flip_lists *flips = NULL;	one for each candidate
 *	reg_flips(reg, &comparison, 100, &flips, err)
 *	flips[0].by[candidate_loss(&comparison.candidates[0], metric)]
 *	flips_free(flips, comparison.n_candidates) */
#ifndef MUSTER_REGISTRY_FLIPS_H
#define MUSTER_REGISTRY_FLIPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "model/compare.h"
#include "registry/prediction.h"

struct flip {
	uint32_t ordinal;
	bool fixed;			/* else broken; numbers: less loss */
	char *key, *target;
	struct prediction_one base, candidate;	/* labels are the flip's own */
	/* of numbers; may be infinite */
	double base_error, candidate_error;	/* absolute */
	double base_loss, candidate_loss;
};
VEC_DECLARE(struct flip, flips);
struct flip_lists { struct flips by[LOSS_COUNT]; };	/* labels: LOSS_WRONG */

/* Of each candidate at most so many: what broke comes first, for it is what
 * somebody has to look at; of numbers the largest changes, as many as the
 * comparison has. *out is to be freed whatever is returned. */
enum rc reg_flips(struct registry *reg, const struct comparison *c,
		  size_t most, struct flip_lists **out, struct err *err)
	MUST_USE;
void flips_free(struct flip_lists *flips, size_t n);	/* NULL is allowed */
/* How much larger the candidate's loss is; not finite: too large. */
double flip_change(const struct flip *f);
/* Of numbers: "nearer" to the target, "farther", or "as far". */
const char *flip_distance(const struct flip *f);

#endif
