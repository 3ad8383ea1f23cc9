#include "registry/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"

/* Bytes of a chunk's rows: no segment may exceed a blob. */
#define CHUNK_BYTES ((size_t)8 << 20)

/* One column of a piece: texts one behind the other. */
struct strip {
	char *bytes;
	size_t n, cap;
	uint32_t *end;
};
/* The rows that one slot brought in one round. */
struct piece {
	size_t n, cap;
	size_t used;		/* rows that are in chunks already */
	uint64_t *line;
	uint32_t *size;		/* bytes of a row */
	struct strip *strip;
	struct intern labels;
	VEC_DECLARE(uint64_t, lines) label_line;
};
/* A row's line, where it is not the one behind the row before. */
struct line_jump {
	uint64_t row, line;
};
struct rows {
	struct registry *reg;
	struct chunks *chunks;
	struct rows_plan plan;
	struct chunk_writer *writer;
	struct piece *slot[CSV_SLOTS];
	VEC_DECLARE(struct piece *, pieces) queue, spare;
	size_t waiting;		/* rows in the queue */
	uint64_t n;		/* rows merged */
	VEC_DECLARE(struct line_jump, line_jumps) jumps;
	uint64_t *hash[2];
	size_t hash_cap;
	struct intern labels;
	VEC_DECLARE(uint64_t, label_lines) label_line;

	/* the chunk in work */
	size_t chunk_n, chunk_first;
	struct encoded *encoded;
	uint64_t *column_hash;		/* n_columns x SEGMENT_ROWS */
};

/* -- Pieces -- */

static struct piece *piece_new(const struct rows *r)
{
	struct piece *p = XNEW(struct piece);

	p->strip = XNEW_ARRAY(struct strip, r->plan.n_columns);
	return p;
}

static void piece_free(struct rows *r, struct piece *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < r->plan.n_columns; i++) {
		free(p->strip[i].bytes);
		free(p->strip[i].end);
	}
	free(p->strip);
	free(p->line);
	free(p->size);
	intern_release(&p->labels);
	vec_free(&p->label_line);
	free(p);
}

static void piece_clear(const struct rows *r, struct piece *p)
{
	p->n = p->used = 0;
	for (size_t i = 0; i < r->plan.n_columns; i++)
		p->strip[i].n = 0;
	intern_clear(&p->labels);
	p->label_line.n = 0;
}

static void piece_grow(const struct rows *r, struct piece *p)
{
	p->cap = p->cap ? p->cap * 2 : 1024;
	p->line = xreallocarray(p->line, p->cap, sizeof(*p->line));
	p->size = xreallocarray(p->size, p->cap, sizeof(*p->size));
	for (size_t i = 0; i < r->plan.n_columns; i++) {
		struct strip *s = &p->strip[i];

		s->end = xreallocarray(s->end, p->cap, sizeof(*s->end));
	}
}

/* Most fields are short: two moves that overlap, and no call. */
static void copy(char *to, const char *from, size_t n)
{
	if (n > 16) {
		memcpy(to, from, n);
	} else if (n >= 8) {
		uint64_t a, b;

		memcpy(&a, from, 8);
		memcpy(&b, from + n - 8, 8);
		memcpy(to, &a, 8);
		memcpy(to + n - 8, &b, 8);
	} else {
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	}
}

static void strip_add(struct strip *s, const struct csv_field *f, size_t row)
{
	if (s->cap - s->n < f->n) {
		s->cap = s->cap * 2 + f->n + 4096;
		s->bytes = xrealloc(s->bytes, s->cap);
	}
	if (f->n)	/* bytes is NULL before the first text */
		copy(s->bytes + s->n, f->text, f->n);
	s->n += f->n;
	s->end[row] = (uint32_t)s->n;
}

void rows_take(struct rows *r, unsigned slot, const struct csv_field *fields,
	       uint64_t line)
{
	struct piece *p = r->slot[slot];
	size_t total = 0;

	if (!p)
		p = r->slot[slot] = piece_new(r);
	if (p->n == p->cap)
		piece_grow(r, p);
	for (size_t i = 0; i < r->plan.n_columns; i++) {
		const struct csv_field *f = &fields[r->plan.field[i]];

		strip_add(&p->strip[i], f, p->n);
		total += f->n;
	}
	if (r->plan.labels >= 0) {
		const struct csv_field *f =
			&fields[r->plan.field[r->plan.labels]];
		uint32_t i = intern_add(&p->labels, f->text, f->n);

		if (i == p->label_line.n)
			vec_push(&p->label_line, line);
	}
	p->line[p->n] = line;
	p->size[p->n] = (uint32_t)total;
	p->n++;
}

struct rows *rows_new(struct registry *reg, struct chunks *c,
		      const struct rows_plan *plan)
{
	struct rows *r = XNEW(struct rows);

	r->reg = reg;
	r->chunks = c;
	r->plan = *plan;
	r->writer = chunk_writer_new(reg, c);
	r->encoded = XNEW_ARRAY(struct encoded, plan->n_columns + 1);
	r->column_hash = xreallocarray(NULL, plan->n_columns,
				       SEGMENT_ROWS * sizeof(uint64_t));
	return r;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	chunk_writer_free(r->writer);
	for (size_t i = 0; i < CSV_SLOTS; i++)
		piece_free(r, r->slot[i]);
	for (size_t i = 0; i < r->queue.n; i++)
		piece_free(r, r->queue.at[i]);
	for (size_t i = 0; i < r->spare.n; i++)
		piece_free(r, r->spare.at[i]);
	vec_free(&r->queue);
	vec_free(&r->spare);
	vec_free(&r->jumps);
	free(r->hash[0]);
	free(r->hash[1]);
	intern_release(&r->labels);
	vec_free(&r->label_line);
	free(r->encoded);
	free(r->column_hash);
	free(r);
}

/* -- Chunks -- */

/* How many of the waiting rows make the next chunk. 0: they are too few. */
static size_t chunk_size(const struct rows *r, bool last)
{
	size_t n = 0, bytes = 0;

	for (size_t i = 0; i < r->queue.n; i++) {
		const struct piece *p = r->queue.at[i];

		for (size_t k = p->used; k < p->n; k++, n++) {
			if (n == SEGMENT_ROWS)
				return n;
			bytes += p->size[k];
			if (n && bytes > CHUNK_BYTES)
				return n;
		}
	}
	return last || n == SEGMENT_ROWS ? n : 0;
}

static size_t gather(const struct rows *r, size_t column, struct cell *cells)
{
	size_t n = 0;

	for (size_t i = 0; i < r->queue.n && n < r->chunk_n; i++) {
		const struct piece *p = r->queue.at[i];
		const struct strip *s = &p->strip[column];
		uint32_t at = p->used ? s->end[p->used - 1] : 0;

		for (size_t k = p->used; k < p->n && n < r->chunk_n; k++) {
			cells[n].at = s->bytes + at;
			cells[n++].n = s->end[k] - at;
			at = s->end[k];
		}
	}
	return n;
}

/* Runs on several threads: one column of the chunk in work. */
static void encode_column(size_t column, void *arg)
{
	struct rows *r = arg;
	struct encoded *e = &r->encoded[column];
	uint64_t *hash = r->column_hash + column * SEGMENT_ROWS;
	struct cell *cells = xmalloc(r->chunk_n * sizeof(*cells));

	gather(r, column, cells);
	for (size_t i = 0; i < r->chunk_n; i++)
		hash[i] = text_hash(cells[i].at, cells[i].n);
	*e = (struct encoded){ .buf = BUF_INIT };
	segment_write(&e->buf, cells, r->chunk_n, hash);
	encoded_hash(e);
	free(cells);
}

static void mix_group(size_t group, void *arg)
{
	struct rows *r = arg;
	uint64_t *out = r->hash[group] + r->chunk_first;
	const bool *in = r->plan.in_group[group];

	memset(out, 0, r->chunk_n * sizeof(*out));
	for (size_t c = 0; c < r->plan.n_columns; c++) {
		const uint64_t *hash = r->column_hash + c * SEGMENT_ROWS;

		for (size_t i = 0; in[c] && i < r->chunk_n; i++)
			out[i] = text_hash_mix(out[i], hash[i]);
	}
}

static void make_room(struct rows *r)
{
	if (r->chunk_first + r->chunk_n <= r->hash_cap)
		return;
	r->hash_cap = r->hash_cap * 3 / 2 + SEGMENT_ROWS;
	for (int g = 0; g < 2; g++)
		r->hash[g] = xreallocarray(r->hash[g], r->hash_cap,
					   sizeof(uint64_t));
}

/* The rows of the chunk in work leave the queue. */
static void drop_rows(struct rows *r)
{
	size_t left = r->chunk_n, kept = 0;

	r->waiting -= left;
	for (size_t i = 0; i < r->queue.n; i++) {
		struct piece *p = r->queue.at[i];
		size_t n = p->n - p->used < left ? p->n - p->used : left;

		p->used += n;
		left -= n;
		if (p->used < p->n) {
			r->queue.at[kept++] = p;
		} else {
			piece_clear(r, p);
			vec_push(&r->spare, p);
		}
	}
	r->queue.n = kept;
}

static enum rc write_chunks(struct rows *r, bool last, struct err *err)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && r->waiting &&
	       (r->chunk_n = chunk_size(r, last)) > 0) {
		r->chunk_first = (size_t)(r->n - r->waiting);
		make_room(r);
		par_for(r->plan.n_columns, encode_column, r);
		par_for(2, mix_group, r);
		if (r->plan.spare)
			r->encoded[r->plan.n_columns] =
				(struct encoded){ .buf = BUF_INIT };
		rc = chunk_writer_add(r->writer, r->chunk_n, r->encoded, err);
		drop_rows(r);
	}
	return rc;
}

/* -- Merging -- */

static void merge_lines(struct rows *r, const struct piece *p)
{
	uint64_t expected = r->jumps.n ? rows_line(r, r->n) : 0;

	for (size_t i = 0; i < p->n; i++, expected++) {
		struct line_jump *jump;

		if (p->line[i] == expected)
			continue;
		jump = vec_add(&r->jumps);
		jump->row = r->n + i;
		jump->line = expected = p->line[i];
	}
}

static void merge_labels(struct rows *r, const struct piece *p)
{
	for (uint32_t i = 0; i < p->labels.n; i++) {
		size_t n;
		const char *s = intern_text(&p->labels, i, &n);
		uint32_t k = intern_add(&r->labels, s, n);

		if (k == r->label_line.n)
			vec_push(&r->label_line, p->label_line.at[i]);
	}
}

enum rc rows_merge(struct rows *r, unsigned n_slots, struct err *err)
{
	for (unsigned i = 0; i < n_slots; i++) {
		struct piece *p = r->slot[i];

		if (!p || !p->n)
			continue;
		merge_lines(r, p);
		merge_labels(r, p);
		r->n += p->n;
		r->waiting += p->n;
		vec_push(&r->queue, p);
		r->slot[i] = r->spare.n ? r->spare.at[--r->spare.n] : NULL;
	}
	return write_chunks(r, false, err);
}

enum rc rows_end(struct rows *r, struct err *err)
{
	enum rc rc = write_chunks(r, true, err);

	return rc == RC_OK ? chunk_writer_flush(r->writer, err) : rc;
}

/* -- Looking -- */

uint64_t rows_n(const struct rows *r)
{
	return r->n;
}

uint64_t rows_line(const struct rows *r, uint64_t i)
{
	size_t low = 0, high = r->jumps.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (r->jumps.at[middle].row <= i)
			low = middle;
		else
			high = middle;
	}
	return r->jumps.at[low].line + (i - r->jumps.at[low].row);
}

const uint64_t *rows_hashes(const struct rows *r, int group)
{
	return r->hash[group];
}

const struct intern *rows_labels(const struct rows *r)
{
	return &r->labels;
}

uint64_t rows_label_line(const struct rows *r, uint32_t i)
{
	return r->label_line.at[i];
}

struct chunk_writer *rows_writer(struct rows *r)
{
	return r->writer;
}

/* -- Repeated hashes -- in 256 buckets by their first byte, each small enough
 * for its table to stay in the cache. */

#define BUCKETS 256

struct repeats {
	const uint64_t *hash;
	uint32_t *row;			/* by bucket */
	size_t start[BUCKETS + 1];
	uint8_t *mark;
	size_t found[BUCKETS];
};

static void search_bucket(size_t bucket, void *arg)
{
	struct repeats *r = arg;
	const uint32_t *row = r->row + r->start[bucket];
	size_t n = r->start[bucket + 1] - r->start[bucket];
	struct hashtab table = HASHTAB_INIT;

	hashtab_reset(&table, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t h = r->hash[row[i]];
		uint32_t *at = hashtab_first(&table, h);

		while (*at && r->hash[row[*at - 1]] != h)
			at = hashtab_next(&table, at);
		if (!*at) {
			*at = (uint32_t)i + 1;
			continue;
		}
		r->found[bucket] += !r->mark[row[*at - 1]];
		r->found[bucket]++;
		r->mark[row[*at - 1]] = r->mark[row[i]] = 1;
	}
	hashtab_release(&table);
}

size_t rows_repeated(const uint64_t *hash, size_t n, uint8_t *mark)
{
	struct repeats r = { .hash = hash, .mark = mark };
	size_t next[BUCKETS], total = 0;

	r.row = xmalloc((n + 1) * sizeof(*r.row));
	for (size_t i = 0; i < n; i++)
		r.start[(hash[i] >> 56) + 1]++;
	for (size_t i = 0; i < BUCKETS; i++) {
		r.start[i + 1] += r.start[i];
		next[i] = r.start[i];
	}
	for (size_t i = 0; i < n; i++)
		r.row[next[hash[i] >> 56]++] = (uint32_t)i;
	par_for(BUCKETS, search_bucket, &r);
	for (size_t i = 0; i < BUCKETS; i++)
		total += r.found[i];
	free(r.row);
	return total;
}
