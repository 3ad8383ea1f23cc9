#include "cards/plain.h"

#include <math.h>

#include "base/decimal.h"
#include "cards/report.h"

static const struct words {
	const char *name, *about;
} words[METRIC_COUNT] = {
	[METRIC_ACCURACY] = { "accuracy", "of all, how many are right" },
	[METRIC_BALANCED_ACCURACY] = { "balanced accuracy",
		"mean of recall and specificity" },
	[METRIC_PRECISION] = { "precision",
		"of those said positive, how many are" },
	[METRIC_RECALL] = { "recall",
		"of the positives, how many are found" },
	[METRIC_SPECIFICITY] = { "specificity",
		"of the negatives, how many are said negative" },
	[METRIC_FPR] = { "false positive rate",
		"of the negatives, how many are said positive" },
	[METRIC_FNR] = { "false negative rate",
		"of the positives, how many are missed" },
	[METRIC_F1] = { "F1", "harmonic mean of precision and recall" },
	[METRIC_MCC] = { "Matthews correlation",
		"of targets and answers: 1 perfect, 0 chance" },
	[METRIC_SELECTION_RATE] = { "selection rate",
		"of all, how many are said positive" },
	[METRIC_ROC_AUC] = { "area under the ROC curve",
		"how often a positive scores above a negative" },
	[METRIC_AVERAGE_PRECISION] = { "average precision",
		"precision over all thresholds, weighted by recall" },
	[METRIC_MACRO_PRECISION] = { "precision, macro", "mean over classes" },
	[METRIC_MACRO_RECALL] = { "recall, macro", "mean over classes" },
	[METRIC_MACRO_F1] = { "F1, macro", "mean over classes" },
	[METRIC_WEIGHTED_PRECISION] = { "precision, weighted",
		"mean over classes by their size" },
	[METRIC_WEIGHTED_RECALL] = { "recall, weighted",
		"mean over classes by their size" },
	[METRIC_WEIGHTED_F1] = { "F1, weighted",
		"mean over classes by their size" },
	[METRIC_MICRO_PRECISION] = { "precision, micro",
		"counts of all classes together" },
	[METRIC_MICRO_RECALL] = { "recall, micro",
		"counts of all classes together" },
	[METRIC_MICRO_F1] = { "F1, micro", "counts of all classes together" },
	[METRIC_LOG_LOSS] = { "log loss",
		"how far scores are from the truth; 0 is best" },
	[METRIC_BRIER] = { "Brier score",
		"mean squared error of the scores; 0 is best" },
	[METRIC_ECE] = { "calibration error",
		"how far scores are from frequencies; 0 is best" },
	[METRIC_TOP_3_ACCURACY] = { "top-3 accuracy",
		"the right class is among the first three" },
	[METRIC_MAE] = { "mean absolute error", "in units of the target" },
	[METRIC_RMSE] = { "root mean squared error",
		"as mean absolute error, large errors weigh more" },
	[METRIC_MAPE] = { "mean absolute percentage error",
		"as a fraction of the target" },
	[METRIC_SMAPE] = { "symmetric percentage error",
		"as a fraction of target and answer" },
	[METRIC_MASE] = { "mean absolute scaled error",
		"1 is as good as the naive forecast" },
	[METRIC_R2] = { "R squared", "share of the variance explained" },
	[METRIC_MEDIAN_ABSOLUTE_ERROR] = { "median absolute error",
		"half of the errors are smaller" },
	[METRIC_ERROR_Q05] = { "error, 5 % quantile", "answer less target" },
	[METRIC_ERROR_Q25] = { "error, 25 % quantile", "answer less target" },
	[METRIC_ERROR_Q75] = { "error, 75 % quantile", "answer less target" },
	[METRIC_ERROR_Q95] = { "error, 95 % quantile", "answer less target" },
};

const char *plain_metric(enum metric m)
{
	return words[m].name;
}

const char *plain_about(enum metric m)
{
	return words[m].about;
}

void plain_percent(struct buf *out, double share)
{
	buf_fixed(out, share * 100, 1);
	buf_str(out, " %");
}

void plain_figure(struct buf *out, enum metric m, const struct figure *f)
{
	if (f->why || m != METRIC_ACCURACY) {
		buf_printf(out, "%s ", plain_metric(m));
		report_figure_text(out, f);
		return;
	}
	plain_percent(out, f->value);
	buf_str(out, " right");
	if (f->method == METHOD_NONE)
		return;
	buf_str(out, " (");
	buf_fixed(out, f->low * 100, 1);
	buf_str(out, " to ");
	plain_percent(out, f->high);
	buf_char(out, ')');
}

void plain_gap(struct buf *out, enum metric m, double gap)
{
	if (m == METRIC_ACCURACY) {
		buf_fixed(out, fabs(gap) * 100, 1);
		buf_str(out, " points");
	} else {
		report_number(out, fabs(gap));
	}
}

const char *plain_verdict(enum verdict v)
{
	switch (v) {
	case VERDICT_BETTER:
		return "it is better";
	case VERDICT_WORSE:
		return "it is worse";
	case VERDICT_EQUIVALENT:
		return "it is as good, within the margin";
	case VERDICT_INSUFFICIENT:
		return "there are too few patterns to tell";
	case VERDICT_NO_DIFFERENCE:
		break;
	}
	return "no difference is shown";
}
