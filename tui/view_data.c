#include "tui/view_data.h"

#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "registry/looks.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/creating.h"
#include "tui/evaluating.h"
#include "tui/figures.h"
#include "tui/revising.h"
#include "tui/version_detail.h"
#include "tui/view_datasets.h"
#include "tui/view_diff.h"
#include "tui/view_patterns.h"
#include "tui/view_staleness.h"

struct data {
	struct testset_infos sets;
	/* of the set under the cursor */
	size_t shown;			/* index, SIZE_MAX: none */
	struct testset_info info;	/* with all revisions */
	struct slice_recs slices;
	struct ranking ranking;
	struct looks looks;
	bool has_info, has_ranking;
	struct revising revising;	/* outlives a reload */
};

enum { PANE_SETS, PANE_DETAIL, PANE_REVISIONS };

static struct data *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static void put_text(struct buf *out, const char *s)
{
	buf_str(out, s ? s : "");
}

/* -- Test sets -- */

enum { SET_NAME, SET_TASK, SET_REVISION, SET_N, SET_RETIRED, SET_LABELS,
       SET_CHANGED };

/* A task that is cut is no word. */
static const struct list_column set_columns[] = {
	[SET_NAME] = { "name", "name", 14, 24, 9, .elastic = true },
	[SET_TASK] = { "task", "task", 10, 10, 5 },
	[SET_REVISION] = { "revision", "rev", 3, 4, 8, .right = true },
	[SET_N] = { "n", "n", 5, 10, 7, .right = true },
	[SET_RETIRED] = { "retired", "retired", 7, 7, 2, .right = true },
	[SET_LABELS] = { "labels", "labels", 6, 6, 1, .right = true },
	[SET_CHANGED] = { "changed", "changed", 10, 10, 4 },
};

static size_t set_rows(void *arg)
{
	return state_of(arg)->sets.n;
}

static int64_t changed(const struct testset_info *t)
{
	return t->n_revisions ? t->revisions[t->n_revisions - 1].time : 0;
}

static enum style set_cell(void *arg, size_t row, size_t column,
			   struct buf *out)
{
	const struct testset_info *t = &state_of(arg)->sets.at[row];

	switch (column) {
	case SET_NAME: buf_str(out, t->name); break;
	case SET_TASK: buf_str(out, task_name(t->task)); break;
	case SET_REVISION:
		buf_printf(out, "r%lld", (long long)t->revision);
		break;
	case SET_N: put_count(out, t->n); break;
	case SET_RETIRED: put_count(out, t->n_retired); break;
	case SET_LABELS:
		if (t->labels.n)
			put_count(out, t->labels.n);
		break;
	case SET_CHANGED:
		if (changed(t))
			put_date(out, changed(t));
		break;
	}
	return STYLE_NORMAL;
}

static void set_id(void *arg, size_t row, struct buf *out)
{
	buf_str(out, state_of(arg)->sets.at[row].name);
}

static const struct list_source set_source = {
	.columns = set_columns,
	.n_columns = COUNT(set_columns),
	.empty = "No test sets yet. a makes the first from a CSV file, as does "
		 "'muster testset create NAME FILE.csv'.",
	.rows = set_rows, .cell = set_cell, .id = set_id,
};

/* -- Revisions, the newest first -- */

enum { REV_NUMBER, REV_N, REV_ADDED, REV_RELABELLED, REV_RETIRED, REV_DAY,
       REV_WHO, REV_WHY };

/* Numbers take the room that they need anyway: the rest is the reason's. Who
 * gave it stands in the detail, too. */
static const struct list_column rev_columns[] = {
	[REV_NUMBER] = { "revision", "rev", 3, 3, 9, .right = true },
	[REV_N] = { "n", "n", 5, 5, 8, .right = true },
	[REV_ADDED] = { "added", "added", 5, 5, 7, .right = true },
	[REV_RELABELLED] = { "relabelled", "relab", 5, 5, 6, .right = true },
	[REV_RETIRED] = { "retired", "retir", 5, 5, 6, .right = true },
	[REV_DAY] = { "day", "day", 10, 10, 4 },
	[REV_WHO] = { "who", "who", 4, 6, 2 },
	[REV_WHY] = { "reason", "reason", 12, 12, 3, .elastic = true },
};

static size_t rev_rows(void *arg)
{
	struct data *d = state_of(arg);

	return d->has_info ? d->info.n_revisions : 0;
}

static const struct testset_revision *rev_at(const struct data *d, size_t row)
{
	return &d->info.revisions[d->info.n_revisions - 1 - row];
}

static enum style rev_cell(void *arg, size_t row, size_t column,
			   struct buf *out)
{
	const struct testset_revision *r = rev_at(state_of(arg), row);

	switch (column) {
	case REV_NUMBER:
		buf_printf(out, "r%lld", (long long)r->revision);
		break;
	case REV_N: put_count(out, r->n); break;
	case REV_ADDED: put_count(out, r->added); break;
	case REV_RELABELLED: put_count(out, r->relabelled); break;
	case REV_RETIRED: put_count(out, r->retired); break;
	case REV_DAY: put_date(out, r->time); break;
	case REV_WHO: put_text(out, r->actor); break;
	case REV_WHY: put_text(out, r->reason); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source rev_source = {
	.columns = rev_columns,
	.n_columns = COUNT(rev_columns),
	.empty = "No revision.",
	.rows = rev_rows, .cell = rev_cell,
};

/* -- Reading -- */

static void forget_set(struct data *d)
{
	if (d->has_info)
		testset_info_release(&d->info);
	if (d->has_ranking)
		ranking_release(&d->ranking);
	slice_recs_release(&d->slices);
	d->has_info = d->has_ranking = false;
	d->shown = SIZE_MAX;
}

static void release(struct data *d)
{
	forget_set(d);
	for (size_t i = 0; i < d->sets.n; i++)
		testset_info_release(&d->sets.at[i]);
	vec_free(&d->sets);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct data *d = XNEW(struct data);

	v->state = d;
	d->shown = SIZE_MAX;
	return reg_testset_list(app_registry(v->app), &d->sets, err);
}

static void close_view(struct view *v)
{
	revising_release(&((struct data *)v->state)->revising);
	release(v->state);
	free(v->state);
}

static enum rc read_set(struct view *v, struct data *d, const char *name,
			struct err *err)
{
	struct registry *reg = app_registry(v->app);
	enum rc rc = reg_testset_info(reg, name, 0, &d->info, err);

	d->has_info = rc == RC_OK;
	if (rc == RC_OK)
		rc = reg_slice_list(reg, name, &d->slices, err);
	if (rc == RC_OK)
		rc = reg_looks(reg, name, &d->looks, err);
	if (rc == RC_OK) {
		rc = reg_rank(reg, name, 0, NULL, &d->ranking, err);
		d->has_ranking = rc == RC_OK;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The set that was shown is read at once: the cursor on its revisions would
 * not outlive a list without any. */
static enum rc read_shown(struct view *v, const char *name, struct err *err)
{
	struct data *d = v->state;

	for (size_t i = 0; name && i < d->sets.n; i++) {
		if (strcmp(d->sets.at[i].name, name) != 0)
			continue;
		d->shown = i;
		return read_set(v, d, name, err);
	}
	return RC_OK;
}

static enum rc reload(struct view *v, struct err *err)
{
	struct data *d = v->state, fresh = { .shown = SIZE_MAX };
	enum rc rc = reg_testset_list(app_registry(v->app), &fresh.sets, err);
	char *name;

	if (rc != RC_OK) {
		release(&fresh);
		return rc;
	}
	name = d->has_info ? xstrdup(d->info.name) : NULL;
	fresh.revising = d->revising;
	release(d);
	*d = fresh;
	rc = read_shown(v, name, err);
	free(name);
	return rc;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct data *d = v->state;
	size_t row = list_row(&v->lists[PANE_SETS]);
	struct buf memory = BUF_INIT;
	enum rc rc = RC_OK;

	if (row == d->shown)
		return RC_OK;
	list_before_reload(&v->lists[PANE_REVISIONS], &memory);
	forget_set(d);
	d->shown = row;
	if (row != SIZE_MAX)
		rc = read_set(v, d, d->sets.at[row].name, err);
	list_after_reload(&v->lists[PANE_REVISIONS], &memory);
	buf_release(&memory);
	return rc;
}

/* -- Detail -- */

static int line_strs(struct area *a, int y, const char *label,
		     const struct strs *v)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < v->n; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", v->at[i]);
	y = paint_labelled(a, y, label, text.data);
	buf_release(&text);
	return y;
}

static int paint_size(const struct testset_info *t, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	put_count(&text, t->n);
	buf_str(&text, " active, ");
	put_count(&text, t->n_retired);
	buf_str(&text, " retired");
	y = paint_labelled(a, y, "n", text.data);
	buf_clear(&text);
	buf_printf(&text, "r%lld %.12s..", (long long)t->revision, t->digest);
	y = paint_labelled(a, y, "newest", text.data);
	buf_release(&text);
	return y;
}

static int paint_columns(const struct testset_info *t, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	buf_str(&text, t->target);
	if (t->positive)
		buf_printf(&text, ", positive is %s", t->positive);
	y = paint_labelled(a, y, "target", text.data);
	buf_release(&text);
	y = line_strs(a, y, "labels", &t->labels);
	y = t->keys.n ? line_strs(a, y, "key", &t->keys)
		      : paint_labelled(a, y, "key", "digest of the inputs");
	y = line_strs(a, y, "inputs", &t->inputs);
	y = line_strs(a, y, "slices", &t->slices);
	y = paint_labelled(a, y, "weight", t->weight);
	y = paint_labelled(a, y, "group", t->group);
	return paint_labelled(a, y, "scale", t->scale);
}

static int paint_slices(const struct slice_recs *s, struct area *a, int y)
{
	if (s->n)
		area_text(a, 1, ++y, a->w - 2, STYLE_HEADING, "NAMED SLICES");
	for (size_t i = 0; i < s->n; i++)
		area_printf(a, 1, ++y, STYLE_NORMAL, "%-12s %s", s->at[i].name,
			    s->at[i].expr);
	return s->n ? y + 1 : y;
}

/* " 2  .8810", " 1  stale" */
static void put_standing(const struct rank_row *r, struct buf *out)
{
	buf_printf(out, " %lld  ", (long long)r->version);
	if (r->rank)
		put_figure(out, &r->figure);
	else if (strcmp(r->state, r->figure.why) != 0)
		buf_printf(out, "%s, %s", r->state, r->figure.why);
	else
		buf_str(out, r->state);
}

/* The figure whatever the name; its interval where that has room in full. */
static void paint_rank_row(const struct rank_row *r, struct area *a, int y)
{
	struct buf name = BUF_INIT, rest = BUF_INIT, bounds = BUF_INIT;
	int room = a->w - 2 - 4;

	put_standing(r, &rest);
	room -= text_cells(rest.data, a->canvas->ascii);
	buf_str(&name, r->model);
	text_cut_middle(&name, room, a->canvas->ascii);
	room -= text_cells(name.data, a->canvas->ascii);
	if (r->rank)
		put_bounds(&bounds, &r->figure);
	if (bounds.len && (int)bounds.len < room)
		buf_printf(&rest, " %s", bounds.data);
	if (r->rank)
		area_printf(a, 1, y, STYLE_NORMAL, "%3u %s%s", r->rank,
			    name.data, rest.data);
	else
		area_printf(a, 1, y, STYLE_NORMAL, "  ~ %s%s", name.data,
			    rest.data);
	buf_release(&bounds);
	buf_release(&rest);
	buf_release(&name);
}

#define RANKS_SHOWN 20

static int paint_ranking(const struct ranking *r, struct area *a, int y)
{
	area_printf(a, 1, ++y, STYLE_HEADING, "RANKING %s",
		    metric_head(r->metric));
	for (size_t i = 0; i < r->n && i < RANKS_SHOWN; i++)
		paint_rank_row(&r->rows[i], a, ++y);
	if (r->n == 0)
		area_text(a, 1, ++y, a->w - 2, STYLE_NORMAL,
			  "nothing predicted yet");
	else if (r->n > RANKS_SHOWN)
		area_printf(a, 1, ++y, STYLE_FAINT, "and %zu more",
			    r->n - RANKS_SHOWN);
	return y + 1;
}

static int line_count(struct area *a, int y, const char *label, uint64_t n)
{
	struct buf text = BUF_INIT;

	put_count(&text, n);
	if (n)
		y = paint_labelled(a, y, label, text.data);
	buf_release(&text);
	return y;
}

/* What the list of revisions has no room for. */
static void paint_revision(const struct testset_revision *r, struct area *a)
{
	char time[CLOCK_TEXT];
	struct buf text = BUF_INIT;
	int y = 0;

	buf_printf(&text, "%s by %s", clock_format(r->time, time), r->actor);
	y = paint_labelled(a, y, "made", text.data);
	y = paint_labelled(a, y, "reason",
			   r->reason ? r->reason : "none given");
	y = line_count(a, y + 1, "n", r->n);
	y = line_count(a, y, "added", r->added);
	y = line_count(a, y, "relab.", r->relabelled);
	y = line_count(a, y, "retired", r->retired);
	y = line_count(a, y, "revived", r->revived);
	y = paint_labelled(a, y + 1, "digest", r->digest);
	area_wrap(a, 1, y + 1, a->w - 2, STYLE_NORMAL,
		  "o its patterns, d what it changed; with another revision "
		  "marked (Space), d is from that one on.");
	buf_release(&text);
}

static int paint_looks(const struct looks *l, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	put_looks(&text, l);
	y = paint_labelled(a, y, "looked", text.data);
	buf_release(&text);
	return y;
}

static const struct testset_revision *revision_at_cursor(const struct view *v)
{
	const struct data *d = v->state;
	size_t row = list_row(&v->lists[PANE_REVISIONS]);

	return v->focus == PANE_REVISIONS && d->has_info && row != SIZE_MAX ?
	       rev_at(d, row) : NULL;
}

static void paint_detail(struct view *v, struct area *a)
{
	struct data *d = v->state;
	const struct testset_revision *r = revision_at_cursor(v);
	int y;

	if (!d->has_info)
		return;
	if (r) {
		paint_revision(r, a);
		return;
	}
	y = revising_paint(&d->revising, d->info.name, d->info.revision, a,
			   0);
	y = paint_labelled(a, y, "task", task_name(d->info.task));
	y = paint_size(&d->info, a, y);
	y = paint_columns(&d->info, a, y);
	y = paint_looks(&d->looks, a, y);
	y = paint_slices(&d->slices, a, y);
	if (d->has_ranking)
		paint_ranking(&d->ranking, a, y);
}

static void set_title(struct view *v, struct buf *out)
{
	struct data *d = v->state;

	const struct testset_revision *r = revision_at_cursor(v);

	if (d->has_info)
		buf_printf(out, " %s", d->info.name);
	if (r)
		buf_printf(out, " r%lld", (long long)r->revision);
}

/* Sets over revisions at the left, the detail at the right. */
static void layout(struct view *v, int w, int h, struct rect *rects)
{
	struct rect left;
	static const int shares[] = { 1, 1 };
	struct rect rows[2];

	layout_side_by_side(w, h, 55, &left, &rects[PANE_DETAIL]);
	layout_column(left, shares, 2, 4, rows);
	rects[PANE_SETS] = rows[0];
	rects[PANE_REVISIONS] = rows[1];
}

/* -- Actions -- */

static unsigned open_patterns(struct view *v)
{
	struct data *d = v->state;
	struct patterns_arg arg = { 0 };

	if (!d->has_info)
		return REACT_NONE;
	arg.testset = d->info.name;
	if (v->focus == PANE_REVISIONS &&
	    list_row(&v->lists[PANE_REVISIONS]) != SIZE_MAX)
		arg.revision = rev_at(d, list_row(&v->lists[PANE_REVISIONS]))
			->revision;
	return app_open(v->app, &view_patterns_ops, &arg);
}

static unsigned evaluate_all(struct view *v)
{
	struct data *d = v->state;

	if (!d->has_info)
		return REACT_NONE;
	evaluating_start(v->app, d->info.name, NULL, 0);
	return REACT_DRAW;
}

static unsigned open_staleness(struct view *v)
{
	struct data *d = v->state;

	return d->has_info ? app_open(v->app, &view_staleness_ops,
				      d->info.name) : REACT_NONE;
}

static unsigned open_datasets(struct view *v)
{
	return app_open(v->app, &view_datasets_ops, NULL);
}

static void new_picked(struct view *v, size_t item, void *arg)
{
	struct data *d = v->state;

	(void)arg;
	if (item == 0)
		create_testset(v);
	else
		create_predictions(v, d->info.name);
}

static unsigned add_new(struct view *v)
{
	struct data *d = v->state;
	char *said = xasprintf("predictions: what a version said on %s",
			       d->has_info ? d->info.name : "a set");
	const struct menu_item items[] = {
		{ 's', "set: a test set from a CSV file" },
		{ 'p', said },
	};

	app_menu(v->app, "add", items, d->has_info ? 2 : 1, new_picked, NULL);
	free(said);
	return REACT_DRAW;
}

static unsigned revise(struct view *v)
{
	struct data *d = v->state;

	if (d->has_info)
		revise_ask(v, &d->revising, d->info.name, d->info.revision);
	return REACT_DRAW;
}

/* The oldest of the marked revisions, and of the one under the cursor. */
static void marked_span(const struct view *v, struct diff_arg *arg)
{
	const struct data *d = v->state;
	const struct list *l = &v->lists[PANE_REVISIONS];

	for (size_t i = 0; i < list_count(l); i++) {
		size_t row = list_row_at(l, i);
		int64_t revision = rev_at(d, row)->revision;

		if (!list_marked(l, row))
			continue;
		arg->from = revision < arg->from ? revision : arg->from;
		arg->to = revision > arg->to ? revision : arg->to;
	}
}

/* The revision under the cursor, or the newest, against the one before, or
 * against the marked one. */
static unsigned open_diff(struct view *v)
{
	struct data *d = v->state;
	const struct testset_revision *r = revision_at_cursor(v);
	struct diff_arg arg = { 0 };

	if (!d->has_info)
		return REACT_NONE;
	arg.testset = d->info.name;
	arg.from = arg.to = r ? r->revision : d->info.revision;
	marked_span(v, &arg);
	if (arg.from == arg.to)
		arg.from--;
	if (arg.from < 1)
		app_say(v->app, "r1 is the first revision of %s.",
			d->info.name);
	else
		app_open(v->app, &view_diff_ops, &arg);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	if (a == ACT_NEW)
		return add_new(v);
	if (a == ACT_REVISE)
		return revise(v);
	if (a == ACT_SET_DIFF)
		return open_diff(v);
	if (a == ACT_DATASETS)
		return open_datasets(v);
	if (a == ACT_STALENESS)
		return open_staleness(v);
	if (a == ACT_OPEN || a == ACT_PATTERNS)
		return open_patterns(v);
	if (a == ACT_EVALUATE_ALL)
		return evaluate_all(v);
	return REACT_NOT_MINE;
}

static bool object(struct view *v, struct buf *out)
{
	struct data *d = v->state;

	if (d->has_info)
		buf_printf(out, "testset/%s", d->info.name);
	return d->has_info;
}

const struct view_ops view_data_ops = {
	.name = "Data", .screen = SCREEN_DATA, .context = IN_DATA,
	.n_panes = 3,
	.panes = {
		[PANE_SETS] = { .name = "TEST SETS", .list = &set_source },
		[PANE_DETAIL] = { .name = "SET", .title = set_title,
				  .paint = paint_detail },
		[PANE_REVISIONS] = { .name = "REVISIONS", .list = &rev_source },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .object = object, .layout = layout,
};
