#include "tui/view_curve.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/tipping.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/chart.h"
#include "tui/figures.h"

struct curve_asked {
	char *testset, *model, *column;
	int64_t version;
	struct curve found;
};
struct curve_view {
	char *testset, *model, *column;
	int64_t version;
	bool table;
	struct asking asking;
};

static struct curve_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* NULL: not yet. */
static const struct curve *found(const struct curve_view *s)
{
	struct curve_asked *a = s->asking.answer;

	return a ? &a->found : NULL;
}

/* -- Computing -- */

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	struct curve_asked *a = q;
	const struct curve_query query = {
		.model = a->model, .version = a->version,
		.testset = a->testset, .column = a->column,
	};

	(void)progress;
	return reg_curve(reg, &query, &a->found, err);
}

static void asked_free(void *q)
{
	struct curve_asked *a = q;

	curve_release(&a->found);
	free(a->testset);
	free(a->model);
	free(a->column);
	free(a);
}

static const struct asking_kind curve_kind = {
	.name = "curve", .work = work, .free = asked_free,
};

static enum rc ask(struct view *v, struct err *err)
{
	struct curve_view *s = v->state;
	struct curve_asked *a = XNEW(struct curve_asked);

	*a = (struct curve_asked){
		.testset = xstrdup(s->testset), .model = xstrdup(s->model),
		.column = xstrdup(s->column), .version = s->version,
	};
	return asking_start(v->app, &s->asking, &curve_kind, a, err);
}

/* -- Painting -- */

static int paint_tipping(const struct curve *c, struct area *a)
{
	const struct tipping *t = &c->tipping;
	struct buf text = BUF_INIT;
	char at[DECIMAL_MAX], p[DECIMAL_MAX];
	int y = 0;

	if (!t->found)
		buf_str(&text, "No tipping point: the loss does not vary, or "
			"the numbers hardly do.");
	else if (t->p < 0.05)
		buf_printf(&text, "Tips at %s %s, p %s: ", c->column,
			   decimal_sig(t->at, 6, at),
			   decimal_sig(t->p, 2, p));
	else
		buf_printf(&text, "No tipping point shown; the best cut is at "
			   "%s, p %s: ", decimal_sig(t->at, 6, at),
			   decimal_sig(t->p, 2, p));
	if (t->found) {
		buf_printf(&text, "%s ", c->loss);
		put_figure(&text, &t->below);
		buf_char(&text, ' ');
		put_bounds(&text, &t->below);
		buf_str(&text, " below, ");
		put_figure(&text, &t->above);
		buf_char(&text, ' ');
		put_bounds(&text, &t->above);
		buf_str(&text, " from there on.");
	}
	y = area_wrap(a, 1, 0, a->w - 2, STYLE_STRONG, text.data);
	buf_release(&text);
	return y + 1;
}

static char *edge(double x)
{
	char text[DECIMAL_MAX];

	return xstrdup(decimal_sig(x, 6, text));
}

static void paint_table(const struct curve *c, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	area_printf(a, 1, y++, STYLE_HEADING, "%-12s %-12s %-8s %-16s %8s",
		    "from", "to", metric_head(c->metric), "interval", "n");
	for (size_t i = 0; i < c->n_bins; i++) {
		const struct curve_bin *b = &c->bins[i];
		char from[DECIMAL_MAX], to[DECIMAL_MAX];
		struct buf value = BUF_INIT, bounds = BUF_INIT;

		put_figure(&value, &b->figure);
		put_bounds(&bounds, &b->figure);
		buf_clear(&text);
		buf_printf(&text, "%-12s %-12s %-8s %-16s %8llu",
			   decimal_sig(b->from, 6, from),
			   decimal_sig(b->to, 6, to), value.data,
			   bounds.data ? bounds.data : "",
			   (unsigned long long)b->figure.n);
		area_text(a, 1, y++, a->w - 2, STYLE_NORMAL, text.data);
		buf_release(&value);
		buf_release(&bounds);
	}
	buf_release(&text);
}

static void paint_plot(struct view *v, const struct curve *c, struct area *a,
		       int y)
{
	struct chart_point *points = XNEW_ARRAY(struct chart_point,
						c->n_bins + 1);
	struct strs labels = VEC_INIT;
	struct chart_series series = { metric_key(c->metric), '*', points };
	struct chart chart = { .n = c->n_bins, .n_series = 1,
			       .series = &series, .digits = 2 };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < c->n_bins; i++) {
		points[i] = figure_point(&c->bins[i].figure);
		vec_push(&labels, edge(c->bins[i].from));
	}
	chart.x_labels = (const char *const *)labels.at;
	chart_plot(&chart, app_chart_level(v->app), a->w - 2, a->h - y, &text);
	paint_lines(a, 1, y, text.data ? text.data : "");
	strs_release(&labels);
	free(points);
	buf_release(&text);
}

static void paint(struct view *v, struct area *a)
{
	struct curve_view *s = v->state;
	const struct curve *c = found(s);
	int y;

	if (asking_paints(&s->asking, a))
		return;
	y = paint_tipping(c, a);
	if (s->table)
		paint_table(c, a, y);
	else
		paint_plot(v, c, a, y);
}

static void title(struct view *v, struct buf *out)
{
	struct curve_view *s = v->state;
	const struct curve *c = found(s);

	if (c)
		buf_printf(out, " %s along %s, %zu bins, n %llu",
			   metric_key(c->metric), s->column, c->n_bins,
			   (unsigned long long)c->n);
}

/* -- The view -- */

static void close_view(struct view *v)
{
	struct curve_view *s = v->state;

	asking_release(&s->asking);
	free(s->testset);
	free(s->model);
	free(s->column);
	free(s);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct curve_arg *a = arg;
	struct curve_view *s = XNEW(struct curve_view);

	*s = (struct curve_view){
		.testset = xstrdup(a->testset), .model = xstrdup(a->model),
		.column = xstrdup(a->column), .version = a->version,
	};
	v->state = s;
	return ask(v, err);
}

static enum rc reload(struct view *v, struct err *err)
{
	return asking_runs(&state_of(v)->asking) ? RC_OK : ask(v, err);
}

static unsigned act(struct view *v, enum action a)
{
	if (a != ACT_TABLE)
		return REACT_NOT_MINE;
	state_of(v)->table = !state_of(v)->table;
	return REACT_DRAW;
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "%s %lld along %s", state_of(v)->model,
		   (long long)state_of(v)->version, state_of(v)->column);
}

const struct view_ops view_curve_ops = {
	.name = "Curve", .screen = SCREEN_DATA, .context = IN_CURVE,
	.n_panes = 1,
	.panes = { { .name = "CURVE", .title = title, .paint = paint } },
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place,
};
