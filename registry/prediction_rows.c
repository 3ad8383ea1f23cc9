/* Predictions of some rows, without all the others. */
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "registry/prediction_inside.h"

/* Room for any of the parts. */
static enum rc make_room(const struct stored_parts *parts, void **bytes,
			 struct err *err)
{
	size_t most = 0;

	for (size_t i = 0; i < parts->n; i++)
		if (parts->at[i].bytes > most)
			most = parts->at[i].bytes;
	return try_alloc(bytes, most + 1, 1, "predictions", err);
}

/* b points into the bytes. */
static enum rc read_part(struct registry *reg, const struct stored_part *p,
			 void *bytes, struct batch *b, struct err *err)
{
	enum rc rc = reg_blob_read(reg, &p->blob, bytes, p->bytes, err);

	if (rc == RC_OK)
		rc = batch_read(bytes, p->bytes, b, err);
	if (rc == RC_OK && b->first != p->first)
		rc = err_set(err, RC_CORRUPT, "predictions are not what the "
			     "table says");
	return rc;
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
		r->now[k] = b->score ? b->score[i] : NAN;
		if (is_then)
			r->then[k] = r->now[k];
	}
}

enum rc prediction_rows_load(struct registry *reg,
			     const struct stored_parts *parts,
			     struct prediction_rows *rows, struct err *err)
{
	void *bytes = NULL;
	enum rc rc = make_room(parts, &bytes, err);

	for (size_t k = 0; k < rows->n; k++)
		rows->then[k] = rows->now[k] = NAN;
	for (size_t i = 0; i < parts->n && rc == RC_OK; i++) {
		const struct stored_part *p = &parts->at[i];
		size_t from = place(rows, p->first);
		size_t to = place(rows, p->first + SEGMENT_ROWS);
		struct batch b;

		if (from == to)
			continue;
		rc = read_part(reg, p, bytes, &b, err);
		if (rc == RC_OK)
			take(rows, from, to, &b, p->entry <= rows->entry);
	}
	free(bytes);
	return rc;
}

enum rc prediction_rows_since(struct registry *reg,
			      const struct stored_parts *parts, uint64_t entry,
			      uint8_t *rows, size_t n, struct err *err)
{
	void *bytes = NULL;
	enum rc rc = make_room(parts, &bytes, err);

	for (size_t i = 0; i < parts->n && rc == RC_OK; i++) {
		const struct stored_part *p = &parts->at[i];
		struct batch b;

		if (p->entry <= entry)
			continue;
		rc = read_part(reg, p, bytes, &b, err);
		for (size_t k = 0; rc == RC_OK && k < b.n; k++) {
			size_t row = (size_t)b.first + (b.at ? b.at[k] : k);

			if (row < n)
				rows[row] = 1;
		}
	}
	free(bytes);
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
