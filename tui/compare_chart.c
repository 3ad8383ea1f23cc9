/* The bottom pane of screen 4: one measure over the revisions of the set or the
 * versions of the model, or the intervals of all deltas. */
#include "tui/compare_panes.h"

#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/app.h"
#include "tui/chart.h"
#include "tui/figures.h"

#define SERIES_MAX 6		/* base and candidates in one plot */
#define BESIDE 44		/* cells for the newest figures */

/* -- Intervals of the deltas -- */

static bool on_common_scale(const struct delta *d)
{
	return d->present && !d->why && d->has_interval && fabs(d->low) <= 1 &&
		fabs(d->high) <= 1;
}

static double widest(const struct compare_view *s)
{
	double most = 0;

	for (size_t i = 0; i < s->n_metrics; i++) {
		const struct delta *d = &compare_shown(s)->metrics[s->metrics[i]];

		if (on_common_scale(d))
			most = fmax(most, fmax(fabs(d->low), fabs(d->high)));
	}
	return most > 0 ? chart_step(most) : 0;
}

static void deltas_title(struct compare_view *s, struct buf *out)
{
	char text[DECIMAL_MAX];
	double most = widest(s);

	buf_printf(out, "DELTAS %c - base", compare_letter(s->shown));
	if (most > 0)
		buf_printf(out, ", -%s..+%s", decimal_sig(most, 2, text),
			   decimal_sig(most, 2, text));
}

static void paint_zero(struct area *a, int x, int y)
{
	struct cell *c = canvas_at(a->canvas, a->x + x, a->y + y - a->scroll);

	if (c && (c->ch == ' ' || c->ch == 0))
		area_put(a, x, y, STYLE_FAINT, ':');
}

static void paint_delta(struct view *v, struct area *a, int y, enum metric m,
			double most)
{
	struct compare_view *s = v->state;
	const struct delta *d = &compare_shown(s)->metrics[m];
	struct chart_point p = { .defined = true, .value = d->delta,
				 .has_interval = true, .low = d->low,
				 .high = d->high };
	int name = 20, wide = a->w - name - 2;
	struct buf out = BUF_INIT;

	wide -= wide % 2 == 0;
	area_text(a, 1, y, name - 1, STYLE_NORMAL, metric_key(m));
	if (s->table || wide < 10) {
		put_delta(&out, d);
		buf_printf(&out, "  %s", verdict_short(d->verdict));
	} else {
		chart_interval(&p, -most, most, wide, app_chart_level(v->app),
			       &out);
	}
	area_text(a, name + 1, y, a->w - name - 1, STYLE_NORMAL, out.data);
	if (!s->table && wide >= 10)
		paint_zero(a, name + 1 + wide / 2, y);
	buf_release(&out);
}

static void paint_deltas(struct view *v, struct area *a)
{
	struct compare_view *s = v->state;
	double most = widest(s);
	int y = 0;

	for (size_t i = 0; i < s->n_metrics; i++)
		if (on_common_scale(&compare_shown(s)->metrics[s->metrics[i]]))
			paint_delta(v, a, y++, s->metrics[i], most);
	if (y == 0)
		area_text(a, 1, 0, a->w - 2, STYLE_NORMAL,
			  "no delta with an interval on a common scale");
}

/* -- Over revisions, over versions -- */

/* Series: over revisions one for each version that is compared; over versions
 * one for the model. The shown candidate comes right behind the base, so that
 * it is never the one for which there is no room. */
static size_t n_lines(const struct compare_view *s)
{
	size_t n = s->history->over_revisions ? s->history->n_versions : 1;

	return n < SERIES_MAX ? n : SERIES_MAX;
}

static size_t line_at(const struct compare_view *s, size_t i)
{
	size_t n = s->history->n_versions;

	return i == 0 || n < 2 ? i : 1 + (s->shown + i - 1) % (n - 1);
}

static size_t n_places(const struct compare_view *s)
{
	return s->history->over_revisions ? s->history->n_revisions :
					    s->history->n_versions;
}

static const struct figure *figure_of(const struct compare_view *s,
				      size_t line, size_t place)
{
	return s->history->over_revisions ?
	       history_at(s->history, line_at(s, line), place) :
	       history_at(s->history, place, 0);
}

static char *line_name(const struct compare_view *s, size_t line)
{
	size_t at = line_at(s, line);
	const struct version_ref *v = &s->history->versions[at];

	if (!s->history->over_revisions)
		return xstrdup(v->model);
	if (at == 0)
		return xasprintf("base %s %lld", v->model,
				 (long long)v->version);
	return xasprintf("%c %s %lld", compare_letter(at - 1), v->model,
			 (long long)v->version);
}

static char line_mark(const struct compare_view *s, size_t line)
{
	return s->history->over_revisions ? compare_mark(line_at(s, line)) :
					    compare_mark(1);
}

struct drawn {
	struct chart chart;
	struct chart_series series[SERIES_MAX];
	struct strs labels, names;
	struct chart_point *points;
};

static void drawn_init(struct drawn *d, const struct compare_view *s)
{
	const struct history *h = s->history;
	size_t n = n_places(s), lines = n_lines(s);
	bool wide = false;

	*d = (struct drawn){ .chart = { .n = n, .n_series = lines,
					.series = d->series, .digits = 2 } };
	d->points = XNEW_ARRAY(struct chart_point, n * lines + 1);
	for (size_t i = 0; i < n; i++)
		vec_push(&d->labels, h->over_revisions ?
			 xasprintf("r%lld", (long long)h->revisions[i].revision) :
			 xasprintf("%lld", (long long)h->versions[i].version));
	for (size_t k = 0; k < lines; k++) {
		for (size_t i = 0; i < n; i++) {
			struct chart_point *p = &d->points[k * n + i];

			*p = figure_point(figure_of(s, k, i));
			/* lines would hide behind their own intervals */
			p->has_interval &= !h->over_revisions;
		}
		vec_push(&d->names, line_name(s, k));
		d->series[k] = (struct chart_series){
			d->names.at[k], line_mark(s, k), d->points + k * n };
	}
	d->chart.x_labels = (const char *const *)d->labels.at;
	for (size_t i = 0; i < n * lines; i++)
		wide |= d->points[i].defined && fabs(d->points[i].value) >= .1;
	d->chart.digits = wide ? 2 : 3;
}

static void drawn_release(struct drawn *d)
{
	strs_release(&d->labels);
	strs_release(&d->names);
	free(d->points);
}

static void put_point(const struct figure *f, struct buf *out)
{
	put_figure(out, f);
	buf_char(out, ' ');
	put_bounds(out, f);
}

/* "r37" and a line for each series, with its interval and verdict. */
static void paint_newest(const struct compare_view *s, struct area *a, int x)
{
	const struct history *h = s->history;
	size_t last = n_places(s) - 1;
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s%lld", h->over_revisions ? "r" : "version ",
		   (long long)(h->over_revisions ? h->revisions[last].revision :
						   h->versions[last].version));
	area_text(a, x, 0, a->w - x, STYLE_HEADING, text.data);
	for (size_t k = 0; k < n_lines(s); k++) {
		char *name = line_name(s, k);

		buf_clear(&text);
		buf_printf(&text, "%c %-14.14s ", line_mark(s, k), name);
		put_point(figure_of(s, k, last), &text);
		area_text(a, x, 1 + (int)k, a->w - x, STYLE_NORMAL, text.data);
		free(name);
	}
	buf_release(&text);
}

static void table_line(const struct compare_view *s, size_t place,
		       struct buf *out)
{
	const struct history *h = s->history;
	struct buf cell = BUF_INIT;

	if (h->over_revisions)
		buf_printf(out, "r%-8lld",
			   (long long)h->revisions[place].revision);
	else
		buf_printf(out, "%-9lld",
			   (long long)h->versions[place].version);
	for (size_t k = 0; k < n_lines(s); k++) {
		buf_clear(&cell);
		put_point(figure_of(s, k, place), &cell);
		buf_printf(out, "%-25s", cell.data);
	}
	if (h->over_revisions)
		buf_printf(out, "%7llu %6llu %6llu %7llu",
			   (unsigned long long)figure_of(s, 0, place)->n,
			   (unsigned long long)h->revisions[place].added,
			   (unsigned long long)h->revisions[place].relabelled,
			   (unsigned long long)h->revisions[place].retired);
	else
		buf_printf(out, "%7llu",
			   (unsigned long long)figure_of(s, 0, place)->n);
	buf_release(&cell);
}

/* Newest first: what is asked for most stands on top. */
static void paint_table(const struct compare_view *s, struct area *a)
{
	const struct history *h = s->history;
	struct buf text = BUF_INIT;
	size_t n = n_places(s);
	int y = 0;

	buf_printf(&text, "%-9s", h->over_revisions ? "revision" : "version");
	for (size_t k = 0; k < n_lines(s); k++) {
		char *name = line_name(s, k);

		buf_printf(&text, "%-25.24s", name);
		free(name);
	}
	buf_str(&text, h->over_revisions ? "      n  added relab. retired" :
					   "      n");
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, text.data);
	while (n--) {
		buf_clear(&text);
		table_line(s, n, &text);
		area_text(a, 1, y++, a->w - 2, STYLE_NORMAL, text.data);
	}
	buf_release(&text);
}

static void paint_plot(struct view *v, struct area *a)
{
	struct compare_view *s = v->state;
	int beside = a->w >= 2 * BESIDE + 20 ? BESIDE : 0;
	struct buf text = BUF_INIT;
	struct drawn d;

	drawn_init(&d, s);
	chart_plot(&d.chart, app_chart_level(v->app), a->w - 2 - beside, a->h,
		   &text);
	paint_lines(a, 1, 0, text.data ? text.data : "");
	if (beside)
		paint_newest(s, a, a->w - beside);
	drawn_release(&d);
	buf_release(&text);
}

/* -- The pane -- */

static void history_title(const struct compare_view *s, struct buf *out)
{
	const char *what = s->metric == METRIC_ACCURACY ? "error" :
		metric_key(s->metric);

	for (; *what; what++)
		buf_char(out, *what >= 'a' && *what <= 'z' ?
			 (char)(*what - 'a' + 'A') : *what);
	buf_str(out, s->chart == COMPARE_REVISIONS ? " OVER REVISIONS" :
						     " OVER VERSIONS");
	if (s->q.slice)
		buf_printf(out, " %s", s->q.slice);
	if (compare_has_history(s) && n_places(s) > 1)
		buf_printf(out, ", %zu", n_places(s));
}

void compare_chart_title(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	if (!s->found)
		return;
	buf_clear(out);		/* the pane is called by what it shows */
	if (s->chart == COMPARE_DELTAS)
		deltas_title(s, out);
	else
		history_title(s, out);
}

void compare_paint_chart(struct view *v, struct area *a)
{
	struct compare_view *s = v->state;

	if (!s->found)
		return;
	if (s->chart == COMPARE_DELTAS)
		paint_deltas(v, a);
	else if (!compare_has_history(s) || !n_places(s))
		area_text(a, 1, 0, a->w - 2, STYLE_NORMAL,
			  asking_runs(&s->telling) ? "computing ..." :
			  "not computed; r computes it");
	else if (s->table)
		paint_table(s, a);
	else
		paint_plot(v, a);
}
