/* Patterns of problems: reports (inputs that somebody wrote down) stand in
 * the entries, members (patterns of the set, by ordinal) in blobs. A blob of
 * members, little-endian:
 *
 *	0	"MPM", and the layout's version, 1
 *	4	u32 n
 *	8	n times: u32 ordinal, u32 partner (or all ones), u32 kind of
 *		pattern, u32 expectation */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "registry/db.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"
#include "registry/testset.h"

#define HEAD 8
#define ITEM 16
#define MEMBERS_MAX ((REG_BLOB_MAX - HEAD) / ITEM)

static const char *const expectations[] = {
#define X(id, name) [id] = name,
	EXPECTATIONS(X)
#undef X
};
#define N_EXPECTATIONS COUNT(expectations)

const char *expectation_name(enum expectation e)
{
	return expectations[e];
}

bool expectation_from_name(const char *name, enum expectation *out)
{
	for (size_t i = 0; i < N_EXPECTATIONS; i++) {
		if (strcmp(expectations[i], name) != 0)
			continue;
		*out = (enum expectation)i;
		return true;
	}
	return false;
}

/* -- Reports -- */

void problem_report_release(struct problem_report *r)
{
	pairs_release(&r->inputs);
	free(r->said);
	free(r->expected);
	free(r->version);
	*r = (struct problem_report){ 0 };
}

void problem_reports_release(struct problem_reports *v)
{
	for (size_t i = 0; i < v->n; i++)
		problem_report_release(&v->at[i]);
	vec_free(v);
}

enum rc problem_report_check(const struct problem_report *r, struct err *err)
{
	struct json *inputs = NULL;
	enum rc rc = pairs_to_json("input", &r->inputs, &inputs, err);

	json_free(inputs);
	if (!rc)
		rc = text_check("what the model said", r->said, err);
	if (!rc)
		rc = text_check("what is expected", r->expected, err);
	if (!rc && !r->inputs.n)
		rc = err_set(err, RC_USAGE, "a reported pattern needs its "
			     "inputs (--input COLUMN=VALUE)");
	return rc;
}

struct json *problem_report_json(const struct problem_report *r)
{
	struct json *j = json_new_object(), *inputs = NULL;

	if (pairs_to_json("input", &r->inputs, &inputs, NULL) != RC_OK)
		BUG("a report that was not checked");
	json_set_str(j, "kind", pattern_kind_name(r->kind));
	json_set(j, "inputs", inputs);
	json_set_str(j, "said", r->said);
	json_set_str(j, "expected", r->expected);
	json_set_str(j, "version", r->version);
	return j;
}

enum rc problem_report_apply(struct apply *a, int64_t id,
			     const struct json *report, struct err *err)
{
	const struct json *inputs = json_get(report, "inputs");
	struct buf text = BUF_INIT;
	enum pattern_kind kind;
	const char *name;
	struct stmt *s;
	enum rc rc = body_str(report, "kind", &name, err);

	if (!rc && !pattern_kind_from_name(name, &kind))
		rc = err_set(err, RC_CORRUPT, "entry has no kind of pattern");
	if (!rc && json_type(inputs) != JSON_OBJECT)
		rc = err_set(err, RC_CORRUPT, "entry has no inputs");
	if (rc)
		return rc;
	json_write(&text, inputs, false);
	s = db_prepare(a->db,
		"INSERT INTO problem_report (id, problem_id, kind, inputs,"
		"                            said, expected, version, in_set)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_int(s, id);
	stmt_bind_text(s, name);
	stmt_bind_text(s, text.data);
	stmt_bind_text(s, json_get_str(report, "said"));
	stmt_bind_text(s, json_get_str(report, "expected"));
	stmt_bind_text(s, json_get_str(report, "version"));
	rc = stmt_run(s, err);
	buf_release(&text);
	return rc;
}

enum rc problem_report_kind_apply(struct apply *a, struct err *err)
{
	int64_t id;
	enum rc rc = problem_object_id(a->entry, &id, err);

	return rc ? rc : problem_report_apply(a, id, json_get(a->entry->body,
							      "report"), err);
}

struct reporting {
	int64_t id;
	const struct problem_report *report;
};

static enum rc report_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct reporting *r = arg;
	struct problem_rec p;
	struct json *body;
	char *object;
	enum rc rc = reg_problem_get(tx_registry(tx), r->id, &p, err);

	if (rc)
		return rc;
	problem_rec_release(&p);
	body = json_new_object();
	json_set(body, "report", problem_report_json(r->report));
	object = problem_object(r->id);
	rc = tx_append(tx, "problem.report", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

enum rc reg_problem_report_add(struct registry *reg, int64_t id,
			       const struct problem_report *report,
			       struct err *err)
{
	struct reporting r = { id, report };
	enum rc rc = problem_report_check(report, err);

	return rc ? rc : reg_write(reg, report_fn, &r, err);
}

static enum rc set_report_state(struct apply *a, struct stmt *s, int64_t id,
				int64_t problem, struct err *err)
{
	enum rc rc;

	stmt_bind_int(s, id);
	stmt_bind_int(s, problem);
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry is about a reported "
			     "pattern that P-%lld does not have",
			     (long long)problem);
	return rc;
}

enum rc problem_report_drop_apply(struct apply *a, struct err *err)
{
	int64_t id, report;
	enum rc rc = problem_object_id(a->entry, &id, err);

	if (!rc)
		rc = body_int(a->entry->body, "report", &report, err);
	return rc ? rc : set_report_state(a, db_prepare(a->db,
		"DELETE FROM problem_report"
		" WHERE id = ? AND problem_id = ? AND in_set = 0"),
		report, id, err);
}

enum rc problem_report_undo(struct reg_tx *tx, const struct entry *e,
			    struct err *err)
{
	struct stmt *s = db_prepare(reg_db(tx_registry(tx)),
		"SELECT in_set FROM problem_report "
		"WHERE id = ? AND 'problem/P-' || problem_id = ?");
	bool in_set;
	struct json *body;
	enum rc rc;

	stmt_bind_int(s, (int64_t)e->index + 1);
	stmt_bind_text(s, e->object);
	rc = stmt_one(s, err);
	if (!rc) {
		in_set = stmt_int(s, "in_set");
		stmt_done(s);
	}
	if (rc || in_set)
		return err_set(err, RC_REFUSED, "the pattern is in the living "
			       "set by now; it stays");
	body = json_new_object();
	json_set_int(body, "report", (int64_t)e->index + 1);
	return tx_append(tx, "problem.report-drop", e->object, TX_ANY_BASE,
			 body, NULL, err);
}

enum rc reg_problem_reports(struct registry *reg, int64_t id,
			    struct problem_reports *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT id, kind, inputs, said, expected, version, in_set"
		"  FROM problem_report"
		" WHERE problem_id = ?"
		" ORDER BY id");
	enum rc rc = RC_OK;

	*out = (struct problem_reports)VEC_INIT;
	stmt_bind_int(s, id);
	while (!rc && stmt_next(s, err)) {
		struct problem_report *r = vec_add(out);

		r->id = stmt_int(s, "id");
		if (!pattern_kind_from_name(stmt_text(s, "kind"), &r->kind))
			r->kind = PATTERN_FALSE_POSITIVE;
		r->said = stmt_text_copy(s, "said");
		r->expected = stmt_text_copy(s, "expected");
		r->version = stmt_text_copy(s, "version");
		r->in_set = stmt_int(s, "in_set");
		rc = pairs_from_text(stmt_text(s, "inputs"), &r->inputs, err);
	}
	rc = stmt_end(s, rc);
	if (rc)
		problem_reports_release(out);
	return rc;
}

/* -- Members as bytes -- */

static void put_u32(struct buf *b, uint32_t x)
{
	const unsigned char bytes[4] = { x & 255, x >> 8 & 255, x >> 16 & 255,
					 x >> 24 };

	buf_add(b, bytes, 4);
}

static uint32_t get_u32(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	       (uint32_t)b[3] << 24;
}

static void write_members(struct buf *b, const struct problem_members *m)
{
	buf_add(b, "MPM\1", 4);
	put_u32(b, (uint32_t)m->n);
	for (size_t i = 0; i < m->n; i++) {
		put_u32(b, m->at[i].row);
		put_u32(b, m->at[i].partner);
		put_u32(b, m->at[i].kind);
		put_u32(b, m->at[i].expect);
	}
}

static enum rc read_members(const struct buf *b, struct problem_members *out,
			    struct err *err)
{
	size_t n;

	if (b->len < HEAD || memcmp(b->data, "MPM\1", 4) != 0 ||
	    b->len != HEAD + (size_t)get_u32(b->data + 4) * ITEM)
		return err_set(err, RC_CORRUPT, "a list of a problem's "
			       "patterns is damaged");
	n = get_u32(b->data + 4);
	for (size_t i = 0; i < n; i++) {
		const char *at = b->data + HEAD + i * ITEM;
		uint32_t kind = get_u32(at + 8), expect = get_u32(at + 12);

		if (kind > PATTERN_TRUE_NEGATIVE || expect >= N_EXPECTATIONS)
			return err_set(err, RC_CORRUPT, "a problem's pattern "
				       "is of no known kind");
		vec_push(out, ((struct problem_member){
			get_u32(at), get_u32(at + 4), (enum pattern_kind)kind,
			(enum expectation)expect }));
	}
	return RC_OK;
}

/* -- Members as entries -- */

static enum rc place_reports(struct apply *a, int64_t id, bool drop,
			     struct err *err)
{
	const struct json *placed = json_get(a->entry->body, "placed");
	enum rc rc = RC_OK;
	int64_t report;

	for (size_t i = 0; i < json_size(placed) && !rc; i++) {
		if (!json_int(json_at(placed, i), &report))
			return err_set(err, RC_CORRUPT, "entry places no "
				       "pattern");
		rc = set_report_state(a, drop ? db_prepare(a->db,
			"UPDATE problem_report SET in_set = 0 "
			"WHERE id = ? AND problem_id = ?") : db_prepare(a->db,
			"UPDATE problem_report SET in_set = 1 "
			"WHERE id = ? AND problem_id = ?"), report, id, err);
	}
	return rc;
}

static enum rc adopt_testset(struct apply *a, int64_t id, const char *testset,
			     struct err *err)
{
	struct stmt *s = db_prepare(a->db,
		"UPDATE problem SET testset = ?"
		" WHERE id = ? AND (testset IS NULL OR testset = ?)");
	enum rc rc;

	stmt_bind_text(s, testset);
	stmt_bind_int(s, id);
	stmt_bind_text(s, testset);
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry gives the problem P-%lld "
			     "patterns of '%s', which is not its test set",
			     (long long)id, testset);
	return rc;
}

static enum rc check_blob(struct apply *a, const char *ref, int64_t n,
			  struct err *err)
{
	struct problem_members members = VEC_INIT;
	struct buf b = BUF_INIT;
	enum rc rc = a->blob(a, ref, &b, err);

	if (!rc)
		rc = read_members(&b, &members, err);
	if (!rc && (int64_t)members.n != n)
		rc = err_set(err, RC_CORRUPT, "entry counts its patterns "
			     "wrongly");
	vec_free(&members);
	buf_release(&b);
	return rc;
}

enum rc problem_members_apply(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body;
	const char *testset, *op, *ref;
	struct stmt *s;
	int64_t id, n;
	const struct body_field fields[] = {
		{ "testset", &testset }, { "op", &op }, { "members", &ref },
		{ "n", .number = &n }, { 0 },
	};
	enum rc rc = problem_object_id(a->entry, &id, err);

	if (!rc)
		rc = body_read(body, fields, err);
	if (!rc && strcmp(op, "add") != 0 && strcmp(op, "drop") != 0)
		rc = err_set(err, RC_CORRUPT, "entry neither adds patterns nor "
			     "drops them, but '%.80s'", op);
	if (!rc)
		rc = check_blob(a, ref, n, err);
	if (!rc)
		rc = adopt_testset(a, id, testset, err);
	if (rc)
		return rc;
	s = db_prepare(a->db,
		"INSERT INTO problem_members (id, problem_id, op, n, members)"
		" VALUES (?, ?, ?, ?, ?)");
	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_int(s, id);
	stmt_bind_text(s, op);
	stmt_bind_int(s, n);
	stmt_bind_text(s, ref);
	rc = stmt_run(s, err);
	return rc ? rc : place_reports(a, id, !strcmp(op, "drop"), err);
}

enum rc problem_members_undo(struct reg_tx *tx, const struct entry *e,
			     struct err *err)
{
	struct json *body = json_clone(e->body);
	const char *op = json_get_str(body, "op");
	bool was_drop = op && !strcmp(op, "drop");

	json_set_str(body, "op", was_drop ? "add" : "drop");
	json_set_str(body, "why", "undo");
	return tx_append(tx, "problem.members", e->object, TX_ANY_BASE, body,
			 NULL, err);
}

/* -- Reading members -- */

static int by_place(const struct problem_member *a,
		    const struct problem_member *b)
{
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->expect != b->expect)
		return a->expect < b->expect ? -1 : 1;
	return (a->partner > b->partner) - (a->partner < b->partner);
}

struct step_item {
	struct problem_member member;
	uint32_t step;		/* later ones win */
	bool drop;
};
VEC_DECLARE(struct step_item, step_items);

static int by_place_and_step(const void *va, const void *vb)
{
	const struct step_item *a = va, *b = vb;
	int c = by_place(&a->member, &b->member);

	return c ? c : (a->step > b->step) - (a->step < b->step);
}

static bool is_sorted(const struct step_items *v)
{
	for (size_t i = 1; i < v->n; i++)
		if (by_place_and_step(&v->at[i - 1], &v->at[i]) > 0)
			return false;
	return true;
}

static void settle_members(struct step_items *v, struct problem_members *out)
{
	if (!is_sorted(v))
		vec_sort(v, by_place_and_step);
	for (size_t i = 0; i < v->n; i++) {
		bool last = i + 1 == v->n ||
			    by_place(&v->at[i].member, &v->at[i + 1].member);

		if (last && !v->at[i].drop)
			vec_push(out, v->at[i].member);
	}
}

static enum rc take_blob(struct registry *reg, const char *ref, uint32_t step,
			 bool drop, struct step_items *items, struct err *err)
{
	struct problem_members members = VEC_INIT;
	struct buf b = BUF_INIT;
	struct hash hash;
	enum rc rc = reg_blob_from_ref(ref, &hash)
		   ? reg_blob_get(reg, &hash, &b, err)
		   : err_set(err, RC_CORRUPT, "'%.80s' names no blob", ref);

	if (!rc)
		rc = read_members(&b, &members, err);
	for (size_t i = 0; i < members.n && !rc; i++)
		vec_push(items, ((struct step_item){ members.at[i], step,
						     drop }));
	vec_free(&members);
	buf_release(&b);
	return rc;
}

static enum rc list_blobs(struct registry *reg, int64_t id, struct strs *refs,
			  struct strs *ops, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT op, members"
		"  FROM problem_members"
		" WHERE problem_id = ?"
		" ORDER BY id");

	stmt_bind_int(s, id);
	while (stmt_next(s, err)) {
		strs_add(ops, stmt_text(s, "op"));
		strs_add(refs, stmt_text(s, "members"));
	}
	return stmt_end(s, RC_OK);
}

enum rc reg_problem_members(struct registry *reg, int64_t id,
			    struct problem_members *out, struct err *err)
{
	struct strs refs = VEC_INIT, ops = VEC_INIT;
	struct step_items items = VEC_INIT;
	enum rc rc = list_blobs(reg, id, &refs, &ops, err);

	*out = (struct problem_members)VEC_INIT;
	for (size_t i = 0; i < refs.n && !rc; i++)
		rc = take_blob(reg, refs.at[i], (uint32_t)i,
			       !strcmp(ops.at[i], "drop"), &items, err);
	if (!rc)
		settle_members(&items, out);
	vec_free(&items);
	strs_release(&refs);
	strs_release(&ops);
	return rc;
}

/* -- Adding and dropping -- */

enum rc problem_members_append(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct members_change *c = arg;
	char *object = problem_object(c->id);
	struct json *body = json_new_object();
	enum rc rc;

	json_set_str(body, "testset", c->testset);
	json_set_str(body, "op", c->op);
	json_set_int(body, "n", (int64_t)c->n);
	json_set_str(body, "members", c->ref);
	json_set_str(body, "why", c->why);
	if (c->placed)
		json_set(body, "placed", json_clone(c->placed));
	rc = tx_append(tx, "problem.members", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

enum rc problem_members_put(struct registry *reg, struct members_change *c,
			    const struct problem_members *m, struct err *err)
{
	struct buf b = BUF_INIT;
	struct hash hash;
	enum rc rc;

	if (m->n > MEMBERS_MAX)
		return err_set(err, RC_REFUSED, "%zu patterns at once are too "
			       "many; the limit is %u", m->n,
			       (unsigned)MEMBERS_MAX);
	write_members(&b, m);
	rc = reg_blob_put(reg, b.data, b.len, &hash, err);
	buf_release(&b);
	if (rc)
		return rc;
	c->ref = reg_blob_ref(&hash);
	c->n = m->n;
	return RC_OK;
}

static enum rc store_members(struct registry *reg, struct members_change *c,
			     const struct problem_members *m, struct err *err)
{
	enum rc rc = problem_members_put(reg, c, m, err);

	if (!rc)
		rc = reg_write(reg, problem_members_append, c, err);
	free(c->ref);
	c->ref = NULL;
	return rc;
}

static int member_order(const void *a, const void *b)
{
	return by_place(a, b);
}

/* Sorted, each once, and of the wanted (are they members already?) half. */
void problem_members_sift(const struct problem_members *wanted,
			  const struct problem_members *there, bool present,
			  struct problem_members *out)
{
	struct problem_members sorted = VEC_INIT;

	for (size_t i = 0; i < wanted->n; i++) {
		struct problem_member m = wanted->at[i];

		if (m.expect == EXPECT_EQUALS)
			m.partner = NO_PARTNER;
		vec_push(&sorted, m);
	}
	vec_sort(&sorted, member_order);
	for (size_t i = 0; i < sorted.n; i++) {
		const struct problem_member *m = &sorted.at[i];
		bool found = there->n && bsearch(m, there->at, there->n,
						 sizeof(*there->at),
						 member_order);

		if ((i && !by_place(m - 1, m)) || found != present)
			continue;
		vec_push(out, *m);
	}
	vec_free(&sorted);
}

static enum rc check_rows(struct registry *reg, const char *testset,
			  const struct problem_members *m, struct err *err)
{
	struct testset_info info = { 0 };
	enum rc rc = reg_testset_info(reg, testset, 0, &info, err);

	for (size_t i = 0; i < m->n && !rc; i++)
		if (m->at[i].row >= info.n_rows ||
		    (m->at[i].expect != EXPECT_EQUALS &&
		     m->at[i].partner >= info.n_rows))
			rc = err_set(err, RC_NOT_FOUND, "test set '%s' has no "
				     "pattern %lu", testset,
				     (unsigned long)m->at[i].row);
	testset_info_release(&info);
	return rc;
}

static enum rc change_members(struct registry *reg, struct members_change *c,
			      const struct problem_members *wanted,
			      struct err *err)
{
	bool drop = !strcmp(c->op, "drop");
	struct problem_members there = VEC_INIT, changed = VEC_INIT;
	enum rc rc = check_rows(reg, c->testset, wanted, err);

	if (!rc)
		rc = reg_problem_members(reg, c->id, &there, err);
	if (!rc)
		problem_members_sift(wanted, &there, drop, &changed);
	if (!rc && changed.n)
		rc = store_members(reg, c, &changed, err);
	c->n = rc ? 0 : changed.n;
	vec_free(&there);
	vec_free(&changed);
	return rc;
}

enum rc problem_testset(const struct problem_rec *p, const char *given,
			     const char **out, struct err *err)
{
	*out = p->testset ? p->testset : given;
	if (!*out)
		return err_set(err, RC_USAGE, "P-%lld has no test set; say "
			       "which one: 'muster problem set P-%lld "
			       "testset=NAME --reason TEXT'",
			       (long long)p->id, (long long)p->id);
	if (given && strcmp(given, *out) != 0)
		return err_set(err, RC_REFUSED, "the patterns of P-%lld are "
			       "of the test set '%s', not '%s'",
			       (long long)p->id, *out, given);
	return RC_OK;
}

static enum rc change_problem(struct registry *reg, struct members_change *c,
			      const char *testset,
			      const struct problem_members *members,
			      struct err *err)
{
	struct problem_rec p;
	enum rc rc = text_check("why", c->why, err);

	if (!rc)
		rc = reg_problem_get(reg, c->id, &p, err);
	if (rc)
		return rc;
	rc = problem_testset(&p, testset, &c->testset, err);
	if (!rc)
		rc = change_members(reg, c, members, err);
	problem_rec_release(&p);
	return rc;
}

enum rc reg_problem_members_add(struct registry *reg, int64_t id,
				const char *testset,
				const struct problem_members *members,
				const char *why, uint64_t *added,
				struct err *err)
{
	struct members_change c = { .id = id, .op = "add", .why = why };
	enum rc rc = change_problem(reg, &c, testset, members, err);

	if (!rc && added)
		*added = c.n;
	return rc;
}

enum rc reg_problem_members_drop(struct registry *reg, int64_t id,
				 const struct problem_members *members,
				 const char *why, struct err *err)
{
	struct members_change c = { .id = id, .op = "drop", .why = why };

	return change_problem(reg, &c, NULL, members, err);
}
