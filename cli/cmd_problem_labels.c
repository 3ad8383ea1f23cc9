/* problem sheet, labels: gathering data for a problem. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "cli/problem_words.h"
#include "registry/problem_labels.h"

/* -- sheet -- */

static enum rc put_file(struct cli *c, const struct buf *csv, struct err *err)
{
	const char *path = opt_str(&c->opts, "output");

	if (c->dry_run)
		return RC_OK;
	if (path && strcmp(path, "-") != 0)
		return fsx_write(path, csv->data, csv->len, 0600,
				 opt_has(&c->opts, "force"), err);
	buf_add(&c->out.buf, csv->data, csv->len);
	return RC_OK;
}

static enum rc run_sheet(struct cli *c, struct err *err)
{
	const char *count = opt_str(&c->opts, "n");
	struct buf csv = BUF_INIT;
	uint64_t n = 100;
	size_t n_rows = 0;
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK && count &&
	    (!decimal_read_u64(count, strlen(count), &n) || !n))
		rc = err_set(err, RC_USAGE, "'--n %s' is no number of rows",
			     count);
	if (rc == RC_OK)
		rc = cli_readable(cli_arg(c, 1), err);
	if (rc == RC_OK)
		rc = reg_problem_sheet(c->reg, id, cli_arg(c, 1), (size_t)n,
				       &csv, &n_rows, err);
	if (rc == RC_OK)
		rc = put_file(c, &csv, err);
	if (rc == RC_OK && opt_str(&c->opts, "output"))
		cli_did(c, "wrote", "write", "%zu rows to label to '%s'",
			n_rows, opt_str(&c->opts, "output"));
	buf_release(&csv);
	return rc;
}

/* -- labels -- */

static void json_pairs(struct json_out *o, const struct labelling *l)
{
	jo_key(o, "cohen");
	jo_array(o);
	for (size_t i = 0; i < l->pairs.n; i++) {
		const struct label_pair *p = &l->pairs.at[i];

		jo_object(o);
		jo_kstr(o, "first", l->labellers.at[p->first]);
		jo_kstr(o, "second", l->labellers.at[p->second]);
		jo_key(o, "kappa");
		figure_write(o, &p->kappa);
		jo_end(o);
	}
	jo_end(o);
}

static void json_conflicts(struct json_out *o, const struct labelling *l)
{
	jo_key(o, "conflicts");
	jo_array(o);
	for (size_t i = 0; i < l->rows.n; i++) {
		const struct labelled_row *r = &l->rows.at[i];

		if (!r->is_conflict)
			continue;
		jo_object(o);
		jo_kstr(o, "row", r->row);
		jo_key(o, "labels");
		jo_object(o);
		for (size_t k = 0; k < r->labels.n; k++)
			jo_kstr(o, r->labels.at[k].labeller,
				r->labels.at[k].label);
		jo_end(o);
		jo_end(o);
	}
	jo_end(o);
}

static void json_review(struct json_out *o, const struct labelling *l)
{
	jo_key(o, "review");
	jo_array(o);
	for (size_t i = 0; i < l->labellers.n; i++) {
		size_t *rows, n = labelling_review(l, l->labellers.at[i],
						   &rows);

		jo_object(o);
		jo_kstr(o, "labeller", l->labellers.at[i]);
		jo_key(o, "rows");
		jo_array(o);
		for (size_t k = 0; k < n; k++)
			jo_str(o, l->rows.at[rows[k]].row);
		jo_end(o);
		jo_end(o);
		free(rows);
	}
	jo_end(o);
}

static void show_json(struct cli *c, const struct labelling *l)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kint(&o, "rows", (int64_t)l->rows.n);
	jo_kint(&o, "agreed", (int64_t)l->n_agreed);
	jo_kint(&o, "single", (int64_t)l->n_single);
	json_pairs(&o, l);
	jo_key(&o, "fleiss");
	figure_write(&o, &l->fleiss);
	json_conflicts(&o, l);
	json_review(&o, l);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static const struct table_column pair_columns[] = {
	{ "what", "kappa of", false }, { "kappa", "kappa", false },
	{ "n", "rows", true }, { 0 },
};

static void show_kappa(struct table *t, const char *what,
		       const struct figure *f)
{
	table_str(t, what);
	table_figure(t, f);
	table_int(t, (int64_t)f->n);
}

static void show_table(struct cli *c, const struct labelling *l)
{
	static const struct table_spec spec = {
		"kappas", false, pair_columns,
		"no labels yet: 'muster problem sheet' writes a sheet",
	};
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < l->pairs.n; i++) {
		const struct label_pair *p = &l->pairs.at[i];
		char *what = xasprintf("%s, %s (Cohen)",
				       l->labellers.at[p->first],
				       l->labellers.at[p->second]);

		show_kappa(t, what, &p->kappa);
		free(what);
	}
	if (l->rows.n)
		show_kappa(t, "all (Fleiss)", &l->fleiss);
	table_end(t);
	if (c->format == FORMAT_TEXT && !c->quiet && l->rows.n)
		buf_printf(&c->out.buf, "%zu rows: %zu agreed, %zu in conflict "
			   "(--conflicts writes them for the expert), %zu "
			   "labelled by one\n", l->rows.n, l->n_agreed,
			   l->n_conflicts, l->n_single);
}

static enum rc show_labels(struct cli *c, int64_t id, struct err *err)
{
	struct labelling l;
	struct buf csv = BUF_INIT;
	enum rc rc = reg_problem_labelling(c->reg, id, &l, err);

	if (rc != RC_OK)
		return rc;
	if (opt_has(&c->opts, "conflicts")) {
		labelling_queue(&l, &csv);
		rc = put_file(c, &csv, err);
		buf_release(&csv);
	} else if (c->format == FORMAT_JSON) {
		show_json(c, &l);
	} else {
		show_table(c, &l);
	}
	labelling_release(&l);
	return rc;
}

static enum rc add_sheets(struct cli *c, int64_t id, struct err *err)
{
	uint64_t added = 0, all = 0;
	enum rc rc = RC_OK;

	for (size_t i = 1; i < c->opts.args.n && rc == RC_OK; i++) {
		rc = cli_readable(cli_arg(c, i), err);
		if (rc == RC_OK)
			rc = reg_problem_labels_add(
				c->reg, id, cli_arg(c, i),
				opt_str(&c->opts, "labeller"),
				opt_has(&c->opts, "expert"), &added, err);
		all += added;
	}
	if (rc == RC_OK)
		cli_did(c, "took", "take", "%llu labels for P-%lld",
			(unsigned long long)all, (long long)id);
	return rc;
}

static enum rc grow(struct cli *c, int64_t id, struct err *err)
{
	uint64_t taken = 0, added = 0;
	int64_t revision = 0;
	enum rc rc = reg_problem_labels_take(c->reg, id, &taken, err);

	if (rc == RC_OK)
		rc = reg_problem_grow(c->reg, id, c->dry_run, &revision,
				      &added, err);
	if (rc == RC_OK)
		cli_did(c, "grew", "grow", "the living set by %llu patterns of "
			"P-%lld, %llu of them labelled rows: revision %lld",
			(unsigned long long)added, (long long)id,
			(unsigned long long)taken, (long long)revision);
	return rc;
}

static enum rc run_labels(struct cli *c, struct err *err)
{
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK && c->opts.args.n > 1)
		rc = add_sheets(c, id, err);
	if (rc == RC_OK && opt_has(&c->opts, "grow"))
		return grow(c, id, err);
	return rc == RC_OK ? show_labels(c, id, err) : rc;
}

static const struct option sheet_options[] = {
	{ "n", 0, "N", "at most so many rows (100)", false, NULL },
	{ "output", 'o', "FILE", "instead of standard output", false, NULL },
	{ "force", 'f', NULL, "replace an existing file", false, NULL },
	{ 0 },
};

static const struct option labels_options[] = {
	{ "labeller", 0, "WHO", "who filled the sheet in, where it does not "
	  "say", false, NULL },
	{ "expert", 0, NULL, "these labels settle conflicts", false, NULL },
	{ "conflicts", 0, NULL, "write the rows in conflict as a sheet for "
	  "the expert", false, NULL },
	{ "grow", 0, NULL, "agreed rows into the living set", false, NULL },
	{ "output", 'o', "FILE", "instead of standard output", false, NULL },
	{ "force", 'f', NULL, "replace an existing file", false, NULL },
	{ 0 },
};

const struct command problem_labels_commands[] = {
	{
		.words = "problem sheet", .args = "P SAMPLE",
		.min_args = 2, .max_args = 2,
		.summary = "gather more data: rows that its rule says, to be "
			   "labelled",
		.more = "SAMPLE is CSV with a header, or JSON lines, of "
			"inputs. Each labeller fills the columns\nlabel and "
			"labeller of a copy; 'problem labels' takes them back. "
			"Rows are chosen with\nequal chances, the same ones "
			"each time.",
		.options = sheet_options,
		.examples = (const char *const[]){
			"problem sheet P-3 production.csv --n 50 -o sheet.csv",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_sheet,
	},
	{
		.words = "problem labels", .args = "P [SHEET.csv...]",
		.min_args = 1, .max_args = -1,
		.summary = "take labelled sheets back; agreement, conflicts, "
			   "review sample",
		.more = "Agreement is Cohen's kappa for two, Fleiss' for all. "
			"A row is agreed on when two\nsay the same and nobody "
			"else says otherwise, or when an expert has said. JSON "
			"also\nnames the rows of each labeller to be reviewed "
			"(one in ten).",
		.options = labels_options,
		.examples = (const char *const[]){
			"problem labels P-3 sheet-ana.csv sheet-bo.csv",
			"problem labels P-3 --conflicts -o expert.csv",
			"problem labels P-3 expert.csv --expert --labeller "
			"dr-li",
			"problem labels P-3 --grow", NULL },
		.flags = COMMAND_CHANGES, .run = run_labels,
	},
	{ 0 },
};
