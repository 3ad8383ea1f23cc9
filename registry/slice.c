/* Named slices of a test set: an expression under a name. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "model/slice.h"
#include "registry/db.h"
#include "registry/entry.h"
#include "registry/model.h"
#include "registry/nouns.h"
#include "registry/testset.h"

/* -- Columns as expressions see them -- */

enum rc testset_slice_column(void *testset, const char *name,
			     struct slice_source *out, struct err *err)
{
	const struct column *col;
	enum rc rc = testset_column(testset, name, &col, err);

	if (rc)
		return rc;
	*out = (struct slice_source){
		.code = col->kind == COLUMN_CODES ? col->code : NULL,
		.n_values = col->n_values, .values = col->values,
		.number = col->kind == COLUMN_NUMBERS ? col->number : NULL,
		.offset = col->kind == COLUMN_TEXTS ? col->offset : NULL,
		.bytes = col->bytes,
	};
	return RC_OK;
}

VEC_DECLARE(const char *, names);

static void add_names(struct names *v, const struct strs *from)
{
	for (size_t i = 0; i < from->n; i++)
		vec_push(v, from->at[i]);
}

enum rc testset_parse(const struct testset_info *info, const char *expr,
		      struct slice **out, struct err *err)
{
	const char *const single[] = { info->target, info->weight,
				       info->group, info->scale };
	struct names names = VEC_INIT;
	struct slice *s = NULL;
	enum rc rc = slice_parse(expr, &s, err);

	if (rc)
		return rc;
	add_names(&names, &info->keys);
	add_names(&names, &info->inputs);
	add_names(&names, &info->slices);
	for (size_t i = 0; i < COUNT(single); i++)
		if (single[i])
			vec_push(&names, single[i]);
	rc = slice_check(s, names.at, names.n, err);
	vec_free(&names);
	if (rc)
		slice_free(s);
	else
		*out = s;
	return rc;
}

/* -- Entries -- */

static enum rc find_expr(struct db *db, const char *testset, const char *name,
			 char **expr, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT expr"
		"  FROM slice"
		" WHERE testset = ? AND name = ?");
	enum rc rc;

	stmt_bind_text(s, testset);
	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc)
		return rc;
	*expr = stmt_text_copy(s, "expr");
	stmt_done(s);
	return RC_OK;
}

static const char *testset_of(const struct entry *e)
{
	return strncmp(e->object, "testset/", 8) ? "" : e->object + 8;
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	const char *name, *expr;
	struct stmt *s;
	enum rc rc = body_str(a->entry->body, "name", &name, err);

	if (!rc)
		rc = body_str(a->entry->body, "expr", &expr, err);
	if (rc)
		return rc;
	s = db_prepare(a->db,
		"INSERT INTO slice(testset, name, expr)"
		" SELECT name, ?, ?"
		"   FROM testset"
		"  WHERE name = ?");
	stmt_bind_text(s, name);
	stmt_bind_text(s, expr);
	stmt_bind_text(s, testset_of(a->entry));
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "slice '%s' of '%s', which is no "
			     "test set", name, a->entry->object);
	return rc;
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	const char *name;
	struct stmt *s;
	enum rc rc = body_str(a->entry->body, "name", &name, err);

	if (rc)
		return rc;
	s = db_prepare(a->db,
		"DELETE FROM slice"
		" WHERE testset = ? AND name = ?");
	stmt_bind_text(s, testset_of(a->entry));
	stmt_bind_text(s, name);
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "slice '%s' of '%s' is removed, "
			     "but was not there", name, a->entry->object);
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	buf_printf(out, "slice %s: %s", entry_text(e, "name"),
		   entry_text(e, "expr"));
}

static void line_remove(const struct entry *e, struct buf *out)
{
	buf_printf(out, "slice %s removed", entry_text(e, "name"));
}

static struct json *slice_body(const char *name, const char *expr)
{
	struct json *body = json_new_object();

	json_set_str(body, "name", name);
	json_set_str(body, "expr", expr);
	return body;
}

static enum rc append_add(struct reg_tx *tx, const char *object,
			  const char *name, const char *expr, struct err *err)
{
	char *there = NULL;
	enum rc rc = find_expr(reg_db(tx_registry(tx)), object + 8, name,
			       &there, err);

	free(there);
	if (!rc)
		return err_set(err, RC_EXISTS, "slice '%s' exists already",
			       name);
	if (rc != RC_NOT_FOUND)
		return rc;
	return tx_append(tx, "slice.add", object, TX_ANY_BASE,
			 slice_body(name, expr), NULL, err);
}

static enum rc append_remove(struct reg_tx *tx, const char *object,
			     const char *name, struct err *err)
{
	char *expr = NULL;
	enum rc rc = find_expr(reg_db(tx_registry(tx)), object + 8, name,
			       &expr, err);

	if (rc == RC_NOT_FOUND)
		return err_set(err, rc, "test set '%s' has no slice '%s'; "
			       "'muster slice list %s' shows all", object + 8,
			       name, object + 8);
	if (rc)
		return rc;
	/* the expression is kept so that undo can put it back */
	rc = tx_append(tx, "slice.remove", object, TX_ANY_BASE,
		       slice_body(name, expr), NULL, err);
	free(expr);
	return rc;
}

static enum rc undo_add(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	enum rc rc = append_remove(tx, e->object, entry_text(e, "name"), err);

	return rc == RC_NOT_FOUND
		? err_set(err, RC_REFUSED, "slice '%s' is gone already",
			  entry_text(e, "name")) : rc;
}

static enum rc undo_remove(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	enum rc rc = append_add(tx, e->object, entry_text(e, "name"),
				entry_text(e, "expr"), err);

	return rc == RC_EXISTS
		? err_set(err, RC_REFUSED, "slice '%s' is there again already",
			  entry_text(e, "name")) : rc;
}

const struct entry_kind slice_kinds[] = {
	{ "slice.add", 1, apply_add, line_add, undo_add },
	{ "slice.remove", 1, apply_remove, line_remove, undo_remove },
	{ 0 }
};

/* -- Use cases -- */

struct change {
	char *object;
	const char *name, *expr;
};

static enum rc write_add(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct change *c = arg;

	return append_add(tx, c->object, c->name, c->expr, err);
}

static enum rc write_remove(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct change *c = arg;

	return append_remove(tx, c->object, c->name, err);
}

static enum rc check_expr(struct registry *reg, const char *testset,
			  const char *expr, struct err *err)
{
	struct testset_info info;
	struct slice *s = NULL;
	enum rc rc = reg_testset_info(reg, testset, 0, &info, err);

	if (rc)
		return rc;
	rc = testset_parse(&info, expr, &s, err);
	if (!rc && slice_n_terms(s) == 0)
		rc = err_set(err, RC_BAD_INPUT, "a slice needs an expression, "
			     "such as 'race:Asian age>=25'");
	slice_free(s);
	testset_info_release(&info);
	return rc;
}

enum rc reg_slice_add(struct registry *reg, const char *testset,
		      const char *name, const char *expr, struct err *err)
{
	struct change c = { .name = name, .expr = expr };
	enum rc rc = name_check("slice", name, err);

	if (!rc)
		rc = text_check("expression", expr, err);
	if (!rc)
		rc = check_expr(reg, testset, expr, err);
	if (rc)
		return rc;
	c.object = xasprintf("testset/%s", testset);
	rc = reg_write(reg, write_add, &c, err);
	free(c.object);
	return rc;
}

enum rc reg_slice_remove(struct registry *reg, const char *testset,
			 const char *name, struct err *err)
{
	struct change c = { xasprintf("testset/%s", testset), name, NULL };
	enum rc rc = reg_write(reg, write_remove, &c, err);

	free(c.object);
	return rc;
}

enum rc reg_slice_list(struct registry *reg, const char *testset,
		       struct slice_recs *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT name, expr"
		"  FROM slice"
		" WHERE testset = ?"
		" ORDER BY name");
	enum rc rc;

	stmt_bind_text(s, testset);
	while (stmt_next(s, err)) {
		struct slice_rec *rec = vec_add(out);

		rec->name = stmt_text_copy(s, "name");
		rec->expr = stmt_text_copy(s, "expr");
	}
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		slice_recs_release(out);
	return rc;
}

void slice_recs_release(struct slice_recs *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].name);
		free(v->at[i].expr);
	}
	vec_free(v);
}
