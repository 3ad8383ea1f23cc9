/* The inside of screen 4, for its files: view_compare.c (what is asked, the
 * jobs), compare_acts.c (actions), compare_panes.c (what three panes show),
 * compare_chart.c (the fourth). */
#ifndef MUSTER_TUI_COMPARE_PANES_H
#define MUSTER_TUI_COMPARE_PANES_H

#include "registry/history.h"
#include "tui/asking.h"
#include "tui/comparing.h"
#include "tui/view.h"

#define COMPARE_SIDE 3			/* candidates beside each other */

/* What the bottom pane shows. */
enum compare_chart { COMPARE_DELTAS, COMPARE_REVISIONS, COMPARE_VERSIONS,
		     COMPARE_CHARTS };

struct compare_view {
	struct view *view;
	struct compare_question q;	/* testset NULL: nothing chosen */
	struct compared *found;		/* NULL: not yet */
	struct asking comparing;
	size_t shown;			/* candidate */
	enum metric metric;		/* of slices and chart */
	bool metric_picked, table;
	bool hid_bounds;		/* not the person: they are not there */
	enum compare_chart chart;
	bool chart_picked;
	struct history *history;	/* for the chart; NULL: not yet */
	struct asking telling;
	enum metric metrics[METRIC_COUNT];
	size_t n_metrics;
	char *gaps_by;			/* column whose differences are shown;
					 * NULL: the first */
	bool unfold;			/* nested slices too */
	uint32_t *order;		/* slices shown, worst change first */
	uint32_t *folded;		/* by slice: how many are under it */
	size_t n_order, n_folded;
	size_t n_insufficient;
	double from, to;		/* scale of the slices */
	struct list_column heads[4 + 2 * COMPARE_SIDE];
	struct strs head_texts;
};

enum { PANE_METRICS, PANE_SLICES, PANE_FLIPS, PANE_CHART };

extern const struct list_source compare_metrics, compare_slices, compare_flips;
void compare_metrics_title(struct view *v, struct buf *out);
/* " | mae by Wilcoxon": the same in few words, for the head line; where the
 * screen is small the panes have no titles. */
void compare_put_basis(const struct compare_view *s, struct buf *out);
void compare_slices_title(struct view *v, struct buf *out);
void compare_flips_title(struct view *v, struct buf *out);
void compare_chart_title(struct view *v, struct buf *out);
void compare_paint_chart(struct view *v, struct area *a);

/* After the comparison, the shown candidate or the metric has changed: heads
 * and the order of slices. found must be there. */
void compare_arrange(struct compare_view *s);

/* Rows of the metrics' list: how far groups lie apart in a candidate, or NULL;
 * and the metric that the row is of (a gap's rate). */
const struct compare_gap *compare_gap_at(const struct compare_view *s,
					 const struct candidate *c,
					 size_t row);
enum metric compare_metric_at(const struct compare_view *s, size_t row);
/* Rows of the metrics' list. */
size_t compare_n_rows(const struct compare_view *s);

/* Rows of the flips' list: a problem's, or else a flip; the other is NULL. */
const struct flip_group *compare_group_at(const struct compare_view *s,
					  size_t row);
const struct flip *compare_flip_at(const struct compare_view *s, size_t row);

/* By which loss flips of numbers are listed: that of the metric shown. */
enum row_loss compare_loss(const struct compare_view *s);
size_t compare_n(const struct compare_view *s);
const struct candidate *compare_candidate(const struct compare_view *s,
					  size_t i);
const struct candidate *compare_shown(const struct compare_view *s);
/* Who set the base's threshold, "you" for who sits here; NULL: not known. */
const char *compare_threshold_by(const struct compare_view *s);
/* How candidate i is called ("A"), and the mark of series i (0: the base). */
char compare_letter(size_t i);
char compare_mark(size_t i);

/* -- view_compare.c, for the actions -- */

/* Asks for q anew; its set is found if none is named. */
enum rc compare_ask(struct compare_view *s, struct err *err) MUST_USE;
/* Another candidate, metric or folding is shown. */
void compare_rearrange(struct compare_view *s);
/* Whether history is what the chart shows. */
bool compare_has_history(const struct compare_view *s);
/* Computes what the chart shows, unless it is there or another job runs. */
void compare_ask_history(struct compare_view *s);

/* -- compare_acts.c -- */

unsigned compare_act(struct view *v, enum action a);
const char *compare_not_now(struct view *v, enum action a);

#endif
