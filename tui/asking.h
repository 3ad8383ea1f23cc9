/* What a view asks in the background, and waits for.
 *
 * A question is a record of its own, on the heap, with copies of all that it
 * names: the job's thread fills the answer in, and the view may be closed
 * meanwhile. A kind says how such a question is answered and freed.
 *
 * A view that waits has a struct asking in its state, all zero but for the
 * owner, for one kind of question. asking_start when it opens, asking_release
 * when it closes; in between it paints the answer, or asking_paints. What one
 * answer replaces is freed. Jobs that are nobody's (they write, and say so)
 * are started with no asking at all. */
#ifndef MUSTER_TUI_ASKING_H
#define MUSTER_TUI_ASKING_H

#include <stdbool.h>

#include "base/err.h"
#include "registry/registry.h"
#include "tui/app.h"
#include "tui/canvas.h"

struct asking {
	void *owner;			/* told's; may be NULL */
	void *answer;			/* the newest question that has one */
	const struct asking_kind *kind;	/* of the answer */
	struct asked *runs;		/* opaque; or waits; NULL: neither */
	struct app *app;
};

struct asking_kind {
	const char *name;		/* of the job: "evaluating" */
	/* Answers within q, on another thread: touches nothing else. */
	enum rc (*work)(struct registry *reg, struct reg_progress *progress,
			void *q, struct err *err);
	/* It has ended (an error was shown already), on the screen's thread
	 * and unless the asker is gone. To keep *q: asking_take; else it is
	 * freed. NULL: it is taken if it went well. a is NULL for a job that
	 * is nobody's. */
	void (*told)(struct app *app, struct asking *a, void **q, enum rc rc);
	void (*free)(void *q);		/* with or without an answer */
	/* Only reads, gives way to others, and then answers q again from what
	 * is filled in so far (app_job.yields); shows no progress. */
	bool yields, is_quiet;
};

/* Takes q, also on failure. What a asked before and is not answered yet is
 * forgotten. While another job runs it waits for that; RC_BUSY if a is
 * NULL. */
enum rc asking_start(struct app *app, struct asking *a,
		     const struct asking_kind *kind, void *q, struct err *err)
	MUST_USE;
/* The same; why it cannot be is said in the status line. */
void asking_say(struct app *app, struct asking *a,
		const struct asking_kind *kind, void *q);
bool asking_runs(const struct asking *a);
/* In place of an answer that is not there: that it is on its way, or is not
 * (^C stopped it, or it failed). False: there is one to paint. */
bool asking_paints(const struct asking *a, struct area *area);
/* *q is a's answer from now on, and NULL. */
void asking_take(struct asking *a, void **q);
/* What runs or waits is stopped, and answered to nobody. */
void asking_forget(struct asking *a);
void asking_release(struct asking *a);	/* and frees the answer */

#endif
