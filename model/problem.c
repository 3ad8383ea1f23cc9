#include "model/problem.h"

#include <string.h>

#include "base/count.h"

static const char *const state_names[] = {
#define X(id, name) [id] = name,
	PROBLEM_STATES(X)
#undef X
};

static const char *const pattern_names[] = {
#define X(id, name) [id] = name,
	PATTERN_KINDS(X)
#undef X
};

const char *problem_state_name(enum problem_state s)
{
	return state_names[s];
}

bool problem_state_from_name(const char *name, enum problem_state *out)
{
	for (size_t i = 0; i < COUNT(state_names); i++) {
		if (strcmp(state_names[i], name))
			continue;
		*out = (enum problem_state)i;
		return true;
	}
	return false;
}

bool problem_state_is_open(enum problem_state s)
{
	return s != PROBLEM_FIXED && s != PROBLEM_WONT_FIX;
}

const char *pattern_kind_name(enum pattern_kind k)
{
	return pattern_names[k];
}

bool pattern_kind_from_name(const char *name, enum pattern_kind *out)
{
	for (size_t i = 0; i < COUNT(pattern_names); i++) {
		if (strcmp(pattern_names[i], name))
			continue;
		*out = (enum pattern_kind)i;
		return true;
	}
	return false;
}

bool pattern_kind_is_neighbour(enum pattern_kind k)
{
	return k == PATTERN_TRUE_POSITIVE || k == PATTERN_TRUE_NEGATIVE;
}

/* -- What a move asks for -- */

typedef bool fact_fn(const struct problem_facts *f);

static bool is_described(const struct problem_facts *f)
{
	return f->n_patterns || f->has_rule;
}

static bool has_users(const struct problem_facts *f)
{
	return f->has_users;
}

static bool has_error(const struct problem_facts *f)
{
	return f->has_error;
}

static bool has_harm(const struct problem_facts *f)
{
	return f->has_harm;
}

static bool has_owner(const struct problem_facts *f)
{
	return f->has_owner;
}

static bool has_patterns(const struct problem_facts *f)
{
	return f->n_patterns;
}

static bool is_in_set(const struct problem_facts *f)
{
	return f->patterns_in_set;
}

static bool is_scored(const struct problem_facts *f)
{
	return f->all_scored;
}

static bool is_passing(const struct problem_facts *f)
{
	return f->production_passes;
}

static bool is_lasting(const struct problem_facts *f)
{
	return !f->later_fails;
}

static bool has_reason(const struct problem_facts *f)
{
	return f->has_reason;
}

struct demand {
	fact_fn *holds;
	const char *missing;	/* why not */
	const char *action;	/* what to do about it */
	enum problem_step step;
};

static const struct demand described[] = {
	{ is_described, "it has neither a pattern nor a rule",
	  "add a pattern that shows it, or a rule",
	  NEXT_DESCRIBE },
};

static const struct demand triaged[] = {
	{ is_described, "it has neither a pattern nor a rule",
	  "add a pattern that shows it, or a rule",
	  NEXT_DESCRIBE },
	{ has_users, "the share of users is not known",
	  "say or estimate the share of users",
	  NEXT_USERS },
	{ has_error, "its error is not known",
	  "add patterns to the living set and score a version",
	  NEXT_ERROR },
	{ has_harm, "its harm is not chosen", "choose the harm, with a reason",
	  NEXT_HARM },
};

static const struct demand in_progress[] = {
	{ has_owner, "nobody owns it", "give it an owner",
	  NEXT_OWNER },
};

static const struct demand fixed[] = {
	{ has_patterns, "it has no failing pattern that could pass",
	  "add patterns that show it",
	  NEXT_PATTERNS },
	{ is_in_set, "its patterns are not all in the newest revision of the "
	  "living set", "add its patterns to the living set",
	  NEXT_GROW },
	{ is_scored, "not every live version was scored on that revision",
	  "score all live versions",
	  NEXT_SCORE },
	{ is_passing, "the version in production still fails it",
	  "bring a version into production that passes it",
	  NEXT_PRODUCTION },
	{ is_lasting, "a later live version fails it",
	  "mend or archive the later version that fails it",
	  NEXT_LATER },
};

static const struct demand wont_fix[] = {
	{ has_reason, "closing without a fix needs a reason",
	  "say why it will not be fixed",
	  NEXT_REASON },
};

#define BIT(s) (1u << (s))

static const struct {
	unsigned from;			/* states, as bits */
	const struct demand *demands;
	size_t n;
} moves[] = {
	[PROBLEM_REPORTED] = { 0, NULL, 0 },
	[PROBLEM_DESCRIBED] = { BIT(PROBLEM_REPORTED) | BIT(PROBLEM_TRIAGED),
				described, COUNT(described) },
	[PROBLEM_TRIAGED] = { BIT(PROBLEM_DESCRIBED) | BIT(PROBLEM_IN_PROGRESS) |
			      BIT(PROBLEM_WONT_FIX) | BIT(PROBLEM_REGRESSED),
			      triaged, COUNT(triaged) },
	[PROBLEM_IN_PROGRESS] = { BIT(PROBLEM_TRIAGED) | BIT(PROBLEM_REGRESSED),
				  in_progress, COUNT(in_progress) },
	[PROBLEM_FIXED] = { BIT(PROBLEM_IN_PROGRESS) | BIT(PROBLEM_TRIAGED) |
			    BIT(PROBLEM_REGRESSED), fixed, COUNT(fixed) },
	[PROBLEM_WONT_FIX] = { BIT(PROBLEM_REPORTED) | BIT(PROBLEM_DESCRIBED) |
			       BIT(PROBLEM_TRIAGED) |
			       BIT(PROBLEM_IN_PROGRESS) |
			       BIT(PROBLEM_REGRESSED),
			       wont_fix, COUNT(wont_fix) },
	[PROBLEM_REGRESSED] = { BIT(PROBLEM_FIXED), NULL, 0 },
};

static const struct demand *first_unmet(const struct demand *d, size_t n,
					const struct problem_facts *facts)
{
	for (size_t i = 0; i < n; i++)
		if (!d[i].holds(facts))
			return &d[i];
	return NULL;
}

enum rc problem_move_check(const struct problem_facts *facts,
			   enum problem_state to, struct err *err)
{
	const struct demand *d;

	if (!(moves[to].from & BIT(facts->state)))
		return err_set(err, RC_REFUSED,
			       "a problem that is %s cannot become %s",
			       state_names[facts->state], state_names[to]);
	d = first_unmet(moves[to].demands, moves[to].n, facts);
	if (!d)
		return RC_OK;
	return err_set(err, to == PROBLEM_FIXED ? RC_UNMET : RC_REFUSED,
		       "not %s: %s; %s", state_names[to], d->missing,
		       d->action);
}

/* Where an open problem goes next. */
static const struct {
	enum problem_state to;
	const char *ready;	/* when nothing is missing */
} next[] = {
	[PROBLEM_REPORTED] = { PROBLEM_DESCRIBED, "call it described" },
	[PROBLEM_DESCRIBED] = { PROBLEM_TRIAGED, "call it triaged" },
	[PROBLEM_TRIAGED] = { PROBLEM_IN_PROGRESS, "start work on it" },
	[PROBLEM_IN_PROGRESS] = { PROBLEM_FIXED, "close it as fixed" },
	[PROBLEM_REGRESSED] = { PROBLEM_FIXED, "close it as fixed" },
};

static const struct demand *next_demand(const struct problem_facts *facts)
{
	enum problem_state to = next[facts->state].to;

	return first_unmet(moves[to].demands, moves[to].n, facts);
}

enum problem_step problem_next_step(const struct problem_facts *facts,
				    enum problem_state *to)
{
	const struct demand *d;

	if (!problem_state_is_open(facts->state))
		return NEXT_NOTHING;
	if (to)
		*to = next[facts->state].to;
	d = next_demand(facts);
	return d ? d->step : NEXT_MOVE;
}

const char *problem_next_action(const struct problem_facts *facts)
{
	const struct demand *d;

	if (!problem_state_is_open(facts->state))
		return "nothing: it is closed";
	d = next_demand(facts);
	return d ? d->action : next[facts->state].ready;
}
