#include "registry/role.h"

#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/nouns.h"

bool actor_same(const struct actor *a, const struct actor *b)
{
	if (a->uid == b->uid)
		return true;
	if (a->loginuid >= 0 &&
	    (a->loginuid == b->loginuid || a->loginuid == b->uid))
		return true;
	return b->loginuid >= 0 && b->loginuid == a->uid;
}

const struct actor *reg_actor(const struct registry *reg)
{
	return &reg->actor;
}

void role_rec_release(struct role_rec *r)
{
	free(r->login);
	free(r->role);
	free(r->by);
	free(r->reason);
	*r = (struct role_rec){ 0 };
}

void role_recs_release(struct role_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		role_rec_release(&v->at[i]);
	vec_free(v);
}

/* -- Reading -- */

#define ROLE_COLUMNS \
	"SELECT login, role, who, uid, loginuid, reason, time, idx FROM role "

static void take_role(struct stmt *s, struct role_rec *r)
{
	*r = (struct role_rec){
		.login = stmt_text_copy(s, "login"),
		.role = stmt_text_copy(s, "role"),
		.by = stmt_text_copy(s, "who"),
		.reason = stmt_text_copy(s, "reason"),
		.by_uid = stmt_int(s, "uid"),
		.by_loginuid = stmt_int(s, "loginuid"),
		.time = stmt_int(s, "time"),
		.entry = (uint64_t)stmt_int(s, "idx"),
	};
}

enum rc reg_role_list(struct registry *reg, struct role_recs *out,
		      struct err *err)
{
	struct stmt *s = db_prepare(reg->shown, ROLE_COLUMNS
				    "ORDER BY role, login");
	enum rc rc;

	*out = (struct role_recs)VEC_INIT;
	while (stmt_next(s, err))
		take_role(s, vec_add(out));
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		role_recs_release(out);
	return rc;
}

enum rc reg_role_find(struct registry *reg, const char *login,
		      const char *role, struct role_rec *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown, ROLE_COLUMNS
				    "WHERE login = ? AND role = ?");
	enum rc rc;

	*out = (struct role_rec){ 0 };
	stmt_bind_text(s, login);
	stmt_bind_text(s, role);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "'%s' does not hold the role '%s'; an "
			       "admin grants it with 'muster role grant %s %s "
			       "--reason …'", login, role, login, role);
	if (rc == RC_OK) {
		take_role(s, out);
		stmt_done(s);
	}
	return rc;
}

static enum rc count_admins(struct registry *reg, int64_t *out,
			    struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT COUNT(*) AS n FROM role WHERE role = 'admin'");
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "n");
	stmt_done(s);
	return RC_OK;
}

/* -- Changing -- */

struct change {
	const char *login, *role, *reason;
};

static enum rc need_admin(struct registry *reg, struct err *err)
{
	struct role_rec r;
	enum rc rc = reg_role_find(reg, reg->actor.login, ROLE_ADMIN, &r,
				   err);

	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_REFUSED, "only an admin grants and "
			       "revokes roles, and '%s' is none; 'muster role "
			       "list' shows them", reg->actor.login);
	role_rec_release(&r);
	return rc;
}

static enum rc append_change(struct reg_tx *tx, const char *kind,
			     const struct change *c, struct err *err)
{
	char *object = xasprintf("role/%s", c->login);
	struct json *body = json_new_object();
	enum rc rc;

	json_set_str(body, "login", c->login);
	json_set_str(body, "role", c->role);
	json_set_str(body, "reason", c->reason);
	rc = tx_append(tx, kind, object, TX_ANY_BASE, body, NULL, err);
	free(object);
	return rc;
}

static enum rc grant_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct registry *reg = tx_registry(tx);
	const struct change *c = arg;
	struct role_rec had;
	enum rc rc = need_admin(reg, err);

	if (rc != RC_OK)
		return rc;
	rc = reg_role_find(reg, c->login, c->role, &had, NULL);
	if (rc == RC_OK) {
		role_rec_release(&had);
		return err_set(err, RC_EXISTS, "'%s' holds the role '%s' "
			       "already", c->login, c->role);
	}
	return rc == RC_NOT_FOUND ? append_change(tx, "role.grant", c, err) :
				    rc;
}

static enum rc revoke_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct registry *reg = tx_registry(tx);
	const struct change *c = arg;
	struct role_rec had;
	int64_t n = 0;
	enum rc rc = need_admin(reg, err);

	if (rc == RC_OK)
		rc = reg_role_find(reg, c->login, c->role, &had, err);
	if (rc != RC_OK)
		return rc;
	role_rec_release(&had);
	rc = count_admins(reg, &n, err);
	if (rc == RC_OK && n < 2 && !strcmp(c->role, ROLE_ADMIN))
		rc = err_set(err, RC_REFUSED, "'%s' is the last admin; grant "
			     "another one first", c->login);
	return rc == RC_OK ? append_change(tx, "role.revoke", c, err) : rc;
}

static enum rc check_names(const char *login, const char *role,
			   struct err *err)
{
	static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n = strlen(role);
	enum rc rc = text_check("login", login, err);

	if (rc != RC_OK)
		return rc;
	if (n < 1 || n > 32 || strspn(role, small) != n || *role < 'a')
		return err_set(err, RC_USAGE, "'%.80s' is no name for a role: "
			       "small letters, digits and '-', at most 32, a "
			       "letter first", role);
	if (!*login || strlen(login) > 64 || strpbrk(login, " \t\r\n/"))
		return err_set(err, RC_USAGE, "'%.80s' is no login name",
			       login);
	return RC_OK;
}

static enum rc change_role(struct registry *reg, reg_write_fn *fn,
			   const char *login, const char *role,
			   const char *reason, struct err *err)
{
	struct change c = { login, role, reason };
	enum rc rc = check_names(login, role, err);

	if (rc == RC_OK)
		rc = reason_check(reason, err);
	return rc == RC_OK ? reg_write(reg, fn, &c, err) : rc;
}

enum rc reg_role_grant(struct registry *reg, const char *login,
		       const char *role, const char *reason, struct err *err)
{
	return change_role(reg, grant_fn, login, role, reason, err);
}

enum rc reg_role_revoke(struct registry *reg, const char *login,
			const char *role, const char *reason, struct err *err)
{
	return change_role(reg, revoke_fn, login, role, reason, err);
}

/* -- Entries -- */

enum rc role_insert(struct apply *a, const char *login, const char *role,
		    struct err *err)
{
	const struct entry *e = a->entry;
	struct stmt *s = db_prepare(a->db,
		"INSERT INTO role (login, role, idx, time, uid, loginuid, "
		"who, reason) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

	stmt_bind_text(s, login);
	stmt_bind_text(s, role);
	stmt_bind_int(s, (int64_t)e->index);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, e->uid);
	stmt_bind_int(s, e->loginuid);
	stmt_bind_text(s, e->login);
	stmt_bind_text(s, json_get_str(e->body, "reason"));
	return stmt_run(s, err);
}

static enum rc read_body(const struct apply *a, const char **login,
			 const char **role, struct err *err)
{
	enum rc rc = body_str(a->entry->body, "login", login, err);

	if (rc == RC_OK)
		rc = body_str(a->entry->body, "role", role, err);
	if (rc == RC_OK && (!**login || !**role))
		rc = err_set(err, RC_CORRUPT, "entry names nobody or no role");
	return rc;
}

static enum rc apply_grant(struct apply *a, struct err *err)
{
	const char *login, *role;
	enum rc rc = read_body(a, &login, &role, err);

	return rc == RC_OK ? role_insert(a, login, role, err) : rc;
}

static enum rc apply_revoke(struct apply *a, struct err *err)
{
	const char *login, *role;
	struct stmt *s;
	enum rc rc = read_body(a, &login, &role, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "DELETE FROM role WHERE login = ? AND role = ?");
	stmt_bind_text(s, login);
	stmt_bind_text(s, role);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "'%s' did not hold the role "
			     "'%s'", login, role);
	return rc;
}

static void line_role(const struct entry *e, struct buf *out, const char *how)
{
	const char *login = json_get_str(e->body, "login");
	const char *role = json_get_str(e->body, "role");
	const char *reason = json_get_str(e->body, "reason");

	buf_printf(out, "%s %s %s: %s", login ? login : "?", how,
		   role ? role : "?", reason ? reason : "");
}

static void line_grant(const struct entry *e, struct buf *out)
{
	line_role(e, out, "is now");
}

static void line_revoke(const struct entry *e, struct buf *out)
{
	line_role(e, out, "is no longer");
}

/* By an admin, as any other change of roles; whoever takes a revocation back
 * grants the role, in their own name. */
static enum rc undo_role(struct reg_tx *tx, const struct entry *e,
			 reg_write_fn *fn, struct err *err)
{
	struct change c = { .reason = "undo" };
	enum rc rc = body_str(e->body, "login", &c.login, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "role", &c.role, err);
	if (rc == RC_OK)
		rc = fn(tx, &c, err);
	if (rc == RC_EXISTS || rc == RC_NOT_FOUND) {
		err_set(err, RC_REFUSED, "the role has been changed since");
		return RC_REFUSED;
	}
	return rc;
}

static enum rc undo_grant(struct reg_tx *tx, const struct entry *e,
			  struct err *err)
{
	return undo_role(tx, e, revoke_fn, err);
}

static enum rc undo_revoke(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	return undo_role(tx, e, grant_fn, err);
}

const struct entry_kind role_kinds[] = {
	{ "role.grant", 1, apply_grant, line_grant, undo_grant },
	{ "role.revoke", 1, apply_revoke, line_revoke, undo_revoke },
	{ 0 },
};
