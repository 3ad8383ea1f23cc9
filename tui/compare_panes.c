#include "tui/compare_panes.h"

#include <math.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/app.h"
#include "tui/chart.h"
#include "tui/figures.h"

#define SCALE 24		/* cells of a slice's scale */

/* Marks of base and candidates on a scale, and what candidates are called. */
static const char marks[] = "o*x+%=";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static struct compare_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

size_t compare_n(const struct compare_view *s)
{
	return s->found ? s->found->c.n_candidates : 0;
}

const struct candidate *compare_candidate(const struct compare_view *s,
					  size_t i)
{
	return &s->found->c.candidates[i];
}

const struct candidate *compare_shown(const struct compare_view *s)
{
	return compare_candidate(s, s->shown);
}

enum row_loss compare_loss(const struct compare_view *s)
{
	return candidate_loss(compare_shown(s), s->metric);
}

char compare_letter(size_t i)
{
	return i < sizeof(letters) - 1 ? letters[i] : '?';
}

char compare_mark(size_t i)
{
	return i < sizeof(marks) - 1 ? marks[i] : '~';
}

/* Candidates side by side: the shown one first, then those behind it. */
static size_t beside(const struct compare_view *s, size_t i)
{
	return (s->shown + i) % compare_n(s);
}

static size_t n_beside(const struct compare_view *s)
{
	return compare_n(s) < COMPARE_SIDE ? compare_n(s) : COMPARE_SIDE;
}

/* -- Metrics -- */

enum { M_NAME, M_BETTER, M_BASE, M_BOUNDS, M_DELTAS };

/* Behind the deciding metric: differences between the groups of one column. */
static const struct {
	const char *measure, *name;
	enum metric metric;
} gap_rows[] = {
	{ "equal_opportunity_difference", "tpr gap", METRIC_RECALL },
	{ "false_positive_rate_difference", "fpr gap", METRIC_FPR },
};
enum { N_GAP_ROWS = sizeof(gap_rows) / sizeof(*gap_rows), FIRST_GAP = 1 };

static const struct compare_gap *find_gap(const struct compare_view *s,
					  const struct candidate *c, size_t which)
{
	for (size_t i = 0; i < c->n_gaps; i++)
		if ((!s->gaps_by || !strcmp(c->gaps[i].by, s->gaps_by)) &&
		    !strcmp(c->gaps[i].measure, gap_rows[which].measure))
			return &c->gaps[i];
	return NULL;
}

static size_t n_gap_rows(const struct compare_view *s)
{
	return s->n_metrics && find_gap(s, compare_shown(s), 0) ? N_GAP_ROWS : 0;
}

static bool is_gap(const struct compare_view *s, size_t row)
{
	return row >= FIRST_GAP && row < FIRST_GAP + n_gap_rows(s);
}

const struct compare_gap *compare_gap_at(const struct compare_view *s,
					 const struct candidate *c, size_t row)
{
	return is_gap(s, row) ? find_gap(s, c, row - FIRST_GAP) : NULL;
}

enum metric compare_metric_at(const struct compare_view *s, size_t row)
{
	if (is_gap(s, row))
		return gap_rows[row - FIRST_GAP].metric;
	return s->metrics[row < FIRST_GAP ? row : row - n_gap_rows(s)];
}

size_t compare_n_rows(const struct compare_view *s)
{
	return s->found ? s->n_metrics + n_gap_rows(s) : 0;
}

static size_t metric_rows(void *arg)
{
	return compare_n_rows(state_of(arg));
}

/* What a row says of a candidate; NULL: it has no such difference. */
static const struct delta *delta_at(const struct compare_view *s,
				    const struct candidate *c, size_t row)
{
	const struct compare_gap *gap = compare_gap_at(s, c, row);

	if (is_gap(s, row))
		return gap ? &gap->delta : NULL;
	return &c->metrics[compare_metric_at(s, row)];
}

static void put_head(struct compare_view *s, size_t at, char *text, int min,
		     int want, int priority)
{
	strs_add(&s->head_texts, text);
	s->heads[at] = (struct list_column){
		.head = s->head_texts.at[s->head_texts.n - 1],
		.min = min, .want = want, .priority = priority,
	};
	s->heads[at].key = s->heads[at].head;
	free(text);
}

/* Cells that the candidate's deltas take: half of one that is cut says
 * nothing, or something else. */
static int delta_width(const struct compare_view *s, size_t k)
{
	struct buf text = BUF_INIT;
	size_t widest = 22;

	for (size_t row = 0; row < compare_n_rows(s); row++) {
		const struct delta *d = delta_at(s, compare_candidate(s, k),
						 row);

		buf_clear(&text);
		if (d && !d->why)
			put_delta(&text, d);
		widest = text.len > widest ? text.len : widest;
	}
	buf_release(&text);
	return (int)widest;
}

/* The same of names, and of the base's intervals. */
static int name_width(const struct compare_view *s)
{
	size_t widest = 14;

	for (size_t i = 0; i < s->n_metrics; i++) {
		size_t n = strlen(metric_key(s->metrics[i]));

		widest = n > widest ? n : widest;
	}
	return (int)widest;
}

static int bounds_width(const struct compare_view *s)
{
	struct buf text = BUF_INIT;
	size_t widest = 13;

	for (size_t i = 0; i < s->n_metrics; i++) {
		buf_clear(&text);
		put_bounds(&text, &s->found->base[s->metrics[i]]);
		widest = text.len > widest ? text.len : widest;
	}
	buf_release(&text);
	return (int)widest;
}

static void make_heads(struct compare_view *s)
{
	strs_release(&s->head_texts);
	/* a name of a metric or half a delta that is cut says nothing */
	put_head(s, M_NAME, xstrdup("metric"), name_width(s),
		 name_width(s) > 18 ? name_width(s) : 18, 99);
	put_head(s, M_BETTER, xstrdup("good"), 4, 4, 40);
	put_head(s, M_BASE, xstrdup("base"), 9, 9, 95);
	put_head(s, M_BOUNDS, xstrdup("95% of base"), bounds_width(s),
		 bounds_width(s), 50);
	for (size_t i = 0; i < n_beside(s); i++) {
		size_t k = beside(s, i);
		size_t at = M_DELTAS + 2 * i;
		int priority = 90 - 2 * (int)i, width = delta_width(s, k);

		put_head(s, at, xasprintf("%c %s %lld delta", compare_letter(k),
					  compare_candidate(s, k)->model,
					  (long long)compare_candidate(s, k)->version),
			 width, width > 24 ? width : 24, priority);
		put_head(s, at + 1,
			 xasprintf("%c verdict", compare_letter(k)), 10, 11,
			 priority + 1);
	}
}

static const struct list_column *metric_columns(void *arg, size_t *n)
{
	struct compare_view *s = state_of(arg);

	if (!s->found) {
		static const struct list_column none = { "metric", "metric", 8,
							 22, 1 };
		*n = 1;
		return &none;
	}
	*n = M_DELTAS + 2 * n_beside(s);
	return s->heads;
}

/* The columns that are not a candidate's. */
static void base_cell(const struct compare_view *s, size_t row, size_t column,
		      struct buf *out)
{
	const struct candidate *c = compare_shown(s);
	const struct compare_gap *gap = compare_gap_at(s, c, row);
	const struct delta *d = delta_at(s, c, row);
	enum metric m = compare_metric_at(s, row);

	switch (column) {
	case M_NAME:
		if (gap)
			buf_printf(out, "%s by %s",
				   gap_rows[row - FIRST_GAP].name, gap->by);
		else
			buf_str(out, metric_key(m));
		break;
	case M_BETTER:
		buf_str(out, gap ? better_text(METRIC_FPR) : better_text(m));
		break;
	case M_BASE:
		if (!d || d->why)
			buf_str(out, "undefined");
		else
			put_number(out, d->base, false);
		break;
	case M_BOUNDS:
		if (!gap && !s->found->base[m].why)
			put_bounds(out, &s->found->base[m]);
		break;
	}
}

static enum style metric_cell(void *arg, size_t row, size_t column,
			      struct buf *out)
{
	struct compare_view *s = state_of(arg);
	const struct delta *d;

	if (column < M_DELTAS) {
		base_cell(s, row, column, out);
		return column == M_NAME && !is_gap(s, row) &&
		       compare_metric_at(s, row) == s->metric ? STYLE_STRONG
							      : STYLE_NORMAL;
	}
	column -= M_DELTAS;
	d = delta_at(s, compare_candidate(s, beside(s, column / 2)), row);
	if (!d)
		return STYLE_NORMAL;
	if (column % 2 == 0) {
		if (d->why)
			buf_str(out, d->why);
		else
			put_delta(out, d);
		return STYLE_NORMAL;
	}
	if (d->why)
		return STYLE_NORMAL;
	buf_str(out, is_gap(s, row) ? verdict_short(d->verdict) :
		delta_verdict(compare_metric_at(s, row), d));
	return verdict_style(d->verdict);
}

static const char *why_no_metrics(void *arg)
{
	const struct compare_view *s = state_of(arg);

	if (asking_runs(&s->comparing))
		return "Being compared.";
	if (s->q.base.model)
		return "Not compared: that was stopped, or it failed. r "
		       "compares these versions, c asks for others.";
	return "Nothing to compare yet. c asks for versions: base first, "
	       "then candidates, as NAME@1 NAME@2. Or mark versions on "
	       "screen 1 and press c there; C compares with production.";
}

const struct list_source compare_metrics = {
	.empty_of = why_no_metrics,
	.rows = metric_rows, .cell = metric_cell,
	.columns_of = metric_columns,
};

/* Of verdicts that are at odds with their intervals, but for Wilcoxon's. */
static void title_bases(const struct compare_view *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_metrics; i++)
		for (size_t k = 0; k < n_beside(s); k++) {
			enum metric m = s->metrics[i];
			const struct delta *d = &compare_candidate(
				s, beside(s, k))->metrics[m];

			if (d->basis == BASIS_WILCOXON ||
			    !delta_is_disputed(m, d))
				continue;
			buf_printf(out, ", %s's verdict by %s%s",
				   metric_key(m), basis_text(d->basis),
				   d->p_holm > d->p ? " and Holm" : "");
			break;
		}
}

/* Whether a verdict of the metric, of those beside each other, stands on
 * something that its interval need not say. */
static const struct delta *other_basis(const struct compare_view *s,
				       enum metric m)
{
	for (size_t k = 0; k < n_beside(s); k++) {
		const struct delta *d = &compare_candidate(s, beside(s, k))
						 ->metrics[m];

		if (d->basis == BASIS_WILCOXON || delta_is_disputed(m, d))
			return d;
	}
	return NULL;
}

void compare_put_basis(const struct compare_view *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_metrics; i++) {
		const struct delta *d = other_basis(s, s->metrics[i]);

		if (d)
			buf_printf(out, " | %s by %s",
				   metric_key(s->metrics[i]),
				   basis_text(d->basis));
	}
}

void compare_metrics_title(struct view *v, struct buf *out)
{
	const struct compare_view *s = v->state;

	if (!s->found)
		return;
	buf_printf(out, " (%zu), 95%%, paired", s->n_metrics);
	/* so that a verdict beside an interval that says otherwise is no
	 * riddle */
	if (s->found->c.task == TASK_REGRESSION && !s->found->c.is_weighted)
		buf_str(out, ", mae's verdict by Wilcoxon's test");
	title_bases(s, out);
	if (s->found->has_margin && s->found->slice) {
		/* where the head line has no room for it */
		buf_str(out, ", margin ");
		buf_decimal(out, s->found->margin);
	}
	if (compare_shown(s)->ranks_oppose)
		buf_printf(out, ", %c: ranks point against the mean",
			   compare_letter(s->shown));
}

/* -- Slices -- */

enum { S_NAME, S_N, S_SCALE, S_DELTA, S_VERDICT };

static const struct list_column slice_columns[] = {
	[S_NAME] = { "slice", "slice", 8, 16, 9, .elastic = true,
		     .tail = true },
	[S_N] = { "n", "n", 5, 7, 6, .right = true },
	[S_SCALE] = { "chart", "", SCALE, SCALE, 5 },
	[S_DELTA] = { "delta", "delta", 6, 7, 8, .right = true },
	[S_VERDICT] = { "verdict", "verdict", 7, 12, 7 },
};

static size_t slice_rows(void *arg)
{
	struct compare_view *s = state_of(arg);

	return s->found ? s->n_order : 0;
}

static const struct compare_slice *slice_at(const struct compare_view *s,
					    size_t row)
{
	return &compare_shown(s)->slices[s->order[row]];
}

/* The same slice of another candidate: as a rule at the same place. */
static const struct compare_slice *same_slice(const struct candidate *c,
					      const struct compare_slice *as,
					      size_t hint)
{
	for (size_t i = 0; i < c->n_slices; i++) {
		const struct compare_slice *at =
			&c->slices[(hint + i) % c->n_slices];

		if (strcmp(at->by, as->by) == 0 &&
		    strcmp(at->value, as->value) == 0)
			return at;
	}
	return NULL;
}

static void put_scale(struct view *v, struct compare_view *s, size_t row,
		      struct buf *out)
{
	const struct compare_slice *slice = slice_at(s, row);
	struct chart_mark at[1 + COMPARE_SIDE] = { 0 };
	size_t n = n_beside(s);

	at[0] = (struct chart_mark){
		.value = slice->metrics[s->metric].base, .mark = compare_mark(0),
		.defined = !slice->metrics[s->metric].why,
	};
	for (size_t i = 0; i < n; i++) {
		size_t k = beside(s, i);
		const struct compare_slice *same =
			same_slice(compare_candidate(s, k), slice, s->order[row]);

		if (!same)
			continue;
		at[1 + i].value = same->metrics[s->metric].candidate;
		at[1 + i].mark = compare_mark(1 + k);
		at[1 + i].defined = !same->metrics[s->metric].why;
	}
	chart_scale(at, 1 + n, s->from, s->to, SCALE, app_chart_level(v->app),
		    out);
}

static enum style slice_cell(void *arg, size_t row, size_t column,
			     struct buf *out)
{
	struct view *v = arg;
	struct compare_view *s = v->state;
	const struct compare_slice *slice = slice_at(s, row);
	const struct delta *d = &slice->metrics[s->metric];

	switch (column) {
	case S_NAME:
		put_slice(out, slice->by, slice->value);
		if (s->folded[s->order[row]] && !s->unfold)
			buf_printf(out, " +%u", s->folded[s->order[row]]);
		break;
	case S_N: put_count(out, d->why ? slice->n : d->n); break;
	case S_SCALE: put_scale(v, s, row, out); break;
	case S_DELTA:
		if (!d->why)
			put_number(out, d->delta, true);
		break;
	case S_VERDICT:
		buf_str(out, d->why ? d->why : verdict_short(d->verdict));
		return d->why ? STYLE_NORMAL : verdict_style(d->verdict);
	}
	return STYLE_NORMAL;
}

const struct list_source compare_slices = {
	.columns = slice_columns,
	.n_columns = sizeof(slice_columns) / sizeof(*slice_columns),
	.empty = "No slices: nothing is compared yet, or the set names no "
		 "slicing column.",
	.rows = slice_rows, .cell = slice_cell,
};

static bool insufficient(const struct delta *d)
{
	return d->why || d->verdict == VERDICT_INSUFFICIENT;
}

/* How good a change is: the larger, the better. */
static double change(enum metric m, const struct delta *d)
{
	switch (metric_better(m)) {
	case BETTER_LOWER:
		return -d->delta;
	case BETTER_ZERO:
		return fabs(d->base) - fabs(d->candidate);
	case BETTER_HIGHER:
	case BETTER_NEITHER:
		break;
	}
	return d->delta;
}

static int worst_first(const void *a, const void *b, void *arg)
{
	const struct compare_view *s = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct delta *x = &compare_shown(s)->slices[i].metrics[s->metric];
	const struct delta *y = &compare_shown(s)->slices[k].metrics[s->metric];
	double p, q;

	if (insufficient(x) != insufficient(y))
		return insufficient(x) - insufficient(y);
	p = x->why ? 0 : change(s->metric, x);
	q = y->why ? 0 : change(s->metric, y);
	if (p != q)
		return p < q ? -1 : 1;
	return (i > k) - (i < k);
}

static void scale_slices(struct compare_view *s)
{
	size_t n = compare_shown(s)->n_slices, k = 0;
	size_t most = n * (1 + compare_n(s));
	struct chart_point *p = XNEW_ARRAY(struct chart_point, most + 1);
	struct chart_series series = { .name = "", .points = p };

	for (size_t c = 0; c < compare_n(s); c++)
		for (size_t i = 0; i < compare_candidate(s, c)->n_slices; i++) {
			const struct delta *d = &compare_candidate(s, c)->slices[i]
				.metrics[s->metric];

			if (d->why || k + 2 > most)
				continue;
			p[k].defined = p[k + 1].defined = true;
			p[k++].value = d->base;
			p[k++].value = d->candidate;
		}
	chart_range(&series, 1, k, &s->from, &s->to);
	free(p);
}

/* Nested slices that say the same are left out, and counted with the one that
 * they lie in. */
static void order_slices(struct compare_view *s)
{
	size_t n = compare_shown(s)->n_slices;
	size_t *keeper = XNEW_ARRAY(size_t, n + 1);

	free(s->order);
	free(s->folded);
	s->order = XNEW_ARRAY(uint32_t, n + 1);
	s->folded = XNEW_ARRAY(uint32_t, n + 1);
	s->n_insufficient = s->n_order = s->n_folded = 0;
	comparison_fold(&s->found->c, s->shown, s->metric, keeper);
	for (size_t i = 0; i < n; i++) {
		bool hidden = keeper[i] != i;

		/* of a slice of the set others may have no pattern at all */
		if (s->found->slice && !compare_shown(s)->slices[i].n)
			continue;
		s->folded[keeper[i]] += hidden;
		s->n_folded += hidden;
		if (hidden && !s->unfold)
			continue;
		s->order[s->n_order++] = (uint32_t)i;
		s->n_insufficient +=
			insufficient(&compare_shown(s)->slices[i].metrics[s->metric]);
	}
	qsort_r(s->order, s->n_order, sizeof(*s->order), worst_first, s);
	scale_slices(s);
	free(keeper);
}

/* ".70 to .95", "0 to 1200". */
static void put_range(struct buf *out, double from, double to)
{
	bool is_large = fabs(from) >= 10 || fabs(to) >= 10;
	char a[DECIMAL_MAX], b[DECIMAL_MAX];

	if (is_large)
		buf_printf(out, "%s to %s", decimal_sig(from, 4, a),
			   decimal_sig(to, 4, b));
	else
		buf_printf(out, "%s to %s", decimal_rate(from, 2, false, a),
			   decimal_rate(to, 2, false, b));
}

void compare_slices_title(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;

	if (!s->found)
		return;
	buf_printf(out, " %s ", metric_key(s->metric));
	put_range(out, s->from, s->to);
	buf_printf(out, ", worst of %c first", compare_letter(s->shown));
	if (s->n_insufficient)
		buf_printf(out, ", %zu insufficient", s->n_insufficient);
	if (s->n_folded && !s->unfold)
		buf_printf(out, ", %zu folded", s->n_folded);
	buf_printf(out, ", Holm over %zu",
		   compare_shown(s)->family[s->metric]);
}

/* -- Flips -- */

enum { F_KEY, F_WHAT, F_TARGET, F_BASE, F_CANDIDATE };

static const struct list_column flip_columns[] = {
	[F_KEY] = { "pattern", "pattern", 7, 14, 9, .elastic = true },
	[F_WHAT] = { "flip", "flip", 7, 8, 8 },
	[F_TARGET] = { "target", "target", 6, 10, 5 },
	[F_BASE] = { "base", "base said", 9, 12, 6 },
	[F_CANDIDATE] = { "said", "now said", 9, 12, 7 },
};

/* Numbers do not flip: their errors change. */
enum { H_KEY, H_CHANGE, H_TARGET, H_BASE, H_CANDIDATE, H_BASE_ERROR,
       H_CANDIDATE_ERROR };

#define SHIFT_COLUMNS(change) { \
	[H_KEY] = { "pattern", "pattern", 7, 14, 9, .elastic = true }, \
	[H_CHANGE] = { "change", change, 8, 9, 8, .right = true }, \
	[H_TARGET] = { "target", "target", 6, 8, 5, .right = true }, \
	[H_BASE] = { "base", "base", 8, 8, 6, .right = true }, \
	[H_CANDIDATE] = { "said", "now", 7, 8, 7, .right = true }, \
	[H_BASE_ERROR] = { "base-error", "base off", 8, 8, 3, \
			   .right = true }, \
	[H_CANDIDATE_ERROR] = { "error-now", "now off", 7, 8, 4, \
				.right = true }, \
}
enum { N_SHIFT_COLUMNS = H_CANDIDATE_ERROR + 1 };
static const struct list_column shift_columns[LOSS_COUNT][N_SHIFT_COLUMNS] = {
	[LOSS_ABSOLUTE] = SHIFT_COLUMNS("error +-"),
	[LOSS_SQUARED] = SHIFT_COLUMNS("squ. +-"),
	[LOSS_RELATIVE] = SHIFT_COLUMNS("rel. +-"),
	[LOSS_SYMMETRIC] = SHIFT_COLUMNS("symm. +-"),
	[LOSS_SCALED] = SHIFT_COLUMNS("scal. +-"),
};

static bool has_shifts(const struct compare_view *s)
{
	return s->found && compare_shown(s)->has_shifts;
}

static const struct flips *shown_flips(const struct compare_view *s)
{
	return &s->found->flips[s->shown].by[compare_loss(s)];
}

static const struct list_column *flips_columns(void *arg, size_t *n)
{
	const struct compare_view *s = state_of(arg);

	if (!has_shifts(s)) {
		*n = COUNT(flip_columns);
		return flip_columns;
	}
	*n = N_SHIFT_COLUMNS;
	return shift_columns[compare_loss(s)];
}

/* First the problems that have flips, then the flips. */
static size_t n_groups(const struct compare_view *s)
{
	return s->found ? s->found->groups[s->shown].n : 0;
}

const struct flip_group *compare_group_at(const struct compare_view *s,
					  size_t row)
{
	return row < n_groups(s) ? &s->found->groups[s->shown].at[row] : NULL;
}

const struct flip *compare_flip_at(const struct compare_view *s, size_t row)
{
	return row < n_groups(s) ? NULL :
	       &shown_flips(s)->at[row - n_groups(s)];
}

static size_t flip_rows(void *arg)
{
	struct compare_view *s = state_of(arg);

	return s->found ? n_groups(s) + shown_flips(s)->n : 0;
}

/* "+22-19", "+12k-3k": must fit, for a number that is cut is another one. */
static void put_plus_minus(const struct flip_group *g, struct buf *out)
{
	const size_t n[] = { g->fixed, g->broken };

	for (int i = 0; i < 2; i++)
		buf_printf(out, n[i] < 1000 ? "%c%zu" : "%c%zuk", "+-"[i],
			   n[i] < 1000 ? n[i] : n[i] / 1000);
}

/* Counts say nothing of the difference where patterns have weights. */
static enum style group_cell(const struct flip_group *g, bool weighted,
			     size_t column, struct buf *out)
{
	switch (column) {
	case F_KEY:
		buf_printf(out, "P-%lld %s", (long long)g->problem,
			   g->title ? g->title : "");
		return STYLE_STRONG;
	case F_WHAT: put_plus_minus(g, out); break;
	case F_TARGET:
		buf_str(out, weighted ? "weighted" : "");
		break;
	case F_BASE:
		if (weighted && g->delta.why)
			buf_str(out, g->delta.why);
		else if (weighted)
			put_number(out, g->delta.delta, true);
		break;
	case F_CANDIDATE:
		buf_str(out, verdict_short(g->delta.verdict));
		return verdict_style(g->delta.verdict);
	}
	return STYLE_NORMAL;
}

static void put_mean(const struct delta *d, double x, bool is_change,
		     struct buf *out)
{
	if (d->why)
		buf_str(out, d->why);
	else
		put_number(out, x, is_change);
}

/* The same of numbers: how the mean absolute error changed. */
static enum style shift_group_cell(const struct flip_group *g,
				   enum row_loss listed, size_t column,
				   struct buf *out)
{
	const struct delta *d = &g->delta;

	switch (column) {
	case H_KEY:
		buf_printf(out, "P-%lld %s", (long long)g->problem,
			   g->title ? g->title : "");
		return STYLE_STRONG;
	case H_CHANGE:
		/* below the head of another error */
		buf_str(out, listed == LOSS_ABSOLUTE || d->why ? "" : "mae ");
		put_mean(d, d->delta, true, out);
		break;
	case H_TARGET: buf_str(out, "mean"); break;
	case H_BASE: put_plus_minus(g, out); break;
	case H_CANDIDATE:
		/* as wide as its column at least is */
		buf_str(out, d->verdict == VERDICT_EQUIVALENT ? "equiv." :
			verdict_short(d->verdict));
		return verdict_style(d->verdict);
	case H_BASE_ERROR: put_mean(d, d->base, false, out); break;
	case H_CANDIDATE_ERROR: put_mean(d, d->candidate, false, out); break;
	}
	return STYLE_NORMAL;
}

static void put_error(double x, bool is_change, struct buf *out)
{
	if (isfinite(x))
		put_number(out, x, is_change);
	else
		buf_str(out, why_text(WHY_OVERFLOW));
}

static enum style shift_cell(const struct flip *f, size_t column,
			     struct buf *out)
{
	switch (column) {
	case H_KEY: put_key(out, f->key); break;
	case H_CHANGE:
		put_error(flip_change(f), true, out);
		return f->fixed ? STYLE_GOOD : STYLE_BAD;
	case H_TARGET: buf_str(out, f->target); break;
	case H_BASE: put_said(&f->base, out); break;
	case H_CANDIDATE: put_said(&f->candidate, out); break;
	case H_BASE_ERROR: put_error(f->base_error, false, out); break;
	case H_CANDIDATE_ERROR:
		put_error(f->candidate_error, false, out);
		break;
	}
	return STYLE_NORMAL;
}

static enum style flip_cell(void *arg, size_t row, size_t column,
			    struct buf *out)
{
	struct compare_view *s = state_of(arg);
	const struct flip *f = compare_flip_at(s, row);

	if (has_shifts(s))
		return f ? shift_cell(f, column, out) :
		       shift_group_cell(compare_group_at(s, row),
					compare_loss(s), column, out);
	if (!f)
		return group_cell(compare_group_at(s, row),
				  s->found->c.is_weighted, column, out);
	switch (column) {
	case F_KEY: put_key(out, f->key); break;
	case F_WHAT:
		buf_str(out, f->fixed ? "fixed" : "BROKEN");
		return f->fixed ? STYLE_GOOD : STYLE_BAD;
	case F_TARGET: buf_str(out, f->target); break;
	case F_BASE: put_said(&f->base, out); break;
	case F_CANDIDATE: put_said(&f->candidate, out); break;
	}
	return STYLE_NORMAL;
}

const struct list_source compare_flips = {
	.empty = "Nothing flipped: nothing is compared yet, or no pattern was "
		 "fixed and none broken; of numbers, none is nearer or "
		 "farther.",
	.rows = flip_rows, .cell = flip_cell, .columns_of = flips_columns,
};

/* "9,999", "23k": titles are short, and a p that is cut is another one. */
static void put_about(struct buf *out, uint64_t n)
{
	if (n < 10000)
		put_count(out, n);
	else
		buf_printf(out, "%lluk", (unsigned long long)(n / 1000));
}

/* ", squared": of the absolute error the column's head says enough. */
static void put_loss(const struct compare_view *s, struct buf *out)
{
	const char *text = loss_text(compare_loss(s));

	if (compare_loss(s) != LOSS_ABSOLUTE)
		buf_printf(out, ", %.*s", (int)strcspn(text, " "), text);
}

/* Whose p it is stands in the metrics' title. */
static void shifts_title(const struct compare_view *s, struct buf *out)
{
	const struct candidate *c = compare_shown(s);
	char p[DECIMAL_MAX];

	buf_printf(out, " %c: nearer ", compare_letter(s->shown));
	put_about(out, c->nearer);
	buf_str(out, " farther ");
	put_about(out, c->farther);
	if (c->has_p)
		buf_printf(out, ", %sp %s", s->found->c.is_weighted ?
			   "weighted " : "", decimal_sig(c->p_holm, 2, p));
	if (c->shifts[compare_loss(s)].changed > SHIFTS_MAX)
		buf_printf(out, " (first %d)", SHIFTS_MAX);
	put_loss(s, out);
}

void compare_flips_title(struct view *v, struct buf *out)
{
	struct compare_view *s = v->state;
	const struct candidate *c;
	char p[DECIMAL_MAX];

	if (!s->found)
		return;
	c = compare_shown(s);
	if (has_shifts(s)) {
		shifts_title(s, out);
		return;
	}
	buf_printf(out, " %c: fixed ", compare_letter(s->shown));
	put_count(out, c->fixed);
	buf_str(out, " broken ");
	put_count(out, c->broken);
	if (c->has_flips && c->has_p)
		buf_printf(out, ", %sp %s", c->has_mcnemar ? "" : "weighted ",
			   decimal_sig(c->p_holm, 2, p));
	if (c->fixed + c->broken > FLIPS_MAX)
		buf_printf(out, " (first %d)", FLIPS_MAX);
}

/* The base's own intervals are not there unless it was evaluated on just these
 * patterns: then others need the room. */
static void hide_bounds(struct compare_view *s)
{
	struct list *l = &s->view->lists[PANE_METRICS];
	bool has = false;

	for (size_t i = 0; i < s->n_metrics; i++)
		has |= !s->found->base[s->metrics[i]].why;
	if (has != s->hid_bounds)
		return;
	if (has || !list_hidden(l, M_BOUNDS)) {
		list_hide(l, M_BOUNDS, !has);
		s->hid_bounds = !has;
	}
}

void compare_arrange(struct compare_view *s)
{
	enum task task = s->found->c.task;

	if (s->shown >= compare_n(s))
		s->shown = 0;
	if (!s->metric_picked || !metric_fits(s->metric, task))
		s->metric = metric_main(task);
	s->n_metrics = 0;
	for (int m = 0; m < METRIC_COUNT; m++)
		if (compare_shown(s)->metrics[m].present)
			s->metrics[s->n_metrics++] = (enum metric)m;
	make_heads(s);
	hide_bounds(s);
	order_slices(s);
}
