/* New revisions of a test set: targets corrected, patterns retired and brought
 * back; and the frame of every step, of growing (testset_grow.c), too. What a
 * step stores is what it changes: a segment of the new rows, and lists of
 * ordinals (testset_inside.h). */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/intern.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/inside.h"
#include "registry/nouns.h"
#include "registry/testset_import.h"
#include "registry/testset_step.h"

void testset_step_report_release(struct testset_step_report *r)
{
	testset_conflicts_release(&r->conflicts);
	testset_differences_release(&r->changes);
	strs_release(&r->notes);
	*r = (struct testset_step_report){ 0 };
}

void testset_step_counts(const struct testset_step_report *r, bool grouped,
			 struct buf *out)
{
	const struct {
		uint64_t n;
		const char *word;
	} parts[] = {
		{ r->added, "added" }, { r->revived, "revived" },
		{ r->relabelled, "relabelled" }, { r->retired, "retired" },
		{ r->unchanged, "had that target already" },
	};
	const char *sep = "";
	char n[DECIMAL_MAX];

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!parts[i].n)
			continue;
		if (grouped)
			buf_printf(out, "%s%s %s", sep,
				   decimal_grouped(parts[i].n, n),
				   parts[i].word);
		else
			buf_printf(out, "%s%llu %s", sep,
				   (unsigned long long)parts[i].n,
				   parts[i].word);
		sep = ", ";
	}
	if (!*sep)
		buf_str(out, "nothing to change");
}

/* -- Labels -- */

static bool has_label(const struct strs *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], text))
			return true;
	return false;
}

const char *step_take_target(struct revising *r, const char *text)
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

void touched_sort(struct touched_list *v)
{
	vec_sort(v, by_row);
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

enum rc step_put_parts(struct revising *r, enum ts_change change,
		       const struct touched_list *v, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < v->n && rc == RC_OK; i += CHANGE_ROWS) {
		size_t n = v->n - i < CHANGE_ROWS ? v->n - i : CHANGE_ROWS;

		rc = put_part(r, change, v->at + i, n, err);
	}
	return rc;
}

/* -- What would change -- */

static enum rc list_change(struct revising *r, enum testset_change change,
			   const struct touched *t, struct err *err)
{
	struct buf key = BUF_INIT, cell = BUF_INIT;
	struct testset_difference d = { change, t->row, NULL, NULL, NULL };
	const char *now = "";
	size_t n = 0;
	enum rc rc = testset_key(r->t, t->row, &key, err);

	if (rc == RC_OK)
		rc = testset_cell(r->t, t->row, (size_t)r->target, &cell, &now,
				  &n, err);
	if (rc == RC_OK) {
		d.key = buf_detach(&key);
		d.from = change == TESTSET_REVIVED ? NULL : xmemdupz(now, n);
		d.to = change == TESTSET_RELABELLED ? xstrdup(t->target) :
		       change == TESTSET_REVIVED ? xmemdupz(now, n) : NULL;
		vec_push(&r->report->changes, d);
	}
	buf_release(&key);
	buf_release(&cell);
	return rc;
}

enum rc step_list_changes(struct revising *r, enum testset_change change,
			  const struct touched_list *v, struct err *err)
{
	enum rc rc = RC_OK;

	if (!r->reg->options.dry_run)
		return RC_OK;
	for (size_t i = 0; i < v->n && rc == RC_OK &&
	     r->report->changes.n < STEP_CHANGES_LISTED; i++)
		rc = list_change(r, change, &v->at[i], err);
	return rc;
}

void touched_release(struct touched_list *v)
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
	const struct revising *r = e->r;
	enum rc rc = still_newest(tx_registry(tx), info, err);

	if (rc == RC_OK && r->undoes)
		rc = tx_take_back(tx, *r->undoes, err);
	if (rc == RC_OK)
		rc = tx_append(tx, e->kind, object, TX_ANY_BASE,
			       json_clone(e->body), NULL, err);
	if (rc == RC_OK && r->step->also)
		rc = r->step->also(tx, r->step->also_arg, err);
	if (rc == RC_OK && r->what) {
		buf_clear(r->what);
		rc = tx_describe(tx, r->what, err);
	}
	free(object);
	return rc;
}

/* What only spares work must not make an entry too long. */
static void leave_room(struct json *body)
{
	struct buf text = BUF_INIT;

	json_write_canonical(&text, body);
	if (text.len > LOG_ENTRY_MAX - 4096)
		json_remove(body, "sieve");
	buf_release(&text);
}

enum rc step_append(struct revising *r, const char *kind, struct json *body,
		    uint64_t n, struct err *err)
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
	if (r->sieve)
		json_set(body, "sieve", json_clone(r->sieve));
	leave_room(body);
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
	return ts_load_changes(r->t, err);
}

enum rc step_run(struct registry *reg, const struct testset_step *step,
		 const char *path, struct testset_step_report *report,
		 enum rc (*fn)(struct revising *r, const char *path,
			       struct err *err), struct err *err)
{
	struct revising r = { .reg = reg, .step = step, .report = report };
	bool was_dry = reg->options.dry_run;
	enum rc rc;

	*report = (struct testset_step_report){ 0 };
	r.name = !path ? "the patterns" : strcmp(path, "-") ? path : "stdin";
	reg->options.dry_run |= step->dry_run;
	rc = begin(&r, err);
	if (rc == RC_OK)
		rc = fn(&r, path, err);
	reg->options.dry_run = was_dry;
	testset_close(r.t);
	strs_release(&r.labels);
	json_free(r.parts);
	json_free(r.sieve);
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

	if (rc == RC_OK) {
		r->report->file = k->table.digest;
		rc = import_check_reviewed(r->name, r->step->reviewed,
					   &k->table.digest,
					   &r->report->file_changed, err);
	}
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
	struct key_text text;

	buf_clear(out);
	key_text_begin(&text, k->digest, out);
	for (size_t i = 0; i < k->n; i++) {
		const char *s = csv_table_cell(&k->table, row, k->column[i]);

		key_text_add(&text, s, strlen(s));
	}
	key_text_end(&text);
}

static enum rc refuse_key(struct revising *r, const struct key_list *k,
			  size_t row, const char *why, struct err *err)
{
	return csv_refuse(r->name, k->table.lines[row], k->column[0] + 1,
			  k->table.names.at[k->column[0]], err, "%s", why);
}

/* -- Finding them -- by hash, unless all that is known of a row is the digest
 * of its inputs: then in an index of all keys. */
struct finder {
	struct revising *r;
	const struct key_list *list;
	struct ts_seeker *seeker;	/* or NULL */
	struct key_scratch scratch;
	struct buf key;
};

/* Keeps what the next step needs not read then. */
static enum rc keep_sieve(struct finder *f, struct err *err)
{
	const uint64_t *const none[SEEK_GROUPS] = { NULL };
	const struct chunks no_chunks = { 0 };
	struct ts_new_sieve sieve;
	enum rc rc;

	if (!f->seeker || f->r->reg->options.dry_run)
		return RC_OK;
	rc = ts_sieve_make(f->seeker, 0, none, &no_chunks, &sieve, err);
	if (rc == RC_OK)
		rc = ts_sieve_put(f->r->t, &sieve, &f->r->sieve, err);
	ts_sieve_release(&sieve);
	return rc;
}

static enum rc finder_open(struct finder *f, struct err *err)
{
	bool named = ts_schema_has_key(&f->r->t->schema);
	enum rc rc;

	if (!named && !f->list->digest)
		return ts_index_keys(f->r->t, err);
	rc = ts_seeker_new(f->r->t, &f->seeker, err);
	return rc == RC_OK ? ts_seeker_read(f->seeker, named, !named, err) :
	       rc;
}

static void finder_close(struct finder *f)
{
	ts_seeker_free(f->seeker);
	buf_release(&f->scratch.key);
	buf_release(&f->scratch.cell);
	buf_release(&f->key);
}

/* As registry/rows.h hashes the row that has this key. */
static uint64_t hash_of(const struct finder *f, size_t i)
{
	const struct key_list *k = f->list;
	uint64_t hash = 0;

	if (!k->digest)
		return ts_key_hash(&f->r->t->schema, f->key.data, f->key.len);
	for (size_t c = 0; c < k->n; c++) {
		const char *s = csv_table_cell(&k->table, i, k->column[c]);

		hash = text_hash_mix(hash, text_hash(s, strlen(s)));
	}
	return hash;
}

static enum rc find_pattern(struct finder *f, size_t i, bool *found,
			    size_t *row, struct err *err)
{
	key_of(f->list, i, &f->key);
	if (f->seeker)
		return ts_seek_key(f->seeker, hash_of(f, i), f->key.data,
				   f->key.len, NULL, &f->scratch, found, row,
				   err);
	*found = ts_find_indexed(f->r->t, f->key.data, f->key.len,
				 &f->scratch, row);
	return RC_OK;
}

static enum rc find_in_state(struct finder *f, size_t i, bool active,
			     size_t *row, struct err *err)
{
	bool found;
	enum rc rc = find_pattern(f, i, &found, row, err);

	if (rc == RC_OK && !found)
		rc = refuse_key(f->r, f->list, i, "no pattern has this key",
				err);
	else if (rc == RC_OK && !f->r->t->active[*row] == active)
		rc = refuse_key(f->r, f->list, i, active ?
				"this pattern is retired" :
				"this pattern is not retired", err);
	return rc;
}

/* Ordinals of the list's keys, which must all be active, or all retired;
 * sorted. */
static enum rc find_patterns(struct revising *r, const struct key_list *k,
			     bool active, struct touched_list *out,
			     struct err *err)
{
	struct finder f = { .r = r, .list = k, .key = BUF_INIT,
			    .scratch = { BUF_INIT, BUF_INIT } };
	enum rc rc = finder_open(&f, err);

	for (size_t i = 0; i < k->table.n_rows && rc == RC_OK; i++) {
		struct touched *t;
		size_t row;

		rc = find_in_state(&f, i, active, &row, err);
		if (rc != RC_OK)
			break;
		t = vec_add(out);
		t->row = (uint32_t)row;
		t->line = i;
	}
	touched_sort(out);
	for (size_t i = 1; i < out->n && rc == RC_OK; i++)
		if (out->at[i].row == out->at[i - 1].row)
			rc = refuse_key(r, k, (size_t)out->at[i].line,
					"the key repeats an earlier row's",
					err);
	if (rc == RC_OK)
		rc = keep_sieve(&f, err);
	finder_close(&f);
	return rc;
}

/* -- Patterns that are named by ordinal -- */

static enum rc check_given(struct revising *r, size_t row, bool active,
			   struct err *err)
{
	struct buf key = BUF_INIT;
	enum rc rc;

	if (row >= testset_rows(r->t))
		return err_set(err, RC_NOT_FOUND, "test set '%s' has no "
			       "pattern %zu", testset_info(r->t)->name, row);
	if (!r->t->active[row] == !active)
		return RC_OK;
	rc = testset_key(r->t, row, &key, err);
	if (rc == RC_OK)
		rc = err_set(err, RC_BAD_INPUT, "pattern '%s' is %s", key.data,
			     active ? "retired" : "not retired");
	buf_release(&key);
	return rc;
}

static enum rc given_patterns(struct revising *r, bool active,
			      struct touched_list *out, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->step->n_rows && rc == RC_OK; i++) {
		struct touched *t = vec_add(out);

		t->row = r->step->rows[i];
		rc = check_given(r, t->row, active, err);
	}
	touched_sort(out);
	return rc;
}

/* Leaves in v what gets another target. */
static enum rc give_target(struct revising *r, struct touched_list *v,
			   struct err *err)
{
	const char *text = r->step->target;
	const char *wrong = step_take_target(r, text);
	size_t kept = 0;

	if (wrong)
		return err_set(err, RC_BAD_INPUT, "'%s' cannot be a target: %s",
			       text, wrong);
	for (size_t i = 0; i < v->n; i++) {
		bool same = false;
		enum rc rc = step_same_target(r, v->at[i].row, text, &same,
					      err);

		if (rc != RC_OK)
			return rc;
		r->report->unchanged += same;
		if (same)
			continue;
		v->at[kept] = v->at[i];
		v->at[kept++].target = xstrdup(text);
	}
	v->n = kept;
	return RC_OK;
}

/* -- Relabel -- */

enum rc step_same_target(struct revising *r, uint32_t row, const char *text,
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
		const char *wrong = step_take_target(r, text);
		bool same = false;

		if (wrong)
			return csv_refuse(r->name, k->table.lines[row],
					  (size_t)k->target + 1,
					  r->t->schema.target, err, "%s",
					  wrong);
		rc = step_same_target(r, v->at[i].row, text, &same, err);
		r->report->unchanged += same;
		if (rc != RC_OK || same)
			continue;
		v->at[kept] = v->at[i];
		v->at[kept++].target = xstrdup(text);
	}
	v->n = kept;
	return rc;
}

static enum rc listed_targets(struct revising *r, const char *path,
			      struct touched_list *v, struct err *err)
{
	struct key_list k = { 0 };
	enum rc rc = read_list(r, &k, path, true, err);

	if (rc == RC_OK)
		rc = find_patterns(r, &k, true, v, err);
	if (rc == RC_OK)
		rc = take_targets(r, &k, v, err);
	list_release(&k);
	return rc;
}

static enum rc relabel(struct revising *r, const char *path, struct err *err)
{
	struct touched_list v = VEC_INIT;
	enum rc rc = r->step->rows ? given_patterns(r, true, &v, err)
				   : listed_targets(r, path, &v, err);

	if (rc == RC_OK && r->step->rows)
		rc = give_target(r, &v, err);
	if (rc == RC_OK)
		rc = step_list_changes(r, TESTSET_RELABELLED, &v, err);
	if (rc == RC_OK)
		rc = step_put_parts(r, CHANGE_RELABEL, &v, err);
	if (rc == RC_OK && v.n)
		rc = step_append(r, "testset.relabel", json_new_object(), v.n,
				 err);
	if (rc == RC_OK)
		r->report->relabelled = v.n;
	touched_release(&v);
	return rc;
}

enum rc reg_testset_relabel(struct registry *reg,
			    const struct testset_step *step, const char *path,
			    struct testset_step_report *report,
			    struct err *err)
{
	return step_run(reg, step, path, report, relabel, err);
}

/* -- Retire and revive -- */

static enum rc move(struct revising *r, const char *path, enum ts_change change,
		    uint64_t *count, struct err *err)
{
	struct touched_list v = VEC_INIT;
	struct key_list k = { 0 };
	bool active = change == CHANGE_RETIRE;
	enum rc rc = r->step->rows ? given_patterns(r, active, &v, err)
				   : read_list(r, &k, path, false, err);

	if (rc == RC_OK && !r->step->rows)
		rc = find_patterns(r, &k, active, &v, err);
	if (rc == RC_OK)
		rc = step_list_changes(r, change == CHANGE_RETIRE ?
				       TESTSET_RETIRED : TESTSET_REVIVED, &v,
				       err);
	if (rc == RC_OK)
		rc = step_put_parts(r, change, &v, err);
	if (rc == RC_OK && v.n)
		rc = step_append(r, change == CHANGE_RETIRE ?
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
	return step_run(reg, step, path, report, retire, err);
}

enum rc reg_testset_revive(struct registry *reg,
			   const struct testset_step *step, const char *path,
			   struct testset_step_report *report,
			   struct err *err)
{
	return step_run(reg, step, path, report, revive, err);
}
