/* From stage to stage. A stage with a gate is entered with the gate's result
 * in hand, or not at all. */
#include <string.h>

#include "registry/signoff.h"
#include "registry/version_inside.h"

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
	struct json *body = version_change_body(m->model, m->version, from,
						m->stage, m->reason);
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

	if (rc == RC_OK && !version_is_stage(stage))
		rc = err_set(err, RC_USAGE, "stage '%.80s' is none of none, "
			     "candidate, shadow, production, archived", stage);
	return rc == RC_OK ? reg_write(reg, stage_fn, &m, err) : rc;
}

enum rc version_stage_apply(struct apply *a, struct err *err)
{
	const char *model, *stage;
	struct stmt *s;
	int64_t id;
	enum rc rc = version_begin_change(a, &model, &id, err);

	if (rc == RC_OK)
		rc = body_str(a->entry->body, "to", &stage, err);
	if (rc == RC_OK && !version_is_stage(stage))
		rc = err_set(err, RC_CORRUPT, "entry has the unknown stage "
			     "'%s'", stage);
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
void version_stage_line(const struct entry *e, struct buf *out)
{
	version_line_change(e, out, "stage");
	if (json_get_str(e->body, "overridden"))
		buf_str(out, " (the gate did not hold)");
}

enum rc version_stage_undo(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	const char *from, *to;
	struct version_rec v = { 0 };
	bool gated = false;
	enum rc rc = body_str(e->body, "from", &from, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "to", &to, err);
	if (rc == RC_OK)
		rc = version_of_entry(tx, e, &v, err);
	if (rc == RC_OK && strcmp(v.stage, to) != 0)
		rc = err_set(err, RC_REFUSED, "version '%s@%lld' has moved on "
			     "to stage '%s'", v.model, (long long)v.version,
			     v.stage);
	if (rc == RC_OK)
		rc = has_gate(tx_registry(tx)->db, from, &gated, err);
	if (rc == RC_OK && gated)
		rc = err_set(err, RC_REFUSED, "stage '%s' has a gate: '%s@%lld' "
			     "does not go back there by an undo; 'muster "
			     "version stage' checks it", from, v.model,
			     (long long)v.version);
	if (rc == RC_OK)
		rc = version_append_change(tx, "version.stage", v.model,
					   v.version, TX_ANY_BASE, to, from,
					   "undo", err);
	version_rec_release(&v);
	return rc;
}
