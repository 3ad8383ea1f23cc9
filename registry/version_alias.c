/* Aliases. In their entries from and to are numbers of versions, 0 for
 * none. */
#include <string.h>

#include "base/decimal.h"
#include "registry/version_inside.h"

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
	rc = version_by_alias(reg, n->model, n->alias, &from, err);
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
			    version_is_stage(alias)))
		rc = err_set(err, RC_USAGE, "alias '%s' would be taken for a "
			     "number or a stage", alias);
	return rc == RC_OK ? reg_write(reg, alias_fn, &n, err) : rc;
}

enum rc version_alias_apply(struct apply *a, struct err *err)
{
	const char *model, *alias;
	int64_t id, of_model, to;
	struct stmt *s;
	enum rc rc = version_begin_change(a, &model, &id, err);

	if (rc == RC_OK)
		rc = body_str(a->entry->body, "alias", &alias, err);
	if (rc == RC_OK)
		rc = body_int(a->entry->body, "to", &to, err);
	if (rc == RC_OK)
		rc = version_model_id(a->db, model, &of_model, err);
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

void version_alias_line(const struct entry *e, struct buf *out)
{
	const char *alias = json_get_str(e->body, "alias");
	int64_t from = json_get_int(e->body, "from", 0);
	int64_t to = json_get_int(e->body, "to", 0);

	version_line_object(e, out, to ? "gets the alias" : "loses the alias");
	buf_printf(out, " %s", alias ? alias : "?");
	if (from && to)
		buf_printf(out, " of version %lld", (long long)from);
}

enum rc version_alias_undo(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	const char *model, *alias;
	int64_t from, to, now = 0;
	const struct body_field fields[] = {
		{ "model", &model }, { "alias", &alias },
		{ "from", .number = &from }, { "to", .number = &to }, { 0 },
	};
	enum rc rc = body_read(e->body, fields, err);

	if (rc != RC_OK)
		return rc;
	rc = version_by_alias(tx_registry(tx), model, alias, &now, err);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (now != to)
		return err_set(err, RC_REFUSED, "alias '%s' of model '%s' has "
			       "moved on", alias, model);
	return append_alias(tx, model, alias, to, from, err);
}
