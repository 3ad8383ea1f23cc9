/* New revisions of a test set: rows added, targets corrected, patterns
 * retired and brought back. What a step stores is what it changes: a segment
 * of the new rows, and lists of ordinals (testset_inside.h). */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/inside.h"
#include "registry/nouns.h"
#include "registry/testset_import.h"
#include "registry/testset_inside.h"

void testset_step_report_release(struct testset_step_report *r)
{
	testset_conflicts_release(&r->conflicts);
	strs_release(&r->notes);
	*r = (struct testset_step_report){ 0 };
}

/* A pattern that changes. */
struct touched {
	uint32_t row;
	uint64_t line;
	char *target;			/* the new one, or NULL */
};
VEC_DECLARE(struct touched, touched_list);

struct revising {
	struct registry *reg;
	const struct testset_step *step;
	struct testset_step_report *report;
	struct testset *t;		/* the newest revision */
	int target;			/* column */
	struct strs labels;		/* after the step */
	bool new_labels;
	struct json *parts;		/* refs */
	const char *name;		/* of the file */
};

/* -- Labels -- */

static bool has_label(const struct strs *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], text))
			return true;
	return false;
}

/* Why the set cannot take a target; NULL: it can, and knows it now. */
static const char *take_target(struct revising *r, const char *text)
{
	const struct ts_schema *s = &r->t->schema;
	const char *wrong = import_wrong_cell(s, ROLE_TARGET, text,
					      strlen(text));

	if (wrong || s->task == TASK_REGRESSION || has_label(&r->labels, text))
		return wrong;
	if (s->task == TASK_BINARY && r->labels.n >= 2)
		return "this is a third label of a binary test set";
	strs_add(&r->labels, text);
	labels_sort(&r->labels);
	r->new_labels = true;
	return NULL;
}

/* -- Parts -- */

static int by_row(const void *va, const void *vb)
{
	const struct touched *a = va, *b = vb;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static enum rc put_part(struct revising *r, enum ts_change change,
			const struct touched *v, size_t n, struct err *err)
{
	uint32_t *row = XNEW_ARRAY(uint32_t, n);
	struct cell *cells = XNEW_ARRAY(struct cell, n);
	struct buf bytes = BUF_INIT;
	struct hash name;
	char *ref = NULL;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		row[i] = v[i].row;
		if (change == CHANGE_RELABEL)
			cells[i] = (struct cell){ v[i].target,
						  strlen(v[i].target) };
	}
	change_write(&bytes, change, row, n, cells);
	rc = reg_blob_put(r->reg, bytes.data, bytes.len, &name, err);
	if (rc == RC_OK) {
		ref = reg_blob_ref(&name);
		json_append(r->parts, json_new_str(ref));
	}
	free(ref);
	free(row);
	free(cells);
	buf_release(&bytes);
	return rc;
}

/* v is sorted. */
static enum rc put_parts(struct revising *r, enum ts_change change,
			 const struct touched_list *v, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < v->n && rc == RC_OK; i += CHANGE_ROWS) {
		size_t n = v->n - i < CHANGE_ROWS ? v->n - i : CHANGE_ROWS;

		rc = put_part(r, change, v->at + i, n, err);
	}
	return rc;
}

static void touched_release(struct touched_list *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].target);
	vec_free(v);
}

/* -- The entry -- */

struct step_entry {
	struct revising *r;
	const char *kind;
	const struct json *body;
};

static enum rc still_newest(struct registry *reg,
			    const struct testset_info *info, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT revision FROM testset WHERE id = ?");
	int64_t now;
	enum rc rc;

	stmt_bind_int(s, info->id);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CONFLICT, "test set '%s' was removed "
			       "meanwhile", info->name);
	if (rc != RC_OK)
		return rc;
	now = stmt_int(s, "revision");
	stmt_done(s);
	if (now == info->revision)
		return RC_OK;
	return err_set(err, RC_CONFLICT, "test set '%s' has moved on from "
		       "revision %lld to %lld; look at it again", info->name,
		       (long long)info->revision, (long long)now);
}

static enum rc write_step(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct step_entry *e = arg;
	const struct testset_info *info = testset_info(e->r->t);
	char *object = testset_object(info->name);
	enum rc rc = still_newest(tx_registry(tx), info, err);

	if (rc == RC_OK)
		rc = tx_append(tx, e->kind, object, TX_ANY_BASE,
			       json_clone(e->body), NULL, err);
	free(object);
	return rc;
}

/* Takes body. n: patterns, for the log's line. */
static enum rc append_step(struct revising *r, const char *kind,
			   struct json *body, uint64_t n, struct err *err)
{
	const struct testset_info *info = testset_info(r->t);
	struct step_entry e = { r, kind, body };
	char hex[HASH_HEX_SIZE];
	enum rc rc;

	json_set_int(body, "revision", info->revision + 1);
	json_set_int(body, "n", (int64_t)n);
	json_set_str(body, "reason", r->step->reason);
	if (json_size(r->parts))
		json_set(body, "parts", json_clone(r->parts));
	if (r->new_labels && !json_get(body, "segment"))
		json_set(body, "labels", labels_json(&r->labels));
	ts_revision_digest(info->digest, body, hex);
	json_set_str(body, "digest", hex);
	rc = reg_write(r->reg, write_step, &e, err);
	json_free(body);
	if (rc == RC_OK)
		r->report->revision = info->revision + 1;
	return rc;
}

/* -- Beginning and end of all steps -- */

static enum rc begin(struct revising *r, struct err *err)
{
	const struct testset_info *info;
	enum rc rc = text_check("--reason", r->step->reason, err);

	if (rc == RC_OK)
		rc = text_check("--source", r->step->source, err);
	if (rc == RC_OK)
		rc = reg_testset_open(r->reg, r->step->testset, 0, &r->t, err);
	if (rc != RC_OK)
		return rc;
	info = testset_info(r->t);
	r->report->revision = info->revision;
	r->target = ts_schema_column(&r->t->schema, r->t->schema.target);
	r->parts = json_new_array();
	for (size_t i = 0; i < info->labels.n; i++)
		strs_add(&r->labels, info->labels.at[i]);
	if (r->step->base && r->step->base != info->revision)
		return err_set(err, RC_CONFLICT, "test set '%s' has moved on "
			       "from revision %lld to %lld; look at it again",
			       info->name, (long long)r->step->base,
			       (long long)info->revision);
	rc = ts_load_changes(r->t, err);
	return rc == RC_OK ? ts_index_keys(r->t, err) : rc;
}

static enum rc run(struct registry *reg, const struct testset_step *step,
		   const char *path, struct testset_step_report *report,
		   enum rc (*fn)(struct revising *r, const char *path,
				 struct err *err), struct err *err)
{
	struct revising r = { .reg = reg, .step = step, .report = report };
	bool was_dry = reg->options.dry_run;
	enum rc rc;

	*report = (struct testset_step_report){ 0 };
	r.name = strcmp(path, "-") ? path : "stdin";
	reg->options.dry_run |= step->dry_run;
	rc = begin(&r, err);
	if (rc == RC_OK)
		rc = fn(&r, path, err);
	reg->options.dry_run = was_dry;
	testset_close(r.t);
	strs_release(&r.labels);
	json_free(r.parts);
	return rc;
}

/* -- Lists of keys: relabel, retire, revive -- */

struct key_list {
	struct csv_table table;
	size_t *column;			/* of the key's parts */
	size_t n;
	bool digest;			/* the parts are inputs */
	int target;			/* relabel; else -1 */
};

static bool find_columns(struct key_list *k, const struct strs *names)
{
	k->column = xreallocarray(k->column, names->n + 1,
				  sizeof(*k->column));
	for (size_t i = 0; i < names->n; i++) {
		int c = csv_table_column(&k->table, names->at[i]);

		if (c < 0)
			return false;
		k->column[i] = (size_t)c;
	}
	k->n = names->n;
	return true;
}

static enum rc find_key_columns(struct revising *r, struct key_list *k,
				struct err *err)
{
	const struct testset_info *info = testset_info(r->t);
	int c = csv_table_column(&k->table, "key");

	if (info->keys.n) {
		for (size_t i = 0; i < info->keys.n; i++)
			if (csv_table_column(&k->table, info->keys.at[i]) < 0)
				return import_no_column(r->name,
					&k->table.names, info->keys.at[i],
					err);
		(void)find_columns(k, &info->keys);
		return RC_OK;
	}
	k->digest = find_columns(k, &info->inputs);
	if (k->digest)
		return RC_OK;
	if (c < 0)
		return import_no_column(r->name, &k->table.names, "key", err);
	k->column[0] = (size_t)c;
	k->n = 1;
	return RC_OK;
}

static enum rc read_list(struct revising *r, struct key_list *k,
			 const char *path, bool with_target, struct err *err)
{
	const char *target = r->t->schema.target;
	enum rc rc = csv_table_read(&k->table, path, err);

	if (rc != RC_OK)
		return rc;
	rc = find_key_columns(r, k, err);
	k->target = with_target ? csv_table_column(&k->table, target) : -1;
	if (rc == RC_OK && with_target && k->target < 0)
		rc = import_no_column(r->name, &k->table.names, target, err);
	return rc;
}

static void list_release(struct key_list *k)
{
	csv_table_release(&k->table);
	free(k->column);
}

static void key_of(const struct key_list *k, size_t row, struct buf *out)
{
	struct row_digest *d = k->digest ? row_digest_new() : NULL;
	char hex[HASH_HEX_SIZE];
	struct hash h;

	buf_clear(out);
	for (size_t i = 0; i < k->n; i++) {
		const char *s = csv_table_cell(&k->table, row, k->column[i]);

		if (d) {
			row_digest_add(d, s, strlen(s));
			continue;
		}
		if (i)
			buf_char(out, KEY_JOIN);
		buf_str(out, s);
	}
	if (!d)
		return;
	h = row_digest_end(d);
	buf_str(out, hash_hex(&h, hex));
}

static enum rc refuse_key(struct revising *r, const struct key_list *k,
			  size_t row, const char *why, struct err *err)
{
	return csv_refuse(r->name, k->table.lines[row], k->column[0] + 1,
			  k->table.names.at[k->column[0]], err, "%s", why);
}

/* Ordinals of the list's keys, which must all be active, or all retired;
 * sorted. */
static enum rc find_patterns(struct revising *r, const struct key_list *k,
			     bool active, struct touched_list *out,
			     struct err *err)
{
	struct key_scratch scratch = { BUF_INIT, BUF_INIT };
	struct buf key = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < k->table.n_rows && rc == RC_OK; i++) {
		struct touched *t;
		size_t row;

		key_of(k, i, &key);
		if (!ts_find_indexed(r->t, key.data, key.len, &scratch, &row))
			rc = refuse_key(r, k, i, "no pattern has this key",
					err);
		else if (!r->t->active[row] == active)
			rc = refuse_key(r, k, i, active ?
					"this pattern is retired" :
					"this pattern is not retired", err);
		if (rc != RC_OK)
			break;
		t = vec_add(out);
		t->row = (uint32_t)row;
		t->line = i;
	}
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_row);
	for (size_t i = 1; i < out->n && rc == RC_OK; i++)
		if (out->at[i].row == out->at[i - 1].row)
			rc = refuse_key(r, k, (size_t)out->at[i].line,
					"the key repeats an earlier row's",
					err);
	buf_release(&key);
	buf_release(&scratch.key);
	buf_release(&scratch.cell);
	return rc;
}

/* -- Relabel -- */

static enum rc same_target(struct revising *r, uint32_t row, const char *text,
			   bool *same, struct err *err)
{
	struct buf b = BUF_INIT;
	const char *now;
	size_t n;
	enum rc rc = testset_cell(r->t, row, (size_t)r->target, &b, &now, &n,
				  err);

	*same = rc == RC_OK && n == strlen(text) && !memcmp(now, text, n);
	buf_release(&b);
	return rc;
}

/* Leaves in v what gets another target. */
static enum rc take_targets(struct revising *r, const struct key_list *k,
			    struct touched_list *v, struct err *err)
{
	size_t kept = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < v->n && rc == RC_OK; i++) {
		size_t row = (size_t)v->at[i].line;
		const char *text = csv_table_cell(&k->table, row,
						  (size_t)k->target);
		const char *wrong = take_target(r, text);
		bool same = false;

		if (wrong)
			return csv_refuse(r->name, k->table.lines[row],
					  (size_t)k->target + 1,
					  r->t->schema.target, err, "%s",
					  wrong);
		rc = same_target(r, v->at[i].row, text, &same, err);
		r->report->unchanged += same;
		if (rc != RC_OK || same)
			continue;
		v->at[kept] = v->at[i];
		v->at[kept++].target = xstrdup(text);
	}
	v->n = kept;
	return rc;
}

static enum rc relabel(struct revising *r, const char *path, struct err *err)
{
	struct touched_list v = VEC_INIT;
	struct key_list k = { 0 };
	enum rc rc = read_list(r, &k, path, true, err);

	if (rc == RC_OK)
		rc = find_patterns(r, &k, true, &v, err);
	if (rc == RC_OK)
		rc = take_targets(r, &k, &v, err);
	if (rc == RC_OK)
		rc = put_parts(r, CHANGE_RELABEL, &v, err);
	if (rc == RC_OK && v.n)
		rc = append_step(r, "testset.relabel", json_new_object(), v.n,
				 err);
	if (rc == RC_OK)
		r->report->relabelled = v.n;
	touched_release(&v);
	list_release(&k);
	return rc;
}

enum rc reg_testset_relabel(struct registry *reg,
			    const struct testset_step *step, const char *path,
			    struct testset_step_report *report,
			    struct err *err)
{
	return run(reg, step, path, report, relabel, err);
}

/* -- Retire and revive -- */

static enum rc move(struct revising *r, const char *path, enum ts_change change,
		    uint64_t *count, struct err *err)
{
	struct touched_list v = VEC_INIT;
	struct key_list k = { 0 };
	enum rc rc = read_list(r, &k, path, false, err);

	if (rc == RC_OK)
		rc = find_patterns(r, &k, change == CHANGE_RETIRE, &v, err);
	if (rc == RC_OK)
		rc = put_parts(r, change, &v, err);
	if (rc == RC_OK && v.n)
		rc = append_step(r, change == CHANGE_RETIRE ?
				 "testset.retire" : "testset.revive",
				 json_new_object(), v.n, err);
	if (rc == RC_OK)
		*count = v.n;
	touched_release(&v);
	list_release(&k);
	return rc;
}

static enum rc retire(struct revising *r, const char *path, struct err *err)
{
	return move(r, path, CHANGE_RETIRE, &r->report->retired, err);
}

static enum rc revive(struct revising *r, const char *path, struct err *err)
{
	return move(r, path, CHANGE_REVIVE, &r->report->revived, err);
}

enum rc reg_testset_retire(struct registry *reg,
			   const struct testset_step *step, const char *path,
			   struct testset_step_report *report,
			   struct err *err)
{
	return run(reg, step, path, report, retire, err);
}

enum rc reg_testset_revive(struct registry *reg,
			   const struct testset_step *step, const char *path,
			   struct testset_step_report *report,
			   struct err *err)
{
	return run(reg, step, path, report, revive, err);
}

/* -- Grow -- */

/* A row whose key is retired: it comes back. */
struct returning {
	uint32_t row;
	uint64_t line;
	struct strs cells;		/* of the stored columns */
};
VEC_DECLARE(struct returning, returning_list);
struct growth_slot {
	struct returning_list returning;
	struct key_scratch key;
	struct buf text;
};
struct growth {
	struct revising *r;
	struct import im;
	struct import_report report;
	struct growth_slot slot[CSV_SLOTS];
	struct touched_list revived, relabelled;
};

static void file_key(struct import *im, const struct csv_field *fields,
		     struct buf *out)
{
	const struct ts_schema *s = &im->schema;
	struct row_digest *d;
	char hex[HASH_HEX_SIZE];
	struct hash h;

	buf_clear(out);
	for (size_t i = 0; i < s->keys.n; i++) {
		int c = ts_schema_column(s, s->keys.at[i]);
		const struct csv_field *f = &fields[im->field[c]];

		if (i)
			buf_char(out, KEY_JOIN);
		buf_add(out, f->text, f->n);
	}
	if (s->keys.n)
		return;
	d = row_digest_new();
	for (size_t c = 0; c < im->n_stored; c++)
		if (im->in_inputs[c])
			row_digest_add(d, fields[im->field[c]].text,
				       fields[im->field[c]].n);
	h = row_digest_end(d);
	buf_str(out, hash_hex(&h, hex));
}

static enum rc refuse_row(struct import *im, uint64_t line, size_t column,
			  const char *why, struct err *err)
{
	return csv_refuse(im->name, line, im->field[column] + 1,
			  im->schema.columns.at[column].name, err, "%s", why);
}

static size_t key_column(const struct import *im)
{
	const struct ts_schema *s = &im->schema;

	return s->keys.n ? (size_t)ts_schema_column(s, s->keys.at[0]) : 0;
}

static enum rc admit(struct import *im, unsigned slot,
		     const struct csv_field *fields, uint64_t line,
		     bool *is_new, struct err *err)
{
	struct growth *g = im->hook_arg;
	struct growth_slot *s = &g->slot[slot];
	struct returning *back;
	size_t row;

	file_key(im, fields, &s->text);
	*is_new = !ts_find_indexed(g->r->t, s->text.data, s->text.len,
				   &s->key, &row);
	if (*is_new)
		return RC_OK;
	if (g->r->t->active[row])
		return refuse_row(im, line, key_column(im), im->schema.keys.n ?
				  "the test set has this key already" :
				  "the test set has these inputs already",
				  err);
	if (!g->r->step->revive)
		return refuse_row(im, line, key_column(im), "this pattern was "
				  "retired; --revive brings it back", err);
	back = vec_add(&s->returning);
	back->row = (uint32_t)row;
	back->line = line;
	for (size_t c = 0; c < im->n_stored; c++)
		strs_add(&back->cells, fields[im->field[c]].text);
	return RC_OK;
}

static enum rc check_returning(struct growth *g, const struct returning *b,
			       struct err *err)
{
	struct import *im = &g->im;
	struct buf scratch = BUF_INIT;
	const char *text;
	size_t n;
	enum rc rc = RC_OK;

	for (size_t c = 0; c < im->n_stored && rc == RC_OK; c++) {
		if (!im->in_inputs[c])
			continue;
		rc = testset_cell(g->r->t, b->row, c, &scratch, &text, &n,
				  err);
		if (rc == RC_OK && (strlen(b->cells.at[c]) != n ||
				    memcmp(text, b->cells.at[c], n)))
			rc = refuse_row(im, b->line, c, "a key's inputs never "
					"change, and these are not the stored "
					"ones", err);
	}
	buf_release(&scratch);
	return rc;
}

static enum rc take_returning(struct growth *g, const struct returning *b,
			      struct err *err)
{
	const char *target = b->cells.at[g->im.target], *wrong;
	struct touched *t;
	bool same;
	enum rc rc = check_returning(g, b, err);

	if (rc != RC_OK)
		return rc;
	wrong = take_target(g->r, target);
	if (wrong)
		return refuse_row(&g->im, b->line, (size_t)g->im.target, wrong,
				  err);
	t = vec_add(&g->revived);
	t->row = b->row;
	t->line = b->line;
	rc = same_target(g->r, b->row, target, &same, err);
	if (rc == RC_OK && !same) {
		t = vec_add(&g->relabelled);
		t->row = b->row;
		t->line = b->line;
		t->target = xstrdup(target);
	}
	return rc;
}

static enum rc merged(struct import *im, unsigned n_slots, struct err *err)
{
	struct growth *g = im->hook_arg;
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < n_slots; i++) {
		struct returning_list *v = &g->slot[i].returning;

		for (size_t k = 0; k < v->n; k++) {
			if (rc == RC_OK)
				rc = take_returning(g, &v->at[k], err);
			strs_release(&v->at[k].cells);
		}
		v->n = 0;
	}
	return rc;
}

static enum rc check_revived(struct growth *g, struct err *err)
{
	struct touched_list *v = &g->revived;

	if (v->n)
		qsort(v->at, v->n, sizeof(*v->at), by_row);
	if (g->relabelled.n)
		qsort(g->relabelled.at, g->relabelled.n,
		      sizeof(*g->relabelled.at), by_row);
	for (size_t i = 1; i < v->n; i++)
		if (v->at[i].row == v->at[i - 1].row)
			return refuse_row(&g->im, v->at[i].line,
					  key_column(&g->im), "the key repeats "
					  "an earlier row's", err);
	return RC_OK;
}

static enum rc take_new_labels(struct growth *g, struct err *err)
{
	const struct intern *labels = rows_labels(g->im.rows);

	for (uint32_t i = 0; i < labels->n; i++) {
		const char *wrong = take_target(g->r, intern_text(labels, i,
								  NULL));

		if (wrong)
			return refuse_row(&g->im, rows_label_line(g->im.rows,
								  i),
					  (size_t)g->im.target, wrong, err);
	}
	return RC_OK;
}

/* The set's columns, for the file to be matched with. */
static enum rc copy_schema(struct growth *g, struct err *err)
{
	struct json *j = ts_schema_json(&g->r->t->schema);
	enum rc rc = ts_schema_parse(j, &g->im.schema, err);

	json_free(j);
	return rc;
}

static enum rc store_growth(struct growth *g, struct err *err)
{
	struct revising *r = g->r;
	uint64_t added = rows_n(g->im.rows);
	struct json *body;
	enum rc rc = put_parts(r, CHANGE_REVIVE, &g->revived, err);

	if (rc == RC_OK)
		rc = put_parts(r, CHANGE_RELABEL, &g->relabelled, err);
	if (rc != RC_OK)
		return rc;
	body = json_new_object();
	json_set_str(body, "source", r->step->source);
	if (added)
		rc = import_put_segment(&g->im, &r->labels, body, err);
	if (rc != RC_OK) {
		json_free(body);
		return rc;
	}
	rc = append_step(r, "testset.grow", body, added + g->revived.n, err);
	r->report->added = added;
	r->report->revived = g->revived.n;
	r->report->relabelled = g->relabelled.n;
	return rc;
}

static enum rc grow_from(struct growth *g, const char *path, struct err *err)
{
	enum rc rc = copy_schema(g, err);

	if (rc == RC_OK)
		rc = import_read(&g->im, path, err);
	if (rc == RC_OK && rows_n(g->im.rows) + g->revived.n == 0)
		rc = err_set(err, RC_BAD_INPUT, "%s: there are no rows below "
			     "the header", g->im.name);
	if (rc == RC_OK && rows_n(g->im.rows) + testset_rows(g->r->t) >
			   UINT32_MAX - 2)
		rc = err_set(err, RC_BAD_INPUT, "the test set would have more "
			     "than %u patterns", UINT32_MAX - 2);
	if (rc == RC_OK)
		rc = take_new_labels(g, err);
	if (rc == RC_OK)
		rc = check_revived(g, err);
	if (rc == RC_OK && rows_n(g->im.rows))
		rc = import_check_keys(&g->im, err);
	if (rc == RC_OK && rows_n(g->im.rows))
		rc = import_check_inputs(&g->im, err);
	if (rc == RC_OK && rows_n(g->im.rows))
		rc = import_check_stored(&g->im, g->r->t, err);
	return rc == RC_OK ? store_growth(g, err) : rc;
}

static enum rc grow(struct revising *r, const char *path, struct err *err)
{
	struct growth *g = XNEW(struct growth);
	enum rc rc;

	g->r = r;
	g->im = (struct import){
		.reg = r->reg, .progress = r->step->progress,
		.report = &g->report, .admit = admit, .merged = merged,
		.hook_arg = g, .may_be_empty = true,
	};
	for (size_t i = 0; i < CSV_SLOTS; i++) {
		buf_init(&g->slot[i].key.key);
		buf_init(&g->slot[i].key.cell);
		buf_init(&g->slot[i].text);
	}
	rc = grow_from(g, path, err);
	for (size_t i = 0; i < CSV_SLOTS; i++) {
		struct growth_slot *s = &g->slot[i];

		for (size_t k = 0; k < s->returning.n; k++)
			strs_release(&s->returning.at[k].cells);
		vec_free(&s->returning);
		buf_release(&s->key.key);
		buf_release(&s->key.cell);
		buf_release(&s->text);
	}
	import_release(&g->im);
	touched_release(&g->revived);
	touched_release(&g->relabelled);
	r->report->notes = g->report.notes;
	r->report->conflicts = g->report.conflicts;
	free(g);
	return rc;
}

enum rc reg_testset_grow(struct registry *reg, const struct testset_step *step,
			 const char *path, struct testset_step_report *report,
			 struct err *err)
{
	return run(reg, step, path, report, grow, err);
}
