#include "tui/revising.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/figures.h"
#include "tui/view_review.h"

typedef enum rc step_fn(struct registry *reg, const struct testset_step *step,
			const char *path, struct testset_step_report *report,
			struct err *err);

enum { GROW, RELABEL, RETIRE, REVIVE };
static const struct change {
	char key;
	const char *verb, *text;
	step_fn *step;
} changes[] = {
	[GROW] = { 'g', "grow", "grow: patterns are added", reg_testset_grow },
	[RELABEL] = { 'l', "relabel", "relabel: targets are corrected",
	  reg_testset_relabel },
	[RETIRE] = { 't', "retire", "retire: patterns are taken out",
	  reg_testset_retire },
	[REVIVE] = { 'v', "revive", "revive: retired patterns come back",
	  reg_testset_revive },
};
#define N_CHANGES COUNT(changes)

struct revised {
	const struct change *change;
	uint64_t asker;			/* serial of the view */
	char *testset, *file, *reason;
	int64_t base;
	bool dry;
	uint32_t *rows;			/* n_rows, instead of a file; or NULL */
	size_t n_rows;
	char *target;			/* relabel: theirs */
	struct hash reviewed;		/* digest of the file that was shown */
	bool has_changed;		/* and was another when it was read */
	struct revising *at;		/* valid while the view is */
	struct testset_step_report report;
};

static void revised_free(void *q)
{
	struct revised *r = q;

	if (!r)
		return;
	testset_step_report_release(&r->report);
	free(r->testset);
	free(r->file);
	free(r->reason);
	free(r->rows);
	free(r->target);
	free(r);
}

void revising_release(struct revising *r)
{
	revised_free(r->asked);
	revised_free(r->found);
	*r = (struct revising){ NULL, NULL };
}

static void forget_file(struct revised *r)
{
	free(r->file);
	r->file = NULL;
}

static uint32_t *copy_rows(const uint32_t *rows, size_t n)
{
	uint32_t *copy = rows ? XNEW_ARRAY(uint32_t, n + 1) : NULL;

	if (rows)
		memcpy(copy, rows, n * sizeof(*rows));
	return copy;
}

static struct revised *copy_question(const struct revised *r)
{
	struct revised *copy = XNEW(struct revised);

	*copy = *r;
	copy->report = (struct testset_step_report){ 0 };
	copy->testset = xstrdup(r->testset);
	copy->file = xstrdup_or_null(r->file);
	copy->reason = xstrdup_or_null(r->reason);
	copy->target = xstrdup_or_null(r->target);
	copy->rows = copy_rows(r->rows, r->n_rows);
	return copy;
}

/* -- What was done -- */

int revising_paint(const struct revising *at, const char *testset,
		   int64_t revision, struct area *a, int y)
{
	const struct revised *r = at->found;
	struct buf text = BUF_INIT;

	if (!r || strcmp(r->testset, testset) != 0 ||
	    r->report.revision != revision)
		return y;
	buf_printf(&text, "DID %s by %s", r->change->verb,
		   r->file ? r->file : "hand");
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, text.data);
	buf_clear(&text);
	testset_step_counts(&r->report, true, &text);
	y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, text.data);
	for (size_t i = 0; i < r->report.notes.n; i++)
		y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL,
			       r->report.notes.at[i]);
	buf_clear(&text);
	testset_conflicts_summary(&r->report.conflicts, &text);
	if (text.len)
		y += area_wrap(a, 1, y, a->w - 2, STYLE_WARN, text.data);
	buf_release(&text);
	return y + 1;
}

/* -- Step by step -- */

static const struct asking_kind revising_kind;
static void ask_reason(struct app *app, struct revising *at);

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	struct revised *r = q;
	const struct testset_step step = {
		.testset = r->testset, .base = r->base, .reason = r->reason,
		.dry_run = r->dry, .progress = progress, .rows = r->rows,
		.n_rows = r->n_rows, .target = r->target,
		.reviewed = r->dry || !r->file ? NULL : &r->reviewed,
	};

	return r->change->step(reg, &step, r->file, &r->report, err);
}

static char *reason_draft(const struct change *change, const char *testset)
{
	return xasprintf("why to %s %s", change->verb, testset);
}

static void forget_reason(struct app *app, const struct revised *r)
{
	char *draft = reason_draft(r->change, r->testset);

	app_kept_drop(app, draft);
	free(draft);
}

static void say_done(struct app *app, const struct revised *r)
{
	struct buf text = BUF_INIT;

	testset_step_counts(&r->report, true, &text);
	app_say(app, "%s r%lld: %s. %se evaluates all on it, u undoes.",
		r->testset, (long long)r->report.revision, text.data,
		r->rows ? "On screen 2 " : "");
	buf_release(&text);
}

static bool changes_something(const struct testset_step_report *p)
{
	return p->added + p->revived + p->relabelled + p->retired > 0;
}

static void review_accepted(struct view *v, void *arg)
{
	ask_reason(v->app, arg);
}

/* "grow loans by more.csv", "relabel 2 patterns of loans to yes" */
static char *title_of(const struct revised *r)
{
	char n[COUNTED_MAX];

	if (!r->rows)
		return xasprintf("%s %s by %s", r->change->verb, r->testset,
				 r->file);
	return xasprintf("%s %s of %s%s%s", r->change->verb,
			 counted(r->n_rows, "pattern", "patterns", n),
			 r->testset, r->target ? " to " : "",
			 r->target ? r->target : "");
}

/* What was typed meanwhile is not torn away. */
static void show_review(struct app *app, struct revised *r)
{
	char *title = title_of(r);
	const struct review_arg arg = {
		.title = title, .report = &r->report, .arg = r->at,
		.accepts = "a asks for the reason and does it, Esc leaves it.",
		.accepted = review_accepted,
	};

	if (app_is_asking(app)) {
		app_say(app, "R again shows what it would do.");
	} else {
		/* another step may have been asked for since, and left */
		revised_free(r->at->asked);
		r->at->asked = copy_question(r);
		r->at->asked->reviewed = r->report.file;
		r->at->asked->has_changed = false;
		app_open(app, &view_review_ops, &arg);
		if (r->has_changed)
			app_say(app, "%s has changed since you looked: "
				"nothing was written, this is what it would "
				"do now.", r->file);
	}
	free(title);
}

/* The file is not the one that was looked at: it is to be looked at again. */
static void review_again(struct app *app, const struct revised *r)
{
	struct revised *again = copy_question(r);

	again->dry = again->has_changed = true;
	asking_say(app, NULL, &revising_kind, again);
}

/* The view may have been left meanwhile: then a run is told and a dry run
 * forgotten. */
static void told(struct app *app, struct asking *a, void **q, enum rc rc)
{
	struct revised *r = *q;
	bool is_shown = app_view(app)->serial == r->asker;

	(void)a;
	if (rc == RC_OK && !r->dry) {
		forget_reason(app, r);
		say_done(app, r);
	}
	if (is_shown && r->report.file_changed)
		review_again(app, r);
	if (rc != RC_OK || !is_shown)
		return;
	if (r->dry) {
		if (changes_something(&r->report))
			show_review(app, r);
		else
			app_say(app, "%s: nothing to change.", r->testset);
		return;
	}
	*q = NULL;
	revised_free(r->at->found);
	r->at->found = r;
	if (r->at->asked)	/* it may be another question by now */
		forget_file(r->at->asked);
	app_reload(app);
	say_done(app, r);
}

static const struct asking_kind revising_kind = {
	.name = "revising", .work = work, .told = told, .free = revised_free,
};

/* The job gets a copy: the view may be gone before it. */
static void start(struct view *v, struct revising *at, bool dry)
{
	struct revised *r = copy_question(at->asked);

	r->dry = dry;
	asking_say(v->app, NULL, &revising_kind, r);
}

static void reason_done(struct view *v, const char *text, void *arg)
{
	struct revising *at = arg;

	if (!*text) {
		ask_reason(v->app, at);
		app_say(v->app, "A new revision needs a reason.");
		return;
	}
	free(at->asked->reason);
	at->asked->reason = xstrdup(text);
	start(v, at, false);
}

static void ask_reason(struct app *app, struct revising *at)
{
	char *label = xasprintf("%s? Its reason; Enter does it",
				at->asked->change->verb);

	char *draft = reason_draft(at->asked->change, at->asked->testset);

	app_prompt_kept(app, draft, label, "", NULL, reason_done, at);
	free(draft);
	free(label);
}

static void file_done(struct view *v, const char *text, void *arg)
{
	struct revising *at = arg;

	if (!*text)
		return;
	free(at->asked->file);
	at->asked->file = xstrdup(text);
	start(v, at, true);
}

static void change_picked(struct view *v, size_t item, void *arg)
{
	struct revising *at = arg;
	char *label;

	if (at->asked->change != &changes[item])
		forget_file(at->asked);
	at->asked->change = &changes[item];
	label = xasprintf("%s %s by the CSV file", changes[item].verb,
			  at->asked->testset);
	app_prompt_file(v->app, label, at->asked->file ? at->asked->file : "",
			NULL, file_done, at);
	free(label);
}

/* What was refused, or looked at and left, is asked about again with its
 * file. */
static void take_left(struct revised *r, const struct revised *left)
{
	if (!left || left->rows || strcmp(left->testset, r->testset) != 0)
		return;
	r->change = left->change;
	r->file = xstrdup_or_null(left->file);
}

void revise_ask(struct view *v, struct revising *at, const char *testset,
		int64_t revision)
{
	struct menu_item items[N_CHANGES];
	struct revised *r = XNEW(struct revised);

	*r = (struct revised){ .asker = v->serial, .base = revision,
			       .testset = xstrdup(testset), .at = at };
	take_left(r, at->asked);
	revised_free(at->asked);
	at->asked = r;
	for (size_t i = 0; i < N_CHANGES; i++)
		items[i] = (struct menu_item){ changes[i].key,
					       changes[i].text };
	app_menu(v->app, "new revision", items, N_CHANGES, change_picked, at);
}

/* -- Of patterns that are picked -- */

static void target_done(struct view *v, const char *text, void *arg)
{
	struct revising *at = arg;

	if (!*text)
		return;
	free(at->asked->target);
	at->asked->target = xstrdup(text);
	start(v, at, true);
}

static void row_change_picked(struct view *v, size_t item, void *arg)
{
	static const size_t picks[] = { RELABEL, RETIRE };
	struct revising *at = arg;

	at->asked->change = &changes[picks[item]];
	if (item == 0)
		app_prompt(v->app, "their true target", "", NULL, target_done,
			   at);
	else
		start(v, at, true);
}

void revise_ask_rows(struct view *v, struct revising *at, const char *testset,
		     int64_t revision, const uint32_t *rows, size_t n)
{
	static const struct menu_item items[] = {
		{ 'l', "relabel: their target is corrected" },
		{ 't', "retire: they are taken out" },
	};
	struct revised *r = XNEW(struct revised);
	char count[COUNTED_MAX];

	*r = (struct revised){ .asker = v->serial, .base = revision,
			       .testset = xstrdup(testset), .at = at,
			       .rows = copy_rows(rows, n), .n_rows = n };
	revised_free(at->asked);
	at->asked = r;
	app_menu(v->app, counted(n, "pattern", "patterns", count), items,
		 COUNT(items), row_change_picked, at);
}
