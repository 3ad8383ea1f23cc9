/* What looks like a mistake in the rows of a file, for people on stderr. */
#ifndef MUSTER_CLI_CONFLICTS_H
#define MUSTER_CLI_CONFLICTS_H

#include "cli/cli.h"
#include "registry/testset_conflicts.h"

/* The counts in one line, then the first few rows. */
void say_conflicts(struct cli *c, const struct testset_conflicts *found);

#endif
