#include "tui/view_total.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/triage_time.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/chart.h"
#include "tui/figures.h"

enum {
	LABEL_W = 8,	/* "03-17" and what keeps it from the next */
	AXIS_W = 10,
};

struct total_view {
	bool table;
	struct asking asking;		/* for triage_points */
};

static struct total_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Computing -- */

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	const struct triage_time_query query = { .model = NULL };

	return reg_triage_over_time(reg, &query, progress, q, err);
}

static void points_free(void *q)
{
	struct triage_points *f = q;

	vec_free(f);
	free(f);
}

static const struct asking_kind total_kind = {
	.name = "looking back", .work = work, .free = points_free,
};

static enum rc ask(struct view *v, struct err *err)
{
	return asking_start(v->app, &state_of(v)->asking, &total_kind,
			    XNEW(struct triage_points), err);
}

/* -- Painting -- */

static void put_day(struct buf *out, const struct triage_point *p)
{
	char time[CLOCK_TEXT];

	buf_printf(out, "%.10s", clock_format(p->time, time));
}

static void paint_table(const struct triage_points *f, struct area *a)
{
	struct buf text = BUF_INIT, bounds = BUF_INIT;

	area_printf(a, 1, 0, STYLE_HEADING, "%-10s %8s %-17s %6s %5s %5s",
		    "day", "total", "95%", "ranked", "open", "inbox");
	for (size_t i = 0; i < f->n; i++) {
		const struct triage_point *p = &f->at[f->n - 1 - i];
		char total[DECIMAL_MAX];

		buf_clear(&text);
		buf_clear(&bounds);
		buf_char(&bounds, '[');
		buf_fixed(&bounds, p->total.low, 1);
		buf_char(&bounds, ',');
		buf_fixed(&bounds, p->total.high, 1);
		buf_char(&bounds, ']');
		put_day(&text, p);
		buf_printf(&text, " %8s %-17s %6llu %5zu %5zu",
			   decimal_fixed(p->total.value, 1, total),
			   bounds.data, (unsigned long long)p->total.n,
			   p->n_open, p->n_inbox);
		area_text(a, 1, (int)i + 1, a->w - 2, STYLE_NORMAL, text.data);
	}
	buf_release(&text);
	buf_release(&bounds);
}

/* The newest days, as many as have room for their labels. */
static void paint_plot(struct view *v, const struct triage_points *f,
		       struct area *a)
{
	size_t room = a->w > AXIS_W + LABEL_W
		    ? (size_t)(a->w - AXIS_W) / LABEL_W : 1;
	size_t n = f->n < room ? f->n : room;
	struct chart_point *points = XNEW_ARRAY(struct chart_point, n + 1);
	struct strs labels = VEC_INIT;
	struct chart_series series = { "total open impact", '*', points };
	struct chart chart = { .n = n, .n_series = 1, .series = &series,
			       .digits = 1 };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		const struct triage_point *p = &f->at[f->n - n + i];

		points[i] = figure_point(&p->total);
		buf_clear(&text);
		put_day(&text, p);
		strs_add(&labels, text.data + 5);
	}
	/* from 0: half as high is half as much */
	chart.has_range = chart_range(&series, 1, n, &chart.min, &chart.max);
	chart.has_range &= chart.max > 0;
	chart.min = 0;
	chart.x_labels = (const char *const *)labels.at;
	buf_clear(&text);
	chart_plot(&chart, app_chart_level(v->app), a->w - 2, a->h, &text);
	paint_lines(a, 1, 0, text.data ? text.data : "");
	strs_release(&labels);
	free(points);
	buf_release(&text);
}

static void paint(struct view *v, struct area *a)
{
	struct total_view *s = v->state;
	const struct triage_points *f = s->asking.answer;

	if (asking_paints(&s->asking, a))
		return;
	if (!f->n)
		area_text(a, 1, 0, a->w - 2, STYLE_NORMAL,
			  "There was no problem yet.");
	else if (s->table)
		paint_table(f, a);
	else
		paint_plot(v, f, a);
}

static void title(struct view *v, struct buf *out)
{
	char n[COUNTED_MAX];
	const struct triage_points *f = state_of(v)->asking.answer;

	if (!f || !f->n)
		return;
	buf_char(out, ' ');
	buf_fixed(out, f->at[f->n - 1].total.value, 1);
	if (f->n > 1) {
		buf_str(out, " (was ");
		buf_fixed(out, f->at[f->n - 2].total.value, 1);
		buf_str(out, " on ");
		put_day(out, &f->at[f->n - 2]);
		buf_char(out, ')');
	}
	buf_printf(out, ", %s", counted(f->n, "day", "days", n));
}

/* -- The view -- */

static void close_view(struct view *v)
{
	struct total_view *s = v->state;

	asking_release(&s->asking);
	free(s);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	(void)arg;
	v->state = XNEW(struct total_view);
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
	v->scroll[0] = 0;
	return REACT_DRAW;
}

static void place(struct view *v, struct buf *out)
{
	(void)v;
	buf_str(out, "open impact over time");
}

const struct view_ops view_total_ops = {
	.name = "Total", .screen = SCREEN_PROBLEMS, .context = IN_CURVE,
	.n_panes = 1,
	.panes = { { .name = "TOTAL OPEN IMPACT", .title = title,
		     .paint = paint } },
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place,
};
