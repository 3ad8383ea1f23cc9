/* A file read in rounds. While the pieces of one round are parsed, another
 * task reads the bytes of the next one behind the rest that this round leaves
 * over, and another digests.
 *
 * Where to cut: in well-formed CSV a byte stands inside quotes exactly when
 * the number of quotes before it is odd (a doubled quote counts twice), so a
 * line feed behind an even number ends a row. If the bytes before a cut are
 * not well-formed, then the piece before it meets the error, and the first
 * error in file order is the one reported: so a cut is right wherever its
 * rows are used. */
#include "base/csv.h"
#include "base/csv_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"

enum {
	MIN_SLICE = 128 << 10,	/* a smaller piece is not worth a thread */
	SLICE = 2 << 20,
	MAX_ROUND = 16 << 20,
};

/* Bytes of the file, and what is known about them. */
struct window {
	char *bytes;
	size_t n, cap;
	size_t digested;	/* of the bytes */
	bool last;		/* the file ends here */
};

struct slice {
	size_t at, n;
	uint64_t line;
	struct csv_blanks blanks;
	size_t n_quotes, n_lines;	/* of the rough slice, before cutting */
};

struct slot {
	struct reading *reading;
	struct csv_scan *scan;
	unsigned number;
};

struct reading {
	struct csv_parts *parts;
	int fd;
	struct strs names;
	struct window now, next;
	size_t round, min_slice;
	bool begun;			/* the file's first bytes are parsed */
	uint64_t line;			/* of now.bytes[0] */
	struct csv_blanks blanks;	/* before it */
	struct slice slices[CSV_SLOTS];
	struct slot slots[CSV_SLOTS];
	unsigned n_slices, max_slices;
	enum rc read_rc;		/* of the task that reads ahead */
	struct err read_err;
};

typedef unsigned char v16 __attribute__((vector_size(16)));

static size_t sum(v16 v)
{
	size_t total = 0;

	for (size_t i = 0; i < sizeof(v); i++)
		total += v[i];
	return total;
}

/* How often quotes and line feeds occur. A lane counts to 255. */
static void count(const char *p, size_t n, size_t *n_quotes, size_t *n_lines)
{
	size_t i = 0;

	*n_quotes = *n_lines = 0;
	while (n - i >= 16) {
		v16 quotes = { 0 }, lines = { 0 }, v;
		size_t end = n - i > 255 * 16 ? i + 255 * 16 : n;

		for (; end - i >= 16; i += 16) {
			memcpy(&v, p + i, sizeof(v));
			quotes -= (v16)(v == '"');
			lines -= (v16)(v == '\n');
		}
		*n_quotes += sum(quotes);
		*n_lines += sum(lines);
	}
	for (; i < n; i++) {
		*n_quotes += p[i] == '"';
		*n_lines += p[i] == '\n';
	}
}

static void reserve(struct window *w, size_t cap)
{
	if (w->cap >= cap)
		return;
	w->bytes = xrealloc(w->bytes, cap);
	w->cap = cap;
}

/* Reads up to n bytes more. */
static enum rc fill(struct reading *r, struct window *w, size_t n,
		    struct err *err)
{
	size_t got;
	enum rc rc;

	if (w->last)
		return RC_OK;
	reserve(w, w->n + n);
	rc = csv_read_full(r->fd, w->bytes + w->n, n, &got, r->parts->name,
			   err);
	w->n += got;
	w->last = got < n;
	r->parts->size += got;
	return rc;
}

static void digest(struct reading *r)
{
	struct window *w = &r->now;

	if (r->parts->bytes && w->digested < w->n)
		r->parts->bytes(w->bytes + w->digested, w->n - w->digested,
				r->parts->arg);
	w->digested = w->n;
}

/* The end of the window's last whole row; 0: it has none. n_quotes: of all
 * its bytes. */
static size_t last_row_end(const struct window *w, size_t n_quotes)
{
	for (size_t i = w->n; i > 0; i--) {
		if (w->bytes[i - 1] == '"')
			n_quotes--;
		else if (w->bytes[i - 1] == '\n' && n_quotes % 2 == 0)
			return i;
	}
	return 0;
}

/* The first row end from at on, or end; n_quotes stand before at. */
static size_t next_row_end(const struct window *w, size_t at, size_t end,
			   size_t n_quotes)
{
	while (at < end) {
		char c = w->bytes[at++];

		n_quotes += c == '"';
		if (c == '\n' && n_quotes % 2 == 0)
			break;
	}
	return at;
}

/* Length of the line end in front of at: 2, 1 or 0. */
static size_t line_end_before(const char *p, size_t at)
{
	if (at == 0 || p[at - 1] != '\n')
		return 0;
	return at > 1 && p[at - 2] == '\r' ? 2 : 1;
}

/* Blank lines in front of a row that begins at at, on the line. */
static struct csv_blanks blanks_before(const struct reading *r, size_t at,
				       uint64_t line)
{
	struct csv_blanks blanks = { .line = line };
	const char *p = r->now.bytes;
	size_t k;

	while ((k = line_end_before(p, at)) > 0) {
		if (at - k > 0 && p[at - k - 1] != '\n')
			return blanks;
		at -= k;
		blanks.line--;
		blanks.n++;
	}
	if (at == 0 && r->blanks.n) {
		blanks.line = r->blanks.line;
		blanks.n += r->blanks.n;
	}
	return blanks;
}

static void count_slice(size_t i, void *arg)
{
	struct reading *r = arg;
	struct slice *s = &r->slices[i];

	count(r->now.bytes + s->at, s->n, &s->n_quotes, &s->n_lines);
}

/* Slices of about the same size, counted. Returns the quotes of them all. */
static size_t cut_roughly(struct reading *r)
{
	size_t n = r->now.n, k = n / r->min_slice, n_quotes = 0;

	k = k < 1 ? 1 : k > r->max_slices ? r->max_slices : k;
	for (size_t i = 0; i < k; i++) {
		r->slices[i] = (struct slice){ .at = n / k * i };
		r->slices[i].n = (i + 1 == k ? n : n / k * (i + 1)) -
				 r->slices[i].at;
	}
	r->n_slices = (unsigned)k;
	par_for(k, count_slice, r);
	for (size_t i = 0; i < k; i++)
		n_quotes += r->slices[i].n_quotes;
	return n_quotes;
}

static size_t lines_between(const struct reading *r, size_t from, size_t to)
{
	size_t ignored, n;

	count(r->now.bytes + from, to - from, &ignored, &n);
	return n;
}

/* Moves the rough cuts to row ends, the last one to end. Slices that this
 * empties are dropped. */
static void cut_at_rows(struct reading *r, size_t end)
{
	size_t n_quotes = 0, n_lines = 0, at = 0, n_kept = 0;
	uint64_t line = r->line;

	for (size_t i = 0; i < r->n_slices && at < end; i++) {
		struct slice rough = r->slices[i], *s = &r->slices[n_kept];
		size_t rough_end = rough.at + rough.n, cut = end;

		n_quotes += rough.n_quotes;
		n_lines += rough.n_lines;
		if (rough_end < end)
			cut = next_row_end(&r->now, rough_end, end, n_quotes);
		if (cut <= at)
			continue;
		s->at = at;
		s->n = cut - at;
		s->line = line;
		s->blanks = blanks_before(r, at, line);
		line = r->line + n_lines;
		line += cut > rough_end ? lines_between(r, rough_end, cut) : 0;
		line -= cut < rough_end ? lines_between(r, cut, rough_end) : 0;
		at = cut;
		n_kept++;
	}
	r->n_slices = (unsigned)n_kept;
	r->blanks = blanks_before(r, end, line);
	r->line = line;
}

static enum rc slot_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct slot *slot = arg;
	struct csv_parts *parts = slot->reading->parts;

	return parts->header ? parts->header(names, parts->arg, err) : RC_OK;
}

static enum rc slot_row(const struct csv_field *fields, size_t n,
			uint64_t line, void *arg, struct err *err)
{
	struct slot *slot = arg;
	struct csv_parts *parts = slot->reading->parts;

	return parts->row(slot->number, fields, n, line, parts->arg, err);
}

static void parse_slice(struct reading *r, size_t i)
{
	struct slice *s = &r->slices[i];
	struct csv_scan *scan = r->slots[i].scan;

	csv_scan_place(scan, s->line, s->blanks);
	csv_scan_feed(scan, r->now.bytes + s->at, s->n, true, false);
	csv_scan_finish(scan);
}

/* The tasks of a round: reading ahead, digesting, and the slices. */
static void round_task(size_t i, void *arg)
{
	struct reading *r = arg;

	if (i == 0)
		r->read_rc = fill(r, &r->next, r->round, &r->read_err);
	else if (i == 1)
		digest(r);
	else
		parse_slice(r, i - 2);
}

static uint64_t rows_of_all(const struct reading *r)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < r->max_slices; i++)
		n += csv_scan_rows(r->slots[i].scan);
	return n;
}

static enum rc end_round(struct reading *r, unsigned n_slots, struct err *err)
{
	struct csv_parts *parts = r->parts;
	uint64_t rows = rows_of_all(r);
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < n_slots && rc == RC_OK; i++)
		rc = csv_scan_result(r->slots[i].scan, err);
	if (rc == RC_OK && parts->merge && rows > parts->rows)
		rc = parts->merge(n_slots, parts->arg, err);
	parts->rows = rows;
	if (rc == RC_OK && parts->progress)
		rc = parts->progress(parts->size, csv_size_of(r->fd),
				     parts->arg);
	return rc;
}

/* The bytes up to end are done with; the rest opens the next window. */
static void begin_next(struct reading *r, size_t end)
{
	size_t rest = r->now.n - end;

	reserve(&r->next, rest + r->round);
	if (rest)
		memcpy(r->next.bytes, r->now.bytes + end, rest);
	r->next.n = rest;
	r->next.digested = rest;
	r->next.last = r->now.last;
}

static enum rc parallel_round(struct reading *r, size_t end, struct err *err)
{
	struct window done = r->now;
	enum rc rc;

	cut_at_rows(r, end);
	begin_next(r, end);
	par_for(r->n_slices + 2, round_task, r);
	rc = end_round(r, r->n_slices, err);
	r->now = r->next;
	r->next = done;
	if (rc != RC_OK || r->read_rc == RC_OK)
		return rc;
	if (err)
		*err = r->read_err;
	return r->read_rc;
}

/* Parses up to the end of one row, however long, in slot 0: the header, and
 * a row that is longer than the window. */
static enum rc serial_row(struct reading *r, struct err *err)
{
	struct csv_scan *scan = r->slots[0].scan;
	struct window *w = &r->now;
	enum rc rc;
	size_t used;

	if (r->begun)
		csv_scan_place(scan, r->line, r->blanks);
	r->begun = true;
	do {
		rc = fill(r, w, r->min_slice, err);
		if (rc != RC_OK)
			return rc;
		digest(r);
		used = csv_scan_feed(scan, w->bytes, w->n, w->last, true);
		w->n -= used;
		w->digested = w->n;
		memmove(w->bytes, w->bytes + used, w->n);
		rc = csv_scan_result(scan, err);
	} while (rc == RC_OK && !w->last && (used == 0 ||
		 csv_scan_in_row(scan)));
	if (w->last && w->n == 0)
		csv_scan_finish(scan);
	r->line = csv_scan_line(scan, &r->blanks);
	return end_round(r, 1, err);
}

static bool at_end(const struct reading *r)
{
	return r->now.last && r->now.n == 0;
}

static enum rc one_round(struct reading *r, struct err *err)
{
	size_t n_quotes, end;

	if (r->now.n < r->round) {
		enum rc rc = fill(r, &r->now, r->round - r->now.n, err);

		if (rc != RC_OK)
			return rc;
	}
	n_quotes = cut_roughly(r);
	end = r->now.last ? r->now.n : last_row_end(&r->now, n_quotes);
	return end ? parallel_round(r, end, err) : serial_row(r, err);
}

static void reading_init(struct reading *r, struct csv_parts *parts, int fd)
{
	unsigned wanted = 2 * par_threads();

	*r = (struct reading){ .parts = parts, .fd = fd, .line = 1 };
	r->max_slices = wanted < CSV_SLOTS ? wanted : CSV_SLOTS;
	r->round = parts->round ? parts->round : r->max_slices * SLICE;
	if (r->round > MAX_ROUND)
		r->round = MAX_ROUND;
	r->min_slice = r->round / r->max_slices;
	if (r->min_slice > MIN_SLICE)
		r->min_slice = MIN_SLICE;
	if (r->min_slice < 1)
		r->min_slice = 1;
	for (unsigned i = 0; i < r->max_slices; i++) {
		struct slot *slot = &r->slots[i];

		slot->reading = r;
		slot->number = i;
		slot->scan = csv_scan_new(parts->name, &r->names,
					  slot_header, slot_row, slot);
	}
}

static void reading_release(struct reading *r)
{
	for (unsigned i = 0; i < r->max_slices; i++)
		csv_scan_free(r->slots[i].scan);
	strs_release(&r->names);
	free(r->now.bytes);
	free(r->next.bytes);
}

enum rc csv_read_parts(struct csv_parts *parts, int fd, struct err *err)
{
	struct reading r;
	enum rc rc = RC_OK;

	parts->rows = 0;
	parts->size = 0;
	reading_init(&r, parts, fd);
	while (rc == RC_OK && !r.names.n && !at_end(&r))
		rc = serial_row(&r, err);
	while (rc == RC_OK && !at_end(&r))
		rc = one_round(&r, err);
	if (rc == RC_OK && !r.names.n)
		rc = csv_refuse_empty(parts->name, err);
	parts->had_bom = csv_scan_had_bom(r.slots[0].scan);
	reading_release(&r);
	return rc;
}
