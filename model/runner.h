/* Asking a version's own program for predictions.
 *
 * A runner is a command (argv, no shell). It reads CSV inputs on stdin, a
 * header and a row for each pattern, and answers CSV on stdout:
 *
 *	key,label,score			key, and at least one of the others
 *	key,score:cat,score:dog		one score for each class
 *
 * key is the column that the inputs call key, one row for each that was
 * asked, in any order. label is the predicted label, for regression a
 * number; score is that of the positive label. No other column is allowed.
 * Numbers are plain decimal numbers (base/decimal.h). All or nothing: an
 * answer that is short, doubled, malformed or late gives no prediction at
 * all, and the reason names the line and the column.
 *
 * The program is a stranger (base/child.h says how it is held). It starts in
 * an empty scratch folder that is removed afterwards; paths in argv are
 * therefore absolute. Its environment is PATH, HOME and TMPDIR (the scratch
 * folder), LANG, and MUSTER_MODEL, the path of the model's file. It may read
 * system folders, the program and the files that argv names, the model's
 * file, and what the request adds.
 *
 * The model's file is hashed by its descriptor before and after; if it was
 * written to, replaced or moved meanwhile, the whole run is void. */
#ifndef MUSTER_MODEL_RUNNER_H
#define MUSTER_MODEL_RUNNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"
#include "model/task.h"

enum runner_sandbox {
	RUNNER_SANDBOX_TRY,	/* what the host has; the answer says what */
	RUNNER_SANDBOX_REQUIRE,	/* RC_REFUSED if the host has nothing */
	RUNNER_SANDBOX_NONE	/* the user vouches for the program */
};

struct runner_limits {		/* 0: the default */
	unsigned timeout_ms;	/* of each batch; 600,000 */
	uint64_t max_out;	/* bytes of stdout, each batch; 256 MiB */
	uint64_t max_memory;	/* bytes of data, each process; 4 GiB */
	uint64_t max_file;	/* bytes, each file in scratch; 1 GiB */
	size_t batch;		/* rows at once; 100,000 */
};

struct runner_request {
	const struct strs *argv;
	const char *artifact;		/* path of the model's file, or NULL */
	const struct hash *artifact_digest;	/* it must be this, or NULL */
	/* The patterns. input appends a CSV header and rows first to
	 * first + n - 1; the header names the key column "key". */
	size_t n;
	const char *const *keys;	/* n, each once */
	enum rc (*input)(void *arg, size_t first, size_t n, struct buf *out,
			 struct err *err);
	void *input_arg;
	enum task task;
	const char *const *labels;	/* for "score:LABEL" */
	size_t n_labels;
	struct runner_limits limits;
	enum runner_sandbox sandbox;
	const struct strs *reads;	/* more paths it may read, or NULL */
	/* Now and then, at least ten times a second: rows answered. A return
	 * other than RC_OK cancels, as does the flag (either may be NULL). */
	enum rc (*progress)(void *arg, uint64_t done, uint64_t all);
	void *progress_arg;
	const atomic_bool *cancel;
};

struct runner_answer {
	/* Only on RC_OK: CSV, a header and the rows in the order of keys,
	 * verified; which columns it has. */
	struct buf csv;
	bool has_label, has_score, has_scores;
	/* On every outcome. */
	struct buf stderr_tail;		/* last 64 KiB, of all batches; raw */
	const char *sandboxed;		/* static: what was enforced, or
					 * "unsandboxed" */
	int status;			/* of the last process: exit status,
					 * 128 + signal, or -1: never ran */
	uint64_t duration_ms;
	struct hash artifact_digest;	/* of the file that it was run with */
};

/* RC_OK, or no prediction at all: RC_CANCELLED, RC_REFUSED (sandbox
 * required; the model's file is not the version's, or it changed), RC_FAILED
 * (did not start, ended with a status, killed at a limit), RC_BAD_INPUT (what
 * it answered). Initialises out; release it in either case. */
enum rc runner_run(const struct runner_request *r, struct runner_answer *out,
		   struct err *err) MUST_USE;
void runner_answer_release(struct runner_answer *a);

#endif
