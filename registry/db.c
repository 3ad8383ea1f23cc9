#include "registry/db.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/holder.h"

/* Longest value, statement and row that a file may make us handle. */
#define MAX_LENGTH (20 << 20)
#define MAX_SQL 65536
#define WAIT_DEADLINE_MS 30000

struct stmt {
	struct db *db;
	sqlite3_stmt *h;	/* NULL: preparing failed with code */
	const char *sql;	/* its address is the key of the cache */
	int code;		/* first failure before the step */
	enum rc rc;		/* how the last step failed, if it did */
	int n_bound, n_params;
	int next_column;	/* the likeliest to be asked for next */
	bool in_use, once;
};

VEC_DECLARE(struct stmt *, stmts);

struct db {
	sqlite3 *h;		/* NULL: lost, every use is an error */
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
		{ SQLITE_IOERR, RC_IO },
		{ SQLITE_CANTOPEN, RC_IO },
		{ SQLITE_PROTOCOL, RC_IO },
		{ SQLITE_READONLY, RC_REFUSED },
		{ SQLITE_PERM, RC_REFUSED },
		{ SQLITE_AUTH, RC_REFUSED },
		{ SQLITE_CONSTRAINT, RC_REFUSED },
		{ SQLITE_TOOBIG, RC_BAD_INPUT },
		{ SQLITE_INTERRUPT, RC_CANCELLED },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
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

static enum rc code_error(struct db *db, int code, const char *doing,
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

enum rc db_error(struct db *db, const char *doing, struct err *err)
{
	return code_error(db, sqlite3_extended_errcode(db->h), doing, err);
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

/* -- Statements -- */

static struct stmt *stmt_new(struct db *db, const char *sql)
{
	struct stmt *s = XNEW(struct stmt);
	const char *tail;

	s->db = db;
	s->sql = sql;
	s->code = !db->h ? SQLITE_CANTOPEN :
		  sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT,
				     &s->h, &tail);
	if ((s->code & 0xff) == SQLITE_ERROR || (s->code & 0xff) == SQLITE_AUTH)
		BUG("statement does not compile: %s: %s",
		    sqlite3_errmsg(db->h), sql);
	if (s->h)
		s->n_params = sqlite3_bind_parameter_count(s->h);
	return s;
}

static void stmt_free(struct stmt *s)
{
	sqlite3_finalize(s->h);
	free(s);
}

static size_t cache_place(const struct stmts *v, const char *sql)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if ((uintptr_t)v->at[mid]->sql < (uintptr_t)sql)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void cache_insert(struct stmts *v, size_t at, struct stmt *s)
{
	vec_push(v, s);
	memmove(&v->at[at + 1], &v->at[at],
		(v->n - 1 - at) * sizeof(struct stmt *));
	v->at[at] = s;
}

static void cache_remove(struct stmts *v, size_t at)
{
	memmove(&v->at[at], &v->at[at + 1],
		(v->n - 1 - at) * sizeof(struct stmt *));
	v->n--;
}

struct stmt *db_prepare(struct db *db, const char *sql)
{
	size_t at = cache_place(&db->cache, sql);
	struct stmt *s;

	if (at < db->cache.n && db->cache.at[at]->sql == sql) {
		s = db->cache.at[at];
		if (s->in_use)
			BUG("statement is in use already: %s", sql);
		if (!s->h && db->h)
			s->code = sqlite3_prepare_v2(db->h, sql, -1, &s->h,
						     NULL);
		if (s->h)
			s->n_params = sqlite3_bind_parameter_count(s->h);
	} else {
		s = stmt_new(db, sql);
		cache_insert(&db->cache, at, s);
	}
	s->in_use = true;
	return s;
}

struct stmt *db_prepare_once(struct db *db, const char *sql)
{
	struct stmt *s = stmt_new(db, sql);

	s->once = true;
	s->in_use = true;
	vec_push(&db->once, s);
	return s;
}

static void bound(struct stmt *s, int code)
{
	if ((code & 0xff) == SQLITE_RANGE)
		BUG("more values than parameters: %s", s->sql);
	if (code != SQLITE_OK && s->code == SQLITE_OK)
		s->code = code;
}

void stmt_bind_int(struct stmt *s, int64_t i)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_int64(s->h, s->n_bound, i));
}

void stmt_bind_real(struct stmt *s, double x)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_double(s->h, s->n_bound, x));
}

void stmt_bind_text(struct stmt *s, const char *text)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_text(s->h, s->n_bound, text, -1,
					   SQLITE_TRANSIENT));
}

void stmt_bind_textn(struct stmt *s, const char *text, size_t n)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_text64(s->h, s->n_bound, text, n,
					     SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_bind_blob(struct stmt *s, const void *bytes, size_t n)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_blob64(s->h, s->n_bound, n ? bytes : "",
					     n, SQLITE_TRANSIENT));
}

void stmt_bind_blob_borrowed(struct stmt *s, const void *bytes, size_t n)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_blob64(s->h, s->n_bound, n ? bytes : "",
					     n, SQLITE_STATIC));
}

void stmt_bind_null(struct stmt *s)
{
	s->n_bound++;
	if (s->h)
		bound(s, sqlite3_bind_null(s->h, s->n_bound));
}

enum step stmt_step(struct stmt *s, struct err *err)
{
	int code = s->code;

	if (!s->in_use)
		BUG("statement is done already: %s", s->sql);
	if (s->h) {
		if (s->n_bound != s->n_params)
			BUG("%d values for %d parameters: %s", s->n_bound,
			    s->n_params, s->sql);
		/* The authorizer only sees statements being prepared. Asking
		 * for the journal mode counts as writing with SQLite. */
		if (!s->db->writes_allowed && !sqlite3_stmt_readonly(s->h) &&
		    strncmp(s->sql, "PRAGMA ", 7) != 0)
			BUG("a write outside reg_write: %s", s->sql);
	}
	if (code == SQLITE_OK)
		code = sqlite3_step(s->h);
	if (code == SQLITE_ROW)
		return STEP_ROW;
	if (code == SQLITE_DONE)
		return STEP_END;
	s->rc = code_error(s->db, code, sqlite3_stmt_readonly(s->h) ?
			   "could not read" : "could not write", err);
	return STEP_ERROR;
}

bool stmt_next(struct stmt *s, struct err *err)
{
	return stmt_step(s, err) == STEP_ROW;
}

enum rc stmt_end(struct stmt *s, enum rc rc)
{
	if (rc == RC_OK)
		rc = s->rc;
	stmt_done(s);
	return rc;
}

enum rc stmt_run(struct stmt *s, struct err *err)
{
	(void)stmt_next(s, err);
	return stmt_end(s, RC_OK);
}

enum rc stmt_one(struct stmt *s, struct err *err)
{
	if (stmt_next(s, err))
		return RC_OK;
	return stmt_end(s, s->rc == RC_OK ? RC_NOT_FOUND : s->rc);
}

static void once_forget(struct db *db, struct stmt *s)
{
	for (size_t i = 0; i < db->once.n; i++) {
		if (db->once.at[i] != s)
			continue;
		cache_remove(&db->once, i);
		return;
	}
}

void stmt_done(struct stmt *s)
{
	if (!s)
		return;
	if (s->once) {
		once_forget(s->db, s);
		stmt_free(s);
		return;
	}
	if (s->h) {
		sqlite3_reset(s->h);
		sqlite3_clear_bindings(s->h);
		s->code = SQLITE_OK;
	}
	s->rc = RC_OK;
	s->n_bound = 0;
	s->next_column = 0;
	s->in_use = false;
}

static int column_at(struct stmt *s, const char *column)
{
	int n = sqlite3_column_count(s->h);

	for (int i = 0; i < n; i++) {
		int at = (s->next_column + i) % n;

		if (!strcmp(sqlite3_column_name(s->h, at), column)) {
			s->next_column = at + 1;
			return at;
		}
	}
	BUG("no column '%s' in: %s", column, s->sql);
}

bool stmt_is_null(struct stmt *s, const char *column)
{
	return sqlite3_column_type(s->h, column_at(s, column)) == SQLITE_NULL;
}

int64_t stmt_int(struct stmt *s, const char *column)
{
	return sqlite3_column_int64(s->h, column_at(s, column));
}

double stmt_real(struct stmt *s, const char *column)
{
	return sqlite3_column_double(s->h, column_at(s, column));
}

/* NULL, where there is a value, is exhausted memory. */
static void expect_memory(const struct stmt *s, const void *value)
{
	if (!value && (sqlite3_errcode(s->db->h) & 0xff) == SQLITE_NOMEM)
		fatal("memory is exhausted (could not read a value)");
}

const char *stmt_text(struct stmt *s, const char *column)
{
	const unsigned char *text =
		sqlite3_column_text(s->h, column_at(s, column));

	expect_memory(s, text);
	return (const char *)text;
}

const char *stmt_textn(struct stmt *s, const char *column, size_t *n)
{
	int at = column_at(s, column);
	const char *text = (const char *)sqlite3_column_text(s->h, at);

	expect_memory(s, text);
	*n = (size_t)sqlite3_column_bytes(s->h, at);
	return text ? text : "";
}

char *stmt_text_copy(struct stmt *s, const char *column)
{
	return xstrdup_or_null(stmt_text(s, column));
}

const void *stmt_blob(struct stmt *s, const char *column, size_t *n)
{
	int at = column_at(s, column);
	const void *bytes = sqlite3_column_blob(s->h, at);

	expect_memory(s, bytes);
	*n = (size_t)sqlite3_column_bytes(s->h, at);
	return bytes ? bytes : "";
}

int stmt_columns(struct stmt *s)
{
	return s->h ? sqlite3_column_count(s->h) : 0;
}

const char *stmt_column_name(struct stmt *s, int i)
{
	return sqlite3_column_name(s->h, i);
}

bool stmt_same_value(struct stmt *a, struct stmt *b, int i)
{
	int type = sqlite3_column_type(a->h, i);
	int n;

	if (type != sqlite3_column_type(b->h, i))
		return false;
	if (type == SQLITE_NULL)
		return true;
	if (type == SQLITE_INTEGER)
		return sqlite3_column_int64(a->h, i) ==
		       sqlite3_column_int64(b->h, i);
	if (type == SQLITE_FLOAT) {
		double x = sqlite3_column_double(a->h, i);
		double y = sqlite3_column_double(b->h, i);

		return !memcmp(&x, &y, sizeof(x));
	}
	n = sqlite3_column_bytes(a->h, i);
	return n == sqlite3_column_bytes(b->h, i) &&
	       (n == 0 || !memcmp(sqlite3_column_blob(a->h, i),
				  sqlite3_column_blob(b->h, i), (size_t)n));
}

void stmt_describe_value(struct stmt *s, int i, struct buf *out)
{
	if (sqlite3_column_type(s->h, i) == SQLITE_BLOB) {
		const uint8_t *p = sqlite3_column_blob(s->h, i);
		int n = sqlite3_column_bytes(s->h, i);

		for (int k = 0; k < n && k < 8; k++)
			buf_printf(out, "%02x", p[k]);
		return;
	}
	const char *text = (const char *)sqlite3_column_text(s->h, i);

	buf_printf(out, "%.80s", text ? text : "null");
}

int64_t db_last_rowid(struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->h);
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
		return code_error(db, code, "could not read a value", err);
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
	return code_error(v->db, code, "could not read a value", err);
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

enum rc db_script(struct db *db, const char *sql, struct err *err)
{
	int code = !db->h ? SQLITE_CANTOPEN :
		   sqlite3_exec(db->h, sql, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return RC_OK;
	return code_error(db, code, "could not run a statement", err);
}

void db_allow_writes(struct db *db, bool allowed)
{
	db->writes_allowed = allowed;
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

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
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

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
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
	for (size_t i = 0; i < db->cache.n; i++) {
		if (db->cache.at[i]->in_use)
			BUG("statement left open: %s", db->cache.at[i]->sql);
		stmt_free(db->cache.at[i]);
	}
	if (db->once.n)
		BUG("statement left open: %s", db->once.at[0]->sql);
	vec_free(&db->cache);
	vec_free(&db->once);
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
		return code_error(from, SQLITE_CANTOPEN, "could not copy", err);
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
		return code_error(to, code, "could not copy", err);
	return RC_OK;
}

const char *db_library_version(void)
{
	return sqlite3_libversion();
}

const char db_library[] = "SQLite " SQLITE_VERSION;
