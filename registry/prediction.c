/* Predictions as entries and tables, and in memory.
 *
 * The digest of predictions says what a version says for the active patterns
 * of a revision, however it came in: SHA-256 over lines "FIRST SHA256", one
 * for each run of rows (batch.h) in which there is any, SHA256 being that of
 * the run's active predictions written as a batch. Where one stored part is
 * just that, its name is the hash and nothing is computed. */
#include "registry/prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/intern.h"
#include "base/par.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/nouns.h"
#include "registry/prediction_inside.h"
#include "registry/testset_inside.h"
#include "registry/version_inside.h"

/* -- Entries -- */

/* "version/NAME@V" */
static enum rc find_id(struct db *db, const char *object, int64_t *id,
		       struct err *err)
{
	const char *at = strrchr(object, '@');
	int64_t version;
	struct stmt *s;
	char *model;
	enum rc rc;

	if (strncmp(object, "version/", 8) != 0 || !at ||
	    !decimal_read_i64(at + 1, strlen(at + 1), &version))
		return RC_NOT_FOUND;
	model = xmemdupz(object + 8, (size_t)(at - object - 8));
	s = db_prepare(db,
		"SELECT id FROM version WHERE model = ? AND version = ?");
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	free(model);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*id = stmt_int(s, "id");
	stmt_done(s);
	return RC_OK;
}

static enum rc find_set(struct db *db, const char *name, int64_t *id,
			int64_t *n_rows, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT t.id, r.n_rows"
		"  FROM testset AS t"
		"  JOIN testset_revision AS r"
		"    ON r.testset_id = t.id AND r.revision = t.revision"
		" WHERE t.name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*id = stmt_int(s, "id");
	*n_rows = stmt_int(s, "n_rows");
	stmt_done(s);
	return RC_OK;
}

struct target {
	int64_t version, testset, n_rows;
};

static enum rc find_target(struct apply *a, struct target *out,
			   struct err *err)
{
	const char *testset;
	enum rc rc = body_str(a->entry->body, "testset", &testset, err);

	if (rc == RC_OK)
		rc = find_id(a->db, a->entry->object, &out->version, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CORRUPT, "'%s' is no version",
			       a->entry->object);
	if (rc == RC_OK)
		rc = find_set(a->db, testset, &out->testset, &out->n_rows,
			      err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_CORRUPT, "'%s' is no test set",
			       testset);
	return rc;
}

/* *sum grows by the part's answers. */
static enum rc insert_part(struct apply *a, const struct target *target,
			   const struct json *part, size_t number,
			   int64_t *sum, struct err *err)
{
	const char *ref = json_str(json_at(part, 0));
	int64_t first, n, bytes;
	struct hash name;
	struct stmt *s;

	if (!ref || !reg_blob_from_ref(ref, &name) ||
	    !json_int(json_at(part, 1), &first) ||
	    !json_int(json_at(part, 2), &n) ||
	    !json_int(json_at(part, 3), &bytes) || first < 0 ||
	    first >= target->n_rows || n < 1 || n > SEGMENT_ROWS ||
	    n > target->n_rows - first || bytes < 1 || bytes > REG_BLOB_MAX)
		return err_set(err, RC_CORRUPT, "part %zu of the predictions "
			       "is damaged", number);
	*sum += n;
	s = db_prepare(a->db,
		"INSERT INTO prediction (version_id, testset_id, idx, part,"
		"       first_row, n, bytes, batch)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	stmt_bind_int(s, target->version);
	stmt_bind_int(s, target->testset);
	stmt_bind_int(s, (int64_t)a->entry->index);
	stmt_bind_int(s, (int64_t)number);
	stmt_bind_int(s, first);
	stmt_bind_int(s, n);
	stmt_bind_int(s, bytes);
	stmt_bind_text(s, ref);
	return stmt_run(s, err);
}

/* What lists and the log say of the batch is what its parts hold. */
static enum rc check_counts(const struct json *body, int64_t sum,
			    struct err *err)
{
	int64_t n, again;
	enum rc rc = body_int(body, "n", &n, err);

	if (rc == RC_OK)
		rc = body_int(body, "replaced", &again, err);
	if (rc == RC_OK && n != sum)
		rc = err_set(err, RC_CORRUPT, "entry counts %lld predictions "
			     "in parts that hold %lld", (long long)n,
			     (long long)sum);
	if (rc == RC_OK && (again < 0 || again > n))
		rc = err_set(err, RC_CORRUPT, "entry counts %lld of %lld "
			     "predictions as made anew", (long long)again,
			     (long long)n);
	return rc;
}

static enum rc apply_import(struct apply *a, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *parts = NULL;
	struct target target;
	const char *ref;
	int64_t sum = 0;
	enum rc rc = find_target(a, &target, err);

	if (rc == RC_OK)
		rc = body_str(a->entry->body, "parts", &ref, err);
	if (rc == RC_OK)
		rc = a->blob(a, ref, &text, err);
	if (rc == RC_OK && json_parse(text.data, text.len, "parts", &parts,
				      err) != RC_OK)
		rc = RC_CORRUPT;
	if (rc == RC_OK)
		rc = apply_note_blobs(a, parts, err);
	for (size_t i = 0; i < json_size(parts) && rc == RC_OK; i++)
		rc = insert_part(a, &target, json_at(parts, i), i, &sum, err);
	if (rc == RC_OK)
		rc = check_counts(a->entry->body, sum, err);
	json_free(parts);
	buf_release(&text);
	return rc;
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	struct target target;
	struct stmt *s;
	int64_t index;
	enum rc rc = find_target(a, &target, err);

	if (rc == RC_OK)
		rc = body_int(a->entry->body, "entry", &index, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"DELETE FROM prediction"
		" WHERE version_id = ? AND testset_id = ? AND idx = ?");
	stmt_bind_int(s, target.version);
	stmt_bind_int(s, target.testset);
	stmt_bind_int(s, index);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) == 0)
		rc = err_set(err, RC_CORRUPT, "entry %lld holds no "
			     "predictions", (long long)index);
	return rc;
}

static void line_import(const struct entry *e, struct buf *out)
{
	const char *set = json_get_str(e->body, "testset");
	int64_t again = json_get_int(e->body, "replaced", 0);

	buf_printf(out, "%lld predictions on %s",
		   (long long)json_get_int(e->body, "n", 0), set ? set : "?");
	if (again)
		buf_printf(out, ", %lld predicted anew", (long long)again);
}

static void line_remove(const struct entry *e, struct buf *out)
{
	const char *set = json_get_str(e->body, "testset");

	buf_printf(out, "predictions of entry %lld on %s taken back",
		   (long long)json_get_int(e->body, "entry", 0),
		   set ? set : "?");
}

/* Later batches left out what was the same in this one. */
static enum rc is_newest(struct db *db, const struct entry *e, bool *out,
			 struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT MAX(idx) = ?1 AS newest"
		"  FROM prediction AS p"
		" WHERE (version_id, testset_id) ="
		"       (SELECT version_id, testset_id"
		"          FROM prediction"
		"         WHERE idx = ?1)");
	enum rc rc;

	stmt_bind_int(s, (int64_t)e->index);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "newest") == 1;
	stmt_done(s);
	return RC_OK;
}

static enum rc undo_import(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	struct json *body;
	bool newest = false;
	enum rc rc = is_newest(reg_db(tx_registry(tx)), e, &newest, err);

	if (rc != RC_OK)
		return rc;
	if (!newest)
		return err_set(err, RC_REFUSED, "'%s' has newer predictions on "
			       "the same test set; take those back first",
			       e->object);
	body = json_new_object();
	json_set_str(body, "testset", json_get_str(e->body, "testset"));
	json_set_int(body, "entry", (int64_t)e->index);
	return tx_append(tx, "prediction.remove", e->object, TX_ANY_BASE, body,
			 NULL, err);
}

const struct entry_kind prediction_kinds[] = {
	{ "prediction.import", 1, apply_import, line_import, undo_import },
	{ "prediction.remove", 1, apply_remove, line_remove, NULL },
	{ 0 }
};

/* -- In memory -- */

void predictions_free(struct predictions *p)
{
	if (!p)
		return;
	free(p->known);
	free(p->label);
	strs_release(&p->labels);
	free(p->value);
	free(p->score);
	free(p->class_score);
	free(p->digest);
	free(p);
}

struct run {
	size_t n_parts;
	const struct stored_part *part;	/* the last one */
	bool whole;			/* all of it is in the set's rows */
	uint32_t rows;			/* of the part's run */
};
struct loading {
	struct registry *reg;
	struct testset *t;
	struct predictions *p;
	struct stored_parts parts;
	struct intern labels;
	struct run *runs;		/* by first / SEGMENT_ROWS */
	bool odd_runs;			/* parts of shorter runs */
	uint8_t *only;			/* by run: not 0 where parts are loaded;
					 * NULL: everywhere */
	/* only; by run: the part that is all of it, what it is made of, and its
	 * digest where that is known */
	const struct stored_part **whole;
	struct hash *of;
	const struct hash **given;
	struct run_digests *made;
};

/* Memory that is not written to costs nothing: where only some runs are
 * loaded, the others stay as they came. */
static bool is_loaded(const struct loading *l, size_t row)
{
	return !l->only || l->only[row / SEGMENT_ROWS];
}

static double *nan_array(const struct loading *l, size_t width)
{
	double *x = xmalloc((l->p->n + 1) * width * sizeof(*x));

	for (size_t run = 0; run < l->p->n; run += SEGMENT_ROWS)
		for (size_t i = run * width; is_loaded(l, run) &&
		     i < l->p->n * width &&
		     i < (run + SEGMENT_ROWS) * width; i++)
			x[i] = NAN;
	return x;
}

static void need_arrays(struct loading *l, const struct batch *b)
{
	struct predictions *p = l->p;

	if (b->has_labels && !p->label) {
		p->label = xmalloc((p->n + 1) * sizeof(*p->label));
		for (size_t run = 0; run < p->n; run += SEGMENT_ROWS)
			for (size_t i = run; is_loaded(l, run) && i < p->n &&
			     i < run + SEGMENT_ROWS; i++)
				p->label[i] = NO_LABEL;
	}
	if (b->value.at && !p->value)
		p->value = nan_array(l, 1);
	if (b->score.at && !p->score)
		p->score = nan_array(l, 1);
	if (b->class_score.at && !p->class_score) {
		p->n_class = testset_info(l->t)->labels.n;
		p->class_score = nan_array(l, p->n_class);
	}
}

static size_t ordinal_of(const struct batch *b, size_t i)
{
	return (size_t)b->first + (b->at ? b->at[i] : i);
}

static void place_numbers(const struct batch *b,
			  const struct batch_numbers *from, double *to,
			  size_t n)
{
	size_t k = b->n;

	if (!to)
		return;
	if (from->at && !b->at && b->first + k <= n) {
		batch_widen(from, 0, k, to + b->first);
		return;
	}
	for (size_t i = 0; i < k; i++)
		if (ordinal_of(b, i) < n)
			to[ordinal_of(b, i)] = from->at ? batch_number(from, i)
							: NAN;
}

/* One code for each cell of labels. */
static void place_labels(struct loading *l, const struct batch *b)
{
	struct predictions *p = l->p;
	const struct segment *s = &b->labels;
	uint32_t *map = NULL;
	struct buf text = BUF_INIT;

	if (!p->label)
		return;
	if (b->has_labels && s->kind == SEGMENT_CODES) {
		map = XNEW_ARRAY(uint32_t, s->n_values);
		for (size_t i = 0; i < s->n_values; i++) {
			size_t n;
			const char *v = segment_value(s, i, &n);

			map[i] = n ? intern_add(&l->labels, v, n) : NO_LABEL;
		}
	}
	for (size_t i = 0; i < b->n; i++) {
		uint32_t code = NO_LABEL;

		if (map) {
			code = map[segment_code(s, i)];
		} else if (b->has_labels) {
			struct cell c = segment_cell(s, i, &text);

			if (c.n)
				code = intern_add(&l->labels, c.at, c.n);
		}
		if (ordinal_of(b, i) < p->n)
			p->label[ordinal_of(b, i)] = code;
	}
	free(map);
	buf_release(&text);
}

static void place_classes(struct loading *l, const struct batch *b)
{
	struct predictions *p = l->p;
	size_t *map = XNEW_ARRAY(size_t, b->n_class + 1);
	struct buf text = BUF_INIT;

	if (!p->class_score)
		goto out;
	for (size_t k = 0; k < b->n_class; k++) {
		struct cell c = segment_cell(&b->classes, k, &text);

		map[k] = intern_find(&l->labels, c.at, c.n);
	}
	for (size_t i = 0; i < b->n; i++) {
		double *row = p->class_score + ordinal_of(b, i) * p->n_class;

		if (ordinal_of(b, i) >= p->n)
			continue;
		for (size_t k = 0; k < p->n_class; k++)
			row[k] = NAN;
		for (size_t k = 0; k < b->n_class; k++)
			if (map[k] < p->n_class)
				row[map[k]] = batch_number(&b->class_score,
							   i * b->n_class + k);
	}
out:
	free(map);
	buf_release(&text);
}

static void note_run(struct loading *l, const struct batch *b,
		     const struct stored_part *part)
{
	struct run *run = &l->runs[b->first / SEGMENT_ROWS];

	run->n_parts++;
	run->part = part;
	run->rows = b->rows;
	run->whole = ordinal_of(b, b->n - 1) < l->p->n &&
		     (!b->n_class || b->n_class == l->p->n_class);
	l->odd_runs |= b->rows != SEGMENT_ROWS;
}

static enum rc load_part(struct loading *l, const struct stored_part *part,
			 struct err *err)
{
	struct predictions *p = l->p;
	struct batch b;
	void *bytes = NULL;
	enum rc rc;

	if (part->first >= p->n)
		return RC_OK;
	rc = try_alloc(&bytes, part->bytes + 1, 1, "predictions", err);
	if (rc == RC_OK)
		rc = reg_blob_read(l->reg, &part->blob, bytes, part->bytes,
				   err);
	if (rc == RC_OK)
		rc = batch_read(bytes, part->bytes, &b, err);
	if (rc == RC_OK && (b.n != part->n || b.first != part->first))
		rc = err_set(err, RC_CORRUPT, "predictions are not what the "
			     "table says");
	if (rc == RC_OK) {
		need_arrays(l, &b);
		for (size_t i = 0; i < b.n; i++)
			if (ordinal_of(&b, i) < p->n)
				p->known[ordinal_of(&b, i)] = 1;
		place_labels(l, &b);
		place_numbers(&b, &b.value, p->value, p->n);
		place_numbers(&b, &b.score, p->score, p->n);
		place_classes(l, &b);
		note_run(l, &b, part);
	}
	free(bytes);
	return rc;
}

/* -- Digest -- */

struct digesting {
	struct loading *l;
	const uint8_t *active;
	struct batch_source from;
	uint32_t rows;
	struct hash *hash;		/* by run */
	uint8_t *any;
};

static void digest_run(size_t i, void *arg)
{
	struct digesting *d = arg;
	const struct predictions *p = d->l->p;
	size_t first = i * d->rows, end = first + d->rows, n = 0;
	const struct run *run = &d->l->runs[first / SEGMENT_ROWS];
	uint32_t *ordinal = xmalloc(d->rows * sizeof(*ordinal));
	struct buf bytes = BUF_INIT;

	for (size_t k = first; k < end && k < p->n; k++)
		if (p->known[k] && d->active[k])
			ordinal[n++] = (uint32_t)k;
	d->any[i] = n > 0;
	if (n && !d->l->odd_runs && run->n_parts == 1 && run->whole &&
	    run->rows == d->rows && run->part->n == n) {
		d->hash[i] = run->part->blob;
	} else if (n) {
		batch_write(&bytes, &d->from, ordinal, n);
		d->hash[i] = hash_bytes(bytes.data, bytes.len);
	}
	buf_release(&bytes);
	free(ordinal);
}

static char *digest_of_runs(const struct digesting *d, size_t n_runs)
{
	char hex[HASH_HEX_SIZE];
	struct buf text = BUF_INIT;
	struct hash h;

	for (size_t i = 0; i < n_runs; i++)
		if (d->any[i])
			buf_printf(&text, "%zu %s\n", i * d->rows,
				   hash_hex(&d->hash[i], hex));
	h = hash_bytes(text.data, text.len);
	buf_release(&text);
	return xstrdup(hash_hex(&h, hex));
}

static void digest_loaded(size_t i, void *arg)
{
	const struct digesting *d = arg;

	if (d->l->only[i])
		digest_run(i, arg);
}

/* From the list, what is known, and what was loaded. */
static void digest_listed(struct digesting *d, size_t n_runs,
			  const struct stored_part *const *parts)
{
	struct loading *l = d->l;

	par_for(n_runs, digest_loaded, d);
	for (size_t i = 0; i < n_runs; i++) {
		if (parts[i] || l->given[i]) {
			d->any[i] = 1;
			d->hash[i] = parts[i] ? parts[i]->blob : *l->given[i];
		}
		if (d->any[i] && !parts[i])
			vec_push(l->made, ((struct run_digest){
				l->of[i], d->hash[i] }));
	}
}

/* parts (or NULL): by run, the part that is all of it. */
static void digest(struct loading *l, const struct stored_part *const *parts)
{
	struct predictions *p = l->p;
	struct digesting d = {
		.l = l, .active = testset_active(l->t),
		.from = { p->label, &p->labels, p->value, p->score,
			  p->class_score, p->n_class },
		.rows = batch_rows(p->n_class),
	};
	size_t n_runs = (p->n + d.rows - 1) / d.rows;

	d.hash = XNEW_ARRAY(struct hash, n_runs + 1);
	d.any = XNEW_ARRAY(uint8_t, n_runs + 1);
	if (parts)
		digest_listed(&d, n_runs, parts);
	else
		par_for(n_runs, digest_run, &d);
	p->digest = digest_of_runs(&d, n_runs);
	free(d.hash);
	free(d.any);
}

/* -- Loading -- */

enum rc prediction_version_id(struct registry *reg, const char *model,
			      int64_t version, int64_t *id, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT id FROM version WHERE model = ? AND version = ?");
	enum rc rc;

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return version_not_there(model, version, err);
	if (rc != RC_OK)
		return rc;
	*id = stmt_int(s, "id");
	stmt_done(s);
	return RC_OK;
}

static enum rc read_threshold(struct loading *l, int64_t version,
			      struct err *err)
{
	struct stmt *s = db_prepare(reg_db(l->reg),
		"SELECT threshold FROM version WHERE id = ?");
	const char *text;
	enum rc rc;

	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	text = stmt_text(s, "threshold");
	l->p->has_threshold = text && decimal_read(text, strlen(text),
						   &l->p->threshold);
	stmt_done(s);
	return RC_OK;
}

static void finish(struct loading *l)
{
	struct predictions *p = l->p;

	for (size_t i = 0; i < p->n && !l->only; i++)
		p->n_known += p->known[i];
	for (uint32_t i = 0; i < l->labels.n; i++)
		strs_add(&p->labels, intern_text(&l->labels, i, NULL));
}

static enum rc load(struct loading *l, int64_t version, uint64_t as_of,
		    struct err *err)
{
	const struct testset_info *info = testset_info(l->t);
	enum rc rc;

	l->p->n = testset_rows(l->t);
	l->p->known = XNEW_ARRAY(uint8_t, l->p->n + 1);
	l->runs = XNEW_ARRAY(struct run, l->p->n / SEGMENT_ROWS + 1);
	for (size_t i = 0; i < info->labels.n; i++)
		intern_add(&l->labels, info->labels.at[i],
			   strlen(info->labels.at[i]));
	rc = read_threshold(l, version, err);
	if (rc == RC_OK)
		rc = prediction_parts_list(l->reg, version, info->id, as_of,
					   &l->parts, err);
	for (size_t i = 0; i < l->parts.n && rc == RC_OK; i++)
		rc = load_part(l, &l->parts.at[i], err);
	if (rc != RC_OK)
		return rc;
	if (!testset_active(l->t))
		return ts_load_changes(l->t, err);
	finish(l);
	digest(l, NULL);
	return RC_OK;
}

enum rc reg_predictions_load(struct registry *reg, const char *model,
			     int64_t version, struct testset *t,
			     uint64_t as_of_entry, struct predictions **out,
			     struct err *err)
{
	struct loading l = { .reg = reg, .t = t,
			     .p = XNEW(struct predictions) };
	int64_t id;
	enum rc rc = reg_read_begin(reg, err);

	if (rc == RC_OK) {
		rc = prediction_version_id(reg, model, version, &id, err);
		if (rc == RC_OK)
			rc = load(&l, id, as_of_entry, err);
		reg_read_end(reg);
	}
	if (rc == RC_OK)
		*out = l.p;
	else
		predictions_free(l.p);
	vec_free(&l.parts);
	intern_release(&l.labels);
	free(l.runs);
	return rc;
}

/* -- The digest alone -- */

static bool all_active(const uint8_t *active, size_t first)
{
	return !memchr(active + first, 0, SEGMENT_ROWS);
}

/* By run: the one part there is, if all of the run's rows are there and
 * active; where there is another case, only says that it must be loaded. */
static void sort_parts(struct loading *l, const uint8_t *active,
		       const struct stored_part **whole)
{
	for (size_t i = 0; i < l->parts.n; i++) {
		const struct stored_part *part = &l->parts.at[i];
		size_t run = part->first / SEGMENT_ROWS;

		if (part->first >= l->p->n)
			continue;
		if (part->first + SEGMENT_ROWS > l->p->n || whole[run] ||
		    l->only[run] || !all_active(active, part->first)) {
			l->only[run] = 1;
			whole[run] = NULL;
		} else {
			whole[run] = part;
		}
	}
}

/* Those need not be loaded. */
static void use_known(struct loading *l, size_t n_runs,
		      const struct run_digests *known)
{
	for (size_t i = 0; i < n_runs; i++) {
		if (!l->only[i])
			continue;
		l->of[i] = run_made_of(l->t, &l->parts, i);
		l->given[i] = run_digests_find(known, &l->of[i]);
		l->only[i] = !l->given[i];
	}
}

static enum rc load_listed(struct loading *l, const struct run_digests *known,
			   struct err *err)
{
	const uint8_t *active = testset_active(l->t);
	size_t n_runs = l->p->n / SEGMENT_ROWS + 1;
	enum rc rc = RC_OK;

	if (!active)
		return ts_load_changes(l->t, err);
	l->p->known = XNEW_ARRAY(uint8_t, l->p->n + 1);
	l->runs = XNEW_ARRAY(struct run, n_runs);
	l->only = XNEW_ARRAY(uint8_t, n_runs);
	l->whole = XNEW_ARRAY(const struct stored_part *, n_runs);
	l->of = XNEW_ARRAY(struct hash, n_runs);
	l->given = XNEW_ARRAY(const struct hash *, n_runs);
	sort_parts(l, active, l->whole);
	use_known(l, n_runs, known);
	for (size_t i = 0; i < l->parts.n && rc == RC_OK; i++) {
		const struct stored_part *part = &l->parts.at[i];

		/* of an older revision there are fewer rows */
		if (part->first < l->p->n && l->only[part->first / SEGMENT_ROWS])
			rc = load_part(l, part, err);
	}
	return rc;
}

enum rc prediction_digest_begin(struct registry *reg,
				const struct stored_parts *parts,
				struct testset *t,
				const struct run_digests *known,
				struct loading **out, struct err *err)
{
	const struct testset_info *info = testset_info(t);
	struct loading *l = XNEW(struct loading);
	enum rc rc;

	*l = (struct loading){ .reg = reg, .t = t, .parts = *parts,
			       .p = XNEW(struct predictions) };
	*out = l;
	if (batch_rows(info->labels.n) != SEGMENT_ROWS)
		BUG("predictions in other runs");
	l->p->n = testset_rows(t);
	for (size_t i = 0; i < info->labels.n; i++)
		intern_add(&l->labels, info->labels.at[i],
			   strlen(info->labels.at[i]));
	rc = reg_read_begin(reg, err);
	if (rc == RC_OK) {
		rc = load_listed(l, known, err);
		reg_read_end(reg);
	}
	return rc;
}

char *prediction_digest_end(struct loading *l, struct run_digests *made)
{
	char *out;

	l->made = made;
	finish(l);
	digest(l, l->whole);
	out = l->p->digest;
	l->p->digest = NULL;
	return out;
}

void prediction_digest_free(struct loading *l)
{
	if (!l)
		return;
	predictions_free(l->p);
	intern_release(&l->labels);
	free(l->runs);
	free(l->only);
	free(l->whole);
	free(l->of);
	free(l->given);
	free(l);
}
