#include "tui/reporting.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "cards/cyclonedx.h"

static const char *const kind_texts[] = {
	[REPORT_VERSION] = "Decision: all of it",
	[REPORT_CARD] = "Model card only",
	[REPORT_COMPARISON] = "Comparison",
	[REPORT_PROBLEMS] = "Problem register",
	[REPORT_OVERVIEW] = "Registry overview",
	[REPORT_LOG] = "Log extract with proof",
};

static const struct form {
	const char *text, *ending, *option;
} forms[REPORTING_FORMATS] = {
	[REPORT_HTML] = { "HTML", "html", NULL },
	[REPORT_MD] = { "Markdown", "md", "md" },
	[REPORT_JSON] = { "JSON", "json", "json" },
	[REPORTING_BOM] = { "CycloneDX ML-BOM", "cdx.json", "cyclonedx" },
};

void reporting_release(struct reporting *r)
{
	for (size_t i = 0; i < REPORTING_KINDS; i++)
		free(r->of[i]);
	free(r->reason);
	free(r->path);
	*r = (struct reporting){ .kind = REPORT_VERSION };
}

void reporting_copy(struct reporting *to, const struct reporting *from)
{
	*to = *from;
	for (size_t i = 0; i < REPORTING_KINDS; i++)
		to->of[i] = xstrdup_or_null(from->of[i]);
	to->reason = xstrdup_or_null(from->reason);
	to->path = xstrdup_or_null(from->path);
}

const char *reporting_kind_text(enum report_kind k)
{
	return kind_texts[k];
}

const char *reporting_format_text(int format)
{
	return forms[format].text;
}

static const char *of_text(const struct reporting *r)
{
	return r->of[r->kind] ? r->of[r->kind] : "";
}

static bool is_sealed(const struct reporting *r)
{
	return r->format != REPORTING_BOM;
}

bool reporting_fits(const struct reporting *r)
{
	return r->kind == REPORT_VERSION || r->kind == REPORT_CARD ||
	       is_sealed(r);
}

/* Flags that mean something for what was chosen. */
static unsigned flags_of(const struct reporting *r)
{
	unsigned flags = r->flags;

	if (!is_sealed(r))
		return 0;
	if (r->kind != REPORT_VERSION || !r->reason)
		flags &= ~(unsigned)REPORT_INPUTS;
	return flags;
}

/* Signs of names that are awkward in a file's name become '-'. */
char *reporting_path(const struct reporting *r)
{
	struct buf b = BUF_INIT;

	if (r->path)
		return xstrdup(r->path);
	if (r->kind != REPORT_VERSION)
		buf_printf(&b, "%s%s", report_kind_name(r->kind),
			   *of_text(r) ? "-" : "");
	for (const char *s = of_text(r); *s; s++)
		buf_char(&b, strchr("@/ ", *s) ? '-' : *s);
	buf_printf(&b, ".%s", forms[r->format].ending);
	return buf_detach(&b);
}

/* -- The command -- */

static void put_flags(struct buf *out, const struct reporting *r)
{
	unsigned flags = flags_of(r);

#define X(id, bit, name) if (flags & (id)) buf_str(out, " --" name);
	REPORT_FLAGS(X)
#undef X
	if (flags & REPORT_INPUTS) {
		buf_str(out, " --reason ");
		spawn_quote(out, r->reason);
	}
}

void reporting_command(const struct reporting *r, struct buf *out)
{
	char *path = reporting_path(r);

	buf_str(out, "muster report");
	if (is_sealed(r) && r->kind != REPORT_VERSION)
		buf_printf(out, " --kind %s", report_kind_name(r->kind));
	if (*of_text(r))
		buf_printf(out, " %s", of_text(r));
	if (is_sealed(r) && r->kind == REPORT_VERSION &&
	    strcmp(r->stage, "production") != 0)
		buf_printf(out, " --for %s", r->stage);
	if (forms[r->format].option)
		buf_printf(out, " --format %s", forms[r->format].option);
	put_flags(out, r);
	buf_str(out, " -o ");
	spawn_quote(out, path);
	free(path);
}

/* -- The bytes -- */

static enum rc make_sealed(const struct reporting *r, char *names,
			   struct registry *reg, struct reg_progress *progress,
			   struct buf *out, struct err *err)
{
	struct report_spec spec = { .kind = r->kind, .flags = flags_of(r),
				    .reason = r->reason };
	char *at = names, *word;
	struct report report;
	enum rc rc;

	if (r->kind == REPORT_VERSION)
		spec.stage = r->stage;
	while ((word = strsep(&at, " ")))
		if (*word && spec.n_of < COUNT(spec.of))
			spec.of[spec.n_of++] = word;
	report_init(&report);
	rc = report_collect(reg, &spec, progress, &report, err);
	if (rc == RC_OK)
		report_write(&report, (enum report_format)r->format, out);
	report_release(&report);
	return rc;
}

enum rc reporting_make(const struct reporting *r, struct registry *reg,
		       struct reg_progress *progress, struct buf *out,
		       struct err *err)
{
	char *names = xstrdup(of_text(r));
	enum rc rc = is_sealed(r) ?
		make_sealed(r, names, reg, progress, out, err) :
		cyclonedx_write(reg, names, out, err);

	free(names);
	return rc;
}
