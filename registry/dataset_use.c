/* What people set of a dataset, and which versions use it. */
#include <stdlib.h>
#include <string.h>

#include "model/risk.h"
#include "registry/dataset.h"
#include "registry/dataset_inside.h"
#include "registry/db.h"
#include "registry/nouns.h"

/* -- Risk -- */

struct risk_change {
	const char *name, *risk, *reason;
};

static enum rc append(struct reg_tx *tx, const char *name, const char *from,
		      const char *to, const char *reason, struct err *err)
{
	char *object = xasprintf("dataset/%s", name);
	struct json *body = json_new_object();
	enum rc rc;

	body_add_step(body, "risk", from, to);
	json_set_str(body, "reason", reason);
	rc = tx_append(tx, "dataset.set", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

static enum rc set_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct risk_change *c = arg;
	struct dataset_rec d;
	enum rc rc = reg_dataset_get(tx_registry(tx), c->name, &d, err);

	if (rc != RC_OK)
		return rc;
	if (text_differs(d.risk, c->risk))
		rc = append(tx, c->name, d.risk, c->risk, c->reason, err);
	dataset_rec_release(&d);
	return rc;
}

enum rc reg_dataset_set_risk(struct registry *reg, const char *name,
			     const char *risk, const char *reason,
			     struct err *err)
{
	struct risk_change c = { name, risk, reason };
	enum rc rc = reason_check(reason, err);
	enum risk named;

	if (rc == RC_OK && risk && !risk_from_name(risk, &named))
		rc = err_set(err, RC_USAGE, "'%s' is no risk; it is low, "
			     "medium or high", risk);
	return rc == RC_OK ? reg_write(reg, set_fn, &c, err) : rc;
}

static const char *step_text(const struct entry *e, const char *which)
{
	return json_get_str(json_get(e->body, "risk"), which);
}

enum rc dataset_apply_set(struct apply *a, struct err *err)
{
	struct stmt *s = db_prepare(a->db,
		"UPDATE dataset SET risk = ?"
		" WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, step_text(a->entry, "to"));
	stmt_bind_text(s, entry_noun(a->entry));
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "there is no dataset '%s' to "
			     "set", entry_noun(a->entry));
	return rc;
}

void dataset_line_set(const struct entry *e, struct buf *out)
{
	const char *from = step_text(e, "from"), *to = step_text(e, "to");

	buf_printf(out, "dataset %s: risk %s to %s (%s)", entry_noun(e),
		   from ? from : "unset", to ? to : "unset",
		   json_get_str(e->body, "reason"));
}

enum rc dataset_undo_set(struct reg_tx *tx, const struct entry *e,
			 struct err *err)
{
	struct dataset_rec d;
	enum rc rc = reg_dataset_get(tx_registry(tx), entry_noun(e), &d, err);

	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_REFUSED : rc;
	if (!text_differs(d.risk, step_text(e, "to")))
		rc = append(tx, entry_noun(e), d.risk, step_text(e, "from"),
			    "undo", err);
	else
		rc = err_set(err, RC_REFUSED, "the risk of dataset '%s' has "
			     "changed since", d.name);
	dataset_rec_release(&d);
	return rc;
}

/* -- Users -- */

void dataset_users_release(struct dataset_users *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].model);
		free(v->at[i].stage);
		free(v->at[i].risk);
	}
	vec_free(v);
}

enum rc reg_dataset_users(struct registry *reg, const char *name,
			  struct dataset_users *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"WITH used AS ("
		" SELECT v.id AS id, 1 AS trained"
		"   FROM dataset d"
		"   JOIN version v ON lower(v.data) IN"
		"        (d.digest, 'sha256:' || d.digest)"
		"  WHERE d.name = ?"
		" UNION ALL"
		" SELECT e.version_id, 0"
		"   FROM evaluation e"
		"  WHERE e.testset = ?)"
		"SELECT v.model AS model, v.version AS version,"
		"       v.stage AS stage, m.risk AS risk,"
		"       max(u.trained) AS trained"
		"  FROM used u"
		"  JOIN version v ON v.id = u.id"
		"  JOIN model m ON m.id = v.model_id"
		" GROUP BY v.id"
		" ORDER BY v.model, v.version");
	enum rc rc;

	stmt_bind_text(s, name);
	stmt_bind_text(s, name);
	while (stmt_next(s, err)) {
		struct dataset_user *u = vec_add(out);

		*u = (struct dataset_user){
			.model = stmt_text_copy(s, "model"),
			.version = stmt_int(s, "version"),
			.stage = stmt_text_copy(s, "stage"),
			.risk = stmt_text_copy(s, "risk"),
			.is_trained = stmt_int(s, "trained") != 0,
		};
	}
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		dataset_users_release(out);
	return rc;
}

const char *dataset_risk(const struct dataset_rec *d,
			 const struct dataset_users *users)
{
	enum risk highest = RISK_LOW;
	size_t n_live = 0;

	if (d->risk)
		return risk_name(risk_counted(d->risk));
	for (size_t i = 0; i < users->n; i++) {
		const struct dataset_user *u = &users->at[i];

		if (!strcmp(u->stage, "archived"))
			continue;
		n_live++;
		if (risk_counted(u->risk) > highest)
			highest = risk_counted(u->risk);
	}
	return risk_name(n_live ? highest : RISK_HIGH);
}
