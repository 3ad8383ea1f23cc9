/* report: governance reports as one self-contained file. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/fsx.h"
#include "cards/cyclonedx.h"
#include "cards/report.h"
#include "cli/cli.h"

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), k = strlen(tail);

	return n >= k && !strcmp(s + n - k, tail);
}

/* By --format, --json, --md, the file's ending; else HTML. */
static enum rc format_from(struct cli *c, const char *path,
			   enum report_format *out, struct err *err)
{
	const char *name = opt_str(&c->opts, "format");

	*out = REPORT_HTML;
	if (name)
		return report_format_from_name(name, out) ? RC_OK :
		       err_set(err, RC_USAGE, "no format '%s'", name);
	if (c->format == FORMAT_CSV)
		return err_set(err, RC_USAGE, "a report has no CSV form; "
			       "'--format' takes html, md or json");
	if (c->format == FORMAT_JSON || (path && ends_with(path, ".json")))
		*out = REPORT_JSON;
	else if (c->format == FORMAT_MD || (path && ends_with(path, ".md")))
		*out = REPORT_MD;
	return RC_OK;
}

static enum rc spec_from(struct cli *c, struct report_spec *spec,
			 struct err *err)
{
	const char *kind = opt_str(&c->opts, "kind");
	enum { MOST = COUNT(spec->of) };

	*spec = (struct report_spec){ .kind = REPORT_VERSION,
				      .stage = opt_str(&c->opts, "for") };
#define X(id, bit, name) spec->flags |= opt_has(&c->opts, name) ? id : 0;
	REPORT_FLAGS(X)
#undef X
	spec->reason = opt_str(&c->opts, "reason");
	if (kind && !report_kind_from_name(kind, &spec->kind))
		return err_set(err, RC_USAGE, "no kind of report '%s'", kind);
	if (c->opts.args.n > MOST)
		return err_set(err, RC_USAGE, "a report takes at most %d names",
			       MOST);
	for (size_t i = 0; i < c->opts.args.n; i++)
		spec->of[spec->n_of++] = cli_arg(c, i);
	return RC_OK;
}

static enum rc write_file(struct cli *c, const char *path,
			  const struct buf *text, struct err *err)
{
	char *kept = NULL;
	enum rc rc = RC_OK;

	if (!c->dry_run)
		rc = fsx_write_keep(path, text->data, text->len, 0644, &kept,
				    err);
	if (rc == RC_OK && kept)
		cli_note(c, "the file that was there is kept as '%s'", kept);
	if (rc == RC_OK)
		cli_did(c, "wrote", "write", "'%s', %zu bytes", path,
			text->len);
	free(kept);
	return rc;
}

static enum rc give(struct cli *c, const char *path, const struct buf *text,
		    struct err *err)
{
	if (path && strcmp(path, "-"))
		return write_file(c, path, text, err);
	buf_add(&c->out.buf, text->data, text->len);
	return RC_OK;
}

/* The bill of materials has a form of its own and no seal. */
static enum rc run_bom(struct cli *c, struct err *err)
{
	struct buf text = BUF_INIT;
	enum rc rc;

	if (c->opts.args.n != 1 || opt_has(&c->opts, "kind"))
		return err_set(err, RC_USAGE, "'--format cyclonedx' takes one "
			       "MODEL@VERSION");
	rc = cyclonedx_write(c->reg, cli_arg(c, 0), &text, err);
	if (rc == RC_OK)
		rc = give(c, opt_str(&c->opts, "output"), &text, err);
	buf_release(&text);
	return rc;
}

static enum rc run_sealed(struct cli *c, struct err *err)
{
	const char *path = opt_str(&c->opts, "output");
	enum report_format format;
	struct report_spec spec;
	struct report r;
	struct buf text = BUF_INIT;
	enum rc rc = format_from(c, path, &format, err);

	report_init(&r);
	if (rc == RC_OK)
		rc = spec_from(c, &spec, err);
	if (rc == RC_OK)
		rc = report_collect(c->reg, &spec, cli_progress(c), &r, err);
	progress_clear(&c->progress);
	if (rc == RC_OK) {
		report_write(&r, format, &text);
		rc = give(c, path, &text, err);
	}
	report_release(&r);
	buf_release(&text);
	return rc;
}

static enum rc run_report(struct cli *c, struct err *err)
{
	const char *format = opt_str(&c->opts, "format");

	return format && !strcmp(format, "cyclonedx") ? run_bom(c, err)
						      : run_sealed(c, err);
}

static const struct option report_options[] = {
	{ "format", 0, "F", "of the file; else by its ending, else html",
	  false, "html|md|json|cyclonedx" },
	{ "output", 'o', "FILE", "write there; a file that is there is kept as "
	  "FILE.1", false, NULL },
	{ "for", 0, "STAGE", "the stage that is asked for (production)", false,
	  NULL },
	{ "kind", 0, "K", "what to report on (version)", false,
	  "version|card|overview|problems|comparison|log" },
	{ "no-charts", 0, NULL, "tables in place of charts", false, NULL },
	{ "no-digests", 0, NULL, "only the first digits of digests, but in "
	  "the audit proof", false, NULL },
	{ "draft", 0, NULL, "mark it as a draft", false, NULL },
	{ "pattern-inputs", 0, NULL, "also the inputs of patterns that the "
	  "version broke: personal data, so '--reason' is needed", false,
	  NULL },
	{ "reason", 0, "TEXT", "why inputs are shown; stands in the report",
	  false, NULL },
	{ 0 },
};

const struct command report_commands[] = {
	{
		.words = "report", .args = "[MODEL@V]",
		.min_args = 0, .max_args = -1,
		.summary = "write a governance report as one file",
		.more = "Kinds: version and card take MODEL@V; overview "
			"nothing; "
			"problems nothing or a model; "
			"comparison TESTSET BASE CANDIDATE…; log nothing or an "
			"object. The same state of the registry gives the same "
			"bytes; 'muster verify-report' checks them. Nothing in "
			"the file is loaded from elsewhere, and no script is "
			"in it.",
		.options = report_options,
		.examples = (const char *const[]){
			"report credit-scorer@7 -o credit-scorer-7.html",
			"report credit-scorer@7 --format md",
			"report credit-scorer@7 --format cyclonedx",
			"report --kind overview -o registry.html",
			"report --kind log model/credit-scorer --format json",
			NULL },
		.run = run_report,
	},
	{ 0 },
};
