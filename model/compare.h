/* Paired comparison of candidates with a base on the same patterns.
 *
 * delta = candidate - base. Accuracy: exact McNemar (two-sided binomial) and
 * Newcombe's interval for the difference of paired proportions (Newcombe
 * 1998, method 10). AUC: DeLong for paired curves (DeLong, DeLong and
 * Clarke-Pearson 1988; Sun and Xu 2014 for the ranks). Rates on a subset
 * (recall, fpr …): Newcombe on that subset. Other metrics: paired bootstrap.
 * Regression errors: Wilcoxon signed rank for p, its interval from the paired
 * bootstrap. Holm over candidates.
 *
 * Resampling draws cells of the joint table (target, base, candidate) for
 * figures of labels, rows or groups for the others; these up to the limits of
 * model/evaluation.h, beyond which means of rows have the normal interval of
 * paired differences, and average precision, ECE, RMSE and R2 that of the
 * infinitesimal jackknife (model/jackknife.h); the rest has none.
 *
 * With weights the tests that count patterns (McNemar, Wilcoxon, Student,
 * Cochran) are not made: they would judge another difference than the weighted
 * one beside them. Everything is resampled by rows, and p is that of the
 * interval: normal, with the interval's half on the side of 0, so that p < .05
 * where and only where the interval excludes 0. Beyond the limits rates and
 * means of rows have the normal interval of a ratio of sums, of variance
 * n / (n - 1) sum w^2 (d - delta)^2 / (sum w)^2 (Cochran 1977, Sampling
 * Techniques, section 6.4). Flips are counts of patterns, as always.
 *
 * Verdicts. A candidate's is that of accuracy (exact McNemar), of MAE
 * (Wilcoxon), or where labels are missing of AUC (DeLong), with Holm's p over
 * the candidates below .05. It is insufficient where too few patterns (of a
 * weight above 0) stand behind a figure, or where nothing says how sure a
 * difference is: no test and no interval. Other metrics of the whole: the interval excludes
 * 0. In slices: p (exact McNemar for rates, DeLong, Wilcoxon, or the normal
 * p of the interval) with Holm (1979) over the slices that have enough
 * patterns, one candidate and metric at a time: the chance that any slice is
 * called better or worse by luck stays below .05, whatever the slices have in
 * common. Benjamini and Hochberg would find more, but bounds only the share
 * of false ones, and a slice that is called worse can stop a release. Slices
 * of exactly the same patterns are one hypothesis and count once. Figures without a better direction (selection rate) never are better or
 * worse; of error quantiles the one nearer to 0 is better. */
#ifndef MUSTER_MODEL_COMPARE_H
#define MUSTER_MODEL_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "model/evaluation.h"
#include "model/paired.h"

#define VERDICT_LIST(X) \
	X(VERDICT_NO_DIFFERENCE, "no difference shown") \
	X(VERDICT_BETTER, "better") \
	X(VERDICT_WORSE, "worse") \
	X(VERDICT_EQUIVALENT, "equivalent") \
	X(VERDICT_INSUFFICIENT, "insufficient")

enum verdict {
#define X(id, text) id,
	VERDICT_LIST(X)
#undef X
};
const char *verdict_text(enum verdict v);

/* What a verdict, or a p, stands on. */
#define BASIS_LIST(X) \
	X(BASIS_INTERVAL, "interval", "the interval") \
	X(BASIS_MCNEMAR, "mcnemar", "exact McNemar") \
	X(BASIS_DELONG, "delong", "DeLong") \
	X(BASIS_WILCOXON, "wilcoxon", "Wilcoxon")

enum basis {
#define X(id, key, text) id,
	BASIS_LIST(X)
#undef X
};
const char *basis_key(enum basis b);
const char *basis_text(enum basis b);

/* Patterns that somebody gathered, a problem's, by ordinal in any order. */
struct compare_among { const uint32_t *ordinals; size_t n; };

struct compare_options {
	bool has_margin;
	double margin;			/* equivalence: interval inside +-margin */
	uint64_t min_n;			/* 0: 30 for the whole */
	uint64_t min_n_slice;		/* 0: 200 */
	unsigned resamples;		/* 0: 1000 */
	uint64_t seed;
	bool whole_only;		/* neither slices nor gaps, which cost
					 * most; the rest is the same but for
					 * rounding */
	const struct compare_among *parts;	/* n_parts; borrowed */
	size_t n_parts;
	size_t n_shifts;		/* regression: how many are listed of */
	unsigned shift_losses;		/* each of these (1 << enum row_loss); 0:
					 * of the absolute error */
	/* Or NULL; asked by several threads, often. True: RC_CANCELLED. */
	bool (*cancelled)(void *arg);
	void *arg;
};

struct delta {				/* one metric, candidate against base */
	bool present;			/* the metric fits and was computed */
	double base, candidate, delta, low, high;
	bool has_interval;
	enum method method;
	uint64_t n;
	uint64_t n_weighing;		/* of n, at most: of a weight above 0 */
	const char *why;		/* undefined; or NULL */
	bool has_p;
	double p, p_holm;		/* two-sided; adjusted (see above) */
	enum basis tested;		/* what p is of */
	bool is_exact;			/* p, for any number of patterns */
	bool ranks_oppose;		/* Wilcoxon's p is 1: its ranks point
					 * the other way than the means */
	enum verdict verdict;
	enum basis basis;		/* what the verdict stands on */
};

/* The interval excludes 0, of a metric of which neither more nor less is
 * better: it has no verdict but that it differs. */
bool delta_only_differs(enum metric m, const struct delta *d);
/* The verdict is another one than the interval beside it gives: a test says
 * better where the interval holds 0, or not where it excludes 0. */
bool delta_is_disputed(enum metric m, const struct delta *d);
/* Appends what else than the interval the verdict stands on, "Wilcoxon, p
 * 0.0021", and says whether there is something: always of Wilcoxon's test,
 * which asks about ranks where the interval is one of means; of the others,
 * which nearly always agree, where the two are at odds. */
bool delta_basis(struct buf *out, enum metric m, const struct delta *d);
/* Appends that as it stands behind a verdict: " (Wilcoxon, p 0.0021)". */
void delta_add_basis(struct buf *out, enum metric m, const struct delta *d);

struct compare_slice {
	char *by, *value;
	uint64_t n;
	struct delta metrics[METRIC_COUNT];
};

/* McNemar's test in its other forms (model/paired.h). */
struct mcnemar_forms {
	double p_mid, chi2, p_chi2, corrected, p_corrected;
};

/* Where a slice lies; indices of slices, or NEST_NONE. */
struct slice_nest {
	size_t same_as;		/* an earlier one of exactly these patterns */
	size_t within;		/* the smallest that holds (nearly) all of it */
};

/* Greatest less least of a rate over the groups of a column, in base and
 * candidate (base, candidate, delta of the struct), with the paired bootstrap
 * of the joint table. The smaller, the better. Over the groups that have
 * min_n_slice (30, unless it is given) in the rate's denominator in both. */
struct compare_gap {
	char *by;
	const char *measure;		/* of model/fairness.h */
	struct delta delta;		/* n: the smallest denominator */
	size_t n_groups, n_small;	/* n_small: left out */
	char *low, *high;		/* groups at the candidate's ends */
	struct figure resampled;	/* private */
};

/* What a candidate does on one of the parts that were asked for: right answers
 * among its patterns that all versions answered, or the mean absolute error.
 *
 * Without weights p is exact McNemar's, which needs no least number, and the
 * interval Newcombe's; of numbers p is Wilcoxon's, which needs none where it
 * is exact (model/paired.h), and the interval the bootstrap's. With weights
 * share or mean and interval are the weighted ones, and p that of the
 * interval. Where p is not exact fewer than min_n patterns of a weight above 0
 * (30) are insufficient: the flips still are counted, but not judged. p_holm
 * is over the parts that have a flip and enough patterns. */
struct compare_part {
	uint64_t fixed, broken;		/* patterns, whatever they weigh; of
					 * numbers: nearer, farther */
	uint32_t *ordinals;		/* fixed + broken, as in the part */
	struct delta delta;		/* of accuracy or mae; n: patterns, of
					 * mae groups where there are some */
};

/* A pattern of a regression on which the two err differently: what a flip is
 * where answers are right or wrong. Losses of one kind, whatever it weighs;
 * never equal. Beyond the largest double a loss is infinite. */
struct shift {
	uint32_t ordinal;
	double base, candidate;
	double base_error, candidate_error;	/* absolute */
};

/* Those whose loss changed most, largest change first, then by row: at most as
 * many as asked for of all that changed. */
struct shift_list {
	struct shift *at;
	size_t n;
	uint64_t changed;
};

struct candidate {
	char *model;
	int64_t version;
	enum verdict verdict;
	struct delta metrics[METRIC_COUNT];
	bool has_flips;			/* both say labels */
	bool has_mcnemar;		/* and patterns have no weights */
	uint64_t only_base_right, only_candidate_right, both_right, both_wrong;
	bool has_p;			/* of the metric that decides: McNemar's, */
	double p, p_holm;		/* Wilcoxon's, or the interval's; else 1 */
	/* Regression: the ranks point the other way than the means, so p is 1;
	 * Wilcoxon's own is p_ranks. */
	bool ranks_oppose;
	double p_ranks;
	struct mcnemar_forms forms;	/* with has_mcnemar */
	bool has_t;			/* regression without weights */
	struct paired_t t;		/* of absolute errors, per group */
	uint64_t fixed, broken;
	uint32_t *flips;		/* ordinals: fixed first, then broken */
	bool has_shifts;		/* both say numbers */
	uint64_t nearer, farther;	/* than the base, by absolute error */
	struct shift_list shifts[LOSS_COUNT];	/* of the losses asked for */
	size_t n_slices;
	struct compare_slice *slices;
	size_t family[METRIC_COUNT];	/* slices that Holm adjusted for */
	size_t n_gaps;			/* binary, labels: by column, then by */
	struct compare_gap *gaps;	/* measure: tpr, fpr, selected, precision */
	size_t n_parts;			/* as asked for; with has_flips or
					 * has_shifts */
	struct compare_part *parts;
};

struct comparison {
	char *testset;
	int64_t revision;
	char *digest;
	uint64_t n;			/* patterns that all versions answered */
	enum task task;
	bool is_weighted;
	bool has_margin;		/* as in the options */
	double margin;
	char *base_model;
	int64_t base_version;
	size_t n_candidates;
	struct candidate *candidates;
	size_t n_slices;		/* each candidate's */
	struct slice_nest *nest;	/* n_slices */
	/* Are they all equally often right? With two candidates or more, and
	 * without weights. */
	bool has_cochran;
	struct test cochran;		/* n_candidates degrees of freedom */
};

/* -- Nested slices --
 *
 * With many slices most rows of the table repeat others: intersections of
 * what is shown already, or the same patterns under another name. A slice is
 * nested in another one that holds at least 95 % of its patterns and is
 * larger. For a metric it is folded under that one unless it says something
 * else: its verdict differs from that of the slice it would stand under. What
 * is insufficient says nothing. Folding is for the eye only: the family that
 * Holm adjusts for is not made smaller by it. */
#define NEST_SHARE 0.95
#define NEST_NONE SIZE_MAX

/* Under which slice each one is folded: keeper[i] == i, it is shown. keeper
 * has the candidate's n_slices items. */
void comparison_fold(const struct comparison *c, size_t candidate,
		     enum metric m, size_t *keeper);

/* By which loss single patterns are put in order for a metric: its own, or the
 * absolute error where no pattern has that (there is no scale). */
enum row_loss candidate_loss(const struct candidate *c, enum metric m);

/* inputs[0] is the base; all share n, targets and partitions. ordinals: n,
 * the pattern of each row. */
enum rc compare_versions(const struct eval_input *inputs, size_t n_inputs,
			 const uint32_t *ordinals,
			 const struct compare_options *opt,
			 struct comparison *out, struct err *err) MUST_USE;
void comparison_release(struct comparison *c);
void comparison_write(struct json_out *o, const struct comparison *c);
/* The same without the object around it, for who has more to say in it. */
void comparison_members(struct json_out *o, const struct comparison *c);

#endif
