/* sign, signoffs. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sshsig.h"
#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "cli/cli.h"
#include "cli/confirm.h"
#include "cli/signing.h"
#include "registry/signoff.h"

/* -- Signing -- */

/* What is being signed, on stderr, so that a person sees it and a pipeline's
 * output stays its own. */
static void show_evidence(struct cli *c, const struct signing *s)
{
	for (size_t i = 0; i < s->evidence.n; i++)
		cli_note(c, "  %s: %s", s->evidence.at[i].key,
			 s->evidence.at[i].value);
	if (s->has_gate)
		cli_note(c, "  gate %s: %s", s->gate.gate,
			 s->gate.met_unsigned ? "met" : "not met");
}

static enum rc gate_refuses(const struct signing *s, struct err *err)
{
	struct buf what = BUF_INIT;
	enum rc rc;

	gate_result_summary(&what, &s->gate);
	rc = err_set(err, RC_UNMET, "%s@%lld cannot be approved: the gate '%s' "
		     "does not hold: %s", s->gate.model,
		     (long long)s->gate.version, s->gate.gate, what.data);
	buf_release(&what);
	return rc;
}

/* The answer by option, or asked for; NULL: there is none. */
static char *ask_fails_for(struct cli *c)
{
	const char *given = opt_str(&c->opts, "fails-for");

	return given ? xstrdup(given) :
	       cli_ask(c, "For whom could this fail?");
}

static enum rc add_signature(struct cli *c, struct signoff_new *n,
			     char **signature, struct err *err)
{
	const char *key = opt_str(&c->opts, "key");
	struct sshsig_trust trust = { .time = n->time };
	struct buf text = BUF_INIT;
	char *namespace = signing_namespace(c, "muster-signoff");
	char *allowed = signing_allowed(c);
	enum rc rc = signoff_statement(c->reg, n, &text, err);

	n->principal = opt_str(&c->opts, "as");
	if (!n->principal)
		n->principal = reg_actor(c->reg)->login;
	if (rc == RC_OK)
		rc = sshsig_sign(key, namespace, text.data, text.len,
				 signature, err);
	trust.allowed = allowed;
	trust.principal = n->principal;
	if (rc == RC_OK)
		rc = sshsig_verify(&trust, namespace, *signature, text.data,
				   text.len, err);
	n->signature = *signature;
	free(namespace);
	free(allowed);
	buf_release(&text);
	return rc;
}

static enum rc sign_shown(struct cli *c, struct signoff_new *n,
			  const struct signing *s, struct err *err)
{
	char *object = xasprintf("%s@%lld", n->model, (long long)n->version);
	char *fails_for = NULL, *signature = NULL, *id = NULL;
	bool is_grave = n->meaning == MEANING_APPROVED ||
			n->meaning == MEANING_REFUSED;
	enum rc rc = reg_signoff_may(c->reg, n->model, n->version, n->role,
				     n->meaning, err);

	n->evidence = &s->evidence;
	n->size = s->size;
	n->gate_met = !s->has_gate || s->gate.met_unsigned;
	if (rc == RC_OK && n->meaning == MEANING_APPROVED && !n->gate_met)
		rc = gate_refuses(s, err);
	if (rc == RC_OK)
		show_evidence(c, s);
	if (rc == RC_OK && n->meaning == MEANING_APPROVED)
		n->fails_for = fails_for = ask_fails_for(c);
	if (rc == RC_OK && is_grave)
		rc = cli_confirm(c, object, meaning_name(n->meaning), err);
	if (rc == RC_OK && opt_has(&c->opts, "key"))
		rc = add_signature(c, n, &signature, err);
	if (rc == RC_OK)
		rc = reg_signoff_add(c->reg, n, &id, err);
	if (rc == RC_OK)
		cli_did(c, "signed", "sign", "%s as %s, %s for %s: %s%s",
			object, n->role, meaning_name(n->meaning), n->stage,
			id, signature ? ", with a key" : "");
	free(object);
	free(fails_for);
	free(signature);
	free(id);
	return rc;
}

static enum rc sign_version(struct cli *c, struct err *err)
{
	const struct opts *o = &c->opts;
	struct gate_options options = { opt_str(o, "artifact"),
					cli_progress(c) };
	const char *stage = opt_str(o, "stage"), *name = NULL;
	struct version_ref ref = { 0 };
	struct signoff_new n = {
		.role = opt_str(o, "role"), .reason = opt_str(o, "reason"),
		.stage = stage ? stage : "production", .time = clock_now(),
	};
	struct signing shown;
	char *gate = NULL;
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		name = opt_str(o, "meaning");
	if (rc == RC_OK && (!n.role || !name))
		rc = err_set(err, RC_USAGE, "a sign-off has a role and a "
			     "meaning: --role ROLE --meaning authored|reviewed|"
			     "approved|refused");
	if (rc == RC_OK && !meaning_from_name(name, &n.meaning))
		rc = err_set(err, RC_USAGE, "no sign-off means '%s'", name);
	if (rc == RC_OK)
		rc = gate_name(n.stage, NULL, &gate, err);
	free(gate);
	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc != RC_OK)
		return rc;
	n.model = ref.model;
	n.version = ref.version;
	rc = signing_prepare(c->reg, n.model, n.version, n.stage, &options,
			     &shown, err);
	progress_clear(&c->progress);
	if (rc == RC_OK) {
		rc = sign_shown(c, &n, &shown, err);
		signing_release(&shown);
	}
	free(ref.model);
	return rc;
}

static enum rc run_sign(struct cli *c, struct err *err)
{
	const char *revoke = opt_str(&c->opts, "revoke");
	enum rc rc;

	if (!revoke && !cli_arg(c, 0))
		return err_set(err, RC_USAGE, "'muster sign' takes MODEL@V, or "
			       "--revoke ID");
	if (!revoke)
		return sign_version(c, err);
	rc = cli_reason(c, err);
	if (rc == RC_OK)
		rc = reg_signoff_revoke(c->reg, revoke,
					opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "revoked", "revoke", "sign-off %s", revoke);
	return rc;
}

/* -- Looking -- */

static const struct table_column columns[] = {
	{ "id", "id", false }, { "role", "role", false },
	{ "meaning", "meaning", false }, { "stage", "for", false },
	{ "who", "who", false }, { "time", "time", false },
	{ "reason", "reason", false },
	{ "fails_for", "could fail for", false },
	{ "key", "key", false }, { "changed", "changed since", false },
	{ "revoked", "revoked", false }, { 0 },
};

static void signoff_row(struct table *t, const struct signoff_rec *s,
			const struct strs *changed)
{
	char when[CLOCK_TEXT];

	table_str(t, s->id);
	table_str(t, s->role);
	table_str(t, meaning_name(s->meaning));
	table_str(t, s->stage);
	table_str(t, s->login);
	table_str(t, clock_format(s->time, when));
	table_str(t, s->reason);
	table_str(t, s->fails_for);
	table_str(t, s->key);
	table_strs(t, changed);
	if (s->is_revoked) {
		char *text = xasprintf("by %s: %s", s->revoked_by,
				       s->revoked_why);

		table_str(t, text);
		free(text);
	} else {
		table_null(t);
	}
}

static enum rc list_signoffs(struct cli *c, const struct version_ref *ref,
			     struct err *err)
{
	static const struct table_spec spec = { "signoffs", false, columns,
						"nobody has signed it" };
	struct signoff_recs all;
	struct strs *changed;
	struct table *t;
	enum rc rc = reg_signoff_list(c->reg, ref->model, ref->version, &all,
				      err);

	if (rc != RC_OK)
		return rc;
	changed = xcalloc(all.n + 1, sizeof(*changed));
	rc = signoffs_changed(c->reg, &all, changed, err);
	if (rc == RC_OK) {
		t = cli_table(c, &spec);
		for (size_t i = 0; i < all.n; i++)
			signoff_row(t, &all.at[i], &changed[i]);
		table_end(t);
		for (size_t i = 0; i < all.n; i++)
			strs_release(&changed[i]);
	}
	free(changed);
	signoff_recs_release(&all);
	return rc;
}

static enum rc run_signoffs(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	struct version_rec v;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);

	if (rc == RC_OK)
		rc = reg_version_get(c->reg, ref.model, ref.version, &v, err);
	if (rc == RC_OK) {
		version_rec_release(&v);
		rc = list_signoffs(c, &ref, err);
	}
	free(ref.model);
	return rc;
}

static const struct option sign_options[] = {
	{ "role", 0, "ROLE", "the role you sign in", false, NULL },
	{ "meaning", 0, "MEANING", "what you say", false,
	  "authored|reviewed|approved|refused" },
	{ "reason", 0, "TEXT", "why; kept in the log", false, NULL },
	{ "fails-for", 0, "TEXT", "for whom could this fail? Needed to "
	  "approve", false, NULL },
	{ "stage", 0, "STAGE", "what it is for; production unless given",
	  false, NULL },
	{ "key", 0, "FILE", "sign with this SSH key", false, NULL },
	{ "as", 0, "PRINCIPAL", "whose key it is; your login unless given",
	  false, NULL },
	SIGNING_OPTIONS,
	{ "artifact", 0, "FILE", "the artifact as it is today", false, NULL },
	{ "confirm", 0, "MODEL@V", "instead of typing the name", false, NULL },
	{ "revoke", 0, "ID", "take a sign-off back, with a reason", false,
	  NULL },
	{ 0 },
};

const struct command sign_commands[] = {
	{
		.words = "sign", .args = "[MODEL@V]",
		.min_args = 0, .max_args = 1,
		.summary = "sign off a version, bound to what it rests on",
		.more = "Approving and refusing are confirmed by typing name "
			"and version, or by --confirm. Nobody approves what "
			"they wrote; an approval needs a met gate. Any change "
			"makes it stale.",
		.options = sign_options,
		.examples = (const char *const[]){
			"sign credit-scorer@7 --role owner --meaning authored "
			"--reason 'ready'",
			"sign credit-scorer@7 --role risk --meaning approved "
			"--fails-for 'thin files' --reason 'checked' "
			"--confirm credit-scorer@7",
			"sign --revoke S-41 --reason 'wrong card'", NULL },
		.flags = COMMAND_CHANGES, .run = run_sign,
	},
	{
		.words = "signoffs", .args = "MODEL@V",
		.min_args = 1, .max_args = 1,
		.summary = "who signed a version, and what moved since",
		.examples = (const char *const[]){
			"signoffs credit-scorer@7", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_signoffs,
	},
	{ 0 },
};
