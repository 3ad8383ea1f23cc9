#include "tui/view_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/testset_slices.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/view_patterns.h"

enum { S_SLICE, S_ADDED, S_RELABELLED, S_RETIRED, S_REVIVED, S_COUNT };

struct diff {
	char *testset;
	int64_t from, to;
	struct testset_differences changes;
	uint64_t n[TESTSET_REVIVED + 1];	/* of each kind */
	struct testset_slice_changes slices;
	/* Columns with something in them: the slice's name needs the room. */
	struct list_column shown[S_COUNT];
	size_t which[S_COUNT], n_shown;
};

enum { PANE_CHANGES, PANE_SLICES };

static struct diff *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Patterns -- */

enum { D_CHANGE, D_KEY, D_FROM, D_TO };

static const struct list_column change_columns[] = {
	[D_CHANGE] = { "change", "change", 9, 10, 9 },
	[D_KEY] = { "key", "pattern", 8, 30, 8, .elastic = true },
	[D_FROM] = { "from", "from", 6, 14, 7 },
	[D_TO] = { "to", "to", 6, 14, 7 },
};

static size_t change_rows(void *arg)
{
	return state_of(arg)->changes.n;
}

static enum style change_cell(void *arg, size_t row, size_t column,
			      struct buf *out)
{
	const struct testset_difference *d = &state_of(arg)->changes.at[row];

	switch (column) {
	case D_CHANGE: buf_str(out, testset_change_name(d->change)); break;
	case D_KEY: put_key(out, d->key); break;
	case D_FROM: buf_str(out, d->from ? d->from : "-"); break;
	case D_TO: buf_str(out, d->to ? d->to : "-"); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source change_source = {
	.columns = change_columns,
	.n_columns = COUNT(change_columns),
	.empty = "The two revisions hold the same.",
	.rows = change_rows, .cell = change_cell,
};

/* -- Slices -- */

static const struct list_column slice_columns[S_COUNT] = {
	[S_SLICE] = { "slice", "slice", 8, 24, 9, .elastic = true,
		     .tail = true },
	[S_ADDED] = { "added", "added", 5, 8, 8, .right = true },
	[S_RELABELLED] = { "relabelled", "relab.", 6, 8, 7, .right = true },
	[S_RETIRED] = { "retired", "retired", 7, 8, 6, .right = true },
	[S_REVIVED] = { "revived", "revived", 7, 8, 5, .right = true },
};

static size_t slice_rows(void *arg)
{
	return state_of(arg)->slices.n;
}

static enum style slice_cell(void *arg, size_t row, size_t column,
			     struct buf *out)
{
	const struct testset_slice_change *s = &state_of(arg)->slices.at[row];

	column = state_of(arg)->which[column];
	if (column == S_SLICE)
		put_slice(out, s->by, s->value);
	else
		put_count(out, s->n[column - S_ADDED]);
	return STYLE_NORMAL;
}

static void choose_columns(struct diff *d)
{
	bool used[S_COUNT] = { [S_SLICE] = true };

	for (size_t i = 0; i < d->slices.n; i++)
		for (size_t c = S_ADDED; c < S_COUNT; c++)
			used[c] |= d->slices.at[i].n[c - S_ADDED] > 0;
	for (size_t c = 0; c < S_COUNT; c++)
		if (used[c]) {
			d->which[d->n_shown] = c;
			d->shown[d->n_shown++] = slice_columns[c];
		}
}

static const struct list_column *columns_of(void *arg, size_t *n)
{
	const struct diff *d = state_of(arg);

	*n = d->n_shown;
	return d->shown;
}

static const struct list_source slice_source = {
	.columns_of = columns_of,
	.empty = "No slices: the set names no slicing column.",
	.rows = slice_rows, .cell = slice_cell,
};

/* -- The view -- */

static void free_state(struct diff *d)
{
	testset_differences_release(&d->changes);
	testset_slice_changes_release(&d->slices);
	free(d->testset);
	free(d);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct diff_arg *a = arg;
	struct registry *reg = app_registry(v->app);
	struct diff *d = XNEW(struct diff);
	enum rc rc;

	*d = (struct diff){ .testset = xstrdup(a->testset), .from = a->from,
			    .to = a->to };
	v->state = d;
	rc = reg_testset_diff(reg, d->testset, d->from, d->to, &d->changes,
			      err);
	if (rc == RC_OK)
		rc = reg_testset_slice_changes(reg, d->testset, d->from, d->to,
					       &d->changes, &d->slices, err);
	for (size_t i = 0; i < d->changes.n; i++)
		d->n[d->changes.at[i].change]++;
	choose_columns(d);
	return rc;
}

static void close_view(struct view *v)
{
	free_state(v->state);
}

/* Two revisions never change. */
static enum rc reload(struct view *v, struct err *err)
{
	(void)v;
	(void)err;
	return RC_OK;
}

static unsigned open_pattern(struct view *v)
{
	struct diff *d = v->state;
	size_t row = list_row(&v->lists[PANE_CHANGES]);
	const struct testset_difference *c;
	struct patterns_arg arg = { .testset = d->testset, .n_ordinals = 1,
				    .title = "of the difference" };
	uint32_t ordinal;

	if (row == SIZE_MAX || v->focus != PANE_CHANGES)
		return REACT_NONE;
	c = &d->changes.at[row];
	ordinal = (uint32_t)c->row;
	arg.ordinals = &ordinal;
	arg.revision = c->to ? d->to : d->from;
	return app_open(v->app, &view_patterns_ops, &arg);
}

static unsigned act(struct view *v, enum action a)
{
	return a == ACT_OPEN ? open_pattern(v) : REACT_NOT_MINE;
}

static void place(struct view *v, struct buf *out)
{
	struct diff *d = v->state;

	buf_printf(out, "%s r%lld -> r%lld", d->testset, (long long)d->from,
		   (long long)d->to);
}

/* "1,996 added, 15 relabelled" */
static void put_totals(const struct diff *d, struct buf *out)
{
	const char *sep = "";

	for (enum testset_change c = 0; c <= TESTSET_REVIVED; c++) {
		if (!d->n[c])
			continue;
		buf_str(out, sep);
		put_count(out, d->n[c]);
		buf_printf(out, " %s", testset_change_name(c));
		sep = ", ";
	}
}

static void changes_title(struct view *v, struct buf *out)
{
	struct diff *d = v->state;

	if (d->changes.n)
		buf_str(out, ": ");
	put_totals(d, out);
}

static bool object(struct view *v, struct buf *out)
{
	buf_printf(out, "testset/%s", state_of(v)->testset);
	return true;
}

const struct view_ops view_diff_ops = {
	.name = "Difference", .screen = SCREEN_DATA,
	.n_panes = 2,
	.panes = {
		[PANE_CHANGES] = { .name = "CHANGES", .list = &change_source,
				   .title = changes_title },
		[PANE_SLICES] = { .name = "BY SLICE", .list = &slice_source },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place, .object = object,
};
