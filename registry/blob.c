#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/schema.h"

#define REF_PREFIX "blob:"
/* A blob that no entry names yet may be one of an import under way. */
#define GC_AGE (24 * 60 * 60)

char *reg_blob_ref(const struct hash *name)
{
	char hex[HASH_HEX_SIZE];

	return xasprintf(REF_PREFIX "%s", hash_hex(name, hex));
}

bool reg_blob_from_ref(const char *ref, struct hash *out)
{
	char hex[HASH_HEX_SIZE];
	size_t n = strlen(REF_PREFIX);

	/* Upper case would be a second name for one blob. */
	return !strncmp(ref, REF_PREFIX, n) && hash_from_hex(ref + n, out) &&
	       !strcmp(hash_hex(out, hex), ref + n);
}

/* -- Reading -- */

static enum rc find(struct db *db, const struct hash *name, int64_t *id,
		    size_t *size, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT id, length(data) AS size "
		"FROM blob "
		"WHERE hash = ?");
	enum rc rc;

	stmt_bind_blob(s, name->bytes, HASH_SIZE);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*id = stmt_int(s, "id");
	*size = (size_t)stmt_int(s, "size");
	stmt_done(s);
	return RC_OK;
}

static enum rc missing(const struct hash *name, struct err *err)
{
	char hex[HASH_HEX_SIZE];

	return err_set(err, RC_CORRUPT, "blob %s is not in the registry",
		       hash_hex(name, hex));
}

static enum rc differs(const struct hash *name, struct err *err)
{
	char hex[HASH_HEX_SIZE];

	return err_set(err, RC_CORRUPT, "blob %s holds other bytes than its "
		       "name says", hash_hex(name, hex));
}

static enum rc open_sized(struct db *db, int64_t id, const struct hash *name,
			  size_t size, struct db_value **out, struct err *err)
{
	enum rc rc = db_value_open(db, "blob", "data", id, out, err);

	if (rc != RC_OK)
		return rc;
	if (size ? db_value_size(*out) == size
		 : db_value_size(*out) <= REG_BLOB_MAX)
		return RC_OK;
	db_value_close(*out);
	*out = NULL;
	return differs(name, err);
}

static enum rc read_into(struct db *db, int64_t id, const struct hash *name,
			 void *out, size_t size, struct err *err)
{
	struct db_value *v = NULL;
	enum rc rc = open_sized(db, id, name, size, &v, err);

	if (rc == RC_OK)
		rc = db_value_piece(v, 0, out, size, err);
	db_value_close(v);
	return rc;
}

enum rc blob_load(struct db *db, const struct hash *name, struct buf *out,
		  struct err *err)
{
	size_t start = out->len, size;
	struct hash now;
	int64_t id;
	enum rc rc = find(db, name, &id, &size, err);

	if (rc == RC_NOT_FOUND)
		return missing(name, err);
	if (rc != RC_OK)
		return rc;
	if (size > REG_BLOB_MAX)
		return differs(name, err);
	buf_reserve(out, size);
	rc = read_into(db, id, name, out->data + start, size, err);
	if (rc != RC_OK)
		return rc;
	now = hash_bytes(out->data + start, size);
	if (!hash_equal(&now, name))
		return differs(name, err);
	out->len += size;
	out->data[out->len] = '\0';
	return RC_OK;
}

/* Which database holds it: the file, or the scratch of a dry run. */
static struct db *holder(struct registry *reg, const struct hash *name)
{
	size_t size;
	int64_t id;

	if (reg->scratch && find(reg->scratch, name, &id, &size, NULL) == RC_OK)
		return reg->scratch;
	return reg->db;
}

enum rc reg_blob_get(struct registry *reg, const struct hash *name,
		     struct buf *out, struct err *err)
{
	return blob_load(holder(reg, name), name, out, err);
}

enum rc reg_blob_open(struct registry *reg, const struct hash *name,
		      size_t size, struct db_value **out, struct err *err)
{
	struct db *db = holder(reg, name);
	size_t stored;
	int64_t id;
	enum rc rc = find(db, name, &id, &stored, err);

	if (rc == RC_NOT_FOUND)
		return missing(name, err);
	return rc == RC_OK ? open_sized(db, id, name, size, out, err) : rc;
}

enum rc reg_blob_read(struct registry *reg, const struct hash *name, void *out,
		      size_t size, struct err *err)
{
	struct db_value *v = NULL;
	enum rc rc = reg_blob_open(reg, name, size, &v, err);

	if (rc == RC_OK)
		rc = db_value_piece(v, 0, out, size, err);
	db_value_close(v);
	return rc;
}

enum rc blob_exists(struct registry *reg, const struct hash *name, bool *out,
		    struct err *err)
{
	size_t size;
	int64_t id;
	enum rc rc = find(holder(reg, name), name, &id, &size, err);

	*out = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc blob_for_apply(struct apply *a, const char *ref, struct buf *out,
		       struct err *err)
{
	struct hash name;

	if (!reg_blob_from_ref(ref, &name))
		return err_set(err, RC_CORRUPT, "'%.80s' names no blob", ref);
	return blob_load(a->blob_arg, &name, out, err);
}

/* -- Storing -- */

static enum rc insert(struct db *db, const struct reg_blob *b, struct err *err)
{
	bool equal = false;
	size_t size;
	int64_t id;
	enum rc rc = find(db, &b->hash, &id, &size, err);
	struct stmt *s;

	/* gc looks at the time: what is stored again is wanted again. */
	if (rc == RC_OK) {
		s = db_prepare(db, "UPDATE blob SET stored = ? WHERE id = ?");
		stmt_bind_int(s, clock_now());
		stmt_bind_int(s, id);
		return stmt_run(s, err);
	}
	if (rc != RC_NOT_FOUND)
		return rc;
	s = db_prepare(db, "INSERT INTO blob (hash, stored, data) "
			   "VALUES (?, ?, ?)");
	stmt_bind_blob(s, b->hash.bytes, HASH_SIZE);
	stmt_bind_int(s, clock_now());
	stmt_bind_blob_borrowed(s, b->bytes, b->n);
	rc = stmt_run(s, err);
	if (rc == RC_OK)
		rc = db_value_equal(db, "blob", "data", db_last_rowid(db),
				    b->bytes, b->n, &equal, err);
	return rc == RC_OK && !equal ? differs(&b->hash, err) : rc;
}

struct storing {
	const struct reg_blob *blobs;
	size_t n, i;		/* the next one to store */
};

/* One transaction: as many as fit into REG_BLOB_MAX. After a failed sync
 * nothing is known; stored again it does no harm, and an entry that names it is
 * checked on its own. */
static enum rc store_some(struct db *db, void *arg, struct err *err)
{
	struct storing *st = arg;
	size_t bytes = 0;
	enum rc rc = reg_check_journal(db, err);

	while (rc == RC_OK && st->i < st->n) {
		const struct reg_blob *b = &st->blobs[st->i];

		if (bytes && bytes + b->n > REG_BLOB_MAX)
			break;
		rc = insert(db, b, err);
		bytes += b->n;
		st->i++;
	}
	return rc;
}

static enum rc open_scratch(struct registry *reg, struct err *err)
{
	enum rc rc;

	if (reg->scratch)
		return RC_OK;
	/* The empty name is a temporary file that SQLite has unlinked. */
	rc = db_open("", DB_MEMORY, &reg->scratch, err);
	return rc == RC_OK ? schema_create(reg->scratch, err) : rc;
}

static enum rc store_scratch(struct registry *reg, struct reg_blob *blobs,
			     size_t n, struct err *err)
{
	enum rc rc = open_scratch(reg, err);

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = insert(reg->scratch, &blobs[i], err);
	return rc;
}

enum rc reg_blob_put_many(struct registry *reg, struct reg_blob *blobs,
			  size_t n, struct err *err)
{
	struct storing st = { .blobs = blobs, .n = n };
	enum rc rc = reg_check_writable(reg, err);

	if (reg->tx)
		BUG("reg_blob_put within reg_write");
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (blobs[i].n > REG_BLOB_MAX)
			return err_set(err, RC_BAD_INPUT, "%zu bytes are more "
				       "than a blob holds", blobs[i].n);
		if (!blobs[i].is_hashed)
			blobs[i].hash = hash_bytes(blobs[i].bytes, blobs[i].n);
		blobs[i].is_hashed = true;
	}
	if (reg->options.dry_run)
		return store_scratch(reg, blobs, n, err);
	rc = reg_check_place(reg, err);
	while (rc == RC_OK && st.i < n)
		rc = db_transact(reg->db, true, store_some, &st, err);
	return rc == RC_OK ? RC_OK : err_prefix(err, "could not store bulk data");
}

enum rc reg_blob_put(struct registry *reg, const void *bytes, size_t n,
		     struct hash *out, struct err *err)
{
	struct reg_blob b = { .bytes = bytes, .n = n };
	enum rc rc = reg_blob_put_many(reg, &b, 1, err);

	*out = b.hash;
	return rc;
}

/* -- Taking out what nobody names -- */

/* blob_ref is a projection, which somebody may have cut: the log itself has
 * the last word on what is taken out. */
#define IS_LOOSE \
	"WHERE stored < ? AND hash NOT IN (SELECT hash FROM blob_ref) " \
	"AND NOT EXISTS (SELECT 1 FROM log " \
	"WHERE instr(entry, lower(hex(blob.hash))) > 0)"

struct removed {
	uint64_t n, bytes;
};

static enum rc delete_loose(struct db *db, void *arg, struct err *err)
{
	struct removed *removed = arg;
	struct stmt *s = db_prepare(db,
		"SELECT COUNT(*) AS n, COALESCE(SUM(length(data)), 0) AS bytes "
		"FROM blob "
		IS_LOOSE);
	int64_t before = clock_now() - GC_AGE;
	enum rc rc;

	stmt_bind_int(s, before);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	removed->n = (uint64_t)stmt_int(s, "n");
	removed->bytes = (uint64_t)stmt_int(s, "bytes");
	stmt_done(s);
	s = db_prepare(db,
		"DELETE FROM blob "
		IS_LOOSE);
	stmt_bind_int(s, before);
	return stmt_run(s, err);
}

enum rc reg_gc(struct registry *reg, uint64_t *n_removed, uint64_t *bytes,
	       struct err *err)
{
	struct removed removed = { 0 };
	enum rc rc = reg_maintain(reg, delete_loose, &removed, err);

	*n_removed = removed.n;
	*bytes = removed.bytes;
	return rc;
}
