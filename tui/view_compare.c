#include "tui/view_compare.h"

#include <string.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/compare_panes.h"
#include "tui/figures.h"
#include "tui/view_patterns.h"

/* The job's own; owner is NULL once the view is closed. */
struct asked {
	struct compare_view *owner;
	struct compare_question q;
	struct compared *found;
};

/* The same for what the chart shows. */
struct asked_history {
	struct compare_view *owner;
	struct compare_question q;
	bool over_revisions;
	enum metric metric;
	struct history *found;
};

/* -- Computing -- */

static void put_version(struct buf *out, const struct candidate *c, size_t i)
{
	buf_printf(out, "%c %s %lld", compare_letter(i), c->model,
		   (long long)c->version);
}

static void say_verdicts(struct compare_view *s)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < compare_n(s); i++) {
		const struct candidate *c = compare_candidate(s, i);

		buf_str(&text, i ? "; " : "");
		put_version(&text, c, i);
		buf_printf(&text, ": %s, %llu fixed, %llu broken",
			   verdict_text(c->verdict),
			   (unsigned long long)c->fixed,
			   (unsigned long long)c->broken);
	}
	buf_char(&text, '.');
	app_say(s->view->app, "%s", text.data);
	buf_release(&text);
}

/* Lists keep cursor and filter over a change of what they show. */
static void rearrange(struct compare_view *s, struct compared *found)
{
	struct buf memory[3];

	for (int i = 0; i < 3; i++) {
		buf_init(&memory[i]);
		list_before_reload(&s->view->lists[i], &memory[i]);
	}
	if (found) {
		compared_free(s->found);
		s->found = found;
	}
	compare_arrange(s);
	for (int i = 0; i < 3; i++) {
		list_after_reload(&s->view->lists[i], &memory[i]);
		buf_release(&memory[i]);
	}
}

void compare_rearrange(struct compare_view *s)
{
	rearrange(s, NULL);
}

static enum rc compare_work(struct registry *reg, struct reg_progress *progress,
			    void *arg, struct err *err)
{
	struct asked *a = arg;

	return compare_answer(reg, &a->q, progress, &a->found, err);
}

/* -- The chart's figures -- */

static void copy_question(struct compare_question *to,
			  const struct compare_question *from)
{
	to->testset = xstrdup_or_null(from->testset);
	to->slice = xstrdup_or_null(from->slice);
	to->revision = from->revision;
	to->base.model = xstrdup_or_null(from->base.model);
	to->base.version = from->base.version;
	for (size_t i = 0; i < from->candidates.n; i++)
		vec_push(&to->candidates, ((struct version_ref){
			xstrdup(from->candidates.at[i].model),
			from->candidates.at[i].version }));
}

static void history_free(struct history *h)
{
	if (h)
		history_release(h);
	free(h);
}

static void forget_history(struct compare_view *s)
{
	history_free(s->history);
	s->history = NULL;
}

/* A set with one revision has nothing to show over them. */
static void choose_chart(struct compare_view *s)
{
	if (!s->chart_picked)
		s->chart = s->found->n_revisions > 1 ? COMPARE_REVISIONS :
						       COMPARE_DELTAS;
}

static enum rc history_work(struct registry *reg,
			    struct reg_progress *progress, void *arg,
			    struct err *err)
{
	struct asked_history *a = arg;
	struct version_refs all = VEC_INIT;
	struct history *h = XNEW(struct history);
	struct history_query q = {
		.testset = a->q.testset, .revision = a->q.revision,
		.over_revisions = a->over_revisions, .metric = &a->metric,
		.error = a->metric == METRIC_ACCURACY,
		.among.slice = a->q.slice,
	};
	enum rc rc;

	vec_push(&all, a->q.base);
	for (size_t i = 0; i < a->q.candidates.n; i++)
		vec_push(&all, a->q.candidates.at[i]);
	if (a->over_revisions)
		q.versions = &all;
	else
		q.model = a->q.candidates.at[0].model;
	rc = reg_history(reg, &q, progress, h, err);
	vec_free(&all);		/* names are the question's */
	if (rc == RC_OK)
		a->found = h;
	else
		free(h);
	return rc;
}

static void ask_dropped(struct compare_view *s)
{
	struct err err = ERR_INIT;

	s->ask_again = false;
	if (compare_ask(s, &err) != RC_OK)
		app_fail(s->view->app, &err);
}

static void history_done(struct app *app, void *arg, enum rc rc,
			 const struct err *err)
{
	struct asked_history *a = arg;

	if (a->owner) {
		a->owner->history_asked = NULL;
		forget_history(a->owner);
		a->owner->history = a->found;
		a->found = NULL;
		if (a->owner->ask_again)
			ask_dropped(a->owner);
		else if (rc == RC_OK)	/* another chart, meanwhile */
			compare_ask_history(a->owner);
	}
	history_free(a->found);
	compare_question_release(&a->q);
	free(a);
}

bool compare_has_history(const struct compare_view *s)
{
	return s->history && s->history->metric == s->metric &&
	       s->history->over_revisions == (s->chart == COMPARE_REVISIONS);
}

void compare_ask_history(struct compare_view *s)
{
	struct asked_history *a;
	struct app_job job = { .name = "over time", .work = history_work,
			       .done = history_done };

	if (!s->found || s->chart == COMPARE_DELTAS || s->history_asked ||
	    compare_has_history(s))
		return;
	a = XNEW(struct asked_history);
	a->owner = s;
	copy_question(&a->q, &s->q);
	a->q.revision = s->found->c.revision;
	a->over_revisions = s->chart == COMPARE_REVISIONS;
	a->metric = s->metric;
	job.arg = a;
	if (app_start_job(s->view->app, &job, NULL) == RC_OK) {
		s->history_asked = a;
		return;
	}
	compare_question_release(&a->q);
	free(a);
}

static void compare_done(struct app *app, void *arg, enum rc rc,
			 const struct err *err)
{
	struct asked *a = arg;

	if (a->owner) {
		a->owner->asked = NULL;
		if (a->found) {
			rearrange(a->owner, a->found);
			a->found = NULL;
			say_verdicts(a->owner);
			forget_history(a->owner);
			choose_chart(a->owner);
			compare_ask_history(a->owner);
		}
	}
	compared_free(a->found);
	compare_question_release(&a->q);
	free(a);
}

static enum rc start(struct compare_view *s, struct err *err)
{
	struct asked *a = XNEW(struct asked);
	struct app_job job = { .name = "comparing", .work = compare_work,
			       .done = compare_done, .arg = a };
	enum rc rc;

	a->owner = s;
	copy_question(&a->q, &s->q);
	rc = app_start_job(s->view->app, &job, err);
	if (rc == RC_OK) {
		s->asked = a;
		return RC_OK;
	}
	compare_question_release(&a->q);
	free(a);
	return rc;
}

/* -- Opening -- */

/* The set of the base's newest evaluation, else of a candidate's. */
static enum rc find_testset(struct compare_view *s, struct err *err)
{
	struct registry *reg = app_registry(s->view->app);
	struct evaluation e;
	enum rc rc = reg_evaluation_newest(reg, s->q.base.model,
					   s->q.base.version, &e, err);

	for (size_t i = 0; rc == RC_NOT_FOUND && i < s->q.candidates.n; i++)
		rc = reg_evaluation_newest(reg, s->q.candidates.at[i].model,
					   s->q.candidates.at[i].version, &e,
					   err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_NOT_FOUND, "none of these versions is "
			       "evaluated yet; e on screen 2 evaluates all");
	if (rc != RC_OK)
		return rc;
	s->q.testset = xstrdup(e.testset);
	evaluation_release(&e);
	return RC_OK;
}

/* Another question makes the chart's figures moot. */
enum rc compare_ask(struct compare_view *s, struct err *err)
{
	enum rc rc = s->q.testset ? RC_OK : find_testset(s, err);

	if (rc == RC_OK && s->history_asked) {
		s->ask_again = true;
		app_drop_job(s->view->app);
		return RC_OK;
	}
	return rc == RC_OK ? start(s, err) : rc;
}

static void free_state(struct compare_view *s)
{
	if (s->asked)
		s->asked->owner = NULL;
	compare_question_release(&s->q);
	compared_free(s->found);
	strs_release(&s->head_texts);
	forget_history(s);
	if (s->history_asked)
		s->history_asked->owner = NULL;
	free(s->order);
	free(s->folded);
	free(s);
}

enum { PROPOSED = 2 };

/* The newest live versions that came after the one in production. */
static enum rc propose_of(struct compare_view *s, const struct model_rec *m,
			  struct err *err)
{
	struct registry *reg = app_registry(s->view->app);
	struct version_recs all = VEC_INIT;
	struct compare_question q = { .base = { m->name, m->production } };
	enum rc rc = reg_version_list(reg, m->name, &all, err);

	for (size_t i = 0; rc == RC_OK && i < all.n; i++) {
		const struct version_rec *r = &all.at[i];

		if (r->version <= m->production ||
		    !strcmp(r->stage, "archived"))
			continue;
		if (q.candidates.n == PROPOSED)
			memmove(q.candidates.at, q.candidates.at + 1,
				--q.candidates.n * sizeof(*q.candidates.at));
		vec_push(&q.candidates,
			 ((struct version_ref){ m->name, r->version }));
	}
	if (q.candidates.n)
		copy_question(&s->q, &q);
	vec_free(&q.candidates);
	version_recs_release(&all);
	return rc;
}

/* Nothing was chosen: the first model that has candidates newer than what is
 * in production is the obvious question. Without one, or without evaluations
 * to tell the test set, nothing is asked. */
static void propose(struct compare_view *s)
{
	struct model_recs models = VEC_INIT;

	if (reg_model_list(app_registry(s->view->app), &models, NULL))
		return;
	for (size_t i = 0; i < models.n && !s->q.candidates.n; i++)
		if (models.at[i].production &&
		    propose_of(s, &models.at[i], NULL))
			break;
	model_recs_release(&models);
	if (s->q.candidates.n && compare_ask(s, NULL) != RC_OK) {
		compare_question_release(&s->q);
		s->q = (struct compare_question){ 0 };
	}
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct compare_arg *a = arg;
	struct compare_view *s = XNEW(struct compare_view);
	enum rc rc = RC_OK;

	s->view = v;
	if (a) {
		const struct compare_question q = {
			.testset = (char *)(uintptr_t)a->testset,
			.revision = a->revision, .base = *a->base,
			.candidates = *a->candidates,
		};

		copy_question(&s->q, &q);
		rc = compare_ask(s, err);
	} else {
		propose(s);
	}
	if (rc != RC_OK) {
		free_state(s);
		return rc;
	}
	v->state = s;
	return RC_OK;
}

static void close_view(struct view *v)
{
	free_state(v->state);
}

/* What is shown is what was computed; r computes anew. */
static enum rc reload(struct view *v, struct err *err)
{
	return RC_OK;
}

/* Of the base's model only the number. */
static void place_candidate(const struct compare_view *s, size_t i,
			    struct buf *out)
{
	const struct version_ref *c = &s->q.candidates.at[i];

	buf_printf(out, " | %c %c ", compare_letter(i), compare_mark(1 + i));
	if (strcmp(c->model, s->q.base.model) != 0)
		buf_printf(out, "%s ", c->model);
	buf_printf(out, "%lld", (long long)c->version);
}

static void place(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	buf_str(out, "Compare");
	if (!s->q.base.model)
		return;
	buf_printf(out, " > base o %s %lld", s->q.base.model,
		   (long long)s->q.base.version);
	if (s->found && s->found->base_stage)
		buf_printf(out, " %s", s->found->base_stage);
	for (size_t i = 0; i < s->q.candidates.n; i++)
		place_candidate(s, i, out);
}

static void summary(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	if (!s->found) {
		buf_str(out, s->asked ? "comparing" : "");
		return;
	}
	buf_printf(out, "%s r%lld ", s->found->c.testset,
		   (long long)s->found->c.revision);
	if (s->found->slice)
		buf_printf(out, "%s ", s->found->slice);
	buf_str(out, "n ");
	put_count(out, s->found->c.n);
	if (s->found->slice)
		return;		/* leaves room for who is compared */
	if (s->found->has_threshold) {
		buf_str(out, " | threshold ");
		put_number(out, s->found->threshold, false);
	}
	buf_str(out, " | 95%, paired");
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	struct compare_view *s = v->state;
	int metrics = (int)s->n_metrics + 3;
	int top = h * 2 / 5, bottom = h / 4 > 5 ? h / 4 : 5;
	struct rect middle[2];

	if (metrics < top && metrics > 4)
		top = metrics;
	/* boxes share their edges */
	layout_side_by_side(w, h - top - bottom + 2, 62, &middle[0],
			    &middle[1]);
	rects[PANE_METRICS] = (struct rect){ 0, 0, w, top };
	for (int i = 0; i < 2; i++)
		middle[i].y += top - 1;
	rects[PANE_SLICES] = middle[0];
	rects[PANE_FLIPS] = middle[1];
	rects[PANE_CHART] = (struct rect){ 0, h - bottom, w, bottom };
}

const struct view_ops view_compare_ops = {
	.name = "Compare", .screen = SCREEN_COMPARE, .context = IN_COMPARE,
	.n_panes = 4,
	.panes = {
		[PANE_METRICS] = { .name = "METRICS", .list = &compare_metrics },
		[PANE_SLICES] = { .name = "SLICES", .list = &compare_slices,
				  .title = compare_slices_title },
		[PANE_FLIPS] = { .name = "FLIPS", .list = &compare_flips,
				 .title = compare_flips_title },
		[PANE_CHART] = { .name = "CHART", .title = compare_chart_title,
				 .paint = compare_paint_chart },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = compare_act,
	.not_now = compare_not_now, .place = place, .summary = summary,
	.layout = layout,
};
