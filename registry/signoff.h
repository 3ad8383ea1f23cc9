/* Sign-offs: what a person holding a role says of a version, bound to the
 * digests of exactly what was shown (registry/evidence.h).
 *
 * An approval is refused, inside the transaction that would store it, when
 *  - something it rests on moved since it was shown (RC_CONFLICT),
 *  - the signer does not hold the role,
 *  - the signer is an author: kernel uid, login uid or key are those of
 *    whoever ever changed the version, its predictions or its documents:
 *    card, assessment, the model's checklist, datasheets of its data. What
 *    others have approved in between ends no authorship,
 *  - the question "for whom could this fail?" has no answer,
 *  - the gate of the stage was shown as not met.
 * A role that somebody granted to themselves cannot be used on their own
 * records, whatever the meaning but "authored".
 *
 * What is signed is a text, the statement (signoff_statement): one line for
 * each fact. It is stored as a blob, rebuilt from the entry at every replay,
 * and is what an SSH signature covers. A sign-off is never undone; it is
 * revoked by a new entry with a reason. */
#ifndef MUSTER_REGISTRY_SIGNOFF_H
#define MUSTER_REGISTRY_SIGNOFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "registry/document.h"
#include "registry/model.h"
#include "registry/registry.h"
#include "registry/role.h"

#define MEANING_LIST(X) \
	X(MEANING_AUTHORED, "authored") \
	X(MEANING_REVIEWED, "reviewed") \
	X(MEANING_APPROVED, "approved") \
	X(MEANING_REFUSED, "refused")

enum meaning {
#define X(id, name) id,
	MEANING_LIST(X)
#undef X
};
const char *meaning_name(enum meaning m);
bool meaning_from_name(const char *name, enum meaning *out);

struct signoff_new {
	const char *model;
	int64_t version;
	const char *role;
	enum meaning meaning;
	const char *stage;		/* that it is for */
	const char *reason;
	const char *fails_for;		/* NULL unless approving */
	const struct pairs *evidence;	/* as shown, gate included */
	bool gate_met;			/* as shown; true where there is none */
	uint64_t size;			/* of the log when it was shown */
	int64_t time;			/* UTC */
	/* An SSH signature over the statement, or NULL. */
	const char *signature;
	const char *principal;		/* whose key it is said to be */
};
/* The text to be signed. Fills from new and from who runs this. */
enum rc signoff_statement(struct registry *reg, const struct signoff_new *new,
			  struct buf *out, struct err *err) MUST_USE;
/* *id becomes "S-41", the caller's to free. The signature must have been
 * verified by the caller (base/sshsig.h); here it is read. */
enum rc reg_signoff_add(struct registry *reg, const struct signoff_new *new,
			char **id, struct err *err) MUST_USE;
/* RC_OK if the role and the separation of duties would let the caller sign
 * now; else the reason. Gate and evidence are not looked at. */
enum rc reg_signoff_may(struct registry *reg, const char *model,
			int64_t version, const char *role, enum meaning m,
			struct err *err) MUST_USE;
/* RC_REFUSED if the caller saved that revision (which exists) or one before
 * it, back to the newest approved one below: nobody approves what they wrote,
 * and the approval of an older revision covers no newer one. */
enum rc reg_signoff_may_document(struct registry *reg,
				 enum document_kind kind, const char *of,
				 int64_t revision, struct err *err) MUST_USE;
/* By the signer or an admin; an author lifts nobody's refusal of their own
 * work. RC_REFUSED if it is revoked already. */
enum rc reg_signoff_revoke(struct registry *reg, const char *id,
			   const char *reason, struct err *err) MUST_USE;

struct signoff_rec {
	char *id;			/* "S-41" */
	uint64_t entry;
	char *model;
	int64_t version;
	char *role;
	enum meaning meaning;
	char *stage, *reason, *fails_for;	/* fails_for may be NULL */
	struct pairs evidence;
	int64_t time;
	struct actor who;		/* login: own copy below */
	char *login;
	char *statement;		/* "blob:…" */
	char *signature, *principal, *namespace, *key;	/* or NULL */
	bool is_revoked;
	uint64_t revoked_entry;
	char *revoked_by, *revoked_why;
	int64_t revoked_time;
};
void signoff_rec_release(struct signoff_rec *s);
VEC_DECLARE(struct signoff_rec, signoff_recs);
void signoff_recs_release(struct signoff_recs *v);
/* Of a version, oldest first; model NULL: all there are. */
enum rc reg_signoff_list(struct registry *reg, const char *model,
			 int64_t version, struct signoff_recs *out,
			 struct err *err) MUST_USE;
/* own[i], one for each of all (which are of this version): its signer or its
 * key is, as the log says by now, one of the authors', so that it approves
 * nothing. What an older program let pass, and a key that showed itself to be
 * an author's later, are found here. */
enum rc reg_signoff_own(struct registry *reg, const char *model,
			int64_t version, const struct signoff_recs *all,
			bool *own, struct err *err) MUST_USE;

/* Checks every stored signature against its stored statement by ssh-keygen,
 * and that it was made for sign-offs (namespace "muster-signoff@…");
 * allowed (or NULL) is a file of allowed signers for each key at its time.
 * RC_UNMET names the first that does not hold; *n counts those checked. */
enum rc reg_signoff_verify_all(struct registry *reg, const char *allowed,
			       const char *revoked, uint64_t *n,
			       struct err *err) MUST_USE;

/* Within a write: RC_CONFLICT if an entry from size on concerns the version:
 * all but entries on other models. */
enum rc tx_check_unmoved(struct reg_tx *tx, uint64_t size, const char *model,
			 int64_t version, struct err *err) MUST_USE;

#endif
