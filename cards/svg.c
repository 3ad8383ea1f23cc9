/* One frame for all kinds: labels on the left, the plot in the middle,
 * values on the right. Numbers are written with one digit behind the point,
 * so that the same figures give the same bytes. */
#include "cards/svg.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "cards/render_html.h"

enum { LEFT = 190, MIDDLE = 360, RIGHT = 190, ROW = 20, TOP = 8, AXIS = 34,
       LINES_H = 220, SQUARE = 300, NAME_CELLS = 26, VALUE_CELLS = 30,
       MANY_LABELS = 12 };

struct range {
	double from, to;
};

static void num(struct buf *out, const char *name, double x)
{
	char text[DECIMAL_MAX];

	buf_printf(out, " %s=\"%s\"", name, decimal_fixed(x, 1, text));
}

static void label(struct buf *out, double x, double y, const char *class,
		  const char *text)
{
	size_t n = strlen(text);
	size_t fit = utf8_fit(text, n, *class == 'v' ? VALUE_CELLS :
			      NAME_CELLS, NULL);
	struct buf cut = BUF_INIT;

	buf_add(&cut, text, fit);
	if (fit < n)
		buf_str(&cut, "\xe2\x80\xa6");
	buf_str(out, "<text");
	num(out, "x", x);
	num(out, "y", y);
	buf_printf(out, " class=\"%s\">", class);
	html_text(out, cut.data);
	buf_str(out, "</text>");
	buf_release(&cut);
}

static void line(struct buf *out, double x1, double y1, double x2, double y2,
		 const char *class, unsigned series)
{
	buf_str(out, "<line");
	num(out, "x1", x1);
	num(out, "y1", y1);
	num(out, "x2", x2);
	num(out, "y2", y2);
	buf_printf(out, " class=\"%s s%u\"/>", class, series % 6);
}

static void dot(struct buf *out, double x, double y, unsigned series,
		bool few)
{
	buf_str(out, "<circle");
	num(out, "cx", x);
	num(out, "cy", y);
	buf_printf(out, " r=\"3.5\" class=\"dot s%u%s\"/>", series % 6,
		   few ? " few" : "");
}

static void widen(struct range *r, double x, bool *any)
{
	if (!*any || x < r->from)
		r->from = x;
	if (!*any || x > r->to)
		r->to = x;
	*any = true;
}

/* Of all that is defined; a rate's range never leaves [0, 1]. */
static bool find_range(const struct plot *p, struct range *r)
{
	bool any = false;
	double pad;

	for (size_t i = 0; i < p->n_at; i++) {
		const struct figure *f = &p->at[i];

		if (f->why)
			continue;
		widen(r, f->value, &any);
		if (f->method != METHOD_NONE) {
			widen(r, f->low, &any);
			widen(r, f->high, &any);
		}
	}
	if (!any)
		return false;
	if (p->has_mark)
		widen(r, p->mark, &any);
	pad = (r->to - r->from) * .05;
	if (!(pad > 0))
		pad = fabs(r->from) * .05 + .01;
	if (r->from >= 0 && r->to <= 1) {
		r->from = r->from > pad ? r->from - pad : 0;
		r->to = r->to < 1 - pad ? r->to + pad : 1;
	} else {
		r->from -= pad;
		r->to += pad;
	}
	return true;
}

static double place(const struct range *r, double x, double size)
{
	double at = (x - r->from) / (r->to - r->from);

	return (at < 0 ? 0 : at > 1 ? 1 : at) * size;
}

/* -- Ticks: round numbers within the range -- */

struct ticks {
	double step;
	unsigned digits;	/* behind the point */
	double first;
	int n;
};

static struct ticks ticks_of(const struct range *r)
{
	static const double steps[] = { 1, 2, 5, 10 };
	struct ticks t = { .step = 1 };
	double rough = (r->to - r->from) / 5, power = 1;

	while (power > rough) {
		power /= 10;
		t.digits++;
	}
	while (power * 10 <= rough)
		power *= 10;
	for (size_t i = 0; i < 4; i++) {
		t.step = steps[i] * power;
		if (t.step >= rough)
			break;
	}
	if (t.digits && t.step >= power * 9.5)
		t.digits--;
	t.first = ceil(r->from / t.step - 1e-9) * t.step;
	t.n = (int)floor((r->to - t.first) / t.step + 1e-9) + 1;
	return t;
}

static const char *tick_text(const struct ticks *t, int i, double *at,
			     char text[DECIMAL_MAX])
{
	*at = t->first + t->step * i;
	if (fabs(*at) < t->step / 2)
		*at = 0;
	return decimal_fixed(*at, t->digits, text);
}

static void open_svg(struct buf *out, const char *class, double w, double h,
		     const char *name)
{
	char wide[DECIMAL_MAX], high[DECIMAL_MAX];

	buf_printf(out, "<svg viewBox=\"0 0 %s %s\" role=\"img\" "
		   "class=\"%s\"><title>", decimal_fixed(w, 0, wide),
		   decimal_fixed(h, 0, high), class);
	html_text(out, name);
	buf_str(out, "</title>\n");
}

static void legend(struct buf *out, const struct plot *p, double y)
{
	double step = (LEFT + MIDDLE + RIGHT) / (double)p->series.n;

	if (p->series.n < 2)
		return;
	for (size_t i = 0; i < p->series.n; i++) {
		dot(out, 8 + step * (double)i, y - 4, (unsigned)i, false);
		label(out, 16 + step * (double)i, y, "lab", p->series.at[i]);
	}
	buf_char(out, '\n');
}

/* -- A line per label: value and interval -- */

static void one_interval(struct buf *out, const struct range *r,
			 const struct figure *f, double y, unsigned series,
			 bool few)
{
	if (f->why)
		return;
	if (f->method != METHOD_NONE)
		line(out, LEFT + place(r, f->low, MIDDLE), y,
		     LEFT + place(r, f->high, MIDDLE), y, "bar", series);
	dot(out, LEFT + place(r, f->value, MIDDLE), y, series, few);
}

static void value_text(struct buf *out, const struct figure *f, double y)
{
	struct buf text = BUF_INIT;

	report_figure_text(&text, f);
	label(out, LEFT + MIDDLE + 8, y, "val", text.data);
	buf_release(&text);
}

static void x_axis(struct buf *out, const struct range *r, double y)
{
	struct ticks t = ticks_of(r);

	for (int i = 0; i < t.n; i++) {
		char text[DECIMAL_MAX];
		double at, x;
		const char *name = tick_text(&t, i, &at, text);

		x = LEFT + place(r, at, MIDDLE);
		line(out, x, TOP, x, y, "grid", 0);
		label(out, x, y + 14, "tick", name);
	}
	line(out, LEFT, y, LEFT + MIDDLE, y, "axis", 0);
	buf_char(out, '\n');
}

static void intervals(struct buf *out, const struct plot *p,
		      const struct range *r, const char *name)
{
	double row = ROW + 8.0 * (double)(p->series.n - 1);
	double foot = TOP + row * (double)p->labels.n;

	open_svg(out, "plot", LEFT + MIDDLE + RIGHT, foot + AXIS, name);
	x_axis(out, r, foot);
	if (p->has_mark)
		line(out, LEFT + place(r, p->mark, MIDDLE), TOP,
		     LEFT + place(r, p->mark, MIDDLE), foot, "mark", 0);
	for (size_t k = 0; k < p->labels.n; k++) {
		double y = TOP + row * ((double)k + .5);

		label(out, LEFT - 8, y + 4, "name", p->labels.at[k]);
		for (size_t i = 0; i < p->series.n; i++)
			one_interval(out, r, plot_at(p, i, k),
				     y + 8 * ((double)i - ((double)p->series.n
							   - 1) / 2),
				     (unsigned)i,
				     plot_at(p, i, k)->n < p->few);
		if (p->series.n == 1)
			value_text(out, plot_at(p, 0, k), y + 4);
		buf_char(out, '\n');
	}
	legend(out, p, foot + AXIS - 4);
	buf_str(out, "</svg>\n");
}

/* -- Labels in order along x -- */

static double x_at(const struct plot *p, size_t k)
{
	return p->labels.n < 2 ? LEFT + MIDDLE / 2.0 :
	       LEFT + MIDDLE * (double)k / (double)(p->labels.n - 1);
}

static void one_line(struct buf *out, const struct plot *p,
		     const struct range *r, size_t series)
{
	double before = -1, x_before = 0;

	for (size_t k = 0; k < p->labels.n; k++) {
		const struct figure *f = plot_at(p, series, k);
		double y;

		if (f->why) {
			before = -1;
			continue;
		}
		y = TOP + LINES_H - place(r, f->value, LINES_H);
		if (before >= 0)
			line(out, x_before, before, x_at(p, k), y, "path",
			     (unsigned)series);
		dot(out, x_at(p, k), y, (unsigned)series, false);
		before = y;
		x_before = x_at(p, k);
	}
	buf_char(out, '\n');
}

static void y_axis(struct buf *out, const struct range *r, double left,
		   double width, double height)
{
	struct ticks t = ticks_of(r);

	for (int i = 0; i < t.n; i++) {
		char text[DECIMAL_MAX];
		double at, y;
		const char *name = tick_text(&t, i, &at, text);

		y = TOP + height - place(r, at, height);
		line(out, left, y, left + width, y, "grid", 0);
		label(out, left - 8, y + 4, "ytick", name);
	}
	line(out, left, TOP + height, left + width, TOP + height, "axis", 0);
	buf_char(out, '\n');
}

static void lines(struct buf *out, const struct plot *p,
		  const struct range *r, const char *name)
{
	size_t step = p->labels.n / MANY_LABELS + 1;

	open_svg(out, "plot", LEFT + MIDDLE + RIGHT,
		 TOP + LINES_H + AXIS + ROW * (double)p->series.n, name);
	y_axis(out, r, LEFT, MIDDLE, LINES_H);
	for (size_t k = 0; k < p->labels.n; k += step)
		label(out, x_at(p, k), TOP + LINES_H + 16, "tick",
		      p->labels.at[k]);
	for (size_t i = 0; i < p->series.n; i++) {
		double y = TOP + LINES_H + AXIS + ROW * (double)i;

		one_line(out, p, r, i);
		dot(out, LEFT, y, (unsigned)i, false);
		label(out, LEFT + 12, y + 4, "lab", p->series.at[i]);
	}
	buf_str(out, "</svg>\n");
}

/* -- Curves in the unit square -- */

enum { CURVE_LEFT = 44 };

static double curve_x(double x)
{
	return CURVE_LEFT + x * SQUARE;
}

static double curve_y(double y)
{
	return TOP + SQUARE - y * SQUARE;
}

static void one_curve(struct buf *out, const struct plot *p, size_t series)
{
	buf_str(out, "<polyline points=\"");
	for (size_t k = 0; k < p->labels.n; k++) {
		char x[DECIMAL_MAX], y[DECIMAL_MAX];
		const struct figure *f = plot_at(p, series, k);

		if (!f->why)
			buf_printf(out, "%s,%s ",
				   decimal_fixed(curve_x(p->x[k]), 1, x),
				   decimal_fixed(curve_y(f->value), 1, y));
	}
	buf_printf(out, "\" class=\"path s%u\"/>\n", (unsigned)series % 6);
}

static void curve_points(struct buf *out, const struct plot *p, size_t series)
{
	for (size_t k = 0; k < p->labels.n; k++) {
		const struct figure *f = plot_at(p, series, k);

		if (f->why || f->method == METHOD_NONE)
			continue;
		line(out, curve_x(p->x[k]), curve_y(f->low), curve_x(p->x[k]),
		     curve_y(f->high), "bar", (unsigned)series);
		dot(out, curve_x(p->x[k]), curve_y(f->value),
		    (unsigned)series, f->n < p->few);
	}
}

static void curve(struct buf *out, const struct plot *p, const char *name)
{
	static const struct range unit = { 0, 1 };
	double foot = TOP + SQUARE;

	open_svg(out, "plot square", CURVE_LEFT + SQUARE + 16,
		 foot + AXIS + 8 + ROW * (double)p->series.n, name);
	y_axis(out, &unit, CURVE_LEFT, SQUARE, SQUARE);
	for (int i = 0; i <= 5; i++) {
		char text[DECIMAL_MAX];

		label(out, curve_x(i / 5.0), foot + 14, "tick",
		      decimal_fixed(i / 5.0, 1, text));
	}
	label(out, curve_x(.5), foot + 30, "tick", p->label_name);
	line(out, curve_x(0), curve_y(0), curve_x(1), curve_y(1), "mark", 0);
	for (size_t i = 0; i < p->series.n; i++) {
		double y = foot + AXIS + 12 + ROW * (double)i;

		one_curve(out, p, i);
		curve_points(out, p, i);
		dot(out, CURVE_LEFT + 4, y - 4, (unsigned)i, false);
		label(out, CURVE_LEFT + 14, y, "vlab", p->series.at[i]);
	}
	buf_str(out, "</svg>\n");
}

/* -- Counts -- */

static void matrix_cell(struct buf *out, double x, double y, double w,
			const struct figure *f, double most)
{
	char text[DECIMAL_MAX], opacity[DECIMAL_MAX];
	double share = f->why || !(most > 0) ? 0 : f->value / most;

	buf_str(out, "<rect");
	num(out, "x", x);
	num(out, "y", y);
	num(out, "width", w - 2);
	num(out, "height", ROW + 6);
	buf_printf(out, " class=\"cell\" fill-opacity=\"%s\"/>",
		   decimal_fixed(share * .6, 2, opacity));
	label(out, x + w / 2, y + 18, "count", f->why ? "-" :
	      decimal_grouped((uint64_t)f->value, text));
}

static void matrix(struct buf *out, const struct plot *p, const char *name)
{
	double w = (MIDDLE + RIGHT) / (double)p->labels.n, most = 0;
	double height = ROW + 8;

	for (size_t i = 0; i < p->n_at; i++)
		if (!p->at[i].why && p->at[i].value > most)
			most = p->at[i].value;
	open_svg(out, "plot", LEFT + MIDDLE + RIGHT,
		 TOP + AXIS + height * (double)p->series.n, name);
	for (size_t k = 0; k < p->labels.n; k++)
		label(out, LEFT + w * ((double)k + .5), TOP + 14, "tick",
		      p->labels.at[k]);
	for (size_t i = 0; i < p->series.n; i++) {
		double y = TOP + 22 + height * (double)i;

		label(out, LEFT - 8, y + 18, "name", p->series.at[i]);
		for (size_t k = 0; k < p->labels.n; k++)
			matrix_cell(out, LEFT + w * (double)k, y, w,
				    plot_at(p, i, k), most);
		buf_char(out, '\n');
	}
	buf_str(out, "</svg>\n");
}

bool svg_plot(struct buf *out, const struct plot *p, const char *caption)
{
	struct range r = { 0, 1 };

	if (!p->labels.n || !p->series.n || !find_range(p, &r))
		return false;
	switch (p->kind) {
	case PLOT_INTERVALS:
		intervals(out, p, &r, caption);
		break;
	case PLOT_LINES:
		lines(out, p, &r, caption);
		break;
	case PLOT_MATRIX:
		matrix(out, p, caption);
		break;
	case PLOT_CURVE:
		curve(out, p, caption);
		break;
	}
	return true;
}
