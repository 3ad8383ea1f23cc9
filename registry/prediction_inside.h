/* What the files behind registry/prediction.h share. */
#ifndef MUSTER_REGISTRY_PREDICTION_INSIDE_H
#define MUSTER_REGISTRY_PREDICTION_INSIDE_H

#include "registry/batch.h"
#include "registry/prediction.h"

#define NO_LABEL UINT32_MAX

/* RC_NOT_FOUND naming what to do. */
enum rc prediction_version_id(struct registry *reg, const char *model,
			      int64_t version, int64_t *id,
			      struct err *err) MUST_USE;

#endif
