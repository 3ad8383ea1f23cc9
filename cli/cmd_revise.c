/* testset grow, relabel, retire, diff: new revisions, and what they changed. */
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "cli/conflicts.h"
#include "registry/testset.h"
#include "registry/testset_slices.h"

typedef enum rc revise_fn(struct registry *reg,
			  const struct testset_step *step, const char *path,
			  struct testset_step_report *report,
			  struct err *err);

static void step_json(struct json_out *o, const void *arg)
{
	const struct testset_step_report *r = arg;

	jo_kint(o, "revision", r->revision);
	jo_kint(o, "added", (int64_t)r->added);
	jo_kint(o, "revived", (int64_t)r->revived);
	jo_kint(o, "relabelled", (int64_t)r->relabelled);
	jo_kint(o, "retired", (int64_t)r->retired);
	jo_kint(o, "unchanged", (int64_t)r->unchanged);
	jo_key(o, "conflicts");
	testset_conflicts_write(o, &r->conflicts);
	changes_write(o, r);
}

static void say_step(struct cli *c, const struct testset_step *step,
		     const struct testset_step_report *r)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < r->notes.n; i++)
		cli_note(c, "%s", r->notes.at[i]);
	say_conflicts(c, &r->conflicts);
	say_changes(c, r);
	testset_step_counts(r, false, &b);
	c->did_more = step_json;
	c->did_arg = r;
	if (r->added + r->revived + r->relabelled + r->retired)
		cli_did(c, "revised", "revise", "test set %s revision %lld: "
			"%s", step->testset, (long long)r->revision, b.data);
	else
		cli_did(c, "left", "leave", "test set %s at revision %lld: %s",
			step->testset, (long long)r->revision, b.data);
	buf_release(&b);
}

static enum rc revise(struct cli *c, revise_fn *fn, struct err *err)
{
	struct testset_step step = {
		.testset = cli_arg(c, 0),
		.reason = opt_str(&c->opts, "reason"),
		.source = opt_str(&c->opts, "source"),
		.revive = opt_has(&c->opts, "revive"),
		.dry_run = c->dry_run, .progress = cli_progress(c),
	};
	struct testset_step_report report = { 0 };
	uint64_t base;
	enum rc rc = opt_u64(&c->opts, "base", 0, &base, err);

	step.base = (int64_t)base;
	if (rc == RC_OK)
		rc = cli_readable(cli_arg(c, 1), err);
	if (rc == RC_OK)
		rc = fn(c->reg, &step, cli_arg(c, 1), &report, err);
	if (rc == RC_OK)
		say_step(c, &step, &report);
	testset_step_report_release(&report);
	return rc;
}

static enum rc run_grow(struct cli *c, struct err *err)
{
	return revise(c, reg_testset_grow, err);
}

static enum rc run_relabel(struct cli *c, struct err *err)
{
	return revise(c, reg_testset_relabel, err);
}

static enum rc run_retire(struct cli *c, struct err *err)
{
	return revise(c, reg_testset_retire, err);
}

static enum rc run_revive(struct cli *c, struct err *err)
{
	return revise(c, reg_testset_revive, err);
}

/* -- diff -- */

static const struct table_column diff_columns[] = {
	{ "change", "change", false }, { "key", "key", false },
	{ "from", "from", false }, { "to", "to", false }, { 0 },
};
static const struct table_spec diff_spec = {
	"changes", false, diff_columns, "the two revisions hold the same",
};
static const struct table_column slice_columns[] = {
	{ "by", "slice by", false }, { "value", "value", false },
	{ "added", "added", true }, { "relabelled", "relabelled", true },
	{ "retired", "retired", true }, { "revived", "revived", true }, { 0 },
};
static const struct table_spec slice_spec = {
	"slices", false, slice_columns, NULL,
};

struct diff {
	const char *name;
	int64_t from, to;
	struct testset_differences changes;
	struct testset_slice_changes slices;
};

static void change_rows(struct table *t, const struct testset_differences *v)
{
	for (size_t i = 0; i < v->n && table_alive(t); i++) {
		table_str(t, testset_change_name(v->at[i].change));
		table_key(t, v->at[i].key);
		table_str(t, v->at[i].from);
		table_str(t, v->at[i].to);
	}
	table_end(t);
}

static void slice_rows(struct table *t, const struct testset_slice_changes *v)
{
	for (size_t i = 0; i < v->n && table_alive(t); i++) {
		table_str(t, v->at[i].by);
		table_str(t, v->at[i].value);
		for (size_t k = 0; k < TESTSET_N_CHANGES; k++)
			table_int(t, (int64_t)v->at[i].n[k]);
	}
	table_end(t);
}

static void diff_json(struct cli *c, const struct diff *d)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);
	int64_t n[TESTSET_N_CHANGES] = { 0 };

	for (size_t i = 0; i < d->changes.n; i++)
		n[d->changes.at[i].change]++;
	jo_object(&o);
	jo_kstr(&o, "testset", d->name);
	jo_kint(&o, "from", d->from);
	jo_kint(&o, "to", d->to);
	for (size_t k = 0; k < TESTSET_N_CHANGES; k++)
		jo_kint(&o, testset_change_name((enum testset_change)k), n[k]);
	slice_rows(table_new_within(&c->out, &o, &slice_spec), &d->slices);
	change_rows(table_new_within(&c->out, &o, &diff_spec), &d->changes);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static void show_diff(struct cli *c, const struct diff *d)
{
	if (c->format == FORMAT_JSON) {
		diff_json(c, d);
		return;
	}
	if (c->format != FORMAT_CSV && d->slices.n) {
		slice_rows(cli_table(c, &slice_spec), &d->slices);
		buf_char(&c->out.buf, '\n');
	}
	change_rows(cli_table(c, &diff_spec), &d->changes);
}

static enum rc run_diff(struct cli *c, struct err *err)
{
	struct diff d = { .name = cli_arg(c, 0) };
	enum rc rc = cli_revision(cli_arg(c, 1), &d.from, err);

	if (rc == RC_OK)
		rc = cli_revision(cli_arg(c, 2), &d.to, err);
	if (rc == RC_OK)
		rc = reg_testset_diff(c->reg, d.name, d.from, d.to, &d.changes,
				      err);
	if (rc == RC_OK)
		rc = reg_testset_slice_changes(c->reg, d.name, d.from, d.to,
					       &d.changes, &d.slices, err);
	if (rc == RC_OK)
		show_diff(c, &d);
	testset_differences_release(&d.changes);
	testset_slice_changes_release(&d.slices);
	return rc;
}

#define STEP_OPTIONS \
	{ "reason", 0, "TEXT", "why, for the log", false, NULL }, \
	{ "base", 0, "R", "refuse if the set has moved on from revision R", \
	  false, NULL }

static const struct option grow_options[] = {
	{ "revive", 0, NULL, "retired keys in the file come back", false,
	  NULL },
	{ "source", 0, "TEXT", "where the patterns come from", false, NULL },
	STEP_OPTIONS,
	{ 0 },
};
static const struct option step_options[] = { STEP_OPTIONS, { 0 } };

const struct command revise_commands[] = {
	{
		.words = "testset grow", .args = "NAME FILE.csv",
		.min_args = 2, .max_args = 2,
		.summary = "a new revision with more patterns",
		.more = "Columns are matched by header name. A key that exists "
			"is refused, a retired one\nunless --revive is given.",
		.options = grow_options,
		.examples = (const char *const[]){
			"testset grow loans may.csv --source 'audit 2026-05'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_grow,
	},
	{
		.words = "testset relabel", .args = "NAME FILE.csv",
		.min_args = 2, .max_args = 2,
		.summary = "a new revision with targets corrected",
		.more = "FILE.csv has the key and target columns.",
		.options = step_options,
		.examples = (const char *const[]){
			"testset relabel loans corrected.csv --reason "
			"'second reading'", NULL },
		.flags = COMMAND_CHANGES, .run = run_relabel,
	},
	{
		.words = "testset retire", .args = "NAME FILE.csv",
		.min_args = 2, .max_args = 2,
		.summary = "a new revision without the patterns listed",
		.more = "FILE.csv has the key column.",
		.options = step_options,
		.examples = (const char *const[]){
			"testset retire loans withdrawn.csv --reason consent",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_retire,
	},
	{
		.words = "testset revive", .args = "NAME FILE.csv",
		.min_args = 2, .max_args = 2,
		.summary = "a new revision where retired patterns are active",
		.more = "FILE.csv has the key column.",
		.options = step_options,
		.examples = (const char *const[]){
			"testset revive loans back.csv", NULL },
		.flags = COMMAND_CHANGES, .run = run_revive,
	},
	{
		.words = "testset diff", .args = "NAME R1 R2",
		.min_args = 3, .max_args = 3,
		.summary = "what differs between two revisions",
		.examples = (const char *const[]){
			"testset diff loans 3 4",
			"testset diff loans 1 4 --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_diff,
	},
	{ 0 },
};
