#include "registry/sample.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "model/slice.h"

#define COLUMNS_MAX 64			/* as many terms as a slice has */

/* What one thread works with: a compiled rule is for one thread. */
struct counter {
	struct slice *slice;		/* NULL: not compiled yet */
	uint64_t matched, decided, undecided;
};

struct counting {
	const char *name, *rule, *only;
	struct reg_progress *progress;
	struct counter counters[CSV_SLOTS];
	size_t n_columns;		/* of the slice */
	size_t column[COLUMNS_MAX];	/* their places in the sample */
	atomic_ullong rows, costly;
	uint64_t done, all;		/* bytes; changes between rounds only */
	atomic_flag asking;		/* a thread asks whether to go on */
	atomic_ullong asked_ns;
	struct hasher *hasher;
};

/* -- The rule -- */

static enum rc rule_text(const struct counting *c, const struct strs *names,
			 char **out, struct err *err)
{
	const char *only = c->only ? c->only
			 : names && names->n == 1 ? names->at[0] : NULL;

	if (c->rule[0] != '/') {
		*out = xstrdup(c->rule);
		return RC_OK;
	}
	if (!only)
		return err_set(err, RC_BAD_INPUT, "the rule names no column, "
			       "and '%s' has several: write COLUMN~%s",
			       c->name, c->rule);
	*out = xasprintf("\"%s\"~%s", only, c->rule);
	return RC_OK;
}

static enum rc compile(struct counting *c, const struct strs *names,
		       struct slice **out, struct err *err)
{
	char *text = NULL;
	enum rc rc = rule_text(c, names, &text, err);

	if (rc == RC_OK)
		rc = slice_parse(text, out, err);
	free(text);
	return rc;
}

static size_t place_of(const struct strs *names, const char *name)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->at[i], name) != 0)
		i++;
	return i;
}

static enum rc bind_columns(struct counting *c, const struct strs *names,
			    struct err *err)
{
	const struct slice *s = c->counters[0].slice;
	enum rc rc = slice_check(s, (const char *const *)names->at, names->n,
				 err);

	if (rc != RC_OK)
		return err_prefix(err, "sample '%s'", c->name);
	c->n_columns = slice_n_columns(s);
	for (size_t i = 0; i < c->n_columns; i++)
		c->column[i] = place_of(names, slice_column(s, i));
	return RC_OK;
}

static enum rc take_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct counting *c = arg;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < CSV_SLOTS && rc == RC_OK; i++)
		rc = compile(c, names, &c->counters[i].slice, err);
	return rc == RC_OK ? bind_columns(c, names, err) : rc;
}

/* -- One row -- */

#define ASK_NS 100000000u

/* Whether to go on, asked by one thread at a time: within a round a costly
 * rule may take minutes. */
static enum rc ask(struct counting *c)
{
	uint64_t now = clock_ns();
	enum rc rc;

	if (!c->progress || now - atomic_load(&c->asked_ns) < ASK_NS ||
	    atomic_flag_test_and_set(&c->asking))
		return RC_OK;
	atomic_store(&c->asked_ns, now);
	rc = c->progress->step(c->progress->arg, "counting", c->done, c->all);
	atomic_flag_clear(&c->asking);
	return rc;
}

static enum rc take_answer(struct counting *c, struct counter *k,
			   enum rule_answer a, struct err *err)
{
	unsigned long long costly, rows;

	k->matched += a == RULE_MATCH;
	k->decided += a != RULE_UNDECIDED;
	if (a != RULE_UNDECIDED)
		return RC_OK;
	k->undecided++;
	costly = atomic_fetch_add(&c->costly, 1) + 1;
	rows = atomic_load(&c->rows);
	if (!slice_too_costly(costly, rows))
		return ask(c);
	slice_costly_error(costly, err);
	return err_prefix(err, "sample '%s'", c->name);
}

struct asking {
	const struct counting *c;
	const struct slice *slice;
	const struct csv_field *fields;
};

static bool field_of(void *arg, const char *name, struct slice_field *out)
{
	const struct asking *a = arg;

	for (size_t i = 0; i < a->c->n_columns; i++) {
		const struct csv_field *f = &a->fields[a->c->column[i]];

		if (slice_column(a->slice, i) != name &&
		    strcmp(slice_column(a->slice, i), name) != 0)
			continue;
		out->text = f->text;
		out->n = f->n;
		return true;
	}
	return false;
}

/* Rows are counted now and then only: an atomic a row would cost as much as
 * a cheap rule does. */
#define ROWS_AT_ONCE 1024
#define ROWS_TO_ASK 64

static enum rc take_row(unsigned slot, const struct csv_field *fields,
			size_t n, uint64_t line, void *arg, struct err *err)
{
	struct counting *c = arg;
	struct counter *k = &c->counters[slot];
	struct asking a = { c, k->slice, fields };
	uint64_t number = k->decided + k->undecided + 1;
	enum rc rc = number % ROWS_TO_ASK ? RC_OK : ask(c);

	(void)n;
	(void)line;
	if (!(number % ROWS_AT_ONCE))
		atomic_fetch_add(&c->rows, ROWS_AT_ONCE);
	return rc ? rc : take_answer(c, k, slice_match(k->slice, field_of, &a), err);
}

static void take_bytes(const void *bytes, size_t n, void *arg)
{
	hasher_add(((struct counting *)arg)->hasher, bytes, n);
}

static enum rc take_progress(uint64_t done, uint64_t all, void *arg)
{
	struct counting *c = arg;

	c->done = done;
	c->all = all;
	return c->progress ? c->progress->step(c->progress->arg, "counting",
					       done, all) : RC_OK;
}

static enum rc count_csv(struct counting *c, int fd, struct err *err)
{
	struct csv_parts parts = {
		.name = c->name, .header = take_header, .row = take_row,
		.bytes = take_bytes, .progress = take_progress, .arg = c,
	};

	return csv_read_parts(&parts, fd, err);
}

/* -- Files of lines -- */

typedef enum rc line_fn(void *arg, const char *text, size_t n,
			uint64_t number, struct err *err);

struct line_reader {
	const char *name;
	line_fn *line;
	void (*bytes)(const void *bytes, size_t n, void *arg);	/* or NULL */
	csv_progress_fn *progress;				/* or NULL */
	void *arg;
	struct buf rest;
	uint64_t number, done;
};

#define READ_AT_ONCE (1u << 20)
#define LINE_MAX_BYTES (64u << 20)

static bool is_blank(const char *s, size_t n)
{
	return !n || (n == 1 && *s == '\r');
}

/* Whole lines of the buffer; the rest moves to its start. */
static enum rc take_lines(struct line_reader *r, bool at_end, struct err *err)
{
	struct buf *b = &r->rest;
	size_t from = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && from < b->len) {
		const char *p = b->data + from;
		const char *nl = memchr(p, '\n', b->len - from);
		size_t n = nl ? (size_t)(nl - p) : b->len - from;

		if (!nl && !at_end)
			break;
		r->number++;
		if (!is_blank(p, n))
			rc = r->line(r->arg, p, n, r->number, err);
		from += n + (nl != NULL);
	}
	buf_remove(b, 0, from);
	return rc;
}

static enum rc take_block(struct line_reader *r, const char *block, size_t n,
			  struct err *err)
{
	enum rc rc;

	if (r->rest.len + n > LINE_MAX_BYTES)
		return err_set(err, RC_BAD_INPUT, "%s: line %llu is longer "
			       "than 64 MiB", r->name,
			       (unsigned long long)r->number + 1);
	if (r->bytes)
		r->bytes(block, n, r->arg);
	buf_add(&r->rest, block, n);
	rc = take_lines(r, n == 0, err);
	r->done += n;
	return rc == RC_OK && r->progress ? r->progress(r->done, 0, r->arg)
					  : rc;
}

static enum rc read_lines(struct line_reader *r, int fd, struct err *err)
{
	char *block = xmalloc(READ_AT_ONCE);
	enum rc rc = RC_OK;
	ssize_t n = 1;

	while (rc == RC_OK && n > 0) {
		n = read(fd, block, READ_AT_ONCE);
		rc = n < 0 ? err_errno(err, RC_IO, "could not read '%s'",
				       r->name)
			   : take_block(r, block, (size_t)n, err);
	}
	buf_release(&r->rest);
	free(block);
	return rc;
}

/* The object of a line, or the one that it calls input. */
static enum rc parse_line(const char *name, const char *text, size_t n,
			  uint64_t number, struct json **whole,
			  const struct json **row, struct err *err)
{
	char *what = xasprintf("%s: line %llu", name,
			       (unsigned long long)number);
	enum rc rc = json_parse(text, n, what, whole, err);

	*row = json_get(*whole, "input") ? json_get(*whole, "input") : *whole;
	if (rc == RC_OK && json_type(*row) != JSON_OBJECT)
		rc = err_set(err, RC_BAD_INPUT, "%s: not an object", what);
	free(what);
	return rc;
}

static void names_of(const struct json *row, struct strs *names)
{
	const char *name;

	for (size_t i = 0; i < json_size(row); i++) {
		json_member(row, i, &name);
		strs_add(names, name);
	}
}

static void value_text(const struct json *value, struct buf *out)
{
	if (json_type(value) == JSON_STRING)
		buf_str(out, json_str(value));
	else if (json_type(value) != JSON_NULL)
		json_write(out, value, false);
}

/* -- JSON lines, counted -- */

struct line_fields {
	const struct json *row;
	struct buf text;
};

static bool json_field(void *arg, const char *name, struct slice_field *out)
{
	struct line_fields *l = arg;
	const struct json *value = json_get(l->row, name);

	if (!value || json_type(value) == JSON_NULL)
		return false;
	buf_clear(&l->text);
	value_text(value, &l->text);
	out->text = l->text.data;
	out->n = l->text.len;
	return true;
}

/* The first object says which columns there are. */
static enum rc first_object(struct counting *c, const struct json *row,
			    struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc;

	names_of(row, &names);
	rc = compile(c, &names, &c->counters[0].slice, err);
	if (rc == RC_OK)
		rc = bind_columns(c, &names, err);
	strs_release(&names);
	return rc;
}

static enum rc count_line(void *arg, const char *text, size_t n,
			  uint64_t number, struct err *err)
{
	struct counting *c = arg;
	struct counter *k = &c->counters[0];
	struct line_fields l = { NULL, BUF_INIT };
	struct json *j = NULL;
	enum rc rc = parse_line(c->name, text, n, number, &j, &l.row, err);

	if (rc == RC_OK && !k->slice)
		rc = first_object(c, l.row, err);
	if (rc == RC_OK) {
		atomic_fetch_add(&c->rows, 1);
		rc = take_answer(c, k, slice_match(k->slice, json_field, &l),
				 err);
	}
	json_free(j);
	buf_release(&l.text);
	return rc;
}

static enum rc count_json(struct counting *c, int fd, struct err *err)
{
	struct line_reader r = {
		.name = c->name, .line = count_line, .bytes = take_bytes,
		.progress = take_progress, .arg = c, .rest = BUF_INIT,
	};

	return read_lines(&r, fd, err);
}

/* -- JSON lines, as rows -- */

struct row_reader {
	const char *name;
	csv_header_fn *header;
	csv_row_fn *row;
	void *arg;
	struct strs names;
	struct buf cells;
};

static bool is_name(const struct strs *names, const char *name)
{
	return place_of(names, name) < names->n;
}

/* A value under a name that the first line has not would be lost. */
static enum rc check_names(const struct row_reader *r, const struct json *row,
			   uint64_t number, struct err *err)
{
	const char *name;

	for (size_t i = 0; i < json_size(row); i++) {
		json_member(row, i, &name);
		if (!is_name(&r->names, name))
			return err_set(err, RC_BAD_INPUT, "%s: line %llu: '%s' "
				       "is not in the first line", r->name,
				       (unsigned long long)number, name);
	}
	return RC_OK;
}

static enum rc give_row(struct row_reader *r, const struct json *row,
			uint64_t number, struct err *err)
{
	struct csv_field *fields = XNEW_ARRAY(struct csv_field, r->names.n + 1);
	size_t from = 0;
	enum rc rc;

	buf_clear(&r->cells);
	for (size_t i = 0; i < r->names.n; i++) {
		size_t before = r->cells.len;
		const struct json *value = json_get(row, r->names.at[i]);

		if (value)
			value_text(value, &r->cells);
		fields[i].n = r->cells.len - before;
		buf_char(&r->cells, '\0');
	}
	for (size_t i = 0; i < r->names.n; i++) {
		fields[i].text = r->cells.data + from;
		from += fields[i].n + 1;
	}
	rc = r->row(fields, r->names.n, number, r->arg, err);
	free(fields);
	return rc;
}

static enum rc row_line(void *arg, const char *text, size_t n,
			uint64_t number, struct err *err)
{
	struct row_reader *r = arg;
	const struct json *row;
	struct json *j = NULL;
	enum rc rc = parse_line(r->name, text, n, number, &j, &row, err);

	if (rc == RC_OK && !r->names.n) {
		names_of(row, &r->names);
		rc = r->header(&r->names, r->arg, err);
	}
	if (rc == RC_OK)
		rc = check_names(r, row, number, err);
	if (rc == RC_OK)
		rc = give_row(r, row, number, err);
	json_free(j);
	return rc;
}

static enum rc rows_of_json(const char *path, csv_header_fn *header,
			    csv_row_fn *row, void *arg, int fd,
			    struct err *err)
{
	struct row_reader rows = { .name = path, .header = header, .row = row,
				   .arg = arg, .cells = BUF_INIT };
	struct line_reader r = { .name = path, .line = row_line, .arg = &rows,
				 .rest = BUF_INIT };
	enum rc rc = read_lines(&r, fd, err);

	strs_release(&rows.names);
	buf_release(&rows.cells);
	return rc;
}

/* -- The whole -- */

static bool ends_in(const char *path, const char *tail)
{
	size_t n = strlen(path), m = strlen(tail);

	return n > m && !strcmp(path + n - m, tail);
}

bool sample_is_json(const char *path)
{
	return ends_in(path, ".jsonl") || ends_in(path, ".ndjson") ||
	       ends_in(path, ".json");
}

static void add_up(struct counting *c, struct sample_count *out)
{
	*out = (struct sample_count){ .digest = hasher_end(c->hasher) };
	for (size_t i = 0; i < CSV_SLOTS; i++) {
		out->matched += c->counters[i].matched;
		out->n += c->counters[i].decided;
		out->undecided += c->counters[i].undecided;
		slice_free(c->counters[i].slice);
	}
}

enum rc sample_count_rule(const char *path, const char *rule,
			  const char *column, struct reg_progress *progress,
			  struct sample_count *out, struct err *err)
{
	bool is_stdin = !strcmp(path, "-");
	struct counting c = {
		.name = is_stdin ? "standard input" : path, .rule = rule,
		.only = column, .progress = progress,
		.asking = ATOMIC_FLAG_INIT,
	};
	int fd = STDIN_FILENO;
	enum rc rc = is_stdin ? RC_OK : fsx_open_read(path, &fd, err);

	if (rc != RC_OK)
		return rc;
	c.hasher = hasher_new();
	rc = sample_is_json(path) ? count_json(&c, fd, err) :
	     count_csv(&c, fd, err);
	add_up(&c, out);
	if (!is_stdin)
		close(fd);
	if (rc == RC_OK && !out->n)
		rc = err_set(err, RC_REFUSED, "sample '%s' has no row that "
			     "could be decided", c.name);
	return rc;
}

enum rc sample_rows(const char *path, csv_header_fn *header, csv_row_fn *row,
		    void *arg, struct err *err)
{
	struct csv_reader csv = { .name = path, .header = header, .row = row,
				  .arg = arg };
	int fd;
	enum rc rc = fsx_open_read(path, &fd, err);

	if (rc != RC_OK)
		return rc;
	rc = sample_is_json(path) ?
	     rows_of_json(path, header, row, arg, fd, err) :
	     csv_read_fd(&csv, fd, err);
	close(fd);
	return rc;
}
