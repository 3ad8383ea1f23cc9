/* How far people who label the same rows agree.
 *
 * Kappa is (observed - expected) / (1 - expected): 1 is full agreement, 0 is
 * what chance gives. It is undefined where nothing was labelled by two
 * people, and where one label is all there is (chance explains everything).
 *
 * Cohen, J. (1960): two people, each with their own shares of labels
 * (scikit-learn: cohen_kappa_score). Fleiss, J. L. (1971): any number of
 * people, the same number for each row, chance by the shares of all together
 * (statsmodels: fleiss_kappa; R irr: kappam.fleiss). */
#ifndef MUSTER_MODEL_AGREEMENT_H
#define MUSTER_MODEL_AGREEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "model/figure.h"

/* table[i * k + j]: rows that the first person gave label i and the second
 * label j. n of the figure: rows. */
struct figure kappa_cohen(const uint64_t *table, size_t k);
/* counts[i * k + j]: people who gave row i the label j; each row has the same
 * sum, at least 2. */
struct figure kappa_fleiss(const uint32_t *counts, size_t n, size_t k);

#endif
