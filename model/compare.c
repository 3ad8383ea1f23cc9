/* Values come from evaluate_many(); what lies between two versions is added
 * step by step (compare_inside.h): tests and the plan of the bootstrap for
 * each pair, all resampling at once, then verdicts. */
#include "model/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/compare_inside.h"
#include "model/dist.h"
#include "model/paired.h"

#define RESAMPLES 1000

static const char *const verdicts[] = {
#define X(id, text) [id] = text,
	VERDICT_LIST(X)
#undef X
};

const char *verdict_text(enum verdict v)
{
	return verdicts[v];
}

static size_t n_slots(const struct comparing *c)
{
	return c->cuts.n_slots;
}

static struct pair pair_of(struct comparing *c, size_t candidate, size_t slot)
{
	struct candidate *out = &c->out->candidates[candidate];

	return (struct pair){
		.all = c, .candidate = candidate, .slot = slot,
		.base = &c->inputs[0], .in = &c->inputs[candidate + 1],
		.rows = c->rows.rows + c->rows.start[slot],
		.n = c->rows.start[slot + 1] - c->rows.start[slot],
		.deltas = slot ? out->slices[slot - 1].metrics : out->metrics,
		.figures = c->figures + (candidate * n_slots(c) + slot) *
			METRIC_COUNT,
	};
}

/* -- One pair -- */

static void pair_values(struct pair *p)
{
	const struct evaluation *v = p->all->values;
	const struct evaluation *base = &v[0], *in = &v[p->candidate + 1];
	const struct eval_slice *a = p->slot ? &base->slices[p->slot - 1]
					     : &base->whole;
	const struct eval_slice *b = p->slot ? &in->slices[p->slot - 1]
					     : &in->whole;

	uint64_t weighing = compare_weighing(p);

	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		const struct figure *x = &a->metrics[m], *y = &b->metrics[m];
		struct delta *d = &p->deltas[m];

		if (!metric_fits((enum metric)m, p->in->task))
			continue;
		*d = (struct delta){
			.present = true, .base = x->value,
			.candidate = y->value, .delta = y->value - x->value,
			.n = x->n < y->n ? x->n : y->n,
			.why = x->why ? x->why : y->why,
		};
		d->n_weighing = d->n < weighing ? d->n : weighing;
		if (!d->why && !isfinite(d->delta))
			d->why = why_text(WHY_OVERFLOW);
	}
}

static void plan_pair(struct pair *p)
{
	bool labels = answer_has_label(p->base) && answer_has_label(p->in);

	pair_values(p);
	if (labels) {
		compare_rates(p);
		compare_boot_labels(p);
	}
	if (p->in->task == TASK_BINARY && p->base->score && p->in->score) {
		compare_auc(p);
		compare_boot_scores(p);
	}
	if (p->in->task == TASK_MULTICLASS && p->base->class_score &&
	    p->in->class_score)
		compare_boot_losses(p);
	if (p->in->task == TASK_REGRESSION && p->base->value &&
	    p->in->value) {
		compare_errors(p);
		compare_boot_errors(p);
	}
}

/* A normal p that agrees with the interval, where no test gave one: an
 * interval that is not symmetric is as wide as its side towards 0. That side
 * is 0 where the interval had to be widened to hold the value. */
double compare_interval_p(const struct delta *d)
{
	double half = d->delta > 0 ? d->delta - d->low : d->high - d->delta;

	if (!(half > 0))
		half = d->high / 2 - d->low / 2;
	if (!(half > 0))
		return d->delta != 0 ? 0 : 1;
	return fmin(1, 2 * dist_normal_upper(fabs(d->delta) / half * Z_95));
}

static void take_resampled(struct pair *p)
{
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		const struct figure *f = &p->figures[m];
		struct delta *d = &p->deltas[m];

		if (d->present && !d->why && !d->has_interval &&
		    f->method != METHOD_NONE)
			compare_set_interval(d, f->low, f->high, f->method);
	}
	compare_means(p);
	compare_weighted_rates(p);
	compare_jackknife(p);
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		struct delta *d = &p->deltas[m];

		if (d->has_interval && !d->has_p)
			compare_set_p(d, compare_interval_p(d), BASIS_INTERVAL);
	}
}

/* -- Flips -- */

static struct mcnemar_forms forms_of(uint64_t b, uint64_t c)
{
	struct test chi2 = mcnemar_chi2(b, c, false);
	struct test corrected = mcnemar_chi2(b, c, true);

	return (struct mcnemar_forms){
		.p_mid = mcnemar_mid(b, c).p,
		.chi2 = chi2.statistic, .p_chi2 = chi2.p,
		.corrected = corrected.statistic, .p_corrected = corrected.p,
	};
}

static void count_flips(struct comparing *c, size_t candidate,
			const uint32_t *ordinals)
{
	const struct eval_input *base = &c->inputs[0];
	const struct eval_input *in = &c->inputs[candidate + 1];
	struct candidate *out = &c->out->candidates[candidate];
	size_t n = 0;

	if (!answer_has_label(base) || !answer_has_label(in))
		return;
	out->has_flips = true;
	out->has_mcnemar = !in->weight;
	for (size_t i = 0; i < in->n; i++) {
		bool a = answer_is_right(base, i), b = answer_is_right(in, i);

		out->both_right += a && b;
		out->both_wrong += !a && !b;
		out->only_base_right += a && !b;
		out->only_candidate_right += !a && b;
	}
	out->forms = forms_of(out->only_base_right, out->only_candidate_right);
	out->fixed = out->only_candidate_right;
	out->broken = out->only_base_right;
	out->flips = XNEW_ARRAY(uint32_t, out->fixed + out->broken + 1);
	for (int broken = 0; broken < 2; broken++)
		for (size_t i = 0; i < in->n; i++)
			if (answer_is_right(base, i) != answer_is_right(in, i) &&
			    answer_is_right(base, i) == broken)
				out->flips[n++] = ordinals ? ordinals[i]
							   : (uint32_t)i;
}

/* All of them at once, before any two are looked at. */
static void ask_cochran(struct comparing *c)
{
	size_t n = c->inputs[0].n, k = c->n_candidates + 1;
	uint8_t *right;

	for (size_t j = 0; j < k; j++)
		if (k < 3 || c->out->is_weighted ||
		    !answer_has_label(&c->inputs[j]))
			return;
	right = XNEW_ARRAY(uint8_t, n * k + 1);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++)
			right[i * k + j] = answer_is_right(&c->inputs[j], i);
	c->out->has_cochran = true;
	c->out->cochran = cochran_q(right, n, k);
	free(right);
}

/* -- All -- */

static void name_slices(struct comparing *c, struct candidate *out)
{
	out->n_slices = c->cuts.n_slices;
	out->slices = XNEW_ARRAY(struct compare_slice, out->n_slices + 1);
	for (size_t i = 0; i < out->n_slices; i++) {
		out->slices[i].by = xstrdup(c->cuts.by[i]);
		out->slices[i].value = xstrdup(c->cuts.value[i]);
		out->slices[i].n = c->rows.start[i + 2] - c->rows.start[i + 1];
	}
}

static void begin(struct comparing *c, const uint32_t *ordinals)
{
	size_t n = c->n_candidates;

	*c->out = (struct comparison){
		.n = c->inputs[0].n, .task = c->inputs[0].task,
		.is_weighted = c->inputs[0].weight != NULL,
		.has_margin = c->opt->has_margin,
		.margin = c->opt->margin,
		.n_candidates = n,
		.candidates = XNEW_ARRAY(struct candidate, n + 1),
	};
	c->runs = XNEW_ARRAY(struct eval_run, n + 1);
	for (size_t i = 0; i <= n; i++)
		c->runs[i] = (struct eval_run){ .in = &c->inputs[i],
						.opt = &c->eval };
	cuts_init(&c->cuts, &c->inputs[0]);
	cut_rows_init(&c->rows, &c->cuts, &c->inputs[0], NULL);
	c->figures = XNEW_ARRAY(struct figure, n * n_slots(c) * METRIC_COUNT +
				1);
	for (size_t i = 0; i < n; i++) {
		name_slices(c, &c->out->candidates[i]);
		count_flips(c, i, ordinals);
		compare_shifts(c, i, ordinals);
	}
}

static void for_each_pair(struct comparing *c, void (*fn)(struct pair *p))
{
	for (size_t i = 0; i < c->n_candidates; i++) {
		for (size_t s = 0; s < n_slots(c); s++) {
			struct pair p = pair_of(c, i, s);

			fn(&p);
		}
	}
}

static void conclude(struct comparing *c)
{
	compare_find_nested(c);
	compare_judge(c);
	ask_cochran(c);
}

static void end(struct comparing *c)
{
	for (size_t i = 0; i <= c->n_candidates; i++) {
		for (size_t k = 0; k < c->runs[i].owned.n; k++)
			free(c->runs[i].owned.at[k].p);
		vec_free(&c->runs[i].owned);
		evaluation_release(&c->values[i]);
	}
	free(c->runs);
	free(c->values);
	free(c->figures);
	vec_free(&c->jobs);
	cut_rows_release(&c->rows);
	cuts_release(&c->cuts);
}

/* Once the figures of all are there: pairs, parts and slices. */
static enum rc compare_pairs(struct comparing *c, const uint32_t *ordinals,
			     struct err *err)
{
	struct boot_plan plan = {
		.resamples = c->opt->resamples ? c->opt->resamples : RESAMPLES,
		.seed = c->opt->seed,
		.cancelled = c->opt->cancelled, .arg = c->opt->arg,
	};
	enum rc rc = RC_OK;

	begin(c, ordinals);
	for_each_pair(c, plan_pair);
	compare_plan_gaps(c);
	compare_plan_parts(c, ordinals);
	if (!boot_run(c->jobs.at, c->jobs.n, &plan))
		rc = err_set(err, RC_CANCELLED, "cancelled");
	else
		for_each_pair(c, take_resampled);
	compare_take_gaps(c);
	compare_take_parts(c);
	if (rc == RC_OK)
		conclude(c);
	end(c);
	if (rc != RC_OK)
		comparison_release(c->out);
	return rc;
}

enum rc compare_versions(const struct eval_input *inputs, size_t n_inputs,
			 const uint32_t *ordinals,
			 const struct compare_options *opt,
			 struct comparison *out, struct err *err)
{
	struct comparing c = { .opt = opt, .out = out,
			       .n_candidates = n_inputs - 1,
			       .eval = { .cancelled = opt->cancelled,
					 .arg = opt->arg } };
	struct eval_inputs own;
	enum rc rc;

	if (n_inputs < 2)
		return err_set(err, RC_BAD_INPUT, "compare needs a base and "
			       "at least one candidate");
	eval_inputs_init(&own, inputs, n_inputs);
	for (size_t i = 0; opt->whole_only && i < n_inputs; i++)
		own.at[i].n_partitions = 0;
	c.inputs = own.at;
	c.values = XNEW_ARRAY(struct evaluation, n_inputs);
	rc = evaluate_many(c.inputs, n_inputs, &c.eval, c.values, err);
	if (rc)
		free(c.values);
	else
		rc = compare_pairs(&c, ordinals, err);
	eval_inputs_release(&own);
	return rc;
}

static void release_candidate(struct candidate *c)
{
	for (size_t i = 0; i < c->n_slices; i++) {
		free(c->slices[i].by);
		free(c->slices[i].value);
	}
	for (size_t i = 0; i < c->n_gaps; i++) {
		free(c->gaps[i].by);
		free(c->gaps[i].low);
		free(c->gaps[i].high);
	}
	free(c->gaps);
	for (size_t i = 0; i < c->n_parts; i++)
		free(c->parts[i].ordinals);
	free(c->parts);
	free(c->slices);
	free(c->flips);
	for (enum row_loss l = 0; l < LOSS_COUNT; l++)
		free(c->shifts[l].at);
	free(c->model);
}

void comparison_release(struct comparison *c)
{
	for (size_t i = 0; i < c->n_candidates; i++)
		release_candidate(&c->candidates[i]);
	free(c->candidates);
	free(c->nest);
	free(c->testset);
	free(c->digest);
	free(c->base_model);
	*c = (struct comparison){ 0 };
}
