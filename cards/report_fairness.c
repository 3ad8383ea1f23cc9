/* Fairness: which basis was chosen (by the gate's rules, which are data that
 * somebody wrote), what each basis says on these figures, and which of them
 * cannot hold together. The figures are those of registry/fairness.h.
 *
 * The conflict is arithmetic: where the share of positives differs between
 * groups and the classifier is not perfect, equal precision (or equal
 * calibration) and equal TPR and FPR cannot hold at once (Chouldechova 2017; Kleinberg, Mullainathan and
 * Raghavan 2016). */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/vec.h"
#include "cards/report_parts.h"
#include "model/gate.h"
#include "registry/fairness.h"

enum { RESAMPLES = 1000, SEED = 1, MOST_LINES = 4 };

/* -- Tables -- */

static const struct report_column group_columns[] = {
	{ "group", "Group", false }, { "n", "n", true },
	{ "base_rate", "Share of positives", true },
	{ "selection_rate", "Selection rate", true },
	{ "recall", "True positive rate", true },
	{ "fpr", "False positive rate", true },
	{ "precision", "Precision", true }, { "note", "Note", false }, { 0 },
};
static const struct report_column calibration_columns[] = {
	{ "group", "Group", false }, { "n", "n", true },
	{ "base_rate", "Share of positives", true },
	{ "less_same_score", "Less that of all at the same scores", true },
	{ "mean_score", "Mean score", true },
	{ "less_score", "Share less mean score", true },
	{ "ece", "Calibration error", true }, { "note", "Note", false }, { 0 },
};
static const struct report_column same_score_columns[] = {
	{ "group", "Group", false }, { "n", "n", true },
	{ "base_rate", "Share of positives", true },
	{ "less_same_score", "Less that of all at the same scores", true },
	{ "note", "Note", false }, { 0 },
};
static const struct report_column against_columns[] = {
	{ "group", "Group", false },
	{ "fpr", "False positive rate", true },
	{ "recall", "True positive rate", true },
	{ "fdr", "False discovery rate", true },
	{ "same_score", "Positives at the same score", true },
	{ "note", "Note", false }, { 0 },
};
static const struct report_column cross_columns[] = {
	{ "by", "Crossed", false }, { "groups", "Groups", true },
	{ "few", "Too few to say", true }, { "basis", "Basis", false },
	{ "difference", "Difference", true }, { "low", "Least", false },
	{ "high", "Greatest", false }, { "verdict", "By habit", false }, { 0 },
};
static const struct report_column measure_columns[] = {
	{ "basis", "Basis", false }, { "asks", "It asks that", false },
	{ "difference", "Difference", true }, { "ratio", "Ratio", true },
	{ "verdict", "By habit", false },
	{ "left_out", "Groups left out", false }, { 0 },
};
static const struct report_column spread_columns[] = {
	{ "measure", "Measure", false }, { "figure", "Figure", true },
	{ "formula", "What it is", false }, { 0 },
};

static void put_note(struct report_table *t, bool few)
{
	cell_toned(t, few ? TONE_WARN : TONE_PLAIN,
		   few ? "too few to say" : "");
}

static void groups_table(struct report *r, const struct fairview *v)
{
	struct report_table *t;
	struct buf caption = BUF_INIT;

	buf_printf(&caption, "Rates by %s", v->by);
	t = report_table(r, caption.data, group_columns, NULL);
	buf_release(&caption);
	for (size_t i = 0; i < v->n_groups; i++) {
		const struct fair_group *g = &v->groups[i];

		cell_text(t, g->value);
		cell_int(t, (int64_t)g->n);
		cell_figure(t, &g->base_rate);
		cell_figure(t, &g->selected);
		cell_figure(t, &g->tpr);
		cell_figure(t, &g->fpr);
		cell_figure(t, &g->precision);
		put_note(t, g->few);
	}
}

static void groups_plot(struct report *r, const struct fairview *v)
{
	struct strs labels = VEC_INIT, series = VEC_INIT;
	struct buf caption = BUF_INIT;
	struct plot *p;

	for (size_t i = 0; i < v->n_groups && i < REPORT_MOST_PLOTTED; i++)
		strs_add(&labels, v->groups[i].value);
	strs_add(&series, "selection rate");
	strs_add(&series, "true positive rate");
	strs_add(&series, "false positive rate");
	buf_printf(&caption, "Rates by %s, with 95 %% intervals", v->by);
	p = report_plot(r, caption.data, PLOT_INTERVALS, &labels, &series);
	p->label_name = "group";
	p->value_name = "rate";
	p->few = FAIR_MIN_N;
	for (size_t i = 0; i < labels.n; i++) {
		*plot_at(p, 0, i) = v->groups[i].selected;
		*plot_at(p, 1, i) = v->groups[i].tpr;
		*plot_at(p, 2, i) = v->groups[i].fpr;
	}
	buf_release(&caption);
	strs_release(&labels);
	strs_release(&series);
}

static enum tone verdict_tone(enum fair_verdict v)
{
	return v == FAIR_OUTSIDE ? TONE_BAD : v == FAIR_WITHIN ? TONE_GOOD :
	       v == FAIR_NONE ? TONE_PLAIN : TONE_WARN;
}

static void put_left_out(struct report_table *t, const struct fair_row *row)
{
	struct buf b = BUF_INIT;

	fair_row_left_out(row, &b);
	cell_text(t, b.len ? b.data : NULL);
	buf_release(&b);
}

/* -- Each group against the largest -- */

/* Signed: the group's less the reference's. */
static const char *const against_measures[] = {
	"aif360_false_positive_rate_difference",
	"aif360_equal_opportunity_difference",
	"false_discovery_rate_difference", "same_score_gap",
};
enum { N_AGAINST = COUNT(against_measures) };

static bool is_few(const struct fairview *v, const char *group)
{
	for (size_t i = 0; i < v->n_groups; i++)
		if (!strcmp(v->groups[i].value, group))
			return v->groups[i].few;
	return false;
}

static bool against_views(struct fair_source *source, const char *by,
			  struct fairview *out)
{
	for (size_t i = 0; i < N_AGAINST; i++) {
		struct fair_options o = { .by = by, .resamples = RESAMPLES,
					  .seed = SEED,
					  .measure = against_measures[i] };
		struct err ignored = ERR_INIT;

		if (fair_source_view(source, &o, &out[i], &ignored) == RC_OK)
			continue;
		while (i-- > 0)
			fairview_release(&out[i]);
		return false;
	}
	return true;
}

static void against_table(struct report *r, struct fair_source *source,
			  const char *by)
{
	struct fairview v[N_AGAINST];
	struct buf caption = BUF_INIT;
	struct report_table *t;

	if (!against_views(source, by, v))
		return;
	buf_printf(&caption, "Each group less %s, which is the largest",
		   v[0].groups[v[0].against].value);
	t = report_table(r, caption.data, against_columns, NULL);
	for (size_t i = 0; i < v[0].n_rows; i++) {
		cell_text(t, v[0].rows[i].low);
		for (size_t k = 0; k < N_AGAINST; k++)
			cell_figure(t, &v[k].rows[i].figure);
		put_note(t, is_few(&v[0], v[0].rows[i].low));
	}
	for (size_t k = 0; k < N_AGAINST; k++)
		fairview_release(&v[k]);
	buf_release(&caption);
}

/* -- Calibration -- */

static void calibration_table(struct report *r, const struct fairview *v)
{
	struct report_table *t;
	struct buf caption = BUF_INIT;

	buf_printf(&caption, "Calibration by %s: what came of the scores",
		   v->by);
	t = report_table(r, caption.data, v->calibration.is_probability ?
			 calibration_columns : same_score_columns, NULL);
	buf_release(&caption);
	for (size_t i = 0; i < v->n_groups; i++) {
		const struct fair_group *g = &v->groups[i];

		cell_text(t, g->value);
		cell_int(t, (int64_t)g->n);
		cell_figure(t, &g->base_rate);
		cell_figure(t, &g->over_same);
		if (v->calibration.is_probability) {
			cell_figure(t, &g->mean_score);
			cell_figure(t, &g->over_score);
			cell_figure(t, &g->ece);
		}
		put_note(t, g->few);
	}
}

static char *bin_name(const struct calibration *c, size_t bin)
{
	char low[DECIMAL_MAX], high[DECIMAL_MAX];
	struct buf b = BUF_INIT;

	buf_str(&b, decimal_sig(c->low[bin], 4, low));
	if (c->high[bin] > c->low[bin])
		buf_printf(&b, " to %s", decimal_sig(c->high[bin], 4, high));
	return buf_detach(&b);
}

/* Lines of the groups that are large enough, the first few of them. */
static void calibration_plot(struct report *r, const struct fairview *v)
{
	struct strs labels = VEC_INIT, series = VEC_INIT;
	struct buf caption = BUF_INIT;
	struct plot *p;

	for (size_t k = 0; k < v->calibration.n_bins; k++)
		vec_push(&labels, bin_name(&v->calibration, k));
	for (size_t i = 0; i < v->n_groups - v->n_few && i < MOST_LINES; i++)
		strs_add(&series, v->groups[i].value);
	if (series.n && labels.n) {
		buf_printf(&caption, "Share of positives at each score, by %s: "
			   "calibrated alike where lines meet", v->by);
		p = report_plot(r, caption.data, PLOT_LINES, &labels, &series);
		p->label_name = "score";
		p->value_name = "share of positives";
		p->few = FAIR_MIN_N;
		for (size_t i = 0; i < series.n; i++)
			for (size_t k = 0; k < labels.n; k++)
				*plot_at(p, i, k) =
					fairview_at_score(v, i, k).share;
	}
	buf_release(&caption);
	strs_release(&labels);
	strs_release(&series);
}

static enum fair_verdict worse(enum fair_verdict a, enum fair_verdict b)
{
	return a == FAIR_OUTSIDE || b == FAIR_OUTSIDE ? FAIR_OUTSIDE :
	       a > b ? a : b;
}

static void bases_table(struct report *r, const struct fairview *v)
{
	struct report_table *t = report_table(r, "What each basis says",
					      measure_columns, NULL);

	for (size_t i = 0; fair_basis_at(i); i++) {
		const struct fair_basis *b = fair_basis_at(i);
		const struct fair_row *d = fairview_row(v, b->difference);
		const struct fair_row *q = fairview_row(v, b->ratio);
		enum fair_verdict worst;

		if (!d || !q)	/* no scores, or no probabilities */
			continue;
		worst = worse(d->verdict, q->verdict);
		cell_text(t, b->name);
		cell_text(t, b->asks);
		cell_figure(t, &d->figure);
		cell_figure(t, &q->figure);
		cell_toned(t, verdict_tone(worst), fair_verdict_name(worst));
		put_left_out(t, d);
	}
}

/* Those that speak of single cases rather than of groups' rates. */
static void spread_table(struct report *r, const struct fairview *v)
{
	struct report_table *t = report_table(r, "Spread over single cases "
		"and between groups (0: equal)", spread_columns, NULL);

	for (size_t i = 0; i < v->n_rows; i++) {
		const struct fair_row *row = &v->rows[i];

		if (row->verdict != FAIR_NONE)
			continue;
		cell_text(t, row->measure->name);
		cell_figure(t, &row->figure);
		cell_text(t, row->measure->formula);
	}
}

/* -- The basis chosen -- */

static bool is_fairness(enum gate_rule_kind k)
{
	return k == RULE_FAIRNESS || k == RULE_GROUP_DIFFERENCE ||
	       k == RULE_GROUP_RATIO;
}

static void say_basis(struct report_ctx *c, struct report *r)
{
	bool any = false;

	report_heading(r, "The basis that was chosen");
	for (size_t i = 0; c->has_gate && i < c->gate.items.n; i++) {
		const struct gate_item *x = &c->gate.items.at[i];

		if (!is_fairness(x->kind))
			continue;
		report_item(r, "by gate %s, revision %lld: %s (%s: %s)",
			    c->gate.gate, (long long)c->gate.revision,
			    x->rule, gate_verdict_name(x->verdict), x->why);
		any = true;
	}
	if (!any)
		report_none(r, "nobody chose one: the gate of %s has no rule "
			    "on fairness, so no measure below decides "
			    "anything", c->stage);
}

static void one_column(struct report *r, struct fair_source *source,
		       const struct evaluation *e, const char *by, size_t *n)
{
	struct fair_options o = { .by = by, .resamples = RESAMPLES,
				  .seed = SEED };
	struct fairview v;
	struct err ignored = ERR_INIT;
	struct buf b = BUF_INIT;

	if (fair_source_view(source, &o, &v, &ignored) != RC_OK)
		return;
	report_heading(r, "%s on %s", by, e->testset);
	groups_plot(r, &v);
	groups_table(r, &v);
	bases_table(r, &v);
	against_table(r, source, by);
	fairview_conflicts(&v, &b);
	report_text(r, "%s", b.data);
	if (v.has_calibration) {
		calibration_plot(r, &v);
		calibration_table(r, &v);
	}
	spread_table(r, &v);
	buf_release(&b);
	fairview_release(&v);
	(*n)++;
}

/* -- Two columns at once -- */

static void cross_row(struct report_table *t, const struct fairview *v,
		      const struct fair_basis *basis)
{
	const struct fair_row *row = &v->rows[0];

	cell_text(t, v->by);
	cell_int(t, (int64_t)v->n_groups);
	cell_int(t, (int64_t)row->left_out.n);
	cell_text(t, basis->name);
	cell_figure(t, &row->figure);
	cell_text(t, row->low);
	cell_text(t, row->high);
	cell_toned(t, verdict_tone(row->verdict),
		   fair_verdict_name(row->verdict));
}

static void cross(struct report_table *t, struct fair_source *source,
		  const char *by)
{
	for (size_t i = 0; fair_basis_at(i); i++) {
		const struct fair_basis *basis = fair_basis_at(i);
		struct fair_options o = { .by = by, .resamples = RESAMPLES,
					  .seed = SEED,
					  .measure = basis->difference };
		struct err ignored = ERR_INIT;
		struct fairview v;

		if (fair_source_view(source, &o, &v, &ignored) != RC_OK)
			return;
		/* no scores, no probabilities: nothing to be taken */
		if (!v.rows[0].figure.why || v.rows[0].figure.n)
			cross_row(t, &v, basis);
		fairview_release(&v);
	}
}

/* Groups of every two columns, in short: a measure may hold by each alone and
 * not where they meet. */
static void crossed(struct report *r, struct fair_source *source,
		    const struct evaluation *e, const struct strs *columns)
{
	struct report_table *t;
	struct buf by = BUF_INIT;

	if (columns->n < 2)
		return;
	report_heading(r, "two columns at once on %s", e->testset);
	t = report_table(r, "Differences over crossed groups; those too few "
			 "to say are left out", cross_columns, NULL);
	for (size_t i = 0; i < columns->n; i++) {
		for (size_t k = i + 1; k < columns->n; k++) {
			buf_clear(&by);
			buf_printf(&by, "%s+%s", columns->at[i],
				   columns->at[k]);
			cross(t, source, by.data);
		}
	}
	buf_release(&by);
}

static void one_evaluation(struct report_ctx *c, struct report *r,
			   const struct evaluation *e, size_t *n)
{
	struct fair_source *source = fair_source_new(c->reg, e);
	struct strs all = VEC_INIT, columns = VEC_INIT;

	fairview_columns(e, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!strchr(all.at[i], '+'))
			strs_add(&columns, all.at[i]);
	for (size_t i = 0; i < columns.n; i++)
		one_column(r, source, e, columns.at[i], n);
	crossed(r, source, e, &columns);
	strs_release(&columns);
	strs_release(&all);
	fair_source_free(source);
}

enum rc report_part_fairness(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	size_t n = 0;

	(void)err;
	report_section(r, "fairness", "Fairness");
	say_basis(c, r);
	for (size_t i = 0; i < c->facts.evaluations.n; i++)
		one_evaluation(c, r, &c->facts.evaluations.at[i], &n);
	if (!n)
		report_none(r, "no test set of this version has groups with a "
			    "confusion table (slices by an attribute, binary "
			    "task), so no measure can be taken");
	return RC_OK;
}
