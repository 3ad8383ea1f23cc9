#include "tui/view_problems.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/problem.h"
#include "tui/app.h"
#include "tui/figures.h"

/* What a prompt changes: the problem that was under the cursor then. */
struct change {
	int64_t id, revision;
	bool moves;			/* to a state, else a field is set */
	enum problem_state to;
	char *field, *value;
};

struct problems {
	struct triage triage;
	/* of the problem under the cursor */
	size_t shown;			/* index, SIZE_MAX: none */
	struct problem_errors errors;
	struct problem_grid grid;
	bool has_grid;
	bool tables;			/* charts as tables */
	struct change pending;
};

enum { PANE_BOARD, PANE_DETAIL };

static struct problems *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- The board -- */

enum { P_ID, P_IMPACT, P_INTERVAL, P_RANK, P_USERS, P_ERROR, P_HARM, P_STATE,
       P_TITLE };

static const struct list_column columns[] = {
	[P_ID] = { "id", "id", 4, 6, 9 },
	[P_IMPACT] = { "impact", "impact", 6, 6, 9, .right = true },
	[P_INTERVAL] = { "interval", "95%", 9, 13, 4 },
	[P_RANK] = { "rank", "rank", 4, 5, 6, .right = true },
	[P_USERS] = { "users", "users%", 6, 6, 3, .right = true },
	[P_ERROR] = { "error", "error", 5, 6, 5, .right = true },
	[P_HARM] = { "harm", "harm", 4, 4, 2, .right = true },
	[P_STATE] = { "state", "state", 9, 11, 7 },
	[P_TITLE] = { "title", "title", 8, 24, 8, .elastic = true },
};

static size_t rows(void *arg)
{
	return state_of(arg)->triage.n;
}

static void put_short(struct buf *out, const struct figure *f)
{
	if (f->why)
		buf_char(out, '-');
	else
		put_number(out, f->value, false);
}

/* An impact is a product of shares and a weight: a tenth is enough. */
static void put_tenth(struct buf *out, double x)
{
	char text[DECIMAL_MAX];

	buf_str(out, decimal_fixed(x, 1, text));
}

static void put_impact(struct buf *out, const struct figure *f)
{
	if (f->why)
		buf_char(out, '-');
	else
		put_tenth(out, f->value);
}

static void put_impact_bounds(struct buf *out, const struct figure *f)
{
	if (f->why || f->method == METHOD_NONE) {
		buf_char(out, '-');
		return;
	}
	put_tenth(out, f->low);
	buf_char(out, '-');
	put_tenth(out, f->high);
}

static void put_ranks(struct buf *out, const struct impact_rank *r)
{
	if (!r->rank)
		buf_char(out, '-');
	else if (r->low == r->high)
		buf_printf(out, "%u", r->rank);
	else
		buf_printf(out, "%u-%u", r->low, r->high);
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct triage_row *r = &state_of(arg)->triage.rows[row];

	switch (column) {
	case P_ID: buf_printf(out, "P-%lld", (long long)r->problem.id); break;
	case P_IMPACT: put_impact(out, &r->impact); break;
	case P_INTERVAL: put_impact_bounds(out, &r->impact); break;
	case P_RANK: put_ranks(out, &r->rank); break;
	case P_USERS: put_impact(out, &r->users_pct); break;
	case P_ERROR: put_short(out, &r->error); break;
	case P_HARM: buf_printf(out, r->harm ? "%d" : "-", r->harm); break;
	case P_STATE:
		buf_str(out, problem_state_name(r->problem.state));
		break;
	case P_TITLE: buf_str(out, r->problem.title); break;
	}
	return STYLE_NORMAL;
}

static void row_id(void *arg, size_t row, struct buf *out)
{
	buf_printf(out, "P-%lld",
		   (long long)state_of(arg)->triage.rows[row].problem.id);
}

static const struct list_source source = {
	.columns = columns, .n_columns = sizeof(columns) / sizeof(*columns),
	.empty = "No open problems. 'muster report-failure' takes down what "
		 "somebody complains about.",
	.rows = rows, .cell = cell, .id = row_id,
};

/* -- Reading -- */

static void forget(struct problems *p)
{
	if (p->has_grid)
		problem_grid_release(&p->grid);
	vec_free(&p->errors);
	p->has_grid = false;
	p->shown = SIZE_MAX;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	static const struct triage_query query = { 0 };
	struct problems *p = XNEW(struct problems);
	enum rc rc = reg_triage(app_registry(v->app), &query, &p->triage, err);

	(void)arg;
	p->shown = SIZE_MAX;
	if (rc != RC_OK) {
		free(p);
		return rc;
	}
	v->state = p;
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct problems *p = v->state;

	forget(p);
	free(p->pending.field);
	free(p->pending.value);
	triage_release(&p->triage);
	free(p);
}

static enum rc reload(struct view *v, struct err *err)
{
	static const struct triage_query query = { 0 };
	struct problems *p = v->state;
	struct triage fresh = { 0 };
	enum rc rc = reg_triage(app_registry(v->app), &query, &fresh, err);

	if (rc != RC_OK)
		return rc;
	forget(p);
	triage_release(&p->triage);
	p->triage = fresh;
	return RC_OK;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct problems *p = v->state;
	size_t row = list_row(&v->lists[PANE_BOARD]);
	const struct triage_row *r;
	enum rc rc;

	if (row == p->shown)
		return RC_OK;
	forget(p);
	p->shown = row;
	if (row == SIZE_MAX || !p->triage.rows[row].problem.testset)
		return RC_OK;
	r = &p->triage.rows[row];
	rc = reg_problem_by_version(app_registry(v->app), r->problem.model,
				    &r->problem.id, 1, 0, &p->errors, err);
	if (rc == RC_OK) {
		rc = reg_problem_grid(app_registry(v->app), r->problem.id,
				      &p->grid, err);
		p->has_grid = rc == RC_OK;
	}
	return rc;
}

/* -- Detail -- */

static int line(struct area *a, int y, const char *label, const char *text)
{
	int lines;

	area_text(a, 1, y, 8, STYLE_NORMAL, label);
	lines = area_wrap(a, 10, y, a->w - 11, STYLE_NORMAL,
			  text && *text ? text : "-");
	return y + (lines > 0 ? lines : 1);
}

static int line_figure(struct area *a, int y, const char *label,
		       const struct figure *f)
{
	struct buf text = BUF_INIT;

	if (f->why) {
		buf_printf(&text, "undefined: %s", f->why);
	} else {
		put_number(&text, f->value, false);
		buf_char(&text, ' ');
		put_bounds(&text, f);
	}
	y = line(a, y, label, text.data);
	buf_release(&text);
	return y;
}

static int paint_factors(const struct triage_row *r, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	y = line(a, y, "title", r->problem.title);
	y = line(a, y, "model", r->problem.model);
	y = line(a, y, "state", problem_state_name(r->problem.state));
	y = line(a, y, "owner", r->problem.owner);
	y = line(a, y, "next", r->next);
	y = line_figure(a, y, "impact", &r->impact);
	y = line_figure(a, y, "users%", &r->users_pct);
	y = line_figure(a, y, "error", &r->error);
	if (r->harm)
		buf_printf(&text, "%d", r->harm);
	if (r->harm && r->problem.harm_reason)
		buf_printf(&text, ", %s", r->problem.harm_reason);
	y = line(a, y, "harm", text.data);
	buf_release(&text);
	return y + 1;
}

#define CHART_LINES 8

static int paint_errors(struct view *v, struct area *a, int y)
{
	const struct problem_errors *e = &state_of(v)->errors;
	struct chart_point *points = xcalloc(e->n, sizeof(*points));
	char **labels = xcalloc(e->n, sizeof(*labels));
	struct chart_series series = { "error", '*', points };
	struct chart chart = { .n = e->n, .n_series = 1, .series = &series,
			       .digits = 2 };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < e->n; i++) {
		points[i] = figure_point(&e->at[i].error);
		labels[i] = xasprintf("v%lld", (long long)e->at[i].version);
	}
	chart.x_labels = (const char *const *)labels;
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "ERROR BY VERSION");
	if (state_of(v)->tables)
		chart_table(&chart, &text);
	else
		chart_plot(&chart, app_chart_level(v->app), a->w - 2,
			   CHART_LINES, &text);
	y = paint_lines(a, 1, y, text.data);
	for (size_t i = 0; i < e->n; i++)
		free(labels[i]);
	free(labels);
	free(points);
	buf_release(&text);
	return y + 1;
}

static void paint_grid(const struct problem_grid *g, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%-14s", "PATTERNS");
	for (size_t i = 0; i < g->n_versions; i++)
		buf_printf(&text, " v%-4lld", (long long)g->versions[i]);
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, text.data);
	for (size_t row = 0; row < g->n_rows; row++) {
		area_text(a, 1, y, 14, STYLE_NORMAL, g->keys[row]);
		for (size_t i = 0; i < g->n_versions; i++) {
			const struct problem_cell *c =
				&g->cells[row * g->n_versions + i];

			area_text(a, 16 + (int)i * 6, y, 5, STYLE_NORMAL,
				  !c->known ? "-" : c->pass ? "ok" : "FAIL");
		}
		y++;
	}
	buf_release(&text);
}

static void paint_detail(struct view *v, struct area *a)
{
	struct problems *p = v->state;
	int y;

	if (p->shown == SIZE_MAX || p->shown >= p->triage.n)
		return;
	y = paint_factors(&p->triage.rows[p->shown], a, 0);
	if (p->errors.n)
		y = paint_errors(v, a, y);
	if (p->has_grid && p->grid.n_rows)
		paint_grid(&p->grid, a, y);
}

static void put_counts(struct view *v, struct buf *out)
{
	const struct triage *t = &state_of(v)->triage;

	buf_printf(out, " %zu open, inbox %zu", t->n_open, t->n_inbox);
}

/* -- Actions -- */

static void pending_release(struct change *c)
{
	free(c->field);
	free(c->value);
	*c = (struct change){ 0 };
}

static enum rc store(struct view *v, const struct change *c,
		     const char *reason, struct err *err)
{
	struct registry *reg = app_registry(v->app);
	struct pairs fields = VEC_INIT;
	enum rc rc;

	if (c->moves)
		return reg_problem_move(reg, c->id, c->to, reason, c->revision,
					err);
	pairs_add(&fields, c->field, c->value);
	rc = reg_problem_set(reg, c->id, &fields, reason, c->revision, err);
	pairs_release(&fields);
	return rc;
}

static void with_reason(struct view *v, const char *text, void *arg)
{
	struct change *c = &state_of(v)->pending;
	struct err err = ERR_INIT;

	(void)arg;
	if (!*text)
		app_say(v->app, "Not changed: a reason is needed, it stands "
			"in the log.");
	else if (store(v, c, text, &err) != RC_OK)
		app_fail(v->app, &err);
	else
		app_reload(v->app);
	pending_release(c);
}

static void ask_reason(struct view *v)
{
	app_prompt(v->app, "reason: ", "", NULL, with_reason, NULL);
}

static void with_state(struct view *v, const char *text, void *arg)
{
	(void)arg;
	if (problem_state_from_name(text, &state_of(v)->pending.to))
		ask_reason(v);
	else
		app_say(v->app, "described, triaged, in-progress, fixed or "
			"wont-fix");
}

static void with_field(struct view *v, const char *text, void *arg)
{
	struct change *c = &state_of(v)->pending;
	const char *equals = strchr(text, '=');

	(void)arg;
	if (!equals) {
		app_say(v->app, "FIELD=VALUE: users=12.4, harm=3, owner=ana");
		return;
	}
	c->field = xasprintf("%.*s", (int)(equals - text), text);
	c->value = xstrdup(equals + 1);
	ask_reason(v);
}

static unsigned change(struct view *v, bool moves)
{
	struct problems *p = v->state;
	size_t row = list_row(&v->lists[PANE_BOARD]);

	if (row == SIZE_MAX)
		return REACT_NONE;
	pending_release(&p->pending);
	p->pending.id = p->triage.rows[row].problem.id;
	p->pending.revision = p->triage.rows[row].problem.revision;
	p->pending.moves = moves;
	app_prompt(v->app, moves ? "to state: " : "FIELD=VALUE: ", "", NULL,
		   moves ? with_state : with_field, NULL);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	if (a == ACT_PROBLEM_MOVE)
		return change(v, true);
	if (a == ACT_PROBLEM_SET)
		return change(v, false);
	if (a != ACT_TABLE)
		return REACT_NOT_MINE;
	state_of(v)->tables = !state_of(v)->tables;
	return REACT_DRAW;
}

static bool object(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[PANE_BOARD]);

	if (row == SIZE_MAX)
		return false;
	buf_printf(out, "problem/");
	row_id(v, row, out);
	return true;
}

const struct view_ops view_problems_ops = {
	.name = "Problems", .screen = SCREEN_PROBLEMS, .context = IN_PROBLEMS,
	.n_panes = 2,
	.panes = {
		[PANE_BOARD] = { .name = "TRIAGE", .list = &source,
				 .title = put_counts },
		[PANE_DETAIL] = { .name = "PROBLEM", .paint = paint_detail },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .object = object,
};
