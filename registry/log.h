/* The log's Merkle tree, exactly RFC 6962 section 2.1 over SHA-256: leaves
 * are hashed behind a byte 0, nodes behind a byte 1, the empty tree is the
 * hash of nothing. Complete nodes are kept (table log_node), so that root
 * and proofs cost O(log n) look-ups.
 *
 * The pure half (tree_) needs no file: a report's reader verifies with it. */
#ifndef MUSTER_REGISTRY_LOG_H
#define MUSTER_REGISTRY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"

struct db;

#define LOG_ENTRY_MAX 65535	/* C2SP tlog-tiles: a 16-bit length */

VEC_DECLARE(struct hash, hashes);

/* -- Pure -- */

struct hash tree_leaf(const void *bytes, size_t n);
struct hash tree_empty(void);

/* A tree that grows by leaves and keeps one hash a level: memory is flat. */
struct tree {
	uint64_t size;
	struct hash peak[64];	/* of complete subtrees, by level */
};
/* done (or NULL) is called for each node that the leaf completes. */
enum rc tree_add(struct tree *t, const struct hash *leaf,
		 enum rc (*done)(void *arg, unsigned level, uint64_t pos,
				 const struct hash *h, struct err *err),
		 void *arg, struct err *err);
struct hash tree_root(const struct tree *t);

/* RFC 6962 2.1.1 and 2.1.2, as verified by RFC 9162 2.1.3.2 and 2.1.4.2. */
bool tree_check_inclusion(const struct hash *leaf, uint64_t index,
			  uint64_t size, const struct hashes *path,
			  const struct hash *root);
bool tree_check_consistency(uint64_t old_size, const struct hash *old_root,
			    uint64_t size, const struct hash *root,
			    const struct hashes *path);

/* The text of a C2SP tlog-checkpoint: origin, size, root in base64, each on a
 * line. RC_USAGE if the origin is empty or holds a blank or '+'. */
enum rc checkpoint_write(struct buf *out, const char *origin, uint64_t size,
			 const struct hash *root, struct err *err) MUST_USE;

/* -- Over the file -- */

enum rc log_size(struct db *db, uint64_t *out, struct err *err) MUST_USE;
enum rc log_leaf(struct db *db, uint64_t index, struct hash *out,
		 struct err *err) MUST_USE;
/* Writes the nodes that leaf index completes. */
enum rc log_add_nodes(struct db *db, uint64_t index, const struct hash *leaf,
		      struct err *err) MUST_USE;
/* Root of the first size entries. */
enum rc log_root(struct db *db, uint64_t size, struct hash *out,
		 struct err *err) MUST_USE;
/* Appends the audit path of an index < size. */
enum rc log_inclusion(struct db *db, uint64_t index, uint64_t size,
		      struct hashes *out, struct err *err) MUST_USE;
/* Appends the proof that the first old_size entries (1 or more) are a prefix
 * of the first size. */
enum rc log_consistency(struct db *db, uint64_t old_size, uint64_t size,
			struct hashes *out, struct err *err) MUST_USE;

#endif
