/* An open test set: its columns and cells. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "base/intern.h"
#include "registry/testset_seek.h"

/* Pieces of memory that a loaded column takes, at most. */
#define OWNED 3

/* -- Opening -- */

static enum rc parse_segment(struct testset *t, const char *ref,
			     uint64_t first, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *j = NULL;
	struct hash name;
	enum rc rc = RC_CORRUPT;

	if (!reg_blob_from_ref(ref, &name) || first != t->chunks.n_rows)
		return err_set(err, RC_CORRUPT, "the segments of test set "
			       "'%s' do not join", t->info.name);
	rc = reg_blob_get(t->reg, &name, &text, err);
	if (rc == RC_OK)
		rc = json_parse(text.data, text.len, "segment", &j, err);
	if (rc == RC_OK)
		rc = chunks_parse(&t->chunks, j, err);
	json_free(j);
	buf_release(&text);
	return rc;
}

static enum rc read_segments(struct testset *t, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(t->reg),
		"SELECT first_row, manifest"
		"  FROM testset_segment"
		" WHERE testset_id = ? AND revision <= ?"
		" ORDER BY first_row");
	enum rc rc = RC_OK;

	stmt_bind_int(s, t->info.id);
	stmt_bind_int(s, t->info.revision);
	while (stmt_next(s, err)) {
		struct ts_segment_row *row = vec_add(&t->segments);

		row->first = (uint64_t)stmt_int(s, "first_row");
		row->manifest = stmt_text_copy(s, "manifest");
	}
	rc = stmt_end(s, rc);
	for (size_t i = 0; i < t->segments.n && rc == RC_OK; i++)
		rc = parse_segment(t, t->segments.at[i].manifest,
				   t->segments.at[i].first, err);
	if (rc == RC_OK && t->chunks.n_rows != t->info.n_rows)
		rc = err_set(err, RC_CORRUPT, "test set '%s' has %llu rows, "
			     "not %llu", t->info.name,
			     (unsigned long long)t->chunks.n_rows,
			     (unsigned long long)t->info.n_rows);
	return rc;
}

static enum rc take_change(struct testset *t, struct stmt *s, struct err *err)
{
	struct ts_change_row *c = vec_add(&t->changes);
	const char *change = stmt_text(s, "change");
	const char *ref = stmt_text(s, "ordinals");

	c->revision = stmt_int(s, "revision");
	c->n = (uint64_t)stmt_int(s, "n");
	while (strcmp(ts_change_names[c->change], change) != 0)
		if (c->change++ == CHANGE_RELABEL)
			return err_set(err, RC_CORRUPT, "change '%.20s' is "
				       "unknown", change);
	return reg_blob_from_ref(ref, &c->blob) ? RC_OK :
	       err_set(err, RC_CORRUPT, "a change names no blob");
}

static enum rc read_changes(struct testset *t, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(t->reg),
		"SELECT revision, change, n, ordinals"
		"  FROM testset_change"
		" WHERE testset_id = ? AND revision <= ?"
		" ORDER BY revision, part");
	enum rc rc = RC_OK;

	stmt_bind_int(s, t->info.id);
	stmt_bind_int(s, t->info.revision);
	while (rc == RC_OK && stmt_next(s, err))
		rc = take_change(t, s, err);
	return stmt_end(s, rc);
}

enum rc reg_testset_open(struct registry *reg, const char *name,
			 int64_t revision, struct testset **out,
			 struct err *err)
{
	struct testset *t = XNEW(struct testset);
	enum rc rc = reg_read_begin(reg, err);

	if (rc != RC_OK) {
		free(t);
		return rc;
	}
	t->reg = reg;
	buf_init(&t->scratch);
	rc = ts_info(reg, name, revision, &t->info, &t->schema, err);
	if (rc == RC_OK) {
		chunks_init(&t->chunks, t->schema.columns.n);
		t->columns = XNEW_ARRAY(struct column, t->schema.columns.n);
		t->owned = XNEW_ARRAY(void *, OWNED * t->schema.columns.n);
		rc = read_segments(t, err);
	}
	if (rc == RC_OK)
		rc = read_changes(t, err);
	reg_read_end(reg);
	if (rc != RC_OK)
		testset_close(t);
	else
		*out = t;
	return rc;
}

void testset_close(struct testset *t)
{
	if (!t)
		return;
	for (size_t i = 0; t->owned && i < OWNED * t->schema.columns.n; i++)
		free(t->owned[i]);
	for (size_t i = 0; i < N_CACHED; i++)
		loaded_release(&t->cache[i].loaded);
	free(t->owned);
	free(t->columns);
	free(t->active);
	free(t->active_hash);
	for (size_t i = 0; i < t->segments.n; i++)
		free(t->segments.at[i].manifest);
	vec_free(&t->segments);
	vec_free(&t->changes);
	vec_free(&t->corrected);
	strs_release(&t->corrections);
	free(t->key_hash);
	hashtab_release(&t->by_key);
	ts_seeker_free(t->seeker);
	buf_release(&t->scratch);
	chunks_release(&t->chunks);
	ts_schema_release(&t->schema);
	testset_info_release(&t->info);
	free(t);
}

const struct testset_info *testset_info(const struct testset *t)
{
	return &t->info;
}

size_t testset_rows(const struct testset *t)
{
	return (size_t)t->chunks.n_rows;
}

/* The nameless one at the end is nobody else's business. */
size_t testset_n_columns(const struct testset *t)
{
	return t->schema.columns.n - !ts_schema_has_key(&t->schema);
}

const char *testset_column_name(const struct testset *t, size_t i)
{
	return t->schema.columns.at[i].name;
}

unsigned testset_column_roles(const struct testset *t, size_t i)
{
	return t->schema.columns.at[i].roles;
}

/* -- Changes -- */

struct correction {
	uint32_t row;
	uint32_t order;			/* the last one holds */
	char *target;
};
VEC_DECLARE(struct correction, correction_list);

static enum rc apply_change(struct testset *t, const struct ts_change_row *c,
			    struct correction_list *targets, struct err *err)
{
	struct change_part part;
	struct buf bytes = BUF_INIT, b = BUF_INIT;
	enum rc rc = reg_blob_get(t->reg, &c->blob, &bytes, err);

	if (rc == RC_OK)
		rc = change_read(bytes.data, bytes.len, t->chunks.n_rows,
				 &part, err);
	if (rc == RC_OK && (part.change != c->change || part.n != c->n))
		rc = err_set(err, RC_CORRUPT, "a change is not what the table "
			     "says");
	for (size_t i = 0; rc == RC_OK && i < part.n; i++) {
		struct correction *k;
		struct cell cell;

		if (part.change != CHANGE_RELABEL) {
			t->active[part.row[i]] = part.change == CHANGE_REVIVE;
			continue;
		}
		cell = segment_cell(&part.targets, i, &b);
		k = vec_add(targets);
		k->row = part.row[i];
		k->order = (uint32_t)targets->n;
		k->target = xmemdupz(cell.at, cell.n);
	}
	buf_release(&bytes);
	buf_release(&b);
	return rc;
}

static int by_row(const void *va, const void *vb)
{
	const struct correction *a = va, *b = vb;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void keep_last(struct testset *t, struct correction_list *v)
{
	vec_sort(v, by_row);
	for (size_t i = 0; i < v->n; i++) {
		if (i + 1 < v->n && v->at[i + 1].row == v->at[i].row) {
			free(v->at[i].target);
			continue;
		}
		vec_push(&t->corrected, v->at[i].row);
		vec_push(&t->corrections, v->at[i].target);
	}
	vec_free(v);
}

enum rc ts_load_changes(struct testset *t, struct err *err)
{
	struct correction_list targets = VEC_INIT;
	size_t n = testset_rows(t);
	enum rc rc = RC_OK;

	if (t->active)
		return RC_OK;
	t->active = xmalloc(n + 1);
	memset(t->active, 1, n);
	for (size_t i = 0; i < t->changes.n && rc == RC_OK; i++)
		rc = apply_change(t, &t->changes.at[i], &targets, err);
	keep_last(t, &targets);
	if (rc != RC_OK) {
		free(t->active);
		t->active = NULL;
		vec_free(&t->corrected);
		strs_release(&t->corrections);
	}
	return rc;
}

const uint8_t *testset_active(struct testset *t)
{
	struct err err = ERR_INIT;

	return ts_load_changes(t, &err) == RC_OK ? t->active : NULL;
}

static enum rc mark_change(struct testset *t, const struct ts_change_row *c,
			   uint8_t *rows, struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct change_part part;
	enum rc rc = reg_blob_get(t->reg, &c->blob, &bytes, err);

	if (rc == RC_OK)
		rc = change_read(bytes.data, bytes.len, t->chunks.n_rows,
				 &part, err);
	for (size_t i = 0; rc == RC_OK && i < part.n; i++)
		rows[part.row[i]] = 1;
	buf_release(&bytes);
	return rc;
}

enum rc ts_mark_changes(struct testset *t, int64_t since, uint8_t *rows,
			struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < t->changes.n && rc == RC_OK; i++)
		if (t->changes.at[i].revision > since)
			rc = mark_change(t, &t->changes.at[i], rows, err);
	return rc;
}

struct hash ts_active_hash(struct testset *t, size_t run)
{
	size_t n = testset_rows(t);

	if (!t->active_hash) {
		t->active_hash = XNEW_ARRAY(struct hash, n / SEGMENT_ROWS + 1);
		for (size_t i = 0, at = 0; at < n; i++, at += SEGMENT_ROWS)
			t->active_hash[i] = hash_bytes(t->active + at,
				n - at < SEGMENT_ROWS ? n - at : SEGMENT_ROWS);
	}
	return t->active_hash[run];
}

static bool is_target(const struct testset *t, size_t column)
{
	return t->schema.columns.at[column].roles & ROLE_TARGET;
}

const char *ts_correction(const struct testset *t, size_t row)
{
	size_t low = 0, high = t->corrected.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->corrected.at[middle] == row)
			return t->corrections.at[middle];
		if (t->corrected.at[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* -- Whole columns -- from chunks that may each be kept in another way. A
 * column is CODES if all chunks are, NUMBERS if every cell is one by its
 * chunk's kind or by its dictionary, else TEXTS. */

struct joining {
	struct testset *t;
	size_t column;
	struct loaded *chunk;		/* all of the column's */
	size_t n_chunks;
	struct intern values;		/* CODES: of all chunks */
	uint32_t *codes;
};

static bool all_numbers(const struct segment *s)
{
	double x;

	for (size_t i = 0; i < s->n_values; i++) {
		size_t n;
		const char *p = segment_value(s, i, &n);

		if (n && !segment_canonical(p, n, &x))
			return false;
	}
	return s->kind != SEGMENT_TEXTS;
}

static enum column_kind choose_kind(const struct joining *j)
{
	bool codes = true, numbers = true;

	for (size_t i = 0; i < j->n_chunks; i++) {
		const struct segment *s = &j->chunk[i].segment;

		codes = codes && s->kind == SEGMENT_CODES;
		numbers = numbers && (s->kind == SEGMENT_NUMBERS ||
				      (s->kind == SEGMENT_CODES && !codes &&
				       all_numbers(s)));
	}
	if (codes)
		return COLUMN_CODES;
	for (size_t i = 0; i < j->n_chunks && numbers; i++)
		numbers = all_numbers(&j->chunk[i].segment);
	return numbers ? COLUMN_NUMBERS : COLUMN_TEXTS;
}

static void spread_codes(const struct segment *s, const uint32_t *map,
			 uint32_t *out)
{
	const uint8_t *c1 = s->code;
	const uint16_t *c2 = s->code;
	const uint32_t *c4 = s->code;

	for (size_t i = 0; i < s->n && s->width == 0; i++)
		out[i] = map[0];
	for (size_t i = 0; i < s->n && s->width == 1; i++)
		out[i] = map[c1[i]];
	for (size_t i = 0; i < s->n && s->width == 2; i++)
		out[i] = map[c2[i]];
	for (size_t i = 0; i < s->n && s->width == 4; i++)
		out[i] = map[c4[i]];
}

static void correct_codes(struct testset *t, struct intern *values,
			  uint32_t *codes)
{
	for (size_t i = 0; i < t->corrected.n; i++)
		codes[t->corrected.at[i]] =
			intern_add(values, t->corrections.at[i],
				   strlen(t->corrections.at[i]));
}

static void join_codes(struct joining *j, struct column *out)
{
	struct testset *t = j->t;
	uint32_t *codes = xmalloc((testset_rows(t) + 1) * sizeof(*codes));
	uint32_t *map = xmalloc(SEGMENT_ROWS * sizeof(*map));
	char **values;

	for (size_t i = 0; i < j->n_chunks; i++) {
		const struct segment *s = &j->chunk[i].segment;

		for (size_t k = 0; k < s->n_values; k++) {
			size_t n;
			const char *p = segment_value(s, k, &n);

			map[k] = intern_add(&j->values, p, n);
		}
		spread_codes(s, map, codes + t->chunks.at.at[i].first);
	}
	free(map);
	if (is_target(t, j->column))
		correct_codes(t, &j->values, codes);
	values = xmalloc((j->values.n + 1) * sizeof(*values));
	for (uint32_t i = 0; i < j->values.n; i++)
		values[i] = j->values.bytes + j->values.text[i].at;
	out->code = codes;
	out->n_values = j->values.n;
	out->values = (const char *const *)values;
	t->owned[OWNED * j->column + 2] = values;
	t->owned[OWNED * j->column] = codes;
	t->owned[OWNED * j->column + 1] = j->values.bytes;
	j->values.bytes = NULL;		/* taken over */
}

static double number_of(const char *s, size_t n)
{
	double x;

	return n && decimal_read(s, n, &x) ? x : NAN;
}

static void join_numbers(struct joining *j, struct column *out)
{
	struct testset *t = j->t;
	double *number = xmalloc((testset_rows(t) + 1) * sizeof(*number));

	for (size_t i = 0; i < j->n_chunks; i++) {
		const struct segment *s = &j->chunk[i].segment;
		double *to = number + t->chunks.at.at[i].first;

		if (s->kind == SEGMENT_NUMBERS)
			memcpy(to, s->number, s->n * sizeof(*to));
		for (size_t k = 0; s->kind == SEGMENT_CODES && k < s->n; k++) {
			size_t n;
			const char *p = segment_value(s, segment_code(s, k),
						      &n);

			to[k] = number_of(p, n);
		}
	}
	for (size_t i = 0; is_target(t, j->column) && i < t->corrected.n; i++)
		number[t->corrected.at[i]] =
			number_of(t->corrections.at[i],
				  strlen(t->corrections.at[i]));
	out->number = number;
	t->owned[OWNED * j->column] = number;
}

/* A cell of a whole chunk, with the corrections. */
static struct cell joined_cell(struct joining *j, const struct segment *s,
			       uint64_t first, size_t k, struct buf *b)
{
	const char *text = is_target(j->t, j->column) ?
			   ts_correction(j->t, (size_t)first + k) : NULL;

	if (text)
		return (struct cell){ text, strlen(text) };
	return segment_cell(s, k, b);
}

static void join_texts(struct joining *j, struct column *out)
{
	struct testset *t = j->t;
	uint64_t *offset = xmalloc((testset_rows(t) + 1) * sizeof(*offset));
	struct buf bytes = BUF_INIT, b = BUF_INIT;
	size_t total = 0;

	for (size_t i = 0; i < j->n_chunks; i++)
		total += j->chunk[i].segment.n_bytes;
	buf_reserve(&bytes, total);
	for (size_t i = 0; i < j->n_chunks; i++) {
		const struct segment *s = &j->chunk[i].segment;
		uint64_t first = t->chunks.at.at[i].first, at = bytes.len;

		if (s->kind == SEGMENT_TEXTS &&
		    !(is_target(t, j->column) && t->corrected.n)) {
			for (size_t k = 0; k < s->n; k++)
				offset[first + k] = at + s->text_at[k];
			buf_add(&bytes, s->bytes, s->n_bytes);
			continue;
		}
		for (size_t k = 0; k < s->n; k++) {
			struct cell c = joined_cell(j, s, first, k, &b);

			offset[first + k] = bytes.len;
			buf_add(&bytes, c.at, c.n);
		}
	}
	offset[testset_rows(t)] = bytes.len;
	buf_release(&b);
	out->offset = offset;
	out->bytes = t->owned[OWNED * j->column + 1] = buf_detach(&bytes);
	t->owned[OWNED * j->column] = offset;
}

/* Corrections may be texts that no double gives back. */
static bool corrections_fit(const struct joining *j)
{
	double x;

	for (size_t i = 0; is_target(j->t, j->column) &&
	     i < j->t->corrections.n; i++) {
		const char *s = j->t->corrections.at[i];

		if (!segment_canonical(s, strlen(s), &x))
			return false;
	}
	return true;
}

static enum rc load_column(struct testset *t, size_t column, struct err *err)
{
	struct column *out = &t->columns[column];
	struct joining j = {
		.t = t, .column = column, .n_chunks = t->chunks.at.n,
		.chunk = XNEW_ARRAY(struct loaded, t->chunks.at.n + 1),
	};
	struct column made = {
		.name = t->schema.columns.at[column].name,
		.roles = t->schema.columns.at[column].roles,
		.n = testset_rows(t),
	};
	enum rc rc = is_target(t, column) ? ts_load_changes(t, err) : RC_OK;

	for (size_t i = 0; i < j.n_chunks && rc == RC_OK; i++)
		rc = chunk_load(t->reg, &t->chunks, i, column, &j.chunk[i],
				err);
	if (rc == RC_OK) {
		made.kind = choose_kind(&j);
		if (made.kind == COLUMN_NUMBERS && !corrections_fit(&j))
			made.kind = COLUMN_TEXTS;
		if (made.kind == COLUMN_CODES)
			join_codes(&j, &made);
		else if (made.kind == COLUMN_NUMBERS)
			join_numbers(&j, &made);
		else
			join_texts(&j, &made);
		*out = made;
	}
	for (size_t i = 0; i < j.n_chunks; i++)
		loaded_release(&j.chunk[i]);
	free(j.chunk);
	intern_release(&j.values);
	return rc;
}

enum rc testset_column_at(struct testset *t, size_t i,
			  const struct column **out, struct err *err)
{
	enum rc rc = RC_OK;

	if (i >= t->schema.columns.n)
		BUG("column %zu of %zu", i, t->schema.columns.n);
	if (!t->columns[i].name)
		rc = load_column(t, i, err);
	*out = rc == RC_OK ? &t->columns[i] : NULL;
	return rc;
}

enum rc testset_column(struct testset *t, const char *name,
		       const struct column **out, struct err *err)
{
	int i = *name ? ts_schema_column(&t->schema, name) : -1;
	struct buf all = BUF_INIT;

	if (i >= 0)
		return testset_column_at(t, (size_t)i, out, err);
	for (size_t k = 0; k < testset_n_columns(t) && all.len < 400; k++)
		buf_printf(&all, "%s'%s'", k ? ", " : "",
			   t->schema.columns.at[k].name);
	err_set(err, RC_NOT_FOUND, "test set '%s' has no column '%s'; it has "
		"%s", t->info.name, name, all.data);
	buf_release(&all);
	return RC_NOT_FOUND;
}

const char *column_text(const struct column *c, size_t row, struct buf *b,
			size_t *n)
{
	if (c->kind == COLUMN_CODES) {
		*n = strlen(c->values[c->code[row]]);
		return c->values[c->code[row]];
	}
	if (c->kind == COLUMN_TEXTS) {
		*n = (size_t)(c->offset[row + 1] - c->offset[row]);
		return c->bytes + c->offset[row];
	}
	buf_clear(b);
	if (!isnan(c->number[row]))
		buf_decimal(b, c->number[row]);
	*n = b->len;
	return b->data;
}

/* -- Single cells -- */

static enum rc cached_chunk(struct testset *t, size_t chunk, size_t column,
			    struct segment **out, struct err *err)
{
	struct cached *oldest = &t->cache[0];
	enum rc rc;

	for (size_t i = 0; i < N_CACHED; i++) {
		struct cached *c = &t->cache[i];

		if (c->used && c->chunk == chunk && c->column == column) {
			c->used = ++t->clock;
			*out = &c->loaded.segment;
			return RC_OK;
		}
		if (c->used < oldest->used)
			oldest = c;
	}
	loaded_release(&oldest->loaded);
	oldest->used = 0;
	rc = chunk_load(t->reg, &t->chunks, chunk, column, &oldest->loaded,
			err);
	if (rc != RC_OK)
		return rc;
	oldest->chunk = chunk;
	oldest->column = column;
	oldest->used = ++t->clock;
	*out = &oldest->loaded.segment;
	return RC_OK;
}

enum rc ts_stored_cell(struct testset *t, size_t row, size_t column,
		       struct buf *b, const char **text, size_t *n,
		       struct err *err)
{
	size_t chunk = chunks_find(&t->chunks, row);
	struct segment *s;
	struct cell cell;
	enum rc rc = cached_chunk(t, chunk, column, &s, err);

	if (rc != RC_OK)
		return rc;
	cell = segment_cell(s, row - t->chunks.at.at[chunk].first, b);
	*text = cell.at;
	*n = cell.n;
	return RC_OK;
}

enum rc testset_cell(struct testset *t, size_t row, size_t column,
		     struct buf *b, const char **text, size_t *n,
		     struct err *err)
{
	enum rc rc = RC_OK;

	if (row >= testset_rows(t))
		BUG("row %zu of %zu", row, testset_rows(t));
	*text = NULL;
	if (is_target(t, column)) {
		rc = ts_load_changes(t, err);
		*text = rc == RC_OK ? ts_correction(t, row) : NULL;
		*n = *text ? strlen(*text) : 0;
	}
	if (rc != RC_OK || *text)
		return rc;
	if (t->columns[column].name) {
		*text = column_text(&t->columns[column], row, b, n);
		return RC_OK;
	}
	return ts_stored_cell(t, row, column, b, text, n, err);
}
