#include "tui/app_state.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "registry/problem.h"
#include "registry/seen.h"
#include "tui/view_compare.h"
#include "tui/view_data.h"
#include "tui/view_gates.h"
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
	if (v->ops->close && v->state)
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
	v->serial = ++app->n_views;
	for (size_t i = 0; i < ops->n_panes; i++)
		if (ops->panes[i].list)
			list_init(&v->lists[i], ops->panes[i].list, v);
	enum rc rc = ops->open ? ops->open(v, arg, err) : RC_OK;
	if (rc != RC_OK) {
		view_free(v);
		return rc;
	}
	v->log_size = app->log_size;
	*out = v;
	return RC_OK;
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

unsigned app_open(struct app *app, const struct view_ops *ops, const void *arg)
{
	struct err err = ERR_INIT;
	if (app_push(app, ops, arg, &err) != RC_OK)
		app_fail(app, &err);
	return REACT_DRAW;
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

static void count_inbox(struct app *app)
{
	struct err err = ERR_INIT;
	if (reg_problem_inbox(app->reg, &app->n_inbox, &err) != RC_OK)
		app->n_inbox = 0;
}

void app_reload(struct app *app)
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
	job_end(app);
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
	uint64_t first = watch_due(app), typed = prompt_due(app);
	if (typed && (!first || typed < first))
		first = typed;
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
	if (prompt_due(app) && prompt_due(app) <= now)
		prompt_keep(app);
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
	prompt_keep(app);
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

/* -- looks, keys, frames -- */

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

/* What lies over the view takes all keys but the one that stops the program:
 * as a control key it is no text. */
static void overlay_key(struct app *app, uint32_t key)
{
	if (key == TK_MOUSE)
		mouse_event(app);
	else if (key < ' ' &&
		 keymap_find(&app->keymap, IN_ALL, key) == ACT_SUSPEND)
		app->suspend = true;
	else
		app->overlay->key(app, key);
	if (!app->overlay)
		note_size(app);
}

void app_key(struct app *app, uint32_t key)
{
	if (key != TK_MOUSE)
		hits_clear(app);
	if (app->overlay) {
		overlay_key(app, key);
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
		app_reload(app);
}

/* True: a read transaction is open, in which all was read that a frame shows. */
static bool settle(struct app *app)
{
	struct err err = ERR_INIT;
	bool reading = app->reg && reg_read_begin(app->reg, &err) == RC_OK;

	freshen(app);
	app_select(app);
	return reading;
}

void app_settle(struct app *app)
{
	if (settle(app))
		reg_read_end(app->reg);
}

void app_frame(struct app *app)
{
	bool reading = settle(app);

	if (!app->message.len && app->notes.n)
		app_say(app, "%s", app->notes.at[0]);
	frame_paint(app);
	if (reading)
		reg_read_end(app->reg);
}
