/* Help from the command table: examples first, then usage, then options. */
#ifndef MUSTER_CLI_HELP_H
#define MUSTER_CLI_HELP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/command.h"

/* Of a command; or of all whose first word is group; or, both NULL, of the
 * program. */
void help_write(struct buf *b, const struct command *cmd, const char *group,
		bool bold);
/* RC_USAGE: a group's name needs another word; says which there are. */
enum rc help_group_error(const char *group, struct err *err);
/* "-n, --dry-run" or "    --where EXPR". */
void help_option(struct buf *b, const struct option *o);
/* What it is for, and the values that it takes. */
void help_option_text(struct buf *b, const struct option *o);

#endif
