/* Drafts that were left behind, as the frame offers them. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/draft.h"
#include "tui/view_document.h"

#define MENU_MAX 9

static void left_behind(const struct app *app, struct draft_infos *out)
{
	char *real = app->reg ? realpath(app->reg_path, NULL) : NULL;
	if (real)
		draft_list(real, out);
	free(real);
}

void app_count_drafts(struct app *app)
{
	struct draft_infos v = VEC_INIT;
	left_behind(app, &v);
	app->n_drafts = v.n;
	draft_infos_release(&v);
}

void drafts_note(struct app *app)
{
	struct draft_infos v = VEC_INIT;
	char time[CLOCK_TEXT], *note;
	left_behind(app, &v);
	app->n_drafts = v.n;
	if (v.n) {
		clock_format(v.at[0].time, time);
		note = xasprintf("%zu draft%s left behind, the newest of %s %s "
				 "at %.10s %.8s: D opens it", v.n,
				 v.n == 1 ? " was" : "s were",
				 doc_type_name(v.at[0].type), v.at[0].of, time,
				 time + 11);
		strs_add(&app->notes, note);
		free(note);
	}
	draft_infos_release(&v);
}

static void picked(struct view *v, size_t item, void *arg)
{
	struct app *app = v->app;
	struct draft_infos all = VEC_INIT;
	left_behind(app, &all);
	if (item < all.n)
		document_open(app, all.at[item].type, all.at[item].of);
	draft_infos_release(&all);
}

void drafts_menu(struct app *app)
{
	struct draft_infos v = VEC_INIT;
	struct menu_item items[MENU_MAX];
	char *texts[MENU_MAX], time[CLOCK_TEXT];
	size_t n = 0;
	left_behind(app, &v);
	for (; n < v.n && n < MENU_MAX; n++) {
		clock_format(v.at[n].time, time);
		texts[n] = xasprintf("%s of %s, %.10s %.8s",
				     doc_type_name(v.at[n].type), v.at[n].of,
				     time, time + 11);
		items[n] = (struct menu_item){ (char)('1' + n), texts[n] };
	}
	if (n)
		app_menu(app, "Drafts that were left behind", items, n,
			 picked, NULL);
	else
		app_say(app, "No draft was left behind.");
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	draft_infos_release(&v);
}
