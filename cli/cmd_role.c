/* role grant, revoke, list. */
#include "base/clock.h"
#include "cli/cli.h"
#include "registry/role.h"

static enum rc run_grant(struct cli *c, struct err *err)
{
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_role_grant(c->reg, cli_arg(c, 0), cli_arg(c, 1),
				    opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "granted", "grant", "%s the role %s", cli_arg(c, 0),
			cli_arg(c, 1));
	return rc;
}

static enum rc run_revoke(struct cli *c, struct err *err)
{
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_role_revoke(c->reg, cli_arg(c, 0), cli_arg(c, 1),
				     opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "revoked", "revoke", "the role %s of %s",
			cli_arg(c, 1), cli_arg(c, 0));
	return rc;
}

static const struct table_column columns[] = {
	{ "login", "login", false }, { "role", "role", false },
	{ "by", "granted by", false }, { "time", "time", false },
	{ "reason", "reason", false }, { "entry", "log", true }, { 0 },
};

static enum rc run_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = { "roles", false, columns,
						"nobody holds a role" };
	struct role_recs all;
	char when[CLOCK_TEXT];
	struct table *t;
	enum rc rc = reg_role_list(c->reg, &all, err);

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < all.n; i++) {
		table_str(t, all.at[i].login);
		table_str(t, all.at[i].role);
		table_str(t, all.at[i].by);
		table_str(t, clock_format(all.at[i].time, when));
		table_str(t, all.at[i].reason);
		table_int(t, (int64_t)all.at[i].entry);
	}
	table_end(t);
	role_recs_release(&all);
	return RC_OK;
}

static const struct option reason_options[] = {
	{ "reason", 0, "TEXT", "why; kept in the log", false, NULL }, { 0 },
};

const struct command role_commands[] = {
	{
		.words = "role grant", .args = "LOGIN ROLE",
		.min_args = 2, .max_args = 2,
		.summary = "let somebody sign in a role (admins only)",
		.more = "Who ran init is the first admin. A role that somebody "
			"granted to themselves cannot be used on their own "
			"records.",
		.options = reason_options,
		.examples = (const char *const[]){
			"role grant eva risk --reason 'head of model risk'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_grant,
	},
	{
		.words = "role revoke", .args = "LOGIN ROLE",
		.min_args = 2, .max_args = 2,
		.summary = "take a role away (admins only)",
		.options = reason_options,
		.examples = (const char *const[]){
			"role revoke eva risk --reason 'left the bank'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_revoke,
	},
	{
		.words = "role list", .args = "",
		.summary = "who holds which role",
		.examples = (const char *const[]){ "role list", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{ 0 },
};
