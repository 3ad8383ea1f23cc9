/* From a draft to a revision, and a revision's life: handed in, approved by
 * somebody else, returned, superseded. */
#include "base/count.h"
#include "tui/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/figures.h"

static enum rc to_status(struct document *d, const char *status,
			 const char *reason, struct err *err)
{
	enum rc rc = reg_document_status(d->reg, doc_kind(d->type), d->of,
					 d->file.rec.revision, status, reason,
					 err);
	struct document_rec rec;
	if (rc == RC_OK)
		rc = reg_document_load(d->reg, doc_kind(d->type), d->of, 0,
				       &rec, err);
	if (rc != RC_OK)
		return rc;
	free(rec.text);
	rec.text = NULL;
	document_rec_release(&d->file.rec);
	d->file.rec = rec;
	return RC_OK;
}

static void say_done(struct view *v, enum rc rc, struct err *err)
{
	struct document *d = v->state;
	if (rc == RC_OK)
		app_reload(v->app);
	document_refresh(d);
	app_count_drafts(v->app);
	if (rc != RC_OK)
		app_fail(v->app, err);
	else
		app_say(v->app, "Revision %lld is saved, %s.",
			(long long)d->file.rec.revision, d->file.rec.status);
}

static void save_and(struct view *v, const char *status)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	enum rc rc = document_save(v, &err);
	if (rc == RC_OK && status && strcmp(d->file.rec.status, status) != 0)
		rc = to_status(d, status, NULL, &err);
	say_done(v, rc, &err);
}

/* The reason for a status, as a draft. */
static char *reason_draft(const struct document *d, const char *status)
{
	return xasprintf("%s, %s %s rev %lld", status, doc_type_name(d->type),
			 d->of, (long long)d->file.rec.revision);
}

/* What reason_typed gets. */
static char approved[] = "approved", draft_again[] = "draft",
	    superseded[] = "superseded";

/* arg: the status to move to, one of the above. */
static void reason_typed(struct view *v, const char *text, void *arg)
{
	struct document *d = v->state;
	const char *status = arg;
	char *draft = reason_draft(d, status);
	struct err err = ERR_INIT;
	char *reason = status == approved ? completeness_reason(&d->all, text) :
		       xstrdup(text);
	enum rc rc = to_status(d, status, reason, &err);

	if (rc == RC_OK)
		app_kept_drop(v->app, draft);
	say_done(v, rc, &err);
	free(reason);
	free(draft);
}

static void ask_reason(struct view *v, const char *label, char *status)
{
	char *draft = reason_draft(v->state, status);

	app_prompt_kept(v->app, draft, label, NULL, NULL, reason_typed,
			status);
	free(draft);
}

/* Its name; where something is missing, that, too. The caller frees. */
static char *to_be_typed(const struct document *d)
{
	size_t n = d->all.gaps.n;

	return n ? xasprintf("%s over %zu gap%s", d->of, n, n == 1 ? "" : "s") :
		   xstrdup(d->of);
}

static void name_typed(struct view *v, const char *text, void *arg)
{
	char *wanted = to_be_typed(v->state);

	if (strcmp(text, wanted) != 0)
		app_say(v->app, "Not approved: '%s' is not '%s'.", text,
			wanted);
	else
		ask_reason(v, "Approved, because", approved);
	free(wanted);
}

static void say_gaps(struct view *v)
{
	struct document *d = v->state;
	struct buf names = BUF_INIT;

	if (!d->all.gaps.n)
		return;
	completeness_gaps(&names, &d->all, 12);
	app_say(v->app, "Required, and without an answer: %s.", names.data);
	buf_release(&names);
}

/* What is approved is what is saved, and somebody else's: the registry knows
 * who wrote. */
static void ask_to_approve(struct view *v)
{
	struct document *d = v->state;
	if (!d->file.rec.revision || !document_nothing_to_keep(d)) {
		app_say(v->app, "Not saved yet: r hands it in, then somebody "
			"else approves it.");
		return;
	}
	char *wanted = to_be_typed(d);
	char *label = xasprintf("to approve rev %lld type %s",
				(long long)d->file.rec.revision, wanted);
	app_prompt(v->app, label, "", NULL, name_typed, NULL);
	say_gaps(v);
	free(label);
	free(wanted);
}

static void submit_picked(struct view *v, size_t item, void *arg)
{
	switch (item) {
	case 0: save_and(v, NULL); break;
	case 1: save_and(v, "in-review"); break;
	case 2: ask_to_approve(v); break;
	case 3: ask_reason(v, "Back to draft, because", draft_again); break;
	case 4: ask_reason(v, "Superseded, because", superseded); break;
	default: break;
	}
}

unsigned document_submit_menu(struct view *v)
{
	static const struct menu_item items[] = {
		{ 's', "save as a revision" },
		{ 'r', "save and hand in for review" },
		{ 'a', "approve what somebody else wrote (asks for the name)" },
		{ 'b', "back to draft: the author has to work on it" },
		{ 'o', "superseded: no longer in force" },
	};
	app_menu(v->app, "Submit", items, COUNT(items),
		 submit_picked, NULL);
	return REACT_DRAW;
}
