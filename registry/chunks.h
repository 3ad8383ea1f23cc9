/* A table of segments: rows in chunks of up to SEGMENT_ROWS, a segment for
 * each column of a chunk, each segment in a blob of its own or, the small
 * ones of a chunk, together in one.
 *
 * The table's manifest is JSON, itself stored as a blob:
 *	{"rows":N, "columns":N,
 *	 "blobs":[["blob:<sha256>", bytes], …],
 *	 "chunks":[[rows, blob, at, bytes, blob, at, bytes, …], …]}
 * with three numbers for each column: which blob, where in it, how long. */
#ifndef MUSTER_REGISTRY_CHUNKS_H
#define MUSTER_REGISTRY_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"
#include "registry/registry.h"
#include "registry/segment.h"

struct span {
	uint32_t blob;			/* index into chunks.blobs */
	uint32_t at, n;
};
struct chunk {
	uint64_t first;			/* row */
	uint32_t n;			/* rows */
	struct span *span;		/* n_columns */
};
struct chunk_blob {
	struct hash hash;
	uint32_t n;
};
struct chunks {
	size_t n_columns;
	uint64_t n_rows;
	VEC_DECLARE(struct chunk, chunk_list) at;
	VEC_DECLARE(struct chunk_blob, chunk_blobs) blobs;
};

void chunks_init(struct chunks *c, size_t n_columns);
void chunks_release(struct chunks *c);
/* Adds the chunks of a manifest behind those there are. RC_CORRUPT. */
enum rc chunks_parse(struct chunks *c, const struct json *manifest,
		     struct err *err) MUST_USE;
/* Of the chunks from the given one on. The caller frees. */
struct json *chunks_manifest(const struct chunks *c, size_t from);
/* Index of the chunk that holds the row (which is below n_rows). */
size_t chunks_find(const struct chunks *c, uint64_t row);

/* One segment in memory of its own. */
struct loaded {
	void *bytes;
	struct segment segment;
};
enum rc chunk_load(struct registry *reg, const struct chunks *c, size_t chunk,
		   size_t column, struct loaded *out, struct err *err)
	MUST_USE;
void loaded_release(struct loaded *l);

/* -- Writing -- segments are collected and stored by a thread beside, so that
 * the caller goes on meanwhile; the registry is the writer's until
 * chunk_writer_flush. */
struct chunk_writer;
struct chunk_writer *chunk_writer_new(struct registry *reg, struct chunks *c);
struct encoded {
	struct buf buf;
	struct hash hash;
	bool is_hashed;
};
/* Hashes it, if it will have a blob of its own. */
void encoded_hash(struct encoded *e);
/* A chunk of n rows; takes the bytes of the n_columns segments. A column
 * whose bytes are empty comes later, by chunk_writer_column. An error of the
 * storing thread comes here or at the end. */
enum rc chunk_writer_add(struct chunk_writer *w, size_t n,
			 struct encoded *columns, struct err *err) MUST_USE;
enum rc chunk_writer_column(struct chunk_writer *w, size_t chunk,
			    size_t column, struct encoded *e,
			    struct err *err) MUST_USE;
/* Waits until the storing thread is idle: until more is added, the registry is
 * the caller's, who may be another thread than the one that adds. */
enum rc chunk_writer_pause(struct chunk_writer *w, struct err *err) MUST_USE;
/* All is stored, and the registry is the caller's again. More may be added. */
enum rc chunk_writer_flush(struct chunk_writer *w, struct err *err) MUST_USE;
void chunk_writer_free(struct chunk_writer *w);	/* NULL is allowed */

#endif
