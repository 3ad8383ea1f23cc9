/* Counts that are kept with an evaluation, so that the next one costs what
 * changed since.
 *
 * Where a binary version's scores repeat (model/histogram.h), the first
 * evaluation of a large set keeps the histogram in a blob that its entry
 * names ("state"). A later evaluation on a newer revision, or of newer
 * predictions, takes out what the changed rows were and puts in what they
 * are, and names the same blob: it stays the base until an eighth of the
 * rows has changed, when all is counted anew and kept.
 *
 * Nothing is believed of a base that does not prove itself: it says which
 * revision (by digest), which stored predictions (by the hash of their list)
 * and which named slices it counted; if any of these is not what the registry
 * has, or anything else is out of the ordinary (a slice appears or vanishes,
 * a score is off the grid, a pattern lacks a prediction, a slice asks for the
 * target), all is computed from the rows. The bytes of the evaluation are the
 * same both ways.
 *
 * The blob, little-endian:
 *
 *	0	"MHC", and the layout's version, 2
 *	4	u32 bytes of the head
 *	8	the head, JSON: {"cuts":HEX, "entry":N, "parts":HEX,
 *		"partitions":[[BY, [VALUE, …]], …], "revision":R,
 *		"revision_digest":HEX}; blanks up to a multiple of 8 bytes
 *		u32 n_slots, u32 n_scores, u64 n
 *		n_scores u32: the scores in millionths, ascending
 *		by score, slot and label: a byte, the count, or 255
 *		u32: each count for which 255 stands
 *
 * Another layout, of an older or newer program, is as good as none. */
#ifndef MUSTER_REGISTRY_COUNTED_H
#define MUSTER_REGISTRY_COUNTED_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"
#include "model/evaluation.h"
#include "model/histogram.h"
#include "registry/prediction_inside.h"
#include "registry/registry.h"
#include "registry/testset.h"

/* Smaller sets are counted as quickly as they are corrected. Tests set it. */
extern uint64_t counted_least_rows;
/* Evaluations that followed from kept counts, in this process; tests ask. */
extern uint64_t counted_followed;

struct counted_cut {
	char *by;
	struct strs values;
};
struct counted {
	int64_t revision;
	char *revision_digest;
	uint64_t entry;			/* predictions up to this one */
	char *parts;			/* prediction_parts_hash of them */
	char *cuts;			/* evalset_cuts */
	VEC_DECLARE(struct counted_cut, counted_cuts) partitions;
	struct histogram histogram;
};
void counted_release(struct counted *c);
/* False: not to be kept (names of slices that are no names of one thing). */
bool counted_write(const struct counted *c, struct buf *out);
/* All but the histogram, which begins at *counts_at, from a blob that is open;
 * its name is not checked yet. RC_NOT_FOUND, err untouched: another layout.
 * Both return RC_CORRUPT unless their part of the layout holds. */
struct db_value;
enum rc counted_read_head(struct db_value *blob, struct counted *out,
			  size_t *counts_at, struct err *err) MUST_USE;
/* bytes: all of the blob. */
enum rc counted_read_counts(const void *bytes, size_t n, size_t counts_at,
			    struct counted *c, struct err *err) MUST_USE;
/* What an evaluation counted, as the bytes to keep; nothing if that is not
 * worth it. parts: those that its predictions came from. */
void counted_of(const struct testset_info *info, const char *cuts,
		const struct stored_parts *parts, const struct eval_input *in,
		const struct histogram *histogram, struct buf *out);

/* -- Following -- (follow.c) */

struct follow_job {
	const char *model;
	int64_t version;
	bool done;			/* then: */
	struct evaluation evaluation;
	char *prediction_digest, *state;	/* state: the base's name */
	struct buf runs;		/* run_digests_write, or empty */
	bool has_threshold;
	double threshold;
};
/* Evaluates those of the versions for which it can be done on the revision
 * of info; the others are left as they are, without an error. */
enum rc counted_follow(struct registry *reg, const struct testset_info *info,
		       const char *cuts, const struct eval_options *options,
		       struct follow_job *jobs, size_t n,
		       struct err *err) MUST_USE;
void follow_job_release(struct follow_job *job);

#endif
