/* problem add, list, show, set, close, comment, merge, alike; what concerns
 * patterns is in cmd_problem_patterns.c. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/problem_words.h"
#include "cli/report_triage.h"
#include "model/taxonomy.h"
#include "registry/problem.h"

enum rc problem_arg(const struct cli *c, size_t i, int64_t *id,
		    struct err *err)
{
	return problem_id_parse(cli_arg(c, i), id, err);
}

/* -- add -- */

/* "--users-source" is the field users_source. */
static void take_options(const struct opts *o, struct pairs *fields)
{
	const char *name;

	for (size_t i = 0; (name = problem_field_name(i)); i++) {
		char *option = xstrdup(name);

		for (char *p = option; *p; p++)
			if (*p == '_')
				*p = '-';
		if (option_find(o->command, option) && opt_str(o, option))
			pairs_add(fields, name, opt_str(o, option));
		free(option);
	}
}

enum rc problem_report_from(struct cli *c, struct problem_report *r,
			    bool *given, struct err *err)
{
	const char *kind = opt_str(&c->opts, "pattern");
	enum rc rc = cli_pairs(&c->opts, "input", &r->inputs, err);

	*given = r->inputs.n;
	r->said = xstrdup_or_null(opt_str(&c->opts, "said"));
	r->expected = xstrdup_or_null(opt_str(&c->opts, "expected"));
	r->version = xstrdup_or_null(opt_str(&c->opts, "of"));
	if (rc == RC_OK && kind && !pattern_kind_from_name(kind, &r->kind))
		rc = err_set(err, RC_USAGE, "'--pattern' is false-positive, "
			     "false-negative, true-positive or "
			     "true-negative");
	return rc;
}

static void note_own_kinds(struct cli *c, const char *kinds)
{
	for (const char *p = kinds; p && *p;) {
		size_t n = strcspn(p, ",");
		char *id = xmemdupz(p, n);

		if (taxonomy_of(id) == TAXONOMY_COUNT)
			cli_note(c, "'%s' is in no list of kinds: kept as one "
				 "of your own ('muster problem kinds' lists "
				 "them)", id);
		free(id);
		p += n + (p[n] == ',');
	}
}

static const char *field_of(const struct pairs *fields, const char *name)
{
	for (size_t i = 0; i < fields->n; i++)
		if (!strcmp(fields->at[i].key, name))
			return fields->at[i].value;
	return NULL;
}

static enum rc run_add(struct cli *c, struct err *err)
{
	const char *model = opt_str(&c->opts, "model");
	struct problem_report report = { 0 };
	struct pairs fields = VEC_INIT;
	bool has_report = false;
	int64_t id = 0;
	enum rc rc = problem_report_from(c, &report, &has_report, err);

	pairs_add(&fields, "title", cli_arg(c, 0));
	take_options(&c->opts, &fields);
	if (rc == RC_OK && !model)
		rc = err_set(err, RC_USAGE, "'muster problem add' needs "
			     "'--model NAME'");
	if (rc == RC_OK)
		rc = reg_problem_add(c->reg, model, &fields,
				     has_report ? &report : NULL, &id, err);
	if (rc == RC_OK) {
		cli_did(c, "added", "add", "P-%lld: %s", (long long)id,
			cli_arg(c, 0));
		note_own_kinds(c, field_of(&fields, "kind"));
		if (!c->dry_run)
			report_alike(c, id);
	}
	problem_report_release(&report);
	pairs_release(&fields);
	return rc;
}

/* -- list -- */

static enum rc keep_state(struct triage *t, const char *name, struct err *err)
{
	enum problem_state state;
	size_t n = 0;

	if (!name)
		return RC_OK;
	if (!problem_state_from_name(name, &state))
		return err_set(err, RC_USAGE, "'%s' is no state of a problem",
			       name);
	for (size_t i = 0; i < t->n; i++) {
		struct triage_row row = t->rows[i];

		if (row.problem.state != state) {
			problem_rec_release(&t->rows[i].problem);
			continue;
		}
		t->rows[i] = t->rows[n];
		t->rows[n++] = row;
	}
	t->n = n;
	return RC_OK;
}

static enum rc run_list(struct cli *c, struct err *err)
{
	const struct triage_query q = {
		.model = opt_str(&c->opts, "model"), .by_id = true,
		.closed = !opt_has(&c->opts, "open"),
	};
	struct triage t = { 0 };
	enum rc rc = reg_triage(c->reg, &q, &t, err);

	if (rc == RC_OK)
		rc = keep_state(&t, opt_str(&c->opts, "state"), err);
	if (rc == RC_OK)
		report_triage(c, &t, "no problems yet: 'muster report-failure' "
			      "or 'muster problem add' brings one in");
	triage_release(&t);
	return rc;
}

/* -- set, close -- */

static enum rc split(const char *arg, struct pairs *fields, char **state,
		     struct err *err)
{
	const char *eq = strchr(arg, '=');
	char *name;

	if (!eq || eq == arg)
		return err_set(err, RC_USAGE, "'%s': give FIELD=VALUE", arg);
	name = xmemdupz(arg, (size_t)(eq - arg));
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	if (!strcmp(name, "state")) {
		free(*state);
		*state = xstrdup(eq + 1);
	} else {
		pairs_add(fields, name, eq + 1);
	}
	free(name);
	return RC_OK;
}

static enum rc move_to(struct cli *c, int64_t id, const char *name,
		       struct err *err)
{
	enum problem_state to;

	if (!problem_state_from_name(name, &to))
		return err_set(err, RC_USAGE, "'%s' is no state of a problem: "
			       "reported, described, triaged, in-progress, "
			       "fixed, wont-fix", name);
	return reg_problem_move(c->reg, id, to, opt_str(&c->opts, "reason"),
				TX_ANY_BASE, err);
}

static enum rc run_set(struct cli *c, struct err *err)
{
	struct pairs fields = VEC_INIT;
	char *state = NULL;
	int64_t id;
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = problem_arg(c, 0, &id, err);
	for (size_t i = 1; i < c->opts.args.n && rc == RC_OK; i++)
		rc = split(cli_arg(c, i), &fields, &state, err);
	if (rc == RC_OK && fields.n)
		rc = reg_problem_set(c->reg, id, &fields,
				     opt_str(&c->opts, "reason"), TX_ANY_BASE,
				     err);
	if (rc == RC_OK && state)
		rc = move_to(c, id, state, err);
	if (rc == RC_OK) {
		cli_did(c, "changed", "change", "P-%lld", (long long)id);
		note_own_kinds(c, field_of(&fields, "kind"));
	}
	pairs_release(&fields);
	free(state);
	return rc;
}

static enum rc run_close(struct cli *c, struct err *err)
{
	bool wont = opt_has(&c->opts, "wont-fix");
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = move_to(c, id, wont ? "wont-fix" : "fixed", err);
	if (rc == RC_OK)
		cli_did(c, "closed", "close", "P-%lld as %s", (long long)id,
			wont ? "wont-fix" : "fixed");
	return rc;
}

static enum rc run_comment(struct cli *c, struct err *err)
{
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = reg_problem_comment(c->reg, id, cli_arg(c, 1), err);
	if (rc == RC_OK)
		cli_did(c, "commented", "comment", "on P-%lld",
			(long long)id);
	return rc;
}

static enum rc run_merge(struct cli *c, struct err *err)
{
	int64_t into, from;
	enum rc rc = problem_arg(c, 0, &into, err);

	if (rc == RC_OK)
		rc = problem_arg(c, 1, &from, err);
	if (rc == RC_OK)
		rc = reg_problem_merge(c->reg, into, from, err);
	if (rc == RC_OK)
		cli_did(c, "merged", "merge", "P-%lld into P-%lld",
			(long long)from, (long long)into);
	return rc;
}

/* -- alike, kinds -- */

static const struct table_column alike_columns[] = {
	{ "id", "problem", false }, { "closeness", "closeness", true },
	{ "why", "why", false }, { "title", "title", false }, { 0 },
};

static enum rc run_alike(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"alike", false, alike_columns, "no open problem looks like it",
	};
	struct problem_alikes list = VEC_INIT;
	struct table *t;
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = reg_problem_alike(c->reg, id, &list, err);
	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < list.n; i++) {
		char *name = problem_name(list.at[i].id);

		table_str(t, name);
		table_num(t, list.at[i].closeness);
		table_str(t, list.at[i].why);
		table_str(t, list.at[i].title);
		free(name);
	}
	table_end(t);
	problem_alikes_release(&list);
	return RC_OK;
}

static const struct table_column kind_columns[] = {
	{ "list", "list", false }, { "id", "id", false },
	{ "text", "in a sentence", false }, { 0 },
};

static enum rc run_kinds(struct cli *c, struct err *err)
{
	static const struct table_spec spec = { "kinds", false, kind_columns,
						NULL };
	struct table *t = cli_table(c, &spec);
	const struct harm_weight *scale;
	size_t n;

	(void)err;
	for (int list = 0; list < TAXONOMY_COUNT; list++) {
		const struct taxon *taxa =
			taxonomy_list((enum taxonomy)list, &n);

		for (size_t i = 0; i < n; i++) {
			table_str(t, taxonomy_name((enum taxonomy)list));
			table_str(t, taxa[i].id);
			table_str(t, taxa[i].text);
		}
	}
	scale = harm_scale(&n);
	for (size_t i = 0; i < n; i++) {
		char *weight = xasprintf("%d", scale[i].weight);

		table_str(t, "harm weight");
		table_str(t, weight);
		table_str(t, scale[i].text);
		free(weight);
	}
	table_end(t);
	return RC_OK;
}

/* -- Options -- */

#define FIELD_OPTIONS \
	{ "text", 0, "TEXT", "the complaint, in the user's words", false, \
	  NULL }, \
	{ "source", 0, "WHO", "who says so", false, NULL }, \
	{ "owner", 0, "WHO", "who works on it", false, NULL }, \
	{ "testset", 0, "NAME", "the living set of its patterns", false, \
	  NULL }, \
	{ "rule", 0, "EXPR", "which inputs belong: an expression or /REGEX/", \
	  false, NULL }, \
	{ "kind", 0, "ID,...", "kinds, see 'muster problem kinds'", false, \
	  NULL }, \
	{ "persona", 0, "ID,...", "who is affected", false, NULL }, \
	{ "users", 0, "PERCENT|K/N", "share of users, by hand or of a sample", \
	  false, NULL }, \
	{ "users-source", 0, "TEXT", "where that is from", false, NULL }, \
	{ "harm", 0, "WEIGHT", "1, 2, 3, 5 or 8", false, NULL }, \
	{ "harm-reason", 0, "TEXT", "why that weight", false, NULL }, \
	{ "loss", 0, "L", "label or score", false, "label|score" }, \
	{ "tolerance", 0, "X", "error up to which it is fixed (0)", false, \
	  NULL }, \
	{ "dataset", 0, "NAME", "a dataset it is about", false, NULL }, \
	{ "versions", 0, "M@V,...", "versions it is about", false, NULL }

static const struct option add_options[] = {
	{ "model", 0, "NAME", "the model", false, NULL },
	FIELD_OPTIONS,
	PROBLEM_REPORT_OPTIONS,
	{ 0 },
};

static const struct option list_options[] = {
	{ "model", 0, "NAME", "only this model's problems", false, NULL },
	{ "state", 0, "STATE", "only those in this state", false, NULL },
	{ "open", 0, NULL, "only open ones", false, NULL },
	{ 0 },
};

static const struct option reason_options[] = {
	{ "reason", 0, "TEXT", "why; it stands in the log", false, NULL },
	{ 0 },
};

static const struct option close_options[] = {
	{ "wont-fix", 0, NULL, "closed without a fix; needs a reason", false,
	  NULL },
	{ "reason", 0, "TEXT", "why; it stands in the log", false, NULL },
	{ 0 },
};

const struct command problem_commands[] = {
	{
		.words = "problem add", .args = "TITLE",
		.min_args = 1, .max_args = 1, .summary = "add a problem",
		.options = add_options,
		.examples = (const char *const[]){
			"problem add 'age over 65 denied' --model credit-scorer "
			"--testset loans-live --rule 'age>=65' --kind "
			"threshold,representation", NULL },
		.flags = COMMAND_CHANGES, .run = run_add,
	},
	{
		.words = "problem list", .args = "",
		.summary = "all problems with their factors",
		.options = list_options,
		.examples = (const char *const[]){
			"problem list", "problem list --state regressed --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{
		.words = "problem show", .args = "P",
		.min_args = 1, .max_args = 1,
		.summary = "one problem: what it is, what to do next, is it "
			   "fixed",
		.examples = (const char *const[]){ "problem show P-3", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = cmd_problem_show,
	},
	{
		.words = "problem set", .args = "P FIELD=VALUE...",
		.min_args = 2, .max_args = -1,
		.summary = "change a problem's fields or its state",
		.more = "Fields: title, owner, text, source, testset, rule, "
			"kind, persona, loss, tolerance,\nusers, users_source, "
			"harm, harm_reason, versions, dataset; and state "
			"(described,\ntriaged, in-progress, fixed, wont-fix). "
			"users is a percentage, or K/N of a sample.",
		.options = reason_options,
		.examples = (const char *const[]){
			"problem set P-3 users=12.4 harm=3 --reason 'survey of "
			"June: 124 of 1000 affected'",
			"problem set P-3 state=in-progress --reason 'next "
			"sprint'", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{
		.words = "problem close", .args = "P",
		.min_args = 1, .max_args = 1,
		.summary = "close a problem; exit 3 while it is not fixed",
		.more = "Fixed is a problem whose patterns all are in the "
			"newest revision of the living set,\non which every "
			"live version was scored, and which the version in "
			"production does\nnot fail.",
		.options = close_options,
		.examples = (const char *const[]){
			"problem close P-3", "problem close P-4 --wont-fix "
			"--reason 'the feature is switched off'", NULL },
		.flags = COMMAND_CHANGES, .run = run_close,
	},
	{
		.words = "problem comment", .args = "P TEXT",
		.min_args = 2, .max_args = 2, .summary = "comment on a problem",
		.examples = (const char *const[]){
			"problem comment P-3 'seen again in branch 12'", NULL },
		.flags = COMMAND_CHANGES, .run = run_comment,
	},
	{
		.words = "problem merge", .args = "P Q",
		.min_args = 2, .max_args = 2,
		.summary = "Q was the same as P: its patterns go there",
		.examples = (const char *const[]){
			"problem merge P-3 P-7", NULL },
		.flags = COMMAND_CHANGES, .run = run_merge,
	},
	{
		.words = "problem alike", .args = "P",
		.min_args = 1, .max_args = 1,
		.summary = "open problems that look like it",
		.examples = (const char *const[]){ "problem alike P-3", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_alike,
	},
	{
		.words = "problem kinds", .args = "",
		.summary = "the lists of kinds, personas and weights of harm",
		.examples = (const char *const[]){ "problem kinds", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_kinds,
	},
	{ 0 },
};
