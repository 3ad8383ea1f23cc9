#include "registry/signoff.h"

#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/sshsig.h"
#include "base/xalloc.h"
#include "registry/evidence.h"
#include "registry/signoff_inside.h"

static const char *const meaning_names[] = {
#define X(id, name) [id] = name,
	MEANING_LIST(X)
#undef X
};
#define N_MEANINGS COUNT(meaning_names)

const char *meaning_name(enum meaning m)
{
	return meaning_names[m];
}

bool meaning_from_name(const char *name, enum meaning *out)
{
	for (size_t i = 0; i < N_MEANINGS; i++) {
		if (strcmp(meaning_names[i], name) != 0)
			continue;
		*out = (enum meaning)i;
		return true;
	}
	return false;
}

void signoff_rec_release(struct signoff_rec *s)
{
	free(s->id);
	free(s->model);
	free(s->role);
	free(s->stage);
	free(s->reason);
	free(s->fails_for);
	pairs_release(&s->evidence);
	free(s->login);
	free(s->statement);
	free(s->signature);
	free(s->principal);
	free(s->namespace);
	free(s->key);
	free(s->revoked_by);
	free(s->revoked_why);
	*s = (struct signoff_rec){ 0 };
}

void signoff_recs_release(struct signoff_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		signoff_rec_release(&v->at[i]);
	vec_free(v);
}

/* -- Signing -- */

struct signing {
	const struct signoff_new *new;
	struct sshsig sig;		/* of new->signature, or empty */
	struct hash statement;
	uint64_t entry;
};

static bool is_gate(const char *key)
{
	return !strncmp(key, "gate ", 5);
}

/* What was shown, less the gates, must be what is there. */
static enum rc check_evidence(struct registry *reg,
			      const struct signoff_new *n, struct err *err)
{
	struct pairs now = VEC_INIT, shown = VEC_INIT;
	struct strs changed = VEC_INIT;
	enum rc rc = reg_evidence(reg, n->model, n->version, &now, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n->evidence->n; i++)
		if (!is_gate(n->evidence->at[i].key))
			pairs_add(&shown, n->evidence->at[i].key,
				  n->evidence->at[i].value);
	evidence_compare(&shown, &now, &changed);
	if (changed.n)
		rc = err_set(err, RC_CONFLICT, "%s@%lld is not what was "
			     "shown: %s; look at it again", n->model,
			     (long long)n->version, changed.at[0]);
	strs_release(&changed);
	pairs_release(&shown);
	pairs_release(&now);
	return rc;
}

/* A gate that was edited or approved meanwhile is caught by the log; that one
 * exists and was not shown at all, here. */
static enum rc check_gate_shown(struct registry *reg,
				const struct signoff_new *n, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT of_name FROM document "
		"WHERE kind = 'gate' AND of_name = ?");
	char *key = xasprintf("gate %s", n->stage);
	bool shown = evidence_get(n->evidence, key) != NULL;
	enum rc rc;

	free(key);
	stmt_bind_text(s, n->stage);
	rc = stmt_one(s, err);
	if (rc == RC_OK)
		stmt_done(s);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && shown))
		return RC_OK;
	return rc ? rc : err_set(err, RC_CONFLICT, "the gate of '%s' was not "
				 "shown; look at it first", n->stage);
}

#define SIGNOFF_NAMESPACE "muster-signoff"

/* A signature for another purpose serves for no sign-off. */
static enum rc check_namespace(const char *namespace, enum rc otherwise,
			       struct err *err)
{
	if (!strcmp(namespace, SIGNOFF_NAMESPACE) ||
	    !strncmp(namespace, SIGNOFF_NAMESPACE "@",
		     strlen(SIGNOFF_NAMESPACE "@")))
		return RC_OK;
	return err_set(err, otherwise, "the signature is one for '%.80s', not "
		       "for a sign-off ('" SIGNOFF_NAMESPACE "@...')",
		       namespace);
}

static enum rc sign_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct registry *reg = tx_registry(tx);
	struct signing *g = arg;
	const struct signoff_new *n = g->new;
	struct json *body = NULL;
	char *ref, *object;
	enum rc rc = tx_check_unmoved(tx, n->size, n->model, n->version, err);

	if (rc == RC_OK)
		rc = check_evidence(reg, n, err);
	if (rc == RC_OK)
		rc = check_gate_shown(reg, n, err);
	if (rc == RC_OK)
		rc = signoff_check_duties(reg, n->model, n->version, n->role,
					  n->meaning, g->sig.fingerprint, err);
	if (rc == RC_OK)
		rc = signoff_body(reg, n, &body, err);
	if (rc != RC_OK)
		return rc;
	ref = reg_blob_ref(&g->statement);
	json_set_str(body, "statement", ref);
	json_set_str(body, "signature", n->signature);
	json_set_str(body, "principal", n->signature ? n->principal : NULL);
	object = signoff_object(n->model, n->version);
	rc = tx_append(tx, "signoff.add", object, TX_ANY_BASE, body,
		       &g->entry, err);
	free(object);
	free(ref);
	return rc;
}

static bool is_blank(const char *s)
{
	return !s || strspn(s, " \t\r\n") == strlen(s);
}

static enum rc check_new(const struct signoff_new *n, struct err *err)
{
	enum rc rc = reason_check(n->reason, err);

	if (rc == RC_OK)
		rc = text_check("the reason", n->reason, err);
	if (rc == RC_OK)
		rc = text_check("who it could fail for", n->fails_for, err);
	if (rc == RC_OK)
		rc = text_check("the principal", n->principal, err);
	if (rc != RC_OK || n->meaning != MEANING_APPROVED)
		return rc;
	if (is_blank(n->fails_for))
		return err_set(err, RC_USAGE, "an approval answers the "
			       "question 'for whom could this fail?'");
	if (!n->gate_met)
		return err_set(err, RC_UNMET, "the gate of '%s' does not "
			       "hold for %s@%lld; 'muster gate check %s@%lld "
			       "%s' says why", n->stage, n->model,
			       (long long)n->version, n->model,
			       (long long)n->version, n->stage);
	return RC_OK;
}

enum rc reg_signoff_add(struct registry *reg, const struct signoff_new *n,
			char **id, struct err *err)
{
	struct signing g = { .new = n };
	struct buf text = BUF_INIT;
	enum rc rc = check_new(n, err);

	if (rc == RC_OK && n->signature)
		rc = sshsig_parse(n->signature, strlen(n->signature), &g.sig,
				  err);
	if (rc == RC_OK && n->signature)
		rc = check_namespace(g.sig.namespace, RC_USAGE, err);
	if (rc == RC_OK)
		rc = signoff_statement(reg, n, &text, err);
	if (rc == RC_OK && !reg_readonly(reg))
		rc = reg_blob_put(reg, text.data, text.len, &g.statement, err);
	if (rc == RC_OK)
		rc = reg_write(reg, sign_fn, &g, err);
	if (rc == RC_OK && id)
		*id = xasprintf("S-%llu", (unsigned long long)g.entry);
	buf_release(&text);
	sshsig_release(&g.sig);
	return rc;
}

/* -- Reading -- */

#define SIGNOFF_COLUMNS \
	"SELECT id, model, version, role, meaning, stage, reason, " \
	"fails_for, evidence, time, uid, loginuid, who, statement, " \
	"signature, principal, namespace, key, revoked_idx, revoked_by, " \
	"revoked_why, revoked_time FROM signoff "

static enum rc take_signoff(struct stmt *s, struct signoff_rec *r,
			    struct err *err)
{
	*r = (struct signoff_rec){
		.entry = (uint64_t)stmt_int(s, "id") - 1,
		.model = stmt_text_copy(s, "model"),
		.version = stmt_int(s, "version"),
		.role = stmt_text_copy(s, "role"),
		.stage = stmt_text_copy(s, "stage"),
		.reason = stmt_text_copy(s, "reason"),
		.fails_for = stmt_text_copy(s, "fails_for"),
		.time = stmt_int(s, "time"),
		.login = stmt_text_copy(s, "who"),
		.statement = stmt_text_copy(s, "statement"),
		.signature = stmt_text_copy(s, "signature"),
		.principal = stmt_text_copy(s, "principal"),
		.namespace = stmt_text_copy(s, "namespace"),
		.key = stmt_text_copy(s, "key"),
		.is_revoked = !stmt_is_null(s, "revoked_idx"),
		.revoked_by = stmt_text_copy(s, "revoked_by"),
		.revoked_why = stmt_text_copy(s, "revoked_why"),
	};
	r->who = (struct actor){ stmt_int(s, "uid"), stmt_int(s, "loginuid"),
				 r->login };
	r->id = xasprintf("S-%llu", (unsigned long long)r->entry);
	if (r->is_revoked) {
		r->revoked_entry = (uint64_t)stmt_int(s, "revoked_idx");
		r->revoked_time = stmt_int(s, "revoked_time");
	}
	(void)meaning_from_name(stmt_text(s, "meaning"), &r->meaning);
	return pairs_from_text(stmt_text(s, "evidence"), &r->evidence, err);
}

static enum rc take_all(struct stmt *s, struct signoff_recs *out,
			struct err *err)
{
	enum rc rc = RC_OK;

	*out = (struct signoff_recs)VEC_INIT;
	while (rc == RC_OK && stmt_next(s, err))
		rc = take_signoff(s, vec_add(out), err);
	rc = stmt_end(s, rc);
	if (rc != RC_OK)
		signoff_recs_release(out);
	return rc;
}

enum rc reg_signoff_list(struct registry *reg, const char *model,
			 int64_t version, struct signoff_recs *out,
			 struct err *err)
{
	struct stmt *s;

	if (!model)
		return take_all(db_prepare(reg->shown, SIGNOFF_COLUMNS
					   "ORDER BY id"), out, err);
	s = db_prepare(reg->shown, SIGNOFF_COLUMNS
		       "WHERE model = ? AND version = ? "
		       "ORDER BY id");
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	return take_all(s, out, err);
}

/* -- Revoking -- */

struct revoking {
	int64_t id;		/* of the row */
	const char *name, *reason;
};

static enum rc may_revoke(struct registry *reg, const struct signoff_rec *r,
			  struct err *err)
{
	struct role_rec admin;
	enum rc rc;

	if (r->is_revoked)
		return err_set(err, RC_REFUSED, "sign-off %s is revoked "
			       "already, by %s", r->id, r->revoked_by);
	if (r->who.uid == reg->actor.uid)
		return RC_OK;
	rc = reg_role_find(reg, reg->actor.login, ROLE_ADMIN, &admin, NULL);
	role_rec_release(&admin);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_REFUSED, "sign-off %s is revoked by "
			       "%s, who made it, or by an admin", r->id,
			       r->login);
	if (rc == RC_OK && r->meaning == MEANING_REFUSED)
		rc = signoff_check_no_author(reg, r->model, r->version,
					     "lifts a refusal of", err);
	return rc;
}

static enum rc revoke_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct registry *reg = tx_registry(tx);
	const struct revoking *v = arg;
	struct stmt *s = db_prepare(reg->shown, SIGNOFF_COLUMNS
				    "WHERE id = ?");
	struct signoff_recs found;
	struct json *body;
	char *object;
	enum rc rc;

	stmt_bind_int(s, v->id);
	rc = take_all(s, &found, err);
	if (rc != RC_OK)
		return rc;
	if (!found.n)
		return err_set(err, RC_NOT_FOUND, "sign-off '%s' does not "
			       "exist; 'muster signoffs MODEL@V' shows them",
			       v->name);
	rc = may_revoke(reg, &found.at[0], err);
	if (rc == RC_OK) {
		body = json_new_object();
		json_set_int(body, "signoff", v->id - 1);
		json_set_str(body, "reason", v->reason);
		object = signoff_object(found.at[0].model,
					found.at[0].version);
		rc = tx_append(tx, "signoff.revoke", object, TX_ANY_BASE,
			       body, NULL, err);
		free(object);
	}
	signoff_recs_release(&found);
	return rc;
}

enum rc reg_signoff_revoke(struct registry *reg, const char *id,
			   const char *reason, struct err *err)
{
	struct revoking v = { .name = id, .reason = reason };
	uint64_t index;
	enum rc rc = reason_check(reason, err);

	if (rc == RC_OK)
		rc = text_check("the reason", reason, err);
	if (rc != RC_OK)
		return rc;
	if (strncmp(id, "S-", 2) != 0 ||
	    !decimal_read_u64(id + 2, strlen(id + 2), &index) ||
	    index > INT64_MAX - 1)
		return err_set(err, RC_USAGE, "'%.80s' is no sign-off's id "
			       "(S-41)", id);
	v.id = (int64_t)index + 1;
	return reg_write(reg, revoke_fn, &v, err);
}

/* -- Verifying signatures -- */

static enum rc verify_one(struct registry *reg, const struct signoff_rec *r,
			  const char *allowed, const char *revoked,
			  struct err *err)
{
	struct sshsig_trust trust = { allowed, r->principal, revoked,
				      r->time };
	struct buf text = BUF_INIT;
	struct hash name;
	enum rc rc = RC_OK;

	if (!reg_blob_from_ref(r->statement, &name))
		rc = err_set(err, RC_CORRUPT, "it names no statement");
	if (rc == RC_OK)
		rc = check_namespace(r->namespace, RC_UNMET, err);
	if (rc == RC_OK)
		rc = reg_blob_get(reg, &name, &text, err);
	if (rc == RC_OK)
		rc = sshsig_verify(&trust, r->namespace, r->signature,
				   text.data, text.len, err);
	buf_release(&text);
	return rc == RC_OK ? rc : err_prefix(err, "sign-off %s of %s@%lld",
					     r->id, r->model,
					     (long long)r->version);
}

enum rc reg_signoff_verify_all(struct registry *reg, const char *allowed,
			       const char *revoked, uint64_t *n,
			       struct err *err)
{
	struct signoff_recs all;
	enum rc rc = reg_signoff_list(reg, NULL, 0, &all, err);

	*n = 0;
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n && rc == RC_OK; i++) {
		if (!all.at[i].signature)
			continue;
		rc = verify_one(reg, &all.at[i], allowed, revoked, err);
		*n += rc == RC_OK;
	}
	signoff_recs_release(&all);
	return rc;
}
