/* Proof that log, tree, blobs and projections agree.
 *
 * The log is read once, in order: each text is parsed, hashed, compared with
 * its row and applied to empty projections in a temporary database, while the
 * tree grows by one hash a level; memory stays flat. Then every blob is
 * hashed, SQLite looks at its own structure, and the replayed projections are
 * compared with the stored ones row by row. The first difference ends it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/schema.h"

struct fsck {
	struct db *db;			/* the file */
	struct db *again;		/* projections as replayed */
	struct tree tree;
	int64_t version;		/* of the file's schema */
	struct reg_progress *progress;
	struct reg_verdict *v;
	int64_t time;		/* of the entry before */
};

/* A finding: fills the verdict once, and ends the walk with RC_UNMET. */
static enum rc found(struct fsck *f, bool has_index, uint64_t index,
		     const char *why)
{
	f->v->ok = false;
	f->v->has_bad = has_index;
	f->v->bad_index = index;
	snprintf(f->v->why, sizeof(f->v->why), "%.511s", why);
	return RC_UNMET;
}

/* What an error means here: damage is a finding, the rest stays an error. */
static enum rc judge(struct fsck *f, bool has_index, uint64_t index, enum rc rc,
		     const struct err *why)
{
	if (rc == RC_OK || rc == RC_UNMET || rc == RC_BUSY ||
	    rc == RC_CANCELLED)
		return rc;
	return found(f, has_index, index, why->text);
}

static enum rc say(struct fsck *f, const char *doing, uint64_t done,
		   uint64_t all)
{
	if (!f->progress)
		return RC_OK;
	return f->progress->step(f->progress->arg, doing, done, all);
}

/* -- The log -- */

/* Rows of the log are read some at a time, so that their texts are parsed and
 * hashed on all cores; the rest is done in order. */
#define ROWS_AHEAD 1024
#define BYTES_AHEAD (4u << 20)

struct log_row {
	uint64_t index;
	int64_t time;
	char *kind, *object, *text;
	size_t n_kind, n_object, n;
	struct hash stored, leaf;
	bool has_hash;
	struct entry e;
	struct json *owner;
	enum rc rc;		/* of reading the text, and why */
	struct err why;
};

static void log_row_release(struct log_row *r)
{
	free(r->kind);
	free(r->object);
	free(r->text);
	json_free(r->owner);
}

static char *take_text(struct stmt *s, const char *column, size_t *n)
{
	const char *text = stmt_textn(s, column, n);

	return xmemdupz(text ? text : "", *n);
}

static void take_row(struct stmt *s, struct log_row *r)
{
	const void *hash;
	size_t n;

	memset(r, 0, sizeof(*r));
	r->index = (uint64_t)stmt_int(s, "idx");
	r->time = stmt_int(s, "time");
	r->kind = take_text(s, "kind", &r->n_kind);
	r->object = take_text(s, "object", &r->n_object);
	r->text = take_text(s, "entry", &r->n);
	hash = stmt_blob(s, "hash", &n);
	r->has_hash = n == HASH_SIZE;
	if (r->has_hash)
		memcpy(r->stored.bytes, hash, n);
}

static void parse_row(size_t i, void *arg)
{
	struct log_row *r = (struct log_row *)arg + i;

	r->leaf = tree_leaf(r->text, r->n);
	r->rc = entry_parse(r->text, r->n, &r->e, &r->owner, &r->why);
}

/* To the last byte: a NUL behind it is a difference, too. */
static bool is_text(const char *bytes, size_t n, const char *text)
{
	return n == strlen(text) && !memcmp(bytes, text, n);
}

static enum rc check_columns(const struct log_row *r, struct err *err)
{
	if (!is_text(r->kind, r->n_kind, r->e.kind) ||
	    !is_text(r->object, r->n_object, r->e.object) ||
	    r->time != r->e.time)
		return err_set(err, RC_CORRUPT, "columns of the log differ "
			       "from the entry");
	return RC_OK;
}

static enum rc check_node(void *arg, unsigned level, uint64_t pos,
			  const struct hash *h, struct err *err)
{
	struct fsck *f = arg;
	struct stmt *s = db_prepare(f->db,
		"SELECT hash FROM log_node "
		"WHERE level = ? AND pos = ?");
	const void *stored;
	size_t n;
	enum rc rc;

	stmt_bind_int(s, level);
	stmt_bind_int(s, (int64_t)pos);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CORRUPT, "the tree lacks node %llu of "
			       "level %u", (unsigned long long)pos, level);
	if (rc != RC_OK)
		return rc;
	stored = stmt_blob(s, "hash", &n);
	if (n != HASH_SIZE || memcmp(stored, h->bytes, n) != 0)
		rc = err_set(err, RC_CORRUPT, "node %llu of level %u of the "
			     "tree is not the hash of its leaves",
			     (unsigned long long)pos, level);
	stmt_done(s);
	return rc;
}

static enum rc check_hash(struct fsck *f, const struct log_row *r,
			  struct err *err)
{
	if (!r->has_hash || memcmp(r->stored.bytes, r->leaf.bytes,
				   HASH_SIZE) != 0)
		return err_set(err, RC_CORRUPT, "the entry is not what its "
			       "hash says");
	return tree_add(&f->tree, &r->leaf, check_node, f, err);
}

static void note_time(struct fsck *f, uint64_t i, int64_t time)
{
	if (i > 0 && time < f->time && f->v->clock_back++ == 0)
		f->v->first_back = i;
	f->time = time;
}

static enum rc check_entry(struct fsck *f, const struct log_row *r, uint64_t i,
			   struct err *err)
{
	struct apply a = { .db = f->again, .entry = &r->e,
			   .blob = blob_for_apply, .blob_arg = f->db };
	enum rc rc;

	if (r->index != i)
		return err_set(err, RC_CORRUPT, "entry %llu is missing",
			       (unsigned long long)i);
	rc = check_hash(f, r, err);
	if (rc == RC_OK && r->rc != RC_OK)
		rc = err_set(err, r->rc, "%s", r->why.text);
	if (rc == RC_OK && r->e.index != i)
		rc = err_set(err, RC_CORRUPT, "the entry says it is %llu",
			     (unsigned long long)r->e.index);
	if (rc == RC_OK)
		note_time(f, i, r->e.time);
	if (rc == RC_OK)
		rc = check_columns(r, err);
	return rc == RC_OK ? entry_apply(&a, r->text, r->n, err) : rc;
}

static enum rc count_nodes(struct fsck *f, struct err *err)
{
	struct stmt *s = db_prepare(f->db, "SELECT COUNT(*) AS n FROM log_node");
	uint64_t n, expected = f->tree.size -
		(uint64_t)__builtin_popcountll(f->tree.size);
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	n = (uint64_t)stmt_int(s, "n");
	stmt_done(s);
	return n == expected ? RC_OK :
	       err_set(err, RC_CORRUPT, "the tree has nodes over entries that "
		       "are not there: the log's end is missing");
}

/* The next rows; *n is less than ROWS_AHEAD and step is STEP_END behind the
 * last. */
static enum step read_ahead(struct stmt *s, struct log_row *rows, size_t *n,
			    struct err *err)
{
	enum step step = STEP_ROW;
	size_t bytes = 0;

	for (*n = 0; *n < ROWS_AHEAD && bytes < BYTES_AHEAD;) {
		step = stmt_step(s, err);
		if (step != STEP_ROW)
			break;
		take_row(s, &rows[*n]);
		bytes += rows[(*n)++].n;
	}
	return step;
}

static enum rc check_rows(struct fsck *f, struct log_row *rows, size_t n,
			  uint64_t *i, struct err *err)
{
	enum rc rc = RC_OK;

	par_for(n, parse_row, rows);
	for (size_t k = 0; k < n; k++) {
		if (rc == RC_OK) {
			rc = check_entry(f, &rows[k], (*i)++, err);
			if (rc != RC_OK)
				rc = judge(f, true, *i - 1, rc, err);
		}
		log_row_release(&rows[k]);
	}
	return rc == RC_OK ? say(f, "checking the log", *i, 0) : rc;
}

static enum rc check_log(struct fsck *f, struct err *err)
{
	struct stmt *s = db_prepare(f->db,
		"SELECT idx, time, kind, object, entry, hash "
		"FROM log "
		"ORDER BY idx");
	struct log_row *rows = XNEW_ARRAY(struct log_row, ROWS_AHEAD);
	enum step step = STEP_ROW;
	enum rc rc = RC_OK;
	uint64_t i = 0;
	size_t n;

	while (rc == RC_OK && step == STEP_ROW) {
		step = read_ahead(s, rows, &n, err);
		rc = check_rows(f, rows, n, &i, err);
	}
	if (rc == RC_OK && step == STEP_ERROR)
		rc = judge(f, true, i, db_error(f->db, "reading the log", err),
			   err);
	stmt_done(s);
	free(rows);
	f->v->entries = f->tree.size;
	f->v->root = tree_root(&f->tree);
	if (rc == RC_OK)
		rc = judge(f, true, f->tree.size, count_nodes(f, err), err);
	return rc;
}

/* -- Blobs -- */

static enum rc is_named(struct fsck *f, const void *hash, size_t n, bool *out,
			struct err *err)
{
	struct stmt *s = db_prepare(f->again,
		"SELECT idx FROM blob_ref WHERE hash = ?");
	enum rc rc;

	stmt_bind_blob(s, hash, n);
	rc = stmt_one(s, err);
	*out = rc == RC_OK;
	if (rc == RC_OK)
		stmt_done(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_blob(struct fsck *f, struct stmt *s, struct err *err)
{
	size_t n_name, n;
	const void *bytes = stmt_blob(s, "data", &n);
	const void *name = stmt_blob(s, "hash", &n_name);
	struct hash now = hash_bytes(bytes, n);
	char hex[HASH_HEX_SIZE];
	bool named = false;
	enum rc rc;

	if (n_name != HASH_SIZE || memcmp(name, now.bytes, HASH_SIZE) != 0)
		return err_set(err, RC_CORRUPT, "blob row %lld holds other "
			       "bytes than its name says (they hash to %s)",
			       (long long)stmt_int(s, "id"),
			       hash_hex(&now, hex));
	rc = is_named(f, name, n_name, &named, err);
	f->v->loose_blobs += rc == RC_OK && !named;
	return rc;
}

/* Index of the first entry that names a blob with this hash. */
static enum rc blame_blob(struct fsck *f, struct stmt *s, struct err *err)
{
	struct stmt *q = db_prepare(f->again,
		"SELECT idx FROM blob_ref WHERE hash = ?");
	const void *name;
	uint64_t index;
	size_t n;

	name = stmt_blob(s, "hash", &n);
	stmt_bind_blob(q, name, n);
	if (stmt_one(q, NULL) != RC_OK)
		return found(f, false, 0, err->text);
	index = (uint64_t)stmt_int(q, "idx");
	stmt_done(q);
	return found(f, true, index, err->text);
}

static enum rc check_blobs(struct fsck *f, struct err *err)
{
	struct stmt *s = db_prepare(f->db,
		"SELECT id, hash, data FROM blob ORDER BY id");
	enum step step = STEP_END;
	enum rc rc = RC_OK;
	uint64_t i = 0;

	while (rc == RC_OK && (step = stmt_step(s, err)) == STEP_ROW) {
		rc = check_blob(f, s, err);
		if (rc == RC_CORRUPT)
			rc = blame_blob(f, s, err);
		if (rc == RC_OK)
			rc = say(f, "checking bulk data", ++i, 0);
	}
	if (rc == RC_OK && step == STEP_ERROR)
		rc = judge(f, false, 0, db_error(f->db, "reading bulk data",
						 err), err);
	stmt_done(s);
	return rc;
}

static enum rc check_named_blob(struct fsck *f, struct stmt *s,
				struct err *err)
{
	struct stmt *q = db_prepare(f->db, "SELECT id FROM blob WHERE hash = ?");
	char hex[HASH_HEX_SIZE] = "", why[160];
	struct hash h;
	const void *name;
	size_t n;
	enum rc rc;

	name = stmt_blob(s, "hash", &n);
	stmt_bind_blob(q, name, n);
	rc = stmt_one(q, err);
	if (rc == RC_OK) {
		stmt_done(q);
		return RC_OK;
	}
	if (rc != RC_NOT_FOUND)
		return judge(f, false, 0, rc, err);
	if (n == HASH_SIZE) {
		memcpy(h.bytes, name, n);
		hash_hex(&h, hex);
	}
	snprintf(why, sizeof(why), "the entry names blob %s, which is not "
		 "there", hex);
	return found(f, true, (uint64_t)stmt_int(s, "idx"), why);
}

static enum rc check_names(struct fsck *f, struct err *err)
{
	struct stmt *s = db_prepare(f->again,
		"SELECT hash, idx FROM blob_ref ORDER BY idx");
	enum step step = STEP_END;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (step = stmt_step(s, err)) == STEP_ROW)
		rc = check_named_blob(f, s, err);
	stmt_done(s);
	return rc == RC_OK && step == STEP_ERROR ? RC_IO : rc;
}

/* -- Structure and projections -- */

static enum rc check_structure(struct fsck *f, struct err *err)
{
	struct stmt *s = db_prepare(f->db, "PRAGMA integrity_check(1)");
	char why[sizeof(f->v->why)];
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return judge(f, false, 0, rc, err);
	snprintf(why, sizeof(why), "the file's structure is damaged: %s",
		 stmt_text(s, "integrity_check"));
	if (strcmp(stmt_text(s, "integrity_check"), "ok") != 0)
		rc = found(f, false, 0, why);
	stmt_done(s);
	return rc;
}

static enum rc row_differs(struct fsck *f, const char *table, struct stmt *row,
			   const char *how)
{
	struct buf why = BUF_INIT;
	enum rc rc;

	buf_printf(&why, "table '%s' %s (", table, how);
	for (int i = 0; i < 3 && i < stmt_columns(row); i++) {
		buf_printf(&why, "%s%s=", i ? ", " : "",
			   stmt_column_name(row, i));
		stmt_describe_value(row, i, &why);
	}
	buf_str(&why, "); 'muster rebuild' makes it anew from the log");
	rc = found(f, false, 0, why.data);
	buf_release(&why);
	return rc;
}

static enum rc compare_rows(struct fsck *f, const char *table,
			    struct stmt *stored, struct stmt *again,
			    struct err *err)
{
	char how[96];
	enum step a, b;

	for (;;) {
		a = stmt_step(stored, err);
		b = stmt_step(again, err);
		if (a == STEP_ERROR || b == STEP_ERROR)
			return judge(f, false, 0, RC_CORRUPT, err);
		if (a == STEP_END && b == STEP_END)
			return RC_OK;
		if (a == STEP_END)
			return row_differs(f, table, again,
					   "lacks a row that the log gives");
		if (b == STEP_END)
			return row_differs(f, table, stored,
					   "has a row that no entry gave");
		for (int i = 0; i < stmt_columns(stored); i++) {
			if (stmt_same_value(stored, again, i))
				continue;
			snprintf(how, sizeof(how), "differs from the log in "
				 "column '%.40s'", stmt_column_name(again, i));
			return row_differs(f, table, again, how);
		}
	}
}

static enum rc compare_table(struct fsck *f, const char *table,
			     const char *key, struct err *err)
{
	char *sql = xasprintf("SELECT * FROM %s ORDER BY %s", table, key);
	struct stmt *stored = db_prepare_once(f->db, sql);
	struct stmt *again = db_prepare_once(f->again, sql);
	enum rc rc = compare_rows(f, table, stored, again, err);

	stmt_done(stored);
	stmt_done(again);
	free(sql);
	return rc;
}

static enum rc check_projections(struct fsck *f, struct err *err)
{
	struct strs names = VEC_INIT, keys = VEC_INIT;
	enum rc rc = schema_projections(&names, &keys, err);

	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		rc = compare_table(f, names.at[i], keys.at[i], err);
		if (rc == RC_OK)
			rc = say(f, "checking tables", i + 1, names.n);
	}
	strs_release(&names);
	strs_release(&keys);
	return rc;
}

/* -- All of it -- */

static enum rc open_again(struct fsck *f, struct err *err)
{
	/* The empty name: a temporary file, so that memory stays flat. */
	enum rc rc = db_open("", DB_MEMORY, &f->again, err);

	if (rc == RC_OK)
		rc = db_script(f->again, "PRAGMA journal_mode = OFF;"
					 "PRAGMA synchronous = OFF;", err);
	if (rc == RC_OK)
		rc = schema_create_projections(f->again, err);
	return rc == RC_OK ? db_script(f->again, "BEGIN", err) : rc;
}

/* A file that is not migrated yet has tables of its time: its log is what
 * counts, and what its backup is verified by. */
static enum rc check_all(struct fsck *f, struct err *err)
{
	bool today = f->version == SCHEMA_VERSION;
	enum rc rc = RC_OK;

	if (today)
		rc = judge(f, false, 0, schema_check(f->db, err), err);
	if (rc == RC_OK)
		rc = db_script(f->db, "BEGIN", err);
	if (rc == RC_OK)
		rc = check_log(f, err);
	if (rc == RC_OK)
		rc = check_blobs(f, err);
	if (rc == RC_OK)
		rc = check_names(f, err);
	if (rc == RC_OK && today)
		rc = check_projections(f, err);
	if (rc == RC_OK)
		rc = check_structure(f, err);
	return rc;
}

enum rc reg_fsck(const char *path, struct reg_progress *progress,
		 struct reg_verdict *out, struct err *err)
{
	struct fsck f = { .progress = progress, .v = out };
	struct err why = ERR_INIT;
	enum rc rc;

	*out = (struct reg_verdict){ .root = tree_empty() };
	rc = reg_open_file(path, &f.db, &f.version, &why);
	if (rc == RC_CORRUPT)
		rc = found(&f, false, 0, why.text);
	if (rc == RC_OK)
		rc = open_again(&f, &why);
	if (rc == RC_OK)
		rc = check_all(&f, &why);
	if (rc == RC_OK)
		out->ok = true;
	db_close(f.again);
	db_close(f.db);
	if (rc == RC_OK || rc == RC_UNMET)
		return RC_OK;
	return err_set(err, rc, "%s", why.text);
}
