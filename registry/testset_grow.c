/* A test set grows: the file is matched with the set's columns and read as an
 * import is. Rows with a new key become a segment; those whose key was retired
 * come back if --revive says so, with the target that the file gives. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/intern.h"
#include "base/xalloc.h"
#include "registry/testset_import.h"
#include "registry/testset_step.h"

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
	struct ts_seeker *seeker;
	struct import im;
	struct import_report report;
	struct growth_slot slot[CSV_SLOTS];
	struct touched_list revived, relabelled;
};

struct file_row {
	const struct import *im;
	const struct csv_field *fields;
};

/* Which of equal rows it is, a column that no file has, is not known yet. */
static enum rc file_cell(void *arg, size_t column, struct buf *b,
			 const char **text, size_t *n, struct err *err)
{
	const struct file_row *r = arg;
	bool in_file = column < r->im->n_stored;

	(void)b;
	(void)err;
	*text = in_file ? r->fields[r->im->field[column]].text : "";
	*n = in_file ? r->fields[r->im->field[column]].n : 0;
	return RC_OK;
}

static enum rc file_key(const struct import *im,
			const struct csv_field *fields, struct buf *out,
			struct err *err)
{
	struct file_row row = { im, fields };

	buf_clear(out);
	return ts_make_key(&im->schema, file_cell, &row, out, NULL, err);
}

/* As registry/rows.h hashes the row. */
static uint64_t file_hash(const struct import *im, const bool *in_group,
			  const struct csv_field *fields)
{
	uint64_t hash = 0;

	for (size_t c = 0; c < im->n_stored; c++) {
		const struct csv_field *f = &fields[im->field[c]];

		if (in_group[c])
			hash = text_hash_mix(hash, text_hash(f->text, f->n));
	}
	return hash;
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

/* The stored pattern with the row's key. The text of a key is made only where
 * there is a row with its hash. */
static enum rc find_stored(struct import *im, struct growth_slot *s,
			   const struct csv_field *fields, bool *found,
			   size_t *row, struct err *err)
{
	struct growth *g = im->hook_arg;
	struct chunk_writer *busy = rows_writer(im->rows);
	bool by_inputs = ts_seeker_key_group(g->seeker) == SEEK_INPUTS;
	uint64_t hash = file_hash(im, by_inputs ? im->in_inputs : im->in_key,
				  fields);
	enum rc rc = ts_seek_key(g->seeker, hash, NULL, 0, busy, &s->key,
				 found, row, err);

	if (rc != RC_OK || !*found)
		return rc;
	rc = file_key(im, fields, &s->text, err);
	return rc == RC_OK ? ts_seek_key(g->seeker, hash, s->text.data,
					 s->text.len, busy, &s->key, found,
					 row, err) : rc;
}

static enum rc admit(struct import *im, unsigned slot,
		     const struct csv_field *fields, uint64_t line,
		     bool *is_new, struct err *err)
{
	struct growth *g = im->hook_arg;
	struct growth_slot *s = &g->slot[slot];
	struct returning *back;
	bool found;
	size_t row;
	enum rc rc = find_stored(im, s, fields, &found, &row, err);

	*is_new = !found;
	if (rc != RC_OK || !found)
		return rc;
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

/* The rows that come back in a round, in the file's order; what is stored of
 * them is looked at column by column in the order of ordinals, so that each
 * chunk of a column is read once. */
struct returned {
	const struct returning *row;
	size_t wrong;			/* first input that differs, or NONE */
	bool same_target;
};
#define NONE SIZE_MAX
VEC_DECLARE(struct returned, returned_list);

static int by_ordinal(const void *va, const void *vb)
{
	const struct returned *const *a = va, *const *b = vb;

	return ((*a)->row->row > (*b)->row->row) -
	       ((*a)->row->row < (*b)->row->row);
}

static enum rc look_at_column(struct growth *g, struct returned *const *sorted,
			      size_t n, size_t column, struct err *err)
{
	struct buf scratch = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		struct returned *r = sorted[i];
		const char *given = r->row->cells.at[column], *text;
		size_t len;
		bool same;

		rc = testset_cell(g->r->t, r->row->row, column, &scratch,
				  &text, &len, err);
		if (rc != RC_OK)
			break;
		same = strlen(given) == len && !memcmp(text, given, len);
		if ((int)column == g->im.target)
			r->same_target = same;
		else if (!same && r->wrong == NONE)
			r->wrong = column;
	}
	buf_release(&scratch);
	return rc;
}

static enum rc look_at_stored(struct growth *g, struct returned_list *v,
			      struct err *err)
{
	struct returned **sorted = XNEW_ARRAY(struct returned *, v->n + 1);
	enum rc rc = chunk_writer_pause(rows_writer(g->im.rows), err);

	for (size_t i = 0; i < v->n; i++)
		sorted[i] = &v->at[i];
	if (v->n)
		qsort(sorted, v->n, sizeof(*sorted), by_ordinal);
	for (size_t c = 0; c < g->im.n_stored && rc == RC_OK && v->n; c++)
		if (g->im.in_inputs[c] || (int)c == g->im.target)
			rc = look_at_column(g, sorted, v->n, c, err);
	free(sorted);
	return rc;
}

static enum rc take_returned(struct growth *g, const struct returned *r,
			     struct err *err)
{
	const struct returning *b = r->row;
	const char *target = b->cells.at[g->im.target], *wrong;
	struct touched *t;

	if (r->wrong != NONE)
		return refuse_row(&g->im, b->line, r->wrong, "a key's inputs "
				  "never change, and these are not the stored "
				  "ones", err);
	wrong = step_take_target(g->r, target);
	if (wrong)
		return refuse_row(&g->im, b->line, (size_t)g->im.target, wrong,
				  err);
	t = vec_add(&g->revived);
	t->row = b->row;
	t->line = b->line;
	if (!r->same_target) {
		t = vec_add(&g->relabelled);
		t->row = b->row;
		t->line = b->line;
		t->target = xstrdup(target);
	}
	return RC_OK;
}

static enum rc merged(struct import *im, unsigned n_slots, struct err *err)
{
	struct growth *g = im->hook_arg;
	struct returned_list all = VEC_INIT;
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < n_slots; i++)
		for (size_t k = 0; k < g->slot[i].returning.n; k++) {
			struct returned *r = vec_add(&all);

			r->row = &g->slot[i].returning.at[k];
			r->wrong = NONE;
		}
	if (all.n)
		rc = look_at_stored(g, &all, err);
	for (size_t i = 0; i < all.n && rc == RC_OK; i++)
		rc = take_returned(g, &all.at[i], err);
	vec_free(&all);
	for (unsigned i = 0; i < n_slots; i++) {
		struct returning_list *v = &g->slot[i].returning;

		for (size_t k = 0; k < v->n; k++)
			strs_release(&v->at[k].cells);
		v->n = 0;
	}
	return rc;
}

static enum rc check_revived(struct growth *g, struct err *err)
{
	struct touched_list *v = &g->revived;

	touched_sort(v);
	touched_sort(&g->relabelled);
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
		const char *text = intern_text(labels, i, NULL);
		const char *wrong = step_take_target(g->r, text);

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

static enum rc put_added(struct growth *g, struct json *body, struct err *err)
{
	const uint64_t *const hash[SEEK_GROUPS] = {
		rows_hashes(g->im.rows, SEEK_KEYS),
		rows_hashes(g->im.rows, SEEK_INPUTS),
	};
	struct ts_new_sieve sieve = { 0 };
	enum rc rc = ts_sieve_make(g->seeker, rows_n(g->im.rows), hash,
				   &g->im.chunks, &sieve, err);

	if (rc == RC_OK)
		rc = import_put_segment(&g->im, &g->r->labels, g->r->t,
					&sieve, body, err);
	ts_sieve_release(&sieve);
	return rc;
}

static enum rc store_growth(struct growth *g, struct err *err)
{
	struct revising *r = g->r;
	uint64_t added = rows_n(g->im.rows);
	struct json *body;
	enum rc rc = step_list_changes(r, TESTSET_REVIVED, &g->revived, err);

	if (rc == RC_OK)
		rc = step_list_changes(r, TESTSET_RELABELLED, &g->relabelled,
				       err);
	if (rc == RC_OK)
		rc = step_put_parts(r, CHANGE_REVIVE, &g->revived, err);
	if (rc == RC_OK)
		rc = step_put_parts(r, CHANGE_RELABEL, &g->relabelled, err);
	if (rc != RC_OK)
		return rc;
	body = json_new_object();
	json_set_str(body, "source", r->step->source);
	if (added)
		rc = put_added(g, body, err);
	if (rc != RC_OK) {
		json_free(body);
		return rc;
	}
	rc = step_append(r, "testset.grow", body, added + g->revived.n, err);
	r->report->added = added;
	r->report->revived = g->revived.n;
	r->report->relabelled = g->relabelled.n;
	return rc;
}

static enum rc read_keys(struct growth *g, struct err *err)
{
	bool by_inputs = ts_seeker_key_group(g->seeker) == SEEK_INPUTS;

	return ts_seeker_read(g->seeker, !by_inputs, by_inputs, err);
}

static enum rc grow_from(struct growth *g, const char *path, struct err *err)
{
	enum rc rc = copy_schema(g, err);

	if (rc == RC_OK)
		rc = ts_seeker_new(g->r->t, &g->seeker, err);
	if (rc == RC_OK)
		rc = read_keys(g, err);
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
		rc = import_check_stored(&g->im, g->r->t, g->seeker, err);
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
		.reviewed = r->step->reviewed,
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
	ts_seeker_free(g->seeker);
	touched_release(&g->revived);
	touched_release(&g->relabelled);
	r->report->notes = g->report.notes;
	r->report->conflicts = g->report.conflicts;
	r->report->file = g->report.file;
	r->report->file_changed = g->report.file_changed;
	free(g);
	return rc;
}

enum rc reg_testset_grow(struct registry *reg, const struct testset_step *step,
			 const char *path, struct testset_step_report *report,
			 struct err *err)
{
	return step_run(reg, step, path, report, grow, err);
}
