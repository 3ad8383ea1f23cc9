/* u and U. Most changes are small: they are taken back at once, and u says so.
 * What a step of a test set changed is looked at first, and shown before it is
 * done (tui/view_review.h): it makes a new revision, which all versions then
 * are scored on. */
#include "tui/app_state.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/testset.h"
#include "tui/view_review.h"

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

struct undo {
	bool redo;
	uint64_t index, before;		/* before: entries, until then */
};

static void say_undone(struct app *app, const struct undo *u, uint64_t done)
{
	struct buf name = BUF_INIT;
	if (!u->redo)
		app->undone_of = done;
	app->can_redo = !u->redo;
	app->undone = u->before;	/* the entry that the undo has appended */
	app_reload(app);
	step_name(app, app->undone_of, &name);
	app_say(app, u->redo ? "Done again: %s. u undoes."
			     : "Undone: %s. U does it again.", name.data);
	buf_release(&name);
}

static enum rc undo_work(struct registry *reg, struct reg_progress *progress,
			 void *arg, struct err *err)
{
	const struct undo *u = arg;
	(void)progress;
	return reg_undo(reg, u->index, NULL, err);
}

static void undo_done(struct app *app, void *arg, enum rc rc,
		      const struct err *err)
{
	struct undo *u = arg;
	(void)err;
	if (rc == RC_OK)
		say_undone(app, u, u->index);
	free(u);
}

/* What takes work, on its own thread. */
static enum rc start_undo(struct app *app, const struct undo *u,
			  struct err *err)
{
	struct undo *copy = XNEW(struct undo);
	struct app_job job = { .name = u->redo ? "doing it again" : "undoing",
			       .work = undo_work, .done = undo_done,
			       .arg = copy };
	enum rc rc;
	*copy = *u;
	rc = app_start_job(app, &job, err);
	if (rc != RC_OK)
		free(copy);
	return rc;
}

/* -- Looking first -- */

struct undo_look {
	struct undo undo;
	struct testset_step_report report;
};

static void look_drop(void *arg)
{
	struct undo_look *l = arg;

	testset_step_report_release(&l->report);
	free(l);
}

static void look_accepted(struct view *v, void *arg)
{
	struct undo_look *l = arg;
	struct err err = ERR_INIT;

	l->undo.before = reg_size(v->app->reg);
	if (start_undo(v->app, &l->undo, &err) != RC_OK)
		app_fail(v->app, &err);
	look_drop(l);
}

static enum rc look_work(struct registry *reg, struct reg_progress *progress,
			 void *arg, struct err *err)
{
	struct undo_look *l = arg;

	(void)progress;
	return reg_undo_look(reg, l->undo.index, NULL, &l->report, err);
}

/* The push takes the report; l goes with the review. */
static void show_look(struct app *app, struct undo_look *l)
{
	struct buf title = BUF_INIT;
	char *accepts = xasprintf("a undoes it by a new revision, r%lld; Esc "
				  "leaves it.", (long long)l->report.revision);
	struct review_arg arg = { .accepts = accepts, .report = &l->report,
				  .accepted = look_accepted,
				  .dropped = look_drop, .arg = l };

	buf_str(&title, "undo ");
	step_name(app, l->undo.index, &title);
	arg.title = title.data;
	app_open(app, &view_review_ops, &arg);
	buf_release(&title);
	free(accepts);
}

static void look_done(struct app *app, void *arg, enum rc rc,
		      const struct err *err)
{
	struct undo_look *l = arg;

	(void)err;
	if (rc == RC_OK && !app_is_asking(app)) {
		show_look(app, l);
		return;
	}
	if (rc == RC_OK)
		app_say(app, "u again shows what undoing would change.");
	look_drop(l);
}

static enum rc start_look(struct app *app, const struct undo *u,
			  struct err *err)
{
	struct undo_look *l = XNEW(struct undo_look);
	struct app_job job = { .name = "looking at the step",
			       .work = look_work, .done = look_done,
			       .arg = l };
	enum rc rc;

	l->undo = *u;
	rc = app_start_job(app, &job, err);
	if (rc != RC_OK)
		look_drop(l);
	return rc;
}

void undoing_start(struct app *app, bool redo)
{
	struct undo u = { redo, redo ? app->undone : UINT64_MAX,
			  reg_size(app->reg) };
	struct err err = ERR_INIT;
	uint64_t found = 0, done = 0;
	bool is_work = false;
	enum rc rc = reg_undo_find(app->reg, u.index, &found, &is_work, &err);

	if (rc == RC_OK && is_work) {
		u.index = found;
		rc = redo ? start_undo(app, &u, &err)
			  : start_look(app, &u, &err);
	} else if (rc == RC_OK) {
		rc = reg_undo(app->reg, u.index, &done, &err);
		if (rc == RC_OK)
			say_undone(app, &u, done);
	}
	if (rc != RC_OK)
		app_fail(app, &err);
}
