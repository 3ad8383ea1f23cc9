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

/* -- JSON lines -- */

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
	if (json_type(value) == JSON_STRING) {
		out->text = json_str(value);
		out->n = strlen(out->text);
		return true;
	}
	buf_clear(&l->text);
	json_write(&l->text, value, false);
	out->text = l->text.data;
	out->n = l->text.len;
	return true;
}

/* The first object says which columns there are. */
static enum rc first_object(struct counting *c, const struct json *row,
			    struct err *err)
{
	struct strs names = VEC_INIT;
	const char *name;
	enum rc rc;

	for (size_t i = 0; i < json_size(row); i++) {
		json_member(row, i, &name);
		strs_add(&names, name);
	}
	rc = compile(c, &names, &c->counters[0].slice, err);
	if (rc == RC_OK)
		rc = bind_columns(c, &names, err);
	strs_release(&names);
	return rc;
}

static enum rc count_line(struct counting *c, const char *text, size_t n,
			  uint64_t number, struct err *err)
{
	char *what = xasprintf("%s: line %llu", c->name,
			       (unsigned long long)number);
	struct counter *k = &c->counters[0];
	struct line_fields l = { NULL, BUF_INIT };
	struct json *j = NULL;
	enum rc rc = json_parse(text, n, what, &j, err);

	l.row = json_get(j, "input") ? json_get(j, "input") : j;
	if (rc == RC_OK && json_type(l.row) != JSON_OBJECT)
		rc = err_set(err, RC_BAD_INPUT, "%s: not an object", what);
	if (rc == RC_OK && !k->slice)
		rc = first_object(c, l.row, err);
	if (rc == RC_OK) {
		atomic_fetch_add(&c->rows, 1);
		rc = take_answer(c, k, slice_match(k->slice, json_field, &l),
				 err);
	}
	json_free(j);
	buf_release(&l.text);
	free(what);
	return rc;
}

#define READ_AT_ONCE (1u << 20)
#define LINE_MAX_BYTES (64u << 20)

static bool is_blank(const char *s, size_t n)
{
	return !n || (n == 1 && *s == '\r');
}

/* Whole lines of the buffer; the rest moves to its start. */
static enum rc count_lines(struct counting *c, struct buf *b, bool at_end,
			   uint64_t *number, struct err *err)
{
	size_t from = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && from < b->len) {
		const char *p = b->data + from;
		const char *nl = memchr(p, '\n', b->len - from);
		size_t n = nl ? (size_t)(nl - p) : b->len - from;

		if (!nl && !at_end)
			break;
		++*number;
		if (!is_blank(p, n))
			rc = count_line(c, p, n, *number, err);
		from += n + (nl != NULL);
	}
	buf_remove(b, 0, from);
	return rc;
}

static enum rc count_json(struct counting *c, int fd, struct err *err)
{
	char *block = xmalloc(READ_AT_ONCE);
	struct buf rest = BUF_INIT;
	uint64_t number = 0, done = 0;
	enum rc rc = RC_OK;
	ssize_t n = 1;

	while (rc == RC_OK && n > 0) {
		n = read(fd, block, READ_AT_ONCE);
		if (n < 0)
			rc = err_errno(err, RC_IO, "could not read '%s'", c->name);
		else if (rest.len + (size_t)n > LINE_MAX_BYTES)
			rc = err_set(err, RC_BAD_INPUT, "%s: line %llu is "
				     "longer than 64 MiB", c->name,
				     (unsigned long long)number + 1);
		if (rc != RC_OK)
			break;
		hasher_add(c->hasher, block, (size_t)n);
		buf_add(&rest, block, (size_t)n);
		rc = count_lines(c, &rest, n == 0, &number, err);
		if (rc == RC_OK)
			rc = take_progress(done += (uint64_t)n, 0, c);
	}
	buf_release(&rest);
	free(block);
	return rc;
}

/* -- The whole -- */

static bool ends_in(const char *path, const char *tail)
{
	size_t n = strlen(path), m = strlen(tail);

	return n > m && !strcmp(path + n - m, tail);
}

static bool is_json(const char *path)
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
	rc = is_json(path) ? count_json(&c, fd, err) : count_csv(&c, fd, err);
	add_up(&c, out);
	if (!is_stdin)
		close(fd);
	if (rc == RC_OK && !out->n)
		rc = err_set(err, RC_REFUSED, "sample '%s' has no row that "
			     "could be decided", c.name);
	return rc;
}
