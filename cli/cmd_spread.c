/* spread: bias and variance across the versions of a model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "registry/spread.h"

#define SHOWN 20		/* patterns for people, without --limit */

static const struct table_column label_columns[] = {
	{ "key", "pattern", false }, { "target", "target", false },
	{ "main", "most say", false }, { "variance", "disagree", true },
	{ "entropy", "entropy", true }, { "bias", "bias", true },
	{ "loss", "loss", true }, { 0 },
};
static const struct table_column value_columns[] = {
	{ "key", "pattern", false }, { "target", "target", false },
	{ "main", "mean", true }, { "sd", "sd", true },
	{ "bias", "bias^2", true }, { "loss", "mse", true }, { 0 },
};

static void maybe_num(struct table *t, double x)
{
	if (isfinite(x))
		table_num(t, x);
	else
		table_null(t);
}

static void pattern_row(struct table *t, const struct spread_pattern *p,
			enum task task)
{
	table_key(t, p->key);
	table_str(t, p->target);
	table_str(t, p->said);
	if (task == TASK_REGRESSION) {
		maybe_num(t, sqrt(p->row.variance));
	} else {
		table_num(t, p->row.variance);
		table_num(t, p->row.entropy);
	}
	maybe_num(t, p->row.bias);
	maybe_num(t, p->row.loss);
}

static void put(struct buf *b, const char *words, double x)
{
	buf_str(b, words);
	if (isfinite(x))
		number_text(b, x, false);
	else
		buf_str(b, "(too large for a number)");
}

static void head(struct buf *b, const struct version_spread *s)
{
	char n[DECIMAL_MAX], same[DECIMAL_MAX];

	buf_printf(b, "%s r%lld, %zu versions, n %s answered by all\n",
		   s->testset, (long long)s->revision, s->n_versions,
		   decimal_grouped(s->all.n, n));
	put(b, s->weight ? "weighted mean loss " : "mean loss ", s->all.loss);
	put(b, " = bias ", s->all.bias);
	if (s->all.task == TASK_REGRESSION) {
		put(b, " + variance ", s->all.variance);
	} else {
		put(b, " + variance where most are right ", s->all.unbiased);
		put(b, " - where most are wrong ", s->all.biased);
	}
	if (s->weight) {
		put(b, "\nweights of ", s->all.weight);
		buf_printf(b, " in all, column '%s'", s->weight);
	}
	buf_printf(b, "\nall agree on %s patterns, %s do not\n\n",
		   decimal_grouped(s->all.n_unanimous, same),
		   decimal_grouped(s->all.n - s->all.n_unanimous, n));
}

static void show(struct cli *c, const struct version_spread *s)
{
	const struct table_spec spec = {
		"patterns", false, s->all.task == TASK_REGRESSION ?
			value_columns : label_columns,
		"all versions agree on every pattern",
	};
	struct json_out o = JSON_OUT(&c->out.buf, true);
	struct table *t;

	if (c->format == FORMAT_JSON) {
		version_spread_write(&o, s);
		buf_char(&c->out.buf, '\n');
		return;
	}
	if (c->format == FORMAT_TEXT)
		head(&c->out.buf, s);
	t = cli_table(c, &spec);
	for (size_t i = 0; i < s->n_patterns && table_alive(t); i++)
		pattern_row(t, &s->patterns[i], s->all.task);
	table_end(t);
}

static enum rc choose_versions(struct cli *c, struct version_refs *out,
			       const char **model, struct err *err)
{
	struct strs with = VEC_INIT;
	enum rc rc = RC_OK;

	opt_commas(&c->opts, "with", &with);
	if (strchr(cli_arg(c, 0), '@'))
		strs_add(&with, cli_arg(c, 0));
	else
		*model = cli_arg(c, 0);
	for (size_t i = 0; i < with.n && rc == RC_OK; i++) {
		struct version_ref ref = { 0 };

		rc = reg_version_resolve(c->reg, with.at[i], &ref, err);
		if (rc == RC_OK)
			vec_push(out, ref);
	}
	strs_release(&with);
	return rc;
}

static enum rc run_spread(struct cli *c, struct err *err)
{
	struct choice among = { .slice = opt_str(&c->opts, "slice") };
	struct version_refs versions = VEC_INIT;
	struct version_spread s = { 0 };
	const char *model = NULL;
	char *name = NULL;
	int64_t revision;
	uint64_t most;
	enum rc rc = opt_u64(&c->opts, "limit", c->format == FORMAT_TEXT ||
			     c->format == FORMAT_MD ? SHOWN : 0, &most, err);

	if (rc == RC_OK)
		rc = cli_testset_ref(cli_arg(c, 1), &name, &revision, err);
	if (rc == RC_OK)
		rc = choose_versions(c, &versions, &model, err);
	if (rc == RC_OK)
		rc = reg_spread(c->reg, name, revision, model, &versions,
				&among, (size_t)most, cli_progress(c), &s,
				err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		show(c, &s);
	version_spread_release(&s);
	version_refs_release(&versions);
	free(name);
	return rc;
}

static const struct option spread_options[] = {
	{ "with", 0, "NAME@V", "versions of other models too", true, NULL },
	{ "slice", 0, "EXPR", "only patterns of this named slice, or that "
	  "hold: race=Asian age>=65", false, NULL },
	{ "limit", 0, "N", "patterns to list, widest spread first (20; "
	  "programs get all)", false, NULL },
	{ 0 },
};

const struct command spread_commands[] = {
	{
		.words = "spread", .args = "MODEL TESTSET[@R]",
		.min_args = 2, .max_args = 2,
		.summary = "bias and variance across a model's versions, by "
			   "pattern",
		.more = "Most say: the answer of most versions; disagree: the "
			"share that says something\nelse. bias: whether most "
			"are wrong (Domingos 2000); for numbers bias^2 + "
			"variance\n= mse. Where patterns have weights, means "
			"are weighted; what is said of one\npattern is not.",
		.options = spread_options,
		.examples = (const char *const[]){
			"spread credit-scorer loans",
			"spread credit-scorer loans --slice region=NW --csv",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_spread,
	},
	{ 0 },
};
