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
#include "registry/evaluate.h"

/* One pattern on which base and candidate differ in being right. */
struct flip {
	uint32_t ordinal;
	bool fixed;		/* else broken */
	char *key, *target, *base, *candidate;
};
VEC_DECLARE(struct flip, flips);

/* Of one candidate at most this many are spelled out. */
#define FLIPS_MAX 20000

struct compared {
	struct comparison c;
	struct flips *flips;	/* c.n_candidates */
};

/* What is asked. */
struct compare_question {
	char *testset;
	int64_t revision;
	struct version_ref base;
	struct version_refs candidates;
};
void compare_question_release(struct compare_question *q);

enum rc compare_answer(struct registry *reg, const struct compare_question *q,
		       struct reg_progress *progress, struct compared **out,
		       struct err *err) MUST_USE;
void compared_free(struct compared *c);		/* NULL is allowed */

/* As text for a file. */
void compared_json(const struct compared *c, struct buf *out);
void compared_md(const struct compared *c, struct buf *out);

#endif
