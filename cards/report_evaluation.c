/* Evaluation, by test set: all metrics, the confusion table, curves of the
 * scores, slices with intervals. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cards/plain.h"
#include "cards/report_parts.h"

void report_slice_name(struct buf *out, const char *by, const char *value)
{
	buf_clear(out);
	if (!by)
		buf_str(out, "all patterns");
	else if (!strcmp(by, "slice"))
		buf_str(out, value);
	else
		buf_printf(out, "%s = %s", by, value);
}

enum metric report_main_metric(const struct report_ctx *c, enum task task)
{
	enum metric m = c->facts.main_metric;

	return metric_fits(m, task) ? m : metric_main(task);
}

/* -- Risks -- */

/* Below the whole beyond its interval. */
static bool is_below(const struct figure *f, const struct figure *whole,
		     bool higher)
{
	if (f->why || whole->why || f->method == METHOD_NONE)
		return false;
	return higher ? f->high < whole->value : f->low > whole->value;
}

static void slice_risk(struct report_ctx *c, const struct evaluation *e,
		       const struct eval_slice *s)
{
	enum metric m = report_main_metric(c, e->task);
	const struct figure *f = &s->metrics[m], *whole = &e->whole.metrics[m];
	const struct delta *d = report_slice_delta(c, e->testset, s->by,
						   s->value, m);
	bool lost = d && d->verdict == VERDICT_WORSE;
	double gap;
	struct buf name = BUF_INIT, text = BUF_INIT;
	char n[DECIMAL_MAX];

	if (!lost && !is_below(f, whole, metric_better(m) == BETTER_HIGHER))
		return;
	report_slice_name(&name, s->by, s->value);
	plain_figure(&text, m, f);
	buf_str(&text, ", against ");
	if (m == METRIC_ACCURACY)
		plain_percent(&text, whole->value);
	else
		report_number(&text, whole->value);
	buf_str(&text, " over all patterns");
	gap = whole->value > f->value ? whole->value - f->value
				      : f->value - whole->value;
	if (lost) {
		buf_str(&text, "; version ");
		buf_printf(&text, "%lld in production is ",
			   (long long)c->base);
		plain_gap(&text, m, d->delta);
		buf_str(&text, " better here");
		gap = d->delta < 0 ? -d->delta : d->delta;
	}
	/* what is worse than today comes before what was never good */
	report_risk(c, (lost ? 4.05 : 2) + (gap > .9 ? .9 : gap) *
		    (lost ? .04 : 1), lost ? "comparison" : "evaluation",
		    "Worse for %s (%s patterns of %s): %s.", name.data,
		    decimal_grouped(s->n, n), e->testset, text.data);
	buf_clear(&name);
	buf_printf(&name, "%s=%s", s->by, s->value ? s->value : "");
	report_risk_about(c, name.data);
	buf_release(&name);
	buf_release(&text);
}

static void few_risk(struct report_ctx *c, const struct evaluation *e)
{
	size_t few = 0;

	for (size_t i = 0; i < e->n_slices; i++)
		few += e->slices[i].n < REPORT_MIN_N_SLICE;
	if (!e->n_slices)
		report_risk(c, 1.4, "evaluation", "Nothing is known of any "
			    "group: %s has no slices.", e->testset);
	else if (few)
		report_risk(c, 1.2, "evaluation", "Little can be said of %zu "
			    "of %zu groups of %s: they have fewer than %d "
			    "patterns.", few, e->n_slices, e->testset,
			    REPORT_MIN_N_SLICE);
}

/* Nothing of ours computes such figures: somebody wrote them. */
static void incoherent_risk(struct report_ctx *c, const struct evaluation *e)
{
	struct strs findings = VEC_INIT;

	evaluation_check(e, &findings);
	if (findings.n)
		report_risk(c, 4.95, "evaluation", "The stored figures on %s "
			    "contradict each other in %zu place%s, first %s.",
			    e->testset, findings.n, findings.n == 1 ? "" : "s",
			    findings.at[0]);
	strs_release(&findings);
}

enum rc report_risks_evaluation(struct report_ctx *c, struct err *err)
{
	(void)err;
	if (!c->main)
		report_risk(c, 4.9, "evaluation", "It was never evaluated on "
			    "any test set: nothing is known of how well it "
			    "does.");
	for (size_t i = 0; i < c->facts.evaluations.n; i++) {
		const struct evaluation *e = &c->facts.evaluations.at[i];

		incoherent_risk(c, e);
		if (e->state && strcmp(e->state, "fresh"))
			report_risk(c, 1.5, "evaluation", "Its evaluation on "
				    "%s is %s: the test set or the "
				    "predictions moved on.", e->testset,
				    e->state);
		for (size_t k = 0; k < e->n_slices; k++)
			slice_risk(c, e, &e->slices[k]);
		few_risk(c, e);
	}
	return RC_OK;
}

/* -- Evaluation -- */

static const struct report_column metric_columns[] = {
	{ "name", "Metric", false },
	{ "figure", "Figure, 95 % interval", true },
	{ "method", "Interval by", false },
	{ "about", "What it says", false }, { "metric", "Key", false }, { 0 },
};

static void metrics_table(struct report *r, const struct evaluation *e)
{
	struct report_table *t = report_table(r, "All metrics, all patterns",
					      metric_columns, NULL);

	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct figure *f = &e->whole.metrics[m];

		if (!metric_fits((enum metric)m, e->task))
			continue;
		cell_text(t, plain_metric((enum metric)m));
		cell_figure(t, f);
		cell_text(t, f->why || f->method == METHOD_NONE ? NULL :
			  method_name(f->method));
		cell_text(t, plain_about((enum metric)m));
		cell_code(t, metric_key((enum metric)m));
	}
}

static void count_at(struct plot *p, size_t series, size_t label, uint64_t n)
{
	*plot_at(p, series, label) = figure_value((double)n, n);
}

static void confusion_binary(struct report *r, const struct evaluation *e,
			     const struct testset_info *info)
{
	struct strs said = VEC_INIT, is = VEC_INIT;
	const struct confusion *x = &e->whole.confusion;
	const char *positive = info->positive ? info->positive : "positive";
	struct buf b = BUF_INIT;
	struct plot *p;

	buf_printf(&b, "said %s", positive);
	strs_add(&said, b.data);
	strs_add(&said, "said another");
	buf_clear(&b);
	buf_printf(&b, "is %s", positive);
	strs_add(&is, b.data);
	strs_add(&is, "is another");
	p = report_plot(r, "Confusion: rows are the targets, columns what the "
			"version said", PLOT_MATRIX, &said, &is);
	p->label_name = "";
	p->value_name = "patterns";
	count_at(p, 0, 0, x->tp);
	count_at(p, 0, 1, x->fn);
	count_at(p, 1, 0, x->fp);
	count_at(p, 1, 1, x->tn);
	strs_release(&said);
	strs_release(&is);
	buf_release(&b);
}

static void confusion_multiclass(struct report *r, const struct evaluation *e)
{
	struct strs labels = VEC_INIT, columns = VEC_INIT;
	struct plot *p;

	if (!e->matrix || !e->n_classes || e->n_classes > 20)
		return;
	for (size_t i = 0; i < e->n_classes; i++) {
		strs_add(&labels, e->classes[i].label);
		strs_add(&columns, e->classes[i].label);
	}
	strs_add(&columns, "another");
	p = report_plot(r, "Confusion: rows are the targets, columns what the "
			"version said", PLOT_MATRIX, &columns, &labels);
	p->label_name = "said";
	for (size_t i = 0; i < e->n_classes; i++)
		for (size_t k = 0; k <= e->n_classes; k++)
			count_at(p, i, k,
				 e->matrix[i * (e->n_classes + 1) + k]);
	strs_release(&labels);
	strs_release(&columns);
}

static void slices_plot(struct report *r, const struct evaluation *e,
			enum metric m)
{
	struct strs labels = VEC_INIT, series = VEC_INIT;
	size_t n = e->n_slices < REPORT_MOST_PLOTTED ? e->n_slices : REPORT_MOST_PLOTTED;
	struct buf b = BUF_INIT, caption = BUF_INIT;
	struct plot *p;

	strs_add(&labels, "all patterns");
	for (size_t i = 0; i < n; i++) {
		report_slice_name(&b, e->slices[i].by, e->slices[i].value);
		strs_add(&labels, b.data);
	}
	strs_add(&series, metric_key(m));
	buf_printf(&caption, "%s by slice, with 95 %% intervals; dashed: all "
		   "patterns%s", plain_metric(m),
		   n < e->n_slices ? " (the first 40 slices)" : "");
	p = report_plot(r, caption.data, PLOT_INTERVALS, &labels, &series);
	p->label_name = "slice";
	p->value_name = metric_key(m);
	p->few = REPORT_MIN_N_SLICE;
	*plot_at(p, 0, 0) = e->whole.metrics[m];
	for (size_t i = 0; i < n; i++)
		*plot_at(p, 0, i + 1) = e->slices[i].metrics[m];
	p->has_mark = !e->whole.metrics[m].why;
	p->mark = e->whole.metrics[m].value;
	strs_release(&labels);
	strs_release(&series);
	buf_release(&b);
	buf_release(&caption);
}

static const struct report_column slice_columns[] = {
	{ "slice", "Slice", false }, { "n", "n", true },
	{ "main_metric", "Main metric", true }, { "precision", "Precision", true },
	{ "recall", "Recall", true }, { "fpr", "FPR", true },
	{ "note", "Note", false }, { 0 },
};
static const struct report_column slice_columns_plain[] = {
	{ "slice", "Slice", false }, { "n", "n", true },
	{ "main_metric", "Main metric", true }, { "note", "Note", false }, { 0 },
};

static void slices_table(struct report *r, const struct evaluation *e,
			 enum metric m)
{
	static const enum metric more[] = { METRIC_PRECISION, METRIC_RECALL,
					    METRIC_FPR };
	bool binary = e->task == TASK_BINARY;
	struct report_table *t = report_table(r, "Slices", binary ?
		slice_columns : slice_columns_plain, NULL);
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i];

		report_slice_name(&b, s->by, s->value);
		cell_text(t, b.data);
		cell_int(t, (int64_t)s->n);
		cell_figure(t, &s->metrics[m]);
		for (size_t k = 0; binary && k < 3; k++)
			cell_figure(t, &s->metrics[more[k]]);
		cell_toned(t, s->n < REPORT_MIN_N_SLICE ? TONE_WARN : TONE_PLAIN,
			   s->n < REPORT_MIN_N_SLICE ? "too few to say" : "");
	}
	buf_release(&b);
}

static void one_evaluation(struct report_ctx *c, struct report *r, size_t i)
{
	const struct evaluation *e = &c->facts.evaluations.at[i];
	enum metric m = c->facts.main_metric;
	char n[DECIMAL_MAX];

	report_heading(r, "%s, revision %lld", e->testset,
		       (long long)e->revision);
	report_fact(r, "State", e->state);
	report_fact(r, "Patterns", decimal_grouped(e->whole.n, n));
	report_fact(r, "Digest of the revision", e->revision_digest);
	report_fact(r, "Digest of the predictions", e->prediction_digest);
	if (e->has_threshold) {
		struct buf b = BUF_INIT;

		buf_decimal(&b, e->threshold);
		report_fact(r, "Threshold", b.data);
		buf_release(&b);
	}
	metrics_table(r, e);
	if (e->whole.has_confusion)
		confusion_binary(r, e, &c->facts.testsets.at[i]);
	confusion_multiclass(r, e);
	report_curves(c, r, e);
	if (!metric_fits(m, e->task))
		m = metric_main(e->task);
	if (!e->n_slices) {
		report_none(r, "no slice is defined on this test set, so "
			    "nothing is known of any group");
		return;
	}
	slices_plot(r, e, m);
	slices_table(r, e, m);
}

enum rc report_part_evaluation(struct report_ctx *c, struct report *r,
			       struct err *err)
{
	(void)err;
	report_section(r, "evaluation", "Evaluation");
	if (!c->facts.evaluations.n)
		report_none(r, "%s was never evaluated on any test set",
			    c->name);
	for (size_t i = 0; i < c->facts.evaluations.n; i++)
		one_evaluation(c, r, i);
	return RC_OK;
}
