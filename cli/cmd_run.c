/* predictions run, runs, said: asking a version's runner. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "cli/cli.h"
#include "cli/runs.h"

static const struct option run_options[] = {
	RUN_OPTIONS,
	{ "artifact", 0, "FILE", "the model's file, if it is neither here nor "
	  "beside the runner", false, NULL },
	{ 0 },
};

static const struct table_column columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "testset", "test set", false }, { "revision", "revision", true },
	{ "run", "run", true }, { "state", "state", false },
	{ "asked", "asked", true }, { "stored", "stored", true },
	{ "duration_ms", "ms", true }, { "status", "status", true },
	{ "sandbox", "sandbox", false }, { "artifact", "artifact", false },
	{ "time", "time", false }, { "who", "by", false },
	{ "why", "why", false }, { 0 },
};
static const struct table_spec spec = {
	"runs", false, columns, "no version was asked",
};

static void int_or_null(struct table *t, bool there, int64_t i)
{
	if (there)
		table_int(t, i);
	else
		table_null(t);
}

void runs_table(struct cli *c, const struct run_recs *v)
{
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < v->n && table_alive(t); i++) {
		const struct run_rec *r = &v->at[i];
		char when[CLOCK_TEXT];

		table_str(t, r->model);
		table_int(t, r->version);
		table_str(t, r->testset);
		table_int(t, r->revision);
		int_or_null(t, r->id > 0, r->id - 1);
		table_str(t, run_state_text(r->state));
		table_int(t, (int64_t)r->asked);
		table_int(t, (int64_t)r->stored);
		int_or_null(t, r->sandbox != NULL, r->duration_ms);
		int_or_null(t, r->sandbox != NULL, r->status);
		table_str(t, r->sandbox);
		table_digest(t, r->artifact);
		table_str(t, r->time ? clock_format(r->time, when) : NULL);
		table_str(t, r->who);
		table_str(t, r->why);
	}
	table_end(t);
}

enum rc runs_options(const struct opts *o, struct run_options *out,
		     struct strs *reads, struct err *err)
{
	const char *sandbox = opt_str(o, "sandbox");
	uint64_t seconds, batch, parallel;
	enum rc rc;

	*out = (struct run_options){ 0 };
	rc = opt_u64(o, "timeout", 600, &seconds, err);

	if (rc == RC_OK)
		rc = opt_u64(o, "batch", 0, &batch, err);
	if (rc == RC_OK)
		rc = opt_u64(o, "parallel", 0, &parallel, err);
	if (rc != RC_OK)
		return rc;
	if (!seconds || seconds > 86400 || parallel > 1024)
		return err_set(err, RC_USAGE, "'--timeout' takes 1 to 86400 "
			       "seconds, '--parallel' at most 1024");
	opt_list(o, "read", reads);
	*out = (struct run_options){
		.limits = { .timeout_ms = (unsigned)seconds * 1000,
			    .batch = (size_t)batch },
		.sandbox = sandbox && !strcmp(sandbox, "require")
			 ? RUNNER_SANDBOX_REQUIRE
			 : sandbox && !strcmp(sandbox, "none")
			 ? RUNNER_SANDBOX_NONE : RUNNER_SANDBOX_TRY,
		.artifact = opt_str(o, "artifact"), .reads = reads,
		.parallel = (unsigned)parallel,
	};
	return RC_OK;
}

enum rc runs_verdict(const struct run_recs *v, struct err *err)
{
	const struct run_rec *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++) {
		const struct run_rec *r = &v->at[i];

		if (r->state != RUN_FAILED && r->state != RUN_NO_RUNNER)
			continue;
		first = first ? first : r;
		n++;
	}
	if (!n)
		return RC_OK;
	if (first->said)
		return err_set(err, RC_FAILED, "%zu of %zu runs failed; "
			       "'%s@%lld': %s; 'muster predictions said %lld' "
			       "shows its last words", n, v->n, first->model,
			       (long long)first->version, first->why,
			       (long long)first->id - 1);
	return err_set(err, RC_FAILED, "%zu of %zu runs failed; '%s@%lld': %s",
		       n, v->n, first->model, (long long)first->version,
		       first->why ? first->why : "the version has no runner; "
		       "'version add --runner' names one");
}

static enum rc run_run(struct cli *c, struct err *err)
{
	struct version_refs refs = VEC_INIT;
	struct version_ref ref = { 0 };
	struct run_options options;
	struct run_recs recs = VEC_INIT;
	struct strs reads = VEC_INIT;
	enum rc rc = runs_options(&c->opts, &options, &reads, err);

	options.dry_run = c->dry_run;
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		vec_push(&refs, ref);
	if (rc == RC_OK)
		rc = reg_runs(c->reg, cli_arg(c, 1), &refs, &options,
			      cli_progress(c), &recs, err);
	progress_clear(&c->progress);
	if (recs.n && !(c->quiet && c->format == FORMAT_TEXT))
		runs_table(c, &recs);
	if (rc == RC_OK)
		rc = runs_verdict(&recs, err);
	run_recs_release(&recs);
	version_refs_release(&refs);
	strs_release(&reads);
	return rc;
}

static enum rc run_list(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	struct run_recs recs = VEC_INIT;
	enum rc rc = RC_OK;

	if (cli_arg(c, 0))
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = reg_run_list(c->reg, ref.model, ref.version, NULL, &recs,
				  err);
	if (rc == RC_OK)
		runs_table(c, &recs);
	run_recs_release(&recs);
	free(ref.model);
	return rc;
}

static enum rc run_said(struct cli *c, struct err *err)
{
	struct buf raw = BUF_INIT;
	const char *text = cli_arg(c, 0);
	int64_t entry;
	enum rc rc = RC_OK;

	if (!decimal_read_i64(text, strlen(text), &entry) || entry < 0)
		rc = err_set(err, RC_USAGE, "'%s' is no run: the number that "
			     "'predictions runs' shows", text);
	if (rc == RC_OK)
		rc = reg_run_said(c->reg, entry + 1, &raw, err);
	if (rc == RC_OK)
		safetext_add(&c->out.buf, raw.data, raw.len, SAFE_TEXT);
	if (rc == RC_OK && raw.len && raw.data[raw.len - 1] != '\n')
		buf_char(&c->out.buf, '\n');
	buf_release(&raw);
	return rc;
}

const struct command run_commands[] = {
	{
		.words = "predictions run", .args = "MODEL@V TESTSET",
		.min_args = 2, .max_args = 2,
		.summary = "ask the version's runner for what is not yet known",
		.more = "Only active patterns without a prediction are asked "
			"for. A run that fails, or answers\nshort, stores "
			"nothing and says why.",
		.options = run_options,
		.examples = (const char *const[]){
			"predictions run credit-scorer@7 loans",
			"predictions run credit-scorer@7 loans --timeout 60 "
			"--sandbox require", NULL },
		.flags = COMMAND_CHANGES, .run = run_run,
	},
	{
		.words = "predictions runs", .args = "[MODEL@V]",
		.max_args = 1,
		.summary = "runs of runners, newest first",
		.examples = (const char *const[]){
			"predictions runs", "predictions runs credit-scorer@7 "
			"--json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{
		.words = "predictions said", .args = "RUN",
		.min_args = 1, .max_args = 1,
		.summary = "what a run's program wrote on stderr, made safe",
		.examples = (const char *const[]){
			"predictions said 41", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_said,
	},
	{ 0 },
};
