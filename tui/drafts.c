/* Drafts that were left behind, as the frame offers them. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/draft.h"
#include "tui/text_draft.h"
#include "tui/view_document.h"

#define MENU_MAX 9

/* Documents, and texts that are none; the newest of each first. */
struct left_behind {
	struct draft_infos documents;
	struct text_draft_infos texts;
};

static void left_behind(const struct app *app, struct left_behind *out)
{
	char *real = app->reg ? realpath(app->reg_path, NULL) : NULL;
	*out = (struct left_behind){ .documents = VEC_INIT };
	if (real) {
		draft_list(real, &out->documents);
		text_draft_list(real, &out->texts);
	}
	free(real);
}

static void left_behind_release(struct left_behind *v)
{
	draft_infos_release(&v->documents);
	text_draft_infos_release(&v->texts);
}

static size_t left_behind_n(const struct left_behind *v)
{
	return v->documents.n + v->texts.n;
}

/* "card of credit@7, 2026-03-01 12:00:00"; "comment on P-3, ...". */
static char *left_behind_text(const struct left_behind *v, size_t i)
{
	char time[CLOCK_TEXT];
	if (i < v->documents.n) {
		const struct draft_info *d = &v->documents.at[i];
		clock_format(d->time, time);
		return xasprintf("%s of %s, %.10s %.8s", doc_type_name(d->type),
				 d->of, time, time + 11);
	}
	const struct text_draft_info *t = &v->texts.at[i - v->documents.n];
	clock_format(t->time, time);
	return xasprintf("%s, %.10s %.8s", t->name, time, time + 11);
}

void app_count_drafts(struct app *app)
{
	struct left_behind v;
	left_behind(app, &v);
	app->n_drafts = left_behind_n(&v);
	left_behind_release(&v);
}

void drafts_note(struct app *app)
{
	struct left_behind v;
	left_behind(app, &v);
	app->n_drafts = left_behind_n(&v);
	if (app->n_drafts) {
		bool text = !v.documents.n || (v.texts.n &&
			    v.texts.at[0].time > v.documents.at[0].time);
		char *newest = left_behind_text(&v, text ? v.documents.n : 0);
		char *note = xasprintf("%zu draft%s left behind, the newest: "
				       "%s: D opens it", app->n_drafts,
				       app->n_drafts == 1 ? " was" : "s were",
				       newest);
		strs_add(&app->notes, note);
		free(note);
		free(newest);
	}
	left_behind_release(&v);
}

/* A text comes back where it was typed; here it is shown, and copied. */
static void show_text(struct app *app, const char *name)
{
	struct buf text = BUF_INIT;
	if (text_draft_load(app->reg_path, name, &text)) {
		app_copy(app, text.data);
		app_say(app, "Copied what was typed for '%s', which asks with "
			"it again: %s", name, text.data);
	}
	buf_release(&text);
}

static void picked(struct view *v, size_t item, void *arg)
{
	struct app *app = v->app;
	struct left_behind all;
	left_behind(app, &all);
	if (item < all.documents.n)
		document_open(app, all.documents.at[item].type,
			      all.documents.at[item].of);
	else if (item < left_behind_n(&all))
		show_text(app, all.texts.at[item - all.documents.n].name);
	left_behind_release(&all);
}

void drafts_menu(struct app *app)
{
	struct left_behind v;
	struct menu_item items[MENU_MAX];
	char *texts[MENU_MAX];
	size_t n = 0;
	left_behind(app, &v);
	for (; n < left_behind_n(&v) && n < MENU_MAX; n++) {
		texts[n] = left_behind_text(&v, n);
		items[n] = (struct menu_item){ (char)('1' + n), texts[n] };
	}
	if (n)
		app_menu(app, "Drafts that were left behind", items, n,
			 picked, NULL);
	else
		app_say(app, "No draft was left behind.");
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	left_behind_release(&v);
}
