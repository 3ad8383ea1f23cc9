#include "tui/view_fixed.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/measure.h"
#include "registry/problem.h"
#include "tui/app.h"
#include "tui/figures.h"

#define LINES_MAX 6

struct fixed {
	struct view *view;
	char *model;
	int64_t start;
	struct problem_recs problems;	/* those that were measured */
	struct problem_errors *errors;	/* of each problem, by version */
	size_t n_versions;
	int64_t *versions;
	struct list_column *columns;
	char **heads;			/* of versions */
	struct measure *measure;
	int64_t shown;
	struct problem_errors revisions;	/* of the shown problem */
	bool tables;
};

enum { PANE_HEAT, PANE_VERSIONS, PANE_REVISIONS };
enum { F_ID, F_STATE, F_TITLE, F_VERSIONS };

static struct fixed *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Heat table -- */

static size_t rows(void *arg)
{
	return state_of(arg)->problems.n;
}

static const struct problem_error *error_at(const struct fixed *f, size_t row,
					    size_t version)
{
	const struct problem_errors *e = &f->errors[row];

	for (size_t i = 0; i < e->n; i++)
		if (e->at[i].version == f->versions[version])
			return &e->at[i];
	return NULL;
}

/* ".06 ok" within the tolerance, ".18 !" beyond it; ".18 ?" not all known. */
static enum style put_heat(const struct problem_error *e, struct buf *out)
{
	char text[DECIMAL_MAX];

	if (!e || e->error.why) {
		buf_char(out, '-');
		return STYLE_FAINT;
	}
	buf_str(out, decimal_rate(e->error.value, 2, false, text));
	if (e->is_fixed) {
		buf_str(out, " ok");
		return STYLE_GOOD;
	}
	if (e->n_known < e->n_active) {
		buf_str(out, " ? ");
		return STYLE_WARN;
	}
	buf_str(out, e->error.value >= .5 ? " !!" : " ! ");
	return STYLE_BAD;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct fixed *f = state_of(arg);
	const struct problem_rec *p = &f->problems.at[row];

	switch (column) {
	case F_ID: buf_printf(out, "P-%lld", (long long)p->id); break;
	case F_STATE: buf_str(out, problem_state_name(p->state)); break;
	case F_TITLE: buf_str(out, p->title); break;
	default: return put_heat(error_at(f, row, column - F_VERSIONS), out);
	}
	return STYLE_NORMAL;
}

static void row_id(void *arg, size_t row, struct buf *out)
{
	buf_printf(out, "P-%lld",
		   (long long)state_of(arg)->problems.at[row].id);
}

static const struct list_column *columns_of(void *arg, size_t *n)
{
	*n = F_VERSIONS + state_of(arg)->n_versions;
	return state_of(arg)->columns;
}

static const struct list_source source = {
	.empty = "No problem of this model has patterns in a living set yet.",
	.rows = rows, .cell = cell, .id = row_id, .columns_of = columns_of,
};

/* -- Reading -- */

static bool has_version(const struct fixed *f, int64_t version)
{
	for (size_t i = 0; i < f->n_versions; i++)
		if (f->versions[i] == version)
			return true;
	return false;
}

static int by_number(const void *va, const void *vb)
{
	const int64_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

static void collect_versions(struct fixed *f)
{
	size_t most = 0;

	for (size_t i = 0; i < f->problems.n; i++)
		most += f->errors[i].n;
	f->versions = XNEW_ARRAY(int64_t, most + 1);
	for (size_t i = 0; i < f->problems.n; i++)
		for (size_t k = 0; k < f->errors[i].n; k++)
			if (!has_version(f, f->errors[i].at[k].version))
				f->versions[f->n_versions++] =
					f->errors[i].at[k].version;
	qsort(f->versions, f->n_versions, sizeof(*f->versions), by_number);
}

/* The newest versions are the last to go where room is short. */
static void make_columns(struct fixed *f)
{
	f->columns = XNEW_ARRAY(struct list_column,
				F_VERSIONS + f->n_versions);
	f->heads = XNEW_ARRAY(char *, f->n_versions + 1);
	f->columns[F_ID] = (struct list_column){ "id", "id", 4, 6, 10000 };
	f->columns[F_STATE] = (struct list_column){ "state", "state", 5, 11,
						    3 };
	f->columns[F_TITLE] = (struct list_column){ "title", "title", 10, 28,
						    2, .elastic = true };
	for (size_t i = 0; i < f->n_versions; i++) {
		f->heads[i] = xasprintf("v%lld", (long long)f->versions[i]);
		f->columns[F_VERSIONS + i] = (struct list_column){
			f->heads[i], f->heads[i], 6, 7, 10 + (int)i,
			.right = true };
	}
}

/* Errors come problem by problem, in the order of the list. */
static void share_out(struct fixed *f, struct problem_recs *all,
		      const struct problem_errors *errors)
{
	size_t at = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct problem_errors *e = &f->errors[f->problems.n];

		while (at < errors->n && errors->at[at].id == all->at[i].id)
			vec_push(e, errors->at[at++]);
		if (!e->n)
			continue;
		vec_push(&f->problems, all->at[i]);
		all->at[i] = (struct problem_rec){ 0 };
	}
}

static enum rc measure_all(struct fixed *f, struct err *err)
{
	struct problem_errors errors = VEC_INIT;
	struct problem_recs all = VEC_INIT;
	struct registry *reg = measure_registry(f->measure);
	enum rc rc = reg_problem_list(reg, f->model, &all, err);

	f->errors = XNEW_ARRAY(struct problem_errors, all.n + 1);
	if (!rc)
		rc = measure_by_version(f->measure, f->model, NULL, 0, 0,
					&errors, err);
	if (!rc)
		share_out(f, &all, &errors);
	vec_free(&errors);
	problem_recs_release(&all);
	return rc;
}

static enum rc read_all(struct fixed *f, struct registry *reg, struct err *err)
{
	enum rc rc;

	f->measure = measure_new(reg);
	rc = measure_all(f, err);
	collect_versions(f);
	make_columns(f);
	return rc;
}

static void forget(struct fixed *f)
{
	for (size_t i = 0; i < f->problems.n; i++)
		vec_free(&f->errors[i]);
	for (size_t i = 0; i < f->n_versions; i++)
		free(f->heads[i]);
	problem_recs_release(&f->problems);
	free(f->errors);
	free(f->versions);
	free(f->columns);
	free(f->heads);
	vec_free(&f->revisions);
	measure_free(f->measure);
	*f = (struct fixed){ .view = f->view, .model = f->model,
			     .start = f->start, .tables = f->tables };
}

static void fixed_free(struct fixed *f)
{
	forget(f);
	free(f->model);
	free(f);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct fixed_arg *a = arg;
	struct fixed *f = XNEW(struct fixed);

	v->state = f;
	f->view = v;
	f->model = xstrdup(a->model);
	f->start = a->id;
	return read_all(f, app_registry(v->app), err);
}

static void close_view(struct view *v)
{
	fixed_free(v->state);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct fixed *f = v->state;

	forget(f);
	return read_all(f, app_registry(v->app), err);
}

/* The first call puts the cursor where the board's was. */
static void go_to_start(struct fixed *f)
{
	for (size_t i = 0; f->start && i < f->problems.n; i++)
		if (f->problems.at[i].id == f->start)
			list_go_row(&f->view->lists[PANE_HEAT], i);
	f->start = 0;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct fixed *f = v->state;
	size_t row;

	go_to_start(f);
	row = list_row(&v->lists[PANE_HEAT]);
	if (row == SIZE_MAX || f->problems.at[row].id == f->shown)
		return RC_OK;
	vec_free(&f->revisions);
	f->shown = f->problems.at[row].id;
	return measure_by_revision(f->measure, f->shown, 0, &f->revisions,
				   err);
}

/* -- Charts -- */

/* Rows whose errors are lines: the marked ones, else from the cursor on. */
static size_t lines_of(const struct fixed *f, size_t out[LINES_MAX])
{
	const struct list *l = &f->view->lists[PANE_HEAT];
	size_t n = 0, row = list_row(l);

	for (size_t i = 0; i < f->problems.n && n < LINES_MAX; i++)
		if (list_marked(l, i))
			out[n++] = i;
	if (n || row == SIZE_MAX)
		return n;
	for (size_t at = l->cursor; at < list_count(l) && n < 3; at++)
		out[n++] = list_row_at(l, at);
	return n;
}

static void put_chart(const struct fixed *f, struct chart *chart, int w,
		      int h, struct buf *out)
{
	if (f->tables)
		chart_table(chart, out);
	else
		chart_plot(chart, app_chart_level(f->view->app), w, h, out);
}

static void paint_versions(struct view *v, struct area *a)
{
	static const char marks[LINES_MAX] = { '*', 'o', 'x', '+', '%', '&' };
	struct fixed *f = v->state;
	size_t line[LINES_MAX], n_lines = lines_of(f, line);
	size_t n = f->n_versions;
	struct chart_point *points = xcalloc(n * LINES_MAX + 1,
					     sizeof(*points));
	struct chart_series series[LINES_MAX];
	char *names[LINES_MAX];
	struct chart chart = { .n = n, .series = series, .n_series = n_lines,
			       .x_labels = (const char *const *)f->heads,
			       .digits = 2 };
	struct buf text = BUF_INIT;

	for (size_t k = 0; k < n_lines; k++) {
		for (size_t i = 0; i < n; i++) {
			const struct problem_error *e = error_at(f, line[k],
								 i);
			if (e)
				points[k * n + i] = figure_point(&e->error);
		}
		names[k] = xasprintf("P-%lld", (long long)
				     f->problems.at[line[k]].id);
		series[k] = (struct chart_series){ names[k], marks[k],
						   points + k * n };
	}
	if (n_lines)
		put_chart(f, &chart, a->w - 2, a->h, &text);
	paint_lines(a, 1, 0, text.data);
	for (size_t k = 0; k < n_lines; k++)
		free(names[k]);
	free(points);
	buf_release(&text);
}

static void paint_revisions(struct view *v, struct area *a)
{
	struct fixed *f = v->state;
	const struct problem_errors *e = &f->revisions;
	struct chart_point *points = xcalloc(e->n + 1, sizeof(*points));
	char **labels = xcalloc(e->n + 1, sizeof(*labels));
	struct chart_series series = { "error", '*', points };
	struct chart chart = { .n = e->n, .series = &series, .n_series = 1,
			       .x_labels = (const char *const *)labels,
			       .digits = 2 };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < e->n; i++) {
		points[i] = figure_point(&e->at[i].error);
		labels[i] = xasprintf("r%lld", (long long)e->at[i].revision);
	}
	if (e->n)
		put_chart(f, &chart, a->w - 2, a->h, &text);
	paint_lines(a, 1, 0, text.data);
	for (size_t i = 0; i < e->n; i++)
		free(labels[i]);
	free(labels);
	free(points);
	buf_release(&text);
}

/* -- Frame -- */

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	int heat = (int)state_of(v)->problems.n + 3, lower;
	struct rect below[2];

	heat = heat > h / 2 ? h / 2 : heat < 5 ? 5 : heat;
	lower = h - heat + 1;
	layout_side_by_side(w, lower, 62, &below[0], &below[1]);
	rects[PANE_HEAT] = (struct rect){ 0, 0, w, heat };
	for (int i = 0; i < 2; i++) {
		rects[PANE_VERSIONS + i] = below[i];
		rects[PANE_VERSIONS + i].y += heat - 1;
	}
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "%s > is it fixed?", state_of(v)->model);
}

static void revisions_title(struct view *v, struct buf *out)
{
	const struct fixed *f = v->state;

	if (f->shown)
		buf_printf(out, " P-%lld", (long long)f->shown);
	if (f->revisions.n)
		buf_printf(out, ", version %lld",
			   (long long)f->revisions.at[0].version);
}

static unsigned act(struct view *v, enum action a)
{
	if (a != ACT_TABLE)
		return REACT_NOT_MINE;
	state_of(v)->tables = !state_of(v)->tables;
	return REACT_DRAW;
}

static bool object(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[PANE_HEAT]);

	if (row == SIZE_MAX)
		return false;
	buf_str(out, "problem/");
	row_id(v, row, out);
	return true;
}

const struct view_ops view_fixed_ops = {
	.name = "Fixed?", .screen = SCREEN_PROBLEMS, .context = IN_FIXED,
	.n_panes = 3,
	.panes = {
		[PANE_HEAT] = { .name = "PROBLEMS x VERSIONS error; ok: within "
				"the tolerance", .list = &source },
		[PANE_VERSIONS] = { .name = "ERROR BY VERSION (Space marks "
				    "lines)", .paint = paint_versions },
		[PANE_REVISIONS] = { .name = "BY REVISION",
				     .title = revisions_title,
				     .paint = paint_revisions },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .object = object, .layout = layout,
	.place = place,
};
