/* gc: removes blobs that no entry names. */
#include "cli/cli.h"

static enum rc would_remove(struct cli *c, struct err *err)
{
	struct reg_verdict v = { 0 };
	enum rc rc = reg_fsck(c->path, cli_progress(c), &v, err);

	progress_clear(&c->progress);
	if (rc == RC_OK)
		cli_did(c, "", "remove", "those of %llu loose blobs that are "
			"older than a day", (unsigned long long)v.loose_blobs);
	return rc;
}

static enum rc run_gc(struct cli *c, struct err *err)
{
	uint64_t n = 0, bytes = 0;
	enum rc rc;

	if (c->dry_run)
		return would_remove(c, err);
	rc = reg_gc(c->reg, &n, &bytes, err);
	if (rc == RC_OK)
		cli_did(c, "removed", "", "%llu loose blobs, %llu bytes",
			(unsigned long long)n, (unsigned long long)bytes);
	return rc;
}

const struct command gc_commands[] = {
	{
		.words = "gc", .args = "",
		.summary = "remove blobs that no entry names",
		.more = "They are left over from imports that did not end; only "
			"those older than a day go.",
		.examples = (const char *const[]){ "gc", NULL },
		.flags = COMMAND_CHANGES, .run = run_gc,
	},
	{ 0 },
};
