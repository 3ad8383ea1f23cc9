/* What screen 6 has chosen: which report, in which form, where to. From one
 * choice come the report, the command line for the same file, and the file's
 * name; the work itself touches nothing of the screen, so that a job can do
 * it. */
#ifndef MUSTER_TUI_REPORTING_H
#define MUSTER_TUI_REPORTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "cards/report.h"
#include "registry/registry.h"

enum { REPORTING_BOM = REPORT_JSON + 1,	/* CycloneDX 1.6, unsealed */
       REPORTING_FORMATS };

#define REPORTING_KINDS (REPORT_CARD + 1)

struct reporting {
	enum report_kind kind;
	char *of[REPORTING_KINDS];	/* names by blanks, kind by kind */
	const char *stage;		/* static */
	int format;			/* enum report_format, or the BOM */
	unsigned flags;
	char *reason;			/* for inputs of patterns, or NULL */
	char *path;			/* that was typed; NULL: by name */
};
void reporting_release(struct reporting *r);
void reporting_copy(struct reporting *to, const struct reporting *from);

/* "Decision: all of it"; and the form's name, "Markdown". */
const char *reporting_kind_text(enum report_kind k);
const char *reporting_format_text(int format);
/* Only a version has a bill of materials, and inputs of patterns. */
bool reporting_fits(const struct reporting *r);

/* The file that is written: the typed path, or NAME-V.html. Caller frees. */
char *reporting_path(const struct reporting *r);
/* "muster report credit@7 --format md -o credit-7.md", quoted for a shell. */
void reporting_command(const struct reporting *r, struct buf *out);

/* The file's bytes. */
enum rc reporting_make(const struct reporting *r, struct registry *reg,
		       struct reg_progress *progress, struct buf *out,
		       struct err *err) MUST_USE;

#endif
