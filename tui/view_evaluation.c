#include "tui/view_evaluation.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "model/fairview.h"
#include "registry/evaluate.h"
#include "registry/prediction.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/capture.h"
#include "tui/chart.h"
#include "tui/evaluating.h"
#include "tui/figures.h"
#include "tui/view_fairness.h"

#define STRIP 16		/* cells of an interval in the list of slices */

struct eval_view {
	char *model;
	int64_t version;
	char *testset;			/* NULL: nothing predicted yet */
	struct strs sets;		/* on which it predicted something */
	struct evaluation e;
	bool has;
	enum metric metric;		/* of slices and chart */
	bool metric_picked;		/* by the user */
	enum metric metrics[METRIC_COUNT];
	size_t n_metrics;
	uint32_t *order;		/* of slices, worst first */
	double from, to;		/* scale of their intervals */
	size_t n_few;			/* slices that stand last: too small */
	/* the metric over versions: what is fresh, and what is not */
	struct strs labels;
	VEC_DECLARE(struct chart_point, chart_points) points, stale;
	bool table;
};

enum { PANE_METRICS, PANE_SLICES, PANE_CONFUSION, PANE_CHART };

static struct eval_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Metrics -- */

enum { M_NAME, M_BETTER, M_VALUE, M_BOUNDS, M_N, M_METHOD };

static const struct list_column metric_columns[] = {
	[M_NAME] = { "metric", "metric", 18, 21, 9, .elastic = true },
	[M_BETTER] = { "better", "good", 4, 4, 3 },
	[M_VALUE] = { "value", "value", 9, 9, 8, .right = true },
	[M_BOUNDS] = { "interval", "95% interval", 17, 19, 7 },
	[M_N] = { "n", "n", 5, 9, 6, .right = true },
	[M_METHOD] = { "method", "method", 9, 16, 2 },
};

static size_t metric_rows(void *arg)
{
	return state_of(arg)->has ? state_of(arg)->n_metrics : 0;
}

static enum style metric_cell(void *arg, size_t row, size_t column,
			      struct buf *out)
{
	struct eval_view *s = state_of(arg);
	enum metric m = s->metrics[row];
	const struct figure *f = &s->e.whole.metrics[m];

	switch (column) {
	case M_NAME: buf_str(out, metric_key(m)); break;
	case M_BETTER: buf_str(out, better_text(m)); break;
	case M_VALUE: put_figure(out, f); break;
	case M_BOUNDS:
		if (f->why)
			buf_str(out, f->why);
		put_bounds(out, f);
		break;
	case M_N: put_count(out, f->n); break;
	case M_METHOD:
		buf_str(out, f->why ? "" : method_name(f->method));
		break;
	}
	return m == s->metric ? STYLE_STRONG : STYLE_NORMAL;
}

static const struct list_source metric_source = {
	.columns = metric_columns,
	.n_columns = COUNT(metric_columns),
	.empty = "Not evaluated yet: r evaluates it on the newest revision of "
		 "a set that it has predictions for.",
	.rows = metric_rows, .cell = metric_cell,
};

/* -- Slices -- */

enum { S_NAME, S_N, S_VALUE, S_STRIP, S_BOUNDS };

static const struct list_column slice_columns[] = {
	[S_NAME] = { "slice", "slice", 12, 18, 9, .elastic = true,
		     .tail = true },
	[S_N] = { "n", "n", 5, 7, 7, .right = true },
	[S_VALUE] = { "value", "value", 7, 9, 8, .right = true },
	[S_STRIP] = { "chart", "", STRIP, STRIP, 6 },
	[S_BOUNDS] = { "interval", "95% interval", 17, 19, 5 },
};

static size_t slice_rows(void *arg)
{
	return state_of(arg)->has ? state_of(arg)->e.n_slices : 0;
}

static const struct eval_slice *slice_at(const struct eval_view *s, size_t row)
{
	return &s->e.slices[s->order[row]];
}

/* As fairness calls groups of that size insufficient. */
static bool is_few(const struct figure *f)
{
	return f->why || f->n < FAIR_MIN_N;
}

static enum style slice_cell(void *arg, size_t row, size_t column,
			     struct buf *out)
{
	struct view *v = arg;
	struct eval_view *s = v->state;
	const struct eval_slice *slice = slice_at(s, row);
	const struct figure *f = &slice->metrics[s->metric];
	struct chart_point p = figure_point(f);

	switch (column) {
	case S_NAME: put_slice(out, slice->by, slice->value); break;
	case S_N: put_count(out, f->why ? slice->n : f->n); break;
	case S_VALUE:
		if (f->why)
			buf_str(out, "undef.");
		else
			put_figure(out, f);
		break;
	case S_BOUNDS: put_bounds(out, f); break;
	case S_STRIP:
		if (f->why)
			buf_printf(out, "undefined: %s", f->why);
		else
			chart_interval(&p, s->from, s->to, STRIP,
				       app_chart_level(v->app), out);
		break;
	}
	return is_few(f) ? STYLE_FAINT : STYLE_NORMAL;
}

static const struct list_source slice_source = {
	.columns = slice_columns,
	.n_columns = COUNT(slice_columns),
	.empty = "No slices: the set names no slicing column. 'muster slice "
		 "add TESTSET NAME EXPR' adds a slice.",
	.rows = slice_rows, .cell = slice_cell,
};

/* Those with too few cases last: chance makes them the worst. */
static int worse_first(const void *a, const void *b, void *arg)
{
	const struct eval_view *s = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct figure *x = &s->e.slices[i].metrics[s->metric];
	const struct figure *y = &s->e.slices[k].metrics[s->metric];
	int order = is_few(x) - is_few(y);

	if (!order)
		order = figure_compare(s->metric, x, y);
	return order ? order : (i > k) - (i < k);
}

static void order_slices(struct eval_view *s)
{
	struct chart_point *points;
	struct chart_series series = { .name = "" };
	size_t n = s->e.n_slices;

	free(s->order);
	s->n_few = 0;
	s->order = XNEW_ARRAY(uint32_t, n + 1);
	points = XNEW_ARRAY(struct chart_point, n + 1);
	for (size_t i = 0; i < n; i++) {
		s->order[i] = (uint32_t)i;
		points[i] = figure_point(&s->e.slices[i].metrics[s->metric]);
		s->n_few += is_few(&s->e.slices[i].metrics[s->metric]);
	}
	qsort_r(s->order, n, sizeof(*s->order), worse_first, s);
	series.points = points;
	chart_range(&series, 1, n, &s->from, &s->to);
	free(points);
}

/* -- Reading -- */

static void forget(struct eval_view *s)
{
	if (s->has)
		evaluation_release(&s->e);
	s->has = false;
	free(s->order);
	s->order = NULL;
	strs_release(&s->sets);
	strs_release(&s->labels);
	vec_free(&s->points);
	vec_free(&s->stale);
	s->n_metrics = 0;
}

static bool predicted_on(struct registry *reg, const struct eval_view *s,
			 const char *testset)
{
	struct predicteds all = VEC_INIT;
	struct err err = ERR_INIT;
	bool found = false;

	if (reg_predictions_versions(reg, testset, &all, &err) != RC_OK)
		return false;
	for (size_t i = 0; i < all.n && !found; i++)
		found = all.at[i].version == s->version &&
			strcmp(all.at[i].model, s->model) == 0;
	predicteds_release(&all);
	return found;
}

static enum rc read_sets(struct registry *reg, struct eval_view *s,
			 struct err *err)
{
	struct testset_infos all = VEC_INIT;
	enum rc rc = reg_testset_list(reg, &all, err);

	for (size_t i = 0; i < all.n; i++) {
		if (rc == RC_OK && predicted_on(reg, s, all.at[i].name))
			strs_add(&s->sets, all.at[i].name);
		testset_info_release(&all.at[i]);
	}
	vec_free(&all);
	return rc;
}

static enum rc read_evaluation(struct registry *reg, struct eval_view *s,
			       struct err *err)
{
	enum rc rc;

	if (!s->testset)
		rc = reg_evaluation_newest(reg, s->model, s->version, &s->e,
					   err);
	else
		rc = reg_evaluation_load(reg, s->model, s->version, s->testset,
					 0, &s->e, err);
	s->has = rc == RC_OK;
	if (s->has && !s->testset)
		s->testset = xstrdup(s->e.testset);
	if (!s->has && !s->testset && s->sets.n)
		s->testset = xstrdup(s->sets.at[0]);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void add_point(struct eval_view *s, const struct rank_row *r)
{
	const struct chart_point none = { 0 };
	struct buf label = BUF_INIT;

	buf_printf(&label, "%lld", (long long)r->version);
	strs_add(&s->labels, label.data);
	buf_release(&label);
	vec_push(&s->points, r->rank ? figure_point(&r->figure) : none);
	vec_push(&s->stale, r->rank || r->stored.why ? none
						     : figure_point(&r->stored));
}

/* The metric of this model's versions on the same revision. */
static enum rc read_chart(struct registry *reg, struct eval_view *s,
			  struct err *err)
{
	struct ranking r;
	enum rc rc = reg_rank(reg, s->testset, s->e.revision, &s->metric, &r,
			      err);

	strs_release(&s->labels);
	vec_free(&s->points);
	vec_free(&s->stale);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	for (int64_t last = -1; ; ) {
		const struct rank_row *next = NULL;

		for (size_t i = 0; i < r.n; i++)
			if (strcmp(r.rows[i].model, s->model) == 0 &&
			    r.rows[i].version > last &&
			    (!next || r.rows[i].version < next->version))
				next = &r.rows[i];
		if (!next)
			break;
		last = next->version;
		add_point(s, next);
	}
	ranking_release(&r);
	return RC_OK;
}

static enum rc use_metric(struct registry *reg, struct eval_view *s,
			  struct err *err)
{
	if (!s->has)
		return RC_OK;
	if (!s->metric_picked || !metric_fits(s->metric, s->e.task))
		s->metric = metric_main(s->e.task);
	order_slices(s);
	return read_chart(reg, s, err);
}

static enum rc load(struct view *v, struct eval_view *s, struct err *err)
{
	struct registry *reg = app_registry(v->app);
	enum rc rc;

	forget(s);
	rc = read_sets(reg, s, err);
	if (rc == RC_OK)
		rc = read_evaluation(reg, s, err);
	for (int m = 0; s->has && m < METRIC_COUNT; m++)
		if (metric_fits((enum metric)m, s->e.task))
			s->metrics[s->n_metrics++] = (enum metric)m;
	return rc == RC_OK ? use_metric(reg, s, err) : rc;
}

static void close_view(struct view *v)
{
	struct eval_view *s = v->state;

	forget(s);
	free(s->model);
	free(s->testset);
	free(s);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct evaluation_arg *a = arg;
	struct eval_view *s = XNEW(struct eval_view);

	v->state = s;
	s->model = xstrdup(a->model);
	s->version = a->version;
	s->testset = xstrdup_or_null(a->testset);
	return load(v, s, err);
}

static enum rc reload(struct view *v, struct err *err)
{
	return load(v, v->state, err);
}

/* -- Confusion -- */

static void paint_binary(const struct eval_slice *w, struct area *a)
{
	const struct confusion *c = &w->confusion;
	const struct { const char *label; uint64_t no, yes; } rows[] = {
		{ "is negative", c->tn, c->fp }, { "is positive", c->fn, c->tp },
	};
	struct buf text = BUF_INIT;

	area_right(a, 14, 0, 14, STYLE_HEADING, "said negative");
	area_right(a, 29, 0, 14, STYLE_HEADING, "said positive");
	for (int y = 0; y < 2; y++) {
		area_text(a, 1, y + 1, 12, STYLE_HEADING, rows[y].label);
		for (int x = 0; x < 2; x++) {
			buf_clear(&text);
			put_count(&text, x ? rows[y].yes : rows[y].no);
			area_right(a, x ? 29 : 14, y + 1, 14,
				   x == y ? STYLE_NORMAL : STYLE_BAD,
				   text.data);
		}
	}
	buf_release(&text);
}

/* Rows are targets, columns what was said; the last column: other labels. */
static void paint_matrix(const struct evaluation *e, struct area *a)
{
	size_t n = e->n_classes;
	struct buf text = BUF_INIT;

	area_text(a, 1, 0, 12, STYLE_HEADING, "is \\ said");
	for (size_t i = 0; i <= n; i++)
		area_right(a, 14 + (int)i * 9, 0, 8, STYLE_HEADING,
			   i < n ? e->classes[i].label : "other");
	for (size_t y = 0; y < n; y++) {
		area_text(a, 1, (int)y + 1, 12, STYLE_HEADING,
			  e->classes[y].label);
		for (size_t x = 0; x <= n; x++) {
			uint64_t count = e->matrix[y * (n + 1) + x];

			buf_clear(&text);
			put_count(&text, count);
			area_right(a, 14 + (int)x * 9, (int)y + 1, 8,
				   x == y || !count ? STYLE_NORMAL : STYLE_BAD,
				   text.data);
		}
	}
	buf_release(&text);
}

static void paint_confusion(struct view *v, struct area *a)
{
	struct eval_view *s = v->state;

	if (!s->has)
		return;
	if (s->e.task == TASK_REGRESSION)
		area_text(a, 1, 0, a->w - 2, STYLE_NORMAL,
			  "none: the answers are numbers");
	else if (s->e.matrix)
		paint_matrix(&s->e, a);
	else if (s->e.whole.has_confusion)
		paint_binary(&s->e.whole, a);
	else
		area_text(a, 1, 0, a->w - 2, STYLE_NORMAL,
			  "undefined: no labels, and no threshold");
}

/* -- Chart -- */

static void chart_title(struct view *v, struct buf *out)
{
	struct eval_view *s = v->state;

	if (s->has)
		buf_printf(out, " %s BY VERSION, r%lld",
			   metric_key(s->metric), (long long)s->e.revision);
}

static void slices_title(struct view *v, struct buf *out)
{
	struct eval_view *s = v->state;

	if (s->has)
		buf_printf(out, " %s, worst first", metric_key(s->metric));
	if (s->has && s->n_few)
		buf_printf(out, ", %zu insufficient (n<%d)", s->n_few,
			   FAIR_MIN_N);
}

static bool has_stale(const struct eval_view *s)
{
	for (size_t i = 0; i < s->stale.n; i++)
		if (s->stale.at[i].defined)
			return true;
	return false;
}

static void paint_chart(struct view *v, struct area *a)
{
	struct eval_view *s = v->state;
	const struct chart_series series[] = {
		{ s->model, '*', s->points.at },
		{ "stale: not ranked", '~', s->stale.at },
	};
	struct chart c = { .n = s->points.n,
			   .x_labels = (const char *const *)s->labels.at,
			   .n_series = has_stale(s) ? 2 : 1, .series = series,
			   .digits = 3 };
	struct buf out = BUF_INIT;

	if (s->table && c.n)
		chart_table(&c, &out);
	else
		chart_plot(&c, app_chart_level(v->app), a->w - 2,
			   a->h > 12 ? 12 : a->h, &out);
	paint_lines(a, 1, 0, out.data);
	buf_release(&out);
}

static void place(struct view *v, struct buf *out)
{
	struct eval_view *s = v->state;

	buf_printf(out, "%s %lld > evaluation", s->model,
		   (long long)s->version);
}

static void summary(struct view *v, struct buf *out)
{
	struct eval_view *s = v->state;

	if (!s->has) {
		buf_str(out, s->testset ? "not evaluated yet" :
			"no predictions yet");
		return;
	}
	buf_printf(out, "%s r%lld %s | n ", s->e.testset,
		   (long long)s->e.revision, s->e.state);
	put_count(out, s->e.whole.n);
	if (s->e.has_threshold) {
		buf_str(out, " | threshold ");
		put_number(out, s->e.threshold, false);
	}
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	struct rect left, right, rows[2];
	struct eval_view *s = v->state;
	int metrics = (int)s->n_metrics + 3;
	int shares[2];

	layout_side_by_side(w, h, 50, &left, &right);
	shares[0] = metrics < h - 6 ? metrics : h - 6;
	shares[1] = h - shares[0];
	layout_column(left, shares, 2, 4, rows);
	rects[PANE_METRICS] = rows[0];
	rects[PANE_CONFUSION] = rows[1];
	shares[0] = 3;
	shares[1] = 2;
	layout_column(right, shares, 2, 4, rows);
	rects[PANE_SLICES] = rows[0];
	rects[PANE_CHART] = rows[1];
}

/* -- Actions -- */

static unsigned rerun(struct view *v)
{
	struct eval_view *s = v->state;

	if (s->testset)
		evaluating_start(v->app, s->testset, s->model, s->version);
	else
		app_say(v->app, "No predictions of %s %lld: 'muster "
			"predictions import' brings them.", s->model,
			(long long)s->version);
	return REACT_DRAW;
}

static void metric_chosen(struct view *v, size_t item, void *arg)
{
	struct eval_view *s = v->state;

	if (item >= s->n_metrics)
		return;
	s->metric = s->metrics[item];
	s->metric_picked = true;
	app_reload(v->app);
}

static unsigned ask_metric(struct view *v)
{
	struct eval_view *s = v->state;

	metric_menu(v->app, "metric", s->metrics, s->n_metrics, metric_chosen);
	return REACT_DRAW;
}

static void set_chosen(struct view *v, size_t item, void *arg)
{
	struct eval_view *s = v->state;

	if (item >= s->sets.n)
		return;
	free(s->testset);
	s->testset = xstrdup(s->sets.at[item]);
	app_reload(v->app);
}

static unsigned ask_set(struct view *v)
{
	struct eval_view *s = v->state;

	app_menu_names(v->app, "test set", (const char *const *)s->sets.at,
		       s->sets.n, set_chosen);
	return REACT_DRAW;
}

/* Where the slices have the cursor, the one under it; else the whole set. */
static const struct eval_slice *reported_slice(const struct view *v)
{
	const struct eval_view *s = v->state;
	size_t row = list_row(&v->lists[PANE_SLICES]);

	return v->focus == PANE_SLICES && row != SIZE_MAX ? slice_at(s, row)
							  : NULL;
}

static void put_reported(const struct eval_view *s, const char *key,
			 const struct figure *f,
			 const struct eval_slice *slice, struct buf *title,
			 struct buf *source)
{
	buf_printf(source, "evaluation of %s %lld", s->model,
		   (long long)s->version);
	if (slice) {
		put_slice(title, slice->by, slice->value);
		buf_str(source, ", slice ");
		put_slice(source, slice->by, slice->value);
	} else {
		buf_str(title, s->testset);
	}
	buf_printf(title, ": %s ", key);
	put_figure(title, f);
}

/* A problem of the slice, or of the whole set by the metric under the
 * cursor. */
static unsigned report(struct view *v)
{
	struct eval_view *s = v->state;
	size_t row = list_row(&v->lists[PANE_METRICS]);
	const struct eval_slice *slice = s->has ? reported_slice(v) : NULL;
	enum metric m = slice || row == SIZE_MAX ? s->metric : s->metrics[row];
	struct capture what = { .testset = s->testset, .model = s->model,
				.version = s->version };
	struct buf title = BUF_INIT, source = BUF_INIT;
	char *rule = NULL;

	if (!s->has)
		return REACT_NONE;
	if (slice)
		rule = capture_rule(app_registry(v->app), s->testset,
				    slice->by, slice->value);
	put_reported(s, metric_key(m), slice ? &slice->metrics[m]
					     : &s->e.whole.metrics[m],
		     slice, &title, &source);
	what.rule = rule;
	what.title = title.data;
	what.source = source.data;
	capture_start(v, &what);
	buf_release(&title);
	buf_release(&source);
	free(rule);
	return REACT_DRAW;
}

static unsigned open_fairness(struct view *v)
{
	const struct eval_view *s = v->state;
	const struct fairness_arg arg = { s->model, s->version, s->testset };

	if (!s->testset)
		app_say(v->app, "Nothing was predicted yet.");
	else
		app_open(v->app, &view_fairness_ops, &arg);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct eval_view *s = v->state;

	if (a == ACT_FAIRNESS)
		return open_fairness(v);
	if (a == ACT_RERUN)
		return rerun(v);
	if (a == ACT_CAPTURE)
		return report(v);
	if (a == ACT_METRIC)
		return ask_metric(v);
	if (a == ACT_TESTSET)
		return ask_set(v);
	if (a == ACT_OPEN && v->focus == PANE_METRICS && s->has &&
	    list_row(&v->lists[PANE_METRICS]) != SIZE_MAX) {
		metric_chosen(v, list_row(&v->lists[PANE_METRICS]), NULL);
		return REACT_DRAW;
	}
	if (a != ACT_TABLE)
		return REACT_NOT_MINE;
	s->table = !s->table;
	return REACT_DRAW;
}

static const char *not_now(struct view *v, enum action a)
{
	struct eval_view *s = v->state;

	if (a == ACT_RERUN && reg_readonly(app_registry(v->app)))
		return "the registry is read-only";
	if (a == ACT_METRIC && !s->has)
		return "nothing is evaluated yet";
	if (a == ACT_TESTSET && s->sets.n < 2)
		return "it has predictions on one set at most";
	return NULL;
}

static bool object(struct view *v, struct buf *out)
{
	struct eval_view *s = v->state;

	buf_printf(out, "version/%s@%lld", s->model, (long long)s->version);
	return true;
}

const struct view_ops view_evaluation_ops = {
	.name = "Evaluation", .screen = SCREEN_MODELS,
	.context = IN_EVALUATION, .n_panes = 4,
	.panes = {
		[PANE_METRICS] = { .name = "METRICS", .list = &metric_source },
		[PANE_SLICES] = { .name = "SLICES", .list = &slice_source,
				  .title = slices_title },
		[PANE_CONFUSION] = { .name = "CONFUSION",
				     .paint = paint_confusion },
		[PANE_CHART] = { .name = "CHART", .title = chart_title,
				 .paint = paint_chart },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .summary = summary,
	.layout = layout, .object = object,
};
