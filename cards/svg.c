/* One frame for all kinds: labels on the left, the plot in the middle,
 * values on the right. Numbers are written with one digit behind the point,
 * so that the same figures give the same bytes. */
#include "cards/svg.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "cards/render_html.h"

enum { LEFT = 190, MIDDLE = 380, RIGHT = 150, ROW = 20, TOP = 8, AXIS = 34,
       LINES_H = 220, LABEL_CELLS = 26, MANY_LABELS = 12 };

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
	size_t fit = utf8_fit(text, n, LABEL_CELLS, NULL);
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

static void dot(struct buf *out, double x, double y, unsigned series)
{
	buf_str(out, "<circle");
	num(out, "cx", x);
	num(out, "cy", y);
	buf_printf(out, " r=\"3.5\" class=\"dot s%u\"/>", series % 6);
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

static void open_svg(struct buf *out, double w, double h, const char *name)
{
	char wide[DECIMAL_MAX], high[DECIMAL_MAX];

	buf_printf(out, "<svg viewBox=\"0 0 %s %s\" role=\"img\" "
		   "class=\"plot\"><title>", decimal_fixed(w, 0, wide),
		   decimal_fixed(h, 0, high));
	html_text(out, name);
	buf_str(out, "</title>\n");
}

static void legend(struct buf *out, const struct plot *p, double y)
{
	double step = (LEFT + MIDDLE + RIGHT) / (double)p->series.n;

	if (p->series.n < 2)
		return;
	for (size_t i = 0; i < p->series.n; i++) {
		dot(out, 8 + step * (double)i, y - 4, (unsigned)i);
		label(out, 16 + step * (double)i, y, "lab", p->series.at[i]);
	}
	buf_char(out, '\n');
}

/* -- A line per label: value and interval -- */

static void one_interval(struct buf *out, const struct range *r,
			 const struct figure *f, double y, unsigned series)
{
	if (f->why)
		return;
	if (f->method != METHOD_NONE)
		line(out, LEFT + place(r, f->low, MIDDLE), y,
		     LEFT + place(r, f->high, MIDDLE), y, "bar", series);
	dot(out, LEFT + place(r, f->value, MIDDLE), y, series);
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
	for (int i = 0; i <= 4; i++) {
		double x = r->from + (r->to - r->from) * i / 4;
		struct buf text = BUF_INIT;

		report_number(&text, x);
		line(out, LEFT + MIDDLE * i / 4.0, TOP, LEFT + MIDDLE * i / 4.0,
		     y, "grid", 0);
		label(out, LEFT + MIDDLE * i / 4.0, y + 14, "tick", text.data);
		buf_release(&text);
	}
	buf_char(out, '\n');
}

static void intervals(struct buf *out, const struct plot *p,
		      const struct range *r, const char *name)
{
	double row = ROW + 8.0 * (double)(p->series.n - 1);
	double foot = TOP + row * (double)p->labels.n;

	open_svg(out, LEFT + MIDDLE + RIGHT, foot + AXIS, name);
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
				     (unsigned)i);
		value_text(out, plot_at(p, p->series.n - 1, k), y + 4);
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
		dot(out, x_at(p, k), y, (unsigned)series);
		before = y;
		x_before = x_at(p, k);
	}
	buf_char(out, '\n');
}

static void y_axis(struct buf *out, const struct range *r)
{
	for (int i = 0; i <= 4; i++) {
		double y = TOP + LINES_H - LINES_H * i / 4.0;
		struct buf text = BUF_INIT;

		report_number(&text, r->from + (r->to - r->from) * i / 4);
		line(out, LEFT, y, LEFT + MIDDLE, y, "grid", 0);
		label(out, LEFT - 8, y + 4, "name", text.data);
		buf_release(&text);
	}
	buf_char(out, '\n');
}

static void lines(struct buf *out, const struct plot *p,
		  const struct range *r, const char *name)
{
	size_t step = p->labels.n / MANY_LABELS + 1;

	open_svg(out, LEFT + MIDDLE + RIGHT,
		 TOP + LINES_H + AXIS + ROW * (double)p->series.n, name);
	y_axis(out, r);
	for (size_t k = 0; k < p->labels.n; k += step)
		label(out, x_at(p, k), TOP + LINES_H + 16, "tick",
		      p->labels.at[k]);
	for (size_t i = 0; i < p->series.n; i++) {
		double y = TOP + LINES_H + AXIS + ROW * (double)i;

		one_line(out, p, r, i);
		dot(out, LEFT, y, (unsigned)i);
		label(out, LEFT + 12, y + 4, "lab", p->series.at[i]);
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
	open_svg(out, LEFT + MIDDLE + RIGHT,
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
	}
	return true;
}
