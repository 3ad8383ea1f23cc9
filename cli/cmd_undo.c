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

/* With -n, pattern by pattern, where it is a step of a test set. */
static enum rc look(struct cli *c, uint64_t index,
		    struct testset_step_report *report, struct err *err)
{
	uint64_t found;
	bool is_step = false;
	enum rc rc = reg_undo_find(c->reg, index, &found, &is_step, err);

	if (rc == RC_OK && is_step)
		rc = reg_undo_look(c->reg, found, NULL, report, err);
	return rc;
}

static enum rc run_undo(struct cli *c, struct err *err)
{
	const char *arg = cli_arg(c, 0);
	uint64_t index = UINT64_MAX, done = 0;
	struct testset_step_report would = { 0 };
	struct buf what = BUF_INIT;
	enum rc rc = RC_OK;

	if (arg && !decimal_read_u64(arg, strlen(arg), &index))
		return err_set(err, RC_USAGE, "'%s' is no index of the log; "
			       "'muster log' shows them", arg);
	if (c->dry_run)
		rc = look(c, index, &would, err);
	if (rc == RC_OK)
		rc = reg_undo_told(c->reg, index, &done, &what, err);
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
