/* Fairness measures over groups, by the names and signs of the libraries
 * that people quote: the same idea is positive in one and negative in
 * another, so every measure says whose it is.
 *
 * Names are those of the library, with its prefix where another library uses
 * the same name for something else: "demographic_parity_difference"
 * (Fairlearn), "aif360_equal_opportunity_difference", "clarify_dppl",
 * "aequitas_fpr_disparity". fairness_list gives all with formula, best value
 * and sign. Sources: Fairlearn 0.11 (fairlearn/metrics), AIF360
 * (aif360/sklearn/metrics), SageMaker Clarify (bias metrics), Aequitas.
 *
 * Most are functions of the groups' confusion counts; calibration within
 * groups needs scores, conditional disparity the counts in strata. A group
 * without what a rate divides by makes the measure undefined, never fair. */
#ifndef MUSTER_MODEL_FAIRNESS_H
#define MUSTER_MODEL_FAIRNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/calibration.h"
#include "model/evaluation.h"

/* What a measure is a function of. */
enum fairness_needs {
	NEEDS_COUNTS,
	NEEDS_SCORES,		/* cells: bins of equal scores */
	NEEDS_PROBABILITIES,	/* cells: tenths */
	NEEDS_STRATA
};

struct fairness_group {
	const char *value;
	struct confusion counts;
	/* Borrowed; as many in every group. Not read, nor are counts, by
	 * measures that need something else. */
	const struct score_cell *cells;
	size_t n_cells;
	const struct confusion *strata;
	size_t n_strata;
};

/* OURS: not defined by a library; formulas in model/calibration.h. */
enum fairness_library { FAIRLEARN, AIF360, CLARIFY, AEQUITAS, OURS };

struct fairness_measure {
	const char *name;
	enum fairness_library library;
	const char *formula;	/* in words and symbols, for people */
	double best;		/* 0 or 1 */
	bool is_signed;		/* needs "of … against …" */
	unsigned kind;		/* private */
	unsigned rate, other;	/* private */
};

const char *fairness_library_name(enum fairness_library l);
enum fairness_needs fairness_needs(const struct fairness_measure *m);
const struct fairness_measure *fairness_list(size_t *n);
/* NULL if there is none. */
const struct fairness_measure *fairness_find(const char *name);

struct fairness_result {
	/* n: the smallest denominator that took part. */
	struct figure figure;
	bool is_small;		/* that is below min_n: the verdict is
				 * insufficient */
	const char *low, *high;	/* groups at the ends, where there are such;
				 * borrowed from the groups */
};
/* of, against: indexes of the unprivileged and the privileged group of a
 * signed measure (RC_BAD_INPUT if they are not two of the n); unused
 * otherwise. Empty groups take no part in measures over all groups; a
 * difference or ratio over fewer than two others is undefined. */
enum rc fairness_compute(const struct fairness_measure *m,
			 const struct fairness_group *groups, size_t n,
			 size_t of, size_t against, uint64_t min_n,
			 struct fairness_result *out, struct err *err)
	MUST_USE;

#endif
