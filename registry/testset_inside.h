/* What the files behind registry/testset.h share; nobody else includes it. */
#ifndef MUSTER_REGISTRY_TESTSET_INSIDE_H
#define MUSTER_REGISTRY_TESTSET_INSIDE_H

#include "base/hashtab.h"
#include "base/json.h"
#include "registry/chunks.h"
#include "registry/db.h"
#include "registry/testset.h"

/* The stored columns, in the order of the file. A set without key columns
 * has one more at the end, without a name: "", or k for the k-th equal row. */
struct ts_column {
	char *name;
	unsigned roles;
};
struct ts_schema {
	enum task task;
	char *target, *positive;	/* positive: binary only, else NULL */
	char *weight, *group, *scale;	/* or NULL */
	struct strs keys, slices;	/* as given */
	VEC_DECLARE(struct ts_column, ts_columns) columns;
};
void ts_schema_release(struct ts_schema *s);
bool ts_schema_has_key(const struct ts_schema *s);
/* -1: none of that name. */
int ts_schema_column(const struct ts_schema *s, const char *name);
struct json *ts_schema_json(const struct ts_schema *s);
/* RC_CORRUPT unless it is whole: hostile files come here. */
enum rc ts_schema_parse(const struct json *j, struct ts_schema *out,
			struct err *err) MUST_USE;

/* -- Changes -- a part of them as a blob, little-endian:
 *
 *	0	"MTC", and the layout's version, 1
 *	4	u32 change: 0 retire, 1 revive, 2 relabel
 *	8	u32 n, patterns
 *	12	u32 0
 *	16	n u32, ordinals, ascending; up to a multiple of 8 bytes
 *		relabel: the new targets, n cells of a segment (segment.h) */
enum ts_change { CHANGE_RETIRE, CHANGE_REVIVE, CHANGE_RELABEL };
extern const char *const ts_change_names[];
#define CHANGE_ROWS SEGMENT_ROWS
struct change_part {
	enum ts_change change;
	size_t n;
	const uint32_t *row;
	struct segment targets;		/* relabel */
};
void change_write(struct buf *out, enum ts_change change, const uint32_t *row,
		  size_t n, const struct cell *targets);
/* bytes: aligned to 8. n_rows: of the set. */
enum rc change_read(const void *bytes, size_t size, uint64_t n_rows,
		    struct change_part *out, struct err *err) MUST_USE;

/* -- Keys -- */

#define KEY_JOIN '\x1f'
/* The text of a key, appended to out part by part: the key columns, joined, in
 * the order of the key; or for a row without them the digest that stands for
 * its inputs in the order of the columns: SHA-256, in hex, over each as
 * "<bytes>:<text>,". Every begin needs its end. */
struct key_text {
	struct buf *out;
	struct hasher *digest;		/* of inputs; or NULL */
	size_t n_parts;
};
void key_text_begin(struct key_text *k, bool of_inputs, struct buf *out);
void key_text_add(struct key_text *k, const char *s, size_t n);
void key_text_end(struct key_text *k);

/* Digest of a revision: SHA-256 over lines "before HEX" ("-" for none) and
 * "schema REF", "segment REF", "part REF" for what the body names. */
void ts_revision_digest(const char *before, const struct json *body,
			char hex[HASH_HEX_SIZE]);

char *testset_object(const char *name);
/* RC_NOT_FOUND, and what shows those that are there. */
enum rc testset_not_there(const char *name, struct err *err);

/* A step taken back: a new revision in which the patterns it changed are what
 * they were. RC_REFUSED where one was changed again since. For the table of
 * entry kinds (registry/entry.h). (testset_undo.c) */
struct entry;
enum rc testset_undo(struct registry *reg, const struct entry *e,
		     struct buf *what, struct testset_step_report *report,
		     struct err *err) MUST_USE;

/* -- An open set -- */

struct ts_change_row {
	int64_t revision;
	enum ts_change change;
	uint64_t n;
	struct hash blob;
};
struct ts_segment_row {
	uint64_t first;			/* ordinal of its first pattern */
	char *manifest;			/* a blob's name */
};
struct cached {
	size_t chunk, column;
	uint64_t used;			/* 0: nothing here */
	struct loaded loaded;
};
#define N_CACHED 24
struct testset {
	struct registry *reg;
	struct testset_info info;
	struct ts_schema schema;
	struct chunks chunks;
	VEC_DECLARE(struct ts_segment_row, ts_segment_rows) segments;
	VEC_DECLARE(struct ts_change_row, ts_change_rows) changes;
	struct column *columns;		/* of schema.columns.n; name NULL:
					 * not loaded */
	void **owned;			/* what they point into, some each */
	uint8_t *active;
	struct hash *active_hash;	/* by run of SEGMENT_ROWS, or NULL */
	/* corrected targets: by ordinal ascending */
	VEC_DECLARE(uint32_t, ts_rows) corrected;
	struct strs corrections;
	uint64_t *key_hash;		/* index: rows by hash of key */
	struct hashtab by_key;
	struct ts_seeker *seeker;	/* of testset_find_key, or NULL */
	struct cached cache[N_CACHED];
	uint64_t clock;
	struct buf scratch;
};
enum rc ts_load_changes(struct testset *t, struct err *err) MUST_USE;
/* Sets the byte of each row that was corrected, retired or brought back after
 * revision since. */
enum rc ts_mark_changes(struct testset *t, int64_t since, uint8_t *rows,
			struct err *err) MUST_USE;
/* SHA-256 over the bytes of active of a run, once the changes are loaded. */
struct hash ts_active_hash(struct testset *t, size_t run);
/* The corrected target of a row, or NULL; once the changes are loaded. */
const char *ts_correction(const struct testset *t, size_t row);
/* A cell as it came in, which is the same in all revisions that have it; from
 * few chunks at a time. */
enum rc ts_stored_cell(struct testset *t, size_t row, size_t column,
		       struct buf *b, const char **text, size_t *n,
		       struct err *err) MUST_USE;
/* Builds the index of keys, so that ts_find_indexed may be called, by several
 * threads at once, each with its own scratch. */
enum rc ts_index_keys(struct testset *t, struct err *err) MUST_USE;
struct key_scratch {
	struct buf key, cell;
};
bool ts_find_indexed(struct testset *t, const char *key, size_t n,
		     struct key_scratch *k, size_t *row);
/* Appends a pattern's key from its cells, which fn gives as testset_cell does:
 * what is behind the digest, if there is no key column, too. */
typedef enum rc ts_cell_fn(void *arg, size_t column, struct buf *b,
			   const char **text, size_t *n, struct err *err);
enum rc ts_make_key(const struct ts_schema *schema, ts_cell_fn *fn, void *arg,
		    struct buf *out, struct buf *scratch, struct err *err);

/* -- testset.c -- */

enum rc ts_name_check(const char *name, struct err *err) MUST_USE;
/* As reg_testset_info, with the columns. */
enum rc ts_info(struct registry *reg, const char *name, int64_t revision,
		struct testset_info *out, struct ts_schema *schema,
		struct err *err) MUST_USE;

#endif
