/* What a table holds, column by column: the measured part of a datasheet.
 *
 * Values go in as text, in parts that several threads fill, one part each;
 * parts are merged and then summed up. A part keeps each different value once
 * with its count, so figures are exact and do not depend on the order of rows
 * or on the number of threads.
 *
 * Quantiles are R's type 7; sd has n - 1 below, and is NaN (null in JSON)
 * where no number holds it: of two values near +-1.8e308. Equal rows are counted by a
 * 64-bit hash of the row. */
#ifndef MUSTER_MODEL_PROFILE_H
#define MUSTER_MODEL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "model/drift.h"

#define PROFILE_BINS 20
#define PROFILE_TOP 10
#define PROFILE_VALUES 4096
#define PROFILE_QUANTILES 7	/* 0.01 0.05 0.25 0.5 0.75 0.95 0.99 */
extern const double profile_levels[PROFILE_QUANTILES];

#define PROFILE_TYPES(X) \
	X(PROFILE_EMPTY, "empty") \
	X(PROFILE_INTEGER, "integer") \
	X(PROFILE_NUMBER, "number") \
	X(PROFILE_DATE, "date") \
	X(PROFILE_CATEGORY, "category") \
	X(PROFILE_TEXT, "text")

enum profile_type {
#define X(id, name) id,
	PROFILE_TYPES(X)
#undef X
};
const char *profile_type_name(enum profile_type t);

struct profile_value {
	char *text;
	uint64_t n;
};

struct profile_column {
	char *name;
	enum profile_type type;
	uint64_t n;		/* filled cells */
	uint64_t missing;	/* empty ones */
	uint64_t placeholders;	/* filled with "?", "NA", "null" … */
	uint64_t distinct;
	/* numbers only */
	double min, max, mean, sd;
	double quantile[PROFILE_QUANTILES];
	uint64_t bin[PROFILE_BINS];	/* equal width from min to max */
	/* texts and dates: in order of bytes */
	char *first, *last;
	uint64_t longest;		/* bytes */
	size_t n_top;
	struct profile_value top[PROFILE_TOP];	/* most frequent first */
	const char *personal;	/* why it may be about a person; static, or NULL */
	/* What drift is computed from: the different values with their counts,
	 * ascending. Numbers with more than PROFILE_VALUES different ones: so
	 * many quantiles, each for an equal share (is_sketch). Texts with more:
	 * none. NULL in a profile that was read without its values. */
	bool is_sketch;
	size_t n_values;
	double *value;
	char **text;
	uint64_t *count;
};

struct profile {
	uint64_t rows;
	uint64_t equal_rows;	/* that equal an earlier one */
	size_t n_columns;
	struct profile_column *columns;
};

/* -- Building -- */

struct profile_part;		/* opaque; one thread's */
struct profile_part *profile_part_new(size_t n_columns);
void profile_part_free(struct profile_part *p);	/* NULL is allowed */
/* One row of n_columns cells. */
struct csv_field;
void profile_part_row(struct profile_part *p, const struct csv_field *cells);
/* Merges all parts (NULL ones are skipped) and sums up. names: n_columns. */
void profile_finish(struct profile_part **parts, size_t n_parts,
		    const char *const *names, struct profile *out);
void profile_release(struct profile *p);

/* Canonical order of keys; read refuses what write would not give. */
void profile_write(struct json_out *o, const struct profile *p);
enum rc profile_read(const struct json *j, struct profile *out,
		     struct err *err) MUST_USE;

/* The values by themselves: they are bulky, and only drift wants them. read
 * puts them into a profile that was read before. */
void profile_values_write(struct json_out *o, const struct profile *p);
enum rc profile_values_read(const struct json *j, struct profile *p,
			    struct err *err) MUST_USE;
/* Integers or numbers. */
static inline bool profile_is_numeric(const struct profile_column *c)
{
	return c->type == PROFILE_INTEGER || c->type == PROFILE_NUMBER;
}

/* Borrowed from c; n_values is 0 where there are none. */
struct drift_sample profile_sample(const struct profile_column *c);

/* "<=50K 76.1%, >50K 23.9%": the most frequent values with their shares of
 * the filled cells; what has more values than are kept ends in "other 3%".
 * Nothing for a column in which every value differs. */
void profile_balance(struct buf *out, const struct profile_column *c);

/* The bins as eight levels of block characters, or of " .:-=+*#" in ASCII;
 * for categories the counts of the top values. out holds 4 bytes a bin. */
void profile_sparkline(const struct profile_column *c, bool ascii,
		       char out[PROFILE_BINS * 4 + 1]);

#endif
