/* What the registry knows: texts for fields of a card, figures as references,
 * and other revisions to compare with. */
#include "base/count.h"
#include "tui/document.h"

#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cards/measured.h"
#include "cards/reference.h"
#include "registry/model.h"
#include "tui/view_figures.h"

/* -- Suggestions -- */

struct known {
	struct model_rec model;
	struct version_rec version;
	const struct doc_facts *facts;
};

static void fill_owner(const struct known *k, struct buf *out)
{
	if (k->model.owner)
		buf_str(out, k->model.owner);
}

static void fill_date(const struct known *k, struct buf *out)
{
	char time[CLOCK_TEXT];
	buf_printf(out, "Registered %.10s.",
		   clock_format(k->version.time, time));
}

static void fill_version(const struct known *k, struct buf *out)
{
	buf_printf(out, "%s, version %lld", k->model.name,
		   (long long)k->version.version);
	if (k->version.artifact)
		buf_printf(out, ", SHA-256 %s", k->version.artifact);
	if (k->version.note)
		buf_printf(out, ": %s", k->version.note);
}

static void fill_training(const struct known *k, struct buf *out)
{
	for (size_t i = 0; i < k->version.params.n; i++)
		buf_printf(out, "%s%s=%s", i ? ", " : "Parameters: ",
			   k->version.params.at[i].key,
			   k->version.params.at[i].value);
	if (k->version.code)
		buf_printf(out, "%sCode %s.", out->len ? ". " : "",
			   k->version.code);
	if (k->version.run)
		buf_printf(out, " Run %s.", k->version.run);
}

static void fill_use(const struct known *k, struct buf *out)
{
	if (k->model.description)
		buf_str(out, k->model.description);
}

static void fill_factors(const struct known *k, struct buf *out)
{
	for (size_t i = 0; i < k->facts->evaluations.n; i++) {
		const struct evaluation *e = &k->facts->evaluations.at[i];
		for (size_t s = 0; s < e->n_slices; s++) {
			const char *by = e->slices[s].by;
			bool named = !strcmp(by, "slice");
			const char *word = named ? e->slices[s].value : by;
			if (strstr(out->data, word))
				continue;
			buf_printf(out, "%s%s", out->len ? ", " :
				   "Measured as slices: ", word);
		}
	}
}

static void fill_measures(const struct known *k, struct buf *out)
{
	for (size_t i = 0; i < k->facts->evaluations.n; i++) {
		const struct reference r = {
			.metric = k->facts->main_metric,
			.testset = k->facts->evaluations.at[i].testset };
		buf_printf(out, "%s%s: ", i ? "\n" : "",
			   metric_head(r.metric));
		reference_write(out, &r);
	}
}

static void fill_data(const struct known *k, struct buf *out)
{
	if (k->version.data)
		buf_printf(out, "Data with digest %s.", k->version.data);
}

static const struct {
	const char *id;
	void (*fill)(const struct known *k, struct buf *out);
} fills[] = {
	{ "1.1", fill_owner }, { "1.2", fill_date }, { "1.3", fill_version },
	{ "1.5", fill_training }, { "1.9", fill_owner }, { "2.1", fill_use },
	{ "3.2", fill_factors }, { "4.1", fill_measures },
	{ "6.1", fill_data },
};

static enum rc suggest(const struct document *d, const char *id,
		       struct buf *out, struct err *err)
{
	struct known k = { .facts = &d->facts };
	enum rc rc = reg_model_get(d->reg, d->facts.model, &k.model, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_version_get(d->reg, d->facts.model, d->facts.version,
			     &k.version, err);
	if (rc == RC_OK) {
		for (size_t i = 0; i < COUNT(fills); i++)
			if (!strcmp(fills[i].id, id))
				fills[i].fill(&k, out);
		version_rec_release(&k.version);
	}
	model_rec_release(&k.model);
	return rc;
}

/* A new text for the field under the cursor, as one step of undo. */
static void put_answer(struct view *v, const char *text, const char *what)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	const char *id = document_field(d)->item->id;
	document_step(d, id);
	if (doc_set(&d->file.doc, id, ANSWER_GIVEN, text, &err) == RC_OK) {
		document_changed(v);
		app_say(v->app, "%s filled from %s. u undoes.", id, what);
	} else {
		document_step_back(d);
		app_fail(v->app, &err);
	}
}

static const char *given(const struct document *d)
{
	const struct answer *a = document_answer(d);
	return a->state == ANSWER_GIVEN ? a->text : "";
}

static void add_to_answer(struct view *v, const char *text, const char *what)
{
	const char *had = given(v->state);
	struct buf b = BUF_INIT;
	buf_printf(&b, "%s%s%s", had, *had ? "\n" : "", text);
	put_answer(v, b.data, what);
	buf_release(&b);
}

/* What was measured: in place of numbers that were typed, as a line of its
 * own, or, for what no figure says, from the registry's records. False:
 * nothing is known, or the answer says it already. */
static bool fill_known(struct view *v, enum rc *rc, struct err *err)
{
	struct document *d = v->state;
	const char *id = document_field(d)->item->id;
	struct buf text = BUF_INIT;
	bool done = true;
	if (lint_take_figures(&text, &d->facts, given(d))) {
		put_answer(v, text.data, "the evaluation, as a reference");
	} else if (measured_put(&text, &d->facts, id, given(d))) {
		put_answer(v, text.data, "what is measured");
	} else {
		if (d->type == DOC_CARD)
			*rc = suggest(d, id, &text, err);
		done = text.len && !strstr(given(d), text.data);
		if (done)
			add_to_answer(v, text.data, "the registry");
	}
	buf_release(&text);
	return done;
}

/* Metrics and quantitative analyses are about figures; elsewhere the picker
 * would be a surprise. */
static bool wants_figure(const struct document *d)
{
	const char *section = document_field(d)->section->id;
	return d->type == DOC_CARD && d->facts.evaluations.n &&
	       (!strcmp(section, "4") || !strcmp(section, "7"));
}

unsigned document_fill(struct view *v)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;
	if (document_field(d)->item->flags & ITEM_GATE)
		return document_edit_here(v);
	bool done = fill_known(v, &rc, &err);
	if (rc != RC_OK)
		app_fail(v->app, &err);
	else if (!done && wants_figure(d))
		document_pick_figure(v);
	else if (!done)
		app_say(v->app, "Nothing more is known for %s%s.",
			document_field(d)->item->id, d->facts.evaluations.n ?
			"; ^T while typing picks a figure" : "");
	return REACT_DRAW;
}

static void figure_picked(struct view *below, const char *reference)
{
	struct document *d = below->state;
	if (!d->editing) {
		add_to_answer(below, reference, "an evaluation");
	} else if (editor_paste(&d->editor, reference, strlen(reference))) {
		document_touch(d);
		app_say(below->app, "A reference; it reads as its value. ^U "
			"takes it back.");
	}
}

unsigned document_pick_figure(struct view *v)
{
	struct document *d = v->state;
	const struct figures_arg arg = { &d->facts, figure_picked };
	return app_open(v->app, &view_figures_ops, &arg);
}

/* -- What the difference is from -- */

#define REVISIONS_SHOWN 9

static void show_diff(struct view *v, const struct doc *other, char *name)
{
	struct document *d = v->state;
	if (d->has_other)
		doc_release(&d->other);
	free(d->other_name);
	doc_copy(&d->other, other);
	d->other_name = name;
	d->has_other = true;
	d->below = BELOW_DIFF;
	v->scroll[PANE_BELOW] = 0;
	v->zoomed = false;
	v->focus = PANE_BELOW;
	document_refresh_below(d);
}

static void with_revision(struct view *v, int64_t revision)
{
	struct document *d = v->state;
	struct document_rec rec;
	struct err err = ERR_INIT;
	struct doc other;
	enum rc rc = reg_document_load(d->reg, doc_kind(d->type), d->of,
				       revision, &rec, &err);
	if (rc == RC_OK) {
		rc = doc_read(rec.text, strlen(rec.text), d->file.form, &other,
			      &err);
		document_rec_release(&rec);
	}
	if (rc != RC_OK) {
		app_fail(v->app, &err);
		return;
	}
	show_diff(v, &other, xasprintf("rev %lld", (long long)revision));
	doc_release(&other);
}

static void diff_picked(struct view *v, size_t item, void *arg)
{
	struct document *d = v->state;
	if (item == 0) {
		show_diff(v, &d->start, d->file.rec.revision ?
			  xasprintf("saved rev %lld",
				    (long long)d->file.rec.revision) :
			  xstrdup("the start"));
	} else if (item == 1 && d->file.has_before) {
		show_diff(v, &d->file.before, d->file.doc.from ?
			  xasprintf("%s rev %lld", d->file.doc.from,
				    (long long)d->file.doc.from_revision) :
			  xasprintf("approved rev %lld",
				    (long long)d->file.rec.approved));
	} else if (item == 1) {
		app_say(v->app, "No revision was approved yet.");
	} else if (item == 2) {
		d->below = BELOW_CHECKS;
		document_refresh_below(d);
	} else {
		with_revision(v, d->file.rec.newest - (int64_t)(item - 3));
	}
}

unsigned document_diff_menu(struct view *v)
{
	struct document *d = v->state;
	struct menu_item items[3 + REVISIONS_SHOWN] = {
		{ 's', "with what is saved: what the draft changes" },
		{ 'a', "with the approved one, or what it was copied from" },
		{ 'h', "hide the differences" },
	};
	char *texts[REVISIONS_SHOWN];
	size_t n = 0;
	for (int64_t r = d->file.rec.newest; r > 0 && n < REVISIONS_SHOWN;
	     r--, n++) {
		texts[n] = xasprintf("with revision %lld", (long long)r);
		items[3 + n] = (struct menu_item){ (char)('1' + n), texts[n] };
	}
	app_menu(v->app, "Differences", items, 3 + n, diff_picked, NULL);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	return REACT_DRAW;
}
