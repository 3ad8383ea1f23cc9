/* Evaluating in the background, from any view: all live versions on a set, or
 * one. When it is done the view that is shown then is read again, and the
 * status line says how many. */
#ifndef MUSTER_TUI_EVALUATING_H
#define MUSTER_TUI_EVALUATING_H

#include <stdint.h>

#include "tui/app.h"

/* model NULL: all live versions that have predictions. What cannot be started
 * (another job runs) is said in the status line. */
void evaluating_start(struct app *app, const char *testset, const char *model,
		      int64_t version);

#endif
