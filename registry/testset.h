/* Living test sets: what they hold, and their columns in memory.
 *
 * A pattern has an ordinal: its place in the order in which patterns were
 * ever added (0, 1, 2 …), which never changes and is never reused. Columns
 * are stored in segments (one for each time rows were added); corrections
 * (retired, relabelled) are small lists of ordinals on top. Revision r is:
 * the segments up to r, less what was retired, with the targets corrected up
 * to r. */
#ifndef MUSTER_REGISTRY_TESTSET_H
#define MUSTER_REGISTRY_TESTSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/task.h"
#include "registry/registry.h"
#include "registry/testset_conflicts.h"

/* What a column is for. A column may be a slice and an input at once. */
enum column_role {
	ROLE_KEY = 1, ROLE_TARGET = 2, ROLE_INPUT = 4, ROLE_SLICE = 8,
	ROLE_WEIGHT = 16, ROLE_GROUP = 32, ROLE_SCALE = 64
};

struct testset_spec {			/* of testset create */
	const char *name;
	enum task task;
	const char *target;
	const char *positive;		/* binary; NULL: refuse */
	struct strs keys;		/* key columns; none: digest of inputs */
	struct strs inputs;		/* none: all not named otherwise */
	struct strs slices;		/* "race", "race+sex" */
	const char *weight, *group, *scale, *source;	/* or NULL */
	const struct hash *reviewed;	/* as that of a step, below */
};

struct import_report {
	uint64_t rows;
	uint64_t duplicates;		/* equal rows that got "#k" keys */
	bool had_bom;
	struct testset_conflicts conflicts;
	struct strs notes;		/* for people: one line each */
	struct hash file;		/* of a dry run: the file's digest */
	bool file_changed;		/* since it was reviewed: refused */
};
void import_report_release(struct import_report *r);

/* path "-" is standard input. Nothing is stored unless all is right. */
enum rc reg_testset_create(struct registry *reg,
			   const struct testset_spec *spec, const char *path,
			   bool dry_run, struct reg_progress *progress,
			   struct import_report *report,
			   struct err *err) MUST_USE;

/* A pattern that two revisions hold differently. */
enum testset_change {
	TESTSET_ADDED, TESTSET_RELABELLED, TESTSET_RETIRED, TESTSET_REVIVED
};
struct testset_difference {
	enum testset_change change;
	uint64_t row;
	char *key;
	char *from, *to;		/* targets; NULL where not active */
};
VEC_DECLARE(struct testset_difference, testset_differences);

/* -- New revisions -- Each call makes revision r+1 from the newest, or none if
 * nothing would change (report->revision is then the newest). base: the
 * revision the user looked at, or 0; RC_CONFLICT if the set has moved on.
 * Rows that are refused are RC_BAD_INPUT with line and column; a key that is
 * unknown, or not in the state that the change takes, is such a row.
 *
 * Files of relabel, retire and revive have the key columns; for a set without
 * key columns, its inputs, or one column 'key' with the key as muster shows
 * it. path "-" is standard input. */
struct testset_step {
	const char *testset;
	int64_t base;
	const char *reason;		/* or NULL */
	const char *source;		/* grow; or NULL */
	bool revive;			/* grow: a retired key comes back; its
					 * inputs must be the stored ones */
	bool dry_run;
	/* What a person looked at was the file with this digest, that of the
	 * dry run's report: another one is RC_CONFLICT, and the report says
	 * file_changed. Or NULL. */
	const struct hash *reviewed;
	/* Of relabel, retire and revive, instead of a file, whose path then is
	 * NULL: these patterns, by ordinal, each once; relabel gives all of
	 * them this target. */
	const uint32_t *rows;
	size_t n_rows;
	const char *target;
	struct reg_progress *progress;	/* or NULL */
	reg_write_fn *also;		/* appends what belongs to the step, in the
					 * same transaction; or NULL */
	void *also_arg;
};
struct testset_step_report {
	int64_t revision;
	uint64_t added, relabelled, retired, revived;
	uint64_t unchanged;		/* relabel: had that target already */
	struct testset_conflicts conflicts;	/* grow */
	/* Of a dry run: the first STEP_CHANGES_LISTED of what it counts, but
	 * for what is added. */
	struct testset_differences changes;
	struct strs notes;
	struct hash file;		/* of a dry run by a file: its digest */
	bool file_changed;		/* since it was reviewed: refused */
};
#define STEP_CHANGES_LISTED 1000
void testset_step_report_release(struct testset_step_report *r);
/* "2000 added, 18 relabelled", grouped "2,000"; "nothing to change". */
void testset_step_counts(const struct testset_step_report *r, bool grouped,
			 struct buf *out);
/* Matches columns by header name; other columns are left out. */
enum rc reg_testset_grow(struct registry *reg, const struct testset_step *step,
			 const char *path, struct testset_step_report *report,
			 struct err *err) MUST_USE;
enum rc reg_testset_relabel(struct registry *reg,
			    const struct testset_step *step, const char *path,
			    struct testset_step_report *report,
			    struct err *err) MUST_USE;
enum rc reg_testset_retire(struct registry *reg,
			   const struct testset_step *step, const char *path,
			   struct testset_step_report *report,
			   struct err *err) MUST_USE;
enum rc reg_testset_revive(struct registry *reg,
			   const struct testset_step *step, const char *path,
			   struct testset_step_report *report,
			   struct err *err) MUST_USE;

/* What is different in revision to, seen from revision from; by ordinal. */
/* In a diff backwards what was added reads as retired. */
enum rc reg_testset_diff(struct registry *reg, const char *name, int64_t from,
			 int64_t to, struct testset_differences *out,
			 struct err *err) MUST_USE;
void testset_differences_release(struct testset_differences *v);

struct testset_revision {
	int64_t revision;
	char *digest;
	uint64_t n, added, relabelled, retired;	/* n active; the rest: of this step */
	uint64_t revived;		/* of this step */
	int64_t time;
	char *actor, *reason;		/* reason may be NULL */
	uint64_t entry;			/* index in the log */
};
struct testset_info {
	int64_t id;
	char *name;
	enum task task;
	int64_t revision;		/* the one asked for */
	char *digest;
	uint64_t n, n_retired, n_rows;	/* active, retired, ordinals */
	struct strs labels;
	char *target, *positive;	/* positive NULL unless binary */
	struct strs keys, inputs, slices;
	char *weight, *group, *scale;	/* or NULL */
	size_t n_revisions;		/* up to the one asked for, oldest first */
	struct testset_revision *revisions;
};
void testset_info_release(struct testset_info *t);
/* revision 0: the newest. */
enum rc reg_testset_info(struct registry *reg, const char *name,
			 int64_t revision, struct testset_info *out,
			 struct err *err) MUST_USE;
VEC_DECLARE(struct testset_info, testset_infos);
enum rc reg_testset_list(struct registry *reg, struct testset_infos *out,
			 struct err *err) MUST_USE;

void testset_infos_release(struct testset_infos *v);

/* -- Columns of one revision -- opaque; columns are loaded when first asked
 * for and stay until close. Ordinals run from 0 to testset_rows - 1. */
struct testset;
enum rc reg_testset_open(struct registry *reg, const char *name,
			 int64_t revision, struct testset **out,
			 struct err *err) MUST_USE;
void testset_close(struct testset *t);	/* NULL is allowed */
const struct testset_info *testset_info(const struct testset *t);
size_t testset_rows(const struct testset *t);
/* testset_rows bytes: 1 where the pattern is active in this revision. */
const uint8_t *testset_active(struct testset *t);

/* How a column is kept. COLUMN_CODES: a dictionary, code per row;
 * COLUMN_NUMBERS: doubles whose shortest text is the text that came in;
 * COLUMN_TEXTS: bytes by offset. */
enum column_kind { COLUMN_CODES, COLUMN_NUMBERS, COLUMN_TEXTS };
struct column {
	const char *name;
	unsigned roles;
	enum column_kind kind;
	size_t n;			/* rows */
	const uint32_t *code;		/* CODES */
	size_t n_values;
	const char *const *values;	/* CODES: dictionary, in order of code */
	const double *number;		/* NUMBERS; NaN: empty field */
	const uint64_t *offset;		/* TEXTS: n + 1 */
	const char *bytes;		/* TEXTS: one arena; no NULs between */
};
size_t testset_n_columns(const struct testset *t);
/* RC_NOT_FOUND names the columns there are. The target column is already
 * corrected for this revision. */
enum rc testset_column(struct testset *t, const char *name,
		       const struct column **out, struct err *err) MUST_USE;
enum rc testset_column_at(struct testset *t, size_t i,
			  const struct column **out, struct err *err) MUST_USE;
/* One cell as the text that came in (not ended by NUL); borrowed until the next call with the
 * same buf. */
const char *column_text(const struct column *c, size_t row, struct buf *b,
			size_t *n);
/* One cell without its whole column: reads the chunk that holds the row, and
 * keeps a few chunks. For pages of a long set. Borrowed until the next call
 * with the same buf. */
enum rc testset_cell(struct testset *t, size_t row, size_t column,
		     struct buf *b, const char **text, size_t *n,
		     struct err *err) MUST_USE;
/* Name and roles without loading it; borrowed. */
const char *testset_column_name(const struct testset *t, size_t i);
unsigned testset_column_roles(const struct testset *t, size_t i);
/* For people: the key's n bytes with a slash where columns are joined. */
void testset_key_shown(char *key, size_t n);
/* Key of a pattern (several key columns joined by U+001F; '#k' included). */
enum rc testset_key(struct testset *t, size_t row, struct buf *out,
		    struct err *err) MUST_USE;
/* Ordinal of a key; RC_NOT_FOUND. The first call may read all keys. */
enum rc testset_find_key(struct testset *t, const char *key, size_t n,
			 size_t *row, struct err *err) MUST_USE;

/* Expressions (model/slice.h) over the columns: the callback for slice_scan_new
 * and slice_eval, whose arg is the struct testset; rows are ordinals. */
struct slice;
struct slice_source;
enum rc testset_slice_column(void *testset, const char *name,
			     struct slice_source *out, struct err *err);
/* Parses, checks the columns' names (a near one is suggested). */
enum rc testset_parse(const struct testset_info *info, const char *expr,
		      struct slice **out, struct err *err) MUST_USE;

/* Named slices: adding and removing makes no new revision; evaluations say
 * which slices they were cut by. */
struct slice_rec { char *name, *expr; };
VEC_DECLARE(struct slice_rec, slice_recs);
enum rc reg_slice_add(struct registry *reg, const char *testset,
		      const char *name, const char *expr, struct err *err)
	MUST_USE;
enum rc reg_slice_remove(struct registry *reg, const char *testset,
			 const char *name, struct err *err) MUST_USE;
/* In order of name. */
enum rc reg_slice_list(struct registry *reg, const char *testset,
		       struct slice_recs *out, struct err *err) MUST_USE;
void slice_recs_release(struct slice_recs *v);

#endif
