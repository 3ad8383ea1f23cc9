#include "tui/view_drift.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/profile_drift.h"
#include "registry/dataset.h"
#include "tui/app.h"
#include "tui/figures.h"

struct state {
	char *name[2];			/* reference, current */
	struct profile profile[2];
	struct column_drifts rows;
	enum drift_bins rule;
	size_t judged, drifted;
};

enum { PANE_LIST, PANE_COLUMN };
enum { C_NAME, C_TYPE, C_MISSING, C_SHAPES, C_PSI, C_JS, C_KS, C_N,
       C_VERDICT };

static const struct list_column columns[] = {
	[C_NAME] = { "column", "column", 8, 20, 9, .elastic = true },
	[C_TYPE] = { "type", "type", 8, 8, 3 },
	[C_MISSING] = { "missing", "missing %", 9, 11, 5, .right = true },
	[C_SHAPES] = { "shapes", "shapes", 23, 23, 4 },
	[C_PSI] = { "psi", "psi", 5, 6, 7, .right = true },
	[C_JS] = { "js", "js", 4, 5, 2, .right = true },
	[C_KS] = { "ks", "ks", 4, 5, 6, .right = true },
	[C_N] = { "n", "n", 7, 9, 1, .right = true },
	[C_VERDICT] = { "verdict", "verdict", 12, 13, 8 },
};

static struct state *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static size_t rows(void *arg)
{
	return state_of(arg) ? state_of(arg)->rows.n : 0;
}

static void put_measure(struct buf *out, const struct column_drift *c,
			enum drift_measure m, int digits)
{
	char text[DECIMAL_MAX];

	if (!c->why && !c->drift.figure[m].why)
		buf_str(out, decimal_fixed(c->drift.figure[m].value, digits,
					   text));
}

static void put_missing(struct buf *out, const struct column_drift *c)
{
	const struct profile_column *both[] = { c->a, c->b };

	for (int i = 0; i < 2; i++) {
		const struct profile_column *p = both[i];
		char text[DECIMAL_MAX];

		buf_str(out, i ? " / " : "");
		if (!p)
			buf_str(out, "-");
		else if (p->n + p->missing)
			buf_str(out, decimal_sig(100 * (double)p->missing /
						 (double)(p->n + p->missing),
						 2, text));
	}
}

/* Half as wide as a sparkline, so that two stand beside one another. */
static void put_shape(struct buf *out, const struct profile_column *c,
		      bool ascii)
{
	char shape[PROFILE_BINS * 4 + 1];
	struct profile_column half = *c;

	half.n_top = c->n_top > PROFILE_BINS / 2 ? PROFILE_BINS / 2 : c->n_top;
	for (size_t i = 0; i < PROFILE_BINS; i++)
		half.bin[i] = i < PROFILE_BINS / 2 ? c->bin[2 * i] +
			      c->bin[2 * i + 1] : 0;
	profile_sparkline(&half, ascii, shape);
	for (size_t n = strlen(shape); n && shape[n - 1] == ' '; n--)
		shape[n - 1] = '\0';
	buf_str(out, shape);
}

static void put_verdict(struct buf *out, const struct column_drift *c)
{
	buf_str(out, c->why ? "-" : drift_verdict_name(c->drift.verdict));
	if (!c->why && c->drift.verdict == DRIFT_SIGNIFICANT)
		buf_str(out, " !");
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	struct view *v = arg;
	const struct column_drift *c = &state_of(v)->rows.at[row];
	bool ascii = app_ascii(v->app);

	switch (column) {
	case C_NAME: buf_str(out, column_drift_name(c)); break;
	case C_TYPE:
		buf_str(out, profile_type_name((c->a ? c->a : c->b)->type));
		break;
	case C_MISSING: put_missing(out, c); break;
	case C_SHAPES:
		if (c->a)
			put_shape(out, c->a, ascii);
		buf_str(out, " | ");
		if (c->b)
			put_shape(out, c->b, ascii);
		break;
	case C_PSI: put_measure(out, c, DRIFT_PSI, 3); break;
	case C_JS: put_measure(out, c, DRIFT_JENSEN_SHANNON, 2); break;
	case C_KS: put_measure(out, c, DRIFT_KS, 2); break;
	case C_N:
		if (!c->why)
			put_count(out, c->drift.n_reference <
				  c->drift.n_current ? c->drift.n_reference :
				  c->drift.n_current);
		break;
	case C_VERDICT: put_verdict(out, c); break;
	}
	if (c->why || c->drift.verdict == DRIFT_INSUFFICIENT)
		return STYLE_FAINT;
	return c->drift.verdict == DRIFT_STABLE ? STYLE_NORMAL : STYLE_WARN;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "These datasets have no columns.",
	.rows = rows, .cell = cell,
};

/* -- The column under the cursor -- */

static void one_side(struct area *a, int *y, const char *name,
		     const struct profile_column *c, bool ascii)
{
	char shape[PROFILE_BINS * 4 + 1];
	struct buf b = BUF_INIT;

	area_text(a, 1, (*y)++, a->w - 2, STYLE_HEADING, name);
	if (!c) {
		area_text(a, 3, (*y)++, a->w - 4, STYLE_NORMAL,
			  "has no such column");
		return;
	}
	profile_sparkline(c, ascii, shape);
	area_text(a, 3, (*y)++, a->w - 4, STYLE_NORMAL, shape);
	if (c->type == PROFILE_INTEGER || c->type == PROFILE_NUMBER) {
		char text[3][DECIMAL_MAX];

		buf_printf(&b, "%s to %s, median %s", decimal_sig(c->min, 5,
			   text[0]), decimal_sig(c->max, 5, text[1]),
			   decimal_sig(c->quantile[PROFILE_QUANTILES / 2], 5,
				       text[2]));
	} else {
		profile_balance(&b, c);
	}
	*y += area_wrap(a, 3, *y, a->w - 4, STYLE_NORMAL, b.data);
	buf_clear(&b);
	buf_str(&b, "n ");
	put_count(&b, c->n);
	buf_str(&b, ", missing ");
	put_count(&b, c->missing);
	buf_str(&b, ", different ");
	put_count(&b, c->distinct);
	area_text(a, 3, (*y)++, a->w - 4, STYLE_NORMAL, b.data);
	buf_release(&b);
}

static void figures(struct area *a, int *y, const struct drift *d)
{
	char text[DECIMAL_MAX];

	for (int m = 0; m < DRIFT_COUNT; m++)
		if (!d->figure[m].why)
			area_printf(a, 3, (*y)++, STYLE_NORMAL, "%-19s %s",
				    drift_name((enum drift_measure)m),
				    decimal_sig(d->figure[m].value, 4, text));
	area_printf(a, 3, (*y)++, STYLE_NORMAL, "%-19s %s",
		    "psi by chance", decimal_sig(d->psi_by_chance, 2, text));
}

static const char *rule_text(enum drift_bins rule)
{
	return rule == DRIFT_STURGES ? "bins: Sturges' rule over both (t: "
		"Doane's over the reference)" : "bins: Doane's rule over the "
		"reference (t: Sturges' over both)";
}

static void paint(struct view *v, struct area *a)
{
	const struct state *s = v->state;
	size_t row = list_row(&v->lists[PANE_LIST]);
	bool ascii = app_ascii(v->app);
	int y = 0;

	if (row >= s->rows.n)
		return;
	const struct column_drift *c = &s->rows.at[row];

	one_side(a, &y, s->name[0], c->a, ascii);
	one_side(a, &y, s->name[1], c->b, ascii);
	if (c->why) {
		y += area_wrap(a, 1, y, a->w - 2, STYLE_WARN, c->why);
	} else {
		struct buf b = BUF_INIT;

		put_verdict(&b, c);
		area_text(a, 1, y++, a->w - 2, STYLE_HEADING, b.data);
		buf_release(&b);
		figures(a, &y, &c->drift);
		y += area_wrap(a, 1, y, a->w - 2, STYLE_FAINT,
			       rule_text(s->rule));
		y += area_wrap(a, 1, y, a->w - 2, STYLE_FAINT, "verdict: psi "
			       "less what chance gives; below .1 stable, to "
			       ".25 moderate, above significant");
	}
	a->used = y;
}

/* -- The view -- */

static void free_state(struct state *s)
{
	vec_free(&s->rows);
	for (int i = 0; i < 2; i++) {
		profile_release(&s->profile[i]);
		free(s->name[i]);
	}
	free(s);
}

static void judge(struct state *s)
{
	s->rows.n = 0;
	profile_drift(&s->profile[0], &s->profile[1], s->rule, &s->rows);
	profile_drift_count(&s->rows, &s->judged, &s->drifted);
}

static enum rc read_both(struct view *v, struct state *s, struct err *err)
{
	struct profile fresh[2] = { { 0 }, { 0 } };
	enum rc rc = RC_OK;

	for (int i = 0; i < 2 && rc == RC_OK; i++)
		rc = reg_dataset_profile(app_registry(v->app), s->name[i],
					 true, &fresh[i], err);
	for (int i = 0; i < 2; i++) {
		struct profile old = rc == RC_OK ? s->profile[i] : fresh[i];

		if (rc == RC_OK)
			s->profile[i] = fresh[i];
		profile_release(&old);
	}
	if (rc == RC_OK)
		judge(s);
	return rc;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct drift_arg *names = arg;
	struct state *s = XNEW(struct state);

	v->state = s;
	s->name[0] = xstrdup(names->reference);
	s->name[1] = xstrdup(names->current);
	return read_both(v, s, err);
}

static void close_view(struct view *v)
{
	free_state(v->state);
	v->state = NULL;
}

static enum rc reload(struct view *v, struct err *err)
{
	return read_both(v, v->state, err);
}

static unsigned act(struct view *v, enum action a)
{
	struct state *s = v->state;

	if (a != ACT_BINS)
		return REACT_NOT_MINE;
	s->rule = s->rule == DRIFT_STURGES ? DRIFT_DOANE : DRIFT_STURGES;
	judge(s);
	app_say(v->app, "%s", rule_text(s->rule));
	return REACT_DRAW;
}

static void place(struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	buf_printf(out, "drift of %s against %s", s->name[1], s->name[0]);
}

static void summary(struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	buf_printf(out, "%zu of %zu columns drifted", s->drifted, s->judged);
}

static void column_title(struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	size_t row = list_row(&v->lists[PANE_LIST]);

	if (row < s->rows.n)
		buf_str(out, column_drift_name(&s->rows.at[row]));
}

const struct view_ops view_drift_ops = {
	.name = "Drift", .screen = SCREEN_DATA, .context = IN_DRIFT,
	.n_panes = 2, .master_share = 64,
	.panes = { [PANE_LIST] = { .name = "COLUMNS", .list = &source },
		   [PANE_COLUMN] = { .name = "", .title = column_title,
				     .paint = paint } },
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place, .summary = summary,
};
