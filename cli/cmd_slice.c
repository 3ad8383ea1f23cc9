/* slice add, list. */
#include <stdlib.h>

#include "cli/cli.h"
#include "registry/testset.h"

static void warn_similar(struct cli *c)
{
	struct slice_recs list = VEC_INIT;

	if (reg_slice_list(c->reg, cli_arg(c, 0), &list, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < list.n; i++)
		cli_warn_case(c, cli_arg(c, 1), list.at[i].name);
	slice_recs_release(&list);
}

static enum rc run_add(struct cli *c, struct err *err)
{
	enum rc rc = reg_slice_add(c->reg, cli_arg(c, 0), cli_arg(c, 1),
				   cli_arg(c, 2), err);

	if (rc == RC_OK) {
		warn_similar(c);
		cli_did(c, "added", "add", "slice %s to %s", cli_arg(c, 1),
			cli_arg(c, 0));
	}
	return rc;
}

static const struct table_column list_columns[] = {
	{ "name", "slice", false }, { "expr", "expression", false }, { 0 },
};

static enum rc run_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"slices", false, list_columns,
		"no named slices yet: 'muster slice add TESTSET NAME EXPR'",
	};
	struct testset_info info = { 0 };
	struct slice_recs list = VEC_INIT;
	enum rc rc = reg_testset_info(c->reg, cli_arg(c, 0), 0, &info, err);
	struct table *t;

	testset_info_release(&info);
	if (rc == RC_OK)
		rc = reg_slice_list(c->reg, cli_arg(c, 0), &list, err);
	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < list.n; i++) {
		table_str(t, list.at[i].name);
		table_str(t, list.at[i].expr);
	}
	table_end(t);
	slice_recs_release(&list);
	return RC_OK;
}

const struct command slice_commands[] = {
	{
		.words = "slice add", .args = "TESTSET NAME EXPR",
		.min_args = 3, .max_args = 3,
		.summary = "name a slice of a test set by an expression",
		.more = "EXPR: terms joined by blanks (and): "
			"[!]COL(:|=|<|<=|>|>=)VALUE, [!]COL~/REGEX/ "
			"(PCRE2);\nquotes around values with blanks.",
		.examples = (const char *const[]){
			"slice add loans elderly 'age>=65'",
			"slice add meet doctors 'text_want~/doctor|nurse/'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_add,
	},
	{
		.words = "slice list", .args = "TESTSET",
		.min_args = 1, .max_args = 1,
		.summary = "the named slices of a test set",
		.examples = (const char *const[]){ "slice list loans", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{ 0 },
};
