/* A rate is one count over another; a measure puts rates of groups together
 * in one of a few ways. Both are tables. */
#include "model/fairness.h"

#include "base/count.h"
#include "model/fairness_scores.h"
#include "model/fairness_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static const char *const library_names[] = {
	[FAIRLEARN] = "Fairlearn", [AIF360] = "AIF360",
	[CLARIFY] = "SageMaker Clarify", [AEQUITAS] = "Aequitas",
	[OURS] = "muster",
};

const char *fairness_library_name(enum fairness_library l)
{
	return library_names[l];
}

/* -- Rates -- */

enum rate {
	SELECTED,	/* said positive, of all */
	TPR, TNR, FPR, FNR,
	PPV, FDR,	/* of those said positive */
	NPV, OMITTED,	/* of those said negative; omitted: FOR */
	RIGHT,		/* accuracy */
	WRONG,
	LABELLED,	/* positive, of all: the base rate */
	F1_RATE,	/* twice tp, of tp and all that is said or is positive */
	OVER_SAID,	/* positive over said positive: Clarify's c */
	UNDER_SAID	/* negative over said negative: Clarify's r */
};

struct ratio {
	double part, whole;
};

static struct ratio rate_of(enum rate r, const struct confusion *c)
{
	double tp = (double)c->tp, fp = (double)c->fp;
	double fn = (double)c->fn, tn = (double)c->tn;
	double all = tp + fp + fn + tn;

	switch (r) {
	case SELECTED:
		return (struct ratio){ tp + fp, all };
	case TPR:
		return (struct ratio){ tp, tp + fn };
	case TNR:
		return (struct ratio){ tn, tn + fp };
	case FPR:
		return (struct ratio){ fp, tn + fp };
	case FNR:
		return (struct ratio){ fn, tp + fn };
	case PPV:
		return (struct ratio){ tp, tp + fp };
	case FDR:
		return (struct ratio){ fp, tp + fp };
	case NPV:
		return (struct ratio){ tn, tn + fn };
	case OMITTED:
		return (struct ratio){ fn, tn + fn };
	case RIGHT:
		return (struct ratio){ tp + tn, all };
	case WRONG:
		return (struct ratio){ fp + fn, all };
	case LABELLED:
		return (struct ratio){ tp + fn, all };
	case F1_RATE:
		return (struct ratio){ 2 * tp, 2 * tp + fp + fn };
	case OVER_SAID:
		return (struct ratio){ tp + fn, tp + fp };
	case UNDER_SAID:
		return (struct ratio){ tn + fp, tn + fn };
	}
	BUG("rate %d", (int)r);
}

static const char *const no_whole[] = {
	[SELECTED] = "a group is empty", [TPR] = "a group has no positives",
	[TNR] = "a group has no negatives", [FPR] = "a group has no negatives",
	[FNR] = "a group has no positives",
	[PPV] = "nothing was said positive in a group",
	[FDR] = "nothing was said positive in a group",
	[NPV] = "nothing was said negative in a group",
	[OMITTED] = "nothing was said negative in a group",
	[RIGHT] = "a group is empty", [WRONG] = "a group is empty",
	[LABELLED] = "a group is empty",
	[F1_RATE] = "nothing is or was said positive in a group",
	[OVER_SAID] = "nothing was said positive in a group",
	[UNDER_SAID] = "nothing was said negative in a group",
};

/* -- Measures -- */

enum kind {
	BETWEEN_DIFFERENCE,	/* greatest less least over all groups */
	BETWEEN_RATIO,		/* least over greatest */
	ODDS_DIFFERENCE,	/* the greater of the differences of two rates */
	ODDS_RATIO,		/* the lesser of the ratios of two rates */
	ODDS_DIFFERENCE_MEAN,	/* the mean of the two instead */
	ODDS_RATIO_MEAN,
	OVERALL_DIFFERENCE,	/* greatest distance from the rate of all */
	OVERALL_RATIO,		/* least of rate over that of all, or inverse */
	LEAST, GREATEST,	/* over the groups */
	BALANCED_LEAST,		/* least mean of two rates */
	ENTROPY, THEIL, VARIATION,	/* of all cases' benefits */
	GROUPS_ENTROPY, GROUPS_THEIL, GROUPS_VARIATION, /* of groups' means */
	DIFFERENTIAL,		/* smoothed empirical differential fairness */
	AMPLIFIED,		/* the same, less that of the labels */
	MEAN_SCORE_DIFFERENCE,	/* of numbers that groups have by their */
	MEAN_SCORE_RATIO,	/* scores: model/fairness_scores.h */
	ERROR_DIFFERENCE,
	ERROR_GREATEST,
	SAME_SCORE_DIFFERENCE,
	SAME_SCORE_RATIO,
	SAME_SCORE_GAP,		/* signed, as all below */
	DISPARITY_LABELLED,	/* conditional demographic disparity */
	DISPARITY_SAID,
	OF_LESS_AGAINST,	/* signed */
	AGAINST_LESS_OF,
	OF_OVER_AGAINST,
	AVERAGE_ODDS,		/* mean of the signed differences of two rates */
	AVERAGE_ABS_ODDS,
	MAX_ABS_ODDS,
	TREATMENT,		/* FN/FP of the one less that of the other */
	COUNT_RATIO,		/* said positive over said positive */
	IMBALANCE,		/* of the groups' sizes */
	KULLBACK, JENSEN, LP_NORM, VARIATION_DISTANCE, KOLMOGOROV
				/* of the two groups' labels */
};

/* clang-format off */
#define BETWEEN(name, rate) \
	{ name "_difference", FAIRLEARN, "greatest less least " name " over the groups", 0, false, BETWEEN_DIFFERENCE, rate, rate }, \
	{ name "_ratio", FAIRLEARN, "least over greatest " name " over the groups", 1, false, BETWEEN_RATIO, rate, rate }
#define OVERALL(name, rate) \
	{ name "_difference_to_overall", FAIRLEARN, "greatest distance of a group's " name " from that of all", 0, false, OVERALL_DIFFERENCE, rate, rate }, \
	{ name "_ratio_to_overall", FAIRLEARN, "least ratio of a group's " name " and that of all, either way", 1, false, OVERALL_RATIO, rate, rate }
#define DISPARITY(name, rate) \
	{ "aequitas_" name "_disparity", AEQUITAS, name " of the group over that of the reference group", 1, true, OF_OVER_AGAINST, rate, rate }

static const struct fairness_measure measures[] = {
	BETWEEN("true_positive_rate", TPR),
	BETWEEN("true_negative_rate", TNR),
	BETWEEN("false_positive_rate", FPR),
	BETWEEN("false_negative_rate", FNR),
	BETWEEN("selection_rate", SELECTED),
	BETWEEN("accuracy_score", RIGHT),
	BETWEEN("zero_one_loss", WRONG),
	BETWEEN("precision_score", PPV),
	{ "demographic_parity_difference", FAIRLEARN, "greatest less least selection rate", 0, false, BETWEEN_DIFFERENCE, SELECTED, SELECTED },
	{ "demographic_parity_ratio", FAIRLEARN, "least over greatest selection rate", 1, false, BETWEEN_RATIO, SELECTED, SELECTED },
	{ "equal_opportunity_difference", FAIRLEARN, "greatest less least true positive rate", 0, false, BETWEEN_DIFFERENCE, TPR, TPR },
	{ "equal_opportunity_ratio", FAIRLEARN, "least over greatest true positive rate", 1, false, BETWEEN_RATIO, TPR, TPR },
	{ "equalized_odds_difference", FAIRLEARN, "the greater of the differences of true and of false positive rate", 0, false, ODDS_DIFFERENCE, TPR, FPR },
	{ "equalized_odds_ratio", FAIRLEARN, "the lesser of the ratios of true and of false positive rate", 1, false, ODDS_RATIO, TPR, FPR },
	{ "predictive_parity_difference", OURS, "greatest less least precision", 0, false, BETWEEN_DIFFERENCE, PPV, PPV },
	{ "predictive_parity_ratio", OURS, "least over greatest precision", 1, false, BETWEEN_RATIO, PPV, PPV },
	{ "calibration_difference", OURS, "greatest less least of a group's share of positives less its mean score", 0, false, MEAN_SCORE_DIFFERENCE, LABELLED, LABELLED },
	{ "calibration_ratio", OURS, "least over greatest of a group's share of positives over its mean score", 1, false, MEAN_SCORE_RATIO, LABELLED, LABELLED },
	{ "calibration_error_difference", OURS, "greatest less least expected calibration error of a group", 0, false, ERROR_DIFFERENCE, LABELLED, LABELLED },
	{ "calibration_error_group_max", OURS, "greatest expected calibration error of a group", 0, false, ERROR_GREATEST, LABELLED, LABELLED },
	{ "same_score_difference", OURS, "greatest less least of a group's share of positives less the share that all cases of the same scores have", 0, false, SAME_SCORE_DIFFERENCE, LABELLED, LABELLED },
	{ "same_score_ratio", OURS, "least over greatest of a group's share of positives over the share that all cases of the same scores have", 1, false, SAME_SCORE_RATIO, LABELLED, LABELLED },
	{ "same_score_gap", OURS, "share of positives of the group less that of the reference group's cases of the same scores", 0, true, SAME_SCORE_GAP, LABELLED, LABELLED },
	{ "equalized_odds_difference_mean", FAIRLEARN, "mean of the differences of true and of false positive rate", 0, false, ODDS_DIFFERENCE_MEAN, TPR, FPR },
	{ "equalized_odds_ratio_mean", FAIRLEARN, "mean of the ratios of true and of false positive rate", 1, false, ODDS_RATIO_MEAN, TPR, FPR },
	OVERALL("true_positive_rate", TPR), OVERALL("false_positive_rate", FPR),
	OVERALL("selection_rate", SELECTED), OVERALL("accuracy_score", RIGHT),
	OVERALL("precision_score", PPV),
	{ "accuracy_score_group_min", FAIRLEARN, "least accuracy of a group", 1, false, LEAST, RIGHT, RIGHT },
	{ "precision_score_group_min", FAIRLEARN, "least precision of a group", 1, false, LEAST, PPV, PPV },
	{ "recall_score_group_min", FAIRLEARN, "least recall of a group", 1, false, LEAST, TPR, TPR },
	{ "balanced_accuracy_score_group_min", FAIRLEARN, "least balanced accuracy of a group", 1, false, BALANCED_LEAST, TPR, TNR },
	{ "f1_score_group_min", FAIRLEARN, "least F1 of a group", 1, false, LEAST, F1_RATE, F1_RATE },
	{ "zero_one_loss_group_max", FAIRLEARN, "greatest error of a group", 0, false, GREATEST, WRONG, WRONG },

	{ "statistical_parity_difference", AIF360, "selection rate of the unprivileged less that of the privileged", 0, true, OF_LESS_AGAINST, SELECTED, SELECTED },
	{ "disparate_impact", AIF360, "selection rate of the unprivileged over that of the privileged", 1, true, OF_OVER_AGAINST, SELECTED, SELECTED },
	{ "aif360_equal_opportunity_difference", AIF360, "true positive rate, unprivileged less privileged", 0, true, OF_LESS_AGAINST, TPR, TPR },
	{ "average_odds_difference", AIF360, "mean of the differences of false and true positive rate, unprivileged less privileged", 0, true, AVERAGE_ODDS, TPR, FPR },
	{ "average_abs_odds_difference", AIF360, "mean of the absolute differences of false and true positive rate", 0, true, AVERAGE_ABS_ODDS, TPR, FPR },
	{ "aif360_equalized_odds_difference", AIF360, "the greater absolute difference of false and true positive rate", 0, true, MAX_ABS_ODDS, TPR, FPR },
	{ "average_predictive_value_difference", AIF360, "mean of the differences of precision and of false omission rate, unprivileged less privileged", 0, true, AVERAGE_ODDS, PPV, OMITTED },
	{ "aif360_false_positive_rate_difference", AIF360, "unprivileged less privileged", 0, true, OF_LESS_AGAINST, FPR, FPR },
	{ "aif360_false_negative_rate_difference", AIF360, "unprivileged less privileged", 0, true, OF_LESS_AGAINST, FNR, FNR },
	{ "false_omission_rate_difference", AIF360, "unprivileged less privileged", 0, true, OF_LESS_AGAINST, OMITTED, OMITTED },
	{ "false_discovery_rate_difference", AIF360, "unprivileged less privileged", 0, true, OF_LESS_AGAINST, FDR, FDR },
	{ "aif360_false_positive_rate_ratio", AIF360, "unprivileged over privileged", 1, true, OF_OVER_AGAINST, FPR, FPR },
	{ "aif360_false_negative_rate_ratio", AIF360, "unprivileged over privileged", 1, true, OF_OVER_AGAINST, FNR, FNR },
	{ "false_omission_rate_ratio", AIF360, "unprivileged over privileged", 1, true, OF_OVER_AGAINST, OMITTED, OMITTED },
	{ "false_discovery_rate_ratio", AIF360, "unprivileged over privileged", 1, true, OF_OVER_AGAINST, FDR, FDR },
	{ "error_rate_difference", AIF360, "error, unprivileged less privileged", 0, true, OF_LESS_AGAINST, WRONG, WRONG },
	{ "error_rate_ratio", AIF360, "error, unprivileged over privileged", 1, true, OF_OVER_AGAINST, WRONG, WRONG },

	{ "generalized_entropy_index", AIF360, "of b = said - target + 1 over all cases, alpha 2: sum of (b/mean)^2 - 1, over 2 n", 0, false, ENTROPY, RIGHT, RIGHT },
	{ "theil_index", AIF360, "of b = said - target + 1 over all cases: mean of (b/mean) ln(b/mean)", 0, false, THEIL, RIGHT, RIGHT },
	{ "coefficient_of_variation", AIF360, "root of twice the generalized entropy index", 0, false, VARIATION, RIGHT, RIGHT },
	{ "between_group_generalized_entropy_index", AIF360, "the same, each case with the mean b of its group", 0, false, GROUPS_ENTROPY, RIGHT, RIGHT },
	{ "between_group_theil_index", AIF360, "the same, each case with the mean b of its group", 0, false, GROUPS_THEIL, RIGHT, RIGHT },
	{ "between_group_coefficient_of_variation", AIF360, "the same, each case with the mean b of its group", 0, false, GROUPS_VARIATION, RIGHT, RIGHT },
	{ "smoothed_empirical_differential_fairness", AIF360, "greatest |ln| of the ratio of two groups' smoothed shares, said positive or said negative", 0, false, DIFFERENTIAL, SELECTED, SELECTED },
	{ "differential_fairness_bias_amplification", AIF360, "that of what was said less that of the labels", 0, false, AMPLIFIED, SELECTED, SELECTED },

	{ "clarify_ci", CLARIFY, "advantaged less disadvantaged cases, over both", 0, true, IMBALANCE, SELECTED, SELECTED },
	{ "clarify_kl", CLARIFY, "Kullback-Leibler divergence of the labels, advantaged from disadvantaged", 0, true, KULLBACK, LABELLED, LABELLED },
	{ "clarify_js", CLARIFY, "Jensen-Shannon divergence of the labels", 0, true, JENSEN, LABELLED, LABELLED },
	{ "clarify_lp", CLARIFY, "Euclidean distance of the labels' shares", 0, true, LP_NORM, LABELLED, LABELLED },
	{ "clarify_tvd", CLARIFY, "total variation distance of the labels", 0, true, VARIATION_DISTANCE, LABELLED, LABELLED },
	{ "clarify_ks", CLARIFY, "greatest difference of a label's share", 0, true, KOLMOGOROV, LABELLED, LABELLED },
	{ "clarify_ge", CLARIFY, "generalized entropy of b = said - target + 1, alpha 2", 0, false, ENTROPY, RIGHT, RIGHT },
	{ "clarify_dpl", CLARIFY, "share of positive labels, advantaged less disadvantaged", 0, true, AGAINST_LESS_OF, LABELLED, LABELLED },
	{ "clarify_dppl", CLARIFY, "selection rate, advantaged less disadvantaged", 0, true, AGAINST_LESS_OF, SELECTED, SELECTED },
	{ "clarify_di", CLARIFY, "selection rate, disadvantaged over advantaged", 1, true, OF_OVER_AGAINST, SELECTED, SELECTED },
	{ "clarify_dca", CLARIFY, "labelled positive over said positive, advantaged less disadvantaged", 0, true, AGAINST_LESS_OF, OVER_SAID, OVER_SAID },
	{ "clarify_dcr", CLARIFY, "labelled negative over said negative, disadvantaged less advantaged", 0, true, OF_LESS_AGAINST, UNDER_SAID, UNDER_SAID },
	{ "clarify_sd", CLARIFY, "true negative rate, disadvantaged less advantaged", 0, true, OF_LESS_AGAINST, TNR, TNR },
	{ "clarify_rd", CLARIFY, "recall, advantaged less disadvantaged", 0, true, AGAINST_LESS_OF, TPR, TPR },
	{ "clarify_dar", CLARIFY, "precision, advantaged less disadvantaged", 0, true, AGAINST_LESS_OF, PPV, PPV },
	{ "clarify_drr", CLARIFY, "true negatives over said negative, disadvantaged less advantaged", 0, true, OF_LESS_AGAINST, NPV, NPV },
	{ "clarify_ad", CLARIFY, "accuracy, advantaged less disadvantaged", 0, true, AGAINST_LESS_OF, RIGHT, RIGHT },
	{ "clarify_te", CLARIFY, "false negatives over false positives, disadvantaged less advantaged", 0, true, TREATMENT, FPR, FNR },

	{ "clarify_cddl", CLARIFY, "share of the disadvantaged among labelled negative less that among labelled positive; mean over the strata of another column", 0, true, DISPARITY_LABELLED, LABELLED, LABELLED },
	{ "clarify_cddpl", CLARIFY, "share of the disadvantaged among said negative less that among said positive; mean over the strata of another column", 0, true, DISPARITY_SAID, SELECTED, SELECTED },

	DISPARITY("tpr", TPR), DISPARITY("tnr", TNR), DISPARITY("fpr", FPR),
	DISPARITY("fnr", FNR), DISPARITY("fdr", FDR),
	DISPARITY("for", OMITTED), DISPARITY("precision", PPV),
	DISPARITY("npv", NPV), DISPARITY("pprev", SELECTED),
	DISPARITY("prev", LABELLED),
	{ "aequitas_ppr_disparity", AEQUITAS, "cases said positive in the group over those in the reference group", 1, true, COUNT_RATIO, SELECTED, SELECTED },
};
/* clang-format on */

const struct fairness_measure *fairness_list(size_t *n)
{
	*n = COUNT(measures);
	return measures;
}

const struct fairness_measure *fairness_find(const char *name)
{
	for (size_t i = 0; i < COUNT(measures); i++)
		if (!strcmp(measures[i].name, name))
			return &measures[i];
	return NULL;
}

enum fairness_needs fairness_needs(const struct fairness_measure *m)
{
	switch ((enum kind)m->kind) {
	case MEAN_SCORE_DIFFERENCE:
	case MEAN_SCORE_RATIO:
	case ERROR_DIFFERENCE:
	case ERROR_GREATEST:
		return NEEDS_PROBABILITIES;
	case SAME_SCORE_DIFFERENCE:
	case SAME_SCORE_RATIO:
	case SAME_SCORE_GAP:
		return NEEDS_SCORES;
	case DISPARITY_LABELLED:
	case DISPARITY_SAID:
		return NEEDS_STRATA;
	default:
		return NEEDS_COUNTS;
	}
}

/* -- Computing -- */

struct computing {
	const struct fairness_group *groups;
	size_t n;
	uint64_t smallest;	/* denominator */
	const char *why;	/* first reason for undefined */
	const char *low, *high;
};

static uint64_t size_of(const struct confusion *c)
{
	return c->tp + c->fp + c->fn + c->tn;
}

static double value(struct computing *k, enum rate r, size_t group)
{
	struct ratio x = rate_of(r, &k->groups[group].counts);

	if ((uint64_t)x.whole < k->smallest)
		k->smallest = (uint64_t)x.whole;
	if (x.whole > 0)
		return x.part / x.whole;
	if (!k->why)
		k->why = no_whole[r];
	return 0;
}

struct ends {
	double low, high;
};

static struct ends ends_of(struct computing *k, enum rate r)
{
	struct ends e = { INFINITY, -INFINITY };

	for (size_t i = 0; i < k->n; i++) {
		double x;

		if (!size_of(&k->groups[i].counts))
			continue;
		x = value(k, r, i);
		if (x < e.low) {
			e.low = x;
			k->low = k->groups[i].value;
		}
		if (x > e.high) {
			e.high = x;
			k->high = k->groups[i].value;
		}
	}
	if (e.low > e.high && !k->why)
		k->why = "there are no groups";
	return e;
}

static double divide(struct computing *k, double a, double b)
{
	if (b != 0)
		return a / b;
	if (!k->why)
		k->why = "the rate that it divides by is 0";
	return 0;
}

static double treatment(struct computing *k, size_t group)
{
	const struct confusion *c = &k->groups[group].counts;

	if (c->fp < k->smallest)
		k->smallest = c->fp;
	return divide(k, (double)c->fn, (double)c->fp);
}

/* One group alone differs from nobody: that must not read as fair. */
static void need_two_groups(struct computing *k)
{
	size_t filled = 0;

	for (size_t i = 0; i < k->n; i++)
		filled += size_of(&k->groups[i].counts) > 0;
	if (filled < 2)
		k->why = filled ? "there is only one group"
				: "there are no groups";
}

/* A rate of all groups together. */
static double overall(struct computing *k, enum rate r)
{
	struct fairness_group all = { 0 };
	struct computing one = { .groups = &all, .n = 1,
				 .smallest = UINT64_MAX };
	double x;

	for (size_t i = 0; i < k->n; i++) {
		all.counts.tp += k->groups[i].counts.tp;
		all.counts.fp += k->groups[i].counts.fp;
		all.counts.fn += k->groups[i].counts.fn;
		all.counts.tn += k->groups[i].counts.tn;
	}
	x = value(&one, r, 0);
	if (one.why && !k->why)
		k->why = one.why;
	return x;
}

static double to_overall(struct computing *k, enum rate r, bool is_ratio)
{
	double all = overall(k, r);
	struct ends e = ends_of(k, r);

	if (!is_ratio)
		return fmax(e.high - all, all - e.low);
	return fmin(divide(k, e.low, all), divide(k, all, e.high));
}

/* Both rates of the odds, as differences or as ratios. */
static double odds(struct computing *k, const struct fairness_measure *m)
{
	struct ends f = ends_of(k, m->other), e = ends_of(k, m->rate);

	switch ((enum kind)m->kind) {
	case ODDS_DIFFERENCE:
		return fmax(e.high - e.low, f.high - f.low);
	case ODDS_DIFFERENCE_MEAN:
		return (e.high - e.low + f.high - f.low) / 2;
	case ODDS_RATIO:
		return fmin(divide(k, e.low, e.high),
			    divide(k, f.low, f.high));
	default:
		return (divide(k, e.low, e.high) +
			divide(k, f.low, f.high)) / 2;
	}
}

static double least_balanced(struct computing *k,
			     const struct fairness_measure *m)
{
	double least = INFINITY;

	for (size_t i = 0; i < k->n; i++) {
		double x;

		if (!size_of(&k->groups[i].counts))
			continue;
		x = (value(k, m->rate, i) + value(k, m->other, i)) / 2;
		if (x < least) {
			least = x;
			k->low = k->groups[i].value;
		}
	}
	if (isinf(least) && !k->why)
		k->why = "there are no groups";
	return least;
}

/* Of benefits: n is all cases. */
static double of_benefits(struct computing *k,
			  const struct fairness_measure *m)
{
	bool between = m->kind >= GROUPS_ENTROPY;
	struct benefits b = between ? benefits_of_groups(k->groups, k->n) :
				      benefits_of_cases(k->groups, k->n);
	double x = 0;

	k->smallest = (uint64_t)b.n;
	if (!(b.mean > 0))
		k->why = b.n > 0 ? "all positives were said negative"
				 : "there are no groups";
	else if (m->kind == THEIL || m->kind == GROUPS_THEIL)
		x = b.theil;
	else if (m->kind == ENTROPY || m->kind == GROUPS_ENTROPY)
		x = b.entropy;
	else
		x = sqrt(2 * b.entropy);
	return x;
}

static double differential(struct computing *k,
			   const struct fairness_measure *m)
{
	double said = differential_fairness(k->groups, k->n, false);

	for (size_t i = 0; i < k->n; i++)
		if (size_of(&k->groups[i].counts) < k->smallest &&
		    size_of(&k->groups[i].counts))
			k->smallest = size_of(&k->groups[i].counts);
	return m->kind == DIFFERENTIAL ? said :
	       said - differential_fairness(k->groups, k->n, true);
}

/* -- By scores -- */

static enum group_number number_of(enum kind kind)
{
	switch (kind) {
	case MEAN_SCORE_DIFFERENCE:
		return OBSERVED_LESS_SCORE;
	case MEAN_SCORE_RATIO:
		return OBSERVED_OVER_SCORE;
	case SAME_SCORE_DIFFERENCE:
		return OBSERVED_LESS_EXPECTED;
	case SAME_SCORE_RATIO:
		return OBSERVED_OVER_EXPECTED;
	default:
		return CALIBRATION_ERROR;
	}
}

/* The ends of what the groups have; n: how many have cases. */
static struct ends ends_of_numbers(struct computing *k, enum group_number what,
				   size_t *n)
{
	struct group_value *v = XNEW_ARRAY(struct group_value, k->n + 1);
	struct ends e = { INFINITY, -INFINITY };

	*n = 0;
	group_values(what, k->groups, k->n, v);
	for (size_t i = 0; i < k->n; i++) {
		if (!v[i].n)
			continue;
		++*n;
		k->smallest = v[i].n < k->smallest ? v[i].n : k->smallest;
		if (v[i].why && !k->why)
			k->why = v[i].why;
		if (v[i].value < e.low) {
			e.low = v[i].value;
			k->low = k->groups[i].value;
		}
		if (v[i].value > e.high) {
			e.high = v[i].value;
			k->high = k->groups[i].value;
		}
	}
	free(v);
	return e;
}

static double of_scores(struct computing *k, const struct fairness_measure *m)
{
	size_t n;
	struct ends e = ends_of_numbers(k, number_of(m->kind), &n);

	if (n < (m->kind == ERROR_GREATEST ? 1u : 2u) && !k->why)
		k->why = n ? "there is only one group" : "there are no groups";
	if (k->why)
		return 0;
	if (m->kind == ERROR_GREATEST)
		return e.high;
	if (m->kind == MEAN_SCORE_RATIO || m->kind == SAME_SCORE_RATIO)
		return divide(k, e.low, e.high);
	return e.high - e.low;
}

/* How far the groups lie apart, which wants two of them. Where the greatest is
 * 0, nothing can be said of the least over it. */
static double over_two_groups(struct computing *k,
			      const struct fairness_measure *m)
{
	struct ends e;

	need_two_groups(k);
	switch ((enum kind)m->kind) {
	case BETWEEN_DIFFERENCE:
		e = ends_of(k, m->rate);
		return e.high - e.low;
	case BETWEEN_RATIO:
		e = ends_of(k, m->rate);
		return divide(k, e.low, e.high);
	case ODDS_DIFFERENCE:
	case ODDS_RATIO:
	case ODDS_DIFFERENCE_MEAN:
	case ODDS_RATIO_MEAN:
		return odds(k, m);
	case OVERALL_DIFFERENCE:
	case OVERALL_RATIO:
		return to_overall(k, m->rate, m->kind == OVERALL_RATIO);
	case GROUPS_ENTROPY:
	case GROUPS_THEIL:
	case GROUPS_VARIATION:
		return of_benefits(k, m);
	case DIFFERENTIAL:
	case AMPLIFIED:
		return differential(k, m);
	default:
		break;
	}
	BUG("measure '%s' is not over all groups", m->name);
}

/* Over all groups. */
static double over_groups(struct computing *k,
			  const struct fairness_measure *m)
{
	switch ((enum kind)m->kind) {
	case LEAST:
		return ends_of(k, m->rate).low;
	case GREATEST:
		return ends_of(k, m->rate).high;
	case BALANCED_LEAST:
		return least_balanced(k, m);
	case ENTROPY:
	case THEIL:
	case VARIATION:
		return of_benefits(k, m);
	case MEAN_SCORE_DIFFERENCE:
	case MEAN_SCORE_RATIO:
	case ERROR_DIFFERENCE:
	case ERROR_GREATEST:
	case SAME_SCORE_DIFFERENCE:
	case SAME_SCORE_RATIO:
		return of_scores(k, m);
	default:
		return over_two_groups(k, m);
	}
}

/* Of what stands in the cases: sizes and labels, or counts of answers. */
static double of_two_tables(struct computing *k,
			    const struct fairness_measure *m, size_t of,
			    size_t against)
{
	const struct confusion *d = &k->groups[of].counts;
	const struct confusion *a = &k->groups[against].counts;
	double nd = (double)size_of(d), na = (double)size_of(a);
	struct distances x;

	k->smallest = size_of(d) < size_of(a) ? size_of(d) : size_of(a);
	if (m->kind == COUNT_RATIO)
		return divide(k, (double)(d->tp + d->fp),
			      (double)(a->tp + a->fp));
	if (m->kind == IMBALANCE)
		return divide(k, na - nd, na + nd);
	x = label_distances(value(k, LABELLED, against),
			    value(k, LABELLED, of));
	switch ((enum kind)m->kind) {
	case KULLBACK:
		return x.kullback;
	case JENSEN:
		return x.jensen;
	case LP_NORM:
		return x.euclid;
	case VARIATION_DISTANCE:
		return x.variation;
	default:
		return x.greatest;
	}
}

static double same_score_gap(struct computing *k, size_t of, size_t against)
{
	const struct fairness_group *a = &k->groups[of];
	double gap = gap_at_score(a->cells, k->groups[against].cells,
				  a->n_cells, &k->smallest);

	if (!k->smallest)
		k->why = "no case of the one has a score that the other has";
	return gap;
}

static double conditional(struct computing *k, const struct fairness_measure *m,
			  size_t of, size_t against)
{
	double x = conditional_disparity(&k->groups[of], &k->groups[against],
					 m->kind == DISPARITY_SAID,
					 &k->smallest);

	if (!k->smallest)
		k->why = "a group is empty";
	else if (isnan(x))
		k->why = "there are only positives, or only negatives";
	return k->why ? 0 : x;
}

static double of_two(struct computing *k, const struct fairness_measure *m,
		     size_t of, size_t against)
{
	double d, e;

	if (m->kind == SAME_SCORE_GAP)
		return same_score_gap(k, of, against);
	if (m->kind == DISPARITY_LABELLED || m->kind == DISPARITY_SAID)
		return conditional(k, m, of, against);
	if (m->kind >= COUNT_RATIO)
		return of_two_tables(k, m, of, against);
	if (m->kind == TREATMENT)
		return treatment(k, of) - treatment(k, against);
	if (m->kind == OF_OVER_AGAINST)
		return divide(k, value(k, m->rate, of),
			      value(k, m->rate, against));
	d = value(k, m->rate, of) - value(k, m->rate, against);
	if (m->kind == OF_LESS_AGAINST)
		return d;
	if (m->kind == AGAINST_LESS_OF)
		return -d;
	e = value(k, m->other, of) - value(k, m->other, against);
	if (m->kind == AVERAGE_ODDS)
		return (d + e) / 2;
	if (m->kind == AVERAGE_ABS_ODDS)
		return (fabs(d) + fabs(e)) / 2;
	return fmax(fabs(d), fabs(e));
}

enum rc fairness_compute(const struct fairness_measure *m,
			 const struct fairness_group *groups, size_t n,
			 size_t of, size_t against, uint64_t min_n,
			 struct fairness_result *out, struct err *err)
{
	struct computing k = { .groups = groups, .n = n,
			       .smallest = UINT64_MAX };
	double x;

	if (m->is_signed && (of >= n || against >= n || of == against))
		return err_set(err, RC_BAD_INPUT, "'%s' compares two groups: "
			       "'of VALUE against VALUE'", m->name);
	x = m->is_signed ? of_two(&k, m, of, against) : over_groups(&k, m);
	if (k.smallest == UINT64_MAX)
		k.smallest = 0;
	*out = (struct fairness_result){
		.figure = k.why ? figure_undefined(k.why, k.smallest) :
				  figure_value(x, k.smallest),
		.is_small = k.smallest < min_n,
		.low = m->is_signed ? groups[of].value : k.low,
		.high = m->is_signed ? groups[against].value : k.high,
	};
	return RC_OK;
}
