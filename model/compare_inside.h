/* The inside of a comparison, for model/compare*.c only:
 *
 *	compare.c		what is compared, flips, the order of steps
 *	compare_tests.c		tests and closed forms of one pair
 *	compare_boot.c		the paired bootstrap of one pair
 *	compare_jackknife.c	what stands in for it beyond its limits
 *	compare_verdict.c	p adjusted, verdicts
 *	compare_gaps.c		differences between groups
 *	compare_parts.c		patterns that somebody gathered
 *	compare_shifts.c	where numbers err most differently
 *	compare_nest.c		which slices lie within which
 *
 * A "pair" is a candidate in a slot: the whole or a slice (model/cuts.h). */
#ifndef MUSTER_MODEL_COMPARE_INSIDE_H
#define MUSTER_MODEL_COMPARE_INSIDE_H

#include "model/answer.h"
#include "model/compare.h"
#include "model/cuts.h"
#include "model/eval_parts.h"

struct comparing {
	const struct eval_input *inputs;
	size_t n_candidates;
	const struct compare_options *opt;
	struct eval_options eval;
	struct evaluation *values;	/* per input */
	struct cuts cuts;
	struct cut_rows rows;
	struct eval_run *runs;		/* per input: keep memory, no jobs */
	struct comparison *out;
	/* resampled differences: candidate x slot x metric */
	struct figure *figures;
	struct boot_jobs jobs;
	struct part_pairs *part_pairs;	/* of compare_parts.c; or NULL */
};

struct pair {
	struct comparing *all;
	size_t candidate, slot;		/* candidate from 0 */
	const struct eval_input *base, *in;
	const uint32_t *rows;
	size_t n;
	struct delta *deltas;
	struct figure *figures;
};

/* Each fills p and interval of the pair's deltas, where they have a value. */
void compare_rates(struct pair *p);	/* McNemar, Newcombe */
void compare_auc(struct pair *p);	/* DeLong */
void compare_errors(struct pair *p);	/* Wilcoxon, Student's paired t */
/* The normal interval of means of rows, and of weighted rates, that nothing
 * else gave one. */
void compare_means(struct pair *p);
void compare_weighted_rates(struct pair *p);
/* Of figures that are no means, where the rows are too many to resample. */
void compare_jackknife(struct pair *p);
/* How many of the pair's rows have a weight above 0. */
uint64_t compare_weighing(const struct pair *p);

/* Plan the pair's resampling: jobs whose figures are the pair's. */
void compare_boot_labels(struct pair *p);
void compare_boot_losses(struct pair *p);
void compare_boot_errors(struct pair *p);
void compare_boot_scores(struct pair *p);

void compare_set_p(struct delta *d, double p, enum basis tested);
/* Nothing where an end is not finite: sums of huge errors may overflow. */
void compare_set_interval(struct delta *d, double low, double high,
			  enum method method);

/* Differences between groups: their values and jobs; then their intervals and
 * verdicts. */
void compare_plan_gaps(struct comparing *c);
void compare_take_gaps(struct comparing *c);

/* The parts of the options: counts, values and jobs; then intervals and
 * verdicts. ordinals as in compare_versions. */
void compare_plan_parts(struct comparing *c, const uint32_t *ordinals);
void compare_take_parts(struct comparing *c);
/* A normal p that agrees with the interval, where no test gave one. */
double compare_interval_p(const struct delta *d);

/* Regression: the candidate's shifts. ordinals as in compare_versions. */
void compare_shifts(struct comparing *c, size_t candidate,
		    const uint32_t *ordinals);

/* What a difference is called, by the options' margin and where what is asked
 * for is better; differs: whether the caller's test, or the interval, says
 * that it is more than chance. Fewer than min_n that weigh: insufficient. */
#define COMPARE_LEVEL 0.05
enum verdict compare_verdict(const struct comparing *c, enum better better,
			     const struct delta *d, bool differs,
			     uint64_t min_n);
bool compare_excludes_zero(const struct delta *d);
/* The least number of patterns, as asked for or the usual one: of the whole
 * (slot 0), or of a slice. */
uint64_t compare_min_n(const struct comparing *c, size_t slot);
/* Holm over candidates, then every verdict. */
void compare_judge(struct comparing *c);
/* out->nest, from the rows of each slice. */
void compare_find_nested(struct comparing *c);

#endif
