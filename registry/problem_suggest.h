/* Problems that a version's answers suggest: its worst confusions (patterns
 * of one label that it gave another), and slices in which it is worse than
 * on the whole, their intervals apart.
 *
 * A confusion's patterns are those that the version got wrong, so that its
 * own error on them is 1; what other versions make of them is the question.
 * A slice's patterns are all of the slice. Users are estimated by the test
 * set: the share of its active patterns. */
#ifndef MUSTER_REGISTRY_PROBLEM_SUGGEST_H
#define MUSTER_REGISTRY_PROBLEM_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#include "registry/problem.h"

struct suggestion {
	const char *what;		/* "confusion" or "slice"; static */
	char *title;
	char *rule;			/* of a slice, else NULL */
	struct figure error;		/* slice: wrong of all; confusion: of
					 * that label, given the other */
	uint64_t n_wrong;
	struct problem_members members;
};
VEC_DECLARE(struct suggestion, suggestions);

/* At most top of each, worst first. n_set: active patterns. Regression sets
 * have no confusions. RC_REFUSED if the version said nothing on the set. */
enum rc reg_problem_suggest(struct registry *reg, const char *model,
			    int64_t version, const char *testset, size_t top,
			    struct suggestions *out, uint64_t *n_set,
			    struct err *err) MUST_USE;
void suggestions_release(struct suggestions *v);
/* One of them becomes a reported problem. */
enum rc reg_problem_adopt(struct registry *reg, const char *model,
			  int64_t version, const char *testset,
			  const struct suggestion *s, uint64_t n_set,
			  int64_t *id, struct err *err) MUST_USE;

#endif
