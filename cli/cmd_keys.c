/* keys: what the keys of the workbench do. */
#include "cli/cli.h"
#include "tui/tui.h"

static enum rc run_keys(struct cli *c, struct err *err)
{
	size_t faults;

	if (opt_has(&c->opts, "show"))
		return tui_show_keys(err);
	if (!opt_has(&c->opts, "check")) {
		tui_write_keys(&c->out.buf);
		return RC_OK;
	}
	faults = tui_check_keys(&c->out.buf);
	if (faults)
		return err_set(err, RC_UNMET, "%zu of the keys' settings are "
			       "at fault", faults);
	if (!c->quiet)
		buf_str(&c->out.buf, "keys: no clash\n");
	return RC_OK;
}

static const struct option keys_options[] = {
	{ "check", 0, NULL, "clashes, and faults of the config file", false,
	  NULL },
	{ "show", 0, NULL, "what the terminal sends for the keys pressed",
	  false, NULL },
	{ 0 },
};

const struct command keys_commands[] = {
	{
		.words = "keys", .args = "",
		.summary = "the keys of the workbench",
		.examples = (const char *const[]){
			"keys", "keys --check", "keys --show", NULL },
		.options = keys_options,
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_keys,
	},
	{ 0 },
};
