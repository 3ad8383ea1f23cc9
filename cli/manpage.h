/* docs/muster.1 from docs/muster.1.in: prose stands in the template, and a
 * line that is one of these words is replaced by what the tables say:
 *
 *	@COMMANDS@ @OPTIONS@ @EXIT@ @METRICS@ @KEYS@
 *
 * @VERSION@ is replaced anywhere. */
#ifndef MUSTER_CLI_MANPAGE_H
#define MUSTER_CLI_MANPAGE_H

#include "base/buf.h"
#include "base/err.h"

/* RC_BAD_INPUT names an unknown @WORD@ line. */
enum rc manpage_write(struct buf *out, const char *template,
		      struct err *err) MUST_USE;

#endif
