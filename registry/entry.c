#include "registry/entry.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/inside.h"

/* The shape of the entry around its body. */
#define ENTRY_SCHEMA 1

extern const struct entry_kind registry_kinds[];
extern const struct entry_kind model_kinds[];
extern const struct entry_kind version_kinds[];
extern const struct entry_kind document_kinds[];
extern const struct entry_kind dataset_kinds[];
extern const struct entry_kind role_kinds[];
extern const struct entry_kind signoff_kinds[];
extern const struct entry_kind waiver_kinds[];
extern const struct entry_kind testset_kinds[];
extern const struct entry_kind slice_kinds[];
extern const struct entry_kind prediction_kinds[];
extern const struct entry_kind run_kinds[];
extern const struct entry_kind evaluation_kinds[];
extern const struct entry_kind problem_kinds[];

/* The tables of all nouns. */
static const struct entry_kind *const kinds[] = {
	registry_kinds,
	model_kinds,
	version_kinds,
	document_kinds,
	dataset_kinds,
	role_kinds,
	signoff_kinds,
	waiver_kinds,
	testset_kinds,
	slice_kinds,
	prediction_kinds,
	run_kinds,
	evaluation_kinds,
	problem_kinds,
};

/* -- Kinds -- */

const char *entry_noun(const struct entry *e)
{
	const char *slash = strchr(e->object, '/');

	return slash ? slash + 1 : e->object;
}

const char *entry_text(const struct entry *e, const char *key)
{
	const char *text = json_get_str(e->body, key);

	return text ? text : "?";
}

const struct entry_kind *entry_kind_find(const char *name, int64_t version)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (const struct entry_kind *k = kinds[i]; k->name; k++)
			if (k->version == version && !strcmp(k->name, name))
				return k;
	return NULL;
}

const struct entry_kind *entry_kind_newest(const char *name)
{
	const struct entry_kind *newest = NULL;

	for (size_t i = 0; i < COUNT(kinds); i++)
		for (const struct entry_kind *k = kinds[i]; k->name; k++)
			if (!strcmp(k->name, name) &&
			    (!newest || k->version > newest->version))
				newest = k;
	if (!newest)
		BUG("entry kind '%s' is in no table", name);
	return newest;
}

static enum rc apply_init(struct apply *a, struct err *err)
{
	if (a->entry->index != 0)
		return err_set(err, RC_CORRUPT, "a registry begins twice");
	return role_insert(a, a->entry->login, ROLE_ADMIN, err);
}

static void line_init(const struct entry *e, struct buf *out)
{
	(void)e;
	buf_str(out, "registry created");
}

const struct entry_kind registry_kinds[] = {
	{ "registry.init", 1, apply_init, line_init, NULL },
	{ NULL }
};

/* -- Reading a stored text -- */

enum rc body_str(const struct json *body, const char *key, const char **out,
		 struct err *err)
{
	*out = json_get_str(body, key);
	if (*out)
		return RC_OK;
	return err_set(err, RC_CORRUPT, "entry has no text '%s'", key);
}

enum rc body_int(const struct json *body, const char *key, int64_t *out,
		 struct err *err)
{
	if (json_int(json_get(body, key), out))
		return RC_OK;
	return err_set(err, RC_CORRUPT, "entry has no whole number '%s'", key);
}

enum rc body_read(const struct json *body, const struct body_field *fields,
		  struct err *err)
{
	enum rc rc = RC_OK;

	for (; fields->key && rc == RC_OK; fields++)
		rc = fields->text
			? body_str(body, fields->key, fields->text, err)
			: body_int(body, fields->key, fields->number, err);
	return rc;
}

/* Measured numbers are texts, so that bytes depend on no printer. */
static enum rc check_values(const struct json *j, struct err *err)
{
	enum rc rc = RC_OK;
	const char *key;

	switch (json_type(j)) {
	case JSON_STRING:
	case JSON_INT:
		return RC_OK;
	case JSON_ARRAY:
		for (size_t i = 0; i < json_size(j) && rc == RC_OK; i++)
			rc = check_values(json_at(j, i), err);
		return rc;
	case JSON_OBJECT:
		for (size_t i = 0; i < json_size(j) && rc == RC_OK; i++)
			rc = check_values(json_member(j, i, &key), err);
		return rc;
	case JSON_NULL:
	case JSON_BOOL:
	case JSON_REAL:
		break;
	}
	return err_set(err, RC_CORRUPT, "entry holds a value that is neither "
		       "text nor whole number");
}

static enum rc parse_time(const char *text, int64_t *out, struct err *err)
{
	char again[CLOCK_TEXT];

	if (clock_parse(text, out) && !strcmp(clock_format(*out, again), text))
		return RC_OK;
	return err_set(err, RC_CORRUPT, "entry has no valid time");
}

static enum rc parse_actor(const struct json *actor, struct entry *e,
			   struct err *err)
{
	enum rc rc = body_int(actor, "uid", &e->uid, err);

	if (rc == RC_OK)
		rc = body_int(actor, "loginuid", &e->loginuid, err);
	if (rc == RC_OK)
		rc = body_str(actor, "login", &e->login, err);
	if (rc == RC_OK && json_size(actor) != 3)
		rc = err_set(err, RC_CORRUPT, "entry has another actor field");
	return rc;
}

static enum rc parse_numbers(const struct json *j, struct entry *e,
			     struct err *err)
{
	int64_t schema, index;
	const struct body_field fields[] = {
		{ "schema", .number = &schema },
		{ "index", .number = &index },
		{ "version", .number = &e->version },
		{ "revision", .number = &e->revision },
		{ "base", .number = &e->base }, { 0 },
	};
	enum rc rc = body_read(j, fields, err);

	if (rc != RC_OK)
		return rc;
	if (schema != ENTRY_SCHEMA)
		return err_set(err, RC_CORRUPT, "entry has the unknown schema "
			       "%lld", (long long)schema);
	/* what an entry makes is numbered by its index plus 1 */
	if (index < 0 || index == INT64_MAX || e->revision < 1 ||
	    e->base < -1)
		return err_set(err, RC_CORRUPT, "entry has a number out of "
			       "range");
	e->index = (uint64_t)index;
	e->undoes = json_get_int(j, "undoes", -1);
	return RC_OK;
}

static enum rc parse_fields(const struct json *j, struct entry *e,
			    struct err *err)
{
	const char *time;
	enum rc rc = parse_numbers(j, e, err);

	if (rc == RC_OK)
		rc = body_str(j, "kind", &e->kind, err);
	if (rc == RC_OK)
		rc = body_str(j, "object", &e->object, err);
	if (rc == RC_OK)
		rc = body_str(j, "time", &time, err);
	if (rc == RC_OK)
		rc = parse_time(time, &e->time, err);
	if (rc == RC_OK)
		rc = parse_actor(json_get(j, "actor"), e, err);
	e->body = json_get(j, "body");
	if (rc == RC_OK && json_type(e->body) != JSON_OBJECT)
		rc = err_set(err, RC_CORRUPT, "entry has no body");
	if (rc == RC_OK && json_size(j) != 10u + !!json_get(j, "undoes"))
		rc = err_set(err, RC_CORRUPT, "entry has another field");
	return rc == RC_OK ? check_values(e->body, err) : rc;
}

static enum rc check_length(size_t n, struct err *err)
{
	if (n > LOG_ENTRY_MAX)
		return err_set(err, RC_CORRUPT, "entry is longer than %d bytes",
			       LOG_ENTRY_MAX);
	return RC_OK;
}

/* Whatever is wrong with a stored text, the registry is damaged. */
static enum rc as_damage(enum rc rc, struct err *err)
{
	if (rc != RC_OK && err)
		err->rc = RC_CORRUPT;
	return rc == RC_OK ? RC_OK : RC_CORRUPT;
}

enum rc entry_parse(const char *text, size_t n, struct entry *e,
		    struct json **owner, struct err *err)
{
	struct json *j = NULL;
	enum rc rc = check_length(n, err);

	*owner = NULL;
	*e = (struct entry){ 0 };
	if (rc == RC_OK)
		rc = as_damage(json_parse(text, n, "entry", &j, err), err);
	if (rc == RC_OK)
		rc = parse_fields(j, e, err);
	if (rc != RC_OK)
		json_free(j);
	else
		*owner = j;
	return rc;
}

enum rc entry_parse_in(struct pool *pool, const char *text, size_t n,
		       struct entry *e, struct err *err)
{
	const struct json *j = NULL;
	enum rc rc = check_length(n, err);

	*e = (struct entry){ 0 };
	if (rc == RC_OK)
		rc = as_damage(json_parse_in(pool, text, n, "entry", &j, err),
			       err);
	return rc == RC_OK ? parse_fields(j, e, err) : rc;
}

void entry_write(struct buf *out, const struct entry *e)
{
	struct json *j = json_new_object(), *actor = json_new_object();
	char time[CLOCK_TEXT];

	json_set_int(actor, "uid", e->uid);
	json_set_int(actor, "loginuid", e->loginuid);
	json_set_str(actor, "login", e->login);
	json_set_int(j, "schema", ENTRY_SCHEMA);
	json_set_int(j, "index", (int64_t)e->index);
	json_set_str(j, "kind", e->kind);
	json_set_int(j, "version", e->version);
	json_set_str(j, "object", e->object);
	json_set_int(j, "revision", e->revision);
	json_set_int(j, "base", e->base);
	json_set_str(j, "time", clock_format(e->time, time));
	json_set(j, "actor", actor);
	if (e->undoes >= 0)
		json_set_int(j, "undoes", e->undoes);
	json_set(j, "body", json_clone(e->body));
	json_write_canonical(out, j);
	json_free(j);
}

/* -- Applying -- */

enum rc body_blobs(const struct json *body,
		   enum rc (*fn)(void *arg, const struct hash *name,
				 struct err *err),
		   void *arg, struct err *err)
{
	enum json_type type = json_type(body);
	enum rc rc = RC_OK;
	struct hash name;
	const char *key;

	if (type == JSON_STRING && reg_blob_from_ref(json_str(body), &name))
		return fn(arg, &name, err);
	if (type != JSON_ARRAY && type != JSON_OBJECT)
		return RC_OK;
	for (size_t i = 0; i < json_size(body) && rc == RC_OK; i++)
		rc = body_blobs(type == JSON_ARRAY ? json_at(body, i) :
				json_member(body, i, &key), fn, arg, err);
	return rc;
}

static enum rc note_blob(void *arg, const struct hash *name, struct err *err)
{
	struct apply *a = arg;
	struct stmt *s = db_prepare(a->db,
		"INSERT INTO blob_ref (hash, idx) "
		"VALUES (?, ?) "
		"ON CONFLICT DO NOTHING");

	stmt_bind_blob(s, name->bytes, HASH_SIZE);
	stmt_bind_int(s, (int64_t)a->entry->index);
	return stmt_run(s, err);
}

enum rc apply_note_blobs(struct apply *a, const struct json *manifest,
			 struct err *err)
{
	return body_blobs(manifest, note_blob, a, err);
}

static enum rc wrong_revision(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	struct stmt *s = db_prepare(a->db,
		"SELECT revision FROM object WHERE name = ?");
	int64_t newest = 0;
	enum rc rc;

	stmt_bind_text(s, e->object);
	rc = stmt_one(s, err);
	if (rc == RC_OK) {
		newest = stmt_int(s, "revision");
		stmt_done(s);
	} else if (rc != RC_NOT_FOUND) {
		return rc;
	}
	return err_set(err, RC_CORRUPT, "revision %lld of '%s' follows upon "
		       "%lld", (long long)e->revision, e->object,
		       (long long)newest);
}

/* The first of an object, or the one behind its newest; nothing else. */
static enum rc set_revision(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	struct stmt *s;
	enum rc rc;

	if (e->base != -1 && e->base != e->revision - 1)
		return wrong_revision(a, err);
	s = e->revision == 1 ? db_prepare(a->db,
		"INSERT INTO object (name, revision, idx) "
		"VALUES (?1, ?2, ?3) "
		"ON CONFLICT (name) DO NOTHING") : db_prepare(a->db,
		"UPDATE object "
		"SET revision = ?2, idx = ?3 "
		"WHERE name = ?1 AND revision = ?2 - 1");
	stmt_bind_text(s, e->object);
	stmt_bind_int(s, e->revision);
	stmt_bind_int(s, (int64_t)e->index);
	rc = stmt_run(s, err);
	return rc == RC_OK && db_changes(a->db) != 1 ? wrong_revision(a, err) :
	       rc;
}

/* Taking back what took something back puts that in force again. */
static enum rc note_undone(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	struct stmt *s;
	enum rc rc;

	if (e->undoes < 0)
		return RC_OK;
	if ((uint64_t)e->undoes >= e->index)
		return err_set(err, RC_CORRUPT, "entry takes back a later one");
	s = db_prepare(a->db, "DELETE FROM undone WHERE by_idx = ?");
	stmt_bind_int(s, e->undoes);
	rc = stmt_run(s, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "INSERT INTO undone (idx, by_idx) "
			      "VALUES (?, ?)");
	stmt_bind_int(s, e->undoes);
	stmt_bind_int(s, (int64_t)e->index);
	return stmt_run(s, err);
}

enum rc entry_apply(struct apply *a, const char *text, size_t n,
		    struct err *err)
{
	const struct entry *e = a->entry;
	const struct entry_kind *k = entry_kind_find(e->kind, e->version);
	enum rc rc;

	if (!k)
		return err_set(err, RC_CORRUPT, "entry kind '%.80s' version "
			       "%lld is unknown; a newer muster may know it",
			       e->kind, (long long)e->version);
	if ((e->index == 0) != !strcmp(e->kind, "registry.init"))
		return err_set(err, RC_CORRUPT, "a log begins with the entry "
			       "registry.init");
	rc = set_revision(a, err);
	if (rc == RC_OK)
		rc = note_undone(a, err);
	if (rc == RC_OK && memmem(text, n, "\"blob:", 6))
		rc = body_blobs(e->body, note_blob, a, err);
	return rc == RC_OK ? k->apply(a, err) : rc;
}

/* -- The log view -- */

static void describe(const struct entry *e, struct buf *out)
{
	const struct entry_kind *k = entry_kind_find(e->kind, e->version);

	if (k && k->line)
		k->line(e, out);
	else
		buf_printf(out, "%s (of a newer muster)", e->kind);
	if (e->undoes >= 0)
		buf_printf(out, " (takes back entry %lld)",
			   (long long)e->undoes);
}

/* What the filter asks of an entry beyond what the query does. */
static bool is_wanted(const struct log_filter *f, const struct entry *e)
{
	size_t n = f->kind ? strlen(f->kind) : 0;
	int64_t uid;

	if (n && f->kind[n - 1] == '.' && strncmp(e->kind, f->kind, n) != 0)
		return false;
	if (n && f->kind[n - 1] != '.' && strcmp(e->kind, f->kind) != 0)
		return false;
	if (!f->by || !strcmp(e->login, f->by))
		return true;
	return decimal_read_i64(f->by, strlen(f->by), &uid) && e->uid == uid;
}

static enum rc give_line(struct stmt *s, const struct log_filter *filter,
			 uint64_t *n_given, log_line_fn *fn, void *arg,
			 struct err *err)
{
	struct log_line line = { 0 };
	struct json *owner = NULL;
	struct buf text = BUF_INIT;
	struct entry e;
	size_t n;
	const char *entry = stmt_textn(s, "entry", &n);
	enum rc rc = entry_parse(entry, n, &e, &owner, err);

	line.index = (uint64_t)stmt_int(s, "idx");
	if (rc != RC_OK) {
		rc = err_prefix(err, "entry %llu", (unsigned long long)line.index);
		goto out;
	}
	if (!is_wanted(filter, &e))
		goto out;
	(*n_given)++;
	line.hash = tree_leaf(entry, n);
	line.time = e.time;
	line.uid = e.uid;
	line.login = xstrdup(e.login);
	line.kind = xstrdup(e.kind);
	line.object = xstrdup(e.object);
	describe(&e, &text);
	line.text = text.data;
	rc = fn(&line, arg, err);
out:
	free(line.login);
	free(line.kind);
	free(line.object);
	json_free(owner);
	buf_release(&text);
	return rc;
}

/* Prefix search by range: "model/" finds what sorts from it up to "model0". */
static void bind_object(struct stmt *s, const char *object)
{
	size_t n = object ? strlen(object) : 0;
	char *end;

	if (!object || !n || object[n - 1] != '/') {
		stmt_bind_text(s, object);
		stmt_bind_text(s, object);
		return;
	}
	end = xasprintf("%.*s0", (int)n - 1, object);
	stmt_bind_text(s, object);
	stmt_bind_text(s, end);
	free(end);
}

#define LOG_COLUMNS "SELECT idx, entry FROM log "
#define LOG_OF_OBJECT "WHERE object >= ? AND object <= ? "
#define LOG_BOUNDS "idx >= ? AND idx < ? AND time >= ? "

static struct stmt *prepare_log(struct db *db, bool of_object, bool newest)
{
	if (of_object && newest)
		return db_prepare(db, LOG_COLUMNS LOG_OF_OBJECT "AND "
				  LOG_BOUNDS "ORDER BY idx DESC LIMIT ?");
	if (of_object)
		return db_prepare(db, LOG_COLUMNS LOG_OF_OBJECT "AND "
				  LOG_BOUNDS "ORDER BY idx LIMIT ?");
	if (newest)
		return db_prepare(db, LOG_COLUMNS "WHERE " LOG_BOUNDS
				  "ORDER BY idx DESC LIMIT ?");
	return db_prepare(db, LOG_COLUMNS "WHERE " LOG_BOUNDS
			  "ORDER BY idx LIMIT ?");
}

enum rc reg_log(struct registry *reg, const struct log_filter *filter,
		log_line_fn *fn, void *arg, struct err *err)
{
	bool newest = filter->from == UINT64_MAX;
	uint64_t size, given = 0;
	enum rc rc = reg_read_size(reg, &size, err);
	struct stmt *s;

	if (rc != RC_OK)
		return rc;
	s = prepare_log(reg->db, filter->object, newest);
	if (filter->object)
		bind_object(s, filter->object);
	stmt_bind_int(s, newest ? 0 : (int64_t)filter->from);
	stmt_bind_int(s, (int64_t)size);
	stmt_bind_int(s, filter->since);
	stmt_bind_int(s, filter->limit > INT64_MAX || filter->kind ||
		      filter->by ? -1 : (int64_t)filter->limit);
	while (rc == RC_OK && given < filter->limit && stmt_next(s, err))
		rc = give_line(s, filter, &given, fn, arg, err);
	return stmt_end(s, rc);
}

enum rc reg_entry_bytes(struct registry *reg, uint64_t index, struct buf *out,
			struct err *err)
{
	struct stmt *s = db_prepare(reg->db,
		"SELECT entry FROM log WHERE idx = ?");
	const char *text;
	size_t n;
	enum rc rc;

	stmt_bind_int(s, index > INT64_MAX ? -1 : (int64_t)index);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "entry %llu does not exist",
			       (unsigned long long)index);
	if (rc != RC_OK)
		return rc;
	text = stmt_textn(s, "entry", &n);
	buf_add(out, text, n);
	stmt_done(s);
	return RC_OK;
}
