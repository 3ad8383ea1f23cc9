#include "tui/view_fairness.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "registry/fairness.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/chart.h"
#include "tui/figures.h"

enum { RESAMPLES = 1000, SEED = 1, MOST_LINES = 4, LEGEND_LINES = 3 };

struct asked_fairness {
	char *model, *testset, *by;
	int64_t version;
	bool all;
	struct strs only;
	struct strs columns;		/* found: that make groups */
	struct fairview found;
};
struct fairness {
	char *model, *testset;
	int64_t version;
	char *by;			/* NULL: the first column */
	bool all;			/* measures of all libraries */
	struct strs only;		/* groups; none: all */
	bool table;			/* calibration as a table */
	struct strs columns;
	bool has_view;
	struct fairview view;
	struct asking asking;
};

enum { PANE_MEASURES, PANE_GROUPS, PANE_CONFLICTS, PANE_CALIBRATION };

static struct fairness *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Measures -- */

enum { M_NAME, M_VALUE, M_BOUNDS, M_N, M_VERDICT, M_LOW, M_HIGH, M_LEFT };

static const struct list_column measure_columns[] = {
	[M_NAME] = { "measure", "measure", 29, 32, 9, .elastic = true },
	[M_VALUE] = { "figure", "figure", 6, 7, 9, .right = true },
	[M_BOUNDS] = { "interval", "95%", 14, 15, 5 },
	[M_N] = { "n", "n", 4, 6, 6, .right = true },
	[M_VERDICT] = { "verdict", "by habit", 8, 12, 8 },
	[M_LOW] = { "low", "least / of", 6, 17, 4 },
	[M_HIGH] = { "high", "most / against", 6, 17, 4 },
	[M_LEFT] = { "left-out", "too few in", 6, 16, 2 },
};

static size_t measure_rows(void *arg)
{
	return state_of(arg)->view.n_rows;
}

static enum style habit_style(enum fair_verdict v)
{
	return v == FAIR_OUTSIDE ? STYLE_BAD : v == FAIR_WITHIN ? STYLE_GOOD :
	       v == FAIR_NONE ? STYLE_NORMAL : STYLE_WARN;
}

static enum style measure_cell(void *arg, size_t row, size_t column,
			       struct buf *out)
{
	const struct fair_row *r = &state_of(arg)->view.rows[row];

	switch (column) {
	case M_NAME: buf_str(out, r->measure->name); break;
	case M_VALUE: put_figure(out, &r->figure); break;
	case M_BOUNDS: put_bounds(out, &r->figure); break;
	case M_N: put_count(out, r->figure.n); break;
	case M_VERDICT:
		buf_str(out, fair_verdict_name(r->verdict));
		return habit_style(r->verdict);
	case M_LOW: buf_str(out, r->low ? r->low : "-"); break;
	case M_HIGH: buf_str(out, r->high ? r->high : "-"); break;
	case M_LEFT: fair_row_left_out(r, out); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source measures = {
	.columns = measure_columns,
	.n_columns = COUNT(measure_columns),
	.empty = "computing ...", .rows = measure_rows, .cell = measure_cell,
};

/* -- Groups -- */

enum { G_NAME, G_N, G_BASE, G_SELECTED, G_TPR, G_FPR, G_PRECISION, G_SAME,
       G_OVER, G_ECE, G_FEW };

static const struct list_column group_columns[] = {
	[G_NAME] = { "group", "group", 18, 24, 9, .elastic = true },
	[G_N] = { "n", "n", 4, 7, 9, .right = true },
	[G_BASE] = { "base_rate", "positives", 9, 9, 4, .right = true },
	[G_SELECTED] = { "selection_rate", "selected", 8, 8, 8, .right = true },
	[G_TPR] = { "recall", "recall", 6, 6, 8, .right = true },
	[G_FPR] = { "fpr", "fpr", 5, 6, 8, .right = true },
	[G_PRECISION] = { "precision", "precision", 9, 9, 5, .right = true },
	[G_SAME] = { "less_same_score", "at score", 8, 8, 7, .right = true },
	[G_OVER] = { "less_score", "-score", 6, 7, 3, .right = true },
	[G_ECE] = { "ece", "ece", 5, 6, 3, .right = true },
	[G_FEW] = { "few", "", 7, 7, 7 },
};

static size_t group_rows(void *arg)
{
	return state_of(arg)->view.n_groups;
}

static enum style group_cell(void *arg, size_t row, size_t column,
			     struct buf *out)
{
	const struct fair_group *g = &state_of(arg)->view.groups[row];

	switch (column) {
	case G_NAME: buf_str(out, g->value); break;
	case G_N: put_count(out, g->n); break;
	case G_BASE: put_figure(out, &g->base_rate); break;
	case G_SELECTED: put_figure(out, &g->selected); break;
	case G_TPR: put_figure(out, &g->tpr); break;
	case G_FPR: put_figure(out, &g->fpr); break;
	case G_PRECISION: put_figure(out, &g->precision); break;
	case G_SAME: put_figure(out, &g->over_same); break;
	case G_OVER: put_figure(out, &g->over_score); break;
	case G_ECE: put_figure(out, &g->ece); break;
	case G_FEW:
		buf_str(out, g->few ? "too few" : "");
		return STYLE_WARN;
	}
	return STYLE_NORMAL;
}

static const struct list_source groups = {
	.columns = group_columns,
	.n_columns = COUNT(group_columns),
	.empty = "", .rows = group_rows, .cell = group_cell,
};

/* -- Computing -- */

static void asked_free(void *q)
{
	struct asked_fairness *a = q;

	fairview_release(&a->found);
	free(a->model);
	free(a->testset);
	free(a->by);
	strs_release(&a->only);
	strs_release(&a->columns);
	free(a);
}

/* Those of the evaluation, then every two of them. */
static void find_columns(const struct evaluation *e, struct strs *out)
{
	size_t n;

	fairview_columns(e, out);
	n = out->n;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++) {
			char *both = xasprintf("%s+%s", out->at[i],
					       out->at[k]);
			bool known = strchr(out->at[i], '+') ||
				     strchr(out->at[k], '+');

			for (size_t j = 0; j < out->n && !known; j++)
				known = !strcmp(out->at[j], both);
			if (known)
				free(both);
			else
				vec_push(out, both);
		}
	}
}

static enum rc look(struct registry *reg, const struct evaluation *e,
		    struct asked_fairness *a, struct err *err)
{
	struct fair_options o = { .by = a->by, .all = a->all,
				  .only = &a->only, .resamples = RESAMPLES,
				  .seed = SEED };
	struct fair_source *source;
	enum rc rc;

	find_columns(e, &a->columns);
	if (!a->columns.n)
		return err_set(err, RC_REFUSED, "'%s' has no groups: fairness "
			       "needs a binary set with slicing columns",
			       a->testset);
	if (!o.by)
		o.by = a->columns.at[0];
	source = fair_source_new(reg, e);
	rc = fair_source_view(source, &o, &a->found, err);
	fair_source_free(source);
	return rc;
}

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct asked_fairness *a = arg;
	struct evaluation e;
	enum rc rc = reg_evaluation_load(reg, a->model, a->version, a->testset,
					 0, &e, err);

	(void)progress;
	if (rc != RC_OK)
		return rc;
	rc = look(reg, &e, a, err);
	evaluation_release(&e);
	return rc;
}

static void take_found(struct view *v, struct asked_fairness *a)
{
	struct fairness *s = v->state;
	struct buf memory[2] = { BUF_INIT, BUF_INIT };
	bool other = !s->has_view || strcmp(s->view.by, a->found.by) != 0 ||
		     s->view.n_groups != a->found.n_groups;

	for (int i = 0; i < 2; i++)
		list_before_reload(&v->lists[i], &memory[i]);
	fairview_release(&s->view);
	s->view = a->found;
	a->found = (struct fairview){ 0 };
	s->has_view = true;
	strs_release(&s->columns);
	s->columns = a->columns;
	a->columns = (struct strs)VEC_INIT;
	for (int i = 0; i < 2; i++) {
		list_after_reload(&v->lists[i], &memory[i]);
		if (other)
			list_unmark_all(&v->lists[i]);
		if (other)
			list_go(&v->lists[i], 0);
		buf_release(&memory[i]);
	}
}

static void told(struct app *app, struct asking *asking, void **q, enum rc rc)
{
	(void)app;
	if (rc == RC_OK)
		take_found(asking->owner, *q);
}

static const struct asking_kind fairness_kind = {
	.name = "fairness", .work = work, .told = told, .free = asked_free,
};

static enum rc ask(struct view *v, struct err *err)
{
	struct fairness *s = v->state;
	struct asked_fairness *a = XNEW(struct asked_fairness);

	*a = (struct asked_fairness){
		.model = xstrdup(s->model), .testset = xstrdup(s->testset),
		.version = s->version, .by = xstrdup_or_null(s->by),
		.all = s->all,
	};
	for (size_t i = 0; i < s->only.n; i++)
		strs_add(&a->only, s->only.at[i]);
	s->asking.owner = v;
	return asking_start(v->app, &s->asking, &fairness_kind, a, err);
}

static void close_view(struct view *v)
{
	struct fairness *s = v->state;

	asking_release(&s->asking);
	fairview_release(&s->view);
	strs_release(&s->columns);
	strs_release(&s->only);
	free(s->model);
	free(s->testset);
	free(s->by);
	free(s);
}

/* What cannot be shown at all is said before the screen opens. */
static enum rc check(struct view *v, const struct fairness_arg *a,
		     struct err *err)
{
	struct strs columns = VEC_INIT;
	struct evaluation e;
	enum rc rc = reg_evaluation_load(app_registry(v->app), a->model,
					 a->version, a->testset, 0, &e, err);

	if (rc != RC_OK)
		return rc;
	fairview_columns(&e, &columns);
	if (!columns.n)
		rc = err_set(err, RC_REFUSED, "'%s' has no groups: fairness "
			     "needs a binary set with slicing columns",
			     a->testset);
	strs_release(&columns);
	evaluation_release(&e);
	return rc;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct fairness_arg *a = arg;
	struct fairness *s;
	enum rc rc = check(v, a, err);

	if (rc != RC_OK)
		return rc;
	s = XNEW(struct fairness);
	s->model = xstrdup(a->model);
	s->version = a->version;
	s->testset = xstrdup(a->testset);
	s->by = xstrdup_or_null(a->by);
	v->state = s;
	return ask(v, err);
}

/* -- Painted panes -- */

static void paint_conflicts(struct view *v, struct area *a)
{
	struct fairness *s = v->state;
	size_t row = list_row(&v->lists[PANE_MEASURES]);
	struct buf b = BUF_INIT;
	int y;

	if (!s->has_view) {
		(void)asking_paints(&s->asking, a);
		return;
	}
	fairview_conflicts(&s->view, &b);
	y = area_wrap(a, 1, 0, a->w - 2, STYLE_NORMAL, b.data) + 1;
	if (row < s->view.n_rows) {
		const struct fairness_measure *m = s->view.rows[row].measure;

		buf_clear(&b);
		buf_printf(&b, "%s (%s): %s; best %d", m->name,
			   fairness_library_name(m->library), m->formula,
			   (int)m->best);
		area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, b.data);
	}
	buf_release(&b);
}

/* Groups that have a line: the first that are large enough. */
static size_t n_lines(const struct fairview *f)
{
	size_t n = f->n_groups - f->n_few;

	return n < MOST_LINES ? n : MOST_LINES;
}

static void put_bin(struct buf *out, const struct calibration *c, size_t bin)
{
	char text[DECIMAL_MAX];

	buf_str(out, decimal_sig(c->low[bin], 3, text));
}

static const char marks[MOST_LINES] = { 'o', '*', 'x', '+' };

/* In as many lines as the names need; the chart's own has one. */
static void paint_legend(const struct fairview *f, struct area *a, int y)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n_lines(f); i++)
		buf_printf(&b, "%s%c %s", i ? ", " : "", marks[i],
			   f->groups[i].value);
	buf_str(&b, ", # several");
	area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, b.data);
	buf_release(&b);
}

static void cut_last_line(struct buf *text)
{
	size_t n = text->len;

	while (n > 1 && text->data[n - 2] != '\n')
		n--;
	if (n > 1)
		buf_truncate(text, n - 1);
}

static void paint_plot(struct view *v, const struct fairview *f,
		       struct area *a)
{
	int h = a->h - LEGEND_LINES;
	size_t n = f->calibration.n_bins;
	struct chart_point *points = XNEW_ARRAY(struct chart_point,
						MOST_LINES * n + 1);
	struct chart_series series[MOST_LINES];
	struct chart chart = { .n = n, .n_series = n_lines(f),
			       .series = series, .digits = 2 };
	struct strs labels = VEC_INIT;
	struct buf text = BUF_INIT;

	for (size_t k = 0; k < n; k++) {
		buf_clear(&text);
		put_bin(&text, &f->calibration, k);
		strs_add(&labels, text.data);
	}
	for (size_t i = 0; i < chart.n_series; i++) {
		series[i] = (struct chart_series){ f->groups[i].value, marks[i],
						   points + i * n };
		for (size_t k = 0; k < n; k++) {
			struct figure share = fairview_at_score(f, i, k).share;

			points[i * n + k] = figure_point(&share);
			points[i * n + k].has_interval = false;
		}
	}
	chart.x_labels = (const char *const *)labels.at;
	buf_clear(&text);
	chart_plot(&chart, app_chart_level(v->app), a->w - 2, h + 1, &text);
	if (h >= 4)
		cut_last_line(&text);
	paint_lines(a, 1, 0, text.data ? text.data : "");
	if (h >= 4)
		paint_legend(f, a, h);
	strs_release(&labels);
	free(points);
	buf_release(&text);
}

/* A line for each score and group: all groups, with their intervals. */
static void paint_table(const struct fairview *f, struct area *a)
{
	int y = 0;

	area_printf(a, 1, y++, STYLE_HEADING, "%-7s %-16s %6s %-7s %s",
		    "score", "group", "n", "share", "95%");
	for (size_t k = 0; k < f->calibration.n_bins; k++) {
		for (size_t i = 0; i < f->n_groups; i++) {
			struct figure share = fairview_at_score(f, i, k).share;
			struct buf b = BUF_INIT, line = BUF_INIT;

			if (!share.n)
				continue;
			put_bin(&b, &f->calibration, k);
			buf_printf(&line, "%-7s %-16.16s %6llu ", b.data,
				   f->groups[i].value,
				   (unsigned long long)share.n);
			put_figure(&line, &share);
			buf_str(&line, "  ");
			put_bounds(&line, &share);
			area_text(a, 1, y++, a->w - 2, STYLE_NORMAL,
				  line.data);
			buf_release(&b);
			buf_release(&line);
		}
	}
}

static void paint_calibration(struct view *v, struct area *a)
{
	struct fairness *s = v->state;

	if (!s->has_view)
		return;
	if (!s->view.has_calibration)
		area_wrap(a, 1, 0, a->w - 2, STYLE_NORMAL, s->view.why_none ?
			  s->view.why_none : "no score");
	else if (s->table || !n_lines(&s->view))
		paint_table(&s->view, a);
	else
		paint_plot(v, &s->view, a);
}

static void calibration_title(struct view *v, struct buf *out)
{
	(void)v;
	buf_str(out, " share of positives at each score");
}

static void groups_title(struct view *v, struct buf *out)
{
	const struct fairness *s = state_of(v);
	const struct fairview *f = &s->view;

	if (!s->has_view)
		return;
	buf_printf(out, " by %s, reference %s", f->by, f->n_groups ?
		   f->groups[f->against].value : "-");
	if (f->n_few)
		buf_printf(out, ", %zu of %zu too few", f->n_few, f->n_groups);
	if (s->only.n)
		buf_str(out, ", the others left out");
}

/* -- Actions -- */

static unsigned anew(struct view *v)
{
	struct err err = ERR_INIT;

	if (ask(v, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

static void column_chosen(struct view *v, size_t item, void *arg)
{
	struct fairness *s = v->state;

	(void)arg;
	if (item >= s->columns.n)
		return;
	free(s->by);
	s->by = xstrdup(s->columns.at[item]);
	strs_release(&s->only);
	anew(v);
}

static unsigned ask_column(struct view *v)
{
	const struct strs *columns = &state_of(v)->columns;

	if (columns->n == 1)
		app_say(v->app, "'%s' is the only column.", columns->at[0]);
	else
		app_menu_names(v->app, "groups by",
			       (const char *const *)columns->at, columns->n,
			       column_chosen);
	return REACT_DRAW;
}

/* The marked groups alone; all again where none is marked. */
static unsigned choose_groups(struct view *v)
{
	struct fairness *s = v->state;
	struct list *l = &v->lists[PANE_GROUPS];
	struct strs only = VEC_INIT;

	for (size_t i = 0; s->has_view && i < s->view.n_groups; i++)
		if (list_marked(l, i))
			strs_add(&only, s->view.groups[i].value);
	if (only.n == 1 || (!only.n && !s->only.n)) {
		app_say(v->app, "Mark two groups or more with Space first "
			"(Tab goes to them).");
		strs_release(&only);
		return REACT_DRAW;
	}
	strs_release(&s->only);
	s->only = only;
	return anew(v);
}

static unsigned act(struct view *v, enum action a)
{
	struct fairness *s = v->state;

	switch ((int)a) {
	case ACT_FAIR_COLUMN:
		return ask_column(v);
	case ACT_FAIR_ONLY:
		return choose_groups(v);
	case ACT_FAIR_ALL:
		s->all = !s->all;
		return anew(v);
	case ACT_TABLE:
		s->table = !s->table;
		v->scroll[PANE_CALIBRATION] = 0;
		return REACT_DRAW;
	}
	return REACT_NOT_MINE;
}

static void place(struct view *v, struct buf *out)
{
	const struct fairness *s = v->state;

	buf_printf(out, "Fairness by %s on %s", s->has_view ? s->view.by :
		   s->by ? s->by : "...", s->testset);
}

/* Measures on top; below, groups over what conflicts, beside calibration. */
static void layout(struct view *v, int w, int h, struct rect *rects)
{
	int top = h * 9 / 20, low = h - top + 1, upper = low * 9 / 20;
	struct rect left, right;

	(void)v;
	layout_side_by_side(w, low, 60, &left, &right);
	right.y += top - 1;
	rects[PANE_MEASURES] = (struct rect){ 0, 0, w, top };
	rects[PANE_GROUPS] = (struct rect){ left.x, top - 1, left.w, upper };
	rects[PANE_CONFLICTS] = (struct rect){ left.x, top + upper - 2,
					       left.w, low - upper + 1 };
	rects[PANE_CALIBRATION] = right;
}

const struct view_ops view_fairness_ops = {
	.name = "Fairness", .screen = SCREEN_MODELS, .context = IN_FAIRNESS,
	.n_panes = 4,
	.panes = {
		[PANE_MEASURES] = { .name = "MEASURES", .list = &measures },
		[PANE_GROUPS] = { .name = "GROUPS", .list = &groups,
				  .title = groups_title },
		[PANE_CONFLICTS] = { .name = "WHAT CONFLICTS",
				     .paint = paint_conflicts },
		[PANE_CALIBRATION] = { .name = "CALIBRATION",
				       .title = calibration_title,
				       .paint = paint_calibration },
	},
	.open = open_view, .close = close_view, .reload = ask, .act = act,
	.place = place, .layout = layout,
};
