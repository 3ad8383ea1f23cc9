#include "registry/model.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/metric.h"
#include "model/risk.h"
#include "model/task.h"
#include "registry/inside.h"
#include "registry/nouns.h"

/* -- Names and small records -- */

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool is_name(const char *s)
{
	size_t n = 0;

	if (!is_letter_or_digit(s[0]))
		return false;
	while (is_letter_or_digit(s[n]) || s[n] == '.' || s[n] == '_' ||
	       s[n] == '-')
		n++;
	return n <= 64 && s[n] == '\0';
}

enum rc name_check(const char *what, const char *name, struct err *err)
{
	if (is_name(name))
		return RC_OK;
	return err_set(err, RC_USAGE, "%s '%.80s' is not a name: 1 to 64 of "
		       "a-z, A-Z, 0-9, '.', '_' and '-', beginning with a "
		       "letter or digit", what, name);
}

enum rc text_check(const char *what, const char *text, struct err *err)
{
	size_t bad;

	if (!text || utf8_valid(text, strlen(text), &bad))
		return RC_OK;
	return err_set(err, RC_BAD_INPUT, "%s is not UTF-8 at byte %zu", what,
		       bad + 1);
}

void pairs_release(struct pairs *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].key);
		free(v->at[i].value);
	}
	vec_free(v);
}

void pairs_add(struct pairs *v, const char *key, const char *value)
{
	struct pair *p = vec_add(v);

	p->key = xstrdup(key);
	p->value = xstrdup(value);
}

bool text_differs(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

void body_add_step(struct json *changes, const char *field, const char *from,
		   const char *to)
{
	struct json *step = json_new_object();

	if (from && *from)
		json_set_str(step, "from", from);
	if (to && *to)
		json_set_str(step, "to", to);
	json_set(changes, field, step);
}

struct json *body_step_back(const struct json *step)
{
	struct json *back = json_new_object();

	if (json_get(step, "to"))
		json_set(back, "from", json_clone(json_get(step, "to")));
	if (json_get(step, "from"))
		json_set(back, "to", json_clone(json_get(step, "from")));
	return back;
}

enum rc pairs_to_json(const char *what, const struct pairs *v,
		      struct json **out, struct err *err)
{
	struct json *j = json_new_object();
	enum rc rc = RC_OK;

	*out = NULL;
	for (size_t i = 0; v && i < v->n && rc == RC_OK; i++) {
		rc = text_check(what, v->at[i].key, err);
		if (rc == RC_OK)
			rc = text_check(what, v->at[i].value, err);
		if (rc == RC_OK && json_get(j, v->at[i].key))
			rc = err_set(err, RC_USAGE, "%s '%s' is given twice",
				     what, v->at[i].key);
		if (rc == RC_OK)
			json_set_str(j, v->at[i].key, v->at[i].value);
	}
	if (rc == RC_OK)
		*out = j;
	else
		json_free(j);
	return rc;
}

enum rc texts_check(const char *what, const struct json *j, bool list,
		    struct err *err)
{
	bool ok = json_type(j) == (list ? JSON_ARRAY : JSON_OBJECT);
	const char *key;

	for (size_t i = 0; ok && i < json_size(j); i++)
		ok = json_str(list ? json_at(j, i) :
			      json_member(j, i, &key)) != NULL;
	return ok ? RC_OK : err_set(err, RC_CORRUPT, "entry has no texts as "
				    "%s", what);
}

enum rc pairs_from_text(const char *text, struct pairs *out, struct err *err)
{
	struct json *j = NULL;
	enum rc rc = json_parse(text, strlen(text), "stored pairs", &j, err);
	const char *key;

	for (size_t i = 0; rc == RC_OK && i < json_size(j); i++) {
		const char *value = json_str(json_member(j, i, &key));

		pairs_add(out, key, value ? value : "");
	}
	json_free(j);
	return rc;
}

void model_rec_release(struct model_rec *m)
{
	free(m->name);
	free(m->task);
	free(m->owner);
	free(m->description);
	free(m->risk);
	free(m->main_metric);
	pairs_release(&m->tags);
	*m = (struct model_rec){ 0 };
}

void model_recs_release(struct model_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		model_rec_release(&v->at[i]);
	vec_free(v);
}

/* -- Reading -- */

#define VERSION_COUNT \
	"(SELECT COUNT(*) FROM version AS v WHERE v.model_id = m.id) "
#define MODEL_COLUMNS_WITH(count) \
	"SELECT m.id, m.name, m.task, m.owner, m.description, m.risk, " \
	"m.main_metric, m.tags, m.revision, " count \
	"AS n_versions, " \
	"(SELECT v.version FROM version AS v " \
	"WHERE v.stage = 'production' AND v.model = m.name " \
	"ORDER BY v.stage_idx DESC LIMIT 1) AS production " \
	"FROM model AS m "
#define MODEL_COLUMNS MODEL_COLUMNS_WITH(VERSION_COUNT)

static enum rc take_model(struct stmt *s, struct model_rec *m, struct err *err)
{
	m->id = stmt_int(s, "id");
	m->name = stmt_text_copy(s, "name");
	m->task = stmt_text_copy(s, "task");
	m->owner = stmt_text_copy(s, "owner");
	m->description = stmt_text_copy(s, "description");
	m->risk = stmt_text_copy(s, "risk");
	m->main_metric = stmt_text_copy(s, "main_metric");
	m->revision = stmt_int(s, "revision");
	m->n_versions = stmt_int(s, "n_versions");
	m->production = stmt_int(s, "production");
	return pairs_from_text(stmt_text(s, "tags"), &m->tags, err);
}

enum rc reg_model_get(struct registry *reg, const char *name,
		      struct model_rec *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
				    MODEL_COLUMNS "WHERE m.name = ?");
	enum rc rc;

	*out = (struct model_rec){ 0 };
	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "model '%s' does not exist; 'muster "
			       "model list' shows all", name);
	if (rc != RC_OK)
		return rc;
	rc = take_model(s, out, err);
	stmt_done(s);
	if (rc != RC_OK)
		model_rec_release(out);
	return rc;
}

static enum rc take_models(struct stmt *s, struct model_recs *out,
			   struct err *err)
{
	enum rc rc = RC_OK;

	*out = (struct model_recs)VEC_INIT;
	while (rc == RC_OK && stmt_next(s, err))
		rc = take_model(s, vec_add(out), err);
	rc = stmt_end(s, rc);
	if (rc != RC_OK)
		model_recs_release(out);
	return rc;
}

enum rc reg_model_list(struct registry *reg, struct model_recs *out,
		       struct err *err)
{
	return take_models(db_prepare(reg->shown, MODEL_COLUMNS
		"ORDER BY m.name COLLATE NOCASE, m.name"), out, err);
}

enum rc reg_model_heads(struct registry *reg, struct model_recs *out,
			struct err *err)
{
	return take_models(db_prepare(reg->shown, MODEL_COLUMNS_WITH("0 ")
		"ORDER BY m.name COLLATE NOCASE, m.name"), out, err);
}

enum rc reg_model_like(struct registry *reg, const char *name, char **out,
		       struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT name FROM model "
		"WHERE name = ? COLLATE NOCASE AND name <> ? "
		"ORDER BY name");
	enum rc rc;

	*out = NULL;
	stmt_bind_text(s, name);
	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	*out = stmt_text_copy(s, "name");
	stmt_done(s);
	return RC_OK;
}

/* -- The fields of a model, in one table -- */

/* What is none stays as it is, for the check to refuse. */
static const char *metric_spelled(const char *key)
{
	enum metric m;

	return metric_from_key(key, &m) ? metric_key(m) : key;
}

/* Each names the column too: the update is one literal a field. */
static const struct field {
	const char *name;
	size_t offset;		/* in struct model_change */
	size_t stored;		/* in struct model_rec */
	const char *update;
	/* A value by its one name, or NULL: it has no other. */
	const char *(*spelled)(const char *value);
} fields[] = {
	{ "task", offsetof(struct model_change, task),
	  offsetof(struct model_rec, task),
	  "UPDATE model SET task = ? WHERE name = ?" },
	{ "owner", offsetof(struct model_change, owner),
	  offsetof(struct model_rec, owner),
	  "UPDATE model SET owner = ? WHERE name = ?" },
	{ "description", offsetof(struct model_change, description),
	  offsetof(struct model_rec, description),
	  "UPDATE model SET description = ? WHERE name = ?" },
	{ "risk", offsetof(struct model_change, risk),
	  offsetof(struct model_rec, risk),
	  "UPDATE model SET risk = ? WHERE name = ?" },
	{ "main_metric", offsetof(struct model_change, main_metric),
	  offsetof(struct model_rec, main_metric),
	  "UPDATE model SET main_metric = ? WHERE name = ?", metric_spelled },
};
#define N_FIELDS COUNT(fields)

static const char *new_value(const struct model_change *c, size_t i)
{
	const char *value = *(const char *const *)(const void *)
		((const char *)c + fields[i].offset);

	return value && fields[i].spelled ? fields[i].spelled(value) : value;
}

static const char *old_value(const struct model_rec *m, size_t i)
{
	return *(char *const *)(const void *)
		((const char *)m + fields[i].stored);
}

static enum rc one_of(const char *what, const char *value,
		      const char *const *allowed, struct err *err)
{
	struct buf list = BUF_INIT;
	enum rc rc;

	for (size_t i = 0; allowed[i]; i++) {
		if (!strcmp(value, allowed[i]))
			return buf_release(&list), RC_OK;
		buf_printf(&list, "%s%s", i ? ", " : "", allowed[i]);
	}
	rc = err_set(err, RC_USAGE, "%s '%.80s' is none of %s", what, value,
		     list.data);
	buf_release(&list);
	return rc;
}

static enum rc check_change(const struct model_change *c, struct err *err)
{
#define X(id, name) name,
	static const char *const tasks[] = { TASK_LIST(X) NULL };
	static const char *const risks[] = { RISK_LIST(X) NULL };
#undef X
	enum metric metric;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < N_FIELDS && rc == RC_OK; i++)
		rc = text_check(fields[i].name, new_value(c, i), err);
	if (rc == RC_OK && c->task && *c->task)
		rc = one_of("task", c->task, tasks, err);
	if (rc == RC_OK && c->risk && *c->risk)
		rc = one_of("risk", c->risk, risks, err);
	if (rc == RC_OK && c->main_metric && *c->main_metric &&
	    !metric_from_key(c->main_metric, &metric))
		rc = err_set(err, RC_USAGE, "main metric '%.80s' is no "
			     "metric; accuracy, roc_auc, mae are (see 'man "
			     "muster')", c->main_metric);
	return rc;
}

/* -- Adding -- */

struct adding {
	const char *name;
	const struct model_change *fields;
	struct json *body;
};

char *model_object(const char *name)
{
	return xasprintf("model/%s", name);
}

static enum rc model_exists(struct db *db, const char *name, bool *out,
			    struct err *err)
{
	struct stmt *s = db_prepare(db, "SELECT id FROM model WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	*out = rc == RC_OK;
	if (rc == RC_OK)
		stmt_done(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc add_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct adding *a = arg;
	char *object = model_object(a->name);
	bool exists;
	enum rc rc = model_exists(tx_registry(tx)->db, a->name, &exists, err);

	if (rc == RC_OK && exists)
		rc = err_set(err, RC_EXISTS, "model '%s' exists already",
			     a->name);
	if (rc == RC_OK)
		rc = tx_append(tx, "model.add", object, TX_ANY_BASE,
			       json_clone(a->body), NULL, err);
	free(object);
	return rc;
}

enum rc reg_model_add(struct registry *reg, const char *name,
		      const struct model_change *change, struct err *err)
{
	static const struct model_change nothing;
	const struct model_change *c = change ? change : &nothing;
	struct adding a = { .name = name, .fields = c };
	struct json *tags = NULL;
	enum rc rc = name_check("model", name, err);

	if (rc == RC_OK)
		rc = check_change(c, err);
	if (rc == RC_OK)
		rc = pairs_to_json("tag", c->tags, &tags, err);
	if (rc != RC_OK)
		return rc;
	a.body = json_new_object();
	json_set_str(a.body, "name", name);
	json_set(a.body, "tags", tags);
	for (size_t i = 0; i < N_FIELDS; i++)
		if (new_value(c, i) && *new_value(c, i))
			json_set_str(a.body, fields[i].name, new_value(c, i));
	rc = reg_write(reg, add_fn, &a, err);
	json_free(a.body);
	return rc;
}

/* The name is a name, and the object is its. */
static enum rc body_name(struct apply *a, const char **name, struct err *err)
{
	enum rc rc = body_str(a->entry->body, "name", name, err);

	if (rc == RC_OK && (!is_name(*name) ||
			    strncmp(a->entry->object, "model/", 6) != 0 ||
			    strcmp(a->entry->object + 6, *name) != 0))
		rc = err_set(err, RC_CORRUPT, "entry names the model wrongly");
	return rc;
}

static enum rc set_tags(struct apply *a, const char *name,
			const struct json *tags, struct err *err)
{
	struct buf text = BUF_INIT;
	struct stmt *s;
	enum rc rc = texts_check("tags", tags, false, err);

	if (rc != RC_OK)
		return rc;
	json_write_canonical(&text, tags);
	s = db_prepare(a->db, "UPDATE model SET tags = ? WHERE name = ?");
	stmt_bind_text(s, text.data);
	stmt_bind_text(s, name);
	buf_release(&text);
	return stmt_run(s, err);
}

static enum rc set_field(struct apply *a, const char *name, size_t i,
			 const char *value, struct err *err)
{
	struct stmt *s = db_prepare(a->db, fields[i].update);

	stmt_bind_text(s, value);
	stmt_bind_text(s, name);
	return stmt_run(s, err);
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body;
	const char *name;
	struct stmt *s;
	enum rc rc = body_name(a, &name, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"INSERT INTO model (id, name, tags, last_version, revision) "
		"VALUES (?, ?, '{}', 0, ?)");
	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_text(s, name);
	stmt_bind_int(s, a->entry->revision);
	rc = stmt_run(s, err);
	if (rc == RC_OK)
		rc = set_tags(a, name, json_get(body, "tags"), err);
	for (size_t i = 0; i < N_FIELDS && rc == RC_OK; i++)
		if (json_get(body, fields[i].name))
			rc = set_field(a, name, i,
				       json_get_str(body, fields[i].name), err);
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	const char *name = json_get_str(e->body, "name");

	buf_printf(out, "model %s added", name ? name : "?");
}

/* Only a model without versions goes again; what it was stands in the entry. */
static enum rc undo_add(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	struct model_rec m;
	enum rc rc = reg_model_get(tx_registry(tx),
				   json_get_str(e->body, "name"), &m, err);

	if (rc != RC_OK)
		return RC_REFUSED;
	if (m.revision != e->revision || m.n_versions)
		rc = err_set(err, RC_REFUSED, "model '%s' has changed since; "
			     "it stays", m.name);
	else
		rc = tx_append(tx, "model.remove", e->object, TX_ANY_BASE,
			       json_clone(e->body), NULL, err);
	model_rec_release(&m);
	return rc;
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	const char *name;
	struct stmt *s;
	enum rc rc = body_name(a, &name, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "DELETE FROM model WHERE name = ?");
	stmt_bind_text(s, name);
	return stmt_run(s, err);
}

static void line_remove(const struct entry *e, struct buf *out)
{
	const char *name = json_get_str(e->body, "name");

	buf_printf(out, "model %s removed", name ? name : "?");
}

static enum rc undo_remove(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	const char *name = json_get_str(e->body, "name");
	bool exists;
	enum rc rc = model_exists(tx_registry(tx)->db, name, &exists, err);

	if (rc == RC_OK && exists)
		rc = err_set(err, RC_REFUSED, "model '%s' exists again", name);
	return rc == RC_OK ? tx_append(tx, "model.add", e->object, TX_ANY_BASE,
				       json_clone(e->body), NULL, err) : rc;
}

/* -- Changing -- */

struct setting {
	const char *name;
	const struct model_change *change;
	const struct json *tags;	/* or NULL */
	const char *reason;
	int64_t base;
};

static enum rc add_tags_step(struct json *changes, const struct model_rec *m,
			     const struct json *tags, struct err *err)
{
	struct json *from = NULL, *step;
	enum rc rc = pairs_to_json("tag", &m->tags, &from, err);

	if (rc != RC_OK)
		return rc;
	if (json_same(from, tags)) {
		json_free(from);
		return RC_OK;
	}
	step = json_new_object();
	json_set(step, "from", from);
	json_set(step, "to", json_clone(tags));
	json_set(changes, "tags", step);
	return RC_OK;
}

static enum rc append_set(struct reg_tx *tx, const char *name, int64_t base,
			  struct json *changes, const char *reason,
			  struct err *err)
{
	struct json *body = json_new_object();
	char *object = model_object(name);
	enum rc rc;

	json_set_str(body, "name", name);
	json_set(body, "changes", changes);
	json_set_str(body, "reason", reason);
	rc = tx_append(tx, "model.set", object, base, body, NULL, err);
	free(object);
	return rc;
}

static enum rc set_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct setting *c = arg;
	char *object = model_object(c->name);
	struct json *changes;
	struct model_rec m;
	/* First: somebody else may have set the very same value. */
	enum rc rc = tx_check_base(tx, object, c->base, err);

	free(object);
	if (rc == RC_OK)
		rc = reg_model_get(tx_registry(tx), c->name, &m, err);
	if (rc != RC_OK)
		return rc;
	changes = json_new_object();
	for (size_t i = 0; i < N_FIELDS; i++)
		if (new_value(c->change, i) &&
		    text_differs(new_value(c->change, i), old_value(&m, i)))
			body_add_step(changes, fields[i].name, old_value(&m, i),
				      new_value(c->change, i));
	if (c->tags)
		rc = add_tags_step(changes, &m, c->tags, err);
	model_rec_release(&m);
	if (rc != RC_OK || json_size(changes) == 0) {
		/* A change to what is already so is no entry. */
		json_free(changes);
		return rc;
	}
	return append_set(tx, c->name, c->base, changes, c->reason, err);
}

enum rc reg_model_set(struct registry *reg, const char *name,
		      const struct model_change *change, const char *reason,
		      int64_t base, struct err *err)
{
	struct setting c = { .name = name, .change = change, .reason = reason,
			     .base = base };
	struct json *tags = NULL;
	enum rc rc = reason_check(reason, err);

	if (rc == RC_OK)
		rc = check_change(change, err);
	if (rc == RC_OK && change->tags)
		rc = pairs_to_json("tag", change->tags, &tags, err);
	c.tags = tags;
	if (rc == RC_OK)
		rc = reg_write(reg, set_fn, &c, err);
	json_free(tags);
	return rc;
}

static enum rc apply_step(struct apply *a, const char *name, const char *field,
			  const struct json *step, struct err *err)
{
	if (json_type(step) != JSON_OBJECT)
		return err_set(err, RC_CORRUPT, "entry has no change of '%s'",
			       field);
	if (!strcmp(field, "tags"))
		return set_tags(a, name, json_get(step, "to"), err);
	for (size_t i = 0; i < N_FIELDS; i++)
		if (!strcmp(field, fields[i].name))
			return set_field(a, name, i, json_get_str(step, "to"),
					 err);
	return err_set(err, RC_CORRUPT, "entry changes the unknown field "
		       "'%.80s'", field);
}

static enum rc apply_set(struct apply *a, struct err *err)
{
	const struct json *changes = json_get(a->entry->body, "changes");
	const char *name, *field;
	struct stmt *s;
	enum rc rc = body_name(a, &name, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "UPDATE model SET revision = ? WHERE name = ?");
	stmt_bind_int(s, a->entry->revision);
	stmt_bind_text(s, name);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry changes the model '%s', "
			     "which does not exist", name);
	for (size_t i = 0; i < json_size(changes) && rc == RC_OK; i++) {
		const struct json *step = json_member(changes, i, &field);

		rc = apply_step(a, name, field, step, err);
	}
	return rc;
}

static void line_set(const struct entry *e, struct buf *out)
{
	const struct json *changes = json_get(e->body, "changes");
	const char *name = json_get_str(e->body, "name"), *field;
	const char *reason = json_get_str(e->body, "reason");

	buf_printf(out, "model %s:", name ? name : "?");
	for (size_t i = 0; i < json_size(changes); i++) {
		const struct json *step = json_member(changes, i, &field);
		const char *to = json_get_str(step, "to");

		buf_printf(out, "%s %s%s%s", i ? "," : "", field,
			   to ? " = " : "", to ? to :
			   strcmp(field, "tags") ? " unset" : " changed");
	}
	if (reason)
		buf_printf(out, " (%s)", reason);
}

/* Does the model still hold what the entry made of it? */
static bool still_holds(const struct model_rec *m, const char *field,
			const struct json *step)
{
	struct json *tags = NULL;
	bool same;

	for (size_t i = 0; i < N_FIELDS; i++)
		if (!strcmp(field, fields[i].name))
			return !text_differs(old_value(m, i),
					     json_get_str(step, "to"));
	if (pairs_to_json("tag", &m->tags, &tags, NULL) != RC_OK)
		return false;
	same = json_same(tags, json_get(step, "to"));
	json_free(tags);
	return same;
}

static enum rc undo_set(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	const struct json *changes = json_get(e->body, "changes");
	struct json *back = json_new_object();
	const char *name, *field;
	struct model_rec m = { 0 };
	enum rc rc = body_str(e->body, "name", &name, err);

	if (rc == RC_OK)
		rc = reg_model_get(tx_registry(tx), name, &m, err);
	for (size_t i = 0; i < json_size(changes) && rc == RC_OK; i++) {
		const struct json *step = json_member(changes, i, &field);

		if (!still_holds(&m, field, step))
			rc = err_set(err, RC_REFUSED, "%s of model '%s' has "
				     "changed since", field, name);
		json_set(back, field, body_step_back(step));
	}
	model_rec_release(&m);
	if (rc != RC_OK) {
		json_free(back);
		return rc == RC_NOT_FOUND ? RC_REFUSED : rc;
	}
	return append_set(tx, name, TX_ANY_BASE, back, "undo", err);
}

enum rc reason_check(const char *reason, struct err *err)
{
	if (!reason || !*reason || strspn(reason, " \t\n") == strlen(reason))
		return err_set(err, RC_USAGE, "a reason is needed (--reason "
			       "TEXT)");
	return text_check("reason", reason, err);
}

const struct entry_kind model_kinds[] = {
	{ "model.add", 1, apply_add, line_add, undo_add },
	{ "model.remove", 1, apply_remove, line_remove, undo_remove },
	{ "model.set", 1, apply_set, line_set, undo_set },
	{ NULL }
};
