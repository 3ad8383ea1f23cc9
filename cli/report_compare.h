/* Comparisons for people and programs. */
#ifndef MUSTER_CLI_REPORT_COMPARE_H
#define MUSTER_CLI_REPORT_COMPARE_H

#include "cli/cli.h"
#include "registry/flips.h"

/* by: of the slice tables. flips: of each candidate, or NULL; as CSV there is
 * one table, which then is theirs. */
void report_comparison(struct cli *c, const struct comparison *cmp,
		       enum metric by, const struct flip_lists *flips);

#endif
