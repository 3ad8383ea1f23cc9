/* Exceptions from gates: rules waived for a version until a day, and what a
 * person attests where a gate asks for it. Both are entries with a reason and
 * an author; a waiver that has run out no longer counts. */
#ifndef MUSTER_REGISTRY_WAIVER_H
#define MUSTER_REGISTRY_WAIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "registry/registry.h"

/* From today on, at most. */
#define WAIVER_MAX_DAYS 366

struct waiver {
	char *stage, *rule;		/* rule: its text in the gate */
	char *reason;
	char *who;
	int64_t uid;
	int64_t until;			/* UTC; counts up to then, inclusive */
	int64_t time;
	uint64_t entry;
};
VEC_DECLARE(struct waiver, waivers);
void waivers_release(struct waivers *v);
/* Is it in force at that time? Not before it was given, not behind its day,
 * and never when it was given for longer than WAIVER_MAX_DAYS, by whatever
 * wrote it. */
bool waiver_holds(const struct waiver *w, int64_t now);

/* RC_OK if the caller may waive the rule for the version; RC_REFUSED says
 * why not: the rule is not waivable, the caller holds none of the roles that
 * it names (or none at all where it names none), or is an author of the
 * version, its predictions or its documents, by kernel or login uid. */
enum rc reg_waiver_may(struct registry *reg, const char *model,
		       int64_t version, const char *rule, struct err *err)
	MUST_USE;
/* As reg_waiver_may, within the write. RC_USAGE without a reason, for a day
 * that has passed or lies further ahead than WAIVER_MAX_DAYS, by $MUSTER_NOW
 * and by the host's clock, whichever is earlier. A later waiver
 * of the same rule replaces the one before. Whether the gate has the rule is
 * the caller's to know. */
enum rc reg_waiver_add(struct registry *reg, const char *model,
		       int64_t version, const char *stage, const char *rule,
		       const char *reason, int64_t until, struct err *err)
	MUST_USE;
/* Takes one back before its day; RC_NOT_FOUND. */
enum rc reg_waiver_end(struct registry *reg, const char *model,
		       int64_t version, const char *stage, const char *rule,
		       const char *reason, struct err *err) MUST_USE;
/* stage NULL: of all stages; those that ran out included. */
enum rc reg_waiver_list(struct registry *reg, const char *model,
			int64_t version, const char *stage,
			struct waivers *out, struct err *err) MUST_USE;
/* The time by which waivers and ages are judged: now, or under --as-of and
 * reg_judge_by_log that of the last entry shown. A pinned time ($MUSTER_NOW)
 * before the last entry counts as that one's, so that no waiver that ran out
 * is brought back by a date. */
enum rc reg_shown_time(struct registry *reg, int64_t *out, struct err *err)
	MUST_USE;

struct attestation {
	char *claim, *reason, *who;
	int64_t uid, time;
	uint64_t entry;
};
VEC_DECLARE(struct attestation, attestations);
void attestations_release(struct attestations *v);
/* A later one of the same claim replaces the one before. */
enum rc reg_attest(struct registry *reg, const char *model, int64_t version,
		   const char *claim, const char *reason, struct err *err)
	MUST_USE;
enum rc reg_attestation_list(struct registry *reg, const char *model,
			     int64_t version, struct attestations *out,
			     struct err *err) MUST_USE;

#endif
