#include "registry/db.h"

#include <sqlite3.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/db_inside.h"

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

/* -- Preparing -- */

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

void db_free_statements(struct db *db)
{
	for (size_t i = 0; i < db->cache.n; i++) {
		if (db->cache.at[i]->in_use)
			BUG("statement left open: %s", db->cache.at[i]->sql);
		stmt_free(db->cache.at[i]);
	}
	if (db->once.n)
		BUG("statement left open: %s", db->once.at[0]->sql);
	vec_free(&db->cache);
	vec_free(&db->once);
}

/* -- Binding and stepping -- */

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
	s->rc = db_code_error(s->db, code, sqlite3_stmt_readonly(s->h) ?
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

/* -- Columns -- */

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
