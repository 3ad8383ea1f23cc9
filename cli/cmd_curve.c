/* curve: a metric along a column of numbers, and where it tips. */
#include <stdlib.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "registry/tipping.h"

static const struct table_column columns[] = {
	{ "from", "from", true }, { "to", "to", true },
	{ "figure", "figure [95 %]", false }, { "n", "n", true }, { 0 },
};
static const struct table_column csv_columns[] = {
	{ "from", NULL, true }, { "to", NULL, true },
	{ "value", NULL, true }, { "low", NULL, true },
	{ "high", NULL, true }, { "n", NULL, true }, { "why", NULL, false },
	{ 0 },
};

static void text_bin(struct table *t, const struct curve_bin *bin)
{
	struct buf b = BUF_INIT;
	char edge[DECIMAL_MAX];

	/* as the column has them: they are no rates */
	table_str(t, decimal_sig(bin->from, 6, edge));
	table_str(t, decimal_sig(bin->to, 6, edge));
	figure_text(&b, &bin->figure);
	table_str(t, b.data);
	table_int(t, (int64_t)bin->figure.n);
	buf_release(&b);
}

static void csv_bin(struct table *t, const struct curve_bin *bin)
{
	const struct figure *f = &bin->figure;
	bool bounded = !f->why && f->method != METHOD_NONE;

	table_num(t, bin->from);
	table_num(t, bin->to);
	f->why ? table_null(t) : table_num(t, f->value);
	bounded ? table_num(t, f->low) : table_null(t);
	bounded ? table_num(t, f->high) : table_null(t);
	table_int(t, (int64_t)f->n);
	table_str(t, f->why);
}

static void tipping_line(struct buf *b, const struct curve *c)
{
	const struct tipping *t = &c->tipping;
	char at[DECIMAL_MAX], z[DECIMAL_MAX], p[DECIMAL_MAX];

	if (!t->found) {
		buf_str(b, "\nno tipping point: the loss does not vary, or the "
			   "numbers hardly do\n");
		return;
	}
	buf_printf(b, "\ntipping point %s %s: %s ", c->column,
		   decimal_sig(t->at, 6, at), c->loss);
	figure_text(b, &t->below);
	buf_str(b, " below, ");
	figure_text(b, &t->above);
	buf_printf(b, " from there on\nmaximally selected statistic %s, p %s "
		   "for the best of all cuts%s\n",
		   decimal_sig(t->statistic, 4, z), decimal_sig(t->p, 3, p),
		   t->p < 0.05 ? "" : ": no tipping point shown");
}

static void show(struct cli *c, const struct curve *k)
{
	bool csv = c->format == FORMAT_CSV;
	const struct table_spec spec = { "bins", false,
					 csv ? csv_columns : columns, NULL };
	struct json_out o = JSON_OUT(&c->out.buf, true);
	struct table *t;

	if (c->format == FORMAT_JSON) {
		curve_write(&o, k);
		buf_char(&c->out.buf, '\n');
		return;
	}
	if (c->format == FORMAT_TEXT)
		buf_printf(&c->out.buf, "%s of %s %lld along %s, %s r%lld\n\n",
			   metric_key(k->metric), k->model,
			   (long long)k->version, k->column, k->testset,
			   (long long)k->revision);
	t = cli_table(c, &spec);
	for (size_t i = 0; i < k->n_bins; i++)
		(csv ? csv_bin : text_bin)(t, &k->bins[i]);
	table_end(t);
	if (c->format == FORMAT_TEXT)
		tipping_line(&c->out.buf, k);
}

static enum rc run_curve(struct cli *c, struct err *err)
{
	const char *key = opt_str(&c->opts, "metric");
	struct curve_query q = { .column = cli_arg(c, 2),
		.among.slice = opt_str(&c->opts, "slice") };
	struct version_ref ref = { 0 };
	struct curve k = { 0 };
	char *name = NULL;
	enum metric m;
	uint64_t bins;
	enum rc rc = opt_u64(&c->opts, "bins", 0, &bins, err);

	q.bins = bins < 1000 ? (size_t)bins : 1000;
	if (rc == RC_OK && key && !metric_from_key(key, &m))
		rc = err_set(err, RC_USAGE, "'%s' is no metric; accuracy, "
			     "roc_auc, mae are (see 'man muster')", key);
	q.metric = key ? &m : NULL;
	if (rc == RC_OK)
		rc = cli_testset_ref(cli_arg(c, 1), &name, &q.revision, err);
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	q.testset = name;
	q.model = ref.model;
	q.version = ref.version;
	if (rc == RC_OK)
		rc = reg_curve(c->reg, &q, &k, err);
	if (rc == RC_OK)
		show(c, &k);
	curve_release(&k);
	free(ref.model);
	free(name);
	return rc;
}

static const struct option curve_options[] = {
	{ "metric", 0, "M", "a metric's JSON key; none: accuracy, or mae",
	  false, NULL },
	{ "bins", 0, "N", "bins of equally many patterns (10)", false, NULL },
	{ "slice", 0, "EXPR", "only patterns of this named slice, or that "
	  "hold: race=Asian age>=65", false, NULL },
	{ 0 },
};

const struct command curve_commands[] = {
	{
		.words = "curve", .args = "MODEL@V TESTSET[@R] COLUMN",
		.min_args = 3, .max_args = 3,
		.summary = "a metric along a column of numbers, and where it "
			   "tips",
		.more = "Bins hold equally many patterns. The tipping point is "
			"the cut before and behind\nwhich the mean loss differs "
			"most, with a tenth of the patterns at least on either\n"
			"side; its p allows for the choice of the cut (Miller "
			"and Siegmund 1982).",
		.options = curve_options,
		.examples = (const char *const[]){
			"curve credit-scorer@7 loans income",
			"curve credit-scorer@7 loans age --metric fpr --bins "
			"20 --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_curve,
	},
	{ 0 },
};
