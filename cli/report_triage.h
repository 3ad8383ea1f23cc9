/* Boards of problems for people and programs. */
#ifndef MUSTER_CLI_REPORT_TRIAGE_H
#define MUSTER_CLI_REPORT_TRIAGE_H

#include "cli/cli.h"
#include "registry/problem.h"

/* The rows as "problems", in the order they have. */
void report_triage(struct cli *c, const struct triage *t, const char *empty);
/* "P-3"; the caller frees. */
char *problem_name(int64_t id);

#endif
