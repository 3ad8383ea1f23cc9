/* Separation of duties: has anything moved since it was shown, and who may
 * not sign because they wrote it. */
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/evidence.h"
#include "registry/signoff_inside.h"

/* -- Has anything moved? -- */

/* Kinds of objects that belong to one model: what is behind the slash begins
 * with its name, "card/credit@7", "waiver/credit@7/production". */
static const char *const of_model[] = {
	"version/", "model/", "card/", "impact/", "checklist/",
	"prediction/", "predictions/", "evaluation/", "signoff/", "waiver/",
};

/* What stands behind head in text; NULL if text begins otherwise. */
static const char *behind(const char *text, const char *head)
{
	size_t n = strlen(head);

	return strncmp(text, head, n) ? NULL : text + n;
}

/* True for an object that certainly belongs to another model, or to another
 * version of this one. */
static bool is_elsewhere(const char *object, const char *model,
			 int64_t version)
{
	const char *name = NULL, *rest;
	char number[DECIMAL_MAX];

	for (size_t i = 0; i < COUNT(of_model) && !name; i++)
		name = behind(object, of_model[i]);
	if (!name)
		return false;
	rest = behind(name, model);
	if (!rest || (*rest && *rest != '@' && *rest != '/'))
		return true;
	if (*rest != '@')
		return false;
	snprintf(number, sizeof(number), "@%lld", (long long)version);
	rest = behind(rest, number);
	return !rest || (*rest && *rest != '/');
}

/* Of any version: the base of a promotion may be another one. */
static bool is_version_of(const char *object, const char *model)
{
	const char *name = behind(object, "version/");
	const char *rest = name ? behind(name, model) : NULL;

	return rest && *rest == '@';
}

enum rc tx_check_unmoved(struct reg_tx *tx, uint64_t size, const char *model,
			 int64_t version, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(tx_registry(tx)),
		"SELECT idx, object FROM log "
		"WHERE idx >= ? "
		"ORDER BY idx");
	enum rc rc = RC_OK;

	stmt_bind_int(s, (int64_t)size);
	while (rc == RC_OK && stmt_next(s, err)) {
		const char *object = stmt_text(s, "object");

		if (is_version_of(object, model) ||
		    !is_elsewhere(object, model, version))
			rc = err_set(err, RC_CONFLICT, "'%s' changed (log "
				     "%lld) since it was shown; look at it "
				     "again", object,
				     (long long)stmt_int(s, "idx"));
	}
	return stmt_end(s, rc);
}

/* -- Separation of duties -- */

VEC_DECLARE(struct actor, actors);	/* login NULL */

/* What touches a version without writing it. */
static bool is_authorship(const char *kind)
{
	static const char *const others[] = {
		"version.stage", "version.acknowledge", "version.alias",
		"document.status", "signoff.add", "signoff.revoke",
	};

	for (size_t i = 0; i < COUNT(others); i++)
		if (!strcmp(kind, others[i]))
			return false;
	return true;
}

static enum rc take_author(struct stmt *s, struct actors *out,
			   struct err *err)
{
	struct json *owner = NULL;
	struct entry e;
	size_t n;
	const char *text = stmt_textn(s, "entry", &n);
	enum rc rc;

	if (!is_authorship(stmt_text(s, "kind")))
		return RC_OK;
	rc = entry_parse(text, n, &e, &owner, err);
	if (rc == RC_OK) {
		struct actor *a = vec_add(out);

		a->uid = e.uid;
		a->loginuid = e.loginuid;
	}
	json_free(owner);
	return rc;
}

/* Authors of an object, or of all behind a prefix that ends in '/', as of
 * what is shown. */
static enum rc add_authors(struct registry *reg, const char *object,
			   struct actors *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->db,
		"SELECT kind, entry FROM log "
		"WHERE object >= ? AND object <= ? AND idx < ?");
	size_t n = strlen(object);
	char *end = xstrdup(object);
	enum rc rc = RC_OK;

	if (object[n - 1] == '/')
		end[n - 1] = '0';
	stmt_bind_text(s, object);
	stmt_bind_text(s, end);
	stmt_bind_int(s, reg->as_of ? (int64_t)reg->as_of_size : INT64_MAX);
	while (rc == RC_OK && stmt_next(s, err))
		rc = take_author(s, out, err);
	free(end);
	return stmt_end(s, rc);
}

static enum rc sheet_authors(struct registry *reg, const char *model,
			     int64_t version, struct actors *out,
			     struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = evidence_datasets(reg, model, version, &names, err);

	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		char *object = xasprintf("datasheet/%s", names.at[i]);

		rc = add_authors(reg, object, out, err);
		free(object);
	}
	strs_release(&names);
	return rc;
}

/* Whoever ever wrote what an approval rests on. Nothing ends that: what
 * somebody else has approved since is still of the same hand. */
static enum rc find_authors(struct registry *reg, const char *model,
			    int64_t version, struct actors *out,
			    struct err *err)
{
	static const struct {
		const char *kind;
		bool many;		/* one a test set, behind a slash */
	} grounds[] = {
		{ "version", false },
		{ "card", false },
		{ "impact", false },
		{ "prediction", true },
		{ "predictions", true },
	};
	char *object = xasprintf("checklist/%s", model);
	enum rc rc = add_authors(reg, object, out, err);

	free(object);
	for (size_t i = 0; i < COUNT(grounds) && rc == RC_OK; i++) {
		object = xasprintf("%s/%s@%lld%s", grounds[i].kind, model,
				   (long long)version,
				   grounds[i].many ? "/" : "");
		rc = add_authors(reg, object, out, err);
		free(object);
	}
	return rc == RC_OK ? sheet_authors(reg, model, version, out, err) :
			     rc;
}

static bool among(const struct actors *v, const struct actor *who)
{
	for (size_t i = 0; i < v->n; i++)
		if (actor_same(&v->at[i], who))
			return true;
	return false;
}

/* Has one of the authors ever signed with this key? */
static enum rc is_authors_key(struct registry *reg, const struct actors *v,
			      const char *key, bool *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT DISTINCT uid, loginuid FROM signoff WHERE key = ?");

	*out = false;
	stmt_bind_text(s, key);
	while (stmt_next(s, err)) {
		struct actor a = { stmt_int(s, "uid"),
				   stmt_int(s, "loginuid"), NULL };

		*out |= among(v, &a);
	}
	return stmt_end(s, RC_OK);
}

static enum rc check_author(struct registry *reg, const char *model,
			    int64_t version, enum meaning m,
			    const struct role_rec *role, const char *key,
			    struct err *err)
{
	const struct actor *me = &reg->actor;
	struct actor granter = { role->by_uid, role->by_loginuid, NULL };
	struct actors authors = VEC_INIT;
	bool own, key_own = false;
	enum rc rc = find_authors(reg, model, version, &authors, err);

	own = among(&authors, me);
	if (rc == RC_OK && key)
		rc = is_authors_key(reg, &authors, key, &key_own, err);
	vec_free(&authors);
	if (rc != RC_OK || m == MEANING_AUTHORED)
		return rc;
	if (m == MEANING_APPROVED && own)
		return err_set(err, RC_REFUSED, "nobody approves what they "
			       "wrote: you changed %s@%lld, its predictions "
			       "or its documents; somebody else must",
			       model, (long long)version);
	if (m == MEANING_APPROVED && key_own)
		return err_set(err, RC_REFUSED, "nobody approves what they "
			       "wrote: an author of %s@%lld has signed with "
			       "this key", model, (long long)version);
	if (own && actor_same(&granter, me))
		return err_set(err, RC_REFUSED, "you granted the role '%s' to "
			       "yourself and cannot use it on your own "
			       "records", role->role);
	return RC_OK;
}

enum rc signoff_check_no_author(struct registry *reg, const char *model,
				int64_t version, const char *does,
				struct err *err)
{
	struct actors authors = VEC_INIT;
	enum rc rc = find_authors(reg, model, version, &authors, err);

	if (rc == RC_OK && among(&authors, &reg->actor))
		rc = err_set(err, RC_REFUSED, "nobody %s what they wrote: you "
			     "changed %s@%lld, its predictions or its "
			     "documents; somebody else must", does, model,
			     (long long)version);
	vec_free(&authors);
	return rc;
}

enum rc reg_signoff_own(struct registry *reg, const char *model,
			int64_t version, const struct signoff_recs *all,
			bool *own, struct err *err)
{
	struct actors authors = VEC_INIT;
	enum rc rc = find_authors(reg, model, version, &authors, err);

	for (size_t i = 0; i < all->n && rc == RC_OK; i++) {
		const struct signoff_rec *one = &all->at[i];

		own[i] = among(&authors, &one->who);
		if (!own[i] && one->key)
			rc = is_authors_key(reg, &authors, one->key, &own[i],
					    err);
	}
	vec_free(&authors);
	return rc;
}

enum rc signoff_check_duties(struct registry *reg, const char *model,
			     int64_t version, const char *role_name,
			     enum meaning m, const char *key, struct err *err)
{
	struct role_rec role;
	enum rc rc = reg_role_find(reg, reg->actor.login, role_name, &role,
				   err);

	if (rc == RC_NOT_FOUND && err)
		err->rc = RC_REFUSED;
	if (rc == RC_NOT_FOUND)
		return RC_REFUSED;
	if (rc != RC_OK)
		return rc;
	rc = check_author(reg, model, version, m, &role, key, err);
	role_rec_release(&role);
	return rc;
}

enum rc reg_signoff_may(struct registry *reg, const char *model,
			int64_t version, const char *role, enum meaning m,
			struct err *err)
{
	enum rc rc = reg_read_begin(reg, err);

	if (rc != RC_OK)
		return rc;
	rc = signoff_check_duties(reg, model, version, role, m, NULL, err);
	reg_read_end(reg);
	return rc;
}

/* -- Documents -- */

struct saved {
	struct actor who;		/* login NULL */
	bool approved;			/* and not drawn back */
};
VEC_DECLARE(struct saved, saveds);	/* revision n at n - 1 */

static enum rc take_revision(struct stmt *s, struct saveds *out,
			     struct err *err)
{
	struct json *owner = NULL;
	struct entry e;
	size_t n;
	const char *text = stmt_textn(s, "entry", &n), *to;
	enum rc rc = entry_parse(text, n, &e, &owner, err);

	if (rc != RC_OK)
		return rc;
	to = json_get_str(e.body, "to");
	if (!strcmp(e.kind, "document.save")) {
		*vec_add(out) = (struct saved){
			.who = { e.uid, e.loginuid, NULL },
		};
	} else if (!strcmp(e.kind, "document.status") && to) {
		int64_t r = json_get_int(e.body, "revision", 0);

		if (r > 0 && (uint64_t)r <= out->n &&
		    strcmp(to, "superseded") != 0)
			out->at[r - 1].approved = !strcmp(to, "approved");
	}
	json_free(owner);
	return RC_OK;
}

/* Who saved what is new in a revision: all behind the newest one below it
 * that was approved, whenever that was. */
static enum rc revision_authors(struct registry *reg, const char *object,
				int64_t revision, struct actors *out,
				struct err *err)
{
	struct stmt *s = db_prepare(reg->db,
		"SELECT entry FROM log "
		"WHERE object = ? "
		"ORDER BY idx");
	struct saveds all = VEC_INIT;
	enum rc rc = RC_OK;

	stmt_bind_text(s, object);
	while (rc == RC_OK && stmt_next(s, err))
		rc = take_revision(s, &all, err);
	rc = stmt_end(s, rc);
	for (int64_t r = revision; rc == RC_OK && r > 0; r--) {
		if ((uint64_t)r > all.n)
			continue;
		if (r < revision && all.at[r - 1].approved)
			break;
		*vec_add(out) = all.at[r - 1].who;
	}
	vec_free(&all);
	return rc;
}

enum rc reg_signoff_may_document(struct registry *reg,
				 enum document_kind kind, const char *of,
				 int64_t revision, struct err *err)
{
	char *object = xasprintf("%s/%s", document_kind_name(kind), of);
	struct actors authors = VEC_INIT;
	enum rc rc = revision_authors(reg, object, revision, &authors, err);

	if (rc == RC_OK && among(&authors, &reg->actor))
		rc = err_set(err, RC_REFUSED, "nobody approves what they "
			     "wrote: you saved the %s of %s since the last "
			     "revision that was approved",
			     document_kind_name(kind), of);
	vec_free(&authors);
	free(object);
	return rc;
}
