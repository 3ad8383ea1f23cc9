/* What 'predictions run' and 'eval --run' share. */
#ifndef MUSTER_CLI_RUNS_H
#define MUSTER_CLI_RUNS_H

#include "cli/cli.h"
#include "registry/run.h"

#define RUN_OPTIONS \
	{ "timeout", 0, "SECONDS", "deadline of each batch (600)", false, \
	  NULL }, \
	{ "batch", 0, "N", "patterns at once (100000)", false, NULL }, \
	{ "parallel", 0, "N", "runners at once (the cores)", false, NULL }, \
	{ "sandbox", 0, "HOW", "what the host has (try), or refuse without " \
	  "(require), or none", false, "try|require|none" }, \
	{ "read", 0, "PATH", "another file or folder that the runner may " \
	  "read", true, NULL }

/* reads must live as long as out. */
enum rc runs_options(const struct opts *o, struct run_options *out,
		     struct strs *reads, struct err *err) MUST_USE;
void runs_table(struct cli *c, const struct run_recs *v);
/* RC_FAILED naming the first that failed or has no runner. */
enum rc runs_verdict(const struct run_recs *v, struct err *err) MUST_USE;

#endif
