/* What the files behind registry/prediction.h share. */
#ifndef MUSTER_REGISTRY_PREDICTION_INSIDE_H
#define MUSTER_REGISTRY_PREDICTION_INSIDE_H

#include "base/intern.h"
#include "registry/batch.h"
#include "registry/prediction.h"

#define NO_LABEL UINT32_MAX

/* RC_NOT_FOUND naming what to do. */
enum rc prediction_version_id(struct registry *reg, const char *model,
			      int64_t version, int64_t *id,
			      struct err *err) MUST_USE;

/* -- Stored parts -- in the order in which they came in. */

struct stored_part {
	struct hash blob;
	uint64_t entry, first;		/* log index; row */
	uint32_t n, bytes;
};
VEC_DECLARE(struct stored_part, stored_parts);
/* as_of: entries up to that one. */
enum rc prediction_parts_list(struct registry *reg, int64_t version_id,
			      int64_t testset_id, uint64_t as_of,
			      struct stored_parts *out,
			      struct err *err) MUST_USE;
/* What the head of a stored part tells; nothing else of it is read. */
enum rc prediction_part_outline(struct registry *reg, const struct hash *blob,
				size_t bytes, struct batch_outline *out,
				struct err *err) MUST_USE;
/* -- Digests of runs -- (run_digest.c)
 *
 * A run of rows that is one stored part, all of it active, has the part's name
 * as its digest. Another one, of which a row was retired or that came in
 * pieces, must be read and written anew to be hashed: that is kept with the
 * evaluation it was done for, so that the next one does not do it again.
 *
 * The blob: "MRD", and the layout's version, 1; u32 n; n times of what (see
 * run_made_of) and the digest, 32 bytes each. */
struct run_digest {
	struct hash of, digest;
};
VEC_DECLARE(struct run_digest, run_digests);
/* A digest of the names of the run's parts and of its rows that are active. */
struct hash run_made_of(struct testset *t, const struct stored_parts *parts,
			size_t run);
/* How many were found, in this process; tests ask. */
extern uint64_t run_digests_found;
/* NULL: not there. */
const struct hash *run_digests_find(const struct run_digests *v,
				    const struct hash *of);
void run_digests_write(const struct run_digests *v, struct buf *out);
enum rc run_digests_read(const void *bytes, size_t n, struct run_digests *out,
			 struct err *err) MUST_USE;

/* struct predictions' digest, from the list wherever one part is all that
 * there is of a run, and from known where that has the run. Not for tasks with
 * so many labels that batch_rows() is less than SEGMENT_ROWS.
 *
 * begin reads what it takes; parts, t and known stay until the end. *out is
 * set and to be freed whatever is returned. end, on any thread, gives the
 * digest, for the caller to free; made receives those of the runs that were
 * neither one part nor known. */
struct loading;
enum rc prediction_digest_begin(struct registry *reg,
				const struct stored_parts *parts,
				struct testset *t,
				const struct run_digests *known,
				struct loading **out,
				struct err *err) MUST_USE;
char *prediction_digest_end(struct loading *l, struct run_digests *made);
void prediction_digest_free(struct loading *l);	/* NULL is allowed */

/* -- Some rows of a set -- (prediction_rows.c) */

/* What a version said for them, up to an entry of the log, and now. */
struct prediction_rows {
	const uint32_t *row;		/* n, ascending; the caller's */
	size_t n;
	uint64_t entry;			/* "then" is up to this one */
	double *then, *now;		/* n each; NaN: nothing, or no score */
};
enum rc prediction_rows_load(struct registry *reg,
			     const struct stored_parts *parts,
			     struct prediction_rows *rows,
			     struct err *err) MUST_USE;
/* Sets the byte of each row below n that was predicted after the entry. */
enum rc prediction_rows_since(struct registry *reg,
			      const struct stored_parts *parts, uint64_t entry,
			      uint8_t *rows, size_t n,
			      struct err *err) MUST_USE;
/* SHA-256, in hex, over the list up to the entry: predictions that are taken
 * back change it. */
void prediction_parts_hash(const struct stored_parts *parts, uint64_t entry,
			   char hex[HASH_HEX_SIZE]);

/* As reg_predictions_import, from a file that is open. whole_key: the one key
 * column holds the key as muster shows it, however many columns form it.
 * run: index of the entry of the run that answered, or -1. */
struct prediction_source {
	int fd;
	const char *name;
	bool whole_key;
	int64_t run;
};
enum rc prediction_import_from(struct registry *reg,
			       const struct prediction_spec *spec,
			       const struct prediction_source *from,
			       struct reg_progress *progress,
			       struct prediction_report *report,
			       struct err *err) MUST_USE;

/* -- Storing -- (prediction_store.c) */

/* What one import changes. p holds the stored predictions with the new ones
 * among them. p->label counts in labels; prediction_store makes them p's. */
struct prediction_batch {
	const struct prediction_spec *spec;
	struct testset *t;
	struct predictions *p;
	const struct intern *labels;
	const uint8_t *changed;		/* p->n: by ordinal */
	uint64_t n, replaced;		/* changed; of those, differing */
	int64_t run;			/* as prediction_source's */
	uint64_t newest;		/* prediction_newest, before reading */
};
/* Index of the entry of the newest batch of the version on the set, 0: none. */
enum rc prediction_newest(struct registry *reg,
			  const struct prediction_spec *spec, uint64_t *out,
			  struct err *err) MUST_USE;
/* One prediction.import unless n is 0, and the spec's threshold if it has one.
 * RC_CONFLICT: somebody else stored a batch since b->newest. */
enum rc prediction_store(struct registry *reg,
			 const struct prediction_batch *b,
			 struct err *err) MUST_USE;

#endif
