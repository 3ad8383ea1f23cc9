/* Rows of one slice with scores, ready to be weighed again and again: for
 * weighted figures and for the bootstrap. */
#ifndef MUSTER_MODEL_SCORED_H
#define MUSTER_MODEL_SCORED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/histogram.h"

enum scored_stat {
	SCORED_AUC, SCORED_AP, SCORED_LOG_LOSS, SCORED_BRIER, SCORED_ECE,
	SCORED_STATS
};

/* Bins of the calibration error: [k/10, (k+1)/10), the last one closed. */
#define SCORED_BINS 10

struct scored {
	size_t n;		/* rows, or distinct (score, label) */
	double *score;		/* descending */
	double *positive;	/* 1 or 0 */
	uint32_t *label;	/* UINT32_MAX or 0 */
	double *log_loss, *brier;	/* 0 unless is_probability */
	uint8_t *run_end;	/* the last of equal scores */
	double *weight;		/* or NULL: 1 each */
	uint64_t *count;	/* or NULL: rows each stand for themselves */
	size_t bin_end[SCORED_BINS];	/* of the highest first */
	bool is_probability;
};

/* Rows in ascending order of score, label 1 = positive. Where values repeat
 * often (and there are no weights) they are counted instead of kept. */
void scored_init(struct scored *s, const double *score, const uint8_t *label,
		 const double *weight, size_t n, bool is_probability);
/* The rows of one slot of a histogram: cells, or again row by row where they
 * are few to a cell. */
void scored_init_slot(struct scored *s, const struct histogram *h,
		      size_t slot);
void scored_release(struct scored *s);
/* times: how often each is drawn, or NULL: as it is. NAN where undefined. */
void scored_weigh(const struct scored *s, const uint32_t *times,
		  double out[SCORED_STATS]);
/* The same, bit for bit, for LANES resamples side by side (model/lanes.h), in
 * which every unit was drawn less than 2^31 times; not with weights.
 * out[stat * LANES + lane]. */
void scored_weigh_lanes(const struct scored *s, const uint32_t *times,
			double *out);

size_t scored_bin(double score);

/* Loss of a row: -ln of the probability given to what is true, clipped at
 * 2^-52 from both ends. */
double scored_log_loss(double score, bool positive);
/* The same for many: of each score if the truth is negative, and positive. */
void scored_log_losses(const double *score, size_t n, double *if_negative,
		       double *if_positive);

#endif
