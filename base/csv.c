/* libcsv parses; what it leaves open is decided here. Its input is fed line
 * by line (a very long line in pieces), so that line numbers cost nothing,
 * and each piece is looked over once, sixteen bytes at a time:
 *
 *	no quote and no CR	a whole line of bare fields is cut at its
 *				commas; that takes no parser
 *	NUL or beyond ASCII	UTF-8 is checked; the parser is fed up to the
 *				first bad byte, which gives the column
 *	CR			must stand before LF or inside quotes
 *	a blank at a field's	libcsv would take it off: it gets a space
 *	edge			function that knows no blanks (and is slower)
 *
 * A row begins at the begin of a line, for a lone CR is refused. */
#include "base/csv.h"
#include "base/count.h"
#include "base/csv_scan.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/xalloc.h"

enum {
	MAX_FIELD = 1 << 20,
	MAX_ROW = 64 << 20,
	MAX_COLUMNS = 65536,
	PIECE = 64 << 10,	/* of a line, at most */
	BLOCK = 256 << 10,	/* read at once */
};

/* One libcsv at work on the file or on a part of it. */
struct csv_scan {
	struct csv_parser parser;
	const char *name;
	struct strs *names;	/* the header's; none until it is read */
	csv_header_fn *header;
	csv_row_fn *row;
	void *arg;

	char *cells;		/* the row's fields, each with a NUL */
	size_t used, cap;
	struct csv_field *fields;
	size_t n_fields, fields_cap;

	uint64_t line;		/* that the next byte is on */
	uint64_t row_line;	/* where the row began */
	uint64_t open_line;	/* where the unfinished field began … */
	size_t open_fields;	/* … and how many were before it */
	size_t row_bytes;
	struct csv_blanks blanks;
	uint64_t rows;
	bool started;		/* a BOM may come no more */
	bool had_bom;
	bool in_row;
	bool row_ended;		/* since the feeding began */
	bool lone_cr;		/* the byte being parsed is one */
	enum rc rc;
	struct err err;
};

enum rc csv_refuse(const char *name, uint64_t line, size_t column,
		   const char *column_name, struct err *err, const char *fmt,
		   ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	buf_printf(&b, "%s: line %llu", name, (unsigned long long)line);
	if (column)
		buf_printf(&b, ", column %zu", column);
	if (column && column_name)
		buf_printf(&b, " ('%s')", column_name);
	buf_str(&b, ": ");
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	err_set(err, RC_BAD_INPUT, "%s", b.data);
	buf_release(&b);
	return RC_BAD_INPUT;
}

static bool has_header(const struct csv_scan *s)
{
	return s->names->n > 0;
}

enum rc csv_refuse_empty(const char *name, struct err *err)
{
	return err_set(err, RC_BAD_INPUT, "%s: the file is empty; its first "
		       "line must name the columns", name);
}

static void refuse(struct csv_scan *s, uint64_t line, size_t column,
		   const char *what)
{
	const char *name = has_header(s) && column >= 1 &&
			   column <= s->names->n ?
			   s->names->at[column - 1] : NULL;

	s->rc = csv_refuse(s->name, line, column, name, &s->err, "%s", what);
}

/* libcsv's room for a field: the field, a closing quote that does not stay,
 * the NUL, and one more, since it grows ahead of need. Refused, libcsv asks
 * for less, down to one byte more, so the limit is met exactly. */
static void *limited_realloc(void *p, size_t size)
{
	return size > MAX_FIELD + 3 ? NULL : realloc(p, size);
}

static int no_blank(unsigned char c)
{
	return 0;
}

struct csv_scan *csv_scan_new(const char *name, struct strs *names,
			      csv_header_fn *header, csv_row_fn *row,
			      void *arg)
{
	struct csv_scan *s = XNEW(struct csv_scan);

	s->name = name;
	s->names = names;
	s->header = header;
	s->row = row;
	s->arg = arg;
	s->line = 1;
	if (csv_init(&s->parser, CSV_STRICT | CSV_STRICT_FINI |
		     CSV_APPEND_NULL))
		BUG("libcsv could not be set up");
	csv_set_realloc_func(&s->parser, limited_realloc);
	csv_set_blk_size(&s->parser, 4096);
	return s;
}

void csv_scan_free(struct csv_scan *s)
{
	if (!s)
		return;
	csv_free(&s->parser);
	free(s->cells);
	free(s->fields);
	free(s);
}

static void grow_cells(struct csv_scan *s, size_t more)
{
	char *old = s->cells;

	s->cap = (s->cap + more) * 2;
	s->cells = xrealloc(NULL, s->cap);
	if (s->used)
		memcpy(s->cells, old, s->used);
	for (size_t i = 0; i < s->n_fields; i++)
		s->fields[i].text = s->cells + (s->fields[i].text - old);
	free(old);
}

static void grow_fields(struct csv_scan *s)
{
	s->fields_cap = s->fields_cap ? s->fields_cap * 2 : 32;
	s->fields = xreallocarray(s->fields, s->fields_cap,
				  sizeof(s->fields[0]));
}

/* False: there may be no further field. */
static bool may_add(struct csv_scan *s)
{
	size_t column = s->n_fields + 1;

	if (has_header(s) && column > s->names->n)
		s->rc = csv_refuse(s->name, s->row_line, column, NULL,
				   &s->err, "the row has more fields than "
				   "the header has (%zu)", s->names->n);
	else if (column > MAX_COLUMNS)
		refuse(s, s->row_line, column, "more than 65,536 columns");
	return s->rc == RC_OK;
}

static void on_field(void *text, size_t n, void *arg)
{
	struct csv_scan *s = arg;
	char *cell;

	if (s->rc != RC_OK || !may_add(s))
		return;
	if (n > MAX_FIELD) {
		refuse(s, s->row_line, s->n_fields + 1,
		       "the field is larger than 1 MiB");
		return;
	}
	if (s->cap - s->used < n + 1)
		grow_cells(s, n + 1);
	if (s->n_fields == s->fields_cap)
		grow_fields(s);
	cell = s->cells + s->used;
	memcpy(cell, text, n + 1);
	s->used += n + 1;
	s->fields[s->n_fields++] = (struct csv_field){ cell, n };
}

/* Names: sorted, so that equal ones stand together in file order. */

static int by_name(const void *a, const void *b)
{
	const char *const *x = *(const char *const *const *)a;
	const char *const *y = *(const char *const *const *)b;
	int order = strcmp(*x, *y);

	return order ? order : (x > y) - (x < y);
}

static char ***sort_names(struct strs *names)
{
	char ***sorted = XNEW_ARRAY(char **, names->n);

	for (size_t i = 0; i < names->n; i++)
		sorted[i] = &names->at[i];
	qsort(sorted, names->n, sizeof(sorted[0]), by_name);
	return sorted;
}

static bool has_name(char ***sorted, size_t n, const char *name)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;
		int order = strcmp(name, *sorted[mid]);

		if (order == 0)
			return true;
		if (order < 0)
			n = mid;
		else
			low = mid + 1;
	}
	return false;
}

/* "base#k", k being the first from *k on that no column bears. */
static char *free_name(char ***sorted, size_t n, const char *base, size_t *k)
{
	for (;; ++*k) {
		char *name = xasprintf("%s#%zu", base, *k);

		if (!has_name(sorted, n, name))
			return name;
		free(name);
	}
}

/* The new names are put in at the end only, so that the sorted look-up sees
 * the file's own. Two that are made cannot be equal: they differ in what
 * stands before the last '#', or in the number behind it. */
static void name_nameless(struct strs *names)
{
	char ***sorted = sort_names(names);
	size_t n = 0, last = 0;

	while (n < names->n && !**sorted[n])
		n++;
	for (size_t i = 0; i < n; i++) {
		size_t place = (size_t)(sorted[i] - names->at) + 1;
		size_t k = place > last ? place : last + 1;
		char *name = free_name(sorted + n, names->n - n, "column",
				       &k);

		last = k;
		free(*sorted[i]);
		*sorted[i] = name;
	}
	free(sorted);
}

static void name_repeated(struct strs *names)
{
	char ***sorted = sort_names(names);
	char **made = XNEW_ARRAY(char *, names->n);
	size_t first = 0, k = 2;

	for (size_t i = 1; i < names->n; i++) {
		if (strcmp(*sorted[i], *sorted[first]) != 0) {
			first = i;
			k = 2;
			continue;
		}
		made[i] = free_name(sorted, names->n, *sorted[first], &k);
		k++;
	}
	for (size_t i = 0; i < names->n; i++) {
		if (!made[i])
			continue;
		free(*sorted[i]);
		*sorted[i] = made[i];
	}
	free(made);
	free(sorted);
}

static void take_header(struct csv_scan *s)
{
	for (size_t i = 0; i < s->n_fields; i++)
		strs_add(s->names, s->fields[i].text);
	name_nameless(s->names);
	name_repeated(s->names);
}

static void hand_on(struct csv_scan *s)
{
	if (!has_header(s)) {
		take_header(s);
		if (s->header)
			s->rc = s->header(s->names, s->arg, &s->err);
		return;
	}
	s->rows++;
	s->rc = s->row(s->fields, s->n_fields, s->row_line, s->arg, &s->err);
}

static void end_row(struct csv_scan *s)
{
	if (has_header(s) && s->n_fields < s->names->n)
		refuse(s, s->row_line, s->n_fields + 1,
		       "the field is missing: the row is shorter than the "
		       "header");
	else
		hand_on(s);
	s->n_fields = 0;
	s->used = 0;
}

static void on_row(int end, void *arg)
{
	struct csv_scan *s = arg;

	s->in_row = false;
	s->row_ended = true;
	if (s->rc != RC_OK)
		return;
	if (s->lone_cr)
		refuse(s, s->line, s->n_fields, "a carriage return without a "
		       "line feed");
	else
		end_row(s);
}

/* What a piece holds. */
enum { HAS_CR = 1, HAS_NUL = 2, HAS_HIGH = 4, HAS_BLANK_EDGE = 8,
       HAS_QUOTE = 16 };

typedef unsigned char v16 __attribute__((vector_size(16)));

static bool any(v16 v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(half));
	return (half[0] | half[1]) != 0;
}

static v16 load(const char *p)
{
	v16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static v16 is_blank(v16 v)
{
	return (v16)((v == ' ') | (v == '\t'));
}

/* Of a field: what may stand before or behind it. */
static v16 is_edge(v16 v)
{
	return (v16)((v == ',') | (v == '"') | (v == '\n') | (v == '\r'));
}

struct look {
	v16 cr, nul, high, edge, quote;
};

/* Bytes 0 to 15, and the pairs that they make with bytes 1 to 16. */
static inline void look_at(struct look *l, const char *p)
{
	v16 v = load(p), w = load(p + 1);

	l->cr |= (v16)(v == '\r');
	l->nul |= (v16)(v == 0);
	l->high |= v;
	l->quote |= (v16)(v == '"');
	l->edge |= (is_blank(v) & is_edge(w)) | (is_edge(v) & is_blank(w));
}

static unsigned look_over(const char *p, size_t n)
{
	struct look l = { { 0 } };
	char room[64];
	size_t i = 0;

	for (; n - i > 16; i += 16)
		look_at(&l, p + i);
	/* The piece's own end counts as an edge, and so does its begin. */
	memset(room, 'x', sizeof(room));
	memcpy(room + 1, p + i, n - i);
	room[n - i + 1] = '\n';
	look_at(&l, room);
	look_at(&l, room + 16);
	return (any(l.cr) ? HAS_CR : 0) | (any(l.nul) ? HAS_NUL : 0) |
	       (any(l.high & 0x80) ? HAS_HIGH : 0) |
	       (any(l.edge) || *p == ' ' || *p == '\t' ? HAS_BLANK_EDGE
							: 0) |
	       (any(l.quote) ? HAS_QUOTE : 0);
}

static void refuse_parse(struct csv_scan *s, char at)
{
	bool is_full = csv_error(&s->parser) == CSV_ENOMEM;

	if (is_full && csv_get_buffer_size(&s->parser) < MAX_FIELD)
		fatal("out of memory (a field of a CSV file)");
	refuse(s, s->line, s->n_fields + 1, is_full ?
	       "the field is larger than 1 MiB" : at == '"' ?
	       "a quote inside a field that does not begin with one" :
	       "something stands behind the closing quote");
}

static void parse(struct csv_scan *s, const char *p, size_t n)
{
	size_t done;

	if (n == 0 || s->rc != RC_OK)
		return;
	done = csv_parse(&s->parser, p, n, on_field, on_row, s);
	if (s->rc == RC_OK && done < n)
		refuse_parse(s, p[done]);
}

/* A whole line of bare fields, with its LF. */
static void split_line(struct csv_scan *s, const char *p, size_t n)
{
	char *cell, *end, *comma = NULL;

	if (s->cap - s->used < n)
		grow_cells(s, n);
	cell = memcpy(s->cells + s->used, p, n);
	end = cell + n - 1;
	s->used += n;
	do {
		cell = comma ? comma + 1 : cell;
		comma = memchr(cell, ',', (size_t)(end - cell));
		*(comma ? comma : end) = '\0';
		if (!may_add(s))
			break;
		if (s->n_fields == s->fields_cap)
			grow_fields(s);
		s->fields[s->n_fields++] = (struct csv_field){
			cell, (size_t)((comma ? comma : end) - cell) };
	} while (comma);
	on_row('\n', s);
}

/* A piece with CRs: each is parsed alone, or with its LF. */
static void parse_cr(struct csv_scan *s, const char *p, size_t n, bool fresh)
{
	const char *start = p, *end = p + n, *cr;

	while (s->rc == RC_OK && (cr = memchr(p, '\r', (size_t)(end - p)))) {
		parse(s, p, (size_t)(cr - p));
		if (cr + 1 < end && cr[1] == '\n') {
			parse(s, cr, 2);
			return;
		}
		/* libcsv is silent about one that begins a row */
		if (fresh && cr == start) {
			refuse(s, s->line, 1, "a carriage return without a "
			       "line feed");
			return;
		}
		s->lone_cr = true;
		parse(s, cr, 1);
		s->lone_cr = false;
		p = cr + 1;
	}
	parse(s, p, (size_t)(end - p));
}

/* Rows of one empty field, now that it is known that a row follows. */
static void deliver_blanks(struct csv_scan *s)
{
	if (!s->blanks.n)
		return;
	if (!has_header(s)) {
		refuse(s, s->blanks.line, 0, "blank, where the header should "
		       "be");
		return;
	}
	for (; s->blanks.n > 0 && s->rc == RC_OK; s->blanks.n--) {
		s->row_line = s->blanks.line++;
		if (s->names->n > 1) {
			refuse(s, s->row_line, 0, "blank; a row has a value "
			       "for each column");
			return;
		}
		s->n_fields = 0;
		if (!s->fields_cap)
			grow_fields(s);
		s->fields[s->n_fields++] = (struct csv_field){ "", 0 };
		end_row(s);
	}
}

static bool is_blank_line(const char *p, size_t n)
{
	return (n == 1 && p[0] == '\n') ||
	       (n == 2 && p[0] == '\r' && p[1] == '\n');
}

static void begin_row(struct csv_scan *s)
{
	deliver_blanks(s);
	s->in_row = true;
	s->row_line = s->line;
	s->row_bytes = 0;
	s->open_line = s->line;
	s->open_fields = 0;
}

/* One line with its end, or a piece of a long one; n > 0. */
static void feed_piece(struct csv_scan *s, const char *p, size_t n)
{
	unsigned has = look_over(p, n);
	bool fresh = !s->in_row;
	size_t good = n;

	if (fresh) {
		begin_row(s);
		if (s->rc != RC_OK)
			return;
	}
	csv_set_space_func(&s->parser,
			   has & HAS_BLANK_EDGE ? no_blank : NULL);
	if (has & (HAS_NUL | HAS_HIGH))
		utf8_valid(p, n, &good);
	if (fresh && good == n && p[n - 1] == '\n' &&
	    !(has & (HAS_CR | HAS_QUOTE))) {
		split_line(s, p, n);
		return;
	}
	/* CR LF at the end is what nearly every CR is */
	if (has & HAS_CR)
		parse_cr(s, p, good, fresh);
	else
		parse(s, p, good);
	if (good < n && s->rc == RC_OK)
		refuse(s, s->line, s->n_fields + 1, p[good] ?
		       "a byte that is no UTF-8" : "a NUL byte (is the file "
		       "UTF-16? save it as UTF-8)");
	s->row_bytes += n;
	if (s->in_row && s->row_bytes > MAX_ROW && s->rc == RC_OK)
		refuse(s, s->row_line, 0, "the row is larger than 64 MiB");
	if (s->in_row && s->n_fields != s->open_fields) {
		s->open_line = s->line;
		s->open_fields = s->n_fields;
	}
}

/* How much of the PIECE bytes to parse so that neither a character nor CR LF
 * is cut in two. */
static size_t cut_piece(const char *p)
{
	size_t n = PIECE;

	for (size_t k = 1; k <= 4; k++) {
		unsigned char c = (unsigned char)p[n - k];

		if ((c & 0xc0) == 0x80)
			continue;
		if (c >= 0xc0)
			n -= k;
		break;
	}
	return p[n - 1] == '\r' ? n - 1 : n;
}

/* Length of the next piece of the n > 0 bytes; 0: more are needed. */
static size_t next_piece(const char *p, size_t n, bool last)
{
	const char *lf = memchr(p, '\n', n < PIECE ? n : PIECE);

	if (lf)
		return (size_t)(lf - p) + 1;
	if (n >= PIECE)
		return cut_piece(p);
	return last ? n : 0;
}

/* Takes a BOM off; false: more bytes are needed. */
static bool start(struct csv_scan *s, const char *p, size_t n, bool last,
		  size_t *skip)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *name;
	} boms[] = {
		{ "\xff\xfe\0\0", 4, "UTF-32" },
		{ "\0\0\xfe\xff", 4, "UTF-32" },
		{ "\xff\xfe", 2, "UTF-16" },
		{ "\xfe\xff", 2, "UTF-16" },
	};

	*skip = 0;
	if (n < 4 && !last)
		return false;
	s->started = true;
	if (n >= 3 && !memcmp(p, "\xef\xbb\xbf", 3)) {
		s->had_bom = true;
		*skip = 3;
	}
	for (size_t i = 0; i < COUNT(boms); i++) {
		if (n < boms[i].n || memcmp(p, boms[i].bytes, boms[i].n) != 0)
			continue;
		s->rc = csv_refuse(s->name, 1, 0, NULL, &s->err, "the file "
				   "is %s; save it as UTF-8", boms[i].name);
		break;
	}
	return true;
}

size_t csv_scan_feed(struct csv_scan *s, const char *p, size_t n, bool last,
		     bool one_row)
{
	size_t at = 0, len;

	if (!s->started && !start(s, p, n, last, &at))
		return 0;
	s->row_ended = false;
	while (at < n && s->rc == RC_OK && !(one_row && s->row_ended)) {
		len = next_piece(p + at, n - at, last);
		if (!len)
			break;
		if (!s->in_row && is_blank_line(p + at, len)) {
			if (!s->blanks.n++)
				s->blanks.line = s->line;
		} else {
			feed_piece(s, p + at, len);
		}
		s->line += p[at + len - 1] == '\n';
		at += len;
	}
	return at;
}

void csv_scan_finish(struct csv_scan *s)
{
	s->blanks.n = 0;
	if (s->rc == RC_OK && s->in_row &&
	    csv_fini(&s->parser, on_field, on_row, s) && s->rc == RC_OK)
		refuse(s, s->open_line, s->n_fields + 1,
		       "the quote is never closed");
}

enum rc csv_scan_result(const struct csv_scan *s, struct err *err)
{
	if (s->rc != RC_OK && err)
		*err = s->err;
	return s->rc;
}

uint64_t csv_scan_line(const struct csv_scan *s, struct csv_blanks *blanks)
{
	*blanks = s->blanks;
	return s->line;
}

void csv_scan_place(struct csv_scan *s, uint64_t line,
		    struct csv_blanks blanks)
{
	s->started = true;
	s->line = line;
	s->blanks = blanks;
}

bool csv_scan_in_row(const struct csv_scan *s)
{
	return s->in_row;
}

bool csv_scan_had_bom(const struct csv_scan *s)
{
	return s->had_bom;
}

uint64_t csv_scan_rows(const struct csv_scan *s)
{
	return s->rows;
}

enum rc csv_read_full(int fd, char *p, size_t n, size_t *got,
		      const char *name, struct err *err)
{
	*got = 0;
	while (*got < n) {
		ssize_t k = read(fd, p + *got, n - *got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(err, RC_IO, "reading '%s' failed",
					 name);
		if (k == 0)
			break;
		*got += (size_t)k;
	}
	return RC_OK;
}

uint64_t csv_size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ?
	       (uint64_t)st.st_size : 0;
}

/* Ends the reading: s is freed. */
static enum rc end_reading(struct csv_reader *r, struct csv_scan *s,
			   struct err *err)
{
	enum rc rc;

	csv_scan_finish(s);
	rc = csv_scan_result(s, err);
	if (rc == RC_OK && !has_header(s))
		rc = csv_refuse_empty(r->name, err);
	r->had_bom = s->had_bom;
	r->rows = s->rows;
	strs_release(s->names);
	csv_scan_free(s);
	return rc;
}

enum rc csv_read_mem(struct csv_reader *r, const char *bytes, size_t n,
		     struct err *err)
{
	struct strs names = VEC_INIT;
	struct csv_scan *s = csv_scan_new(r->name, &names, r->header, r->row,
					  r->arg);

	csv_scan_feed(s, bytes, n, true, false);
	return end_reading(r, s, err);
}

enum rc csv_read_fd(struct csv_reader *r, int fd, struct err *err)
{
	struct strs names = VEC_INIT;
	struct csv_scan *s = csv_scan_new(r->name, &names, r->header, r->row,
					  r->arg);
	char *block = xmalloc(BLOCK);
	uint64_t done = 0, all = csv_size_of(fd);
	size_t len = 0, got, used;
	bool last = false;

	while (!last && s->rc == RC_OK) {
		s->rc = csv_read_full(fd, block + len, BLOCK - len, &got,
				      r->name, &s->err);
		if (s->rc != RC_OK)
			break;
		if (r->bytes)
			r->bytes(block + len, got, r->arg);
		len += got;
		done += got;
		last = len < BLOCK;
		used = csv_scan_feed(s, block, len, last, false);
		len -= used;
		memmove(block, block + used, len);
		if (s->rc == RC_OK && r->progress)
			s->rc = r->progress(done, all, r->arg);
	}
	free(block);
	return end_reading(r, s, err);
}

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
const char csv_library[] = "libcsv " TEXT(CSV_MAJOR) "." TEXT(CSV_MINOR) "." TEXT(CSV_RELEASE);
