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

static enum rc compare_work(struct registry *reg, struct reg_progress *progress,
			    void *arg, struct err *err)
{
	struct asked *a = arg;

	return compare_answer(reg, &a->q, progress, &a->found, err);
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
		}
	}
	compared_free(a->found);
	compare_question_release(&a->q);
	free(a);
}

static void copy_question(struct compare_question *to,
			  const struct compare_question *from)
{
	to->testset = xstrdup_or_null(from->testset);
	to->revision = from->revision;
	to->base.model = xstrdup_or_null(from->base.model);
	to->base.version = from->base.version;
	for (size_t i = 0; i < from->candidates.n; i++)
		vec_push(&to->candidates, ((struct version_ref){
			xstrdup(from->candidates.at[i].model),
			from->candidates.at[i].version }));
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

static enum rc ask(struct compare_view *s, struct err *err)
{
	enum rc rc = s->q.testset ? RC_OK : find_testset(s, err);

	return rc == RC_OK ? start(s, err) : rc;
}

static void free_state(struct compare_view *s)
{
	if (s->asked)
		s->asked->owner = NULL;
	compare_question_release(&s->q);
	compared_free(s->found);
	strs_release(&s->head_texts);
	free(s->order);
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
	if (s->q.candidates.n && ask(s, NULL) != RC_OK) {
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
		rc = ask(s, err);
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

static void place(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	buf_str(out, "Compare");
	if (!s->q.base.model)
		return;
	buf_printf(out, " > base o %s %lld", s->q.base.model,
		   (long long)s->q.base.version);
	for (size_t i = 0; i < s->q.candidates.n; i++)
		buf_printf(out, " | %c %c %s %lld", compare_letter(i), compare_mark(1 + i),
			   s->q.candidates.at[i].model,
			   (long long)s->q.candidates.at[i].version);
}

static void summary(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	if (!s->found) {
		buf_str(out, s->asked ? "comparing" : "");
		return;
	}
	buf_printf(out, "%s r%lld n ", s->found->c.testset,
		   (long long)s->found->c.revision);
	put_count(out, s->found->c.n);
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

/* -- Actions -- */

static unsigned turn(struct compare_view *s, int step)
{
	size_t n = compare_n(s);

	s->shown = (s->shown + n + (size_t)(step + (int)n)) % n;
	rearrange(s, NULL);
	return REACT_DRAW;
}

static unsigned rerun(struct compare_view *s)
{
	struct err err = ERR_INIT;

	if (ask(s, &err) != RC_OK)
		app_fail(s->view->app, &err);
	return REACT_DRAW;
}

static void metric_chosen(struct view *v, size_t item, void *arg)
{
	struct compare_view *s = v->state;

	if (!s->found || item >= s->n_metrics)
		return;
	s->metric = s->metrics[item];
	s->metric_picked = true;
	rearrange(s, NULL);
}

static unsigned ask_metric(struct compare_view *s)
{
	struct menu_item items[26];
	size_t n = s->n_metrics < 26 ? s->n_metrics : 26;

	for (size_t i = 0; i < n; i++)
		items[i] = (struct menu_item){ (char)('a' + i),
					       metric_key(s->metrics[i]) };
	app_menu(s->view->app, "metric of the slices", items, n, metric_chosen,
		 NULL);
	return REACT_DRAW;
}

static bool is_named(const struct compare_question *q,
		     const struct version_ref *ref)
{
	bool found = q->base.model && q->base.version == ref->version &&
		strcmp(q->base.model, ref->model) == 0;

	for (size_t i = 0; i < q->candidates.n; i++)
		found |= q->candidates.at[i].version == ref->version &&
			strcmp(q->candidates.at[i].model, ref->model) == 0;
	return found;
}

/* Takes ref over. */
static enum rc add_version(struct compare_question *q, struct version_ref ref,
			   struct err *err)
{
	enum rc rc = RC_OK;

	if (is_named(q, &ref)) {
		rc = err_set(err, RC_USAGE, "'%s@%lld' is named twice",
			     ref.model, (long long)ref.version);
		free(ref.model);
	} else if (!q->base.model) {
		q->base = ref;
	} else {
		vec_push(&q->candidates, ref);
	}
	return rc;
}

/* "NAME@1 NAME@2 …", the base first. */
static enum rc take_versions(struct compare_view *s, const char *text,
			     struct compare_question *q, struct err *err)
{
	struct registry *reg = app_registry(s->view->app);
	enum rc rc = RC_OK;

	for (text += strspn(text, " "); rc == RC_OK && *text;
	     text += strspn(text, " ")) {
		struct version_ref ref = { 0 };
		size_t n = strcspn(text, " ");
		char *word = xmemdupz(text, n);

		rc = reg_version_resolve(reg, word, &ref, err);
		if (rc == RC_OK)
			rc = add_version(q, ref, err);
		free(word);
		text += n;
	}
	if (rc == RC_OK && !q->candidates.n)
		rc = err_set(err, RC_USAGE, "name a base and at least one "
			     "candidate: NAME@1 NAME@2");
	return rc;
}

static void versions_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;
	struct compare_question q = { 0 };
	struct err err = ERR_INIT;

	if (take_versions(s, text, &q, &err) != RC_OK) {
		app_fail(v->app, &err);
		compare_question_release(&q);
		return;
	}
	q.testset = s->q.testset;
	s->q.testset = NULL;
	compare_question_release(&s->q);
	s->q = q;
	rerun(s);
}

static unsigned ask_versions(struct compare_view *s)
{
	struct buf initial = BUF_INIT;

	if (s->q.base.model)
		buf_printf(&initial, "%s@%lld ", s->q.base.model,
			   (long long)s->q.base.version);
	for (size_t i = 0; i < s->q.candidates.n; i++)
		buf_printf(&initial, "%s@%lld ", s->q.candidates.at[i].model,
			   (long long)s->q.candidates.at[i].version);
	app_prompt(s->view->app, "base and candidates", initial.data, NULL,
		   versions_done, NULL);
	buf_release(&initial);
	return REACT_DRAW;
}

static void set_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;

	if (!*text)
		return;
	free(s->q.testset);
	s->q.testset = xstrdup(text);
	s->q.revision = 0;
	rerun(s);
}

static void revision_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;
	int64_t r = 0;

	text += *text == 'r';
	if (*text && (!decimal_read_i64(text, strlen(text), &r) || r < 1)) {
		app_say(v->app, "'%s' is no revision; r1 is the first.", text);
		return;
	}
	s->q.revision = r;
	rerun(s);
}

static unsigned ask_revision(struct compare_view *s)
{
	struct buf initial = BUF_INIT;

	if (s->found)
		buf_printf(&initial, "r%lld",
			   (long long)s->found->c.revision);
	app_prompt(s->view->app, "revision (empty: the newest)", initial.data,
		   NULL, revision_done, NULL);
	buf_release(&initial);
	return REACT_DRAW;
}

/* Base and the shown candidate get a column each. */
static unsigned open_patterns(struct compare_view *s, const uint32_t *ordinals,
			      size_t n)
{
	const struct candidate *c = compare_shown(s);
	struct version_ref both[2] = {
		{ s->found->c.base_model, s->found->c.base_version },
		{ c->model, c->version },
	};
	struct version_refs versions = { both, 2, 2 };
	struct buf title = BUF_INIT;
	struct patterns_arg arg = {
		.testset = s->found->c.testset,
		.revision = s->found->c.revision, .ordinals = ordinals,
		.n_ordinals = n, .versions = &versions,
	};
	struct err err = ERR_INIT;

	buf_printf(&title, "flips base -> %s %lld", c->model,
		   (long long)c->version);
	arg.title = title.data;
	if (app_push(s->view->app, &view_patterns_ops, &arg, &err) != RC_OK)
		app_fail(s->view->app, &err);
	buf_release(&title);
	return REACT_DRAW;
}

static unsigned open_flip(struct compare_view *s)
{
	size_t row = list_row(&s->view->lists[PANE_FLIPS]);

	if (row == SIZE_MAX)
		return REACT_NONE;
	return open_patterns(s, &s->found->flips[s->shown].at[row].ordinal, 1);
}

static void export_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;
	const char *end = strrchr(text, '.');
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	if (end && strcmp(end, ".json") == 0)
		compared_json(s->found, &out);
	else if (end && strcmp(end, ".md") == 0)
		compared_md(s->found, &out);
	if (!out.len)
		app_say(v->app, "The name must end in .json or .md.");
	else if (fsx_write(text, out.data, out.len, 0644, false, &err) == RC_OK)
		app_say(v->app, "Wrote the comparison to %s.", text);
	else
		app_fail(v->app, &err);
	buf_release(&out);
}

static unsigned act_on_found(struct compare_view *s, enum action a)
{
	switch ((int)a) {
	case ACT_PREV_VERSION:
		return turn(s, -1);
	case ACT_NEXT_VERSION:
		return turn(s, 1);
	case ACT_METRIC:
		return ask_metric(s);
	case ACT_PATTERNS:
		return open_patterns(s, compare_shown(s)->flips,
				     compare_shown(s)->fixed + compare_shown(s)->broken);
	case ACT_EXPORT_COMPARISON:
		app_prompt(s->view->app, "write this comparison to",
			   "comparison.md", NULL, export_done, NULL);
		return REACT_DRAW;
	case ACT_TABLE:
		s->table = !s->table;
		return REACT_DRAW;
	case ACT_OPEN:
		if (s->view->focus == PANE_FLIPS)
			return open_flip(s);
		if (s->view->focus == PANE_METRICS)
			metric_chosen(s->view, list_row(&s->view->lists[0]),
				      NULL);
		return REACT_DRAW;
	default:
		return REACT_NOT_MINE;
	}
}

static unsigned act(struct view *v, enum action a)
{
	struct compare_view *s = v->state;

	if (a == ACT_COMPARE_WHAT)
		return ask_versions(s);
	if (a == ACT_RERUN && s->q.base.model)
		return rerun(s);
	if (a == ACT_REVISION)
		return ask_revision(s);
	if (a == ACT_TESTSET) {
		app_prompt(v->app, "test set",
			   s->q.testset ? s->q.testset : "", NULL, set_done,
			   NULL);
		return REACT_DRAW;
	}
	return s->found ? act_on_found(s, a) : REACT_NOT_MINE;
}

static const char *not_now(struct view *v, enum action a)
{
	struct compare_view *s = v->state;

	switch ((int)a) {
	case ACT_RERUN: case ACT_REVISION: case ACT_TESTSET:
		return s->q.base.model ? NULL : "no versions are chosen";
	case ACT_PREV_VERSION: case ACT_NEXT_VERSION:
		return compare_n(s) > 1 ? NULL : "there is one candidate";
	case ACT_METRIC: case ACT_PATTERNS: case ACT_EXPORT_COMPARISON:
	case ACT_TABLE:
		return s->found ? NULL : "nothing is compared yet";
	default:
		return NULL;
	}
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
		[PANE_CHART] = { .name = "DELTAS", .title = compare_chart_title,
				 .paint = compare_paint_chart },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .summary = summary,
	.layout = layout,
};
