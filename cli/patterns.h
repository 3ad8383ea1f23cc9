/* The patterns of a revision as a listing: all columns, the rows that an
 * expression picks. */
#ifndef MUSTER_CLI_PATTERNS_H
#define MUSTER_CLI_PATTERNS_H

#include "cli/cli.h"
#include "registry/testset.h"

/* where: an expression (model/slice.h), or NULL for all active patterns. */
enum rc patterns_show(struct cli *c, struct testset *t, const char *where,
		      uint64_t limit, struct err *err) MUST_USE;

#endif
