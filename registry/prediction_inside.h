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

/* As reg_predictions_import, from a file that is open. whole_key: the one key
 * column holds the key as muster shows it, however many columns form it.
 * run: index of the entry of the run that answered, or -1. */
struct prediction_source {
	int fd;
	const char *name;
	bool whole_key;
	int64_t run;
};
enum rc prediction_import_from(struct registry *reg,
			       const struct prediction_spec *spec,
			       const struct prediction_source *from,
			       struct reg_progress *progress,
			       struct prediction_report *report,
			       struct err *err) MUST_USE;

#endif
