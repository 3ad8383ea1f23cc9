/* Where things go: panes on the screen, columns in a list. No curses, no
 * drawing; pure arithmetic that tests and views call. */
#ifndef MUSTER_TUI_LAYOUT_H
#define MUSTER_TUI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

struct rect { int x, y, w, h; };

/* How much fits (TUI.md flow j): boxes side by side from 96 columns and 20
 * lines on; without boxes, one over the other, from 60 x 16; one pane below;
 * nothing under 20 x 5. */
enum fit { FIT_NOTHING, FIT_ONE, FIT_STACKED, FIT_BOXES };
enum fit layout_fit(int w, int h);

/* Two boxes that share a line: the left one gets left_share of 100. Both
 * rectangles include their frame. */
void layout_side_by_side(int w, int h, int left_share, struct rect *left,
			 struct rect *right);
/* Rows of a column of boxes: shares of the height, each at least min. */
void layout_column(struct rect all, const int *shares, size_t n, int min,
		   struct rect *out);

/* A column of a list. Widths are cells without the gap of one between. */
struct column_fit {
	int min, want;		/* what it needs, what it would like */
	int priority;		/* lowest goes first when there is no room */
	bool elastic;		/* takes what is left over */
};
/* widths[i] becomes 0 for a column that is not shown. The first column
 * always is. */
void layout_columns(const struct column_fit *columns, size_t n, int w,
		    int *widths);

#endif
