/* undo: appends the entry that reverses another. */
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "cli/conflicts.h"
#include "registry/testset.h"

static void look_json(struct json_out *o, const void *arg)
{
	changes_write(o, arg);
}

static enum rc run_undo(struct cli *c, struct err *err)
{
	const char *arg = cli_arg(c, 0);
	uint64_t index = UINT64_MAX, done = 0;
	struct testset_step_report would = { 0 };
	struct buf what = BUF_INIT;
	enum rc rc;

	if (arg && !decimal_read_u64(arg, strlen(arg), &index))
		return err_set(err, RC_USAGE, "'%s' is no index of the log; "
			       "'muster log' shows them", arg);
	/* with -n, pattern by pattern, where it is a step of a test set */
	rc = reg_undo_told(c->reg, index, &done, &what,
			   c->dry_run ? &would : NULL, err);
	c->did_more = look_json;
	c->did_arg = &would;
	if (rc == RC_OK)
		say_changes(c, &would);
	if (rc == RC_OK)
		cli_did(c, "reversed", "reverse", "entry %llu: %s",
			(unsigned long long)done, what.data);
	testset_step_report_release(&would);
	buf_release(&what);
	return rc;
}

const struct command undo_commands[] = {
	{
		.words = "undo", .args = "[INDEX]", .max_args = 1,
		.summary = "reverse your newest change, or entry INDEX",
		.more = "Nothing leaves the log: a reversing entry is added, "
			"and said; -n says it without\ndoing it. A step of a "
			"test set is taken back by a new revision: targets "
			"are what they\nwere, retired patterns come back, "
			"added ones are retired.",
		.examples = (const char *const[]){
			"undo", "undo 41 -n", NULL },
		.flags = COMMAND_CHANGES, .run = run_undo,
	},
	{ 0 },
};
