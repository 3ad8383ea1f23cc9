/* Work on another thread, on a registry handle of its own. The two threads
 * share the counters below, a pipe for news, and nothing else. */
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/par.h"
#include "base/xalloc.h"
#include "tui/app.h"
#include "tui/app_state.h"

#define NEWS_NS 100000000u	/* between two repaints of the progress */

struct job {
	struct app_job what;
	bool is_dropped;	/* its end is no news */
	bool gives_way;			/* is being stopped, to start again */
	struct reg_options reg;
	struct par_thread *thread;
	int news[2];
	atomic_bool cancel;
	char *doing;			/* under par_lock; or NULL */
	atomic_ullong done, all;
	uint64_t told_ns;		/* the worker's */
	struct err err;			/* the worker's until it is joined */
	enum rc rc;
	atomic_bool ended;
};

static void tell(struct job *j)
{
	ssize_t ignored = write(j->news[1], "n", 1);
	(void)ignored;
}

/* Words that say more than the job's name: "asking" and whom. */
static void keep_words(struct job *j, const char *doing)
{
	size_t n = strlen(j->what.name);
	char *old = NULL;

	if (strncmp(doing, j->what.name, n) != 0 || !doing[n])
		return;
	par_lock();
	if (!j->doing || strcmp(j->doing, doing) != 0) {
		old = j->doing;
		j->doing = xstrdup(doing);
	}
	par_unlock();
	free(old);
}

static enum rc progress(void *arg, const char *doing, uint64_t done,
			uint64_t all)
{
	struct job *j = arg;
	uint64_t now = clock_ns();
	keep_words(j, doing);
	atomic_store(&j->done, done);
	atomic_store(&j->all, all);
	if (now - j->told_ns >= NEWS_NS) {
		j->told_ns = now;
		tell(j);
	}
	return atomic_load(&j->cancel) ? RC_CANCELLED : RC_OK;
}

static void work(void *arg)
{
	struct job *j = arg;
	struct registry *reg = NULL;
	struct reg_progress p = { progress, j };
	par_give_way();
	j->rc = reg_open(&j->reg, &reg, &j->err);
	if (j->rc == RC_OK)
		j->rc = j->what.work(reg, &p, j->what.arg, &j->err);
	reg_close(reg);
	atomic_store(&j->ended, true);
	tell(j);
}

static enum rc start(struct app *app, const struct app_job *what,
		     struct err *err)
{
	struct job *j = XNEW(struct job);
	j->what = *what;
	j->reg = (struct reg_options){ .path = app->reg_path,
				       .readonly = reg_readonly(app->reg),
				       .as_of = app->options->as_of };
	if (pipe2(j->news, O_CLOEXEC | O_NONBLOCK) != 0) {
		free(j);
		return err_errno(err, RC_IO, "cannot make a pipe");
	}
	atomic_store(&j->cancel, app->stops_next);
	app->stops_next = false;
	app->job = j;
	j->thread = par_start(work, j);
	return RC_OK;
}

static void wait_for_it(struct app *app, const struct app_job *what, size_t at)
{
	(void)vec_add(&app->waiting);
	memmove(app->waiting.at + at + 1, app->waiting.at + at,
		(app->waiting.n - 1 - at) * sizeof(*app->waiting.at));
	app->waiting.at[at] = *what;
}

enum rc app_start_job(struct app *app, const struct app_job *what,
		      struct err *err)
{
	if (!app->job && !(what->waits && app->waiting.n))
		return start(app, what, err);
	/* one has just ended: others stood here before */
	if (!app->job) {
		wait_for_it(app, what, app->waiting.n);
		return RC_OK;
	}
	if (app->job->what.yields && !what->yields && !app->job->gives_way) {
		app->job->gives_way = true;
		job_cancel(app);
		wait_for_it(app, what, 0);
		return RC_OK;
	}
	if (!what->waits)
		return err_set(err, RC_BUSY, "%s still runs; ^C stops it",
			       app->job->what.name);
	wait_for_it(app, what, app->waiting.n);
	return RC_OK;
}

static struct app_job take_waiting(struct app *app, size_t at)
{
	struct app_job what = app->waiting.at[at];

	app->waiting.n--;
	memmove(app->waiting.at + at, app->waiting.at + at + 1,
		(app->waiting.n - at) * sizeof(*app->waiting.at));
	return what;
}

/* What cannot be started ends with its error. */
static void start_next(struct app *app)
{
	while (!app->job && app->waiting.n) {
		struct app_job what = take_waiting(app, 0);
		struct err err = ERR_INIT;
		enum rc rc = start(app, &what, &err);

		if (rc == RC_OK)
			continue;
		app_fail(app, &err);
		if (what.done)
			what.done(app, what.arg, rc, &err);
	}
}

int job_fd(const struct app *app)
{
	return app->job ? app->job->news[0] : -1;
}

static void finish(struct app *app)
{
	struct job *j = app->job;
	par_join(j->thread);
	app->job = NULL;
	close(j->news[0]);
	close(j->news[1]);
	/* what the job wrote is no news from others */
	if (app->reg && !j->what.yields)
		app->log_size = app->jobs_size = reg_size(app->reg);
	if (j->rc == RC_CANCELLED && (j->is_dropped || j->gives_way ||
				      j->what.is_quiet))
		;
	else if (j->rc == RC_CANCELLED)
		app_say(app, "Stopped: %s. Nothing was changed by it.",
			j->what.name);
	else if (j->rc != RC_OK)
		app_fail(app, &j->err);
	if (j->rc == RC_CANCELLED && j->gives_way && !j->is_dropped)
		wait_for_it(app, &j->what, app->waiting.n);
	else if (j->what.done)
		j->what.done(app, j->what.arg, j->rc, &j->err);
	if (app->reg && !j->what.yields)
		app->log_size = reg_size(app->reg);
	free(j->doing);
	free(j);
	start_next(app);
}

void job_news(struct app *app)
{
	char bytes[64];
	while (read(app->job->news[0], bytes, sizeof(bytes)) > 0)
		;
	if (atomic_load(&app->job->ended))
		finish(app);
}

bool job_writes(const struct app *app)
{
	return app->job && !app->job->what.yields;
}

void job_cancel(struct app *app)
{
	if (app->job)
		atomic_store(&app->job->cancel, true);
}

void app_forget_job(struct app *app, const void *arg)
{
	const struct err none = ERR_INIT;

	if (app->job && app->job->what.arg == arg) {
		app->job->is_dropped = true;
		job_cancel(app);
	}
	for (size_t i = app->waiting.n; i > 0; i--) {
		struct app_job what;

		if (app->waiting.at[i - 1].arg != arg)
			continue;
		what = take_waiting(app, i - 1);
		if (what.done)
			what.done(app, what.arg, RC_CANCELLED, &none);
	}
}

void job_end(struct app *app)
{
	while (app->waiting.n)
		app_forget_job(app, app->waiting.at[0].arg);
	if (app->job)
		app->job->gives_way = false;
	job_cancel(app);
	job_wait(app);
	vec_free(&app->waiting);
}

/* What is done may have begun the next one. */
void job_wait(struct app *app)
{
	while (app->job)
		finish(app);
}

bool job_status(const struct app *app, struct buf *out)
{
	char n[DECIMAL_MAX], of[DECIMAL_MAX];
	if (!app->job || app->job->what.is_quiet)
		return false;
	uint64_t done = atomic_load(&app->job->done);
	uint64_t all = atomic_load(&app->job->all);
	par_lock();
	buf_printf(out, "%s: ", app->job->doing ? app->job->doing
						: app->job->what.name);
	par_unlock();
	if (all)
		buf_printf(out, "%s of %s (%d%%)", decimal_grouped(done, n),
			   decimal_grouped(all, of), (int)(done * 100 / all));
	else
		buf_str(out, decimal_grouped(done, n));
	buf_str(out, atomic_load(&app->job->cancel) ? ", stopping"
						    : "  ^C stops");
	return true;
}
