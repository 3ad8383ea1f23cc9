#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/nouns.h"
#include "registry/signoff.h"

static const char *const stages[] = {
	"none", "candidate", "shadow", "production", "archived", NULL
};

const char *const *version_stages(void)
{
	return stages;
}

static bool is_stage(const char *s)
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

#define VERSION_COLUMNS \
	"SELECT v.id, v.model, v.version, v.stage, v.stage_time, " \
	"v.artifact, v.artifact_name, v.artifact_size, v.data, v.code, " \
	"v.run, v.note, v.params, v.runner, v.threshold, v.time, v.who, " \
	"v.revision " \
	"FROM version AS v "

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
	enum step step;

	stmt_bind_int(s, v->id);
	while ((step = stmt_step(s, err)) == STEP_ROW)
		strs_add(&v->aliases, stmt_text(s, "alias"));
	stmt_done(s);
	return step == STEP_END ? RC_OK : RC_IO;
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
		return err_set(err, rc, "version '%s@%lld' does not exist; "
			       "'muster version list %s' shows all", model,
			       (long long)version, model);
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

static enum rc take_versions(struct registry *reg, struct stmt *s,
			     struct version_recs *out, struct err *err)
{
	enum step step = STEP_END;
	enum rc rc = RC_OK;

	*out = (struct version_recs)VEC_INIT;
	while (rc == RC_OK && (step = stmt_step(s, err)) == STEP_ROW)
		rc = take_version(s, vec_add(out), err);
	stmt_done(s);
	if (rc == RC_OK && step == STEP_ERROR)
		rc = RC_IO;
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
		return take_versions(reg, db_prepare(reg->shown,
			VERSION_COLUMNS "ORDER BY v.model, v.version"),
			out, err);
	s = db_prepare(reg->shown, VERSION_COLUMNS
		       "WHERE v.model = ? "
		       "ORDER BY v.version");
	stmt_bind_text(s, model);
	return take_versions(reg, s, out, err);
}

/* -- One page of many -- */

/* The column is a constant of this table, never text from outside; each order
 * has an index. */
static const struct {
	const char *name, *up, *down;
} orders[] = {
	{ "name", "ORDER BY v.model, v.version",
	  "ORDER BY v.model DESC, v.version DESC" },
	{ "stage", "ORDER BY v.stage, v.model, v.version",
	  "ORDER BY v.stage DESC, v.model DESC, v.version DESC" },
	{ "time", "ORDER BY v.time, v.id", "ORDER BY v.time DESC, v.id DESC" },
	{ "who", "ORDER BY v.who, v.model, v.version",
	  "ORDER BY v.who DESC, v.model DESC, v.version DESC" },
};

static enum rc find_order(const struct version_query *q, const char **out,
			  struct err *err)
{
	const char *name = q->sort ? q->sort : "name";

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(orders[i].name, name) != 0)
			continue;
		*out = q->descending ? orders[i].down : orders[i].up;
		return RC_OK;
	}
	return err_set(err, RC_USAGE, "versions cannot be sorted by '%.40s'",
		       name);
}

/* Few models have many versions: the filter looks at the models' names. The
 * plus leaves the index to the order; the count drops it. */
#define MATCHES "+v.model IN (SELECT m.name FROM model AS m " \
		"WHERE instr(lower(m.name), lower(?)) > 0) "

static const char *page_where(const struct version_query *q)
{
	static const char *const where[] = {
		" ",
		" WHERE v.model = ? ",
		" WHERE v.stage = ? ",
		" WHERE v.model = ? AND v.stage = ? ",
		" WHERE " MATCHES,
		" WHERE v.model = ? AND " MATCHES,
		" WHERE v.stage = ? AND " MATCHES,
		" WHERE v.model = ? AND v.stage = ? AND " MATCHES,
	};

	return where[!!q->model + 2 * !!q->stage + 4 * (q->filter &&
							*q->filter)];
}

static void bind_where(struct stmt *s, const struct version_query *q)
{
	if (q->model)
		stmt_bind_text(s, q->model);
	if (q->stage)
		stmt_bind_text(s, q->stage);
	if (q->filter && *q->filter)
		stmt_bind_text(s, q->filter);
}

static enum rc count_page(struct registry *reg, const struct version_query *q,
			  uint64_t *total, struct err *err)
{
	char *sql = xasprintf("SELECT COUNT(*) AS n FROM version AS v%s",
			      page_where(q));
	char *plus = strstr(sql, "+v.model");
	struct stmt *s;
	enum rc rc;

	if (plus)
		*plus = ' ';
	s = db_prepare_once(reg->shown, sql);
	bind_where(s, q);
	rc = stmt_one(s, err);
	if (rc == RC_OK) {
		*total = (uint64_t)stmt_int(s, "n");
		stmt_done(s);
	}
	free(sql);
	return rc;
}

enum rc reg_version_page(struct registry *reg, const struct version_query *q,
			 struct version_recs *out, uint64_t *total,
			 struct err *err)
{
	const char *order = NULL;
	struct stmt *s;
	char *sql;
	enum rc rc = find_order(q, &order, err);

	*out = (struct version_recs)VEC_INIT;
	if (rc == RC_OK && total)
		rc = count_page(reg, q, total, err);
	if (rc != RC_OK)
		return rc;
	sql = xasprintf(VERSION_COLUMNS "%s%s LIMIT ? OFFSET ?",
			page_where(q), order);
	s = db_prepare_once(reg->shown, sql);
	bind_where(s, q);
	stmt_bind_int(s, (int64_t)q->limit);
	stmt_bind_int(s, (int64_t)q->offset);
	rc = take_versions(reg, s, out, err);
	free(sql);
	return rc;
}

/* -- NAME@7, NAME@champion, NAME@production -- */

static enum rc one_version(struct stmt *s, int64_t *out, struct err *err)
{
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "version");
	stmt_done(s);
	return RC_OK;
}

static enum rc by_stage(struct registry *reg, const char *model,
			const char *stage, int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT version FROM version "
		"WHERE model = ? AND stage = ? "
		"ORDER BY stage_idx DESC "
		"LIMIT 1");

	stmt_bind_text(s, model);
	stmt_bind_text(s, stage);
	return one_version(s, out, err);
}

static enum rc by_alias(struct registry *reg, const char *model,
			const char *alias, int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT v.version FROM alias AS a "
		"JOIN model AS m ON m.id = a.model_id "
		"JOIN version AS v ON v.id = a.version_id "
		"WHERE m.name = ? AND a.alias = ?");

	stmt_bind_text(s, model);
	stmt_bind_text(s, alias);
	return one_version(s, out, err);
}

static enum rc by_number(struct registry *reg, const char *model,
			 int64_t number, int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT version FROM version "
		"WHERE model = ? AND version = ?");

	stmt_bind_text(s, model);
	stmt_bind_int(s, number);
	return one_version(s, out, err);
}

static enum rc resolve(struct registry *reg, const char *model,
		       const char *which, int64_t *out, struct err *err)
{
	int64_t number;

	if (decimal_read_i64(which, strlen(which), &number))
		return by_number(reg, model, number, out, err);
	if (is_stage(which))
		return by_stage(reg, model, which, out, err);
	return by_alias(reg, model, which, out, err);
}

enum rc reg_version_resolve(struct registry *reg, const char *text,
			    struct version_ref *out, struct err *err)
{
	const char *at = strchr(text, '@');
	struct model_rec m;
	char *model;
	enum rc rc;

	*out = (struct version_ref){ 0 };
	if (!at || at == text || !at[1])
		return err_set(err, RC_USAGE, "'%.80s' names no version; write "
			       "NAME@VERSION, for instance %.64s@1", text,
			       at && at > text ? "credit-scorer" : text);
	model = xmemdupz(text, (size_t)(at - text));
	rc = resolve(reg, model, at + 1, &out->version, err);
	if (rc == RC_OK) {
		out->model = model;
		return RC_OK;
	}
	if (rc == RC_NOT_FOUND && reg_model_get(reg, model, &m, err) == RC_OK) {
		model_rec_release(&m);
		err_set(err, rc, "version '%.140s' does not exist; 'muster "
			"version list %s' shows all", text, model);
	}
	free(model);
	return rc;
}

/* *idx: the entry by which the version entered its stage; -1 if it stands in
 * another stage. */
static enum rc entered(struct registry *reg, const char *model,
		       int64_t version, const char *stage, int64_t *idx,
		       struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT stage_idx FROM version "
		"WHERE model = ? AND version = ? AND stage = ?");
	enum rc rc;

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_text(s, stage);
	rc = stmt_one(s, err);
	*idx = rc == RC_OK ? stmt_int(s, "stage_idx") : -1;
	if (rc == RC_OK)
		stmt_done(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Does this stored move lead another version into the stage? */
static enum rc read_move(struct stmt *s, const char *stage, int64_t version,
			 int64_t *out, struct err *err)
{
	struct json *owner = NULL;
	struct entry e;
	const char *to;
	size_t n;
	const char *text = stmt_textn(s, "entry", &n);
	int64_t v;
	enum rc rc = entry_parse(text, n, &e, &owner, err);

	if (rc == RC_OK) {
		to = json_get_str(e.body, "to");
		v = json_get_int(e.body, "version", 0);
		if (to && !strcmp(to, stage) && v != version)
			*out = v;
	}
	json_free(owner);
	return rc;
}

enum rc reg_version_before(struct registry *reg, const char *model,
			   int64_t version, const char *stage, int64_t *out,
			   struct err *err)
{
	int64_t idx;
	enum step step = STEP_END;
	struct stmt *s;
	char *from, *to;
	enum rc rc = entered(reg, model, version, stage, &idx, err);

	*out = 0;
	if (rc != RC_OK)
		return rc;
	if (idx < 0) {
		rc = by_stage(reg, model, stage, out, err);
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	from = xasprintf("version/%s@", model);
	to = xasprintf("version/%sA", model);	/* behind '@' */
	s = db_prepare(reg->db,
		"SELECT entry FROM log "
		"WHERE object >= ? AND object < ? AND idx < ? "
		"AND kind = 'version.stage' "
		"ORDER BY idx DESC");
	stmt_bind_text(s, from);
	stmt_bind_text(s, to);
	stmt_bind_int(s, idx);
	while (rc == RC_OK && !*out && (step = stmt_step(s, err)) == STEP_ROW)
		rc = read_move(s, stage, version, out, err);
	stmt_done(s);
	free(from);
	free(to);
	return rc == RC_OK && step == STEP_ERROR ? RC_IO : rc;
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

static enum rc model_id(struct db *db, const char *model, int64_t *out,
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

static enum rc apply_add(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body;
	const char *model;
	int64_t version, id;
	enum rc rc = body_version(a, &model, &version, err);

	if (rc == RC_OK && (version < 1 ||
			    json_type(json_get(body, "params")) !=
			    JSON_OBJECT ||
			    json_type(json_get(body, "runner")) != JSON_ARRAY))
		rc = err_set(err, RC_CORRUPT, "entry describes no version");
	if (rc == RC_OK)
		rc = model_id(a->db, model, &id, err);
	if (rc == RC_OK)
		rc = count_up(a, id, version, err);
	return rc == RC_OK ? insert_version(a, id, model, version, err) : rc;
}

static void line_object(const struct entry *e, struct buf *out,
			const char *what)
{
	const char *model = json_get_str(e->body, "model");

	buf_printf(out, "%s@%lld %s", model ? model : "?",
		   (long long)json_get_int(e->body, "version", 0), what);
}

static void line_add(const struct entry *e, struct buf *out)
{
	const char *note = json_get_str(e->body, "note");

	line_object(e, out, "added");
	if (note)
		buf_printf(out, ": %s", note);
}

static enum rc get_of_entry(struct reg_tx *tx, const struct entry *e,
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
	enum rc rc = get_of_entry(tx, e, &v, err);

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
	line_object(e, out, "removed");
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
static enum rc begin_change(struct apply *a, const char **model, int64_t *id,
			    struct err *err)
{
	int64_t version;
	enum rc rc = body_version(a, model, &version, err);

	if (rc == RC_OK)
		rc = version_id(a->db, *model, version, id, err);
	return rc == RC_OK ? set_revision(a, *id, err) : rc;
}

static struct json *change_body(const char *model, int64_t version,
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

static enum rc append_change(struct reg_tx *tx, const char *kind,
			     const char *model, int64_t version, int64_t base,
			     const char *from, const char *to,
			     const char *reason, struct err *err)
{
	char *object = version_object(model, version);
	enum rc rc = tx_append(tx, kind, object, base,
			       change_body(model, version, from, to, reason),
			       NULL, err);

	free(object);
	return rc;
}

/* -- Stages -- */

struct moving {
	const char *model;
	int64_t version, base;
	const char *stage, *reason;
	const struct stage_gate *gate;	/* or NULL: there is none */
};

/* Is there a gate for the stage, of any risk? */
static enum rc has_gate(struct db *db, const char *stage, bool *out,
			struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT of_name FROM document "
		"WHERE kind = 'gate' AND (of_name = ? OR of_name IN "
		"(? || ':low', ? || ':medium', ? || ':high')) "
		"LIMIT 1");
	enum rc rc;

	for (int i = 0; i < 4; i++)
		stmt_bind_text(s, stage);
	rc = stmt_one(s, err);
	*out = rc == RC_OK;
	if (rc == RC_OK)
		stmt_done(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_gate(struct reg_tx *tx, const struct moving *m,
			  struct err *err)
{
	bool gated = false;
	enum rc rc;

	if (m->gate)
		return tx_check_unmoved(tx, m->gate->size, m->model,
					m->version, err);
	rc = has_gate(tx_registry(tx)->db, m->stage, &gated, err);
	if (rc == RC_OK && gated)
		rc = err_set(err, RC_UNMET, "stage '%s' has a gate, which was "
			     "not checked; 'muster version stage' does",
			     m->stage);
	return rc;
}

static enum rc append_move(struct reg_tx *tx, const struct moving *m,
			   const char *from, struct err *err)
{
	struct json *body = change_body(m->model, m->version, from, m->stage,
					m->reason);
	char *object = version_object(m->model, m->version);
	enum rc rc;

	if (m->gate)
		json_set_str(body, "gate", m->gate->digest); /* or nothing */
	if (m->gate && m->gate->overridden)
		json_set_str(body, "overridden", "yes");
	rc = tx_append(tx, "version.stage", object, m->base, body, NULL, err);
	free(object);
	return rc;
}

static enum rc stage_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct moving *m = arg;
	char *object = version_object(m->model, m->version);
	struct version_rec v;
	enum rc rc = tx_check_base(tx, object, m->base, err);

	free(object);
	if (rc == RC_OK)
		rc = reg_version_get(tx_registry(tx), m->model, m->version, &v,
				     err);
	if (rc != RC_OK)
		return rc;
	rc = check_gate(tx, m, err);
	if (rc == RC_OK && !strcmp(v.stage, m->stage))
		rc = err_set(err, RC_REFUSED, "version '%s@%lld' is in stage "
			     "'%s' already", m->model, (long long)m->version,
			     m->stage);
	if (rc == RC_OK)
		rc = append_move(tx, m, v.stage, err);
	version_rec_release(&v);
	return rc;
}

enum rc reg_version_stage(struct registry *reg, const char *model,
			  int64_t version, const char *stage,
			  const char *reason, int64_t base, struct err *err)
{
	return reg_version_stage_gated(reg, model, version, stage, reason,
				       base, NULL, err);
}

enum rc reg_version_stage_gated(struct registry *reg, const char *model,
				int64_t version, const char *stage,
				const char *reason, int64_t base,
				const struct stage_gate *gate,
				struct err *err)
{
	struct moving m = { .model = model, .version = version, .base = base,
			    .stage = stage, .reason = reason, .gate = gate };
	enum rc rc = reason_check(reason, err);

	if (rc == RC_OK && !is_stage(stage))
		rc = err_set(err, RC_USAGE, "stage '%.80s' is none of none, "
			     "candidate, shadow, production, archived", stage);
	return rc == RC_OK ? reg_write(reg, stage_fn, &m, err) : rc;
}

static enum rc apply_stage(struct apply *a, struct err *err)
{
	const char *model, *stage;
	struct stmt *s;
	int64_t id;
	enum rc rc = begin_change(a, &model, &id, err);

	if (rc == RC_OK)
		rc = body_str(a->entry->body, "to", &stage, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"UPDATE version "
		"SET stage = ?, stage_time = ?, stage_idx = ? "
		"WHERE id = ?");
	stmt_bind_text(s, stage);
	stmt_bind_int(s, a->entry->time);
	stmt_bind_int(s, (int64_t)a->entry->index);
	stmt_bind_int(s, id);
	return stmt_run(s, err);
}

static void line_change(const struct entry *e, struct buf *out,
			const char *what)
{
	const char *from = json_get_str(e->body, "from");
	const char *to = json_get_str(e->body, "to");
	const char *reason = json_get_str(e->body, "reason");

	line_object(e, out, what);
	buf_printf(out, " %s -> %s", from ? from : "unset", to ? to : "unset");
	if (reason)
		buf_printf(out, " (%s)", reason);
}

static void line_stage(const struct entry *e, struct buf *out)
{
	line_change(e, out, "stage");
	if (json_get_str(e->body, "overridden"))
		buf_str(out, " (the gate did not hold)");
}

static enum rc undo_stage(struct reg_tx *tx, const struct entry *e,
			  struct err *err)
{
	const char *from, *to;
	struct version_rec v = { 0 };
	enum rc rc = body_str(e->body, "from", &from, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "to", &to, err);
	if (rc == RC_OK)
		rc = get_of_entry(tx, e, &v, err);
	if (rc == RC_OK && strcmp(v.stage, to) != 0)
		rc = err_set(err, RC_REFUSED, "version '%s@%lld' has moved on "
			     "to stage '%s'", v.model, (long long)v.version,
			     v.stage);
	if (rc == RC_OK)
		rc = append_change(tx, "version.stage", v.model, v.version,
				   TX_ANY_BASE, to, from, "undo", err);
	version_rec_release(&v);
	return rc;
}

/* -- Aliases: from and to are numbers of versions, 0 for none -- */

struct naming {
	const char *model, *alias;
	int64_t version;
};

static enum rc append_alias(struct reg_tx *tx, const char *model,
			    const char *alias, int64_t from, int64_t to,
			    struct err *err)
{
	int64_t subject = to ? to : from;
	struct json *body = json_new_object();
	char *object = version_object(model, subject);
	enum rc rc;

	json_set_str(body, "model", model);
	json_set_int(body, "version", subject);
	json_set_str(body, "alias", alias);
	json_set_int(body, "from", from);
	json_set_int(body, "to", to);
	rc = tx_append(tx, "version.alias", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

static enum rc alias_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct naming *n = arg;
	struct registry *reg = tx_registry(tx);
	struct version_rec v;
	int64_t from = 0;
	enum rc rc = reg_version_get(reg, n->model, n->version, &v, err);

	if (rc != RC_OK)
		return rc;
	version_rec_release(&v);
	rc = by_alias(reg, n->model, n->alias, &from, err);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (from == n->version)
		return RC_OK;
	return append_alias(tx, n->model, n->alias, from, n->version, err);
}

enum rc reg_version_alias(struct registry *reg, const char *model,
			  int64_t version, const char *alias, struct err *err)
{
	struct naming n = { .model = model, .alias = alias,
			    .version = version };
	int64_t number;
	enum rc rc = name_check("alias", alias, err);

	if (rc == RC_OK && (decimal_read_i64(alias, strlen(alias), &number) ||
			    is_stage(alias)))
		rc = err_set(err, RC_USAGE, "alias '%s' would be taken for a "
			     "number or a stage", alias);
	return rc == RC_OK ? reg_write(reg, alias_fn, &n, err) : rc;
}

static enum rc apply_alias(struct apply *a, struct err *err)
{
	const char *model, *alias;
	int64_t id, of_model, to;
	struct stmt *s;
	enum rc rc = begin_change(a, &model, &id, err);

	if (rc == RC_OK)
		rc = body_str(a->entry->body, "alias", &alias, err);
	if (rc == RC_OK)
		rc = body_int(a->entry->body, "to", &to, err);
	if (rc == RC_OK)
		rc = model_id(a->db, model, &of_model, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "DELETE FROM alias "
			      "WHERE model_id = ? AND alias = ?");
	stmt_bind_int(s, of_model);
	stmt_bind_text(s, alias);
	rc = stmt_run(s, err);
	if (rc != RC_OK || !to)
		return rc;
	s = db_prepare(a->db, "INSERT INTO alias (model_id, alias, version_id) "
			      "VALUES (?, ?, ?)");
	stmt_bind_int(s, of_model);
	stmt_bind_text(s, alias);
	stmt_bind_int(s, id);
	return stmt_run(s, err);
}

static void line_alias(const struct entry *e, struct buf *out)
{
	const char *alias = json_get_str(e->body, "alias");
	int64_t from = json_get_int(e->body, "from", 0);
	int64_t to = json_get_int(e->body, "to", 0);

	line_object(e, out, to ? "gets the alias" : "loses the alias");
	buf_printf(out, " %s", alias ? alias : "?");
	if (from && to)
		buf_printf(out, " of version %lld", (long long)from);
}

static enum rc undo_alias(struct reg_tx *tx, const struct entry *e,
			  struct err *err)
{
	const char *model, *alias;
	int64_t from, to, now = 0;
	enum rc rc = body_str(e->body, "model", &model, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "alias", &alias, err);
	if (rc == RC_OK)
		rc = body_int(e->body, "from", &from, err);
	if (rc == RC_OK)
		rc = body_int(e->body, "to", &to, err);
	if (rc != RC_OK)
		return rc;
	rc = by_alias(tx_registry(tx), model, alias, &now, err);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (now != to)
		return err_set(err, RC_REFUSED, "alias '%s' of model '%s' has "
			       "moved on", alias, model);
	return append_alias(tx, model, alias, to, from, err);
}

/* -- Thresholds -- */

enum rc tx_version_threshold(struct reg_tx *tx, const char *model,
			     int64_t version, double threshold,
			     const char *reason, struct err *err)
{
	char from[DECIMAL_MAX], to[DECIMAL_MAX];
	struct version_rec v;
	enum rc rc = text_check("reason", reason, err);

	if (rc == RC_OK)
		rc = reg_version_get(tx_registry(tx), model, version, &v, err);
	if (rc != RC_OK)
		return rc;
	decimal_shortest(threshold, to);
	if (v.has_threshold)
		decimal_shortest(v.threshold, from);
	if (!v.has_threshold || strcmp(from, to) != 0)
		rc = append_change(tx, "version.threshold", model, version,
				   TX_ANY_BASE, v.has_threshold ? from : NULL,
				   to, reason, err);
	version_rec_release(&v);
	return rc;
}

static enum rc apply_threshold(struct apply *a, struct err *err)
{
	const char *model, *to = json_get_str(a->entry->body, "to");
	struct stmt *s;
	int64_t id;
	double x;
	enum rc rc = begin_change(a, &model, &id, err);

	if (rc == RC_OK && to && !decimal_read(to, strlen(to), &x))
		rc = err_set(err, RC_CORRUPT, "entry has no number as "
			     "threshold");
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "UPDATE version SET threshold = ? WHERE id = ?");
	stmt_bind_text(s, to);
	stmt_bind_int(s, id);
	return stmt_run(s, err);
}

static void line_threshold(const struct entry *e, struct buf *out)
{
	line_change(e, out, "threshold");
}

static enum rc undo_threshold(struct reg_tx *tx, const struct entry *e,
			      struct err *err)
{
	const char *from = json_get_str(e->body, "from");
	const char *to = json_get_str(e->body, "to");
	char now[DECIMAL_MAX] = "";
	struct version_rec v;
	enum rc rc = get_of_entry(tx, e, &v, err);

	if (rc != RC_OK)
		return rc;
	if (v.has_threshold)
		decimal_shortest(v.threshold, now);
	if (strcmp(now, to ? to : "") != 0)
		rc = err_set(err, RC_REFUSED, "the threshold of '%s@%lld' has "
			     "changed since", v.model, (long long)v.version);
	else
		rc = append_change(tx, "version.threshold", v.model, v.version,
				   TX_ANY_BASE, to, from, "undo", err);
	version_rec_release(&v);
	return rc;
}

const struct entry_kind version_kinds[] = {
	{ "version.add", 1, apply_add, line_add, undo_add },
	{ "version.remove", 1, apply_remove, line_remove, undo_remove },
	{ "version.stage", 1, apply_stage, line_stage, undo_stage },
	{ "version.alias", 1, apply_alias, line_alias, undo_alias },
	{ "version.threshold", 1, apply_threshold, line_threshold,
	  undo_threshold },
	{ NULL }
};
