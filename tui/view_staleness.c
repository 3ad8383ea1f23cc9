#include "tui/view_staleness.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/looks.h"
#include "registry/matrix.h"
#include "registry/moved.h"
#include "registry/run.h"
#include "registry/tipping.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/figures.h"
#include "tui/view_curve.h"
#include "tui/view_spread.h"

struct staleness {
	char *testset;
	struct strs columns_asked;	/* of numbers, in the menu */
	struct matrix matrix;
	struct looks looks;
	struct asking moved;
};

struct moved_asked {
	char *testset, *model;
	int64_t version, from, to;
	struct moved moved;
};

enum { PANE_MATRIX, PANE_MOVED };

static struct staleness *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- The matrix -- */

enum { M_MODEL, M_VERSION, M_NEWEST, M_STATES };

static const struct list_column columns[] = {
	[M_MODEL] = { "model", "model", 8, 24, 9, .elastic = true },
	[M_VERSION] = { "version", "v", 2, 4, 9, .right = true },
	[M_NEWEST] = { "newest", "newest", 7, 7, 8 },
	[M_STATES] = { "states", "oldest to newest", 10, 40, 7,
		       .elastic = true },
};

static const char letters[] = {
	[STATE_FRESH] = 'F', [STATE_STALE] = 's', [STATE_PARTIAL] = 'p',
	[STATE_MISSING] = '.',
};

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
	.columns = columns, .n_columns = sizeof(columns) / sizeof(*columns),
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

	v->state = s;
	s->testset = xstrdup(arg);
	return read_all(v, s, err);
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
	return RC_OK;
}

/* -- Why it moved -- */

/* Parts are differences of what is shown, so that they add up as shown. */
static double shown(double x)
{
	return nearbyint(x * 1e4) / 1e4;
}

static void put_change(const struct figure *a, const struct figure *b,
		       struct buf *out)
{
	if (a->why || b->why)
		buf_char(out, '-');
	else
		put_number(out, shown(shown(b->value) - shown(a->value)),
			   true);
}

static int value_line(struct area *a, int y, int64_t revision,
		      const struct figure *f)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "revision %lld", (long long)revision);
	area_text(a, 1, y, 20, STYLE_HEADING, text.data);
	buf_clear(&text);
	if (f->why)
		buf_printf(&text, "undefined: %s", f->why);
	else
		put_number(&text, shown(f->value), false);
	area_text(a, 22, y, a->w - 23, STYLE_HEADING, text.data);
	buf_release(&text);
	return y + 1;
}

static int part_line(struct area *a, int y, const struct moved *m,
		     enum moved_part p)
{
	struct buf text = BUF_INIT;

	area_text(a, 3, y, 18, STYLE_NORMAL, moved_part_name(p));
	put_change(&m->value[p], &m->value[p + 1], &text);
	buf_str(&text, "  ");
	put_count(&text, m->rows[p]);
	buf_str(&text, m->rows[p] == 1 ? " pattern" : " patterns");
	area_text(a, 22, y, a->w - 23, STYLE_NORMAL, text.data);
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

static void paint_moved(struct view *v, struct area *a)
{
	struct staleness *s = v->state;
	const struct moved_asked *asked = s->moved.answer;
	const struct moved *m;
	int y;

	y = paint_looks(&s->looks, a, 0);
	y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL,
		       "F fresh  s stale  p partial  . missing") + 1;
	if (!asked) {
		area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, "m says why the "
			  "score of the version under the cursor moved between "
			  "two revisions.");
		return;
	}
	m = &asked->moved;
	area_printf(a, 1, y++, STYLE_HEADING, "%s of %s %lld",
		    metric_key(m->metric), m->model, (long long)m->version);
	y = value_line(a, y, m->from, &m->value[0]);
	for (enum moved_part p = 0; p < MOVED_PARTS; p++)
		y = part_line(a, y, m, p);
	y = value_line(a, y, m->to, &m->value[MOVED_PARTS]);
	if (!m->has_then)
		area_wrap(a, 1, y + 1, a->w - 2, STYLE_NORMAL, "No evaluation "
			  "was kept on the first revision: its value uses what "
			  "the version says today.");
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
			 NULL, &w->moved, err);
}

static void moved_free(void *q)
{
	struct moved_asked *w = q;

	moved_release(&w->moved);
	free(w->testset);
	free(w->model);
	free(w);
}

static const struct asking_kind moved_kind = {
	.name = "why it moved", .work = moved_work, .free = moved_free,
};

static bool read_pair(const char *text, int64_t *from, int64_t *to)
{
	size_t n = strcspn(text, " "), skip = strspn(text + n, " ");
	const char *rest = text + n + skip;

	return decimal_read_i64(text, n, from) &&
	       decimal_read_i64(rest, strcspn(rest, " "), to) && *from > 0 &&
	       *to >= *from;
}

static void start_moved(struct view *v, const char *text, void *arg)
{
	struct staleness *s = v->state;
	size_t row = list_row(&v->lists[PANE_MATRIX]);
	struct moved_asked *w;
	int64_t from, to;

	(void)arg;
	if (row == SIZE_MAX)
		return;
	if (!read_pair(text, &from, &to)) {
		app_say(v->app, "Two revisions, the older one first: 1 4");
		return;
	}
	w = XNEW(struct moved_asked);
	w->testset = xstrdup(s->testset);
	w->model = xstrdup(s->matrix.rows[row].model);
	w->version = s->matrix.rows[row].version;
	w->from = from;
	w->to = to;
	asking_say(v->app, &s->moved, &moved_kind, w);
}

static unsigned ask_moved(struct view *v)
{
	const struct matrix *m = &state_of(v)->matrix;
	int64_t to = m->n_revisions ? m->revisions[m->n_revisions - 1] : 1;
	char *initial = xasprintf("%lld %lld", (long long)(to > 1 ? to - 1 : 1),
				  (long long)to);

	app_prompt(v->app, "from revision, to revision: ", initial, NULL,
		   start_moved, NULL);
	free(initial);
	return REACT_DRAW;
}

struct asked_runs {
	char *testset;
	size_t n, answered, failed;
	char *why;
};

static enum rc runs_work(struct registry *reg, struct reg_progress *progress,
			 void *arg, struct err *err)
{
	static const struct version_refs all = VEC_INIT;
	static const struct run_options options = { 0 };
	struct asked_runs *w = arg;
	struct run_recs recs = VEC_INIT;
	enum rc rc = reg_runs(reg, w->testset, &all, &options, progress, &recs,
			      err);

	for (size_t i = 0; i < recs.n; i++) {
		w->answered += recs.at[i].state == RUN_ANSWERED;
		w->failed += recs.at[i].state == RUN_FAILED;
		if (recs.at[i].state == RUN_FAILED && !w->why)
			w->why = xstrdup_or_null(recs.at[i].why);
	}
	w->n = recs.n;
	run_recs_release(&recs);
	return rc;
}

static void runs_told(struct app *app, struct asking *a, void **q, enum rc rc)
{
	char n[COUNTED_MAX];
	const struct asked_runs *w = *q;

	(void)a;
	if (rc != RC_OK)
		return;
	app_reload(app);
	app_say(app, "Of %s with a runner %zu answered, %zu failed%s%s",
		counted(w->n, "version", "versions", n), w->answered, w->failed,
		w->why ? ": " : ".", w->why ? w->why : "");
}

static void runs_free(void *q)
{
	struct asked_runs *w = q;

	free(w->testset);
	free(w->why);
	free(w);
}

static const struct asking_kind runs_kind = {
	.name = "asking", .work = runs_work, .told = runs_told,
	.free = runs_free,
};

static unsigned ask_runs(struct view *v)
{
	struct asked_runs *w = XNEW(struct asked_runs);

	w->testset = xstrdup(state_of(v)->testset);
	asking_say(v->app, NULL, &runs_kind, w);
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
