/* threshold set, curve. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "registry/threshold.h"

static enum rc rule_from(const struct opts *o, struct threshold_choice *c,
			 struct err *err)
{
	const char *name = opt_str(o, "rule");
	bool has;
	enum rc rc = opt_num(o, "value", &has, &c->value, err);

	if (rc != RC_OK)
		return rc;
	for (c->rule = 0; name && c->rule < CUTOFF_RULES; c->rule++)
		if (!strcmp(name, cutoff_rule_name(c->rule)))
			break;
	if (!name || c->rule == CUTOFF_RULES)
		return err_set(err, RC_USAGE, "give '--rule': fixed, best-f1, "
			       "cost, precision or recall");
	if (has == (c->rule == CUTOFF_BEST_F1))
		return err_set(err, RC_USAGE, "rule '%s' takes %s '--value X'",
			       name, has ? "no" : "a");
	return RC_OK;
}

static enum rc run_set(struct cli *c, struct err *err)
{
	const char *on = opt_str(&c->opts, "on");
	struct threshold_choice choice = {
		.reason = opt_str(&c->opts, "reason") };
	struct version_ref ref = { 0 };
	struct cutoff chosen;
	char *name = NULL;
	struct buf x = BUF_INIT;
	enum rc rc = rule_from(&c->opts, &choice, err);

	if (rc == RC_OK && !on)
		rc = err_set(err, RC_USAGE, "give '--on TESTSET': where the "
			     "threshold is chosen");
	if (rc == RC_OK)
		rc = cli_testset_ref(on, &name, &choice.revision, err);
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	choice.testset = name;
	choice.model = ref.model;
	choice.version = ref.version;
	if (rc == RC_OK)
		rc = reg_threshold_set(c->reg, &choice, &chosen, err);
	if (rc == RC_OK) {
		buf_decimal(&x, chosen.threshold);
		cli_did(c, "set", "set", "threshold of %s@%lld to %s by %s on "
			"%s", ref.model, (long long)ref.version, x.data,
			cutoff_rule_name(choice.rule), on);
	}
	buf_release(&x);
	free(name);
	free(ref.model);
	return rc;
}

static const struct table_column columns[] = {
	{ "threshold", "threshold", true }, { "tp", "tp", true },
	{ "fp", "fp", true }, { "fn", "fn", true }, { "tn", "tn", true },
	{ "precision", "precision", true }, { "recall", "recall", true },
	{ "f1", "f1", true }, { "accuracy", "accuracy", true },
	{ "fpr", "fpr", true }, { "selection_rate", "selected", true }, { 0 },
};
static const struct table_spec spec = { "cutoffs", false, columns, NULL };

static void ratio(struct table *t, uint64_t a, uint64_t b)
{
	if (b)
		table_num(t, (double)a / (double)b);
	else
		table_null(t);
}

static void curve_row(struct table *t, const struct cutoff *k)
{
	const struct confusion *c = &k->confusion;
	uint64_t n = c->tp + c->fp + c->fn + c->tn;

	table_num(t, k->threshold);
	table_int(t, (int64_t)c->tp);
	table_int(t, (int64_t)c->fp);
	table_int(t, (int64_t)c->fn);
	table_int(t, (int64_t)c->tn);
	ratio(t, c->tp, c->tp + c->fp);
	ratio(t, c->tp, c->tp + c->fn);
	ratio(t, 2 * c->tp, 2 * c->tp + c->fp + c->fn);
	ratio(t, c->tp + c->tn, n);
	ratio(t, c->fp, c->fp + c->tn);
	ratio(t, c->tp + c->fp, n);
}

/* At most so many cuts, evenly among them, the last one always. */
static void curve_rows(struct cli *c, const struct cutoffs *cuts,
		       uint64_t points)
{
	struct table *t = cli_table(c, &spec);
	size_t n = points && points < cuts->n ? (size_t)points : cuts->n;

	for (size_t i = 0; i < n && table_alive(t); i++)
		curve_row(t, &cuts->at[n == cuts->n ? i
				       : (i + 1) * cuts->n / n - 1]);
	table_end(t);
}

static enum rc run_curve(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	struct cutoffs cuts = VEC_INIT;
	char *name = NULL;
	int64_t revision;
	uint64_t points;
	enum rc rc = opt_u64(&c->opts, "points", 20, &points, err);

	if (rc == RC_OK)
		rc = cli_testset_ref(cli_arg(c, 1), &name, &revision, err);
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = reg_threshold_curve(c->reg, ref.model, ref.version, name,
					 revision, &cuts, err);
	if (rc == RC_OK)
		curve_rows(c, &cuts, points);
	vec_free(&cuts);
	free(name);
	free(ref.model);
	return rc;
}

static const struct option set_options[] = {
	{ "rule", 0, "RULE", "how it is chosen", false,
	  "fixed|best-f1|cost|precision|recall" },
	{ "value", 0, "X", "fixed: the threshold; cost: how many false "
	  "positives a false negative is worth; else the target", false,
	  NULL },
	{ "on", 0, "TESTSET[@R]", "on which revision", false, NULL },
	{ "reason", 0, "TEXT", "why, for the log", false, NULL },
	{ 0 },
};
static const struct option curve_options[] = {
	{ "points", 0, "N", "at most so many cuts (20; 0: all)", false, NULL },
	{ 0 },
};

const struct command threshold_commands[] = {
	{
		.words = "threshold set", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "choose from which score on the label is positive",
		.more = "The log keeps the rule, the revision and what it gave "
			"there. Of equally good\nthresholds the highest.",
		.options = set_options,
		.examples = (const char *const[]){
			"threshold set credit-scorer@7 --rule best-f1 --on "
			"loans", "threshold set credit-scorer@7 --rule cost "
			"--value 5 --on loans@3", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{
		.words = "threshold curve", .args = "MODEL@V TESTSET[@R]",
		.min_args = 2, .max_args = 2,
		.summary = "metrics against the threshold",
		.options = curve_options,
		.examples = (const char *const[]){
			"threshold curve credit-scorer@7 loans --points 50",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_curve,
	},
	{ 0 },
};
