#include "registry/evidence.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/dataset.h"
#include "registry/document.h"
#include "registry/inside.h"

const char *evidence_get(const struct pairs *e, const char *key)
{
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->at[i].key, key))
			return e->at[i].value;
	return NULL;
}

/* -- Comparing -- */

/* What a person reads of a value: "rev 4", "r3", or nothing of a digest. */
static int readable(const char *value)
{
	const char *blank = strrchr(value, ' ');

	return blank ? (int)(blank - value) : 0;
}

static void say_changed(const char *key, const char *then, const char *now,
			struct strs *changed)
{
	int a = readable(then), b = readable(now);
	char *line;

	if (a && b && (a != b || memcmp(then, now, (size_t)a) != 0))
		line = xasprintf("%s: %.*s is now %.*s", key, a, then, b, now);
	else
		line = xasprintf("%s: changed", key);
	strs_add(changed, line);
	free(line);
}

static void say(const char *key, const char *what, struct strs *changed)
{
	char *line = xasprintf("%s: %s", key, what);

	strs_add(changed, line);
	free(line);
}

void evidence_compare(const struct pairs *then, const struct pairs *now,
		      struct strs *changed)
{
	for (size_t i = 0; i < then->n; i++) {
		const struct pair *p = &then->at[i];
		const char *today = evidence_get(now, p->key);

		if (!today)
			say(p->key, "gone", changed);
		else if (strcmp(today, p->value) != 0)
			say_changed(p->key, p->value, today, changed);
	}
	for (size_t i = 0; i < now->n; i++)
		if (!evidence_get(then, now->at[i].key))
			say(now->at[i].key, "new", changed);
}

/* -- Gathering -- */

static void add_opt(struct json *j, const char *key, const char *value)
{
	json_set_str(j, key, value ? value : "");
}

static void version_digest(const struct version_rec *v, char hex[])
{
	struct json *j = json_new_object(), *list = json_new_array();
	struct json *params = json_new_object();
	struct buf text = BUF_INIT;
	struct hash h;

	add_opt(j, "artifact", v->artifact);
	add_opt(j, "data", v->data);
	add_opt(j, "code", v->code);
	add_opt(j, "run", v->run);
	for (size_t i = 0; i < v->params.n; i++)
		json_set_str(params, v->params.at[i].key,
			     v->params.at[i].value);
	json_set(j, "params", params);
	for (size_t i = 0; i < v->runner.n; i++)
		json_append(list, json_new_str(v->runner.at[i]));
	json_set(j, "runner", list);
	if (v->has_threshold)
		buf_decimal(&text, v->threshold);
	json_set_str(j, "threshold", text.data);
	buf_clear(&text);
	json_write_canonical(&text, j);
	h = hash_bytes(text.data, text.len);
	hash_hex(&h, hex);
	buf_release(&text);
	json_free(j);
}

static enum rc add_document(struct registry *reg, const char *key,
			    const char *kind, const char *of,
			    struct pairs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT r.revision AS revision, r.digest AS digest "
		"FROM document d "
		"JOIN document_revision r ON r.kind = d.kind "
		"AND r.of_name = d.of_name AND r.revision = d.newest "
		"WHERE d.kind = ? AND d.of_name = ?");
	char *value;
	enum rc rc;

	stmt_bind_text(s, kind);
	stmt_bind_text(s, of);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	value = xasprintf("rev %lld %s", (long long)stmt_int(s, "revision"),
			  stmt_text(s, "digest"));
	pairs_add(out, key, value);
	stmt_done(s);
	free(value);
	return RC_OK;
}

/* Rows of one key and one value. */
static enum rc add_rows(struct stmt *s, struct pairs *out, struct err *err)
{
	while (stmt_next(s, err))
		pairs_add(out, stmt_text(s, "thing"), stmt_text(s, "state"));
	return stmt_end(s, RC_OK);
}

static enum rc add_evaluations(struct registry *reg, const char *model,
			       int64_t version, struct pairs *out,
			       struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT 'evaluation ' || e.testset AS thing, "
		"'r' || e.revision || ' ' || e.blob AS state "
		"FROM evaluation e "
		"WHERE e.model = ? AND e.version = ? AND e.id = "
		"(SELECT MAX(l.id) FROM evaluation l "
		"WHERE l.model = e.model AND l.version = e.version "
		"AND l.testset = e.testset) "
		"ORDER BY e.testset");

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	return add_rows(s, out, err);
}

static enum rc add_predictions(struct registry *reg, int64_t version_id,
			       struct pairs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT 'predictions ' || t.name AS thing, "
		"COUNT(*) || ' batches ' || MAX(p.idx) AS state "
		"FROM prediction p "
		"JOIN testset t ON t.id = p.testset_id "
		"WHERE p.version_id = ? "
		"GROUP BY t.name "
		"ORDER BY t.name");

	stmt_bind_int(s, version_id);
	return add_rows(s, out, err);
}

enum rc evidence_testsets(struct registry *reg, const char *model,
			  int64_t version, struct strs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT e.testset AS name FROM evaluation e "
		"WHERE e.model = ? AND e.version = ? "
		"UNION "
		"SELECT t.name FROM version v "
		"JOIN prediction p ON p.version_id = v.id "
		"JOIN testset t ON t.id = p.testset_id "
		"WHERE v.model = ? AND v.version = ? "
		"ORDER BY 1");

	for (int i = 0; i < 2; i++) {
		stmt_bind_text(s, model);
		stmt_bind_int(s, version);
	}
	while (stmt_next(s, err))
		strs_add(out, stmt_text(s, "name"));
	return stmt_end(s, RC_OK);
}

static void add_once(struct strs *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], name))
			return;
	strs_add(v, name);
}

/* Datasets with the version's data digest; else what it says itself. */
static enum rc add_trained_on(struct registry *reg, const char *data,
			      struct strs *out, struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = reg_dataset_by_digest(reg, data, &names, err);

	for (size_t i = 0; i < names.n; i++)
		add_once(out, names.at[i]);
	if (rc == RC_OK && !names.n)
		add_once(out, data);
	strs_release(&names);
	return rc;
}

enum rc evidence_datasets(struct registry *reg, const char *model,
			  int64_t version, struct strs *out, struct err *err)
{
	struct version_rec v;
	enum rc rc = evidence_testsets(reg, model, version, out, err);

	if (rc == RC_OK)
		rc = reg_version_get(reg, model, version, &v, err);
	if (rc != RC_OK)
		return rc;
	if (v.data)
		rc = add_trained_on(reg, v.data, out, err);
	version_rec_release(&v);
	return rc;
}

static enum rc add_testset(struct registry *reg, const char *name,
			   struct pairs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT 'test set ' || t.name AS thing, "
		"'r' || r.revision || ' ' || r.digest AS state "
		"FROM testset t "
		"JOIN testset_revision r ON r.testset_id = t.id "
		"AND r.revision = t.revision "
		"WHERE t.name = ?");

	stmt_bind_text(s, name);
	return add_rows(s, out, err);
}

static enum rc add_data(struct registry *reg, const char *model,
			int64_t version, struct pairs *out, struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = evidence_datasets(reg, model, version, &names, err);

	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		char *key = xasprintf("datasheet %s", names.at[i]);

		rc = add_testset(reg, names.at[i], out, err);
		if (rc == RC_OK)
			rc = add_document(reg, key, "datasheet", names.at[i],
					  out, err);
		free(key);
	}
	strs_release(&names);
	return rc;
}

static enum rc gather(struct registry *reg, const struct version_rec *v,
		      const char *risk, struct pairs *out, struct err *err)
{
	char *of = xasprintf("%s@%lld", v->model, (long long)v->version);
	char hex[HASH_HEX_SIZE];
	enum rc rc;

	version_digest(v, hex);
	pairs_add(out, "version", hex);
	pairs_add(out, "risk", risk ? risk : "unset");
	rc = add_document(reg, "card", "card", of, out, err);
	if (rc == RC_OK)
		rc = add_document(reg, "impact", "impact", of, out, err);
	if (rc == RC_OK)
		rc = add_document(reg, "checklist", "checklist", v->model, out,
				  err);
	if (rc == RC_OK)
		rc = add_evaluations(reg, v->model, v->version, out, err);
	if (rc == RC_OK)
		rc = add_predictions(reg, v->id, out, err);
	if (rc == RC_OK)
		rc = add_data(reg, v->model, v->version, out, err);
	free(of);
	return rc;
}

enum rc reg_evidence(struct registry *reg, const char *model, int64_t version,
		     struct pairs *out, struct err *err)
{
	struct version_rec v = { 0 };
	struct model_rec m = { 0 };
	enum rc rc;

	*out = (struct pairs)VEC_INIT;
	rc = reg_read_begin(reg, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_version_get(reg, model, version, &v, err);
	if (rc == RC_OK)
		rc = reg_model_get(reg, model, &m, err);
	if (rc == RC_OK)
		rc = gather(reg, &v, m.risk, out, err);
	reg_read_end(reg);
	if (rc != RC_OK)
		pairs_release(out);
	version_rec_release(&v);
	model_rec_release(&m);
	return rc;
}
