/* What can be done on screen 4. */
#include "tui/compare_panes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/role.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/capture.h"
#include "tui/figures.h"
#include "tui/version_complete.h"
#include "tui/view_patterns.h"

static unsigned turn(struct compare_view *s, int step)
{
	size_t n = compare_n(s);

	s->shown = (s->shown + n + (size_t)(step + (int)n)) % n;
	compare_rearrange(s);
	return REACT_DRAW;
}

static unsigned rerun(struct compare_view *s)
{
	struct err err = ERR_INIT;

	if (compare_ask(s, &err) != RC_OK)
		app_fail(s->view->app, &err);
	return REACT_DRAW;
}

static void show_metric(struct compare_view *s, enum metric m)
{
	s->metric = m;
	s->metric_picked = true;
	compare_rearrange(s);
	compare_ask_history(s);
}

static void metric_chosen(struct view *v, size_t item, void *arg)
{
	struct compare_view *s = v->state;

	if (s->found && item < s->n_metrics)
		show_metric(s, s->metrics[item]);
}

/* The metric of the row under the cursor; of a difference between groups its
 * rate. */
static unsigned open_metric(struct compare_view *s)
{
	size_t row = list_row(&s->view->lists[PANE_METRICS]);

	if (row < compare_n_rows(s))
		show_metric(s, compare_metric_at(s, row));
	return REACT_DRAW;
}

/* -- Groups -- */

static void gap_columns(const struct compare_view *s, struct strs *out)
{
	const struct candidate *c = compare_shown(s);

	for (size_t i = 0; i < c->n_gaps; i++)
		if (!out->n || strcmp(out->at[out->n - 1], c->gaps[i].by) != 0)
			strs_add(out, c->gaps[i].by);
}

static void column_chosen(struct view *v, size_t item, void *arg)
{
	struct compare_view *s = v->state;
	struct strs columns = VEC_INIT;

	if (s->found)
		gap_columns(s, &columns);
	if (item < columns.n) {
		free(s->gaps_by);
		s->gaps_by = xstrdup(columns.at[item]);
	}
	strs_release(&columns);
}

static unsigned ask_groups(struct compare_view *s)
{
	struct strs columns = VEC_INIT;

	gap_columns(s, &columns);
	if (columns.n > 1)
		app_menu_names(s->view->app, "differences between groups of",
			       (const char *const *)columns.at, columns.n,
			       column_chosen);
	else
		app_say(s->view->app, columns.n ? "There is one column of "
			"groups." : "There are no groups with labels.");
	strs_release(&columns);
	return REACT_DRAW;
}

static unsigned ask_metric(struct compare_view *s)
{
	metric_menu(s->view->app, "metric of the slices", s->metrics,
		    s->n_metrics, metric_chosen);
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
	q.has_margin = s->q.has_margin;
	q.margin = s->q.margin;
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
	app_prompt_completes(s->view->app, version_complete,
			     "No version begins so.");
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

static void margin_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;
	double x = 0;

	(void)arg;
	if (*text && (!decimal_read(text, strlen(text), &x) || x < 0)) {
		app_say(v->app, "'%s' is no margin; .01 calls equivalent what "
			"lies between -.01 and +.01.", text);
		return;
	}
	s->q.has_margin = *text != '\0';
	s->q.margin = x;
	rerun(s);
}

static unsigned ask_margin(struct compare_view *s)
{
	struct buf initial = BUF_INIT;

	if (s->q.has_margin)
		buf_decimal(&initial, s->q.margin);
	app_prompt(s->view->app, "equivalent within +- (empty: no such verdict)",
		   initial.data, NULL, margin_done, NULL);
	buf_release(&initial);
	return REACT_DRAW;
}

const char *compare_threshold_by(const struct compare_view *s)
{
	const char *login = s->found->origin.login;
	const char *mine = reg_actor(app_registry(s->view->app))->login;

	return login && mine && !strcmp(login, mine) ? "you" : login;
}

/* Who chose the base's threshold, when and how: for the status line. */
static unsigned say_threshold(struct compare_view *s)
{
	const struct threshold_origin *o = &s->found->origin;
	char day[CLOCK_TEXT];

	if (!s->found->has_threshold)
		app_say(s->view->app, "The base has no threshold.");
	else if (!o->login)
		app_say(s->view->app, "The log does not say who set it.");
	else
		app_say(s->view->app, "%s %lld: threshold set by %s on %.10s, "
			"%s.", s->found->c.base_model,
			(long long)s->found->c.base_version,
			compare_threshold_by(s),
			clock_format(o->time, day),
			o->rule ? o->rule : "with its answers");
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

	buf_printf(&title, "%s base -> %s %lld",
		   c->has_shifts ? "errors" : "flips", c->model,
		   (long long)c->version);
	arg.title = title.data;
	app_open(s->view->app, &view_patterns_ops, &arg);
	buf_release(&title);
	return REACT_DRAW;
}

/* All that are listed, of labels also those that are too many for it. */
static unsigned open_flips(struct compare_view *s)
{
	const struct candidate *c = compare_shown(s);
	const struct shift_list *shifts = &c->shifts[compare_loss(s)];
	uint32_t *ordinals;
	unsigned react;

	if (!c->has_shifts)
		return open_patterns(s, c->flips, c->fixed + c->broken);
	ordinals = XNEW_ARRAY(uint32_t, shifts->n + 1);
	for (size_t i = 0; i < shifts->n; i++)
		ordinals[i] = shifts->at[i].ordinal;
	react = open_patterns(s, ordinals, shifts->n);
	free(ordinals);
	return react;
}

static unsigned open_flip(struct compare_view *s)
{
	size_t row = list_row(&s->view->lists[PANE_FLIPS]);
	const struct flip_group *g;

	if (row == SIZE_MAX)
		return REACT_NONE;
	g = compare_group_at(s, row);
	if (g)
		return open_patterns(s, g->ordinals, g->fixed + g->broken);
	return open_patterns(s, &compare_flip_at(s, row)->ordinal, 1);
}

/* A problem of the candidate from what is under the cursor: source is made
 * here, the rest is the caller's. */
static unsigned report_this(struct compare_view *s, struct capture *what)
{
	const struct candidate *c = compare_shown(s);
	char *source = xasprintf("comparison with %s %lld",
				 s->found->c.base_model,
				 (long long)s->found->c.base_version);

	what->testset = s->found->c.testset;
	what->model = c->model;
	what->version = c->version;
	what->source = source;
	capture_start(s->view, what);
	free(source);
	return REACT_DRAW;
}

/* A group of flips, or one. */
static unsigned report_flip(struct compare_view *s, size_t row)
{
	const struct flip_group *g = compare_group_at(s, row);
	struct capture what = { .n = 1 };

	what.ordinals = g ? g->ordinals : &compare_flip_at(s, row)->ordinal;
	if (g)
		what.n = g->fixed + g->broken;
	return report_this(s, &what);
}

/* Its rule is that of the slice, within the one that is asked for already. */
static char *slice_rule(struct compare_view *s, const struct compare_slice *at)
{
	struct registry *reg = app_registry(s->view->app);
	const char *set = s->found->c.testset;
	char *rule = capture_rule(reg, set, at->by, at->value);
	char *within, *both;

	if (!rule || !s->q.slice)
		return rule;
	within = capture_rule(reg, set, "slice", s->q.slice);
	both = xasprintf("%s %s", rule, within ? within : s->q.slice);
	free(within);
	free(rule);
	return both;
}

static unsigned report_slice(struct compare_view *s, size_t row)
{
	const struct compare_slice *at =
		&compare_shown(s)->slices[s->order[row]];
	char *rule = slice_rule(s, at);
	struct capture what = { .rule = rule };
	struct buf title = BUF_INIT;
	unsigned react;

	put_slice(&title, at->by, at->value);
	buf_printf(&title, ": %s ", metric_key(s->metric));
	put_delta(&title, &at->metrics[s->metric]);
	what.title = title.data;
	react = report_this(s, &what);
	buf_release(&title);
	free(rule);
	return react;
}

/* Only what is under the cursor that is seen: elsewhere it would be about
 * something that nobody chose. */
static unsigned report(struct compare_view *s)
{
	int focus = s->view->focus;
	size_t row = focus == PANE_SLICES || focus == PANE_FLIPS
		   ? list_row(&s->view->lists[focus]) : SIZE_MAX;

	if (row == SIZE_MAX) {
		app_say(s->view->app, "P reports the slice or the flip under "
			"the cursor; Tab goes there.");
		return REACT_DRAW;
	}
	return focus == PANE_FLIPS ? report_flip(s, row)
				   : report_slice(s, row);
}

/* -- Slices, charts -- */

static void slice_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;

	free(s->q.slice);
	s->q.slice = *text ? xstrdup(text) : NULL;
	rerun(s);
}

static unsigned ask_slice(struct compare_view *s)
{
	app_prompt(s->view->app, "slice (a name, or COL=VALUE; empty: all)",
		   s->q.slice ? s->q.slice : "", NULL, slice_done, NULL);
	return REACT_DRAW;
}

/* The slice under the cursor, within the one that is asked for already. */
static unsigned open_slice(struct compare_view *s)
{
	size_t row = list_row(&s->view->lists[PANE_SLICES]);
	const struct compare_slice *at;
	struct buf expr = BUF_INIT;

	if (row == SIZE_MAX)
		return REACT_NONE;
	at = &compare_shown(s)->slices[s->order[row]];
	if (strcmp(at->by, "slice") == 0)
		buf_str(&expr, at->value);
	else if (!choice_of_slice(at->by, at->value, &expr))
		app_say(s->view->app, "This slice has no expression; f takes "
			"one.");
	else if (s->q.slice)
		buf_printf(&expr, " %s", s->q.slice);
	if (expr.len)
		slice_done(s->view, expr.data, NULL);
	buf_release(&expr);
	return REACT_DRAW;
}

static unsigned next_chart(struct compare_view *s)
{
	s->chart = (s->chart + 1) % COMPARE_CHARTS;
	s->chart_picked = true;
	s->view->scroll[PANE_CHART] = 0;
	compare_ask_history(s);
	return REACT_DRAW;
}

static unsigned turn_folding(struct compare_view *s)
{
	s->unfold = !s->unfold;
	compare_rearrange(s);
	return REACT_DRAW;
}

static void export_done(struct view *v, const char *text, void *arg)
{
	struct compare_view *s = v->state;
	const char *end = strrchr(text, '.');
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	if (end && strcmp(end, ".json") == 0)
		compared_json(s->found, &out);
	else if (end && strcmp(end, ".csv") == 0)
		compared_csv(s->found, &out);
	else if (end && strcmp(end, ".md") == 0)
		compared_md(s->found, &out);
	if (!out.len)
		app_say(v->app, "The name must end in .csv, .json or .md.");
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
	case ACT_COMPARE_GROUPS:
		return ask_groups(s);
	case ACT_PATTERNS:
		return open_flips(s);
	case ACT_EXPORT_COMPARISON:
		app_prompt_file(s->view->app, "write this comparison to",
				"comparison.md", NULL, export_done, NULL);
		return REACT_DRAW;
	case ACT_CAPTURE:
		return report(s);
	case ACT_THRESHOLD:
		return say_threshold(s);
	case ACT_TABLE:
		s->table = !s->table;
		return REACT_DRAW;
	case ACT_UNFOLD:
		return turn_folding(s);
	case ACT_CHART:
		return next_chart(s);
	case ACT_OPEN:
		if (s->view->focus == PANE_FLIPS)
			return open_flip(s);
		if (s->view->focus == PANE_SLICES)
			return open_slice(s);
		if (s->view->focus == PANE_METRICS)
			return open_metric(s);
		return REACT_DRAW;
	default:
		return REACT_NOT_MINE;
	}
}

unsigned compare_act(struct view *v, enum action a)
{
	struct compare_view *s = v->state;

	if (a == ACT_COMPARE_WHAT)
		return ask_versions(s);
	if (a == ACT_RERUN && s->q.base.model)
		return rerun(s);
	if (a == ACT_REVISION)
		return ask_revision(s);
	if (a == ACT_MARGIN && s->q.base.model)
		return ask_margin(s);
	if (a == ACT_COMPARE_SLICE && s->q.base.model)
		return ask_slice(s);
	if (a == ACT_COMPARE_SET) {
		app_prompt(v->app, "test set",
			   s->q.testset ? s->q.testset : "", NULL, set_done,
			   NULL);
		return REACT_DRAW;
	}
	return s->found ? act_on_found(s, a) : REACT_NOT_MINE;
}

const char *compare_not_now(struct view *v, enum action a)
{
	struct compare_view *s = v->state;

	switch ((int)a) {
	case ACT_RERUN: case ACT_REVISION: case ACT_COMPARE_SET:
	case ACT_COMPARE_SLICE: case ACT_MARGIN:
		return s->q.base.model ? NULL : "no versions are chosen";
	case ACT_PREV_VERSION: case ACT_NEXT_VERSION:
		return compare_n(s) > 1 ? NULL : "there is one candidate";
	case ACT_METRIC: case ACT_COMPARE_GROUPS:
	case ACT_PATTERNS: case ACT_EXPORT_COMPARISON:
	case ACT_TABLE: case ACT_UNFOLD: case ACT_CHART: case ACT_CAPTURE:
	case ACT_THRESHOLD:
		return s->found ? NULL : "nothing is compared yet";
	default:
		return NULL;
	}
}
