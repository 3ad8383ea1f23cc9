/* What this user last saw of each registry: size and root of its log, in
 * the user's own state folder, where nobody who rewrites the registry can
 * reach. A log that was cut, put back to an older copy, or rewritten is
 * noticed at the next start.
 *
 * Where there is no home, nothing is kept and nothing is noticed. */
#ifndef MUSTER_REGISTRY_SEEN_H
#define MUSTER_REGISTRY_SEEN_H

#include <stdint.h>

#include "base/err.h"
#include "registry/checkpoint.h"
#include "registry/registry.h"

enum seen_state {
	SEEN_NEVER,		/* the first time here */
	SEEN_SAME,		/* as it was, or grown from it */
	SEEN_CUT,		/* shorter than it was */
	SEEN_REWRITTEN,		/* other entries where known ones were */
	SEEN_OTHER,		/* another registry at the same place */
	SEEN_UNREADABLE		/* there is a record, but it cannot be read */
};
struct seen {
	enum seen_state state;
	uint64_t size;		/* then; 0 for SEEN_NEVER */
	int64_t time;		/* then, UTC */
	uint64_t now;		/* size of the log today */
	char why[256];		/* for people; empty for NEVER and SAME */
};

/* Compares, and keeps today's head if it is SEEN_NEVER or has grown. A state
 * folder that is not there or cannot be written is no error: the state is then
 * SEEN_NEVER. A record that is there and cannot be read is never written
 * over. */
enum rc seen_check(struct registry *reg, struct seen *out, struct err *err)
	MUST_USE;
/* Keeps today's head whatever was seen before: after init, after a restore
 * that was meant. A record that cannot be read is put aside as seen.1. */
enum rc seen_accept(struct registry *reg, struct err *err) MUST_USE;

/* RC_REFUSED if this user has signed, under the same origin, a head that is
 * no prefix of this one, or that this one is none of; another error if what
 * was signed cannot be read. Call before signing;
 * then signed_note keeps it. */
enum rc signed_check(struct registry *reg, const struct checkpoint *head,
		     struct err *err) MUST_USE;
enum rc signed_note(const struct checkpoint *head, struct err *err) MUST_USE;

#endif
