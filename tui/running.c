#include "tui/running.h"

#include <stdlib.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/run.h"
#include "tui/asking.h"
#include "tui/figures.h"

struct running {
	char *testset;
	struct version_refs versions;
	size_t n[RUN_STATES];		/* versions, by what came */
	uint64_t stored;
	char *why;			/* of the first that failed */
};

static void take(struct running *w, const struct run_rec *r)
{
	w->n[r->state]++;
	w->stored += r->stored;
	if (r->state == RUN_FAILED && !w->why)
		w->why = xasprintf("%s %lld: %s", r->model,
				   (long long)r->version,
				   r->why ? r->why : "no reason was kept");
}

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	static const struct run_options options = { 0 };
	struct running *w = q;
	struct run_recs recs = VEC_INIT;
	enum rc rc = reg_runs(reg, w->testset, &w->versions, &options,
			      progress, &recs, err);

	for (size_t i = 0; i < recs.n; i++)
		take(w, &recs.at[i]);
	run_recs_release(&recs);
	return rc;
}

/* "2 answered, 1 failed"; what never came to a run is said, too. */
static void put_states(const struct running *w, struct buf *out)
{
	static const enum run_state order[] = {
		RUN_ANSWERED, RUN_FAILED, RUN_CANCELLED, RUN_NOTHING_TO_ASK,
		RUN_NO_RUNNER,
	};
	const char *sep = "";

	for (size_t i = 0; i < COUNT(order); i++) {
		if (!w->n[order[i]])
			continue;
		buf_printf(out, "%s%zu %s", sep, w->n[order[i]],
			   order[i] == RUN_NOTHING_TO_ASK ? "had said it all"
			   : order[i] == RUN_NO_RUNNER ? "without a runner"
			   : run_state_text(order[i]));
		sep = ", ";
	}
	if (!*sep)
		buf_str(out, "no version here has a runner; 'muster version "
			"add --runner' names one");
}

/* A stopped job, too, leaves runs in the log, and what had answered stored. */
static void told(struct app *app, struct asking *a, void **q, enum rc rc)
{
	const struct running *w = *q;
	struct buf text = BUF_INIT;

	(void)a;
	if (rc != RC_OK && rc != RC_CANCELLED)
		return;
	app_reload(app);
	put_states(w, &text);
	if (w->stored) {
		buf_str(&text, "; ");
		put_count(&text, w->stored);
		buf_str(&text, " predictions stored, e evaluates");
	}
	if (w->why)
		buf_printf(&text, ". R shows runs: %s", w->why);
	app_say(app, "%s%s", rc == RC_OK ? "Asked: " : "Stopped: ",
		text.data);
	buf_release(&text);
}

static void release(void *q)
{
	struct running *w = q;

	free(w->testset);
	free(w->why);
	version_refs_release(&w->versions);
	free(w);
}

static const struct asking_kind kind = {
	.name = "asking", .work = work, .told = told, .free = release,
};

void running_start(struct app *app, const char *testset,
		   struct version_refs *versions)
{
	struct running *w = XNEW(struct running);

	w->testset = xstrdup(testset);
	w->versions = *versions;
	*versions = (struct version_refs)VEC_INIT;
	asking_say(app, NULL, &kind, w);
}
