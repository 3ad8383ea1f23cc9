/* Fairness: which basis was chosen (by the gate's rules, which are data that
 * somebody wrote), what each basis says on these figures, and which of them
 * cannot hold together. The figures are those of model/fairview.h.
 *
 * The conflict is arithmetic: where the share of positives differs between
 * groups and the classifier is not perfect, equal precision and equal TPR and
 * FPR cannot hold at once (Chouldechova 2017; Kleinberg, Mullainathan and
 * Raghavan 2016). */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "cards/report_parts.h"
#include "model/fairview.h"
#include "model/gate.h"

enum { RESAMPLES = 1000, SEED = 1 };

/* -- Tables -- */

static const struct report_column group_columns[] = {
	{ "group", "Group", false }, { "n", "n", true },
	{ "base_rate", "Share of positives", true },
	{ "selection_rate", "Selection rate", true },
	{ "recall", "True positive rate", true },
	{ "fpr", "False positive rate", true },
	{ "precision", "Precision", true }, { "note", "Note", false }, { 0 },
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
		cell_toned(t, g->few ? TONE_WARN : TONE_PLAIN,
			   g->few ? "too few to say" : "");
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

	for (size_t i = 0; i < row->left_out.n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", row->left_out.at[i]);
	cell_text(t, b.len ? b.data : NULL);
	buf_release(&b);
}

static void bases_table(struct report *r, const struct fairview *v)
{
	struct report_table *t = report_table(r, "What each basis says",
					      measure_columns, NULL);

	for (size_t i = 0; fair_basis_at(i); i++) {
		const struct fair_basis *b = fair_basis_at(i);
		const struct fair_row *d = fairview_row(v, b->difference);
		const struct fair_row *q = fairview_row(v, b->ratio);
		enum fair_verdict worst = d->verdict == FAIR_OUTSIDE ?
			d->verdict : q->verdict == FAIR_OUTSIDE ? q->verdict :
			d->verdict > q->verdict ? d->verdict : q->verdict;

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

static void one_column(struct report *r, const struct evaluation *e,
		       const char *by, size_t *n)
{
	struct fair_options o = { .by = by, .resamples = RESAMPLES,
				  .seed = SEED };
	struct fairview v;
	struct err ignored = ERR_INIT;
	struct buf b = BUF_INIT;

	if (fairview_make(e, &o, &v, &ignored) != RC_OK)
		return;
	report_heading(r, "%s on %s", by, e->testset);
	groups_plot(r, &v);
	groups_table(r, &v);
	bases_table(r, &v);
	fairview_conflicts(&v, &b);
	report_text(r, "%s", b.data);
	spread_table(r, &v);
	buf_release(&b);
	fairview_release(&v);
	(*n)++;
}

static void one_evaluation(struct report *r, const struct evaluation *e,
			   size_t *n)
{
	struct strs columns = VEC_INIT;

	fairview_columns(e, &columns);
	for (size_t i = 0; i < columns.n; i++)
		if (!strchr(columns.at[i], '+'))
			one_column(r, e, columns.at[i], n);
	strs_release(&columns);
}

enum rc report_part_fairness(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	size_t n = 0;

	(void)err;
	report_section(r, "fairness", "Fairness");
	say_basis(c, r);
	for (size_t i = 0; i < c->facts.evaluations.n; i++)
		one_evaluation(r, &c->facts.evaluations.at[i], &n);
	if (!n)
		report_none(r, "no test set of this version has groups with a "
			    "confusion table (slices by an attribute, binary "
			    "task), so no measure can be taken");
	return RC_OK;
}
