/* Sign-offs as entries: what replay demands of them. */
#include <string.h>

#include "base/sshsig.h"
#include "registry/signoff_inside.h"

static enum rc check_statement(struct apply *a, const char *ref,
			       struct err *err)
{
	const struct entry *e = a->entry;
	struct actor who = { e->uid, e->loginuid, e->login };
	struct buf stored = BUF_INIT, again = BUF_INIT;
	enum rc rc = a->blob(a, ref, &stored, err);

	signoff_write_statement(&again, e->object, &who, e->body);
	if (rc == RC_OK && (stored.len != again.len ||
			    memcmp(stored.data, again.data, again.len) != 0))
		rc = err_set(err, RC_CORRUPT, "the statement that was signed "
			     "is not what the entry says");
	buf_release(&stored);
	buf_release(&again);
	return rc;
}

struct fields {
	const char *model, *role, *meaning, *stage, *reason, *statement;
	int64_t version, size, time;
	const char *signature;
	struct sshsig sig;
};

static enum rc read_body(const struct json *body, struct fields *f,
			 struct err *err)
{
	const struct body_field fields[] = {
		{ "model", &f->model }, { "role", &f->role },
		{ "meaning", &f->meaning }, { "stage", &f->stage },
		{ "reason", &f->reason }, { "statement", &f->statement },
		{ "version", .number = &f->version },
		{ "size", .number = &f->size },
		{ "signed", .number = &f->time }, { 0 },
	};

	return body_read(body, fields, err);
}

static enum rc check_fields(struct apply *a, struct fields *f,
			    struct err *err)
{
	const struct entry *e = a->entry;
	const struct json *evidence = json_get(e->body, "evidence");
	char *object = signoff_object(f->model, f->version);
	bool same = !strcmp(object, e->object);
	enum meaning m;

	free(object);
	if (!same)
		return err_set(err, RC_CORRUPT, "a sign-off is of '%s' and "
			       "speaks of %s@%lld", e->object, f->model,
			       (long long)f->version);
	if (!meaning_from_name(f->meaning, &m))
		return err_set(err, RC_CORRUPT, "no sign-off means '%.80s'",
			       f->meaning);
	if (f->size < 1 || (uint64_t)f->size > e->index)
		return err_set(err, RC_CORRUPT, "a sign-off of what was not "
			       "there yet");
	if (json_type(evidence) != JSON_OBJECT)
		return err_set(err, RC_CORRUPT, "a sign-off of nothing");
	f->signature = json_get_str(e->body, "signature");
	if (!f->signature)
		return RC_OK;
	return sshsig_parse(f->signature, strlen(f->signature), &f->sig, err)
		? err_set(err, RC_CORRUPT, "a signature that cannot be read")
		: RC_OK;
}

static enum rc insert_signoff(struct apply *a, const struct fields *f,
			      struct err *err)
{
	const struct entry *e = a->entry;
	struct buf evidence = BUF_INIT;
	struct stmt *s;
	enum rc rc;

	json_write_canonical(&evidence, json_get(e->body, "evidence"));
	s = db_prepare(a->db,
		"INSERT INTO signoff (id, model, version, role, meaning, "
		"stage, reason, fails_for, evidence, time, uid, loginuid, "
		"who, statement, signature, principal, namespace, key) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?)");
	stmt_bind_int(s, (int64_t)e->index + 1);
	stmt_bind_text(s, f->model);
	stmt_bind_int(s, f->version);
	stmt_bind_text(s, f->role);
	stmt_bind_text(s, f->meaning);
	stmt_bind_text(s, f->stage);
	stmt_bind_text(s, f->reason);
	stmt_bind_text(s, json_get_str(e->body, "fails_for"));
	stmt_bind_text(s, evidence.data);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, e->uid);
	stmt_bind_int(s, e->loginuid);
	stmt_bind_text(s, e->login);
	stmt_bind_text(s, f->statement);
	stmt_bind_text(s, f->signature);
	stmt_bind_text(s, json_get_str(e->body, "principal"));
	stmt_bind_text(s, f->sig.namespace);
	stmt_bind_text(s, f->sig.fingerprint);
	rc = stmt_run(s, err);
	buf_release(&evidence);
	return rc;
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	struct fields f = { 0 };
	enum rc rc = read_body(a->entry->body, &f, err);

	if (rc == RC_OK)
		rc = check_fields(a, &f, err);
	if (rc == RC_OK)
		rc = check_statement(a, f.statement, err);
	if (rc == RC_OK)
		rc = insert_signoff(a, &f, err);
	sshsig_release(&f.sig);
	return rc;
}

static enum rc apply_revoke(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	const char *reason;
	int64_t index;
	struct stmt *s;
	enum rc rc = body_int(e->body, "signoff", &index, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "reason", &reason, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"UPDATE signoff SET revoked_idx = ?, revoked_by = ?, "
		"revoked_why = ?, revoked_time = ? "
		"WHERE id = ? AND revoked_idx IS NULL "
		"AND 'signoff/' || model || '@' || version = ?");
	stmt_bind_int(s, (int64_t)e->index);
	stmt_bind_text(s, e->login);
	stmt_bind_text(s, reason);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, index < 0 || index == INT64_MAX ? 0 : index + 1);
	stmt_bind_text(s, e->object);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry revokes sign-off S-%lld, "
			     "which is not there", (long long)index);
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	buf_printf(out, "S-%llu: %s as %s for %s%s: %s",
		   (unsigned long long)e->index, entry_text(e, "meaning"),
		   entry_text(e, "role"), entry_text(e, "stage"),
		   json_get_str(e->body, "signature") ? ", with a key" : "",
		   entry_text(e, "reason"));
}

static void line_revoke(const struct entry *e, struct buf *out)
{
	buf_printf(out, "sign-off S-%lld revoked: %s",
		   (long long)json_get_int(e->body, "signoff", -1),
		   entry_text(e, "reason"));
}

const struct entry_kind signoff_kinds[] = {
	{ "signoff.add", 1, apply_add, line_add, NULL },
	{ "signoff.revoke", 1, apply_revoke, line_revoke, NULL },
	{ 0 },
};
