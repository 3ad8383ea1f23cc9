/* backup: a verified copy of the registry. */
#include "base/fsx.h"
#include "cli/cli.h"

static enum rc run_backup(struct cli *c, struct err *err)
{
	const char *to = cli_arg(c, 0);
	bool replace = opt_has(&c->opts, "replace");
	enum rc rc = RC_OK;

	if (c->dry_run && !replace && fsx_exists(to))
		return err_set(err, RC_EXISTS, "'%s' exists already; "
			       "'--replace' overwrites it", to);
	if (!c->dry_run)
		rc = reg_backup(c->reg, to, replace, cli_progress(c), err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		cli_did(c, "copied", "copy", "%llu entries to '%s', verified",
			(unsigned long long)reg_size(c->reg), to);
	return rc;
}

static const struct option backup_options[] = {
	{ "replace", 0, NULL, "overwrite FILE", false, NULL },
	{ 0 },
};

const struct command backup_commands[] = {
	{
		.words = "backup", .args = "FILE",
		.min_args = 1, .max_args = 1,
		.summary = "write a verified copy of the registry",
		.options = backup_options,
		.examples = (const char *const[]){
			"backup /mnt/safe/registry-2026-03-01.db", NULL },
		.run = run_backup,
	},
	{ 0 },
};
