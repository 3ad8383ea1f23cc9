#include "registry/log.h"

#include <string.h>

#include "base/base64.h"
#include "registry/db.h"

/* -- Pure -- */

struct hash tree_leaf(const void *bytes, size_t n)
{
	struct hasher *h = hasher_new();

	hasher_add(h, "\0", 1);
	hasher_add(h, bytes, n);
	return hasher_end(h);
}

static struct hash tree_node(const struct hash *left, const struct hash *right)
{
	uint8_t text[1 + 2 * HASH_SIZE] = { 1 };

	memcpy(text + 1, left->bytes, HASH_SIZE);
	memcpy(text + 1 + HASH_SIZE, right->bytes, HASH_SIZE);
	return hash_bytes(text, sizeof(text));
}

struct hash tree_empty(void)
{
	return hash_bytes("", 0);
}

enum rc tree_add(struct tree *t, const struct hash *leaf,
		 enum rc (*done)(void *arg, unsigned level, uint64_t pos,
				 const struct hash *h, struct err *err),
		 void *arg, struct err *err)
{
	struct hash h = *leaf;
	uint64_t pos = t->size;
	unsigned level = 0;
	enum rc rc;

	for (; pos & 1; pos >>= 1) {
		h = tree_node(&t->peak[level], &h);
		level++;
		rc = done ? done(arg, level, pos >> 1, &h, err) : RC_OK;
		if (rc != RC_OK)
			return rc;
	}
	t->peak[level] = h;
	t->size++;
	return RC_OK;
}

struct hash tree_root(const struct tree *t)
{
	struct hash h;
	bool any = false;

	for (unsigned level = 0; level < 64; level++) {
		if (!(t->size >> level & 1))
			continue;
		h = any ? tree_node(&t->peak[level], &h) : t->peak[level];
		any = true;
	}
	return any ? h : tree_empty();
}

bool tree_check_inclusion(const struct hash *leaf, uint64_t index,
			  uint64_t size, const struct hashes *path,
			  const struct hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct hash h = *leaf;

	if (index >= size)
		return false;
	for (size_t i = 0; i < path->n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			h = tree_node(&path->at[i], &h);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			h = tree_node(&h, &path->at[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_equal(&h, root);
}

/* The climb of RFC 9162 2.1.4.2 from the first hash of the path on. */
static bool climb(uint64_t fn, uint64_t sn, const struct hash *first,
		  const struct hash *old_root, const struct hash *root,
		  const struct hash *path, size_t n)
{
	struct hash fr = *first, sr = *first;

	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			fr = tree_node(&path[i], &fr);
			sr = tree_node(&path[i], &sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			sr = tree_node(&sr, &path[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_equal(&fr, old_root) && hash_equal(&sr, root);
}

bool tree_check_consistency(uint64_t old_size, const struct hash *old_root,
			    uint64_t size, const struct hash *root,
			    const struct hashes *path)
{
	uint64_t fn = old_size - 1, sn = size - 1;
	bool is_power = (old_size & (old_size - 1)) == 0;

	if (old_size == 0 || old_size > size)
		return false;
	if (old_size == size)
		return path->n == 0 && hash_equal(old_root, root);
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	if (is_power)
		return climb(fn, sn, old_root, old_root, root, path->at,
			     path->n);
	return path->n > 0 && climb(fn, sn, &path->at[0], old_root, root,
				    path->at + 1, path->n - 1);
}

enum rc checkpoint_write(struct buf *out, const char *origin, uint64_t size,
			 const struct hash *root, struct err *err)
{
	if (!*origin || strpbrk(origin, " \t\r\n+"))
		return err_set(err, RC_USAGE, "origin '%s' of a checkpoint is "
			       "empty or holds a blank or '+'", origin);
	buf_printf(out, "%s\n%llu\n", origin, (unsigned long long)size);
	base64_add(out, root->bytes, HASH_SIZE);
	buf_char(out, '\n');
	return RC_OK;
}

/* -- Over the file -- */

enum rc log_size(struct db *db, uint64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT COALESCE(MAX(idx), -1) + 1 AS size "
		"FROM log");
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	*out = (uint64_t)stmt_int(s, "size");
	stmt_done(s);
	return RC_OK;
}

static enum rc take_hash(struct stmt *s, uint64_t index, struct hash *out,
			 struct err *err)
{
	const void *bytes;
	size_t n;
	enum rc rc = stmt_one(s, err);

	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CORRUPT, "the log's tree lacks a hash "
			       "at entry %llu; 'muster fsck' says more",
			       (unsigned long long)index);
	if (rc != RC_OK)
		return rc;
	bytes = stmt_blob(s, "hash", &n);
	if (n == HASH_SIZE)
		memcpy(out->bytes, bytes, HASH_SIZE);
	else
		rc = err_set(err, RC_CORRUPT, "the log's tree has a broken "
			     "hash at entry %llu", (unsigned long long)index);
	stmt_done(s);
	return rc;
}

enum rc log_leaf(struct db *db, uint64_t index, struct hash *out,
		 struct err *err)
{
	struct stmt *s = db_prepare(db, "SELECT hash FROM log WHERE idx = ?");

	stmt_bind_int(s, (int64_t)index);
	return take_hash(s, index, out, err);
}

static enum rc read_node(struct db *db, unsigned level, uint64_t pos,
			 struct hash *out, struct err *err)
{
	struct stmt *s;

	if (level == 0)
		return log_leaf(db, pos, out, err);
	s = db_prepare(db, "SELECT hash FROM log_node "
			   "WHERE level = ? AND pos = ?");
	stmt_bind_int(s, level);
	stmt_bind_int(s, (int64_t)pos);
	return take_hash(s, pos << level, out, err);
}

static enum rc write_node(struct db *db, unsigned level, uint64_t pos,
			  const struct hash *h, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"INSERT INTO log_node (level, pos, hash) "
		"VALUES (?, ?, ?)");

	stmt_bind_int(s, level);
	stmt_bind_int(s, (int64_t)pos);
	stmt_bind_blob(s, h->bytes, HASH_SIZE);
	return stmt_run(s, err);
}

enum rc log_add_nodes(struct db *db, uint64_t index, const struct hash *leaf,
		      struct err *err)
{
	struct hash h = *leaf, left;
	uint64_t pos = index;
	enum rc rc;

	for (unsigned level = 0; pos & 1; level++, pos >>= 1) {
		rc = read_node(db, level, pos - 1, &left, err);
		if (rc != RC_OK)
			return rc;
		h = tree_node(&left, &h);
		rc = write_node(db, level + 1, pos >> 1, &h, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static unsigned log2_floor(uint64_t n)
{
	unsigned level = 0;

	while (n >>= 1)
		level++;
	return level;
}

/* MTH of n > 0 leaves from start on, where start is a multiple of the
 * smallest power of two that is at least n: a stored node if n is a power of
 * two, else the stored left part and the rest. */
static enum rc range(struct db *db, uint64_t start, uint64_t n,
		     struct hash *out, struct err *err)
{
	unsigned level = log2_floor(n);
	uint64_t k = (uint64_t)1 << level;
	struct hash left, right;
	enum rc rc;

	rc = read_node(db, level, start >> level, &left, err);
	if (rc != RC_OK)
		return rc;
	if (k == n) {
		*out = left;
		return RC_OK;
	}
	rc = range(db, start + k, n - k, &right, err);
	if (rc == RC_OK)
		*out = tree_node(&left, &right);
	return rc;
}

enum rc log_root(struct db *db, uint64_t size, struct hash *out,
		 struct err *err)
{
	if (size == 0) {
		*out = tree_empty();
		return RC_OK;
	}
	return range(db, 0, size, out, err);
}

/* The largest power of two below n > 1. */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << log2_floor(n - 1);
}

static enum rc push_range(struct db *db, uint64_t start, uint64_t n,
			  struct hashes *out, struct err *err)
{
	struct hash h;
	enum rc rc = range(db, start, n, &h, err);

	if (rc == RC_OK)
		vec_push(out, h);
	return rc;
}

/* PATH(m, D[n]) of RFC 6962 2.1.1. */
static enum rc path(struct db *db, uint64_t start, uint64_t m, uint64_t n,
		    struct hashes *out, struct err *err)
{
	uint64_t k;
	enum rc rc;

	if (n == 1)
		return RC_OK;
	k = split(n);
	if (m < k) {
		rc = path(db, start, m, k, out, err);
		return rc == RC_OK ?
		       push_range(db, start + k, n - k, out, err) : rc;
	}
	rc = path(db, start + k, m - k, n - k, out, err);
	return rc == RC_OK ? push_range(db, start, k, out, err) : rc;
}

enum rc log_inclusion(struct db *db, uint64_t index, uint64_t size,
		      struct hashes *out, struct err *err)
{
	if (index >= size)
		return err_set(err, RC_NOT_FOUND, "entry %llu is not in a log "
			       "of %llu", (unsigned long long)index,
			       (unsigned long long)size);
	return path(db, 0, index, size, out, err);
}

/* SUBPROOF(m, D[n], whole) of RFC 6962 2.1.2. */
static enum rc subproof(struct db *db, uint64_t start, uint64_t m, uint64_t n,
			bool whole, struct hashes *out, struct err *err)
{
	uint64_t k;
	enum rc rc;

	if (m == n)
		return whole ? RC_OK : push_range(db, start, n, out, err);
	k = split(n);
	if (m <= k) {
		rc = subproof(db, start, m, k, whole, out, err);
		return rc == RC_OK ?
		       push_range(db, start + k, n - k, out, err) : rc;
	}
	rc = subproof(db, start + k, m - k, n - k, false, out, err);
	return rc == RC_OK ? push_range(db, start, k, out, err) : rc;
}

enum rc log_consistency(struct db *db, uint64_t old_size, uint64_t size,
			struct hashes *out, struct err *err)
{
	if (old_size == 0 || old_size > size)
		return err_set(err, RC_USAGE, "no proof from size %llu to %llu",
			       (unsigned long long)old_size,
			       (unsigned long long)size);
	return subproof(db, 0, old_size, size, true, out, err);
}
