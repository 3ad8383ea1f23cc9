/* The log's entries in order, read ahead: while the caller applies some, the
 * texts of the next are parsed on another core. The order in which they are
 * given, and what is given, depend on no number of cores.
 *
 *	struct ahead *a = ahead_new(db, 0, INT64_MAX, false);
 *	while (ahead_next(a, &row, err))
 *		...
 *	rc = ahead_end(a, RC_OK);
 *
 * The rows are read on the caller's thread, between two calls of his: he may
 * use db in the meantime, even to write other tables. Memory is bounded: some
 * thousand entries, or some MiB of them. */
#ifndef MUSTER_REGISTRY_AHEAD_H
#define MUSTER_REGISTRY_AHEAD_H

#include "registry/db.h"
#include "registry/inside.h"

/* One entry; all of it is borrowed until the next ahead_next. */
struct log_row {
	uint64_t index;
	const char *text;	/* the entry, n bytes */
	size_t n;
	enum rc rc;		/* of reading the text: RC_OK, RC_CORRUPT */
	const char *why;	/* ... and why not */
	struct entry e;		/* RC_OK: what it says */
	/* Only where asked for: the leaf's hash as computed, is the stored one
	 * the same, and do the other columns say what the entry does? */
	struct hash leaf;
	bool hash_agrees, columns_agree;
	/* inside */
	int64_t time;
	const char *kind, *object;
	size_t n_kind, n_object;
	bool has_hash;
	struct hash stored;
};

struct ahead;

/* The rows with indexes first to last, as they lie in the table: that none is
 * missing is for the caller to see. */
struct ahead *ahead_new(struct db *db, int64_t first, int64_t last,
			bool with_columns);
/* Is there one more? false at the end, and where reading failed, which
 * ahead_end tells apart. */
bool ahead_next(struct ahead *a, const struct log_row **out, struct err *err);
/* Frees a. rc, or, while that is RC_OK, how reading ended. */
enum rc ahead_end(struct ahead *a, enum rc rc) MUST_USE;

#endif
