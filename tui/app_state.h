/* The app's inside, for the files of tui/ that make it up: app.c (views, keys,
 * frames), app_acts.c (actions), frame.c (painting), overlay.c (prompts,
 * menus), finder.c (help, palette), loop.c (events), job.c, steps.c. Views use
 * tui/app.h. */
#ifndef MUSTER_TUI_APP_STATE_H
#define MUSTER_TUI_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "tui/action.h"
#include "tui/app.h"
#include "tui/draft.h"
#include "tui/draw.h"
#include "tui/keys.h"
#include "tui/prompt.h"
#include "tui/term.h"
#include "tui/tui.h"
#include "tui/view.h"

/* What lies over the views and gets the keys first. */
struct overlay_ops {
	/* Takes a key; TK_PASTE's text is in app->keys.paste. */
	void (*key)(struct app *app, uint32_t key);
	/* Over the whole screen. */
	void (*paint)(struct app *app, struct area *screen);
	void (*close)(struct app *app);
	/* The mouse has clicked on an item that paint noted. May be NULL. */
	void (*pick)(struct app *app, size_t item);
};

/* What a click would hit; cells of the screen. */
enum hit_kind { HIT_ACTION, HIT_PANE, HIT_ITEM };
struct hit {
	enum hit_kind kind;
	size_t what;			/* action, pane, or the overlay's item */
	int x, y, w, h;
};

struct prompt {
	char *label;
	struct edit edit;
	prompt_fn *typed, *done;
	void *arg;
	char *expected;			/* or NULL: any text */
	complete_fn *complete;		/* Tab's; or NULL */
	const char *nothing;		/* static; where it finds nothing */
	char *draft;			/* its name, or NULL: none is kept */
	struct draft_clock typing;	/* what the draft does not have */
	uint64_t began_ns, last_ns;	/* first and last key of the text */
	size_t n_keys;
};

/* A version on its way into another stage (tui/staging.c). */
struct staging {
	char *model;
	int64_t version;
	const char *stage;		/* static */
	bool override;
};

struct menu {
	char *title;
	char *keys;			/* one letter each */
	struct strs texts;
	size_t at;
	menu_fn *picked;
	void *arg;
};

/* Help and palette: a list of actions narrowed by typing. */
struct finder {
	struct edit edit;
	size_t at, top;
	size_t n;
	enum action found[ACTION_COUNT];
};

struct job;				/* tui/job.c */
struct json;

struct app {
	const struct tui_options *options;
	struct registry *reg;		/* NULL: welcome */
	char *reg_path;
	char *why_not;			/* it could not be opened; NULL: it is
					 * not there */
	uint64_t log_size;
	uint64_t jobs_size;		/* of the log when a job ended last */
	struct view *top[SCREEN_END];	/* each screen's stack */
	uint64_t n_views;		/* that there ever were */
	enum screen screen;
	struct view *selected_view;	/* what select() was called for last */
	const struct list *selected_list;
	size_t selected_row;
	struct view *framed_view;	/* that was painted last */

	struct terminal *term;
	struct draw *draw;
	struct canvas canvas;
	struct keys keys;
	struct keymap keymap;
	const char *theme;
	bool ascii, mono, mouse;
	bool sync;			/* synchronized output */
	bool wide;			/* ambiguous characters take two cells */
	bool slow;			/* no live preview, charts in ASCII */
	bool restores;			/* starts where the last session ended */
	char *who;			/* "ana@gpu7" */

	const struct overlay_ops *overlay;	/* NULL: none */
	struct prompt prompt;
	struct menu menu;
	struct finder finder;
	struct staging staging;

	VEC_DECLARE(struct hit, hits) hits;	/* of the last frame, of: */
	uint64_t hits_view;		/* this view's serial */
	const struct overlay_ops *hits_overlay;

	struct buf message;		/* of the status line */
	bool message_bad;
	struct strs notes;		/* said one after the other at start */
	uint64_t undone;		/* index of the newest undo, for redo */
	uint64_t undone_of;		/* and of what it undid */
	bool can_redo;
	int watch_fd;			/* inotify on the registry, or -1 */
	uint64_t looked_ns;		/* when reg_changed was asked last */
	uint64_t look_at;		/* when it is to be asked next; 0: not */
	size_t n_drafts;		/* that were left behind */
	uint64_t n_inbox;		/* problems that nobody looked at yet */
	char *copied;			/* what y has copied last, or NULL */
	enum action did;		/* the action before this one */
	struct job *job;
	bool stops_next;		/* of a step script (tui/steps.h) */
	VEC_DECLARE(struct app_job, app_jobs) waiting;	/* behind it */
	bool suspend, quit;		/* for the loop */
	int signal;			/* that ends the program, or 0 */
};

/* app.c */
enum rc app_init(struct app *app, const struct tui_options *options,
		 struct err *err) MUST_USE;
void app_release(struct app *app);
void app_open_registry(struct app *app);
void app_key(struct app *app, uint32_t key);
void app_resize(struct app *app, int w, int h);
/* Theme, ASCII or mono were set: how everything is drawn from now on. */
void app_look(struct app *app);
/* The frame to the terminal. */
void app_present(struct app *app);
/* The earliest time that a view asks to be called at, 0: none; calls those
 * whose time has come; has all keep what was typed. */
uint64_t app_due(const struct app *app);
void app_tick(struct app *app, uint64_t now);
void app_keep(struct app *app);
/* select() where the cursor has moved. */
void app_select(struct app *app);
/* The same, and what comes up again is read anew: an action that comes with
 * others in one burst is about the row that the cursor is on, not about the
 * one that was painted last. */
void app_settle(struct app *app);
/* As app_settle, then paints into the canvas. */
void app_frame(struct app *app);
void app_close_overlay(struct app *app);
/* Has the frame of this screen been built? */
const struct view_ops *app_screen_ops(enum screen s);
const char *app_screen_name(enum screen s);

/* app_acts.c */
/* IN_…: where the keys that are pressed now belong. */
unsigned app_contexts(const struct app *app);
/* Why the action cannot be done now, or NULL. */
const char *app_not_now(struct app *app, enum action a);
/* Says why not if it cannot be done. */
void app_do(struct app *app, enum action a);

/* undoing.c: u and U */
void undoing_start(struct app *app, bool redo);

/* frame.c */
void frame_paint(struct app *app);
/* The breadcrumb. */
void frame_place(struct view *v, struct buf *out);
/* The hint line's text for a width, as cells would show it. */
void frame_hints(struct app *app, struct area *line);

/* overlay.c */
extern const struct overlay_ops prompt_overlay, menu_overlay;
/* When the prompt's draft is due, 0: never; and now it is. */
uint64_t prompt_due(const struct app *app);
void prompt_keep(struct app *app);
/* finder.c */
void help_open(struct app *app);
void palette_open(struct app *app);

/* mouse.c */
/* Before a frame is painted, and when a key may have changed what it showed:
 * nobody has seen yet what a click would meet. */
void hits_clear(struct app *app);
/* w cells from (x, y) of the area. */
void hit_add(struct app *app, enum hit_kind kind, size_t what,
	     const struct area *a, int x, int y, int w);
void hit_add_pane(struct app *app, size_t pane, const struct area *inner);
void mouse_event(struct app *app);

/* session.c */
void session_keep(struct app *app);
void session_restore(struct app *app);
/* A file of ours in $XDG_STATE_HOME/muster, at most 1 MiB. An empty object if
 * there is none, or none that can be read; the caller frees. */
struct json *state_read(const char *file);
enum rc state_write(const char *file, const struct json *j, struct err *err)
	MUST_USE;

/* linear.c: the workbench as lines, on stdin and stdout */
enum rc linear_run(struct app *app, struct err *err) MUST_USE;

/* listacts.c: filter, sort, saved views, export of the focused list */
unsigned listacts_do(struct app *app, struct view *v, enum action a);

/* Filter, sort, columns and cursor of a list, as saved views and the session
 * keep them; the caller frees. */
struct json *listacts_state(const struct list *l);
/* As far as the list has such columns. */
void listacts_restore(struct list *l, const struct json *j);

/* job.c */
int job_fd(const struct app *app);	/* readable when it has news; -1 */
void job_news(struct app *app);
bool job_writes(const struct app *app);	/* one runs that may */
void job_cancel(struct app *app);
void job_wait(struct app *app);		/* until all are done */
void job_end(struct app *app);		/* drops those that wait, too */
bool job_status(const struct app *app, struct buf *out);

/* drafts.c: those that were left behind */
void drafts_note(struct app *app);	/* says so at the start */
void drafts_menu(struct app *app);

/* watch.c: what others write */
void watch_start(struct app *app);
void watch_end(struct app *app);
void watch_news(struct app *app);	/* watch_fd is readable */
uint64_t watch_due(const struct app *app);	/* when to look; 0: not */
void watch_look(struct app *app);	/* reads again what has changed */
void watch_key(struct app *app);	/* as watch_look, after a key */

/* loop.c */
enum rc loop_run(struct app *app, struct err *err) MUST_USE;
/* steps.c */
enum rc steps_run(struct app *app, const char *path, struct err *err)
	MUST_USE;

#endif
