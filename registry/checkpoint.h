/* Checkpoints: what a log says of itself, to be kept by somebody else, and
 * proofs that fit them. Texts are those of C2SP tlog-checkpoint and
 * tlog-proof; the tree is RFC 6962's (registry/log.h). */
#ifndef MUSTER_REGISTRY_CHECKPOINT_H
#define MUSTER_REGISTRY_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "registry/log.h"
#include "registry/registry.h"

#define CHECKPOINT_MAX 65536	/* bytes of a text */
#define CHECKPOINT_SIGNATURES 16	/* note signatures; more are refused */

struct checkpoint {
	char *origin;
	uint64_t size;
	struct hash root;
	size_t n_signatures;	/* C2SP note signatures behind it: read for
				 * their form, never checked here */
	size_t body;		/* bytes up to them: what is signed */
};
void checkpoint_release(struct checkpoint *c);
/* Strictly: three lines ended by LF (extension lines are refused), then
 * nothing, or an empty line and signature lines. RC_BAD_INPUT with why. */
enum rc checkpoint_read(const char *text, size_t n, struct checkpoint *out,
			struct err *err) MUST_USE;

/* The log's name where nobody set one: "muster/" and 16 digits of the first
 * entry's hash. The caller frees. */
enum rc reg_origin(struct registry *reg, const char *given, char **out,
		   struct err *err) MUST_USE;
/* Of the log as shown. */
enum rc reg_checkpoint(struct registry *reg, const char *origin,
		       struct buf *out, struct err *err) MUST_USE;
/* Is the log of today (or as shown) one that began with the checkpoint's?
 * RC_UNMET with why not: cut, or other entries. origin: what the checkpoint
 * must say, or NULL. path (or NULL) gets the RFC 6962 consistency proof. */
enum rc reg_checkpoint_check(struct registry *reg, const struct checkpoint *c,
			     const char *origin, struct hashes *path,
			     struct err *err) MUST_USE;

/* A C2SP tlog-proof that entry index is in the log. */
enum rc reg_proof_write(struct registry *reg, const char *origin,
			uint64_t index, struct buf *out, struct err *err)
	MUST_USE;
/* That the log began with what the checkpoint says, in the form in which
 * C2SP tlog-witness asks for it: "old SIZE", hashes, an empty line, the
 * checkpoint of today. RC_UNMET as reg_checkpoint_check. */
enum rc reg_consistency_write(struct registry *reg, const char *origin,
			      const struct checkpoint *old, struct buf *out,
			      struct err *err) MUST_USE;
/* Either of the two. */
struct proof {
	bool is_consistency;
	uint64_t index;			/* of the entry, or the old size */
	struct hashes path;
	struct checkpoint head;
};
void proof_release(struct proof *p);
enum rc proof_read(const char *text, size_t n, struct proof *out,
		   struct err *err) MUST_USE;
/* RC_UNMET unless the proof shows that the leaf is in its checkpoint's tree. */
/* RC_UNMET unless the proof shows that the log of its head began with that
 * of the old checkpoint. Needs no registry. */
enum rc proof_check_consistency(const struct proof *p,
				const struct checkpoint *old, struct err *err)
	MUST_USE;
enum rc proof_check(const struct proof *p, const struct hash *leaf,
		    struct err *err) MUST_USE;

#endif
