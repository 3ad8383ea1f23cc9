/* moved: why the score moved between two revisions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "registry/moved.h"

static const struct table_column columns[] = {
	{ "part", "part", false }, { "patterns", "patterns", true },
	{ "change", "change", true }, { "value", "value", true },
	{ "why", NULL, false }, { 0 },
};
static const struct table_spec spec = { "parts", false, columns, NULL };

/* The value after i steps, and why there is none. */
static void value_cells(struct cli *c, struct table *t, const struct moved *m,
			size_t i)
{
	const struct figure *f = &m->value[i];
	char text[DECIMAL_MAX];
	struct buf why = BUF_INIT;

	if (!f->why) {
		table_num_as(t, f->value, moved_value_text(m, i, text));
	} else if (c->format == FORMAT_CSV) {
		table_null(t);
	} else {
		buf_printf(&why, "- (%s)", f->why);
		table_str(t, why.data);
		buf_release(&why);
	}
	table_str(t, f->why);
}

static void part_row(struct cli *c, struct table *t, const struct moved *m,
		     enum moved_part p)
{
	struct figure change = moved_part_figure(m, p);
	char room[DECIMAL_MAX];
	const char *text = moved_change_text(m, p, (size_t)p + 1, room);

	table_str(t, moved_part_name(p));
	table_int(t, (int64_t)m->rows[p]);
	text ? table_num_as(t, change.value, text) : table_null(t);
	value_cells(c, t, m, (size_t)p + 1);
}

static void end_row(struct cli *c, struct table *t, const struct moved *m,
		    bool last)
{
	char name[48];

	snprintf(name, sizeof(name), "revision %lld",
		 (long long)(last ? m->to : m->from));
	table_str(t, name);
	table_int(t, (int64_t)m->patterns[last]);
	table_null(t);
	value_cells(c, t, m, last ? MOVED_PARTS : 0);
}

static void remarks(struct cli *c, const struct moved *m)
{
	struct buf text = BUF_INIT;

	buf_printf(&c->out.buf, "\n%s of %s@%lld on %s; %s\n",
		   metric_key(m->metric), m->model, (long long)m->version,
		   m->testset, m->has_then
		   ? "the first value is of the evaluation kept then"
		   : "no evaluation was kept on the first revision: "
		     "its value uses what the version says today");
	moved_put_unanswered(m, &text);
	if (text.len)
		buf_printf(&c->out.buf, "%s\n", text.data);
	buf_release(&text);
}

static void moved_text(struct cli *c, const struct moved *m)
{
	struct table *t = cli_table(c, &spec);

	end_row(c, t, m, false);
	for (enum moved_part p = 0; p < MOVED_PARTS; p++)
		part_row(c, t, m, p);
	end_row(c, t, m, true);
	table_end(t);
	if (c->format == FORMAT_TEXT && !c->quiet)
		remarks(c, m);
}

static void show(struct cli *c, const struct moved *m)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	if (c->format != FORMAT_JSON) {
		moved_text(c, m);
		return;
	}
	moved_write(&o, m);
	buf_char(&c->out.buf, '\n');
}

static enum rc run_moved(struct cli *c, struct err *err)
{
	const char *key = opt_str(&c->opts, "metric");
	struct version_ref ref = { 0 };
	struct moved m = { 0 };
	enum metric metric;
	int64_t from, to;
	enum rc rc = cli_revision(cli_arg(c, 2), &from, err);

	if (rc == RC_OK)
		rc = cli_revision(cli_arg(c, 3), &to, err);
	if (rc == RC_OK && key && !metric_from_key(key, &metric))
		rc = err_set(err, RC_USAGE, "'%s' is no metric; accuracy, "
			     "roc_auc, mae are (see 'man muster')", key);
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = reg_moved(c->reg, ref.model, ref.version, cli_arg(c, 1),
			       from, to, key ? &metric : NULL, &m, err);
	if (rc == RC_OK)
		show(c, &m);
	moved_release(&m);
	free(ref.model);
	return rc;
}

static const struct option moved_options[] = {
	{ "metric", 0, "M", "a metric's JSON key; none: accuracy, or mae",
	  false, NULL },
	{ 0 },
};

const struct command moved_commands[] = {
	{
		.words = "moved", .args = "MODEL@V TESTSET R1 R2",
		.min_args = 4, .max_args = 4,
		.summary = "why the score moved between two revisions",
		.more = "The change splits without remainder, in this order: "
			"relabelled, predicted anew,\nretired, added.",
		.options = moved_options,
		.examples = (const char *const[]){
			"moved credit-scorer@7 loans 3 4",
			"moved credit-scorer@7 loans 3 4 --metric auc --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_moved,
	},
	{ 0 },
};
