#include "registry/batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"

enum { HAS_LABELS = 1, HAS_VALUES = 2, HAS_SCORES = 4, HAS_CLASSES = 8 };
#define RUN_BYTES ((size_t)8 << 20)
#define EMPTY_NUMBER 0x7ff8000000000000u
enum { VALUES, SCORES, CLASS_SCORES };	/* in forms */
static const double powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
#define N_POWERS COUNT(powers)

struct batch_head {
	char magic[3];
	uint8_t version;
	uint32_t has, n, rows;
	uint64_t first;
	uint32_t n_class;
	uint8_t dense, form[3];		/* of values, scores, class scores */
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

/* n rows of width numbers: those of the rows that are taken. */
struct numbers {
	const double *x;
	size_t width;
	const uint32_t *ordinal;
	size_t n;
};

static const double *number_at(const struct numbers *v, size_t row)
{
	return &v->x[v->ordinal[row] * v->width];
}

/* The greatest code over the power, or UINT64_MAX: some number is none. */
static uint64_t most_over(const struct numbers *v, double power)
{
	uint64_t most = 0;

	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->width; k++) {
			double x = number_at(v, i)[k], scaled = x * power + 0.5;
			uint64_t code;

			if (isnan(x))
				continue;
			if (!(scaled >= 0 && scaled < UINT32_MAX) || signbit(x))
				return UINT64_MAX;
			code = (uint64_t)scaled;
			if ((double)code / power != x)
				return UINT64_MAX;
			most = code > most ? code : most;
		}
	return most;
}

static uint8_t form_of(const struct numbers *v)
{
	for (size_t k = 0; k < N_POWERS; k++) {
		uint64_t most = most_over(v, powers[k]);

		if (most < UINT32_MAX)
			return (uint8_t)((most < UINT16_MAX ? 2 : 4) + 8 * k);
	}
	return 0;
}

static void add_wide(char *to, const struct numbers *v)
{
	const uint64_t empty = EMPTY_NUMBER;

	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->width; k++) {
			const double *p = number_at(v, i) + k;

			memcpy(to, isnan(*p) ? (const void *)&empty : p,
			       sizeof(*p));
			to += sizeof(*p);
		}
}

static void add_narrow(char *to, const struct numbers *v, uint8_t form)
{
	double power = powers[form / 8];
	size_t width = batch_width(form);

	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->width; k++) {
			double x = number_at(v, i)[k];
			uint32_t code = isnan(x) ? UINT32_MAX
					: (uint32_t)(x * power + 0.5);

			memcpy(to, &code, width);	/* little-endian */
			to += width;
		}
}

static void add_numbers(struct buf *out, const struct numbers *v, uint8_t form)
{
	size_t bytes = v->n * v->width * batch_width(form);

	buf_reserve(out, bytes);
	if (form)
		add_narrow(out->data + out->len, v, form);
	else
		add_wide(out->data + out->len, v);
	out->len += bytes;
	out->data[out->len] = '\0';
	pad(out);
}

void batch_write(struct buf *out, const struct batch_source *from,
		 const uint32_t *ordinal, size_t n)
{
	const double *x[] = { from->value, from->score, from->class_score };
	static const uint32_t bit[] = { HAS_VALUES, HAS_SCORES, HAS_CLASSES };
	struct numbers v[] = { { x[0], 1, ordinal, n }, { x[1], 1, ordinal, n },
			       { x[2], from->n_class, ordinal, n } };
	uint32_t rows = batch_rows(from->n_class);
	struct batch_head h = {
		.magic = { 'M', 'P', 'B' }, .version = 1, .n = (uint32_t)n,
		.rows = rows, .first = ordinal[0] / rows * rows,
	};

	h.dense = ordinal[0] == h.first && ordinal[n - 1] - h.first == n - 1;
	h.has = any_label(from, ordinal, n) ? HAS_LABELS : 0;
	for (size_t i = VALUES; i <= CLASS_SCORES; i++) {
		if (!any(x[i], v[i].width, ordinal, n))
			continue;
		h.has |= bit[i];
		h.form[i] = form_of(&v[i]);
		h.version = h.form[i] ? 2 : h.version;
	}
	h.n_class = h.has & HAS_CLASSES ? (uint32_t)from->n_class : 0;
	buf_add(out, &h, sizeof(h));
	for (size_t i = 0; i < n && !h.dense; i++) {
		uint32_t at = ordinal[i] - (uint32_t)h.first;

		buf_add(out, &at, sizeof(at));
	}
	pad(out);
	if (h.has & HAS_LABELS)
		add_labels(out, from, ordinal, n);
	for (size_t i = VALUES; i <= CLASS_SCORES; i++) {
		if (!(h.has & bit[i]))
			continue;
		if (i == CLASS_SCORES)
			add_classes(out, from);
		add_numbers(out, &v[i], h.form[i]);
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

size_t batch_width(uint8_t form)
{
	return form ? form & 7u : sizeof(double);
}

double batch_number(const struct batch_numbers *x, size_t i)
{
	double out;

	batch_widen(x, i, 1, &out);
	return out;
}

static void widen_u16(const uint16_t *code, size_t n, double power,
		      double *restrict out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = code[i] == UINT16_MAX ? NAN : code[i] / power;
}

static void widen_u32(const uint32_t *code, size_t n, double power,
		      double *restrict out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = code[i] == UINT32_MAX ? NAN : code[i] / power;
}

void batch_widen(const struct batch_numbers *x, size_t i, size_t n,
		 double *out)
{
	double power = powers[x->form / 8];

	if (!x->form)
		memcpy(out, (const double *)x->at + i, n * sizeof(*out));
	else if (batch_width(x->form) == sizeof(uint16_t))
		widen_u16((const uint16_t *)x->at + i, n, power, out);
	else
		widen_u32((const uint32_t *)x->at + i, n, power, out);
}

/* Without a way out, so that it is done several at a time. */
bool batch_numbers_hold(const struct batch_numbers *x, size_t n)
{
	const uint64_t *bits = x->at;
	uint64_t wrong = 0;

	for (size_t i = 0; !x->form && i < n; i++)
		wrong |= (uint64_t)((bits[i] >> 52 & 0x7ff) == 0x7ff) &
			 (uint64_t)(bits[i] != EMPTY_NUMBER);
	return !wrong;
}

static bool take_numbers(struct reading *r, size_t n, uint8_t form,
			 struct batch_numbers *out)
{
	*out = (struct batch_numbers){ take(r, n * batch_width(form)), form };
	return out->at && batch_numbers_hold(out, n);
}

static bool good_form(uint8_t form)
{
	size_t width = batch_width(form);

	return !form || ((width == 2 || width == 4) && form / 8 < N_POWERS);
}

/* Forms are there where numbers are, in layout 2 alone. */
static bool good_forms(const struct batch_head *h)
{
	uint8_t any = h->form[0] | h->form[1] | h->form[2];

	return h->version == (any ? 2 : 1) && good_form(h->form[VALUES]) &&
	       good_form(h->form[SCORES]) &&
	       good_form(h->form[CLASS_SCORES]) &&
	       (h->has & HAS_VALUES || !h->form[VALUES]) &&
	       (h->has & HAS_SCORES || !h->form[SCORES]) &&
	       (h->has & HAS_CLASSES || !h->form[CLASS_SCORES]);
}

static bool good_head(const struct batch_head *h)
{
	return !memcmp(h->magic, "MPB", 3) && good_forms(h) && h->n > 0 &&
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
	scores = (h.n * batch_width(h.form[SCORES]) + 7) / 8 * 8;
	if (!good_head(&h) || size < sizeof(h) ||
	    size - sizeof(h) < (h.dense ? 0 : h.n * sizeof(uint32_t)) ||
	    ((h.has & HAS_SCORES) && size - sizeof(h) < scores))
		return bad(err);
	*out = (struct batch_outline){ h.n, h.first, h.dense, h.first,
				       h.dense ? 0 : sizeof(h), 0,
				       h.form[SCORES] };
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
	    !take_numbers(&r, h.n, h.form[VALUES], &out->value))
		rc = bad(err);
	if (rc == RC_OK && (h.has & HAS_SCORES) &&
	    !take_numbers(&r, h.n, h.form[SCORES], &out->score))
		rc = bad(err);
	if (rc == RC_OK && h.n_class)
		rc = take_segment(&r, h.n_class, &out->classes, err);
	if (rc == RC_OK && h.n_class &&
	    !take_numbers(&r, (size_t)h.n * h.n_class, h.form[CLASS_SCORES],
			  &out->class_score))
		rc = bad(err);
	return rc == RC_OK && r.left ? bad(err) : rc;
}
