/* dataset add, set, list, show, compare. */
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "model/profile_drift.h"
#include "registry/dataset.h"

static enum rc run_add(struct cli *c, struct err *err)
{
	const struct dataset_spec spec = {
		.name = cli_arg(c, 0), .source = opt_str(&c->opts, "source"),
		.label = opt_str(&c->opts, "label"),
		.note = opt_str(&c->opts, "note"),
		.update = opt_has(&c->opts, "update"),
	};
	struct dataset_rec d = { 0 };
	enum rc rc = cli_readable(cli_arg(c, 1), err);

	if (rc == RC_OK)
		rc = reg_dataset_add(c->reg, &spec, cli_arg(c, 1),
				     cli_progress(c), &d, err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		cli_did(c, "added", "add", "dataset %s revision %lld: %lld "
			"rows, %lld columns", d.name, (long long)d.revision,
			(long long)d.rows, (long long)d.columns);
	dataset_rec_release(&d);
	return rc;
}

static enum rc run_set(struct cli *c, struct err *err)
{
	const char *name = cli_arg(c, 0), *pair = cli_arg(c, 1);
	static const char key[] = "risk=";
	const char *risk = pair + sizeof(key) - 1;
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK && strncmp(pair, key, sizeof(key) - 1))
		rc = err_set(err, RC_USAGE, "'%s' sets nothing; write "
			     "risk=low, medium, high or unset", pair);
	if (rc == RC_OK)
		rc = reg_dataset_set_risk(c->reg, name,
					  strcmp(risk, "unset") ? risk : NULL,
					  opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "set", "set", "dataset %s: risk %s", name, risk);
	return rc;
}

static const struct table_column list_columns[] = {
	{ "name", "dataset", false }, { "revision", "rev", true },
	{ "rows", "rows", true }, { "columns", "columns", true },
	{ "label", "label", false }, { "digest", "digest", false },
	{ "file", "file", false }, { "source", "source", false },
	{ "time", "added", false }, { "who", "by", false }, { 0 },
};

static void list_row(struct table *t, const struct dataset_rec *d)
{
	char time[CLOCK_TEXT];

	table_str(t, d->name);
	table_int(t, d->revision);
	table_int(t, d->rows);
	table_int(t, d->columns);
	table_str(t, d->label);
	table_digest(t, d->digest);
	table_str(t, d->file);
	table_str(t, d->source);
	table_str(t, clock_format(d->time, time));
	table_str(t, d->who);
}

static enum rc run_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"datasets", false, list_columns,
		"no datasets yet: 'muster dataset add NAME FILE.csv'",
	};
	struct dataset_recs list = VEC_INIT;
	enum rc rc = reg_dataset_list(c->reg, &list, err);
	struct table *t;

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < list.n && table_alive(t); i++)
		list_row(t, &list.at[i]);
	table_end(t);
	dataset_recs_release(&list);
	return RC_OK;
}

/* -- show: the dataset and its profile -- */

static const struct table_column profile_columns[] = {
	{ "column", "column", false }, { "type", "type", false },
	{ "missing", "missing", true }, { "distinct", "distinct", true },
	{ "low", "low", false }, { "median", "median", true },
	{ "high", "high", false }, { "most_frequent", "most frequent", false },
	{ "shape", "shape", false }, { "note", "note", false }, { 0 },
};

static void number_cell(struct table *t, double x)
{
	char text[DECIMAL_MAX];

	table_str(t, decimal_sig(x, 6, text));
}

/* Long texts would push the table out of the screen. */
static void short_cell(struct table *t, const char *s)
{
	if (s)
		table_strn(t, s, utf8_fit(s, strlen(s), 24, NULL));
	else
		table_null(t);
}

static void ends_cells(struct table *t, const struct profile_column *c)
{
	if (profile_is_numeric(c)) {
		number_cell(t, c->min);
		number_cell(t, c->quantile[PROFILE_QUANTILES / 2]);
		number_cell(t, c->max);
		return;
	}
	short_cell(t, c->first);
	table_null(t);
	short_cell(t, c->last);
}

static void add_value(struct buf *b, const char *comma,
		      const struct profile_value *v)
{
	size_t n = utf8_fit(v->text, strlen(v->text), 16, NULL);

	buf_str(b, comma);
	buf_add(b, v->text, n);
	buf_printf(b, " %llu", (unsigned long long)v->n);
}

static void top_cell(struct table *t, const struct profile_column *c)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < c->n_top && i < 3 && c->distinct < c->n; i++)
		add_value(&b, i ? ", " : "", &c->top[i]);
	if (b.len)
		table_str(t, b.data);
	else
		table_null(t);
	buf_release(&b);
}

static void note_cell(struct table *t, const struct profile_column *c)
{
	struct buf b = BUF_INIT;

	if (c->placeholders)
		buf_printf(&b, "%llu stand for nothing ('?', 'NA' ...)",
			   (unsigned long long)c->placeholders);
	if (c->personal)
		buf_printf(&b, "%sperson? %s", b.len ? "; " : "",
			   c->personal);
	table_str(t, b.len ? b.data : "");
	buf_release(&b);
}

static void profile_row(struct table *t, const struct profile_column *c)
{
	char shape[PROFILE_BINS * 4 + 1];

	table_str(t, c->name);
	table_str(t, profile_type_name(c->type));
	table_int(t, (int64_t)c->missing);
	table_int(t, (int64_t)c->distinct);
	ends_cells(t, c);
	top_cell(t, c);
	profile_sparkline(c, true, shape);
	table_str(t, shape);
	note_cell(t, c);
}

static void add_users(struct buf *out, const struct dataset_users *users)
{
	for (size_t i = 0; i < users->n; i++)
		buf_printf(out, "%s%s@%lld (%s%s%s)", i ? ", " : "used by ",
			   users->at[i].model,
			   (long long)users->at[i].version,
			   users->at[i].is_trained ? "trained" : "tested",
			   strcmp(users->at[i].stage, "none") ? ", " : "",
			   strcmp(users->at[i].stage, "none") ?
			   users->at[i].stage : "");
	if (users->n)
		buf_char(out, '\n');
}

static void add_label(struct buf *out, const struct dataset_rec *d,
		      const struct profile *p)
{
	for (size_t i = 0; d->label && i < p->n_columns; i++) {
		if (strcmp(p->columns[i].name, d->label))
			continue;
		buf_printf(out, "label %s: ", d->label);
		profile_balance(out, &p->columns[i]);
		buf_char(out, '\n');
	}
}

/* What somebody typed, as one line whatever it holds. */
static void one_line(struct buf *out, const char *before, const char *text,
		     const char *behind)
{
	buf_str(out, before);
	safetext_add(out, text, strlen(text), SAFE_LINE);
	buf_str(out, behind);
}

static void show_head(struct cli *c, const struct dataset_rec *d,
		      const struct profile *p,
		      const struct dataset_users *users)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s revision %lld, %lld rows, %llu of them equal to "
		   "an earlier one\n", d->name,
		   (long long)d->revision, (long long)d->rows,
		   (unsigned long long)p->equal_rows);
	one_line(&line, "", d->file ? d->file : "standard input",
		 ", SHA-256 ");
	buf_printf(&line, "%s\n", d->digest);
	if (d->source)
		one_line(&line, "from ", d->source, "\n");
	add_label(&line, d, p);
	buf_printf(&line, "risk %s%s\n", dataset_risk(d, users),
		   d->risk ? "" : users->n ? ", that of the models that use it"
		   : ", as nothing was set");
	add_users(&line, users);
	buf_char(&line, '\n');
	safetext_add(&c->out.buf, line.data, line.len, SAFE_TEXT);
	buf_release(&line);
}

/* The other forms hold the table alone. */
static void show_text(struct cli *c, const struct dataset_rec *d,
		      const struct profile *p,
		      const struct dataset_users *users)
{
	static const struct table_spec spec = { NULL, false, profile_columns,
						NULL };
	struct table *t;

	if (c->format == FORMAT_TEXT)
		show_head(c, d, p, users);
	t = cli_table(c, &spec);
	for (size_t i = 0; i < p->n_columns; i++)
		profile_row(t, &p->columns[i]);
	table_end(t);
}

static void users_json(struct json_out *o, const struct dataset_users *users)
{
	jo_key(o, "used_by");
	jo_array(o);
	for (size_t i = 0; i < users->n; i++) {
		jo_object(o);
		jo_kstr(o, "model", users->at[i].model);
		jo_kint(o, "version", users->at[i].version);
		jo_kstr(o, "stage", users->at[i].stage);
		jo_kbool(o, "trained", users->at[i].is_trained);
		jo_end(o);
	}
	jo_end(o);
}

static void show_json(struct cli *c, const struct dataset_rec *d,
		      const struct profile *p,
		      const struct dataset_users *users)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);
	char time[CLOCK_TEXT];

	jo_object(&o);
	jo_kstr(&o, "name", d->name);
	jo_kint(&o, "revision", d->revision);
	jo_kstr(&o, "digest", d->digest);
	jo_kstr(&o, "file", d->file);
	jo_kint(&o, "size", d->size);
	jo_kstr(&o, "source", d->source);
	jo_kstr(&o, "label", d->label);
	jo_kstr(&o, "note", d->note);
	jo_kstr(&o, "time", clock_format(d->time, time));
	jo_kstr(&o, "who", d->who);
	jo_kstr(&o, "risk", dataset_risk(d, users));
	users_json(&o, users);
	jo_key(&o, "profile");
	profile_write(&o, p);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static enum rc run_show(struct cli *c, struct err *err)
{
	struct dataset_rec d = { 0 };
	struct profile p = { 0 };
	struct dataset_users users = VEC_INIT;
	enum rc rc = reg_dataset_get(c->reg, cli_arg(c, 0), &d, err);

	if (rc == RC_OK)
		rc = reg_dataset_profile(c->reg, d.name, false, &p, err);
	if (rc == RC_OK)
		rc = reg_dataset_users(c->reg, d.name, &users, err);
	if (rc == RC_OK && c->format == FORMAT_JSON)
		show_json(c, &d, &p, &users);
	else if (rc == RC_OK)
		show_text(c, &d, &p, &users);
	dataset_users_release(&users);
	profile_release(&p);
	dataset_rec_release(&d);
	return rc;
}

/* -- compare: two profiles side by side, with drift -- */

static const struct table_column compare_columns[] = {
	{ "column", "column", false }, { "type", "type", false },
	{ "missing", "missing", false }, { "distinct", "distinct", false },
	{ "median", "median", false }, { "psi", "psi", true },
	{ "jensen_shannon", "jensen-shannon", true }, { "ks_p", "ks p", true },
	{ "chi2_p", "chi2 p", true }, { "n", "n", false },
	{ "verdict", "verdict", false }, { "note", "note", false }, { 0 },
};

static void figure_cell(struct table *t, const struct figure *f)
{
	char text[DECIMAL_MAX];

	if (f->why)
		table_null(t);
	else
		table_str(t, decimal_sig(f->value, 3, text));
}

static void both_cell(struct table *t, uint64_t a, uint64_t b)
{
	struct buf s = BUF_INIT;

	buf_printf(&s, "%llu / %llu", (unsigned long long)a,
		   (unsigned long long)b);
	table_str(t, s.data);
	buf_release(&s);
}

static void medians_cell(struct table *t, const struct column_drift *r)
{
	char a[DECIMAL_MAX], b[DECIMAL_MAX];
	struct buf s = BUF_INIT;

	if (!profile_is_numeric(r->a) || !profile_is_numeric(r->b)) {
		table_null(t);
		return;
	}
	buf_printf(&s, "%s / %s",
		   decimal_sig(r->a->quantile[PROFILE_QUANTILES / 2], 6, a),
		   decimal_sig(r->b->quantile[PROFILE_QUANTILES / 2], 6, b));
	table_str(t, s.data);
	buf_release(&s);
}

static void pair_cells(struct table *t, const struct column_drift *r)
{
	table_str(t, column_drift_name(r));
	table_str(t, profile_type_name(r->a ? r->a->type : r->b->type));
	if (!r->a || !r->b) {
		for (int i = 0; i < 9; i++)
			table_null(t);
		table_str(t, r->why);
		return;
	}
	both_cell(t, r->a->missing, r->b->missing);
	both_cell(t, r->a->distinct, r->b->distinct);
	medians_cell(t, r);
	if (r->why) {
		for (int i = 0; i < 4; i++)
			table_null(t);
	} else {
		figure_cell(t, &r->drift.figure[DRIFT_PSI]);
		figure_cell(t, &r->drift.figure[DRIFT_JENSEN_SHANNON]);
		figure_cell(t, &r->drift.figure[DRIFT_KS_P]);
		figure_cell(t, &r->drift.figure[DRIFT_CHI2_P]);
	}
	both_cell(t, r->a->n, r->b->n);
	table_str(t, r->why ? "-" : drift_verdict_name(r->drift.verdict));
	table_str(t, r->why ? r->why :
		     r->a->is_sketch || r->b->is_sketch ?
		     "from 4096 quantiles" : "");
}

static void compare_json(struct cli *c, const struct column_drifts *all,
			 enum drift_bins rule)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kstr(&o, "reference", cli_arg(c, 0));
	jo_kstr(&o, "current", cli_arg(c, 1));
	jo_kstr(&o, "rule", drift_bins_name(rule));
	jo_key(&o, "columns");
	jo_array(&o);
	for (size_t i = 0; i < all->n; i++) {
		const struct column_drift *r = &all->at[i];

		jo_object(&o);
		jo_kstr(&o, "name", column_drift_name(r));
		jo_kstr(&o, "type", profile_type_name((r->a ? r->a : r->b)
						      ->type));
		jo_kstr(&o, "why", r->why);
		jo_key(&o, "drift");
		if (r->why)
			jo_null(&o);
		else
			drift_write(&o, &r->drift);
		jo_end(&o);
	}
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static void compare_text(struct cli *c, const struct column_drifts *all,
			 enum drift_bins rule)
{
	static const struct table_spec spec = { NULL, false, compare_columns,
						NULL };
	static const char *const rules[] = {
		[DRIFT_STURGES] = "by Sturges' rule over both",
		[DRIFT_DOANE] = "by Doane's rule over the reference",
	};
	struct table *t = cli_table(c, &spec);
	size_t judged, drifted;

	for (size_t i = 0; i < all->n; i++)
		pair_cells(t, &all->at[i]);
	table_end(t);
	if (c->format != FORMAT_TEXT)
		return;
	profile_drift_count(all, &judged, &drifted);
	buf_printf(&c->out.buf, "\n%zu of %zu columns that can be judged "
		   "drifted\nPSI: numbers with more than 20 different values "
		   "in bins %s,\nelse by value; verdict: PSI less what chance "
		   "gives, below .1 stable, to .25 moderate, above "
		   "significant\n", drifted, judged, rules[rule]);
}

static enum rc run_compare(struct cli *c, struct err *err)
{
	const char *bins = opt_str(&c->opts, "bins");
	struct profile a = { 0 }, b = { 0 };
	struct column_drifts all = VEC_INIT;
	enum drift_bins rule = DRIFT_STURGES;
	enum rc rc = reg_dataset_profile(c->reg, cli_arg(c, 0), true, &a, err);

	if (bins)
		(void)drift_bins_from_name(bins, &rule);
	if (rc == RC_OK)
		rc = reg_dataset_profile(c->reg, cli_arg(c, 1), true, &b, err);
	if (rc == RC_OK)
		profile_drift(&a, &b, rule, &all);
	if (rc == RC_OK && c->format == FORMAT_JSON)
		compare_json(c, &all, rule);
	else if (rc == RC_OK)
		compare_text(c, &all, rule);
	vec_free(&all);
	profile_release(&a);
	profile_release(&b);
	return rc;
}

static const struct option compare_options[] = {
	{ "bins", 0, "RULE", "bins of numbers with many values (sturges)",
	  false, "sturges|doane" },
	{ 0 },
};

static const struct option add_options[] = {
	{ "label", 0, "COL", "the column of the label", false, NULL },
	{ "source", 0, "TEXT", "where the data come from", false, NULL },
	{ "note", 0, "TEXT", "a remark", false, NULL },
	{ "update", 0, NULL, "the dataset is there: these are its new data",
	  false, NULL },
	{ 0 },
};

static const struct option set_options[] = {
	{ "reason", 0, "TEXT", "why; kept in the log", false, NULL }, { 0 },
};

const struct command dataset_commands[] = {
	{
		.words = "dataset add", .args = "NAME FILE.csv",
		.min_args = 2, .max_args = 2,
		.summary = "record a dataset: digest and profile, not the rows",
		.options = add_options,
		.examples = (const char *const[]){
			"dataset add loans-2026q1 loans.csv --label default",
			"dataset add adult - <adult.csv",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_add,
	},
	{
		.words = "dataset set", .args = "NAME risk=RISK",
		.min_args = 2, .max_args = 2,
		.summary = "set the risk that a dataset's datasheet answers to",
		.more = "RISK is low, medium, high, or unset: then the highest risk of the live\n"
			"models that use the dataset counts, and without any, high.",
		.options = set_options,
		.examples = (const char *const[]){
			"dataset set adult risk=medium --reason 'public, "
			"no ids'", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{
		.words = "dataset list", .args = "",
		.summary = "all datasets",
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
		.examples = (const char *const[]){ "dataset list", NULL },
	},
	{
		.words = "dataset show", .args = "NAME",
		.min_args = 1, .max_args = 1,
		.summary = "a dataset and what was measured on it",
		.examples = (const char *const[]){
			"dataset show adult", "dataset show adult --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "dataset compare", .args = "REFERENCE CURRENT",
		.min_args = 2, .max_args = 2,
		.summary = "two profiles side by side, with drift by column",
		.options = compare_options,
		.examples = (const char *const[]){
			"dataset compare loans-2025 loans-2026",
			"dataset compare train live --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_compare,
	},
	{ 0 },
};
