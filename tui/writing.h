/* One file, written as a whole again and again on a thread of its own, so that
 * no key waits for the disk. What is put is written in order; of what waits
 * behind a write only the newest is, for each holds the whole file.
 *
 * Calling sequence: all zero at first; writing_put as often as needed,
 * writing_ended between keys (it starts what waits) while writing_runs;
 * writing_wait before the file must be there: at the end, before another
 * program, before the path is given away. */
#ifndef MUSTER_TUI_WRITING_H
#define MUSTER_TUI_WRITING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct writing {
	struct write_job *now, *next;	/* opaque; or NULL */
};

/* The file gets these bytes (taken; mode 0600, temporary name, fsync, rename),
 * or with NULL is removed. path is copied. */
void writing_put(struct writing *w, const char *path, struct buf *bytes_take);
bool writing_runs(const struct writing *w);
/* Nothing runs any more; *rc says how the last one went. False: it runs, or
 * this was told already. Never waits. */
bool writing_ended(struct writing *w, enum rc *rc, struct err *err);
/* Waits until all that was put is there; RC_OK if nothing runs. */
enum rc writing_wait(struct writing *w, struct err *err);

#endif
