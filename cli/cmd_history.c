/* history: one metric over revisions, or over versions. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "registry/history.h"
#include "registry/problem.h"

static const struct table_column columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "revision", "revision", true },
	{ "figure", "figure [95 %]", false }, { "n", "n", true },
	{ "added", "added", true }, { "relabelled", "relabelled", true },
	{ "retired", "retired", true }, { 0 },
};
static const struct table_spec spec = {
	"points", false, columns, "nothing is predicted on this set",
};
/* Over versions the revision is one, and so is what it changed. */
static const struct table_column version_columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "revision", "revision", true },
	{ "figure", "figure [95 %]", false }, { "n", "n", true }, { 0 },
};
static const struct table_spec version_spec = {
	"points", false, version_columns, "nothing is predicted on this set",
};
/* CSV has one number a field. */
static const struct table_column csv_columns[] = {
	{ "model", NULL, false }, { "version", NULL, true },
	{ "revision", NULL, true }, { "measure", NULL, false },
	{ "value", NULL, true }, { "low", NULL, true },
	{ "high", NULL, true }, { "n", NULL, true }, { "why", NULL, false },
	{ 0 },
};
static const struct table_spec csv_spec = { "points", false, csv_columns, NULL };

static void text_point(struct table *t, const struct history *h, size_t i,
		       size_t r)
{
	const struct history_revision *x = &h->revisions[r];
	const struct figure *f = history_at(h, i, r);
	struct buf b = BUF_INIT;

	table_str(t, h->versions[i].model);
	table_int(t, h->versions[i].version);
	table_int(t, x->revision);
	figure_text(&b, f);
	table_str(t, b.data);
	table_int(t, (int64_t)f->n);
	if (h->over_revisions) {
		table_int(t, (int64_t)x->added);
		table_int(t, (int64_t)x->relabelled);
		table_int(t, (int64_t)x->retired);
	}
	buf_release(&b);
}

static void bound(struct table *t, const struct figure *f, double x)
{
	if (f->why || f->method == METHOD_NONE)
		table_null(t);
	else
		table_num(t, x);
}

static void csv_point(struct table *t, const struct history *h, size_t i,
		      size_t r)
{
	const struct figure *f = history_at(h, i, r);

	table_str(t, h->versions[i].model);
	table_int(t, h->versions[i].version);
	table_int(t, h->revisions[r].revision);
	table_str(t, history_measure(h));
	f->why ? table_null(t) : table_num(t, f->value);
	bound(t, f, f->low);
	bound(t, f, f->high);
	table_int(t, (int64_t)f->n);
	table_str(t, f->why);
}

static void show(struct cli *c, const struct history *h)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);
	bool csv = c->format == FORMAT_CSV;
	struct table *t;

	if (c->format == FORMAT_JSON) {
		history_write(&o, h);
		buf_char(&c->out.buf, '\n');
		return;
	}
	if (c->format == FORMAT_TEXT)
		buf_printf(&c->out.buf, "%s on %s%s%s\n\n",
			   history_measure(h), h->testset,
			   h->slice ? ", " : "", h->slice ? h->slice : "");
	t = cli_table(c, csv ? &csv_spec : h->over_revisions ? &spec
							     : &version_spec);
	for (size_t i = 0; i < h->n_versions; i++)
		for (size_t r = 0; r < h->n_revisions && table_alive(t); r++)
			(csv ? csv_point : text_point)(t, h, i, r);
	table_end(t);
}

/* --by; without it a model goes over its versions, a version over
 * revisions. */
static enum rc direction(struct cli *c, struct history_query *q,
			 struct err *err)
{
	const char *by = opt_str(&c->opts, "by");

	q->over_revisions = by ? strcmp(by, "revision") == 0 : !q->model;
	if (by && !q->over_revisions && strcmp(by, "version") != 0)
		return err_set(err, RC_USAGE, "'--by' takes version or "
			       "revision, not '%s'", by);
	return RC_OK;
}

static enum rc choose_rows(struct cli *c, struct history_query *q,
			   struct err *err)
{
	const char *problem = opt_str(&c->opts, "problem");

	q->among.slice = opt_str(&c->opts, "slice");
	if (!problem)
		return RC_OK;
	return problem_id_parse(problem, &q->among.problem, err);
}

static enum rc choose_metric(struct cli *c, struct history_query *q,
			     enum metric *m, struct err *err)
{
	const char *key = opt_str(&c->opts, "metric");

	if (!key)
		return RC_OK;
	q->metric = m;
	if (strcmp(key, "error") == 0) {
		*m = METRIC_ACCURACY;
		q->error = true;
		return RC_OK;
	}
	if (metric_from_key(key, m))
		return RC_OK;
	return err_set(err, RC_USAGE, "'%s' is no metric; accuracy, error, "
		       "roc_auc, mae are (see 'man muster')", key);
}

static enum rc choose_versions(struct cli *c, struct history_query *q,
			       struct version_refs *versions, struct err *err)
{
	struct version_ref ref = { 0 };
	enum rc rc;

	if (!strchr(cli_arg(c, 0), '@')) {
		q->model = cli_arg(c, 0);
		return RC_OK;
	}
	rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc != RC_OK)
		return rc;
	vec_push(versions, ref);
	q->versions = versions;
	return RC_OK;
}

static enum rc run_history(struct cli *c, struct err *err)
{
	struct version_refs versions = VEC_INIT;
	struct history_query q = { 0 };
	struct history h = { 0 };
	enum metric m;
	char *name = NULL;
	enum rc rc = cli_testset_ref(cli_arg(c, 1), &name, &q.revision, err);

	q.testset = name;
	if (rc == RC_OK)
		rc = choose_versions(c, &q, &versions, err);
	if (rc == RC_OK)
		rc = direction(c, &q, err);
	if (rc == RC_OK)
		rc = choose_rows(c, &q, err);
	if (rc == RC_OK)
		rc = choose_metric(c, &q, &m, err);
	if (rc == RC_OK)
		rc = reg_history(c->reg, &q, cli_progress(c), &h, err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		show(c, &h);
	history_release(&h);
	version_refs_release(&versions);
	free(name);
	return rc;
}

static const struct option history_options[] = {
	{ "by", 0, "version|revision", "what the figure is followed over (a "
	  "model's versions; a version's revisions)", false, NULL },
	{ "metric", 0, "M", "a metric's JSON key, or error; none: accuracy, or "
	  "mae", false, NULL },
	{ "slice", 0, "EXPR", "only patterns of this named slice, or that "
	  "hold: race=Asian age>=65", false, NULL },
	{ "problem", 0, "P", "only this problem's patterns", false, NULL },
	{ 0 },
};

const struct command history_commands[] = {
	{
		.words = "history", .args = "MODEL[@V] TESTSET[@R]",
		.min_args = 2, .max_args = 2,
		.summary = "a metric over revisions of a set, or versions of "
			   "a model",
		.more = "Computed from what the versions say today, on the "
			"patterns and targets of each\nrevision.",
		.options = history_options,
		.examples = (const char *const[]){
			"history credit-scorer@7 loans --metric error",
			"history credit-scorer loans --by version --slice "
			"region=NW --json",
			"history credit-scorer loans --by revision --problem "
			"P-41", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_history,
	},
	{ 0 },
};
