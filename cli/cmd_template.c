/* template set, show: an organisation's own sections and items. */
#include <stdlib.h>
#include <string.h>

#include "cards/template.h"
#include "cli/document.h"

static enum rc run_set(struct cli *c, struct err *err)
{
	const char *path = cli_arg(c, 0);
	struct buf text = BUF_INIT, stored = BUF_INIT;
	struct strs findings = VEC_INIT;
	struct json *j = NULL;
	enum doc_type type;
	enum rc rc = document_read_file(path, &text, err);

	if (rc == RC_OK)
		rc = template_parse(text.data, text.len, path, &j, &type,
				    &findings, err);
	for (size_t i = 1; i < findings.n; i++)
		cli_note(c, "%s", findings.at[i]);
	if (rc == RC_OK) {
		json_write_canonical(&stored, j);
		rc = reg_document_save(c->reg, DOCUMENT_TEMPLATE,
				       doc_type_name(type), stored.data,
				       opt_str(&c->opts, "note"), TX_ANY_BASE,
				       NULL, err);
	}
	if (rc == RC_OK)
		cli_did(c, "set", "set", "template of %ss from '%s'",
			doc_type_name(type), path);
	json_free(j);
	strs_release(&findings);
	buf_release(&stored);
	buf_release(&text);
	return rc;
}

static enum rc run_show(struct cli *c, struct err *err)
{
	static const struct table_column columns[] = {
		{ "section", "section", false }, { "id", "item", false },
		{ "name", "name", false }, { "guidance", "guidance", false },
		{ 0 },
	};
	static const struct table_spec spec = {
		"items", false, columns,
		"no items of your own: 'muster template set FILE'",
	};
	struct doc_form *form = NULL;
	struct table *t;
	enum doc_type type;
	enum rc rc;

	if (!doc_type_from_name(cli_arg(c, 0), &type))
		return err_set(err, RC_USAGE, "'%s' is no document; it is "
			       "card, datasheet or checklist", cli_arg(c, 0));
	rc = doc_form_load(c->reg, type, &form, err);
	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t s = 0; s < form->n_sections; s++)
		for (size_t i = 0; i < form->sections[s].n_items; i++) {
			const struct item *item = &form->sections[s].items[i];

			if (!item_is_own(form, item))
				continue;
			table_str(t, form->sections[s].id);
			table_str(t, item->id);
			table_str(t, item->name);
			table_str(t, item->guidance);
		}
	table_end(t);
	doc_form_free(form);
	return RC_OK;
}

static const struct option set_options[] = {
	{ "note", 0, "TEXT", "note of the new revision", false, NULL },
	{ 0 },
};

const struct command template_commands[] = {
	{
		.words = "template set", .args = "FILE.yaml",
		.min_args = 1, .max_args = 1,
		.summary = "add sections and items of your own to a document",
		.more = "The file names the document (card, datasheet or "
			"checklist) and lists\nsections with items; faults "
			"are said with their line.",
		.options = set_options,
		.examples = (const char *const[]){
			"template set bank.yaml", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{
		.words = "template show", .args = "DOCUMENT",
		.min_args = 1, .max_args = 1,
		.summary = "the items that your template adds",
		.examples = (const char *const[]){ "template show card",
						   NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{ 0 },
};
