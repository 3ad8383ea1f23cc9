#include "tui/view_staleness.h"

#include <math.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/looks.h"
#include "registry/matrix.h"
#include "registry/moved.h"
#include "registry/tipping.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/evaluating.h"
#include "tui/figures.h"
#include "tui/running.h"
#include "tui/view_curve.h"
#include "tui/view_runs.h"
#include "tui/view_spread.h"

enum { M_MODEL, M_VERSION, M_NEWEST, M_STATES, M_COLUMNS };

struct staleness {
	char *testset;
	struct list_column heads[M_COLUMNS];
	struct strs columns_asked;	/* of numbers, in the menu */
	struct matrix matrix;
	struct looks looks;
	struct asking moved;
};

struct moved_asked {
	char *testset, *model;
	int64_t version, from, to;
	bool has_metric;
	enum metric metric;
	struct moved moved;
};

enum { PANE_MATRIX, PANE_MOVED };

static struct staleness *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- The matrix -- */

static const struct list_column columns[] = {
	[M_MODEL] = { "model", "model", 8, 24, 9, .elastic = true,
		      .middle = true },
	[M_VERSION] = { "version", "v", 2, 4, 9, .right = true },
	[M_NEWEST] = { "newest", "newest", 7, 7, 8 },
	[M_STATES] = { "states", "oldest to newest", 10, 40, 7,
		       .elastic = true },
};

static const char letters[] = {
	[STATE_FRESH] = 'F', [STATE_STALE] = 's', [STATE_PARTIAL] = 'p',
	[STATE_MISSING] = '.',
};

/* Names in full, and then as many revisions as there is room for. */
static void set_heads(struct staleness *s)
{
	memcpy(s->heads, columns, sizeof(columns));
	for (size_t i = 0; i < s->matrix.n; i++)
		list_column_fit(&s->heads[M_MODEL], s->matrix.rows[i].model);
}

static const struct list_column *columns_of(void *arg, size_t *n)
{
	*n = COUNT(columns);
	return state_of(arg)->heads;
}

static size_t rows(void *arg)
{
	return state_of(arg)->matrix.n;
}

/* The newest revisions, as many as a wide screen has room for. */
#define REVISIONS_SHOWN 100

static void put_states(const struct matrix *m, const struct matrix_row *r,
		       struct buf *out)
{
	size_t first = m->n_revisions > REVISIONS_SHOWN
		     ? m->n_revisions - REVISIONS_SHOWN : 0;

	for (size_t i = first; i < m->n_revisions; i++)
		buf_char(out, letters[r->states[i]]);
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct matrix *m = &state_of(arg)->matrix;
	const struct matrix_row *r = &m->rows[row];

	switch (column) {
	case M_MODEL: buf_str(out, r->model); break;
	case M_VERSION: buf_printf(out, "%lld", (long long)r->version); break;
	case M_NEWEST:
		buf_str(out, eval_state_text(r->states[m->n_revisions - 1]));
		break;
	case M_STATES: put_states(m, r, out); break;
	}
	return STYLE_NORMAL;
}

static void row_id(void *arg, size_t row, struct buf *out)
{
	const struct matrix_row *r = &state_of(arg)->matrix.rows[row];

	buf_printf(out, "%s@%lld", r->model, (long long)r->version);
}

static const struct list_source source = {
	.columns_of = columns_of,
	.empty = "Nothing is predicted on this set. 'muster predictions "
		 "import' brings the first, 'a' asks the runners.",
	.rows = rows, .cell = cell, .id = row_id,
};

/* -- Reading -- */

static void close_view(struct view *v)
{
	struct staleness *s = v->state;

	matrix_release(&s->matrix);
	asking_release(&s->moved);
	strs_release(&s->columns_asked);
	free(s->testset);
	free(s);
}

static enum rc read_all(struct view *v, struct staleness *s, struct err *err)
{
	enum rc rc = reg_matrix(app_registry(v->app), s->testset, &s->matrix,
				err);

	return rc == RC_OK ? reg_looks(app_registry(v->app), s->testset,
				       &s->looks, err) : rc;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct staleness *s = XNEW(struct staleness);
	enum rc rc;

	v->state = s;
	s->testset = xstrdup(arg);
	rc = read_all(v, s, err);
	set_heads(s);
	return rc;
}

static enum rc reload(struct view *v, struct err *err)
{
	struct staleness *s = v->state, fresh = { .testset = s->testset };
	enum rc rc = read_all(v, &fresh, err);

	if (rc != RC_OK) {
		matrix_release(&fresh.matrix);
		return rc;
	}
	matrix_release(&s->matrix);
	s->matrix = fresh.matrix;
	s->looks = fresh.looks;
	set_heads(s);
	return RC_OK;
}

/* -- Why it moved -- */

static void put_patterns(struct buf *out, uint64_t n)
{
	buf_str(out, "  ");
	put_count(out, n);
	buf_str(out, n == 1 ? " pattern" : " patterns");
}

static int value_line(struct area *a, int y, const struct moved *m, bool last)
{
	const struct figure *f = &m->value[last ? MOVED_PARTS : 0];
	struct buf text = BUF_INIT;
	char value[DECIMAL_MAX];
	int lines;

	buf_printf(&text, "revision %lld", (long long)(last ? m->to : m->from));
	area_text(a, 1, y, 15, STYLE_HEADING, text.data);
	buf_clear(&text);
	if (f->why)
		buf_printf(&text, "undefined: %s", f->why);
	else
		buf_str(&text, moved_value_text(m, last ? MOVED_PARTS : 0,
						value));
	put_patterns(&text, m->patterns[last]);
	lines = area_wrap(a, 17, y, a->w - 18, STYLE_HEADING, text.data);
	buf_release(&text);
	return y + (lines > 0 ? lines : 1);
}

static int part_line(struct area *a, int y, const struct moved *m,
		     enum moved_part p)
{
	char room[DECIMAL_MAX];
	const char *change = moved_change_text(m, p, (size_t)p + 1, room);
	struct buf text = BUF_INIT;

	area_text(a, 3, y, 13, STYLE_NORMAL, moved_part_name(p));
	buf_str(&text, change ? change : "-");
	put_patterns(&text, m->rows[p]);
	area_text(a, 17, y, a->w - 18, STYLE_NORMAL, text.data);
	buf_release(&text);
	return y + 1;
}

static int paint_looks(const struct looks *l, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "Looked at ");
	put_looks(&text, l);
	buf_char(&text, '.');
	y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, text.data);
	buf_release(&text);
	return y + 1;
}

static int paint_answer(const struct moved *m, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	area_printf(a, 1, y++, STYLE_HEADING, "%s of %s %lld",
		    metric_key(m->metric), m->model, (long long)m->version);
	y = value_line(a, y, m, false);
	for (enum moved_part p = 0; p < MOVED_PARTS; p++)
		y = part_line(a, y, m, p);
	y = value_line(a, y, m, true);
	if (!m->has_then)
		y += area_wrap(a, 1, y + 1, a->w - 2, STYLE_NORMAL, "No "
			       "evaluation was kept on the first revision: its "
			       "value uses what the version says today.") + 1;
	moved_put_unanswered(m, &text);
	if (text.len)
		y += area_wrap(a, 1, y + 1, a->w - 2, STYLE_NORMAL,
			       text.data) + 1;
	buf_release(&text);
	return y + 1;
}

/* The answer first: on small screens there is no room for the rest. */
static void paint_moved(struct view *v, struct area *a)
{
	struct staleness *s = v->state;
	const struct moved_asked *asked = s->moved.answer;
	int y = 0;

	if (asking_runs(&s->moved))
		y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL,
			       "computing ...");
	if (asked)
		y = paint_answer(&asked->moved, a, y);
	y = paint_looks(&s->looks, a, y);
	y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL,
		       "F fresh  s stale  p partial  . missing") + 1;
	if (!asked)
		area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, "m says why the "
			  "score of the version under the cursor moved between "
			  "two revisions.");
}

static void put_testset(struct view *v, struct buf *out)
{
	buf_printf(out, " %s", state_of(v)->testset);
}

/* -- Actions -- */

static enum rc moved_work(struct registry *reg, struct reg_progress *progress,
			  void *q, struct err *err)
{
	struct moved_asked *w = q;

	(void)progress;
	return reg_moved(reg, w->model, w->version, w->testset, w->from, w->to,
			 w->has_metric ? &w->metric : NULL, &w->moved, err);
}

static void moved_free(void *q)
{
	struct moved_asked *w = q;

	moved_release(&w->moved);
	free(w->testset);
	free(w->model);
	free(w);
}

/* In one line, for screens that show one pane. */
static void moved_told(struct app *app, struct asking *a, void **q, enum rc rc)
{
	const struct moved_asked *w = *q;
	const struct moved *m = &w->moved;
	struct buf text = BUF_INIT;
	char room[DECIMAL_MAX];
	const char *change;

	if (rc != RC_OK)
		return;
	change = moved_change_text(m, 0, MOVED_PARTS, room);
	if (m->value[0].why || m->value[MOVED_PARTS].why)
		buf_printf(&text, "undefined (%s)", m->value[0].why ?
			   m->value[0].why : m->value[MOVED_PARTS].why);
	else
		buf_str(&text, change ? change : "too large for a number");
	app_say(app, "%s %lld %s r%lld to r%lld: %s. Tab: why.", m->model,
		(long long)m->version, metric_head(m->metric),
		(long long)m->from, (long long)m->to, text.data);
	buf_release(&text);
	asking_take(a, q);
}

static const struct asking_kind moved_kind = {
	.name = "why it moved", .work = moved_work, .told = moved_told,
	.free = moved_free,
};

/* "1 4", "1 4 macro_f1" */
static bool read_span(const char *text, struct moved_asked *w)
{
	size_t n = strcspn(text, " "), skip = strspn(text + n, " ");
	const char *rest = text + n + skip, *word;
	size_t m = strcspn(rest, " ");

	word = rest + m + strspn(rest + m, " ");
	w->has_metric = *word != '\0';
	return decimal_read_i64(text, n, &w->from) &&
	       decimal_read_i64(rest, m, &w->to) && w->from > 0 &&
	       w->to >= w->from &&
	       (!w->has_metric || metric_from_key(word, &w->metric));
}

static void start_moved(struct view *v, const char *text, void *arg)
{
	struct staleness *s = v->state;
	size_t row = list_row(&v->lists[PANE_MATRIX]);
	struct moved_asked span = { 0 }, *w;

	(void)arg;
	if (row == SIZE_MAX)
		return;
	if (!read_span(text, &span)) {
		app_prompt(v->app, "older, newer, metric, as 1 4 macro_f1: ",
			   text, NULL, start_moved, NULL);
		return;
	}
	v->scroll[PANE_MOVED] = 0;
	w = XNEW(struct moved_asked);
	*w = span;
	w->testset = xstrdup(s->testset);
	w->model = xstrdup(s->matrix.rows[row].model);
	w->version = s->matrix.rows[row].version;
	asking_say(v->app, &s->moved, &moved_kind, w);
}

/* Proposed is what was asked last. */
static unsigned ask_moved(struct view *v)
{
	struct staleness *s = v->state;
	const struct matrix *m = &s->matrix;
	const struct moved_asked *last = s->moved.answer;
	int64_t to = m->n_revisions ? m->revisions[m->n_revisions - 1] : 1;
	char *initial = last ?
		xasprintf("%lld %lld %s", (long long)last->from,
			  (long long)last->to,
			  metric_key(last->moved.metric)) :
		xasprintf("%lld %lld", (long long)(to > 1 ? to - 1 : 1),
			  (long long)to);

	app_prompt(v->app, "from, to (revisions), metric: ", initial, NULL,
		   start_moved, NULL);
	free(initial);
	return REACT_DRAW;
}

/* The marked versions; without marks, none, which means all. */
static void marked_versions(const struct view *v, struct version_refs *out)
{
	const struct list *l = &v->lists[PANE_MATRIX];
	const struct matrix *m = &((struct staleness *)v->state)->matrix;

	for (size_t i = 0; i < list_count(l); i++) {
		size_t row = list_row_at(l, i);

		if (list_marked(l, row))
			vec_push(out, ((struct version_ref){
				xstrdup(m->rows[row].model),
				m->rows[row].version }));
	}
}

static unsigned ask_runs(struct view *v)
{
	struct version_refs versions = VEC_INIT;

	marked_versions(v, &versions);
	running_start(v->app, state_of(v)->testset, &versions);
	return REACT_DRAW;
}

/* -- Of the version under the cursor -- */

static const struct matrix_row *row_at_cursor(struct view *v)
{
	size_t row = list_row(&v->lists[PANE_MATRIX]);

	return row == SIZE_MAX ? NULL : &state_of(v)->matrix.rows[row];
}

static unsigned open_spread(struct view *v)
{
	const struct matrix_row *r = row_at_cursor(v);
	struct spread_arg arg = { .testset = state_of(v)->testset };

	if (!r)
		return REACT_NONE;
	arg.model = r->model;
	return app_open(v->app, &view_spread_ops, &arg);
}

static void column_picked(struct view *v, size_t item, void *arg)
{
	const struct matrix_row *r = row_at_cursor(v);
	struct staleness *s = v->state;
	struct curve_arg a = { .testset = s->testset };

	(void)arg;
	if (!r || item >= s->columns_asked.n)
		return;
	a.model = r->model;
	a.version = r->version;
	a.column = s->columns_asked.at[item];
	app_open(v->app, &view_curve_ops, &a);
}

static unsigned ask_column(struct view *v)
{
	struct staleness *s = v->state;
	struct err err = ERR_INIT;

	strs_release(&s->columns_asked);
	if (reg_curve_columns(app_registry(v->app), s->testset,
			      &s->columns_asked, &err) != RC_OK) {
		app_fail(v->app, &err);
		return REACT_DRAW;
	}
	app_menu_names(v->app, "along which column",
		       (const char *const *)s->columns_asked.at,
		       s->columns_asked.n, column_picked);
	if (!s->columns_asked.n)
		app_say(v->app, "No column of %s holds numbers.", s->testset);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	if (a == ACT_SPREAD)
		return open_spread(v);
	if (a == ACT_CURVE)
		return ask_column(v);
	if (a == ACT_MOVED || a == ACT_OPEN)
		return ask_moved(v);
	if (a == ACT_ASK)
		return ask_runs(v);
	if (a == ACT_RUNS)
		return app_open(v->app, &view_runs_ops, state_of(v)->testset);
	if (a == ACT_EVALUATE_ALL) {
		evaluating_start(v->app, state_of(v)->testset, NULL, 0);
		return REACT_DRAW;
	}
	return REACT_NOT_MINE;
}

static bool object(struct view *v, struct buf *out)
{
	buf_printf(out, "testset/%s", state_of(v)->testset);
	return true;
}

const struct view_ops view_staleness_ops = {
	.name = "Staleness", .screen = SCREEN_DATA, .context = IN_STALENESS,
	.n_panes = 2,
	.panes = {
		[PANE_MATRIX] = { .name = "VERSIONS x REVISIONS",
				  .list = &source, .title = put_testset },
		[PANE_MOVED] = { .name = "WHY THE SCORE MOVED",
				 .paint = paint_moved },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.act = act, .object = object,
};
