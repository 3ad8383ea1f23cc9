#include "registry/segment.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "base/intern.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "segments are used as they lie in the file");

#define EMPTY_NUMBER 0x7ff8000000000000u

struct head {
	char magic[3];
	uint8_t version, kind, width;
	uint16_t zero;
	uint32_t n, n_values;
	uint64_t n_bytes;
};
_Static_assert(sizeof(struct head) == 24, "the layout of segment.h");

static const char magic[3] = { 'M', 'S', 'C' };

static void add_head(struct buf *out, enum segment_kind kind, unsigned width,
		     size_t n, size_t n_values, size_t n_bytes)
{
	struct head h = {
		.version = 1, .kind = (uint8_t)kind, .width = (uint8_t)width,
		.n = (uint32_t)n, .n_values = (uint32_t)n_values,
		.n_bytes = n_bytes,
	};

	memcpy(h.magic, magic, sizeof(magic));
	buf_add(out, &h, sizeof(h));
}

/* -- Writing -- */

/* Few values for its cells: then a dictionary is smallest. */
static bool is_worth(size_t n_values, size_t seen, size_t n)
{
	if (n_values <= 64)
		return true;
	if (seen == 2048 && n_values > 1536)
		return false;
	return n_values <= n / 4;
}

static bool make_dictionary(struct intern *in, const struct cell *cells,
			    size_t n, const uint64_t *hash, uint32_t *code)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t h = hash ? hash[i] : text_hash(cells[i].at,
							cells[i].n);

		code[i] = intern_add_hashed(in, cells[i].at, cells[i].n, h);
		if (!is_worth(in->n, i + 1, n))
			return false;
	}
	return true;
}

static unsigned code_width(size_t n_values)
{
	return n_values <= 1 ? 0 : n_values <= 256 ? 1 :
	       n_values <= 65536 ? 2 : 4;
}

static void write_codes(struct buf *out, const struct intern *in,
			const uint32_t *code, size_t n)
{
	unsigned width = code_width(in->n);
	size_t start = out->len + sizeof(struct head);
	uint32_t at = 0;

	add_head(out, SEGMENT_CODES, width, n, in->n, in->n_bytes);
	buf_fill(out, '\0', (n * width + 3) / 4 * 4);
	for (size_t i = 0; i < n && width; i++)
		memcpy(out->data + start + i * width, &code[i], width);
	for (uint32_t i = 0; i < in->n; i++) {
		at = (uint32_t)in->text[i].at;
		buf_add(out, &at, sizeof(at));
	}
	at = (uint32_t)in->n_bytes;
	buf_add(out, &at, sizeof(at));
	buf_add(out, in->bytes, in->n_bytes);
}

/* Up to 15 significant digits, plain: the digits are exact in a double, one
 * division rounds once, and no shorter text gives the same double (C11's
 * DBL_DIG). Returns 1, 0 (is not canonical), or -1 (cannot say). */
static int plain_number(const char *s, size_t n, double *out)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
		1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
		1e18, 1e19 };
	size_t i = n && s[0] == '-', first = i, n_whole, n_fraction;
	uint64_t digits = 0;

	if (n - first > 18 || n == first)
		return n == first ? 0 : -1;
	for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
		digits = digits * 10 + (uint64_t)(s[i] - '0');
	n_whole = i - first;
	if (n_whole == 0 || (n_whole > 1 && s[first] == '0'))
		return 0;
	if (i < n && s[i] != '.')
		return -1;
	for (n_fraction = 0, i++; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
		digits = digits * 10 + (uint64_t)(s[i] - '0');
		n_fraction++;
	}
	if (i < n)
		return -1;
	if (i == n && n_fraction == 0 && s[n - 1] == '.')
		return 0;
	if (n_fraction && s[n - 1] == '0')
		return 0;
	if (digits >= 1000000000000000u)
		return -1;
	*out = (double)digits / power[n_fraction];
	if (n_fraction && *out < 1e-4)
		return -1;
	if (first)
		*out = -*out;
	return !(first && digits == 0);
}

bool segment_canonical(const char *s, size_t n, double *out)
{
	char again[DECIMAL_MAX];
	int plain = plain_number(s, n, out);

	if (plain >= 0)
		return plain;
	if (n >= DECIMAL_MAX || !decimal_read(s, n, out))
		return false;
	decimal_shortest(*out, again);
	return strlen(again) == n && !memcmp(again, s, n);
}

void segment_write_numbers(struct buf *out, const double *x, size_t n)
{
	const uint64_t empty = EMPTY_NUMBER;

	add_head(out, SEGMENT_NUMBERS, 0, n, 0, 0);
	for (size_t i = 0; i < n; i++)
		buf_add(out, isnan(x[i]) ? (const void *)&empty : &x[i],
			sizeof(empty));
}

static bool write_numbers(struct buf *out, const struct cell *cells, size_t n)
{
	double *x = xmalloc(n * sizeof(*x));
	size_t i;

	for (i = 0; i < n; i++)
		if (cells[i].n == 0)
			x[i] = NAN;
		else if (!segment_canonical(cells[i].at, cells[i].n, &x[i]))
			break;
	if (i == n)
		segment_write_numbers(out, x, n);
	free(x);
	return i == n;
}

static void write_texts(struct buf *out, const struct cell *cells, size_t n)
{
	size_t total = 0;
	uint32_t *at;
	char *p;

	for (size_t i = 0; i < n; i++)
		total += cells[i].n;
	add_head(out, SEGMENT_TEXTS, 0, n, 0, total);
	buf_reserve(out, (n + 1) * sizeof(*at) + total);
	at = xmalloc((n + 1) * sizeof(*at));
	at[0] = 0;
	for (size_t i = 0; i < n; i++)
		at[i + 1] = at[i] + (uint32_t)cells[i].n;
	buf_add(out, at, (n + 1) * sizeof(*at));
	free(at);
	p = out->data + out->len;
	for (size_t i = 0; i < n; p += cells[i++].n)
		memcpy(p, cells[i].at, cells[i].n);
	out->len += total;
	out->data[out->len] = '\0';
}

void segment_write(struct buf *out, const struct cell *cells, size_t n,
		   const uint64_t *hash)
{
	struct intern in = INTERN_INIT;
	uint32_t *code;

	if (n == 0 || n > SEGMENT_ROWS)
		BUG("a segment of %zu rows", n);
	code = xmalloc(n * sizeof(*code));
	if (make_dictionary(&in, cells, n, hash, code))
		write_codes(out, &in, code, n);
	else if (!write_numbers(out, cells, n))
		write_texts(out, cells, n);
	intern_release(&in);
	free(code);
}

/* -- Reading -- */

static enum rc bad(struct err *err, const char *why)
{
	return err_set(err, RC_CORRUPT, "a stored column is damaged: %s", why);
}

static bool good_text(const char *s, size_t n)
{
	uint64_t high = 0, x;
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		memcpy(&x, s + i, sizeof(x));
		high |= x;
	}
	for (; i < n; i++)
		high |= (uint8_t)s[i];
	if (high & 0x8080808080808080u)
		return utf8_valid(s, n, NULL);
	return !memchr(s, '\0', n);
}

static bool in_order(const uint32_t *at, size_t n, size_t n_bytes)
{
	uint32_t wrong = at[0];

	for (size_t i = 0; i < n; i++)
		wrong |= at[i] > at[i + 1];
	return !wrong && at[n] == n_bytes;
}

static enum rc check_values(const struct segment *s, struct err *err)
{
	if (!in_order(s->value_at, s->n_values, s->n_bytes))
		return bad(err, "its dictionary is out of order");
	for (size_t i = 0; i < s->n_values; i++) {
		size_t n = s->value_at[i + 1] - s->value_at[i];
		const char *p = s->bytes + s->value_at[i];

		if (n == 0 || p[n - 1] != '\0' || !good_text(p, n - 1))
			return bad(err, "a value is no text");
	}
	return RC_OK;
}

static uint32_t greatest_code(const struct segment *s)
{
	const uint8_t *c1 = s->code;
	const uint16_t *c2 = s->code;
	const uint32_t *c4 = s->code;
	uint32_t most = 0;

	for (size_t i = 0; i < s->n && s->width == 1; i++)
		most = c1[i] > most ? c1[i] : most;
	for (size_t i = 0; i < s->n && s->width == 2; i++)
		most = c2[i] > most ? c2[i] : most;
	for (size_t i = 0; i < s->n && s->width == 4; i++)
		most = c4[i] > most ? c4[i] : most;
	return most;
}

static enum rc read_codes(const char *p, size_t left, const struct head *h,
			  struct segment *s, struct err *err)
{
	size_t codes, starts;

	if (h->width != code_width(h->n_values) || h->n_values == 0 ||
	    h->n_values > h->n)
		return bad(err, "its dictionary has a wrong size");
	codes = ((size_t)h->n * h->width + 3) / 4 * 4;
	starts = ((size_t)h->n_values + 1) * sizeof(uint32_t);
	if (left < codes + starts || left - codes - starts != h->n_bytes)
		return bad(err, "its length is wrong");
	s->code = p;
	s->width = h->width;
	s->n_values = h->n_values;
	s->value_at = (const uint32_t *)(const void *)(p + codes);
	s->bytes = p + codes + starts;
	if (greatest_code(s) >= s->n_values)
		return bad(err, "a code has no value");
	return check_values(s, err);
}

static enum rc read_numbers(const char *p, size_t left, const struct head *h,
			    struct segment *s, struct err *err)
{
	if (h->width || h->n_values || h->n_bytes ||
	    left != (size_t)h->n * sizeof(double))
		return bad(err, "its length is wrong");
	s->number = (const double *)(const void *)p;
	for (size_t i = 0; i < s->n; i++) {
		uint64_t x;

		memcpy(&x, &s->number[i], sizeof(x));
		if ((x >> 52 & 0x7ff) == 0x7ff && x != EMPTY_NUMBER)
			return bad(err, "a number is not finite");
	}
	return RC_OK;
}

/* Valid together, texts are valid each unless one begins within a character. */
static bool whole_characters(const struct segment *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->text_at[i] < s->n_bytes &&
		    (s->bytes[s->text_at[i]] & 0xc0) == 0x80)
			return false;
	return true;
}

static enum rc read_texts(const char *p, size_t left, const struct head *h,
			  struct segment *s, struct err *err)
{
	size_t starts = ((size_t)h->n + 1) * sizeof(uint32_t);

	if (h->width || h->n_values || left < starts ||
	    left - starts != h->n_bytes)
		return bad(err, "its length is wrong");
	s->text_at = (const uint32_t *)(const void *)p;
	s->bytes = p + starts;
	if (!in_order(s->text_at, s->n, s->n_bytes))
		return bad(err, "its texts are out of order");
	return good_text(s->bytes, s->n_bytes) && whole_characters(s) ?
	       RC_OK : bad(err, "its texts are no texts");
}

enum rc segment_read(const void *bytes, size_t size, struct segment *out,
		     struct err *err)
{
	const char *p = bytes;
	struct head h;

	*out = (struct segment){ 0 };
	if (size < sizeof(h))
		return bad(err, "it is too short");
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) || h.zero)
		return bad(err, "it does not begin as one");
	if (h.version != 1)
		return err_set(err, RC_CORRUPT, "a stored column has layout "
			       "%u; a newer muster may know it", h.version);
	if (h.n == 0 || h.n > SEGMENT_ROWS || h.kind > SEGMENT_TEXTS)
		return bad(err, "its size or kind is wrong");
	out->kind = h.kind;
	out->n = h.n;
	out->n_bytes = (size_t)h.n_bytes;
	p += sizeof(h);
	size -= sizeof(h);
	if (h.kind == SEGMENT_CODES)
		return read_codes(p, size, &h, out, err);
	if (h.kind == SEGMENT_NUMBERS)
		return read_numbers(p, size, &h, out, err);
	return read_texts(p, size, &h, out, err);
}

uint32_t segment_code(const struct segment *s, size_t row)
{
	uint32_t code = 0;

	if (s->width)
		memcpy(&code, (const char *)s->code + row * s->width,
		       s->width);
	return code;
}

const char *segment_value(const struct segment *s, size_t i, size_t *n)
{
	if (n)
		*n = s->value_at[i + 1] - s->value_at[i] - 1;
	return s->bytes + s->value_at[i];
}

struct cell segment_cell(const struct segment *s, size_t row, struct buf *b)
{
	struct cell cell = { "", 0 };

	if (s->kind == SEGMENT_CODES) {
		cell.at = segment_value(s, segment_code(s, row), &cell.n);
	} else if (s->kind == SEGMENT_TEXTS) {
		cell.at = s->bytes + s->text_at[row];
		cell.n = s->text_at[row + 1] - s->text_at[row];
	} else if (!isnan(s->number[row])) {
		buf_clear(b);
		buf_decimal(b, s->number[row]);
		cell = (struct cell){ b->data, b->len };
	}
	return cell;
}
