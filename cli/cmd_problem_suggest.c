/* problem suggest: the worst confusions and slices of a version. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cli/problem_words.h"
#include "cli/report_triage.h"
#include "registry/problem_suggest.h"

struct suggested {
	struct version_ref of;
	const char *testset;
	struct suggestions list;
	uint64_t n_set;
};

static const struct table_column columns[] = {
	{ "what", "what", false }, { "title", "title", false },
	{ "error", "error", false }, { "wrong", "wrong", true },
	{ "patterns", "patterns", true }, { "rule", "rule", false },
	{ "id", "problem", false }, { 0 },
};

static enum rc add_row(struct cli *c, struct table *t,
		       const struct suggested *s, size_t i, bool adopt,
		       struct err *err)
{
	const struct suggestion *g = &s->list.at[i];
	int64_t id = 0;
	char *name = NULL;
	enum rc rc = RC_OK;

	if (adopt)
		rc = reg_problem_adopt(c->reg, s->of.model, s->of.version,
				       s->testset, g, s->n_set, &id, err);
	if (rc == RC_OK && adopt && !c->dry_run)
		name = problem_name(id);
	table_str(t, g->what);
	table_str(t, g->title);
	table_figure(t, &g->error);
	table_int(t, (int64_t)g->n_wrong);
	table_int(t, (int64_t)g->members.n);
	table_str(t, g->rule);
	table_str(t, name);
	free(name);
	return rc;
}

static enum rc show(struct cli *c, const struct suggested *s, struct err *err)
{
	static const struct table_spec spec = {
		"suggestions", false, columns, "nothing stands out",
	};
	bool adopt = opt_has(&c->opts, "add");
	struct table *t = cli_table(c, &spec);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->list.n && table_alive(t) && rc == RC_OK; i++)
		rc = add_row(c, t, s, i, adopt, err);
	table_end(t);
	if (rc == RC_OK && adopt)
		cli_note(c, "%s %zu problems; 'muster triage' shows the board",
			 c->dry_run ? "would report" : "reported", s->list.n);
	return rc;
}

static enum rc run_suggest(struct cli *c, struct err *err)
{
	const char *count = opt_str(&c->opts, "top");
	struct suggested s = { .testset = cli_arg(c, 1) };
	uint64_t top = 5;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &s.of, err);

	if (rc == RC_OK && count &&
	    (!decimal_read_u64(count, strlen(count), &top) || !top))
		rc = err_set(err, RC_USAGE, "'--top %s' is no number", count);
	if (rc == RC_OK)
		rc = reg_problem_suggest(c->reg, s.of.model, s.of.version,
					 s.testset, (size_t)top, &s.list,
					 &s.n_set, err);
	if (rc == RC_OK)
		rc = show(c, &s, err);
	suggestions_release(&s.list);
	free(s.of.model);
	return rc;
}

static const struct option options[] = {
	{ "top", 0, "N", "at most so many of each (5)", false, NULL },
	{ "add", 0, NULL, "report each as a problem", false, NULL },
	{ 0 },
};

const struct command problem_suggest_commands[] = {
	{
		.words = "problem suggest", .args = "MODEL@V TESTSET",
		.min_args = 2, .max_args = 2,
		.summary = "worst confusions and failing slices as problems",
		.more = "A confusion's patterns are those that the version got "
			"wrong; a slice's are all of it,\nwhere it is worse "
			"than the rest and the intervals do not meet. Users "
			"are the share of\nthe test set.",
		.options = options,
		.examples = (const char *const[]){
			"problem suggest credit-scorer@production loans-live",
			"problem suggest credit-scorer@production loans-live "
			"--top 3 --add", NULL },
		.flags = COMMAND_CHANGES, .run = run_suggest,
	},
	{ 0 },
};
