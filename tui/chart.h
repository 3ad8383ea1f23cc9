/* Charts as lines of text: no curses, no colour, one function for all
 * terminals. Series differ by mark, an interval is |--*--|, labels stand
 * outside the plot, and every chart has a table twin.
 *
 *	 .40 |
 *	 .31 | o    o    o
 *	 .20 | *    *    *
 *	     +-r31--r32--r33-
 *	 o base   * A
 *
 * Levels: ASCII everywhere; blocks (lines and bars of the Linux console's
 * font); braille, which also joins a series' points by a dotted line. Marks
 * are ASCII on all levels. Where marks of several series fall into one cell,
 * '#' stands, and the legend says so. */
#ifndef MUSTER_TUI_CHART_H
#define MUSTER_TUI_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum chart_level { CHART_ASCII, CHART_BLOCKS, CHART_BRAILLE };

struct chart_point {
	bool defined;		/* false: a gap, never zero */
	double value;
	bool has_interval;
	double low, high;
};

struct chart_series {
	const char *name;
	char mark;		/* 'o', '*', 'x', '+' … */
	const struct chart_point *points;	/* chart.n, NULL: none */
};

struct chart {
	size_t n;			/* places on the x axis */
	const char *const *x_labels;	/* n */
	size_t n_series;
	const struct chart_series *series;
	int digits;			/* behind the point, on the y axis */
	bool has_range;			/* else from the data */
	double min, max;
};

/* Appends exactly h lines of at most w cells, each ended by '\n'. Too small
 * for a plot (w < 16 or h < 4): one line that says so. */
void chart_plot(const struct chart *c, enum chart_level level, int w, int h,
		struct buf *out);
/* The same figures: a header, then a line for each place on the x axis;
 * columns aligned by blanks. */
void chart_table(const struct chart *c, struct buf *out);

/* Several marks on one scale: "|---x--*---|" in exactly w >= 3 cells. What
 * lies outside stands at the edge. */
struct chart_mark {
	double value;
	char mark;
	bool defined;
};
void chart_scale(const struct chart_mark *marks, size_t n, double from,
		 double to, int w, enum chart_level level, struct buf *out);
/* A value with its interval, in place on a scale: "  |--*---|   ", exactly w
 * cells. Ends outside the scale are drawn as '<' and '>'. */
void chart_interval(const struct chart_point *p, double from, double to, int w,
		    enum chart_level level, struct buf *out);
/* "####......": a share of 1. */
void chart_meter(double share, int w, enum chart_level level,
		 struct buf *out);

/* A round step: 1, 2 or 5 times a power of ten, at least x > 0. */
double chart_step(double x);
/* A range for the values that are defined, widened to round numbers; false
 * and 0..1 if there are none. */
bool chart_range(const struct chart_series *series, size_t n_series, size_t n,
		 double *min, double *max);

#endif
