/* Keys of patterns, and finding a pattern by its key. */
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/par.h"
#include "base/xalloc.h"
#include "registry/testset_seek.h"

/* -- The text -- */

void key_text_begin(struct key_text *k, bool of_inputs, struct buf *out)
{
	*k = (struct key_text){ out, of_inputs ? hasher_new() : NULL, 0 };
}

void key_text_add(struct key_text *k, const char *s, size_t n)
{
	char length[24];

	if (!k->digest) {
		if (k->n_parts++)
			buf_char(k->out, KEY_JOIN);
		buf_add(k->out, s, n);
		return;
	}
	hasher_add(k->digest, length,
		   (size_t)snprintf(length, sizeof(length), "%zu:", n));
	hasher_add(k->digest, s, n);
	hasher_add(k->digest, ",", 1);
}

void key_text_end(struct key_text *k)
{
	char hex[HASH_HEX_SIZE];
	struct hash h;

	if (!k->digest)
		return;
	h = hasher_end(k->digest);
	buf_str(k->out, hash_hex(&h, hex));
}

/* Which of the patterns with equal inputs. */
static enum rc add_number(const struct ts_schema *schema, ts_cell_fn *fn,
			  void *arg, struct buf *out, struct buf *scratch,
			  struct err *err)
{
	const char *text;
	size_t n;
	enum rc rc = fn(arg, schema->columns.n - 1, scratch, &text, &n, err);

	if (rc != RC_OK || !n)
		return rc;
	buf_char(out, '#');
	buf_add(out, text, n);
	return RC_OK;
}

enum rc ts_make_key(const struct ts_schema *schema, ts_cell_fn *fn, void *arg,
		    struct buf *out, struct buf *scratch, struct err *err)
{
	bool named = ts_schema_has_key(schema);
	size_t n_parts = named ? schema->keys.n : schema->columns.n;
	struct key_text k;
	enum rc rc = RC_OK;

	key_text_begin(&k, !named, out);
	for (size_t i = 0; i < n_parts && rc == RC_OK; i++) {
		size_t c = named ? (size_t)ts_schema_column(
			schema, schema->keys.at[i]) : i;
		const char *text;
		size_t n;

		if (!named && !(schema->columns.at[c].roles & ROLE_INPUT))
			continue;
		rc = fn(arg, c, scratch, &text, &n, err);
		if (rc == RC_OK)
			key_text_add(&k, text, n);
	}
	key_text_end(&k);
	return rc != RC_OK || named ? rc :
	       add_number(schema, fn, arg, out, scratch, err);
}

/* -- Of an open set -- */

struct place {
	struct testset *t;
	size_t row;
};

static enum rc cell_at(void *arg, size_t column, struct buf *b,
		       const char **text, size_t *n, struct err *err)
{
	const struct place *p = arg;

	return testset_cell(p->t, p->row, column, b, text, n, err);
}

static enum rc make_key(struct testset *t, size_t row, struct buf *out,
			struct buf *scratch, struct err *err)
{
	struct place p = { t, row };

	return ts_make_key(&t->schema, cell_at, &p, out, scratch, err);
}

enum rc testset_key(struct testset *t, size_t row, struct buf *out,
		    struct err *err)
{
	return make_key(t, row, out, &t->scratch, err);
}

/* Columns that keys are made of, whole: then several threads may read them,
 * and a chunk for each cell would be slow. */
static enum rc load_key_columns(struct testset *t, struct err *err)
{
	unsigned role = ts_schema_has_key(&t->schema) ? ROLE_KEY : ROLE_INPUT;
	const struct column *c;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < t->schema.columns.n && rc == RC_OK; i++)
		if ((t->schema.columns.at[i].roles & role) ||
		    !*t->schema.columns.at[i].name)
			rc = testset_column_at(t, i, &c, err);
	return rc;
}

static void hash_keys(size_t block, void *arg)
{
	struct testset *t = arg;
	size_t end = (block + 1) * SEGMENT_ROWS;
	struct buf key = BUF_INIT, scratch = BUF_INIT;

	if (end > testset_rows(t))
		end = testset_rows(t);
	for (size_t row = block * SEGMENT_ROWS; row < end; row++) {
		buf_clear(&key);
		if (make_key(t, row, &key, &scratch, NULL) != RC_OK)
			BUG("a column in memory cannot be read");
		t->key_hash[row] = text_hash(key.data, key.len);
	}
	buf_release(&key);
	buf_release(&scratch);
}

enum rc ts_index_keys(struct testset *t, struct err *err)
{
	size_t n = testset_rows(t);
	enum rc rc;

	if (t->key_hash)
		return RC_OK;
	rc = load_key_columns(t, err);
	if (rc != RC_OK)
		return rc;
	t->key_hash = XNEW_ARRAY(uint64_t, n + 1);
	par_for((n + SEGMENT_ROWS - 1) / SEGMENT_ROWS, hash_keys, t);
	hashtab_reset(&t->by_key, n);
	for (size_t row = 0; row < n; row++)
		hashtab_put(&t->by_key, t->key_hash[row], (uint32_t)row);
	return RC_OK;
}

bool ts_find_indexed(struct testset *t, const char *key, size_t n,
		     struct key_scratch *k, size_t *row)
{
	uint64_t hash = text_hash(key, n);

	for (const uint32_t *at = hashtab_first(&t->by_key, hash); *at;
	     at = hashtab_next(&t->by_key, at)) {
		size_t i = *at - 1;

		if (t->key_hash[i] != hash)
			continue;
		buf_clear(&k->key);
		if (make_key(t, i, &k->key, &k->cell, NULL) == RC_OK &&
		    k->key.len == n && !memcmp(k->key.data, key, n)) {
			*row = i;
			return true;
		}
	}
	return false;
}

/* One key, where there is no index yet. */
static enum rc seek(struct testset *t, const char *key, size_t n,
		    struct key_scratch *k, bool *found, size_t *row,
		    struct err *err)
{
	enum rc rc = RC_OK;

	if (!t->seeker)
		rc = ts_seeker_new(t, &t->seeker, err);
	if (rc == RC_OK)
		rc = ts_seeker_read(t->seeker, true, false, err);
	return rc == RC_OK ? ts_seek_key(t->seeker, ts_key_hash(&t->schema,
								key, n),
					 key, n, NULL, k, found, row, err) :
	       rc;
}

enum rc testset_find_key(struct testset *t, const char *key, size_t n,
			 size_t *row, struct err *err)
{
	struct key_scratch k = { BUF_INIT, BUF_INIT };
	bool by_hash = !t->key_hash && ts_schema_has_key(&t->schema);
	bool found = false;
	enum rc rc = RC_OK;

	if (by_hash)
		rc = seek(t, key, n, &k, &found, row, err);
	else
		rc = ts_index_keys(t, err);
	if (rc == RC_OK && !by_hash)
		found = ts_find_indexed(t, key, n, &k, row);
	if (rc == RC_OK && !found)
		rc = err_set(err, RC_NOT_FOUND, "test set '%s' has no pattern "
			     "'%.*s'", t->info.name, n < 200 ? (int)n : 200,
			     key);
	buf_release(&k.key);
	buf_release(&k.cell);
	return rc;
}

void testset_key_shown(char *key, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (key[i] == KEY_JOIN)
			key[i] = '/';
}
