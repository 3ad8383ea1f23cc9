/* eval: evaluates versions on a revision. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report_eval.h"
#include "cli/runs.h"
#include "registry/evaluate.h"

static enum rc versions_from_args(struct cli *c, size_t first,
				  struct version_refs *out, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = first; i < c->opts.args.n && rc == RC_OK; i++) {
		struct version_ref ref = { 0 };

		rc = reg_version_resolve(c->reg, cli_arg(c, i), &ref, err);
		if (rc == RC_OK)
			vec_push(out, ref);
	}
	return rc;
}

static enum rc options_from(const struct opts *o, struct eval_options *e,
			    struct err *err)
{
	uint64_t resamples = 0;
	enum rc rc = opt_u64(o, "resamples", 1000, &resamples, err);

	if (rc == RC_OK)
		rc = opt_u64(o, "seed", 0, &e->seed, err);
	if (rc == RC_OK && resamples > 1000000)
		return err_set(err, RC_USAGE, "'--resamples' takes at most "
			       "1000000");
	e->resamples = (unsigned)resamples;
	e->clopper_pearson = opt_has(o, "clopper-pearson");
	e->cancelled = progress_cancelled;
	return rc;
}

/* Asks runners for what is missing; a failed run leaves its version stale. */
static enum rc run_missing(struct cli *c, const char *name, int64_t revision,
			   const struct version_refs *versions,
			   struct err *err)
{
	struct run_options options;
	struct run_recs recs = VEC_INIT;
	struct strs reads = VEC_INIT;
	enum rc rc;

	if (!opt_has(&c->opts, "run"))
		return RC_OK;
	if (revision)
		return err_set(err, RC_USAGE, "'--run' asks for the newest "
			       "revision; leave '@%lld' out",
			       (long long)revision);
	rc = runs_options(&c->opts, &options, &reads, err);
	options.dry_run = c->dry_run;
	if (rc == RC_OK)
		rc = reg_runs(c->reg, name, versions, &options,
			      cli_progress(c), &recs, err);
	progress_clear(&c->progress);
	for (size_t i = 0; rc == RC_OK && i < recs.n; i++)
		if (recs.at[i].state == RUN_FAILED)
			cli_note(c, "run of %s@%lld failed: %s",
				 recs.at[i].model,
				 (long long)recs.at[i].version,
				 recs.at[i].why);
	run_recs_release(&recs);
	strs_release(&reads);
	return rc;
}

static void say_missing(struct cli *c, const struct testset_info *info,
			const struct evaluations *list)
{
	uint64_t gaps = 0;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (list->at[i].whole.n >= info->n)
			continue;
		gaps += info->n - list->at[i].whole.n;
		n++;
	}
	if (!list->n)
		cli_note(c, "no live version has predictions on %s; 'muster "
			 "predictions import' brings them, '--run' asks "
			 "runners", info->name);
	if (n)
		cli_note(c, "%zu version%s of %zu lack%s %llu predictions on "
			 "%s@%lld; import them, or give '--run'", n,
			 n == 1 ? "" : "s", list->n, n == 1 ? "s" : "",
			 (unsigned long long)gaps, info->name,
			 (long long)info->revision);
}

/* Scores alone say no label: half of the figures are undefined then. */
static void say_no_threshold(struct cli *c, const struct evaluations *list)
{
	const struct evaluation *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct evaluation *e = &list->at[i];

		if (e->task != TASK_BINARY || e->has_threshold ||
		    e->whole.metrics[METRIC_ACCURACY].why !=
		    why_text(WHY_NO_THRESHOLD))
			continue;
		first = first ? first : e;
		n++;
	}
	if (n == 1)
		cli_note(c, "%s@%lld has scores and no threshold; 'muster "
			 "threshold set %s@%lld --rule best-f1 --on %s' chooses "
			 "one", first->model, (long long)first->version,
			 first->model, (long long)first->version,
			 first->testset);
	else if (n)
		cli_note(c, "%zu versions have scores and no threshold; "
			 "'muster threshold set %s@%lld --rule best-f1 --on %s' "
			 "chooses one", n, first->model,
			 (long long)first->version, first->testset);
}

/* Of those that were stored; nothing of ours computes such figures. */
static void say_incoherent(struct cli *c, const struct evaluations *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct evaluation *e = &list->at[i];
		struct strs findings = VEC_INIT;

		evaluation_check(e, &findings);
		if (findings.n)
			cli_note(c, "stored figures of %s@%lld on %s contradict "
				 "each other in %zu place%s, first %s; 'muster "
				 "log --object evaluation/%s@%lld/%s' says who "
				 "stored them, other '--resamples' compute "
				 "them anew", e->model, (long long)e->version,
				 e->testset, findings.n,
				 findings.n == 1 ? "" : "s", findings.at[0],
				 e->model, (long long)e->version, e->testset);
		strs_release(&findings);
	}
}

/* One set: evaluates and shows. */
static enum rc eval_set(struct cli *c, const char *name, int64_t revision,
			const struct version_refs *versions, struct err *err)
{
	struct testset_info info = { 0 };
	struct evaluations list = VEC_INIT;
	struct eval_options e = { 0 };
	uint64_t before;
	enum rc rc = options_from(&c->opts, &e, err);

	if (rc == RC_OK)
		rc = run_missing(c, name, revision, versions, err);
	before = reg_size(c->reg);
	if (rc == RC_OK)
		rc = reg_testset_info(c->reg, name, revision, &info, err);
	if (rc == RC_OK)
		rc = reg_evaluate(c->reg, name, revision, versions, &e,
				  cli_progress(c), &list, err);
	progress_clear(&c->progress);
	if (rc == RC_OK && !(c->format == FORMAT_TEXT && c->quiet))
		report_evaluations(c, &info, &list);
	if (rc == RC_OK && c->format == FORMAT_TEXT && !c->quiet)
		report_stored(c, list.n, reg_size(c->reg) - before);
	if (rc == RC_OK)
		say_missing(c, &info, &list);
	if (rc == RC_OK)
		say_no_threshold(c, &list);
	if (rc == RC_OK)
		say_incoherent(c, &list);
	evaluations_release(&list);
	testset_info_release(&info);
	return rc;
}

/* JSON: what eval prints for a set, or an object that holds it for each. */
static enum rc eval_all_sets(struct cli *c, struct err *err)
{
	struct version_refs all = VEC_INIT;
	struct testset_infos sets = VEC_INIT;
	enum rc rc = reg_testset_list(c->reg, &sets, err);
	bool wrap = c->format == FORMAT_JSON && sets.n != 1;

	if (wrap)
		buf_str(&c->out.buf, "{\n\"evals\": [\n");
	for (size_t i = 0; i < sets.n && rc == RC_OK; i++) {
		if (i && wrap)
			buf_str(&c->out.buf, ",\n");
		rc = eval_set(c, sets.at[i].name, 0, &all, err);
	}
	if (wrap)
		buf_str(&c->out.buf, "]\n}\n");
	for (size_t i = 0; i < sets.n; i++)
		testset_info_release(&sets.at[i]);
	vec_free(&sets);
	return rc;
}

static enum rc run_one_set(struct cli *c, struct err *err)
{
	struct version_refs versions = VEC_INIT;
	char *name = NULL;
	int64_t revision;
	enum rc rc = cli_testset_ref(cli_arg(c, 0), &name, &revision, err);

	if (rc == RC_OK)
		rc = versions_from_args(c, 1, &versions, err);
	if (rc == RC_OK)
		rc = eval_set(c, name, revision, &versions, err);
	version_refs_release(&versions);
	free(name);
	return rc;
}

static enum rc run_eval(struct cli *c, struct err *err)
{
	enum rc rc;

	if (!cli_arg(c, 0) && !opt_has(&c->opts, "all"))
		return err_set(err, RC_USAGE, "name a test set, or give "
			       "'--all' for every set and live version");
	if (cli_arg(c, 1) && opt_has(&c->opts, "all"))
		return err_set(err, RC_USAGE, "name versions or give '--all', "
			       "not both");
	rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	return cli_arg(c, 0) ? run_one_set(c, err) : eval_all_sets(c, err);
}

static const struct option eval_options[] = {
	{ "all", 0, NULL, "all live versions that have predictions", false,
	  NULL },
	{ "clopper-pearson", 0, NULL, "exact intervals instead of Wilson's",
	  false, NULL },
	{ "resamples", 0, "N", "bootstrap resamples (1000; 0: none)", false,
	  NULL },
	{ "seed", 0, "N", "seed of the bootstrap (0)", false, NULL },
	{ "run", 0, NULL, "first ask runners for predictions that are "
	  "missing", false, NULL },
	RUN_OPTIONS,
	{ 0 },
};

const struct command eval_commands[] = {
	{
		.words = "eval", .args = "[TESTSET[@R] [MODEL@V...]]",
		.max_args = -1,
		.summary = "evaluate versions on a test set",
		.more = "Without versions, or with --all: every live version that has "
			"predictions.\nAppends an evaluation unless the same one stands in "
			"the log. With --as-of,\n--readonly or -n it computes "
			"and stores nothing.",
		.options = eval_options,
		.examples = (const char *const[]){
			"eval loans --all", "eval loans credit-scorer@7 --json",
			"eval --all", NULL },
		.flags = COMMAND_LOCAL | COMMAND_STORES, .run = run_eval,
	},
	{ 0 },
};
