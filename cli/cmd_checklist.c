/* checklist show, tick. */
#include "cards/checklist.h"
#include "cli/document.h"

static enum rc run_show(struct cli *c, struct err *err)
{
	static const struct table_column columns[] = {
		{ "phase", "phase", false }, { "id", "id", false },
		{ "name", "item", false }, { "state", "state", false },
		{ "why", "evidence, or what is missing", false }, { 0 },
	};
	static const struct table_spec spec = { "items", false, columns,
						NULL };
	struct checks all;
	struct table *t;
	enum rc rc = checklist_load(c->reg, cli_arg(c, 0), &all, err);

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < all.n; i++) {
		table_str(t, all.at[i].section);
		table_str(t, all.at[i].id);
		table_str(t, all.at[i].name);
		table_str(t, check_state_name(all.at[i].state));
		table_str(t, all.at[i].why);
	}
	table_end(t);
	checks_release(&all);
	return RC_OK;
}

static enum rc run_tick(struct cli *c, struct err *err)
{
	enum rc rc = checklist_tick(c->reg, cli_arg(c, 0), cli_arg(c, 1),
				    opt_str(&c->opts, "note"), err);

	if (rc == RC_OK)
		cli_did(c, "ticked", "tick", "%s of the checklist of %s",
			cli_arg(c, 1), cli_arg(c, 0));
	return rc;
}

static const struct option tick_options[] = {
	{ "note", 0, "TEXT", "what was done, or the period that is meant",
	  false, NULL },
	{ 0 },
};

const struct command checklist_commands[] = {
	{
		.words = "checklist show", .args = "MODEL",
		.min_args = 1, .max_args = 1,
		.summary = "what was done for a model, and what shows it",
		.examples = (const char *const[]){
			"checklist show credit-scorer", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "checklist tick", .args = "MODEL ITEM",
		.min_args = 2, .max_args = 2,
		.summary = "tick an item that the registry cannot see",
		.more = "Items that the registry can see are ticked by "
			"evidence alone.",
		.options = tick_options,
		.examples = (const char *const[]){
			"checklist tick credit-scorer release.explain "
			"--note 'SHAP values in the case file'", NULL },
		.flags = COMMAND_CHANGES, .run = run_tick,
	},
	{ 0 },
};
