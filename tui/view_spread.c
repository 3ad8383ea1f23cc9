#include "tui/view_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/spread.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/figures.h"
#include "tui/view_patterns.h"

enum { LISTED = 20000 };	/* patterns, widest spread first */

struct spread_asked {
	char *testset, *model;
	struct version_spread found;
};
struct spread_view {
	char *testset, *model;
	struct asking asking;
};

enum { PANE_PATTERNS, PANE_TOTALS };

static struct spread_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* NULL: not yet. */
static const struct version_spread *found(const struct spread_view *s)
{
	struct spread_asked *a = s->asking.answer;

	return a ? &a->found : NULL;
}

/* -- Patterns -- */

enum { S_KEY, S_TARGET, S_MAIN, S_SPREAD, S_BIAS, S_LOSS };

static const struct list_column columns[] = {
	[S_KEY] = { "pattern", "pattern", 8, 24, 9, .elastic = true },
	[S_TARGET] = { "target", "target", 6, 12, 7 },
	[S_MAIN] = { "main", "most say", 8, 14, 8 },
	[S_SPREAD] = { "spread", "disagree", 8, 9, 8, .right = true },
	[S_BIAS] = { "bias", "bias", 6, 9, 6, .right = true },
	[S_LOSS] = { "loss", "loss", 6, 9, 5, .right = true },
};

static size_t rows(void *arg)
{
	const struct version_spread *x = found(state_of(arg));

	return x ? x->n_patterns : 0;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct version_spread *x = found(state_of(arg));
	const struct spread_pattern *p = &x->patterns[row];
	bool numbers = x->all.task == TASK_REGRESSION;

	switch (column) {
	case S_KEY: put_key(out, p->key); break;
	case S_TARGET: buf_str(out, p->target); break;
	case S_MAIN:
		buf_str(out, p->said);
		return !numbers && p->row.bias > 0 ? STYLE_BAD : STYLE_NORMAL;
	case S_SPREAD:
		put_number(out, numbers ? sqrt(p->row.variance) :
					  p->row.variance, false);
		break;
	case S_BIAS:
		if (numbers)
			put_number(out, sqrt(p->row.bias), false);
		else
			buf_str(out, p->row.bias > 0 ? "wrong" : "right");
		break;
	case S_LOSS: put_number(out, p->row.loss, false); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "Nothing to list: all versions agree on every pattern, or it "
		 "is being computed, or could not be.",
	.rows = rows, .cell = cell,
};

/* -- Totals -- */

static int total(struct area *a, int y, const char *words, double x)
{
	struct buf text = BUF_INIT;

	put_number(&text, x, false);
	area_text(a, 1, y, 26, STYLE_NORMAL, words);
	area_text(a, 28, y, a->w - 29, STYLE_NORMAL, text.data);
	buf_release(&text);
	return y + 1;
}

static void paint_totals(struct view *v, struct area *a)
{
	const struct spread_view *s = v->state;
	const struct spread *x;
	bool numbers;
	int y = 0;

	if (asking_paints(&s->asking, a))
		return;
	x = &found(s)->all;
	numbers = x->task == TASK_REGRESSION;
	area_printf(a, 1, y++, STYLE_HEADING, "%zu versions, n %zu",
		    found(s)->n_versions, x->n);
	y = total(a, y, numbers ? "mean squared error" : "mean error", x->loss);
	y = total(a, y, numbers ? "  bias^2" : "  bias: most are wrong",
		  x->bias);
	y = total(a, y, numbers ? "  + variance" : "  + variance where right",
		  x->unbiased);
	if (!numbers)
		y = total(a, y, "  - variance where wrong", x->biased);
	if (found(s)->weight)
		area_printf(a, 1, y++, STYLE_NORMAL, "means weighted by %s",
			    found(s)->weight);
	area_printf(a, 1, y++, STYLE_NORMAL, "all agree on %llu patterns",
		    (unsigned long long)x->n_unanimous);
	area_wrap(a, 1, y + 1, a->w - 2, STYLE_NORMAL, numbers ?
		  "Disagree is the standard deviation of what the versions "
		  "say, bias how far their mean is off, loss the mean squared "
		  "error." :
		  "Most say: the answer of most versions; disagree: the share "
		  "that says something else; loss: the share that is wrong "
		  "(Domingos 2000).");
}

/* -- Computing -- */

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	struct spread_asked *a = q;

	return reg_spread(reg, a->testset, 0, a->model, NULL, NULL, LISTED,
			  progress, &a->found, err);
}

static void asked_free(void *q)
{
	struct spread_asked *a = q;

	version_spread_release(&a->found);
	free(a->testset);
	free(a->model);
	free(a);
}

static const struct asking_kind spread_kind = {
	.name = "spread", .work = work, .free = asked_free,
};

static enum rc ask(struct view *v, struct err *err)
{
	struct spread_view *s = v->state;
	struct spread_asked *a = XNEW(struct spread_asked);

	a->testset = xstrdup(s->testset);
	a->model = xstrdup(s->model);
	return asking_start(v->app, &s->asking, &spread_kind, a, err);
}

/* -- The view -- */

static void close_view(struct view *v)
{
	struct spread_view *s = v->state;

	asking_release(&s->asking);
	free(s->testset);
	free(s->model);
	free(s);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct spread_arg *a = arg;
	struct spread_view *s = XNEW(struct spread_view);

	s->testset = xstrdup(a->testset);
	s->model = xstrdup(a->model);
	v->state = s;
	return ask(v, err);
}

static enum rc reload(struct view *v, struct err *err)
{
	return asking_runs(&state_of(v)->asking) ? RC_OK : ask(v, err);
}

static unsigned open_pattern(struct view *v)
{
	struct spread_view *s = v->state;
	size_t row = list_row(&v->lists[PANE_PATTERNS]);
	const struct version_spread *x = found(s);
	struct version_refs versions = VEC_INIT;
	struct patterns_arg arg = { .testset = s->testset, .n_ordinals = 1,
				    .title = "what each version said",
				    .versions = &versions };

	if (row == SIZE_MAX)
		return REACT_NONE;
	versions = (struct version_refs){ x->versions, x->n_versions,
					  x->n_versions };
	arg.revision = x->revision;
	arg.ordinals = &x->patterns[row].ordinal;
	return app_open(v->app, &view_patterns_ops, &arg);
}

static unsigned act(struct view *v, enum action a)
{
	return a == ACT_OPEN ? open_pattern(v) : REACT_NOT_MINE;
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "spread of %s on %s", state_of(v)->model,
		   state_of(v)->testset);
}

const struct view_ops view_spread_ops = {
	.name = "Spread", .screen = SCREEN_DATA,
	.n_panes = 2,
	.panes = {
		[PANE_PATTERNS] = { .name = "PATTERNS, widest spread first",
				    .list = &source },
		[PANE_TOTALS] = { .name = "BIAS AND VARIANCE",
				  .paint = paint_totals },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place,
};
