/* fairness: groups, measures and what conflicts, from one evaluation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/safetext.h"
#include "cli/cli.h"
#include "registry/evaluate.h"
#include "registry/fairness.h"

enum { RESAMPLES = 1000, SEED = 1 };

static const struct table_column group_columns[] = {
	{ "by", "by", false }, { "group", "group", false },
	{ "n", "n", true }, { "base_rate", "positives", true },
	{ "selection_rate", "selected", true }, { "recall", "recall", true },
	{ "fpr", "fpr", true }, { "precision", "precision", true },
	{ "accuracy", "accuracy", true }, { "few", "few", false }, { 0 },
};
static const struct table_column measure_columns[] = {
	{ "by", "by", false }, { "measure", "measure", false },
	{ "library", NULL, false }, { "low", "least, or of", false },
	{ "high", "greatest, or against", false },
	{ "figure", "figure", true }, { NULL, "n", true },
	{ "best", "best", true },
	{ "verdict", "by habit", false },
	{ "left_out", "too few in", false }, { "formula", NULL, false }, { 0 },
};
static const struct table_column calibration_columns[] = {
	{ "by", "by", false }, { "group", "group", false },
	{ "n", "n", true }, { "base_rate", "positives", true },
	{ "mean_score", "mean score", true },
	{ "less_score", "less score", true }, { "ece", "ece", true },
	{ "less_same_score", "less same score", true },
	{ "few", "few", false }, { 0 },
};
static const struct table_column same_score_columns[] = {
	{ "by", "by", false }, { "group", "group", false },
	{ "n", "n", true }, { "base_rate", "positives", true },
	{ "less_same_score", "less same score", true },
	{ "few", "few", false }, { 0 },
};
static const struct table_column score_columns[] = {
	{ "by", "by", false }, { "low", "score from", true },
	{ "high", "to", true }, { "group", "group", false },
	{ "n", "n", true }, { "base_rate", "positives", true },
	{ "mean_score", "mean score", true }, { 0 },
};
static const struct table_spec group_spec = {
	"groups", false, group_columns, "no groups" };
static const struct table_spec calibration_spec = {
	"calibration", false, calibration_columns, "no scores" };
static const struct table_spec same_score_spec = {
	"calibration", false, same_score_columns, "no scores" };
static const struct table_spec score_spec = {
	"scores", false, score_columns, "no scores" };
static const struct table_spec measure_spec = {
	"measures", false, measure_columns, "no measure" };

/* What each table of groups begins with. */
static void group_head(struct table *t, const struct fairview *v,
		       const struct fair_group *g)
{
	table_str(t, v->by);
	table_str(t, g->value);
	table_int(t, (int64_t)g->n);
	table_figure(t, &g->base_rate);
}

static void group_rows(struct table *t, const struct fairview *v)
{
	for (size_t i = 0; i < v->n_groups; i++) {
		const struct fair_group *g = &v->groups[i];

		group_head(t, v, g);
		table_figure(t, &g->selected);
		table_figure(t, &g->tpr);
		table_figure(t, &g->fpr);
		table_figure(t, &g->precision);
		table_figure(t, &g->accuracy);
		table_bool(t, g->few);
	}
}

/* Where scores are no probabilities. */
static void same_score_rows(struct table *t, const struct fairview *v)
{
	for (size_t i = 0; i < v->n_groups && v->has_calibration; i++) {
		const struct fair_group *g = &v->groups[i];

		group_head(t, v, g);
		table_figure(t, &g->over_same);
		table_bool(t, g->few);
	}
}

static void calibration_rows(struct table *t, const struct fairview *v)
{
	for (size_t i = 0; i < v->n_groups && v->has_calibration; i++) {
		const struct fair_group *g = &v->groups[i];

		group_head(t, v, g);
		table_figure(t, &g->mean_score);
		table_figure(t, &g->over_score);
		table_figure(t, &g->ece);
		table_figure(t, &g->over_same);
		table_bool(t, g->few);
	}
}

/* Scores are not rates: 1 is "1". */
static void put_score(struct table *t, double x)
{
	char text[DECIMAL_MAX];

	/* a sum of huge scores may have overflowed */
	if (isfinite(x))
		table_value(t, json_new_num(x), decimal_sig(x, 5, text));
	else
		table_null(t);
}

/* The names of groups, with how many there are. */
static void put_left_out(struct table *t, const struct fair_row *r)
{
	struct json *list = json_new_array();
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < r->left_out.n; i++)
		json_append(list, json_new_str(r->left_out.at[i]));
	fair_row_left_out(r, &b);
	table_value(t, list, b.len ? b.data : "-");
	buf_release(&b);
}

/* What became of a group's cases at one score. */
static void score_row(struct table *t, const struct fairview *v, size_t group,
		      size_t bin)
{
	struct fair_at_score at = fairview_at_score(v, group, bin);

	if (!at.share.n)
		return;
	table_str(t, v->by);
	put_score(t, v->calibration.low[bin]);
	put_score(t, v->calibration.high[bin]);
	table_str(t, v->groups[group].value);
	table_int(t, (int64_t)at.share.n);
	table_figure(t, &at.share);
	put_score(t, at.mean_score);
}

static void score_rows(struct table *t, const struct fairview *v)
{
	for (size_t k = 0; v->has_calibration && k < v->calibration.n_bins; k++)
		for (size_t i = 0; i < v->n_groups; i++)
			score_row(t, v, i, k);
}

static void measure_rows(struct table *t, const struct fairview *v)
{
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct fair_row *r = &v->rows[i];

		table_str(t, v->by);
		table_str(t, r->measure->name);
		table_str(t, fairness_library_name(r->measure->library));
		table_str(t, r->low);
		table_str(t, r->high);
		table_figure(t, &r->figure);
		table_int(t, (int64_t)r->figure.n);
		table_int(t, (int64_t)r->measure->best);
		table_str(t, r->verdict ? fair_verdict_name(r->verdict) : NULL);
		put_left_out(t, r);
		table_str(t, r->measure->formula);
	}
}

VEC_DECLARE(struct fairview, fairviews);

static void views_release(struct fairviews *v)
{
	for (size_t i = 0; i < v->n; i++)
		fairview_release(&v->at[i]);
	vec_free(v);
}

static void say_conflicts(struct cli *c, const struct fairview *v)
{
	struct buf b = BUF_INIT, safe = BUF_INIT;

	fairview_conflicts(v, &b);
	safetext_add(&safe, b.data, b.len, SAFE_LINE);
	buf_printf(&c->out.buf, "\n%s\n", safe.data);
	buf_release(&b);
	buf_release(&safe);
}

typedef void rows_fn(struct table *t, const struct fairview *v);

static void show_table(struct cli *c, const struct fairviews *views,
		       const struct table_spec *spec, rows_fn *rows)
{
	struct table *t = cli_table(c, spec);

	for (size_t i = 0; i < views->n; i++)
		rows(t, &views->at[i]);
	table_end(t);
}

/* The scores are the same for all columns. */
static void show_calibration(struct cli *c, const struct fairviews *views)
{
	const struct fairview *v = &views->at[0];

	if (!v->has_calibration)
		return;
	if (v->calibration.is_probability)
		show_table(c, views, &calibration_spec, calibration_rows);
	else
		show_table(c, views, &same_score_spec, same_score_rows);
	buf_char(&c->out.buf, '\n');
}

/* A CSV is one table: the measures, or with --scores the scores. */
static void show_tables(struct cli *c, const struct fairviews *views)
{
	bool programs = c->format == FORMAT_CSV;
	bool scores = opt_has(&c->opts, "scores");

	if (!programs) {
		show_table(c, views, &group_spec, group_rows);
		buf_char(&c->out.buf, '\n');
	}
	if (!programs)
		show_calibration(c, views);
	if (scores)
		show_table(c, views, &score_spec, score_rows);
	if (scores && !programs)
		buf_char(&c->out.buf, '\n');
	if (!scores || !programs)
		show_table(c, views, &measure_spec, measure_rows);
	for (size_t i = 0; i < views->n && !programs && !c->quiet; i++)
		say_conflicts(c, &views->at[i]);
}

static void table_within(struct cli *c, struct json_out *o,
			 const struct fairview *v,
			 const struct table_spec *spec, rows_fn *rows)
{
	struct table *t = table_new_within(&c->out, o, spec);

	rows(t, v);
	table_end(t);
}

static void show_view_json(struct cli *c, struct json_out *o,
			   const struct fairview *v)
{
	struct buf b = BUF_INIT;

	jo_object(o);
	jo_kstr(o, "by", v->by);
	jo_kint(o, "n", (int64_t)v->n);
	jo_kstr(o, "reference", v->n_groups ? v->groups[v->against].value
					    : NULL);
	jo_kint(o, "too_few", (int64_t)v->n_few);
	jo_kstr(o, "given", v->given);
	table_within(c, o, v, &group_spec, group_rows);
	table_within(c, o, v, &measure_spec, measure_rows);
	table_within(c, o, v, &calibration_spec, calibration_rows);
	table_within(c, o, v, &score_spec, score_rows);
	fairview_conflicts(v, &b);
	jo_kstr(o, "conflicts", b.data);
	jo_end(o);
	buf_release(&b);
}

static void show_json(struct cli *c, const struct evaluation *e,
		      const struct fairviews *views)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kstr(&o, "model", e->model);
	jo_kint(&o, "version", e->version);
	jo_kstr(&o, "testset", e->testset);
	jo_kint(&o, "revision", e->revision);
	jo_kstr(&o, "state", e->state);
	jo_key(&o, "columns");
	jo_array(&o);
	for (size_t i = 0; i < views->n; i++)
		show_view_json(c, &o, &views->at[i]);
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

/* only is borrowed by the options. */
static enum rc options_from(struct cli *c, struct fair_options *out,
			    struct strs *only, struct err *err)
{
	const char *min_n = opt_str(&c->opts, "min-n");

	opt_list(&c->opts, "only", only);
	*out = (struct fair_options){
		.only = only, .of = opt_str(&c->opts, "of"),
		.against = opt_str(&c->opts, "against"),
		.measure = opt_str(&c->opts, "measure"),
		.given = opt_str(&c->opts, "given"),
		.all = opt_has(&c->opts, "all"),
		.resamples = RESAMPLES, .seed = SEED,
	};
	if (min_n && (!decimal_read_u64(min_n, strlen(min_n), &out->min_n) ||
		      !out->min_n))
		return err_set(err, RC_USAGE, "'--min-n %s': it takes a whole "
			       "number from 1 on", min_n);
	if (out->measure && !fairness_find(out->measure))
		return err_set(err, RC_USAGE, "there is no measure '%s'; "
			       "'muster fairness MODEL@V TESTSET --all' lists "
			       "them", out->measure);
	return RC_OK;
}

/* Those asked for, else the evaluation's columns without intersections. */
static void columns_from(struct cli *c, const struct evaluation *e,
			 struct strs *out)
{
	const char *by = opt_str(&c->opts, "by");
	struct strs all = VEC_INIT;

	if (by) {
		strs_add(out, by);
		return;
	}
	fairview_columns(e, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!strchr(all.at[i], '+'))
			strs_add(out, all.at[i]);
	strs_release(&all);
}

static enum rc make_views(struct cli *c, const struct evaluation *e,
			  struct fair_options *o, struct fairviews *views,
			  struct err *err)
{
	struct fair_source *source = fair_source_new(c->reg, e);
	struct strs columns = VEC_INIT;
	enum rc rc = RC_OK;

	columns_from(c, e, &columns);
	if (!columns.n)
		rc = err_set(err, RC_REFUSED, "'%s' has no groups: fairness "
			     "needs a binary test set with slicing columns, "
			     "and labels or a threshold", e->testset);
	for (size_t i = 0; i < columns.n && rc == RC_OK; i++) {
		struct fairview v;

		o->by = columns.at[i];
		rc = fair_source_view(source, o, &v, err);
		if (rc == RC_OK)
			vec_push(views, v);
	}
	fair_source_free(source);
	strs_release(&columns);
	return rc;
}

static enum rc load(struct cli *c, struct evaluation *out, struct err *err)
{
	struct version_ref ref = { 0 };
	char *set = NULL;
	int64_t revision;
	enum rc rc = cli_testset_ref(cli_arg(c, 1), &set, &revision, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = reg_evaluation_load(c->reg, ref.model, ref.version, set,
					 revision, out, err);
	free(ref.model);
	free(set);
	return rc;
}

static enum rc run_fairness(struct cli *c, struct err *err)
{
	struct evaluation e;
	struct fair_options o;
	struct fairviews views = VEC_INIT;
	struct strs only = VEC_INIT;
	enum rc rc = options_from(c, &o, &only, err);

	if (rc == RC_OK)
		rc = load(c, &e, err);
	if (rc != RC_OK) {
		strs_release(&only);
		return rc;
	}
	if (strcmp(e.state, "fresh") != 0)
		cli_note(c, "the evaluation is %s: 'muster eval %s' computes "
			 "it anew", e.state, e.testset);
	rc = make_views(c, &e, &o, &views, err);
	if (rc == RC_OK && c->format == FORMAT_JSON)
		show_json(c, &e, &views);
	else if (rc == RC_OK)
		show_tables(c, &views);
	views_release(&views);
	strs_release(&only);
	evaluation_release(&e);
	return rc;
}

static const struct option fairness_options[] = {
	{ "by", 0, "COL", "groups by this slicing column, or COL+COL; none: "
	  "each column", false, NULL },
	{ "against", 0, "VALUE", "the reference (privileged) group; none: the "
	  "largest", false, NULL },
	{ "of", 0, "VALUE", "the group that is compared with it; none: each "
	  "other one", false, NULL },
	{ "only", 0, "VALUE", "these groups alone, as if there were no others",
	  true, NULL },
	{ "measure", 0, "NAME", "this measure alone", false, NULL },
	{ "given", 0, "COL", "the column that conditional measures "
	  "(clarify_cddl, clarify_cddpl) are taken within", false, NULL },
	{ "scores", 0, NULL, "the share of positives at each score, by group",
	  false, NULL },
	{ "all", 0, NULL, "all measures of Fairlearn, AIF360, SageMaker "
	  "Clarify and Aequitas by their names and signs, and of calibration "
	  "by ours", false, NULL },
	{ "min-n", 0, "N", "smallest denominator that says something (30)",
	  false, NULL },
	{ 0 },
};

const struct command fairness_commands[] = {
	{
		.words = "fairness", .args = "MODEL@V TESTSET[@R]",
		.min_args = 2, .max_args = 2,
		.summary = "groups, fairness measures, and which of them "
			   "conflict",
		.more = "From the confusion counts of the stored evaluation. "
			"Groups that are too small for a measure are left out "
			"and named; it then is 'insufficient' unless it is "
			"outside the band without them. The band is a habit "
			"of the field, no law: differences up to 0.1, ratios "
			"from 0.8 to 1.25. Intervals: bootstrap over cases. "
			"Columns joined by + are crossed: --by race+sex. "
			"Calibration needs scores: 'less score' is the share "
			"of positives less the mean score (where scores are "
			"probabilities), 'less same score' less the share "
			"that all cases of the same scores have.",
		.options = fairness_options,
		.examples = (const char *const[]){
			"fairness credit-scorer@7 loans --by sex",
			"fairness credit-scorer@7 loans --by race --against "
			"Caucasian --measure disparate_impact",
			"fairness credit-scorer@7 loans --by race --only Asian "
			"--only Caucasian",
			"fairness credit-scorer@7 loans --by race+sex --scores",
			"fairness credit-scorer@7 loans --all --csv", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_fairness,
	},
	{ 0 },
};
