/* The frame around the views, and what views may ask of it. */
#ifndef MUSTER_TUI_APP_H
#define MUSTER_TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "registry/registry.h"
#include "tui/action.h"
#include "tui/chart.h"
#include "tui/view.h"

struct app;			/* opaque */

/* NULL on the welcome screen. */
struct registry *app_registry(struct app *app);
/* The view that is shown. */
struct view *app_view(const struct app *app);
bool app_ascii(const struct app *app);
/* For charts: braille, blocks or ASCII (TUI.md, "Charts"). */
enum chart_level app_chart_level(const struct app *app);

/* The status line until the next key. */
void app_say(struct app *app, const char *fmt, ...) PRINTF_LIKE(2, 3);
void app_fail(struct app *app, const struct err *err);

/* Opens a view above the one that is shown; Esc goes back. */
enum rc app_push(struct app *app, const struct view_ops *ops, const void *arg,
		 struct err *err) MUST_USE;
/* As app_push on another screen's stack, which then is shown. */
enum rc app_show(struct app *app, const struct view_ops *ops, const void *arg,
		 struct err *err) MUST_USE;

/* As app_push; why it cannot be is said in the status line. REACT_DRAW. */
unsigned app_open(struct app *app, const struct view_ops *ops, const void *arg);

/* Closes the view that is shown; the one below it comes up. */
void app_close_view(struct app *app);

/* Reads again what the view that is shown has read (a job has changed it). */
void app_reload(struct app *app);

/* Asks for a line of text at the bottom. done is called with it on Enter;
 * typed (may be NULL) after every key; Esc calls typed(v, NULL, arg) and ends.
 * Pasted text only fills the line. */
typedef void prompt_fn(struct view *v, const char *text, void *arg);
void app_prompt(struct app *app, const char *label, const char *initial,
		prompt_fn *typed, prompt_fn *done, void *arg);

/* As app_prompt, for a file's name: Tab completes it. */
void app_prompt_file(struct app *app, const char *label, const char *initial,
		     prompt_fn *typed, prompt_fn *done, void *arg);

/* The same of the prompt that was just asked, of any kind. */
void app_prompt_completes_file(struct app *app);

/* What text could go on with: as base/complete.h has it, of the whole line. */
typedef size_t complete_fn(struct app *app, const char *text,
			   struct buf *longer, struct strs *names);
/* Tab completes the prompt that was just asked; nothing is what is said where
 * it cannot: "No file begins so." */
void app_prompt_completes(struct app *app, complete_fn *complete,
			  const char *nothing);

/* As app_prompt, for words that cost thought: what is typed is a draft under
 * this name (tui/text_draft.h), on the disk as soon as tui/draft.h says, and
 * however the prompt ends. Asked for again, it comes back; app_kept_drop says
 * that it is stored, and so does a line that is left empty. */
void app_prompt_kept(struct app *app, const char *draft, const char *label,
		     const char *initial, prompt_fn *typed, prompt_fn *done,
		     void *arg);
void app_kept_drop(struct app *app, const char *draft);

/* As app_prompt, for what must be typed letter by letter: pasted text is
 * ignored, and Enter counts only on the expected text, typed no faster than
 * a person can. Esc calls typed(v, NULL, arg) and ends. */
void app_prompt_typed(struct app *app, const char *label,
		      const char *expected, prompt_fn *typed, prompt_fn *done,
		      void *arg);

/* A menu of letters. picked gets the item's number. The strings are copied. */
struct menu_item { char key; const char *text; };
typedef void menu_fn(struct view *v, size_t item, void *arg);
void app_menu(struct app *app, const char *title,
	      const struct menu_item *items, size_t n, menu_fn *picked,
	      void *arg);

/* The menu just opened starts on that item. */
void app_menu_at(struct app *app, size_t item);

/* A prompt, a menu or a list of commands has the keys: what a job has found
 * may not take its place. */
bool app_is_asking(const struct app *app);

/* The same of names, as many as there are letters, from 'a' on; none: none. */
void app_menu_names(struct app *app, const char *title,
		    const char *const *names, size_t n, menu_fn *picked);

/* The text of the TK_PASTE that key() was called with. */
const struct buf *app_pasted(const struct app *app);
/* The registry's file, as it is opened. */
const char *app_registry_path(const struct app *app);
/* Bytes that may still be written there; in step scripts a fixed number, as
 * screens of tests show user@host for who and where. */
enum rc app_free_space(const struct app *app, const char *folder,
		       uint64_t *out, struct err *err) MUST_USE;
/* Drafts that were left behind are counted anew. */
void app_count_drafts(struct app *app);
/* Leaves the screen to another program (an editor), waits for it, and comes
 * back. Views keep first what was typed. */
enum rc app_on_terminal(struct app *app, char *const argv[], int *status,
			struct err *err) MUST_USE;
/* The same for what runs in this process and may ask on the terminal. */
void app_leave_screen(struct app *app);
void app_return_screen(struct app *app);

/* Copies (tmux buffer or OSC 52) and shows what was copied. */
void app_copy(struct app *app, const char *text);

/* Work in the background, on a registry handle of its own (opened for it,
 * readonly if the app is). The status line shows the progress; ^C cancels.
 * work runs on another thread and touches nothing of the app; done runs here
 * afterwards, with what work returned. One job at a time: RC_BUSY. arg must
 * live until done was called. */
struct app_job {
	const char *name;	/* "evaluating" */
	enum rc (*work)(struct registry *reg, struct reg_progress *progress,
			void *arg, struct err *err);
	void (*done)(struct app *app, void *arg, enum rc rc,
		     const struct err *err);
	void *arg;
	bool waits;		/* for the one that runs, instead of RC_BUSY */
	/* Only reads, and gives way to any job that does not: it is stopped,
	 * waits, and starts again, so that work may be called more than once
	 * for the same arg. */
	bool yields;
	bool is_quiet;		/* its progress is not shown */
};
enum rc app_start_job(struct app *app, const struct app_job *job,
		      struct err *err) MUST_USE;
/* Stops the job with this arg, whether it runs or waits, without a word: what
 * it was for is no longer asked for. done is still called, with RC_CANCELLED
 * or what came before. */
void app_forget_job(struct app *app, const void *arg);

#endif
