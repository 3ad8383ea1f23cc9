/* Projections: document (one row for each thing that has one) and
 * document_revision (one row for each saved text). A text is a blob; an
 * entry holds its name only, so that erasing a text some day would keep the
 * tree valid. */
#include "registry/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "registry/db.h"
#include "registry/entry.h"
#include "registry/nouns.h"
#include "registry/signoff.h"

#define DRAFT "draft"
#define IN_REVIEW "in-review"
#define APPROVED "approved"
#define SUPERSEDED "superseded"

static const char *const kind_names[] = {
#define X(id, name) [id] = name,
	DOCUMENT_KINDS(X)
#undef X
};

static const struct {
	const char *from, *to;
} legal_moves[] = {
	{ DRAFT, IN_REVIEW },
	{ IN_REVIEW, DRAFT },
	{ IN_REVIEW, APPROVED },
	{ DRAFT, APPROVED },
	{ APPROVED, SUPERSEDED },
	{ APPROVED, DRAFT },
};

const char *document_kind_name(enum document_kind kind)
{
	return kind_names[kind];
}

void document_rec_release(struct document_rec *d)
{
	free(d->of);
	free(d->status);
	free(d->text);
	free(d->digest);
	free(d->note);
	free(d->who);
	*d = (struct document_rec){ 0 };
}

void document_recs_release(struct document_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		document_rec_release(&v->at[i]);
	vec_free(v);
}

static char *object_name(enum document_kind kind, const char *of)
{
	return xasprintf("%s/%s", kind_names[kind], of);
}

/* -- Reading -- */

/* Revisions of the documents of a kind, with what take_row reads. */
#define SELECT_REVISIONS \
	"SELECT r.of_name AS of_name, r.revision AS revision," \
	"       d.newest AS newest, d.approved AS approved," \
	"       r.status AS status, r.digest AS digest, r.note AS note," \
	"       r.time AS time, r.uid AS uid, r.who AS who," \
	"       d.object_revision AS base" \
	"  FROM document d" \
	"  JOIN document_revision r ON r.kind = d.kind" \
	"                          AND r.of_name = d.of_name" \
	" WHERE d.kind = ?"

static void take_row(struct stmt *s, enum document_kind kind,
		     struct document_rec *out)
{
	*out = (struct document_rec){
		.kind = kind,
		.of = stmt_text_copy(s, "of_name"),
		.revision = stmt_int(s, "revision"),
		.newest = stmt_int(s, "newest"),
		.approved = stmt_int(s, "approved"),
		.status = stmt_text_copy(s, "status"),
		.digest = stmt_text_copy(s, "digest"),
		.note = stmt_text_copy(s, "note"),
		.time = stmt_int(s, "time"),
		.uid = stmt_int(s, "uid"),
		.who = stmt_text_copy(s, "who"),
		.base = stmt_int(s, "base"),
	};
}

static enum rc load_text(struct registry *reg, struct document_rec *d,
			 struct err *err)
{
	struct buf text = BUF_INIT;
	struct hash name;
	enum rc rc;

	if (!hash_from_hex(d->digest, &name))
		return err_set(err, RC_CORRUPT,
			       "revision %lld of the %s of '%s' has no digest; "
			       "run 'muster fsck'", (long long)d->revision,
			       kind_names[d->kind], d->of);
	rc = reg_blob_get(reg, &name, &text, err);
	if (!rc)
		d->text = buf_detach(&text);
	buf_release(&text);
	return rc;
}

static enum rc load_row(struct registry *reg, enum document_kind kind,
			const char *of, int64_t revision,
			struct document_rec *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SELECT_REVISIONS
		" AND r.of_name = ?"
		" AND r.revision = iif(? = 0, d.newest, ?)");
	enum rc rc;

	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	stmt_bind_int(s, revision);
	stmt_bind_int(s, revision);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND && revision)
		return err_set(err, rc, "the %s of '%s' has no revision %lld",
			       kind_names[kind], of, (long long)revision);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "'%s' has no %s yet", of,
			       kind_names[kind]);
	if (rc)
		return rc;
	take_row(s, kind, out);
	stmt_done(s);
	return RC_OK;
}

enum rc reg_document_load(struct registry *reg, enum document_kind kind,
			  const char *of, int64_t revision,
			  struct document_rec *out, struct err *err)
{
	struct document_rec found = { 0 };
	enum rc rc = load_row(reg, kind, of, revision, &found, err);

	if (rc)
		return rc;
	rc = load_text(reg, &found, err);
	if (rc)
		document_rec_release(&found);
	else
		*out = found;
	return rc;
}

enum rc reg_document_head(struct registry *reg, enum document_kind kind,
			  const char *of, struct document_rec *out,
			  struct err *err)
{
	return load_row(reg, kind, of, 0, out, err);
}

static enum rc take_all(struct stmt *s, enum document_kind kind,
			struct document_recs *out, struct err *err)
{
	enum rc rc;

	while (stmt_next(s, err))
		take_row(s, kind, vec_add(out));
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		document_recs_release(out);
	return rc;
}

enum rc reg_document_history(struct registry *reg, enum document_kind kind,
			     const char *of, struct document_recs *out,
			     struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SELECT_REVISIONS
		" AND r.of_name = ?"
		" ORDER BY r.revision");

	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	return take_all(s, kind, out, err);
}

enum rc reg_document_list(struct registry *reg, enum document_kind kind,
			  struct document_recs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SELECT_REVISIONS
		" AND r.revision = d.newest"
		" ORDER BY d.of_name");

	stmt_bind_text(s, kind_names[kind]);
	return take_all(s, kind, out, err);
}

/* -- Saving -- */

struct saving {
	enum document_kind kind;
	const char *of, *note;
	int64_t base;
	struct hash blob;
	int64_t revision;	/* out */
};

/* The newest revision and its digest, of no text if it is superseded;
 * revision 0 if there is none. */
static enum rc newest_digest(struct registry *reg, enum document_kind kind,
			     const char *of, int64_t *revision,
			     struct hash *digest, struct err *err)
{
	struct stmt *s;
	enum rc rc;

	*revision = 0;
	s = db_prepare(reg_db(reg),
		       "SELECT d.newest AS newest, r.digest AS digest,"
		       " r.status = 'superseded' AS over"
		       " FROM document d"
		       " JOIN document_revision r ON r.kind = d.kind"
		       " AND r.of_name = d.of_name AND r.revision = d.newest"
		       " WHERE d.kind = ? AND d.of_name = ?");
	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc)
		return rc;
	*revision = stmt_int(s, "newest");
	if (stmt_int(s, "over") ||
	    !hash_from_hex(stmt_text(s, "digest"), digest))
		*digest = (struct hash){ 0 };
	stmt_done(s);
	return RC_OK;
}

static enum rc append_save(struct reg_tx *tx, void *arg, struct err *err)
{
	struct saving *sv = arg;
	struct hash had = { 0 };
	struct json *body;
	char *object, *ref;
	enum rc rc;

	rc = newest_digest(tx_registry(tx), sv->kind, sv->of, &sv->revision,
			   &had, err);
	if (rc || (sv->revision && hash_equal(&had, &sv->blob)))
		return rc;
	body = json_new_object();
	ref = reg_blob_ref(&sv->blob);
	json_set_str(body, "text", ref);
	json_set_str(body, "note", sv->note);
	object = object_name(sv->kind, sv->of);
	rc = tx_append(tx, "document.save", object, sv->base, body, NULL, err);
	if (!rc)
		sv->revision++;
	free(object);
	free(ref);
	return rc;
}

enum rc reg_document_save(struct registry *reg, enum document_kind kind,
			  const char *of, const char *text, const char *note,
			  int64_t base, int64_t *revision, struct err *err)
{
	struct saving sv = { .kind = kind, .of = of, .note = note,
			     .base = base };
	enum rc rc = text_check("the note", note, err);

	if (!rc)
		rc = text_check("the text", text, err);
	if (!rc)
		rc = reg_blob_put(reg, text, strlen(text), &sv.blob, err);
	if (!rc)
		rc = reg_write(reg, append_save, &sv, err);
	if (!rc && revision)
		*revision = sv.revision;
	return rc;
}

/* -- Status -- */

struct status_change {
	enum document_kind kind;
	const char *of;
	int64_t revision;
	const char *status, *reason;
};

static bool is_legal(const char *from, const char *to)
{
	for (size_t i = 0; i < COUNT(legal_moves); i++)
		if (!strcmp(legal_moves[i].from, from) &&
		    !strcmp(legal_moves[i].to, to))
			return true;
	return false;
}

bool document_is_superseded(const struct document_rec *d)
{
	return !strcmp(d->status, SUPERSEDED);
}

bool document_status_exists(const char *status)
{
	for (size_t i = 0; i < COUNT(legal_moves); i++)
		if (!strcmp(legal_moves[i].to, status))
			return true;
	return false;
}

/* What can become of it, for the message. */
static void add_moves(struct buf *out, const char *from)
{
	const char *comma = "";

	for (size_t i = 0; i < COUNT(legal_moves); i++) {
		if (strcmp(legal_moves[i].from, from))
			continue;
		buf_printf(out, "%s%s", comma, legal_moves[i].to);
		comma = " or ";
	}
	if (!*comma)
		buf_str(out, "nothing else; save a new revision");
}

static enum rc check_move(const struct document_rec *d, const char *to,
			  struct err *err)
{
	struct buf moves = BUF_INIT;
	enum rc rc = RC_OK;

	if (!is_legal(d->status, to)) {
		add_moves(&moves, d->status);
		rc = err_set(err, RC_REFUSED, "revision %lld of the %s of "
			     "'%s' is %s and cannot become %s; it can become "
			     "%s", (long long)d->revision,
			     kind_names[d->kind], d->of, d->status, to,
			     moves.data);
		buf_release(&moves);
	}
	return rc;
}

/* Judged here, in the transaction that stores the approval: what somebody
 * saves between a look and an approval makes them an author all the same. */
static enum rc append_status(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct status_change *c = arg;
	struct document_rec d = { 0 };
	struct json *body;
	char *object;
	enum rc rc;

	rc = reg_document_load(tx_registry(tx), c->kind, c->of, c->revision,
			       &d, err);
	if (rc)
		return rc;
	rc = check_move(&d, c->status, err);
	if (!rc && !strcmp(c->status, APPROVED))
		rc = reg_signoff_may_document(tx_registry(tx), c->kind, c->of,
					      d.revision, err);
	if (rc)
		goto out;
	body = json_new_object();
	json_set_int(body, "revision", d.revision);
	json_set_str(body, "from", d.status);
	json_set_str(body, "to", c->status);
	json_set_str(body, "reason", c->reason);
	object = object_name(c->kind, c->of);
	rc = tx_append(tx, "document.status", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
out:
	document_rec_release(&d);
	return rc;
}

enum rc reg_document_status(struct registry *reg, enum document_kind kind,
			    const char *of, int64_t revision,
			    const char *status, const char *reason,
			    struct err *err)
{
	struct status_change c = { kind, of, revision, status, reason };
	enum rc rc = text_check("reason", reason, err);

	if (!rc && !strcmp(status, APPROVED))
		rc = reason_check(reason, err);
	return rc ? rc : reg_write(reg, append_status, &c, err);
}

/* -- Entries -- */

/* "card/credit-scorer@7" is kind "card" of "credit-scorer@7". */
static enum rc split_object(const struct entry *e, enum document_kind *kind,
			    const char **of, struct err *err)
{
	for (unsigned i = 0; i < COUNT(kind_names); i++) {
		size_t n = strlen(kind_names[i]);

		if (strncmp(e->object, kind_names[i], n) != 0 ||
		    e->object[n] != '/')
			continue;
		*kind = (enum document_kind)i;
		*of = e->object + n + 1;
		return RC_OK;
	}
	return err_set(err, RC_CORRUPT, "'%s' is no document", e->object);
}

static enum rc insert_revision(struct apply *a, enum document_kind kind,
			       const char *of, const struct hash *text,
			       struct err *err)
{
	const struct entry *e = a->entry;
	char hex[HASH_HEX_SIZE];
	struct stmt *s;

	s = db_prepare(a->db,
		       "INSERT INTO document_revision"
		       " (kind, of_name, revision, status, digest, note, time,"
		       " uid, who)"
		       " SELECT kind, of_name, newest, 'draft', ?, ?, ?, ?, ?"
		       " FROM document"
		       " WHERE kind = ? AND of_name = ?");
	stmt_bind_text(s, hash_hex(text, hex));
	stmt_bind_text(s, json_get_str(e->body, "note"));
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, e->uid);
	stmt_bind_text(s, e->login);
	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	return stmt_run(s, err);
}

static enum rc apply_save(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	enum document_kind kind;
	const char *of, *ref;
	struct hash text;
	struct stmt *s;
	enum rc rc;

	rc = body_str(e->body, "text", &ref, err);
	if (rc)
		return rc;
	if (!reg_blob_from_ref(ref, &text))
		return err_set(err, RC_CORRUPT, "'text' names no blob");
	rc = split_object(e, &kind, &of, err);
	if (rc)
		return rc;
	s = db_prepare(a->db,
		       "INSERT INTO document"
		       " (kind, of_name, newest, approved, object_revision)"
		       " VALUES (?, ?, 1, 0, ?)"
		       " ON CONFLICT (kind, of_name) DO UPDATE"
		       " SET newest = newest + 1,"
		       " object_revision = excluded.object_revision");
	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	stmt_bind_int(s, e->revision);
	rc = stmt_run(s, err);
	return rc ? rc : insert_revision(a, kind, of, &text, err);
}

static enum rc set_status(struct apply *a, enum document_kind kind,
			  const char *of, int64_t revision,
			  const char *status, struct err *err)
{
	struct stmt *s;
	enum rc rc;

	s = db_prepare(a->db,
		       "UPDATE document_revision SET status = ?"
		       " WHERE kind = ? AND of_name = ? AND revision = ?");
	stmt_bind_text(s, status);
	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	stmt_bind_int(s, revision);
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "the %s of '%s' has no revision "
			     "%lld", kind_names[kind], of,
			     (long long)revision);
	return rc;
}

/* One approved revision at a time: the one before is superseded. The newest
 * approved revision follows from the rows. */
static enum rc settle_approved(struct apply *a, enum document_kind kind,
			       const char *of, int64_t revision,
			       bool is_approval, struct err *err)
{
	struct stmt *s;
	enum rc rc;

	s = db_prepare(a->db,
		       "UPDATE document_revision SET status = 'superseded'"
		       " WHERE ? AND kind = ? AND of_name = ?"
		       " AND revision <> ? AND status = 'approved'");
	stmt_bind_int(s, is_approval);
	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	stmt_bind_int(s, revision);
	rc = stmt_run(s, err);
	if (rc)
		return rc;
	s = db_prepare(a->db,
		       "UPDATE document SET object_revision = ?, approved ="
		       " coalesce((SELECT max(revision)"
		       " FROM document_revision r"
		       " WHERE r.kind = document.kind"
		       " AND r.of_name = document.of_name"
		       " AND r.status = 'approved'), 0)"
		       " WHERE kind = ? AND of_name = ?");
	stmt_bind_int(s, a->entry->revision);
	stmt_bind_text(s, kind_names[kind]);
	stmt_bind_text(s, of);
	return stmt_run(s, err);
}

static enum rc apply_status(struct apply *a, struct err *err)
{
	enum document_kind kind;
	const char *of, *to;
	int64_t revision;
	enum rc rc;

	rc = body_str(a->entry->body, "to", &to, err);
	if (!rc)
		rc = body_int(a->entry->body, "revision", &revision, err);
	if (!rc)
		rc = split_object(a->entry, &kind, &of, err);
	if (rc)
		return rc;
	rc = set_status(a, kind, of, revision, to, err);
	return rc ? rc : settle_approved(a, kind, of, revision,
					 !strcmp(to, APPROVED), err);
}

static void line_save(const struct entry *e, struct buf *out)
{
	const char *note = json_get_str(e->body, "note");

	buf_str(out, "saved");
	if (note)
		buf_printf(out, ": %s", note);
}

static void line_status(const struct entry *e, struct buf *out)
{
	const char *reason = json_get_str(e->body, "reason");

	buf_printf(out, "revision %lld: %s to %s",
		   (long long)json_get_int(e->body, "revision", 0),
		   json_get_str(e->body, "from"), json_get_str(e->body, "to"));
	if (reason)
		buf_printf(out, " (%s)", reason);
}

/* The text of the revision before is saved again. */
static enum rc save_before(struct reg_tx *tx, const struct entry *e,
			   const struct document_rec *newest, struct err *err)
{
	struct document_rec d = { 0 };
	struct hash text = { 0 };
	struct json *body;
	char *ref;
	enum rc rc = reg_document_load(tx_registry(tx), newest->kind,
				       newest->of, newest->revision - 1, &d,
				       err);

	if (rc)
		return rc;
	body = json_new_object();
	hash_from_hex(d.digest, &text);
	ref = reg_blob_ref(&text);
	json_set_str(body, "text", ref);
	json_set_str(body, "note", "taken back");
	rc = tx_append(tx, "document.save", e->object, e->revision, body,
		       NULL, err);
	free(ref);
	document_rec_release(&d);
	return rc;
}

/* The first text of a gate: the stage has none from then on. */
static enum rc retire(struct reg_tx *tx, const struct entry *e,
		      const struct document_rec *newest, struct err *err)
{
	struct json *body = json_new_object();

	json_set_int(body, "revision", newest->revision);
	json_set_str(body, "from", newest->status);
	json_set_str(body, "to", SUPERSEDED);
	json_set_str(body, "reason", "taken back");
	return tx_append(tx, "document.status", e->object, e->revision, body,
			 NULL, err);
}

/* Taking a saving back is saving what was there before; the first one has
 * nothing before it, and only a gate can be without. */
static enum rc undo_save(struct reg_tx *tx, const struct entry *e,
			 struct err *err)
{
	struct document_rec newest = { 0 };
	enum document_kind kind;
	const char *of;
	enum rc rc = split_object(e, &kind, &of, err);

	if (rc)
		return rc;
	rc = reg_document_load(tx_registry(tx), kind, of, 0, &newest, err);
	if (!rc && newest.revision > 1)
		rc = save_before(tx, e, &newest, err);
	else if (!rc && kind == DOCUMENT_GATE)
		rc = retire(tx, e, &newest, err);
	else if (!rc)
		rc = err_set(err, RC_REFUSED, "the first text of the %s of "
			     "'%s' has nothing before it to go back to",
			     kind_names[kind], of);
	document_rec_release(&newest);
	return rc;
}

const struct entry_kind document_kinds[] = {
	{ "document.save", 1, apply_save, line_save, undo_save },
	{ "document.status", 1, apply_status, line_status, NULL },
	{ 0 },
};
