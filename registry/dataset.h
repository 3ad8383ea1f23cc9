/* Datasets: tables that models are trained or tested on. The registry keeps
 * where they came from, their digest and their profile, not the rows. */
#ifndef MUSTER_REGISTRY_DATASET_H
#define MUSTER_REGISTRY_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/profile.h"
#include "registry/registry.h"

struct dataset_spec {
	const char *name;
	const char *source;	/* where it comes from, or NULL */
	const char *label;	/* column of the label, or NULL */
	const char *note;	/* or NULL */
	bool update;		/* the dataset is there: these are its new data */
};

struct dataset_rec {
	char *name;
	char *file;		/* name without folder */
	char *digest;		/* SHA-256 of the file's bytes, hex */
	int64_t size;		/* bytes */
	int64_t rows, columns;
	char *source, *label, *note;	/* or NULL */
	int64_t revision;	/* 1, and one more for each update */
	int64_t time;		/* of this revision */
	char *who;
};
void dataset_rec_release(struct dataset_rec *d);
VEC_DECLARE(struct dataset_rec, dataset_recs);
void dataset_recs_release(struct dataset_recs *v);

/* Reads the CSV (path "-": standard input), measures it, and records it.
 * RC_EXISTS if the dataset is there and update is not set; with update and
 * the same bytes nothing changes. The file must not change meanwhile. */
enum rc reg_dataset_add(struct registry *reg, const struct dataset_spec *spec,
			const char *path, struct reg_progress *progress,
			struct dataset_rec *out, struct err *err) MUST_USE;
enum rc reg_dataset_get(struct registry *reg, const char *name,
			struct dataset_rec *out, struct err *err) MUST_USE;
/* Appends the names of the datasets whose newest revision has the digest (hex,
 * "sha256:" may stand before it); none is no error. */
enum rc reg_dataset_by_digest(struct registry *reg, const char *digest,
			      struct strs *out, struct err *err) MUST_USE;
enum rc reg_dataset_list(struct registry *reg, struct dataset_recs *out,
			 struct err *err) MUST_USE;
/* The profile of the newest revision; with_values: fit for drift. */
enum rc reg_dataset_profile(struct registry *reg, const char *name,
			    bool with_values, struct profile *out,
			    struct err *err) MUST_USE;
/* The same measuring of a file that is not recorded. digest, size: out. */
enum rc dataset_measure(const char *path, struct reg_progress *progress,
			struct profile *out, struct hash *digest,
			uint64_t *size, struct err *err) MUST_USE;

#endif
