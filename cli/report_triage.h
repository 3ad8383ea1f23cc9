/* Boards of problems for people and programs. */
#ifndef MUSTER_CLI_REPORT_TRIAGE_H
#define MUSTER_CLI_REPORT_TRIAGE_H

#include "cli/cli.h"
#include "registry/problem.h"
#include "registry/triage_time.h"

/* The rows as "problems", in the order they have. */
void report_triage(struct cli *c, const struct triage *t, const char *empty);
/* With the total, and what it is on the revision before, in JSON. */
void report_board(struct cli *c, const struct triage *t, const char *empty);
/* The totals as "points", people with a bar against the greatest. */
void report_triage_points(struct cli *c, const struct triage_points *points);
/* "P-3"; the caller frees. */
char *problem_name(int64_t id);

#endif
