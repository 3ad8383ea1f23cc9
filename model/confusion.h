/* The figures of a binary confusion table. */
#ifndef MUSTER_MODEL_CONFUSION_H
#define MUSTER_MODEL_CONFUSION_H

#include <stdbool.h>
#include <stdint.h>

#include "model/figure.h"
#include "model/metric.h"

struct confusion {			/* binary; raw counts */
	uint64_t tp, fp, fn, tn;
};

/* The same with weights. */
struct weighted_confusion {
	double tp, fp, fn, tn;
};

/* False for metrics that are no function of the table. */
bool confusion_has(enum metric m);
/* Value with the proportion's interval. n: the denominator of a proportion,
 * else all rows. Precision without predicted positives, and the like, are
 * undefined; F1 and MCC need both the table's rows that they compare. */
struct figure confusion_figure(const struct confusion *c, enum metric m,
			       bool clopper_pearson);
/* Value only, from sums of weights; c gives n. */
struct figure confusion_weighted(const struct weighted_confusion *w,
				 const struct confusion *c, enum metric m);
/* Value from counts drawn in a resample; NAN where undefined. */
double confusion_value(const struct weighted_confusion *w, enum metric m);
/* Those of balanced accuracy, F1 and MCC for LANES resamples (model/lanes.h) of
 * the cells tp, fp, fn, tn: out[metric * LANES + lane], the same bits. */
void confusion_lanes(const uint32_t *times, double *out);

#endif
