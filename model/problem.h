/* The life of a model problem, and what each step asks for.
 *
 *	reported → described → triaged → in-progress → fixed | wont-fix
 *	fixed → regressed (by itself, when a later live version fails it)
 *
 * This module owns the legal moves; registry/problem.h stores them. */
#ifndef MUSTER_MODEL_PROBLEM_H
#define MUSTER_MODEL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define PROBLEM_STATES(X) \
	X(PROBLEM_REPORTED, "reported") \
	X(PROBLEM_DESCRIBED, "described") \
	X(PROBLEM_TRIAGED, "triaged") \
	X(PROBLEM_IN_PROGRESS, "in-progress") \
	X(PROBLEM_FIXED, "fixed") \
	X(PROBLEM_WONT_FIX, "wont-fix") \
	X(PROBLEM_REGRESSED, "regressed")

enum problem_state {
#define X(id, name) id,
	PROBLEM_STATES(X)
#undef X
};

const char *problem_state_name(enum problem_state s);
bool problem_state_from_name(const char *name, enum problem_state *out);
/* Open problems stand on the triage board (reported ones in the inbox). */
bool problem_state_is_open(enum problem_state s);

/* What the registry knows when somebody asks for a move. */
struct problem_facts {
	enum problem_state state;
	size_t n_patterns;		/* of the failing kinds */
	bool has_rule;
	bool has_users, has_error, has_harm;
	bool has_owner;
	/* for closing as fixed */
	bool patterns_in_set;		/* all in the newest revision */
	bool all_scored;		/* every live version, on that revision */
	bool production_passes;		/* it does not fail the problem */
	bool later_fails;		/* a live version after the one that
					 * fixed it does */
	bool has_reason;		/* the move's own reason */
};

/* RC_OK, or RC_UNMET with what is missing (for closing as fixed), or
 * RC_REFUSED with why the move is not legal and what would make it so. */
enum rc problem_move_check(const struct problem_facts *facts,
			   enum problem_state to, struct err *err) MUST_USE;

/* What is to be done about a problem next. */
enum problem_step {
	NEXT_NOTHING,		/* it is closed */
	NEXT_DESCRIBE,		/* a pattern that shows it, or a rule */
	NEXT_USERS,
	NEXT_ERROR,		/* patterns in the set, and predictions */
	NEXT_HARM,
	NEXT_OWNER,
	NEXT_PATTERNS,		/* some that fail */
	NEXT_GROW,		/* its reports into the living set */
	NEXT_SCORE,		/* evaluate all live versions */
	NEXT_PRODUCTION,	/* a version that passes, into production */
	NEXT_LATER,		/* a later live version fails it */
	NEXT_REASON,
	NEXT_MOVE		/* nothing is missing: to the next state */
};
/* to (or NULL): the state that the step leads to; unset for NEXT_NOTHING. */
enum problem_step problem_next_step(const struct problem_facts *facts,
				    enum problem_state *to);
/* The same as a short imperative sentence. */
const char *problem_next_action(const struct problem_facts *facts);

/* The four kinds of patterns a problem holds. */
#define PATTERN_KINDS(X) \
	X(PATTERN_FALSE_POSITIVE, "false-positive") \
	X(PATTERN_FALSE_NEGATIVE, "false-negative") \
	X(PATTERN_TRUE_POSITIVE, "true-positive") \
	X(PATTERN_TRUE_NEGATIVE, "true-negative")

enum pattern_kind {
#define X(id, name) id,
	PATTERN_KINDS(X)
#undef X
};
const char *pattern_kind_name(enum pattern_kind k);
bool pattern_kind_from_name(const char *name, enum pattern_kind *out);
/* True for the neighbours that must stay right. */
bool pattern_kind_is_neighbour(enum pattern_kind k);

#endif
