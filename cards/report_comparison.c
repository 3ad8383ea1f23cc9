/* The paired comparison with the version in production, and a comparison as a
 * report of its own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/plain.h"
#include "cards/report_parts.h"

const struct delta *report_slice_delta(const struct report_ctx *c,
				       const char *testset, const char *by,
				       const char *value, enum metric m)
{
	for (size_t i = 0; i < c->compared.n; i++) {
		const struct report_compared *d = &c->compared.at[i];
		const struct candidate *x;

		if (!d->is_done || strcmp(d->testset, testset))
			continue;
		x = &d->c.candidates[0];
		for (size_t k = 0; k < x->n_slices; k++)
			if (!strcmp(x->slices[k].by, by) &&
			    !strcmp(x->slices[k].value, value))
				return &x->slices[k].metrics[m];
	}
	return NULL;
}

static const char *plain_rates(const char *measure)
{
	static const struct { const char *measure, *plain; } rows[] = {
		{ "equal_opportunity_difference", "true positive rates" },
		{ "false_positive_rate_difference", "false positive rates" },
		{ "demographic_parity_difference", "shares said positive" },
		{ "predictive_parity_difference", "precisions" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (!strcmp(rows[i].measure, measure))
			return rows[i].plain;
	return measure;
}

/* Groups that were brought further apart. */
static void risk_of_gaps(struct report_ctx *c, const struct report_compared *d)
{
	const struct candidate *x = &d->c.candidates[0];

	for (size_t i = 0; i < x->n_gaps; i++) {
		const struct compare_gap *gap = &x->gaps[i];
		char was[DECIMAL_MAX], is[DECIMAL_MAX];

		if (gap->delta.verdict != VERDICT_WORSE)
			continue;
		report_risk(c, 2.5 + fmin(gap->delta.delta, .4), "comparison",
			    "On %s the %s of groups by %s lie further apart "
			    "(by %s, from %s to %s) than those of version %lld "
			    "in production (%s).", d->testset,
			    plain_rates(gap->measure), gap->by,
			    decimal_fixed(gap->delta.candidate, 3, is),
			    gap->low, gap->high, (long long)c->base,
			    decimal_fixed(gap->delta.base, 3, was));
	}
}

enum rc report_risks_comparison(struct report_ctx *c, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < c->compared.n; i++)
		if (c->compared.at[i].is_done)
			risk_of_gaps(c, &c->compared.at[i]);
	for (size_t i = 0; i < c->compared.n; i++)
		if (c->compared.at[i].is_done && c->compared.at[i].c
		    .candidates[0].verdict == VERDICT_WORSE)
			report_risk(c, 4.5, "comparison", "On %s it is worse "
				    "than version %lld in production.",
				    c->compared.at[i].testset,
				    (long long)c->base);
	return RC_OK;
}

/* -- Tables -- */

static const struct report_column delta_columns[] = {
	{ "name", "Metric", false }, { "base", "Base", true },
	{ "candidate", "Candidate", true },
	{ "delta", "Difference, 95 % interval", true },
	{ "verdict", "Verdict", false }, { "metric", "Key", false }, { 0 },
};
static const struct report_column slice_columns[] = {
	{ "slice", "Slice", false }, { "base", "Base", true },
	{ "candidate", "Candidate", true },
	{ "delta", "Difference, 95 % interval", true },
	{ "verdict", "Verdict", false }, { 0 },
};

static const struct report_column gap_columns[] = {
	{ "name", "Difference between groups", false },
	{ "base", "Base", true }, { "candidate", "Candidate", true },
	{ "delta", "Change, 95 % interval", true },
	{ "verdict", "Verdict", false }, { "least", "Least", false },
	{ "greatest", "Greatest", false },
	{ "too_few", "Groups too few to say", true }, { 0 },
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

/* basis: or NULL. */
static void delta_cells(struct report_table *t, const struct delta *d,
			const char *basis)
{
	char *verdict = xasprintf("%s%s", verdict_text(d->verdict),
				  basis ? basis : "");
	struct figure f = delta_figure(d);

	if (d->why) {
		cell_text(t, NULL);
		cell_text(t, NULL);
	} else {
		cell_num(t, d->base);
		cell_num(t, d->candidate);
	}
	cell_figure(t, &f);
	cell_toned(t, verdict_tone(d->verdict), verdict);
	free(verdict);
}

static void metric_cells(struct report_table *t, enum metric m,
			 const struct delta *d)
{
	struct buf basis = BUF_INIT;

	delta_add_basis(&basis, m, d);
	delta_cells(t, d, basis.data);
	buf_release(&basis);
}

static void slices_table(struct report *r, const struct candidate *x,
			 enum metric m)
{
	struct buf b = BUF_INIT;
	struct report_table *t;

	buf_printf(&b, "%s by slice, as the test set has them; verdicts by "
		   "Holm over %zu", plain_metric(m), x->family[m]);
	t = report_table(r, b.data, slice_columns, NULL);
	for (size_t i = 0; i < x->n_slices; i++) {
		report_slice_name(&b, x->slices[i].by, x->slices[i].value);
		cell_text(t, b.data);
		metric_cells(t, m, &x->slices[i].metrics[m]);
	}
	buf_release(&b);
}

/* How far groups lie apart, before and now. */
static void gaps_table(struct report *r, const struct candidate *x)
{
	struct report_table *t;

	if (!x->n_gaps)
		return;
	t = report_table(r, "Differences between groups, greatest less least; "
			 "least and greatest in the candidate", gap_columns,
			 NULL);
	for (size_t i = 0; i < x->n_gaps; i++) {
		const struct compare_gap *gap = &x->gaps[i];

		cell_textf(t, "%s by %s", plain_rates(gap->measure), gap->by);
		delta_cells(t, &gap->delta, NULL);
		cell_text(t, gap->low);
		cell_text(t, gap->high);
		cell_int(t, (int64_t)gap->n_small);
	}
}

static void deltas_plot(struct report *r, const struct candidate *x,
			enum metric m)
{
	struct strs labels = VEC_INIT, series = VEC_INIT;
	size_t n = x->n_slices < REPORT_MOST_PLOTTED ? x->n_slices
						     : REPORT_MOST_PLOTTED;
	struct plot *p;
	struct buf b = BUF_INIT;

	strs_add(&labels, "all patterns");
	for (size_t i = 0; i < n; i++) {
		report_slice_name(&b, x->slices[i].by, x->slices[i].value);
		strs_add(&labels, b.data);
	}
	buf_clear(&b);
	buf_printf(&b, "Difference of %s by slice: %s of 0 the candidate is "
		   "better", plain_metric(m), metric_better(m) == BETTER_LOWER
		   ? "left" : "right");
	strs_add(&series, "difference");
	p = report_plot(r, b.data, PLOT_INTERVALS, &labels, &series);
	p->label_name = "slice";
	p->value_name = "difference";
	p->few = REPORT_MIN_N_SLICE;
	p->has_mark = true;
	*plot_at(p, 0, 0) = delta_figure(&x->metrics[m]);
	for (size_t i = 0; i < n; i++)
		*plot_at(p, 0, i + 1) = delta_figure(&x->slices[i].metrics[m]);
	strs_release(&labels);
	strs_release(&series);
	buf_release(&b);
}

/* "p 0.002, by Holm 0.004": what decides where answers are numbers. */
static void wilcoxon_fact(struct report *r, const struct candidate *x)
{
	const struct delta *d = &x->metrics[METRIC_MAE];
	struct buf b = BUF_INIT;

	if (d->tested != BASIS_WILCOXON || !d->has_p)
		return;
	if (x->ranks_oppose) {
		buf_str(&b, "nothing is shown: its ranks (p ");
		report_number(&b, x->p_ranks);
		buf_str(&b, ") point the other way than the mean");
	} else {
		buf_str(&b, "p ");
		report_number(&b, x->p);
		buf_str(&b, ", by Holm ");
		report_number(&b, x->p_holm);
	}
	report_fact(r, "Wilcoxon signed rank, which decides on absolute "
		    "errors", b.data);
	buf_release(&b);
}

static void pairs_facts(struct report *r, const struct candidate *x)
{
	struct buf b = BUF_INIT;

	char n[DECIMAL_MAX];

	report_fact(r, "Verdict", verdict_text(x->verdict));
	report_fact(r, x->has_shifts ? "Patterns nearer to the target" :
		    "Patterns fixed",
		    decimal_grouped(x->has_shifts ? x->nearer : x->fixed, n));
	report_fact(r, x->has_shifts ? "Patterns farther from it" :
		    "Patterns broken",
		    decimal_grouped(x->has_shifts ? x->farther : x->broken, n));
	if (x->has_flips && !x->has_mcnemar)
		report_fact(r, "Exact McNemar", "not made: patterns have "
			    "weights; the verdict is the weighted interval's");
	wilcoxon_fact(r, x);
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
	if (!metric_fits(m, c->task))
		m = metric_main(c->task);
	if (x->n_slices && x->metrics[m].present)
		deltas_plot(r, x, m);
	t = report_table(r, "Metrics, paired on the same patterns",
			 delta_columns, "no metric could be compared");
	for (int k = 0; k < METRIC_COUNT; k++) {
		if (!x->metrics[k].present)
			continue;
		cell_text(t, plain_metric((enum metric)k));
		metric_cells(t, (enum metric)k, &x->metrics[k]);
		cell_code(t, metric_key((enum metric)k));
	}
	gaps_table(r, x);
	if (x->n_slices && x->metrics[m].present)
		slices_table(r, x, m);
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
	char n[DECIMAL_MAX];

	report_section(r, "comparison", "Comparison");
	report_fact(r, "Test set", c->testset);
	report_factf(r, "Revision", "%lld", (long long)c->revision);
	report_fact(r, "Digest", c->digest);
	report_fact(r, "Patterns that all answered", decimal_grouped(c->n, n));
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
