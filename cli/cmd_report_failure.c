/* report-failure: a user's complaint becomes a reported problem. */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/problem_words.h"
#include "registry/problem.h"


void report_alike(struct cli *c, int64_t id)
{
	struct problem_alikes alike = VEC_INIT;

	if (reg_problem_alike(c->reg, id, &alike, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < alike.n && i < 3; i++)
		cli_note(c, "P-%lld looks like P-%lld '%s' (%s): 'muster "
			 "problem merge P-%lld P-%lld' makes them one",
			 (long long)id, (long long)alike.at[i].id,
			 alike.at[i].title, alike.at[i].why,
			 (long long)alike.at[i].id, (long long)id);
	problem_alikes_release(&alike);
}

static enum rc report(struct cli *c, const struct version_ref *of,
		      const struct pairs *inputs, struct err *err)
{
	const struct complaint complaint = {
		.model = of->model, .version = of->version, .inputs = inputs,
		.said = opt_str(&c->opts, "said"),
		.expected = opt_str(&c->opts, "expected"),
		.text = opt_str(&c->opts, "text"),
		.source = opt_str(&c->opts, "source"),
		.title = opt_str(&c->opts, "title"),
		.testset = opt_str(&c->opts, "testset"),
	};
	int64_t id = 0;
	enum rc rc;

	if (!inputs->n || !complaint.expected)
		return err_set(err, RC_USAGE, "a complaint needs '--input K=V' "
			       "and '--expected LABEL'");
	rc = reg_report_failure(c->reg, &complaint, &id, err);
	if (rc != RC_OK)
		return rc;
	cli_did(c, "reported", "report", "P-%lld on %s@%lld", (long long)id,
		of->model, (long long)of->version);
	if (!c->dry_run)
		report_alike(c, id);
	return RC_OK;
}

/* Looking for likeness reads all open problems each time. */
#define ALIKE_MAX 20

enum rc report_complaints(struct cli *c, const struct version_ref *of,
			  const char *path, struct err *err)
{
	struct problem_ids ids = VEC_INIT;
	enum rc rc = cli_readable(path, err);

	if (rc == RC_OK)
		rc = reg_problem_import(c->reg, of->model, of->version, path,
					c->dry_run, &ids, err);
	if (rc == RC_OK)
		cli_did(c, "reported", "report", "%zu complaint%s on %s@%lld",
			ids.n, ids.n == 1 ? "" : "s", of->model,
			(long long)of->version);
	for (size_t i = 0; i < ids.n && i < ALIKE_MAX && rc == RC_OK &&
	     !c->dry_run; i++)
		report_alike(c, ids.at[i]);
	vec_free(&ids);
	return rc;
}

static enum rc run_report(struct cli *c, struct err *err)
{
	const char *from = opt_str(&c->opts, "from");
	struct version_ref of = { 0 };
	struct pairs inputs = VEC_INIT;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &of, err);

	if (rc == RC_OK && from) {
		rc = report_complaints(c, &of, from, err);
		free(of.model);
		return rc;
	}
	if (rc == RC_OK)
		rc = cli_pairs(&c->opts, "input", &inputs, err);
	if (rc == RC_OK)
		rc = report(c, &of, &inputs, err);
	pairs_release(&inputs);
	free(of.model);
	return rc;
}

static const struct option options[] = {
	{ "from", 0, "FILE", "many complaints: CSV or JSON lines, a row each",
	  false, NULL },
	{ "input", 0, "K=V", "an input column and its value", true, NULL },
	{ "expected", 0, "LABEL", "what the model should have said", false,
	  NULL },
	{ "said", 0, "LABEL", "what it did say", false, NULL },
	{ "text", 0, "TEXT", "the complaint, in the user's words", false, NULL },
	{ "source", 0, "WHO", "who says so", false, NULL },
	{ "title", 0, "TEXT", "a title; none: made from the text", false, NULL },
	{ "testset", 0, "NAME", "the living set it belongs to; none: the one "
	  "that the version was evaluated on last", false, NULL },
	{ 0 },
};

const struct command report_failure_commands[] = {
	{
		.words = "report-failure", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "a user's complaint becomes a reported problem",
		.more = "With --from, columns expected (needed), said, text, "
			"source, title, and inputs as\ninput.NAME (in JSON "
			"lines an object input); without any such column all "
			"other ones\nare inputs. Nothing is stored unless all "
			"rows are right.",
		.options = options,
		.examples = (const char *const[]){
			"report-failure credit-scorer@production --input age=66 "
			"--input income=2100 --expected yes --said no --text "
			"'denied at once, twice' --source support",
			"report-failure credit-scorer@production --from "
			"complaints.jsonl", NULL },
		.flags = COMMAND_CHANGES, .run = run_report,
	},
	{ 0 },
};
