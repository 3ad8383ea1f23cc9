/* Proof that log, tree, blobs and projections agree.
 *
 * The log is read once, in order: each text is parsed, hashed, compared with
 * its row and applied to empty projections in a temporary database, while the
 * tree grows by one hash a level; memory stays flat. Then every blob is
 * hashed, SQLite looks at its own structure, and the replayed projections are
 * compared with the stored ones row by row; and what is kept of test sets to
 * find their rows by (registry/sieve_check.h) is made again. The first
 * difference ends it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "registry/ahead.h"
#include "registry/inside.h"
#include "registry/schema.h"
#include "registry/sieve_check.h"

struct structure {
	struct db *db;
	struct par_thread *thread;	/* NULL: not started */
	enum rc rc;
	struct err why;
};

struct fsck {
	const char *path;
	struct db *db;			/* the file */
	struct db *again;		/* projections as replayed */
	struct structure beside;	/* looked at meanwhile */
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
	    rc == RC_CANCELLED || rc == RC_NO_SPACE)
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

#define SAY_EACH 1024

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
	if (!r->hash_agrees)
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
		rc = err_set(err, r->rc, "%s", r->why);
	if (rc == RC_OK && r->e.index != i)
		rc = err_set(err, RC_CORRUPT, "the entry says it is %llu",
			     (unsigned long long)r->e.index);
	if (rc == RC_OK)
		note_time(f, i, r->e.time);
	if (rc == RC_OK && !r->columns_agree)
		rc = err_set(err, RC_CORRUPT, "columns of the log differ from "
			     "the entry");
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

static enum rc check_entries(struct fsck *f, struct err *err)
{
	/* Whatever its index: none is overlooked. */
	struct ahead *a = ahead_new(f->db, INT64_MIN, INT64_MAX, true);
	const struct log_row *row;
	enum rc rc = RC_OK, read;
	uint64_t i = 0;

	while (rc == RC_OK && ahead_next(a, &row, err)) {
		rc = check_entry(f, row, i, err);
		if (rc != RC_OK)
			rc = judge(f, true, i, rc, err);
		if (rc == RC_OK && ++i % SAY_EACH == 0)
			rc = say(f, "checking the log", i, 0);
	}
	read = ahead_end(a, RC_OK);
	if (rc == RC_OK && read != RC_OK)
		rc = judge(f, true, i, err_prefix(err, "reading the log"), err);
	return rc;
}

static enum rc check_log(struct fsck *f, struct err *err)
{
	enum rc rc = check_entries(f, err);

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
	enum rc rc = RC_OK, read;
	uint64_t i = 0;

	while (rc == RC_OK && stmt_next(s, err)) {
		rc = check_blob(f, s, err);
		if (rc == RC_CORRUPT)
			rc = blame_blob(f, s, err);
		if (rc == RC_OK)
			rc = say(f, "checking bulk data", ++i, 0);
	}
	read = stmt_end(s, RC_OK);
	if (rc == RC_OK && read != RC_OK)
		rc = judge(f, false, 0, err_prefix(err, "reading bulk data"),
			   err);
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
	enum rc rc = RC_OK;

	while (rc == RC_OK && stmt_next(s, err))
		rc = check_named_blob(f, s, err);
	return stmt_end(s, rc);
}

/* -- Structure and projections -- */

/* SQLite's own look at the pages. In a long log a connection of its own does
 * it beside the replay: we hold the file's lock in the meantime, so that both
 * see the same. That one waits for nobody: a writer that waits for us would
 * wait for it, and it for the writer. */
#define LONG_LOG 4096

static void look(void *arg)
{
	struct structure *l = arg;
	struct stmt *s = db_prepare(l->db, "PRAGMA integrity_check(1)");
	const char *text;

	l->rc = stmt_one(s, &l->why);
	if (l->rc != RC_OK)
		return;
	text = stmt_text(s, "integrity_check");
	if (strcmp(text, "ok") != 0)
		l->rc = err_set(&l->why, RC_CORRUPT, "the file's structure is "
				"damaged: %s", text);
	stmt_done(s);
}

/* What fails here is met again, and told, by the replay. */
static void open_beside(struct fsck *f)
{
	uint64_t size;
	int64_t version;

	if (log_size(f->db, &size, NULL) != RC_OK || size < LONG_LOG ||
	    reg_open_file(f->path, &f->beside.db, &version, NULL) != RC_OK)
		return;
	db_set_deadline(f->beside.db, 0);
}

/* Once the lock is held. */
static void start_beside(struct fsck *f)
{
	if (f->beside.db)
		f->beside.thread = par_try(look, &f->beside);
}

/* Its answer is not wanted any more. */
static void stop_beside(struct fsck *f)
{
	if (f->beside.thread)
		db_interrupt(f->beside.db);
	par_join(f->beside.thread);
	f->beside.thread = NULL;
	db_close(f->beside.db);
	f->beside.db = NULL;
}

static enum rc check_structure(struct fsck *f, struct err *err)
{
	struct structure here = { .db = f->db, .rc = RC_BUSY };

	if (f->beside.thread) {
		par_join(f->beside.thread);
		f->beside.thread = NULL;
		here = f->beside;
	}
	if (here.rc == RC_BUSY) {
		here.db = f->db;
		look(&here);
	}
	if (here.rc == RC_OK)
		return RC_OK;
	return judge(f, false, 0, err_set(err, here.rc, "%s", here.why.text),
		     err);
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
			return RC_OK;	/* stmt_end says how it ended */
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

	rc = stmt_end(again, stmt_end(stored, rc));
	free(sql);
	return judge(f, false, 0, rc, err);
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

/* -- Sieves -- what is derived from a set's rows, and named by an entry */

static enum rc list_testsets(struct fsck *f, struct strs *out, struct err *err)
{
	struct stmt *s = db_prepare(f->db,
		"SELECT name FROM testset ORDER BY name");

	while (stmt_next(s, err))
		strs_add(out, stmt_text(s, "name"));
	return stmt_end(s, RC_OK);
}

/* The tables are proved: the file can be read as a registry is. */
static enum rc check_sieves_of(struct fsck *f, const char *testset,
			       struct err *err)
{
	char *path = xstrdup(f->path);
	struct registry reg = {
		.path = path, .db = f->db, .shown = f->db, .readonly = true,
		.read_depth = 1,	/* in check_all's transaction */
	};
	uint64_t entry = 0;
	bool bad = false;
	enum rc rc = sieves_check(&reg, testset, &bad, &entry, err);

	free(path);
	if (rc == RC_OK && bad)
		return found(f, true, entry, "its sieve is not that of the "
			     "rows: equal inputs, or a key that is there "
			     "already, might be overlooked");
	return rc == RC_OK ? RC_OK : judge(f, false, 0, rc, err);
}

static enum rc check_sieves(struct fsck *f, struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = judge(f, false, 0, list_testsets(f, &names, err), err);

	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		rc = check_sieves_of(f, names.at[i], err);
		if (rc == RC_OK)
			rc = say(f, "checking test sets", i + 1, names.n);
	}
	strs_release(&names);
	return rc;
}

/* -- All of it -- */

static enum rc open_again(struct fsck *f, struct err *err)
{
	/* The empty name: a temporary file, so that memory stays flat. */
	enum rc rc = db_open("", DB_MEMORY, &f->again, err);

	if (rc == RC_OK)
		rc = db_script(f->again, "PRAGMA journal_mode = OFF;"
					 "PRAGMA synchronous = OFF;"
					 "PRAGMA cache_size = -16384;", err);
	if (rc == RC_OK)
		rc = schema_create_projections(f->again, err);
	if (rc == RC_OK)
		rc = schema_drop_lookups(f->again, NULL, err);
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
	if (rc == RC_OK && today)
		open_beside(f);
	/* The read takes the lock that BEGIN only announces. */
	if (rc == RC_OK)
		rc = db_script(f->db, "BEGIN; PRAGMA schema_version", err);
	if (rc == RC_OK)
		start_beside(f);
	if (rc == RC_OK)
		rc = check_log(f, err);
	if (rc == RC_OK)
		rc = check_blobs(f, err);
	if (rc == RC_OK)
		rc = check_names(f, err);
	if (rc == RC_OK && today)
		rc = check_projections(f, err);
	if (rc == RC_OK && today)
		rc = check_sieves(f, err);
	if (rc == RC_OK)
		rc = check_structure(f, err);
	return rc;
}

enum rc reg_fsck(const char *path, struct reg_progress *progress,
		 struct reg_verdict *out, struct err *err)
{
	struct fsck f = { .path = path, .progress = progress, .v = out };
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
	stop_beside(&f);
	db_close(f.again);
	db_close(f.db);
	if (rc == RC_OK || rc == RC_UNMET)
		return RC_OK;
	return err_set(err, rc, "%s", why.text);
}
