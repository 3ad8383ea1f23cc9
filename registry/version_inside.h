/* What the files behind the versions of registry/model.h share; nobody else
 * includes it. */
#ifndef MUSTER_REGISTRY_VERSION_INSIDE_H
#define MUSTER_REGISTRY_VERSION_INSIDE_H

#include "registry/inside.h"
#include "registry/model.h"
#include "registry/nouns.h"

/* What version_take_all reads; "WHERE …" and "ORDER BY …" follow. */
#define VERSION_COLUMNS \
	"SELECT v.id, v.model, v.version, v.stage, v.stage_time, " \
	"v.artifact, v.artifact_name, v.artifact_size, v.data, v.code, " \
	"v.run, v.note, v.params, v.runner, v.threshold, v.time, v.who, " \
	"v.revision " \
	"FROM version AS v "

/* Takes the statement's rows and resets it. */
enum rc version_take_all(struct registry *reg, struct stmt *s,
			 struct version_recs *out, struct err *err) MUST_USE;
bool version_is_stage(const char *s);
/* RC_NOT_FOUND: nobody has the alias; err is as it was. */
enum rc version_by_alias(struct registry *reg, const char *model,
			 const char *alias, int64_t *out, struct err *err)
	MUST_USE;

/* -- Changes: entries that name model and version, from and to -- */

struct json *version_change_body(const char *model, int64_t version,
				 const char *from, const char *to,
				 const char *reason);
enum rc version_append_change(struct reg_tx *tx, const char *kind,
			      const char *model, int64_t version,
			      int64_t base, const char *from, const char *to,
			      const char *reason, struct err *err) MUST_USE;
/* "m@7 WHAT", and "m@7 WHAT from -> to (reason)". */
void version_line_object(const struct entry *e, struct buf *out,
			 const char *what);
void version_line_change(const struct entry *e, struct buf *out,
			 const char *what);
/* The version that an entry to be undone is about, as it is now;
 * RC_REFUSED if it is gone. */
enum rc version_of_entry(struct reg_tx *tx, const struct entry *e,
			 struct version_rec *v, struct err *err) MUST_USE;
/* Applying: the row of the version that the entry is about, with its new
 * revision. */
enum rc version_begin_change(struct apply *a, const char **model, int64_t *id,
			     struct err *err) MUST_USE;
/* RC_NOT_FOUND, and what shows those that are there. */
enum rc version_not_there(const char *model, int64_t version,
			  struct err *err);
enum rc version_model_id(struct db *db, const char *model, int64_t *out,
			 struct err *err) MUST_USE;

/* -- Kinds of entries: version_stage.c, version_override.c,
 * version_alias.c, version_threshold.c -- */

enum rc version_stage_apply(struct apply *a, struct err *err);
void version_stage_line(const struct entry *e, struct buf *out);
enum rc version_stage_undo(struct reg_tx *tx, const struct entry *e,
			   struct err *err);
enum rc version_acknowledge_apply(struct apply *a, struct err *err);
void version_acknowledge_line(const struct entry *e, struct buf *out);
enum rc version_alias_apply(struct apply *a, struct err *err);
void version_alias_line(const struct entry *e, struct buf *out);
enum rc version_alias_undo(struct reg_tx *tx, const struct entry *e,
			   struct err *err);
enum rc version_threshold_apply(struct apply *a, struct err *err);
void version_threshold_line(const struct entry *e, struct buf *out);
enum rc version_threshold_undo(struct reg_tx *tx, const struct entry *e,
			       struct err *err);

#endif
