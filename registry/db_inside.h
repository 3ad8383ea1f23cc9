/* What db.c (the connection) and db_stmt.c (its statements) share, and no other
 * file sees. */
#ifndef MUSTER_REGISTRY_DB_INSIDE_H
#define MUSTER_REGISTRY_DB_INSIDE_H

#include "base/vec.h"
#include "registry/db.h"

VEC_DECLARE(struct stmt *, stmts);

struct db {
	struct sqlite3 *h;	/* NULL: lost, every use is an error */
	char *path;
	struct stmts cache;	/* sorted by address of the text */
	struct stmts once;	/* of db_prepare_once, not done yet */
	bool writes_allowed;
	uint64_t wait_since;	/* when the present wait began */
	uint64_t deadline_ns;
	uint64_t random;
	char holder[160];	/* who held the lock when waiting ended */
	struct err failure;	/* the first that left no answer */
};

/* What the library's code means here, with its message and the operation; kept
 * for db_failure. */
enum rc db_code_error(struct db *db, int code, const char *doing,
		      struct err *err);
/* When it is closed. One that is in use still is a BUG. */
void db_free_statements(struct db *db);

#endif
