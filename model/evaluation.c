#include "model/evaluation.h"

#include <math.h>
#include <stdlib.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "model/eval_parts.h"

void *eval_keep(struct eval_run *run, size_t n, size_t size)
{
	void *p = xcalloc(n, size);

	vec_add(&run->owned)->p = p;
	return p;
}

/* -- Weights -- */

enum { WEIGHT_EXPONENT = 300 };

static double *weights_in_range(const double *weight, size_t n)
{
	double most = 0, *out;
	int exponent, shift;

	for (size_t i = 0; weight && i < n; i++)
		most = fmax(most, weight[i]);
	exponent = most > 0 ? ilogb(most) : 0;
	if (abs(exponent) <= WEIGHT_EXPONENT)
		return NULL;
	shift = (exponent > 0 ? WEIGHT_EXPONENT : -WEIGHT_EXPONENT) - exponent;
	out = XNEW_ARRAY(double, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = ldexp(weight[i], shift);
	return out;
}

void eval_inputs_init(struct eval_inputs *v, const struct eval_input *inputs,
		      size_t n)
{
	*v = (struct eval_inputs){
		n, XNEW_ARRAY(struct eval_input, n + 1),
		XNEW_ARRAY(double *, n + 1),
	};
	for (size_t i = 0; i < n; i++) {
		v->at[i] = inputs[i];
		v->weight[i] = weights_in_range(inputs[i].weight, inputs[i].n);
		if (v->weight[i])
			v->at[i].weight = v->weight[i];
	}
}

void eval_inputs_release(struct eval_inputs *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->weight[i]);
	free(v->weight);
	free(v->at);
}

struct eval_slice *eval_slot(struct eval_run *run, size_t slot)
{
	return slot ? &run->out->slices[slot - 1] : &run->out->whole;
}

bool eval_is_cheap(const struct eval_run *run, size_t slot, size_t n_cells)
{
	bool counts = run->in->task == TASK_BINARY && !run->in->weight;

	return run->opt->bootstrap_all ||
	       n_cells <= (slot ? EVAL_BOOTSTRAP_SLICE :
			   counts ? EVAL_BOOTSTRAP_SCORES :
			   EVAL_BOOTSTRAP_WHOLE);
}

bool eval_may_boot(const struct eval_run *run, size_t slot, size_t n_cells)
{
	return run->opt->resamples && n_cells &&
	       eval_is_cheap(run, slot, n_cells);
}

struct boot_job *eval_add_job(struct eval_run *run, size_t slot,
			      enum eval_draw draw)
{
	struct boot_job *job = vec_add(&run->jobs);

	job->stream = slot * EVAL_DRAWS + draw;
	job->method = METHOD_BOOTSTRAP;
	return job;
}

static void (*const tasks[])(struct eval_run *run) = {
	[TASK_BINARY] = eval_binary,
	[TASK_MULTICLASS] = eval_multiclass,
	[TASK_REGRESSION] = eval_regression,
};

static void name_out(struct eval_run *run)
{
	struct evaluation *out = run->out;
	const struct cuts *cuts = run->cuts;

	*out = (struct evaluation){
		.task = run->in->task,
		.has_threshold = run->in->has_threshold,
		.threshold = run->in->threshold,
		.whole.n = run->in->n,
		.n_slices = cuts->n_slices,
		.slices = XNEW_ARRAY(struct eval_slice, cuts->n_slices + 1),
	};
	for (size_t i = 0; i < cuts->n_slices; i++) {
		out->slices[i].by = xstrdup(cuts->by[i]);
		out->slices[i].value = xstrdup(cuts->value[i]);
	}
}

/* -- Several versions -- */

struct many {
	const struct eval_input *inputs;
	size_t n;
	struct cuts *cuts;	/* of the first input that has them */
	size_t *cuts_of;
	struct eval_run *runs;
};

static bool share_cuts(const struct eval_input *a, const struct eval_input *b)
{
	return a->task == b->task && a->n == b->n && a->target == b->target &&
	       a->partitions == b->partitions &&
	       a->n_partitions == b->n_partitions &&
	       !a->histogram == !b->histogram;
}

static void find_shared(struct many *m)
{
	for (size_t i = 0; i < m->n; i++) {
		size_t j = 0;

		while (!share_cuts(&m->inputs[j], &m->inputs[i]))
			j++;
		m->cuts_of[i] = j;
	}
}

static void prepare(size_t i, void *arg)
{
	struct many *m = arg;

	if (m->cuts_of[i] == i)
		cuts_init(&m->cuts[i], &m->inputs[i]);
}

static void run_version(size_t i, void *arg)
{
	struct many *m = arg;
	struct eval_run *run = &m->runs[i];

	name_out(run);
	if (!run->opt->cancelled || !run->opt->cancelled(run->opt->arg))
		tasks[run->in->task](run);
}

static bool boot_all(struct many *m, const struct eval_options *opt)
{
	struct boot_plan plan = { opt->resamples, opt->seed, opt->cancelled,
				  opt->arg };
	struct boot_jobs all = VEC_INIT;
	bool ok;

	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->runs[i].jobs.n; k++)
			vec_push(&all, m->runs[i].jobs.at[k]);
	ok = boot_run(all.at, all.n, &plan);
	vec_free(&all);
	return ok;
}

static void release_runs(struct many *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct eval_run *run = &m->runs[i];

		for (size_t k = 0; k < run->owned.n; k++)
			free(run->owned.at[k].p);
		vec_free(&run->owned);
		vec_free(&run->jobs);
		if (m->cuts_of[i] == i)
			cuts_release(&m->cuts[i]);
	}
	free(m->runs);
	free(m->cuts);
	free(m->cuts_of);
}

enum rc evaluate_many(const struct eval_input *inputs, size_t n,
		      const struct eval_options *opt, struct evaluation *out,
		      struct err *err)
{
	struct eval_inputs own;
	struct many m = { .n = n };
	bool done;

	eval_inputs_init(&own, inputs, n);
	m.inputs = own.at;
	m.cuts = XNEW_ARRAY(struct cuts, n + 1);
	m.cuts_of = XNEW_ARRAY(size_t, n + 1);
	m.runs = XNEW_ARRAY(struct eval_run, n + 1);
	find_shared(&m);
	for (size_t i = 0; i < n; i++)
		m.runs[i] = (struct eval_run){
			.in = &own.at[i], .opt = opt, .out = &out[i],
			.cuts = &m.cuts[m.cuts_of[i]],
		};
	par_for(n, prepare, &m);
	par_for(n, run_version, &m);
	done = boot_all(&m, opt) &&
	       !(opt->cancelled && opt->cancelled(opt->arg));
	release_runs(&m);
	eval_inputs_release(&own);
	for (size_t i = 0; i < n && !done; i++)
		evaluation_release(&out[i]);
	return done ? RC_OK : err_set(err, RC_CANCELLED, "cancelled");
}

enum rc evaluate(const struct eval_input *in, const struct eval_options *opt,
		 struct evaluation *out, struct err *err)
{
	return evaluate_many(in, 1, opt, out, err);
}

struct figure evaluate_metric(const struct eval_input *in, enum metric m)
{
	struct eval_input whole = *in;
	struct eval_options opt = { 0 };
	struct evaluation e;
	struct figure f;

	whole.n_partitions = 0;
	if (evaluate(&whole, &opt, &e, NULL))
		BUG("cancelled without anybody to cancel");
	f = e.whole.metrics[m];
	f.method = METHOD_NONE;
	evaluation_release(&e);
	return f;
}

void evaluation_release(struct evaluation *e)
{
	for (size_t i = 0; i < e->n_slices; i++) {
		free(e->slices[i].by);
		free(e->slices[i].value);
	}
	for (size_t i = 0; i < e->n_classes; i++)
		free(e->classes[i].label);
	free(e->slices);
	free(e->classes);
	free(e->matrix);
	free(e->model);
	free(e->testset);
	free(e->revision_digest);
	free(e->prediction_digest);
	free(e->state);
	*e = (struct evaluation){ 0 };
}
