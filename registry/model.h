/* Models and their versions: who made what, from what, and in which stage. */
#ifndef MUSTER_REGISTRY_MODEL_H
#define MUSTER_REGISTRY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

/* NAME of CLI.md: [A-Za-z0-9][A-Za-z0-9._-]{0,63}; RC_USAGE otherwise. */
enum rc name_check(const char *what, const char *name, struct err *err)
	MUST_USE;

struct pair { char *key, *value; };
VEC_DECLARE(struct pair, pairs);
void pairs_release(struct pairs *v);
void pairs_add(struct pairs *v, const char *key, const char *value);

struct model_rec {
	int64_t id;
	char *name;
	char *task;			/* or NULL: not stated */
	char *owner, *description;	/* or NULL */
	char *risk;			/* "low", "medium", "high"; NULL: unset, high */
	char *main_metric;		/* JSON key, or NULL: by task */
	struct pairs tags;
	int64_t n_versions;
	int64_t production;		/* version, or 0 */
	int64_t revision;		/* of the object, for optimistic locking */
};
void model_rec_release(struct model_rec *m);
VEC_DECLARE(struct model_rec, model_recs);
void model_recs_release(struct model_recs *v);

struct version_rec {
	int64_t id;
	char *model;
	int64_t version;
	char *stage;			/* "none", "candidate", … */
	struct strs aliases;
	char *artifact;			/* sha256 hex, or NULL */
	char *artifact_name;		/* file name without folder, or NULL */
	int64_t artifact_size;
	char *data, *code, *run, *note;	/* or NULL */
	struct pairs params;
	struct strs runner;		/* argv; none: no runner */
	bool has_threshold;
	double threshold;
	int64_t time;			/* added */
	char *who;
	int64_t stage_time;
	int64_t revision;
};
void version_rec_release(struct version_rec *v);
VEC_DECLARE(struct version_rec, version_recs);
void version_recs_release(struct version_recs *v);

struct model_change {			/* NULL: leave as it is */
	const char *task, *owner, *description, *risk, *main_metric;
	const struct pairs *tags;
};
/* reason may be NULL for add. base: TX_ANY_BASE, or the revision seen. */
enum rc reg_model_add(struct registry *reg, const char *name,
		      const struct model_change *fields, struct err *err)
	MUST_USE;
enum rc reg_model_set(struct registry *reg, const char *name,
		      const struct model_change *fields, const char *reason,
		      int64_t base, struct err *err) MUST_USE;
enum rc reg_model_get(struct registry *reg, const char *name,
		      struct model_rec *out, struct err *err) MUST_USE;
enum rc reg_model_list(struct registry *reg, struct model_recs *out,
		       struct err *err) MUST_USE;
/* As reg_model_list, with n_versions left 0: counting them looks at every
 * version there is. */
enum rc reg_model_heads(struct registry *reg, struct model_recs *out,
			struct err *err) MUST_USE;
/* A model whose name differs in case only (to be warned of), or NULL in *out,
 * which the caller frees. */
enum rc reg_model_like(struct registry *reg, const char *name, char **out,
		       struct err *err) MUST_USE;

struct version_fields {
	const char *artifact_path;	/* hashed, not stored; or NULL */
	const char *data_digest, *code_commit, *run, *note;
	const struct pairs *params;
	const struct strs *runner;
};
enum rc reg_version_add(struct registry *reg, const char *model,
			const struct version_fields *fields, int64_t *version,
			struct err *err) MUST_USE;
enum rc reg_version_stage(struct registry *reg, const char *model,
			  int64_t version, const char *stage,
			  const char *reason, int64_t base, struct err *err)
	MUST_USE;
/* The gate's result that a move rests on (cards/gate_check.h makes it). */
struct stage_gate {
	const char *digest;	/* of the result, hex; NULL: the stage has no
				 * gate for the version's risk */
	uint64_t size;		/* of the log when it was checked */
	bool overridden;	/* it did not hold; the reason says why anyway */
};
/* As reg_version_stage, for a stage that has a gate: the digest is kept with
 * the move, and RC_CONFLICT if something the version rests on was written
 * since. Without a result (gate NULL) a stage that has a gate is refused. */
enum rc reg_version_stage_gated(struct registry *reg, const char *model,
				int64_t version, const char *stage,
				const char *reason, int64_t base,
				const struct stage_gate *gate,
				struct err *err) MUST_USE;
/* -- Moves past a gate that did not hold -- */

struct version_override {
	uint64_t entry;			/* of the move */
	int64_t time, uid, loginuid;
	char *who, *stage, *reason;
	char *seen_by, *seen_why;	/* NULL: nobody has acknowledged it */
	int64_t seen_time;
};
VEC_DECLARE(struct version_override, version_overrides);
void version_overrides_release(struct version_overrides *v);
/* Of a version, oldest first. */
enum rc reg_version_overrides(struct registry *reg, const char *model,
			      int64_t version, struct version_overrides *out,
			      struct err *err) MUST_USE;
/* A second person says that they have seen it: RC_REFUSED for whoever made
 * the move, and where somebody has done so already; RC_NOT_FOUND if entry is
 * no such move of the version. It cannot be undone. */
enum rc reg_version_acknowledge(struct registry *reg, const char *model,
				int64_t version, uint64_t entry,
				const char *reason, struct err *err) MUST_USE;

/* The version that was last in the stage when this one entered it, or, if it
 * is not there, the one that is in it now; 0: none. Comparisons with it do
 * not change by the move itself. */
enum rc reg_version_before(struct registry *reg, const char *model,
			   int64_t version, const char *stage, int64_t *out,
			   struct err *err) MUST_USE;
enum rc reg_version_alias(struct registry *reg, const char *model,
			  int64_t version, const char *alias, struct err *err)
	MUST_USE;
enum rc reg_version_get(struct registry *reg, const char *model,
			int64_t version, struct version_rec *out,
			struct err *err) MUST_USE;
/* model NULL: of all models. */
enum rc reg_version_list(struct registry *reg, const char *model,
			 struct version_recs *out, struct err *err) MUST_USE;
/* One page of many versions, as a list shows it: cheap at any offset. */
struct version_query {
	const char *model;		/* or NULL: of all */
	const char *stage;		/* or NULL: any */
	const char *filter;		/* part of the model's name, or NULL */
	const char *sort;		/* name, stage, time, who; NULL: name */
	bool descending;
	uint64_t offset, limit;
};
/* *total (or NULL) receives how many match. */
enum rc reg_version_page(struct registry *reg, const struct version_query *q,
			 struct version_recs *out, uint64_t *total,
			 struct err *err) MUST_USE;
/* -- Many versions, for lists that hold them in memory: in order of model and
 * number, those behind *after (NULL: from the first), at most limit. Texts
 * are borrowed until take returns. *n receives how many there were; fewer
 * than limit: those were the last. Each call is one short read. */
struct version_brief {
	int64_t id;
	const char *model;
	int64_t version;
	const char *stage, *who;
	int64_t time;
};
enum rc reg_version_briefs(struct registry *reg,
			   const struct version_ref *after, uint64_t limit,
			   void (*take)(void *arg,
					const struct version_brief *v),
			   void *arg, uint64_t *n, struct err *err) MUST_USE;
/* Every alias, in order of model, number and alias. */
enum rc reg_alias_all(struct registry *reg,
		      void (*take)(void *arg, const char *model,
				   int64_t version, const char *alias),
		      void *arg, struct err *err) MUST_USE;
/* The stages in their order, ended by NULL. */
const char *const *version_stages(void);
/* Within a write: records from which score on the label is positive. Nothing
 * is appended if it is so already. reason may be NULL. */
enum rc tx_version_threshold(struct reg_tx *tx, const char *model,
			     int64_t version, double threshold,
			     const char *reason, struct err *err) MUST_USE;
/* "NAME@7", "NAME@alias", "NAME@production" (the version that entered that
 * stage last); bare "NAME" is RC_USAGE. */
enum rc reg_version_resolve(struct registry *reg, const char *text,
			    struct version_ref *out, struct err *err) MUST_USE;

#endif
