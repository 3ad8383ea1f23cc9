/* CSV (RFC 4180), by libcsv, which only base/csv.c includes.
 *
 * Reading changes nothing: blanks around fields stay, nothing is trimmed,
 * repaired or dropped. A leading BOM is taken off and said (had_bom). CRLF
 * and LF end rows; a lone CR outside quotes, a NUL, an unmatched quote, bytes
 * behind a closing quote, a quote inside a bare field, a ragged row, invalid
 * UTF-8, UTF-16, a field over 1 MiB, a row over 64 MiB and more than 65,536
 * columns are errors that name file, line and column (columns count fields
 * from 1, and the header's name is given). A blank line is a row with one
 * empty field, so an error unless there is one column; blank lines at the
 * very end of the file are no rows. The header is the first line.
 *
 * Names that repeat become "name#2", "name#3" (or the next number that no
 * column bears already); a column without a name becomes "column#K", K being
 * its place. */
#ifndef MUSTER_BASE_CSV_H
#define MUSTER_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"

struct csv_field {
	const char *text;	/* n bytes and a NUL; borrowed for the call */
	size_t n;
};

/* One data row. Returning other than RC_OK stops the reading with that.
 * line: where the row starts in the file, from 1. */
typedef enum rc csv_row_fn(const struct csv_field *fields, size_t n,
			   uint64_t line, void *arg, struct err *err);
/* The header row, before any data. Names are already made unique. */
typedef enum rc csv_header_fn(const struct strs *names, void *arg,
			      struct err *err);
/* Called now and then with bytes done and bytes in all (0: unknown). A
 * return other than RC_OK cancels. */
typedef enum rc csv_progress_fn(uint64_t done, uint64_t all, void *arg);
/* Bytes as they stand in the file. */
typedef void csv_bytes_fn(const void *bytes, size_t n, void *arg);

struct csv_reader {
	const char *name;		/* of the file, for messages */
	csv_header_fn *header;
	csv_row_fn *row;
	csv_progress_fn *progress;	/* or NULL */
	csv_bytes_fn *bytes;		/* or NULL: all of a file's, in order */
	void *arg;
	bool had_bom;			/* out */
	uint64_t rows;			/* out: data rows */
};

/* Reads a descriptor to its end. */
enum rc csv_read_fd(struct csv_reader *r, int fd, struct err *err) MUST_USE;
/* Reads bytes in memory. */
enum rc csv_read_mem(struct csv_reader *r, const char *bytes, size_t n,
		     struct err *err) MUST_USE;

/* An error at a place of the file, worded as those of the reader:
 * "name: line 7, column 3 ('age'): …". column counts from 1 (0: the whole
 * row); column_name may be NULL. For rows that a caller refuses. */
enum rc csv_refuse(const char *name, uint64_t line, size_t column,
		   const char *column_name, struct err *err, const char *fmt,
		   ...) PRINTF_LIKE(6, 7);

/* Large files, on all cores. The bytes are read in rounds of some MiB, cut at
 * row ends which the count of quotes before them proves, and each piece is
 * parsed by a libcsv of its own. Rows, lines and errors are those of
 * csv_read_fd: the first error in file order wins.
 *
 * In a round there are up to CSV_SLOTS pieces, which stand in file order in
 * slots 0, 1, …; the callback merge ends the round:
 *
 *	header			once, on the caller's thread
 *	per round, several threads at once:
 *		row		rows of one slot in order, by one thread
 *		bytes		all bytes of the file, in order, by one thread
 *				at a time (for a digest)
 *	merge, progress		on the caller's thread: the slots' rows are
 *				complete and none runs
 *
 * A slot's rows may come although an earlier slot meets an error; merge is
 * then not called for the round, and neither is it for an empty round. */
#define CSV_SLOTS 32

typedef enum rc csv_slot_row_fn(unsigned slot, const struct csv_field *fields,
				size_t n, uint64_t line, void *arg,
				struct err *err);
typedef enum rc csv_merge_fn(unsigned n_slots, void *arg, struct err *err);
struct csv_parts {
	const char *name;		/* of the file, for messages */
	csv_header_fn *header;
	csv_slot_row_fn *row;
	csv_merge_fn *merge;		/* or NULL */
	csv_bytes_fn *bytes;		/* or NULL */
	csv_progress_fn *progress;	/* or NULL */
	void *arg;
	size_t round;			/* bytes a round; 0: a good size */
	bool had_bom;			/* out */
	uint64_t rows;			/* out: data rows */
	uint64_t size;			/* out: bytes read */
};

enum rc csv_read_parts(struct csv_parts *r, int fd, struct err *err) MUST_USE;

/* Whole small files (corrections, key lists): all rows in memory. */
struct csv_table {
	struct strs names;
	struct strs cells;		/* row by row */
	size_t n_rows;
	uint64_t *lines;		/* n_rows: where each row starts */
	struct hash digest;		/* of the file */
};
enum rc csv_table_read(struct csv_table *t, const char *path,
		       struct err *err) MUST_USE;	/* "-": stdin */
const char *csv_table_cell(const struct csv_table *t, size_t row, size_t col);
/* Index of a column by name, or -1. */
int csv_table_column(const struct csv_table *t, const char *name);
void csv_table_release(struct csv_table *t);

/* Writing: quotes where needed; a field that a spreadsheet would take for a
 * formula (first byte = + - @ TAB CR, unless a strict number) gets a leading
 * apostrophe when guard is set (exports for people; not for data files that
 * muster reads back). So does one that is such behind apostrophes of its own,
 * so that csv_unguard gives back what was written. */
void csv_write_field(struct buf *b, const char *s, size_t n, bool guard);
/* s without the apostrophe that a guard put there; within s. */
const char *csv_unguard(const char *s);

/* Name and version of the library, for 'muster info'. */
extern const char csv_library[];

#endif
