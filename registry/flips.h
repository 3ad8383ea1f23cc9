/* The flips of a comparison spelled out: which patterns they are, and what
 * base and candidate say of them. Of numbers, the patterns whose error changed
 * most (struct shift of model/compare.h).
 *
 *	struct flips *flips = NULL;		one for each candidate
 *	reg_flips(reg, &comparison, 100, &flips, err)
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
	bool fixed;			/* else broken; numbers: nearer */
	char *key, *target;
	struct prediction_one base, candidate;	/* labels are the flip's own */
	double base_error, candidate_error;	/* of numbers; may be infinite */
};
VEC_DECLARE(struct flip, flips);

/* Of each candidate at most so many: what broke comes first, for it is what
 * somebody has to look at; of numbers the largest changes, as many as the
 * comparison has. *out is to be freed whatever is returned. */
enum rc reg_flips(struct registry *reg, const struct comparison *c,
		  size_t most, struct flips **out, struct err *err) MUST_USE;
void flips_free(struct flips *flips, size_t n);	/* NULL is allowed */
/* How much larger the candidate's error is; not finite: too large. */
double flip_change(const struct flip *f);

#endif
