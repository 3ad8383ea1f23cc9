/* The threshold of a version, and how it was chosen: an entry
 * version.threshold, whose reason names the rule, the revision it was chosen
 * on, and what it gave there. Who and when stand in the log. */
#ifndef MUSTER_REGISTRY_THRESHOLD_H
#define MUSTER_REGISTRY_THRESHOLD_H

#include "model/cutoff.h"
#include "registry/registry.h"

struct threshold_choice {
	const char *model;
	int64_t version;
	const char *testset;
	int64_t revision;		/* 0: the newest */
	enum cutoff_rule rule;
	double value;			/* of the rule */
	const char *reason;		/* people's, or NULL */
};
/* Chooses and records; *chosen says what. RC_REFUSED: not a binary set, or
 * the version gave no scores for all active patterns that it answered. */
enum rc reg_threshold_set(struct registry *reg,
			  const struct threshold_choice *c,
			  struct cutoff *chosen, struct err *err) MUST_USE;
/* Who set the threshold that a version has, when, and by which rule. */
struct threshold_origin {
	char *login;
	int64_t time;
	char *rule;	/* "best-f1 on loans@3"; NULL: it came with answers */
};
/* RC_NOT_FOUND: it has none. */
enum rc reg_threshold_origin(struct registry *reg, const char *model,
			     int64_t version, struct threshold_origin *out,
			     struct err *err) MUST_USE;
/* "best-f1 on loans@3 by ana, 2026-03-01T12:00:00Z"; "with its answers by ..."
 * where no rule chose it; nothing where it has none. */
enum rc threshold_chosen_text(struct registry *reg, const char *model,
			      int64_t version, struct buf *out,
			      struct err *err) MUST_USE;
void threshold_origin_release(struct threshold_origin *o);
/* All cuts, highest first; vec_free by the caller. */
enum rc reg_threshold_curve(struct registry *reg, const char *model,
			    int64_t version, const char *testset,
			    int64_t revision, struct cutoffs *out,
			    struct err *err) MUST_USE;

#endif
