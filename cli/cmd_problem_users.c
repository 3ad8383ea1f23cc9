/* problem estimate: users affected, from a production sample. */
#include "cli/problem_words.h"
#include "model/interval.h"

static void say(struct cli *c, int64_t id, const struct sample_count *n)
{
	struct figure f = figure_proportion(n->matched, n->n, WHY_NO_PATTERNS,
					    false);
	struct buf text = BUF_INIT;

	f.value *= 100;
	f.low *= 100;
	f.high *= 100;
	figure_text(&text, &f);
	cli_did(c, "estimated", "estimate", "users of P-%lld: %s %%, %llu of "
		"%llu rows", (long long)id, text.data,
		(unsigned long long)n->matched, (unsigned long long)n->n);
	if (n->undecided)
		cli_note(c, "the rule was too costly for %llu rows, which "
			 "count neither way", (unsigned long long)n->undecided);
	buf_release(&text);
}

static enum rc run_estimate(struct cli *c, struct err *err)
{
	struct sample_count count = { 0 };
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = cli_readable(cli_arg(c, 1), err);
	if (rc == RC_OK)
		rc = reg_problem_estimate(c->reg, id, cli_arg(c, 1),
					  opt_str(&c->opts, "reason"),
					  cli_progress(c), &count, err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		say(c, id, &count);
	return rc;
}

static const struct option estimate_options[] = {
	{ "reason", 0, "TEXT", "why; it stands in the log", false, NULL },
	{ 0 },
};

const struct command problem_users_commands[] = {
	{
		.words = "problem estimate", .args = "P FILE",
		.min_args = 2, .max_args = 2,
		.summary = "users affected, by the rule over a production "
			   "sample",
		.more = "FILE is CSV with a header or JSON lines of inputs, a "
			"row a request. The share of rows\nthat the problem's "
			"rule says becomes users, with Wilson's interval; file "
			"and digest\nbecome its source. The file is streamed.",
		.options = estimate_options,
		.examples = (const char *const[]){
			"problem estimate P-3 production.csv", NULL },
		.flags = COMMAND_CHANGES, .run = run_estimate,
	},
	{ 0 },
};
