#include "cards/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/xalloc.h"
#include "cards/template.h"

enum document_kind doc_kind(enum doc_type type)
{
	switch (type) {
	case DOC_CARD:
		return DOCUMENT_CARD;
	case DOC_DATASHEET:
		return DOCUMENT_DATASHEET;
	case DOC_CHECKLIST:
		return DOCUMENT_CHECKLIST;
	}
	BUG("document type %d", (int)type);
}

enum rc doc_form_load(struct registry *reg, enum doc_type type,
		      struct doc_form **out, struct err *err)
{
	struct document_rec rec = { 0 };
	struct json *stored = NULL;
	enum rc rc = reg_document_load(reg, DOCUMENT_TEMPLATE,
				       doc_type_name(type), 0, &rec, NULL);

	if (rc == RC_NOT_FOUND)
		return doc_form_build(type, NULL, out, err);
	if (rc != RC_OK)
		return reg_document_load(reg, DOCUMENT_TEMPLATE,
					 doc_type_name(type), 0, &rec, err);
	rc = json_parse(rec.text, strlen(rec.text), "template", &stored, err);
	if (rc == RC_OK)
		rc = doc_form_build(type, stored, out, err);
	json_free(stored);
	document_rec_release(&rec);
	return rc;
}

void doc_file_release(struct doc_file *f)
{
	doc_release(&f->doc);
	doc_release(&f->before);
	document_rec_release(&f->rec);
	doc_form_free(f->form);
	*f = (struct doc_file){ 0 };
}

/* The document's text at a revision; RC_NOT_FOUND leaves err untouched. */
static enum rc read_revision(struct registry *reg, const struct doc_form *form,
			     const char *of, int64_t revision,
			     struct document_rec *rec, struct doc *out,
			     struct err *err)
{
	enum document_kind kind = doc_kind(form->type);
	struct err why = ERR_INIT;
	enum rc rc = reg_document_load(reg, kind, of, revision, rec, &why);

	if (rc == RC_NOT_FOUND)
		return rc;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	rc = doc_read(rec->text, strlen(rec->text), form, out, err);
	if (rc != RC_OK) {
		err_prefix(err, "%s of '%s'", form->name, of);
		document_rec_release(rec);
		return rc;
	}
	free(rec->text);
	rec->text = NULL;
	return RC_OK;
}

/* "m@7": cut at the '@', version in *version. */
static char *model_of(const char *of, int64_t *version)
{
	const char *at = strrchr(of, '@');

	*version = at ? strtoll(at + 1, NULL, 10) : 0;
	return at ? xmemdupz(of, (size_t)(at - of)) : xstrdup(of);
}

/* The newest card of the nearest version before; RC_NOT_FOUND. */
static enum rc read_version_before(struct registry *reg,
				   const struct doc_form *form,
				   const char *of, struct document_rec *rec,
				   struct doc *out, struct err *err)
{
	enum rc rc = RC_NOT_FOUND;
	int64_t version;
	char *model = model_of(of, &version);

	while (rc == RC_NOT_FOUND && --version > 0) {
		char *name = xasprintf("%s@%lld", model, (long long)version);

		rc = read_revision(reg, form, name, 0, rec, out, err);
		free(name);
	}
	free(model);
	return rc;
}

static enum rc start_new(struct registry *reg, const char *of,
			 struct doc_file *f, struct err *err)
{
	struct document_rec rec = { 0 };
	enum rc rc = RC_NOT_FOUND;

	f->is_new = true;
	f->rec.kind = doc_kind(f->form->type);
	f->rec.of = xstrdup(of);
	f->rec.status = xstrdup("draft");
	if (f->form->type == DOC_CARD)
		rc = read_version_before(reg, f->form, of, &rec, &f->before,
					 err);
	if (rc == RC_NOT_FOUND) {
		doc_init(&f->doc, f->form, of);
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	f->has_before = true;
	doc_copy_forward(&f->doc, &f->before, rec.revision, of);
	document_rec_release(&rec);
	return RC_OK;
}

/* What the reader compares with: the source of the copy, or what was
 * approved last. */
static enum rc open_before(struct registry *reg, struct doc_file *f,
			   struct err *err)
{
	struct document_rec rec = { 0 };
	enum rc rc = RC_NOT_FOUND;

	if (f->doc.from)
		rc = read_revision(reg, f->form, f->doc.from,
				   f->doc.from_revision, &rec, &f->before,
				   err);
	else if (f->rec.approved && f->rec.approved != f->rec.revision)
		rc = read_revision(reg, f->form, f->rec.of, f->rec.approved,
				   &rec, &f->before, err);
	document_rec_release(&rec);
	f->has_before = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc doc_file_open(struct registry *reg, enum doc_type type,
		      const char *of, int64_t revision, struct doc_file *out,
		      struct err *err)
{
	enum rc rc;

	*out = (struct doc_file){ 0 };
	rc = doc_form_load(reg, type, &out->form, err);
	if (rc != RC_OK)
		return rc;
	rc = read_revision(reg, out->form, of, revision, &out->rec, &out->doc,
			   err);
	if (rc == RC_NOT_FOUND && !revision)
		rc = start_new(reg, of, out, err);
	else if (rc == RC_NOT_FOUND)
		rc = err_set(err, rc, "the %s of '%s' has no revision %lld; "
			     "'muster %s show %s' shows the newest",
			     out->form->name, of, (long long)revision,
			     doc_type_name(type), of);
	else if (rc == RC_OK)
		rc = open_before(reg, out, err);
	if (rc != RC_OK)
		doc_file_release(out);
	return rc;
}

enum rc doc_file_save(struct registry *reg, struct doc_file *f,
		      const char *note, struct err *err)
{
	enum document_kind kind = doc_kind(f->form->type);
	struct document_rec rec;
	struct buf text = BUF_INIT;
	enum rc rc;

	doc_write(&text, &f->doc);
	rc = reg_document_save(reg, kind, f->doc.of, text.data, note,
			       f->rec.base, NULL, err);
	buf_release(&text);
	if (rc == RC_OK)
		rc = reg_document_load(reg, kind, f->doc.of, 0, &rec, err);
	if (rc != RC_OK)
		return rc;
	document_rec_release(&f->rec);
	f->rec = rec;
	free(f->rec.text);
	f->rec.text = NULL;
	f->is_new = false;
	return RC_OK;
}

/* -- Three-way -- */

static void set_answer(struct doc *d, const struct answer *a, const char *id)
{
	enum rc rc = RC_OK;

	if (a->name)
		rc = doc_set_extra(d, id, a->name, a->text, NULL);
	if (rc == RC_OK)
		rc = doc_set(d, id, a->state, a->text, NULL);
	if (rc != RC_OK)
		BUG("an answer that was accepted is not: '%s'", id);
}

static void merge_item(const struct doc *base, const struct doc *mine,
		       const struct doc *theirs, const char *id,
		       struct doc *out, struct merge_items *items)
{
	const struct answer *m = doc_answer(mine, id);
	const struct answer *t = doc_answer(theirs, id);
	const struct answer *b = doc_answer(base, id);
	bool conflict;

	if (answer_same(m, b))
		return;
	conflict = !answer_same(t, b) && !answer_same(t, m);
	if (items)
		vec_push(items, ((struct merge_item){ id, conflict }));
	if (!conflict)
		set_answer(out, m, id);
}

void doc_merge(const struct doc *base, const struct doc *mine,
	       const struct doc *theirs, struct doc *out,
	       struct merge_items *items)
{
	doc_copy(out, theirs);
	for (size_t i = 0; i < mine->answers.n; i++)
		merge_item(base, mine, theirs, mine->answers.at[i].id, out,
			   items);
	/* what base had and mine no longer names */
	for (size_t i = 0; i < base->answers.n; i++)
		if (!*doc_answer(mine, base->answers.at[i].id)->id)
			merge_item(base, mine, theirs,
				   base->answers.at[i].id, out, items);
}
