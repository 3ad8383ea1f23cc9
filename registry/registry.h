/* The registry: one SQLite file, in which the log is the truth and every
 * table is a view of it (DESIGN section 4).
 *
 * Reading: open, then call the nouns' functions (registry/model.h …), each of
 * which is one short read transaction. Writing: reg_write(), and nothing
 * else. Bulk: reg_blob_put() ahead, then reg_write() with the blobs' names. */
#ifndef MUSTER_REGISTRY_REGISTRY_H
#define MUSTER_REGISTRY_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

struct registry;		/* opaque; one per thread of control */
struct reg_tx;			/* a write transaction under way; opaque */
struct db;

/* Long work says how far it is; a return other than RC_OK cancels it.
 * all is 0 while unknown. */
struct reg_progress {
	enum rc (*step)(void *arg, const char *doing, uint64_t done,
			uint64_t all);
	void *arg;
};

struct reg_options {
	const char *path;	/* as found by reg_default_path or given */
	bool readonly;
	const char *as_of;	/* TIME or INDEX, or NULL: now. Implies readonly */
	bool vouch_locks;	/* the site vouches for locks on a network disk */
	bool dry_run;		/* reg_write does and checks all, then rolls back
				 * and returns RC_OK; blobs are not stored */
};

/* -R's value if not NULL, else $MUSTER_REGISTRY, else the data folder's
 * registry.db. The caller frees. */
char *reg_default_path(const char *given);

/* Creates the file (RC_EXISTS if there is one) with its first entry
 * registry.init, which makes who runs this the admin. */
enum rc reg_create(const char *path, struct err *err) MUST_USE;
/* RC_NOT_FOUND: no such file. RC_REFUSED: newer schema, hostile schema,
 * foreign file, unsafe modes (the message names the remedy). A file that may
 * be read but not safely written opens readonly; reg_readonly_why says why. */
enum rc reg_open(const struct reg_options *options, struct registry **out,
		 struct err *err) MUST_USE;
void reg_close(struct registry *reg);	/* NULL is allowed */

const char *reg_path(const struct registry *reg);
bool reg_readonly(const struct registry *reg);
const char *reg_readonly_why(const struct registry *reg);	/* or NULL */
/* NULL unless opened as of then; else for the title: "2026-03-01". */
const char *reg_as_of(const struct registry *reg);
/* Waivers and ages are judged as of the log's last entry rather than now
 * (reg_shown_time), so that what is written does not depend on the day. */
void reg_judge_by_log(struct registry *reg, bool on);
/* Entries in the log that is shown. */
enum rc reg_read_size(struct registry *reg, uint64_t *out,
		      struct err *err) MUST_USE;
/* The same for showing and remarking: 0 if it cannot be read. Nothing that is
 * stored, signed or decided may rest on it. */
uint64_t reg_size(struct registry *reg);
/* Some readers do without what cannot be read. Whoever writes down what they
 * gathered asks between these two whether the file answered all that was asked:
 * RC_OK, or the first error by which it did not. A registry just opened has
 * begun. */
void reg_answers_begin(struct registry *reg);
enum rc reg_answers_end(const struct registry *reg, struct err *err) MUST_USE;
/* True when another connection has committed since the last call, or the
 * file was replaced (then *gone is true: stop, keep drafts). */
bool reg_changed(struct registry *reg, bool *gone);

/* The connection that holds the projections; for registry/ only. */
struct db *reg_db(struct registry *reg);
/* Brackets several reads of one use case into one short read transaction;
 * they nest. */
enum rc reg_read_begin(struct registry *reg, struct err *err) MUST_USE;
void reg_read_end(struct registry *reg);

/* -- Writing --
 *
 * reg_write opens BEGIN IMMEDIATE, calls fn, which reads what it needs to
 * decide and calls tx_append once or more, re-reads and re-hashes what was
 * appended, and commits. If fn or anything else fails, nothing has happened.
 * fn must be repeatable and quick: no prompt, no file, no child process.
 *
 * After a commit whose outcome the disk leaves unclear (failed fsync) the
 * connection is dropped and opened anew, and the log is asked what happened:
 * RC_OK only if the entry is there. */
typedef enum rc reg_write_fn(struct reg_tx *tx, void *arg, struct err *err);
enum rc reg_write(struct registry *reg, reg_write_fn *fn, void *arg,
		  struct err *err) MUST_USE;

struct registry *tx_registry(struct reg_tx *tx);

/* base: the object's revision that the change was made from; RC_CONFLICT if
 * the object has moved on. TX_ANY_BASE: the change does not depend on it. */
#define TX_ANY_BASE (-1)
/* Appends one entry and applies it to the projections, so that what fn reads
 * next already shows it. kind is a row of the table in registry/entry.c;
 * object is "model/credit-scorer", "version/credit-scorer@7",
 * "testset/loans-live", "problem/P-3" …. body is taken over (and freed):
 * objects, arrays, strings and integers only; a blob is named as
 * the string of reg_blob_ref anywhere in it and must be stored already. *index (or NULL)
 * receives the entry's index. */
enum rc tx_append(struct reg_tx *tx, const char *kind, const char *object,
		  int64_t base, struct json *body, uint64_t *index,
		  struct err *err) MUST_USE;

/* What tx_append checks of base, for a caller who might find nothing to
 * append: RC_CONFLICT if the object has moved on. */
enum rc tx_check_base(struct reg_tx *tx, const char *object, int64_t base,
		      struct err *err) MUST_USE;

/* The entry appended next takes back entry index; RC_REFUSED if that has been
 * taken back already. */
enum rc tx_take_back(struct reg_tx *tx, uint64_t index,
		     struct err *err) MUST_USE;
/* Adds what was appended, as the log says it; "; " between entries. */
enum rc tx_describe(struct reg_tx *tx, struct buf *out,
		    struct err *err) MUST_USE;

/* The object's newest revision: 1 for the first entry on it, 0 if none. */
enum rc reg_object_revision(struct registry *reg, const char *object,
			    int64_t *out, struct err *err) MUST_USE;

/* -- Blobs -- */

#define REG_BLOB_MAX (16u << 20)
/* Stores bytes (at most REG_BLOB_MAX) under their SHA-256, in a short
 * transaction of its own; storing twice is nothing. Must not be called within
 * reg_write. A blob that no entry names is not a change: gc removes it after
 * a day. */
enum rc reg_blob_put(struct registry *reg, const void *bytes, size_t n,
		     struct hash *out, struct err *err) MUST_USE;
/* Several at once, in transactions of at most 16 MiB. */
struct reg_blob {
	const void *bytes;
	size_t n;
	struct hash hash;	/* given if hashed already (is_hashed), else out */
	bool is_hashed;
};
enum rc reg_blob_put_many(struct registry *reg, struct reg_blob *blobs,
			  size_t n, struct err *err) MUST_USE;
/* Reads and checks against the name: RC_CORRUPT if they differ. */
enum rc reg_blob_get(struct registry *reg, const struct hash *name,
		     struct buf *out, struct err *err) MUST_USE;
/* Into memory of the known size, without checking the hash again (columns
 * of test sets; fsck checks them): RC_CORRUPT if the size differs. */
enum rc reg_blob_read(struct registry *reg, const struct hash *name,
		      void *out, size_t size, struct err *err) MUST_USE;
/* The same in pieces (registry/db.h: db_value_piece, db_value_close). size 0:
 * db_value_size says it. */
struct db_value;
enum rc reg_blob_open(struct registry *reg, const struct hash *name,
		      size_t size, struct db_value **out,
		      struct err *err) MUST_USE;

/* "blob:<hex>" as it stands in bodies (not "sha256:", which people write for
 * digests of their own); the caller frees. */
char *reg_blob_ref(const struct hash *name);
bool reg_blob_from_ref(const char *ref, struct hash *out);

/* -- The file -- */

struct reg_verdict {		/* of fsck */
	bool ok;
	uint64_t entries;
	struct hash root;
	bool has_bad;
	uint64_t bad_index;	/* first bad entry; entries: behind the last */
	char why[512];
	uint64_t loose_blobs;	/* named by no entry */
	/* No fault: entries are ordered by index, and a host's clock may be set
	 * back. How many are older than the one before, and the first. */
	uint64_t clock_back, first_back;
};
/* Proves that log, blobs and projections agree. RC_OK even if they do not:
 * the verdict says so. Read-only, never trusts a byte. */
enum rc reg_fsck(const char *path, struct reg_progress *progress,
		 struct reg_verdict *out, struct err *err) MUST_USE;
/* Projections anew from the log, in one transaction. */
enum rc reg_rebuild(struct registry *reg, struct reg_progress *progress,
		    struct err *err) MUST_USE;
/* Removes blobs that no entry names and that are older than a day. */
enum rc reg_gc(struct registry *reg, uint64_t *n_removed, uint64_t *bytes,
	       struct err *err) MUST_USE;
/* A verified copy: temporary name, fsync, fsck, rename. RC_EXISTS unless
 * replace. */
enum rc reg_backup(struct registry *reg, const char *to, bool replace,
		   struct reg_progress *progress, struct err *err) MUST_USE;
/* Appends the entry that reverses entry index (or the user's own newest that
 * can be reversed: UINT64_MAX). *done (or NULL) receives the index reversed. */
enum rc reg_undo(struct registry *reg, uint64_t index, uint64_t *done,
		 struct err *err) MUST_USE;
/* Which entry that would be, and whether it takes work, as the step of a large
 * test set does: then in a job. */
enum rc reg_undo_find(struct registry *reg, uint64_t index, uint64_t *found,
		      bool *is_work, struct err *err) MUST_USE;
/* What undoing the step of a test set would do, with the patterns it would
 * change; found: as reg_undo_find, or NULL. Nothing is written. RC_REFUSED for
 * other entries, and where the undo would be. */
struct testset_step_report;
enum rc reg_undo_look(struct registry *reg, uint64_t index, uint64_t *found,
		      struct testset_step_report *out,
		      struct err *err) MUST_USE;
/* The same as reg_undo; what it did is added to what, as the log says it, and
 * report (or NULL) receives what the step of a test set did, that of a dry run
 * with the patterns; else it stays as it is. Both in a dry run, too. */
enum rc reg_undo_told(struct registry *reg, uint64_t index, uint64_t *done,
		      struct buf *what, struct testset_step_report *report,
		      struct err *err) MUST_USE;

#endif
