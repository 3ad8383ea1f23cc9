#include "tui/chart.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define SEVERAL '#'

/* What a level draws with. */
struct glyphs {
	const char *h, *v, *left, *right, *corner, *axis, *full, *empty;
};
static const struct glyphs glyphs[] = {
	[CHART_ASCII] = { "-", "|", "|", "|", "+", "|", "#", "." },
	[CHART_BLOCKS] = { "\u2500", "\u2502", "\u251c", "\u2524", "\u2514",
			   "\u2502", "\u2588", "\u2591" },
	[CHART_BRAILLE] = { "\u2500", "\u2502", "\u251c", "\u2524", "\u2514",
			    "\u2502", "\u2588", "\u2591" },
};

static void repeat(struct buf *out, const char *s, int n)
{
	while (n-- > 0)
		buf_str(out, s);
}

/* -- Scales -- */

double chart_step(double x)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double power = pow(10, floor(log10(x)));

	for (size_t i = 0; i < 4; i++)
		if (steps[i] * power >= x * (1 - 1e-9))
			return steps[i] * power;
	return 10 * power;
}

static bool extremes(const struct chart_series *series, size_t n_series,
		     size_t n, double *min, double *max)
{
	bool any = false;

	for (size_t s = 0; s < n_series; s++)
		for (size_t i = 0; series[s].points && i < n; i++) {
			const struct chart_point *p = &series[s].points[i];
			double low = p->has_interval ? p->low : p->value;
			double high = p->has_interval ? p->high : p->value;

			if (!p->defined)
				continue;
			*min = any ? fmin(*min, low) : low;
			*max = any ? fmax(*max, high) : high;
			any = true;
		}
	return any;
}

bool chart_range(const struct chart_series *series, size_t n_series, size_t n,
		 double *min, double *max)
{
	double step;

	*min = 0;
	*max = 1;
	if (!extremes(series, n_series, n, min, max))
		return false;
	if (*max - *min < 1e-12) {
		double half = *max == 0 ? 0.5 : fabs(*max) * 0.05;

		*min -= half;
		*max += half;
	}
	step = chart_step((*max - *min) / 8);
	*min = floor(*min / step + 1e-9) * step;
	*max = ceil(*max / step - 1e-9) * step;
	return true;
}

/* Place of x among n cells; -1 and n: beyond the ends. */
static int place(double x, double from, double to, int n)
{
	double t = to > from ? (x - from) / (to - from) : 0.5;

	if (t < -1e-9)
		return -1;
	if (t > 1 + 1e-9)
		return n;
	return (int)lround(fmin(fmax(t, 0), 1) * (n - 1));
}

static int clamp(int x, int n)
{
	return x < 0 ? 0 : x >= n ? n - 1 : x;
}

/* -- One line -- */

void chart_scale(const struct chart_mark *marks, size_t n, double from,
		 double to, int w, enum chart_level level, struct buf *out)
{
	const struct glyphs *g = &glyphs[level];
	int inner = w - 2;
	char *cells = XNEW_ARRAY(char, (size_t)(inner > 0 ? inner : 1));

	for (size_t i = 0; inner > 0 && i < n; i++) {
		int x = clamp(place(marks[i].value, from, to, inner), inner);

		if (marks[i].defined)
			cells[x] = cells[x] ? SEVERAL : marks[i].mark;
	}
	buf_str(out, g->left);
	for (int x = 0; x < inner; x++)
		if (cells[x])
			buf_char(out, cells[x]);
		else
			buf_str(out, g->h);
	buf_str(out, g->right);
	free(cells);
}

void chart_interval(const struct chart_point *p, double from, double to, int w,
		    enum chart_level level, struct buf *out)
{
	const struct glyphs *g = &glyphs[level];
	int low, high, at;

	if (!p->defined) {
		buf_fill(out, ' ', (size_t)w);
		return;
	}
	at = clamp(place(p->value, from, to, w), w);
	low = p->has_interval ? place(p->low, from, to, w) : at;
	high = p->has_interval ? place(p->high, from, to, w) : at;
	for (int x = 0; x < w; x++) {
		if (x == at)
			buf_char(out, '*');
		else if (x == clamp(low, w))
			buf_str(out, low < 0 ? "<" : g->left);
		else if (x == clamp(high, w))
			buf_str(out, high >= w ? ">" : g->right);
		else
			buf_str(out, x > low && x < high ? g->h : " ");
	}
}

void chart_meter(double share, int w, enum chart_level level, struct buf *out)
{
	int full = clamp((int)lround(share * w), w + 1);

	repeat(out, glyphs[level].full, full);
	repeat(out, glyphs[level].empty, w - full);
}

/* -- The plot -- */

struct plot {
	const struct chart *c;
	enum chart_level level;
	int w, h;		/* of the plot itself */
	double min, max;
	uint32_t *cells;	/* h x w characters, 0: blank */
	uint8_t *dots;		/* h x w braille patterns */
};

static int column(const struct plot *p, size_t i)
{
	size_t n = p->c->n;

	if (n == 1)
		return p->w / 2;
	return 1 + (int)((double)i * (p->w - 3) / (double)(n - 1) + 0.5);
}

static int row(const struct plot *p, double y)
{
	return p->h - 1 - clamp(place(y, p->min, p->max, p->h), p->h);
}

static void dot(struct plot *p, int x, int y)
{
	static const uint8_t bits[4][2] = {
		{ 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
	};

	if (x >= 0 && y >= 0 && x < 2 * p->w && y < 4 * p->h)
		p->dots[y / 4 * p->w + x / 2] |= bits[y % 4][x % 2];
}

/* A straight line from the middle of one cell to that of another. */
static void join(struct plot *p, int x0, double y0, int x1, double y1)
{
	int n = 2 * (x1 - x0);
	double scale = 4 * p->h - 1;

	for (int i = 0; i <= n; i++) {
		double y = y0 + (y1 - y0) * i / (n ? n : 1);
		double t = (y - p->min) / (p->max - p->min);

		dot(p, 2 * x0 + i, (int)lround((1 - t) * scale));
	}
}

static void draw_lines(struct plot *p, const struct chart_series *s)
{
	for (size_t i = 1; s->points && i < p->c->n; i++)
		if (s->points[i - 1].defined && s->points[i].defined)
			join(p, column(p, i - 1), s->points[i - 1].value,
			     column(p, i), s->points[i].value);
}

static void draw_intervals(struct plot *p, const struct chart_series *s)
{
	uint32_t bar = p->level == CHART_ASCII ? ':' : 0x250a;

	for (size_t i = 0; s->points && i < p->c->n; i++) {
		const struct chart_point *at = &s->points[i];

		if (!at->defined || !at->has_interval)
			continue;
		for (int y = row(p, at->high); y <= row(p, at->low); y++)
			p->cells[y * p->w + column(p, i)] = bar;
	}
}

static bool is_mark(const struct plot *p, uint32_t ch)
{
	for (size_t s = 0; s < p->c->n_series; s++)
		if (ch == (uint32_t)p->c->series[s].mark)
			return true;
	return ch == SEVERAL;
}

static void draw_marks(struct plot *p, const struct chart_series *s)
{
	for (size_t i = 0; s->points && i < p->c->n; i++) {
		uint32_t *cell;

		if (!s->points[i].defined)
			continue;
		cell = &p->cells[row(p, s->points[i].value) * p->w +
				 column(p, i)];
		*cell = is_mark(p, *cell) ? SEVERAL : (uint32_t)s->mark;
	}
}

static void draw(struct plot *p)
{
	for (size_t s = 0; s < p->c->n_series; s++) {
		if (p->level == CHART_BRAILLE)
			draw_lines(p, &p->c->series[s]);
		draw_intervals(p, &p->c->series[s]);
	}
	for (size_t s = 0; s < p->c->n_series; s++)
		draw_marks(p, &p->c->series[s]);
}

static void put_char(struct buf *out, uint32_t ch)
{
	char bytes[4];

	buf_add(out, bytes, utf8_put(ch, bytes));
}

static void put_row(const struct plot *p, int y, struct buf *out)
{
	int last = p->w - 1;

	while (last >= 0 && !p->cells[y * p->w + last] &&
	       !p->dots[y * p->w + last])
		last--;
	for (int x = 0; x <= last; x++) {
		uint32_t ch = p->cells[y * p->w + x];
		uint8_t dots = p->dots[y * p->w + x];

		put_char(out, ch ? ch : dots ? 0x2800u + dots : ' ');
	}
	buf_char(out, '\n');
}

static void y_label(const struct chart *c, double y, struct buf *out)
{
	char text[DECIMAL_MAX];

	buf_str(out, decimal_rate(y, c->digits, false, text));
}

static int y_width(const struct chart *c, double min, double max)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	size_t n;

	y_label(c, min, &a);
	y_label(c, max, &b);
	n = a.len > b.len ? a.len : b.len;
	buf_release(&a);
	buf_release(&b);
	return (int)n;
}

/* Labels stand under their points where they do not run into each other. */
static void x_axis(const struct plot *p, int left, struct buf *out)
{
	const struct glyphs *g = &glyphs[p->level];
	int x = 0;

	buf_fill(out, ' ', (size_t)left);
	buf_str(out, g->corner);
	for (size_t i = 0; i < p->c->n; i++) {
		const char *label = p->c->x_labels[i];
		int cells = (int)utf8_cells(label, strlen(label));
		int at = column(p, i) - cells / 2;

		at = at < 0 ? 0 : at;
		if (at + cells > p->w)
			at = p->w - cells;
		if (at < x + (i > 0))
			continue;
		repeat(out, g->h, at - x);
		buf_str(out, label);
		x = at + cells;
	}
	repeat(out, g->h, p->w - x);
	buf_char(out, '\n');
}

static bool has_several(const struct plot *p)
{
	for (int i = 0; i < p->w * p->h; i++)
		if (p->cells[i] == SEVERAL)
			return true;
	return false;
}

static void legend(const struct plot *p, int w, struct buf *out)
{
	struct buf line = BUF_INIT;
	size_t cut;

	for (size_t s = 0; s < p->c->n_series; s++)
		buf_printf(&line, "%s%c %s", s ? "   " : " ",
			   p->c->series[s].mark, p->c->series[s].name);
	if (has_several(p))
		buf_str(&line, "   # several");
	cut = utf8_fit(line.data, line.len, (size_t)w, NULL);
	buf_add(out, line.data, cut);
	buf_char(out, '\n');
	buf_release(&line);
}

static void put_plot(const struct plot *p, int left, struct buf *out)
{
	struct buf label = BUF_INIT;
	int stride = p->h > 8 ? 2 : 1;

	for (int y = 0; y < p->h; y++) {
		double at = p->max - (p->max - p->min) * y /
			(p->h > 1 ? p->h - 1 : 1);

		buf_clear(&label);
		if (y % stride == 0 || y == p->h - 1)
			y_label(p->c, at, &label);
		buf_fill(out, ' ', (size_t)left - 1 - label.len);
		buf_str(out, label.data);
		buf_char(out, ' ');
		buf_str(out, glyphs[p->level].axis);
		put_row(p, y, out);
	}
	buf_release(&label);
}

void chart_plot(const struct chart *c, enum chart_level level, int w, int h,
		struct buf *out)
{
	struct plot p = { .c = c, .level = level, .min = c->min, .max = c->max };
	bool has_legend = c->n_series > 1;
	int left;

	if (w < 16 || h < 4 || c->n == 0) {
		buf_str(out, c->n ? "(too small for a chart: t shows a table)" :
			"(nothing to draw)");
		buf_fill(out, '\n', (size_t)(h > 0 ? h : 1));
		return;
	}
	if (!c->has_range)
		chart_range(c->series, c->n_series, c->n, &p.min, &p.max);
	left = y_width(c, p.min, p.max) + 1;
	p.w = w - left - 1;
	p.h = h - 1 - has_legend;
	p.cells = XNEW_ARRAY(uint32_t, (size_t)(p.w * p.h));
	p.dots = XNEW_ARRAY(uint8_t, (size_t)(p.w * p.h));
	draw(&p);
	put_plot(&p, left, out);
	x_axis(&p, left, out);
	if (has_legend)
		legend(&p, w, out);
	free(p.cells);
	free(p.dots);
}

/* -- The table -- */

static void table_cell(const struct chart *c, const struct chart_point *at,
		       struct buf *out)
{
	char low[DECIMAL_MAX], high[DECIMAL_MAX];
	int digits = c->digits > 4 ? c->digits : 4;

	if (!at || !at->defined) {
		buf_str(out, "-");
		return;
	}
	buf_str(out, decimal_rate(at->value, digits, false, low));
	if (at->has_interval)
		buf_printf(out, " [%s,%s]",
			   decimal_rate(at->low, digits, false, low),
			   decimal_rate(at->high, digits, false, high));
}

static void pad(struct buf *out, const char *s, size_t cells)
{
	size_t n = utf8_cells(s, strlen(s));

	buf_str(out, s);
	buf_fill(out, ' ', n < cells ? cells - n : 0);
}

static size_t label_width(const struct chart *c)
{
	size_t widest = 1;

	for (size_t i = 0; i < c->n; i++) {
		size_t n = utf8_cells(c->x_labels[i], strlen(c->x_labels[i]));

		widest = n > widest ? n : widest;
	}
	return widest;
}

static size_t series_width(const struct chart *c, const struct chart_series *s,
			   struct buf *cell)
{
	size_t widest = utf8_cells(s->name, strlen(s->name)) + 2;

	for (size_t i = 0; i < c->n; i++) {
		buf_clear(cell);
		table_cell(c, s->points ? &s->points[i] : NULL, cell);
		widest = cell->len > widest ? cell->len : widest;
	}
	return widest;
}

void chart_table(const struct chart *c, struct buf *out)
{
	size_t first = label_width(c);
	struct buf cell = BUF_INIT;

	for (size_t i = 0; i <= c->n; i++) {
		pad(out, i ? c->x_labels[i - 1] : "", first);
		for (size_t s = 0; s < c->n_series; s++) {
			const struct chart_series *at = &c->series[s];
			size_t wide = series_width(c, at, &cell);

			buf_clear(&cell);
			if (i == 0)
				buf_printf(&cell, "%c %s", at->mark, at->name);
			else
				table_cell(c, at->points ?
					   &at->points[i - 1] : NULL, &cell);
			buf_str(out, "  ");
			pad(out, cell.data, s + 1 < c->n_series ? wide : 0);
		}
		buf_char(out, '\n');
	}
	buf_release(&cell);
}
