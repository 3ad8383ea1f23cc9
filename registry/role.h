/* Who may sign as what. A role is a word ("owner", "risk") that a person
 * holds by an entry of the log. Who ran init holds "admin"; only an admin
 * grants and revokes, and the last admin stays.
 *
 * A person is a kernel uid and the login name that it has here; the
 * environment is nobody. */
#ifndef MUSTER_REGISTRY_ROLE_H
#define MUSTER_REGISTRY_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "registry/registry.h"

#define ROLE_ADMIN "admin"

/* Who somebody is, in the order of trust: the kernel's uid, the uid of the
 * login (survives su and sudo; -1: unset), the name that goes with the uid. */
struct actor {
	int64_t uid, loginuid;
	const char *login;
};
/* The same person as far as anybody can tell: an unset loginuid is nobody's,
 * a set one is compared with the other's uid, too. Names do not count. */
bool actor_same(const struct actor *a, const struct actor *b);
/* Who runs this program. Borrowed from the registry. */
const struct actor *reg_actor(const struct registry *reg);

struct role_rec {
	char *login, *role;
	char *by, *reason;		/* reason NULL: by init */
	int64_t by_uid, by_loginuid;
	int64_t time;
	uint64_t entry;
};
void role_rec_release(struct role_rec *r);
VEC_DECLARE(struct role_rec, role_recs);
void role_recs_release(struct role_recs *v);

/* RC_REFUSED unless the caller is an admin; RC_EXISTS if held already. A role
 * is [a-z][a-z0-9-]{0,31}. */
enum rc reg_role_grant(struct registry *reg, const char *login,
		       const char *role, const char *reason,
		       struct err *err) MUST_USE;
/* RC_NOT_FOUND if not held; RC_REFUSED for the last admin. */
enum rc reg_role_revoke(struct registry *reg, const char *login,
			const char *role, const char *reason,
			struct err *err) MUST_USE;
/* By role, then login. */
enum rc reg_role_list(struct registry *reg, struct role_recs *out,
		      struct err *err) MUST_USE;
/* RC_NOT_FOUND (err says who could grant it). */
enum rc reg_role_find(struct registry *reg, const char *login,
		      const char *role, struct role_rec *out,
		      struct err *err) MUST_USE;

#endif
