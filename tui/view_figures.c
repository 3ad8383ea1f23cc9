#include "tui/view_figures.h"

#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "cards/reference.h"
#include "tui/app.h"
#include "tui/figures.h"

struct row { const struct evaluation *e; const struct eval_slice *slice;
	     enum metric metric; };

struct figures {
	void (*picked)(struct view *below, const char *reference);
	VEC_DECLARE(struct row, figure_rows) rows;
};

enum { F_METRIC, F_SET, F_SLICE, F_VALUE, F_BOUNDS, F_N, F_STATE };

static const struct list_column columns[] = {
	[F_METRIC] = { "metric", "metric", 14, 18, 9 },
	[F_SET] = { "set", "test set", 8, 16, 4 },
	[F_SLICE] = { "slice", "slice", 18, 26, 8, .elastic = true,
		     .tail = true },
	[F_VALUE] = { "value", "value", 6, 7, 9, .right = true },
	[F_BOUNDS] = { "interval", "interval", 13, 15, 6 },
	[F_N] = { "n", "n", 6, 7, 7, .right = true },
	[F_STATE] = { "state", "state", 5, 7, 3 },
};

static struct figures *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static size_t rows(void *arg)
{
	return state_of(arg) ? state_of(arg)->rows.n : 0;
}

static enum style cell(void *arg, size_t at, size_t column, struct buf *out)
{
	const struct row *r = &state_of(arg)->rows.at[at];
	const struct figure *f = &r->slice->metrics[r->metric];
	switch (column) {
	case F_METRIC: buf_str(out, metric_key(r->metric)); break;
	case F_SET:
		buf_printf(out, "%s r%lld", r->e->testset,
			   (long long)r->e->revision);
		break;
	case F_SLICE: put_slice(out, r->slice->by, r->slice->value); break;
	case F_VALUE:
		/* what is not fresh is seen where the state has no room */
		buf_str(out, strcmp(r->e->state, "fresh") ? "~" : "");
		put_figure(out, f);
		break;
	case F_BOUNDS: put_bounds(out, f); break;
	case F_N: put_count(out, f->n); break;
	case F_STATE: buf_str(out, r->e->state); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "This version was never evaluated: muster eval TESTSET.",
	.rows = rows, .cell = cell,
};

static void add_slice(struct figures *s, const struct evaluation *e,
		      const struct eval_slice *slice, enum metric first)
{
	for (int i = 0; i < METRIC_COUNT; i++) {
		/* the main metric stands first */
		enum metric m = (enum metric)((i + (int)first) % METRIC_COUNT);
		if (metric_fits(m, e->task) && !slice->metrics[m].why)
			vec_push(&s->rows, ((struct row){ e, slice, m }));
	}
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct figures_arg *a = arg;
	struct figures *s = XNEW(struct figures);
	s->picked = a->picked;
	for (size_t i = 0; i < a->facts->evaluations.n; i++) {
		const struct evaluation *e = &a->facts->evaluations.at[i];
		add_slice(s, e, &e->whole, a->facts->main_metric);
		for (size_t k = 0; k < e->n_slices; k++)
			add_slice(s, e, &e->slices[k], a->facts->main_metric);
	}
	v->state = s;
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct figures *s = v->state;
	vec_free(&s->rows);
	free(s);
}

static unsigned pick(struct view *v)
{
	struct figures *s = v->state;
	const struct row *r = &s->rows.at[list_row(&v->lists[0])];
	const struct reference ref = {
		.metric = r->metric, .testset = r->e->testset,
		.by = r->slice->by, .value = r->slice->value };
	struct buf text = BUF_INIT;
	struct view *below = v->below;
	void (*picked)(struct view *, const char *) = s->picked;
	reference_write(&text, &ref);
	app_close_view(v->app);
	picked(below, text.data);
	buf_release(&text);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	return a == ACT_OPEN && list_count(&v->lists[0]) ? pick(v) :
	       REACT_NOT_MINE;
}

const struct view_ops view_figures_ops = {
	.name = "Figures", .screen = SCREEN_MODELS,
	.n_panes = 1,
	.panes = { { .name = "FIGURES (Enter puts the reference in)",
		     .list = &source } },
	.open = open_view, .close = close_view, .act = act,
};
