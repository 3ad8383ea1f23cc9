/* init: an empty registry. */
#include "base/fsx.h"
#include "cli/cli.h"
#include "registry/seen.h"

/* What was seen at this place before is gone. */
static enum rc open_new(struct cli *c, struct err *err)
{
	struct reg_options o = { .path = c->path };
	enum rc rc = reg_open(&o, &c->reg, err);

	if (rc == RC_OK)
		(void)!seen_accept(c->reg, NULL);
	return rc;
}

static enum rc run_init(struct cli *c, struct err *err)
{
	enum rc rc = RC_OK;

	if (c->dry_run && fsx_exists(c->path))
		return err_set(err, RC_EXISTS, "'%s' exists already", c->path);
	if (!c->dry_run)
		rc = reg_create(c->path, err);
	if (rc == RC_OK && !c->dry_run)
		rc = open_new(c, err);
	c->size_before = 0;
	if (rc == RC_OK)
		cli_did(c, "created", "create", "registry '%s'", c->path);
	return rc;
}

const struct command init_commands[] = {
	{
		.words = "init", .args = "",
		.summary = "create an empty registry",
		.more = "Who runs it becomes the registry's admin.",
		.examples = (const char *const[]){
			"init", "init -R /srv/models/registry.db", NULL },
		.flags = COMMAND_CHANGES | COMMAND_LOCAL, .run = run_init,
	},
	{ 0 },
};
