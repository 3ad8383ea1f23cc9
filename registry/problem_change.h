/* Behavioural expectations by a stated change of the input (Ribeiro et al.
 * 2020, "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList":
 * invariance and directional expectation tests).
 *
 * From patterns of the problem's set changed ones are made, one input of each
 * other than before; they grow the set, and each becomes a member of the
 * problem that is held against the pattern it was made from: "same", "up" or
 * "down" (registry/problem.h). A changed pattern of "K" is called "K~1", or
 * the next number that is free. Every pattern of a set has a target: a changed
 * one takes over its source's, unless a label is given. */
#ifndef MUSTER_REGISTRY_PROBLEM_CHANGE_H
#define MUSTER_REGISTRY_PROBLEM_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/problem.h"

enum input_change { CHANGE_VALUE, CHANGE_ADD, CHANGE_REPLACE };

struct problem_change {
	const char *column;		/* an input of the set */
	enum input_change how;
	const char *from;		/* VALUE: only fields that are this; NULL:
					 * all. REPLACE: PCRE2, every match */
	const char *to;			/* VALUE; REPLACE: with $1 for a group */
	double add;			/* ADD: fields that are numbers */
	enum expectation expect;	/* not EXPECT_EQUALS */
	const char *label;		/* of the changed ones, or NULL */
	/* Which patterns; none given: the problem's own that are active and
	 * are not changed ones themselves. */
	const uint32_t *rows;
	size_t n_rows;
};

struct problem_changed {
	int64_t revision;
	uint64_t added;
	uint64_t same;			/* the change leaves them as they are */
	uint64_t there;			/* were made before */
};

/* "age += 10", "gender: F -> M", "gender: -> M", "text ~ /RE/WITH/" (a slash
 * within is written \/). The texts point into copy, which is the caller's to
 * free. RC_USAGE says the forms. */
enum rc problem_change_parse(const char *text, struct problem_change *out,
			     char **copy, struct err *err) MUST_USE;

/* RC_REFUSED if nothing is changed by it, or the set's key has several
 * columns; RC_USAGE for a column that is no input. */
enum rc reg_problem_change(struct registry *reg, int64_t id,
			   const struct problem_change *change, bool dry_run,
			   struct problem_changed *out, struct err *err)
	MUST_USE;

#endif
