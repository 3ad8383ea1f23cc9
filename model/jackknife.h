/* Intervals by the infinitesimal jackknife, for figures of so many units that
 * resampling them is dear.
 *
 * A figure is a function of the weights of its units, all of them 1. With U
 * its derivative by the weight of a unit, the variance is the sum of U squared
 * over all units (Jaeckel 1972; Efron 1982, chapter 6), which is what the
 * bootstrap's variance tends to; the interval is normal, cut at what the
 * figure can be. Its cost is that of the figure. */
#ifndef MUSTER_MODEL_JACKKNIFE_H
#define MUSTER_MODEL_JACKKNIFE_H

#include "model/figure.h"

/* Nothing for an undefined figure, or fewer units than make a normal law. */
#define JACKKNIFE_LEAST 30

/* f: of f->n units, variance as above. */
void jackknife_interval(struct figure *f, double variance, double low,
			double high);
/* f is the mean of f->n numbers, none of them below 0, none above high;
 * square: the sum of their squares. */
void jackknife_mean(struct figure *f, double square, double high);

#endif
