#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/version_inside.h"

static const char *const stages[] = {
	"none", "candidate", "shadow", "production", "archived", NULL
};

const char *const *version_stages(void)
{
	return stages;
}

bool version_is_stage(const char *s)
{
	for (size_t i = 0; stages[i]; i++)
		if (!strcmp(s, stages[i]))
			return true;
	return false;
}

char *version_object(const char *model, int64_t version)
{
	return xasprintf("version/%s@%lld", model, (long long)version);
}

void version_rec_release(struct version_rec *v)
{
	free(v->model);
	free(v->stage);
	strs_release(&v->aliases);
	free(v->artifact);
	free(v->artifact_name);
	free(v->data);
	free(v->code);
	free(v->run);
	free(v->note);
	pairs_release(&v->params);
	strs_release(&v->runner);
	free(v->who);
	*v = (struct version_rec){ 0 };
}

void version_recs_release(struct version_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		version_rec_release(&v->at[i]);
	vec_free(v);
}

/* -- Reading -- */

static enum rc strs_from_text(const char *text, struct strs *out,
			      struct err *err)
{
	struct json *j = NULL;
	enum rc rc = json_parse(text, strlen(text), "stored list", &j, err);

	for (size_t i = 0; rc == RC_OK && i < json_size(j); i++) {
		const char *value = json_str(json_at(j, i));

		strs_add(out, value ? value : "");
	}
	json_free(j);
	return rc;
}

static void take_threshold(struct stmt *s, struct version_rec *v)
{
	const char *text = stmt_text(s, "threshold");

	v->has_threshold = text && decimal_read(text, strlen(text),
						&v->threshold);
}

/* params and runner are texts that hardly any list shows: '{}' and '[]' are
 * not worth a parser. */
static enum rc take_lists(struct stmt *s, struct version_rec *v,
			  struct err *err)
{
	const char *text = stmt_text(s, "params");
	enum rc rc = RC_OK;

	if (strcmp(text, "{}") != 0)
		rc = pairs_from_text(text, &v->params, err);
	text = stmt_text(s, "runner");
	if (rc == RC_OK && strcmp(text, "[]") != 0)
		rc = strs_from_text(text, &v->runner, err);
	return rc;
}

static enum rc take_version(struct stmt *s, struct version_rec *v,
			    struct err *err)
{
	v->id = stmt_int(s, "id");
	v->model = stmt_text_copy(s, "model");
	v->version = stmt_int(s, "version");
	v->stage = stmt_text_copy(s, "stage");
	v->stage_time = stmt_int(s, "stage_time");
	v->artifact = stmt_text_copy(s, "artifact");
	v->artifact_name = stmt_text_copy(s, "artifact_name");
	v->artifact_size = stmt_int(s, "artifact_size");
	v->data = stmt_text_copy(s, "data");
	v->code = stmt_text_copy(s, "code");
	v->run = stmt_text_copy(s, "run");
	v->note = stmt_text_copy(s, "note");
	v->time = stmt_int(s, "time");
	v->who = stmt_text_copy(s, "who");
	v->revision = stmt_int(s, "revision");
	take_threshold(s, v);
	return take_lists(s, v, err);
}

static enum rc add_aliases(struct db *db, struct version_rec *v,
			   struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT alias FROM alias "
		"WHERE version_id = ? "
		"ORDER BY alias");

	stmt_bind_int(s, v->id);
	while (stmt_next(s, err))
		strs_add(&v->aliases, stmt_text(s, "alias"));
	return stmt_end(s, RC_OK);
}

enum rc version_not_there(const char *model, int64_t version,
			  struct err *err)
{
	return err_set(err, RC_NOT_FOUND, "version '%s@%lld' does not exist; "
		       "'muster version list %s' shows all", model,
		       (long long)version, model);
}

enum rc reg_version_get(struct registry *reg, const char *model,
			int64_t version, struct version_rec *out,
			struct err *err)
{
	struct stmt *s = db_prepare(reg->shown, VERSION_COLUMNS
				    "WHERE v.model = ? AND v.version = ?");
	enum rc rc;

	*out = (struct version_rec){ 0 };
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return version_not_there(model, version, err);
	if (rc != RC_OK)
		return rc;
	rc = take_version(s, out, err);
	stmt_done(s);
	if (rc == RC_OK)
		rc = add_aliases(reg->shown, out, err);
	if (rc != RC_OK)
		version_rec_release(out);
	return rc;
}

enum rc version_take_all(struct registry *reg, struct stmt *s,
			 struct version_recs *out, struct err *err)
{
	enum rc rc = RC_OK;

	*out = (struct version_recs)VEC_INIT;
	while (rc == RC_OK && stmt_next(s, err))
		rc = take_version(s, vec_add(out), err);
	rc = stmt_end(s, rc);
	for (size_t i = 0; i < out->n && rc == RC_OK; i++)
		rc = add_aliases(reg->shown, &out->at[i], err);
	if (rc != RC_OK)
		version_recs_release(out);
	return rc;
}

enum rc reg_version_list(struct registry *reg, const char *model,
			 struct version_recs *out, struct err *err)
{
	struct stmt *s;

	if (!model)
		return version_take_all(reg, db_prepare(reg->shown,
			VERSION_COLUMNS "ORDER BY v.model, v.version"),
			out, err);
	s = db_prepare(reg->shown, VERSION_COLUMNS
		       "WHERE v.model = ? "
		       "ORDER BY v.version");
	stmt_bind_text(s, model);
	return version_take_all(reg, s, out, err);
}

/* -- The artifact -- */

struct artifact {
	char hex[HASH_HEX_SIZE];
	const char *name;
	int64_t size;
};

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* By descriptor, so that a swapped name cannot deceive; a file written to
 * meanwhile is refused. */
static enum rc hash_artifact(const char *path, struct artifact *out,
			     struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct stat before, after;
	struct hash h;
	uint64_t size;
	int fd;
	enum rc rc = fsx_open_read(path, &fd, err);

	if (rc != RC_OK) {
		/* an unreadable file, not an object that does not exist */
		err_prefix(err, "artifact");
		return RC_BAD_INPUT;
	}
	if (fstat(fd, &before) != 0)
		rc = err_errno(err, RC_IO, "artifact '%s'", path);
	if (rc == RC_OK)
		rc = hash_fd(fd, &h, &size, err);
	if (rc == RC_OK && (fstat(fd, &after) != 0 ||
			    !same_file(&before, &after)))
		rc = err_set(err, RC_CONFLICT, "artifact '%s' changed while it "
			     "was read; try again when it is complete", path);
	close(fd);
	if (rc != RC_OK)
		return rc;
	hash_hex(&h, out->hex);
	out->name = slash ? slash + 1 : path;
	out->size = (int64_t)size;
	return text_check("the artifact's file name", out->name, err);
}

/* -- Adding -- */

struct adding {
	const char *model;
	struct json *body;
	int64_t version;
};

static enum rc next_version(struct db *db, const char *model, int64_t *out,
			    struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT last_version FROM model WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, model);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "model '%s' does not exist; 'muster "
			       "model add %s' adds it", model, model);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "last_version") + 1;
	stmt_done(s);
	return RC_OK;
}

static enum rc add_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct adding *a = arg;
	struct json *body;
	char *object;
	enum rc rc = next_version(tx_registry(tx)->db, a->model, &a->version,
				  err);

	if (rc != RC_OK)
		return rc;
	body = json_clone(a->body);
	json_set_int(body, "version", a->version);
	object = version_object(a->model, a->version);
	rc = tx_append(tx, "version.add", object, TX_ANY_BASE, body, NULL, err);
	free(object);
	return rc;
}

static enum rc check_fields(const struct version_fields *f, struct err *err)
{
	const struct { const char *what, *text; } texts[] = {
		{ "data digest", f->data_digest }, { "code", f->code_commit },
		{ "run", f->run }, { "note", f->note },
	};
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 4 && rc == RC_OK; i++)
		rc = text_check(texts[i].what, texts[i].text, err);
	for (size_t i = 0; f->runner && i < f->runner->n && rc == RC_OK; i++)
		rc = text_check("runner", f->runner->at[i], err);
	return rc;
}

static struct json *strs_to_json(const struct strs *v)
{
	struct json *j = json_new_array();

	for (size_t i = 0; v && i < v->n; i++)
		json_append(j, json_new_str(v->at[i]));
	return j;
}

static struct json *add_body(const char *model, const struct version_fields *f,
			     const struct artifact *artifact,
			     struct json *params)
{
	struct json *body = json_new_object(), *a;

	json_set_str(body, "model", model);
	if (artifact) {
		a = json_new_object();
		json_set_str(a, "sha256", artifact->hex);
		json_set_str(a, "name", artifact->name);
		json_set_int(a, "size", artifact->size);
		json_set(body, "artifact", a);
	}
	json_set_str(body, "data", f->data_digest);
	json_set_str(body, "code", f->code_commit);
	json_set_str(body, "run", f->run);
	json_set_str(body, "note", f->note);
	json_set(body, "params", params);
	json_set(body, "runner", strs_to_json(f->runner));
	return body;
}

enum rc reg_version_add(struct registry *reg, const char *model,
			const struct version_fields *fields, int64_t *version,
			struct err *err)
{
	struct adding a = { .model = model };
	struct json *params = NULL;
	struct artifact artifact;
	enum rc rc = name_check("model", model, err);

	if (rc == RC_OK)
		rc = next_version(reg->shown, model, &a.version, err);
	if (rc == RC_OK)
		rc = check_fields(fields, err);
	if (rc == RC_OK && fields->artifact_path)
		rc = hash_artifact(fields->artifact_path, &artifact, err);
	if (rc == RC_OK)
		rc = pairs_to_json("parameter", fields->params, &params, err);
	if (rc != RC_OK)
		return rc;
	a.body = add_body(model, fields, fields->artifact_path ? &artifact :
			  NULL, params);
	rc = reg_write(reg, add_fn, &a, err);
	json_free(a.body);
	if (rc == RC_OK && version)
		*version = a.version;
	return rc;
}

/* model and version of an object 'version/NAME@V', which the body repeats. */
static enum rc body_version(struct apply *a, const char **model,
			    int64_t *version, struct err *err)
{
	const struct json *body = a->entry->body;
	char *object;
	bool same;
	enum rc rc = body_str(body, "model", model, err);

	if (rc == RC_OK)
		rc = body_int(body, "version", version, err);
	if (rc != RC_OK)
		return rc;
	object = version_object(*model, *version);
	same = !strcmp(object, a->entry->object);
	free(object);
	return same ? RC_OK : err_set(err, RC_CORRUPT, "entry names the "
				      "version wrongly");
}

enum rc version_model_id(struct db *db, const char *model, int64_t *out,
			 struct err *err)
{
	struct stmt *s = db_prepare(db, "SELECT id FROM model WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, model);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CORRUPT, "entry names the model "
			       "'%.80s', which does not exist", model);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "id");
	stmt_done(s);
	return RC_OK;
}

static enum rc version_id(struct db *db, const char *model, int64_t version,
			  int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT id FROM version "
		"WHERE model = ? AND version = ?");
	enum rc rc;

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CORRUPT, "entry names the version "
			       "'%.80s@%lld', which does not exist", model,
			       (long long)version);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "id");
	stmt_done(s);
	return RC_OK;
}

static enum rc count_up(struct apply *a, int64_t id, int64_t version,
			struct err *err)
{
	struct stmt *s = db_prepare(a->db,
		"UPDATE model SET last_version = ? "
		"WHERE id = ? AND last_version < ?");

	stmt_bind_int(s, version);
	stmt_bind_int(s, id);
	stmt_bind_int(s, version);
	return stmt_run(s, err);
}

static void bind_json(struct stmt *s, const struct json *j,
		      const char *otherwise)
{
	struct buf b = BUF_INIT;

	if (j)
		json_write_canonical(&b, j);
	stmt_bind_text(s, j ? b.data : otherwise);
	buf_release(&b);
}

static enum rc insert_version(struct apply *a, int64_t id, const char *model,
			      int64_t version, struct err *err)
{
	const struct json *body = a->entry->body;
	const struct json *artifact = json_get(body, "artifact");
	struct stmt *s = db_prepare(a->db,
		"INSERT INTO version (id, model_id, model, version, stage, "
		"stage_time, stage_idx, artifact, artifact_name, "
		"artifact_size, data, code, run, note, params, runner, "
		"threshold, time, who, revision) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?, ?, ?)");
	const char *stage = json_get_str(body, "stage");

	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_int(s, id);
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_text(s, stage ? stage : "none");
	stmt_bind_int(s, a->entry->time);
	stmt_bind_int(s, (int64_t)a->entry->index);
	stmt_bind_text(s, json_get_str(artifact, "sha256"));
	stmt_bind_text(s, json_get_str(artifact, "name"));
	stmt_bind_int(s, json_get_int(artifact, "size", 0));
	stmt_bind_text(s, json_get_str(body, "data"));
	stmt_bind_text(s, json_get_str(body, "code"));
	stmt_bind_text(s, json_get_str(body, "run"));
	stmt_bind_text(s, json_get_str(body, "note"));
	bind_json(s, json_get(body, "params"), "{}");
	bind_json(s, json_get(body, "runner"), "[]");
	stmt_bind_text(s, json_get_str(body, "threshold"));
	stmt_bind_int(s, a->entry->time);
	stmt_bind_text(s, a->entry->login);
	stmt_bind_int(s, a->entry->revision);
	return stmt_run(s, err);
}

/* What an entry says of a version that others will rely upon. */
static enum rc check_added(const struct json *body, int64_t version,
			   struct err *err)
{
	const struct json *artifact = json_get(body, "artifact");
	const char *stage = json_get_str(body, "stage");
	const char *threshold = json_get_str(body, "threshold");
	const char *digest = json_get_str(artifact, "sha256");
	struct hash h;
	double x;
	enum rc rc = texts_check("parameters", json_get(body, "params"), false,
				 err);

	if (rc == RC_OK)
		rc = texts_check("runner", json_get(body, "runner"), true, err);
	if (rc == RC_OK && (version < 1 || (stage && !version_is_stage(stage)) ||
			    (threshold && !decimal_read(threshold,
							strlen(threshold),
							&x))))
		rc = err_set(err, RC_CORRUPT, "entry describes no version");
	if (rc == RC_OK && artifact &&
	    (!digest || !hash_from_hex(digest, &h) ||
	     json_get_int(artifact, "size", -1) < 0))
		rc = err_set(err, RC_CORRUPT, "entry describes no artifact");
	return rc;
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body;
	const char *model;
	int64_t version, id;
	enum rc rc = body_version(a, &model, &version, err);

	if (rc == RC_OK)
		rc = check_added(body, version, err);
	if (rc == RC_OK)
		rc = version_model_id(a->db, model, &id, err);
	if (rc == RC_OK)
		rc = count_up(a, id, version, err);
	return rc == RC_OK ? insert_version(a, id, model, version, err) : rc;
}

void version_line_object(const struct entry *e, struct buf *out,
			 const char *what)
{
	const char *model = json_get_str(e->body, "model");

	buf_printf(out, "%s@%lld %s", model ? model : "?",
		   (long long)json_get_int(e->body, "version", 0), what);
}

static void line_add(const struct entry *e, struct buf *out)
{
	const char *note = json_get_str(e->body, "note");

	version_line_object(e, out, "added");
	if (note)
		buf_printf(out, ": %s", note);
}

enum rc version_of_entry(struct reg_tx *tx, const struct entry *e,
			 struct version_rec *v, struct err *err)
{
	const char *model;
	int64_t version;
	enum rc rc = body_str(e->body, "model", &model, err);

	if (rc == RC_OK)
		rc = body_int(e->body, "version", &version, err);
	if (rc == RC_OK)
		rc = reg_version_get(tx_registry(tx), model, version, v, err);
	if (rc == RC_NOT_FOUND)
		rc = RC_REFUSED;
	return rc;
}

/* Only while nothing has happened to it; predictions and evaluations refer to
 * it, and then the deletion is refused. */
static enum rc undo_add(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	struct version_rec v;
	enum rc rc = version_of_entry(tx, e, &v, err);

	if (rc != RC_OK)
		return rc;
	if (v.revision != e->revision || v.aliases.n)
		rc = err_set(err, RC_REFUSED, "version '%s@%lld' has changed "
			     "since; it stays (archive it instead)", v.model,
			     (long long)v.version);
	else
		rc = tx_append(tx, "version.remove", e->object, TX_ANY_BASE,
			       json_clone(e->body), NULL, err);
	version_rec_release(&v);
	return rc;
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	const char *model;
	int64_t version, id;
	struct stmt *s;
	enum rc rc = body_version(a, &model, &version, err);

	if (rc == RC_OK)
		rc = version_id(a->db, model, version, &id, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "DELETE FROM version WHERE id = ?");
	stmt_bind_int(s, id);
	rc = stmt_run(s, err);
	if (rc == RC_REFUSED)
		return err_set(err, rc, "version '%s@%lld' has predictions, "
			       "evaluations or aliases; it stays (archive it "
			       "instead)", model, (long long)version);
	return rc;
}

static void line_remove(const struct entry *e, struct buf *out)
{
	version_line_object(e, out, "removed");
}

static enum rc undo_remove(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	return tx_append(tx, "version.add", e->object, TX_ANY_BASE,
			 json_clone(e->body), NULL, err);
}

static enum rc set_revision(struct apply *a, int64_t id, struct err *err)
{
	struct stmt *s = db_prepare(a->db,
		"UPDATE version SET revision = ? WHERE id = ?");

	stmt_bind_int(s, a->entry->revision);
	stmt_bind_int(s, id);
	return stmt_run(s, err);
}

/* The version that the entry is about, with its new revision. */
enum rc version_begin_change(struct apply *a, const char **model, int64_t *id,
			     struct err *err)
{
	int64_t version;
	enum rc rc = body_version(a, model, &version, err);

	if (rc == RC_OK)
		rc = version_id(a->db, *model, version, id, err);
	return rc == RC_OK ? set_revision(a, *id, err) : rc;
}

struct json *version_change_body(const char *model, int64_t version,
				 const char *from, const char *to,
				 const char *reason)
{
	struct json *body = json_new_object();

	json_set_str(body, "model", model);
	json_set_int(body, "version", version);
	json_set_str(body, "from", from);
	json_set_str(body, "to", to);
	json_set_str(body, "reason", reason);
	return body;
}

enum rc version_append_change(struct reg_tx *tx, const char *kind,
			      const char *model, int64_t version, int64_t base,
			      const char *from, const char *to,
			      const char *reason, struct err *err)
{
	char *object = version_object(model, version);
	enum rc rc = tx_append(tx, kind, object, base,
			       version_change_body(model, version, from, to,
						   reason),
			       NULL, err);

	free(object);
	return rc;
}

void version_line_change(const struct entry *e, struct buf *out,
			 const char *what)
{
	const char *from = json_get_str(e->body, "from");
	const char *to = json_get_str(e->body, "to");
	const char *reason = json_get_str(e->body, "reason");

	version_line_object(e, out, what);
	buf_printf(out, " %s -> %s", from ? from : "unset", to ? to : "unset");
	if (reason)
		buf_printf(out, " (%s)", reason);
}

const struct entry_kind version_kinds[] = {
	{ "version.add", 1, apply_add, line_add, undo_add },
	{ "version.remove", 1, apply_remove, line_remove, undo_remove },
	{ "version.stage", 1, version_stage_apply, version_stage_line,
	  version_stage_undo },
	{ "version.acknowledge", 1, version_acknowledge_apply,
	  version_acknowledge_line, NULL },
	{ "version.alias", 1, version_alias_apply, version_alias_line,
	  version_alias_undo },
	{ "version.threshold", 1, version_threshold_apply,
	  version_threshold_line, version_threshold_undo },
	{ NULL }
};
