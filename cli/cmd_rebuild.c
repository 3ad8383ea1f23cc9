/* rebuild: the tables anew from the log. */
#include "cli/cli.h"

static enum rc run_rebuild(struct cli *c, struct err *err)
{
	enum rc rc = RC_OK;

	if (!c->dry_run)
		rc = reg_rebuild(c->reg, cli_progress(c), err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		cli_did(c, "rebuilt", "rebuild", "the tables from %llu entries",
			(unsigned long long)reg_size(c->reg));
	return rc;
}

const struct command rebuild_commands[] = {
	{
		.words = "rebuild", .args = "",
		.summary = "make the tables anew from the log",
		.examples = (const char *const[]){ "rebuild", NULL },
		.flags = COMMAND_CHANGES, .run = run_rebuild,
	},
	{ 0 },
};
