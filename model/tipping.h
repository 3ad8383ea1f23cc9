/* Where along a number does a model begin to fail? Losses of single rows,
 * ordered by a column: bins of equally many rows, and the cut before and
 * behind which the mean loss differs most.
 *
 * Loss of a row: 1 where the label is wrong; |f - y| for regression; (s - y)^2
 * where only scores are known.
 *
 * The cut is the maximally selected standardized statistic: for each place
 * between two different values, with at least a tenth of the rows on either
 * side, the sum of losses before it less its mean under any order of the rows,
 * over its standard deviation under the same (hypergeometric for wrong and
 * right). Its p takes into account that the best place was chosen: Miller and
 * Siegmund 1982 ("Maximally selected chi square statistics", the bound for
 * large samples), as R's maxstat::pLausen92. */
#ifndef MUSTER_MODEL_TIPPING_H
#define MUSTER_MODEL_TIPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/evaluation.h"
#include "model/order.h"

#define TIPPING_SIDE 0.1	/* of the rows, at least, on either side */

/* NAN: the version gave neither. */
double tipping_loss(const struct eval_input *in, size_t row);

struct tipping {
	bool found;		/* some cut is allowed, and losses vary */
	double at;		/* rows below it | rows from it on */
	uint64_t n_below, n_above;
	struct figure below, above;	/* mean loss; wilson for labels, normal */
	double statistic, p;
};
/* x: a number per row, in order (model/order.h), of the input's rows. */
struct tipping tipping_find(const struct order *x, const struct eval_input *in);

/* p of the best of all cuts, from its standardized statistic. */
double tipping_p(double statistic);

/* Bins of equally many rows; equal numbers stay together, so there may be
 * fewer. bin[row] is the row's; from and to have n_bins at most. Returns how
 * many there are. */
size_t tipping_bins(const struct order *x, size_t n_bins, uint16_t *bin,
		    double *from, double *to);

#endif
