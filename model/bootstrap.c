/* Small jobs are one task each, with the percentiles at its end. A large one
 * is cut into blocks of resamples whose results are kept until all are there.
 */
#include "model/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "model/lanes.h"
#include "model/rng.h"

#define BLOCK 24		/* resamples of a task of a large job */
#define LARGE (1u << 20)	/* units times resamples */

struct task {
	const struct boot_job *job;
	const struct resampler *draw;	/* of a job with lanes, else NULL */
	unsigned from, to;
	bool is_whole_job;	/* a small one, which the task settles, too */
	double *results;	/* of a large job, statistic by statistic */
};

struct work {
	const struct boot_plan *plan;
	struct rng_poisson *poisson;
	struct task *tasks;
	size_t n_tasks;
	struct resampler **draws;	/* a job each, NULL without lanes */
	double **results;		/* a job each, NULL of a small one */
};

/* The m smallest of n values, ascending; sign -1: of their opposites. */
static void least(const double *x, size_t n, double sign, double *out,
		  size_t m)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		double v = sign * x[i];
		size_t at = k < m ? k++ : m;

		if (at == m && v >= out[m - 1])
			continue;
		at = at == m ? m - 1 : at;
		for (; at > 0 && out[at - 1] > v; at--)
			out[at] = out[at - 1];
		out[at] = v;
	}
}

/* Only the tails are sorted. */
static void percentiles(const double *x, size_t n, double share, double *low,
			double *high)
{
	double h = (double)(n - 1) * share;
	size_t i = (size_t)h, m = i + 2 < n ? i + 2 : n;
	double *tail = XNEW_ARRAY(double, m + 1);

	least(x, n, 1, tail, m);
	tail[m] = tail[m - 1];
	*low = tail[i] + (h - (double)i) * (tail[i + 1] - tail[i]);
	least(x, n, -1, tail, m);
	tail[m] = tail[m - 1];
	*high = -(tail[i] + (h - (double)i) * (tail[i + 1] - tail[i]));
	free(tail);
}

static void settle(const struct boot_job *job, unsigned stat, double *x,
		   unsigned resamples)
{
	struct figure *f = job->figure[stat];
	double low, high;
	size_t n = 0;

	if (!f || f->why)
		return;
	for (unsigned i = 0; i < resamples; i++)
		if (!isnan(x[i]))
			x[n++] = x[i];
	if (n < 2 || n * 2 < resamples)
		return;
	percentiles(x, n, 0.025, &low, &high);
	figure_interval(f, low, high, job->method);
}

static void settle_job(const struct boot_job *job, double *results,
		       unsigned resamples)
{
	for (unsigned s = 0; s < job->n_stats; s++)
		settle(job, s, results + (size_t)s * resamples, resamples);
}

static void resample(const struct task *t, const struct work *w,
		     uint32_t *times, double *results)
{
	const struct boot_job *job = t->job;
	unsigned resamples = w->plan->resamples;
	double out[BOOT_STATS_MAX];

	for (unsigned i = t->from; i < t->to; i++) {
		struct rng r;

		rng_init(&r, w->plan->seed, job->stream, i);
		if (job->counts)
			rng_multinomial(&r, job->counts, job->n_units, times);
		else
			rng_resample(&r, w->poisson, job->n_units, times);
		job->stat(times, job->arg, out);
		for (unsigned s = 0; s < job->n_stats; s++)
			results[(size_t)s * resamples + i] = out[s];
	}
}

/* The last lanes of the last round may be of no use. */
static void resample_lanes(const struct task *t, const struct work *w,
			   uint32_t *times, double *results)
{
	const struct boot_job *job = t->job;
	unsigned resamples = w->plan->resamples;
	double out[BOOT_STATS_MAX * LANES];

	for (unsigned i = t->from; i < t->to; i += LANES) {
		struct rng lane[LANES];

		for (unsigned k = 0; k < LANES; k++)
			rng_init(&lane[k], w->plan->seed, job->stream, i + k);
		resampler_draw(t->draw, lane, times);
		job->lanes(times, job->arg, out);
		for (unsigned s = 0; s < job->n_stats; s++)
			for (unsigned k = 0; k < LANES && i + k < t->to; k++)
				results[(size_t)s * resamples + i + k] =
					out[s * LANES + k];
	}
}

static bool is_cancelled(const struct boot_plan *plan)
{
	return plan->cancelled && plan->cancelled(plan->arg);
}

static void run_task(size_t i, void *arg)
{
	const struct work *w = arg;
	const struct task *t = &w->tasks[i];
	unsigned resamples = w->plan->resamples;
	double *results = t->results;
	uint32_t *times;

	if (is_cancelled(w->plan))
		return;
	times = xmalloc((t->job->n_units + 1) * (t->draw ? LANES : 1) *
			sizeof(*times));
	if (t->is_whole_job)
		results = XNEW_ARRAY(double,
				     (size_t)t->job->n_stats * resamples);
	if (t->draw)
		resample_lanes(t, w, times, results);
	else
		resample(t, w, times, results);
	if (t->is_whole_job) {
		settle_job(t->job, results, resamples);
		free(results);
	}
	free(times);
}

static bool is_large(const struct boot_job *job, unsigned resamples)
{
	return job->n_units * resamples > LARGE;
}

static size_t count_tasks(const struct boot_job *jobs, size_t n,
			  unsigned resamples)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += is_large(&jobs[i], resamples)
			? (resamples + BLOCK - 1) / BLOCK : 1;
	return count;
}

/* A small job is one task. */
static void cut(struct work *w, const struct boot_job *job,
		const struct resampler *draw, double *results, bool large)
{
	unsigned resamples = w->plan->resamples;
	unsigned step = large ? BLOCK : resamples;

	for (unsigned from = 0; from < resamples; from += step)
		w->tasks[w->n_tasks++] = (struct task){
			.job = job, .draw = draw, .from = from,
			.to = from + step < resamples ? from + step : resamples,
			.is_whole_job = !large, .results = results };
}

static void prepare(struct work *w, const struct boot_job *jobs, size_t n_jobs)
{
	unsigned resamples = w->plan->resamples;

	w->poisson = XNEW(struct rng_poisson);
	rng_poisson_init(w->poisson);
	w->tasks = XNEW_ARRAY(struct task,
			      count_tasks(jobs, n_jobs, resamples));
	w->results = XNEW_ARRAY(double *, n_jobs);
	w->draws = XNEW_ARRAY(struct resampler *, n_jobs);
	for (size_t i = 0; i < n_jobs; i++) {
		const struct boot_job *job = &jobs[i];
		bool large = is_large(job, resamples);

		if (large)
			w->results[i] = XNEW_ARRAY(double, (size_t)resamples *
						   job->n_stats);
		if (job->lanes)
			w->draws[i] = resampler_new(job->counts, job->n_units,
						    w->poisson);
		cut(w, job, w->draws[i], w->results[i], large);
	}
}

static void release(struct work *w, size_t n_jobs)
{
	for (size_t i = 0; i < n_jobs; i++) {
		free(w->results[i]);
		resampler_free(w->draws[i]);
	}
	free(w->draws);
	free(w->results);
	free(w->tasks);
	free(w->poisson);
}

bool boot_run(const struct boot_job *jobs, size_t n_jobs,
	      const struct boot_plan *plan)
{
	struct work w = { .plan = plan };
	bool stopped;

	if (!n_jobs || !plan->resamples)
		return true;
	prepare(&w, jobs, n_jobs);
	par_for(w.n_tasks, run_task, &w);
	stopped = is_cancelled(plan);
	for (size_t i = 0; i < n_jobs && !stopped; i++)
		if (w.results[i])
			settle_job(&jobs[i], w.results[i], plan->resamples);
	release(&w, n_jobs);
	return !stopped;
}
