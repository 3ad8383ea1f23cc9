/* checkpoint prove, checkpoint check: proofs for somebody who does not have
 * the registry. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "cli/cli.h"
#include "cli/signing.h"
#include "registry/checkpoint.h"
#include "registry/entry.h"

/* -- prove -- */

static enum rc write_entry(struct cli *c, uint64_t index, struct err *err)
{
	const char *path = opt_str(&c->opts, "entry");
	struct buf bytes = BUF_INIT;
	enum rc rc;

	if (!path)
		return RC_OK;
	rc = reg_entry_bytes(c->reg, index, &bytes, err);
	if (rc == RC_OK)
		rc = fsx_write(path, bytes.data, bytes.len, 0644, false, err);
	if (rc == RC_OK)
		cli_note(c, "wrote the entry's bytes to '%s'", path);
	buf_release(&bytes);
	return rc;
}

static enum rc read_checkpoint(const char *path, struct checkpoint *out,
			       struct err *err)
{
	struct buf text = BUF_INIT;
	enum rc rc = cli_readable(path, err);

	if (rc == RC_OK)
		rc = fsx_read(path, CHECKPOINT_MAX, &text, err);
	if (rc == RC_OK)
		rc = checkpoint_read(text.data, text.len, out, err);
	buf_release(&text);
	return rc;
}

static enum rc prove_old(struct cli *c, const char *path, const char *origin,
			 struct buf *out, struct err *err)
{
	struct checkpoint old = { 0 };
	enum rc rc = read_checkpoint(path, &old, err);

	if (rc == RC_OK)
		rc = reg_consistency_write(c->reg, origin, &old, out, err);
	checkpoint_release(&old);
	return rc;
}

static enum rc run_prove(struct cli *c, struct err *err)
{
	const char *what = cli_arg(c, 0);
	const char *path = opt_str(&c->opts, "output");
	struct buf text = BUF_INIT;
	char *origin = NULL;
	uint64_t index;
	bool is_entry = decimal_read_u64(what, strlen(what), &index);
	enum rc rc = reg_origin(c->reg, signing_origin(c), &origin, err);

	if (rc == RC_OK && is_entry && index >= reg_size(c->reg))
		rc = err_set(err, RC_NOT_FOUND, "entry %llu does not exist; "
			     "the log has %llu", (unsigned long long)index,
			     (unsigned long long)reg_size(c->reg));
	if (rc == RC_OK && is_entry)
		rc = reg_proof_write(c->reg, origin, index, &text, err);
	else if (rc == RC_OK)
		rc = prove_old(c, what, origin, &text, err);
	if (rc == RC_OK && is_entry)
		rc = write_entry(c, index, err);
	if (rc == RC_OK && path)
		rc = fsx_write(path, text.data, text.len, 0644, true, err);
	else if (rc == RC_OK)
		buf_add(&c->out.buf, text.data, text.len);
	if (rc == RC_OK && path)
		cli_note(c, "wrote '%s'", path);
	buf_release(&text);
	free(origin);
	return rc;
}

/* -- check -- */

static const struct table_column columns[] = {
	{ "ok", "holds", false }, { "origin", "log", false },
	{ "shows", "shows", false }, { "index", "entry or old size", true },
	{ "size", "entries now", true }, { "root", "root", false }, { 0 },
};

static void say(struct cli *c, const struct proof *p)
{
	static const struct table_spec spec = { NULL, true, columns, NULL };
	char hex[HASH_HEX_SIZE];
	struct table *t = cli_table(c, &spec);

	table_bool(t, true);
	table_str(t, p->head.origin);
	table_str(t, p->is_consistency ? "the log began with the checkpoint" :
		  "the entry is in the log");
	table_int(t, (int64_t)p->index);
	table_int(t, (int64_t)p->head.size);
	table_str(t, hash_hex(&p->head.root, hex));
	table_end(t);
}

static enum rc check_entry(const struct proof *p, const char *path,
			   struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct hash leaf;
	enum rc rc = cli_readable(path, err);

	if (rc == RC_OK)
		rc = fsx_read(path, LOG_ENTRY_MAX, &bytes, err);
	if (rc == RC_OK) {
		leaf = tree_leaf(bytes.data, bytes.len);
		rc = proof_check(p, &leaf, err);
	}
	buf_release(&bytes);
	return rc;
}

static enum rc check_old(const struct proof *p, const char *path,
			 struct err *err)
{
	struct checkpoint old = { 0 };
	enum rc rc = read_checkpoint(path, &old, err);

	if (rc == RC_OK)
		rc = proof_check_consistency(p, &old, err);
	checkpoint_release(&old);
	return rc;
}

/* What the proof says of its own head is worth no more than the proof: the
 * head that somebody kept is what it must lead to. */
static enum rc check_head(struct cli *c, const struct proof *p,
			  struct err *err)
{
	const char *path = opt_str(&c->opts, "checkpoint");
	struct checkpoint kept = { 0 };
	enum rc rc;

	if (!path)
		return RC_OK;
	rc = read_checkpoint(path, &kept, err);
	if (rc == RC_OK && (strcmp(kept.origin, p->head.origin) != 0 ||
			    kept.size != p->head.size ||
			    !hash_equal(&kept.root, &p->head.root)))
		rc = err_set(err, RC_UNMET, "the proof leads to another head "
			     "than that of '%s'", path);
	checkpoint_release(&kept);
	return rc;
}

static enum rc run_check(struct cli *c, struct err *err)
{
	const char *path = cli_arg(c, 0), *of = cli_arg(c, 1);
	struct buf text = BUF_INIT;
	struct proof p = { 0 };
	enum rc rc = cli_readable(path, err);

	if (rc == RC_OK)
		rc = fsx_read(path, CHECKPOINT_MAX, &text, err);
	if (rc == RC_OK)
		rc = proof_read(text.data, text.len, &p, err);
	if (rc == RC_OK)
		rc = p.is_consistency ? check_old(&p, of, err) :
					check_entry(&p, of, err);
	if (rc == RC_OK)
		rc = check_head(c, &p, err);
	if (rc == RC_BAD_INPUT && err)
		err->rc = RC_UNMET;
	if (rc == RC_BAD_INPUT)
		rc = RC_UNMET;
	if (rc == RC_OK)
		say(c, &p);
	proof_release(&p);
	buf_release(&text);
	return rc;
}

/* -- The table -- */

static const struct option prove_options[] = {
	{ "entry", 0, "FILE", "write the entry's own bytes, too: what the "
	  "proof is of", false, NULL },
	{ "origin", 0, "NAME", "the log's name; $MUSTER_ORIGIN, else made "
	  "from its first entry", false, NULL },
	{ "output", 'o', "FILE", "write FILE", false, NULL },
	{ 0 },
};
static const struct option check_options[] = {
	{ "checkpoint", 0, "FILE", "the head that it must lead to, as "
	  "somebody kept it", false, NULL },
	{ 0 },
};

const struct command prove_commands[] = {
	{
		.words = "checkpoint prove", .args = "INDEX|FILE",
		.min_args = 1, .max_args = 1,
		.summary = "a proof that an entry is in the log, or that the "
			   "log began with an older checkpoint",
		.more = "INDEX: a C2SP tlog-proof. FILE, a checkpoint: the "
			"RFC 6962 consistency proof, in the form in which a "
			"C2SP witness asks for it.",
		.options = prove_options,
		.examples = (const char *const[]){
			"checkpoint prove 41 --entry 41.json -o 41.proof",
			"checkpoint prove 2026-03-01.checkpoint -o grown.proof",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_prove,
	},
	{
		.words = "checkpoint check", .args = "PROOF FILE",
		.min_args = 2, .max_args = 2,
		.summary = "check a proof without the registry: of the entry "
			   "or of the older checkpoint in FILE",
		.more = "Exit status 3 if it does not hold.",
		.options = check_options,
		.examples = (const char *const[]){
			"checkpoint check 41.proof 41.json --checkpoint "
			"2026-03-01.checkpoint", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_check,
	},
	{ 0 },
};
