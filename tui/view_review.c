#include "tui/view_review.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/testset_slices.h"
#include "tui/app.h"
#include "tui/figures.h"

struct review {
	char *title, *accepts;
	struct testset_step_report report;
	/* Conflicts as they are listed: other targets first, they are the
	 * likely mistakes. */
	const struct testset_conflict **conflicts;
	void (*accepted)(struct view *v, void *arg);
	void (*dropped)(void *arg);
	void *arg;
};

enum { PANE_ROWS, PANE_SUMMARY };

static struct review *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- The rows: conflicts, then changes -- */

enum { R_WHAT, R_KEY, R_NOW, R_NEW, R_LINE, R_TWIN };

static const struct list_column columns[] = {
	[R_WHAT] = { "what", "what", 10, 12, 9 },
	[R_KEY] = { "key", "pattern", 7, 26, 9, .elastic = true },
	[R_NOW] = { "now", "now", 4, 12, 8 },
	[R_NEW] = { "new", "new", 4, 12, 8 },
	[R_LINE] = { "line", "line", 4, 8, 4, .right = true },
	[R_TWIN] = { "twin", "same inputs as", 14, 26, 6, .elastic = true },
};

static size_t n_conflicts(const struct review *r)
{
	return r->report.conflicts.list.n;
}

static size_t rows(void *arg)
{
	const struct review *r = state_of(arg);

	return n_conflicts(r) + r->report.changes.n;
}

static void put_twin(const struct testset_conflict *c, struct buf *out)
{
	put_key(out, c->other_key);
	if (c->other_line)
		buf_printf(out, ", line %llu",
			   (unsigned long long)c->other_line);
	else if (c->retired)
		buf_str(out, ", retired");
}

static enum style conflict_cell(const struct testset_conflict *c,
				size_t column, struct buf *out)
{
	switch (column) {
	case R_WHAT:
		buf_str(out, c->differs ? "other target" : "same inputs");
		return c->differs ? STYLE_WARN : STYLE_NORMAL;
	case R_KEY: put_key(out, c->key); break;
	case R_NOW: buf_str(out, c->other_target); break;
	case R_NEW: buf_str(out, c->target); break;
	case R_LINE: put_count(out, c->line); break;
	case R_TWIN: put_twin(c, out); break;
	}
	return STYLE_NORMAL;
}

static void change_cell(const struct testset_difference *d, size_t column,
			struct buf *out)
{
	switch (column) {
	case R_WHAT: buf_str(out, testset_change_name(d->change)); break;
	case R_KEY: put_key(out, d->key); break;
	case R_NOW: buf_str(out, d->from ? d->from : "-"); break;
	case R_NEW: buf_str(out, d->to ? d->to : "-"); break;
	}
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct review *r = state_of(arg);

	if (row < n_conflicts(r))
		return conflict_cell(r->conflicts[row], column, out);
	change_cell(&r->report.changes.at[row - n_conflicts(r)], column, out);
	return STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "No row looks like a mistake: none has the inputs of another.",
	.rows = rows, .cell = cell,
};

/* -- The summary -- */

static uint64_t n_listed_of(const struct testset_step_report *r)
{
	return testset_conflicts_n(&r->conflicts) + r->revived +
	       r->relabelled + r->retired;
}

static int say(struct area *a, int y, enum style style, const char *text)
{
	int lines = area_wrap(a, 1, y, a->w - 2, style, text);

	return y + (lines > 0 ? lines : 1);
}

static void paint_summary(struct view *v, struct area *a)
{
	const struct review *r = v->state;
	size_t n = rows(v);
	struct buf text = BUF_INIT;
	int y = say(a, 0, STYLE_HEADING, r->title);

	testset_step_counts(&r->report, true, &text);
	y = say(a, y, STYLE_NORMAL, text.data);
	buf_clear(&text);
	testset_conflicts_summary(&r->report.conflicts, &text);
	if (text.len)
		y = say(a, y + 1, STYLE_WARN, text.data);
	for (size_t i = 0; i < r->report.notes.n; i++)
		y = say(a, y, STYLE_NORMAL, r->report.notes.at[i]);
	if (n < n_listed_of(&r->report)) {
		buf_clear(&text);
		buf_str(&text, "Listed are the first ");
		put_count(&text, n);
		buf_str(&text, " of ");
		put_count(&text, n_listed_of(&r->report));
		buf_char(&text, '.');
		y = say(a, y, STYLE_NORMAL, text.data);
	}
	y = say(a, y + 1, STYLE_NORMAL, "Nothing is written yet.");
	say(a, y, STYLE_NORMAL, r->accepts);
	buf_release(&text);
}

/* -- The view -- */

static void order_conflicts(struct review *r)
{
	const struct testset_conflicts *c = &r->report.conflicts;
	size_t n = 0;

	r->conflicts = XNEW_ARRAY(const struct testset_conflict *,
				  c->list.n + 1);
	for (int differs = 1; differs >= 0; differs--)
		for (size_t i = 0; i < c->list.n; i++)
			if (c->list.at[i].differs == differs)
				r->conflicts[n++] = &c->list.at[i];
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct review_arg *a = arg;
	struct review *r = XNEW(struct review);

	(void)err;
	*r = (struct review){ .title = xstrdup(a->title),
			      .accepts = xstrdup(a->accepts),
			      .report = *a->report, .accepted = a->accepted,
			      .dropped = a->dropped, .arg = a->arg };
	*a->report = (struct testset_step_report){ 0 };
	order_conflicts(r);
	v->state = r;
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct review *r = v->state;

	if (r->dropped)
		r->dropped(r->arg);
	testset_step_report_release(&r->report);
	free(r->conflicts);
	free(r->title);
	free(r->accepts);
	free(r);
}

/* It tells of a dry run, which stays what it was; whoever accepts finds out if
 * the set has moved on. */
static enum rc reload(struct view *v, struct err *err)
{
	(void)v;
	(void)err;
	return RC_OK;
}

static unsigned accept(struct view *v)
{
	struct review *r = v->state;
	struct app *app = v->app;
	void (*accepted)(struct view *v, void *arg) = r->accepted;
	void *arg = r->arg;

	r->dropped = NULL;
	app_close_view(app);
	accepted(app_view(app), arg);
	return REACT_DRAW;
}

/* The row in a sentence, for screens that have no room for its columns. */
static unsigned say_row(struct view *v)
{
	const struct review *r = v->state;
	size_t row = list_row(&v->lists[PANE_ROWS]);
	struct buf text = BUF_INIT;

	if (v->focus != PANE_ROWS || row == SIZE_MAX)
		return REACT_NONE;
	if (row < n_conflicts(r)) {
		testset_conflict_text(r->conflicts[row], &text);
	} else {
		const struct testset_difference *d =
			&r->report.changes.at[row - n_conflicts(r)];

		put_key(&text, d->key);
		buf_printf(&text, " would be %s: %s -> %s",
			   testset_change_name(d->change),
			   d->from ? d->from : "-", d->to ? d->to : "-");
	}
	app_say(v->app, "%s", text.data);
	buf_release(&text);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	if (a == ACT_ACCEPT)
		return accept(v);
	if (a == ACT_OPEN)
		return say_row(v);
	return REACT_NOT_MINE;
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "Would %s", state_of(v)->title);
}

const struct view_ops view_review_ops = {
	.name = "Review", .screen = SCREEN_DATA, .context = IN_REVIEW,
	.n_panes = 2,
	.panes = {
		[PANE_ROWS] = { .name = "ROWS", .list = &source },
		[PANE_SUMMARY] = { .name = "WOULD", .paint = paint_summary },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place,
};
