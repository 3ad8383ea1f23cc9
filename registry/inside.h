/* What the files that make up the registry share; nobody else includes it
 * (tests excepted, which set the hook). */
#ifndef MUSTER_REGISTRY_INSIDE_H
#define MUSTER_REGISTRY_INSIDE_H

#include <sys/types.h>

#include "registry/db.h"
#include "registry/entry.h"
#include "registry/log.h"
#include "registry/registry.h"
#include "registry/role.h"

struct registry {
	struct reg_options options;	/* path and as_of: own copies below */
	char *path;
	char *as_of;			/* for the title, or NULL */
	uint64_t as_of_size;
	char *why;			/* why readonly, or NULL */
	bool readonly;
	bool judges_by_log;		/* reg_judge_by_log */
	struct db *db;			/* the file */
	struct db *shown;		/* projections: db, or as of then */
	struct db *scratch;		/* blobs of a dry run, or NULL */
	int read_depth;
	struct reg_tx *tx;		/* the write under way, or NULL */
	int64_t data_version;
	dev_t dev;
	ino_t ino;
	struct fsx_guard *guard;
	struct actor actor;		/* who runs this; tests are others */
	/* Tests spoil what was written, before it is read again. */
	void (*before_reread)(struct registry *reg);
};

/* -- registry.c -- */

/* Connects to reg->path, checks that it is ours, migrates. */
enum rc reg_connect(struct registry *reg, struct err *err) MUST_USE;
/* Drops the connection and makes a new one; if that fails, what reads and
 * writes until it succeeds is told so. */
enum rc reg_reconnect(struct registry *reg, struct err *err) MUST_USE;
/* Rollback journal, synced in full: set, read back, or refused. */
enum rc reg_set_journal(struct db *db, struct err *err) MUST_USE;
/* Is the journal still what was set? RC_REFUSED if not. */
enum rc reg_check_journal(struct db *db, struct err *err) MUST_USE;
/* RC_REFUSED when another file stands where ours was (or none). */
enum rc reg_check_place(const struct registry *reg, struct err *err) MUST_USE;
/* RC_REFUSED when it is open for reading only. */
enum rc reg_check_writable(const struct registry *reg, struct err *err)
	MUST_USE;
/* Work on the file that is no change and so has no entry; a dry run keeps
 * nothing of it. */
enum rc reg_maintain(struct registry *reg, db_work_fn *fn, void *arg,
		     struct err *err) MUST_USE;
/* A file that may be foreign, for looking only. */
enum rc reg_open_file(const char *path, struct db **out, int64_t *version,
		      struct err *err) MUST_USE;

/* -- entry.c -- */

/* One stored text, strictly. On success *owner holds what e points into and
 * is the caller's to free. */
enum rc entry_parse(const char *text, size_t n, struct entry *e,
		    struct json **owner, struct err *err) MUST_USE;
/* The same into a pool, for the many of a replay. */
enum rc entry_parse_in(struct pool *pool, const char *text, size_t n,
		       struct entry *e, struct err *err) MUST_USE;
void entry_write(struct buf *out, const struct entry *e);
/* Applies to the projections: revision, blobs named, then the kind's own.
 * text is searched for names of blobs. */
enum rc entry_apply(struct apply *a, const char *text, size_t n,
		    struct err *err) MUST_USE;
/* Calls fn for each string of a body that names a blob. */
enum rc body_blobs(const struct json *body,
		   enum rc (*fn)(void *arg, const struct hash *name,
				 struct err *err),
		   void *arg, struct err *err) MUST_USE;

/* -- role.c -- */

enum rc role_insert(struct apply *a, const char *login, const char *role,
		    struct err *err) MUST_USE;

/* -- blob.c -- */

/* For struct apply: blob_arg is the registry's file, or the registry itself. */
enum rc blob_for_apply(struct apply *a, const char *ref, struct buf *out,
		       struct err *err);
enum rc blob_load(struct db *db, const struct hash *name, struct buf *out,
		  struct err *err) MUST_USE;
/* In the file, or stored by the dry run. */
enum rc blob_exists(struct registry *reg, const struct hash *name, bool *out,
		    struct err *err) MUST_USE;

/* -- rebuild.c -- */

/* Applies the first size entries of from's log to the empty projections of
 * to (which may be the same file). */
enum rc replay(struct db *from, uint64_t size, struct db *to,
	       struct reg_progress *progress, struct err *err) MUST_USE;
/* Entries first to size - 1, onto projections of the entries before. */
enum rc replay_more(struct db *from, uint64_t first, uint64_t size,
		    struct db *to, struct reg_progress *progress,
		    struct err *err) MUST_USE;
/* Drops the projections, creates today's, replays. Within a transaction. */
enum rc rebuild_projections(struct db *db, struct reg_progress *progress,
			    struct err *err) MUST_USE;

/* -- asof.c -- */

enum rc asof_open(struct registry *reg, const char *when,
		  struct err *err) MUST_USE;

/* -- fsck.c, backup.c -- */

/* A verified copy of the file at path under another name; mode 0600. */
enum rc backup_file(struct db *from, const char *to, bool replace,
		    struct reg_progress *progress, struct err *err) MUST_USE;

#endif
