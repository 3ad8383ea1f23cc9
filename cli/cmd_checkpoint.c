/* checkpoint, checkpoint verify, checkpoint accept. */
#include <string.h>

#include "base/clock.h"
#include "base/fsx.h"
#include "base/sshsig.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/signing.h"
#include "registry/checkpoint.h"
#include "registry/seen.h"

/* -- Writing one -- */

/* Signs and keeps it as signed; *out is the signature. */
static enum rc sign_head(struct cli *c, const struct buf *text, char **out,
			 struct err *err)
{
	char *namespace = signing_namespace(c, "muster-checkpoint");
	struct checkpoint head;
	enum rc rc = checkpoint_read(text->data, text->len, &head, err);

	if (rc == RC_OK) {
		rc = signed_check(c->reg, &head, err);
		if (rc == RC_OK)
			rc = sshsig_sign(opt_str(&c->opts, "sign"), namespace,
					 text->data, text->len, out, err);
		if (rc == RC_OK)
			rc = signed_note(&head, err);
		checkpoint_release(&head);
	}
	free(namespace);
	return rc;
}

static enum rc write_files(struct cli *c, const char *path,
			   const struct buf *text, const char *signature,
			   struct err *err)
{
	char *sig = xasprintf("%s.sig", path);
	enum rc rc = fsx_write(path, text->data, text->len, 0644, true, err);

	if (rc == RC_OK && signature)
		rc = fsx_write(sig, signature, strlen(signature), 0644, true,
			       err);
	if (rc == RC_OK)
		cli_note(c, "wrote '%s'%s%s%s", path, signature ? " and '" :
			 "", signature ? sig : "", signature ? "'" : "");
	free(sig);
	return rc;
}

/* The head that a rollback left is not to be vouched for. */
static enum rc refuse_rollback(struct cli *c, struct err *err)
{
	struct seen seen;
	enum rc rc = seen_check(c->reg, &seen, err);

	if (rc != RC_OK || seen.state <= SEEN_SAME)
		return rc;
	return err_set(err, RC_REFUSED, "not signed: %s; 'muster checkpoint "
		       "accept' takes the log as it is", seen.why);
}

static enum rc run_checkpoint(struct cli *c, struct err *err)
{
	const char *path = opt_str(&c->opts, "output");
	struct buf text = BUF_INIT;
	char *origin = NULL, *signature = NULL;
	enum rc rc = reg_origin(c->reg, signing_origin(c), &origin, err);

	if (rc == RC_OK)
		rc = reg_checkpoint(c->reg, origin, &text, err);
	if (rc == RC_OK && opt_has(&c->opts, "sign") && c->as_of)
		rc = err_set(err, RC_USAGE, "a head of the past is not "
			     "signed; leave '--as-of' out");
	if (rc == RC_OK && opt_has(&c->opts, "sign"))
		rc = refuse_rollback(c, err);
	if (rc == RC_OK && opt_has(&c->opts, "sign"))
		rc = sign_head(c, &text, &signature, err);
	if (rc == RC_OK && path && strcmp(path, "-") != 0)
		rc = write_files(c, path, &text, signature, err);
	else if (rc == RC_OK)
		buf_printf(&c->out.buf, "%s%s", text.data,
			   signature ? signature : "");
	free(origin);
	free(signature);
	buf_release(&text);
	return rc;
}

/* -- Verifying -- */

static enum rc verify_signature(struct cli *c, const char *path,
				const struct buf *text, bool *verified,
				struct err *err)
{
	const char *who = opt_str(&c->opts, "who");
	const char *given = opt_str(&c->opts, "signature");
	char *beside = xasprintf("%s.sig", path);
	char *namespace = signing_namespace(c, "muster-checkpoint");
	char *allowed = signing_allowed(c);
	struct sshsig_trust trust = { allowed, who, NULL, clock_now() };
	struct buf sig = BUF_INIT;
	enum rc rc = RC_OK;

	*verified = false;
	if (!given && fsx_exists(beside))
		given = beside;
	if (given && allowed && !who)
		rc = err_set(err, RC_USAGE, "whose signature must it be? "
			     "--who PRINCIPAL");
	if (rc == RC_OK && given)
		rc = fsx_read(given, SSHSIG_MAX, &sig, err);
	if (rc == RC_OK && given)
		rc = sshsig_verify(&trust, namespace, sig.data, text->data,
				   text->len, err);
	*verified = rc == RC_OK && given;
	if (*verified && !allowed)
		cli_note(c, "the signature fits; whose key it is was not "
			 "asked (--allowed-signers)");
	buf_release(&sig);
	free(beside);
	free(namespace);
	free(allowed);
	return rc;
}

static const struct table_column verify_columns[] = {
	{ "ok", "holds", false }, { "origin", "origin", false },
	{ "size", "entries then", false }, { "entries", "entries now", false },
	{ "signed", "signature verified", false }, { 0 },
};

static void show_verified(struct cli *c, const struct checkpoint *cp,
			  uint64_t size, bool is_signed)
{
	static const struct table_spec spec = { NULL, true, verify_columns,
						NULL };
	struct table *t = cli_table(c, &spec);

	table_bool(t, true);
	table_str(t, cp->origin);
	table_int(t, (int64_t)cp->size);
	table_int(t, (int64_t)size);
	table_bool(t, is_signed);
	table_end(t);
}

static enum rc run_verify(struct cli *c, struct err *err)
{
	const char *path = cli_arg(c, 0);
	struct buf text = BUF_INIT;
	struct checkpoint cp = { 0 };
	char *origin = NULL;
	bool is_signed = false;
	uint64_t size = 0;
	enum rc rc = cli_readable(path, err);

	if (rc == RC_OK)
		rc = fsx_read(path, CHECKPOINT_MAX, &text, err);
	if (rc == RC_OK)
		rc = checkpoint_read(text.data, text.len, &cp, err);
	if (rc == RC_BAD_INPUT && err)
		err->rc = RC_UNMET;
	if (rc == RC_BAD_INPUT)
		rc = RC_UNMET;
	if (rc == RC_OK)
		rc = verify_signature(c, path, &text, &is_signed, err);
	if (rc == RC_OK)
		rc = reg_origin(c->reg, signing_origin(c), &origin, err);
	if (rc == RC_OK)
		rc = reg_checkpoint_check(c->reg, &cp, origin, NULL, err);
	if (rc == RC_OK)
		rc = reg_read_size(c->reg, &size, err);
	if (rc == RC_OK && cp.n_signatures)
		cli_note(c, "%zu note signatures stand behind it; they are "
			 "not checked here", cp.n_signatures);
	if (rc == RC_OK)
		show_verified(c, &cp, size, is_signed);
	checkpoint_release(&cp);
	free(origin);
	buf_release(&text);
	return rc;
}

static enum rc run_accept(struct cli *c, struct err *err)
{
	enum rc rc = seen_accept(c->reg, err);

	if (rc == RC_OK)
		cli_did(c, "accepted", "accept", "the log of %llu entries as "
			"what you saw last",
			(unsigned long long)reg_size(c->reg));
	return rc;
}

#define OPT_ORIGIN { "origin", 0, "NAME", "the log's name; $MUSTER_ORIGIN, " \
		     "else made from its first entry", false, NULL }

static const struct option checkpoint_options[] = {
	{ "sign", 0, "KEY", "sign it with this SSH key", false, NULL },
	OPT_ORIGIN, SIGNING_OPTIONS,
	{ "output", 'o', "FILE", "write FILE, and FILE.sig if signed", false,
	  NULL },
	{ 0 },
};
static const struct option verify_options[] = {
	{ "signature", 0, "FILE", "its SSH signature; FILE.sig beside it "
	  "unless given", false, NULL },
	{ "who", 0, "PRINCIPAL", "whose signature it must be", false, NULL },
	OPT_ORIGIN, SIGNING_OPTIONS, { 0 },
};

const struct command checkpoint_commands[] = {
	{
		.words = "checkpoint", .args = "",
		.summary = "size and root of the log, for somebody else to "
			   "keep",
		.more = "The text is that of C2SP tlog-checkpoint. A head "
			"that contradicts one you signed or saw before is "
			"not signed.",
		.options = checkpoint_options,
		.examples = (const char *const[]){
			"checkpoint", "checkpoint --sign ~/.ssh/id_ed25519 "
			"-o 2026-03-01.checkpoint", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_checkpoint,
	},
	{
		.words = "checkpoint verify", .args = "FILE",
		.min_args = 1, .max_args = 1,
		.summary = "does the log still begin as the checkpoint says?",
		.more = "Exit status 3 if not: its end was cut, an older copy "
			"was put back, or it was rewritten.",
		.options = verify_options,
		.examples = (const char *const[]){
			"checkpoint verify 2026-03-01.checkpoint "
			"--who ana@example.org --allowed-signers signers",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_verify,
	},
	{
		.words = "checkpoint accept", .args = "",
		.summary = "take the log as it is for what you saw last",
		.more = "After a restore that was meant. Until then every "
			"start says that the log went back.",
		.examples = (const char *const[]){ "checkpoint accept", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_accept,
	},
	{ 0 },
};
