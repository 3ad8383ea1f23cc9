/* fsck: log, blobs and tables agree, or the first that does not. */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/signing.h"
#include "registry/seen.h"
#include "registry/signoff.h"

static void fsck_json(struct cli *c, const struct reg_verdict *v)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);
	char hex[HASH_HEX_SIZE];

	jo_object(&o);
	jo_kbool(&o, "ok", v->ok);
	jo_kint(&o, "entries", (int64_t)v->entries);
	jo_kstr(&o, "root", hash_hex(&v->root, hex));
	if (v->has_bad) {
		jo_key(&o, "first_bad");
		jo_object(&o);
		jo_kint(&o, "index", (int64_t)v->bad_index);
		jo_kstr(&o, "why", v->why);
		jo_end(&o);
	} else {
		jo_knull(&o, "first_bad");
	}
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static const struct table_column fsck_columns[] = {
	{ "ok", "in order", false }, { "entries", "entries", false },
	{ "root", "root", false }, { "loose_blobs", "loose blobs", false },
	{ 0 },
};

static void fsck_text(struct cli *c, const struct reg_verdict *v)
{
	static const struct table_spec spec = { NULL, true, fsck_columns, NULL };
	struct table *t = cli_table(c, &spec);
	char hex[HASH_HEX_SIZE];

	table_bool(t, v->ok);
	table_int(t, (int64_t)v->entries);
	table_str(t, hash_hex(&v->root, hex));
	table_int(t, (int64_t)v->loose_blobs);
	table_end(t);
}

/* Signatures, after the log that holds them was found in order. */
static enum rc check_signatures(struct cli *c, struct err *err)
{
	struct reg_options o = { .path = c->path, .readonly = true };
	char *allowed = signing_allowed(c);
	struct registry *reg = NULL;
	struct seen seen;
	uint64_t n = 0;
	enum rc rc = reg_open(&o, &reg, err);

	if (rc == RC_OK)
		rc = reg_signoff_verify_all(reg, allowed,
					    opt_str(&c->opts, "revoked-keys"),
					    &n, err);
	if (rc == RC_OK && n)
		cli_note(c, "%llu signatures hold%s", (unsigned long long)n,
			 allowed ? "" : "; whose keys they are was not asked "
			 "(--allowed-signers)");
	if (rc == RC_OK)
		rc = seen_check(reg, &seen, err);
	if (rc == RC_OK && seen.state > SEEN_SAME)
		rc = err_set(err, RC_UNMET, "%s; 'muster checkpoint accept' "
			     "takes the log as it is", seen.why);
	reg_close(reg);
	free(allowed);
	return rc;
}

static enum rc run_fsck(struct cli *c, struct err *err)
{
	struct reg_verdict v = { 0 };
	enum rc rc = reg_fsck(c->path, cli_progress(c), &v, err);

	progress_clear(&c->progress);
	if (rc != RC_OK)
		return rc;
	if (c->format == FORMAT_JSON)
		fsck_json(c, &v);
	else
		fsck_text(c, &v);
	if (v.clock_back)
		cli_note(c, "the clock went back %llu times, first at entry "
			 "%llu: times are the hosts' word, the order is that "
			 "of the log", (unsigned long long)v.clock_back,
			 (unsigned long long)v.first_back);
	if (v.ok)
		return check_signatures(c, err);
	if (!v.has_bad)
		return err_set(err, RC_UNMET, "'%s' is damaged: %s", c->path,
			       v.why);
	return err_set(err, RC_UNMET, "'%s' is damaged at entry %llu: %s",
		       c->path, (unsigned long long)v.bad_index, v.why);
}

static const struct option fsck_options[] = {
	SIGNING_OPTIONS,
	{ "revoked-keys", 0, "FILE", "keys that no longer count, as "
	  "ssh-keygen reads them", false, NULL },
	{ 0 },
};

const struct command fsck_commands[] = {
	{
		.words = "fsck", .args = "",
		.summary = "prove that log, blobs and tables agree",
		.more = "Exit status 3 and the first entry that does not, if "
			"they do not. Then every SSH signature is verified, "
			"and the log compared with what you saw last.",
		.options = fsck_options,
		.examples = (const char *const[]){ "fsck", "fsck --json", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_fsck,
	},
	{ 0 },
};
