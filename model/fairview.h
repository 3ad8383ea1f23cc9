/* Fairness of one evaluation by one column: its groups with their rates, and
 * measures (model/fairness.h) over them with intervals and verdicts. The gate,
 * the report, the command and the workbench show these figures; all come from
 * the evaluation's own confusion counts.
 *
 *	struct fair_options o = { .by = "race" };
 *	rc = fairview_make(&evaluation, &o, &view, err);
 *	… fairview_release(&view);
 *
 * Small groups. A measure over all groups is taken over those that have at
 * least min_n cases in every denominator it uses; the others are named in
 * left_out, and while there are any the measure never reads as fair: its
 * verdict is insufficient unless it is outside without them.
 *
 * Intervals are percentiles of a bootstrap over cases (the cells of all
 * groups' tables are drawn; model/bootstrap.h): 95 %, seeded. A greatest less
 * least is larger in resamples than in the data on average, so its interval
 * leans to the unfair side; it never makes a measure look fair too early.
 *
 * Verdicts follow a habit of the field, which is no law: a difference of at
 * most 0.1 (AIF360's band), a ratio of 0.8 to 1.25 (the four-fifths rule of
 * thumb on selection rates, and its inverse). Measures that have no habit
 * have no verdict. An interval that reaches over the limit is 'not sure'. */
#ifndef MUSTER_MODEL_FAIRVIEW_H
#define MUSTER_MODEL_FAIRVIEW_H

#include "base/buf.h"
#include "base/vec.h"
#include "model/evaluation.h"
#include "model/fairness.h"

#define FAIR_VERDICT_LIST(X) \
	X(FAIR_NONE, "-") \
	X(FAIR_WITHIN, "within") \
	X(FAIR_OUTSIDE, "outside") \
	X(FAIR_UNSURE, "not sure") \
	X(FAIR_INSUFFICIENT, "insufficient")

enum fair_verdict {
#define X(id, name) id,
	FAIR_VERDICT_LIST(X)
#undef X
};
const char *fair_verdict_name(enum fair_verdict v);

enum { FAIR_MIN_N = 30 };
#define FAIR_DIFFERENCE .1
#define FAIR_RATIO .8

struct fair_options {
	const char *by;		/* a slicing attribute, or "a+b" */
	const char *against;	/* the reference group of signed measures;
				 * NULL: the largest */
	const char *of;		/* the group that they are of; NULL: each other
				 * one in turn */
	const char *measure;	/* this one; NULL: the main ones, or all that
				 * can be taken */
	bool all;
	const struct strs *only;	/* these groups, as if there were no
				 * others; NULL or none: all */
	const char *given;	/* a column whose values are the strata of
				 * conditional measures; NULL: none */
	uint64_t min_n;		/* 0: FAIR_MIN_N */
	unsigned resamples;	/* 0: no interval */
	uint64_t seed;
	struct fair_more *more;	/* NULL: only what the evaluation holds */
};

/* What measures need that no evaluation holds, of the cases that it was
 * computed from (registry/fairness.h reads them). */
struct fair_more {
	size_t n_values;	/* groups, in the order of what follows */
	const char *const *values;
	bool has_calibration;	/* the view takes it over */
	struct calibration calibration;
	const char *why;	/* static: why there is none */
	const char *given;	/* column of the strata; NULL: none */
	size_t n_strata;
	/* (n_values + 1) x n_strata; the last group's are empty */
	const struct confusion *strata;
};

struct fair_group {
	char *value;
	uint64_t n;
	struct confusion counts;
	struct figure base_rate;	/* share of positives among targets */
	struct figure selected, tpr, fpr, precision, accuracy;
	bool few;			/* a denominator of these is below min_n */
	/* With a calibration; the share's Wilson interval, moved. */
	size_t scored;			/* its place there; FAIR_NO_SCORES */
	struct figure mean_score;	/* probabilities only, as the next two */
	struct figure over_score;	/* share of positives less mean score */
	struct figure ece;
	struct figure over_same;	/* share of positives less that of all
					 * cases of the same scores */
};
#define FAIR_NO_SCORES SIZE_MAX

VEC_DECLARE(uint64_t, fair_counts);

struct fair_row {
	const struct fairness_measure *measure;
	struct figure figure;		/* n: the smallest denominator */
	const char *low, *high;		/* groups at the ends; signed: of and
					 * against. NULL where there are none */
	enum fair_verdict verdict;
	struct strs left_out;		/* groups that are too small for it */
	struct fair_counts left_out_n;	/* their denominators */
};

struct fairview {
	char *by;
	uint64_t n;
	size_t n_groups, against;	/* index of the reference group */
	size_t n_few;			/* groups that are few */
	struct fair_group *groups;	/* those that are few come last */
	bool has_calibration;
	struct calibration calibration;
	const char *why_none;		/* no calibration; NULL: not looked */
	char *given;			/* or NULL */
	size_t n_rows;
	struct fair_row *rows;
	struct figure base_gap;		/* greatest less least share of positives,
					 * over groups that are not few */
};

/* RC_NOT_FOUND: no such column, group or measure among those that the
 * evaluation has; RC_REFUSED: it has no confusion counts. */
enum rc fairview_make(const struct evaluation *e, const struct fair_options *o,
		      struct fairview *out, struct err *err) MUST_USE;
void fairview_release(struct fairview *v);
/* Columns whose values are groups with confusion counts, in order. */
void fairview_columns(const struct evaluation *e, struct strs *out);
/* NULL if it is not among the rows. */
const struct fair_row *fairview_row(const struct fairview *v,
				    const char *measure);
/* "2: Asian, Other", those that the measure leaves out; nothing for none. */
void fair_row_left_out(const struct fair_row *r, struct buf *out);
/* The cases of a group (its index) in a bin of the view's calibration; n 0:
 * none. */
struct fair_at_score {
	struct figure share;		/* of positives; Wilson */
	double mean_score;		/* not finite: their sum is not */
};
struct fair_at_score fairview_at_score(const struct fairview *v, size_t group,
				       size_t bin);
/* In a sentence or two: which bases cannot hold together here, and which of
 * them hold by habit while others do not. */
void fairview_conflicts(const struct fairview *v, struct buf *out);

/* The main measures, one basis each: what it asks, in plain words. */
struct fair_basis {
	const char *name;		/* "demographic parity" */
	const char *asks;		/* "equal shares are selected" */
	const char *difference, *ratio;	/* measures */
};
const struct fair_basis *fair_basis_at(size_t i);	/* NULL at the end */

#endif
