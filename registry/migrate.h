/* Older files brought up to today's schema.
 *
 * The steps are an append-only array: step i leads from version i + 1 to
 * i + 2, and a released row is never edited. All steps that a file lacks, the
 * new user_version and the projections' rebuilding are one transaction, and a
 * verified backup is made beside the file first ("FILE.before-vN"): a crash
 * leaves the old file whole or the new one complete, and the way back is to
 * put the backup in the file's place. */
#ifndef MUSTER_REGISTRY_MIGRATE_H
#define MUSTER_REGISTRY_MIGRATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct db;

struct migration {
	const char *why;	/* one line */
	/* Changes to lasting tables, or NULL. Projections need nothing here:
	 * they are dropped, created as today and replayed. */
	const char *sql;
};

/* Brings the file at path, open for writing, from its version to the newest.
 * Does nothing where another process has done it meanwhile. */
enum rc migrate(struct db *db, const char *path, struct err *err) MUST_USE;
/* The same with other steps, for tests. rebuild may be NULL. */
enum rc migrate_by(struct db *db, const char *path,
		   const struct migration *steps, size_t n_steps,
		   enum rc (*rebuild)(struct db *db, struct err *err),
		   struct err *err) MUST_USE;

#endif
