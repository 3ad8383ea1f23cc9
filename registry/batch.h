/* Parts of prediction batches as bytes: what one version said for patterns
 * whose ordinals lie in one run of rows. Layout, little-endian, each piece up
 * to a multiple of 8 bytes:
 *
 *	0	"MPB", and the layout's version: 1, or 2 with narrow numbers
 *	4	u32 what there is: 1 labels, 2 values, 4 scores, 8 class scores
 *	8	u32 n, predictions
 *	12	u32 rows of a run; first is a multiple of it
 *	16	u64 first
 *	24	u32 n_class (0 without class scores)
 *	28	u8 1: the ordinals are first, first + 1 …; 0: they follow
 *	29	u8 each, the form of values, scores, class scores; see below
 *	32	ordinals: n u32, less first, ascending
 *		labels: u32 bytes, u32 0, a segment of n cells; "" is none
 *		values, scores: n numbers each
 *		class scores: u32 bytes, u32 0, a segment of n_class labels;
 *		then n x n_class numbers
 *
 * Numbers of form 0 are doubles; NaN (7ff8…) is none. Most exports round to a
 * few decimals, so that a number is a small one over a power of ten, and
 * exactly that double: form 2 + 8 k is u16, and 4 + 8 k u32, over 10^k, k up
 * to 6; all bits set are none. The least k, and then the narrower form, that
 * says them all exactly is taken.
 *
 * Equal predictions give equal bytes: a piece that says nothing is left out,
 * and ordinals stand only where they are needed. */
#ifndef MUSTER_REGISTRY_BATCH_H
#define MUSTER_REGISTRY_BATCH_H

#include <stdint.h>

#include "base/vec.h"
#include "registry/segment.h"

struct batch_numbers {
	const void *at;			/* NULL: there are none */
	uint8_t form;
};
/* The i-th, or NaN. */
double batch_number(const struct batch_numbers *x, size_t i);
/* The n from the i-th on. */
void batch_widen(const struct batch_numbers *x, size_t i, size_t n,
		 double *out);

struct batch {
	size_t n;
	uint64_t first;
	uint32_t rows;
	const uint32_t *at;		/* n, less first; NULL: all in a row */
	bool has_labels;
	struct segment labels;		/* has_labels */
	struct batch_numbers value, score;
	size_t n_class;
	struct segment classes;		/* n_class cells */
	struct batch_numbers class_score;	/* n x n_class */
};

/* Rows of a run: fewer, the more class scores there are. */
uint32_t batch_rows(size_t n_class);
/* To be written: arrays over all ordinals of a set, of which the n given ones
 * are taken; label is a code into labels, beyond them: none. classes are the
 * first n_class of labels. NULL: nothing of the kind. */
struct batch_source {
	const uint32_t *label;
	const struct strs *labels;
	const double *value, *score, *class_score;
	size_t n_class;
};
/* ordinal: n of one run, ascending. */
void batch_write(struct buf *out, const struct batch_source *from,
		 const uint32_t *ordinal, size_t n);
/* What the head tells without the rest. */
#define BATCH_HEAD_SIZE 32
struct batch_outline {
	size_t n;
	uint64_t first;			/* of the run */
	bool in_a_row;			/* from to from + n - 1 */
	uint64_t from;
	size_t ordinals_at;		/* of the bytes; 0: there are none */
	size_t scores_at;		/* 0: none, or the head does not tell */
	uint8_t score_form;
};
/* Bytes of a number. */
size_t batch_width(uint8_t form);
/* size: of the whole batch. */
enum rc batch_read_outline(const void *head, size_t size,
			   struct batch_outline *out,
			   struct err *err) MUST_USE;
/* What the first and the last ordinal add, if there are any. */
void batch_outline_ends(struct batch_outline *o, uint32_t first, uint32_t last);
/* The n numbers are finite, or what stands for none. */
bool batch_numbers_hold(const struct batch_numbers *x, size_t n);
/* bytes: aligned to 8. RC_CORRUPT unless all of the layout holds. */
enum rc batch_read(const void *bytes, size_t size, struct batch *out,
		   struct err *err) MUST_USE;

#endif
