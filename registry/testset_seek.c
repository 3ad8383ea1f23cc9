/* Rows of a set in the order of their ordinals: first those that sieves cover,
 * which are read only where a sieve says that there may be something, then the
 * rest, whose hashes are in memory. Whoever asks for a key comes from several
 * threads; what the first of them fetches (a part of a sieve, the keys of a
 * chunk) is there for the others, and the lock is for the fetching. */
#include "registry/testset_seek.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/par.h"
#include "base/xalloc.h"

_Atomic uint64_t ts_rows_hashed;

/* A part of a sieve that was asked for. */
struct fetched {
	struct buf bytes;
	struct sieve_part part;
	bool is_broken;			/* all comes through */
};
struct covered {			/* by a sieve */
	struct ts_kept_sieve kept;
	size_t first_chunk, n_chunks;
	_Atomic(struct fetched *) part[SEEK_GROUPS][SIEVE_PARTS];
};
/* The keys of a chunk that were asked for. */
struct chunk_keys {
	struct loaded *column;
	uint64_t *hash;
	uint16_t *slot;			/* row of the chunk + 1 */
	size_t n_slots;
};
_Static_assert(SEGMENT_ROWS < UINT16_MAX, "rows of a chunk in 16 bits");

struct ts_seeker {
	struct testset *t;
	bool *in_group[SEEK_GROUPS];	/* by column */
	struct covered *covered;
	size_t n_covered;
	uint64_t first;			/* row that no sieve covers, and on */
	size_t first_chunk;
	uint64_t *hash[SEEK_GROUPS];	/* of those rows; NULL: not read */
	uint32_t *slot;			/* those rows + 1, by hash of key */
	size_t n_slots;
	struct chunk_keys **keys;	/* by chunk, or NULL */
	struct par_mutex *lock;
};

static size_t n_columns(const struct ts_seeker *s)
{
	return s->t->schema.columns.n;
}

int ts_seeker_key_group(const struct ts_seeker *s)
{
	return ts_schema_has_key(&s->t->schema) ? SEEK_KEYS : SEEK_INPUTS;
}

/* -- Beginning and end -- */

static void cover(struct ts_seeker *s, const struct ts_kept_sieves *kept)
{
	const struct chunks *chunks = &s->t->chunks;

	s->covered = XNEW_ARRAY(struct covered, kept->n + 1);
	s->n_covered = kept->n;
	for (size_t i = 0; i < kept->n; i++) {
		struct covered *c = &s->covered[i];

		c->kept = kept->at[i];
		c->first_chunk = s->first_chunk;
		s->first += c->kept.rows;
		while (s->first_chunk < chunks->at.n &&
		       chunks->at.at[s->first_chunk].first < s->first)
			s->first_chunk++;
		c->n_chunks = s->first_chunk - c->first_chunk;
	}
}

enum rc ts_seeker_new(struct testset *t, struct ts_seeker **out,
		      struct err *err)
{
	static const unsigned roles[SEEK_GROUPS] = { ROLE_KEY, ROLE_INPUT };
	struct ts_kept_sieves kept;
	struct ts_seeker *s;
	enum rc rc = ts_sieves_kept(t, &kept, err);

	if (rc != RC_OK)
		return rc;
	s = XNEW(struct ts_seeker);
	s->t = t;
	s->lock = par_mutex_new();
	s->keys = XNEW_ARRAY(struct chunk_keys *, t->chunks.at.n + 1);
	for (int g = 0; g < SEEK_GROUPS; g++) {
		s->in_group[g] = XNEW_ARRAY(bool, n_columns(s));
		for (size_t c = 0; c < n_columns(s); c++)
			s->in_group[g][c] = t->schema.columns.at[c].roles &
					    roles[g];
	}
	cover(s, &kept);
	vec_free(&kept);
	*out = s;
	return RC_OK;
}

static void columns_release(const struct ts_seeker *s, struct loaded *column)
{
	for (size_t c = 0; column && c < n_columns(s); c++)
		loaded_release(&column[c]);
	free(column);
}

static void fetched_free(struct fetched *f)
{
	if (f)
		buf_release(&f->bytes);
	free(f);
}

static void chunk_keys_free(const struct ts_seeker *s, struct chunk_keys *k)
{
	if (!k)
		return;
	columns_release(s, k->column);
	free(k->hash);
	free(k->slot);
	free(k);
}

void ts_seeker_free(struct ts_seeker *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->t->chunks.at.n; i++)
		chunk_keys_free(s, s->keys[i]);
	for (int g = 0; g < SEEK_GROUPS; g++) {
		for (size_t i = 0; i < s->n_covered; i++)
			for (size_t p = 0; p < SIEVE_PARTS; p++)
				fetched_free(s->covered[i].part[g][p]);
		free(s->in_group[g]);
		free(s->hash[g]);
	}
	free(s->covered);
	free(s->slot);
	free(s->keys);
	par_mutex_free(s->lock);
	free(s);
}

/* -- Hashes of a chunk -- as registry/rows.c has them of a file's rows. */

static void mix_codes(const struct segment *g, uint64_t *out)
{
	uint64_t *value = XNEW_ARRAY(uint64_t, g->n_values);

	for (size_t i = 0; i < g->n_values; i++) {
		size_t n;
		const char *text = segment_value(g, i, &n);

		value[i] = text_hash(text, n);
	}
	for (size_t i = 0; i < g->n; i++)
		out[i] = text_hash_mix(out[i], value[segment_code(g, i)]);
	free(value);
}

static void mix_texts(const struct segment *g, uint64_t *out)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < g->n; i++) {
		struct cell cell = segment_cell(g, i, &b);

		out[i] = text_hash_mix(out[i], text_hash(cell.at, cell.n));
	}
	buf_release(&b);
}

static void hash_rows(const struct ts_seeker *s, int group,
		      const struct loaded *column, uint64_t *out)
{
	for (size_t c = 0; c < n_columns(s); c++) {
		const struct segment *g = &column[c].segment;

		if (!s->in_group[group][c])
			continue;
		if (g->kind == SEGMENT_CODES)
			mix_codes(g, out);
		else
			mix_texts(g, out);
	}
}

/* Those columns of a chunk that are not there yet and are wanted. */
static enum rc load_columns(struct ts_seeker *s, size_t chunk,
			    const bool *wanted, struct loaded **column,
			    struct err *err)
{
	enum rc rc = RC_OK;

	if (!*column)
		*column = XNEW_ARRAY(struct loaded, n_columns(s));
	for (size_t c = 0; c < n_columns(s) && rc == RC_OK; c++)
		if (wanted[c] && !(*column)[c].bytes)
			rc = chunk_load(s->t->reg, &s->t->chunks, chunk, c,
					&(*column)[c], err);
	return rc;
}

struct wave {				/* of chunks, in memory together */
	struct ts_seeker *s;
	size_t chunk;			/* the first */
	uint64_t first;			/* row that out begins at */
	uint64_t *const *out;		/* by group, or NULL */
	struct loaded *column[TS_HASHED_MOST];
};

static void hash_of_wave(size_t i, void *arg)
{
	struct wave *w = arg;
	uint64_t row = w->s->t->chunks.at.at[w->chunk + i].first - w->first;

	for (int g = 0; g < SEEK_GROUPS; g++)
		if (w->out[g])
			hash_rows(w->s, g, w->column[i], w->out[g] + row);
}

static enum rc hash_wave(struct wave *w, size_t n, const bool *wanted,
			 struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = load_columns(w->s, w->chunk + i, wanted, &w->column[i],
				  err);
	if (rc == RC_OK)
		par_for(n, hash_of_wave, w);
	for (size_t i = 0; i < n; i++) {
		columns_release(w->s, w->column[i]);
		w->column[i] = NULL;
	}
	return rc;
}

enum rc ts_hash_chunks(struct ts_seeker *s, size_t chunk, size_t end,
		       uint64_t *const out[SEEK_GROUPS], struct err *err)
{
	const struct chunk *at = s->t->chunks.at.at;
	struct wave w = { .s = s, .chunk = chunk, .out = out };
	bool *wanted = XNEW_ARRAY(bool, n_columns(s));
	enum rc rc = RC_OK;

	w.first = chunk < end ? at[chunk].first : 0;
	for (int g = 0; g < SEEK_GROUPS; g++)
		for (size_t c = 0; out[g] && c < n_columns(s); c++)
			wanted[c] = wanted[c] || s->in_group[g][c];
	while (w.chunk < end && rc == RC_OK) {
		size_t n = end - w.chunk < TS_HASHED_MOST ? end - w.chunk :
			   TS_HASHED_MOST;

		rc = hash_wave(&w, n, wanted, err);
		w.chunk += n;
	}
	free(wanted);
	return rc;
}

/* -- Rows that no sieve covers -- */

static void index_rest(struct ts_seeker *s)
{
	const uint64_t *hash = s->hash[ts_seeker_key_group(s)];
	size_t n = (size_t)(s->t->chunks.n_rows - s->first);

	if (s->slot || !hash)
		return;
	for (s->n_slots = 16; s->n_slots < 2 * n;)
		s->n_slots *= 2;
	s->slot = XNEW_ARRAY(uint32_t, s->n_slots);
	for (size_t i = 0; i < n; i++) {
		size_t at = hash[i] & (s->n_slots - 1);

		while (s->slot[at])
			at = (at + 1) & (s->n_slots - 1);
		s->slot[at] = (uint32_t)i + 1;
	}
}

enum rc ts_seeker_read(struct ts_seeker *s, bool keys, bool inputs,
		       struct err *err)
{
	const bool wanted[SEEK_GROUPS] = { keys, inputs };
	size_t n = (size_t)(s->t->chunks.n_rows - s->first);
	uint64_t *out[SEEK_GROUPS] = { NULL };
	enum rc rc = RC_OK;

	for (int g = 0; g < SEEK_GROUPS && rc == RC_OK; g++) {
		if (!wanted[g] || s->hash[g])
			continue;
		rc = try_alloc(&s->hash[g], n + 1, sizeof(**out),
			       "hashes of patterns", err);
		out[g] = s->hash[g];
		ts_rows_hashed += n;
	}
	if (rc == RC_OK)
		rc = ts_hash_chunks(s, s->first_chunk, s->t->chunks.at.n, out,
				    err);
	if (rc == RC_OK) {
		index_rest(s);
		return RC_OK;
	}
	for (int g = 0; g < SEEK_GROUPS; g++) {	/* what is not hashed */
		if (!out[g])
			continue;
		free(s->hash[g]);
		s->hash[g] = NULL;
	}
	return rc;
}

/* -- Parts of sieves -- */

static enum rc fetch(struct ts_seeker *s, const struct covered *c, int group,
		     size_t i, struct fetched **out, struct err *err)
{
	struct fetched *f = XNEW(struct fetched);
	struct err why = ERR_INIT;
	enum rc rc;

	buf_init(&f->bytes);
	rc = reg_blob_get(s->t->reg, &c->kept.name[group][i], &f->bytes, &why);
	if (rc == RC_OK)
		rc = sieve_read(f->bytes.data, f->bytes.len, i,
				c->kept.n_parts[group], c->n_chunks, &f->part,
				&why);
	f->is_broken = rc == RC_CORRUPT;
	if (rc != RC_OK && rc != RC_CORRUPT) {
		fetched_free(f);
		return err_set(err, rc, "%s", why.text);
	}
	*out = f;
	return RC_OK;
}

static enum rc part_for(struct ts_seeker *s, struct covered *c, int group,
			uint64_t hash, struct chunk_writer *busy,
			const struct fetched **out, struct err *err)
{
	size_t i = sieve_part_of(hash, c->kept.n_parts[group]);
	struct fetched *f = atomic_load(&c->part[group][i]);
	enum rc rc = RC_OK;

	if (!f) {
		par_mutex_lock(s->lock);
		f = atomic_load(&c->part[group][i]);
		if (!f && busy)
			rc = chunk_writer_pause(busy, err);
		if (!f && rc == RC_OK)
			rc = fetch(s, c, group, i, &f, err);
		if (f)
			atomic_store(&c->part[group][i], f);
		par_mutex_unlock(s->lock);
	}
	*out = f;
	return rc;
}

/* -- Keys -- */

uint64_t ts_key_hash(const struct ts_schema *schema, const char *key, size_t n)
{
	const char *end = key + n;
	struct cell part[64], *parts = part;
	uint64_t hash = 0;

	if (schema->keys.n > 64)
		parts = XNEW_ARRAY(struct cell, schema->keys.n);
	for (size_t i = 0; i < schema->keys.n; i++) {
		const char *join = i + 1 < schema->keys.n ?
				   memchr(key, KEY_JOIN, (size_t)(end - key)) :
				   NULL;

		parts[i] = (struct cell){ key, (size_t)((join ? join : end) -
							key) };
		key = join ? join + 1 : end;
	}
	for (size_t c = 0; c < schema->columns.n; c++)
		for (size_t i = 0; i < schema->keys.n; i++)
			if ((schema->columns.at[c].roles & ROLE_KEY) &&
			    !strcmp(schema->keys.at[i],
				    schema->columns.at[c].name))
				hash = text_hash_mix(hash,
						     text_hash(parts[i].at,
							       parts[i].n));
	if (parts != part)
		free(parts);
	return hash;
}

static void index_chunk(struct chunk_keys *k, size_t n)
{
	for (k->n_slots = 16; k->n_slots < 2 * n;)
		k->n_slots *= 2;
	k->slot = XNEW_ARRAY(uint16_t, k->n_slots);
	for (size_t i = 0; i < n; i++) {
		size_t at = k->hash[i] & (k->n_slots - 1);

		while (k->slot[at])
			at = (at + 1) & (k->n_slots - 1);
		k->slot[at] = (uint16_t)(i + 1);
	}
}

/* Once the lock is held. */
static enum rc keys_of(struct ts_seeker *s, size_t chunk,
		       struct chunk_writer *busy, struct chunk_keys **out,
		       struct err *err)
{
	int group = ts_seeker_key_group(s);
	size_t n = s->t->chunks.at.at[chunk].n;
	struct chunk_keys *k;
	bool *wanted;
	enum rc rc = RC_OK;

	*out = s->keys[chunk];
	if (*out)
		return RC_OK;
	if (busy)
		rc = chunk_writer_pause(busy, err);
	if (rc != RC_OK)
		return rc;
	k = XNEW(struct chunk_keys);
	wanted = XNEW_ARRAY(bool, n_columns(s));
	memcpy(wanted, s->in_group[group], n_columns(s) * sizeof(*wanted));
	if (group == SEEK_INPUTS)	/* the k of #k */
		wanted[n_columns(s) - 1] = true;
	rc = load_columns(s, chunk, wanted, &k->column, err);
	free(wanted);
	if (rc != RC_OK) {
		chunk_keys_free(s, k);
		return rc;
	}
	k->hash = XNEW_ARRAY(uint64_t, n);
	hash_rows(s, group, k->column, k->hash);
	index_chunk(k, n);
	ts_rows_hashed += n;
	*out = s->keys[chunk] = k;
	return RC_OK;
}

struct place {
	const struct chunk_keys *keys;
	size_t at;
};

static enum rc cell_of(void *arg, size_t column, struct buf *b,
		       const char **text, size_t *n, struct err *err)
{
	const struct place *p = arg;
	struct cell cell = segment_cell(&p->keys->column[column].segment,
					p->at, b);

	(void)err;
	*text = cell.at;
	*n = cell.n;
	return RC_OK;
}

struct sought {
	uint64_t hash;
	const char *key;
	size_t n;
	struct chunk_writer *busy;
	struct key_scratch *scratch;
	bool found;
	size_t row;
};

static enum rc look_in(struct ts_seeker *s, size_t chunk, struct sought *k,
		       struct err *err)
{
	struct chunk_keys *keys = NULL;
	enum rc rc;

	par_mutex_lock(s->lock);
	rc = keys_of(s, chunk, k->busy, &keys, err);
	par_mutex_unlock(s->lock);
	if (rc != RC_OK)
		return rc;
	for (size_t at = k->hash & (keys->n_slots - 1);
	     keys->slot[at] && rc == RC_OK && !k->found;
	     at = (at + 1) & (keys->n_slots - 1)) {
		struct place p = { keys, keys->slot[at] - 1u };

		if (keys->hash[p.at] != k->hash)
			continue;
		if (!k->key) {
			k->found = true;
			break;
		}
		buf_clear(&k->scratch->key);
		rc = ts_make_key(&s->t->schema, cell_of, &p, &k->scratch->key,
				 &k->scratch->cell, err);
		k->found = rc == RC_OK && k->scratch->key.len == k->n &&
			   !memcmp(k->scratch->key.data, k->key, k->n);
		k->row = (size_t)s->t->chunks.at.at[chunk].first + p.at;
	}
	return rc;
}

static enum rc look_through(struct ts_seeker *s, struct covered *c,
			    struct sought *k, struct err *err)
{
	int group = ts_seeker_key_group(s);
	const struct fetched *f;
	size_t chunk;
	enum rc rc = part_for(s, c, group, k->hash, k->busy, &f, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; f->is_broken && i < c->n_chunks && rc == RC_OK &&
	     !k->found; i++)
		rc = look_in(s, c->first_chunk + i, k, err);
	if (f->is_broken)
		return rc;
	for (size_t at = sieve_first(&f->part, k->hash);
	     rc == RC_OK && !k->found &&
	     sieve_has(&f->part, k->hash, at, &chunk); at++)
		rc = look_in(s, c->first_chunk + chunk, k, err);
	return rc;
}

static enum rc look_at_rest(struct ts_seeker *s, struct sought *k,
			    struct err *err)
{
	const uint64_t *hash = s->hash[ts_seeker_key_group(s)];
	size_t before = SIZE_MAX;
	enum rc rc = RC_OK;

	if (!s->slot)
		BUG("a key is sought where nothing was read");
	for (size_t at = k->hash & (s->n_slots - 1);
	     s->slot[at] && rc == RC_OK && !k->found;
	     at = (at + 1) & (s->n_slots - 1)) {
		size_t i = s->slot[at] - 1, chunk;

		if (hash[i] != k->hash)
			continue;
		chunk = chunks_find(&s->t->chunks, s->first + i);
		if (chunk != before)
			rc = look_in(s, chunk, k, err);
		before = chunk;
	}
	return rc;
}

enum rc ts_seek_key(struct ts_seeker *s, uint64_t hash, const char *key,
		    size_t n, struct chunk_writer *busy,
		    struct key_scratch *scratch, bool *found, size_t *row,
		    struct err *err)
{
	struct sought k = { .hash = hash, .key = key, .n = n, .busy = busy,
			    .scratch = scratch };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->n_covered && rc == RC_OK && !k.found; i++)
		rc = look_through(s, &s->covered[i], &k, err);
	if (rc == RC_OK && !k.found)
		rc = look_at_rest(s, &k, err);
	*found = k.found;
	*row = k.row;
	return rc;
}

/* -- Inputs -- */

static enum rc mark_covered(struct ts_seeker *s, struct covered *c,
			    uint64_t hash, uint8_t *chunks, struct err *err)
{
	const struct fetched *f;
	size_t chunk;
	enum rc rc = part_for(s, c, SEEK_INPUTS, hash, NULL, &f, err);

	if (rc != RC_OK)
		return rc;
	if (f->is_broken) {
		memset(chunks + c->first_chunk, 1, c->n_chunks);
		return RC_OK;
	}
	for (size_t at = sieve_first(&f->part, hash);
	     sieve_has(&f->part, hash, at, &chunk); at++)
		chunks[c->first_chunk + chunk] = 1;
	return RC_OK;
}

enum rc ts_seek_inputs(struct ts_seeker *s, const uint64_t *hash, size_t n,
		       uint8_t *chunks, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->n_covered; i++)
		for (size_t k = 0; k < n && rc == RC_OK; k++)
			rc = mark_covered(s, &s->covered[i], hash[k], chunks,
					  err);
	memset(chunks + s->first_chunk, 1, s->t->chunks.at.n - s->first_chunk);
	return rc;
}

enum rc ts_hashed_columns(struct ts_seeker *s, struct ts_hashed *h,
			  struct err *err)
{
	bool *wanted = XNEW_ARRAY(bool, n_columns(s));
	enum rc rc;

	for (size_t c = 0; c < n_columns(s); c++)
		wanted[c] = s->t->schema.columns.at[c].roles &
			    (ROLE_INPUT | ROLE_TARGET);
	rc = load_columns(s, h->chunk, wanted, &h->column, err);
	free(wanted);
	return rc;
}

struct hashing {
	struct ts_seeker *s;
	struct ts_hashed *h;
};

static void hash_one(size_t i, void *arg)
{
	struct hashing *w = arg;

	if (!w->h[i].is_borrowed)
		hash_rows(w->s, SEEK_INPUTS, w->h[i].column, w->h[i].hash);
}

void ts_hashed_release(struct ts_seeker *s, struct ts_hashed *h)
{
	columns_release(s, h->column);
	if (!h->is_borrowed)
		free(h->hash);
	*h = (struct ts_hashed){ 0 };
}

static enum rc add_hashed(struct ts_seeker *s, size_t chunk,
			  struct ts_hashed *h, struct err *err)
{
	const struct chunk *c = &s->t->chunks.at.at[chunk];

	*h = (struct ts_hashed){ .chunk = chunk };
	if (chunk >= s->first_chunk) {
		if (!s->hash[SEEK_INPUTS])
			BUG("inputs are sought where nothing was read");
		h->is_borrowed = true;
		h->hash = s->hash[SEEK_INPUTS] + (c->first - s->first);
		return RC_OK;
	}
	h->hash = XNEW_ARRAY(uint64_t, c->n);
	ts_rows_hashed += c->n;
	return ts_hashed_columns(s, h, err);
}

enum rc ts_hashed_next(struct ts_seeker *s, const uint8_t *chunks,
		       size_t *chunk, struct ts_hashed out[TS_HASHED_MOST],
		       size_t *n, struct err *err)
{
	struct hashing w = { s, out };
	enum rc rc = RC_OK;

	for (*n = 0; *chunk < s->t->chunks.at.n && *n < TS_HASHED_MOST &&
	     rc == RC_OK; ++*chunk)
		if (chunks[*chunk])
			rc = add_hashed(s, *chunk, &out[(*n)++], err);
	if (rc == RC_OK) {
		par_for(*n, hash_one, &w);
		return RC_OK;
	}
	for (size_t i = 0; i < *n; i++)
		ts_hashed_release(s, &out[i]);
	*n = 0;
	return rc;
}

/* -- A new sieve -- */

static uint64_t *joined_hashes(const struct ts_seeker *s, int group,
			       const uint64_t *added, uint64_t n)
{
	size_t n_rest = (size_t)(s->t->chunks.n_rows - s->first);
	uint64_t *all = XNEW_ARRAY(uint64_t, n_rest + n + 1);

	if (n_rest)
		memcpy(all, s->hash[group], n_rest * sizeof(*all));
	if (n)
		memcpy(all + n_rest, added, (size_t)n * sizeof(*all));
	return all;
}

static uint32_t *first_rows(const struct ts_seeker *s,
			    const struct chunks *added, size_t *n)
{
	const struct chunks *old = &s->t->chunks;
	uint32_t *first = XNEW_ARRAY(uint32_t, old->at.n - s->first_chunk +
				     added->at.n + 1);
	size_t k = 0;

	for (size_t i = s->first_chunk; i < old->at.n; i++)
		first[k++] = (uint32_t)(old->at.at[i].first - s->first);
	for (size_t i = 0; i < added->at.n; i++)
		first[k++] = (uint32_t)(old->n_rows - s->first +
					added->at.at[i].first);
	*n = k;
	return first;
}

enum rc ts_sieve_make(struct ts_seeker *s, uint64_t n,
		      const uint64_t *const hash[SEEK_GROUPS],
		      const struct chunks *added, struct ts_new_sieve *out,
		      struct err *err)
{
	uint64_t rows = s->t->chunks.n_rows - s->first + n;
	size_t n_chunks;
	uint32_t *first = first_rows(s, added, &n_chunks);
	bool wanted[SEEK_GROUPS] = { false }, is_whole = true;
	enum rc rc;

	*out = (struct ts_new_sieve){ .first = s->first, .rows = rows };
	for (int g = 0; g < SEEK_GROUPS; g++)
		for (size_t c = 0; c < n_columns(s); c++)
			wanted[g] = wanted[g] || s->in_group[g][c];
	if (!rows || (rows < ts_sieve_least_rows &&
		      n_chunks < ts_sieve_least_chunks)) {
		free(first);
		return RC_OK;
	}
	rc = ts_seeker_read(s, wanted[SEEK_KEYS], wanted[SEEK_INPUTS], err);
	for (int g = 0; g < SEEK_GROUPS && rc == RC_OK; g++) {
		uint64_t *all;

		if (!wanted[g])
			continue;
		all = joined_hashes(s, g, hash[g], n);
		out->n_parts[g] = sieve_write(all, (size_t)rows, first,
					      n_chunks, out->parts[g]);
		is_whole = is_whole && out->n_parts[g];
		free(all);
	}
	free(first);
	if (!is_whole)
		ts_sieve_release(out);
	return rc;
}
