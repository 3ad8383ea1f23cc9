/* Whole small files, and writing. */
#include "base/csv.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"

#define MAX_TABLE ((size_t)256 << 20)	/* bytes of cells */

VEC_DECLARE(uint64_t, line_numbers);

struct filling {
	struct csv_table *table;
	struct line_numbers lines;
	size_t bytes;
	const char *name;
	struct hasher *hasher;
};

static enum rc take_names(const struct strs *names, void *arg,
			  struct err *err)
{
	struct filling *f = arg;

	for (size_t i = 0; i < names->n; i++)
		strs_add(&f->table->names, names->at[i]);
	return RC_OK;
}

static enum rc take_row(const struct csv_field *fields, size_t n,
			uint64_t line, void *arg, struct err *err)
{
	struct filling *f = arg;

	for (size_t i = 0; i < n; i++) {
		f->bytes += fields[i].n + sizeof(char *);
		if (f->bytes > MAX_TABLE)
			return csv_refuse(f->name, line, 0, NULL, err,
					  "the file is too large for its "
					  "purpose (256 MiB)");
		strs_add(&f->table->cells, fields[i].text);
	}
	vec_push(&f->lines, line);
	return RC_OK;
}

static void take_bytes(const void *bytes, size_t n, void *arg)
{
	struct filling *f = arg;

	hasher_add(f->hasher, bytes, n);
}

enum rc csv_table_read(struct csv_table *t, const char *path, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct filling f = { .table = t, .name = is_stdin ? "stdin" : path };
	struct csv_reader r = {
		.name = f.name, .header = take_names, .row = take_row,
		.bytes = take_bytes, .arg = &f,
	};
	int fd = STDIN_FILENO;
	enum rc rc = RC_OK;

	*t = (struct csv_table){ .names = VEC_INIT };
	if (!is_stdin)
		rc = fsx_open_read(path, &fd, err);
	if (rc != RC_OK)
		return rc;
	f.hasher = hasher_new();
	rc = csv_read_fd(&r, fd, err);
	t->digest = hasher_end(f.hasher);
	if (!is_stdin)
		close(fd);
	t->n_rows = f.lines.n;
	t->lines = f.lines.at;
	if (rc != RC_OK)
		csv_table_release(t);
	return rc;
}

const char *csv_table_cell(const struct csv_table *t, size_t row, size_t col)
{
	if (row >= t->n_rows || col >= t->names.n)
		BUG("cell %zu, %zu of a table of %zu x %zu", row, col,
		    t->n_rows, t->names.n);
	return t->cells.at[row * t->names.n + col];
}

int csv_table_column(const struct csv_table *t, const char *name)
{
	for (size_t i = 0; i < t->names.n; i++)
		if (strcmp(t->names.at[i], name) == 0)
			return (int)i;
	return -1;
}

void csv_table_release(struct csv_table *t)
{
	strs_release(&t->names);
	strs_release(&t->cells);
	free(t->lines);
	*t = (struct csv_table){ .names = VEC_INIT };
}

static bool is_formula(const char *s, size_t n)
{
	double x;

	return n > 0 && (s[0] == '\0' || strchr("=+-@\t\r", s[0])) &&
	       !decimal_read(s, n, &x);
}

/* Apostrophes in front are looked through: else one of the text's own could
 * not be told from the guard. */
static bool needs_guard(const char *s, size_t n)
{
	while (n && *s == '\'') {
		s++;
		n--;
	}
	return is_formula(s, n);
}

static bool needs_quotes(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] == ',' || s[i] == '"' || s[i] == '\n' ||
		    s[i] == '\r')
			return true;
	return false;
}

void csv_write_field(struct buf *b, const char *s, size_t n, bool guard)
{
	bool quoted = needs_quotes(s, n);

	if (quoted)
		buf_char(b, '"');
	if (guard && needs_guard(s, n))
		buf_char(b, '\'');
	if (!quoted)
		buf_add(b, s, n);
	for (size_t i = 0; quoted && i < n; i++) {
		if (s[i] == '"')
			buf_char(b, '"');
		buf_char(b, s[i]);
	}
	if (quoted)
		buf_char(b, '"');
}

const char *csv_unguard(const char *s)
{
	return *s == '\'' && needs_guard(s, strlen(s)) ? s + 1 : s;
}
