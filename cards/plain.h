/* Figures in plain words, for those who never see a metric's key.
 *
 *	plain_metric(METRIC_FPR)	"false positive rate"
 *	plain_about(METRIC_FPR)		"of the negatives, how many are said
 *					positive"
 *	plain_figure(out, METRIC_ACCURACY, f)	"91.7 % right (89.8 to 93.3 %)"
 *	plain_figure(out, METRIC_RECALL, f)	"recall 0.7542 [0.69, 0.81]" */
#ifndef MUSTER_CARDS_PLAIN_H
#define MUSTER_CARDS_PLAIN_H

#include "base/buf.h"
#include "model/compare.h"
#include "model/figure.h"
#include "model/metric.h"

const char *plain_metric(enum metric m);	/* static, lower case */
const char *plain_about(enum metric m);		/* static */
void plain_figure(struct buf *out, enum metric m, const struct figure *f);
/* "12.5 points" for a difference of accuracy, else the number; never a
 * sign. */
void plain_gap(struct buf *out, enum metric m, double gap);
/* A share as percent with one digit: "91.7 %". */
void plain_percent(struct buf *out, double share);
/* "it is better", "no difference is shown" … */
const char *plain_verdict(enum verdict v);

#endif
