/* Evaluations for people and programs. */
#ifndef MUSTER_CLI_REPORT_EVAL_H
#define MUSTER_CLI_REPORT_EVAL_H

#include "cli/cli.h"
#include "registry/evaluate.h"

/* {"name","revision","digest","n"}: the head of eval, rank and compare. */
void report_testset_json(struct json_out *o, const struct testset_info *t);
void report_evaluations(struct cli *c, const struct testset_info *t,
			const struct evaluations *list);
/* "2 evaluations, 1 new (log 17)". */
void report_stored(struct cli *c, size_t n, uint64_t n_new);

#endif
