#include "cli/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "cards/complete.h"
#include "cards/diff.h"
#include "cards/interchange.h"
#include "cards/lint.h"

#define FORMATS "md|json|huggingface|model-card-toolkit|croissant"

const struct option document_show_options[] = {
	{ "revision", 0, "N", "this revision, not the newest", false, NULL },
	{ 0 },
};
const struct option document_check_options[] = {
	{ "strict", 0, NULL, "warnings count as errors", false, NULL },
	{ 0 },
};
const struct option document_diff_options[] = {
	{ "words", 'w', NULL, "show changes by word", false, NULL },
	{ 0 },
};
const struct option document_import_options[] = {
	{ "format", 0, "FORMAT", "instead of what the file looks like", false,
	  FORMATS },
	{ "note", 0, "TEXT", "note of the new revision", false, NULL },
	{ 0 },
};
const struct option document_export_options[] = {
	{ "format", 0, "FORMAT", "of the file (md)", false, FORMATS },
	{ "output", 'o', "FILE", "instead of standard output", false, NULL },
	{ "force", 'f', NULL, "replace an existing file", false, NULL },
	{ "revision", 0, "N", "this revision, not the newest", false, NULL },
	{ 0 },
};

enum rc document_read_file(const char *path, struct buf *out,
			   struct err *err)
{
	char piece[65536];
	ssize_t n;
	enum rc rc = cli_readable(path, err);

	if (rc != RC_OK)
		return rc;
	if (strcmp(path, "-"))
		return fsx_read(path, IMPORT_MAX, out, err);
	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_IO, "reading '-' failed");
		if (out->len + (size_t)n > IMPORT_MAX)
			return err_set(err, RC_BAD_INPUT, "'-' has over 16 "
				       "MiB; that much is not read");
		buf_add(out, piece, (size_t)n);
	}
	return RC_OK;
}

static enum rc model_exists(struct cli *c, const char *name, struct err *err)
{
	struct model_rec m;
	enum rc rc = reg_model_get(c->reg, name, &m, err);

	if (rc == RC_OK)
		model_rec_release(&m);
	return rc;
}

enum rc document_object(struct cli *c, enum doc_type type, char **of,
			struct err *err)
{
	const char *text = cli_arg(c, 0);
	struct version_ref ref;
	enum rc rc = RC_OK;

	*of = NULL;
	switch (type) {
	case DOC_CARD:
		rc = reg_version_resolve(c->reg, text, &ref, err);
		if (rc != RC_OK)
			return rc;
		*of = xasprintf("%s@%lld", ref.model,
				(long long)ref.version);
		free(ref.model);
		return RC_OK;
	case DOC_DATASHEET:
		rc = name_check("dataset", text, err);
		break;
	case DOC_CHECKLIST:
		rc = model_exists(c, text, err);
		break;
	}
	if (rc == RC_OK)
		*of = xstrdup(text);
	return rc;
}

/* The document of the call and what the registry knows. */
struct subject {
	char *of;
	struct doc_file file;
	struct doc_facts facts;
};

static void subject_release(struct subject *s)
{
	free(s->of);
	doc_file_release(&s->file);
	doc_facts_release(&s->facts);
}

static enum rc revision_option(struct cli *c, const char *text, int64_t *out,
			       struct err *err)
{
	*out = 0;
	if (text && (!decimal_read_i64(text, strlen(text), out) || *out < 1))
		return err_set(err, RC_USAGE, "'%s' is no revision; give a "
			       "whole number from 1 on", text);
	return RC_OK;
}

static enum rc subject_open(struct cli *c, enum doc_type type,
			    const char *revision, struct subject *s,
			    struct err *err)
{
	int64_t r;
	enum rc rc = revision_option(c, revision, &r, err);

	*s = (struct subject){ 0 };
	doc_facts_init(&s->facts);
	if (rc == RC_OK)
		rc = document_object(c, type, &s->of, err);
	if (rc == RC_OK)
		rc = doc_file_open(c->reg, type, s->of, r, &s->file, err);
	if (rc == RC_OK)
		rc = doc_facts_load(c->reg, type, s->of, &s->facts, err);
	return rc;
}

/* -- show -- */

static void item_json(struct json_out *o, const struct subject *s,
		      const struct section *sec, const struct item *item)
{
	const struct answer *a = doc_answer(&s->file.doc, item->id);

	jo_object(o);
	jo_kstr(o, "id", item->id);
	jo_kstr(o, "section", sec->id);
	jo_kstr(o, "name", item->name);
	jo_kstr(o, "state", answer_state_name(a->state));
	jo_kstr(o, "text", a->text);
	jo_kbool(o, "required", item_required(item, s->facts.risk));
	jo_kbool(o, "changed", s->file.has_before &&
		 doc_changed(&s->file.doc, &s->file.before, item->id));
	jo_end(o);
}

static void complete_json(struct json_out *o, const struct subject *s)
{
	struct completeness all;

	doc_complete(&s->file.doc, &s->facts, NULL, &all);
	jo_key(o, "complete");
	jo_object(o);
	jo_kint(o, "done", (int64_t)all.n_done);
	jo_kint(o, "all", (int64_t)all.n_all);
	jo_knum(o, "share", completeness_share(&all));
	jo_key(o, "missing");
	jo_array(o);
	for (size_t i = 0; i < all.gaps.n; i++)
		jo_str(o, all.gaps.at[i].item->id);
	jo_end(o);
	jo_end(o);
	completeness_release(&all);
}

static void show_json(struct cli *c, const struct subject *s)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);
	const struct doc_form *form = s->file.doc.form;
	const struct answer *a;

	jo_object(&o);
	jo_kstr(&o, "form", doc_type_name(form->type));
	jo_kstr(&o, "of", s->of);
	jo_kint(&o, "revision", s->file.rec.revision);
	jo_kstr(&o, "status", s->file.rec.status);
	complete_json(&o, s);
	jo_key(&o, "items");
	jo_array(&o);
	for (size_t i = 0; i < form->n_sections; i++)
		for (size_t k = 0; k < form->sections[i].n_items; k++)
			item_json(&o, s, &form->sections[i],
				  &form->sections[i].items[k]);
	jo_end(&o);
	jo_key(&o, "extras");
	jo_array(&o);
	for (size_t i = 0; (a = doc_extra(&s->file.doc, i)); i++) {
		jo_object(&o);
		jo_kstr(&o, "id", a->id);
		jo_kstr(&o, "name", a->name);
		jo_kstr(&o, "state", answer_state_name(a->state));
		jo_kstr(&o, "text", a->text);
		jo_end(&o);
	}
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static enum rc show_text(struct cli *c, const struct subject *s,
			 struct err *err)
{
	struct completeness all;
	struct buf b = BUF_INIT;
	enum rc rc = doc_render(&b, &s->file.doc, &s->facts, err);

	if (rc == RC_OK) {
		safetext_add(&c->out.buf, b.data, b.len, SAFE_TEXT);
		doc_complete(&s->file.doc, &s->facts, NULL, &all);
		if (c->format == FORMAT_TEXT) {
			buf_printf(&c->out.buf, "revision %lld, %s; ",
				   (long long)s->file.rec.revision,
				   s->file.rec.status);
			completeness_text(&c->out.buf, &all);
			buf_char(&c->out.buf, '\n');
		}
		completeness_release(&all);
	}
	buf_release(&b);
	return rc;
}

enum rc document_show(struct cli *c, enum doc_type type, struct err *err)
{
	struct subject s;
	enum rc rc = subject_open(c, type, opt_str(&c->opts, "revision"), &s,
				  err);

	if (rc == RC_OK && c->format == FORMAT_JSON)
		show_json(c, &s);
	else if (rc == RC_OK)
		rc = show_text(c, &s, err);
	subject_release(&s);
	return rc;
}

/* -- check -- */

static const struct table_column check_columns[] = {
	{ "id", "finding", false }, { "severity", "severity", false },
	{ "place", "place", false }, { "why", "why", false },
	{ "remedy", "remedy", false }, { 0 },
};

static void show_findings(struct cli *c, const struct findings *all)
{
	static const struct table_spec spec = {
		"findings", false, check_columns, "nothing to complain about",
	};
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < all->n; i++) {
		const struct finding *f = &all->at[i];

		table_str(t, lint_name(f->id));
		table_str(t, severity_name(lint_severity(f->id)));
		table_str(t, f->place);
		table_str(t, f->why);
		table_str(t, f->remedy);
	}
	table_end(t);
}

enum rc document_check(struct cli *c, enum doc_type type, struct err *err)
{
	struct findings all = VEC_INIT;
	struct subject s;
	enum rc rc = subject_open(c, type, NULL, &s, err);
	size_t bad;

	if (rc == RC_OK) {
		lint_doc(&s.file.doc, &s.facts, &all);
		show_findings(c, &all);
		bad = findings_count(&all, SEVERITY_ERROR);
		if (opt_has(&c->opts, "strict"))
			bad += findings_count(&all, SEVERITY_WARNING);
		if (bad)
			rc = err_set(err, RC_UNMET, "the %s of '%s' has %zu "
				     "finding%s to mend",
				     s.file.doc.form->name, s.of, bad,
				     bad == 1 ? "" : "s");
	}
	findings_release(&all);
	subject_release(&s);
	return rc;
}

/* -- diff -- */

static void diff_json(struct cli *c, const struct doc *a, const struct doc *b)
{
	static const char *const words[] = { "added", "removed", "changed" };
	struct json_out o = JSON_OUT(&c->out.buf, true);
	struct item_diffs items = VEC_INIT;

	diff_docs(a, b, &items);
	jo_object(&o);
	jo_key(&o, "items");
	jo_array(&o);
	for (size_t i = 0; i < items.n; i++) {
		const struct item_diff *d = &items.at[i];

		jo_object(&o);
		jo_kstr(&o, "id", d->id);
		jo_kstr(&o, "name", d->name);
		jo_kstr(&o, "change", words[d->change]);
		jo_kstr(&o, "from_state", answer_state_name(d->a->state));
		jo_kstr(&o, "from", d->a->text);
		jo_kstr(&o, "to_state", answer_state_name(d->b->state));
		jo_kstr(&o, "to", d->b->text);
		jo_end(&o);
	}
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
	vec_free(&items);
}

static void show_diff(struct cli *c, const struct doc *a, const struct doc *b)
{
	struct buf text = BUF_INIT;

	if (c->format == FORMAT_JSON) {
		diff_json(c, a, b);
		return;
	}
	diff_docs_text(&text, a, b, opt_has(&c->opts, "words") ? DIFF_WORDS :
		       DIFF_LINES);
	safetext_add(&c->out.buf, text.data, text.len, SAFE_TEXT);
	if (!text.len && !c->quiet)
		buf_str(&c->out.buf, "no difference\n");
	buf_release(&text);
}

/* Against revision R1, or what the document started from. */
enum rc document_diff(struct cli *c, enum doc_type type, struct err *err)
{
	struct subject new = { 0 }, old = { 0 };
	struct doc none;
	enum rc rc = subject_open(c, type, cli_arg(c, 2), &new, err);

	doc_facts_init(&old.facts);
	if (rc == RC_OK && cli_arg(c, 1))
		rc = subject_open(c, type, cli_arg(c, 1), &old, err);
	if (rc == RC_OK) {
		doc_init(&none, new.file.doc.form, new.of);
		show_diff(c, cli_arg(c, 1) ? &old.file.doc :
			  new.file.has_before ? &new.file.before : &none,
			  &new.file.doc);
		doc_release(&none);
	}
	subject_release(&new);
	subject_release(&old);
	return rc;
}

/* -- import, export -- */

static void say_losses(struct cli *c, const struct losses *all)
{
	for (size_t i = 0; i < all->n; i++)
		cli_note(c, "%s: %s: %s", loss_kind_name(all->at[i].kind),
			 all->at[i].what, all->at[i].why);
}

static enum rc chosen_format(struct cli *c, enum doc_type type,
			     const struct buf *text, enum doc_format *out,
			     struct err *err)
{
	const char *name = opt_str(&c->opts, "format");

	if (name)
		(void)doc_format_from_name(name, out);
	else if (!text)
		*out = DOC_FORMAT_MD;
	else if (!doc_format_guess(text->data, text->len, type, out))
		return err_set(err, RC_BAD_INPUT, "'%s' looks like no format "
			       "that is read here; name it with '--format'",
			       cli_arg(c, 1));
	if (!doc_format_fits(*out, type))
		return err_set(err, RC_USAGE, "a %s has no form as '%s'",
			       doc_form(type)->name, doc_format_name(*out));
	return RC_OK;
}

enum rc document_import(struct cli *c, enum doc_type type, struct err *err)
{
	const char *path = cli_arg(c, 1);
	struct losses report = VEC_INIT;
	struct buf text = BUF_INIT;
	enum doc_format format;
	struct subject s;
	enum rc rc = subject_open(c, type, NULL, &s, err);

	if (rc == RC_OK)
		rc = document_read_file(path, &text, err);
	if (rc == RC_OK)
		rc = chosen_format(c, type, &text, &format, err);
	if (rc == RC_OK)
		rc = doc_import(&s.file.doc, format, path, text.data,
				text.len, &report, err);
	if (rc == RC_OK)
		rc = doc_file_save(c->reg, &s.file,
				   opt_str(&c->opts, "note"), err);
	if (rc == RC_OK) {
		say_losses(c, &report);
		cli_did(c, "imported", "import", "%s %s from %s '%s'",
			doc_type_name(type), s.of, doc_format_name(format),
			path);
	}
	losses_release(&report);
	buf_release(&text);
	subject_release(&s);
	return rc;
}

static enum rc write_out(struct cli *c, const struct buf *text,
			 struct err *err)
{
	const char *path = opt_str(&c->opts, "output");
	enum rc rc;

	if (!path || !strcmp(path, "-")) {
		buf_add(&c->out.buf, text->data, text->len);
		return RC_OK;
	}
	if (c->dry_run)
		return RC_OK;
	rc = fsx_write(path, text->data, text->len, 0644,
		       opt_has(&c->opts, "force"), err);
	if (rc == RC_OK)
		cli_note(c, "wrote %zu bytes to '%s'", text->len, path);
	return rc;
}

enum rc document_export(struct cli *c, enum doc_type type, struct err *err)
{
	struct losses report = VEC_INIT;
	struct buf text = BUF_INIT;
	enum doc_format format;
	struct subject s;
	enum rc rc = subject_open(c, type, opt_str(&c->opts, "revision"), &s,
				  err);

	if (rc == RC_OK)
		rc = chosen_format(c, type, NULL, &format, err);
	if (rc == RC_OK)
		rc = doc_export(&text, &s.file.doc, &s.facts, format, &report,
				err);
	if (rc == RC_OK)
		rc = write_out(c, &text, err);
	if (rc == RC_OK)
		say_losses(c, &report);
	losses_release(&report);
	buf_release(&text);
	subject_release(&s);
	return rc;
}
