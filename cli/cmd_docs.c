/* docs man, docs bash: what is generated from the tables. Hidden: for the
 * build, not for users. */
#include "base/fsx.h"
#include "cli/cli.h"
#include "cli/completion.h"
#include "cli/manpage.h"

enum { TEMPLATE_MAX = 1 << 20 };

static enum rc run_man(struct cli *c, struct err *err)
{
	struct buf template = BUF_INIT;
	enum rc rc = fsx_read(cli_arg(c, 0), TEMPLATE_MAX, &template, err);

	if (rc == RC_OK)
		rc = manpage_write(&c->out.buf, template.data, err);
	buf_release(&template);
	return rc;
}

static enum rc run_bash(struct cli *c, struct err *err)
{
	(void)err;
	completion_write(&c->out.buf);
	return RC_OK;
}

/* One line a command and option, for the check that the manual has all. */
static enum rc run_words(struct cli *c, struct err *err)
{
	const struct command *cmd;

	(void)err;
	for (size_t i = 0; (cmd = command_at(i)); i++) {
		if (cmd->flags & COMMAND_HIDDEN)
			continue;
		buf_printf(&c->out.buf, "%s\n", cmd->words);
		for (const struct option *o = cmd->options; o && o->name; o++)
			buf_printf(&c->out.buf, "%s\t--%s\n", cmd->words,
				   o->name);
	}
	return RC_OK;
}

const struct command docs_commands[] = {
	{
		.words = "docs man", .args = "TEMPLATE",
		.min_args = 1, .max_args = 1, .summary = "the manual page",
		.flags = COMMAND_HIDDEN | COMMAND_LOCAL, .run = run_man,
	},
	{
		.words = "docs bash", .args = "", .summary = "bash completion",
		.flags = COMMAND_HIDDEN | COMMAND_LOCAL, .run = run_bash,
	},
	{
		.words = "docs words", .args = "",
		.summary = "commands and options, one a line",
		.flags = COMMAND_HIDDEN | COMMAND_LOCAL, .run = run_words,
	},
	{ 0 },
};
