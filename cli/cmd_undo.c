/* undo: appends the entry that reverses another. */
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"

static enum rc run_undo(struct cli *c, struct err *err)
{
	const char *arg = cli_arg(c, 0);
	uint64_t index = UINT64_MAX, done = 0;
	enum rc rc;

	if (arg && !decimal_read_u64(arg, strlen(arg), &index))
		return err_set(err, RC_USAGE, "'%s' is no index of the log; "
			       "'muster log' shows them", arg);
	rc = reg_undo(c->reg, index, &done, err);
	if (rc == RC_OK)
		cli_did(c, "reversed", "reverse", "entry %llu",
			(unsigned long long)done);
	return rc;
}

const struct command undo_commands[] = {
	{
		.words = "undo", .args = "[INDEX]", .max_args = 1,
		.summary = "reverse your newest change, or entry INDEX",
		.more = "Nothing leaves the log: a reversing entry is added.",
		.examples = (const char *const[]){
			"undo", "undo 41 -n", NULL },
		.flags = COMMAND_CHANGES, .run = run_undo,
	},
	{ 0 },
};
