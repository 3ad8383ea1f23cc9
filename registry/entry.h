/* Entries of the log and how each kind changes the projections.
 *
 * To add a noun: its file offers "const struct entry_kind noun_kinds[]",
 * ended by an empty row; registry/entry.c lists the table; registry/schema.c
 * holds the SQL of its projections. Released kinds and versions stay for
 * ever; a new shape of a body is a new version of its kind.
 *
 * apply sees the entry, its blobs and the projections; never the clock, the
 * user, the environment or an option: replay gives the same tables. It trusts
 * nothing in the body: a missing field, a wrong type, a dangling reference is
 * RC_CORRUPT with the reason, and the caller adds the index. */
#ifndef MUSTER_REGISTRY_ENTRY_H
#define MUSTER_REGISTRY_ENTRY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

struct db;
struct reg_tx;
struct registry;

struct entry {
	uint64_t index;
	const char *kind;
	int64_t version;	/* of the kind's body */
	const char *object;
	int64_t revision;	/* of the object, after this entry */
	int64_t base;		/* revision it was based on, or -1 */
	int64_t time;		/* UTC seconds */
	int64_t uid;
	int64_t loginuid;	/* -1: unset */
	const char *login;
	int64_t undoes;		/* index of the entry taken back, or -1 */
	const struct json *body;
};

/* What the object is behind its kind: "adult" of "dataset/adult". */
const char *entry_noun(const struct entry *e);

/* A text of its body as a line of the log says it: "?" where there is none. */
const char *entry_text(const struct entry *e, const char *key);

struct apply {
	struct db *db;			/* writes allowed */
	const struct entry *entry;
	/* A blob that the entry names, checked against its name. */
	enum rc (*blob)(struct apply *a, const char *ref, struct buf *out,
			struct err *err);
	void *blob_arg;
};

/* Blobs that a manifest names, itself a blob that the entry names, count as
 * named by the entry: gc spares them, fsck looks for them. */
enum rc apply_note_blobs(struct apply *a, const struct json *manifest,
			 struct err *err) MUST_USE;

struct testset_step_report;

struct entry_kind {
	const char *name;		/* "model.add" */
	int version;
	enum rc (*apply)(struct apply *a, struct err *err);
	/* One line for log views: what happened, without who and when. */
	void (*line)(const struct entry *e, struct buf *out);
	/* Appends the reversing entry, RC_REFUSED if it no longer fits.
	 * NULL: cannot be undone. */
	enum rc (*undo)(struct reg_tx *tx, const struct entry *e,
			struct err *err);
	/* Instead of undo, where blobs must be stored ahead: not within a write,
	 * but has one of its own, with tx_take_back. what: as reg_undo_told;
	 * report: what it did to the set; both may be NULL. */
	enum rc (*undo_apart)(struct registry *reg, const struct entry *e,
			      struct buf *what,
			      struct testset_step_report *report,
			      struct err *err);
};

/* NULL: unknown here (a newer program wrote it). */
const struct entry_kind *entry_kind_find(const char *name, int64_t version);
/* The newest version of a kind; BUG if there is none. */
const struct entry_kind *entry_kind_newest(const char *name);

/* Strict helpers for apply and undo: RC_CORRUPT naming the field. */
enum rc body_str(const struct json *body, const char *key, const char **out,
		 struct err *err) MUST_USE;
enum rc body_int(const struct json *body, const char *key, int64_t *out,
		 struct err *err) MUST_USE;
/* Many of them, in order; the last has no key. */
struct body_field {
	const char *key, **text;	/* text, or else number */
	int64_t *number;
};
enum rc body_read(const struct json *body, const struct body_field *fields,
		  struct err *err) MUST_USE;

/* One row of log views. The strings are the struct's own. */
struct log_line {
	uint64_t index;
	int64_t time;
	int64_t uid;
	char *login;
	char *kind;
	char *object;
	char *text;		/* the kind's line */
	struct hash hash;	/* leaf hash */
};
struct log_filter {
	const char *object;	/* exact, or a prefix ending in '/', or NULL */
	int64_t since;		/* UTC, or INT64_MIN */
	uint64_t from;		/* index of the first wanted */
	uint64_t limit;		/* at most; newest first if from is UINT64_MAX */
	const char *kind;	/* exact, or a prefix ending in '.', or NULL */
	const char *by;		/* login, or uid as a number, or NULL */
};
typedef enum rc log_line_fn(const struct log_line *line, void *arg,
			    struct err *err);
enum rc reg_log(struct registry *reg, const struct log_filter *filter,
		log_line_fn *fn, void *arg, struct err *err) MUST_USE;

/* Appends an entry's own bytes, as they were hashed; RC_NOT_FOUND. */
enum rc reg_entry_bytes(struct registry *reg, uint64_t index, struct buf *out,
			struct err *err) MUST_USE;

#endif
