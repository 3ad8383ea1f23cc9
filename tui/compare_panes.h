/* The inside of screen 4, for its two files: view_compare.c (what is asked,
 * the job, actions) and compare_panes.c (what the four panes show). */
#ifndef MUSTER_TUI_COMPARE_PANES_H
#define MUSTER_TUI_COMPARE_PANES_H

#include "tui/comparing.h"
#include "tui/view.h"

#define COMPARE_SIDE 3			/* candidates beside each other */

struct asked;

struct compare_view {
	struct view *view;
	struct compare_question q;	/* testset NULL: nothing chosen */
	struct compared *found;		/* NULL: not yet */
	struct asked *asked;		/* runs in the background, or NULL */
	size_t shown;			/* candidate */
	enum metric metric;		/* of slices */
	bool metric_picked, table;
	enum metric metrics[METRIC_COUNT];
	size_t n_metrics;
	uint32_t *order;		/* slices, worst change first */
	size_t n_insufficient;
	double from, to;		/* scale of the slices */
	struct list_column heads[2 + 2 * COMPARE_SIDE];
	struct strs head_texts;
};

enum { PANE_METRICS, PANE_SLICES, PANE_FLIPS, PANE_CHART };

extern const struct list_source compare_metrics, compare_slices, compare_flips;
void compare_slices_title(struct view *v, struct buf *out);
void compare_flips_title(struct view *v, struct buf *out);
void compare_chart_title(struct view *v, struct buf *out);
void compare_paint_chart(struct view *v, struct area *a);

/* After the comparison, the shown candidate or the metric has changed: heads
 * and the order of slices. found must be there. */
void compare_arrange(struct compare_view *s);

size_t compare_n(const struct compare_view *s);
const struct candidate *compare_candidate(const struct compare_view *s,
					  size_t i);
const struct candidate *compare_shown(const struct compare_view *s);
/* How candidate i is called ("A"), and the mark of series i (0: the base). */
char compare_letter(size_t i);
char compare_mark(size_t i);

#endif
