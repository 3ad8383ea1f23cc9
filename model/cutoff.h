/* Where to cut a score: a sweep over all thresholds that make a difference,
 * and rules that choose one. A score >= the threshold is positive.
 *
 * The cuts are the distinct scores, highest first, so that counts only grow
 * along them: those of scikit-learn's precision_recall_curve and roc_curve
 * (drop_intermediate=False, without its first point). */
#ifndef MUSTER_MODEL_CUTOFF_H
#define MUSTER_MODEL_CUTOFF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/confusion.h"

struct cutoff {
	double threshold;
	struct confusion confusion;
};
VEC_DECLARE(struct cutoff, cutoffs);

/* target: 1 positive, 0 negative. NaN scores must not occur. */
void cutoff_sweep(const double *score, const uint16_t *target, size_t n,
		  struct cutoffs *out);

#define CUTOFF_RULE_LIST(X) \
	X(CUTOFF_FIXED, "fixed") \
	X(CUTOFF_BEST_F1, "best-f1") \
	X(CUTOFF_COST, "cost")		/* least fp + ratio * fn */ \
	X(CUTOFF_PRECISION, "precision") /* best recall at that precision */ \
	X(CUTOFF_RECALL, "recall")	/* best precision at that recall */

enum cutoff_rule {
#define X(id, name) id,
	CUTOFF_RULE_LIST(X)
#undef X
	CUTOFF_RULES
};
const char *cutoff_rule_name(enum cutoff_rule rule);

/* value: the ratio or target of the rule. Of equally good cuts the highest.
 * For the cost rule there is one more, the next number above the highest
 * score: that nobody is positive may cost least. RC_UNMET: no cut reaches the target; RC_REFUSED: no cut, or no positives. */
enum rc cutoff_choose(const struct cutoffs *cuts, enum cutoff_rule rule,
		      double value, struct cutoff *out, struct err *err)
	MUST_USE;

#endif
