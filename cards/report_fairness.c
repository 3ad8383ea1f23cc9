/* Fairness: which basis was chosen (by the gate's rules, which are data that
 * somebody wrote), what each basis says on these figures, and which of them
 * cannot hold together.
 *
 * Measures are Fairlearn's (fairlearn.metrics): differences are greatest
 * less least over groups, ratios least over greatest; equalized odds takes
 * the worse of TPR and FPR. Predictive parity is the same over precision.
 *
 * The conflict is arithmetic: where the share of positives differs between
 * groups and the classifier is not perfect, equal precision and equal TPR and
 * FPR cannot hold at once (Chouldechova 2017; Kleinberg, Mullainathan and
 * Raghavan 2016). */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "cards/report_parts.h"
#include "model/confusion.h"
#include "model/gate.h"

enum { MIN_N = 30 };		/* of a denominator, to take part */

struct spread {			/* of one rate over groups */
	size_t n, n_small, n_undefined;
	double least, most;
};

static void spread_add(struct spread *s, const struct figure *f)
{
	if (f->why) {
		s->n_undefined++;
		return;
	}
	if (f->n < MIN_N) {
		s->n_small++;
		return;
	}
	if (!s->n || f->value < s->least)
		s->least = f->value;
	if (!s->n || f->value > s->most)
		s->most = f->value;
	s->n++;
}

static struct figure difference(const struct spread *s)
{
	return s->n < 2 ? figure_why_not(WHY_ONE_GROUP, s->n) :
	       figure_value(s->most - s->least, s->n);
}

static struct figure ratio(const struct spread *s)
{
	if (s->n < 2)
		return figure_why_not(WHY_ONE_GROUP, s->n);
	if (!(s->most > 0))
		return figure_why_not(WHY_ZERO_DENOMINATOR, s->n);
	return figure_value(s->least / s->most, s->n);
}

static struct figure base_rate(const struct confusion *c)
{
	uint64_t n = c->tp + c->fn + c->fp + c->tn;

	return n ? figure_value((double)(c->tp + c->fn) / (double)n, n) :
	       figure_why_not(WHY_NO_PATTERNS, 0);
}

static bool is_group_of(const struct eval_slice *s, const char *by)
{
	return s->by && !strcmp(s->by, by) && s->has_confusion;
}

/* -- Tables -- */

static const struct report_column group_columns[] = {
	{ "group", "Group", false }, { "n", "n", true },
	{ "base_rate", "Share of positives", true },
	{ "selection_rate", "Selection rate", true },
	{ "recall", "True positive rate", true },
	{ "fpr", "False positive rate", true },
	{ "precision", "Precision", true }, { 0 },
};
static const struct report_column measure_columns[] = {
	{ "measure", "Measure", false },
	{ "basis", "Basis", false },
	{ "difference", "Difference", true }, { "ratio", "Ratio", true },
	{ "left_out", "Groups left out", true }, { 0 },
};

struct spreads {
	struct spread base, selection, tpr, fpr, precision;
};

static void groups_table(struct report *r, const struct evaluation *e,
			 const char *by, struct spreads *out)
{
	struct buf caption = BUF_INIT;
	struct report_table *t;

	buf_printf(&caption, "Rates by %s on %s", by, e->testset);
	t = report_table(r, caption.data, group_columns, NULL);
	buf_release(&caption);
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i];
		struct figure base;

		if (!is_group_of(s, by))
			continue;
		base = base_rate(&s->confusion);
		cell_text(t, s->value);
		cell_int(t, (int64_t)s->n);
		cell_figure(t, &base);
		cell_figure(t, &s->metrics[METRIC_SELECTION_RATE]);
		cell_figure(t, &s->metrics[METRIC_RECALL]);
		cell_figure(t, &s->metrics[METRIC_FPR]);
		cell_figure(t, &s->metrics[METRIC_PRECISION]);
		spread_add(&out->base, &base);
		spread_add(&out->selection,
			   &s->metrics[METRIC_SELECTION_RATE]);
		spread_add(&out->tpr, &s->metrics[METRIC_RECALL]);
		spread_add(&out->fpr, &s->metrics[METRIC_FPR]);
		spread_add(&out->precision, &s->metrics[METRIC_PRECISION]);
	}
}

static void measure_row(struct report_table *t, const char *name,
			const char *basis, struct figure diff,
			struct figure part, size_t left_out)
{
	cell_text(t, name);
	cell_text(t, basis);
	cell_figure(t, &diff);
	cell_figure(t, &part);
	cell_int(t, (int64_t)left_out);
}

/* The worse of two: undefined if either is. */
static struct figure worse(struct figure a, struct figure b, bool greater)
{
	if (a.why || b.why)
		return a.why ? a : b;
	return (a.value > b.value) == greater ? a : b;
}

static size_t left_out(const struct spread *s)
{
	return s->n_small + s->n_undefined;
}

static void measures_table(struct report *r, const struct spreads *s)
{
	struct report_table *t = report_table(r, "What each basis says",
					      measure_columns, NULL);

	measure_row(t, "demographic_parity", "equal shares are selected",
		    difference(&s->selection), ratio(&s->selection),
		    left_out(&s->selection));
	measure_row(t, "equal_opportunity",
		    "those who deserve it are found alike",
		    difference(&s->tpr), ratio(&s->tpr), left_out(&s->tpr));
	measure_row(t, "equalized_odds", "errors of both kinds are alike",
		    worse(difference(&s->tpr), difference(&s->fpr), true),
		    worse(ratio(&s->tpr), ratio(&s->fpr), false),
		    left_out(&s->tpr) > left_out(&s->fpr) ?
		    left_out(&s->tpr) : left_out(&s->fpr));
	measure_row(t, "predictive_parity",
		    "who is selected is right alike",
		    difference(&s->precision), ratio(&s->precision),
		    left_out(&s->precision));
}

static void say_conflict(struct report *r, const char *by,
			 const struct spreads *s)
{
	struct figure d = difference(&s->base);
	struct buf b = BUF_INIT;

	if (d.why) {
		report_text(r, "By %s too few groups have a measured share of "
			    "positives to say which bases conflict.", by);
		return;
	}
	report_number(&b, d.value);
	if (d.value > 0)
		report_text(r, "The share of positives differs by %s (greatest "
			    "less least: %s). Then demographic parity conflicts"
			    " with equalized odds, and equalized odds with "
			    "predictive parity, for every classifier that is "
			    "not perfect: choosing one gives the others up.",
			    by, b.data);
	else
		report_text(r, "The share of positives is the same for all "
			    "groups of %s: the bases do not conflict by "
			    "arithmetic here.", by);
	buf_release(&b);
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

static bool by_seen(const struct strs *v, const char *by)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], by))
			return true;
	return false;
}

static void one_evaluation(struct report *r, const struct evaluation *e,
			   size_t *n)
{
	struct strs seen = VEC_INIT;

	for (size_t i = 0; i < e->n_slices; i++) {
		const char *by = e->slices[i].by;
		struct spreads s = { 0 };

		if (!by || !strcmp(by, "slice") || strchr(by, '+') ||
		    by_seen(&seen, by) || !e->slices[i].has_confusion)
			continue;
		strs_add(&seen, by);
		report_heading(r, "%s on %s", by, e->testset);
		groups_table(r, e, by, &s);
		measures_table(r, &s);
		say_conflict(r, by, &s);
		(*n)++;
	}
	strs_release(&seen);
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
