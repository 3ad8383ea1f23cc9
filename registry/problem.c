/* Problems as entries and one table. What is known about patterns stands in
 * problem_parts.c, what versions make of them in problem_error.c. */
#include "registry/problem.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/db.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"

/* -- Records -- */

void problem_rec_release(struct problem_rec *p)
{
	for (size_t i = 0; problem_field_name(i); i++)
		free(*problem_field_at(p, i));
	free(p->model);
	free(p->who);
	*p = (struct problem_rec){ 0 };
}

bool problem_by_score(const struct problem_rec *p)
{
	return p->loss && !strcmp(p->loss, "score");
}

void problem_recs_release(struct problem_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		problem_rec_release(&v->at[i]);
	vec_free(v);
}

char *problem_object(int64_t id)
{
	return xasprintf("problem/P-%lld", (long long)id);
}

enum rc problem_object_id(const struct entry *e, int64_t *id, struct err *err)
{
	if (!strncmp(e->object, "problem/P-", 10) &&
	    decimal_read_i64(e->object + 10, strlen(e->object + 10), id) &&
	    *id > 0)
		return RC_OK;
	return err_set(err, RC_CORRUPT, "entry names the problem wrongly");
}

enum rc problem_changed_one(struct apply *a, int64_t id, struct err *err)
{
	if (db_changes(a->db) == 1)
		return RC_OK;
	return err_set(err, RC_CORRUPT, "entry changes the problem P-%lld, "
		       "which does not exist", (long long)id);
}

/* -- Reading -- */

#define X(name) ", p." #name
#define PROBLEM_COLUMNS \
	"SELECT p.id, p.model, p.state" PROBLEM_FIELDS(X) ", p.time, " \
	"p.state_time, p.who, p.fixed_in, p.merged_into, o.revision " \
	"FROM problem AS p " \
	"JOIN object AS o ON o.name = 'problem/P-' || p.id "

static const char select_one[] = PROBLEM_COLUMNS "WHERE p.id = ?";
static const char select_all[] = PROBLEM_COLUMNS
	"WHERE p.merged_into = 0 "
	"ORDER BY p.id";
static const char select_model[] = PROBLEM_COLUMNS
	"WHERE p.model = ? AND p.merged_into = 0 "
	"ORDER BY p.id";
#undef X

static void take_problem(struct stmt *s, struct problem_rec *p)
{
	*p = (struct problem_rec){
		.id = stmt_int(s, "id"),
		.model = stmt_text_copy(s, "model"),
		.time = stmt_int(s, "time"),
		.state_time = stmt_int(s, "state_time"),
		.who = stmt_text_copy(s, "who"),
		.fixed_in = stmt_int(s, "fixed_in"),
		.merged_into = stmt_int(s, "merged_into"),
		.revision = stmt_int(s, "revision"),
	};
	if (!problem_state_from_name(stmt_text(s, "state"), &p->state))
		BUG("a state that no CHECK allows");
	for (size_t i = 0; problem_field_name(i); i++)
		*problem_field_at(p, i) =
			stmt_text_copy(s, problem_field_name(i));
}

enum rc reg_problem_get(struct registry *reg, int64_t id,
			struct problem_rec *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), select_one);
	enum rc rc;

	*out = (struct problem_rec){ 0 };
	stmt_bind_int(s, id);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "problem 'P-%lld' does not exist; "
			       "'muster problem list' shows all",
			       (long long)id);
	if (rc)
		return rc;
	take_problem(s, out);
	stmt_done(s);
	return RC_OK;
}

enum rc reg_problem_list(struct registry *reg, const char *model,
			 struct problem_recs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
				    model ? select_model : select_all);
	enum rc rc;

	*out = (struct problem_recs)VEC_INIT;
	if (model)
		stmt_bind_text(s, model);
	while (stmt_next(s, err))
		take_problem(s, vec_add(out));
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		problem_recs_release(out);
	return rc;
}

enum rc reg_problem_inbox(struct registry *reg, uint64_t *n, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT COUNT(*) AS n FROM problem"
		" WHERE state = 'reported' AND merged_into = 0");
	enum rc rc = stmt_one(s, err);

	if (rc)
		return rc;
	*n = (uint64_t)stmt_int(s, "n");
	stmt_done(s);
	return RC_OK;
}

/* -- Adding -- */

static enum rc fields_check(const struct pairs *fields, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t k = 0; k < fields->n && !rc; k++) {
		int i = problem_field_index(fields->at[k].key);

		if (i < 0)
			return err_set(err, RC_USAGE, "a problem has no field "
				       "'%.80s'; 'muster problem set --help' "
				       "lists them", fields->at[k].key);
		rc = problem_field_check((size_t)i, fields->at[k].value, err);
	}
	return rc;
}

struct adding {
	const char *model;
	const struct json *body;
	int64_t id;
};

static enum rc next_id(struct db *db, int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT max(ifnull((SELECT max(id) FROM problem), 0),"
		"           ifnull((SELECT max(CAST(substr(name, 11) AS INTEGER))"
		"                     FROM object"
		"                    WHERE name LIKE 'problem/P-%'), 0)) AS id");
	enum rc rc = stmt_one(s, err);

	if (rc)
		return rc;
	*out = stmt_int(s, "id") + 1;
	stmt_done(s);
	return RC_OK;
}

static enum rc add_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct adding *a = arg;
	struct model_rec m;
	char *object;
	enum rc rc = reg_model_get(tx_registry(tx), a->model, &m, err);

	if (rc)
		return rc;
	model_rec_release(&m);
	rc = next_id(reg_db(tx_registry(tx)), &a->id, err);
	if (rc)
		return rc;
	object = problem_object(a->id);
	rc = tx_append(tx, "problem.add", object, TX_ANY_BASE,
		       json_clone(a->body), NULL, err);
	free(object);
	return rc;
}

enum rc reg_problem_add(struct registry *reg, const char *model,
			const struct pairs *fields,
			const struct problem_report *report, int64_t *id,
			struct err *err)
{
	struct adding a = { .model = model };
	struct json *texts = NULL, *body;
	enum rc rc = fields_check(fields, err);

	if (!rc && report)
		rc = problem_report_check(report, err);
	if (!rc)
		rc = pairs_to_json("field", fields, &texts, err);
	if (rc)
		return rc;
	body = json_new_object();
	json_set_str(body, "model", model);
	json_set(body, "fields", texts);
	if (report)
		json_set(body, "report", problem_report_json(report));
	a.body = body;
	if (!json_get_str(texts, "title"))
		rc = err_set(err, RC_USAGE, "a problem needs a title");
	else
		rc = reg_write(reg, add_fn, &a, err);
	if (!rc && id)
		*id = a.id;
	json_free(body);
	return rc;
}

/* One literal a field; empty unsets. */
#define X(name) "UPDATE problem SET " #name " = nullif(?, '') WHERE id = ?",
static const char *const updates[] = { PROBLEM_FIELDS(X) };
#undef X

static enum rc set_field(struct apply *a, int64_t id, const char *field,
			 const char *value, struct err *err)
{
	int i = problem_field_index(field);
	struct stmt *s;
	enum rc rc;

	if (i < 0)
		return err_set(err, RC_CORRUPT, "entry changes the unknown "
			       "field '%.80s'", field);
	if (problem_field_check((size_t)i, value ? value : "", err))
		return err_set(err, RC_CORRUPT, "entry sets '%s' to what it "
			       "cannot be", field);
	s = db_prepare(a->db, updates[i]);
	stmt_bind_text(s, value ? value : "");
	stmt_bind_int(s, id);
	rc = stmt_run(s, err);
	return rc ? rc : problem_changed_one(a, id, err);
}

static enum rc set_fields(struct apply *a, int64_t id,
			  const struct json *fields, struct err *err)
{
	enum rc rc = RC_OK;
	const char *name;

	for (size_t i = 0; i < json_size(fields) && !rc; i++) {
		const char *value = json_str(json_member(fields, i, &name));

		if (!value)
			return err_set(err, RC_CORRUPT, "entry's field '%.80s' "
				       "is no text", name);
		rc = set_field(a, id, name, value, err);
	}
	return rc;
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	const struct json *report = json_get(e->body, "report");
	const char *model;
	struct stmt *s;
	int64_t id;
	enum rc rc = problem_object_id(e, &id, err);

	if (!rc)
		rc = body_str(e->body, "model", &model, err);
	if (rc)
		return rc;
	s = db_prepare(a->db,
		"INSERT INTO problem (id, model, state, title, time,"
		"                     state_time, who, fixed_in, merged_into)"
		" SELECT ?, name, 'reported', '?', ?, ?, ?, 0, 0"
		"   FROM model"
		"  WHERE name = ?");
	stmt_bind_int(s, id);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, e->time);
	stmt_bind_text(s, e->login);
	stmt_bind_text(s, model);
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry adds a problem of the "
			     "model '%s', which does not exist", model);
	if (!rc)
		rc = set_fields(a, id, json_get(e->body, "fields"), err);
	if (!rc && report)
		rc = problem_report_apply(a, id, report, err);
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	const char *title = json_get_str(json_get(e->body, "fields"), "title");

	buf_printf(out, "reported for %s: %s", entry_text(e, "model"),
		   title ? title : "?");
}

static enum rc undo_add(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	int64_t now;
	enum rc rc = reg_object_revision(tx_registry(tx), e->object, &now,
					 err);

	if (rc)
		return rc;
	if (now != e->revision)
		return err_set(err, RC_REFUSED, "'%s' has changed since; it "
			       "stays", e->object + 8);
	return tx_append(tx, "problem.remove", e->object, TX_ANY_BASE,
			 json_clone(e->body), NULL, err);
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	struct stmt *s;
	int64_t id;
	enum rc rc = problem_object_id(a->entry, &id, err);

	if (rc)
		return rc;
	s = db_prepare(a->db, "DELETE FROM problem_report "
			      "WHERE problem_id = ?");
	stmt_bind_int(s, id);
	rc = stmt_run(s, err);
	if (rc)
		return rc;
	s = db_prepare(a->db, "DELETE FROM problem WHERE id = ?");
	stmt_bind_int(s, id);
	rc = stmt_run(s, err);
	return rc ? rc : problem_changed_one(a, id, err);
}

static void line_remove(const struct entry *e, struct buf *out)
{
	buf_str(out, "the report was taken back");
}

/* Only while the number is free, which it stays: it is never given twice. */
static enum rc undo_remove(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	return tx_append(tx, "problem.add", e->object, TX_ANY_BASE,
			 json_clone(e->body), NULL, err);
}

/* -- Changing fields -- */

struct setting {
	int64_t id;
	const struct pairs *fields;
	const char *reason;
	int64_t base;
};

static enum rc append_set(struct reg_tx *tx, const char *object, int64_t base,
			  struct json *changes, const char *reason,
			  struct err *err)
{
	struct json *body = json_new_object();

	json_set(body, "changes", changes);
	json_set_str(body, "reason", reason);
	return tx_append(tx, "problem.set", object, base, body, NULL, err);
}

/* Members are ordinals of one set: it stays while there are any. */
static enum rc testset_may_change(struct registry *reg, int64_t id,
				  struct err *err)
{
	struct problem_members members = VEC_INIT;
	enum rc rc = reg_problem_members(reg, id, &members, err);
	size_t n = members.n;

	vec_free(&members);
	if (!rc && n)
		rc = err_set(err, RC_REFUSED, "P-%lld has %zu patterns of its "
			     "test set; take them out before it gets another",
			     (long long)id, n);
	return rc;
}

static enum rc changes_of(struct registry *reg, const struct problem_rec *p,
			  const struct pairs *fields, struct json *changes,
			  struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t k = 0; k < fields->n && !rc; k++) {
		const struct pair *f = &fields->at[k];
		const char *old =
			problem_field(p, (size_t)problem_field_index(f->key));

		if (!text_differs(old, f->value))
			continue;
		if (!strcmp(f->key, "testset"))
			rc = testset_may_change(reg, p->id, err);
		body_add_step(changes, f->key, old, f->value);
	}
	return rc;
}

static enum rc set_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct setting *c = arg;
	char *object = problem_object(c->id);
	struct json *changes = json_new_object();
	struct problem_rec p = { 0 };
	/* First: somebody else may have set the very same value. */
	enum rc rc = tx_check_base(tx, object, c->base, err);

	if (!rc)
		rc = reg_problem_get(tx_registry(tx), c->id, &p, err);
	if (!rc)
		rc = changes_of(tx_registry(tx), &p, c->fields, changes, err);
	if (!rc && json_size(changes))
		rc = append_set(tx, object, c->base, changes, c->reason, err);
	else
		json_free(changes);
	problem_rec_release(&p);
	free(object);
	return rc;
}

static bool has_pair(const struct pairs *v, const char *key)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i].key, key))
			return true;
	return false;
}

static void add_reason(struct pairs *v, const char *field, const char *why,
		       const char *reason)
{
	if (has_pair(v, field) && !has_pair(v, why) && reason)
		pairs_add(v, why, reason);
}

/* A factor carries its source: the reason, if nothing else is given. */
static void copy_with_reasons(struct pairs *out, const struct pairs *fields,
			      const char *reason)
{
	for (size_t i = 0; i < fields->n; i++)
		pairs_add(out, fields->at[i].key, fields->at[i].value);
	add_reason(out, "users", "users_source", reason);
	add_reason(out, "harm", "harm_reason", reason);
}

enum rc reg_problem_set(struct registry *reg, int64_t id,
			const struct pairs *fields, const char *reason,
			int64_t base, struct err *err)
{
	struct pairs all = VEC_INIT;
	struct setting c = { id, &all, reason, base };
	enum rc rc = reason_check(reason, err);

	if (!rc)
		rc = fields_check(fields, err);
	if (rc)
		return rc;
	copy_with_reasons(&all, fields, reason);
	rc = reg_write(reg, set_fn, &c, err);
	pairs_release(&all);
	return rc;
}

static enum rc apply_set(struct apply *a, struct err *err)
{
	const struct json *changes = json_get(a->entry->body, "changes");
	const char *field;
	int64_t id;
	enum rc rc = problem_object_id(a->entry, &id, err);

	if (!rc && json_type(changes) != JSON_OBJECT)
		rc = err_set(err, RC_CORRUPT, "entry has no changes");
	for (size_t i = 0; !rc && i < json_size(changes); i++) {
		const struct json *step = json_member(changes, i, &field);

		rc = set_field(a, id, field, json_get_str(step, "to"), err);
	}
	return rc;
}

static void line_set(const struct entry *e, struct buf *out)
{
	const struct json *changes = json_get(e->body, "changes");
	const char *field, *reason = json_get_str(e->body, "reason");

	for (size_t i = 0; i < json_size(changes); i++) {
		const struct json *step = json_member(changes, i, &field);
		const char *from = json_get_str(step, "from");
		const char *to = json_get_str(step, "to");

		buf_printf(out, "%s%s ", i ? ", " : "", field);
		if (from)
			buf_printf(out, "%s -> ", from);
		buf_str(out, to ? to : "unset");
	}
	if (reason)
		buf_printf(out, " (%s)", reason);
}

static bool still_holds(const struct problem_rec *p, const char *field,
			const struct json *step)
{
	int i = problem_field_index(field);

	return i >= 0 && !text_differs(problem_field(p, (size_t)i),
				 json_get_str(step, "to"));
}

static enum rc undo_set(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	const struct json *changes = json_get(e->body, "changes");
	struct json *back = json_new_object();
	struct problem_rec p = { 0 };
	const char *field;
	int64_t id;
	enum rc rc = problem_object_id(e, &id, err);

	if (!rc)
		rc = reg_problem_get(tx_registry(tx), id, &p, err);
	for (size_t i = 0; i < json_size(changes) && !rc; i++) {
		const struct json *step = json_member(changes, i, &field);

		if (!still_holds(&p, field, step))
			rc = err_set(err, RC_REFUSED, "%s of P-%lld has "
				     "changed since", field, (long long)id);
		json_set(back, field, body_step_back(step));
	}
	problem_rec_release(&p);
	if (!rc)
		return append_set(tx, e->object, TX_ANY_BASE, back, "undo",
				  err);
	json_free(back);
	return rc == RC_NOT_FOUND ? RC_REFUSED : rc;
}

/* -- What reports and members say in the log -- */

static void line_report(const struct entry *e, struct buf *out)
{
	const struct json *r = json_get(e->body, "report");
	const char *kind = json_get_str(r, "kind");
	const char *expected = json_get_str(r, "expected");

	buf_printf(out, "pattern reported: %s", kind ? kind : "?");
	if (expected)
		buf_printf(out, ", expected %s", expected);
}

static void line_report_drop(const struct entry *e, struct buf *out)
{
	buf_str(out, "a reported pattern was taken back");
}

static void line_members(const struct entry *e, struct buf *out)
{
	const char *why = json_get_str(e->body, "why");
	long long n = (long long)json_get_int(e->body, "n", 0);

	buf_printf(out, "%lld pattern%s of %s %s", n, n == 1 ? "" : "s",
		   entry_text(e, "testset"),
		   strcmp(entry_text(e, "op"), "drop") ? "added"
							: "taken out");
	if (why)
		buf_printf(out, " (%s)", why);
}

const struct entry_kind problem_kinds[] = {
	{ "problem.add", 1, apply_add, line_add, undo_add },
	{ "problem.remove", 1, apply_remove, line_remove, undo_remove },
	{ "problem.set", 1, apply_set, line_set, undo_set },
	{ "problem.move", 1, problem_apply_move, problem_line_move,
	  problem_undo_move },
	{ "problem.comment", 1, problem_apply_comment, problem_line_comment,
	  NULL },
	{ "problem.merge", 1, problem_apply_merge, problem_line_merge, NULL },
	{ "problem.report", 1, problem_report_kind_apply, line_report,
	  problem_report_undo },
	{ "problem.report-drop", 1, problem_report_drop_apply,
	  line_report_drop, NULL },
	{ "problem.members", 1, problem_members_apply, line_members,
	  problem_members_undo },
	{ "problem.labels", 1, problem_labels_apply, problem_labels_line,
	  problem_labels_undo },
	{ NULL }
};
