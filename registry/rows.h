/* Rows of a large CSV on their way into segments: collected column by column
 * on all cores, cut into chunks, encoded, stored.
 *
 *	rows_new		a plan of which fields are kept
 *	rows_take		in csv_parts.row: one row of a slot
 *	rows_merge		in csv_parts.merge: chunks that are full are
 *				written
 *	rows_end		the rest is, and all of it is in the registry
 */
#ifndef MUSTER_REGISTRY_ROWS_H
#define MUSTER_REGISTRY_ROWS_H

#include "base/csv.h"
#include "registry/chunks.h"
#include "base/intern.h"

struct rows;

struct rows_plan {
	size_t n_columns;	/* kept */
	const size_t *field;	/* each column's place in the file's rows */
	/* Hashes over groups of columns are kept for each row: 0 for keys,
	 * 1 for inputs. in_group[g][column]. */
	const bool *in_group[2];
	int labels;		/* column whose texts are listed, or -1 */
	bool spare;		/* one more column is written at the end */
};

/* plan's arrays must live as long. Chunks are added to c. */
struct rows *rows_new(struct registry *reg, struct chunks *c,
		      const struct rows_plan *plan);
void rows_free(struct rows *r);			/* NULL is allowed */
void rows_take(struct rows *r, unsigned slot, const struct csv_field *fields,
	       uint64_t line);
enum rc rows_merge(struct rows *r, unsigned n_slots, struct err *err) MUST_USE;
/* The registry is the caller's again. */
enum rc rows_end(struct rows *r, struct err *err) MUST_USE;

uint64_t rows_n(const struct rows *r);		/* merged so far */
/* Of row i of all that were merged. */
uint64_t rows_line(const struct rows *r, uint64_t i);
/* n hashes, in order of the rows. */
const uint64_t *rows_hashes(const struct rows *r, int group);
/* Texts of the label column by number, with the line that brought each. */
const struct intern *rows_labels(const struct rows *r);
uint64_t rows_label_line(const struct rows *r, uint32_t i);
/* The writer, for the spare column. */
struct chunk_writer *rows_writer(struct rows *r);

/* Which of n hashes stand more than once; marks rows: mark[i] = 1 (mark is
 * n bytes, zeroed). Returns how many rows are marked. */
size_t rows_repeated(const uint64_t *hash, size_t n, uint8_t *mark);

#endif
