/* What a CSV file suggests for its test set where the caller left it open:
 * target, task, positive label, key. Proposed, and taken only when a person
 * at the terminal agrees; elsewhere the options to give are said. */
#ifndef MUSTER_CLI_PROPOSE_H
#define MUSTER_CLI_PROPOSE_H

#include <stdbool.h>

#include "base/err.h"
#include "model/profile.h"
#include "registry/testset.h"

struct cli;

struct proposal {
	struct profile profile;		/* what the specification borrows from */
	bool has_task;			/* in: --task was given */
};
void proposal_release(struct proposal *p);

/* Fills in what spec lacks. RC_OK at once if it lacks nothing; RC_USAGE
 * without consent, or where the file suggests nothing. Standard input cannot
 * be looked at and read again: RC_USAGE. */
enum rc propose_testset(struct cli *c, const char *path,
			struct testset_spec *spec, struct proposal *p,
			struct err *err) MUST_USE;

#endif
