/* Columns as bytes: up to SEGMENT_ROWS cells of one column, and the parts of
 * prediction batches. A segment of a test set is many of them, packed into
 * blobs (registry/chunks.h).
 *
 * The layout, little-endian; nothing follows:
 *
 *	0	"MSC", and the layout's version, 1
 *	4	u8 kind: 0 codes, 1 numbers, 2 texts
 *	5	u8 bytes of a code: 0 (one value: no codes), 1, 2, 4; else 0
 *	6	u16 0
 *	8	u32 n, cells
 *	12	u32 n_values, of the dictionary (codes; else 0)
 *	16	u64 n_bytes, of the texts
 *	24	codes	n codes, up to a multiple of 4 bytes; u32 where each
 *			value begins, n_values + 1 of them; n_bytes, in which
 *			a NUL ends each value
 *		numbers	n doubles; the one NaN 0x7ff8000000000000 is an empty
 *			cell
 *		texts	u32 where each text begins, n + 1 of them; n_bytes
 *
 * Values of a dictionary stand in the order of their first cell, so that
 * equal cells give equal bytes. Numbers are used only if every cell is empty
 * or is the shortest text of its double (base/decimal.h): nothing that comes
 * in is altered. Cells hold UTF-8 without NUL. */
#ifndef MUSTER_REGISTRY_SEGMENT_H
#define MUSTER_REGISTRY_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SEGMENT_ROWS 32768

enum segment_kind { SEGMENT_CODES, SEGMENT_NUMBERS, SEGMENT_TEXTS };

struct cell {
	const char *at;
	size_t n;
};

/* Appends the segment of n (1 to SEGMENT_ROWS) cells. hash: n text_hash() of
 * the cells, or NULL. */
void segment_write(struct buf *out, const struct cell *cells, size_t n,
		   const uint64_t *hash);
/* The same for numbers: NaN is an empty cell, others are finite. */
void segment_write_numbers(struct buf *out, const double *x, size_t n);

/* What was read; all points into the bytes. */
struct segment {
	enum segment_kind kind;
	size_t n;
	const void *code;		/* CODES: of width bytes */
	unsigned width;
	size_t n_values;
	const uint32_t *value_at;	/* CODES: n_values + 1 */
	const double *number;		/* NUMBERS */
	const uint32_t *text_at;	/* TEXTS: n + 1 */
	const char *bytes;		/* of values or of texts */
	size_t n_bytes;
};
/* bytes: aligned to 8. RC_CORRUPT unless all of the layout above holds. */
enum rc segment_read(const void *bytes, size_t size, struct segment *out,
		     struct err *err) MUST_USE;
uint32_t segment_code(const struct segment *s, size_t row);
/* A dictionary's value, ended by NUL; n (or NULL) receives its bytes. */
const char *segment_value(const struct segment *s, size_t i, size_t *n);
/* A cell's text. Points into the bytes, or for numbers into b. */
struct cell segment_cell(const struct segment *s, size_t row, struct buf *b);

/* The n bytes at s as a number, if they are its shortest text. */
bool segment_canonical(const char *s, size_t n, double *out);

#endif
