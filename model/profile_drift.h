/* Two profiles side by side: columns of one name, and what drifted. */
#ifndef MUSTER_MODEL_PROFILE_DRIFT_H
#define MUSTER_MODEL_PROFILE_DRIFT_H

#include "base/vec.h"
#include "model/drift.h"
#include "model/profile.h"

struct column_drift {
	/* Borrowed from the profiles; NULL: it has no such column. */
	const struct profile_column *a, *b;
	struct drift drift;
	const char *why;	/* there is none: a static text; or NULL */
};
VEC_DECLARE(struct column_drift, column_drifts);

/* In the order of the first, then what only the second has. Both profiles
 * must have been read with their values. The caller frees by vec_free. */
void profile_drift(const struct profile *a, const struct profile *b,
		   enum drift_bins rule, struct column_drifts *out);
/* The columns that could be judged, and those of them that are moderate or
 * significant. Half of them is what many call a drifted dataset. */
void profile_drift_count(const struct column_drifts *v, size_t *judged,
			 size_t *drifted);
const char *column_drift_name(const struct column_drift *c);

#endif
