/* verify-report: is a report whole, and does the registry say the same. */
#include <stdlib.h>
#include <string.h>

#include "base/fsx.h"
#include "cards/verify.h"
#include "cli/cli.h"

enum { REPORT_MAX = 256 << 20, CHECKPOINT_MAX_BYTES = 1 << 16 };

static void say_json(struct cli *c, const struct verified *v)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kbool(&o, "ok", v->ok);
	if (v->has_seal) {
		jo_kint(&o, "entries", (int64_t)v->entries);
		jo_kstr(&o, "root", v->root);
	} else {
		jo_knull(&o, "entries");
		jo_knull(&o, "root");
	}
	jo_kstr(&o, "first_bad", v->first_bad);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static const struct table_column columns[] = {
	{ "ok", "holds", false }, { "entries", "log entries", false },
	{ "root", "root", false }, { "first_bad", "first fault", false },
	{ 0 },
};

static void say_table(struct cli *c, const struct verified *v)
{
	static const struct table_spec spec = { NULL, true, columns, NULL };
	struct table *t = cli_table(c, &spec);

	table_bool(t, v->ok);
	if (v->has_seal)
		table_int(t, (int64_t)v->entries);
	else
		table_null(t);
	table_str(t, v->has_seal ? v->root : NULL);
	table_str(t, v->first_bad);
	table_end(t);
}

static enum rc verify(struct cli *c, const struct buf *text,
		      struct verified *v, struct err *err)
{
	const char *kept = opt_str(&c->opts, "checkpoint");
	const char *registry = opt_str(&c->opts, "registry");
	struct buf cp = BUF_INIT;
	enum rc rc = RC_OK;

	verify_whole(text->data, text->len, v);
	if (kept && v->ok) {
		verified_release(v);
		rc = cli_readable(kept, err);
		if (rc == RC_OK)
			rc = fsx_read(kept, CHECKPOINT_MAX_BYTES, &cp, err);
		if (rc == RC_OK)
			rc = verify_checkpoint(text->data, text->len, cp.data,
					       cp.len, registry, v, err);
	}
	if (rc == RC_OK && registry && v->ok) {
		verified_release(v);
		rc = verify_registry(text->data, text->len, registry, v, err);
	}
	buf_release(&cp);
	return rc;
}

static enum rc run_verify(struct cli *c, struct err *err)
{
	const char *path = cli_arg(c, 0);
	struct buf text = BUF_INIT;
	struct verified v = { 0 };
	enum rc rc = cli_readable(path, err);

	if (rc == RC_OK)
		rc = fsx_read(path, REPORT_MAX, &text, err);
	if (rc == RC_OK)
		rc = verify(c, &text, &v, err);
	if (rc == RC_OK && c->format == FORMAT_JSON)
		say_json(c, &v);
	else if (rc == RC_OK && !c->quiet)
		say_table(c, &v);
	if (rc == RC_OK && !v.ok)
		rc = err_set(err, RC_UNMET, "'%s': %s", path, v.first_bad);
	verified_release(&v);
	buf_release(&text);
	return rc;
}

static const struct option verify_options[] = {
	{ "checkpoint", 0, "FILE", "a checkpoint that was kept: the report "
	  "must be of that log", false, NULL },
	{ 0 },
};

const struct command verify_report_commands[] = {
	{
		.words = "verify-report", .args = "FILE",
		.min_args = 1, .max_args = 1,
		.summary = "check that a report is whole and says what the "
			   "registry said",
		.more = "Without '-R' only the file itself is looked at: any "
			"byte changed, added or cut is found. With '-R' the "
			"report is written anew as of its log entry and every "
			"byte compared. Exit status 3, and where, if it does "
			"not hold.",
		.options = verify_options,
		.examples = (const char *const[]){
			"verify-report credit-scorer-7.html",
			"verify-report credit-scorer-7.html -R registry.db "
			"--json", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_verify,
	},
	{ 0 },
};
