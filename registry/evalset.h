/* The rows of a revision as arithmetic wants them.
 *
 * An evalset holds what all versions share: targets, weights, groups, scales
 * and the cuts into slices, for the active patterns in the order of the set.
 * evalrows is one version's answers on it; where a version answered all
 * active patterns it borrows the set's arrays, else it has its own.
 *
 *	evalset_open(reg, "recid", 0, NULL, &set, err)
 *	reg_predictions_load(reg, "compas", 1, evalset_testset(set), …, &p, err)
 *	rows = evalrows_new(set, p, NULL)
 *	evaluate(&rows->in, ...)
 *	evalrows_free(rows); evalset_close(set);
 *
 * Values of a slicing column are those of active patterns, numbers in their
 * order, else by bytes, so that equal revisions give equal slices. */
#ifndef MUSTER_REGISTRY_EVALSET_H
#define MUSTER_REGISTRY_EVALSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "model/evaluation.h"
#include "registry/prediction.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct evalset;			/* opaque */

/* cancelled may be NULL; asked while slices are cut. */
enum rc evalset_open(struct registry *reg, const char *testset,
		     int64_t revision, const struct eval_options *options,
		     struct evalset **out, struct err *err) MUST_USE;
/* Without slices; the patterns are those whose byte in rows is not 0, active
 * or not, with the targets of that revision. rows has testset_rows bytes of
 * it; NULL: the active ones. */
enum rc evalset_open_rows(struct registry *reg, const char *testset,
			  int64_t revision, const uint8_t *rows,
			  struct evalset **out, struct err *err) MUST_USE;
void evalset_close(struct evalset *set);	/* NULL is allowed */
const struct testset_info *evalset_info(const struct evalset *set);
struct testset *evalset_testset(struct evalset *set);
/* Active patterns, and the ordinal of each. */
size_t evalset_n(const struct evalset *set);
const uint32_t *evalset_ordinals(const struct evalset *set);

struct evalrows {
	struct eval_input in;
	const uint32_t *ordinals;	/* in.n */
	struct predictions *predictions;	/* the rows' own */
	struct partition *partitions;	/* private */
	void *own[16];			/* private: arrays to free */
	size_t n_own;
};
/* Takes the predictions over. keep (a byte for each of evalset_n) leaves out
 * rows that are 0; NULL: those for which nothing is known. in.n may be 0. */
struct evalrows *evalrows_new(struct evalset *set, struct predictions *p,
			      const uint8_t *keep);
void evalrows_free(struct evalrows *rows);	/* NULL is allowed */
/* Why a version that answered none of the patterns has no figure. */
struct figure evalset_no_answer(const struct evalset *set);
/* Sets keep[i] to 0 where nothing is known; keep has evalset_n bytes. */
void evalset_keep_known(const struct evalset *set,
			const struct predictions *p, uint8_t *keep);

/* What the named slices of a set are now: part of what an evaluation was
 * computed from. Hex. */
enum rc evalset_cuts(struct registry *reg, const char *testset,
		     char out[HASH_HEX_SIZE], struct err *err) MUST_USE;

#endif
