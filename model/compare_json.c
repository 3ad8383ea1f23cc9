/* The comparison as CLI.md (section JSON) has it. */
#include "model/compare.h"

#include <stdlib.h>

#include "base/xalloc.h"

static void write_members(struct json_out *o, const struct delta *d)
{
	if (d->why) {
		jo_knull(o, "value");
		jo_kstr(o, "why", d->why);
		jo_kstr(o, "verdict", verdict_text(d->verdict));
		return;
	}
	jo_knum(o, "base", d->base);
	jo_knum(o, "candidate", d->candidate);
	jo_knum(o, "delta", d->delta);
	if (d->has_interval) {
		jo_knum(o, "low", d->low);
		jo_knum(o, "high", d->high);
	}
	jo_kint(o, "n", (int64_t)d->n);
	if (d->has_interval)
		jo_kstr(o, "method", method_name(d->method));
	jo_kstr(o, "verdict", verdict_text(d->verdict));
	if (d->has_p) {
		jo_knum(o, "p", d->p);
		jo_knum(o, "p_holm", d->p_holm);
	}
	jo_kstr(o, "verdict_by", basis_key(d->basis));
}

static void write_delta(struct json_out *o, const struct delta *d)
{
	jo_object(o);
	write_members(o, d);
	jo_end(o);
}

static void write_gaps(struct json_out *o, const struct candidate *c)
{
	jo_key(o, "fairness");
	jo_array(o);
	for (size_t i = 0; i < c->n_gaps; i++) {
		const struct compare_gap *gap = &c->gaps[i];

		jo_object(o);
		jo_kstr(o, "by", gap->by);
		jo_kstr(o, "measure", gap->measure);
		write_members(o, &gap->delta);
		jo_kstr(o, "least", gap->low);
		jo_kstr(o, "greatest", gap->high);
		jo_kint(o, "groups", (int64_t)gap->n_groups);
		jo_kint(o, "too_few", (int64_t)gap->n_small);
		jo_end(o);
	}
	jo_end(o);
}

static void write_deltas(struct json_out *o, const struct delta *deltas)
{
	jo_key(o, "metrics");
	jo_object(o);
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		if (!deltas[m].present)
			continue;
		jo_key(o, metric_key((enum metric)m));
		write_delta(o, &deltas[m]);
	}
	jo_end(o);
}

static void write_name(struct json_out *o, const char *key, const char *model,
		       int64_t version)
{
	char *name = xasprintf("%s@%lld", model ? model : "",
			       (long long)version);

	jo_kstr(o, key, name);
	free(name);
}

static const char not_made[] = "patterns have weights";

static void maybe_num(struct json_out *o, const char *key, bool is_known,
		      double x)
{
	if (is_known)
		jo_knum(o, key, x);
	else
		jo_knull(o, key);
}

static void write_test(struct json_out *o, const struct candidate *c)
{
	bool made = c->has_mcnemar;

	if (!c->has_flips)
		return;
	jo_key(o, "mcnemar");
	jo_object(o);
	jo_kint(o, "only_base_right", (int64_t)c->only_base_right);
	jo_kint(o, "only_candidate_right", (int64_t)c->only_candidate_right);
	maybe_num(o, "p", made, c->p);
	maybe_num(o, "p_holm", made, c->p_holm);
	maybe_num(o, "p_mid", made, c->forms.p_mid);
	maybe_num(o, "chi2", made, c->forms.chi2);
	maybe_num(o, "p_chi2", made, c->forms.p_chi2);
	maybe_num(o, "chi2_corrected", made, c->forms.corrected);
	maybe_num(o, "p_corrected", made, c->forms.p_corrected);
	if (!made)
		jo_kstr(o, "why", not_made);
	jo_end(o);
}

static void write_wilcoxon(struct json_out *o, const struct candidate *c,
			   const struct comparison *all)
{
	bool made = c->has_p && !all->is_weighted;

	if (all->task != TASK_REGRESSION)
		return;
	jo_key(o, "wilcoxon");
	jo_object(o);
	maybe_num(o, "p", made, c->p);
	maybe_num(o, "p_holm", made, c->p_holm);
	if (all->is_weighted)
		jo_kstr(o, "why", not_made);
	if (made && c->ranks_oppose) {
		maybe_num(o, "p_ranks", true, c->p_ranks);
		jo_kstr(o, "why", "the ranks point the other way than the "
			"means");
	}
	jo_end(o);
	if (!c->has_t)
		return;
	jo_key(o, "paired_t");
	jo_object(o);
	maybe_num(o, "t", !c->t.why, c->t.t);
	maybe_num(o, "df", !c->t.why, c->t.df);
	maybe_num(o, "p", !c->t.why, c->t.p);
	if (c->t.why)
		jo_kstr(o, "why", c->t.why);
	jo_end(o);
}

/* For the deciding metric: where the slice is folded, and what it is nested
 * in. */
static void write_slice_name(struct json_out *o, const char *key,
			     const struct candidate *c, size_t i)
{
	if (i == NEST_NONE)
		return;
	jo_key(o, key);
	jo_object(o);
	jo_kstr(o, "by", c->slices[i].by);
	jo_kstr(o, "value", c->slices[i].value);
	jo_end(o);
}

static void write_slices(struct json_out *o, const struct comparison *all,
			 size_t candidate)
{
	const struct candidate *c = &all->candidates[candidate];
	size_t *keeper = XNEW_ARRAY(size_t, all->n_slices + 1);

	comparison_fold(all, candidate, metric_main(all->task), keeper);
	jo_key(o, "slices");
	jo_array(o);
	for (size_t i = 0; i < c->n_slices; i++) {
		jo_object(o);
		jo_kstr(o, "by", c->slices[i].by);
		jo_kstr(o, "value", c->slices[i].value);
		jo_kint(o, "n", (int64_t)c->slices[i].n);
		write_deltas(o, c->slices[i].metrics);
		write_slice_name(o, "same_as", c, all->nest[i].same_as);
		write_slice_name(o, "folded_under", c,
				 keeper[i] == i ? NEST_NONE : keeper[i]);
		jo_end(o);
	}
	jo_end(o);
	jo_kint(o, "slices_adjusted_for",
		(int64_t)c->family[metric_main(all->task)]);
	free(keeper);
}

static void write_candidate(struct json_out *o, const struct comparison *all,
			    size_t candidate)
{
	const struct candidate *c = &all->candidates[candidate];

	jo_object(o);
	write_name(o, "version", c->model, c->version);
	jo_kstr(o, "verdict", verdict_text(c->verdict));
	write_deltas(o, c->metrics);
	write_test(o, c);
	write_wilcoxon(o, c, all);
	jo_key(o, "flips");
	jo_object(o);
	jo_kint(o, "fixed", (int64_t)c->fixed);
	jo_kint(o, "broken", (int64_t)c->broken);
	jo_end(o);
	if (c->has_shifts) {
		jo_key(o, "shifts");
		jo_object(o);
		jo_kint(o, "nearer", (int64_t)c->nearer);
		jo_kint(o, "farther", (int64_t)c->farther);
		jo_end(o);
	}
	write_slices(o, all, candidate);
	if (c->n_gaps)
		write_gaps(o, c);
	jo_end(o);
}

void comparison_members(struct json_out *o, const struct comparison *c)
{
	jo_key(o, "testset");
	jo_object(o);
	jo_kstr(o, "name", c->testset);
	jo_kint(o, "revision", c->revision);
	jo_kstr(o, "digest", c->digest);
	jo_kint(o, "n", (int64_t)c->n);
	jo_end(o);
	write_name(o, "base", c->base_model, c->base_version);
	if (c->has_margin)
		jo_knum(o, "margin", c->margin);
	jo_key(o, "candidates");
	jo_array(o);
	for (size_t i = 0; i < c->n_candidates; i++)
		write_candidate(o, c, i);
	jo_end(o);
	if (c->has_cochran) {
		jo_key(o, "cochran_q");
		jo_object(o);
		jo_knum(o, "q", c->cochran.statistic);
		jo_kint(o, "df", (int64_t)c->n_candidates);
		jo_knum(o, "p", c->cochran.p);
		jo_end(o);
	}
}

void comparison_write(struct json_out *o, const struct comparison *c)
{
	jo_object(o);
	comparison_members(o, c);
	jo_end(o);
}
