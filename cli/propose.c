#include "cli/propose.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/spawn.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/confirm.h"
#include "registry/dataset.h"

#define CLASSES_MAX 20		/* more different numbers: a regression */

void proposal_release(struct proposal *p)
{
	profile_release(&p->profile);
}

static bool is_one_of(const char *s, const char *const *names)
{
	for (; *names; names++)
		if (!strcasecmp(s, *names))
			return true;
	return false;
}

static const struct profile_column *column_named(const struct profile *p,
						 const char *name)
{
	for (size_t i = 0; i < p->n_columns; i++)
		if (!strcmp(p->columns[i].name, name))
			return &p->columns[i];
	return NULL;
}

/* By its name, or the last column, where most files have it. */
static const struct profile_column *guess_target(const struct profile *p)
{
	static const char *const names[] = {
		"target", "label", "class", "y", "outcome", NULL,
	};

	for (size_t i = 0; i < p->n_columns; i++)
		if (is_one_of(p->columns[i].name, names))
			return &p->columns[i];
	return p->n_columns ? &p->columns[p->n_columns - 1] : NULL;
}

static bool is_number(const struct profile_column *c)
{
	return c->type == PROFILE_INTEGER || c->type == PROFILE_NUMBER;
}

/* False: the column is no target for anything. */
static bool guess_task(const struct profile *p, const struct profile_column *c,
		       enum task *out)
{
	bool repeats = c->distinct * 2 <= p->rows;

	*out = c->distinct == 2 ? TASK_BINARY
	     : is_number(c) && (!repeats || c->distinct > CLASSES_MAX)
		? TASK_REGRESSION : TASK_MULTICLASS;
	return c->distinct >= 2 && (*out != TASK_MULTICLASS || repeats);
}

/* The one that says yes, else the rarer one, which is what people look for. */
static const char *guess_positive(const struct profile_column *c)
{
	static const char *const yes[] = {
		"1", "yes", "true", "positive", "pos", "y", "t", NULL,
	};

	for (size_t i = 0; i < c->n_top; i++)
		if (is_one_of(c->top[i].text, yes))
			return c->top[i].text;
	return c->n_top ? c->top[c->n_top - 1].text : NULL;
}

/* A column that names its rows; NULL: none. */
static const char *guess_key(const struct profile *p, const char *target)
{
	static const char *const names[] = {
		"id", "key", "uuid", "idx", "index", "row_id", NULL,
	};

	for (size_t i = 0; i < p->n_columns; i++) {
		const struct profile_column *c = &p->columns[i];

		if (is_one_of(c->name, names) && c->distinct == p->rows &&
		    !c->missing && strcmp(c->name, target) != 0)
			return c->name;
	}
	return NULL;
}

static void put_option(struct buf *out, const char *option, const char *value)
{
	buf_printf(out, "%s%s ", out->len ? " " : "", option);
	spawn_quote(out, value);
}

/* What is added to spec, as options; nothing: it lacks nothing. */
static enum rc fill(struct testset_spec *spec, struct proposal *p,
		    const char *path, struct buf *options, struct err *err)
{
	const struct profile_column *c = spec->target
		? column_named(&p->profile, spec->target)
		: guess_target(&p->profile);

	if (!c)
		return err_set(err, RC_BAD_INPUT, "'%s' has no column '%s'",
			       path, spec->target ? spec->target : "");
	if (!p->has_task && !guess_task(&p->profile, c, &spec->task))
		return err_set(err, RC_USAGE, "give '--target COL' and "
			       "'--task': the values of '%s' suggest none",
			       c->name);
	if (!p->has_task)
		put_option(options, "--task", task_name(spec->task));
	if (!spec->target)
		put_option(options, "--target", spec->target = c->name);
	if (spec->task == TASK_BINARY && !spec->positive) {
		spec->positive = guess_positive(c);
		if (spec->positive)
			put_option(options, "--positive", spec->positive);
	}
	if (!spec->keys.n && guess_key(&p->profile, c->name)) {
		strs_add(&spec->keys, guess_key(&p->profile, c->name));
		put_option(options, "--key", spec->keys.at[0]);
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
	if (!rc)
		rc = fill(spec, p, path, &options, err);
	if (!rc && options.len) {
		put_values(&balance, column_named(&p->profile, spec->target));
		rc = consent(c, path, options.data, spec->target,
			     balance.data, err);
	}
	buf_release(&options);
	buf_release(&balance);
	return rc;
}
