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
	char *risk;		/* as somebody set it, or NULL */
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
/* risk: "low", "medium", "high", or NULL to take it back. RC_USAGE without a
 * reason; no entry where nothing changes. */
enum rc reg_dataset_set_risk(struct registry *reg, const char *name,
			     const char *risk, const char *reason,
			     struct err *err) MUST_USE;

/* Versions that a dataset made: trained on its bytes (the version's data
 * digest is that of the newest revision), or evaluated on the test set of its
 * name. */
struct dataset_user {
	char *model;
	int64_t version;
	char *stage;
	char *risk;		/* of the model, or NULL: counts as high */
	bool is_trained;	/* false: tested only */
};
VEC_DECLARE(struct dataset_user, dataset_users);
void dataset_users_release(struct dataset_users *v);
/* By name and version; none is no error, nor is a dataset there is not. */
enum rc reg_dataset_users(struct registry *reg, const char *name,
			  struct dataset_users *out, struct err *err) MUST_USE;
/* The risk that its datasheet answers to: what was set, else the highest of
 * the live versions that use it, else "high". Static text. */
const char *dataset_risk(const struct dataset_rec *d,
			 const struct dataset_users *users);

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
