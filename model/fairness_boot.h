/* The interval of a fairness measure: percentiles of a bootstrap over cases.
 * What is drawn are the cells of all groups' tables (model/bootstrap.h), so
 * that it costs the same at any number of cases. Within a cell of scores,
 * cases of one label count with their mean score. */
#ifndef MUSTER_MODEL_FAIRNESS_BOOT_H
#define MUSTER_MODEL_FAIRNESS_BOOT_H

#include "model/fairness.h"

/* Gives f, which is the measure's value over the groups, its interval. The
 * same seed gives the same one. */
void fairness_interval(const struct fairness_measure *m,
		       const struct fairness_group *groups, size_t n,
		       size_t of, size_t against, unsigned resamples,
		       uint64_t seed, struct figure *f);

#endif
