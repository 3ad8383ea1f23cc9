/* Rows of an import that are equal: in their keys, which is an error, or in
 * their inputs, which is reported, and numbered where inputs are the key. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/xalloc.h"
#include "registry/testset_import.h"

/* Digests of marked rows over one group of columns: equal rows get equal
 * numbers. Reads back what was stored, chunk by chunk. */
struct group {
	uint32_t n;		/* rows so far */
	uint32_t first;		/* row */
	char *key, *label;	/* of the first */
};
struct matching {
	struct import *im;
	const uint8_t *mark;
	const bool *in_group;
	struct intern digests;
	VEC_DECLARE(struct group, groups) groups;
	uint32_t *number;	/* k of each marked row, from 1; in row order */
	size_t n_marked;
	struct loaded *loaded;	/* of the chunk at hand, by column */
	bool report;		/* equal ones, as conflicts */
	struct buf scratch, label, digest, key;
};

static enum rc load_columns(struct matching *m, size_t chunk, struct err *err)
{
	struct import *im = m->im;
	enum rc rc = RC_OK;

	for (size_t c = 0; c < im->n_stored && rc == RC_OK; c++) {
		loaded_release(&m->loaded[c]);
		if (m->in_group[c] || im->in_key[c] || (int)c == im->target)
			rc = chunk_load(im->reg, &im->chunks, chunk, c,
					&m->loaded[c], err);
	}
	return rc;
}

struct chunk_row {
	const struct import *im;
	const struct loaded *columns;
	size_t i;
};

/* Which of equal rows it is, the column beyond the file's, is not known yet. */
static enum rc chunk_cell(void *arg, size_t column, struct buf *b,
			  const char **text, size_t *n, struct err *err)
{
	const struct chunk_row *r = arg;
	struct cell cell = { "", 0 };

	(void)err;
	if (column < r->im->n_stored)
		cell = segment_cell(&r->columns[column].segment, r->i, b);
	*text = cell.at;
	*n = cell.n;
	return RC_OK;
}

void import_row_key(const struct import *im, const struct loaded *columns,
		    size_t i, struct buf *out, struct buf *scratch)
{
	struct chunk_row row = { im, columns, i };

	if (ts_make_key(&im->schema, chunk_cell, &row, out, scratch, NULL))
		BUG("a chunk in memory cannot be read");
}

static void report_equal(struct matching *m, uint32_t row,
			 const struct group *g, const struct cell *label)
{
	char *target = xmemdupz(label->at, label->n);
	struct testset_conflict c = {
		.line = rows_line(m->im->rows, row), .key = m->key.data,
		.target = target,
		.other_line = rows_line(m->im->rows, g->first),
		.other_key = g->key, .other_target = g->label,
		.differs = strcmp(target, g->label) != 0,
	};

	testset_conflicts_add(&m->im->report->conflicts, &c);
	free(target);
}

/* The digest of the group's cells, which is also the key of a row without key
 * columns, then the key. */
static void make_texts(struct matching *m, size_t at)
{
	struct key_text k;

	buf_clear(&m->digest);
	key_text_begin(&k, true, &m->digest);
	for (size_t c = 0; c < m->im->n_stored; c++) {
		struct cell cell;

		if (!m->in_group[c])
			continue;
		cell = segment_cell(&m->loaded[c].segment, at, &m->scratch);
		key_text_add(&k, cell.at, cell.n);
	}
	key_text_end(&k);
	buf_clear(&m->key);
	if (ts_schema_has_key(&m->im->schema))
		import_row_key(m->im, m->loaded, at, &m->key, &m->scratch);
	else
		buf_add(&m->key, m->digest.data, m->digest.len);
}

static void match_row(struct matching *m, uint32_t row, size_t at)
{
	struct cell label = segment_cell(&m->loaded[m->im->target].segment,
					 at, &m->label);
	struct group *g;
	uint32_t i;

	make_texts(m, at);
	i = intern_add(&m->digests, m->digest.data, m->digest.len);
	if (i == m->groups.n) {
		g = vec_add(&m->groups);
		g->first = row;
		g->key = xstrdup(m->key.data);
		g->label = xmemdupz(label.at, label.n);
	}
	g = &m->groups.at[i];
	m->number[m->n_marked++] = ++g->n;
	if (g->n > 1 && m->report)
		report_equal(m, row, g, &label);
}

static enum rc match_rows(struct matching *m, struct err *err)
{
	const struct chunks *chunks = &m->im->chunks;
	enum rc rc = RC_OK;

	for (size_t k = 0; k < chunks->at.n && rc == RC_OK; k++) {
		const struct chunk *c = &chunks->at.at[k];

		if (!memchr(m->mark + c->first, 1, c->n))
			continue;
		rc = load_columns(m, k, err);
		for (size_t i = 0; i < c->n && rc == RC_OK; i++)
			if (m->mark[c->first + i])
				match_row(m, (uint32_t)(c->first + i), i);
	}
	return rc;
}

static void matching_release(struct matching *m)
{
	for (size_t c = 0; m->loaded && c < m->im->n_stored; c++)
		loaded_release(&m->loaded[c]);
	free(m->loaded);
	for (size_t i = 0; i < m->groups.n; i++) {
		free(m->groups.at[i].label);
		free(m->groups.at[i].key);
	}
	vec_free(&m->groups);
	intern_release(&m->digests);
	free(m->number);
	buf_release(&m->scratch);
	buf_release(&m->label);
	buf_release(&m->digest);
	buf_release(&m->key);
}

/* Rows of which there may be equals, by hash, then by digest. n_marked 0:
 * surely none. */
static enum rc find_equals(struct import *im, int group, struct matching *m,
			   uint8_t **mark, struct err *err)
{
	size_t n = (size_t)rows_n(im->rows), n_marked;
	enum rc rc;

	*m = (struct matching){
		.im = im, .in_group = group ? im->in_inputs : im->in_key,
		.scratch = BUF_INIT, .label = BUF_INIT, .digest = BUF_INIT,
		.key = BUF_INIT,
		.report = group == 1,
	};
	*mark = XNEW_ARRAY(uint8_t, n);
	m->mark = *mark;
	n_marked = rows_repeated(rows_hashes(im->rows, group), n, *mark);
	if (!n_marked)
		return RC_OK;
	m->number = XNEW_ARRAY(uint32_t, n_marked);
	m->loaded = XNEW_ARRAY(struct loaded, im->n_stored);
	rc = match_rows(m, err);
	return rc;
}

static enum rc repeated_key(struct import *im, const struct matching *m,
			    struct err *err)
{
	size_t k = 0, n = (size_t)rows_n(im->rows);
	int column = ts_schema_column(&im->schema, im->schema.keys.at[0]);

	for (size_t row = 0; row < n; row++) {
		if (!m->mark[row] || m->number[k++] < 2)
			continue;
		return csv_refuse(im->name, rows_line(im->rows, row),
				  im->field[column] + 1,
				  im->schema.keys.at[0], err,
				  "the key repeats an earlier row's");
	}
	return RC_OK;
}

enum rc import_check_keys(struct import *im, struct err *err)
{
	struct matching m;
	uint8_t *mark;
	enum rc rc;

	if (!ts_schema_has_key(&im->schema))
		return RC_OK;
	rc = find_equals(im, 0, &m, &mark, err);
	if (rc == RC_OK && m.n_marked)
		rc = repeated_key(im, &m, err);
	matching_release(&m);
	free(mark);
	return rc;
}

/* The spare column: "" or k for the k-th equal row. */
static enum rc write_numbers(struct import *im, const struct matching *m,
			     struct err *err)
{
	struct cell *cells = XNEW_ARRAY(struct cell, SEGMENT_ROWS);
	char (*text)[12] = xcalloc(SEGMENT_ROWS, sizeof(*text));
	size_t column = im->schema.columns.n - 1, marked = 0;
	enum rc rc = RC_OK;

	for (size_t k = 0; k < im->chunks.at.n && rc == RC_OK; k++) {
		struct encoded e = { .buf = BUF_INIT };
		const struct chunk *c = &im->chunks.at.at[k];

		for (size_t i = 0; i < c->n; i++) {
			uint32_t number = m->mark[c->first + i] ?
					  m->number[marked++] : 1;

			cells[i] = (struct cell){ text[i], 0 };
			if (number > 1)
				cells[i].n = (size_t)snprintf(text[i], 12,
							      "%u", number);
			im->report->duplicates += number > 1;
		}
		segment_write(&e.buf, cells, c->n, NULL);
		rc = chunk_writer_column(rows_writer(im->rows), k, column, &e,
					 err);
	}
	free(cells);
	free(text);
	return rc == RC_OK ? chunk_writer_flush(rows_writer(im->rows), err) :
	       rc;
}

/* Without key columns equal rows get keys of their own. */
static void note_equals(struct import *im, const struct matching *m)
{
	uint64_t repeats = 0;

	for (size_t i = 0; i < m->groups.n; i++)
		repeats += m->groups.at[i].n - 1;
	if (repeats && !ts_schema_has_key(&im->schema))
		import_note(im->report, "%llu rows are equal to an earlier "
			    "one in all inputs; their keys end in #2, #3 …",
			    (unsigned long long)repeats);
}

enum rc import_check_inputs(struct import *im, struct err *err)
{
	struct matching m;
	uint8_t *mark;
	size_t n_inputs = 0;
	enum rc rc;

	for (size_t i = 0; i < im->n_stored; i++)
		n_inputs += im->in_inputs[i];
	if (!n_inputs)
		return RC_OK;
	rc = find_equals(im, 1, &m, &mark, err);
	if (rc == RC_OK)
		note_equals(im, &m);
	if (rc == RC_OK && !ts_schema_has_key(&im->schema))
		rc = write_numbers(im, &m, err);
	matching_release(&m);
	free(mark);
	return rc;
}
