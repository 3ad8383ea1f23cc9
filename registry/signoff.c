#include "registry/signoff.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/sshsig.h"
#include "base/xalloc.h"
#include "registry/evidence.h"
#include "registry/inside.h"
#include "registry/nouns.h"

static const char *const meaning_names[] = {
#define X(id, name) [id] = name,
	MEANING_LIST(X)
#undef X
};
#define N_MEANINGS (sizeof(meaning_names) / sizeof(meaning_names[0]))

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

/* -- The statement -- */

#define OBJECT "signoff/"

static char *signoff_object(const char *model, int64_t version)
{
	return xasprintf(OBJECT "%s@%lld", model, (long long)version);
}

/* Free text in quotes as JSON writes it: one fact stays one line. */
static void add_quoted(struct buf *out, const char *text)
{
	struct json_out o = JSON_OUT(out, false);

	jo_str(&o, text);
}

static void fact(struct buf *out, const char *key, const char *text)
{
	if (!text)
		return;
	buf_printf(out, "%s ", key);
	add_quoted(out, text);
	buf_char(out, '\n');
}

/* From an entry's own fields and body, so that replay can write it anew. */
static void write_statement(struct buf *out, const char *object,
			    const struct actor *who, const struct json *body)
{
	const struct json *evidence = json_get(body, "evidence");
	char time[CLOCK_TEXT];
	const char *key;

	buf_str(out, "muster sign-off v1\n");
	fact(out, "log", json_get_str(body, "log"));
	fact(out, "version", !strncmp(object, OBJECT, strlen(OBJECT)) ?
	     object + strlen(OBJECT) : object);
	fact(out, "stage", json_get_str(body, "stage"));
	fact(out, "meaning", json_get_str(body, "meaning"));
	fact(out, "role", json_get_str(body, "role"));
	buf_printf(out, "who %lld ", (long long)who->uid);
	add_quoted(out, who->login);
	buf_printf(out, "\ntime %s\n",
		   clock_format(json_get_int(body, "signed", 0), time));
	buf_printf(out, "head %lld %s\n",
		   (long long)json_get_int(body, "size", 0),
		   json_get_str(body, "root") ? json_get_str(body, "root")
					      : "");
	fact(out, "reason", json_get_str(body, "reason"));
	fact(out, "fails-for", json_get_str(body, "fails_for"));
	for (size_t i = 0; i < json_size(evidence); i++) {
		const char *value = json_str(json_member(evidence, i, &key));

		buf_str(out, "evidence ");
		add_quoted(out, key);
		buf_char(out, ' ');
		add_quoted(out, value ? value : "");
		buf_char(out, '\n');
	}
}

/* Keys sorted, as they come back from the stored entry. */
static struct json *evidence_json(const struct pairs *v)
{
	struct json *j = json_new_object(), *sorted = NULL;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < v->n; i++)
		json_set_str(j, v->at[i].key, v->at[i].value);
	json_write_canonical(&text, j);
	if (json_parse(text.data, text.len, "evidence", &sorted, NULL))
		BUG("evidence is no JSON");
	buf_release(&text);
	json_free(j);
	return sorted;
}

static enum rc new_body(struct registry *reg, const struct signoff_new *n,
			struct json **out, struct err *err)
{
	struct json *body = json_new_object();
	char hex[HASH_HEX_SIZE];
	struct hash first, root;
	enum rc rc = log_leaf(reg->db, 0, &first, err);

	if (rc == RC_OK)
		rc = log_root(reg->db, n->size, &root, err);
	if (rc != RC_OK) {
		json_free(body);
		return rc;
	}
	json_set_str(body, "log", hash_hex(&first, hex));
	json_set_str(body, "model", n->model);
	json_set_int(body, "version", n->version);
	json_set_str(body, "stage", n->stage);
	json_set_str(body, "meaning", meaning_name(n->meaning));
	json_set_str(body, "role", n->role);
	json_set_int(body, "signed", n->time);
	json_set_int(body, "size", (int64_t)n->size);
	json_set_str(body, "root", hash_hex(&root, hex));
	json_set_str(body, "reason", n->reason);
	json_set_str(body, "fails_for", n->fails_for);
	json_set(body, "evidence", evidence_json(n->evidence));
	*out = body;
	return RC_OK;
}

enum rc signoff_statement(struct registry *reg, const struct signoff_new *n,
			  struct buf *out, struct err *err)
{
	struct json *body = NULL;
	char *object;
	enum rc rc = new_body(reg, n, &body, err);

	if (rc != RC_OK)
		return rc;
	object = signoff_object(n->model, n->version);
	write_statement(out, object, &reg->actor, body);
	free(object);
	json_free(body);
	return RC_OK;
}

/* -- Has anything moved? -- */

/* Kinds of objects that belong to one model, by the name behind the slash. */
static const char *const of_model[] = {
	"version/", "model/", "card/", "impact/", "checklist/",
	"prediction/", "predictions/", "evaluation/", "signoff/", "waiver/",
};

/* True for an object that certainly belongs to another model, or to another
 * version of this one. */
static bool is_elsewhere(const char *object, const char *model,
			 int64_t version)
{
	char number[DECIMAL_MAX];
	size_t n = strlen(model), digits;

	snprintf(number, sizeof(number), "%lld", (long long)version);
	digits = strlen(number);
	for (size_t i = 0; i < sizeof(of_model) / sizeof(of_model[0]); i++) {
		size_t head = strlen(of_model[i]);
		const char *name = object + head, *end;

		if (strncmp(object, of_model[i], head) != 0)
			continue;
		if (strncmp(name, model, n) != 0)
			return true;
		if (!strchr("@/", name[n]))
			return true;
		if (name[n] != '@')
			return false;
		end = name + n + 1;
		return strncmp(end, number, digits) != 0 ||
		       !strchr("/", end[digits]);
	}
	return false;
}

enum rc tx_check_unmoved(struct reg_tx *tx, uint64_t size, const char *model,
			 int64_t version, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(tx_registry(tx)),
		"SELECT idx, object FROM log "
		"WHERE idx >= ? "
		"ORDER BY idx");
	enum step step;
	enum rc rc = RC_OK;

	stmt_bind_int(s, (int64_t)size);
	while (rc == RC_OK && (step = stmt_step(s, err)) == STEP_ROW) {
		const char *object = stmt_text(s, "object");

		/* the base of a promotion may be another version */
		if (!strncmp(object, "version/", 8) &&
		    !strncmp(object + 8, model, strlen(model)) &&
		    object[8 + strlen(model)] == '@')
			rc = RC_CONFLICT;
		else if (!is_elsewhere(object, model, version))
			rc = RC_CONFLICT;
		if (rc != RC_OK)
			err_set(err, rc, "'%s' changed (log %lld) since it "
				"was shown; look at it again", object,
				(long long)stmt_int(s, "idx"));
	}
	stmt_done(s);
	return rc == RC_OK && step == STEP_ERROR ? RC_IO : rc;
}

/* -- Separation of duties -- */

VEC_DECLARE(struct actor, actors);	/* login NULL */

/* Behind the newest approval that is in force; 0: there is none. */
static enum rc after_approval(struct registry *reg, const char *model,
			      int64_t version, int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT COALESCE(MAX(id), 0) AS id FROM signoff "
		"WHERE model = ? AND version = ? AND meaning = 'approved' "
		"AND revoked_idx IS NULL");
	enum rc rc;

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "id");
	stmt_done(s);
	return RC_OK;
}

/* What touches a version without writing it. */
static bool is_authorship(const char *kind)
{
	static const char *const others[] = {
		"version.stage", "version.alias", "document.status",
		"signoff.add", "signoff.revoke",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
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

/* Authors of an object, or of all behind a prefix that ends in '/'. */
static enum rc add_authors(struct registry *reg, const char *object,
			   int64_t from, struct actors *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->db,
		"SELECT kind, entry FROM log "
		"WHERE object >= ? AND object <= ? AND idx >= ?");
	size_t n = strlen(object);
	char *end = xstrdup(object);
	enum step step = STEP_END;
	enum rc rc = RC_OK;

	if (object[n - 1] == '/')
		end[n - 1] = '0';
	stmt_bind_text(s, object);
	stmt_bind_text(s, end);
	stmt_bind_int(s, from);
	while (rc == RC_OK && (step = stmt_step(s, err)) == STEP_ROW)
		rc = take_author(s, out, err);
	stmt_done(s);
	free(end);
	return rc == RC_OK && step == STEP_ERROR ? RC_IO : rc;
}

static enum rc sheet_authors(struct registry *reg, const char *model,
			     int64_t version, int64_t from,
			     struct actors *out, struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = evidence_datasets(reg, model, version, &names, err);

	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		char *object = xasprintf("datasheet/%s", names.at[i]);

		rc = add_authors(reg, object, from, out, err);
		free(object);
	}
	strs_release(&names);
	return rc;
}

static enum rc find_authors(struct registry *reg, const char *model,
			    int64_t version, struct actors *out,
			    struct err *err)
{
	static const char *const kinds[] = {
		"version/%s", "card/%s", "impact/%s", "prediction/%s/",
		"predictions/%s/",
	};
	char *of = xasprintf("%s@%lld", model, (long long)version);
	int64_t from = 0;
	enum rc rc = after_approval(reg, model, version, &from, err);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) &&
			   rc == RC_OK; i++) {
		const char *mark = strstr(kinds[i], "%s");
		char *object = xasprintf("%.*s%s%s", (int)(mark - kinds[i]),
					 kinds[i], of, mark + 2);

		rc = add_authors(reg, object, from, out, err);
		free(object);
	}
	free(of);
	return rc == RC_OK ? sheet_authors(reg, model, version, from, out,
					   err) : rc;
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
	enum step step;

	*out = false;
	stmt_bind_text(s, key);
	while ((step = stmt_step(s, err)) == STEP_ROW) {
		struct actor a = { stmt_int(s, "uid"),
				   stmt_int(s, "loginuid"), NULL };

		*out |= among(v, &a);
	}
	stmt_done(s);
	return step == STEP_ERROR ? RC_IO : RC_OK;
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
			       "or its documents since the last approval",
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

static enum rc check_duties(struct registry *reg, const char *model,
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
	rc = check_duties(reg, model, version, role, m, NULL, err);
	reg_read_end(reg);
	return rc;
}

/* Index behind the entry that approved the document last; 0: none did. */
static enum rc after_status(struct registry *reg, const char *object,
			    int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->db,
		"SELECT COALESCE(MAX(idx), -1) + 1 AS idx FROM log "
		"WHERE object = ? AND kind = 'document.status' "
		"AND instr(entry, '\"to\":\"approved\"') > 0");
	enum rc rc;

	stmt_bind_text(s, object);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "idx");
	stmt_done(s);
	return RC_OK;
}

enum rc reg_signoff_may_document(struct registry *reg,
				 enum document_kind kind, const char *of,
				 struct err *err)
{
	char *object = xasprintf("%s/%s", document_kind_name(kind), of);
	struct actors authors = VEC_INIT;
	int64_t from = 0;
	enum rc rc = after_status(reg, object, &from, err);

	if (rc == RC_OK)
		rc = add_authors(reg, object, from, &authors, err);
	if (rc == RC_OK && among(&authors, &reg->actor))
		rc = err_set(err, RC_REFUSED, "nobody approves what they "
			     "wrote: you saved the %s of %s since its last "
			     "approval", document_kind_name(kind), of);
	vec_free(&authors);
	free(object);
	return rc;
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
		rc = check_duties(reg, n->model, n->version, n->role,
				  n->meaning, g->sig.fingerprint, err);
	if (rc == RC_OK)
		rc = new_body(reg, n, &body, err);
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
	enum step step = STEP_END;
	enum rc rc = RC_OK;

	*out = (struct signoff_recs)VEC_INIT;
	while (rc == RC_OK && (step = stmt_step(s, err)) == STEP_ROW)
		rc = take_signoff(s, vec_add(out), err);
	stmt_done(s);
	if (rc == RC_OK && step == STEP_ERROR)
		rc = RC_IO;
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

/* -- Entries -- */

static enum rc check_statement(struct apply *a, const char *ref,
			       struct err *err)
{
	const struct entry *e = a->entry;
	struct actor who = { e->uid, e->loginuid, e->login };
	struct buf stored = BUF_INIT, again = BUF_INIT;
	enum rc rc = a->blob(a, ref, &stored, err);

	write_statement(&again, e->object, &who, e->body);
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

static enum rc read_texts(const struct json *body, struct fields *f,
			  struct err *err)
{
	const struct {
		const char *key, **out;
	} texts[] = {
		{ "model", &f->model }, { "role", &f->role },
		{ "meaning", &f->meaning }, { "stage", &f->stage },
		{ "reason", &f->reason }, { "statement", &f->statement },
	};
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 6 && rc == RC_OK; i++)
		rc = body_str(body, texts[i].key, texts[i].out, err);
	if (rc == RC_OK)
		rc = body_int(body, "version", &f->version, err);
	if (rc == RC_OK)
		rc = body_int(body, "size", &f->size, err);
	if (rc == RC_OK)
		rc = body_int(body, "signed", &f->time, err);
	return rc;
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
	enum rc rc = read_texts(a->entry->body, &f, err);

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

static const char *text_of(const struct entry *e, const char *key)
{
	const char *text = json_get_str(e->body, key);

	return text ? text : "?";
}

static void line_add(const struct entry *e, struct buf *out)
{
	buf_printf(out, "S-%llu: %s as %s for %s%s: %s",
		   (unsigned long long)e->index, text_of(e, "meaning"),
		   text_of(e, "role"), text_of(e, "stage"),
		   json_get_str(e->body, "signature") ? ", with a key" : "",
		   text_of(e, "reason"));
}

static void line_revoke(const struct entry *e, struct buf *out)
{
	buf_printf(out, "sign-off S-%lld revoked: %s",
		   (long long)json_get_int(e->body, "signoff", -1),
		   text_of(e, "reason"));
}

const struct entry_kind signoff_kinds[] = {
	{ "signoff.add", 1, apply_add, line_add, NULL },
	{ "signoff.revoke", 1, apply_revoke, line_revoke, NULL },
	{ 0 },
};
