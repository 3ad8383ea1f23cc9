/* Where the typing goes: drafts, revisions, and what somebody else saved. */
#include "tui/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cards/template.h"

#define LOOK_NS 20000000u	/* from look to look whether a draft is written */

/* -- Drafts -- */

static char *stored(const struct doc *doc)
{
	struct buf b = BUF_INIT;
	doc_write(&b, doc);
	return buf_detach(&b);
}

static char *absolute(const char *path)
{
	char *real = realpath(path, NULL);
	return real ? real : xstrdup(path);
}

static void make_draft(struct view *v, struct draft *out)
{
	struct document *d = v->state;
	*out = (struct draft){
		.type = d->type, .of = xstrdup(d->of),
		.registry = absolute(app_registry_path(v->app)),
		.base = d->file.rec.base, .revision = d->file.rec.revision,
		.time = clock_now(), .doc = stored(&d->file.doc),
		.start = stored(&d->start),
	};
	if (d->has_ancestor)
		out->ancestor = stored(&d->ancestor);
	for (size_t i = 0; i < d->conflicts.n; i++)
		strs_add(&out->conflicts, d->conflicts.at[i]);
	if (!d->editing)
		return;
	out->item = xstrdup(document_field(d)->item->id);
	out->state = d->typed_state;
	out->typed = xstrdup(d->editor.text.data);
	out->at = d->editor.pos;
}

void document_touch(struct document *d)
{
	draft_clock_touch(&d->typing, clock_ns());
}

static uint64_t draft_due(const struct document *d)
{
	return d->no_draft ? 0 : draft_clock_due(&d->typing);
}

uint64_t document_due(const struct view *v)
{
	const struct document *d = v->state;
	uint64_t due = draft_due(d);
	if (writing_runs(&d->slot.writing) && (!due || d->look_at < due))
		return d->look_at;
	return due;
}

bool document_nothing_to_keep(const struct document *d)
{
	return !d->editing && !d->conflicts.n &&
	       doc_same(&d->file.doc, &d->start);
}

/* How a draft's writing has ended. */
static void draft_told(struct view *v, enum rc rc, struct err *err)
{
	struct document *d = v->state;
	if (rc == RC_OK) {
		d->kept = d->saved;
		return;
	}
	d->saved = d->kept;
	draft_clock_failed(&d->typing, clock_ns());
	err_prefix(err, "the draft is not saved");
	app_fail(v->app, err);
}

/* To the disk, without waiting for it. */
void document_save_draft(struct view *v)
{
	struct document *d = v->state;
	struct draft draft;
	if (!d->typing.since || d->no_draft)
		return;
	d->typing.since = 0;
	if (document_nothing_to_keep(d)) {
		draft_remove(&d->slot);
		d->saved = 0;
		return;
	}
	make_draft(v, &draft);
	draft_save(&d->slot, &draft);
	d->look_at = clock_ns() + LOOK_NS;
	d->saved = draft.time;
	draft_release(&draft);
}

void document_keep(struct view *v)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	document_save_draft(v);
	draft_told(v, draft_wait(&d->slot, &err), &err);
}

/* A pause in typing: the draft, and what the checks say of it. */
void document_tick(struct view *v, uint64_t now)
{
	struct document *d = v->state;
	uint64_t due = draft_due(d);
	struct err err = ERR_INIT;
	enum rc rc;
	d->look_at = now + LOOK_NS;
	if (draft_ended(&d->slot, &rc, &err))
		draft_told(v, rc, &err);
	if (!due || due > now)
		return;
	document_save_draft(v);
	if (draft_clock_idle(&d->typing, now))
		document_refresh(d);
}

/* -- Two people on one document -- */

static void forget_conflicts(struct document *d)
{
	strs_release(&d->conflicts);
	if (d->has_ancestor)
		doc_release(&d->ancestor);
	d->has_ancestor = false;
}

/* mine, made from ancestor, on top of theirs, which is in d->file: fields that
 * only I changed are mine, those that both did are listed and still mine. */
static void join(struct document *d, const struct doc *ancestor,
		 const struct doc *mine)
{
	struct doc theirs, both;
	struct merge_items items = VEC_INIT;
	doc_copy(&theirs, &d->file.doc);
	doc_merge(ancestor, mine, &theirs, &both, &items);
	for (size_t i = 0; i < items.n; i++) {
		const struct answer *a = doc_answer(mine, items.at[i].id);
		if (!items.at[i].conflict)
			continue;
		if (!document_conflict(d, items.at[i].id))
			strs_add(&d->conflicts, items.at[i].id);
		if (doc_set(&both, items.at[i].id, a->state, a->text, NULL) !=
		    RC_OK)
			BUG("an answer that was accepted is not");
	}
	struct doc kept;
	doc_copy(&kept, ancestor);
	if (d->has_ancestor)
		doc_release(&d->ancestor);
	d->ancestor = kept;
	d->has_ancestor = true;
	doc_release(&d->start);
	d->start = theirs;
	doc_release(&d->file.doc);
	d->file.doc = both;
	if (!d->conflicts.n)
		forget_conflicts(d);
	vec_free(&items);
}

/* Reads what is the newest now, and joins with it. */
static enum rc join_newest(struct view *v, struct err *err)
{
	struct document *d = v->state;
	struct doc_file newest;
	struct doc mine, ancestor;
	enum rc rc = doc_file_open(d->reg, d->type, d->of, 0, &newest, err);
	if (rc != RC_OK)
		return rc;
	doc_copy(&mine, &d->file.doc);
	doc_copy(&ancestor, &d->start);
	/* fields and copies point into the form that was read first */
	newest.doc.form = newest.before.form = d->file.form;
	doc_release(&d->file.doc);
	d->file.doc = newest.doc;
	if (newest.has_before) {
		doc_release(&d->file.before);
		d->file.before = newest.before;
		d->file.has_before = true;
	}
	document_rec_release(&d->file.rec);
	d->file.rec = newest.rec;
	d->file.is_new = newest.is_new;
	doc_form_free(newest.form);
	join(d, &ancestor, &mine);
	doc_release(&mine);
	doc_release(&ancestor);
	document_changed(v);
	return RC_OK;
}

enum rc document_look_again(struct view *v, struct err *err)
{
	struct document *d = v->state;
	struct document_rec rec;
	enum rc rc = reg_document_load(d->reg, doc_kind(d->type), d->of, 0,
				       &rec, NULL);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return reg_document_load(d->reg, doc_kind(d->type), d->of, 0,
					 &rec, err);
	bool newer = rec.base != d->file.rec.base;
	bool moved = !newer && strcmp(rec.status, d->file.rec.status) != 0;
	if (newer && document_nothing_to_keep(d))
		rc = join_newest(v, err);
	else if (newer)
		app_say(v->app, "%s saved revision %lld meanwhile; S joins "
			"both.", rec.who, (long long)rec.revision);
	if (moved) {
		free(d->file.rec.status);
		d->file.rec.status = xstrdup(rec.status);
	}
	document_rec_release(&rec);
	return rc;
}

unsigned document_resolve(struct view *v, enum action a)
{
	struct document *d = v->state;
	const char *id = document_field(d)->item->id;
	const struct answer *theirs = doc_answer(&d->start, id);
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	enum rc rc = RC_OK;
	document_step(d, id);
	if (a == ACT_THEIRS)
		rc = doc_set(&d->file.doc, id, theirs->state, theirs->text,
			     &err);
	if (a == ACT_BOTH) {
		buf_printf(&text, "%s\n\n%s", theirs->text,
			   document_answer(d)->text);
		rc = doc_set(&d->file.doc, id, ANSWER_GIVEN, text.data, &err);
	}
	buf_release(&text);
	if (rc != RC_OK) {
		document_step_back(d);
		app_fail(v->app, &err);
		return REACT_DRAW;
	}
	for (size_t i = 0; i < d->conflicts.n; i++) {
		if (strcmp(d->conflicts.at[i], id) != 0)
			continue;
		free(d->conflicts.at[i]);
		d->conflicts.at[i] = d->conflicts.at[--d->conflicts.n];
		break;
	}
	app_say(v->app, d->conflicts.n ? "%zu more to join: n" :
		"All is joined; S submits.", d->conflicts.n);
	if (!d->conflicts.n)
		forget_conflicts(d);
	document_changed(v);
	return REACT_DRAW;
}

/* -- Coming back to a draft -- */

static void open_field(struct view *v, const struct draft *draft)
{
	struct document *d = v->state;
	for (size_t i = 0; draft->item && i < d->fields.n; i++) {
		if (strcmp(d->fields.at[i].item->id, draft->item) != 0)
			continue;
		d->at = i;
		document_type_in(v, draft->state, draft->typed, draft->at);
		d->untouched = UINT64_MAX;	/* to be kept in any case */
	}
}

static void take_draft(struct view *v, const struct draft *draft,
		       struct doc *mine, struct doc *started)
{
	struct document *d = v->state;
	bool same_base = draft->base == d->file.rec.base;
	for (size_t i = 0; i < draft->conflicts.n; i++)
		strs_add(&d->conflicts, draft->conflicts.at[i]);
	if (same_base) {
		doc_release(&d->file.doc);
		doc_copy(&d->file.doc, mine);
	} else {
		join(d, started, mine);
	}
	if (!d->has_ancestor && draft->ancestor && d->conflicts.n)
		d->has_ancestor = doc_read(draft->ancestor,
					   strlen(draft->ancestor),
					   d->file.form, &d->ancestor,
					   NULL) == RC_OK;
	if (!d->has_ancestor)
		strs_release(&d->conflicts);
	d->saved = d->kept = draft->time;
	open_field(v, draft);
}

static void resume(struct view *v, const struct draft *draft)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	struct doc mine, started;
	char time[CLOCK_TEXT];
	enum rc rc = doc_read(draft->doc, strlen(draft->doc), d->file.form,
			      &mine, &err);
	if (rc == RC_OK) {
		rc = doc_read(draft->start, strlen(draft->start),
			      d->file.form, &started, &err);
		if (rc != RC_OK)
			doc_release(&mine);
	}
	if (rc != RC_OK) {
		free(d->no_draft);
		d->no_draft = xasprintf("the draft '%s' cannot be read (%s) "
					"and is left alone", d->slot.path,
					err.text);
		draft_slot_release(&d->slot);
		return;
	}
	take_draft(v, draft, &mine, &started);
	doc_release(&mine);
	doc_release(&started);
	clock_format(draft->time, time);
	app_say(v->app, d->conflicts.n ? "Your draft of %.10s %.8s is back; "
		"somebody saved meanwhile, n shows what both changed." :
		"Your draft of %.10s %.8s is back. d shows what it changes, X "
		"leaves it.", time, time + 11);
}

void document_claim(struct view *v)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	struct draft found;
	char *passed = NULL, *path = absolute(app_registry_path(v->app));
	bool has;
	enum rc rc = draft_claim(path, d->type, d->of, &d->slot, &found, &has,
				 &passed, &err);
	free(path);
	if (rc != RC_OK) {
		d->no_draft = xstrdup(err.text);
		app_say(v->app, "No drafts: %s", err.text);
	} else if (has) {
		resume(v, &found);
		draft_release(&found);
	}
	if (passed)
		app_say(v->app, "%s; it is left alone", passed);
	free(passed);
}

unsigned document_discard(struct view *v)
{
	struct document *d = v->state;
	if (document_nothing_to_keep(d)) {
		app_say(v->app, "Nothing differs from what is saved.");
		return REACT_DRAW;
	}
	document_step(d, "discarding the draft");
	doc_release(&d->file.doc);
	doc_copy(&d->file.doc, &d->start);
	forget_conflicts(d);
	document_changed(v);
	app_say(v->app, "Back to what is saved. u brings the draft back.");
	return REACT_DRAW;
}

/* -- Into the registry -- */

static void saved(struct document *d)
{
	doc_release(&d->start);
	doc_copy(&d->start, &d->file.doc);
	forget_conflicts(d);
	draft_remove(&d->slot);
	d->saved = 0;
	d->typing.since = 0;
}

enum rc document_save(struct view *v, struct err *err)
{
	struct document *d = v->state;
	if (d->conflicts.n)
		return err_set(err, RC_REFUSED, "%zu fields were changed by "
			       "two people; n goes there, then m, t or b",
			       d->conflicts.n);
	if (doc_same(&d->file.doc, &d->start) && d->file.rec.revision)
		return RC_OK;
	enum rc rc = doc_file_save(d->reg, &d->file, NULL, err);
	if (rc == RC_OK)
		saved(d);
	if (rc != RC_CONFLICT)
		return rc;
	enum rc joined = join_newest(v, err);
	if (joined != RC_OK)
		return joined;
	return err_set(err, RC_CONFLICT, "%s saved revision %lld meanwhile; "
		       "nothing was overwritten: %zu fields to look at (n), "
		       "then S again", d->file.rec.who ? d->file.rec.who :
		       "somebody", (long long)d->file.rec.revision,
		       d->conflicts.n);
}
