/* What takes its time, done in the background for the problem under the
 * cursor: counting users, scoring, finding patterns. */
#include <stdlib.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "tui/app.h"
#include "tui/evaluating.h"
#include "tui/figures.h"
#include "tui/problems.h"
#include "tui/view_problems.h"

struct background {
	int64_t id;
	char *path;
	struct sample_count count;
	struct problem_members members;
	uint64_t undecided;
};

static void background_free(struct background *b)
{
	free(b->path);
	vec_free(&b->members);
	free(b);
}

/* For the problem that the change is about; path: or NULL. */
static void start(struct problems *p, const struct app_job *what,
		  const char *path)
{
	struct background *b = XNEW(struct background);
	struct app_job job = *what;
	struct err err = ERR_INIT;

	b->id = p->change.ids[0];
	b->path = xstrdup_or_null(path);
	job.arg = b;
	if (app_start_job(p->view->app, &job, &err) == RC_OK)
		return;
	app_fail(p->view->app, &err);
	background_free(b);
}

/* The board where it is shown with the cursor on the problem; NULL: it is
 * not, or something else is being asked, so that nothing may be opened. */
static struct problems *board_of(struct app *app, int64_t id)
{
	struct view *v = app_view(app);
	const struct triage_row *r;

	if (v->ops != &view_problems_ops || app_is_asking(app))
		return NULL;
	r = problems_current(problems_of(v));
	return r && r->problem.id == id ? problems_of(v) : NULL;
}

/* -- Counting, scoring -- */

static enum rc count_work(struct registry *reg, struct reg_progress *progress,
			  void *arg, struct err *err)
{
	struct background *b = arg;

	return reg_problem_estimate(reg, b->id, b->path, NULL, progress,
				    &b->count, err);
}

static void count_done(struct app *app, void *arg, enum rc rc,
		       const struct err *err)
{
	struct background *b = arg;

	(void)err;
	if (rc == RC_OK) {
		app_reload(app);
		app_say(app, "The rule of P-%lld says %llu of %llu rows.",
			(long long)b->id, (unsigned long long)b->count.matched,
			(unsigned long long)b->count.n);
	}
	background_free(b);
}

static void with_sample(struct view *v, const char *text, void *arg)
{
	static const struct app_job job = { .name = "counting",
					    .work = count_work,
					    .done = count_done };

	(void)arg;
	if (*text)
		start(problems_of(v), &job, text);
}

void work_ask_sample(struct problems *p)
{
	app_prompt(p->view->app, "production sample, CSV or JSON lines: ", "",
		   NULL, with_sample, NULL);
}

void work_score(struct problems *p, const struct triage_row *r)
{
	evaluating_start(p->view->app, r->problem.testset, NULL, 0);
}

/* -- Patterns that its rule says -- */

static void members_picked(struct view *v, size_t item, void *arg)
{
	char n[COUNTED_MAX];
	struct problems *p = problems_of(v);
	struct change *c = &p->change;
	struct err err = ERR_INIT;
	uint64_t added = 0;

	(void)arg;
	for (size_t i = 0; i < c->members.n; i++)
		c->members.at[i].kind = (enum pattern_kind)item;
	if (reg_problem_members_add(app_registry(v->app), c->ids[0], NULL,
				    &c->members, "what its rule says", &added,
				    &err) != RC_OK) {
		app_fail(v->app, &err);
		return;
	}
	app_reload(v->app);
	app_say(v->app, "%s added to P-%lld. u undoes.",
		counted(added, "pattern", "patterns", n),
		(long long)c->ids[0]);
}

/* To be confirmed by their kind. */
static void ask_kind(struct app *app, size_t n, uint64_t undecided)
{
	static const struct menu_item items[] = {
		{ 'p', "false positives" }, { 'n', "false negatives" },
		{ 'P', "true positives: neighbours that must stay right" },
		{ 'N', "true negatives: neighbours that must stay right" },
	};
	char text[COUNTED_MAX];
	char *title = xasprintf("%s its rule%s. Add as",
				counted(n, "pattern matches",
					"patterns match", text),
				undecided ? " (some undecided)" : "");

	app_menu(app, title, items, COUNT(items),
		 members_picked, NULL);
	free(title);
}

static enum rc match_work(struct registry *reg, struct reg_progress *progress,
			  void *arg, struct err *err)
{
	struct background *b = arg;

	return reg_problem_matching(reg, b->id, progress, &b->members,
				    &b->undecided, err);
}

/* The board may be left, or something be typed, by now: then what was found
 * is told only. */
static void match_done(struct app *app, void *arg, enum rc rc,
		       const struct err *err)
{
	char n[COUNTED_MAX];
	struct background *b = arg;
	struct problems *p = board_of(app, b->id);

	(void)err;
	if (rc == RC_OK && !b->members.n)
		app_say(app, "No further pattern of the set matches the rule "
			"of P-%lld%s; 'muster problem pattern' adds by key.",
			(long long)b->id, b->undecided ? ", and for some it "
			"was too costly" : "");
	else if (rc == RC_OK && (!p || !change_begin(p)))
		app_say(app, "%s the rule of P-%lld; t there, then m, adds.",
			counted(b->members.n, "pattern matches",
				"patterns match", n), (long long)b->id);
	else if (rc == RC_OK) {
		p->change.members = b->members;
		b->members = (struct problem_members)VEC_INIT;
		ask_kind(app, p->change.members.n, b->undecided);
	}
	background_free(b);
}

void work_propose(struct problems *p)
{
	static const struct app_job job = { .name = "matching",
					    .work = match_work,
					    .done = match_done };

	start(p, &job, NULL);
}
