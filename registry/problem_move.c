/* Problems through their states, comments on them, and merging: entries and
 * what they do to the table. */
#include <stdlib.h>
#include <string.h>

#include "registry/db.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"

/* -- Moving through the states -- */

struct moving {
	int64_t id;
	enum problem_state to;
	const char *reason;
	int64_t base;
};

static struct json *move_body(enum problem_state from, enum problem_state to,
			      int64_t was_fixed_in, int64_t fixed_in,
			      const char *reason)
{
	struct json *body = json_new_object();

	json_set_str(body, "from", problem_state_name(from));
	json_set_str(body, "to", problem_state_name(to));
	json_set_int(body, "was_fixed_in", was_fixed_in);
	json_set_int(body, "fixed_in", fixed_in);
	json_set_str(body, "reason", reason);
	return body;
}

static enum rc append_move(struct reg_tx *tx, const char *object,
			   const struct moving *m, struct err *err)
{
	struct problem_facts facts;
	struct problem_rec p;
	int64_t version = 0;
	enum rc rc = reg_problem_get(tx_registry(tx), m->id, &p, err);

	if (rc)
		return rc;
	rc = problem_facts_of(tx_registry(tx), &p, &facts, &version, err);
	facts.has_reason = m->reason && *m->reason;
	if (!rc)
		rc = problem_move_check(&facts, m->to, err);
	if (!rc)
		rc = tx_append(tx, "problem.move", object, m->base,
			       move_body(p.state, m->to, p.fixed_in,
					 m->to == PROBLEM_FIXED ? version
								: p.fixed_in,
					 m->reason), NULL, err);
	problem_rec_release(&p);
	return rc;
}

static enum rc move_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct moving *m = arg;
	char *object = problem_object(m->id);
	enum rc rc = append_move(tx, object, m, err);

	free(object);
	return rc;
}

enum rc reg_problem_move(struct registry *reg, int64_t id,
			 enum problem_state to, const char *reason,
			 int64_t base, struct err *err)
{
	struct moving m = { id, to, reason, base };
	enum rc rc = text_check("reason", reason, err);

	return rc ? rc : reg_write(reg, move_fn, &m, err);
}

/* By itself: what model/problem.h allows from fixed, without being asked. */
enum rc problem_regress_append(struct reg_tx *tx, const struct problem_rec *p,
			       const char *why, struct err *err)
{
	char *object = problem_object(p->id);
	struct json *body = move_body(p->state, PROBLEM_REGRESSED,
				      p->fixed_in, p->fixed_in, why);
	enum rc rc;

	json_set_int(body, "by_itself", 1);
	rc = tx_append(tx, "problem.move", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

enum rc problem_apply_move(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	enum problem_state from, to;
	const char *from_name, *to_name;
	int64_t id, fixed_in;
	struct stmt *s;
	enum rc rc = problem_object_id(e, &id, err);

	if (!rc)
		rc = body_str(e->body, "from", &from_name, err);
	if (!rc)
		rc = body_str(e->body, "to", &to_name, err);
	if (!rc)
		rc = body_int(e->body, "fixed_in", &fixed_in, err);
	if (rc)
		return rc;
	if (!problem_state_from_name(from_name, &from) ||
	    !problem_state_from_name(to_name, &to))
		return err_set(err, RC_CORRUPT, "entry moves to no state");
	s = db_prepare(a->db,
		"UPDATE problem"
		"   SET state = ?, state_time = ?, fixed_in = ?"
		" WHERE id = ? AND state = ?");
	stmt_bind_text(s, to_name);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, fixed_in);
	stmt_bind_int(s, id);
	stmt_bind_text(s, from_name);
	rc = stmt_run(s, err);
	return rc ? rc : problem_changed_one(a, id, err);
}

void problem_line_move(const struct entry *e, struct buf *out)
{
	const char *reason = json_get_str(e->body, "reason");

	buf_printf(out, "%s -> %s", entry_text(e, "from"),
		   entry_text(e, "to"));
	if (json_get_int(e->body, "by_itself", 0))
		buf_str(out, " by itself");
	if (reason)
		buf_printf(out, " (%s)", reason);
}

enum rc problem_undo_move(struct reg_tx *tx, const struct entry *e,
			  struct err *err)
{
	enum problem_state from, to;
	struct problem_rec p;
	int64_t id;
	enum rc rc = problem_object_id(e, &id, err);

	if (rc || !problem_state_from_name(entry_text(e, "from"), &from) ||
	    !problem_state_from_name(entry_text(e, "to"), &to))
		return RC_REFUSED;
	rc = reg_problem_get(tx_registry(tx), id, &p, err);
	if (rc)
		return RC_REFUSED;
	if (p.state != to)
		rc = err_set(err, RC_REFUSED, "P-%lld has moved on since",
			     (long long)id);
	else
		rc = tx_append(tx, "problem.move", e->object, TX_ANY_BASE,
			       move_body(to, from, p.fixed_in,
					 json_get_int(e->body, "was_fixed_in",
						      0), "undo"), NULL, err);
	problem_rec_release(&p);
	return rc;
}

/* -- Comments: they stand in the log alone -- */

struct commenting {
	int64_t id;
	const char *text;
};

static enum rc comment_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct commenting *c = arg;
	struct json *body;
	struct problem_rec p;
	char *object;
	enum rc rc = reg_problem_get(tx_registry(tx), c->id, &p, err);

	if (rc)
		return rc;
	problem_rec_release(&p);
	body = json_new_object();
	json_set_str(body, "text", c->text);
	object = problem_object(c->id);
	rc = tx_append(tx, "problem.comment", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

enum rc reg_problem_comment(struct registry *reg, int64_t id,
			    const char *text, struct err *err)
{
	struct commenting c = { id, text };
	enum rc rc = text_check("comment", text, err);

	if (!rc && !text[strspn(text, " \t\n")])
		rc = err_set(err, RC_USAGE, "the comment is empty");
	return rc ? rc : reg_write(reg, comment_fn, &c, err);
}

enum rc problem_apply_comment(struct apply *a, struct err *err)
{
	const char *text;
	int64_t id;
	enum rc rc = problem_object_id(a->entry, &id, err);

	return rc ? rc : body_str(a->entry->body, "text", &text, err);
}

void problem_line_comment(const struct entry *e, struct buf *out)
{
	buf_printf(out, "comment: %s", entry_text(e, "text"));
}

/* -- Merging -- */

struct merging {
	int64_t into, from;
};

static enum rc merge_check(struct registry *reg, const struct merging *m,
			   struct err *err)
{
	struct problem_rec into = { 0 }, from = { 0 };
	enum rc rc = reg_problem_get(reg, m->into, &into, err);

	if (!rc)
		rc = reg_problem_get(reg, m->from, &from, err);
	if (!rc && m->into == m->from)
		rc = err_set(err, RC_USAGE, "P-%lld cannot be merged with "
			     "itself", (long long)m->into);
	if (!rc && strcmp(into.model, from.model) != 0)
		rc = err_set(err, RC_REFUSED, "P-%lld and P-%lld are of two "
			     "models, %s and %s", (long long)m->into,
			     (long long)m->from, into.model, from.model);
	if (!rc && (from.merged_into || into.merged_into))
		rc = err_set(err, RC_REFUSED, "P-%lld was merged already",
			     (long long)(from.merged_into ? m->from
							  : m->into));
	if (!rc && !problem_state_is_open(from.state))
		rc = err_set(err, RC_REFUSED, "P-%lld is %s; only an open "
			     "problem is merged", (long long)m->from,
			     problem_state_name(from.state));
	if (!rc && into.testset && from.testset &&
	    strcmp(into.testset, from.testset) != 0)
		rc = err_set(err, RC_REFUSED, "P-%lld and P-%lld have patterns "
			     "of two test sets, %s and %s",
			     (long long)m->into, (long long)m->from,
			     into.testset, from.testset);
	problem_rec_release(&into);
	problem_rec_release(&from);
	return rc;
}

static enum rc merge_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct merging *m = arg;
	char *object = problem_object(m->into);
	struct json *body;
	enum rc rc = merge_check(tx_registry(tx), m, err);

	if (!rc) {
		body = json_new_object();
		json_set_int(body, "from", m->from);
		rc = tx_append(tx, "problem.merge", object, TX_ANY_BASE, body,
			       NULL, err);
	}
	free(object);
	return rc;
}

enum rc reg_problem_merge(struct registry *reg, int64_t into, int64_t from,
			  struct err *err)
{
	struct merging m = { into, from };

	return reg_write(reg, merge_fn, &m, err);
}

static enum rc hand_over(struct apply *a, struct stmt *s, int64_t into,
			 int64_t from, struct err *err)
{
	stmt_bind_int(s, into);
	stmt_bind_int(s, from);
	return stmt_run(s, err);
}

static enum rc merge_parts(struct apply *a, int64_t into, int64_t from,
			   struct err *err)
{
	enum rc rc = hand_over(a, db_prepare(a->db,
		"UPDATE problem_report SET problem_id = ? "
		"WHERE problem_id = ?"), into, from, err);

	if (!rc)
		rc = hand_over(a, db_prepare(a->db,
			"UPDATE problem_members SET problem_id = ? "
			"WHERE problem_id = ?"), into, from, err);
	if (!rc)
		rc = hand_over(a, db_prepare(a->db,
			"UPDATE problem_labels SET problem_id = ? "
			"WHERE problem_id = ?"), into, from, err);
	if (!rc)
		rc = hand_over(a, db_prepare(a->db,
			"UPDATE problem SET testset = ifnull(testset,"
			" (SELECT q.testset FROM problem AS q"
			"   WHERE q.id = ?2)) WHERE id = ?1"),
			into, from, err);
	return rc;
}

enum rc problem_apply_merge(struct apply *a, struct err *err)
{
	struct stmt *s;
	int64_t into, from;
	enum rc rc = problem_object_id(a->entry, &into, err);

	if (!rc)
		rc = body_int(a->entry->body, "from", &from, err);
	if (!rc && from == into)
		rc = err_set(err, RC_CORRUPT, "entry merges the problem "
			     "P-%lld into itself", (long long)into);
	if (!rc)
		rc = merge_parts(a, into, from, err);
	if (rc)
		return rc;
	s = db_prepare(a->db,
		"UPDATE problem"
		"   SET state = 'wont-fix', state_time = ?, merged_into = ?"
		" WHERE id = ?");
	stmt_bind_int(s, a->entry->time);
	stmt_bind_int(s, into);
	stmt_bind_int(s, from);
	rc = stmt_run(s, err);
	return rc ? rc : problem_changed_one(a, from, err);
}

void problem_line_merge(const struct entry *e, struct buf *out)
{
	buf_printf(out, "took over P-%lld",
		   (long long)json_get_int(e->body, "from", 0));
}
