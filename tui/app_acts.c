/* What the app does by itself: an action goes to the view, then to the list or
 * text under the cursor, and what neither takes is the app's: screens, undo,
 * looks, copying, the log. */
#include "tui/app_state.h"

#include <langinfo.h>

#include "base/fsx.h"
#include "tui/view_log.h"

/* -- what can be done -- */

unsigned app_contexts(const struct app *app)
{
	const struct view *v = app_view(app);
	if (v->ops->contexts)
		return v->ops->contexts(v);
	return IN_ALL | v->ops->context |
	       (view_pane_is_list(v, v->focus) ? IN_LIST : IN_TEXT);
}

const char *app_not_now(struct app *app, enum action a)
{
	const struct action_info *info = action_info(a);
	struct view *v = app_view(app);
	struct list *l = view_list(v);
	if (!(info->contexts & app_contexts(app)))
		return "not on this screen";
	if ((info->flags & ACT_NEEDS_REGISTRY) && !app->reg)
		return "no registry is open";
	if ((info->flags & ACT_WRITES) && app->reg && reg_readonly(app->reg))
		return "the registry is read-only";
	if ((info->flags & ACT_NEEDS_ROW) && l && !list_count(l))
		return "the list is empty";
	if (a == ACT_REDO && !app->can_redo)
		return "nothing was undone";
	if (a == ACT_DRAFTS && !app->n_drafts)
		return "no draft was left behind";
	if (a == ACT_CANCEL && !app->job)
		return "no work is running";
	if ((a == ACT_NEXT_PANE || a == ACT_PREV_PANE) && v->ops->n_panes < 2)
		return "this view has one pane";
	return v->ops->not_now ? v->ops->not_now(v, a) : NULL;
}

/* -- panes and screens -- */

static void show_screen(struct app *app, enum screen s)
{
	struct err err = ERR_INIT;
	if (!app_screen_ops(s)) {
		app_say(app, "There is no screen %d yet.", (int)s);
		return;
	}
	if (app->top[s]) {
		app->screen = s;
		return;
	}
	if (app_show(app, app_screen_ops(s), NULL, &err) != RC_OK)
		app_fail(app, &err);
}

static void do_pane(struct app *app, int step)
{
	struct view *v = app_view(app);
	size_t n = v->ops->n_panes;
	v->focus = (v->focus + n + (size_t)(step + (int)n)) % n;
}

static bool scroll_text(struct view *v, enum action a, int page)
{
	int *s = &v->scroll[v->focus];
	int end = v->used[v->focus];
	switch ((int)a) {
	case ACT_UP: *s -= 1; break;
	case ACT_DOWN: *s += 1; break;
	case ACT_PAGE_UP: *s -= page; break;
	case ACT_PAGE_DOWN: *s += page; break;
	case ACT_FIRST: *s = 0; break;
	case ACT_LAST: *s = end; break;
	default:
		return false;
	}
	if (*s > end)
		*s = end;
	if (*s < 0)
		*s = 0;
	return true;
}

static void leave(struct app *app)
{
	struct view *v = app_view(app);
	struct list *l = view_list(v);
	struct err err = ERR_INIT;
	if (l && l->n_marks)
		list_unmark_all(l);
	else if (l && l->filter && list_filter(l, "", &err) == RC_OK)
		app_say(app, "Filter taken off.");
	else if (v->zoomed)
		v->zoomed = false;
	else if (v->focus)
		v->focus = 0;
	else
		app_close_view(app);
}

static void quit(struct app *app)
{
	if (app_view(app)->below)
		app_close_view(app);
	else
		app->quit = true;
}

/* -- looks, copying, the log -- */

static void do_look(struct app *app, enum action a)
{
	if (a == ACT_ASCII && !app->ascii)
		app->ascii = true;
	else if (a == ACT_ASCII && term_is_utf8(app->term))
		app->ascii = false;
	else if (a == ACT_ASCII)
		app_say(app, "This terminal has ASCII only (locale %s).",
			nl_langinfo(CODESET));
	if (a == ACT_MONO && term_has_colour(app->term))
		app->mono = !app->mono;
	if (a != ACT_MOUSE) {
		app_look(app);
		return;
	}
	app->mouse = !app->mouse;
	term_mouse(app->term, app->mouse);
	app_say(app, app->mouse ? "Mouse on: click picks, wheel scrolls. "
		"M turns it off." : "Mouse off: the terminal selects text.");
}

static void copy_to_file(struct view *v, const char *path, void *arg)
{
	struct err err = ERR_INIT;
	const char *text = v->app->copied;
	if (!*path || !text)
		return;
	if (fsx_write(path, text, strlen(text), 0600, false, &err) == RC_OK)
		app_say(v->app, "Wrote what was copied to %s.", path);
	else
		app_fail(v->app, &err);
}

static void copy_row(struct app *app)
{
	struct view *v = app_view(app);
	struct list *l = view_list(v);
	struct buf text = BUF_INIT;
	if (app->did == ACT_COPY && app->copied) {
		app_prompt_file(app, "write what was copied to the file", "",
				NULL, copy_to_file, NULL);
		return;
	}
	if (v->ops->object && v->ops->object(v, &text)) {
		app_copy(app, text.data);
	} else if (l && list_count(l)) {
		list_cell_text(l, list_row(l), l->column, &text);
		app_copy(app, text.data);
	}
	buf_release(&text);
}

/* The log of what the view stands on, or all of it. */
static void show_log(struct app *app, bool of_object)
{
	struct view *v = app_view(app);
	struct buf object = BUF_INIT;
	bool has = of_object && v->ops->object && v->ops->object(v, &object);

	/* the list of versions gives what people copy: "matcher@4" */
	if (has && !strchr(object.data, '/'))
		buf_insert(&object, 0, "version/", strlen("version/"));
	app_open(app, &view_log_ops, has ? object.data : NULL);
	buf_release(&object);
}

/* -- doing -- */

/* What no view and no list has taken. */
static void do_own(struct app *app, enum action a)
{
	switch ((int)a) {
	case ACT_NEXT_PANE: do_pane(app, 1); break;
	case ACT_PREV_PANE: do_pane(app, -1); break;
	case ACT_SCREEN_1: case ACT_SCREEN_2: case ACT_SCREEN_3:
	case ACT_SCREEN_4: case ACT_SCREEN_5: case ACT_SCREEN_6:
		show_screen(app, (enum screen)(a - ACT_SCREEN_1 + 1));
		break;
	case ACT_UNDO: undoing_start(app, false); break;
	case ACT_REDO: undoing_start(app, true); break;
	case ACT_COPY: copy_row(app); break;
	case ACT_HISTORY: show_log(app, true); break;
	case ACT_LOG: show_log(app, false); break;
	case ACT_RELOAD:
		app_reload(app);
		app_say(app, "Read again.");
		break;
	case ACT_ZOOM:
		app_view(app)->zoomed = !app_view(app)->zoomed;
		break;
	case ACT_ASCII: case ACT_MONO: case ACT_MOUSE:
		do_look(app, a);
		break;
	case ACT_REDRAW: draw_forget(app->draw); break;
	case ACT_DRAFTS: drafts_menu(app); break;
	case ACT_HELP: help_open(app); break;
	case ACT_COMMANDS: palette_open(app); break;
	case ACT_BACK: leave(app); break;
	case ACT_QUIT: quit(app); break;
	case ACT_CANCEL: job_cancel(app); break;
	case ACT_SUSPEND: app->suspend = true; break;
	default: break;
	}
}

static void react(struct app *app, unsigned r)
{
	if (r & REACT_RELOAD)
		app_reload(app);
	if (r & REACT_SELECT)
		app->selected_view = NULL;
	if (r & REACT_QUIT)
		app->quit = true;
}

void app_do(struct app *app, enum action a)
{
	struct view *v = app_view(app);
	const char *why;

	if (a == ACT_OPEN || action_info(a)->group != GROUP_MOVE)
		app_settle(app);
	why = app_not_now(app, a);
	if (why) {
		app_say(app, "Not now: %s (%s).", action_info(a)->help, why);
		return;
	}
	unsigned r = v->ops->act ? v->ops->act(v, a) : REACT_NOT_MINE;
	if (!(r & REACT_NOT_MINE)) {
		react(app, r);
		return;
	}
	if (view_pane_is_list(v, v->focus)) {
		if (list_act(&v->lists[v->focus], a))
			return;
		r = listacts_do(app, v, a);
		if (!(r & REACT_NOT_MINE)) {
			react(app, r);
			return;
		}
	} else if (scroll_text(v, a, app->canvas.h / 2)) {
		return;
	}
	do_own(app, a);
}
