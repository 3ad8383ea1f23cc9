#include "cli/propose.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/spawn.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/confirm.h"
#include "model/guess.h"
#include "registry/dataset.h"

void proposal_release(struct proposal *p)
{
	profile_release(&p->profile);
}

static void put_option(struct buf *out, const char *option, const char *value)
{
	buf_printf(out, "%s%s ", out->len ? " " : "", option);
	spawn_quote(out, value);
}

/* What is added to spec, as options; nothing: it lacks nothing. */
static enum rc fill(struct testset_spec *spec, const struct guess *g,
		    bool has_task, struct buf *options, struct err *err)
{
	if (!has_task && !g->has_task)
		return err_set(err, RC_USAGE, "give '--target COL' and "
			       "'--task': the values of '%s' suggest none",
			       g->target->name);
	if (!has_task) {
		spec->task = g->task;
		put_option(options, "--task", task_name(spec->task));
	}
	if (!spec->target)
		put_option(options, "--target",
			   spec->target = g->target->name);
	if (spec->task == TASK_BINARY && !spec->positive && g->positive)
		put_option(options, "--positive",
			   spec->positive = g->positive);
	if (!spec->keys.n && g->key) {
		strs_add(&spec->keys, g->key);
		put_option(options, "--key", g->key);
	}
	return RC_OK;
}

/* "<=50K 76.4%, >50K 23.6%", or how many values there are. */
static void put_values(struct buf *out, const struct profile_column *c)
{
	if (c->distinct <= PROFILE_TOP)
		profile_balance(out, c);
	else
		buf_printf(out, "%llu values",
			   (unsigned long long)c->distinct);
}

static enum rc consent(struct cli *c, const char *path, const char *options,
		       const char *target, const char *balance,
		       struct err *err)
{
	char *question = xasprintf("%s suggests %s (%s: %s); take that? "
				   "[yes/no]", path, options, target, balance);
	char *answer = cli_ask(c, question);
	enum rc rc = RC_OK;

	if (!answer)
		rc = err_set(err, RC_USAGE, "the set is not described in full: "
			     "'%s' suggests %s (%s: %s); give that, or what is "
			     "right", path, options, target, balance);
	else if (strcasecmp(answer, "yes") != 0 && strcasecmp(answer, "y") != 0)
		rc = err_set(err, RC_USAGE, "nothing was created; the options "
			     "--task, --target, --positive and --key say it");
	free(question);
	free(answer);
	return rc;
}

enum rc propose_testset(struct cli *c, const char *path,
			struct testset_spec *spec, struct proposal *p,
			struct err *err)
{
	struct buf options = BUF_INIT, balance = BUF_INIT;
	struct hash digest;
	struct guess g;
	uint64_t size;
	enum rc rc;

	if (p->has_task && spec->target &&
	    (spec->task != TASK_BINARY || spec->positive))
		return RC_OK;
	if (!strcmp(path, "-"))
		return err_set(err, RC_USAGE, "give '--task': binary (with "
			       "'--positive LABEL'), multiclass or regression, "
			       "and '--target COL': standard input is read "
			       "once");
	rc = dataset_measure(path, cli_progress(c), &p->profile, &digest,
			     &size, err);
	if (rc)
		return rc;
	guess_set(&p->profile, spec->target, &g);
	if (!g.target)
		return err_set(err, RC_BAD_INPUT, "'%s' has no column '%s'",
			       path, spec->target ? spec->target : "");
	rc = fill(spec, &g, p->has_task, &options, err);
	if (!rc && options.len) {
		put_values(&balance, g.target);
		rc = consent(c, path, options.data, spec->target,
			     balance.data, err);
	}
	buf_release(&options);
	buf_release(&balance);
	return rc;
}
