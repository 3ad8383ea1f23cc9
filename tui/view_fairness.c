#include "tui/view_fairness.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/fairview.h"
#include "registry/evaluate.h"
#include "tui/app.h"
#include "tui/figures.h"

enum { RESAMPLES = 1000, SEED = 1 };

struct fairness {
	char *model, *testset;
	int64_t version;
	struct evaluation e;
	bool has;
	struct strs columns;		/* that make groups */
	size_t at;			/* the one that is shown */
	bool all;			/* measures of all libraries */
	struct fairview view;
};

enum { PANE_MEASURES, PANE_GROUPS, PANE_CONFLICTS };

static struct fairness *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Measures -- */

enum { M_NAME, M_VALUE, M_BOUNDS, M_N, M_VERDICT, M_LOW, M_HIGH, M_LEFT };

static const struct list_column measure_columns[] = {
	[M_NAME] = { "measure", "measure", 18, 32, 9, .elastic = true },
	[M_VALUE] = { "figure", "figure", 6, 7, 9, .right = true },
	[M_BOUNDS] = { "interval", "95%", 14, 15, 5 },
	[M_N] = { "n", "n", 4, 6, 6, .right = true },
	[M_VERDICT] = { "verdict", "by habit", 8, 12, 8 },
	[M_LOW] = { "low", "least / of", 6, 12, 4 },
	[M_HIGH] = { "high", "most / against", 6, 14, 3 },
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
	case M_LEFT:
		for (size_t i = 0; i < r->left_out.n; i++)
			buf_printf(out, "%s%s", i ? ", " : "",
				   r->left_out.at[i]);
		break;
	}
	return STYLE_NORMAL;
}

static const struct list_source measures = {
	.columns = measure_columns,
	.n_columns = sizeof(measure_columns) / sizeof(*measure_columns),
	.empty = "No measure.", .rows = measure_rows, .cell = measure_cell,
};

/* -- Groups -- */

enum { G_NAME, G_N, G_BASE, G_SELECTED, G_TPR, G_FPR, G_PRECISION, G_FEW };

static const struct list_column group_columns[] = {
	[G_NAME] = { "group", "group", 8, 20, 9, .elastic = true },
	[G_N] = { "n", "n", 4, 7, 9, .right = true },
	[G_BASE] = { "base_rate", "positives", 9, 9, 4, .right = true },
	[G_SELECTED] = { "selection_rate", "selected", 8, 8, 8, .right = true },
	[G_TPR] = { "recall", "recall", 6, 6, 8, .right = true },
	[G_FPR] = { "fpr", "fpr", 5, 6, 8, .right = true },
	[G_PRECISION] = { "precision", "precision", 9, 9, 7, .right = true },
	[G_FEW] = { "few", "", 7, 7, 6 },
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
	case G_FEW:
		buf_str(out, g->few ? "too few" : "");
		return STYLE_WARN;
	}
	return STYLE_NORMAL;
}

static const struct list_source groups = {
	.columns = group_columns,
	.n_columns = sizeof(group_columns) / sizeof(*group_columns),
	.empty = "No group.", .rows = group_rows, .cell = group_cell,
};

/* -- Reading -- */

static enum rc show(struct fairness *s, struct err *err)
{
	struct fair_options o = { .by = s->columns.at[s->at], .all = s->all,
				  .resamples = RESAMPLES, .seed = SEED };
	struct fairview fresh;
	enum rc rc = fairview_make(&s->e, &o, &fresh, err);

	if (rc != RC_OK)
		return rc;
	fairview_release(&s->view);
	s->view = fresh;
	return RC_OK;
}

static enum rc load(struct view *v, struct err *err)
{
	struct fairness *s = v->state;
	struct evaluation fresh;
	enum rc rc = reg_evaluation_load(app_registry(v->app), s->model,
					 s->version, s->testset, 0, &fresh,
					 err);

	if (rc != RC_OK)
		return rc;
	if (s->has)
		evaluation_release(&s->e);
	s->e = fresh;
	s->has = true;
	strs_release(&s->columns);
	fairview_columns(&s->e, &s->columns);
	if (!s->columns.n)
		return err_set(err, RC_REFUSED, "'%s' has no groups: fairness "
			       "needs a binary set with slicing columns",
			       s->testset);
	if (s->at >= s->columns.n)
		s->at = 0;
	return show(s, err);
}

static void close_view(struct view *v)
{
	struct fairness *s = v->state;

	if (s->has)
		evaluation_release(&s->e);
	fairview_release(&s->view);
	strs_release(&s->columns);
	free(s->model);
	free(s->testset);
	free(s);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct fairness_arg *a = arg;
	struct fairness *s = XNEW(struct fairness);

	s->model = xstrdup(a->model);
	s->version = a->version;
	s->testset = xstrdup(a->testset);
	v->state = s;
	return load(v, err);
}

/* -- Conflicts -- */

static void paint_conflicts(struct view *v, struct area *a)
{
	struct fairness *s = v->state;
	size_t row = list_row(&v->lists[PANE_MEASURES]);
	struct buf b = BUF_INIT;
	int y;

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

static void groups_title(struct view *v, struct buf *out)
{
	const struct fairview *f = &state_of(v)->view;

	buf_printf(out, " by %s, reference %s", f->by, f->n_groups ?
		   f->groups[f->against].value : "-");
}

/* -- Actions -- */

static unsigned anew(struct view *v)
{
	struct err err = ERR_INIT;

	if (show(v->state, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct fairness *s = v->state;
	struct buf memory = BUF_INIT;

	if (a != ACT_FAIR_COLUMN && a != ACT_FAIR_ALL)
		return REACT_NOT_MINE;
	for (int i = 0; i < 2; i++) {
		buf_clear(&memory);
		list_before_reload(&v->lists[i], &memory);
	}
	if (a == ACT_FAIR_COLUMN)
		s->at = (s->at + 1) % s->columns.n;
	else
		s->all = !s->all;
	anew(v);
	for (int i = 0; i < 2; i++) {
		buf_clear(&memory);
		list_after_reload(&v->lists[i], &memory);
		list_go(&v->lists[i], 0);
	}
	buf_release(&memory);
	return REACT_DRAW;
}

static void place(struct view *v, struct buf *out)
{
	const struct fairness *s = v->state;

	buf_printf(out, "Fairness by %s on %s", s->view.by, s->testset);
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	int top = h * 11 / 20;
	struct rect left, right;

	(void)v;
	layout_side_by_side(w, h - top + 1, 60, &left, &right);
	left.y += top - 1;
	right.y += top - 1;
	rects[PANE_MEASURES] = (struct rect){ 0, 0, w, top };
	rects[PANE_GROUPS] = left;
	rects[PANE_CONFLICTS] = right;
}

const struct view_ops view_fairness_ops = {
	.name = "Fairness", .screen = SCREEN_MODELS, .context = IN_FAIRNESS,
	.n_panes = 3,
	.panes = {
		[PANE_MEASURES] = { .name = "MEASURES", .list = &measures },
		[PANE_GROUPS] = { .name = "GROUPS", .list = &groups,
				  .title = groups_title },
		[PANE_CONFLICTS] = { .name = "WHAT CONFLICTS",
				     .paint = paint_conflicts },
	},
	.open = open_view, .close = close_view, .reload = load, .act = act,
	.place = place, .layout = layout,
};
