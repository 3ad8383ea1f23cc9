#include "registry/db.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/xalloc.h"
#include "registry/db_inside.h"
#include "registry/holder.h"

/* Longest value, statement and row that a file may make us handle. */
#define MAX_LENGTH (20 << 20)
#define MAX_SQL 65536
#define WAIT_DEADLINE_MS 30000

/* Before SQLite is first used: its count of the memory in use, which nobody
 * asks for, would take one lock of all threads at every allocation. */
__attribute__((constructor)) static void count_no_memory(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* -- Waiting for a lock -- */

/* SQLite's own back-off is unfair under load (docs: FAULTS 1.1); equal random
 * naps give everybody the same chance. */
static int wait_for_lock(void *arg, int n_before)
{
	struct db *db = arg;
	uint64_t now = clock_ns();

	if (n_before == 0)
		db->wait_since = now;
	if (now - db->wait_since > db->deadline_ns) {
		lock_holder(db->path, db->holder, sizeof(db->holder));
		return 0;
	}
	db->random ^= db->random << 13;
	db->random ^= db->random >> 7;
	db->random ^= db->random << 17;
	clock_sleep_us(200 + (unsigned)(db->random % 2800));
	return 1;
}

void db_set_deadline(struct db *db, unsigned ms)
{
	db->deadline_ns = (uint64_t)ms * 1000000;
}

void db_interrupt(struct db *db)
{
	if (db->h)
		sqlite3_interrupt(db->h);
}

/* -- Errors -- */

static enum rc code_rc(int code)
{
	static const struct { int code; enum rc rc; } table[] = {
		{ SQLITE_BUSY, RC_BUSY },
		{ SQLITE_LOCKED, RC_BUSY },
		{ SQLITE_FULL, RC_NO_SPACE },
		{ SQLITE_CORRUPT, RC_CORRUPT },
		{ SQLITE_NOTADB, RC_CORRUPT },
		{ SQLITE_FORMAT, RC_CORRUPT },
		{ SQLITE_SCHEMA, RC_CORRUPT },
		{ SQLITE_ERROR, RC_CORRUPT },
		/* what people may not do is refused before it is written */
		{ SQLITE_CONSTRAINT, RC_CORRUPT },
		{ SQLITE_IOERR, RC_IO },
		{ SQLITE_CANTOPEN, RC_IO },
		{ SQLITE_PROTOCOL, RC_IO },
		{ SQLITE_READONLY, RC_REFUSED },
		{ SQLITE_PERM, RC_REFUSED },
		{ SQLITE_AUTH, RC_REFUSED },
		{ SQLITE_TOOBIG, RC_BAD_INPUT },
		{ SQLITE_INTERRUPT, RC_CANCELLED },
	};

	for (size_t i = 0; i < COUNT(table); i++)
		if (table[i].code == (code & 0xff))
			return table[i].rc;
	return RC_FAILED;
}

static enum rc describe(struct db *db, int code, const char *doing,
			struct err *err)
{
	enum rc rc = code_rc(code);

	if ((code & 0xff) == SQLITE_NOMEM)
		fatal("memory is exhausted (%s)", doing);
	if (!db->h)
		return err_set(err, RC_IO, "%s: the disk of registry '%s' "
			       "failed and it could not be opened again; "
			       "check the disk and start muster again", doing,
			       db->path);
	if (rc == RC_BUSY)
		return err_set(err, rc, "%s: registry '%s' is held by %s; try "
			       "again when it is done", doing, db->path,
			       db->holder[0] ? db->holder : "another process");
	return err_set(err, rc, "%s: registry '%s': %s", doing, db->path,
		       code == sqlite3_extended_errcode(db->h) ?
		       sqlite3_errmsg(db->h) : sqlite3_errstr(code));
}

enum rc db_code_error(struct db *db, int code, const char *doing,
		      struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = describe(db, code, doing, &why);

	if (db->failure.rc == RC_OK && rc_is_no_answer(rc) &&
	    rc != RC_CANCELLED)
		db->failure = why;
	return err_set(err, rc, "%s", why.text);
}

enum rc db_failure(const struct db *db, struct err *err)
{
	return db->failure.rc == RC_OK ? RC_OK :
	       err_set(err, db->failure.rc, "%s", db->failure.text);
}

void db_forget_failure(struct db *db)
{
	db->failure = (struct err)ERR_INIT;
}

static enum rc db_error(struct db *db, const char *doing, struct err *err)
{
	return db_code_error(db, sqlite3_extended_errcode(db->h), doing, err);
}

bool db_in_transaction(struct db *db)
{
	return db->h && !sqlite3_get_autocommit(db->h);
}

bool db_io_failed(struct db *db)
{
	return !db->h || (sqlite3_errcode(db->h) & 0xff) == SQLITE_IOERR;
}

bool db_is_lost(const struct db *db)
{
	return !db->h;
}

/* -- Large values in place -- */

#define PIECE 65536

struct db_value {
	struct db *db;
	sqlite3_blob *h;
};

enum rc db_value_open(struct db *db, const char *table, const char *column,
		      int64_t rowid, struct db_value **out, struct err *err)
{
	sqlite3_blob *h = NULL;
	int code = !db->h ? SQLITE_CANTOPEN :
		   sqlite3_blob_open(db->h, "main", table, column, rowid, 0,
				     &h);

	if (code != SQLITE_OK) {
		sqlite3_blob_close(h);
		return db_code_error(db, code, "could not read a value", err);
	}
	*out = XNEW(struct db_value);
	(*out)->db = db;
	(*out)->h = h;
	return RC_OK;
}

size_t db_value_size(const struct db_value *v)
{
	return (size_t)sqlite3_blob_bytes(v->h);
}

enum rc db_value_piece(struct db_value *v, size_t at, void *out, size_t n,
		       struct err *err)
{
	int code = sqlite3_blob_read(v->h, out, (int)n, (int)at);

	if (code == SQLITE_OK)
		return RC_OK;
	return db_code_error(v->db, code, "could not read a value", err);
}

void db_value_close(struct db_value *v)
{
	if (v)
		sqlite3_blob_close(v->h);
	free(v);
}

enum rc db_value_equal(struct db *db, const char *table, const char *column,
		       int64_t rowid, const void *bytes, size_t n, bool *equal,
		       struct err *err)
{
	const uint8_t *same = bytes;
	uint8_t piece[PIECE];
	struct db_value *v = NULL;
	enum rc rc = db_value_open(db, table, column, rowid, &v, err);

	*equal = rc == RC_OK && db_value_size(v) == n;
	for (size_t at = 0; at < n && *equal; at += PIECE) {
		size_t k = n - at < PIECE ? n - at : PIECE;

		rc = db_value_piece(v, at, piece, k, err);
		*equal = rc == RC_OK && !memcmp(piece, same + at, k);
	}
	db_value_close(v);
	return rc;
}

/* -- The connection -- */

int64_t db_last_rowid(struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->h);
}

enum rc db_script(struct db *db, const char *sql, struct err *err)
{
	int code = !db->h ? SQLITE_CANTOPEN :
		   sqlite3_exec(db->h, sql, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return RC_OK;
	return db_code_error(db, code, "could not run a statement", err);
}

void db_allow_writes(struct db *db, bool allowed)
{
	db->writes_allowed = allowed;
}

enum rc db_transact(struct db *db, bool keep, db_work_fn *fn, void *arg,
		    struct err *err)
{
	enum rc rc = db_script(db, "BEGIN IMMEDIATE", err);

	if (rc != RC_OK)
		return rc;
	db_allow_writes(db, true);
	rc = fn(db, arg, err);
	if (rc == RC_OK)
		rc = db_script(db, keep ? "COMMIT" : "ROLLBACK", err);
	db_allow_writes(db, false);
	if (rc != RC_OK && db_in_transaction(db))
		(void)!db_script(db, "ROLLBACK", NULL);
	return rc;
}

/* Reading, functions and transactions always; changes only in the scope that
 * db_allow_writes opens; other databases, triggers and views never. */
static int authorize(void *arg, int action, const char *a, const char *b,
		     const char *c, const char *d)
{
	struct db *db = arg;

	(void)a, (void)b, (void)c, (void)d;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
	case SQLITE_PRAGMA:
		return SQLITE_OK;
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_CREATE_TABLE:
	case SQLITE_CREATE_INDEX:
	case SQLITE_DROP_TABLE:
	case SQLITE_DROP_INDEX:
	case SQLITE_ALTER_TABLE:
	case SQLITE_REINDEX:
		return db->writes_allowed ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static void limit(struct db *db)
{
	static const struct { int id, value; } limits[] = {
		{ SQLITE_LIMIT_LENGTH, MAX_LENGTH },
		{ SQLITE_LIMIT_SQL_LENGTH, MAX_SQL },
		{ SQLITE_LIMIT_COLUMN, 128 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1024 },
	};

	for (size_t i = 0; i < COUNT(limits); i++)
		sqlite3_limit(db->h, limits[i].id, limits[i].value);
}

static void configure(struct db *db)
{
	static const struct { int id, value; } switches[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	};

	for (size_t i = 0; i < COUNT(switches); i++)
		sqlite3_db_config(db->h, switches[i].id, switches[i].value,
				  (int *)NULL);
	limit(db);
	sqlite3_extended_result_codes(db->h, 1);
	sqlite3_set_authorizer(db->h, authorize, db);
}

static int open_flags(enum db_open how)
{
	switch (how) {
	case DB_READ:
		return SQLITE_OPEN_READONLY;
	case DB_WRITE:
		return SQLITE_OPEN_READWRITE;
	case DB_MEMORY:
		return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	}
	return 0;
}

/* Opened for reading, SQLite cannot roll back what a killed writer left. */
static enum rc recover(struct db *db, struct err *err)
{
	int code = sqlite3_exec(db->h, "PRAGMA schema_version", NULL, NULL,
				NULL);

	if ((code & 0xff) != SQLITE_READONLY)
		return RC_OK;	/* whatever else it is, the next read says */
	if (access(db->path, W_OK) != 0)
		return err_set(err, RC_REFUSED, "registry '%s' must be "
			       "recovered after a crash, by somebody who may "
			       "write it", db->path);
	sqlite3_close(db->h);
	db->h = NULL;
	code = sqlite3_open_v2(db->path, &db->h, SQLITE_OPEN_READWRITE |
			       SQLITE_OPEN_NOMUTEX, NULL);
	sqlite3_busy_handler(db->h, wait_for_lock, db);
	configure(db);
	return code == SQLITE_OK ? RC_OK :
	       db_error(db, "could not open", err);
}

enum rc db_open(const char *path, enum db_open how, struct db **out,
		struct err *err)
{
	struct db *db = XNEW(struct db);
	enum rc rc = RC_OK;

	db->path = xstrdup(path);
	db->random = clock_ns() ^ ((uint64_t)getpid() << 32) ^ 1;
	db_set_deadline(db, WAIT_DEADLINE_MS);
	db->writes_allowed = how == DB_MEMORY;
	if (sqlite3_open_v2(how == DB_MEMORY ? path : db->path, &db->h,
			    open_flags(how) | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		rc = db_error(db, "could not open", err);
		goto out;
	}
	/* Before the first pragma, as even that meets locks. */
	sqlite3_busy_handler(db->h, wait_for_lock, db);
	configure(db);
	if (how == DB_READ)
		rc = recover(db, err);
	if (rc == RC_OK)
		rc = db_script(db, "PRAGMA cell_size_check = ON;"
				   "PRAGMA mmap_size = 0;"
				   "PRAGMA cache_size = -4096;"
				   "PRAGMA foreign_keys = ON;", err);
out:
	if (rc != RC_OK) {
		db_close(db);
		db = NULL;
	}
	*out = db;
	return rc;
}

struct db *db_lost(const char *path)
{
	struct db *db = XNEW(struct db);

	db->path = xstrdup(path);
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_free_statements(db);
	sqlite3_close(db->h);
	free(db->path);
	free(db);
}

enum rc db_copy(struct db *from, struct db *to, struct db_copying *progress,
		struct err *err)
{
	sqlite3_backup *b;
	enum rc rc = RC_OK;
	int code;

	if (!from->h)
		return db_code_error(from, SQLITE_CANTOPEN, "could not copy",
				     err);
	b = sqlite3_backup_init(to->h, "main", from->h, "main");
	if (!b)
		return db_error(to, "could not start the copy", err);
	do {
		code = sqlite3_backup_step(b, 1024);
		if (progress && progress->step) {
			int all = sqlite3_backup_pagecount(b);
			int left = sqlite3_backup_remaining(b);

			rc = progress->step(progress->arg,
					    (uint64_t)(all - left),
					    (uint64_t)all);
		}
	} while (code == SQLITE_OK && rc == RC_OK);
	sqlite3_backup_finish(b);
	if (rc != RC_OK)
		return err_set(err, rc, "the copy was cancelled");
	if (code != SQLITE_DONE)
		return db_code_error(to, code, "could not copy", err);
	return RC_OK;
}

const char db_library[] = "SQLite " SQLITE_VERSION;
