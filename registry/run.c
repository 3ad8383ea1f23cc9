/* The caller's thread prepares each version (what is unknown, the columns
 * that are its inputs), starts a thread for it while fewer than 'parallel'
 * run, and stores what comes back; the threads touch memory alone. */
#include "registry/run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/fsx.h"
#include "base/par.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/prediction_inside.h"
#include "registry/run_inside.h"

#define POLL_US 20000

struct asking;

struct job {				/* one version */
	struct asking *all;
	struct version_rec version;
	struct run_rec *rec;
	VEC_DECLARE(uint32_t, ordinals) rows;	/* to ask for */
	struct strs keys;
	char *artifact;			/* path, or NULL */
	struct hash digest;		/* of the version's artifact */
	struct par_thread *thread;
	struct runner_answer answer;
	atomic_ullong done;
	atomic_bool ended;
	enum rc rc;
	struct err err;
};

struct asking {
	struct registry *reg;
	const struct run_options *options;
	struct reg_progress *progress;
	struct testset *t;
	VEC_DECLARE(const struct column *, columns) inputs;
	struct job *jobs;
	size_t n_jobs, n_started, n_running;
	uint64_t asked;
	struct buf doing;		/* of the progress */
	atomic_bool cancel;
};

/* -- Which versions -- */

static enum rc all_with_runner(struct registry *reg, struct version_refs *out,
			       struct err *err)
{
	struct version_recs all = VEC_INIT;
	enum rc rc = reg_version_list(reg, NULL, &all, err);

	for (size_t i = 0; i < all.n && rc == RC_OK; i++)
		if (all.at[i].runner.n && strcmp(all.at[i].stage, "archived"))
			vec_push(out, ((struct version_ref){
				xstrdup(all.at[i].model),
				all.at[i].version }));
	version_recs_release(&all);
	return rc;
}

/* -- What is asked -- */

static enum rc find_inputs(struct asking *a, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < testset_n_columns(a->t) && rc == RC_OK; i++) {
		const struct column *c;

		if (!(testset_column_roles(a->t, i) & ROLE_INPUT))
			continue;
		rc = testset_column_at(a->t, i, &c, err);
		if (rc == RC_OK)
			vec_push(&a->inputs, c);
	}
	return rc;
}

static enum rc find_unknown(struct job *j, struct err *err)
{
	struct testset *t = j->all->t;
	const uint8_t *active = testset_active(t);
	struct predictions *p = NULL;
	struct buf key = BUF_INIT;
	enum rc rc = reg_predictions_load(j->all->reg, j->version.model,
					  j->version.version, t, UINT64_MAX,
					  &p, err);

	for (size_t i = 0; rc == RC_OK && i < p->n; i++) {
		if (!active[i] || p->known[i])
			continue;
		vec_push(&j->rows, (uint32_t)i);
		buf_clear(&key);
		rc = testset_key(t, i, &key, err);
		strs_add(&j->keys, key.data);
	}
	predictions_free(p);
	buf_release(&key);
	j->rec->asked = j->rows.n;
	return rc;
}

/* Where the model's file is: named, or by its name here or beside argv[0]. */
static enum rc find_artifact(struct job *j, struct err *err)
{
	const struct version_rec *v = &j->version;
	const char *slash = strrchr(v->runner.at[0], '/');
	const char *given = j->all->options->artifact;

	if (given)
		j->artifact = xstrdup(given);
	if (!v->artifact)
		return RC_OK;
	if (!hash_from_hex(v->artifact, &j->digest))
		return err_set(err, RC_CORRUPT, "the artifact's digest is "
			       "damaged");
	if (given)
		return RC_OK;
	if (v->artifact_name && access(v->artifact_name, R_OK) == 0) {
		j->artifact = xstrdup(v->artifact_name);
		return RC_OK;
	}
	if (v->artifact_name && slash)
		j->artifact = xasprintf("%.*s/%s",
					(int)(slash - v->runner.at[0]),
					v->runner.at[0], v->artifact_name);
	if (j->artifact && access(j->artifact, R_OK) == 0)
		return RC_OK;
	return err_set(err, RC_NOT_FOUND, "the model's file '%s' of '%s@%lld' "
		       "is neither here nor beside its runner: start in its "
		       "folder, or name it with '--artifact FILE'",
		       v->artifact_name ? v->artifact_name : "?", v->model,
		       (long long)v->version);
}

static enum rc prepare(struct asking *a, struct job *j,
		       const struct version_ref *ref, struct run_rec *rec,
		       struct err *err)
{
	const struct testset_info *info = testset_info(a->t);
	enum rc rc;

	j->all = a;
	j->rec = rec;
	buf_init(&j->answer.csv);
	buf_init(&j->answer.stderr_tail);
	*rec = (struct run_rec){
		.model = xstrdup(ref->model), .version = ref->version,
		.testset = xstrdup(info->name), .revision = info->revision,
		.status = -1,
	};
	rc = reg_version_get(a->reg, ref->model, ref->version, &j->version,
			     err);
	if (rc != RC_OK)
		return rc;
	rc = find_unknown(j, err);
	if (rc == RC_OK && j->rows.n && j->version.runner.n)
		a->asked += j->rows.n;
	rec->state = !j->rows.n ? RUN_NOTHING_TO_ASK
		   : !j->version.runner.n ? RUN_NO_RUNNER : RUN_RUNNING;
	return rc;
}

/* -- In the job's thread -- */

static void write_header(const struct asking *a, struct buf *out)
{
	buf_str(out, "key");
	for (size_t c = 0; c < a->inputs.n; c++) {
		const char *name = a->inputs.at[c]->name;

		if (!strcmp(name, "key"))
			name = "key#2";
		buf_char(out, ',');
		csv_write_field(out, name, strlen(name), false);
	}
	buf_str(out, "\n");
}

static enum rc write_inputs(void *arg, size_t first, size_t n,
			    struct buf *out, struct err *err)
{
	const struct job *j = arg;
	const struct asking *a = j->all;
	struct buf cell = BUF_INIT;

	(void)err;
	write_header(a, out);
	for (size_t i = first; i < first + n; i++) {
		csv_write_field(out, j->keys.at[i], strlen(j->keys.at[i]),
				false);
		for (size_t c = 0; c < a->inputs.n; c++) {
			size_t len;
			const char *s = column_text(a->inputs.at[c],
						    j->rows.at[i], &cell,
						    &len);

			buf_char(out, ',');
			csv_write_field(out, s, len, false);
		}
		buf_str(out, "\n");
	}
	buf_release(&cell);
	return RC_OK;
}

static enum rc count_answered(void *arg, uint64_t done, uint64_t all)
{
	struct job *j = arg;

	(void)all;
	atomic_store(&j->done, done);
	return RC_OK;
}

static void ask(void *arg)
{
	struct job *j = arg;
	const struct asking *a = j->all;
	const struct testset_info *info = testset_info(a->t);
	const struct runner_request request = {
		.argv = &j->version.runner, .artifact = j->artifact,
		.artifact_digest = j->version.artifact ? &j->digest : NULL,
		.n = j->rows.n, .keys = (const char *const *)j->keys.at,
		.input = write_inputs, .input_arg = j, .task = info->task,
		.labels = (const char *const *)info->labels.at,
		.n_labels = info->labels.n, .limits = a->options->limits,
		.sandbox = a->options->sandbox, .reads = a->options->reads,
		.progress = count_answered, .progress_arg = j,
		.cancel = &a->cancel,
	};

	j->rc = runner_run(&request, &j->answer, &j->err);
	atomic_store(&j->ended, true);
}

/* -- Storing -- */

static void fail(struct run_rec *rec, enum rc rc, const char *why)
{
	rec->state = rc == RC_CANCELLED ? RUN_CANCELLED : RUN_FAILED;
	free(rec->why);
	rec->why = safetext_line(why);
}

static enum rc store_answer(struct job *j, struct err *err)
{
	const struct testset_info *info = testset_info(j->all->t);
	const struct runner_answer *a = &j->answer;
	struct prediction_spec spec = {
		.model = j->rec->model, .version = j->rec->version,
		.testset = j->rec->testset,
		.label = a->has_label ? "label" : NULL,
		.score = a->has_score ? "score" : NULL,
		.allow_missing = true,
	};
	struct prediction_source from = {
		.fd = -1, .name = "the runner's answer", .whole_key = true,
		.run = j->rec->id - 1,
	};
	struct prediction_report report = { 0 };
	enum rc rc = fsx_memory(a->csv.data, a->csv.len, &from.fd, err);

	strs_add(&spec.keys, "key");
	for (size_t i = 0; a->has_scores && i < info->labels.n; i++)
		vec_push(&spec.scores, xasprintf("%s=score:%s",
						 info->labels.at[i],
						 info->labels.at[i]));
	if (rc == RC_OK)
		rc = prediction_import_from(j->all->reg, &spec, &from, NULL,
					    &report, err);
	if (from.fd >= 0)
		close(from.fd);
	j->rec->stored = report.stored;
	prediction_report_release(&report);
	strs_release(&spec.keys);
	strs_release(&spec.scores);
	return rc;
}

/* What the version did wrong stays in its record; what the registry cannot
 * do ends the call. */
static enum rc finish(struct job *j, struct err *err)
{
	static const struct hash none;
	struct run_rec *rec = j->rec;
	struct err why = ERR_INIT;
	char hex[HASH_HEX_SIZE];
	enum rc rc;

	par_join(j->thread);
	j->thread = NULL;
	j->all->n_running--;
	atomic_store(&j->done, rec->asked);	/* or will never be */
	rec->sandbox = xstrdup(j->answer.sandboxed);
	rec->status = j->answer.status;
	rec->duration_ms = (int64_t)j->answer.duration_ms;
	if (memcmp(&j->answer.artifact_digest, &none, sizeof(none)) != 0)
		rec->artifact = xstrdup(hash_hex(&j->answer.artifact_digest,
						 hex));
	if (j->rc != RC_OK) {
		fail(rec, j->rc, j->err.text);
	} else {
		rec->state = RUN_ANSWERED;
		rc = store_answer(j, &why);
		if (rc != RC_OK)
			fail(rec, rc, why.text);
	}
	return run_log_end(j->all->reg, rec, &j->answer.stderr_tail, err);
}

/* -- All of them -- */

static enum rc start(struct asking *a, struct job *j, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc;

	if (j->rec->state != RUN_RUNNING || a->options->dry_run)
		return RC_OK;
	rc = run_log_start(a->reg, j->rec, &j->version.runner, err);
	if (rc != RC_OK)
		return rc;
	rc = find_artifact(j, &why);
	if (rc != RC_OK) {
		fail(j->rec, rc, why.text);
		return run_log_end(a->reg, j->rec, NULL, err);
	}
	j->thread = par_start(ask, j);
	a->n_running++;
	return RC_OK;
}

#define NAMED 3				/* of those that run */

/* "asking credit 7, credit 8, 1 failed" */
static const char *doing(struct asking *a)
{
	size_t n = 0, n_failed = 0;

	buf_clear(&a->doing);
	buf_str(&a->doing, "asking");
	for (size_t i = 0; i < a->n_started; i++) {
		const struct job *j = &a->jobs[i];

		n_failed += j->rec->state == RUN_FAILED;
		if (j->thread && ++n <= NAMED)
			buf_printf(&a->doing, "%s %s %lld", n > 1 ? "," : "",
				   j->rec->model, (long long)j->rec->version);
	}
	if (n > NAMED)
		buf_printf(&a->doing, " and %zu more", n - NAMED);
	if (n_failed)
		buf_printf(&a->doing, ", %zu failed", n_failed);
	return a->doing.data;
}

static enum rc say(struct asking *a, struct err *err)
{
	uint64_t done = 0;

	if (!a->progress || !a->progress->step)
		return RC_OK;
	for (size_t i = 0; i < a->n_jobs; i++)
		done += atomic_load(&a->jobs[i].done);
	if (a->progress->step(a->progress->arg, doing(a), done, a->asked) ==
	    RC_OK)
		return RC_OK;
	atomic_store(&a->cancel, true);
	return err_set(err, RC_CANCELLED, "cancelled; what had answered is "
		       "stored, no part of a run is");
}

/* Even after an error or a cancel every thread is waited for. */
static enum rc ask_all(struct asking *a, struct err *err)
{
	unsigned parallel = a->options->parallel ? a->options->parallel
						 : par_threads();
	enum rc rc = RC_OK;

	while (a->n_running || (rc == RC_OK && a->n_started < a->n_jobs)) {
		while (rc == RC_OK && a->n_started < a->n_jobs &&
		       a->n_running < parallel)
			rc = start(a, &a->jobs[a->n_started++], err);
		for (size_t i = 0; i < a->n_started; i++) {
			struct job *j = &a->jobs[i];
			enum rc one;

			if (!j->thread || !atomic_load(&j->ended))
				continue;
			one = finish(j, rc == RC_OK ? err : NULL);
			rc = rc == RC_OK ? one : rc;
		}
		if (rc == RC_OK)
			rc = say(a, err);
		if (rc != RC_OK)
			atomic_store(&a->cancel, true);
		if (a->n_running)
			clock_sleep_us(POLL_US);
	}
	return rc;
}

static void asking_release(struct asking *a)
{
	for (size_t i = 0; i < a->n_jobs; i++) {
		struct job *j = &a->jobs[i];

		version_rec_release(&j->version);
		vec_free(&j->rows);
		strs_release(&j->keys);
		free(j->artifact);
		runner_answer_release(&j->answer);
	}
	free(a->jobs);
	buf_release(&a->doing);
	vec_free(&a->inputs);
	testset_close(a->t);
}

static enum rc run_versions(struct asking *a, const char *testset,
			    const struct version_refs *v,
			    struct run_recs *out, struct err *err)
{
	enum rc rc = reg_testset_open(a->reg, testset, 0, &a->t, err);

	if (rc == RC_OK)
		rc = find_inputs(a, err);
	a->jobs = XNEW_ARRAY(struct job, v->n + 1);
	for (size_t i = 0; i < v->n; i++)
		(void)vec_add(out);
	for (size_t i = 0; i < v->n && rc == RC_OK; i++)
		rc = prepare(a, &a->jobs[a->n_jobs++], &v->at[i], &out->at[i],
			     err);
	return rc == RC_OK ? ask_all(a, err) : rc;
}

enum rc reg_runs(struct registry *reg, const char *testset,
		 const struct version_refs *versions,
		 const struct run_options *options,
		 struct reg_progress *progress, struct run_recs *out,
		 struct err *err)
{
	struct asking a = { .reg = reg, .options = options,
			    .progress = progress };
	struct version_refs all = VEC_INIT;
	enum rc rc = RC_OK;

	*out = (struct run_recs)VEC_INIT;
	if (!options->dry_run)
		rc = reg_runs_settle(reg, NULL, err);
	if (rc == RC_OK && !versions->n)
		rc = all_with_runner(reg, &all, err);
	if (rc == RC_OK)
		rc = run_versions(&a, testset, versions->n ? versions : &all,
				  out, err);
	asking_release(&a);
	version_refs_release(&all);
	if (rc != RC_OK && rc != RC_CANCELLED)
		run_recs_release(out);
	return rc;
}
