/* predictions import. */
#include <stdlib.h>

#include "cli/cli.h"
#include "registry/prediction.h"

static enum rc spec_from_options(const struct opts *o,
				 struct prediction_spec *s, struct err *err)
{
	s->label = opt_str(o, "label");
	s->score = opt_str(o, "score");
	s->replace = opt_has(o, "replace");
	s->ignore_extra = opt_has(o, "ignore-extra");
	s->allow_missing = opt_has(o, "allow-missing");
	opt_commas(o, "key", &s->keys);
	opt_commas(o, "scores", &s->scores);
	if (!s->label && !s->score && !s->scores.n)
		return err_set(err, RC_USAGE, "give '--label COL', '--score "
			       "COL' or '--scores LABEL=COL,...': what the "
			       "version said");
	return opt_num(o, "threshold", &s->has_threshold, &s->threshold, err);
}

static void say_report(struct cli *c, const struct prediction_spec *s,
		       const struct prediction_report *r)
{
	for (size_t i = 0; i < r->notes.n; i++)
		cli_note(c, "%s", r->notes.at[i]);
	cli_did(c, "imported", "import", "predictions of %s@%lld on %s: "
		"%llu stored, %llu unchanged, %llu replaced, %llu extra, "
		"%llu missing", s->model, (long long)s->version, s->testset,
		(unsigned long long)r->stored, (unsigned long long)r->unchanged,
		(unsigned long long)r->replaced, (unsigned long long)r->extra,
		(unsigned long long)r->missing);
}

static enum rc run_import(struct cli *c, struct err *err)
{
	struct prediction_spec spec = { .testset = cli_arg(c, 1) };
	struct prediction_report report = { 0 };
	struct version_ref ref = { 0 };
	enum rc rc = spec_from_options(&c->opts, &spec, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	spec.model = ref.model;
	spec.version = ref.version;
	if (rc == RC_OK)
		rc = cli_readable(cli_arg(c, 2), err);
	if (rc == RC_OK)
		rc = reg_predictions_import(c->reg, &spec, cli_arg(c, 2),
					    c->dry_run, cli_progress(c),
					    &report, err);
	if (rc == RC_OK)
		say_report(c, &spec, &report);
	prediction_report_release(&report);
	strs_release(&spec.keys);
	strs_release(&spec.scores);
	free(ref.model);
	return rc;
}

static const struct option import_options[] = {
	{ "key", 0, "COL[,COL]...", "key columns of the file, if named "
	  "otherwise than the set's", true, NULL },
	{ "label", 0, "COL", "predicted label, or number for regression",
	  false, NULL },
	{ "score", 0, "COL", "score of the positive label", false, NULL },
	{ "threshold", 0, "X", "a score >= X is the positive label; recorded "
	  "on the version", false, NULL },
	{ "scores", 0, "LABEL=COL,...", "a score for each class", true, NULL },
	{ "replace", 0, NULL, "replace predictions that differ", false, NULL },
	{ "ignore-extra", 0, NULL, "skip keys that the set does not have",
	  false, NULL },
	{ "allow-missing", 0, NULL, "leave patterns without a prediction",
	  false, NULL },
	{ 0 },
};

const struct command predictions_commands[] = {
	{
		.words = "predictions import", .args = "MODEL@V TESTSET FILE.csv",
		.min_args = 3, .max_args = 3,
		.summary = "import what a version said, joined by key",
		.more = "Other columns of the file are ignored, so one wide "
			"file serves many models.\n'-' is standard input.",
		.options = import_options,
		.examples = (const char *const[]){
			"predictions import credit-scorer@7 loans scores.csv "
			"--score p_default --threshold 0.42",
			"predictions import tagger@2 news wide.csv --label "
			"tagger_v2", NULL },
		.flags = COMMAND_CHANGES, .run = run_import,
	},
	{ 0 },
};
