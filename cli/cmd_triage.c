/* triage: open problems by impact; their total over time; and whether closed
 * ones stay closed. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report_triage.h"
#include "registry/problem.h"

static const struct table_column failure_columns[] = {
	{ "id", "problem", false }, { "title", "title", false },
	{ "version", "version", false }, { "error", "error", false },
	{ "new", "new", false }, { 0 },
};

static void show_failures(struct cli *c, const struct problem_failures *f,
			  uint64_t n_checked)
{
	static const struct table_spec spec = {
		"failures", false, failure_columns,
		"every closed problem stays closed",
	};
	struct json_out json = JSON_OUT(&c->out.buf, true);
	bool as_json = c->format == FORMAT_JSON;
	struct table *t;

	if (as_json) {
		jo_object(&json);
		jo_kbool(&json, "ok", !f->n);
		jo_kint(&json, "checked", (int64_t)n_checked);
		t = table_new_within(&c->out, &json, &spec);
	} else {
		t = cli_table(c, &spec);
	}
	for (size_t i = 0; i < f->n && table_alive(t); i++) {
		struct buf version = BUF_INIT;
		char *name = problem_name(f->at[i].id);

		buf_printf(&version, "%s@%lld", f->at[i].model,
			   (long long)f->at[i].version);
		table_str(t, name);
		table_str(t, f->at[i].title);
		table_str(t, version.data);
		table_figure(t, &f->at[i].error);
		table_bool(t, f->at[i].is_new);
		buf_release(&version);
		free(name);
	}
	table_end(t);
	if (as_json) {
		jo_end(&json);
		buf_char(&c->out.buf, '\n');
	}
}

static void mark_new(struct problem_failures *all,
		     const struct problem_failures *fresh)
{
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < fresh->n; k++)
			all->at[i].is_new |= all->at[i].id == fresh->at[k].id &&
					     fresh->at[k].is_new;
}

static enum rc version_from(struct cli *c, struct version_ref *out,
			    struct err *err)
{
	const char *text = opt_str(&c->opts, "of");

	return text ? reg_version_resolve(c->reg, text, out, err) : RC_OK;
}

/* What fails now is regressed from here on, unless nothing may be written or
 * one version is asked about. */
static enum rc run_check(struct cli *c, const char *model, int64_t version,
			 struct err *err)
{
	struct problem_failures fresh = VEC_INIT, all = VEC_INIT;
	uint64_t n_checked = 0;
	size_t n;
	enum rc rc = RC_OK;

	if (!version && !reg_readonly(c->reg))
		rc = reg_problem_regress(c->reg, NULL, &fresh, err);
	if (rc == RC_OK)
		rc = reg_problem_suite(c->reg, model, version, &n_checked,
				       &all, err);
	mark_new(&all, &fresh);
	if (rc == RC_OK && !(c->quiet && c->format == FORMAT_TEXT))
		show_failures(c, &all, n_checked);
	n = all.n;
	problem_failures_release(&fresh);
	problem_failures_release(&all);
	if (rc == RC_OK && n)
		rc = err_set(err, RC_UNMET, "%zu of %llu closed problems did "
			     "not stay closed", n,
			     (unsigned long long)n_checked);
	return rc;
}

static void show_total(struct cli *c, const struct triage *t)
{
	struct buf b = BUF_INIT;

	if (c->format != FORMAT_TEXT || c->quiet || !t->total.n)
		return;
	figure_text(&b, &t->total);
	buf_printf(&c->out.buf, "total open impact %s over %llu of %zu open "
		   "problems, %zu of them in the inbox\n", b.data,
		   (unsigned long long)t->total.n, t->n_open, t->n_inbox);
	buf_release(&b);
}

static enum rc run_board(struct cli *c, const char *model, int64_t version,
			 struct err *err)
{
	const struct triage_query q = { .model = model, .version = version,
					.looks_back = true };
	struct triage t = { 0 };
	enum rc rc = reg_triage(c->reg, &q, &t, err);

	if (rc != RC_OK)
		return rc;
	report_board(c, &t, "no open problems: 'muster report-failure' or "
		      "'muster problem add' brings one in");
	show_total(c, &t);
	triage_release(&t);
	return RC_OK;
}

static enum rc run_over_time(struct cli *c, const char *model,
			     struct err *err)
{
	const char *by = opt_str(&c->opts, "by");
	const struct triage_time_query q = {
		.model = model, .by_entry = by && strcmp(by, "entry") == 0,
	};
	struct triage_points points = VEC_INIT;
	enum rc rc;

	if (by && !q.by_entry && strcmp(by, "day") != 0)
		return err_set(err, RC_USAGE, "'--by' takes day or entry, not "
			       "'%s'", by);
	rc = reg_triage_over_time(c->reg, &q, cli_progress(c), &points, err);
	if (rc == RC_OK)
		report_triage_points(c, &points);
	vec_free(&points);
	return rc;
}

static enum rc check_options(struct cli *c, struct err *err)
{
	bool over_time = opt_has(&c->opts, "over-time");

	if (opt_has(&c->opts, "by") && !over_time)
		return err_set(err, RC_USAGE, "'--by' goes with '--over-time'");
	if (over_time && (opt_has(&c->opts, "check") ||
			  opt_has(&c->opts, "of")))
		return err_set(err, RC_USAGE, "'--over-time' takes the version "
			       "that served then: it goes with neither "
			       "'--check' nor '--of'");
	return RC_OK;
}

static enum rc run_asked(struct cli *c, const char *model, int64_t version,
			 struct err *err)
{
	if (opt_has(&c->opts, "over-time"))
		return run_over_time(c, model, err);
	if (opt_has(&c->opts, "check"))
		return run_check(c, model, version, err);
	return run_board(c, model, version, err);
}

static enum rc run_triage(struct cli *c, struct err *err)
{
	const char *model = opt_str(&c->opts, "model");
	struct version_ref of = { 0 };
	struct model_rec m = { 0 };
	enum rc rc = check_options(c, err);

	if (rc == RC_OK)
		rc = version_from(c, &of, err);
	if (rc == RC_OK && !model)
		model = of.model;
	if (rc == RC_OK && model)
		rc = reg_model_get(c->reg, model, &m, err);
	model_rec_release(&m);
	if (rc == RC_OK)
		rc = run_asked(c, model, of.version, err);
	free(of.model);
	return rc;
}

static const struct option triage_options[] = {
	{ "model", 0, "NAME", "only this model's problems", false, NULL },
	{ "of", 0, "MODEL@V", "the error of this version; none: of the one in "
	  "production, else of the newest live one", false, NULL },
	{ "check", 0, NULL, "the regression suite: exit 3 unless every closed "
	  "problem stays closed", false, NULL },
	{ "over-time", 0, NULL, "the total open impact as it was, day by day",
	  false, NULL },
	{ "by", 0, "day|entry", "with --over-time: the end of each day (UTC), "
	  "or each entry of the log that moved it (day)", false, NULL },
	{ 0 },
};

const struct command triage_commands[] = {
	{
		.words = "triage", .args = "",
		.summary = "open problems by impact: users x error x harm",
		.more = "Impact is the share of users (%) times the normalized "
			"error times the weight of\nharm, with the interval "
			"that these imply; 'from' and 'to' are the ranks that "
			"the\nintervals allow. With --check closed problems "
			"that a live version fails become\nregressed, and the "
			"exit status is 3; with --of, one version is held "
			"against all\nclosed problems, and nothing is changed. "
			"With --over-time each line is the\nboard as it was "
			"then, by the version that served then: 'ranked' of "
			"the 'open'\nproblems had all three factors. JSON has the total, "
			"too, and as 'before' what the\nsame problems, factors "
			"and versions make on the revision before the newest.",
		.options = triage_options,
		.examples = (const char *const[]){
			"triage", "triage --model credit-scorer --json",
			"triage --check",
			"triage --over-time --by entry --csv", NULL },
		.flags = COMMAND_STORES | COMMAND_NO_DRY_RUN,
		.run = run_triage,
	},
	{ 0 },
};
