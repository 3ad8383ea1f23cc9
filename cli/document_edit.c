/* card edit, datasheet edit: a document through the editor.
 *
 * The draft is a file of its own from the first key on (cli/edit), with the
 * revision it was started from in its first line. It goes only when its text
 * was saved; a draft that is there is taken up again. When somebody saved
 * meanwhile, the answers that only one of both changed are joined; where
 * both did, the draft shows base, theirs and mine, and is not saved before
 * somebody has chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "cards/handback.h"
#include "cli/document.h"
#include "cli/edit.h"

#define HEAD "<!--? draft on revision "
#define MINE "<<<<<<< mine"

const struct option document_edit_options[] = {
	{ "only", 0, "ID", "one section or item, not all", false, NULL },
	{ "note", 0, "TEXT", "note of the new revision", false, NULL },
	OPT_DISCARD,
	{ 0 },
};

struct editing {
	struct cli *c;
	enum doc_type type;
	const char *scope;		/* or NULL */
	char *of, *name;		/* of the draft's file */
	struct doc_file file;		/* as it was when the draft began */
	struct doc mine;		/* what came back */
	struct doc_facts facts;
};

static void editing_release(struct editing *e)
{
	free(e->of);
	free(e->name);
	doc_file_release(&e->file);
	doc_release(&e->mine);
	doc_facts_release(&e->facts);
}

static char *draft_name(const struct editing *e)
{
	char *stem = xasprintf("%s-%s%s%s", doc_type_name(e->type), e->of,
			       e->scope ? "-" : "", e->scope ? e->scope : "");
	char *name = cli_edit_name(e->c, stem, -1), *file;

	file = xasprintf("%s.md", name);
	free(stem);
	free(name);
	return file;
}

/* The revision in the draft's first line; 0: nothing was saved then. */
static int64_t draft_revision(const struct buf *text)
{
	const char *p = strstr(text->data, HEAD);
	int64_t revision = 0;

	if (p) {
		p += strlen(HEAD);
		(void)decimal_read_i64(p, strspn(p, "0123456789"), &revision);
	}
	return revision;
}

static enum rc start_text(struct editing *e, struct buf *text,
			  struct err *err)
{
	buf_printf(text, HEAD "%lld -->\n", (long long)e->file.rec.revision);
	return handback_write(text, &e->file.doc, &e->facts, e->scope, err);
}

static bool has_conflict_mark(const char *text, struct strs *findings)
{
	unsigned line = 1;

	for (const char *p = text; *p; line++) {
		size_t n = strcspn(p, "\n");

		if (!strncmp(p, MINE, strlen(MINE))) {
			char *why = xasprintf("line %u: choose one of the "
					      "texts and take the marks out",
					      line);

			strs_add(findings, why);
			free(why);
			return true;
		}
		p += n + (p[n] == '\n');
	}
	return false;
}

/* edit_check_fn */
static enum rc check(void *arg, const char *text, struct strs *findings,
		     struct err *err)
{
	struct editing *e = arg;
	struct handback_notes notes = VEC_INIT;
	struct doc mine;
	enum rc rc;

	if (has_conflict_mark(text, findings))
		return err_set(err, RC_BAD_INPUT, "%s", findings->at[0]);
	doc_copy(&mine, &e->file.doc);
	rc = handback_read(&mine, e->scope, text, strlen(text), &notes, err);
	for (size_t i = 0; i < notes.n; i++) {
		char *line = xasprintf("line %u: %s", notes.at[i].line,
				       notes.at[i].text);

		if (notes.at[i].is_error)
			strs_add(findings, line);
		else
			cli_note(e->c, "%s", notes.at[i].line ? line :
				 notes.at[i].text);
		free(line);
	}
	handback_notes_release(&notes);
	doc_release(&e->mine);
	e->mine = mine;
	return rc;
}

/* An answer that both changed, as a text with three parts. */
static enum rc set_conflict(struct editing *e, const struct doc *theirs,
			    const char *id, struct doc *out, struct err *err)
{
	char *text = xasprintf(MINE "\n%s\n||||||| before\n%s\n=======\n%s\n"
			       ">>>>>>> theirs\n",
			       doc_answer(&e->mine, id)->text,
			       doc_answer(&e->file.doc, id)->text,
			       doc_answer(theirs, id)->text);
	enum rc rc = doc_set(out, id, ANSWER_GIVEN, text, err);

	/* a gate takes no text of three parts: theirs stays */
	if (rc == RC_BAD_INPUT)
		rc = RC_OK;
	free(text);
	return rc;
}

static enum rc write_draft(struct editing *e, const struct doc *d,
			   int64_t revision, struct err *err)
{
	char *path = cli_edit_path(e->name, err);
	struct buf text = BUF_INIT;
	enum rc rc;

	if (!path)
		return err->rc;
	buf_printf(&text, HEAD "%lld -->\n", (long long)revision);
	rc = handback_write(&text, d, &e->facts, e->scope, err);
	if (rc == RC_OK)
		rc = fsx_write(path, text.data, text.len, 0600, true, err);
	if (rc == RC_OK)
		rc = err_set(err, RC_CONFLICT, "somebody saved the %s of '%s' "
			     "meanwhile, and both changed the same answers; "
			     "'%s' shows both, 'muster %s edit %s' takes it "
			     "up", e->file.doc.form->name, e->of, path,
			     doc_type_name(e->type), e->of);
	buf_release(&text);
	free(path);
	return rc;
}

/* Joins what both wrote, and saves it where they did not meet. */
static enum rc merge_and_save(struct editing *e, struct err *err)
{
	struct merge_items items = VEC_INIT;
	struct doc_file theirs;
	struct doc merged;
	size_t conflicts = 0;
	enum rc rc = doc_file_open(e->c->reg, e->type, e->of, 0, &theirs, err);

	if (rc != RC_OK)
		return rc;
	doc_merge(&e->file.doc, &e->mine, &theirs.doc, &merged, &items);
	for (size_t i = 0; i < items.n && rc == RC_OK; i++) {
		if (!items.at[i].conflict)
			continue;
		conflicts++;
		rc = set_conflict(e, &theirs.doc, items.at[i].id, &merged,
				  err);
	}
	if (rc == RC_OK && conflicts) {
		rc = write_draft(e, &merged, theirs.rec.revision, err);
		doc_release(&merged);
	} else {
		doc_release(&theirs.doc);
		theirs.doc = merged;
		if (rc == RC_OK)
			rc = doc_file_save(e->c->reg, &theirs,
					   opt_str(&e->c->opts, "note"), err);
		if (rc == RC_OK)
			cli_note(e->c, "joined with what was saved meanwhile");
	}
	vec_free(&items);
	doc_file_release(&theirs);
	return rc;
}

static enum rc save(struct editing *e, struct err *err)
{
	struct doc before = e->file.doc;
	enum rc rc;

	e->file.doc = e->mine;
	rc = doc_file_save(e->c->reg, &e->file, opt_str(&e->c->opts, "note"),
			   err);
	e->file.doc = before;
	return rc == RC_CONFLICT ? merge_and_save(e, err) : rc;
}

static enum rc open_all(struct editing *e, struct buf *draft,
			struct err *err)
{
	enum rc rc = document_object(e->c, e->type, &e->of, err);

	if (rc != RC_OK)
		return rc;
	e->name = draft_name(e);
	cli_edit_resume(e->c, e->name, draft);
	rc = doc_file_open(e->c->reg, e->type, e->of,
			   draft->len ? draft_revision(draft) : 0, &e->file,
			   err);
	return rc == RC_OK ? doc_facts_load(e->c->reg, e->type, e->of,
					    &e->facts, err) : rc;
}

static enum rc edit(struct editing *e, struct buf *text, struct err *err)
{
	enum rc rc = text->len ? RC_OK : start_text(e, text, err);

	if (rc == RC_OK)
		rc = cli_edit(e->c, e->name, text, check, e, err);
	if (rc != RC_OK)
		return rc;
	if (doc_same(&e->mine, &e->file.doc)) {
		cli_edit_done(e->c, e->name);
		cli_note(e->c, "nothing was changed");
		return RC_OK;
	}
	rc = save(e, err);
	if (rc == RC_OK)
		cli_edit_done(e->c, e->name);
	if (rc == RC_OK)
		cli_did(e->c, "saved", "save", "%s %s",
			doc_type_name(e->type), e->of);
	return rc;
}

enum rc document_edit(struct cli *c, enum doc_type type, struct err *err)
{
	struct editing e = { .c = c, .type = type,
			     .scope = opt_str(&c->opts, "only") };
	struct buf text = BUF_INIT;
	enum rc rc;

	doc_facts_init(&e.facts);
	rc = open_all(&e, &text, err);
	if (rc == RC_OK)
		rc = edit(&e, &text, err);
	buf_release(&text);
	editing_release(&e);
	return rc;
}
