/* Drift of a column: is what comes in now still what was there before?
 *
 * A sample is the column's different values with their counts. The measures,
 * their binning and their usual limits are those that Evidently and the
 * credit-risk habit use (PSI depends on the rule of its bins, so the rule is
 * part of its name):
 *
 *	psi		sum (c - r) ln(c / r); numbers with more than 20 different
 *			values in bins of equal width by Sturges' rule over both
 *			samples together, else by value; an empty bin counts as
 *			a share of .0001. Doane's rule instead, where it is asked
 *			for, is NannyML's: bins over the reference alone, and
 *			one more for what lies outside
 *	psi_deciles	the same over ten bins at the reference's deciles (the
 *			value at rank n k / 10 opens a bin), ends open;
 *			numbers only
 *	jensen_shannon	distance: root of the divergence, natural logarithm
 *	jensen_shannon_2	the same in base 2, from 0 to 1
 *	kl		sum r ln(r / c)
 *	hellinger	sqrt(1 - sum sqrt(r c))
 *	tvd, l_infinity	half the sum, and the greatest, of |r - c| by value
 *	ks		greatest distance of the distribution functions; p by
 *			the asymptotic series (Stephens); numbers only
 *	wasserstein	area between them, and over the reference's standard
 *			deviation (population); numbers only
 *	chi2		two-sample homogeneity over the values, with df and p
 *
 * Only distances in the column's unit (wasserstein) can be too large for a
 * number; the others do not depend on the unit, whatever it is. */
#ifndef MUSTER_MODEL_DRIFT_H
#define MUSTER_MODEL_DRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "model/figure.h"

struct drift_sample {
	uint64_t n;			/* cells: the sum of counts */
	size_t n_values;
	const double *value;		/* numbers, ascending; or NULL: */
	const char *const *text;	/* texts, ascending by bytes */
	const uint64_t *count;
	uint64_t stands_for;		/* cells, where the values are a sketch
					 * of more than n; else 0 */
};

#define DRIFT_BINS(X) \
	X(DRIFT_STURGES, "sturges") \
	X(DRIFT_DOANE, "doane")

enum drift_bins {
#define X(id, name) id,
	DRIFT_BINS(X)
#undef X
};
const char *drift_bins_name(enum drift_bins b);
bool drift_bins_from_name(const char *name, enum drift_bins *out);

enum drift_measure {
	DRIFT_PSI, DRIFT_PSI_DECILES, DRIFT_JENSEN_SHANNON,
	DRIFT_JENSEN_SHANNON_2, DRIFT_KL,
	DRIFT_HELLINGER, DRIFT_TVD, DRIFT_L_INFINITY, DRIFT_KS, DRIFT_KS_P,
	DRIFT_WASSERSTEIN, DRIFT_WASSERSTEIN_NORMED, DRIFT_CHI2, DRIFT_CHI2_DF,
	DRIFT_CHI2_P, DRIFT_COUNT
};
const char *drift_name(enum drift_measure m);

#define DRIFT_VERDICTS(X) \
	X(DRIFT_STABLE, "stable") \
	X(DRIFT_MODERATE, "moderate") \
	X(DRIFT_SIGNIFICANT, "significant") \
	X(DRIFT_INSUFFICIENT, "insufficient")

enum drift_verdict {
#define X(id, name) id,
	DRIFT_VERDICTS(X)
#undef X
};
const char *drift_verdict_name(enum drift_verdict v);

struct drift {
	uint64_t n_reference, n_current;	/* cells */
	enum drift_bins rule;
	size_t n_bins;			/* of psi */
	struct figure figure[DRIFT_COUNT];	/* n: the smaller sample */
	enum drift_verdict verdict;
	/* What psi would be on average if nothing had changed: (1/n + 1/m)
	 * (bins - 1). The verdict takes it off before it judges. */
	double psi_by_chance;
};

/* Both samples are numbers, or both texts (BUG otherwise). The verdict: PSI
 * below .1 stable, to .25 moderate, above significant; insufficient if a
 * sample has fewer than 30 cells or chance alone gives .1. */
void drift_compute(const struct drift_sample *reference,
		   const struct drift_sample *current, enum drift_bins rule,
		   struct drift *out);
void drift_write(struct json_out *o, const struct drift *d);

#endif
