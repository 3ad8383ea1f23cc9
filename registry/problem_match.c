/* Patterns of the set that a problem's rule says and that are not its own. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/slice.h"
#include "registry/problem_inside.h"
#include "registry/testset.h"

/* A bare /REGEX/ is about the only input. */
static enum rc full_rule(const struct testset_info *info, const char *rule,
			 char **out, struct err *err)
{
	if (rule[0] != '/') {
		*out = xstrdup(rule);
		return RC_OK;
	}
	if (info->inputs.n != 1)
		return err_set(err, RC_BAD_INPUT, "the rule names no column, "
			       "and '%s' has %zu inputs: write COLUMN~%s",
			       info->name, info->inputs.n, rule);
	*out = xasprintf("\"%s\"~%s", info->inputs.at[0], rule);
	return RC_OK;
}

static bool is_cancelled(void *arg)
{
	struct reg_progress *p = arg;

	return p && p->step(p->arg, "matching", 0, 0) != RC_OK;
}

static enum rc match_rule(struct testset *t, const char *rule,
			  struct reg_progress *progress, uint8_t *answer,
			  struct err *err)
{
	struct slice *s = NULL;
	char *full = NULL;
	enum rc rc = full_rule(testset_info(t), rule, &full, err);

	if (!rc)
		rc = testset_parse(testset_info(t), full, &s, err);
	if (!rc)
		rc = slice_eval(s, testset_rows(t), testset_slice_column, t,
				is_cancelled, progress, answer, err);
	slice_free(s);
	free(full);
	return rc;
}

static void take_matching(struct testset *t, const uint8_t *answer,
			  const struct problem_members *there,
			  struct problem_members *out, uint64_t *undecided)
{
	const uint8_t *active = testset_active(t);
	struct problem_members all = VEC_INIT;

	for (size_t i = 0; i < testset_rows(t); i++) {
		if (!active[i])
			continue;
		*undecided += answer[i] == RULE_UNDECIDED;
		if (answer[i] == RULE_MATCH)
			vec_push(&all, ((struct problem_member){
				(uint32_t)i, NO_PARTNER,
				PATTERN_FALSE_POSITIVE, EXPECT_EQUALS }));
	}
	problem_members_sift(&all, there, false, out);
	vec_free(&all);
}

static enum rc matching(struct registry *reg, const struct problem_rec *p,
			struct reg_progress *progress,
			struct problem_members *out, uint64_t *undecided,
			struct err *err)
{
	struct problem_members there = VEC_INIT;
	struct testset *t = NULL;
	uint8_t *answer = NULL;
	enum rc rc = reg_testset_open(reg, p->testset, 0, &t, err);

	if (!rc)
		rc = try_alloc(&answer, testset_rows(t) + 1, 1, "a rule's "
			       "answers", err);
	if (!rc)
		rc = match_rule(t, p->rule, progress, answer, err);
	if (!rc)
		rc = reg_problem_members(reg, p->id, &there, err);
	if (!rc)
		take_matching(t, answer, &there, out, undecided);
	vec_free(&there);
	free(answer);
	testset_close(t);
	return rc;
}

enum rc reg_problem_matching(struct registry *reg, int64_t id,
			     struct reg_progress *progress,
			     struct problem_members *out,
			     uint64_t *undecided, struct err *err)
{
	struct problem_rec p;
	const char *set;
	enum rc rc = reg_problem_get(reg, id, &p, err);

	*out = (struct problem_members)VEC_INIT;
	*undecided = 0;
	if (rc)
		return rc;
	if (!p.rule)
		rc = err_set(err, RC_REFUSED, "P-%lld has no rule; 'muster "
			     "problem set P-%lld rule=EXPR' gives it one",
			     (long long)id, (long long)id);
	if (!rc)
		rc = problem_testset(&p, NULL, &set, err);
	if (!rc)
		rc = matching(reg, &p, progress, out, undecided, err);
	problem_rec_release(&p);
	return rc;
}
