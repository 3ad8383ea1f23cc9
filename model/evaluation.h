/* One version on one revision: all metrics, overall and by slice.
 *
 * evaluate() is arithmetic on arrays; registry/evaluate.c fills the input
 * from columns and stored predictions and keeps the result. Definitions are
 * those of CLI.md (section Figures) and agree with scikit-learn to 1e-9.
 *
 * Conventions that CLI.md leaves open:
 * - a predicted label outside the set is wrong: for a positive it counts as
 *   fn, for a negative as fp;
 * - macro figures average the labels that occur as target or prediction
 *   among the rows, a label never predicted counting 0 (as scikit-learn);
 *   micro precision leaves labels outside the set out of its denominator;
 * - n of F1, MCC, AUC and losses is the number of rows; F1 without positives
 *   is undefined;
 * - with a group, each row's error (|e|, e squared, e, and the relative ones)
 *   is averaged per group and the metric is taken over groups, n = groups;
 *   rmse is the root of the mean of groups' mean squares, R2 is over rows;
 *   with a weight too, rows are weighted within groups and each group counts
 *   as the sum of its weights;
 * - quantiles of errors, the median among them, are R's type 7. Weights are
 *   shares, not frequencies: they give Akinshin's weighted estimator of type 7
 *   (Akinshin 2023, Weighted quantile estimators, arXiv:2304.07265) with
 *   Kish's effective size m = (sum w)^2 / sum w^2 (Kish 1965, Survey
 *   Sampling). With h = p (m - 1) + 1 the quantile is the mean of the values
 *   whose shares of the weight, in ascending order, lie within [(h - 1) / m,
 *   h / m]. All weights times a constant change nothing, equal weights give
 *   type 7 itself, and a pattern of next to no weight next to no difference.
 *   (Weights as frequencies, as Hmisc's wtd.quantile without normwt, have
 *   none of the three: weights of .1 made every quantile the least error.) A
 *   row drawn k times in a resample is k rows;
 * - R2 is undefined where the targets are equal but for rounding: where their
 *   sum of squares is below n epsilon times the sums that it is the difference
 *   of (the bound of Higham 2002, Accuracy and Stability, section 4.2). A
 *   resample that drew such rows only is one without R2;
 * - one score outside [0,1] makes log loss, Brier and ECE undefined in all
 *   slices of that version;
 * - top 3: a class with an equal score and a higher place in the order of
 *   labels is ahead (as scikit-learn).
 * Numbers are finite: readers refuse what is not (base/decimal.h).
 *
 * Rows are the active patterns for which a prediction is known, in the order
 * of the test set; every array has n items and is borrowed. */
#ifndef MUSTER_MODEL_EVALUATION_H
#define MUSTER_MODEL_EVALUATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "model/confusion.h"
#include "model/figure.h"
#include "model/metric.h"
#include "model/task.h"

/* One way to cut the rows into slices: an attribute, an intersection of
 * attributes, or a named slice (two values, of which only value 1 counts). */
#define PARTITION_NONE 0xffff	/* a row's code: in no slice of this cut */
struct partition {
	const char *by;		/* "race", "race+sex", or "slice" */
	size_t n_values;
	const char *const *values;
	const uint16_t *code;	/* n rows: value index, or PARTITION_NONE */
};

struct histogram;
struct eval_input {
	enum task task;
	size_t n;
	/* Labels of the set in the order of CLI.md (binary: [0] negative,
	 * [1] positive); none for regression. */
	size_t n_labels;
	const char *const *labels;
	const uint16_t *target;		/* label codes; NULL for regression */
	const double *target_value;	/* regression only */
	/* What the model said. Each may be NULL: not given. */
	const uint16_t *label;		/* code; >= n_labels: another label */
	const double *value;		/* regression */
	const double *score;		/* binary: of the positive label */
	const double *class_score;	/* n x n_labels, row by row */
	bool has_threshold;		/* then, for binary, label comes from it */
	double threshold;		/* score >= threshold is positive */
	const double *weight;		/* or NULL */
	const uint32_t *group;		/* or NULL: 0..n_groups-1 */
	size_t n_groups;
	const double *scale;		/* or NULL: MASE's divisor */
	size_t n_partitions;
	const struct partition *partitions;
	/* Binary: all that targets and scores amount to (model/histogram.h),
	 * instead of them; both, and the partitions' codes, are NULL then, and
	 * labels come from the threshold or from nowhere. Or NULL. */
	const struct histogram *histogram;
	/* Or NULL: receives the histogram, if the data qualify and are not one
	 * already, for the caller to release. */
	struct histogram *counted;
};

/* Which figures get a bootstrap interval (if resamples is not 0):
 * - functions of counts always: balanced accuracy, F1, MCC, macro, weighted
 *   and micro figures of a multiclass table. The table's cells are drawn, so
 *   it costs the same at any n;
 * - those of single scores or errors (average precision, log loss, Brier,
 *   ECE, all of regression, everything that is weighted) where a resample is
 *   cheap: for the whole up to EVAL_BOOTSTRAP_WHOLE cells, of a binary task
 *   without weights EVAL_BOOTSTRAP_SCORES; for a slice up to
 *   EVAL_BOOTSTRAP_SLICE. Cells are rows (or groups), of a binary task without
 *   weights no more than twice the distinct scores of the whole. bootstrap_all
 *   lifts the limits.
 * Beyond the limits, where so many units make a normal law, these have the
 * interval of the infinitesimal jackknife (model/jackknife.h), at the cost of
 * a sum: average precision (of 30 positives), log loss, Brier, and ECE where
 * few bins' gaps may be 0 (jackknife_kink), without weights; means of
 * errors, RMSE and R squared; and without weights quantiles of errors that of
 * their order statistics.
 * It depends on the data alone, so the same data have the same figures.
 * Intervals are percentiles (R type 7) of the resamples in which the figure
 * is defined; if that is less than half of them, there is no interval.
 * Resamples, and with them all bytes, depend on the seed only, never on the
 * number of threads. */
#define EVAL_BOOTSTRAP_WHOLE 50000
#define EVAL_BOOTSTRAP_SCORES 10000
#define EVAL_BOOTSTRAP_SLICE 5000

struct eval_options {
	bool clopper_pearson;		/* instead of Wilson */
	bool bootstrap_all;
	unsigned resamples;		/* bootstrap: 0 = none, usually 1000 */
	uint64_t seed;
	/* Cancels when it returns true; called now and then from any thread. */
	bool (*cancelled)(void *arg);
	void *arg;
};

struct class_figures {			/* multiclass, per label */
	char *label;
	struct figure precision, recall, f1;
	uint64_t n;			/* rows whose target it is */
};

struct eval_slice {			/* or the whole: by and value NULL */
	char *by, *value;
	uint64_t n;
	bool has_confusion;
	struct confusion confusion;
	struct figure metrics[METRIC_COUNT];	/* those that fit the task */
};

struct evaluation {
	/* What it was computed from; filled by registry/evaluate.c. */
	char *model;
	int64_t version;
	char *testset;
	int64_t revision;
	char *revision_digest, *prediction_digest;
	char *state;			/* "fresh" … relative to what was asked */
	enum task task;
	bool has_threshold;
	double threshold;
	struct eval_slice whole;
	size_t n_classes;
	struct class_figures *classes;
	uint64_t *matrix;		/* multiclass: n_classes x (n_classes + 1),
					 * row = target, column = said, last
					 * column = another label; or NULL */
	size_t n_slices;
	struct eval_slice *slices;
};

enum rc evaluate(const struct eval_input *in, const struct eval_options *opt,
		 struct evaluation *out, struct err *err) MUST_USE;
/* The same for n versions at once, all cores: what equal pointers of
 * targets and partitions share is prepared once. out has n items; on an error
 * (RC_CANCELLED only) none is to be released. */
enum rc evaluate_many(const struct eval_input *inputs, size_t n,
		      const struct eval_options *opt, struct evaluation *out,
		      struct err *err) MUST_USE;
/* One metric only, over the whole, without interval: for moved and curves. */
struct figure evaluate_metric(const struct eval_input *in, enum metric m);
void evaluation_release(struct evaluation *e);

/* Identities that must hold (counts add up, F1 agrees with precision and
 * recall, slices of one full partition add up to the whole, an interval
 * contains its value). Appends one line for each that does not. */
struct strs;
void evaluation_check(const struct evaluation *e, struct strs *findings);

/* The JSON object of CLI.md, and back (stored evaluations are this text). */
void evaluation_write(struct json_out *o, const struct evaluation *e);
enum rc evaluation_read(const struct json *j, struct evaluation *out,
			struct err *err) MUST_USE;
void figure_write(struct json_out *o, const struct figure *f);
enum rc figure_read(const struct json *j, struct figure *out,
		    struct err *err) MUST_USE;

#endif
