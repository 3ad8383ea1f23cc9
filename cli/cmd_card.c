/* card show, check, diff, import, export, edit, status, history. */
#include "cli/document.h"

static enum rc run_show(struct cli *c, struct err *err)
{
	return document_show(c, DOC_CARD, err);
}

static enum rc run_check(struct cli *c, struct err *err)
{
	return document_check(c, DOC_CARD, err);
}

static enum rc run_diff(struct cli *c, struct err *err)
{
	return document_diff(c, DOC_CARD, err);
}

static enum rc run_import(struct cli *c, struct err *err)
{
	return document_import(c, DOC_CARD, err);
}

static enum rc run_export(struct cli *c, struct err *err)
{
	return document_export(c, DOC_CARD, err);
}

static enum rc run_edit(struct cli *c, struct err *err)
{
	return document_edit(c, DOC_CARD, err);
}

static enum rc run_status(struct cli *c, struct err *err)
{
	return document_status(c, DOC_CARD, err);
}

static enum rc run_history(struct cli *c, struct err *err)
{
	return document_history(c, DOC_CARD, err);
}

const struct command card_commands[] = {
	{
		.words = "card show", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "show the model card as readers see it",
		.options = document_show_options,
		.examples = (const char *const[]){
			"card show credit-scorer@7",
			"card show credit-scorer@7 --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "card check", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "find what is empty, stale, asserted or contradictory",
		.more = "Exits 3 when there are findings of severity error; docs/lint.md explains\n"
			"each.",
		.options = document_check_options,
		.examples = (const char *const[]){
			"card check credit-scorer@7",
			"card check credit-scorer@7 --strict --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_check,
	},
	{
		.words = "card diff", .args = "MODEL@V [R1 [R2]]",
		.min_args = 1, .max_args = 3,
		.summary = "what changed between two revisions",
		.more = "Without R1: since what the document started from (a card: the version\n"
			"before), or the revision approved last.",
		.options = document_diff_options,
		.examples = (const char *const[]){
			"card diff credit-scorer@7",
			"card diff credit-scorer@7 1 2 --words",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_diff,
	},
	{
		.words = "card import", .args = "MODEL@V FILE",
		.min_args = 2, .max_args = 2,
		.summary = "read the model card from a file of another format",
		.more = "What has no item of its own is kept and exported again; every such part\n"
			"is said.",
		.options = document_import_options,
		.examples = (const char *const[]){
			"card import credit-scorer@7 README.md",
			"card import credit-scorer@7 card.json --format model-card-toolkit",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_import,
	},
	{
		.words = "card export", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "write the model card in another format",
		.options = document_export_options,
		.examples = (const char *const[]){
			"card export credit-scorer@7 --format huggingface -o README.md",
			"card export credit-scorer@7 --format model-card-toolkit",
			NULL },
		.flags = 0, .run = run_export,
	},
	{
		.words = "card edit", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "write the model card in $VISUAL or $EDITOR",
		.more = "The draft stays in the state folder until its text is saved; when\n"
			"somebody else saved meanwhile, both are joined or shown side by side.",
		.options = document_edit_options,
		.examples = (const char *const[]){
			"card edit credit-scorer@7",
			"card edit credit-scorer@7 --only 3",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_edit,
	},
	{
		.words = "card status", .args = "MODEL@V STATUS",
		.min_args = 2, .max_args = 2,
		.summary = "hand in, approve, return or supersede the model card",
		.more = "STATUS is draft, in-review, approved or superseded. An approval supersedes\n"
			"the one before, needs a reason, and is refused to whoever wrote.",
		.options = document_status_options,
		.examples = (const char *const[]){
			"card status credit-scorer@7 in-review",
			"card status credit-scorer@7 approved --reason 'read and checked'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_status,
	},
	{
		.words = "card history", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "the revisions of the model card and their states",
		.examples = (const char *const[]){
			"card history credit-scorer@7", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_history,
	},
	{ 0 },
};
