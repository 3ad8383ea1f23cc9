/* What a version answered for a row: its label, given or by the threshold of
 * its scores, and whether that is right. */
#ifndef MUSTER_MODEL_ANSWER_H
#define MUSTER_MODEL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/evaluation.h"

/* False: regression, or scores without a threshold. */
bool answer_has_label(const struct eval_input *in);
/* A code; n_labels: a label outside the set. */
uint32_t answer_label(const struct eval_input *in, size_t row);
bool answer_is_right(const struct eval_input *in, size_t row);
/* Binary: as the confusion table has it, where a label outside the set is wrong
 * whichever the target. */
bool answer_is_positive(const struct eval_input *in, size_t row);
/* Regression: how far off the row's number is. NaN: there is no such loss of
 * the row (a target of 0, no scale); may be infinite. */
double answer_loss(const struct eval_input *in, enum row_loss l, size_t row);

#endif
