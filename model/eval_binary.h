/* What the binary task's two files share: eval_binary.c looks at rows,
 * eval_histogram.c at a histogram (model/histogram.h). */
#ifndef MUSTER_MODEL_EVAL_BINARY_H
#define MUSTER_MODEL_EVAL_BINARY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/auc.h"
#include "model/confusion.h"
#include "model/eval_parts.h"
#include "model/histogram.h"
#include "model/order.h"
#include "model/ranked.h"
#include "model/scored.h"

/* Of one slot. */
struct tally {
	struct confusion c;	/* without labels: by target only, as fn, tn */
	struct weighted_confusion w;
	double log_loss, brier, gap;	/* sums; gap: of |p - score| over bins */
	double log_loss2, brier2;	/* sums of squares */
	double kinks;			/* of brier: model/jackknife.h */
	double weighted[SCORED_STATS];
};

struct binary {
	struct eval_run *run;
	const struct eval_input *in;
	bool has_label, has_score, is_probability;
	struct order order;
	size_t n_distinct;	/* scores */
	struct histogram histogram;	/* counted here; or n 0 */
	const struct histogram *counts;	/* that, or the input's, or NULL */
	struct tally *tally;	/* n_slots + 1 */
	struct auc *auc;	/* n_slots + 1 */
};

/* Counts of all slots, as the rows would have given them. */
void binary_count_slots(struct binary *b);
/* Areas are begun with the counts of their slots. */
void binary_expect_areas(struct binary *b);
/* Areas and sums of losses from b->counts. */
void binary_sum_histogram(struct binary *b);
/* Whether the rows, ranked by the first cube, are counted; and that. */
bool binary_count_scores(struct binary *b, const struct ranked *first);

#endif
