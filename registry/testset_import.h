/* Rows of a CSV on their way into a test set: what creating and growing have
 * in common. For registry/testset_*.c only. */
#ifndef MUSTER_REGISTRY_TESTSET_IMPORT_H
#define MUSTER_REGISTRY_TESTSET_IMPORT_H

#include "registry/rows.h"
#include "registry/testset_seek.h"

struct import {
	struct registry *reg;
	const struct testset_spec *spec;	/* create; NULL: grow */
	const char *negative;		/* grow: the other label, or NULL */
	struct reg_progress *progress;
	struct import_report *report;
	const char *name;		/* of the file */
	struct ts_schema schema;	/* grow: given */
	size_t n_stored;		/* columns that the file has */
	size_t *field;			/* their places in it */
	size_t *checked, n_checked;	/* columns that each row is asked */
	bool *in_key, *in_inputs;
	int target;			/* column */
	/* grow: is the row a new pattern? In the threads; NULL: all are. */
	enum rc (*admit)(struct import *im, unsigned slot,
			 const struct csv_field *fields, uint64_t line,
			 bool *is_new, struct err *err);
	/* grow: after the rows of a round, on the caller's thread; or NULL */
	enum rc (*merged)(struct import *im, unsigned n_slots,
			  struct err *err);
	void *hook_arg;
	struct chunks chunks;
	struct rows *rows;
	bool may_be_empty;
	const struct hash *reviewed;	/* of a step or spec */
	struct hasher *hasher;		/* where somebody wants the digest */
};
void import_release(struct import *im);
void import_note(struct import_report *r, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
enum rc import_no_column(const char *file, const struct strs *header,
			 const char *name, struct err *err);

/* Why the text cannot be a target, weight, … of the set; NULL: it can. */
const char *import_wrong_cell(const struct ts_schema *schema, unsigned roles,
			      const char *text, size_t n);
/* The file that was read is the one that a person looked at (or nobody said
 * so); else RC_CONFLICT, and *changed. */
enum rc import_check_reviewed(const char *file, const struct hash *reviewed,
			      const struct hash *digest, bool *changed,
			      struct err *err) MUST_USE;
/* Reads all rows into stored chunks. */
enum rc import_read(struct import *im, const char *path,
		    struct err *err) MUST_USE;
/* Appends the key of row i of a chunk of the file, whose columns are loaded. */
void import_row_key(const struct import *im, const struct loaded *columns,
		    size_t i, struct buf *out, struct buf *scratch);
/* A named key that repeats within the file: RC_BAD_INPUT. */
enum rc import_check_keys(struct import *im, struct err *err) MUST_USE;
/* Rows with equal inputs: reported, and without a key column numbered. */
enum rc import_check_inputs(struct import *im, struct err *err) MUST_USE;
/* Rows with the inputs of a pattern of t: reported. */
enum rc import_check_stored(struct import *im, struct testset *t,
			    struct ts_seeker *seeker,
			    struct err *err) MUST_USE;
/* Takes j. */
enum rc import_put_json(struct registry *reg, struct json *j, char **ref,
			struct err *err) MUST_USE;
/* Stores the manifest, and t's new sieve in the same transaction, and fills
 * the body: segment, rows, file, sieve. sieve: NULL for a new set. */
enum rc import_put_segment(struct import *im, const struct strs *labels,
			   const struct testset *t, struct ts_new_sieve *sieve,
			   struct json *body, struct err *err) MUST_USE;
/* Numeric if all are integers, else by bytes. */
void labels_sort(struct strs *v);
struct json *labels_json(const struct strs *v);

#endif
