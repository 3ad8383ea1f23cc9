/* Other people's programs: argv, never a shell.
 *
 * For programs that the user chose: $EDITOR, ssh-keygen, $PAGER. Models are
 * strangers, and run in base/child. */
#ifndef MUSTER_BASE_SPAWN_H
#define MUSTER_BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Splits "cmd -x 'a b' c\ d" at blanks, with quotes and backslash honoured
 * and nothing expanded; argv->at[argv->n] is NULL. RC_BAD_INPUT on an open
 * quote and on an empty command. */
enum rc spawn_split(const char *line, struct strs *argv,
		    struct err *err) MUST_USE;
/* $VISUAL, $EDITOR or vi, split as above, with the file; NULL follows, which
 * argv->n does not count. line: where to start, "+LINE" for editors that are
 * known to take it; 0: anywhere. */
enum rc spawn_editor(const char *path, unsigned line, struct strs *argv,
		     struct err *err) MUST_USE;
/* One word of a command line that people read and paste into a shell: in
 * single quotes unless it is plain. */
void spawn_quote(struct buf *out, const char *word);

struct spawn_io {
	const void *in;		/* bytes for its stdin, or NULL: /dev/null */
	size_t n_in;
	struct buf *out;	/* its stdout, or NULL: discarded */
	struct buf *errout;	/* its stderr, or NULL: discarded */
	size_t max_out;		/* more than this of either: killed */
	unsigned timeout_ms;	/* 0: none */
	const char *cwd;	/* or NULL */
};

/* Runs it in its own session without a terminal, waits for it, kills its
 * group at the limits (RC_FAILED, with what it had written). What it leaves
 * running is not waited for. *status is the exit status, or 128 + signal. */
enum rc spawn_run(char *const argv[], struct spawn_io *io, int *status,
		  struct err *err) MUST_USE;
/* Runs it on the terminal (an editor, a pager); INT and QUIT are ignored
 * here meanwhile. TERM and HUP are passed on as HUP: it has half a second to
 * end, then the signal is raised here as if it had come now. One at a time. */
enum rc spawn_on_terminal(char *const argv[], int *status,
			  struct err *err) MUST_USE;

#endif
