#include "tui/asking.h"

#include <stdlib.h>

#include "base/xalloc.h"

/* The job's own. */
struct asked {
	const struct asking_kind *kind;
	struct asking *by;
	bool is_forgotten;
	void *q;
};

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct asked *a = arg;

	return a->kind->work(reg, progress, a->q, err);
}

static void asked_free(struct asked *a)
{
	if (a->q)
		a->kind->free(a->q);
	free(a);
}

void asking_take(struct asking *a, void **q)
{
	if (a->answer)
		a->kind->free(a->answer);
	a->answer = *q;
	*q = NULL;
}

static void done(struct app *app, void *arg, enum rc rc, const struct err *err)
{
	struct asked *a = arg;

	(void)err;
	if (a->by)
		a->by->runs = NULL;
	if (a->kind->told && !a->is_forgotten)
		a->kind->told(app, a->by, &a->q, rc);
	else if (a->by && rc == RC_OK)
		asking_take(a->by, &a->q);
	asked_free(a);
}

enum rc asking_start(struct app *app, struct asking *a,
		     const struct asking_kind *kind, void *q, struct err *err)
{
	struct asked *job = XNEW(struct asked);
	const struct app_job what = { .name = kind->name, .work = work,
				      .done = done, .arg = job,
				      .waits = a != NULL,
				      .yields = kind->yields,
				      .is_quiet = kind->is_quiet };
	enum rc rc;

	if (a)
		asking_forget(a);
	*job = (struct asked){ .kind = kind, .by = a, .q = q };
	rc = app_start_job(app, &what, err);
	if (rc != RC_OK) {
		asked_free(job);
		return rc;
	}
	if (a) {
		a->kind = kind;
		a->runs = job;
		a->app = app;
	}
	return RC_OK;
}

void asking_say(struct app *app, struct asking *a,
		const struct asking_kind *kind, void *q)
{
	struct err err = ERR_INIT;

	if (asking_start(app, a, kind, q, &err) != RC_OK)
		app_fail(app, &err);
}

bool asking_runs(const struct asking *a)
{
	return a->runs != NULL;
}

bool asking_paints(const struct asking *a, struct area *area)
{
	if (a->answer)
		return false;
	area_wrap(area, 1, 0, area->w - 2, STYLE_NORMAL,
		  a->runs ? "computing ..." : !a->kind ? "Nothing computed." :
		  "Not computed: stopped, or it failed. r asks again.");
	return true;
}

void asking_forget(struct asking *a)
{
	struct asked *job = a->runs;

	a->runs = NULL;
	if (!job)
		return;
	job->by = NULL;
	job->is_forgotten = true;
	app_forget_job(a->app, job);
}

void asking_release(struct asking *a)
{
	asking_forget(a);
	if (a->answer)
		a->kind->free(a->answer);
	a->answer = NULL;
}
