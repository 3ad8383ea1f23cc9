/* Finding few patterns of a large set: by key, and by equal inputs, without
 * reading all keys and inputs. For registry/testset_*.c, and for fsck.
 *
 * A step that looks for patterns by key (growth, corrections) keeps sieves
 * (registry/sieve.h) over the rows that none is kept over yet, those it adds
 * included, once these are worth it: one of their keys, one of their inputs.
 * Each takes about 4 bytes of the file a row. A new set has none: its import
 * does not wait for what only a later step needs. The entry's body names them:
 *
 *	"sieve":{"first":ROW, "rows":N, "of":HEX,
 *		 "keys":["blob:<sha256>", …], "inputs":["blob:<sha256>", …]}
 *
 * "keys" is absent where the set has no key columns (its inputs are the key),
 * "inputs" where it has no inputs. "of" says what they were made of: SHA-256,
 * in hex, over lines "sieve VERSION PROBE" (PROBE: the hash function tried on
 * a few texts), "schema HEX" and, for each segment from row ROW on, "segment
 * REF". The first sieve begins at row 0 and each where the one before ended;
 * one that does not, or does not prove what it is of, is passed over.
 *
 * A sieve only spares work: rows that none covers, and those of a sieve that
 * is damaged or missing, are read, as they all are in a set that has none.
 * Hashes are those of rows in registry/rows.h. That a sieve lets all through
 * that it should is proved by fsck (sieve_check.h). */
#ifndef MUSTER_REGISTRY_TESTSET_SEEK_H
#define MUSTER_REGISTRY_TESTSET_SEEK_H

#include "registry/sieve.h"
#include "registry/testset_inside.h"

/* Kept over no fewer rows than these, or chunks. Tests set them. */
extern uint64_t ts_sieve_least_rows, ts_sieve_least_chunks;
/* All is read, whatever is kept; tests compare. */
extern bool ts_sieve_off;
/* Stored rows that were hashed, by each group, in this process; tests ask. */
extern _Atomic uint64_t ts_rows_hashed;

/* The groups of columns that are hashed, as in registry/rows.h. */
enum { SEEK_KEYS, SEEK_INPUTS, SEEK_GROUPS };

struct ts_seeker;
/* Reads of the sieves what the log says. The set must live as long. */
enum rc ts_seeker_new(struct testset *t, struct ts_seeker **out,
		      struct err *err) MUST_USE;
void ts_seeker_free(struct ts_seeker *s);	/* NULL is allowed */
/* Which group's hash finds a key: SEEK_INPUTS without key columns. */
int ts_seeker_key_group(const struct ts_seeker *s);
/* Hashes the rows that no sieve covers, so that all can be sought. */
enum rc ts_seeker_read(struct ts_seeker *s, bool keys, bool inputs,
		       struct err *err) MUST_USE;

/* By several threads at once, each with its own scratch. hash: of the row with
 * that key, over ts_seeker_key_group. key NULL: found says whether any row has
 * the hash. busy: a writer whose thread may have the registry, and is then
 * waited for; or NULL. */
enum rc ts_seek_key(struct ts_seeker *s, uint64_t hash, const char *key,
		    size_t n, struct chunk_writer *busy,
		    struct key_scratch *scratch, bool *found, size_t *row,
		    struct err *err) MUST_USE;
/* The hash of a key of several columns from its text. */
uint64_t ts_key_hash(const struct ts_schema *schema, const char *key,
		     size_t n);

/* Some chunks of the set in memory: the columns of inputs and the target, and
 * the hashes of their inputs. */
struct ts_hashed {
	size_t chunk;
	struct loaded *column;		/* by column; others are empty */
	uint64_t *hash;
	bool is_borrowed;		/* hash is the seeker's, and no column
					 * is there yet */
};
#define TS_HASHED_MOST 8
/* Marks (1) the chunks that may have inputs of one of the n hashes. */
enum rc ts_seek_inputs(struct ts_seeker *s, const uint64_t *hash, size_t n,
		       uint8_t *chunks, struct err *err) MUST_USE;
/* Loads the next marked chunks from *chunk on, up to TS_HASHED_MOST of them;
 * *n 0: there are none left. */
enum rc ts_hashed_next(struct ts_seeker *s, const uint8_t *chunks,
		       size_t *chunk, struct ts_hashed out[TS_HASHED_MOST],
		       size_t *n, struct err *err) MUST_USE;
/* Has its columns in memory. */
enum rc ts_hashed_columns(struct ts_seeker *s, struct ts_hashed *h,
			  struct err *err) MUST_USE;
void ts_hashed_release(struct ts_seeker *s, struct ts_hashed *h);

/* Hashes all rows of chunks from chunk on to before end, into arrays for each
 * group that begin at the first row of the first; NULL: that group is not
 * wanted. The arrays are zeroed. */
enum rc ts_hash_chunks(struct ts_seeker *s, size_t chunk, size_t end,
		       uint64_t *const out[SEEK_GROUPS],
		       struct err *err) MUST_USE;

/* -- Keeping -- (testset_sieve.c) */

struct ts_new_sieve {
	uint64_t first, rows;
	size_t n_parts[SEEK_GROUPS];	/* both 0: none is worth it */
	struct buf parts[SEEK_GROUPS][SIEVE_PARTS];
};
/* Over what no sieve covers (which is read) and the rows added behind it: n
 * hashes of each group, in added's chunks. n 0: none are added. */
enum rc ts_sieve_make(struct ts_seeker *s, uint64_t n,
		      const uint64_t *const hash[SEEK_GROUPS],
		      const struct chunks *added, struct ts_new_sieve *out,
		      struct err *err) MUST_USE;
void ts_sieve_release(struct ts_new_sieve *n);
/* Stores its parts. *out: how the entry names it, or NULL if there are none. */
enum rc ts_sieve_put(const struct testset *t, const struct ts_new_sieve *n,
		     struct json **out, struct err *err) MUST_USE;
/* The same where its parts are stored: blobs, in order. segment: the name of
 * what was added, or NULL. */
struct json *ts_sieve_json(const struct testset *t,
			   const struct ts_new_sieve *n,
			   const struct reg_blob *blobs, const char *segment);

/* What an entry says of a sieve. */
struct ts_kept_sieve {
	uint64_t entry;			/* index in the log */
	uint64_t first, rows;
	size_t n_parts[SEEK_GROUPS];
	struct hash name[SEEK_GROUPS][SIEVE_PARTS];
};
VEC_DECLARE(struct ts_kept_sieve, ts_kept_sieves);
/* Those of the revision, in order, as far as they prove themselves. */
enum rc ts_sieves_kept(struct testset *t, struct ts_kept_sieves *out,
		       struct err *err) MUST_USE;

#endif
