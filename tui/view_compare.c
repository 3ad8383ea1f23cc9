#include "tui/view_compare.h"

#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/compare_panes.h"
#include "tui/figures.h"
#include "tui/view_patterns.h"

/* Both are taken out of the question when it is answered. */
struct asked {
	struct compare_question q;
	struct compared *found;
};
struct asked_history {
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
		buf_printf(&text, ": %s", verdict_text(c->verdict));
		if (c->has_flips)
			buf_printf(&text, compare_n(s) > 1 ? " +%llu -%llu" :
				   ", %llu fixed, %llu broken",
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

/* -- The chart's figures -- */

static void copy_question(struct compare_question *to,
			  const struct compare_question *from)
{
	to->testset = xstrdup_or_null(from->testset);
	to->slice = xstrdup_or_null(from->slice);
	to->revision = from->revision;
	to->has_margin = from->has_margin;
	to->margin = from->margin;
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

static void history_told(struct app *app, struct asking *telling, void **q,
			 enum rc rc)
{
	struct compare_view *s = telling->owner;
	struct asked_history *a = *q;

	(void)app;
	forget_history(s);
	s->history = a->found;
	a->found = NULL;
	if (rc == RC_OK)		/* another chart, meanwhile */
		compare_ask_history(s);
}

static void asked_history_free(void *q)
{
	struct asked_history *a = q;

	history_free(a->found);
	compare_question_release(&a->q);
	free(a);
}

static const struct asking_kind history_kind = {
	.name = "over time", .work = history_work, .told = history_told,
	.free = asked_history_free,
};

bool compare_has_history(const struct compare_view *s)
{
	return s->history && s->history->metric == s->metric &&
	       s->history->over_revisions == (s->chart == COMPARE_REVISIONS);
}

void compare_ask_history(struct compare_view *s)
{
	struct asked_history *a;

	if (!s->found || s->chart == COMPARE_DELTAS ||
	    asking_runs(&s->telling) || compare_has_history(s))
		return;
	a = XNEW(struct asked_history);
	copy_question(&a->q, &s->q);
	a->q.revision = s->found->c.revision;
	a->over_revisions = s->chart == COMPARE_REVISIONS;
	a->metric = s->metric;
	s->telling.owner = s;
	asking_say(s->view->app, &s->telling, &history_kind, a);
}

static enum rc compare_work(struct registry *reg, struct reg_progress *progress,
			    void *q, struct err *err)
{
	struct asked *a = q;

	return compare_answer(reg, &a->q, progress, &a->found, err);
}

static void compare_told(struct app *app, struct asking *comparing, void **q,
			 enum rc rc)
{
	struct compare_view *s = comparing->owner;
	struct asked *a = *q;

	(void)app;
	if (rc != RC_OK)
		return;
	rearrange(s, a->found);
	a->found = NULL;
	say_verdicts(s);
	forget_history(s);
	choose_chart(s);
	compare_ask_history(s);
}

static void asked_free(void *q)
{
	struct asked *a = q;

	compared_free(a->found);
	compare_question_release(&a->q);
	free(a);
}

static const struct asking_kind compare_kind = {
	.name = "comparing", .work = compare_work, .told = compare_told,
	.free = asked_free,
};

static enum rc start(struct compare_view *s, struct err *err)
{
	struct asked *a = XNEW(struct asked);

	copy_question(&a->q, &s->q);
	s->comparing.owner = s;
	return asking_start(s->view->app, &s->comparing, &compare_kind, a,
			    err);
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

	asking_forget(&s->telling);
	return rc == RC_OK ? start(s, err) : rc;
}

static void close_view(struct view *v)
{
	struct compare_view *s = v->state;

	asking_release(&s->comparing);
	asking_release(&s->telling);
	compare_question_release(&s->q);
	compared_free(s->found);
	strs_release(&s->head_texts);
	forget_history(s);
	free(s->order);
	free(s->folded);
	free(s->gaps_by);
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

	v->state = s;
	s->view = v;
	if (a) {
		const struct compare_question q = {
			.testset = (char *)(uintptr_t)a->testset,
			.revision = a->revision, .base = *a->base,
			.candidates = *a->candidates,
		};

		copy_question(&s->q, &q);
		return compare_ask(s, err);
	}
	propose(s);
	return RC_OK;
}

/* What is shown is what was computed; r computes anew. */
static enum rc reload(struct view *v, struct err *err)
{
	return RC_OK;
}

/* Of the base's model only the number. */
static void place_candidate(size_t i, const char *base, const char *model,
			    int64_t version, struct buf *out)
{
	buf_printf(out, " | %c %c ", compare_letter(i), compare_mark(1 + i));
	if (strcmp(model, base) != 0)
		buf_printf(out, "%s ", model);
	buf_printf(out, "%lld", (long long)version);
}

/* What is shown, not what is asked and may be stopped. */
static void place_found(const struct compare_view *s, struct buf *out)
{
	const struct comparison *c = &s->found->c;

	buf_printf(out, " > base o %s %lld", c->base_model,
		   (long long)c->base_version);
	if (s->found->base_stage)
		buf_printf(out, " %s", s->found->base_stage);
	for (size_t i = 0; i < c->n_candidates; i++)
		place_candidate(i, c->base_model, c->candidates[i].model,
				c->candidates[i].version, out);
}

static void place_asked(const struct compare_view *s, struct buf *out)
{
	const struct version_ref *base = &s->q.base;

	buf_printf(out, " > base o %s %lld", base->model,
		   (long long)base->version);
	for (size_t i = 0; i < s->q.candidates.n; i++)
		place_candidate(i, base->model, s->q.candidates.at[i].model,
				s->q.candidates.at[i].version, out);
}

static void place(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	buf_str(out, "Compare");
	if (s->found)
		place_found(s, out);
	else if (s->q.base.model)
		place_asked(s, out);
}

static void summary(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	if (!s->found) {
		buf_str(out, asking_runs(&s->comparing) ? "comparing" : "");
		return;
	}
	buf_printf(out, "%s r%lld ", s->found->c.testset,
		   (long long)s->found->c.revision);
	if (s->found->slice)
		buf_printf(out, "%s ", s->found->slice);
	buf_str(out, "n ");
	put_count(out, s->found->c.n);
	compare_put_basis(s, out);
	if (s->found->slice)
		return;		/* leaves room for who is compared */
	if (s->found->has_threshold) {
		buf_str(out, " | threshold ");
		buf_decimal(out, s->found->threshold);
	}
	if (compare_threshold_by(s))
		buf_printf(out, " (%s)", compare_threshold_by(s));
	if (s->found->has_margin) {
		buf_str(out, " | margin ");
		buf_decimal(out, s->found->margin);
	}
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	struct compare_view *s = v->state;
	int metrics = (int)compare_n_rows(s) + 3;
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
		[PANE_METRICS] = { .name = "METRICS", .list = &compare_metrics,
				   .title = compare_metrics_title },
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
