/* Evaluation, by test set: all metrics, the confusion table, slices with
 * intervals; and the paired comparison with the version in production. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/report_parts.h"

enum { MIN_N_SLICE = 200, MOST_PLOTTED = 40 };

static void slice_name(const struct eval_slice *s, struct buf *out)
{
	buf_clear(out);
	if (!s->by)
		buf_str(out, "all patterns");
	else if (!strcmp(s->by, "slice"))
		buf_str(out, s->value);
	else
		buf_printf(out, "%s = %s", s->by, s->value);
}

/* -- Risks -- */

/* Worse than the whole beyond its interval. */
static void slice_risk(struct report_ctx *c, const struct evaluation *e,
		       const struct eval_slice *s)
{
	enum metric m = c->facts.main_metric;
	const struct figure *f = &s->metrics[m], *whole = &e->whole.metrics[m];
	bool higher = metric_better(m) == BETTER_HIGHER;
	double gap = higher ? whole->value - f->value : f->value - whole->value;
	struct buf name = BUF_INIT, text = BUF_INIT;

	if (f->why || whole->why || f->method == METHOD_NONE || !(gap > 0) ||
	    (higher ? f->high >= whole->value : f->low <= whole->value))
		return;
	slice_name(s, &name);
	report_figure_text(&text, f);
	buf_str(&text, " against ");
	report_number(&text, whole->value);
	report_risk(c, 2 + (gap > .99 ? .99 : gap), "for %s on %s it is worse: "
		    "%s %s overall (n %llu)", name.data, e->testset,
		    metric_key(m), text.data, (unsigned long long)s->n);
	buf_release(&name);
	buf_release(&text);
}

enum rc report_risks_evaluation(struct report_ctx *c, struct err *err)
{
	(void)err;
	if (!c->main)
		report_risk(c, 4.9, "it was never evaluated on any test set");
	for (size_t i = 0; i < c->facts.evaluations.n; i++) {
		const struct evaluation *e = &c->facts.evaluations.at[i];

		if (e->state && strcmp(e->state, "fresh"))
			report_risk(c, 1.5, "its evaluation on %s is %s: the "
				    "test set or the predictions moved on",
				    e->testset, e->state);
		for (size_t k = 0; k < e->n_slices; k++)
			slice_risk(c, e, &e->slices[k]);
	}
	for (size_t i = 0; i < c->compared.n; i++)
		if (c->compared.at[i].is_done && c->compared.at[i].c
		    .candidates[0].verdict == VERDICT_WORSE)
			report_risk(c, 4.5, "on %s it is worse than version "
				    "%lld in production",
				    c->compared.at[i].testset,
				    (long long)c->base);
	return RC_OK;
}

/* -- Evaluation -- */

static const struct report_column metric_columns[] = {
	{ "metric", "Metric", false }, { "figure", "Figure, 95% interval",
					 true },
	{ "method", "Method", false }, { 0 },
};

static void metrics_table(struct report *r, const struct evaluation *e)
{
	struct report_table *t = report_table(r, "All metrics, all patterns",
					      metric_columns, NULL);

	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct figure *f = &e->whole.metrics[m];

		if (!metric_fits((enum metric)m, e->task))
			continue;
		cell_text(t, metric_key((enum metric)m));
		cell_figure(t, f);
		cell_text(t, f->why || f->method == METHOD_NONE ? NULL :
			  method_name(f->method));
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
	size_t n = e->n_slices < MOST_PLOTTED ? e->n_slices : MOST_PLOTTED;
	struct buf b = BUF_INIT, caption = BUF_INIT;
	struct plot *p;

	strs_add(&labels, "all patterns");
	for (size_t i = 0; i < n; i++) {
		slice_name(&e->slices[i], &b);
		strs_add(&labels, b.data);
	}
	strs_add(&series, metric_key(m));
	buf_printf(&caption, "%s by slice, with 95%% intervals%s",
		   metric_key(m), n < e->n_slices ? " (the first 40)" : "");
	p = report_plot(r, caption.data, PLOT_INTERVALS, &labels, &series);
	p->label_name = "slice";
	p->value_name = metric_key(m);
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

		slice_name(s, &b);
		cell_text(t, b.data);
		cell_int(t, (int64_t)s->n);
		cell_figure(t, &s->metrics[m]);
		for (size_t k = 0; binary && k < 3; k++)
			cell_figure(t, &s->metrics[more[k]]);
		cell_toned(t, s->n < MIN_N_SLICE ? TONE_WARN : TONE_PLAIN,
			   s->n < MIN_N_SLICE ? "too few to say" : "");
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

/* -- Comparison -- */

static const struct report_column delta_columns[] = {
	{ "metric", "Metric", false }, { "base", "Base", true },
	{ "candidate", "Candidate", true }, { "delta", "Difference", true },
	{ "verdict", "Verdict", false }, { 0 },
};

static struct figure delta_figure(const struct delta *d)
{
	struct figure f = d->why ? figure_undefined(d->why, d->n) :
			  figure_value(d->delta, d->n);

	if (!d->why && d->has_interval) {
		f.low = d->low;
		f.high = d->high;
		f.method = d->method;
	}
	return f;
}

static enum tone verdict_tone(enum verdict v)
{
	return v == VERDICT_WORSE ? TONE_BAD : v == VERDICT_BETTER ? TONE_GOOD :
	       v == VERDICT_INSUFFICIENT ? TONE_WARN : TONE_PLAIN;
}

static void delta_row(struct report_table *t, enum metric m,
		      const struct delta *d)
{
	struct figure f = delta_figure(d);

	cell_text(t, metric_key(m));
	if (d->why) {
		cell_text(t, NULL);
		cell_text(t, NULL);
	} else {
		cell_num(t, d->base);
		cell_num(t, d->candidate);
	}
	cell_figure(t, &f);
	cell_toned(t, verdict_tone(d->verdict), verdict_text(d->verdict));
}

static void deltas_plot(struct report *r, const struct candidate *x,
			enum metric m)
{
	struct strs labels = VEC_INIT, series = VEC_INIT;
	size_t n = x->n_slices < MOST_PLOTTED ? x->n_slices : MOST_PLOTTED;
	struct plot *p;
	struct buf b = BUF_INIT;

	strs_add(&labels, "all patterns");
	for (size_t i = 0; i < n; i++) {
		struct eval_slice s = { .by = x->slices[i].by,
					.value = x->slices[i].value };

		slice_name(&s, &b);
		strs_add(&labels, b.data);
	}
	buf_clear(&b);
	buf_printf(&b, "Difference of %s by slice (right of 0: the candidate's "
		   "is greater)", metric_key(m));
	strs_add(&series, "difference");
	p = report_plot(r, b.data, PLOT_INTERVALS, &labels, &series);
	p->label_name = "slice";
	p->value_name = "difference";
	p->has_mark = true;
	*plot_at(p, 0, 0) = delta_figure(&x->metrics[m]);
	for (size_t i = 0; i < n; i++)
		*plot_at(p, 0, i + 1) = delta_figure(&x->slices[i].metrics[m]);
	strs_release(&labels);
	strs_release(&series);
	buf_release(&b);
}

static void pairs_facts(struct report *r, const struct candidate *x)
{
	struct buf b = BUF_INIT;

	report_fact(r, "Verdict", verdict_text(x->verdict));
	report_factf(r, "Patterns fixed", "%llu",
		     (unsigned long long)x->fixed);
	report_factf(r, "Patterns broken", "%llu",
		     (unsigned long long)x->broken);
	if (!x->has_mcnemar)
		return;
	buf_printf(&b, "only the base right %llu, only the candidate right "
		   "%llu, p ", (unsigned long long)x->only_base_right,
		   (unsigned long long)x->only_candidate_right);
	report_number(&b, x->p);
	buf_str(&b, ", by Holm ");
	report_number(&b, x->p_holm);
	report_fact(r, "Exact McNemar", b.data);
	buf_release(&b);
}

static void write_candidate(struct report *r, const struct comparison *c,
			    const struct candidate *x, enum metric m)
{
	struct report_table *t;

	pairs_facts(r, x);
	t = report_table(r, "Metrics, paired on the same patterns",
			 delta_columns, "no metric could be compared");
	for (int k = 0; k < METRIC_COUNT; k++)
		if (x->metrics[k].present)
			delta_row(t, (enum metric)k, &x->metrics[k]);
	if (!metric_fits(m, c->task))
		m = metric_main(c->task);
	if (x->n_slices && x->metrics[m].present)
		deltas_plot(r, x, m);
}

enum rc report_part_comparison(struct report_ctx *c, struct report *r,
			       struct err *err)
{
	(void)err;
	report_section(r, "comparison", "Comparison with production");
	if (!c->base) {
		report_none(r, c->model.production ? "this is the version in "
			    "production" : "no version of %s is in production",
			    c->model.name);
		return RC_OK;
	}
	if (!c->compared.n)
		report_none(r, "this version was evaluated on no test set");
	for (size_t i = 0; i < c->compared.n; i++) {
		const struct report_compared *d = &c->compared.at[i];

		report_heading(r, "%s: version %lld against %lld", d->testset,
			       (long long)c->version.version,
			       (long long)c->base);
		if (d->is_done)
			write_candidate(r, &d->c, &d->c.candidates[0],
					c->facts.main_metric);
		else
			report_none(r, "not comparable: %s", d->why);
	}
	return RC_OK;
}

/* -- A comparison of its own: TESTSET BASE CANDIDATE… -- */

static enum rc resolve_all(struct report_ctx *c, struct version_ref *base,
			   struct version_refs *refs, struct err *err)
{
	enum rc rc = reg_version_resolve(c->reg, c->spec->of[1], base, err);

	for (size_t i = 2; i < c->spec->n_of && rc == RC_OK; i++) {
		struct version_ref ref = { 0 };

		rc = reg_version_resolve(c->reg, c->spec->of[i], &ref, err);
		if (rc == RC_OK)
			vec_push(refs, ref);
	}
	return rc;
}

static void write_comparison(struct report *r, const struct comparison *c)
{
	report_section(r, "comparison", "Comparison");
	report_fact(r, "Test set", c->testset);
	report_factf(r, "Revision", "%lld", (long long)c->revision);
	report_fact(r, "Digest", c->digest);
	report_factf(r, "Patterns that all answered", "%llu",
		     (unsigned long long)c->n);
	report_factf(r, "Base", "%s@%lld", c->base_model,
		     (long long)c->base_version);
	for (size_t i = 0; i < c->n_candidates; i++) {
		const struct candidate *x = &c->candidates[i];

		report_heading(r, "%s@%lld against %s@%lld", x->model,
			       (long long)x->version, c->base_model,
			       (long long)c->base_version);
		write_candidate(r, c, x, metric_main(c->task));
	}
}

enum rc report_of_comparison(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	struct compare_options options = { 0 };
	struct version_ref base = { 0 };
	struct version_refs refs = VEC_INIT;
	struct comparison x = { 0 };
	bool done = false;
	enum rc rc;

	if (c->spec->n_of < 3)
		return err_set(err, RC_USAGE, "a comparison takes TESTSET "
			       "BASE CANDIDATE…");
	rc = resolve_all(c, &base, &refs, err);
	if (rc == RC_OK) {
		rc = reg_compare(c->reg, c->spec->of[0], 0, &base, &refs,
				 &options, c->progress, &x, err);
		done = rc == RC_OK;
	}
	if (done) {
		r->title = xasprintf("Comparison on %s", c->spec->of[0]);
		write_comparison(r, &x);
		comparison_release(&x);
		rc = report_part_audit(c, r, err);
	}
	free(base.model);
	version_refs_release(&refs);
	return rc;
}
