/* model add, list, show, set. */
#include <string.h>

#include "base/count.h"
#include "cli/cli.h"
#include "model/metric.h"
#include "model/task.h"

static struct model_change change_from_options(const struct opts *o)
{
	return (struct model_change){
		.task = opt_str(o, "task"), .owner = opt_str(o, "owner"),
		.description = opt_str(o, "description"),
	};
}

static void warn_similar(struct cli *c)
{
	struct model_recs list = VEC_INIT;

	if (reg_model_list(c->reg, &list, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < list.n; i++)
		cli_warn_case(c, cli_arg(c, 0), list.at[i].name);
	model_recs_release(&list);
}

static enum rc run_add(struct cli *c, struct err *err)
{
	struct model_change fields = change_from_options(&c->opts);
	struct pairs tags = VEC_INIT;
	enum rc rc = cli_pairs(&c->opts, "tag", &tags, err);

	fields.tags = tags.n ? &tags : NULL;
	if (rc == RC_OK)
		rc = reg_model_add(c->reg, cli_arg(c, 0), &fields, err);
	if (rc == RC_OK) {
		cli_did(c, "added", "add", "model %s", cli_arg(c, 0));
		warn_similar(c);
	}
	pairs_release(&tags);
	return rc;
}

static const struct table_column list_columns[] = {
	{ "name", "model", false }, { "task", "task", false },
	{ "owner", "owner", false }, { "risk", "risk", false },
	{ "versions", "versions", true },
	{ "production", "production", true }, { 0 },
};

static const char *risk_of(const struct model_rec *m)
{
	return m->risk ? m->risk : "high";
}

static enum rc run_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"models", false, list_columns,
		"no models yet: 'muster model add NAME' adds one",
	};
	struct model_recs list = VEC_INIT;
	enum rc rc = reg_model_list(c->reg, &list, err);
	struct table *t;

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < list.n && table_alive(t); i++) {
		const struct model_rec *m = &list.at[i];

		table_str(t, m->name);
		table_str(t, m->task);
		table_str(t, m->owner);
		table_str(t, risk_of(m));
		table_int(t, m->n_versions);
		if (m->production)
			table_int(t, m->production);
		else
			table_null(t);
	}
	table_end(t);
	model_recs_release(&list);
	return RC_OK;
}

static const struct table_column show_columns[] = {
	{ "name", "model", false }, { "task", "task", false },
	{ "owner", "owner", false }, { "risk", "risk", false },
	{ "description", "description", false },
	{ "main_metric", "main metric", false }, { "tags", "tags", false },
	{ "versions", "versions", false },
	{ "production", "production", false },
	{ "revision", NULL, false }, { 0 },
};

/* Unset: what the task implies. */
static const char *main_metric_of(const struct model_rec *m)
{
	enum task task;

	if (m->main_metric)
		return m->main_metric;
	if (!m->task || !task_from_name(m->task, &task))
		task = TASK_BINARY;
	return metric_key(metric_main(task));
}

static enum rc run_show(struct cli *c, struct err *err)
{
	static const struct table_spec spec = { NULL, true, show_columns, NULL };
	struct model_rec m = { 0 };
	enum rc rc = reg_model_get(c->reg, cli_arg(c, 0), &m, err);
	struct table *t;

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	table_str(t, m.name);
	table_str(t, m.task);
	table_str(t, m.owner);
	table_str(t, risk_of(&m));
	table_str(t, m.description);
	table_str(t, main_metric_of(&m));
	table_pairs(t, &m.tags);
	table_int(t, m.n_versions);
	if (m.production)
		table_int(t, m.production);
	else
		table_null(t);
	table_int(t, m.revision);
	table_end(t);
	model_rec_release(&m);
	return RC_OK;
}

/* "owner=ana" into the field of that name. */
static enum rc take_field(struct model_change *ch, const char *arg,
			  struct err *err)
{
	const struct { const char *name; const char **field; } fields[] = {
		{ "task", &ch->task }, { "owner", &ch->owner },
		{ "description", &ch->description }, { "risk", &ch->risk },
		{ "main_metric", &ch->main_metric },
	};
	const char *eq = strchr(arg, '=');
	size_t n = eq ? (size_t)(eq - arg) : 0;

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (eq && strlen(fields[i].name) == n &&
		    memcmp(fields[i].name, arg, n) == 0) {
			*fields[i].field = eq + 1;
			return RC_OK;
		}
	}
	return err_set(err, RC_USAGE, "'%s': give task=, owner=, description=, "
		       "risk= or main_metric=", arg);
}

static enum rc run_set(struct cli *c, struct err *err)
{
	struct model_change ch = { 0 };
	enum rc rc = cli_reason(c, err);

	for (size_t i = 1; i < c->opts.args.n && rc == RC_OK; i++)
		rc = take_field(&ch, cli_arg(c, i), err);
	if (rc == RC_OK)
		rc = reg_model_set(c->reg, cli_arg(c, 0), &ch,
				   opt_str(&c->opts, "reason"), TX_ANY_BASE,
				   err);
	if (rc == RC_OK)
		cli_did(c, "changed", "change", "model %s", cli_arg(c, 0));
	return rc;
}

static const struct option add_options[] = {
	{ "task", 0, "T", "kind of answer: binary, multiclass, regression",
	  false, "binary|multiclass|regression" },
	{ "owner", 0, "WHO", "who answers for it", false, NULL },
	{ "description", 0, "TEXT", "what it is for", false, NULL },
	{ "tag", 0, "K=V", "free tag", true, NULL },
	{ 0 },
};

static const struct option reason_options[] = {
	{ "reason", 0, "TEXT", "why; it stands in the log", false, NULL },
	{ 0 },
};

const struct command model_commands[] = {
	{
		.words = "model add", .args = "NAME",
		.min_args = 1, .max_args = 1, .summary = "add a model",
		.options = add_options,
		.examples = (const char *const[]){
			"model add credit-scorer --task binary --owner lending",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_add,
	},
	{
		.words = "model list", .args = "",
		.summary = "all models",
		.examples = (const char *const[]){
			"model list", "model list --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{
		.words = "model show", .args = "NAME",
		.min_args = 1, .max_args = 1, .summary = "one model",
		.examples = (const char *const[]){
			"model show credit-scorer", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "model set", .args = "NAME FIELD=VALUE...",
		.min_args = 2, .max_args = -1, .summary = "change a model",
		.more = "Fields: task, owner, description, risk "
			"(low, medium, high; unset counts as\nhigh), "
			"main_metric (a metric's JSON key).",
		.options = reason_options,
		.examples = (const char *const[]){
			"model set credit-scorer risk=medium owner=lending "
			"--reason 'limits apply'", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{ 0 },
};
