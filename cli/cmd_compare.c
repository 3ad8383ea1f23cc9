/* compare: candidates against a base, paired, on one revision. */
#include <string.h>

#include "cli/cli.h"
#include "cli/report_compare.h"
#include "registry/compare.h"
#include "registry/problem.h"

static enum rc options_from(const struct opts *o, struct compare_options *co,
			    struct err *err)
{
	const char *key = opt_str(o, "metric");
	uint64_t min_n, resamples = 0, flips = 0;
	enum metric by;
	enum rc rc = opt_num(o, "margin", &co->has_margin, &co->margin, err);

	if (rc == RC_OK && co->has_margin && co->margin < 0)
		return err_set(err, RC_USAGE, "'--margin' must not be negative");
	if (rc == RC_OK)
		rc = opt_u64(o, "min-n", 0, &min_n, err);
	if (rc == RC_OK)
		rc = opt_u64(o, "resamples", 0, &resamples, err);
	if (rc == RC_OK)
		rc = opt_u64(o, "seed", 0, &co->seed, err);
	if (rc == RC_OK)
		rc = opt_u64(o, "flips", 0, &flips, err);
	if (rc != RC_OK)
		return rc;
	co->min_n = co->min_n_slice = min_n;
	if (resamples > 1000000)
		return err_set(err, RC_USAGE, "'--resamples' takes at most "
			       "1000000");
	co->resamples = (unsigned)resamples;
	co->n_shifts = flips < UINT32_MAX ? flips : UINT32_MAX;
	co->shift_losses = 1u << LOSS_ABSOLUTE;
	if (key && metric_from_key(key, &by))
		co->shift_losses |= 1u << metric_loss(by);
	return RC_OK;
}

static enum rc resolve_all(struct cli *c, struct version_ref *base,
			   struct version_refs *candidates, struct err *err)
{
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 1), base, err);

	for (size_t i = 2; i < c->opts.args.n && rc == RC_OK; i++) {
		struct version_ref ref = { 0 };

		rc = reg_version_resolve(c->reg, cli_arg(c, i), &ref, err);
		if (rc == RC_OK)
			vec_push(candidates, ref);
	}
	return rc;
}

/* By which metric slices are listed. */
static enum rc slice_metric(struct cli *c, enum task task, enum metric *out,
			    struct err *err)
{
	const char *key = opt_str(&c->opts, "metric");

	*out = metric_main(task);
	if (!key)
		return RC_OK;
	if (!metric_from_key(key, out))
		return err_set(err, RC_USAGE, "'%s' is no metric; accuracy, "
			       "roc_auc, mae are (see 'man muster')", key);
	if (!metric_fits(*out, task))
		return err_set(err, RC_USAGE, "metric '%s' does not fit this "
			       "test set, which is %s", key, task_name(task));
	return RC_OK;
}

static enum rc chosen(struct cli *c, struct choice *among, struct err *err)
{
	const char *problem = opt_str(&c->opts, "problem");

	among->slice = opt_str(&c->opts, "slice");
	return problem ? problem_id_parse(problem, &among->problem, err) :
			 RC_OK;
}

/* What was compared, with single patterns if they are asked for. */
static enum rc show(struct cli *c, const struct comparison *cmp, size_t most,
		    struct err *err)
{
	struct flip_lists *flips = NULL;
	enum metric by;
	enum rc rc = slice_metric(c, cmp->task, &by, err);

	if (rc == RC_OK && opt_has(&c->opts, "flips"))
		rc = reg_flips(c->reg, cmp, most, &flips, err);
	if (rc == RC_OK)
		report_comparison(c, cmp, by, flips);
	flips_free(flips, cmp->n_candidates);
	return rc;
}

static enum rc run_compare(struct cli *c, struct err *err)
{
	struct version_refs candidates = VEC_INIT;
	struct version_ref base = { 0 };
	struct compare_options options = { 0 };
	struct choice among = { 0 };
	struct comparison cmp = { 0 };
	char *name = NULL;
	int64_t revision;
	enum rc rc = options_from(&c->opts, &options, err);

	if (rc == RC_OK)
		rc = cli_testset_ref(cli_arg(c, 0), &name, &revision, err);
	if (rc == RC_OK)
		rc = resolve_all(c, &base, &candidates, err);
	if (rc == RC_OK)
		rc = chosen(c, &among, err);
	if (rc == RC_OK)
		rc = reg_compare_among(c->reg, name, revision, &base,
				       &candidates, &among, &options,
				       cli_progress(c), &cmp, err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		rc = show(c, &cmp, options.n_shifts, err);
	comparison_release(&cmp);
	version_refs_release(&candidates);
	free(base.model);
	free(name);
	return rc;
}

static const struct option compare_options[] = {
	{ "margin", 0, "X", "call it equivalent when the interval lies inside "
	  "-X and +X", false, NULL },
	{ "min-n", 0, "N", "below it a verdict is insufficient (30; slices "
	  "200)", false, NULL },
	{ "resamples", 0, "N", "bootstrap resamples (1000)", false, NULL },
	{ "seed", 0, "N", "seed of the bootstrap (0)", false, NULL },
	{ "metric", 0, "M", "by which the slices are listed, and of numbers "
	  "the flips (accuracy, mae)", false, NULL },
	{ "slice", 0, "EXPR", "only on patterns of this named slice, or that "
	  "hold: race=Asian age>=65", false, NULL },
	{ "problem", 0, "P", "only on this problem's patterns", false, NULL },
	{ "flips", 0, "N", "list N patterns that flipped, broken first; of "
	  "numbers those whose error changed most, by the metric's own error",
	  false, NULL },
	{ "all-slices", 0, NULL, "list nested slices too", false, NULL },
	{ 0 },
};

const struct command compare_commands[] = {
	{
		.words = "compare", .args = "TESTSET[@R] BASE CANDIDATE...",
		.min_args = 3, .max_args = -1,
		.summary = "is the new version better, and how sure are we?",
		.more = "Paired on the same patterns; delta is candidate minus "
			"base. Verdict: accuracy by\nexact McNemar, mae by "
			"Wilcoxon, Holm over the candidates. Where patterns "
			"have\nweights: by the weighted bootstrap interval. "
			"Slices: Holm over those with enough\npatterns; a slice "
			"nested in another one that says the same is folded "
			"under it.",
		.options = compare_options,
		.examples = (const char *const[]){
			"compare loans credit-scorer@production "
			"credit-scorer@7 credit-scorer@8",
			"compare loans credit-scorer@6 credit-scorer@7 "
			"--metric fpr --all-slices",
			"compare loans credit-scorer@6 credit-scorer@7 "
			"--flips 20", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_compare,
	},
	{ 0 },
};
