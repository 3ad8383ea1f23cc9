/* Predictions of some rows, without all the others. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/db.h"
#include "registry/prediction_inside.h"

enum rc prediction_parts_list(struct registry *reg, int64_t version_id,
			      int64_t testset_id, uint64_t as_of,
			      struct stored_parts *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT idx, first_row, n, bytes, batch"
		"  FROM prediction"
		" WHERE version_id = ? AND testset_id = ? AND idx <= ?"
		" ORDER BY idx, part");
	enum rc rc = RC_OK;

	stmt_bind_int(s, version_id);
	stmt_bind_int(s, testset_id);
	stmt_bind_int(s, as_of > INT64_MAX ? INT64_MAX : (int64_t)as_of);
	while (rc == RC_OK && stmt_next(s, err)) {
		struct stored_part *p = vec_add(out);

		p->entry = (uint64_t)stmt_int(s, "idx");
		p->first = (uint64_t)stmt_int(s, "first_row");
		p->n = (uint32_t)stmt_int(s, "n");
		p->bytes = (uint32_t)stmt_int(s, "bytes");
		if (!reg_blob_from_ref(stmt_text(s, "batch"), &p->blob))
			rc = err_set(err, RC_CORRUPT, "predictions name no "
				     "blob");
	}
	return stmt_end(s, rc);
}

/* A part that is open, and room for any of them. */
struct opened {
	struct registry *reg;
	const struct stored_part *part;
	struct db_value *value;
	struct batch_outline outline;
	void *bytes;
};

static enum rc make_room(struct opened *o, const struct stored_parts *parts,
			 struct err *err)
{
	size_t most = 0;

	for (size_t i = 0; i < parts->n; i++)
		if (parts->at[i].bytes > most)
			most = parts->at[i].bytes;
	return try_alloc(&o->bytes, most + 1, 1, "predictions", err);
}

static enum rc wrong_part(struct err *err)
{
	return err_set(err, RC_CORRUPT, "predictions are not what the table "
		       "says");
}

static enum rc read_ends(struct db_value *v, struct batch_outline *o,
			 struct err *err)
{
	uint32_t first, last;
	size_t last_at = o->ordinals_at + (o->n - 1) * sizeof(last);
	enum rc rc = db_value_piece(v, o->ordinals_at, &first, sizeof(first),
				    err);

	if (rc == RC_OK)
		rc = db_value_piece(v, last_at, &last, sizeof(last), err);
	if (rc == RC_OK)
		batch_outline_ends(o, first, last);
	return rc;
}

static enum rc read_outline(struct db_value *v, size_t bytes,
			    struct batch_outline *out, struct err *err)
{
	char head[BATCH_HEAD_SIZE];
	enum rc rc;

	if (bytes < sizeof(head))
		return wrong_part(err);
	rc = db_value_piece(v, 0, head, sizeof(head), err);
	if (rc == RC_OK)
		rc = batch_read_outline(head, bytes, out, err);
	return rc == RC_OK && out->ordinals_at ? read_ends(v, out, err) : rc;
}

enum rc prediction_part_outline(struct registry *reg, const struct hash *blob,
				size_t bytes, struct batch_outline *out,
				struct err *err)
{
	struct db_value *v = NULL;
	enum rc rc = reg_blob_open(reg, blob, bytes, &v, err);

	if (rc == RC_OK)
		rc = read_outline(v, bytes, out, err);
	db_value_close(v);
	return rc;
}

static enum rc open_part(struct opened *o, const struct stored_part *p,
			 struct err *err)
{
	enum rc rc = reg_blob_open(o->reg, &p->blob, p->bytes, &o->value, err);

	o->part = p;
	if (rc == RC_OK)
		rc = read_outline(o->value, p->bytes, &o->outline, err);
	if (rc == RC_OK && (o->outline.first != p->first ||
			    o->outline.n != p->n))
		rc = wrong_part(err);
	return rc;
}

static void close_part(struct opened *o)
{
	db_value_close(o->value);
	o->value = NULL;
}

/* b points into the bytes. */
static enum rc read_part(struct opened *o, struct batch *b, struct err *err)
{
	size_t n = o->part->bytes;
	enum rc rc = db_value_piece(o->value, 0, o->bytes, n, err);

	return rc == RC_OK ? batch_read(o->bytes, n, b, err) : rc;
}

/* The first of the rows that is at least x. */
static size_t place(const struct prediction_rows *r, uint64_t x)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->row[mid] < x)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void take(struct prediction_rows *r, size_t from, size_t to,
		 const struct batch *b, bool is_then)
{
	size_t i = 0;

	for (size_t k = from; k < to; k++) {
		size_t at = r->row[k] - (size_t)b->first;

		if (!b->at)
			i = at;
		while (b->at && i < b->n && b->at[i] < at)
			i++;
		if (i >= b->n || (b->at && b->at[i] != at))
			continue;
		r->now[k] = b->score.at ? batch_number(&b->score, i) : NAN;
		if (is_then)
			r->then[k] = r->now[k];
	}
}

/* A whole part, for its rows and what it says of them. */
static enum rc load_all(struct opened *o, struct prediction_rows *rows,
			size_t from, size_t to, struct err *err)
{
	struct batch b;
	enum rc rc = read_part(o, &b, err);

	if (rc == RC_OK)
		take(rows, from, to, &b, o->part->entry <= rows->entry);
	return rc;
}

/* Rows in a row: no more than the scores between the first and the last that
 * are asked for. */
static enum rc load_scores(struct opened *o, struct prediction_rows *rows,
			   size_t from, size_t to, struct err *err)
{
	struct batch_numbers x = { o->bytes, o->outline.score_form };
	size_t first = rows->row[from] - (size_t)o->outline.from;
	size_t n = rows->row[to - 1] - rows->row[from] + 1;
	size_t width = batch_width(x.form);
	enum rc rc = db_value_piece(o->value, o->outline.scores_at +
				    first * width, o->bytes, n * width, err);

	if (rc == RC_OK && !batch_numbers_hold(&x, n))
		rc = wrong_part(err);
	for (size_t k = from; k < to && rc == RC_OK; k++) {
		rows->now[k] = batch_number(&x, rows->row[k] - rows->row[from]);
		if (o->part->entry <= rows->entry)
			rows->then[k] = rows->now[k];
	}
	return rc;
}

static enum rc load_part_rows(struct opened *o, struct prediction_rows *rows,
			      size_t from, size_t to, struct err *err)
{
	const struct batch_outline *outline = &o->outline;

	if (!outline->in_a_row || !outline->scores_at)
		return load_all(o, rows, from, to, err);
	from = place(rows, outline->from);
	to = place(rows, outline->from + outline->n);
	return from < to ? load_scores(o, rows, from, to, err) : RC_OK;
}

enum rc prediction_rows_load(struct registry *reg,
			     const struct stored_parts *parts,
			     struct prediction_rows *rows, struct err *err)
{
	struct opened o = { .reg = reg };
	enum rc rc = make_room(&o, parts, err);

	for (size_t k = 0; k < rows->n; k++)
		rows->then[k] = rows->now[k] = NAN;
	for (size_t i = 0; i < parts->n && rc == RC_OK; i++) {
		const struct stored_part *p = &parts->at[i];
		size_t from = place(rows, p->first);
		size_t to = place(rows, p->first + SEGMENT_ROWS);

		if (from == to)
			continue;
		rc = open_part(&o, p, err);
		if (rc == RC_OK)
			rc = load_part_rows(&o, rows, from, to, err);
		close_part(&o);
	}
	free(o.bytes);
	return rc;
}

/* -- Which rows -- */

static enum rc mark_each(struct opened *o, uint8_t *rows, size_t n,
			 struct err *err)
{
	struct batch b;
	enum rc rc = read_part(o, &b, err);

	for (size_t k = 0; rc == RC_OK && k < b.n; k++) {
		size_t row = (size_t)b.first + (b.at ? b.at[k] : k);

		if (row < n)
			rows[row] = 1;
	}
	return rc;
}

static void mark_all(const struct batch_outline *o, uint8_t *rows, size_t n)
{
	size_t first = (size_t)o->from;

	if (first < n)
		memset(rows + first, 1, o->n < n - first ? o->n : n - first);
}

enum rc prediction_rows_since(struct registry *reg,
			      const struct stored_parts *parts, uint64_t entry,
			      uint8_t *rows, size_t n, struct err *err)
{
	struct opened o = { .reg = reg };
	enum rc rc = make_room(&o, parts, err);

	for (size_t i = 0; i < parts->n && rc == RC_OK; i++) {
		if (parts->at[i].entry <= entry)
			continue;
		rc = open_part(&o, &parts->at[i], err);
		if (rc == RC_OK && o.outline.in_a_row)
			mark_all(&o.outline, rows, n);
		else if (rc == RC_OK)
			rc = mark_each(&o, rows, n, err);
		close_part(&o);
	}
	free(o.bytes);
	return rc;
}

void prediction_parts_hash(const struct stored_parts *parts, uint64_t entry,
			   char hex[HASH_HEX_SIZE])
{
	struct buf text = BUF_INIT;
	char name[HASH_HEX_SIZE];
	struct hash h;

	for (size_t i = 0; i < parts->n; i++) {
		const struct stored_part *p = &parts->at[i];

		if (p->entry <= entry)
			buf_printf(&text, "%llu %llu %s\n",
				   (unsigned long long)p->entry,
				   (unsigned long long)p->first,
				   hash_hex(&p->blob, name));
	}
	h = hash_bytes(text.data, text.len);
	hash_hex(&h, hex);
	buf_release(&text);
}

/* -- One pattern -- */

static const char *label_by_threshold(const struct predictions *p,
				      const struct testset_info *info,
				      size_t row)
{
	bool positive = p->score[row] >= p->threshold;

	for (size_t i = 0; info->positive && i < info->labels.n; i++)
		if (positive == !strcmp(info->labels.at[i], info->positive))
			return info->labels.at[i];
	return NULL;
}

struct prediction_one prediction_at(const struct predictions *p,
				    const struct testset_info *info,
				    size_t row)
{
	struct prediction_one one = { 0 };

	if (!p || row >= p->n || !p->known[row])
		return one;
	one.has_value = p->value;
	one.value = p->value ? p->value[row] : 0;
	one.has_score = p->score && !isnan(p->score[row]);
	one.score = one.has_score ? p->score[row] : 0;
	if (p->has_threshold && one.has_score)
		one.label = label_by_threshold(p, info, row);
	else if (p->label && p->label[row] < p->labels.n)
		one.label = p->labels.at[p->label[row]];
	return one;
}
