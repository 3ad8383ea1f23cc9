/* keys: what the keys of the workbench do. */
#include "cli/cli.h"
#include "tui/tui.h"

static enum rc run_keys(struct cli *c, struct err *err)
{
	(void)err;
	tui_write_keys(&c->out.buf);
	return RC_OK;
}

const struct command keys_commands[] = {
	{
		.words = "keys", .args = "",
		.summary = "the keys of the workbench",
		.examples = (const char *const[]){ "keys", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_keys,
	},
	{ 0 },
};
