/* What looks like a mistake in the rows of a file, and what a step of a test
 * set would change, for people on stderr. */
#ifndef MUSTER_CLI_CONFLICTS_H
#define MUSTER_CLI_CONFLICTS_H

#include "cli/cli.h"
#include "registry/testset.h"

/* The counts in one line, then the first few rows, other targets first. */
void say_conflicts(struct cli *c, const struct testset_conflicts *found);

/* What a dry run of a step would change: the first few, on stderr. */
void say_changes(struct cli *c, const struct testset_step_report *r);
/* "changes" of an object: a list, if the report has one. */
void changes_write(struct json_out *o, const struct testset_step_report *r);

#endif
