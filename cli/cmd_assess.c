/* assess show, set, edit, approve: the impact assessment of a version. */
#include <string.h>

#include "cards/assess.h"
#include "cards/gate_check.h"
#include "cli/cli.h"
#include "cli/edit.h"
#include "registry/document.h"

struct opened {
	char *of;			/* "m@7" */
	struct version_ref ref;
	struct assessment a;
	int64_t base, revision;
	char *status, *who;		/* NULL: never saved */
};

static void opened_release(struct opened *o)
{
	free(o->of);
	free(o->ref.model);
	free(o->status);
	free(o->who);
	assessment_release(&o->a);
}

static enum rc open_one(struct cli *c, struct opened *o, struct err *err)
{
	struct document_rec d;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &o->ref, err);

	if (rc != RC_OK)
		return rc;
	o->of = xasprintf("%s@%lld", o->ref.model, (long long)o->ref.version);
	rc = reg_document_load(c->reg, DOCUMENT_IMPACT, o->of, 0, &d, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	rc = assess_read(d.text, &o->a, err);
	o->base = d.base;
	o->revision = d.revision;
	o->status = xstrdup(d.status);
	o->who = xstrdup(d.who);
	document_rec_release(&d);
	return rc;
}

static enum rc save(struct cli *c, const struct opened *o, struct err *err)
{
	struct assess_result r;
	struct buf text = BUF_INIT;
	enum rc rc;

	assess_write(&o->a, &text);
	rc = reg_document_save(c->reg, DOCUMENT_IMPACT, o->of, text.data,
			       opt_str(&c->opts, "reason"), o->base, NULL,
			       err);
	assess_result(&o->a, &r);
	if (rc == RC_OK)
		cli_did(c, "saved", "save", "the impact assessment of %s: %s "
			"risk, %zu questions open", o->of, risk_name(r.risk),
			r.n_open);
	buf_release(&text);
	return rc;
}

/* -- show -- */

static const struct table_column columns[] = {
	{ "group", "group", false }, { "question", "question", false },
	{ NULL, "asks", false }, { "answer", "answer", false },
	{ "note", "note", false }, { 0 },
};

static void show_rows(struct table *t, const struct assessment *a)
{
	const struct question *q;

	for (size_t i = 0; (q = assess_question(i)); i++) {
		const struct choice *choice = assess_answer(a, q);

		table_str(t, q->group);
		table_str(t, q->id);
		table_str(t, q->text);
		table_str(t, choice ? choice->id : NULL);
		table_str(t, assess_note(a, q->id));
	}
	table_end(t);
}

static enum rc run_show(struct cli *c, struct err *err)
{
	static const struct table_spec spec = { "questions", false, columns,
						NULL };
	struct json_out o = JSON_OUT(&c->out.buf, true);
	struct assess_result r;
	struct opened one = { 0 };
	const char *risk = NULL;
	enum rc rc = open_one(c, &one, err);

	if (rc == RC_OK)
		rc = gate_risk(c->reg, one.ref.model, one.ref.version, &risk,
			       err);
	assess_result(&one.a, &r);
	if (rc == RC_OK && c->format == FORMAT_JSON) {
		jo_object(&o);
		jo_kstr(&o, "version", one.of);
		jo_kstr(&o, "risk", risk_name(r.risk));
		jo_kint(&o, "open", (int64_t)r.n_open);
		jo_kint(&o, "weight", r.weight);
		jo_kint(&o, "of", r.all);
		jo_kstr(&o, "gate_risk", risk);
		jo_kint(&o, "revision", one.revision);
		jo_kstr(&o, "status", one.status);
		show_rows(table_new_within(&c->out, &o, &spec), &one.a);
		jo_end(&o);
		buf_char(&c->out.buf, '\n');
	} else if (rc == RC_OK) {
		show_rows(cli_table(c, &spec), &one.a);
		cli_note(c, "%s risk by weight %u of %u%s, %zu open; the gate "
			 "of %s risk counts", risk_name(r.risk), r.weight,
			 r.all, r.decisive ? " and a decisive answer" : "",
			 r.n_open, risk);
	}
	opened_release(&one);
	return rc;
}

/* -- set, edit -- */

static enum rc set_answers(struct cli *c, struct assessment *a,
			   struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 1; i < c->opts.args.n && rc == RC_OK; i++) {
		const char *arg = cli_arg(c, i), *eq = strchr(arg, '=');
		char *id;

		if (!eq)
			return err_set(err, RC_USAGE, "'%s' is no QUESTION="
				       "CHOICE", arg);
		id = xmemdupz(arg, (size_t)(eq - arg));
		rc = assess_set(a, id, eq + 1, NULL, err);
		free(id);
	}
	return rc;
}

static enum rc run_set(struct cli *c, struct err *err)
{
	struct opened one = { 0 };
	enum rc rc = open_one(c, &one, err);

	if (rc == RC_OK)
		rc = set_answers(c, &one.a, err);
	if (rc == RC_OK)
		rc = save(c, &one, err);
	opened_release(&one);
	return rc;
}

static enum rc check_text(void *arg, const char *text, struct strs *findings,
			  struct err *err)
{
	struct assessment a;
	enum rc rc = assess_from_text(text, &a, findings, err);

	(void)arg;
	if (rc == RC_OK)
		assessment_release(&a);
	return rc;
}

static enum rc edit_one(struct cli *c, struct opened *one, const char *draft,
			struct err *err)
{
	struct buf stored = BUF_INIT, text = BUF_INIT;
	enum rc rc;

	assess_to_text(&one->a, one->of, &stored);
	buf_str(&text, stored.data);
	cli_edit_resume(c, draft, &text);
	rc = cli_edit(c, draft, &text, check_text, NULL, err);
	if (rc == RC_OK && !strcmp(text.data, stored.data)) {
		cli_note(c, "nothing was changed");
	} else if (rc == RC_OK) {
		assessment_release(&one->a);
		rc = assess_from_text(text.data, &one->a, NULL, err);
		if (rc == RC_OK)
			rc = save(c, one, err);
	}
	buf_release(&text);
	buf_release(&stored);
	return rc;
}

static enum rc run_edit(struct cli *c, struct err *err)
{
	struct opened one = { 0 };
	char *stem = NULL, *draft = NULL;
	enum rc rc = open_one(c, &one, err);

	if (rc == RC_OK) {
		stem = xasprintf("impact-%s", one.of);
		draft = cli_edit_name(c, stem, one.base);
		rc = edit_one(c, &one, draft, err);
	}
	if (rc == RC_OK)
		cli_edit_done(c, draft);
	free(stem);
	free(draft);
	opened_release(&one);
	return rc;
}

static enum rc run_approve(struct cli *c, struct err *err)
{
	struct opened one = { 0 };
	struct assess_result r;
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = open_one(c, &one, err);
	if (rc == RC_OK && !one.status)
		rc = err_set(err, RC_NOT_FOUND, "%s has no impact assessment "
			     "yet", one.of);
	assess_result(&one.a, &r);
	if (rc == RC_OK && r.n_open)
		rc = err_set(err, RC_REFUSED, "%zu questions have no answer",
			     r.n_open);
	if (rc == RC_OK)
		rc = reg_signoff_may_document(c->reg, DOCUMENT_IMPACT, one.of,
					      one.revision, err);
	if (rc == RC_OK)
		rc = reg_document_status(c->reg, DOCUMENT_IMPACT, one.of,
					 one.revision, "approved",
					 opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "approved", "approve", "the impact assessment of "
			"%s, rev %lld: %s risk", one.of,
			(long long)one.revision, risk_name(r.risk));
	opened_release(&one);
	return rc;
}

static const struct option reason_options[] = {
	{ "reason", 0, "TEXT", "why; kept in the log", false, NULL }, { 0 },
};
static const struct option edit_options[] = {
	{ "reason", 0, "TEXT", "why; kept in the log", false, NULL },
	OPT_DISCARD, { 0 },
};

const struct command assess_commands[] = {
	{
		.words = "assess show", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "the impact assessment and the risk it gives",
		.examples = (const char *const[]){
			"assess show credit-scorer@7", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "assess set", .args = "MODEL@V QUESTION=CHOICE...",
		.min_args = 2, .max_args = -1,
		.summary = "answer questions of the impact assessment",
		.options = reason_options,
		.examples = (const char *const[]){
			"assess set credit-scorer@7 decision.kind=advises "
			"harm.worst=unfair", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{
		.words = "assess edit", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "answer all of it in the editor",
		.options = edit_options,
		.examples = (const char *const[]){
			"assess edit credit-scorer@7", NULL },
		.flags = COMMAND_CHANGES, .run = run_edit,
	},
	{
		.words = "assess approve", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "approve what somebody else answered",
		.options = reason_options,
		.examples = (const char *const[]){
			"assess approve credit-scorer@7 --reason 'agreed'",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_approve,
	},
	{ 0 },
};
