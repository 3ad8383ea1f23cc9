/* Which version NAME@7, NAME@champion or NAME@production is, and which was
 * in a stage before it. */
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/version_inside.h"

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

enum rc version_by_alias(struct registry *reg, const char *model,
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
	if (version_is_stage(which))
		return by_stage(reg, model, which, out, err);
	return version_by_alias(reg, model, which, out, err);
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
	while (rc == RC_OK && !*out && stmt_next(s, err))
		rc = read_move(s, stage, version, out, err);
	free(from);
	free(to);
	return stmt_end(s, rc);
}
