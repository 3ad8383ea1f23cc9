#include "registry/chunks.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "registry/db.h"

enum {
	OWN_BLOB = 64 << 10,	/* a segment from here on has its own blob */
	PACK = 256 << 10,	/* the others share one up to this size */
	BATCH = 8 << 20,	/* bytes stored at a time */
};

void chunks_init(struct chunks *c, size_t n_columns)
{
	*c = (struct chunks){ .n_columns = n_columns };
}

void chunks_release(struct chunks *c)
{
	for (size_t i = 0; i < c->at.n; i++)
		free(c->at.at[i].span);
	vec_free(&c->at);
	vec_free(&c->blobs);
}

/* -- Manifest -- */

static enum rc bad(struct err *err, const char *why)
{
	return err_set(err, RC_CORRUPT, "a list of columns is damaged: %s",
		       why);
}

static bool small_int(const struct json *j, int64_t most, uint32_t *out)
{
	int64_t i;

	if (!json_int(j, &i) || i < 0 || i > most)
		return false;
	*out = (uint32_t)i;
	return true;
}

static enum rc parse_blobs(struct chunks *c, const struct json *list,
			   struct err *err)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *item = json_at(list, i);
		const char *ref = json_str(json_at(item, 0));
		struct chunk_blob *b = vec_add(&c->blobs);

		if (!ref || !reg_blob_from_ref(ref, &b->hash) ||
		    !small_int(json_at(item, 1), REG_BLOB_MAX, &b->n))
			return bad(err, "a blob has no name or no size");
	}
	return RC_OK;
}

static enum rc parse_chunk(struct chunks *c, const struct json *j,
			   size_t first_blob, struct err *err)
{
	size_t n_blobs = c->blobs.n - first_blob;
	struct chunk *chunk = vec_add(&c->at);

	if (json_size(j) != 1 + 3 * c->n_columns ||
	    !small_int(json_at(j, 0), SEGMENT_ROWS, &chunk->n) ||
	    chunk->n == 0 || n_blobs == 0)
		return bad(err, "a chunk has a wrong size");
	chunk->first = c->n_rows;
	c->n_rows += chunk->n;
	chunk->span = XNEW_ARRAY(struct span, c->n_columns + 1);
	for (size_t i = 0; i < c->n_columns; i++) {
		struct span *s = &chunk->span[i];
		uint32_t size;

		if (!small_int(json_at(j, 1 + 3 * i), (int64_t)n_blobs - 1,
			       &s->blob))
			return bad(err, "a segment is in no blob");
		s->blob += (uint32_t)first_blob;
		size = c->blobs.at[s->blob].n;
		if (!small_int(json_at(j, 2 + 3 * i), size, &s->at) ||
		    !small_int(json_at(j, 3 + 3 * i), size - s->at, &s->n) ||
		    s->at % 8)
			return bad(err, "a segment exceeds its blob");
	}
	return RC_OK;
}

enum rc chunks_parse(struct chunks *c, const struct json *manifest,
		     struct err *err)
{
	const struct json *chunks = json_get(manifest, "chunks");
	size_t first_blob = c->blobs.n;
	uint64_t first_row = c->n_rows;
	enum rc rc;

	if (json_get_int(manifest, "columns", -1) != (int64_t)c->n_columns)
		return bad(err, "it has another number of columns");
	rc = parse_blobs(c, json_get(manifest, "blobs"), err);
	for (size_t i = 0; i < json_size(chunks) && rc == RC_OK; i++)
		rc = parse_chunk(c, json_at(chunks, i), first_blob, err);
	if (rc == RC_OK && json_get_int(manifest, "rows", -1) !=
	    (int64_t)(c->n_rows - first_row))
		rc = bad(err, "its rows do not add up");
	return rc;
}

struct json *chunks_manifest(const struct chunks *c, size_t from)
{
	struct json *j = json_new_object(), *blobs = json_new_array();
	struct json *chunks = json_new_array();
	uint64_t rows = 0;
	size_t first_blob = 0;

	if (from < c->at.n && c->n_columns) {
		first_blob = c->blobs.n;
		for (size_t i = 0; i < c->n_columns; i++)
			if (c->at.at[from].span[i].blob < first_blob)
				first_blob = c->at.at[from].span[i].blob;
	}
	for (size_t i = first_blob; i < c->blobs.n; i++) {
		struct json *item = json_new_array();
		char *ref = reg_blob_ref(&c->blobs.at[i].hash);

		json_append(item, json_new_str(ref));
		json_append(item, json_new_int(c->blobs.at[i].n));
		json_append(blobs, item);
		free(ref);
	}
	for (size_t i = from; i < c->at.n; i++) {
		const struct chunk *chunk = &c->at.at[i];
		struct json *item = json_new_array();

		json_append(item, json_new_int(chunk->n));
		for (size_t k = 0; k < c->n_columns; k++) {
			const struct span *s = &chunk->span[k];

			json_append(item, json_new_int((int64_t)(s->blob -
								 first_blob)));
			json_append(item, json_new_int(s->at));
			json_append(item, json_new_int(s->n));
		}
		json_append(chunks, item);
		rows += chunk->n;
	}
	json_set_int(j, "rows", (int64_t)rows);
	json_set_int(j, "columns", (int64_t)c->n_columns);
	json_set(j, "blobs", blobs);
	json_set(j, "chunks", chunks);
	return j;
}

size_t chunks_find(const struct chunks *c, uint64_t row)
{
	size_t low = 0, high = c->at.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (c->at.at[middle].first <= row)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* -- Reading -- */

enum rc chunk_load(struct registry *reg, const struct chunks *c, size_t chunk,
		   size_t column, struct loaded *out, struct err *err)
{
	const struct span *s = &c->at.at[chunk].span[column];
	const struct chunk_blob *b = &c->blobs.at[s->blob];
	struct db_value *blob = NULL;
	enum rc rc;

	*out = (struct loaded){ 0 };
	rc = try_alloc(&out->bytes, (size_t)s->n + 1, 1, "a column", err);
	if (rc == RC_OK)
		rc = reg_blob_open(reg, &b->hash, b->n, &blob, err);
	if (rc == RC_OK)
		rc = db_value_piece(blob, s->at, out->bytes, s->n, err);
	db_value_close(blob);
	if (rc == RC_OK)
		rc = segment_read(out->bytes, s->n, &out->segment, err);
	if (rc == RC_OK && out->segment.n != c->at.at[chunk].n)
		rc = bad(err, "a segment has another number of rows");
	if (rc != RC_OK)
		loaded_release(out);
	return rc;
}

void loaded_release(struct loaded *l)
{
	free(l->bytes);
	*l = (struct loaded){ 0 };
}

/* -- Writing -- */

struct batch {
	VEC_DECLARE(struct reg_blob, blob_list) blobs;
	struct strs owned;		/* what they point to */
	size_t bytes;
};
struct chunk_writer {
	struct registry *reg;
	struct chunks *chunks;
	struct batch next;		/* being collected */
	struct batch now;		/* being stored */
	struct par_thread *thread;
	enum rc rc;			/* the thread's */
	struct err err;
};

struct chunk_writer *chunk_writer_new(struct registry *reg, struct chunks *c)
{
	struct chunk_writer *w = XNEW(struct chunk_writer);

	w->reg = reg;
	w->chunks = c;
	return w;
}

static void batch_release(struct batch *b)
{
	strs_release(&b->owned);
	vec_free(&b->blobs);
	b->bytes = 0;
}

static void store(void *arg)
{
	struct chunk_writer *w = arg;

	w->rc = reg_blob_put_many(w->reg, w->now.blobs.at, w->now.blobs.n,
				  &w->err);
}

static enum rc wait(struct chunk_writer *w, struct err *err)
{
	par_join(w->thread);
	w->thread = NULL;
	batch_release(&w->now);
	if (w->rc != RC_OK && err)
		*err = w->err;
	return w->rc;
}

static enum rc send(struct chunk_writer *w, struct err *err)
{
	enum rc rc = wait(w, err);

	if (rc != RC_OK || w->next.blobs.n == 0)
		return rc;
	w->now = w->next;
	w->next = (struct batch){ 0 };
	w->thread = par_start(store, w);
	return RC_OK;
}

/* Takes the bytes; gives the blob's index. */
static uint32_t collect(struct chunk_writer *w, struct encoded *e)
{
	struct chunk_blob *known = vec_add(&w->chunks->blobs);
	struct reg_blob *b = vec_add(&w->next.blobs);

	if (!e->is_hashed)
		e->hash = hash_bytes(e->buf.data, e->buf.len);
	known->hash = e->hash;
	known->n = (uint32_t)e->buf.len;
	b->n = e->buf.len;
	b->hash = e->hash;
	b->is_hashed = true;
	vec_push(&w->next.owned, buf_detach(&e->buf));
	b->bytes = w->next.owned.at[w->next.owned.n - 1];
	w->next.bytes += b->n;
	return (uint32_t)w->chunks->blobs.n - 1;
}

void encoded_hash(struct encoded *e)
{
	if (e->buf.len < OWN_BLOB)
		return;
	e->hash = hash_bytes(e->buf.data, e->buf.len);
	e->is_hashed = true;
}

struct packing {
	struct encoded pack;
	struct span **waiting;		/* segments in the pack */
	size_t n_waiting;
};

static void end_pack(struct chunk_writer *w, struct packing *p)
{
	uint32_t blob;

	if (!p->n_waiting)
		return;
	blob = collect(w, &p->pack);
	for (size_t i = 0; i < p->n_waiting; i++)
		p->waiting[i]->blob = blob;
	p->n_waiting = 0;
	p->pack = (struct encoded){ .buf = BUF_INIT };
}

static void put_in_pack(struct packing *p, struct span *s, struct buf *b)
{
	buf_fill(&p->pack.buf, '\0', -p->pack.buf.len % 8);
	s->at = (uint32_t)p->pack.buf.len;
	buf_add(&p->pack.buf, b->data, b->len);
	buf_release(b);
	p->waiting[p->n_waiting++] = s;
}

enum rc chunk_writer_add(struct chunk_writer *w, size_t n,
			 struct encoded *columns, struct err *err)
{
	struct chunks *c = w->chunks;
	struct chunk *chunk = vec_add(&c->at);
	struct packing p = {
		.pack = { .buf = BUF_INIT },
		.waiting = XNEW_ARRAY(struct span *, c->n_columns + 1),
	};

	*chunk = (struct chunk){
		.first = c->n_rows, .n = (uint32_t)n,
		.span = XNEW_ARRAY(struct span, c->n_columns + 1),
	};
	c->n_rows += n;
	for (size_t i = 0; i < c->n_columns; i++) {
		struct span *s = &chunk->span[i];
		struct encoded *e = &columns[i];

		s->n = (uint32_t)e->buf.len;
		if (s->n == 0)
			continue;
		if (s->n >= OWN_BLOB) {
			s->blob = collect(w, e);
			continue;
		}
		if (p.pack.buf.len + s->n > PACK)
			end_pack(w, &p);
		put_in_pack(&p, s, &e->buf);
	}
	end_pack(w, &p);
	free(p.waiting);
	return w->next.bytes >= BATCH ? send(w, err) : RC_OK;
}

enum rc chunk_writer_column(struct chunk_writer *w, size_t chunk,
			    size_t column, struct encoded *e, struct err *err)
{
	struct span *s = &w->chunks->at.at[chunk].span[column];

	s->at = 0;
	s->n = (uint32_t)e->buf.len;
	s->blob = collect(w, e);
	return w->next.bytes >= BATCH ? send(w, err) : RC_OK;
}

enum rc chunk_writer_pause(struct chunk_writer *w, struct err *err)
{
	return wait(w, err);
}

enum rc chunk_writer_flush(struct chunk_writer *w, struct err *err)
{
	enum rc rc = send(w, err);

	return rc == RC_OK ? wait(w, err) : rc;
}

void chunk_writer_free(struct chunk_writer *w)
{
	if (!w)
		return;
	(void)!wait(w, NULL);
	batch_release(&w->next);
	free(w);
}
