/* Figures as the screens say them: short, never without their reason.
 * Values in [0,1] lose their zero: .8842 [.8749,.8931]. */
#ifndef MUSTER_TUI_FIGURES_H
#define MUSTER_TUI_FIGURES_H

#include "base/buf.h"
#include "model/compare.h"
#include "model/figure.h"
#include "model/metric.h"
#include "registry/looks.h"
#include "registry/prediction.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/canvas.h"
#include "tui/chart.h"

/* ".8842", or "undefined". From 10 on five significant digits, as in the
 * tables of the command line. */
void put_figure(struct buf *out, const struct figure *f);
/* "[.8749,.8931]", or nothing. */
void put_bounds(struct buf *out, const struct figure *f);
void put_number(struct buf *out, double x, bool is_signed);
void put_count(struct buf *out, uint64_t n);
/* A pattern's key: columns of one that has several stand "a/b". */
void put_key(struct buf *out, const char *key);
/* "2026-03-01", UTC. */
void put_date(struct buf *out, int64_t time);
/* "1 pattern", "1,200 patterns"; into out, which it returns. */
#define COUNTED_MAX 64
const char *counted(uint64_t n, const char *one, const char *many,
		    char out[COUNTED_MAX]);
/* What was said of a pattern: "yes .831", "12.5", "-". */
void put_said(const struct prediction_one *said, struct buf *out);
/* "up", "down", "to 0" or "". */
const char *better_text(enum metric m);
struct chart_point figure_point(const struct figure *f);

/* What stands for one side of a delta, "+.0132 [+.0051,+.0214]". */
void put_delta(struct buf *out, const struct delta *d);
/* "better", "WORSE !", "no diff", "equivalent", "too few". */
const char *verdict_short(enum verdict v);
/* The same of a metric's; "differs" where neither way is better. */
const char *delta_verdict(enum metric m, const struct delta *d);
enum style verdict_style(enum verdict v);
/* Below zero if a is worse than b by the metric's direction, above zero if
 * better; undefined ones compare as equal and stand last. */
int figure_compare(enum metric m, const struct figure *a,
		   const struct figure *b);
/* "race=Asian", "race=(empty)", the whole: "all". */
void put_slice(struct buf *out, const char *by, const char *value);

/* Looks: "90 times since revision 2 grew it: 30 versions, 1 of them
 * chosen"; "never since revision 2 grew it". */
void put_looks(struct buf *out, const struct looks *l);

/* Asks which of these metrics. */
void metric_menu(struct app *app, const char *title,
		 const enum metric *metrics, size_t n, menu_fn *picked);

/* Lines of a text, one below the other from y on; returns the next y. */
int paint_lines(struct area *a, int x, int y, const char *text);

#endif
