/* Asking runners in the background, and what came of it. */
#ifndef MUSTER_TUI_RUNNING_H
#define MUSTER_TUI_RUNNING_H

#include "registry/evaluate.h"
#include "tui/app.h"

/* The runners of these versions, for what they have not said on the set yet;
 * empty: all live versions that have a runner. Takes versions. */
void running_start(struct app *app, const char *testset,
		   struct version_refs *versions);

#endif
