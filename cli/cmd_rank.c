/* rank: all versions on one revision, best first; stale ones apart. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report_eval.h"
#include "registry/evaluate.h"

/* Fresh, and not ranked all the same: it has no threshold, say. */
static bool says_why(const struct rank_row *row)
{
	return row->figure.why && strcmp(row->state, row->figure.why) != 0;
}

static void rank_json(struct cli *c, const struct ranking *r)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_key(&o, "testset");
	report_testset_json(&o, &r->testset);
	jo_kstr(&o, "metric", metric_key(r->metric));
	jo_key(&o, "ranking");
	jo_array(&o);
	for (size_t i = 0; i < r->n_ranked; i++) {
		jo_object(&o);
		jo_kstr(&o, "model", r->rows[i].model);
		jo_kint(&o, "version", r->rows[i].version);
		jo_kint(&o, "rank", r->rows[i].rank);
		jo_key(&o, "figure");
		figure_write(&o, &r->rows[i].figure);
		jo_end(&o);
	}
	jo_end(&o);
	jo_key(&o, "not_ranked");
	jo_array(&o);
	for (size_t i = r->n_ranked; i < r->n; i++) {
		jo_object(&o);
		jo_kstr(&o, "model", r->rows[i].model);
		jo_kint(&o, "version", r->rows[i].version);
		jo_kstr(&o, "state", r->rows[i].state);
		if (says_why(&r->rows[i]))
			jo_kstr(&o, "why", r->rows[i].figure.why);
		jo_end(&o);
	}
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static void rank_table(struct cli *c, const struct ranking *r)
{
	const struct table_column columns[] = {
		{ "rank", "rank", true }, { "model", "model", false },
		{ "version", "version", true },
		{ metric_key(r->metric), metric_head(r->metric), false },
		{ "n", "n", true }, { "state", "state", false }, { 0 },
	};
	const struct table_spec spec = {
		"ranking", false, columns,
		"nothing is evaluated on this set: 'muster eval TESTSET --all'",
	};
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < r->n && table_alive(t); i++) {
		const struct rank_row *row = &r->rows[i];

		if (row->rank)
			table_int(t, row->rank);
		else
			table_null(t);
		table_str(t, row->model);
		table_int(t, row->version);
		if (row->rank || says_why(row))
			table_figure(t, &row->figure);
		else
			table_null(t);
		if (row->rank)
			table_int(t, (int64_t)row->figure.n);
		else
			table_null(t);
		table_str(t, row->state);
	}
	table_end(t);
}

static enum rc run_rank(struct cli *c, struct err *err)
{
	const char *key = opt_str(&c->opts, "metric");
	struct ranking r = { 0 };
	enum metric metric;
	int64_t revision;
	char *name = NULL;
	enum rc rc = cli_testset_ref(cli_arg(c, 0), &name, &revision, err);

	if (rc == RC_OK && key && !metric_from_key(key, &metric))
		rc = err_set(err, RC_USAGE, "'%s' is no metric; accuracy, "
			     "roc_auc, mae are (see 'man muster')", key);
	if (rc == RC_OK)
		rc = reg_rank(c->reg, name, revision, key ? &metric : NULL, &r,
			      err);
	free(name);
	if (rc != RC_OK)
		return rc;
	if (c->format == FORMAT_JSON)
		rank_json(c, &r);
	else
		rank_table(c, &r);
	ranking_release(&r);
	return RC_OK;
}

static const struct option rank_options[] = {
	{ "metric", 0, "M", "a metric's JSON key; none: the model's main one",
	  false, NULL },
	{ 0 },
};

const struct command rank_commands[] = {
	{
		.words = "rank", .args = "TESTSET[@R]",
		.min_args = 1, .max_args = 1,
		.summary = "all versions on one revision, best first",
		.more = "Stale and partial evaluations are listed apart, never "
			"ranked beside fresh ones.",
		.options = rank_options,
		.examples = (const char *const[]){
			"rank loans", "rank loans --metric auc --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_rank,
	},
	{ 0 },
};
