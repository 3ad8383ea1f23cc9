/* bundle, bundle check: does the exported model still answer the same? */
#include <stdlib.h>

#include "base/spawn.h"
#include "cards/bundle.h"
#include "cli/cli.h"

static enum rc tolerance_from(struct cli *c, bool *has, double *out,
			      struct err *err)
{
	enum rc rc = opt_num(&c->opts, "tolerance", has, out, err);

	if (rc == RC_OK && *has && !(*out >= 0))
		rc = err_set(err, RC_USAGE, "'--tolerance' takes a number of "
			     "0 or more");
	return rc;
}

static enum rc run_bundle(struct cli *c, struct err *err)
{
	const char *dir = opt_str(&c->opts, "output");
	struct version_ref ref = { 0 };
	struct bundle_info info;
	double tolerance = BUNDLE_TOLERANCE;
	char *set = NULL;
	bool has;
	int64_t revision;
	enum rc rc = tolerance_from(c, &has, &tolerance, err);

	if (rc == RC_OK && !dir)
		rc = err_set(err, RC_USAGE, "'-o DIR' is missing: the folder "
			     "to write");
	if (rc == RC_OK)
		rc = cli_testset_ref(cli_arg(c, 1), &set, &revision, err);
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = bundle_write(c->reg, &ref, set, revision,
				  has ? tolerance : BUNDLE_TOLERANCE, dir,
				  &info, err);
	if (rc == RC_OK && info.n_left_out)
		cli_note(c, "%llu patterns without a prediction are left out",
			 (unsigned long long)info.n_left_out);
	if (rc == RC_OK)
		cli_did(c, "wrote", "write", "bundle '%s': %llu patterns of "
			"%s@%lld", dir, (unsigned long long)info.n, set,
			(long long)info.revision);
	free(ref.model);
	free(set);
	return rc;
}

static const struct table_column columns[] = {
	{ "version", "version", false }, { "testset", "test set", false },
	{ "n", "patterns", true }, { "same", "answered the same", true },
	{ "greatest_difference", "greatest difference", true },
	{ "artifact_checked", "model file checked", false },
	{ "sandbox", "run", false }, { "first_key", "first that differs",
				       false },
	{ "first_why", "how", false }, { 0 },
};

static void show(struct cli *c, const struct bundle_verdict *v)
{
	static const struct table_spec spec = { NULL, true, columns, NULL };
	struct table *t = cli_table(c, &spec);

	table_str(t, v->version);
	table_str(t, v->testset);
	table_int(t, (int64_t)v->n);
	table_int(t, (int64_t)v->n_same);
	table_num(t, v->greatest);
	table_bool(t, v->artifact_checked);
	table_str(t, v->sandboxed);
	table_str(t, v->first_key);
	table_str(t, v->first_why);
	table_end(t);
}

static enum rc run_check(struct cli *c, struct err *err)
{
	struct strs argv = VEC_INIT;
	struct bundle_check_options o = {
		.runner = &argv, .artifact = opt_str(&c->opts, "artifact"),
		.sandbox = opt_has(&c->opts, "no-sandbox") ?
			   RUNNER_SANDBOX_NONE : RUNNER_SANDBOX_TRY,
	};
	struct bundle_verdict v = { 0 };
	enum rc rc = tolerance_from(c, &o.has_tolerance, &o.tolerance, err);

	if (rc == RC_OK && !opt_has(&c->opts, "runner"))
		rc = err_set(err, RC_USAGE, "'--runner' is missing: the "
			     "command that answers");
	if (rc == RC_OK)
		rc = spawn_split(opt_str(&c->opts, "runner"), &argv, err);
	if (rc == RC_OK)
		rc = bundle_check(cli_arg(c, 0), &o, &v, err);
	if (rc == RC_OK && !(c->quiet && c->format == FORMAT_TEXT))
		show(c, &v);
	if (rc == RC_OK && v.n_same != v.n)
		rc = err_set(err, RC_UNMET, "%llu of %llu answers differ, first "
			     "'%s': %s", (unsigned long long)(v.n - v.n_same),
			     (unsigned long long)v.n, v.first_key,
			     v.first_why);
	bundle_verdict_release(&v);
	strs_release(&argv);
	return rc;
}

static const struct option bundle_options[] = {
	{ "output", 'o', "DIR", "the folder to write; must not exist", false,
	  NULL },
	{ "tolerance", 0, "X", "by how much a score may differ (1e-6)", false,
	  NULL },
	{ 0 },
};
static const struct option check_options[] = {
	{ "runner", 0, "CMD", "the command that answers, with its arguments",
	  false, NULL },
	{ "artifact", 0, "FILE", "the model's file: must be the one of the "
	  "bundle", false, NULL },
	{ "tolerance", 0, "X", "instead of the bundle's", false, NULL },
	{ "no-sandbox", 0, NULL, "run the command unconfined", false, NULL },
	{ 0 },
};

const struct command bundle_commands[] = {
	{
		.words = "bundle", .args = "MODEL@V TESTSET[@R]",
		.min_args = 2, .max_args = 2,
		.summary = "pack inputs and expected predictions, to be rerun "
			   "elsewhere",
		.more = "Keys, inputs and predictions of each pattern are "
			"written out: mind personal data. Targets and the "
			"model's file are not.",
		.options = bundle_options,
		.examples = (const char *const[]){
			"bundle credit-scorer@7 loans -o credit-scorer-7", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_bundle,
	},
	{
		.words = "bundle check", .args = "DIR",
		.min_args = 1, .max_args = 1,
		.summary = "rerun a bundle and compare the answers",
		.more = "Needs no registry. Exit status 3 and the first "
			"pattern if an answer differs by more than the "
			"tolerance.",
		.options = check_options,
		.examples = (const char *const[]){
			"bundle check credit-scorer-7 --runner "
			"'/opt/score --model m.onnx'", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_check,
	},
	{ 0 },
};
