/* Comparisons for people and programs. */
#ifndef MUSTER_CLI_REPORT_COMPARE_H
#define MUSTER_CLI_REPORT_COMPARE_H

#include "cli/cli.h"
#include "model/compare.h"

/* by: of the slice tables. */
void report_comparison(struct cli *c, const struct comparison *cmp,
		       enum metric by);

#endif
