/* A comparison as the workbench computes it in the background: the figures,
 * and the flips with their keys and answers. Knows nothing of screens. */
#ifndef MUSTER_TUI_COMPARING_H
#define MUSTER_TUI_COMPARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/vec.h"
#include "model/compare.h"
#include "registry/compare.h"
#include "registry/flips.h"
#include "registry/threshold.h"

/* Flips among a problem's patterns, for problems that have some; what they
 * show: struct compare_part (model/compare.h). */
struct flip_group {
	int64_t problem;
	char *title;
	size_t fixed, broken;	/* of numbers: nearer, farther */
	struct delta delta;	/* of right answers or of the mean absolute
				 * error, weighted where the set is */
	uint32_t *ordinals;	/* fixed + broken */
};
VEC_DECLARE(struct flip_group, flip_groups);

/* Of one candidate at most this many are spelled out; and of numbers. */
#define FLIPS_MAX 20000
#define SHIFTS_MAX 1000

struct compared {
	struct comparison c;
	struct flip_lists *flips;	/* c.n_candidates */
	struct flip_groups *groups;	/* c.n_candidates; most flips first */
	char *slice;		/* as in the question */
	char *base_stage;	/* NULL: none */
	bool has_threshold;	/* the base's */
	double threshold;
	struct threshold_origin origin;	/* its; login NULL: not known */
	bool has_margin;	/* as in the question */
	double margin;
	/* The base's own figures, with intervals, where it was evaluated on
	 * just these patterns; else undefined. */
	struct figure base[METRIC_COUNT];
	size_t n_revisions;	/* of the set, up to this one */
};

/* What is asked. */
struct compare_question {
	char *testset;
	int64_t revision;
	char *slice;		/* a slice's name or an expression; NULL: all */
	struct version_ref base;
	struct version_refs candidates;
	bool has_margin;	/* for the verdict equivalent (model/compare.h) */
	double margin;
};
void compare_question_release(struct compare_question *q);

enum rc compare_answer(struct registry *reg, const struct compare_question *q,
		       struct reg_progress *progress, struct compared **out,
		       struct err *err) MUST_USE;
void compared_free(struct compared *c);		/* NULL is allowed */

/* As text for a file. */
void compared_json(const struct compared *c, struct buf *out);
void compared_csv(const struct compared *c, struct buf *out);
void compared_md(const struct compared *c, struct buf *out);

#endif
