/* undo: appends the entry that reverses another. */
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"

static enum rc run_undo(struct cli *c, struct err *err)
{
	const char *arg = cli_arg(c, 0);
	uint64_t index = UINT64_MAX, done = 0;
	struct buf what = BUF_INIT;
	enum rc rc;

	if (arg && !decimal_read_u64(arg, strlen(arg), &index))
		return err_set(err, RC_USAGE, "'%s' is no index of the log; "
			       "'muster log' shows them", arg);
	rc = reg_undo_told(c->reg, index, &done, &what, err);
	if (rc == RC_OK)
		cli_did(c, "reversed", "reverse", "entry %llu: %s",
			(unsigned long long)done, what.data);
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
