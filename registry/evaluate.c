/* Versions on one revision. What is kept and still holds is read; the rest is
 * computed, many versions at a time over the columns that they share. */
#include "registry/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "registry/counted.h"
#include "registry/evalset.h"
#include "registry/evaluation.h"
#include "registry/model.h"
#include "registry/prediction_inside.h"
#include "registry/problem.h"
#include "registry/standing.h"

void version_refs_release(struct version_refs *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].model);
	vec_free(v);
}

void evaluations_release(struct evaluations *v)
{
	for (size_t i = 0; i < v->n; i++)
		evaluation_release(&v->at[i]);
	vec_free(v);
}

#define CELLS_AT_ONCE (32u << 20)

struct job {			/* one version that is to be computed */
	const struct version_ref *ref;
	size_t place;		/* in the results */
	struct evalrows *rows;
	struct stored_parts parts;	/* that the predictions came from */
	struct histogram histogram;	/* of the rows, if they were counted */
	struct evaluation evaluation;
	struct buf runs;		/* to be kept, if not empty */
	struct buf counted;		/* to be kept; or: */
	char *state;			/* the base that was followed */
	bool computed, followed, keep;
};

struct run {
	struct registry *reg;
	const struct eval_options *options;
	struct reg_progress *progress;
	struct buf options_text;
	struct standings standings;
	struct version_refs versions;
	struct evaluation *results;	/* one for each version */
	struct job *jobs;
	size_t n_jobs, n_done;
	struct evalset *set;
};

/* -- Which versions -- */

static enum rc add_live(struct run *r, struct err *err)
{
	const struct predicteds *all = &r->standings.predicted;

	for (size_t i = 0; i < all->n; i++) {
		struct version_rec v;
		enum rc rc = reg_version_get(r->reg, all->at[i].model,
					     all->at[i].version, &v, err);

		if (rc)
			return rc;
		if (strcmp(v.stage, "archived") != 0)
			vec_push(&r->versions, ((struct version_ref){
				xstrdup(v.model), v.version }));
		version_rec_release(&v);
	}
	return RC_OK;
}

static enum rc add_given(struct run *r, const struct version_refs *given,
			 struct err *err)
{
	for (size_t i = 0; i < given->n; i++) {
		struct version_rec v;
		enum rc rc = reg_version_get(r->reg, given->at[i].model,
					     given->at[i].version, &v, err);

		if (rc)
			return rc;
		version_rec_release(&v);
		vec_push(&r->versions, ((struct version_ref){
			xstrdup(given->at[i].model), given->at[i].version }));
	}
	return RC_OK;
}

/* -- What is known about a result beside its figures -- */

static void replace(char **field, const char *text)
{
	free(*field);
	*field = xstrdup_or_null(text);
}

static void label_result(const struct run *r, const struct version_ref *ref,
			 enum eval_state state, struct evaluation *e)
{
	const struct testset_info *info = &r->standings.info;

	replace(&e->model, ref->model);
	e->version = ref->version;
	replace(&e->testset, info->name);
	e->revision = info->revision;
	replace(&e->revision_digest, info->digest);
	replace(&e->state, eval_state_text(state));
}

/* No prediction at all: every figure says so. */
static void set_missing(const struct run *r, const struct version_ref *ref,
			struct evaluation *e)
{
	*e = (struct evaluation){ .task = r->standings.info.task };
	for (enum metric m = 0; m < METRIC_COUNT; m++)
		e->whole.metrics[m] = figure_undefined("no predictions", 0);
	label_result(r, ref, STATE_MISSING, e);
	replace(&e->prediction_digest, "");
}

/* -- What is kept already -- */

static enum rc read_kept(struct run *r, const struct version_ref *ref,
			 const struct stored *kept, enum eval_state state,
			 struct evaluation *out, struct err *err)
{
	enum rc rc = evaluation_read_blob(r->reg, kept->blob, out, err);

	if (!rc)
		label_result(r, ref, state, out);
	return rc;
}

/* Answers from the registry if it can, else adds a job. */
static enum rc settle(struct run *r, size_t i, struct err *err)
{
	const struct version_ref *ref = &r->versions.at[i];
	struct stored kept = { 0 };
	bool fresh;
	enum rc rc;

	if (!standings_predicted(&r->standings, ref->model, ref->version)) {
		set_missing(r, ref, &r->results[i]);
		return RC_OK;
	}
	rc = standings_fresh(&r->standings, ref->model, ref->version, &fresh,
			     &kept, err);
	if (rc)
		return rc;
	if (fresh && !strcmp(kept.options, r->options_text.data))
		rc = read_kept(r, ref, &kept, STATE_FRESH, &r->results[i],
			       err);
	else
		r->jobs[r->n_jobs++] = (struct job){ .ref = ref, .place = i,
						     .runs = BUF_INIT,
						     .counted = BUF_INIT };
	stored_release(&kept);
	return rc;
}

/* -- Computing -- */

static enum rc load_job(struct run *r, struct job *j, struct err *err)
{
	struct predictions *p = NULL;
	int64_t id;
	enum rc rc = reg_read_begin(r->reg, err);

	if (rc)
		return rc;
	rc = prediction_version_id(r->reg, j->ref->model, j->ref->version,
				   &id, err);
	if (!rc)
		rc = prediction_parts_list(r->reg, id, r->standings.info.id,
					   UINT64_MAX, &j->parts, err);
	if (!rc)
		rc = reg_predictions_load(r->reg, j->ref->model,
					  j->ref->version,
					  evalset_testset(r->set), UINT64_MAX,
					  &p, err);
	reg_read_end(r->reg);
	if (rc)
		return rc;
	j->rows = evalrows_new(r->set, p, NULL);
	j->rows->in.counted = &j->histogram;
	return RC_OK;
}

/* All versions in one call: what they share is prepared once. */
static enum rc compute(struct job *jobs, size_t n,
		       const struct eval_options *options, struct err *err)
{
	struct eval_input *in = XNEW_ARRAY(struct eval_input, n + 1);
	struct evaluation *out = XNEW_ARRAY(struct evaluation, n + 1);
	size_t n_in = 0;
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		if (jobs[i].rows->in.n)
			in[n_in++] = jobs[i].rows->in;
	rc = n_in ? evaluate_many(in, n_in, options, out, err) : RC_OK;
	for (size_t i = 0, at = 0; i < n && !rc; i++) {
		if (!jobs[i].rows->in.n)
			continue;
		jobs[i].evaluation = out[at++];
		jobs[i].computed = true;
	}
	free(in);
	free(out);
	return rc;
}

static void finish_job(struct run *r, struct job *j)
{
	const struct predictions *p = j->rows->predictions;
	struct evaluation *e = &r->results[j->place];

	if (!j->computed) {
		set_missing(r, j->ref, e);
	} else {
		bool all = j->rows->in.n == evalset_n(r->set);

		*e = j->evaluation;
		j->computed = false;
		j->keep = true;
		if (all && p->has_threshold)
			counted_of(&r->standings.info, r->standings.cuts,
				   &j->parts, &j->rows->in, &j->histogram,
				   &j->counted);
		label_result(r, j->ref, all ? STATE_FRESH : STATE_PARTIAL, e);
		replace(&e->prediction_digest, p->digest);
		e->has_threshold = p->has_threshold;
		e->threshold = p->threshold;
	}
	evalrows_free(j->rows);
	j->rows = NULL;
	histogram_release(&j->histogram);
	vec_free(&j->parts);
}

/* -- Following -- */

static void finish_followed(struct run *r, struct job *j,
			    struct follow_job *f)
{
	struct evaluation *e = &r->results[j->place];

	*e = f->evaluation;
	f->done = false;
	label_result(r, j->ref, STATE_FRESH, e);
	e->prediction_digest = f->prediction_digest;
	f->prediction_digest = NULL;
	e->has_threshold = f->has_threshold;
	e->threshold = f->threshold;
	j->state = f->state;
	f->state = NULL;
	j->runs = f->runs;
	buf_init(&f->runs);
	j->followed = j->keep = true;
	r->n_done++;
}

/* Those for which little changed since counts were kept. */
static enum rc follow_all(struct run *r, struct err *err)
{
	struct follow_job *f = XNEW_ARRAY(struct follow_job, r->n_jobs + 1);
	enum rc rc;

	for (size_t i = 0; i < r->n_jobs; i++)
		f[i] = (struct follow_job){ .model = r->jobs[i].ref->model,
					    .version = r->jobs[i].ref->version,
					    .runs = BUF_INIT };
	rc = counted_follow(r->reg, &r->standings.info, r->standings.cuts,
			    r->options, f, r->n_jobs, err);
	for (size_t i = 0; i < r->n_jobs; i++) {
		if (!rc && f[i].done)
			finish_followed(r, &r->jobs[i], &f[i]);
		follow_job_release(&f[i]);
	}
	free(f);
	return rc;
}

/* Those that are left, in their order, behind those that are done. */
static size_t part_jobs(struct run *r)
{
	struct job *jobs = XNEW_ARRAY(struct job, r->n_jobs + 1);
	size_t at = 0;

	for (int followed = 1; followed >= 0; followed--)
		for (size_t i = 0; i < r->n_jobs; i++)
			if (r->jobs[i].followed == followed)
				jobs[at++] = r->jobs[i];
	free(r->jobs);
	r->jobs = jobs;
	return r->n_done;
}

static enum rc say(struct run *r, struct err *err)
{
	enum rc rc;

	if (!r->progress || !r->progress->step)
		return RC_OK;
	rc = r->progress->step(r->progress->arg, "evaluating", r->n_done,
			       r->n_jobs);
	return rc ? err_set(err, rc, "evaluation was cancelled; nothing was "
			    "stored") : RC_OK;
}

static enum rc compute_some(struct run *r, struct job *jobs, size_t n,
			    struct err *err)
{
	enum rc rc = say(r, err);

	for (size_t i = 0; i < n && !rc; i++)
		rc = load_job(r, &jobs[i], err);
	if (!rc)
		rc = compute(jobs, n, r->options, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		finish_job(r, &jobs[i]);
	r->n_done += n;
	return RC_OK;
}

/* As many versions as keep their answers within CELLS_AT_ONCE. */
static size_t versions_at_once(const struct run *r)
{
	size_t n = CELLS_AT_ONCE / (r->standings.info.n_rows + 1);

	return n > par_threads() ? n : par_threads();
}

static enum rc compute_all(struct run *r, struct err *err)
{
	size_t at_once = versions_at_once(r), from = 0;
	enum rc rc;

	if (r->n_jobs && !reg_readonly(r->reg)) {
		rc = follow_all(r, err);
		if (rc)
			return rc;
		from = part_jobs(r);
	}
	if (from == r->n_jobs)
		return RC_OK;
	rc = evalset_open(r->reg, r->standings.info.name,
			  r->standings.info.revision, r->options, &r->set,
			  err);
	for (size_t i = from; i < r->n_jobs && !rc; i += at_once)
		rc = compute_some(r, &r->jobs[i], r->n_jobs - i < at_once
				  ? r->n_jobs - i : at_once, err);
	return rc ? rc : say(r, err);
}

static enum rc keep_all(struct run *r, struct err *err)
{
	struct keep *keeps;
	size_t n = 0;
	enum rc rc;

	if (reg_readonly(r->reg))
		return RC_OK;
	keeps = XNEW_ARRAY(struct keep, r->n_jobs + 1);
	for (size_t i = 0; i < r->n_jobs; i++)
		if (r->jobs[i].keep)
			keeps[n++] = (struct keep){
				&r->results[r->jobs[i].place],
				r->standings.cuts, r->options_text.data,
				r->jobs[i].state, &r->jobs[i].counted,
				&r->jobs[i].runs };
	rc = n ? evaluation_keep(r->reg, keeps, n, err) : RC_OK;
	free(keeps);
	return rc;
}

/* Versions that fail what was fixed make it known by themselves. */
static enum rc note_regressions(struct run *r, struct err *err)
{
	struct problem_failures failures = VEC_INIT;
	enum rc rc;

	if (reg_readonly(r->reg))
		return RC_OK;
	rc = reg_problem_regress(r->reg, r->standings.info.name, &failures,
				 err);
	problem_failures_release(&failures);
	return rc;
}

static void run_release(struct run *r)
{
	for (size_t i = 0; i < r->n_jobs; i++) {
		evalrows_free(r->jobs[i].rows);
		vec_free(&r->jobs[i].parts);
		histogram_release(&r->jobs[i].histogram);
		buf_release(&r->jobs[i].counted);
		buf_release(&r->jobs[i].runs);
		free(r->jobs[i].state);
		if (r->jobs[i].computed)
			evaluation_release(&r->jobs[i].evaluation);
	}
	for (size_t i = 0; r->results && i < r->versions.n; i++)
		evaluation_release(&r->results[i]);
	free(r->jobs);
	free(r->results);
	evalset_close(r->set);
	standings_release(&r->standings);
	version_refs_release(&r->versions);
	buf_release(&r->options_text);
}

enum rc reg_evaluate(struct registry *reg, const char *testset,
		     int64_t revision, const struct version_refs *versions,
		     const struct eval_options *options,
		     struct reg_progress *progress, struct evaluations *out,
		     struct err *err)
{
	static const struct eval_options usual;
	struct run r = { .reg = reg, .options = options ? options : &usual,
			 .progress = progress, .options_text = BUF_INIT };
	enum rc rc = standings_open(reg, testset, revision, &r.standings, err);

	eval_options_text(r.options, &r.options_text);
	if (!rc)
		rc = versions && versions->n ? add_given(&r, versions, err)
					     : add_live(&r, err);
	r.results = XNEW_ARRAY(struct evaluation, r.versions.n + 1);
	r.jobs = XNEW_ARRAY(struct job, r.versions.n + 1);
	for (size_t i = 0; i < r.versions.n && !rc; i++)
		rc = settle(&r, i, err);
	if (!rc)
		rc = compute_all(&r, err);
	if (!rc)
		rc = keep_all(&r, err);
	if (!rc)
		rc = note_regressions(&r, err);
	for (size_t i = 0; i < r.versions.n && !rc; i++) {
		vec_push(out, r.results[i]);
		memset(&r.results[i], 0, sizeof(r.results[i]));
	}
	run_release(&r);
	return rc;
}

/* -- Reading -- */

enum rc reg_evaluation_load(struct registry *reg, const char *model,
			    int64_t version, const char *testset,
			    int64_t revision, struct evaluation *out,
			    struct err *err)
{
	struct standings st;
	struct stored kept = { 0 };
	enum eval_state state;
	enum rc rc = standings_open(reg, testset, revision, &st, err);

	if (rc)
		return rc;
	rc = standings_of(&st, model, version, &state, &kept, err);
	if (!rc && !kept.id)
		rc = err_set(err, RC_NOT_FOUND, "'%s@%lld' was never evaluated "
			     "on '%s'; 'muster eval %s' does it", model,
			     (long long)version, testset, testset);
	if (!rc)
		rc = evaluation_read_blob(reg, kept.blob, out, err);
	if (!rc)
		replace(&out->state, eval_state_text(state));
	stored_release(&kept);
	standings_release(&st);
	return rc;
}

enum rc reg_evaluation_newest(struct registry *reg, const char *model,
			      int64_t version, struct evaluation *out,
			      struct err *err)
{
	char *testset = NULL;
	enum rc rc = evaluation_newest_testset(reg, model, version, &testset,
					       err);

	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "'%s@%lld' was never evaluated", model,
			       (long long)version);
	if (!rc)
		rc = reg_evaluation_load(reg, model, version, testset, 0, out,
					 err);
	free(testset);
	return rc;
}
