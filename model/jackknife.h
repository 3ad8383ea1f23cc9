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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/figure.h"

/* Nothing for an undefined figure, or fewer units than make a normal law. */
#define JACKKNIFE_LEAST 30

/* f: of f->n units, variance as above. */
void jackknife_interval(struct figure *f, double variance, double low,
			double high);
/* f is the mean of f->n numbers, none of them below 0, none above high;
 * square: the sum of their squares. */
void jackknife_mean(struct figure *f, double square, double high);

/* The calibration error has no derivative where a bin's gap, the sum of label -
 * score over its rows, is 0. What a bin adds that may be there: square, the sum
 * of its rows' squares, if the gap is within two standard errors of 0, else 0.
 * Where such bins have more than KINK_SHARE of all squares, the error follows
 * no normal law. */
#define KINK_SHARE 0.05
double jackknife_kink(double gap, double square);

/* What each of n rows moves a figure by: its derivative by the row's weight,
 * for paired differences, whose variance is the sum of the squares of the
 * differences of two such. label: 1 is positive; both must occur for average
 * precision, and for R squared targets must differ. */
void jackknife_precision_moves(const double *score, const uint8_t *label,
			       size_t n, double *moves);
/* False: too much of it is kinks. */
bool jackknife_ece_moves(const double *score, const uint8_t *label, size_t n,
			 double *moves);
void jackknife_rmse_moves(const double *target, const double *value, size_t n,
			  double *moves);
void jackknife_r2_moves(const double *target, const double *value, size_t n,
			double *moves);

#endif
