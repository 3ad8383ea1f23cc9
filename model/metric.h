/* The metrics of CLI.md (section Figures): one row each, from which JSON
 * keys, columns, help and the direction of "better" come. */
#ifndef MUSTER_MODEL_METRIC_H
#define MUSTER_MODEL_METRIC_H

#include <stdbool.h>

#include "model/task.h"

#define FOR_BINARY (1u << TASK_BINARY)
#define FOR_MULTICLASS (1u << TASK_MULTICLASS)
#define FOR_REGRESSION (1u << TASK_REGRESSION)

enum better { BETTER_HIGHER, BETTER_LOWER, BETTER_ZERO, BETTER_NEITHER };

/* How far off one answer is: what a metric sums up over patterns, which is by
 * what single patterns are put in order for it. */
#define LOSS_LIST(X) \
	X(LOSS_WRONG, "answer")	/* 1 or 0 */ \
	X(LOSS_ABSOLUTE, "absolute error") \
	X(LOSS_SQUARED, "squared error") \
	X(LOSS_RELATIVE, "relative error") \
	X(LOSS_SYMMETRIC, "symmetric relative error") \
	X(LOSS_SCALED, "scaled error")

enum row_loss {
#define X(id, text) id,
	LOSS_LIST(X)
#undef X
	LOSS_COUNT
};
const char *loss_text(enum row_loss l);

/* id, JSON key, tasks, direction, short head of a column, loss of a pattern.
 * Order is the order of every listing. */
#define METRIC_LIST(X) \
	X(METRIC_ACCURACY, "accuracy", FOR_BINARY | FOR_MULTICLASS, BETTER_HIGHER, "acc", LOSS_WRONG) \
	X(METRIC_BALANCED_ACCURACY, "balanced_accuracy", FOR_BINARY, BETTER_HIGHER, "bal acc", LOSS_WRONG) \
	X(METRIC_PRECISION, "precision", FOR_BINARY, BETTER_HIGHER, "precision", LOSS_WRONG) \
	X(METRIC_RECALL, "recall", FOR_BINARY, BETTER_HIGHER, "recall", LOSS_WRONG) \
	X(METRIC_SPECIFICITY, "specificity", FOR_BINARY, BETTER_HIGHER, "specific", LOSS_WRONG) \
	X(METRIC_FPR, "fpr", FOR_BINARY, BETTER_LOWER, "fpr", LOSS_WRONG) \
	X(METRIC_FNR, "fnr", FOR_BINARY, BETTER_LOWER, "fnr", LOSS_WRONG) \
	X(METRIC_F1, "f1", FOR_BINARY, BETTER_HIGHER, "f1", LOSS_WRONG) \
	X(METRIC_MCC, "mcc", FOR_BINARY, BETTER_HIGHER, "mcc", LOSS_WRONG) \
	X(METRIC_SELECTION_RATE, "selection_rate", FOR_BINARY, BETTER_NEITHER, "selected", LOSS_WRONG) \
	X(METRIC_ROC_AUC, "roc_auc", FOR_BINARY, BETTER_HIGHER, "auc", LOSS_WRONG) \
	X(METRIC_AVERAGE_PRECISION, "average_precision", FOR_BINARY, BETTER_HIGHER, "avg prec", LOSS_WRONG) \
	X(METRIC_MACRO_PRECISION, "macro_precision", FOR_MULTICLASS, BETTER_HIGHER, "macro p", LOSS_WRONG) \
	X(METRIC_MACRO_RECALL, "macro_recall", FOR_MULTICLASS, BETTER_HIGHER, "macro r", LOSS_WRONG) \
	X(METRIC_MACRO_F1, "macro_f1", FOR_MULTICLASS, BETTER_HIGHER, "macro f1", LOSS_WRONG) \
	X(METRIC_WEIGHTED_PRECISION, "weighted_precision", FOR_MULTICLASS, BETTER_HIGHER, "wtd p", LOSS_WRONG) \
	X(METRIC_WEIGHTED_RECALL, "weighted_recall", FOR_MULTICLASS, BETTER_HIGHER, "wtd r", LOSS_WRONG) \
	X(METRIC_WEIGHTED_F1, "weighted_f1", FOR_MULTICLASS, BETTER_HIGHER, "wtd f1", LOSS_WRONG) \
	X(METRIC_MICRO_PRECISION, "micro_precision", FOR_MULTICLASS, BETTER_HIGHER, "micro p", LOSS_WRONG) \
	X(METRIC_MICRO_RECALL, "micro_recall", FOR_MULTICLASS, BETTER_HIGHER, "micro r", LOSS_WRONG) \
	X(METRIC_MICRO_F1, "micro_f1", FOR_MULTICLASS, BETTER_HIGHER, "micro f1", LOSS_WRONG) \
	X(METRIC_LOG_LOSS, "log_loss", FOR_BINARY | FOR_MULTICLASS, BETTER_LOWER, "log loss", LOSS_WRONG) \
	X(METRIC_BRIER, "brier", FOR_BINARY, BETTER_LOWER, "brier", LOSS_WRONG) \
	X(METRIC_ECE, "ece", FOR_BINARY, BETTER_LOWER, "ece", LOSS_WRONG) \
	X(METRIC_TOP_3_ACCURACY, "top_3_accuracy", FOR_MULTICLASS, BETTER_HIGHER, "top 3", LOSS_WRONG) \
	X(METRIC_MAE, "mae", FOR_REGRESSION, BETTER_LOWER, "mae", LOSS_ABSOLUTE) \
	X(METRIC_RMSE, "rmse", FOR_REGRESSION, BETTER_LOWER, "rmse", LOSS_SQUARED) \
	X(METRIC_MAPE, "mape", FOR_REGRESSION, BETTER_LOWER, "mape", LOSS_RELATIVE) \
	X(METRIC_SMAPE, "smape", FOR_REGRESSION, BETTER_LOWER, "smape", LOSS_SYMMETRIC) \
	X(METRIC_MASE, "mase", FOR_REGRESSION, BETTER_LOWER, "mase", LOSS_SCALED) \
	X(METRIC_R2, "r2", FOR_REGRESSION, BETTER_HIGHER, "r2", LOSS_SQUARED) \
	X(METRIC_MEDIAN_ABSOLUTE_ERROR, "median_absolute_error", FOR_REGRESSION, BETTER_LOWER, "med ae", LOSS_ABSOLUTE) \
	X(METRIC_ERROR_Q05, "error_q05", FOR_REGRESSION, BETTER_ZERO, "err q05", LOSS_ABSOLUTE) \
	X(METRIC_ERROR_Q25, "error_q25", FOR_REGRESSION, BETTER_ZERO, "err q25", LOSS_ABSOLUTE) \
	X(METRIC_ERROR_Q75, "error_q75", FOR_REGRESSION, BETTER_ZERO, "err q75", LOSS_ABSOLUTE) \
	X(METRIC_ERROR_Q95, "error_q95", FOR_REGRESSION, BETTER_ZERO, "err q95", LOSS_ABSOLUTE)

enum metric {
#define X(id, key, tasks, better, head, loss) id,
	METRIC_LIST(X)
#undef X
	METRIC_COUNT
};

const char *metric_key(enum metric m);
const char *metric_head(enum metric m);
enum better metric_better(enum metric m);
/* Of labels it is whether the answer is wrong, whatever the metric. */
enum row_loss metric_loss(enum metric m);
bool metric_fits(enum metric m, enum task task);
/* By JSON key, or the alias "auc". */
bool metric_from_key(const char *key, enum metric *out);
/* accuracy, or mae for regression. */
enum metric metric_main(enum task task);
/* The one that a model names by its key, where it fits; else, and for NULL,
 * the task's. */
enum metric metric_main_of(const char *key, enum task task);

/* Version of the metric code: part of what an evaluation was computed from. */
#define METRIC_CODE_VERSION 4

#endif
