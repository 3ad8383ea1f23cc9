/* Users affected, estimated from a production sample. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/problem_inside.h"
#include "registry/testset.h"

/* A bare /REGEX/ is about the only input of the problem's set. */
static char *only_input(struct registry *reg, const struct problem_rec *p)
{
	struct testset_info info = { 0 };
	char *name = NULL;

	if (p->testset &&
	    reg_testset_info(reg, p->testset, 0, &info, NULL) == RC_OK &&
	    info.inputs.n == 1)
		name = xstrdup(info.inputs.at[0]);
	testset_info_release(&info);
	return name;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!strcmp(path, "-"))
		return "standard input";
	return slash && slash[1] ? slash + 1 : path;
}

static enum rc keep(struct registry *reg, const struct problem_rec *p,
		    const char *path, const char *why,
		    const struct sample_count *count, struct err *err)
{
	struct pairs fields = VEC_INIT;
	char hex[HASH_HEX_SIZE];
	char *users = xasprintf("%llu/%llu",
				(unsigned long long)count->matched,
				(unsigned long long)count->n);
	struct buf source = BUF_INIT;
	enum rc rc;

	buf_printf(&source, "the rule over %s (sha256 %.12s)",
		   base_name(path), hash_hex(&count->digest, hex));
	if (count->undecided)
		buf_printf(&source, ", %llu rows undecided",
			   (unsigned long long)count->undecided);
	pairs_add(&fields, "users", users);
	pairs_add(&fields, "users_source", source.data);
	rc = reg_problem_set(reg, p->id, &fields,
			     why ? why : "estimated from a sample",
			     p->revision, err);
	pairs_release(&fields);
	buf_release(&source);
	free(users);
	return rc;
}

enum rc reg_problem_estimate(struct registry *reg, int64_t id,
			     const char *path, const char *why,
			     struct reg_progress *progress,
			     struct sample_count *out, struct err *err)
{
	struct problem_rec p;
	char *column = NULL;
	enum rc rc = reg_problem_get(reg, id, &p, err);

	if (rc)
		return rc;
	column = only_input(reg, &p);
	if (!p.rule)
		rc = err_set(err, RC_REFUSED, "P-%lld has no rule to count "
			     "by; 'muster problem set P-%lld rule=EXPR' gives "
			     "it one", (long long)id, (long long)id);
	if (!rc)
		rc = sample_count_rule(path, p.rule, column, progress, out,
				       err);
	if (!rc)
		rc = keep(reg, &p, path, why, out, err);
	free(column);
	problem_rec_release(&p);
	return rc;
}
