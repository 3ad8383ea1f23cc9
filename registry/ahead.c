/* Two batches take turns: the caller goes through one while a helper parses
 * the other. A batch is cut in parts of equal length, each with a pool of its
 * own, so that several cores can share in it; what malloc would do with a
 * hundred small pieces for each entry, freed on another thread, costs more
 * than the parsing. */
#include "registry/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/pool.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/log.h"

#define PART_ROWS 64
#define PARTS 8
#define BATCH_ROWS (PARTS * PART_ROWS)
#define BATCH_BYTES (1u << 20)
/* Below it a helper is not worth its start. */
#define FEW_ROWS 64

VEC_DECLARE(struct log_row, log_rows);

struct batch {
	struct log_rows rows;
	struct pool *pools[PARTS];
	bool with_columns;
};

struct ahead {
	struct stmt *rows;
	struct batch batches[2];
	unsigned turn;		/* batches[turn]: the caller's */
	size_t at;		/* next row of it */
	bool read;		/* to the end, or to where it failed */
	struct err why;		/* how it failed, if it did */
	struct par_thread *helper;	/* at work on the other one */
};

/* -- Reading, on the caller's thread -- */

static const char *take_text(struct stmt *s, const char *column,
			     struct pool *pool, size_t *n)
{
	const char *text = stmt_textn(s, column, n);

	return pool_dupz(pool, text, *n);
}

static void take_columns(struct stmt *s, struct log_row *r, struct pool *pool)
{
	const void *hash;
	size_t n;

	r->time = stmt_int(s, "time");
	r->kind = take_text(s, "kind", pool, &r->n_kind);
	r->object = take_text(s, "object", pool, &r->n_object);
	hash = stmt_blob(s, "hash", &n);
	r->has_hash = n == HASH_SIZE;
	if (r->has_hash)
		memcpy(r->stored.bytes, hash, n);
}

static size_t take_row(struct stmt *s, struct batch *b)
{
	struct pool *pool = b->pools[b->rows.n / PART_ROWS];
	struct log_row r = { .index = (uint64_t)stmt_int(s, "idx") };

	r.text = take_text(s, "entry", pool, &r.n);
	if (b->with_columns)
		take_columns(s, &r, pool);
	vec_push(&b->rows, r);
	return r.n;
}

static void batch_read(struct ahead *a, struct batch *b)
{
	size_t bytes = 0;

	b->rows.n = 0;
	for (size_t i = 0; i < PARTS; i++)
		pool_clear(b->pools[i]);
	while (!a->read && b->rows.n < BATCH_ROWS && bytes < BATCH_BYTES) {
		a->read = !stmt_next(a->rows, &a->why);
		if (!a->read)
			bytes += take_row(a->rows, b);
	}
}

/* -- Parsing, on any -- */

/* To the last byte: a NUL behind it is a difference, too. */
static bool is_text(const char *bytes, size_t n, const char *text)
{
	return n == strlen(text) && !memcmp(bytes, text, n);
}

static void compare_columns(struct log_row *r)
{
	r->leaf = tree_leaf(r->text, r->n);
	r->hash_agrees = r->has_hash && hash_equal(&r->stored, &r->leaf);
	r->columns_agree = r->rc == RC_OK && r->time == r->e.time &&
			   is_text(r->kind, r->n_kind, r->e.kind) &&
			   is_text(r->object, r->n_object, r->e.object);
}

static void parse_row(struct log_row *r, struct pool *pool, bool with_columns)
{
	struct err why;

	r->rc = entry_parse_in(pool, r->text, r->n, &r->e, &why);
	if (r->rc != RC_OK)
		r->why = pool_dupz(pool, why.text, strlen(why.text));
	if (with_columns)
		compare_columns(r);
}

static void parse_part(size_t part, void *arg)
{
	struct batch *b = arg;

	for (size_t i = part * PART_ROWS;
	     i < b->rows.n && i < (part + 1) * PART_ROWS; i++)
		parse_row(&b->rows.at[i], b->pools[part], b->with_columns);
}

/* With two cores the other one is the caller's. */
static void parse_batch(void *arg)
{
	struct batch *b = arg;
	size_t n = (b->rows.n + PART_ROWS - 1) / PART_ROWS;

	if (par_threads() > 2)
		par_for(n, parse_part, b);
	else
		for (size_t i = 0; i < n; i++)
			parse_part(i, b);
}

static void start_helper(struct ahead *a, struct batch *b)
{
	a->helper = b->rows.n > FEW_ROWS ? par_try(parse_batch, b) : NULL;
	if (!a->helper)
		parse_batch(b);
}

static void await_helper(struct ahead *a)
{
	par_join(a->helper);
	a->helper = NULL;
}

/* The other batch is now the caller's, and this one is filled anew. */
static void turn(struct ahead *a)
{
	struct batch *done = &a->batches[a->turn];

	await_helper(a);
	a->turn = !a->turn;
	a->at = 0;
	batch_read(a, done);
	start_helper(a, done);
}

struct ahead *ahead_new(struct db *db, int64_t first, int64_t last,
			bool with_columns)
{
	struct ahead *a = XNEW(struct ahead);

	a->rows = with_columns ? db_prepare(db,
		"SELECT idx, entry, time, kind, object, hash "
		"FROM log "
		"WHERE idx BETWEEN ? AND ? "
		"ORDER BY idx") : db_prepare(db,
		"SELECT idx, entry "
		"FROM log "
		"WHERE idx BETWEEN ? AND ? "
		"ORDER BY idx");
	stmt_bind_int(a->rows, first);
	stmt_bind_int(a->rows, last);
	for (size_t i = 0; i < 2; i++) {
		a->batches[i].with_columns = with_columns;
		for (size_t k = 0; k < PARTS; k++)
			a->batches[i].pools[k] = pool_new();
	}
	batch_read(a, &a->batches[1]);
	start_helper(a, &a->batches[1]);
	turn(a);
	return a;
}

bool ahead_next(struct ahead *a, const struct log_row **out, struct err *err)
{
	if (a->at == a->batches[a->turn].rows.n)
		turn(a);
	if (a->at < a->batches[a->turn].rows.n) {
		*out = &a->batches[a->turn].rows.at[a->at++];
		return true;
	}
	if (a->why.rc != RC_OK)
		err_set(err, a->why.rc, "%s", a->why.text);
	return false;
}

enum rc ahead_end(struct ahead *a, enum rc rc)
{
	await_helper(a);
	rc = stmt_end(a->rows, rc);
	for (size_t i = 0; i < 2; i++) {
		vec_free(&a->batches[i].rows);
		for (size_t k = 0; k < PARTS; k++)
			pool_free(a->batches[i].pools[k]);
	}
	free(a);
	return rc;
}
