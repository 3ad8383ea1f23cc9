/* datasheet show, check, diff, import, export, edit, status, history. */
#include "cli/document.h"

static enum rc run_show(struct cli *c, struct err *err)
{
	return document_show(c, DOC_DATASHEET, err);
}

static enum rc run_check(struct cli *c, struct err *err)
{
	return document_check(c, DOC_DATASHEET, err);
}

static enum rc run_diff(struct cli *c, struct err *err)
{
	return document_diff(c, DOC_DATASHEET, err);
}

static enum rc run_import(struct cli *c, struct err *err)
{
	return document_import(c, DOC_DATASHEET, err);
}

static enum rc run_export(struct cli *c, struct err *err)
{
	return document_export(c, DOC_DATASHEET, err);
}

static enum rc run_edit(struct cli *c, struct err *err)
{
	return document_edit(c, DOC_DATASHEET, err);
}

static enum rc run_status(struct cli *c, struct err *err)
{
	return document_status(c, DOC_DATASHEET, err);
}

static enum rc run_history(struct cli *c, struct err *err)
{
	return document_history(c, DOC_DATASHEET, err);
}

const struct command datasheet_commands[] = {
	{
		.words = "datasheet show", .args = "DATASET",
		.min_args = 1, .max_args = 1,
		.summary = "show the datasheet as readers see it",
		.options = document_show_options,
		.examples = (const char *const[]){
			"datasheet show adult",
			"datasheet show adult --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "datasheet check", .args = "DATASET",
		.min_args = 1, .max_args = 1,
		.summary = "find what is empty, stale, asserted or contradictory",
		.more = "Exits 3 when there are findings of severity error; docs/lint.md explains\n"
			"each.",
		.options = document_check_options,
		.examples = (const char *const[]){
			"datasheet check adult",
			"datasheet check adult --strict --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_check,
	},
	{
		.words = "datasheet diff", .args = "DATASET [R1 [R2]]",
		.min_args = 1, .max_args = 3,
		.summary = "what changed between two revisions",
		.more = "Without R1: since what the document started from (a card: the version\n"
			"before), or the revision approved last.",
		.options = document_diff_options,
		.examples = (const char *const[]){
			"datasheet diff adult",
			"datasheet diff adult 1 2 --words",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_diff,
	},
	{
		.words = "datasheet import", .args = "DATASET FILE",
		.min_args = 2, .max_args = 2,
		.summary = "read the datasheet from a file of another format",
		.more = "What has no item of its own is kept and exported again; every such part\n"
			"is said.",
		.options = document_import_options,
		.examples = (const char *const[]){
			"datasheet import adult README.md",
			"datasheet import adult croissant.json --format croissant",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_import,
	},
	{
		.words = "datasheet export", .args = "DATASET",
		.min_args = 1, .max_args = 1,
		.summary = "write the datasheet in another format",
		.options = document_export_options,
		.examples = (const char *const[]){
			"datasheet export adult --format huggingface -o README.md",
			"datasheet export adult --format croissant",
			NULL },
		.flags = 0, .run = run_export,
	},
	{
		.words = "datasheet edit", .args = "DATASET",
		.min_args = 1, .max_args = 1,
		.summary = "write the datasheet in $VISUAL or $EDITOR",
		.more = "The draft stays in the state folder until its text is saved; when\n"
			"somebody else saved meanwhile, both are joined or shown side by side.",
		.options = document_edit_options,
		.examples = (const char *const[]){
			"datasheet edit adult",
			"datasheet edit adult --only L",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_edit,
	},
	{
		.words = "datasheet status", .args = "DATASET STATUS",
		.min_args = 2, .max_args = 2,
		.summary = "hand in, approve, return or supersede the datasheet",
		.more = "STATUS is draft, in-review, approved or superseded. An approval supersedes\n"
			"the one before, needs a reason, and is refused to whoever wrote.",
		.options = document_status_options,
		.examples = (const char *const[]){
			"datasheet status adult in-review",
			"datasheet status adult approved --reason 'read and checked'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_status,
	},
	{
		.words = "datasheet history", .args = "DATASET",
		.min_args = 1, .max_args = 1,
		.summary = "the revisions of the datasheet and their states",
		.examples = (const char *const[]){
			"datasheet history adult", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_history,
	},
	{ 0 },
};
