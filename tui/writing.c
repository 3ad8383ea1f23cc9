#include "tui/writing.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/par.h"
#include "base/xalloc.h"

struct write_job {
	char *path;
	struct buf bytes;
	bool removes;
	struct par_thread *thread;
	enum rc rc;		/* the thread's until it is joined, as is err */
	struct err err;
	atomic_bool ended;
};

static void write_it(void *arg)
{
	struct write_job *j = arg;

	if (!j->removes)
		j->rc = fsx_write(j->path, j->bytes.data, j->bytes.len, 0600,
				  true, &j->err);
	else if (unlink(j->path) != 0 && errno != ENOENT)
		j->rc = err_errno(&j->err, RC_IO, "removing '%s' failed",
				  j->path);
	atomic_store(&j->ended, true);
}

static void job_free(struct write_job *j)
{
	if (!j)
		return;
	free(j->path);
	buf_release(&j->bytes);
	free(j);
}

static void start(struct writing *w, struct write_job *j)
{
	w->now = j;
	j->thread = par_start(write_it, j);
}

void writing_put(struct writing *w, const char *path, struct buf *bytes_take)
{
	struct write_job *j = XNEW(struct write_job);

	j->path = xstrdup(path);
	j->removes = !bytes_take;
	if (bytes_take) {
		j->bytes = *bytes_take;
		buf_init(bytes_take);
	}
	if (!w->now) {
		start(w, j);
		return;
	}
	job_free(w->next);
	w->next = j;
}

bool writing_runs(const struct writing *w)
{
	return w->now != NULL;
}

/* Joins what runs, and starts what waits behind it. True: nothing did. */
static bool finish(struct writing *w, enum rc *rc, struct err *err)
{
	struct write_job *j = w->now, *next = w->next;

	par_join(j->thread);
	w->now = w->next = NULL;
	*rc = j->rc;
	if (j->rc != RC_OK && !next)
		err_set(err, j->rc, "%s", j->err.text);
	job_free(j);
	if (next)
		start(w, next);
	return !next;
}

bool writing_ended(struct writing *w, enum rc *rc, struct err *err)
{
	return w->now && atomic_load(&w->now->ended) && finish(w, rc, err);
}

enum rc writing_wait(struct writing *w, struct err *err)
{
	enum rc rc = RC_OK;

	while (w->now && !finish(w, &rc, err))
		;
	return rc;
}
