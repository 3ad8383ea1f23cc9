#include "registry/batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { HAS_LABELS = 1, HAS_VALUES = 2, HAS_SCORES = 4, HAS_CLASSES = 8 };
#define RUN_BYTES ((size_t)8 << 20)
#define EMPTY_NUMBER 0x7ff8000000000000u

struct batch_head {
	char magic[3];
	uint8_t version;
	uint32_t has, n, rows;
	uint64_t first;
	uint32_t n_class, dense;
};
_Static_assert(sizeof(struct batch_head) == 32, "the layout of batch.h");

uint32_t batch_rows(size_t n_class)
{
	uint32_t rows = SEGMENT_ROWS;

	while (rows > 1 && rows * n_class * sizeof(double) > RUN_BYTES)
		rows /= 2;
	return rows;
}

/* -- Writing -- */

static bool any(const double *x, size_t width, const uint32_t *ordinal,
		size_t n)
{
	for (size_t i = 0; x && i < n; i++)
		for (size_t k = 0; k < width; k++)
			if (!isnan(x[ordinal[i] * width + k]))
				return true;
	return false;
}

static bool any_label(const struct batch_source *from,
		      const uint32_t *ordinal, size_t n)
{
	for (size_t i = 0; from->label && i < n; i++)
		if (from->label[ordinal[i]] < from->labels->n)
			return true;
	return false;
}

static void pad(struct buf *out)
{
	buf_fill(out, '\0', -out->len % 8);
}

static void add_segment(struct buf *out, const struct cell *cells, size_t n)
{
	struct buf segment = BUF_INIT;
	uint32_t size[2] = { 0, 0 };

	segment_write(&segment, cells, n, NULL);
	size[0] = (uint32_t)segment.len;
	buf_add(out, size, sizeof(size));
	buf_add(out, segment.data, segment.len);
	buf_release(&segment);
	pad(out);
}

static void add_labels(struct buf *out, const struct batch_source *from,
		       const uint32_t *ordinal, size_t n)
{
	struct cell *cells = XNEW_ARRAY(struct cell, n);

	for (size_t i = 0; i < n; i++) {
		uint32_t code = from->label[ordinal[i]];

		cells[i].at = code < from->labels->n ?
			      from->labels->at[code] : "";
		cells[i].n = strlen(cells[i].at);
	}
	add_segment(out, cells, n);
	free(cells);
}

static void add_classes(struct buf *out, const struct batch_source *from)
{
	struct cell *cells = XNEW_ARRAY(struct cell, from->n_class);

	for (size_t i = 0; i < from->n_class; i++) {
		cells[i].at = from->labels->at[i];
		cells[i].n = strlen(cells[i].at);
	}
	add_segment(out, cells, from->n_class);
	free(cells);
}

static void add_numbers(struct buf *out, const double *x, size_t width,
			const uint32_t *ordinal, size_t n)
{
	const uint64_t empty = EMPTY_NUMBER;
	char *to;

	buf_reserve(out, n * width * sizeof(double));
	to = out->data + out->len;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < width; k++) {
			const double *p = &x[ordinal[i] * width + k];

			memcpy(to, isnan(*p) ? (const void *)&empty : p,
			       sizeof(*p));
			to += sizeof(*p);
		}
	*to = '\0';
	out->len = (size_t)(to - out->data);
}

void batch_write(struct buf *out, const struct batch_source *from,
		 const uint32_t *ordinal, size_t n)
{
	uint32_t rows = batch_rows(from->n_class);
	struct batch_head h = {
		.magic = { 'M', 'P', 'B' }, .version = 1, .n = (uint32_t)n,
		.rows = rows, .first = ordinal[0] / rows * rows,
	};

	h.dense = ordinal[0] == h.first && ordinal[n - 1] - h.first == n - 1;
	h.has = (any_label(from, ordinal, n) ? HAS_LABELS : 0) |
		(any(from->value, 1, ordinal, n) ? HAS_VALUES : 0) |
		(any(from->score, 1, ordinal, n) ? HAS_SCORES : 0) |
		(any(from->class_score, from->n_class, ordinal, n) ?
		 HAS_CLASSES : 0);
	h.n_class = h.has & HAS_CLASSES ? (uint32_t)from->n_class : 0;
	buf_add(out, &h, sizeof(h));
	for (size_t i = 0; i < n && !h.dense; i++) {
		uint32_t at = ordinal[i] - (uint32_t)h.first;

		buf_add(out, &at, sizeof(at));
	}
	pad(out);
	if (h.has & HAS_LABELS)
		add_labels(out, from, ordinal, n);
	if (h.has & HAS_VALUES)
		add_numbers(out, from->value, 1, ordinal, n);
	if (h.has & HAS_SCORES)
		add_numbers(out, from->score, 1, ordinal, n);
	if (h.has & HAS_CLASSES) {
		add_classes(out, from);
		add_numbers(out, from->class_score, from->n_class, ordinal, n);
	}
}

/* -- Reading -- */

struct reading {
	const char *p;
	size_t left;
};

static enum rc bad(struct err *err)
{
	return err_set(err, RC_CORRUPT, "a stored batch of predictions is "
		       "damaged");
}

/* n bytes, and those up to a multiple of 8; NULL: they are not there. */
static const void *take(struct reading *r, size_t n)
{
	size_t whole = (n + 7) / 8 * 8;
	const char *p = r->p;

	if (whole < n || r->left < whole)
		return NULL;
	r->p += whole;
	r->left -= whole;
	return p;
}

static enum rc take_segment(struct reading *r, size_t n, struct segment *out,
			    struct err *err)
{
	const uint32_t *size = take(r, 8);
	const void *bytes = size && !size[1] ? take(r, size[0]) : NULL;
	enum rc rc;

	if (!bytes)
		return bad(err);
	rc = segment_read(bytes, size[0], out, err);
	return rc == RC_OK && out->n != n ? bad(err) : rc;
}

/* Without a way out, so that it is done several at a time. */
bool batch_numbers_hold(const double *x, size_t n)
{
	uint64_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t bits;

		memcpy(&bits, &x[i], sizeof(bits));
		wrong |= (uint64_t)((bits >> 52 & 0x7ff) == 0x7ff) &
			 (uint64_t)(bits != EMPTY_NUMBER);
	}
	return !wrong;
}

static const double *take_numbers(struct reading *r, size_t n)
{
	const double *x = take(r, n * sizeof(*x));

	return x && batch_numbers_hold(x, n) ? x : NULL;
}

static bool good_head(const struct batch_head *h)
{
	return !memcmp(h->magic, "MPB", 3) && h->version == 1 && h->n > 0 &&
	       h->n <= h->rows && h->rows <= batch_rows(h->n_class) &&
	       h->n_class <= SEGMENT_ROWS && h->first % h->rows == 0 &&
	       h->dense <= 1 && h->has <= 15 &&
	       !(h->has & HAS_CLASSES) == !h->n_class;
}

enum rc batch_read_outline(const void *head, size_t size,
			   struct batch_outline *out, struct err *err)
{
	struct batch_head h;
	size_t scores;

	memcpy(&h, head, sizeof(h));
	scores = h.n * sizeof(double);
	if (!good_head(&h) || size < sizeof(h) ||
	    size - sizeof(h) < (h.dense ? 0 : h.n * sizeof(uint32_t)) ||
	    ((h.has & HAS_SCORES) && size - sizeof(h) < scores))
		return bad(err);
	*out = (struct batch_outline){ h.n, h.first, h.dense, h.first,
				       h.dense ? 0 : sizeof(h), 0 };
	if ((h.has & HAS_SCORES) && !(h.has & HAS_CLASSES))
		out->scores_at = size - scores;
	return RC_OK;
}

void batch_outline_ends(struct batch_outline *o, uint32_t first, uint32_t last)
{
	o->from = o->first + first;
	o->in_a_row = last >= first && last - first == o->n - 1;
}

static enum rc take_ordinals(struct reading *r, const struct batch_head *h,
			     struct batch *out, struct err *err)
{
	if (h->dense)
		return RC_OK;
	out->at = take(r, h->n * sizeof(*out->at));
	if (!out->at)
		return bad(err);
	for (size_t i = 0; i < h->n; i++)
		if (out->at[i] >= h->rows ||
		    (i && out->at[i] <= out->at[i - 1]))
			return bad(err);
	return RC_OK;
}

enum rc batch_read(const void *bytes, size_t size, struct batch *out,
		   struct err *err)
{
	struct reading r = { bytes, size };
	struct batch_head h;
	const void *head = take(&r, sizeof(h));
	enum rc rc;

	*out = (struct batch){ 0 };
	if (!head)
		return bad(err);
	memcpy(&h, head, sizeof(h));
	if (!good_head(&h))
		return bad(err);
	out->n = h.n;
	out->first = h.first;
	out->rows = h.rows;
	out->n_class = h.n_class;
	out->has_labels = h.has & HAS_LABELS;
	rc = take_ordinals(&r, &h, out, err);
	if (rc == RC_OK && out->has_labels)
		rc = take_segment(&r, h.n, &out->labels, err);
	if (rc == RC_OK && (h.has & HAS_VALUES) &&
	    !(out->value = take_numbers(&r, h.n)))
		rc = bad(err);
	if (rc == RC_OK && (h.has & HAS_SCORES) &&
	    !(out->score = take_numbers(&r, h.n)))
		rc = bad(err);
	if (rc == RC_OK && h.n_class)
		rc = take_segment(&r, h.n_class, &out->classes, err);
	if (rc == RC_OK && h.n_class &&
	    !(out->class_score = take_numbers(&r, (size_t)h.n * h.n_class)))
		rc = bad(err);
	return rc == RC_OK && r.left ? bad(err) : rc;
}
