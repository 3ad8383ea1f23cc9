/* SQLite, thinly. The only files that include sqlite3.h are registry/db.c (the
 * connection) and registry/db_stmt.c (its statements).
 *
 * Statements are prepared once per connection and cached by the address of
 * their text, which therefore is a string literal. One use looks like this:
 *
 *	struct stmt *s = db_prepare(db, "SELECT name, n FROM model WHERE id = ?");
 *	stmt_bind_int(s, id);			(binds the next ?)
 *	while (stmt_next(s, err))
 *		take(stmt_text(s, "name"), stmt_int(s, "n"));
 *	return stmt_end(s, RC_OK);		(resets; on every path out)
 *
 * Columns are read by name (a wrong name is a BUG). What stmt_text and
 * stmt_blob give is borrowed until the next step. Preparing a statement that
 * does not compile is a BUG; one already in use is a BUG (recursion wants
 * its own literal). Nothing is left open while waiting for a key. */
#ifndef MUSTER_REGISTRY_DB_H
#define MUSTER_REGISTRY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct db;
struct stmt;

enum step { STEP_ROW, STEP_END, STEP_ERROR };

struct stmt *db_prepare(struct db *db, const char *sql);
/* As db_prepare for text that is composed from constants (a sort column from
 * a whitelist); not cached, stmt_done frees it. */
struct stmt *db_prepare_once(struct db *db, const char *sql);

void stmt_bind_int(struct stmt *s, int64_t i);
void stmt_bind_real(struct stmt *s, double x);
/* Copied. NULL binds null. */
void stmt_bind_text(struct stmt *s, const char *text);
void stmt_bind_blob(struct stmt *s, const void *bytes, size_t n);
/* Not copied: bytes must live until stmt_done. */
void stmt_bind_blob_borrowed(struct stmt *s, const void *bytes, size_t n);
void stmt_bind_null(struct stmt *s);

/* Is there one more row? false behind the last, and where reading failed,
 * which stmt_end tells apart. */
bool stmt_next(struct stmt *s, struct err *err);
/* As stmt_next, for who reads two statements side by side. */
enum step stmt_step(struct stmt *s, struct err *err);
/* Done with it. rc, or, while that is RC_OK, how the last step failed (busy,
 * damaged, no space, cancelled ...: what err says already). */
enum rc stmt_end(struct stmt *s, enum rc rc) MUST_USE;
/* Steps a statement that gives no row, and is done with it. */
enum rc stmt_run(struct stmt *s, struct err *err) MUST_USE;
/* Steps to the only row: RC_OK and the row stands (stmt_done later), or
 * RC_NOT_FOUND (done already, err untouched), or an error. */
enum rc stmt_one(struct stmt *s, struct err *err) MUST_USE;
void stmt_done(struct stmt *s);

bool stmt_is_null(struct stmt *s, const char *column);
int64_t stmt_int(struct stmt *s, const char *column);
double stmt_real(struct stmt *s, const char *column);
const char *stmt_text(struct stmt *s, const char *column);	/* NULL if null */
char *stmt_text_copy(struct stmt *s, const char *column);	/* to be freed */
const void *stmt_blob(struct stmt *s, const char *column, size_t *n);

int64_t db_last_rowid(struct db *db);
int64_t db_changes(struct db *db);

/* What follows is for the files of registry/ that own the connection. */

enum db_open { DB_READ, DB_WRITE, DB_MEMORY };
enum rc db_open(const char *path, enum db_open how, struct db **out,
		struct err *err) MUST_USE;
void db_close(struct db *db);
/* In the place of a connection that could not be made again: every use of it
 * is RC_IO, which says what to do. */
struct db *db_lost(const char *path);
bool db_is_lost(const struct db *db);
/* Runs a literal script without results. */
enum rc db_script(struct db *db, const char *sql, struct err *err) MUST_USE;
/* Runs fn within BEGIN IMMEDIATE, with writes allowed; then COMMIT, or
 * ROLLBACK where fn failed or nothing is to be kept. */
typedef enum rc db_work_fn(struct db *db, void *arg, struct err *err);
enum rc db_transact(struct db *db, bool keep, db_work_fn *fn, void *arg,
		    struct err *err) MUST_USE;
/* While false (the default for DB_WRITE) every statement that writes is
 * refused by the authorizer. */
void db_allow_writes(struct db *db, bool allowed);
bool db_in_transaction(struct db *db);
/* The last call failed in reading or writing the disk: what it did is
 * unclear. */
bool db_io_failed(struct db *db);
/* The first error since db_forget_failure that left a question without an answer
 * (rc_is_no_answer), whether somebody minded or not; else RC_OK. */
enum rc db_failure(const struct db *db, struct err *err);
void db_forget_failure(struct db *db);
/* How long a lock is waited for: 30 s unless told. */
void db_set_deadline(struct db *db, unsigned ms);
/* From another thread: what the connection is at ends with RC_CANCELLED. */
void db_interrupt(struct db *db);

/* Text with its length, which a hostile file may have put NULs into. */
void stmt_bind_textn(struct stmt *s, const char *text, size_t n);
const char *stmt_textn(struct stmt *s, const char *column, size_t *n);

/* Rows of unknown shape, for comparing tables. */
int stmt_columns(struct stmt *s);
const char *stmt_column_name(struct stmt *s, int i);	/* borrowed */
bool stmt_same_value(struct stmt *a, struct stmt *b, int i);
void stmt_describe_value(struct stmt *s, int i, struct buf *out);

/* A large value in place, in pieces and without a copy in between. It keeps
 * the read transaction: to be closed by the function that opened it. A piece
 * lies within the size. */
struct db_value;
enum rc db_value_open(struct db *db, const char *table, const char *column,
		      int64_t rowid, struct db_value **out,
		      struct err *err) MUST_USE;
size_t db_value_size(const struct db_value *v);
enum rc db_value_piece(struct db_value *v, size_t at, void *out, size_t n,
		       struct err *err) MUST_USE;
void db_value_close(struct db_value *v);	/* NULL is allowed */
/* *equal is false if the value is other bytes than these. */
enum rc db_value_equal(struct db *db, const char *table, const char *column,
		       int64_t rowid, const void *bytes, size_t n, bool *equal,
		       struct err *err) MUST_USE;

/* The whole of one database into another (SQLite's backup interface). */
struct db_copying {
	enum rc (*step)(void *arg, uint64_t done, uint64_t all);
	void *arg;
};
enum rc db_copy(struct db *from, struct db *to, struct db_copying *progress,
		struct err *err) MUST_USE;

/* Name and version of the library, for 'muster info'. */
extern const char db_library[];

#endif
