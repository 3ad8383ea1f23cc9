#include "cli/report_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"

/* Long form: one metric of one candidate (and slice) a row. */
static const struct table_column csv_columns[] = {
	{ "candidate", "candidate", false }, { "by", "by", false },
	{ "value", "value", false }, { "metric", "metric", false },
	{ "base", "base", true }, { "to", "candidate", true },
	{ "delta", "delta", true }, { "low", "low", true },
	{ "high", "high", true }, { "n", "n", true },
	{ "method", "method", false }, { "p", "p", true },
	{ "p_holm", "p_holm", true }, { "verdict", "verdict", false },
	{ "verdict_by", "verdict_by", false }, { 0 },
};

static void csv_delta(struct table *t, const char *name, const char *by,
		      const char *value, enum metric m, const struct delta *d)
{
	table_str(t, name);
	table_str(t, by);
	table_str(t, value);
	table_str(t, metric_key(m));
	d->why ? table_null(t) : table_num(t, d->base);
	d->why ? table_null(t) : table_num(t, d->candidate);
	d->why ? table_null(t) : table_num(t, d->delta);
	d->has_interval ? table_num(t, d->low) : table_null(t);
	d->has_interval ? table_num(t, d->high) : table_null(t);
	table_int(t, (int64_t)d->n);
	table_str(t, d->has_interval ? method_name(d->method) : NULL);
	d->has_p ? table_num(t, d->p) : table_null(t);
	d->has_p ? table_num(t, d->p_holm) : table_null(t);
	table_str(t, d->why ? d->why : verdict_text(d->verdict));
	table_str(t, d->why ? NULL : basis_key(d->basis));
}

static char *candidate_name(const struct candidate *k)
{
	return xasprintf("%s@%lld", k->model, (long long)k->version);
}

static void csv_deltas(struct table *t, const char *name, const char *by,
		       const char *value, const struct delta *metrics)
{
	for (enum metric m = 0; m < METRIC_COUNT; m++)
		if (metrics[m].present)
			csv_delta(t, name, by, value, m, &metrics[m]);
}

static void comparison_csv(struct cli *c, const struct comparison *cmp)
{
	static const struct table_spec spec = {
		"deltas", false, csv_columns, NULL,
	};
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < cmp->n_candidates; i++) {
		const struct candidate *k = &cmp->candidates[i];
		char *name = candidate_name(k);

		csv_deltas(t, name, NULL, NULL, k->metrics);
		for (size_t j = 0; j < k->n_slices; j++)
			csv_deltas(t, name, k->slices[j].by,
				   k->slices[j].value, k->slices[j].metrics);
		free(name);
	}
	table_end(t);
}

/* -- for people -- */

/* "+.0132 [+.0051, +.0214]" */
static void delta_cell(struct table *t, const struct delta *d)
{
	struct buf b = BUF_INIT;

	if (d->why) {
		buf_printf(&b, "- (%s)", d->why);
	} else {
		number_text(&b, d->delta, true);
		if (d->has_interval) {
			buf_str(&b, " [");
			number_text(&b, d->low, true);
			buf_str(&b, ", ");
			number_text(&b, d->high, true);
			buf_char(&b, ']');
		}
	}
	table_str(t, b.data);
	buf_release(&b);
}

static void value_cell(struct table *t, const struct delta *d, double x)
{
	if (d->why)
		table_null(t);
	else
		table_num(t, x);
}

static const struct table_column metric_columns[] = {
	{ "metric", "metric", false }, { "base", "base", true },
	{ "candidate", "candidate", true },
	{ "delta", "delta [95 %, paired]", false }, { "n", "n", true },
	{ "verdict", "verdict", false }, { 0 },
};

static void verdict_cell(struct table *t, enum metric m, const struct delta *d)
{
	struct buf b = BUF_INIT;

	if (d->why) {
		table_str(t, NULL);
		return;
	}
	buf_str(&b, delta_only_differs(m, d) ? "differs" :
		verdict_text(d->verdict));
	delta_add_basis(&b, m, d);
	table_str(t, b.data);
	buf_release(&b);
}

static void metric_table(struct cli *c, const struct candidate *k)
{
	static const struct table_spec spec = {
		"metrics", false, metric_columns, NULL,
	};
	struct table *t = cli_table(c, &spec);

	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		const struct delta *d = &k->metrics[m];

		if (!d->present)
			continue;
		table_str(t, metric_key(m));
		value_cell(t, d, d->base);
		value_cell(t, d, d->candidate);
		delta_cell(t, d);
		table_int(t, (int64_t)d->n);
		verdict_cell(t, m, d);
	}
	table_end(t);
}

static const struct table_column gap_columns[] = {
	{ "by", "groups by", false }, { "measure", "difference", false },
	{ "base", "base", true }, { "candidate", "candidate", true },
	{ "delta", "delta [95 %, paired]", false }, { "n", "n", true },
	{ "least", "least", false }, { "greatest", "greatest", false },
	{ "too_few", "too few", true }, { "verdict", "verdict", false }, { 0 },
};

/* How far groups lie apart. */
static void gap_table(struct cli *c, const struct candidate *k)
{
	static const struct table_spec spec = {
		"fairness", false, gap_columns, NULL,
	};
	struct table *t;

	if (!k->n_gaps)
		return;
	buf_str(&c->out.buf, "\ndifferences between groups, greatest less "
		"least; least and greatest in the candidate\n");
	t = cli_table(c, &spec);
	for (size_t i = 0; i < k->n_gaps; i++) {
		const struct compare_gap *gap = &k->gaps[i];
		const struct delta *d = &gap->delta;

		table_str(t, gap->by);
		table_str(t, gap->measure);
		value_cell(t, d, d->base);
		value_cell(t, d, d->candidate);
		delta_cell(t, d);
		table_int(t, (int64_t)d->n);
		table_str(t, gap->low);
		table_str(t, gap->high);
		table_int(t, (int64_t)gap->n_small);
		table_str(t, verdict_text(d->verdict));
	}
	table_end(t);
}

static const struct table_column slice_columns[] = {
	{ "by", "slice by", false }, { "value", "value", false },
	{ "n", "n", true }, { "base", "base", true },
	{ "candidate", "candidate", true },
	{ "delta", "delta [95 %, paired]", false },
	{ "p_holm", "Holm p", true }, { "verdict", "verdict", false },
	{ "folded", "folded", true }, { 0 },
};

struct ordered {
	const struct compare_slice *slice;
	double harm;
	size_t folded;			/* under it */
};

static int worst_first(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (x->harm != y->harm)
		return x->harm < y->harm ? 1 : -1;
	return x->slice < y->slice ? -1 : 1;	/* as they stand in the set */
}

/* Slices by how much worse the candidate is; those too small go last. Returns
 * how many are shown. */
static size_t order_slices(const struct comparison *cmp, size_t candidate,
			   enum metric m, bool all, struct ordered *o)
{
	const struct candidate *k = &cmp->candidates[candidate];
	size_t *keeper = XNEW_ARRAY(size_t, k->n_slices + 1);
	size_t *folded = XNEW_ARRAY(size_t, k->n_slices + 1), n = 0;

	comparison_fold(cmp, candidate, m, keeper);
	for (size_t i = 0; i < k->n_slices; i++)
		folded[keeper[i]] += keeper[i] != i;
	for (size_t i = 0; i < k->n_slices; i++) {
		const struct delta *d = &k->slices[i].metrics[m];
		double harm = metric_better(m) == BETTER_LOWER ? d->delta
							       : -d->delta;

		if (keeper[i] != i && !all)
			continue;
		o[n].slice = &k->slices[i];
		o[n].folded = folded[i];
		o[n++].harm = d->why || !d->present ||
			      d->verdict == VERDICT_INSUFFICIENT ? -1e300 : harm;
	}
	qsort(o, n, sizeof(*o), worst_first);
	free(keeper);
	free(folded);
	return n;
}

static void slice_row(struct table *t, const struct ordered *o, enum metric m)
{
	const struct compare_slice *s = o->slice;
	const struct delta *d = &s->metrics[m];
	char p[DECIMAL_MAX];

	table_str(t, s->by);
	table_str(t, s->value);
	table_int(t, (int64_t)(d->why ? s->n : d->n));
	value_cell(t, d, d->base);
	value_cell(t, d, d->candidate);
	delta_cell(t, d);
	table_str(t, d->has_p && d->verdict != VERDICT_INSUFFICIENT ?
		  decimal_sig(d->p_holm, 2, p) : NULL);
	table_str(t, d->why ? NULL : verdict_text(d->verdict));
	if (o->folded)
		table_int(t, (int64_t)o->folded);
	else
		table_null(t);
}

static void slice_table(struct cli *c, const struct comparison *cmp,
			size_t candidate, enum metric m, bool all)
{
	static const struct table_spec spec = {
		"slices", false, slice_columns, NULL,
	};
	const struct candidate *k = &cmp->candidates[candidate];
	struct ordered *o = XNEW_ARRAY(struct ordered, k->n_slices + 1);
	size_t n = order_slices(cmp, candidate, m, all, o);
	struct table *t;

	buf_printf(&c->out.buf, "\n%s by slice, worst change first; Holm over "
		   "%zu slices", metric_key(m), k->family[m]);
	if (n < k->n_slices)
		buf_printf(&c->out.buf, "; %zu nested and saying the same are "
			   "folded", k->n_slices - n);
	buf_char(&c->out.buf, '\n');
	t = cli_table(c, &spec);
	for (size_t i = 0; i < n; i++)
		slice_row(t, &o[i], m);
	table_end(t);
	free(o);
}

static void flips_line(struct buf *b, const struct candidate *k)
{
	buf_printf(b, "fixed %llu, broken %llu, both right %llu, both "
		   "wrong %llu; ",
		   (unsigned long long)k->fixed, (unsigned long long)k->broken,
		   (unsigned long long)k->both_right,
		   (unsigned long long)k->both_wrong);
}

static void shifts_line(struct buf *b, const struct candidate *k)
{
	buf_printf(b, "nearer to the target %llu, farther %llu; ",
		   (unsigned long long)k->nearer,
		   (unsigned long long)k->farther);
}

/* "McNemar, exact: p 1e-05, Holm 2e-05; mid-p 9e-06; chi2 21.4, p …" */
static void mcnemar_line(struct buf *b, const struct candidate *k)
{
	char p[DECIMAL_MAX], holm[DECIMAL_MAX], mid[DECIMAL_MAX];
	char x[DECIMAL_MAX], px[DECIMAL_MAX], y[DECIMAL_MAX], py[DECIMAL_MAX];

	buf_printf(b, "McNemar, exact: p %s, Holm %s\n",
		   decimal_sig(k->p, 3, p), decimal_sig(k->p_holm, 3, holm));
	buf_printf(b, "other forms: mid-p %s; chi2 %s, p %s; corrected %s, p "
		   "%s\n", decimal_sig(k->forms.p_mid, 3, mid),
		   decimal_sig(k->forms.chi2, 4, x),
		   decimal_sig(k->forms.p_chi2, 3, px),
		   decimal_sig(k->forms.corrected, 4, y),
		   decimal_sig(k->forms.p_corrected, 3, py));
}

/* Of patterns, or of groups where errors are averaged by them first. */
static void errors_line(struct buf *b, const struct comparison *cmp,
			const struct candidate *k)
{
	char p[DECIMAL_MAX], holm[DECIMAL_MAX], t[DECIMAL_MAX], df[DECIMAL_MAX];
	uint64_t n = k->metrics[METRIC_MAE].n;

	buf_str(b, "Wilcoxon signed rank on absolute errors");
	if (n != cmp->n)
		buf_printf(b, " of %s groups", decimal_grouped(n, p));
	buf_printf(b, ": p %s, Holm %s", decimal_sig(k->p, 3, p),
		   decimal_sig(k->p_holm, 3, holm));
	if (k->ranks_oppose)
		buf_printf(b, " (its ranks, p %s, point the other way than "
			   "the mean: nothing is shown)",
			   decimal_sig(k->p_ranks, 3, t));
	if (k->has_t && k->t.why)
		buf_printf(b, "; no paired t: %s", k->t.why);
	else if (k->has_t)
		buf_printf(b, "; paired t %s, df %s, p %s",
			   decimal_sig(k->t.t, 4, t),
			   decimal_sig(k->t.df, 9, df),
			   decimal_sig(k->t.p, 3, p));
	buf_char(b, '\n');
}

static void weighted_line(struct buf *b, const struct candidate *k)
{
	char p[DECIMAL_MAX], holm[DECIMAL_MAX];

	if (k->has_p)
		buf_printf(b, "patterns have weights: p %s, Holm %s, by the "
			   "weighted interval\n", decimal_sig(k->p, 3, p),
			   decimal_sig(k->p_holm, 3, holm));
	else
		buf_str(b, "patterns have weights; no interval says how sure "
			"the difference is\n");
}

static void verdict_line(struct buf *b, const struct comparison *cmp,
			 const struct candidate *k)
{
	buf_printf(b, "%s %lld against %s %lld: %s\n", k->model,
		   (long long)k->version, cmp->base_model,
		   (long long)cmp->base_version, verdict_text(k->verdict));
	if (k->has_flips)
		flips_line(b, k);
	if (k->has_shifts)
		shifts_line(b, k);
	if (cmp->is_weighted)
		weighted_line(b, k);
	else if (k->has_mcnemar)
		mcnemar_line(b, k);
	else if (cmp->task == TASK_REGRESSION)
		errors_line(b, cmp, k);
	buf_char(b, '\n');
}

static void cochran_line(struct buf *b, const struct comparison *cmp)
{
	char q[DECIMAL_MAX], p[DECIMAL_MAX];

	if (cmp->has_cochran)
		buf_printf(b, "all %zu equally often right? Cochran's Q %s, df "
			   "%zu, p %s\n", cmp->n_candidates + 1,
			   decimal_sig(cmp->cochran.statistic, 4, q),
			   cmp->n_candidates,
			   decimal_sig(cmp->cochran.p, 3, p));
}

/* -- flips -- */

/* For people each candidate has a table of its own. */
static const struct table_column flip_columns[] = {
	{ "candidate", NULL, false }, { "key", "pattern", false },
	{ "flip", "flip", false }, { "target", "target", false },
	{ "base", "base", false }, { "to", "candidate", false },
	{ "base_score", "base score", true },
	{ "to_score", "candidate score", true }, { 0 },
};
static const struct table_column shift_columns[] = {
	{ "candidate", NULL, false }, { "key", "pattern", false },
	{ "flip", "error", false }, { "target", "target", true },
	{ "base", "base", true }, { "to", "candidate", true },
	{ "base_error", "base error", true },
	{ "to_error", "candidate error", true },
	{ "delta", "change", true }, { "by", "of", false }, { 0 },
};

static void finite_cell(struct table *t, bool there, double x)
{
	if (there && isfinite(x))
		table_num(t, x);
	else
		table_null(t);
}

static void shift_cells(struct table *t, const struct flip *f)
{
	double target;

	if (decimal_read(f->target, strlen(f->target), &target))
		table_num(t, target);
	else
		table_str(t, f->target);
	finite_cell(t, f->base.has_value, f->base.value);
	finite_cell(t, f->candidate.has_value, f->candidate.value);
	finite_cell(t, true, f->base_error);
	finite_cell(t, true, f->candidate_error);
	finite_cell(t, true, flip_change(f));
}

static void flip_cells(struct table *t, const struct flip *f)
{
	table_str(t, f->target);
	table_str(t, f->base.label);
	table_str(t, f->candidate.label);
	finite_cell(t, f->base.has_score, f->base.score);
	finite_cell(t, f->candidate.has_score, f->candidate.score);
}

static void flip_rows(struct table *t, const struct candidate *k,
		      enum row_loss by, const struct flips *flips)
{
	char *name = candidate_name(k);

	for (size_t i = 0; i < flips->n; i++) {
		const struct flip *f = &flips->at[i];

		table_str(t, name);
		table_key(t, f->key);
		if (k->has_shifts) {
			table_str(t, flip_distance(f));
			shift_cells(t, f);
			table_str(t, loss_text(by));
		} else {
			table_str(t, f->fixed ? "fixed" : "broken");
			flip_cells(t, f);
		}
	}
	free(name);
}

static struct table_spec flips_spec(const struct comparison *cmp)
{
	return (struct table_spec){
		"patterns", false, cmp->task == TASK_REGRESSION ?
		shift_columns : flip_columns, NULL,
	};
}

static void all_flips(struct table *t, const struct comparison *cmp,
		      enum metric m, const struct flip_lists *flips)
{
	for (size_t i = 0; i < cmp->n_candidates; i++) {
		enum row_loss by = candidate_loss(&cmp->candidates[i], m);

		flip_rows(t, &cmp->candidates[i], by, &flips[i].by[by]);
	}
	table_end(t);
}

static void flip_table(struct cli *c, const struct comparison *cmp,
		       size_t candidate, enum metric m,
		       const struct flip_lists *lists)
{
	const struct candidate *k = &cmp->candidates[candidate];
	struct table_spec spec = flips_spec(cmp);
	enum row_loss by = candidate_loss(k, m);
	const struct flips *flips = &lists->by[by];
	uint64_t all = k->has_shifts ? k->shifts[by].changed :
		       k->fixed + k->broken;
	struct table *t;

	if (k->has_shifts)
		buf_printf(&c->out.buf, "\npatterns whose %s changed most",
			   loss_text(by));
	else
		buf_str(&c->out.buf, "\npatterns that flipped, broken first");
	buf_printf(&c->out.buf, ": %zu of %llu\n", flips->n,
		   (unsigned long long)all);
	t = cli_table(c, &spec);
	flip_rows(t, k, by, flips);
	table_end(t);
}

static void comparison_json(struct cli *c, const struct comparison *cmp,
			    enum metric by, const struct flip_lists *flips)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);
	struct table_spec spec = flips_spec(cmp);

	jo_object(&o);
	comparison_members(&o, cmp);
	if (flips)
		all_flips(table_new_within(&c->out, &o, &spec), cmp, by,
			  flips);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static void report_text(struct cli *c, const struct comparison *cmp,
			enum metric by, const struct flip_lists *flips)
{
	char n[DECIMAL_MAX];

	buf_printf(&c->out.buf, "%s r%lld, n %s answered by all\n",
		   cmp->testset, (long long)cmp->revision,
		   decimal_grouped(cmp->n, n));
	cochran_line(&c->out.buf, cmp);
	if (cmp->has_margin)
		buf_printf(&c->out.buf, "equivalent: the interval lies within "
			   "%s of 0\n", decimal_sig(cmp->margin, 6, n));
	buf_char(&c->out.buf, '\n');
	for (size_t i = 0; i < cmp->n_candidates; i++) {
		const struct candidate *k = &cmp->candidates[i];

		if (i)
			buf_char(&c->out.buf, '\n');
		verdict_line(&c->out.buf, cmp, k);
		metric_table(c, k);
		if (k->n_slices)
			slice_table(c, cmp, i, by, opt_has(&c->opts,
							   "all-slices"));
		gap_table(c, k);
		if (flips)
			flip_table(c, cmp, i, by, &flips[i]);
	}
}

void report_comparison(struct cli *c, const struct comparison *cmp,
		       enum metric by, const struct flip_lists *flips)
{
	struct table_spec spec = flips_spec(cmp);

	if (c->format == FORMAT_JSON)
		comparison_json(c, cmp, by, flips);
	else if (c->format == FORMAT_CSV && flips)
		all_flips(cli_table(c, &spec), cmp, by, flips);
	else if (c->format == FORMAT_CSV)
		comparison_csv(c, cmp);
	else
		report_text(c, cmp, by, flips);
}
