#include "tui/gathering.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/problem_change.h"
#include "registry/problem_labels.h"
#include "tui/app.h"
#include "tui/view_labels.h"
#include "tui/view_problems.h"

#define SHEET_ROWS 100		/* as the command's */

/* What prompts have gathered; also what a job works on, as a copy. */
struct gathering {
	int64_t id;
	char *from, *to;		/* files */
	char *who;			/* labeller, or NULL */
	char *text;			/* of a change */
	enum expectation expect;
	bool expert;
	uint64_t n, n_other;		/* out */
	int64_t revision;		/* out */
};

static struct gathering now;

static void gathering_release(struct gathering *g)
{
	free(g->from);
	free(g->to);
	free(g->who);
	free(g->text);
	*g = (struct gathering){ 0 };
}

static void keep(char **field, const char *text)
{
	free(*field);
	*field = *text ? xstrdup(text) : NULL;
}

/* A file to read, and one to write; what was typed is asked again where it
 * cannot be that. */
static bool is_file(struct view *v, const char *label, const char *text,
		    prompt_fn *done)
{
	if (fsx_exists(text))
		return true;
	app_prompt_file(v->app, label, text, NULL, done, NULL);
	app_say(v->app, "There is no file '%s'.", text);
	return false;
}

static bool is_free(struct view *v, const char *label, const char *text,
		    prompt_fn *done)
{
	if (!fsx_exists(text))
		return true;
	app_prompt_file(v->app, label, text, NULL, done, NULL);
	app_say(v->app, "'%s' is there already; give another name.", text);
	return false;
}

#define SAMPLE_LABEL "production sample, CSV or JSON lines: "
#define SHEET_LABEL "write the sheet to: "
#define QUEUE_LABEL "write the conflicts to: "
#define FILLED_LABEL "filled sheet: "
#define EXPERT_LABEL "the expert's sheet: "

/* -- In the background -- */

typedef enum rc gather_fn(struct registry *reg, struct reg_progress *progress,
			  void *arg, struct err *err);

static void finish(struct app *app, void *arg, enum rc rc, const char *what)
{
	struct gathering *g = arg;

	if (rc == RC_OK) {
		app_reload(app);
		app_say(app, "%s", what);
	}
	gathering_release(g);
	free(g);
}

static void start(struct view *v, const char *name, gather_fn *work,
		  void (*done)(struct app *app, void *arg, enum rc rc,
			       const struct err *err))
{
	struct gathering *g = XNEW(struct gathering);
	struct app_job job = { .name = name, .work = work, .done = done,
			       .arg = g };
	struct err err = ERR_INIT;

	*g = now;
	now = (struct gathering){ 0 };
	if (app_start_job(v->app, &job, &err) == RC_OK)
		return;
	app_fail(v->app, &err);
	gathering_release(g);
	free(g);
}

/* -- A sheet goes out -- */

static enum rc sheet_work(struct registry *reg, struct reg_progress *progress,
			  void *arg, struct err *err)
{
	struct gathering *g = arg;
	struct buf csv = BUF_INIT;
	size_t n = 0;
	enum rc rc = reg_problem_sheet(reg, g->id, g->from, SHEET_ROWS, &csv,
				       &n, err);

	(void)progress;
	if (rc == RC_OK)
		rc = fsx_write(g->to, csv.data, csv.len, 0600, false, err);
	g->n = n;
	buf_release(&csv);
	return rc;
}

static void sheet_done(struct app *app, void *arg, enum rc rc,
		       const struct err *err)
{
	struct gathering *g = arg;
	char *what = xasprintf("%llu rows to label are in '%s'; each labeller "
			       "fills in a copy, S takes them back.",
			       (unsigned long long)g->n, g->to);

	(void)err;
	finish(app, arg, rc, what);
	free(what);
}

static void with_sheet(struct view *v, const char *text, void *arg)
{
	(void)arg;
	keep(&now.to, text);
	if (now.to && is_free(v, SHEET_LABEL, text, with_sheet))
		start(v, "choosing rows", sheet_work, sheet_done);
}

static void with_sample(struct view *v, const char *text, void *arg)
{
	char *name = xasprintf("P-%lld-sheet.csv", (long long)now.id);

	(void)arg;
	keep(&now.from, text);
	if (now.from && is_file(v, SAMPLE_LABEL, text, with_sample))
		app_prompt_file(v->app, SHEET_LABEL, name, NULL,
				with_sheet, NULL);
	free(name);
}

/* -- And comes back -- */

static enum rc back_work(struct registry *reg, struct reg_progress *progress,
			 void *arg, struct err *err)
{
	struct gathering *g = arg;

	(void)progress;
	return reg_problem_labels_add(reg, g->id, g->from, g->who, g->expert,
				      &g->n, err);
}

/* Shows what came back, unless the person is busy elsewhere by now. */
static void show_labels(struct app *app, int64_t id)
{
	struct err err = ERR_INIT;

	if (app_view(app)->ops == &view_problems_ops && !app_is_asking(app) &&
	    app_push(app, &view_labels_ops, &id, &err) != RC_OK)
		app_fail(app, &err);
}

static void back_done(struct app *app, void *arg, enum rc rc,
		      const struct err *err)
{
	struct gathering *g = arg;
	int64_t id = g->id;
	char *what = xasprintf("%llu labels came in for P-%lld. u undoes.",
			       (unsigned long long)g->n, (long long)id);

	(void)err;
	if (rc == RC_OK)
		show_labels(app, id);
	finish(app, arg, rc, what);
	free(what);
}

static void with_labeller(struct view *v, const char *text, void *arg)
{
	(void)arg;
	keep(&now.who, text);
	start(v, "taking labels", back_work, back_done);
}

static void with_filled(struct view *v, const char *text, void *arg)
{
	(void)arg;
	keep(&now.from, text);
	if (now.from && is_file(v, now.expert ? EXPERT_LABEL : FILLED_LABEL,
				text, with_filled))
		app_prompt(v->app, "labelled by, where the sheet does not "
			   "say: ", "", NULL, with_labeller, NULL);
}

/* -- Conflicts for the expert -- */

static void with_queue(struct view *v, const char *text, void *arg)
{
	struct labelling l;
	struct buf csv = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	(void)arg;
	if (!*text || !is_free(v, QUEUE_LABEL, text, with_queue))
		return;
	rc = reg_problem_labelling(app_registry(v->app), now.id, &l, &err);
	if (rc == RC_OK) {
		labelling_queue(&l, &csv);
		rc = fsx_write(text, csv.data, csv.len, 0600, false, &err);
	}
	if (rc != RC_OK)
		app_fail(v->app, &err);
	else
		app_say(v->app, "%zu rows in conflict are in '%s'; the expert "
			"fills in its labels.", l.n_conflicts, text);
	labelling_release(&l);
	buf_release(&csv);
}

static void ask_queue(struct view *v)
{
	char *name = xasprintf("P-%lld-expert.csv", (long long)now.id);

	app_prompt_file(v->app, QUEUE_LABEL, name, NULL, with_queue,
			NULL);
	free(name);
}

/* -- Into the living set -- */

static enum rc grow_work(struct registry *reg, struct reg_progress *progress,
			 void *arg, struct err *err)
{
	struct gathering *g = arg;
	enum rc rc = reg_problem_labels_take(reg, g->id, &g->n_other, err);

	(void)progress;
	return rc ? rc : reg_problem_grow(reg, g->id, false, &g->revision,
					  &g->n, err);
}

static void grow_done(struct app *app, void *arg, enum rc rc,
		      const struct err *err)
{
	struct gathering *g = arg;
	char *what = xasprintf("The living set grew by %llu patterns, %llu of "
			       "them labelled rows: revision %lld.",
			       (unsigned long long)g->n,
			       (unsigned long long)g->n_other,
			       (long long)g->revision);

	(void)err;
	finish(app, arg, rc, what);
	free(what);
}

/* -- A changed input -- */

static enum rc change_work(struct registry *reg, struct reg_progress *progress,
			   void *arg, struct err *err)
{
	struct gathering *g = arg;
	struct problem_change change = { .expect = g->expect };
	struct problem_changed made = { 0 };
	char *copy;
	enum rc rc = problem_change_parse(g->text, &change, &copy, err);

	(void)progress;
	if (rc != RC_OK)
		return rc;
	rc = reg_problem_change(reg, g->id, &change, false, &made, err);
	g->n = made.added;
	g->revision = made.revision;
	free(copy);
	return rc;
}

static void change_done(struct app *app, void *arg, enum rc rc,
			const struct err *err)
{
	struct gathering *g = arg;
	char *what = xasprintf("%llu changed patterns are in the living set: "
			       "revision %lld. Versions are to answer them.",
			       (unsigned long long)g->n,
			       (long long)g->revision);

	(void)err;
	finish(app, arg, rc, what);
	free(what);
}

static void expectation_picked(struct view *v, size_t item, void *arg)
{
	static const enum expectation expect[] = { EXPECT_SAME, EXPECT_UP,
						   EXPECT_DOWN };

	(void)arg;
	now.expect = expect[item];
	start(v, "changing inputs", change_work, change_done);
}

static void ask_change(struct view *v, const char *text);

static void with_change(struct view *v, const char *text, void *arg)
{
	static const struct menu_item items[] = {
		{ 's', "the same answer" }, { 'u', "a score that goes up" },
		{ 'd', "a score that goes down" },
	};
	struct problem_change change = { 0 };
	struct err err = ERR_INIT;
	char *copy = NULL;

	(void)arg;
	keep(&now.text, text);
	if (!now.text)
		return;
	if (problem_change_parse(text, &change, &copy, &err) != RC_OK) {
		ask_change(v, text);
		app_fail(v->app, &err);
		return;
	}
	free(copy);
	app_menu(v->app, "What must a version say of the changed ones?",
		 items, sizeof(items) / sizeof(*items), expectation_picked,
		 NULL);
}

static void ask_change(struct view *v, const char *text)
{
	app_prompt(v->app, "change (age += 10, sex: F -> M, text ~ /RE/WITH/): ",
		   text, NULL, with_change, NULL);
}

/* -- The menu -- */

static void ask_back(struct view *v, bool expert)
{
	now.expert = expert;
	app_prompt_file(v->app, expert ? EXPERT_LABEL : FILLED_LABEL, "",
			NULL, with_filled, NULL);
}

static void open_labels(struct view *v)
{
	struct err err = ERR_INIT;

	if (v->ops != &view_labels_ops &&
	    app_push(v->app, &view_labels_ops, &now.id, &err) != RC_OK)
		app_fail(v->app, &err);
}

static void picked(struct view *v, size_t item, void *arg)
{
	(void)arg;
	switch (item) {
	case 0:
		app_prompt_file(v->app, SAMPLE_LABEL, "", NULL, with_sample,
				NULL);
		break;
	case 1: ask_back(v, false); break;
	case 2: open_labels(v); break;
	case 3: ask_queue(v); break;
	case 4: ask_back(v, true); break;
	case 5: start(v, "growing the set", grow_work, grow_done); break;
	case 6: ask_change(v, ""); break;
	}
}

void gathering_start(struct view *v, int64_t id)
{
	static const struct menu_item items[] = {
		{ 's', "write a labelling sheet, of rows that its rule says" },
		{ 'b', "take a filled sheet back" },
		{ 'l', "what came back: agreement, conflicts, review" },
		{ 'c', "write the conflicts for the expert" },
		{ 'e', "take the expert's sheet back: it settles conflicts" },
		{ 'g', "agreed rows into the living set" },
		{ 'x', "patterns with one input changed" },
	};
	char *title = xasprintf("More data for P-%lld", (long long)id);

	gathering_release(&now);
	now.id = id;
	app_menu(v->app, title, items, sizeof(items) / sizeof(*items), picked,
		 NULL);
	free(title);
}
