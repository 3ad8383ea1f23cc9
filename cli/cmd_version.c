/* version add, list, show, stage, alias, diff. */
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/spawn.h"
#include "cards/gate_check.h"
#include "cli/cli.h"
#include "cli/version_list.h"
#include "registry/threshold.h"
#include "registry/versiondiff.h"

static enum rc run_add(struct cli *c, struct err *err)
{
	const struct opts *o = &c->opts;
	struct pairs params = VEC_INIT;
	struct strs runner = VEC_INIT;
	struct version_fields f = {
		.artifact_path = opt_str(o, "artifact"),
		.data_digest = opt_str(o, "data-digest"),
		.code_commit = opt_str(o, "code-commit"),
		.run = opt_str(o, "run"), .note = opt_str(o, "note"),
		.params = &params, .runner = &runner,
	};
	int64_t version = 0;
	enum rc rc = cli_pairs(o, "param", &params, err);

	if (rc == RC_OK && opt_has(o, "runner"))
		rc = spawn_split(opt_str(o, "runner"), &runner, err);
	if (rc == RC_OK)
		rc = reg_version_add(c->reg, cli_arg(c, 0), &f, &version, err);
	if (rc == RC_OK)
		cli_did(c, "added", "add", "version %s@%lld", cli_arg(c, 0),
			(long long)version);
	pairs_release(&params);
	strs_release(&runner);
	return rc;
}

static const struct table_column show_columns[] = {
	{ "model", "model", false }, { "version", "version", false },
	{ "stage", "stage", false }, { "aliases", "aliases", false },
	{ "artifact", "artifact", false }, { "data", "data", false },
	{ "code", "code", false }, { "run", "run", false },
	{ "params", "parameters", false }, { "runner", "runner", false },
	{ "threshold", "threshold", false },
	{ NULL, "chosen", false },
	{ NULL, "note", false }, { NULL, "added", false },
	{ NULL, "by", false }, { 0 },
};

static void show_row(struct table *t, const struct version_rec *v,
		     const char *chosen)
{
	char when[CLOCK_TEXT];

	table_str(t, v->model);
	table_int(t, v->version);
	table_str(t, v->stage);
	table_strs(t, &v->aliases);
	table_str(t, v->artifact);
	table_str(t, v->data);
	table_str(t, v->code);
	table_str(t, v->run);
	table_pairs(t, &v->params);
	if (v->runner.n)
		table_strs(t, &v->runner);
	else
		table_null(t);
	if (v->has_threshold)
		table_num(t, v->threshold);
	else
		table_null(t);
	table_str(t, chosen);
	table_str(t, v->note);
	table_str(t, clock_format(v->time, when));
	table_str(t, v->who);
}

static enum rc run_show(struct cli *c, struct err *err)
{
	static const struct table_spec spec = { NULL, true, show_columns, NULL };
	struct version_ref ref = { 0 };
	struct version_rec v = { 0 };
	struct buf chosen = BUF_INIT;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	struct table *t;

	if (rc == RC_OK)
		rc = reg_version_get(c->reg, ref.model, ref.version, &v, err);
	if (rc == RC_OK && v.has_threshold)
		rc = threshold_chosen_text(c->reg, ref.model, ref.version,
					   &chosen, err);
	if (rc == RC_OK) {
		t = cli_table(c, &spec);
		show_row(t, &v, chosen.len ? chosen.data : NULL);
		table_end(t);
	}
	buf_release(&chosen);
	version_rec_release(&v);
	free(ref.model);
	return rc;
}

static enum rc move_version(struct cli *c, const struct version_ref *ref,
			    struct err *err)
{
	struct stage_move move = {
		.model = ref->model, .version = ref->version,
		.stage = cli_arg(c, 1), .base = TX_ANY_BASE,
		.reason = opt_str(&c->opts, "reason"),
		.override = opt_has(&c->opts, "override"),
		.options = { opt_str(&c->opts, "artifact"), cli_progress(c) },
	};
	struct gate_result gate = { 0 };
	bool had = false;
	enum rc rc = gate_move(c->reg, &move, &gate, &had, err);

	progress_clear(&c->progress);
	if (rc == RC_OK)
		cli_did(c, "moved", "move", "%s@%lld to stage %s%s",
			ref->model, (long long)ref->version, cli_arg(c, 1),
			!had ? "" : gate.met ? ", gate met" :
			", although the gate does not hold");
	gate_result_release(&gate);
	return rc;
}

static enum rc run_stage(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = move_version(c, &ref, err);
	free(ref.model);
	return rc;
}

static enum rc run_alias(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);

	if (rc == RC_OK)
		rc = reg_version_alias(c->reg, ref.model, ref.version,
				       cli_arg(c, 1), err);
	if (rc == RC_OK)
		cli_did(c, "named", "name", "%s@%lld @%s", ref.model,
			(long long)ref.version, cli_arg(c, 1));
	free(ref.model);
	return rc;
}

static void diff_json(struct cli *c, const struct version_diff *d)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kstr(&o, "from", d->from);
	jo_kstr(&o, "to", d->to);
	jo_key(&o, "changes");
	jo_array(&o);
	for (size_t i = 0; i < d->changes.n; i++) {
		const struct version_change *ch = &d->changes.at[i];

		jo_object(&o);
		jo_kstr(&o, "part", ch->part);
		jo_kstr(&o, "name", ch->name);
		jo_kstr(&o, "from", ch->from);
		jo_kstr(&o, "to", ch->to);
		jo_end(&o);
	}
	jo_end(&o);
	jo_key(&o, "scores");
	jo_array(&o);
	for (size_t i = 0; i < d->scores.n; i++) {
		const struct version_score *s = &d->scores.at[i];

		jo_object(&o);
		jo_kstr(&o, "testset", s->testset);
		jo_kint(&o, "revision", s->revision);
		jo_kstr(&o, "metric", metric_key(s->metric));
		jo_key(&o, "from");
		figure_write(&o, &s->from);
		jo_key(&o, "to");
		figure_write(&o, &s->to);
		jo_end(&o);
	}
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static const struct table_column diff_columns[] = {
	{ "part", "part", false }, { "name", "name", false },
	{ "from", "from", false }, { "to", "to", false }, { 0 },
};

static void diff_table(struct cli *c, const struct version_diff *d)
{
	static const struct table_spec spec = {
		"changes", false, diff_columns, "no difference is recorded",
	};
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < d->changes.n; i++) {
		const struct version_change *ch = &d->changes.at[i];

		table_str(t, ch->part);
		table_str(t, ch->name);
		table_str(t, ch->from);
		table_str(t, ch->to);
	}
	for (size_t i = 0; i < d->scores.n; i++) {
		const struct version_score *s = &d->scores.at[i];
		struct buf name = BUF_INIT;

		buf_printf(&name, "%s on %s@%lld", metric_key(s->metric),
			   s->testset, (long long)s->revision);
		table_str(t, "score");
		table_str(t, name.data);
		table_figure(t, &s->from);
		table_figure(t, &s->to);
		buf_release(&name);
	}
	table_end(t);
}

static enum rc run_diff(struct cli *c, struct err *err)
{
	struct version_ref from = { 0 }, to = { 0 };
	struct version_diff d = { 0 };
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &from, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 1), &to, err);
	if (rc == RC_OK)
		rc = reg_version_diff(c->reg, &from, &to, &d, err);
	if (rc == RC_OK && c->format == FORMAT_JSON)
		diff_json(c, &d);
	else if (rc == RC_OK)
		diff_table(c, &d);
	version_diff_release(&d);
	free(from.model);
	free(to.model);
	return rc;
}

/* -- Moves past a gate -- */

static const struct table_column override_columns[] = {
	{ "entry", "entry", true }, { "stage", "to", false },
	{ "who", "who", false }, { "time", "time", false },
	{ "reason", "although the gate did not hold, because", false },
	{ "acknowledged_by", "acknowledged by", false },
	{ "acknowledged", "and says", false }, { 0 },
};

static void override_row(struct table *t, const struct version_override *o)
{
	char when[CLOCK_TEXT];

	table_int(t, (int64_t)o->entry);
	table_str(t, o->stage);
	table_str(t, o->who);
	table_str(t, clock_format(o->time, when));
	table_str(t, o->reason);
	table_str(t, o->seen_by);
	table_str(t, o->seen_why);
}

static enum rc run_overrides(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"overrides", false, override_columns,
		"it was never moved past a gate",
	};
	struct version_ref ref = { 0 };
	struct version_overrides all;
	struct table *t;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);

	if (rc == RC_OK)
		rc = reg_version_overrides(c->reg, ref.model, ref.version,
					   &all, err);
	free(ref.model);
	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < all.n; i++)
		override_row(t, &all.at[i]);
	table_end(t);
	version_overrides_release(&all);
	return RC_OK;
}

/* The one that is asked for, else the first that nobody has acknowledged. */
static enum rc which_override(struct cli *c, const struct version_ref *ref,
			      uint64_t *entry, struct err *err)
{
	const char *given = opt_str(&c->opts, "entry");
	struct version_overrides all;
	enum rc rc;

	if (given)
		return decimal_read_u64(given, strlen(given), entry) ? RC_OK :
		       err_set(err, RC_USAGE, "'%s' is no entry of the log",
			       given);
	rc = reg_version_overrides(c->reg, ref->model, ref->version, &all,
				   err);
	if (rc != RC_OK)
		return rc;
	rc = RC_NOT_FOUND;
	for (size_t i = all.n; i-- > 0;) {
		if (all.at[i].seen_by)
			continue;
		*entry = all.at[i].entry;
		rc = RC_OK;
	}
	version_overrides_release(&all);
	return rc == RC_OK ? rc : err_set(err, rc, "no move of %s@%lld past "
					  "its gate waits to be acknowledged",
					  ref->model, (long long)ref->version);
}

static enum rc run_acknowledge(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	uint64_t entry = 0;
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = which_override(c, &ref, &entry, err);
	if (rc == RC_OK)
		rc = reg_version_acknowledge(c->reg, ref.model, ref.version,
					     entry, opt_str(&c->opts,
							    "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "acknowledged", "acknowledge", "the move of "
			"%s@%lld past its gate (entry %llu)", ref.model,
			(long long)ref.version, (unsigned long long)entry);
	free(ref.model);
	return rc;
}

static const struct option acknowledge_options[] = {
	{ "reason", 0, "TEXT", "what you say to it; it stands in the log",
	  false, NULL },
	{ "entry", 0, "N", "which move, where there are several", false,
	  NULL },
	{ 0 },
};

static const struct option add_options[] = {
	{ "artifact", 0, "FILE", "the model's file: its digest is recorded",
	  false, NULL },
	{ "data-digest", 0, "D", "digest of the training data", false, NULL },
	{ "code-commit", 0, "C", "commit of the code", false, NULL },
	{ "run", 0, "ID", "id of the training run", false, NULL },
	{ "param", 0, "K=V", "a parameter", true, NULL },
	{ "runner", 0, "'CMD ARG...'", "command that predicts, no shell",
	  false, NULL },
	{ "note", 0, "TEXT", "a remark", false, NULL },
	{ 0 },
};

static const struct option stage_options[] = {
	{ "reason", 0, "TEXT", "why; it stands in the log", false, NULL },
	{ "override", 0, NULL, "move it although its gate does not hold; the "
	  "log says so for ever", false, NULL },
	{ "artifact", 0, "FILE", "the artifact as it is today, for the gate",
	  false, NULL },
	{ 0 },
};

const struct command version_commands[] = {
	{
		.words = "version add", .args = "NAME",
		.min_args = 1, .max_args = 1,
		.summary = "add the next version of a model",
		.options = add_options,
		.examples = (const char *const[]){
			"version add credit-scorer --artifact model.bin "
			"--code-commit 7be2f41 --param seed=2026", NULL },
		.flags = COMMAND_CHANGES, .run = run_add,
	},
	{
		.words = "version list", .args = "[NAME]", .max_args = 1,
		.summary = "versions of a model, or of all",
		.more = "card is how complete the card is, '!' with required "
			"items missing. impact is that of the model's open "
			"problems: '+' where some have none yet, '~' where "
			"the version was not asked for all their patterns.",
		.examples = (const char *const[]){
			"version list credit-scorer", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = version_list,
	},
	{
		.words = "version show", .args = "NAME@V",
		.min_args = 1, .max_args = 1,
		.summary = "one version and what made it",
		.examples = (const char *const[]){
			"version show credit-scorer@7",
			"version show credit-scorer@production "
			"--as-of 2026-03-01", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "version stage", .args = "NAME@V STAGE",
		.min_args = 2, .max_args = 2,
		.summary = "move a version to a stage, if its gate holds",
		.more = "Stages: none, candidate, shadow, production, "
			"archived. Exit status 3 where the stage has a gate "
			"that does not hold.",
		.options = stage_options,
		.examples = (const char *const[]){
			"version stage credit-scorer@7 production "
			"--reason 'better on loans-live r37'", NULL },
		.flags = COMMAND_CHANGES, .run = run_stage,
	},
	{
		.words = "version overrides", .args = "NAME@V",
		.min_args = 1, .max_args = 1,
		.summary = "moves of a version past a gate that did not hold",
		.examples = (const char *const[]){
			"version overrides credit-scorer@7", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_overrides,
	},
	{
		.words = "version acknowledge", .args = "NAME@V",
		.min_args = 1, .max_args = 1,
		.summary = "say, as a second person, that you have seen a "
			   "move past a gate",
		.more = "Until somebody does, the move is shown in red. "
			"Whoever made it cannot.",
		.options = acknowledge_options,
		.examples = (const char *const[]){
			"version acknowledge credit-scorer@7 --reason "
			"'agreed by phone on Sunday'", NULL },
		.flags = COMMAND_CHANGES, .run = run_acknowledge,
	},
	{
		.words = "version alias", .args = "NAME@V ALIAS",
		.min_args = 2, .max_args = 2,
		.summary = "give a version an alias, taking it from another",
		.examples = (const char *const[]){
			"version alias credit-scorer@7 champion", NULL },
		.flags = COMMAND_CHANGES, .run = run_alias,
	},
	{
		.words = "version diff", .args = "NAME@V NAME@W",
		.min_args = 2, .max_args = 2,
		.summary = "what changed: data, code, parameters, scores",
		.examples = (const char *const[]){
			"version diff credit-scorer@production "
			"credit-scorer@7", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_diff,
	},
	{ 0 },
};
