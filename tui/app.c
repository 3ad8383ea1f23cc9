#include "tui/app_state.h"

#include <langinfo.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/problem.h"
#include "registry/seen.h"
#include "tui/view_compare.h"
#include "tui/view_data.h"
#include "tui/view_gates.h"
#include "tui/view_log.h"
#include "tui/view_models.h"
#include "tui/view_problems.h"
#include "tui/view_reports.h"
#include "tui/view_welcome.h"

/* The screens that are built, in the order of their numbers. */
static const struct {
	const char *name;
	const struct view_ops *ops;
} screens[SCREEN_END] = {
	[SCREEN_MODELS] = { "Models", &view_models_ops },
	[SCREEN_DATA] = { "Data", &view_data_ops },
	[SCREEN_PROBLEMS] = { "Problems", &view_problems_ops },
	[SCREEN_COMPARE] = { "Compare", &view_compare_ops },
	[SCREEN_GATES] = { "Gates", &view_gates_ops },
	[SCREEN_REPORTS] = { "Reports", &view_reports_ops },
};

const struct view_ops *app_screen_ops(enum screen s)
{
	return screens[s].ops;
}

const char *app_screen_name(enum screen s)
{
	return screens[s].name;
}

struct registry *app_registry(struct app *app)
{
	return app->reg;
}

bool app_ascii(const struct app *app)
{
	return app->ascii;
}

enum chart_level app_chart_level(const struct app *app)
{
	if (app->ascii || app->slow || app->wide)
		return CHART_ASCII;
	return strncmp(term_type(app->term), "linux", 5) ? CHART_BRAILLE
							 : CHART_BLOCKS;
}

void app_say(struct app *app, const char *fmt, ...)
{
	va_list ap;
	buf_clear(&app->message);
	va_start(ap, fmt);
	buf_vprintf(&app->message, fmt, ap);
	va_end(ap);
	app->message_bad = false;
}

void app_fail(struct app *app, const struct err *err)
{
	app_say(app, "%s", err->text);
	app->message_bad = true;
}

/* -- views -- */

struct view *app_view(const struct app *app)
{
	return app->top[app->screen];
}

bool view_pane_is_list(const struct view *v, size_t pane)
{
	return pane < v->ops->n_panes && v->ops->panes[pane].list;
}

struct list *view_list(struct view *v)
{
	if (view_pane_is_list(v, v->focus))
		return &v->lists[v->focus];
	return view_pane_is_list(v, 0) ? &v->lists[0] : NULL;
}

static void view_free(struct view *v)
{
	if (v->ops->close)
		v->ops->close(v);
	for (size_t i = 0; i < v->ops->n_panes; i++)
		if (v->ops->panes[i].list)
			list_release(&v->lists[i]);
	free(v);
}

static enum rc view_new(struct app *app, const struct view_ops *ops,
			const void *arg, struct view **out, struct err *err)
{
	struct view *v = XNEW(struct view);
	v->ops = ops;
	v->app = app;
	for (size_t i = 0; i < ops->n_panes; i++)
		if (ops->panes[i].list)
			list_init(&v->lists[i], ops->panes[i].list, v);
	enum rc rc = ops->open ? ops->open(v, arg, err) : RC_OK;
	if (rc == RC_OK) {
		v->log_size = app->log_size;
		*out = v;
		return RC_OK;
	}
	for (size_t i = 0; i < ops->n_panes; i++)
		if (ops->panes[i].list)
			list_release(&v->lists[i]);
	free(v);
	return rc;
}

enum rc app_push(struct app *app, const struct view_ops *ops, const void *arg,
		 struct err *err)
{
	struct view *v;
	enum rc rc = view_new(app, ops, arg, &v, err);
	if (rc != RC_OK)
		return rc;
	v->below = app->top[app->screen];
	app->top[app->screen] = v;
	return RC_OK;
}

static void app_pop(struct app *app)
{
	struct view *v = app_view(app);
	if (app->selected_view == v)
		app->selected_view = NULL;
	if (app->framed_view == v)
		app->framed_view = NULL;
	app->top[app->screen] = v->below;
	view_free(v);
}

void app_close_view(struct app *app)
{
	if (app_view(app)->below)
		app_pop(app);
}

static void close_screen(struct app *app, enum screen s)
{
	while (app->top[s]) {
		struct view *v = app->top[s];
		app->top[s] = v->below;
		view_free(v);
	}
	app->selected_view = app->framed_view = NULL;
}

enum rc app_show(struct app *app, const struct view_ops *ops, const void *arg,
		 struct err *err)
{
	struct view *v;
	enum rc rc = view_new(app, ops, arg, &v, err);
	if (rc != RC_OK)
		return rc;
	if (ops == screens[ops->screen].ops)
		close_screen(app, ops->screen);
	v->below = app->top[ops->screen];
	app->screen = ops->screen;
	app->top[app->screen] = v;
	return RC_OK;
}

static void show_screen(struct app *app, enum screen s)
{
	struct err err = ERR_INIT;
	if (!screens[s].ops) {
		app_say(app, "There is no screen %d yet.", (int)s);
		return;
	}
	if (app->top[s]) {
		app->screen = s;
		return;
	}
	if (app_show(app, screens[s].ops, NULL, &err) != RC_OK)
		app_fail(app, &err);
}

static void count_inbox(struct app *app)
{
	struct err err = ERR_INIT;
	if (reg_problem_inbox(app->reg, &app->n_inbox, &err) != RC_OK)
		app->n_inbox = 0;
}

static void reload(struct app *app)
{
	struct view *v = app_view(app);
	struct buf memory[VIEW_PANES];
	struct err err = ERR_INIT;
	for (size_t i = 0; i < v->ops->n_panes; i++) {
		buf_init(&memory[i]);
		if (v->ops->panes[i].list)
			list_before_reload(&v->lists[i], &memory[i]);
	}
	if (v->ops->reload && v->ops->reload(v, &err) != RC_OK)
		app_fail(app, &err);
	for (size_t i = 0; i < v->ops->n_panes; i++) {
		if (v->ops->panes[i].list)
			list_after_reload(&v->lists[i], &memory[i]);
		buf_release(&memory[i]);
	}
	if (app->reg) {
		v->log_size = app->log_size = reg_size(app->reg);
		count_inbox(app);
	}
	app->selected_view = NULL;
}

void app_reload(struct app *app)
{
	reload(app);
}

/* -- start and end -- */

static char *who_and_where(bool pinned)
{
	char host[256] = "";
	if (pinned)
		return xstrdup("user@host");
	if (gethostname(host, sizeof(host) - 1) != 0 || !host[0])
		return xstrdup(fsx_login());
	host[strcspn(host, ".")] = '\0';
	return xasprintf("%s@%s", fsx_login(), host);
}

/* Says loudly that the log went back or was rewritten since this user saw it
 * last. Steps have no user. */
static void check_seen(struct app *app, bool say)
{
	struct seen seen;
	if (app->options->steps || reg_as_of(app->reg) ||
	    seen_check(app->reg, &seen, NULL) != RC_OK || !seen.why[0] ||
	    !say)
		return;
	char *note = xasprintf("WARNING: %s; 'muster checkpoint accept' takes "
			       "the log as it is", seen.why);
	strs_add(&app->notes, note);
	free(note);
}

void app_open_registry(struct app *app)
{
	struct err err = ERR_INIT;
	struct reg_options o = { .path = app->reg_path,
				 .readonly = app->options->readonly,
				 .as_of = app->options->as_of };
	enum rc rc = reg_open(&o, &app->reg, &err);
	for (int s = 0; s < SCREEN_END; s++)
		close_screen(app, (enum screen)s);
	app->screen = SCREEN_MODELS;
	if (rc == RC_OK) {
		app->log_size = reg_size(app->reg);
		count_inbox(app);
		watch_end(app);
		watch_start(app);
		rc = app_show(app, &view_models_ops, NULL, &err);
		check_seen(app, true);
		if (reg_readonly(app->reg) && reg_readonly_why(app->reg))
			strs_add(&app->notes, reg_readonly_why(app->reg));
		drafts_note(app);
		if (rc == RC_OK)
			return;
		reg_close(app->reg);
		app->reg = NULL;
	}
	free(app->why_not);
	app->why_not = rc == RC_NOT_FOUND ? NULL : xstrdup(err.text);
	if (rc != RC_NOT_FOUND)
		app_fail(app, &err);
	if (app_show(app, &view_welcome_ops, app->reg_path, &err) != RC_OK)
		BUG("the welcome screen: %s", err.text);
}

/* Milliseconds after which an Esc is one: $ESCDELAY, else what a link needs. */
static unsigned esc_wait(void)
{
	const char *text = getenv("ESCDELAY");
	int64_t ms;
	if (text && decimal_read_i64(text, strlen(text), &ms) && ms >= 0 &&
	    ms <= 5000)
		return (unsigned)ms;
	return getenv("SSH_CONNECTION") ? 150 : 25;
}

enum rc app_init(struct app *app, const struct tui_options *options,
		 struct err *err)
{
	struct term_options to = { .nowhere = options->steps ||
					      options->linear,
				   .mono = options->mono,
				   .ascii = options->ascii };
	*app = (struct app){ .options = options, .message = BUF_INIT,
			     .watch_fd = -1, .did = ACT_NONE };
	app->prompt.edit.text = app->finder.edit.text =
		(struct buf)BUF_INIT;
	keymap_init(&app->keymap);
	enum rc rc = term_open(&to, &app->term, err);
	if (rc != RC_OK)
		return rc;
	app->ascii = !term_is_utf8(app->term);
	app->mono = !term_has_colour(app->term);
	app->theme = "standard";
	app->slow = options->slow || term_is_slow(app->term);
	app->restores = true;
	app->draw = draw_new(theme_find(app->mono ? "mono" : app->theme),
			     !app->mono, options->ascii);
	app->who = who_and_where(options->steps != NULL);
	app->reg_path = reg_default_path(options->registry);
	keys_init(&app->keys, esc_wait());
	term_define_keys(app->term, &app->keys);
	int w, h;
	term_size(app->term, &w, &h);
	canvas_init(&app->canvas, w, h, app->ascii);
	if (term_note(app->term))
		strs_add(&app->notes, term_note(app->term));
	app_open_registry(app);
	return RC_OK;
}

void app_release(struct app *app)
{
	job_cancel(app);
	job_wait(app);
	app_close_overlay(app);
	for (int s = 0; s < SCREEN_END; s++)
		close_screen(app, (enum screen)s);
	reg_close(app->reg);
	watch_end(app);
	draw_free(app->draw);
	term_close(app->term);
	keys_release(&app->keys);
	canvas_release(&app->canvas);
	buf_release(&app->message);
	strs_release(&app->notes);
	vec_free(&app->hits);
	free(app->copied);
	free(app->why_not);
	free(app->who);
	free(app->reg_path);
	free(app->staging.model);
	free(app->staging.reason);
}

void app_resize(struct app *app, int w, int h)
{
	canvas_resize(&app->canvas, w, h);
}

void app_close_overlay(struct app *app)
{
	const struct overlay_ops *o = app->overlay;
	app->overlay = NULL;
	if (o)
		o->close(app);
}

/* -- what is typed -- */

const struct buf *app_pasted(const struct app *app)
{
	return &app->keys.paste;
}

enum rc app_free_space(const struct app *app, const char *folder,
		       uint64_t *out, struct err *err)
{
	if (!app->options->steps)
		return fsx_free_space(folder, out, err);
	*out = (uint64_t)100 << 30;
	return RC_OK;
}

const char *app_registry_path(const struct app *app)
{
	return app->reg_path;
}

uint64_t app_due(const struct app *app)
{
	uint64_t first = watch_due(app);
	for (int s = 0; s < SCREEN_END; s++) {
		for (struct view *v = app->top[s]; v; v = v->below) {
			uint64_t due = v->ops->due ? v->ops->due(v) : 0;
			if (due && (!first || due < first))
				first = due;
		}
	}
	return first;
}

void app_tick(struct app *app, uint64_t now)
{
	uint64_t look = watch_due(app);
	if (look && look <= now)
		watch_look(app);
	for (int s = 0; s < SCREEN_END; s++) {
		for (struct view *v = app->top[s]; v; v = v->below) {
			uint64_t due = v->ops->due ? v->ops->due(v) : 0;
			if (due && due <= now)
				v->ops->tick(v, now);
		}
	}
}

void app_keep(struct app *app)
{
	for (int s = 0; s < SCREEN_END; s++)
		for (struct view *v = app->top[s]; v; v = v->below)
			if (v->ops->keep)
				v->ops->keep(v);
}

void app_leave_screen(struct app *app)
{
	app_keep(app);
	term_suspend(app->term);
}

void app_return_screen(struct app *app)
{
	term_resume(app->term);
	draw_forget(app->draw);
}

enum rc app_on_terminal(struct app *app, char *const argv[], int *status,
			struct err *err)
{
	app_leave_screen(app);
	enum rc rc = spawn_on_terminal(argv, status, err);
	app_return_screen(app);
	return rc;
}

/* -- actions -- */

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
	else if (v->below)
		app_pop(app);
}

static void quit(struct app *app)
{
	if (app_view(app)->below)
		app_pop(app);
	else
		app->quit = true;
}

static enum rc take_text(const struct log_line *line, void *arg,
			 struct err *err)
{
	buf_str(arg, line->object);
	buf_printf(arg, ", %s", line->text);
	return RC_OK;
}

/* What an entry did, as the log says it. */
static void step_name(struct app *app, uint64_t index, struct buf *out)
{
	struct log_filter f = { .since = INT64_MIN, .from = index,
				.limit = 1 };
	struct err err = ERR_INIT;
	if (reg_log(app->reg, &f, take_text, out, &err) != RC_OK)
		buf_printf(out, "entry %llu", (unsigned long long)index);
}

static void undo(struct app *app, bool redo)
{
	struct err err = ERR_INIT;
	struct buf name = BUF_INIT;
	uint64_t before = reg_size(app->reg), done = 0;
	uint64_t index = redo ? app->undone : UINT64_MAX;
	if (reg_undo(app->reg, index, &done, &err) != RC_OK) {
		app_fail(app, &err);
		return;
	}
	if (!redo)
		app->undone_of = done;
	app->can_redo = !redo;
	app->undone = before;	/* the entry that the undo has appended */
	reload(app);
	step_name(app, app->undone_of, &name);
	app_say(app, redo ? "Done again: %s. u undoes."
			  : "Undone: %s. U does it again.", name.data);
	buf_release(&name);
}

void app_look(struct app *app)
{
	app->canvas.ascii = app->ascii;
	draw_free(app->draw);
	app->draw = draw_new(theme_find(app->mono ? "mono" : app->theme),
			     !app->mono, app->ascii || app->wide);
	draw_forget(app->draw);
}

/* What terminals that know it show as one frame; others ignore it. */
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"

void app_present(struct app *app)
{
	bool sync = app->sync && draw_differs(app->draw, &app->canvas);
	if (sync)
		term_write(app->term, SYNC_BEGIN, strlen(SYNC_BEGIN));
	draw_frame(app->draw, &app->canvas);
	if (sync)
		term_write(app->term, SYNC_END, strlen(SYNC_END));
}

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
		app_prompt(app, "write what was copied to the file", "", NULL,
			   copy_to_file, NULL);
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
	struct err err = ERR_INIT;
	bool has = of_object && v->ops->object && v->ops->object(v, &object);

	/* the list of versions gives what people copy: "matcher@4" */
	if (has && !strchr(object.data, '/'))
		buf_insert(&object, 0, "version/", strlen("version/"));
	if (app_push(app, &view_log_ops, has ? object.data : NULL, &err))
		app_fail(app, &err);
	buf_release(&object);
}

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
	case ACT_UNDO: undo(app, false); break;
	case ACT_REDO: undo(app, true); break;
	case ACT_COPY: copy_row(app); break;
	case ACT_HISTORY: show_log(app, true); break;
	case ACT_LOG: show_log(app, false); break;
	case ACT_RELOAD:
		reload(app);
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
		reload(app);
	if (r & REACT_SELECT)
		app->selected_view = NULL;
	if (r & REACT_QUIT)
		app->quit = true;
}

void app_do(struct app *app, enum action a)
{
	struct view *v = app_view(app);
	const char *why = app_not_now(app, a);
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

/* A prompt or an action may have written. */
static void note_size(struct app *app)
{
	uint64_t before = app->log_size;
	if (!app->reg || reg_readonly(app->reg))
		return;
	app->log_size = reg_size(app->reg);
	if (app->log_size != before)
		count_inbox(app);
}

void app_key(struct app *app, uint32_t key)
{
	if (app->overlay) {
		if (key == TK_MOUSE)
			mouse_event(app);
		else
			app->overlay->key(app, key);
		if (!app->overlay)
			note_size(app);
		return;
	}
	buf_clear(&app->message);
	app->message_bad = false;
	if (app->notes.n) {	/* what was to be said at the start is said */
		strs_release(&app->notes);
	}
	if (key == TK_MOUSE) {
		mouse_event(app);
		return;
	}
	struct view *v = app_view(app);
	if (v->ops->key && v->ops->key(v, key)) {
		watch_key(app);
		return;
	}
	enum action a = keymap_find(&app->keymap, app_contexts(app), key);
	char name[24];
	if (key == TK_PASTE)
		app_say(app, "Pasted text is ignored here.");
	else if (a == ACT_NONE)
		app_say(app, "No action on %s here; ? shows the keys.",
			key_text(key, name));
	else
		app_do(app, a);
	if (a != ACT_NONE && (action_info(a)->flags & ACT_WRITES))
		note_size(app);
	app->did = a;
	watch_key(app);
}

void app_select(struct app *app)
{
	struct view *v = app_view(app);
	struct list *l = view_list(v);
	size_t row = l ? list_row(l) : SIZE_MAX;
	struct err err = ERR_INIT;
	if (app->selected_view == v && app->selected_list == l &&
	    app->selected_row == row)
		return;
	app->selected_view = v;
	app->selected_list = l;
	app->selected_row = row;
	if (v->ops->select && v->ops->select(v, &err) != RC_OK)
		app_fail(app, &err);
}

/* A view that comes up again shows what has been written meanwhile. */
static void freshen(struct app *app)
{
	struct view *v = app_view(app);
	if (app->framed_view == v || !app->reg)
		return;
	app->framed_view = v;
	app->log_size = reg_size(app->reg);
	if (v->log_size != app->log_size)
		reload(app);
}

/* All that a frame reads is one short read transaction. */
void app_frame(struct app *app)
{
	struct err err = ERR_INIT;
	bool reading = app->reg && reg_read_begin(app->reg, &err) == RC_OK;
	freshen(app);
	app_select(app);
	if (!app->message.len && app->notes.n)
		app_say(app, "%s", app->notes.at[0]);
	frame_paint(app);
	if (reading)
		reg_read_end(app->reg);
}
