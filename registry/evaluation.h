/* Evaluations that are kept: their entries and their projection. Whether they
 * still hold is told by registry/standing.h.
 *
 * What an evaluation was computed from: version, revision digest, prediction
 * digest, threshold, version of the metric code, and the named slices it was
 * cut by. One entry evaluation.add for each such set of causes; its figures
 * stand in the entry, the whole (by slice) in a blob. */
#ifndef MUSTER_REGISTRY_EVALUATION_H
#define MUSTER_REGISTRY_EVALUATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "model/evaluation.h"
#include "registry/prediction.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct causes {
	const char *model;
	int64_t version;
	const char *testset;
	const char *revision_digest;
	const char *prediction_digest;	/* NULL in a search: any */
	bool has_threshold;
	double threshold;
	const char *cuts;		/* evalset_cuts */
};

struct stored {				/* one kept evaluation, without figures */
	int64_t id;			/* index of its entry, plus 1 */
	int64_t revision;
	char *prediction_digest, *options, *blob;
	uint64_t n;
};
void stored_release(struct stored *s);

/* The newest with the causes; RC_NOT_FOUND (err untouched). */
enum rc evaluation_find(struct registry *reg, const struct causes *c,
			struct stored *out, struct err *err) MUST_USE;
/* Any of the version on the set, the newest one first; RC_NOT_FOUND. */
enum rc evaluation_find_any(struct registry *reg, const char *model,
			    int64_t version, const char *testset,
			    struct stored *out, struct err *err) MUST_USE;
/* What the newest one keeps beside its figures: names of blobs, or NULL. */
struct evaluation_kept {
	char *state;		/* registry/counted.h */
	char *runs;		/* run_digests_write */
};
enum rc evaluation_find_kept(struct registry *reg, const char *model,
			     int64_t version, const char *testset,
			     struct evaluation_kept *out,
			     struct err *err) MUST_USE;
void evaluation_kept_release(struct evaluation_kept *k);
/* The set of the version's newest evaluation, for the caller to free. */
enum rc evaluation_newest_testset(struct registry *reg, const char *model,
				  int64_t version, char **testset,
				  struct err *err) MUST_USE;
enum rc evaluation_read_blob(struct registry *reg, const char *ref,
			     struct evaluation *out, struct err *err) MUST_USE;
/* One figure of the whole; RC_NOT_FOUND. */
enum rc evaluation_figure(struct registry *reg, int64_t id, enum metric m,
			  struct figure *out, struct err *err) MUST_USE;

/* How options of an evaluation are written down. */
void eval_options_text(const struct eval_options *options, struct buf *out);

/* Stores the blob and appends the entries, where none with the same causes
 * is there. */
struct keep {
	const struct evaluation *evaluation;
	const char *cuts, *options;
	/* Counts to follow it from (registry/counted.h): the name of those
	 * that are stored, or bytes to store, or neither. */
	const char *state;
	const struct buf *counted;
	const struct buf *runs;		/* run_digests_write, or empty, NULL */
};
enum rc evaluation_keep(struct registry *reg, const struct keep *keeps,
			size_t n, struct err *err) MUST_USE;

#endif
