/* A proportion is one row of a table: which cells count, out of which. */
#include "model/confusion.h"

#include <math.h>
#include <stddef.h>

#include "model/interval.h"
#include "model/lanes.h"
#include "model/ln.h"

#define TP 1u
#define FP 2u
#define FN 4u
#define TN 8u

static const struct proportion {
	unsigned of, out_of;
	enum why empty;
} proportions[METRIC_COUNT] = {
	[METRIC_ACCURACY] = { TP | TN, TP | FP | FN | TN, WHY_NO_PATTERNS },
	[METRIC_PRECISION] = { TP, TP | FP, WHY_NO_PREDICTED_POSITIVES },
	[METRIC_RECALL] = { TP, TP | FN, WHY_NO_POSITIVES },
	[METRIC_SPECIFICITY] = { TN, TN | FP, WHY_NO_NEGATIVES },
	[METRIC_FPR] = { FP, TN | FP, WHY_NO_NEGATIVES },
	[METRIC_FNR] = { FN, TP | FN, WHY_NO_POSITIVES },
	[METRIC_SELECTION_RATE] = { TP | FP, TP | FP | FN | TN,
				    WHY_NO_PATTERNS },
};

bool confusion_has(enum metric m)
{
	return proportions[m].of || m == METRIC_BALANCED_ACCURACY ||
	       m == METRIC_F1 || m == METRIC_MCC;
}

static uint64_t sum_counts(const struct confusion *c, unsigned cells)
{
	return (cells & TP ? c->tp : 0) + (cells & FP ? c->fp : 0) +
	       (cells & FN ? c->fn : 0) + (cells & TN ? c->tn : 0);
}

static double sum_weights(const struct weighted_confusion *w, unsigned cells)
{
	return (cells & TP ? w->tp : 0) + (cells & FP ? w->fp : 0) +
	       (cells & FN ? w->fn : 0) + (cells & TN ? w->tn : 0);
}

/* k of n for a proportion. */
static void confusion_parts(const struct confusion *c, enum metric m,
			    uint64_t *k, uint64_t *n)
{
	*k = sum_counts(c, proportions[m].of);
	*n = sum_counts(c, proportions[m].out_of);
}

static double f1(const struct weighted_confusion *w)
{
	return 2 * w->tp / (2 * w->tp + w->fp + w->fn);
}

static double mcc(const struct weighted_confusion *w)
{
	double p = w->tp + w->fn, q = w->tn + w->fp;
	double sp = w->tp + w->fp, sq = w->tn + w->fn;

	/* roots first: the product of four large sums would lose digits; a
	 * last digit beyond 1 is rounding */
	return fmax(-1, fmin(1, (w->tp * w->tn - w->fp * w->fn) /
		    (sqrt(p) * sqrt(q) * sqrt(sp) * sqrt(sq))));
}

static double balanced(const struct weighted_confusion *w)
{
	return (w->tp / (w->tp + w->fn) + w->tn / (w->tn + w->fp)) / 2;
}

/* Why a figure of the whole table is undefined; WHY_COUNT: it is not. */
static enum why why_table(const struct weighted_confusion *w, enum metric m)
{
	if (!(w->tp + w->fn > 0))
		return w->tn + w->fp > 0 ? WHY_NO_POSITIVES : WHY_NO_PATTERNS;
	if (m == METRIC_F1)
		return WHY_COUNT;
	if (!(w->tn + w->fp > 0))
		return WHY_NO_NEGATIVES;
	if (m == METRIC_BALANCED_ACCURACY)
		return WHY_COUNT;
	if (!(w->tp + w->fp > 0))
		return WHY_NO_PREDICTED_POSITIVES;
	if (!(w->tn + w->fn > 0))
		return WHY_NO_PREDICTED_NEGATIVES;
	return WHY_COUNT;
}

double confusion_value(const struct weighted_confusion *w, enum metric m)
{
	const struct proportion *p = &proportions[m];
	double n;

	if (p->of) {
		n = sum_weights(w, p->out_of);
		return n > 0 ? sum_weights(w, p->of) / n : NAN;
	}
	if (why_table(w, m) != WHY_COUNT)
		return NAN;
	return m == METRIC_F1 ? f1(w) : m == METRIC_MCC ? mcc(w) : balanced(w);
}

/* A row or column of the table that is empty makes 0 / 0, or a root of 0:
 * what confusion_value() calls undefined, without asking. */
WIDE_LOOPS
void confusion_lanes(const uint32_t *times, double *out)
{
	for (int i = 0; i < LANES; i++) {
		double tp = (int32_t)times[i], fp = (int32_t)times[LANES + i];
		double fn = (int32_t)times[2 * LANES + i];
		double tn = (int32_t)times[3 * LANES + i];
		double p = tp + fn, q = tn + fp;
		double sp = tp + fp, sq = tn + fn;
		double mcc = (tp * tn - fp * fn) /
			     (sqrt(p) * sqrt(q) * sqrt(sp) * sqrt(sq));
		double f1 = 2 * tp / (2 * tp + fp + fn);

		mcc = mcc > 1 ? 1 : mcc;
		mcc = mcc < -1 ? -1 : mcc;
		out[i] = (tp / p + tn / q) / 2;
		out[LANES + i] = p > 0 ? f1 : NAN;
		out[2 * LANES + i] = mcc;
	}
}

struct figure confusion_weighted(const struct weighted_confusion *w,
				 const struct confusion *c, enum metric m)
{
	unsigned out_of = proportions[m].of ? proportions[m].out_of
					    : TP | FP | FN | TN;
	uint64_t n = sum_counts(c, out_of);
	double value = confusion_value(w, m);

	if (!isnan(value))
		return figure_value(value, n);
	if (n && !(sum_weights(w, out_of) > 0))
		return figure_why_not(WHY_NO_WEIGHT, n);
	return figure_why_not(proportions[m].of ? proportions[m].empty
			      : why_table(w, m), n);
}

struct figure confusion_figure(const struct confusion *c, enum metric m,
			       bool clopper_pearson)
{
	struct weighted_confusion w = { (double)c->tp, (double)c->fp,
					(double)c->fn, (double)c->tn };
	uint64_t k, n;

	if (!proportions[m].of)
		return confusion_weighted(&w, c, m);
	confusion_parts(c, m, &k, &n);
	return figure_proportion(k, n, proportions[m].empty, clopper_pearson);
}
