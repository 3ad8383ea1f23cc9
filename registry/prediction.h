/* Predictions: what a version said for each pattern of a test set.
 *
 * They belong to (version, pattern), not to a revision or a label: relabelling
 * needs no model, grown rows need only themselves. Stored in batches (blobs)
 * by ordinal; a later batch that replaces is logged as predicted anew. */
#ifndef MUSTER_REGISTRY_PREDICTION_H
#define MUSTER_REGISTRY_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct prediction_spec {
	const char *model;
	int64_t version;
	const char *testset;
	struct strs keys;		/* columns of the file; none: the set's */
	const char *label;		/* column, or NULL */
	const char *score;		/* column, or NULL */
	struct strs scores;		/* "LABEL=COL" or bare columns */
	bool has_threshold;
	double threshold;
	bool replace, ignore_extra, allow_missing;
};
struct prediction_report {
	uint64_t rows, stored, unchanged, replaced, extra, missing;
	struct strs notes;
};
void prediction_report_release(struct prediction_report *r);
enum rc reg_predictions_import(struct registry *reg,
			       const struct prediction_spec *spec,
			       const char *path, bool dry_run,
			       struct reg_progress *progress,
			       struct prediction_report *report,
			       struct err *err) MUST_USE;

/* All that a version said on a set, by ordinal. */
struct predictions {
	size_t n;			/* ordinals of the revision asked for */
	uint8_t *known;			/* n: 1 where there is a prediction */
	uint64_t n_known;
	uint32_t *label;		/* codes into labels; NULL: never given */
	struct strs labels;		/* the set's labels first, then others */
	double *value;			/* regression; else NULL */
	double *score;			/* binary; NULL: never given; NaN: not here */
	double *class_score;		/* n x n_class, or NULL */
	size_t n_class;
	bool has_threshold;
	double threshold;
	char *digest;			/* of the predictions for active patterns */
};
/* as_of_entry: only batches up to that log index, or UINT64_MAX. */
enum rc reg_predictions_load(struct registry *reg, const char *model,
			     int64_t version, struct testset *t,
			     uint64_t as_of_entry, struct predictions **out,
			     struct err *err) MUST_USE;
void predictions_free(struct predictions *p);

/* What was said of one pattern. */
struct prediction_one {
	/* Said, or what the score is by the version's threshold; NULL: none.
	 * Borrowed from the predictions or the set. */
	const char *label;
	bool has_value, has_score;
	double value, score;
};
struct prediction_one prediction_at(const struct predictions *p,
				    const struct testset_info *info,
				    size_t row);

/* Which versions have predictions on a set, by model name and version:
 * enough to tell, without loading any, that nothing was predicted since. */
struct predicted {
	char *model;
	int64_t version;
	uint64_t entry;			/* log index of the newest batch */
};
VEC_DECLARE(struct predicted, predicteds);
enum rc reg_predictions_versions(struct registry *reg, const char *testset,
				 struct predicteds *out, struct err *err)
	MUST_USE;
void predicteds_release(struct predicteds *v);

#endif
