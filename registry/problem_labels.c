/* Labels that came back on sheets: entries with a blob each, which is JSON,
 * {"labels":[{"row","inputs":{},"labeller","label","expert":0|1}…]}. */
#include "registry/problem_labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "model/agreement.h"
#include "registry/db.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"
#include "registry/testset.h"

/* -- In the log -- */

enum rc problem_labels_apply(struct apply *a, struct err *err)
{
	const struct json *body = a->entry->body;
	const char *ref, *op;
	struct buf b = BUF_INIT;
	struct stmt *s;
	int64_t id, n;
	enum rc rc = problem_object_id(a->entry, &id, err);

	if (!rc)
		rc = body_str(body, "op", &op, err);
	if (!rc)
		rc = body_int(body, "n", &n, err);
	if (!rc)
		rc = body_str(body, "labels", &ref, err);
	if (!rc)
		rc = a->blob(a, ref, &b, err);
	buf_release(&b);
	if (rc)
		return rc;
	if (!strcmp(op, "drop")) {
		s = db_prepare(a->db, "DELETE FROM problem_labels "
				      "WHERE problem_id = ? AND labels = ?");
		stmt_bind_int(s, id);
		stmt_bind_text(s, ref);
		return stmt_run(s, err);
	}
	s = db_prepare(a->db,
		"INSERT INTO problem_labels (id, problem_id, n, labels)"
		" VALUES (?, ?, ?, ?)");
	stmt_bind_int(s, (int64_t)a->entry->index + 1);
	stmt_bind_int(s, id);
	stmt_bind_int(s, n);
	stmt_bind_text(s, ref);
	return stmt_run(s, err);
}

enum rc problem_labels_undo(struct reg_tx *tx, const struct entry *e,
			    struct err *err)
{
	struct json *body = json_clone(e->body);
	const char *op = json_get_str(body, "op");
	bool was_drop = op && !strcmp(op, "drop");

	json_set_str(body, "op", was_drop ? "add" : "drop");
	return tx_append(tx, "problem.labels", e->object, TX_ANY_BASE, body,
			 NULL, err);
}

void problem_labels_line(const struct entry *e, struct buf *out)
{
	const char *op = json_get_str(e->body, "op");
	long long n = (long long)json_get_int(e->body, "n", 0);

	buf_printf(out, "%lld label%s %s", n, n == 1 ? "" : "s",
		   op && !strcmp(op, "drop") ? "taken back" : "came in");
}

struct adding {
	int64_t id, n;
	const char *ref;
};

static enum rc add_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct adding *a = arg;
	struct json *body = json_new_object();
	char *object = problem_object(a->id);
	enum rc rc;

	json_set_str(body, "op", "add");
	json_set_int(body, "n", a->n);
	json_set_str(body, "labels", a->ref);
	rc = tx_append(tx, "problem.labels", object, TX_ANY_BASE, body, NULL,
		       err);
	free(object);
	return rc;
}

static enum rc store(struct registry *reg, int64_t id, struct json *labels,
		     uint64_t *added, struct err *err)
{
	struct adding a = { .id = id, .n = (int64_t)json_size(labels) };
	struct json *whole = json_new_object();
	struct buf text = BUF_INIT;
	struct hash hash;
	char *ref;
	enum rc rc;

	*added = json_size(labels);
	json_set(whole, "labels", labels);
	json_write_canonical(&text, whole);
	json_free(whole);
	rc = reg_blob_put(reg, text.data, text.len, &hash, err);
	buf_release(&text);
	if (rc)
		return rc;
	ref = reg_blob_ref(&hash);
	a.ref = ref;
	rc = reg_write(reg, add_fn, &a, err);
	free(ref);
	return rc;
}

/* -- A sheet that comes back -- */

struct back {
	const struct csv_table *t;
	const char *path, *labeller;
	int row, label, by;		/* columns; by may be -1 */
	bool expert;
	const struct testset_info *info;	/* NULL: any label */
};

static void take_inputs(const struct back *k, size_t row, struct pairs *out)
{
	for (size_t c = 0; c < k->t->names.n; c++) {
		const char *name = sheet_input_name(k->t->names.at[c]);

		if (name)
			pairs_add(out, name,
				  csv_unguard(csv_table_cell(k->t, row, c)));
	}
}

static bool is_label(const struct testset_info *info, const char *label)
{
	for (size_t i = 0; info && i < info->labels.n; i++)
		if (!strcmp(info->labels.at[i], label))
			return true;
	return !info || info->task == TASK_REGRESSION;
}

static const char *labeller_of(const struct back *k, size_t row)
{
	const char *cell = k->by < 0 ? "" : csv_table_cell(k->t, row,
							    (size_t)k->by);

	return *cell ? cell : k->labeller;
}

static enum rc check_row(const struct back *k, size_t row,
			 const struct pairs *inputs, struct err *err)
{
	const char *digest = csv_table_cell(k->t, row, (size_t)k->row);
	const char *label = csv_table_cell(k->t, row, (size_t)k->label);
	char *now = problem_inputs_digest(inputs);
	bool same = !strcmp(now, digest);

	free(now);
	if (!same)
		return csv_refuse(k->path, k->t->lines[row], 0, NULL, err,
				  "the inputs are not those of the sheet; "
				  "only the columns label and labeller are to "
				  "be filled in");
	if (!labeller_of(k, row))
		return csv_refuse(k->path, k->t->lines[row], 0, NULL, err,
				  "nobody is named who labelled it; fill in "
				  "the column labeller, or say --labeller");
	if (!is_label(k->info, label))
		return csv_refuse(k->path, k->t->lines[row],
				  (size_t)k->label + 1, "label", err,
				  "'%s' is no label of the test set '%s'",
				  label, k->info->name);
	return RC_OK;
}

static enum rc take_row(const struct back *k, size_t row, struct json *labels,
			struct err *err)
{
	struct pairs inputs = VEC_INIT;
	struct json *j, *texts = NULL;
	enum rc rc;

	if (!*csv_table_cell(k->t, row, (size_t)k->label))
		return RC_OK;
	take_inputs(k, row, &inputs);
	rc = check_row(k, row, &inputs, err);
	if (!rc)
		rc = pairs_to_json("input", &inputs, &texts, err);
	if (!rc) {
		j = json_new_object();
		json_set_str(j, "row", csv_table_cell(k->t, row,
						      (size_t)k->row));
		json_set(j, "inputs", texts);
		json_set_str(j, "labeller", labeller_of(k, row));
		json_set_str(j, "label", csv_table_cell(k->t, row,
							(size_t)k->label));
		json_set_int(j, "expert", k->expert);
		json_append(labels, j);
	}
	pairs_release(&inputs);
	return rc;
}

static enum rc take_sheet(struct back *k, struct json *labels,
			  struct err *err)
{
	enum rc rc = RC_OK;

	k->row = csv_table_column(k->t, "row");
	k->label = csv_table_column(k->t, "label");
	k->by = csv_table_column(k->t, "labeller");
	if (k->row < 0 || k->label < 0)
		return err_set(err, RC_BAD_INPUT, "'%s' is no sheet of 'muster "
			       "problem sheet': it lacks the column '%s'",
			       k->path, k->row < 0 ? "row" : "label");
	for (size_t i = 0; i < k->t->n_rows && !rc; i++)
		rc = take_row(k, i, labels, err);
	if (!rc && !json_size(labels))
		rc = err_set(err, RC_REFUSED, "'%s' has no label yet",
			     k->path);
	return rc;
}

enum rc reg_problem_labels_add(struct registry *reg, int64_t id,
			       const char *path, const char *labeller,
			       bool expert, uint64_t *added, struct err *err)
{
	struct problem_rec p = { 0 };
	struct testset_info info = { 0 };
	struct csv_table t = { 0 };
	struct back k = { .t = &t, .path = path, .labeller = labeller,
			  .expert = expert };
	struct json *labels = json_new_array();
	enum rc rc = text_check("labeller", labeller, err);

	if (!rc)
		rc = reg_problem_get(reg, id, &p, err);
	if (!rc && p.testset) {
		rc = reg_testset_info(reg, p.testset, 0, &info, err);
		k.info = &info;
	}
	if (!rc)
		rc = csv_table_read(&t, path, err);
	if (!rc)
		rc = take_sheet(&k, labels, err);
	if (!rc)
		rc = store(reg, id, labels, added, err);
	else
		json_free(labels);
	csv_table_release(&t);
	testset_info_release(&info);
	problem_rec_release(&p);
	return rc;
}

/* -- All that was said -- */

static void row_release(struct labelled_row *r)
{
	free(r->row);
	pairs_release(&r->inputs);
	for (size_t i = 0; i < r->labels.n; i++) {
		free(r->labels.at[i].labeller);
		free(r->labels.at[i].label);
	}
	vec_free(&r->labels);
}

void labelling_release(struct labelling *l)
{
	for (size_t i = 0; i < l->rows.n; i++)
		row_release(&l->rows.at[i]);
	vec_free(&l->rows);
	strs_release(&l->labellers);
	vec_free(&l->pairs);
}

/* While the rows stand in the order in which they came. */
struct reading {
	struct labelling *l;
	struct intern names;		/* of l->rows, by number */
};

static struct labelled_row *row_named(struct reading *reading,
				      const char *name,
				      const struct json *inputs)
{
	struct labelling *l = reading->l;
	uint32_t at = intern_add(&reading->names, name, strlen(name));
	struct labelled_row *r;
	const char *key;

	if (at < l->rows.n)
		return &l->rows.at[at];
	r = vec_add(&l->rows);
	r->row = xstrdup(name);
	for (size_t i = 0; i < json_size(inputs); i++) {
		const char *value = json_str(json_member(inputs, i, &key));

		pairs_add(&r->inputs, key, value ? value : "");
	}
	return r;
}

/* The newest of a labeller counts. */
static void put_label(struct labelled_row *r, const char *labeller,
		      const char *label, bool expert)
{
	for (size_t i = 0; i < r->labels.n; i++) {
		struct row_label *x = &r->labels.at[i];

		if (x->expert != expert || strcmp(x->labeller, labeller) != 0)
			continue;
		free(x->label);
		x->label = xstrdup(label);
		return;
	}
	vec_push(&r->labels, ((struct row_label){
		xstrdup(labeller), xstrdup(label), expert }));
}

static void take_labels(struct reading *l, const struct json *labels)
{
	for (size_t i = 0; i < json_size(labels); i++) {
		const struct json *j = json_at(labels, i);
		const char *row = json_get_str(j, "row");
		const char *by = json_get_str(j, "labeller");
		const char *label = json_get_str(j, "label");

		if (row && by && label)
			put_label(row_named(l, row, json_get(j, "inputs")), by,
				  label, json_get_int(j, "expert", 0));
	}
}

static enum rc read_blob(struct registry *reg, const char *ref,
			 struct reading *l, struct err *err)
{
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	struct hash hash;
	enum rc rc = reg_blob_from_ref(ref, &hash)
		   ? reg_blob_get(reg, &hash, &b, err)
		   : err_set(err, RC_CORRUPT, "'%.80s' names no blob", ref);

	if (!rc)
		rc = json_parse(b.data, b.len, "labels", &j, err);
	if (!rc)
		take_labels(l, json_get(j, "labels"));
	json_free(j);
	buf_release(&b);
	return rc;
}

static enum rc read_all(struct registry *reg, int64_t id, struct labelling *l,
			struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT labels"
		"  FROM problem_labels"
		" WHERE problem_id = ?"
		" ORDER BY id");
	struct reading reading = { l, INTERN_INIT };
	struct strs refs = VEC_INIT;
	enum rc rc;

	stmt_bind_int(s, id);
	while (stmt_next(s, err))
		strs_add(&refs, stmt_text(s, "labels"));
	rc = stmt_end(s, RC_OK);
	for (size_t i = 0; i < refs.n && !rc; i++)
		rc = read_blob(reg, refs.at[i], &reading, err);
	intern_release(&reading.names);
	strs_release(&refs);
	return rc;
}

/* -- Agreement -- */

static int by_row(const void *a, const void *b)
{
	return strcmp(((const struct labelled_row *)a)->row,
		      ((const struct labelled_row *)b)->row);
}

static size_t index_in(const struct strs *v, const char *s)
{
	size_t i = 0;

	while (i < v->n && strcmp(v->at[i], s) != 0)
		i++;
	return i;
}

static void add_once(struct strs *v, const char *s)
{
	if (index_in(v, s) == v->n)
		strs_add(v, s);
}

static void settle(struct labelling *l, struct labelled_row *r)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->labels.n; i++) {
		const struct row_label *x = &r->labels.at[i];

		if (x->expert) {
			r->agreed = x->label;
			continue;
		}
		n++;
		r->is_conflict |= first && strcmp(first, x->label) != 0;
		first = first ? first : x->label;
	}
	if (r->agreed)
		r->is_conflict = false;
	else if (!r->is_conflict && n >= 2)
		r->agreed = first;
	l->n_agreed += r->agreed != NULL;
	l->n_conflicts += r->is_conflict;
	l->n_single += !r->agreed && !r->is_conflict;
}

static const char *label_by(const struct labelled_row *r, const char *who)
{
	for (size_t i = 0; i < r->labels.n; i++)
		if (!r->labels.at[i].expert &&
		    !strcmp(r->labels.at[i].labeller, who))
			return r->labels.at[i].label;
	return NULL;
}

/* Chance agreement says little about labels that hardly come twice, numbers
 * for one, and a table of all against all would not fit. */
#define KAPPA_LABELS 1000
static const char many_labels[] = "more than 1,000 different labels";

static size_t index_of(const struct intern *words, const char *label)
{
	return intern_find(words, label, strlen(label));
}

static void compare_two(struct labelling *l, const struct intern *words,
			size_t a, size_t b)
{
	uint64_t *table = XNEW_ARRAY(uint64_t, words->n * words->n + 1);

	for (size_t i = 0; i < l->rows.n; i++) {
		const struct labelled_row *r = &l->rows.at[i];
		const char *x = label_by(r, l->labellers.at[a]);
		const char *y = label_by(r, l->labellers.at[b]);

		if (x && y)
			table[index_of(words, x) * words->n +
			      index_of(words, y)]++;
	}
	vec_push(&l->pairs, ((struct label_pair){
		a, b, kappa_cohen(table, words->n) }));
	free(table);
}

static size_t n_labellers(const struct labelled_row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->labels.n; i++)
		n += !r->labels.at[i].expert;
	return n;
}

static void compare_all(struct labelling *l, const struct intern *words)
{
	uint32_t *counts = XNEW_ARRAY(uint32_t, l->rows.n * words->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < l->rows.n; i++) {
		const struct labelled_row *r = &l->rows.at[i];

		if (n_labellers(r) != l->labellers.n)
			continue;
		for (size_t k = 0; k < r->labels.n; k++)
			if (!r->labels.at[k].expert)
				counts[n * words->n + index_of(words,
					r->labels.at[k].label)]++;
		n++;
	}
	l->fleiss = kappa_fleiss(counts, n, words->n);
	free(counts);
}

static void compare_people(struct labelling *l, const struct intern *words)
{
	bool few = words->n <= KAPPA_LABELS;

	for (size_t a = 0; a < l->labellers.n; a++)
		for (size_t b = a + 1; b < l->labellers.n; b++)
			if (few)
				compare_two(l, words, a, b);
			else
				vec_push(&l->pairs, ((struct label_pair){ a, b,
					figure_undefined(many_labels,
							 l->rows.n) }));
	if (few)
		compare_all(l, words);
	else
		l->fleiss = figure_undefined(many_labels, l->rows.n);
}

static void measure_agreement(struct labelling *l)
{
	struct intern words = INTERN_INIT;

	for (size_t i = 0; i < l->rows.n; i++) {
		struct labelled_row *r = &l->rows.at[i];

		for (size_t k = 0; k < r->labels.n; k++) {
			const struct row_label *x = &r->labels.at[k];

			intern_add(&words, x->label, strlen(x->label));
			if (!x->expert)
				add_once(&l->labellers, x->labeller);
		}
		settle(l, r);
	}
	vec_sort(&l->labellers, strs_by_bytes);
	compare_people(l, &words);
	intern_release(&words);
}

enum rc reg_problem_labelling(struct registry *reg, int64_t id,
			      struct labelling *out, struct err *err)
{
	struct problem_rec p;
	enum rc rc = reg_problem_get(reg, id, &p, err);

	*out = (struct labelling){ 0 };
	if (rc)
		return rc;
	problem_rec_release(&p);
	rc = read_all(reg, id, out, err);
	if (rc) {
		labelling_release(out);
		return rc;
	}
	vec_sort(&out->rows, by_row);
	measure_agreement(out);
	return RC_OK;
}

/* -- Review, queue, taking over -- */

#define REVIEW_SHARE 10

/* Digests are as good as random, and rows stand in their order: every tenth
 * from a place that depends on the labeller. */
size_t labelling_review(const struct labelling *l, const char *labeller,
			size_t **rows)
{
	size_t n = 0, seen = 0, from = 0;

	*rows = XNEW_ARRAY(size_t, l->rows.n + 1);
	for (const char *p = labeller; *p; p++)
		from = from * 31 + (unsigned char)*p;
	from %= REVIEW_SHARE;
	for (size_t i = 0; i < l->rows.n; i++)
		if (label_by(&l->rows.at[i], labeller) &&
		    seen++ % REVIEW_SHARE == from)
			(*rows)[n++] = i;
	for (size_t i = 0; i < l->rows.n && !n && seen; i++)
		if (label_by(&l->rows.at[i], labeller))
			(*rows)[n++] = i;
	return n;
}

static void queue_row(const struct labelled_row *r, struct buf *csv)
{
	struct buf said = BUF_INIT;

	buf_str(csv, r->row);
	for (size_t i = 0; i < r->inputs.n; i++)
		sheet_write_cell(csv, r->inputs.at[i].value,
				 strlen(r->inputs.at[i].value));
	for (size_t i = 0; i < r->labels.n; i++)
		buf_printf(&said, "%s%s: %s", i ? "; " : "",
			   r->labels.at[i].labeller, r->labels.at[i].label);
	sheet_write_cell(csv, said.data, said.len);
	buf_str(csv, ",,\n");
	buf_release(&said);
}

void labelling_queue(const struct labelling *l, struct buf *csv)
{
	bool has_head = false;

	for (size_t i = 0; i < l->rows.n; i++) {
		const struct labelled_row *r = &l->rows.at[i];

		if (!r->is_conflict)
			continue;
		if (!has_head) {
			buf_str(csv, "row");
			for (size_t k = 0; k < r->inputs.n; k++)
				sheet_write_name(csv, r->inputs.at[k].key);
			buf_str(csv, ",said_by,label,labeller\n");
			has_head = true;
		}
		queue_row(r, csv);
	}
}

static enum rc take_one(struct registry *reg, int64_t id, const char *positive,
			const struct labelled_row *r, struct err *err)
{
	struct problem_report report = {
		.kind = positive && !strcmp(positive, r->agreed)
		      ? PATTERN_FALSE_NEGATIVE : PATTERN_FALSE_POSITIVE,
		.inputs = r->inputs,
	};
	enum rc rc;

	report.expected = xstrdup(r->agreed);
	rc = reg_problem_report_add(reg, id, &report, err);
	free(report.expected);
	return rc;
}

enum rc reg_problem_labels_take(struct registry *reg, int64_t id,
				uint64_t *added, struct err *err)
{
	struct problem_rec p = { 0 };
	struct testset_info info = { 0 };
	struct problem_reports reports = VEC_INIT;
	struct intern reported = INTERN_INIT;
	struct labelling l = { 0 };
	enum rc rc = reg_problem_get(reg, id, &p, err);

	*added = 0;
	if (!rc && p.testset)
		rc = reg_testset_info(reg, p.testset, 0, &info, err);
	if (!rc)
		rc = reg_problem_reports(reg, id, &reports, err);
	if (!rc)
		rc = reg_problem_labelling(reg, id, &l, err);
	problem_reported_rows(&reports, &reported);
	for (size_t i = 0; i < l.rows.n && !rc; i++) {
		const struct labelled_row *r = &l.rows.at[i];

		if (!r->agreed || intern_find(&reported, r->row,
					      strlen(r->row)) != INTERN_NONE)
			continue;
		rc = take_one(reg, id, info.positive, r, err);
		*added += !rc;
	}
	labelling_release(&l);
	intern_release(&reported);
	problem_reports_release(&reports);
	testset_info_release(&info);
	problem_rec_release(&p);
	return rc;
}
