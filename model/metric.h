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

/* id, JSON key, tasks, direction, short head of a column. Order is the order
 * of every listing. */
#define METRIC_LIST(X) \
	X(METRIC_ACCURACY, "accuracy", FOR_BINARY | FOR_MULTICLASS, BETTER_HIGHER, "acc") \
	X(METRIC_BALANCED_ACCURACY, "balanced_accuracy", FOR_BINARY, BETTER_HIGHER, "bal acc") \
	X(METRIC_PRECISION, "precision", FOR_BINARY, BETTER_HIGHER, "precision") \
	X(METRIC_RECALL, "recall", FOR_BINARY, BETTER_HIGHER, "recall") \
	X(METRIC_SPECIFICITY, "specificity", FOR_BINARY, BETTER_HIGHER, "specific") \
	X(METRIC_FPR, "fpr", FOR_BINARY, BETTER_LOWER, "fpr") \
	X(METRIC_FNR, "fnr", FOR_BINARY, BETTER_LOWER, "fnr") \
	X(METRIC_F1, "f1", FOR_BINARY, BETTER_HIGHER, "f1") \
	X(METRIC_MCC, "mcc", FOR_BINARY, BETTER_HIGHER, "mcc") \
	X(METRIC_SELECTION_RATE, "selection_rate", FOR_BINARY, BETTER_NEITHER, "selected") \
	X(METRIC_ROC_AUC, "roc_auc", FOR_BINARY, BETTER_HIGHER, "auc") \
	X(METRIC_AVERAGE_PRECISION, "average_precision", FOR_BINARY, BETTER_HIGHER, "avg prec") \
	X(METRIC_MACRO_PRECISION, "macro_precision", FOR_MULTICLASS, BETTER_HIGHER, "macro p") \
	X(METRIC_MACRO_RECALL, "macro_recall", FOR_MULTICLASS, BETTER_HIGHER, "macro r") \
	X(METRIC_MACRO_F1, "macro_f1", FOR_MULTICLASS, BETTER_HIGHER, "macro f1") \
	X(METRIC_WEIGHTED_PRECISION, "weighted_precision", FOR_MULTICLASS, BETTER_HIGHER, "wtd p") \
	X(METRIC_WEIGHTED_RECALL, "weighted_recall", FOR_MULTICLASS, BETTER_HIGHER, "wtd r") \
	X(METRIC_WEIGHTED_F1, "weighted_f1", FOR_MULTICLASS, BETTER_HIGHER, "wtd f1") \
	X(METRIC_MICRO_PRECISION, "micro_precision", FOR_MULTICLASS, BETTER_HIGHER, "micro p") \
	X(METRIC_MICRO_RECALL, "micro_recall", FOR_MULTICLASS, BETTER_HIGHER, "micro r") \
	X(METRIC_MICRO_F1, "micro_f1", FOR_MULTICLASS, BETTER_HIGHER, "micro f1") \
	X(METRIC_LOG_LOSS, "log_loss", FOR_BINARY | FOR_MULTICLASS, BETTER_LOWER, "log loss") \
	X(METRIC_BRIER, "brier", FOR_BINARY, BETTER_LOWER, "brier") \
	X(METRIC_ECE, "ece", FOR_BINARY, BETTER_LOWER, "ece") \
	X(METRIC_TOP_3_ACCURACY, "top_3_accuracy", FOR_MULTICLASS, BETTER_HIGHER, "top 3") \
	X(METRIC_MAE, "mae", FOR_REGRESSION, BETTER_LOWER, "mae") \
	X(METRIC_RMSE, "rmse", FOR_REGRESSION, BETTER_LOWER, "rmse") \
	X(METRIC_MAPE, "mape", FOR_REGRESSION, BETTER_LOWER, "mape") \
	X(METRIC_SMAPE, "smape", FOR_REGRESSION, BETTER_LOWER, "smape") \
	X(METRIC_MASE, "mase", FOR_REGRESSION, BETTER_LOWER, "mase") \
	X(METRIC_R2, "r2", FOR_REGRESSION, BETTER_HIGHER, "r2") \
	X(METRIC_MEDIAN_ABSOLUTE_ERROR, "median_absolute_error", FOR_REGRESSION, BETTER_LOWER, "med ae") \
	X(METRIC_ERROR_Q05, "error_q05", FOR_REGRESSION, BETTER_ZERO, "err q05") \
	X(METRIC_ERROR_Q25, "error_q25", FOR_REGRESSION, BETTER_ZERO, "err q25") \
	X(METRIC_ERROR_Q75, "error_q75", FOR_REGRESSION, BETTER_ZERO, "err q75") \
	X(METRIC_ERROR_Q95, "error_q95", FOR_REGRESSION, BETTER_ZERO, "err q95")

enum metric {
#define X(id, key, tasks, better, head) id,
	METRIC_LIST(X)
#undef X
	METRIC_COUNT
};

const char *metric_key(enum metric m);
const char *metric_head(enum metric m);
enum better metric_better(enum metric m);
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
