#include "tui/view_datasets.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/dataset.h"
#include "tui/app.h"
#include "tui/view_document.h"
#include "tui/view_drift.h"

struct datasets {
	struct dataset_recs recs;
	struct profile profile;		/* of the one under the cursor */
};

enum { PANE_SETS, PANE_PROFILE, PANE_COLUMNS };
enum { C_NAME, C_REVISION, C_ROWS, C_COLUMNS, C_LABEL, C_SOURCE, C_CHANGED };

static const struct list_column set_columns[] = {
	[C_NAME] = { "name", "name", 8, 20, 9 },
	[C_REVISION] = { "rev", "rev", 3, 4, 6, .right = true },
	[C_ROWS] = { "rows", "rows", 6, 10, 8, .right = true },
	[C_COLUMNS] = { "columns", "cols", 4, 5, 7, .right = true },
	[C_LABEL] = { "label", "label", 6, 14, 5 },
	[C_SOURCE] = { "source", "source", 6, 20, 4, .elastic = true },
	[C_CHANGED] = { "changed", "changed", 10, 10, 3 },
};

static struct datasets *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static size_t set_rows(void *arg)
{
	return state_of(arg)->recs.n;
}

static enum style set_cell(void *arg, size_t row, size_t column,
			   struct buf *out)
{
	const struct dataset_rec *d = &state_of(arg)->recs.at[row];
	char text[CLOCK_TEXT > DECIMAL_MAX ? CLOCK_TEXT : DECIMAL_MAX];

	switch (column) {
	case C_NAME: buf_str(out, d->name); break;
	case C_REVISION:
		buf_printf(out, "%lld", (long long)d->revision);
		break;
	case C_ROWS:
		buf_str(out, decimal_grouped((uint64_t)d->rows, text));
		break;
	case C_COLUMNS:
		buf_printf(out, "%lld", (long long)d->columns);
		break;
	case C_LABEL: buf_str(out, d->label ? d->label : ""); break;
	case C_SOURCE: buf_str(out, d->source ? d->source : ""); break;
	case C_CHANGED:
		buf_printf(out, "%.10s", clock_format(d->time, text));
		break;
	}
	return STYLE_NORMAL;
}

static const struct list_source set_source = {
	.columns = set_columns,
	.n_columns = COUNT(set_columns),
	.empty = "No datasets yet: 'muster dataset add NAME FILE.csv' records "
		 "one with its digest and profile.",
	.rows = set_rows, .cell = set_cell,
};

/* -- The columns of the one under the cursor -- */

enum { P_NAME, P_TYPE, P_MISSING, P_DISTINCT, P_SHAPE, P_MIDDLE, P_NOTE };

static const struct list_column profile_columns[] = {
	[P_NAME] = { "column", "column", 8, 20, 9 },
	[P_TYPE] = { "type", "type", 7, 8, 7 },
	[P_MISSING] = { "missing", "missing", 7, 9, 8, .right = true },
	[P_DISTINCT] = { "distinct", "distinct", 8, 9, 6, .right = true },
	[P_SHAPE] = { "shape", "shape", 10, PROFILE_BINS, 5 },
	[P_MIDDLE] = { "middle", "median or most frequent", 8, 24, 4 },
	[P_NOTE] = { "note", "note", 6, 20, 3, .elastic = true },
};

static size_t column_rows(void *arg)
{
	return state_of(arg)->profile.n_columns;
}

static void middle(const struct profile_column *c, struct buf *out)
{
	char text[DECIMAL_MAX];

	if (c->type == PROFILE_INTEGER || c->type == PROFILE_NUMBER)
		buf_str(out, decimal_sig(c->quantile[PROFILE_QUANTILES / 2],
					 6, text));
	else if (c->n_top && c->distinct < c->n)
		buf_printf(out, "%s %llu", c->top[0].text,
			   (unsigned long long)c->top[0].n);
}

static enum style column_cell(void *arg, size_t row, size_t column,
			      struct buf *out)
{
	const struct profile_column *c = &state_of(arg)->profile.columns[row];
	char shape[PROFILE_BINS * 4 + 1];

	switch (column) {
	case P_NAME: buf_str(out, c->name); break;
	case P_TYPE: buf_str(out, profile_type_name(c->type)); break;
	case P_MISSING:
		buf_printf(out, "%llu", (unsigned long long)c->missing);
		break;
	case P_DISTINCT:
		buf_printf(out, "%llu", (unsigned long long)c->distinct);
		break;
	case P_SHAPE:
		profile_sparkline(c, app_ascii(((struct view *)arg)->app),
				  shape);
		buf_str(out, shape);
		break;
	case P_MIDDLE: middle(c, out); break;
	case P_NOTE:
		if (c->placeholders)
			buf_printf(out, "%llu stand for nothing ",
				   (unsigned long long)c->placeholders);
		if (c->personal)
			buf_printf(out, "person? %s", c->personal);
		break;
	}
	return c->personal ? STYLE_STRONG : STYLE_NORMAL;
}

static const struct list_source column_source = {
	.columns = profile_columns,
	.n_columns = COUNT(profile_columns),
	.empty = "No dataset is chosen.",
	.rows = column_rows, .cell = column_cell,
};

/* -- Reading -- */

/* The profile stays until select_row reads it again: the cursor on a column
 * would not outlive a list without any. */
static enum rc reload(struct view *v, struct err *err)
{
	struct datasets *d = v->state;

	dataset_recs_release(&d->recs);
	return reg_dataset_list(app_registry(v->app), &d->recs, err);
}

static const struct dataset_rec *here(struct view *v)
{
	struct datasets *d = v->state;
	size_t row = list_row(&v->lists[PANE_SETS]);

	return row < d->recs.n ? &d->recs.at[row] : NULL;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct datasets *d = v->state;
	struct list *columns = &v->lists[PANE_COLUMNS];
	const struct dataset_rec *r = here(v);
	struct buf memory = BUF_INIT;
	enum rc rc = RC_OK;

	list_before_reload(columns, &memory);
	profile_release(&d->profile);
	if (r)
		rc = reg_dataset_profile(app_registry(v->app), r->name, false,
					 &d->profile, err);
	list_after_reload(columns, &memory);
	buf_release(&memory);
	return rc;
}

static void close_view(struct view *v)
{
	struct datasets *d = v->state;

	dataset_recs_release(&d->recs);
	profile_release(&d->profile);
	free(d);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	(void)arg;
	v->state = XNEW(struct datasets);
	return reload(v, err);
}

static void line_of(struct area *a, int *y, const char *head,
		    const char *text)
{
	area_text(a, 1, *y, 9, STYLE_HEADING, head);
	*y += area_wrap(a, 11, *y, a->w - 12, STYLE_NORMAL, text);
}

static void paint(struct view *v, struct area *a)
{
	const struct datasets *d = v->state;
	const struct dataset_rec *r = here(v);
	char number[DECIMAL_MAX], time[CLOCK_TEXT];
	char *text;
	int y = 0;

	if (!r)
		return;
	line_of(a, &y, "file", r->file ? r->file : "standard input");
	line_of(a, &y, "sha256", r->digest);
	line_of(a, &y, "rows", decimal_grouped((uint64_t)r->rows, number));
	text = xasprintf("%s equal to an earlier one",
			 decimal_grouped(d->profile.equal_rows, number));
	line_of(a, &y, "", text);
	free(text);
	if (r->source)
		line_of(a, &y, "source", r->source);
	if (r->note)
		line_of(a, &y, "note", r->note);
	text = xasprintf("%s by %s", clock_format(r->time, time), r->who);
	line_of(a, &y, "added", text);
	free(text);
}

/* The marked one is the reference; of two marked, the one that the cursor is
 * not on. */
static const struct dataset_rec *reference(struct view *v)
{
	struct datasets *d = v->state;
	const struct list *l = &v->lists[PANE_SETS];

	for (size_t i = 0; i < d->recs.n; i++)
		if (list_marked(l, i) && i != list_row(l))
			return &d->recs.at[i];
	return NULL;
}

static unsigned compare(struct view *v, const struct dataset_rec *current)
{
	const struct dataset_rec *marked = reference(v);

	if (!marked) {
		app_say(v->app, "Mark the reference with Space, then c on the "
			"other.");
		return REACT_DRAW;
	}
	const struct drift_arg arg = { marked->name, current->name };

	return app_open(v->app, &view_drift_ops, &arg);
}

static unsigned act(struct view *v, enum action a)
{
	const struct dataset_rec *r = here(v);

	if (a == ACT_COMPARE_DATA && r)
		return compare(v, r);
	if (a != ACT_OPEN || !r)
		return REACT_NOT_MINE;
	document_open(v->app, DOC_DATASHEET, r->name);
	return REACT_DRAW;
}

static bool object(struct view *v, struct buf *out)
{
	const struct dataset_rec *r = here(v);

	if (r)
		buf_printf(out, "dataset/%s", r->name);
	return r != NULL;
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	static const int shares[] = { 35, 65 };
	struct rect top, rows[2];

	(void)v;
	layout_column((struct rect){ 0, 0, w, h }, shares, 2, 5, rows);
	top = rows[0];
	layout_side_by_side(w, top.h, 60, &rects[PANE_SETS],
			    &rects[PANE_PROFILE]);
	rects[PANE_COLUMNS] = rows[1];
}

const struct view_ops view_datasets_ops = {
	.name = "Datasets", .screen = SCREEN_DATA, .context = IN_DATASETS,
	.n_panes = 3, .master_share = 60,
	.panes = { [PANE_SETS] = { .name = "DATASETS", .list = &set_source },
		   [PANE_PROFILE] = { .name = "DATASET", .paint = paint },
		   [PANE_COLUMNS] = { .name = "COLUMNS",
				      .list = &column_source } },
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .object = object, .layout = layout,
};
