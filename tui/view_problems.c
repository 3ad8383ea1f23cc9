#include "tui/view_problems.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/problems.h"
#include "tui/view_fixed.h"
#include "tui/view_patterns.h"
#include "tui/view_total.h"

struct problems *problems_of(void *view)
{
	return ((struct view *)view)->state;
}

static const struct triage_row *row_of(void *arg,
				       const struct problem_index *index,
				       size_t i)
{
	return &problems_of(arg)->triage.rows[index->row[i]];
}

/* -- The board -- */

static const struct list_column board_columns[] = {
	[P_ID] = { "id", "id", 4, 6, 10 },
	[P_IMPACT] = { "impact", "impact", 6, 6, 9, .right = true },
	[P_INTERVAL] = { "interval", "95%", 9, 10, 6 },
	[P_RANK] = { "rank", "rank", 4, 5, 5, .right = true },
	[P_USERS] = { "users", "users%", 6, 6, 8, .right = true },
	[P_ERROR] = { "error", "error", 5, 6, 8, .right = true },
	[P_HARM] = { "harm", "harm", 4, 4, 8, .right = true },
	[P_STATE] = { "state", "state", 11, 11, 7 },
	[P_OWNER] = { "owner", "owner", 8, 12, 2 },
	[P_TITLE] = { "title", "title", 10, 24, 9, .elastic = true },
};

static size_t board_rows(void *arg)
{
	return problems_of(arg)->board.n;
}

static void put_impact(struct buf *out, const struct figure *f)
{
	if (f->why)
		buf_char(out, '-');
	else
		buf_fixed(out, f->value, 1);
}

void put_users(struct buf *out, const struct triage_row *r)
{
	put_impact(out, &r->users_pct);
	if (!r->users_pct.why && r->users_pct.method == METHOD_NONE)
		buf_char(out, 'h');
}

static void put_impact_bounds(struct buf *out, const struct figure *f)
{
	if (f->why || f->method == METHOD_NONE) {
		buf_char(out, '-');
		return;
	}
	buf_fixed(out, f->low, 1);
	buf_char(out, '-');
	buf_fixed(out, f->high, 1);
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

static void put_error(struct buf *out, const struct figure *f)
{
	char text[DECIMAL_MAX];

	if (f->why)
		buf_char(out, '-');
	else
		buf_str(out, decimal_rate(f->value, 2, false, text));
}

static enum style state_style(enum problem_state s)
{
	return s == PROBLEM_REGRESSED ? STYLE_BAD
	     : s == PROBLEM_FIXED ? STYLE_GOOD : STYLE_NORMAL;
}

static bool is_supposed(void *arg, const struct triage_row *r)
{
	return problems_of(arg)->what_if.id == r->problem.id;
}

static enum style put_factor(void *arg, const struct triage_row *r,
			     size_t column, struct buf *out)
{
	switch (column) {
	case P_USERS: put_users(out, r); break;
	case P_ERROR: put_error(out, &r->error); break;
	case P_HARM: buf_printf(out, r->harm ? "%d" : "-", r->harm); break;
	case P_IMPACT: put_impact(out, &r->impact); break;
	}
	return is_supposed(arg, r) ? STYLE_WARN : STYLE_NORMAL;
}

static enum style board_cell(void *arg, size_t i, size_t column,
			     struct buf *out)
{
	const struct triage_row *r = row_of(arg, &problems_of(arg)->board, i);

	switch (column) {
	case P_ID:
		buf_printf(out, "P-%lld%s", (long long)r->problem.id,
			   is_supposed(arg, r) ? "?" : "");
		break;
	case P_INTERVAL: put_impact_bounds(out, &r->impact); break;
	case P_RANK: put_ranks(out, &r->rank); break;
	case P_STATE:
		buf_str(out, problem_state_name(r->problem.state));
		return state_style(r->problem.state);
	case P_OWNER:
		buf_str(out, r->problem.owner ? r->problem.owner : "-");
		break;
	case P_TITLE: buf_str(out, r->problem.title); break;
	default: return put_factor(arg, r, column, out);
	}
	return STYLE_NORMAL;
}

static void put_id(struct buf *out, const struct triage_row *r)
{
	buf_printf(out, "P-%lld", (long long)r->problem.id);
}

static void board_id(void *arg, size_t i, struct buf *out)
{
	put_id(out, row_of(arg, &problems_of(arg)->board, i));
}

static bool has_id(const char *list, const char *id)
{
	size_t n = strlen(id);

	for (const char *p = list; p && *p; p += strcspn(p, ",")) {
		p += *p == ',';
		if (!strncmp(p, id, n) && (!p[n] || p[n] == ','))
			return true;
	}
	return false;
}

/* Any field of a problem may be named in a filter: kind:labels model:x. */
static bool any_field(const struct triage_row *r, const char *name,
		      struct buf *out)
{
	const struct {
		const char *name, *value;
	} fields[] = {
		{ "model", r->problem.model }, { "kind", r->problem.kind },
		{ "persona", r->problem.persona },
		{ "testset", r->problem.testset },
		{ "rule", r->problem.rule }, { "text", r->problem.text },
		{ "source", r->problem.source }, { "next", r->next },
	};

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (strcmp(fields[i].name, name) != 0)
			continue;
		buf_str(out, fields[i].value ? fields[i].value : "");
		return true;
	}
	if (!has_id(r->problem.kind, name))
		return false;
	buf_str(out, "yes");
	return true;
}

static bool board_field(void *arg, size_t i, const char *name,
			struct buf *out)
{
	return any_field(row_of(arg, &problems_of(arg)->board, i), name, out);
}

static const struct list_source board_source = {
	.columns = board_columns,
	.n_columns = COUNT(board_columns),
	.empty = "No open problem. What users complain about comes in by P in "
		 "any list of patterns, or by 'muster report-failure'; X shows "
		 "closed ones.",
	.rows = board_rows, .cell = board_cell, .id = board_id,
	.field = board_field,
};

/* -- The inbox -- */

enum { I_ID, I_DAY, I_SOURCE, I_TITLE };

static const struct list_column inbox_columns[] = {
	[I_ID] = { "id", "id", 4, 6, 9 },
	[I_DAY] = { "reported", "reported", 10, 10, 5 },
	[I_SOURCE] = { "source", "who says so", 8, 18, 4 },
	[I_TITLE] = { "title", "title", 8, 24, 8, .elastic = true },
};

static size_t inbox_rows(void *arg)
{
	return problems_of(arg)->inbox.n;
}

static enum style inbox_cell(void *arg, size_t i, size_t column,
			     struct buf *out)
{
	const struct triage_row *r = row_of(arg, &problems_of(arg)->inbox, i);
	const struct problem_rec *p = &r->problem;
	char when[CLOCK_TEXT];

	switch (column) {
	case I_ID: put_id(out, r); break;
	case I_DAY:
		buf_printf(out, "%.10s", clock_format(p->time, when));
		break;
	case I_SOURCE: buf_str(out, p->source ? p->source : p->who); break;
	case I_TITLE: buf_str(out, p->title); break;
	}
	return STYLE_NORMAL;
}

static void inbox_id(void *arg, size_t i, struct buf *out)
{
	put_id(out, row_of(arg, &problems_of(arg)->inbox, i));
}

static bool inbox_field(void *arg, size_t i, const char *name,
			struct buf *out)
{
	return any_field(row_of(arg, &problems_of(arg)->inbox, i), name, out);
}

static const struct list_source inbox_source = {
	.columns = inbox_columns,
	.n_columns = COUNT(inbox_columns),
	.empty = "Nothing waits: every report has been described.",
	.rows = inbox_rows, .cell = inbox_cell, .id = inbox_id,
	.field = inbox_field,
};

/* -- Which rows where -- */

static void index_rows(struct problems *p)
{
	const struct triage *t = &p->triage;

	p->board.n = p->inbox.n = 0;
	p->board.row = xreallocarray(p->board.row, t->n + 1,
				     sizeof(uint32_t));
	p->inbox.row = xreallocarray(p->inbox.row, t->n + 1,
				     sizeof(uint32_t));
	for (size_t i = 0; i < t->n; i++) {
		bool is_new = t->rows[i].problem.state == PROBLEM_REPORTED;
		struct problem_index *x = is_new ? &p->inbox : &p->board;

		x->row[x->n++] = (uint32_t)i;
	}
}

static const size_t list_panes[] = { PANE_BOARD, PANE_INBOX };

static void lists_before(struct problems *p, struct buf *memory)
{
	for (size_t i = 0; i < 2; i++) {
		buf_init(&memory[i]);
		list_before_reload(&p->view->lists[list_panes[i]],
				   &memory[i]);
	}
}

static void lists_after(struct problems *p, struct buf *memory)
{
	for (size_t i = 0; i < 2; i++) {
		list_after_reload(&p->view->lists[list_panes[i]], &memory[i]);
		buf_release(&memory[i]);
	}
}

void problems_rank(struct problems *p)
{
	static const struct triage_query query = { 0 };
	struct buf memory[2];

	lists_before(p, memory);
	triage_rank(&p->triage, &query);
	index_rows(p);
	lists_after(p, memory);
}

size_t problems_place(const struct problems *p, int64_t id)
{
	for (size_t i = 0; i < p->board.n; i++)
		if (p->triage.rows[p->board.row[i]].problem.id == id)
			return i;
	return SIZE_MAX;
}

struct triage_row *problems_current(struct problems *p)
{
	struct view *v = p->view;
	bool in_inbox = v->focus == PANE_INBOX ||
			(v->focus != PANE_BOARD && p->from_inbox);
	size_t row = list_row(&v->lists[in_inbox ? PANE_INBOX : PANE_BOARD]);

	if (row == SIZE_MAX)
		return NULL;
	return &p->triage.rows[(in_inbox ? &p->inbox : &p->board)->row[row]];
}

/* -- Reading -- */

static enum rc read_triage(struct problems *p, struct triage *out,
			   struct err *err)
{
	const struct triage_query query = { .closed = p->closed,
					    .looks_back = true };

	return reg_triage(app_registry(p->view->app), &query, out, err);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct problems *p = XNEW(struct problems);
	enum rc rc;

	(void)arg;
	p->view = v;
	rc = read_triage(p, &p->triage, err);
	if (rc != RC_OK) {
		free(p);
		return rc;
	}
	p->measure = measure_new(app_registry(v->app));
	index_rows(p);
	v->state = p;
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct problems *p = v->state;

	problems_forget(p);
	measure_free(p->measure);
	change_release(&p->change);
	strs_release(&p->pick.ids);
	triage_release(&p->triage);
	free(p->board.row);
	free(p->inbox.row);
	free(p);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct problems *p = v->state;
	struct triage fresh = { 0 };
	enum rc rc = read_triage(p, &fresh, err);

	if (rc != RC_OK)
		return rc;
	problems_forget(p);
	measure_free(p->measure);
	p->measure = measure_new(app_registry(v->app));
	triage_release(&p->triage);
	p->triage = fresh;
	p->what_if.id = 0;
	index_rows(p);
	return RC_OK;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct problems *p = v->state;

	if (v->focus == PANE_INBOX || v->focus == PANE_BOARD)
		p->from_inbox = v->focus == PANE_INBOX;
	return problems_read(p, err);
}

/* -- Frame -- */

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	int inbox = (int)problems_of(v)->inbox.n + 3;
	struct rect left;

	inbox = inbox < 4 ? 4 : inbox > h / 4 ? h / 4 : inbox;
	layout_side_by_side(w, h, 62, &left, &rects[PANE_DETAIL]);
	/* boxes share their edges */
	rects[PANE_SUMMARY] = (struct rect){ 0, h - 4, left.w, 4 };
	rects[PANE_INBOX] = (struct rect){ 0, h - 3 - inbox, left.w, inbox };
	rects[PANE_BOARD] = (struct rect){ 0, 0, left.w, h - 2 - inbox };
}

static void board_title(struct view *v, struct buf *out)
{
	const struct problems *p = v->state;

	buf_printf(out, " users%% x error x harm (%zu%s)", p->board.n,
		   p->closed ? ", closed ones too" : "");
}

static void inbox_title(struct view *v, struct buf *out)
{
	buf_printf(out, " %zu reported, not ranked yet",
		   problems_of(v)->inbox.n);
}

static void detail_title(struct view *v, struct buf *out)
{
	const struct triage_row *r = problems_current(problems_of(v));

	if (r)
		buf_printf(out, " P-%lld", (long long)r->problem.id);
}

static void place(struct view *v, struct buf *out)
{
	const struct problems *p = v->state;

	buf_printf(out, "Problems > %s, inbox %zu",
		   p->closed ? "open and closed" : "open", p->inbox.n);
}

/* -- Actions -- */

static enum rc open_patterns(struct problems *p, struct err *err)
{
	const struct triage_row *r = problems_current(p);
	struct problem_members members = VEC_INIT;
	struct version_refs versions = VEC_INIT;
	struct patterns_arg arg = { .versions = &versions };
	uint32_t *rows = NULL;
	char *title = NULL;
	enum rc rc;

	if (!r || !r->problem.testset || !r->n_members)
		return err_set(err, RC_REFUSED, "no pattern of it is in a "
			       "living set yet");
	rc = reg_problem_members(app_registry(p->view->app), r->problem.id,
				 &members, err);
	rows = xcalloc(members.n + 1, sizeof(*rows));
	for (size_t i = 0; i < members.n; i++)
		rows[i] = members.at[i].row;
	for (size_t i = 0; i < p->grid.n_versions; i++)
		vec_push(&versions, ((struct version_ref){
			xstrdup(r->problem.model), p->grid.versions[i] }));
	title = xasprintf("P-%lld %s", (long long)r->problem.id,
			  r->problem.title);
	arg.testset = r->problem.testset;
	arg.title = title;
	arg.ordinals = rows;
	arg.n_ordinals = members.n;
	if (rc == RC_OK)
		rc = app_push(p->view->app, &view_patterns_ops, &arg, err);
	free(title);
	free(rows);
	version_refs_release(&versions);
	vec_free(&members);
	return rc;
}

static enum rc open_fixed(struct problems *p, struct err *err)
{
	const struct triage_row *r = problems_current(p);
	const struct fixed_arg arg = {
		.model = r ? r->problem.model : NULL,
		.id = r ? r->problem.id : 0,
	};

	if (!r)
		return err_set(err, RC_REFUSED, "there is no problem yet");
	return app_push(p->view->app, &view_fixed_ops, &arg, err);
}

static enum rc open_total(struct problems *p, struct err *err)
{
	return app_push(p->view->app, &view_total_ops, NULL, err);
}

static unsigned said(struct problems *p, enum rc rc, const struct err *err)
{
	if (rc != RC_OK)
		app_fail(p->view->app, err);
	return REACT_DRAW;
}

/* Full screen, and back. */
static unsigned zoom(struct problems *p, bool in)
{
	struct view *v = p->view;

	if (in && !problems_current(p))
		return REACT_NONE;
	v->zoomed = in;
	v->focus = in ? PANE_DETAIL : p->from_inbox ? PANE_INBOX : PANE_BOARD;
	v->scroll[PANE_DETAIL] = 0;
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct problems *p = v->state;
	struct err err = ERR_INIT;

	switch (a) {
	case ACT_PROBLEM_TABLE:
		p->tables = !p->tables;
		return REACT_DRAW;
	case ACT_PROBLEM_INBOX:
		v->focus = v->focus == PANE_INBOX ? PANE_BOARD : PANE_INBOX;
		return REACT_DRAW | REACT_SELECT;
	case ACT_PROBLEM_CLOSED:
		p->closed = !p->closed;
		return REACT_RELOAD;
	case ACT_PROBLEM_PATTERNS:
		return said(p, open_patterns(p, &err), &err);
	case ACT_PROBLEM_FIXED:
		return said(p, open_fixed(p, &err), &err);
	case ACT_PROBLEM_TOTAL:
		return said(p, open_total(p, &err), &err);
	case ACT_BACK:
		if (v->zoomed && v->focus == PANE_DETAIL)
			return zoom(p, false);
		return problems_change(p, a);
	case ACT_OPEN:
		if (p->what_if.id)
			return problems_change(p, a);
		return zoom(p, true);
	default:
		return problems_change(p, a);
	}
}

static bool object(struct view *v, struct buf *out)
{
	const struct triage_row *r = problems_current(problems_of(v));

	if (!r)
		return false;
	buf_str(out, "problem/");
	put_id(out, r);
	return true;
}

const struct view_ops view_problems_ops = {
	.name = "Problems", .screen = SCREEN_PROBLEMS, .context = IN_PROBLEMS,
	.n_panes = 4,
	.panes = {
		[PANE_BOARD] = { .name = "TRIAGE", .list = &board_source,
				 .title = board_title },
		[PANE_DETAIL] = { .name = "PROBLEM", .paint = problems_paint,
				  .title = detail_title },
		[PANE_INBOX] = { .name = "INBOX", .list = &inbox_source,
				 .title = inbox_title },
		[PANE_SUMMARY] = { .name = "ALL",
				   .paint = problems_paint_summary },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .object = object, .layout = layout,
	.place = place,
};

void problems_open(struct app *app, const char *model)
{
	struct err err = ERR_INIT;
	char *filter = xasprintf("model=%s", model);
	enum rc rc = app_show(app, &view_problems_ops, NULL, &err);

	if (rc == RC_OK)
		rc = list_filter(&app_view(app)->lists[PANE_BOARD], filter,
				 &err);
	if (rc == RC_OK)
		app_say(app, "Problems of %s; Esc shows those of all models.",
			model);
	else
		app_fail(app, &err);
	free(filter);
}
