/* How far long work is, and whether somebody wants it to stop.
 *
 * The bar appears on stderr, on a terminal only, after half a second, and
 * takes itself away. SIGINT and SIGTERM only set a flag here, so that they
 * never land inside a commit; the next step of the work returns
 * RC_CANCELLED. */
#ifndef MUSTER_CLI_PROGRESS_H
#define MUSTER_CLI_PROGRESS_H

#include <stdbool.h>

#include "registry/registry.h"

/* From now on signals stop work at its next step; before, they end the
 * program at once. A second signal ends it at once in any case. */
void progress_catch_signals(void);
/* The signal that asked for the end, or 0. */
int progress_signal(void);
struct progress {
	struct reg_progress reg;	/* for the use case */
	bool show, drawn;
	uint64_t began, last;		/* nanoseconds */
};
/* Starts the half second. show: if stderr is a terminal. */
void progress_start(struct progress *p, bool show);
/* Takes the bar away. */
void progress_clear(struct progress *p);
/* For evaluation threads: struct eval_options.cancelled. */
bool progress_cancelled(void *arg);

#endif
