/* A test set from a CSV.
 *
 * Rows go through registry/rows.h into segments while the file is read. What
 * can be said of one row (an empty target, a weight that is no number) is
 * checked there, in the threads; what takes all rows (keys that repeat, a
 * third label) afterwards. Only then the entry is appended: blobs of an
 * import that failed are named by nobody. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/inside.h"
#include "registry/nouns.h"
#include "registry/rows.h"
#include "registry/testset_import.h"
#include "registry/testset_inside.h"

void import_report_release(struct import_report *r)
{
	testset_conflicts_release(&r->conflicts);
	strs_release(&r->notes);
	*r = (struct import_report){ 0 };
}

void import_note(struct import_report *r, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	strs_add(&r->notes, b.data);
	buf_release(&b);
}

/* -- Which columns -- */

static bool named(const struct strs *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], name))
			return true;
	return false;
}

enum rc import_no_column(const char *file, const struct strs *header,
			 const char *name, struct err *err)
{
	struct buf all = BUF_INIT;
	size_t i;

	for (i = 0; i < header->n && all.len < 400; i++)
		buf_printf(&all, "%s'%s'", i ? ", " : "", header->at[i]);
	if (i < header->n)
		buf_printf(&all, " and %zu more", header->n - i);
	err_set(err, RC_BAD_INPUT, "%s: there is no column '%s'; there are %s",
		file, name, all.data);
	buf_release(&all);
	return RC_BAD_INPUT;
}

struct naming {			/* roles by place in the file */
	const char *file;
	const struct strs *header;
	unsigned *roles;
};

static enum rc give_role(struct naming *n, const char *name, unsigned role,
			 struct err *err)
{
	for (size_t i = 0; i < n->header->n; i++) {
		if (strcmp(n->header->at[i], name) != 0)
			continue;
		n->roles[i] |= role;
		return RC_OK;
	}
	return import_no_column(n->file, n->header, name, err);
}

static enum rc give_roles(struct naming *n, const struct strs *names,
			  unsigned role, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < names->n && rc == RC_OK; i++)
		rc = give_role(n, names->at[i], role, err);
	return rc;
}

/* "race", "race+sex"; a column may itself have a plus in its name. */
static enum rc give_slices(struct naming *n, const struct strs *slices,
			   struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < slices->n && rc == RC_OK; i++) {
		const char *p = slices->at[i], *plus;

		if (named(n->header, p) || !strchr(p, '+')) {
			rc = give_role(n, p, ROLE_SLICE, err);
			continue;
		}
		for (; rc == RC_OK && p; p = plus ? plus + 1 : NULL) {
			char *part;

			plus = strchr(p, '+');
			part = xmemdupz(p, plus ? (size_t)(plus - p) :
					strlen(p));
			rc = give_role(n, part, ROLE_SLICE, err);
			free(part);
		}
	}
	return rc;
}

static enum rc check_target(const struct naming *n, struct err *err)
{
	static const struct {
		unsigned role;
		const char *what;
	} never[] = {
		{ ROLE_KEY, "the key" }, { ROLE_INPUT, "an input" },
		{ ROLE_WEIGHT, "the weight" }, { ROLE_SCALE, "the scale" },
		{ ROLE_GROUP, "the group" },
	};

	for (size_t i = 0; i < n->header->n; i++)
		for (size_t k = 0; k < sizeof(never) / sizeof(*never); k++)
			if ((n->roles[i] & ROLE_TARGET) &&
			    (n->roles[i] & never[k].role))
				return err_set(err, RC_BAD_INPUT, "column '%s' "
					       "cannot be the target and %s",
					       n->header->at[i],
					       never[k].what);
	return RC_OK;
}

static enum rc all_roles(struct naming *n, const struct testset_spec *spec,
			 struct err *err)
{
	const struct {
		const char *name;
		unsigned role;
	} single[] = {
		{ spec->target, ROLE_TARGET }, { spec->weight, ROLE_WEIGHT },
		{ spec->group, ROLE_GROUP }, { spec->scale, ROLE_SCALE },
	};
	enum rc rc = give_roles(n, &spec->keys, ROLE_KEY, err);

	for (size_t i = 0; i < 4 && rc == RC_OK; i++)
		if (single[i].name)
			rc = give_role(n, single[i].name, single[i].role, err);
	if (rc == RC_OK)
		rc = give_slices(n, &spec->slices, err);
	if (rc == RC_OK)
		rc = give_roles(n, &spec->inputs, ROLE_INPUT, err);
	for (size_t i = 0; i < n->header->n && !spec->inputs.n; i++)
		if (!n->roles[i])
			n->roles[i] = ROLE_INPUT;
	return rc == RC_OK ? check_target(n, err) : rc;
}

static void copy_strs(struct strs *to, const struct strs *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (!named(to, from->at[i]))
			strs_add(to, from->at[i]);
}

static void fill_schema(const struct naming *n,
			const struct testset_spec *spec, struct ts_schema *s)
{
	s->task = spec->task;
	s->target = xstrdup(spec->target);
	s->positive = xstrdup_or_null(spec->task == TASK_BINARY ?
				      spec->positive : NULL);
	s->weight = xstrdup_or_null(spec->weight);
	s->group = xstrdup_or_null(spec->group);
	s->scale = xstrdup_or_null(spec->scale);
	copy_strs(&s->keys, &spec->keys);
	copy_strs(&s->slices, &spec->slices);
	for (size_t i = 0; i < n->header->n; i++) {
		struct ts_column *c;

		if (!n->roles[i])
			continue;
		c = vec_add(&s->columns);
		c->name = xstrdup(n->header->at[i]);
		c->roles = n->roles[i];
	}
	if (!s->keys.n) {
		struct ts_column *c = vec_add(&s->columns);

		c->name = xstrdup("");
	}
}

/* -- Reading -- */

static enum rc make_schema(struct import *im, const struct strs *header,
			   struct err *err)
{
	struct naming n = { im->name, header,
			    XNEW_ARRAY(unsigned, header->n) };
	size_t n_inputs = 0;
	enum rc rc = all_roles(&n, im->spec, err);

	if (rc == RC_OK)
		fill_schema(&n, im->spec, &im->schema);
	for (size_t i = 0; i < im->schema.columns.n; i++)
		n_inputs += (im->schema.columns.at[i].roles & ROLE_INPUT) != 0;
	if (rc == RC_OK && !n_inputs && !im->schema.keys.n)
		rc = err_set(err, RC_BAD_INPUT, "%s: without a key column and "
			     "without inputs a pattern has no name; say which "
			     "column is the key", im->name);
	free(n.roles);
	return rc;
}

static enum rc find_fields(struct import *im, const struct strs *header,
			   struct err *err)
{
	for (size_t i = 0; i < im->n_stored; i++) {
		const char *name = im->schema.columns.at[i].name;
		size_t k = 0;

		while (k < header->n && strcmp(header->at[k], name))
			k++;
		if (k == header->n)
			return import_no_column(im->name, header, name, err);
		im->field[i] = k;
		im->in_key[i] = im->schema.columns.at[i].roles & ROLE_KEY;
		im->in_inputs[i] = im->schema.columns.at[i].roles & ROLE_INPUT;
	}
	return RC_OK;
}

/* What each row is asked, by the column's roles. */
static void list_checks(struct import *im)
{
	for (size_t i = 0; i < im->n_stored; i++) {
		unsigned roles = im->schema.columns.at[i].roles;

		if (roles & (ROLE_TARGET | ROLE_WEIGHT | ROLE_SCALE |
			     ROLE_KEY))
			im->checked[im->n_checked++] = i;
	}
}

static enum rc take_header(const struct strs *header, void *arg,
			   struct err *err)
{
	struct import *im = arg;
	struct rows_plan plan;
	enum rc rc = RC_OK;

	if (im->spec)
		rc = make_schema(im, header, err);
	if (rc != RC_OK)
		return rc;
	im->n_stored = im->schema.columns.n -
		       !ts_schema_has_key(&im->schema);
	im->field = XNEW_ARRAY(size_t, im->n_stored + 1);
	im->checked = XNEW_ARRAY(size_t, im->n_stored + 1);
	im->in_key = XNEW_ARRAY(bool, im->n_stored + 1);
	im->in_inputs = XNEW_ARRAY(bool, im->n_stored + 1);
	rc = find_fields(im, header, err);
	if (rc != RC_OK)
		return rc;
	list_checks(im);
	im->target = ts_schema_column(&im->schema, im->schema.target);
	chunks_init(&im->chunks, im->schema.columns.n);
	plan = (struct rows_plan){
		.n_columns = im->n_stored, .field = im->field,
		.in_group = { im->in_key, im->in_inputs },
		.labels = im->schema.task == TASK_REGRESSION ? -1 :
			  im->target,
		.spare = !ts_schema_has_key(&im->schema),
	};
	im->rows = rows_new(im->reg, &im->chunks, &plan);
	return RC_OK;
}

static enum rc refuse(struct import *im, uint64_t line, size_t column,
		      const char *what, struct err *err)
{
	return csv_refuse(im->name, line, im->field[column] + 1,
			  im->schema.columns.at[column].name, err, "%s", what);
}

static const char *wrong_key(const struct ts_schema *schema, const char *text,
			     size_t n)
{
	if (n == 0 && schema->keys.n == 1)
		return "the key is empty";
	if (schema->keys.n > 1 && memchr(text, KEY_JOIN, n))
		return "a key of several columns cannot hold U+001F";
	return NULL;
}

const char *import_wrong_cell(const struct ts_schema *schema, unsigned roles,
			      const char *text, size_t n)
{
	double x;

	if ((roles & ROLE_TARGET) && n == 0)
		return "the target is empty";
	if ((roles & ROLE_TARGET) && schema->task == TASK_REGRESSION &&
	    !decimal_read(text, n, &x))
		return "the target is no number";
	if ((roles & (ROLE_WEIGHT | ROLE_SCALE)) &&
	    (!decimal_read(text, n, &x) || x < 0))
		return (roles & ROLE_WEIGHT) ?
		       "the weight is no number from 0 on" :
		       "the scale is no number from 0 on";
	return roles & ROLE_KEY ? wrong_key(schema, text, n) : NULL;
}

static enum rc take_row(unsigned slot, const struct csv_field *fields,
			size_t n, uint64_t line, void *arg, struct err *err)
{
	struct import *im = arg;
	bool is_new = true;
	enum rc rc = RC_OK;

	(void)n;
	for (size_t i = 0; i < im->n_checked; i++) {
		size_t column = im->checked[i];
		const struct csv_field *f = &fields[im->field[column]];
		const char *wrong = import_wrong_cell(&im->schema,
			im->schema.columns.at[column].roles, f->text, f->n);

		if (wrong)
			return refuse(im, line, column, wrong, err);
	}
	if (im->admit)
		rc = im->admit(im, slot, fields, line, &is_new, err);
	if (rc == RC_OK && is_new)
		rows_take(im->rows, slot, fields, line);
	return rc;
}

/* Binary sets have two labels; the third one names its line. */
static enum rc check_labels(struct import *im, struct err *err)
{
	const struct intern *labels = rows_labels(im->rows);
	uint32_t others = 0;

	if (im->schema.task != TASK_BINARY)
		return RC_OK;
	for (uint32_t i = 0; i < labels->n; i++) {
		const char *s = intern_text(labels, i, NULL);
		const char *first;

		if (!strcmp(s, im->schema.positive))
			continue;
		if (im->negative ? !strcmp(s, im->negative) : others++ == 0)
			continue;
		first = im->negative;
		for (uint32_t k = 0; k < i && !first; k++)
			if (strcmp(intern_text(labels, k, NULL),
				   im->schema.positive) != 0)
				first = intern_text(labels, k, NULL);
		return csv_refuse(im->name, rows_label_line(im->rows, i),
				  im->field[im->target] + 1,
				  im->schema.target, err, "'%s' is a third "
				  "label beside '%s' and '%s'", s,
				  im->schema.positive, first ? first : "?");
	}
	return RC_OK;
}

static enum rc merge(unsigned n_slots, void *arg, struct err *err)
{
	struct import *im = arg;
	enum rc rc = rows_merge(im->rows, n_slots, err);

	if (rc == RC_OK && rows_n(im->rows) > UINT32_MAX - 1)
		rc = err_set(err, RC_BAD_INPUT, "%s: more than %u rows",
			     im->name, UINT32_MAX - 1);
	if (rc == RC_OK)
		rc = check_labels(im, err);
	return rc == RC_OK && im->merged ? im->merged(im, n_slots, err) : rc;
}

static enum rc progress(uint64_t done, uint64_t all, void *arg)
{
	struct import *im = arg;

	return im->progress ? im->progress->step(im->progress->arg,
						 "importing", done, all) :
	       RC_OK;
}

enum rc import_check_reviewed(const char *file, const struct hash *reviewed,
			      const struct hash *digest, bool *changed,
			      struct err *err)
{
	*changed = reviewed && !hash_equal(reviewed, digest);
	if (!*changed)
		return RC_OK;
	return err_set(err, RC_CONFLICT, "%s: the file is not the one that was "
		       "looked at any more; nothing was written, look at it "
		       "again", file);
}

static void add_bytes(const void *bytes, size_t n, void *arg)
{
	hasher_add(((struct import *)arg)->hasher, bytes, n);
}

/* Who writes without having looked needs no digest: it costs a core. */
static bool wants_digest(const struct import *im)
{
	return im->reviewed || im->reg->options.dry_run;
}

static enum rc read_file(struct import *im, struct csv_parts *parts, int fd,
			 struct err *err)
{
	struct import_report *r = im->report;
	enum rc rc;

	if (!wants_digest(im))
		return csv_read_parts(parts, fd, err);
	parts->bytes = add_bytes;
	im->hasher = hasher_new();
	rc = csv_read_parts(parts, fd, err);
	r->file = hasher_end(im->hasher);
	im->hasher = NULL;
	return rc != RC_OK ? rc :
	       import_check_reviewed(im->name, im->reviewed, &r->file,
				     &r->file_changed, err);
}

enum rc import_read(struct import *im, const char *path, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct csv_parts parts = {
		.header = take_header, .row = take_row, .merge = merge,
		.progress = progress, .arg = im,
	};
	int fd = STDIN_FILENO;
	enum rc rc = RC_OK;

	im->name = parts.name = is_stdin ? "stdin" : path;
	if (!is_stdin)
		rc = fsx_open_read(path, &fd, err);
	if (rc != RC_OK)
		return rc;
	rc = read_file(im, &parts, fd, err);
	if (!is_stdin)
		close(fd);
	im->report->had_bom = parts.had_bom;
	if (rc == RC_OK && (!im->rows || (rows_n(im->rows) == 0 && !im->may_be_empty)))
		rc = err_set(err, RC_BAD_INPUT, "%s: there are no rows below "
			     "the header", im->name);
	if (rc == RC_OK)
		rc = rows_end(im->rows, err);
	if (rc == RC_OK)
		im->report->rows = rows_n(im->rows);
	return rc;
}

void import_release(struct import *im)
{
	rows_free(im->rows);
	chunks_release(&im->chunks);
	ts_schema_release(&im->schema);
	free(im->field);
	free(im->checked);
	free(im->in_key);
	free(im->in_inputs);
}

/* -- Labels in their order -- */

static bool all_integers(const struct strs *v)
{
	int64_t i;

	for (size_t k = 0; k < v->n; k++)
		if (!decimal_read_i64(v->at[k], strlen(v->at[k]), &i))
			return false;
	return true;
}

static int by_integer(const void *a, const void *b)
{
	const char *s = *(char *const *)a, *t = *(char *const *)b;
	int64_t i = 0, k = 0;

	(void)!decimal_read_i64(s, strlen(s), &i);
	(void)!decimal_read_i64(t, strlen(t), &k);
	return i != k ? (i > k) - (i < k) : strcmp(s, t);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void labels_sort(struct strs *v)
{
	vec_sort(v, all_integers(v) ? by_integer : by_bytes);
}

/* -- Create -- */

enum rc import_put_json(struct registry *reg, struct json *j, char **ref,
			struct err *err)
{
	struct buf text = BUF_INIT;
	struct hash name;
	enum rc rc;

	json_write_canonical(&text, j);
	rc = reg_blob_put(reg, text.data, text.len, &name, err);
	if (rc == RC_OK)
		*ref = reg_blob_ref(&name);
	buf_release(&text);
	json_free(j);
	return rc;
}

struct json *labels_json(const struct strs *v)
{
	struct json *j = json_new_array();

	for (size_t i = 0; i < v->n; i++)
		json_append(j, json_new_str(v->at[i]));
	return j;
}

/* A name of a file, without folders, if it is text at all. */
static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 :
							path;

	return utf8_valid(name, strlen(name), NULL) ? name : NULL;
}

/* The manifest and the parts of a sieve as blobs. */
struct put {
	VEC_DECLARE(struct reg_blob, put_blobs) blobs;
	struct buf manifest;
};

static void collect(struct put *p, const struct buf *bytes)
{
	struct reg_blob *b = vec_add(&p->blobs);

	b->bytes = bytes->data;
	b->n = bytes->len;
}

static void fill_body(struct import *im, const struct put *p,
		      const struct testset *t, const struct ts_new_sieve *sieve,
		      struct json *body)
{
	char *ref = reg_blob_ref(&p->blobs.at[0].hash);

	json_set_str(body, "segment", ref);
	json_set_int(body, "rows", (int64_t)im->report->rows);
	json_set_str(body, "file", file_name(im->name));
	if (p->blobs.n > 1)
		json_set(body, "sieve", ts_sieve_json(t, sieve,
						      p->blobs.at + 1, ref));
	free(ref);
}

enum rc import_put_segment(struct import *im, const struct strs *labels,
			   const struct testset *t, struct ts_new_sieve *sieve,
			   struct json *body, struct err *err)
{
	struct json *manifest = chunks_manifest(&im->chunks, 0);
	struct put p = { .manifest = BUF_INIT };
	enum rc rc;

	json_set(manifest, "labels", labels_json(labels));
	json_write_canonical(&p.manifest, manifest);
	json_free(manifest);
	collect(&p, &p.manifest);
	for (int g = 0; g < SEEK_GROUPS && sieve; g++)
		for (size_t i = 0; i < sieve->n_parts[g]; i++)
			collect(&p, &sieve->parts[g][i]);
	rc = reg_blob_put_many(im->reg, p.blobs.at, p.blobs.n, err);
	if (rc == RC_OK)
		fill_body(im, &p, t, sieve, body);
	vec_free(&p.blobs);
	buf_release(&p.manifest);
	return rc;
}

static enum rc create_body(struct import *im, struct json **out,
			   struct err *err)
{
	const struct intern *labels = rows_labels(im->rows);
	struct json *body = json_new_object();
	struct strs sorted = VEC_INIT;
	char hex[HASH_HEX_SIZE], *ref = NULL;
	enum rc rc;

	for (uint32_t i = 0; i < labels->n; i++)
		strs_add(&sorted, intern_text(labels, i, NULL));
	labels_sort(&sorted);
	json_set_str(body, "task", task_name(im->schema.task));
	json_set_str(body, "source", im->spec->source);
	rc = import_put_json(im->reg, ts_schema_json(&im->schema), &ref, err);
	json_set_str(body, "schema", ref);
	if (rc == RC_OK)
		rc = import_put_segment(im, &sorted, NULL, NULL, body, err);
	strs_release(&sorted);
	free(ref);
	if (rc != RC_OK) {
		json_free(body);
		return rc;
	}
	ts_revision_digest(NULL, body, hex);
	json_set_str(body, "digest", hex);
	*out = body;
	return RC_OK;
}

struct creation {
	const char *name;
	const struct json *body;
};

static enum rc check_free(struct registry *reg, const char *name,
			  struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT id FROM testset WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	stmt_done(s);
	return err_set(err, RC_EXISTS, "test set '%s' exists already; 'muster "
		       "testset grow' adds rows to it", name);
}

static enum rc write_create(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct creation *c = arg;
	char *object = testset_object(c->name);
	enum rc rc = check_free(tx_registry(tx), c->name, err);

	if (rc == RC_OK)
		rc = tx_append(tx, "testset.create", object, TX_ANY_BASE,
			       json_clone(c->body), NULL, err);
	free(object);
	return rc;
}

static enum rc check_spec(struct registry *reg,
			  const struct testset_spec *spec, struct err *err)
{
	enum rc rc = ts_name_check(spec->name, err);

	if (rc == RC_OK && !spec->target)
		rc = err_set(err, RC_USAGE, "a test set needs a target "
			     "column: --target COL");
	if (rc == RC_OK && spec->task == TASK_BINARY && !spec->positive)
		rc = err_set(err, RC_USAGE, "a binary test set needs to know "
			     "which label is positive: --positive LABEL");
	if (rc == RC_OK && spec->task != TASK_BINARY && spec->positive)
		rc = err_set(err, RC_USAGE, "--positive is for binary test "
			     "sets");
	if (rc == RC_OK)
		rc = text_check("--source", spec->source, err);
	return rc == RC_OK ? check_free(reg, spec->name, err) : rc;
}

static enum rc check_positive(struct import *im, struct err *err)
{
	const struct intern *labels = rows_labels(im->rows);
	struct buf all = BUF_INIT;

	if (im->schema.task != TASK_BINARY ||
	    intern_find(labels, im->schema.positive,
			strlen(im->schema.positive)) != INTERN_NONE)
		return RC_OK;
	for (uint32_t i = 0; i < labels->n; i++)
		buf_printf(&all, "%s'%s'", i ? ", " : "",
			   intern_text(labels, i, NULL));
	err_set(err, RC_BAD_INPUT, "%s: no target is the positive label '%s'; "
		"there are %s", im->name, im->schema.positive, all.data);
	buf_release(&all);
	return RC_BAD_INPUT;
}

static void note_one_label(struct import *im)
{
	const struct intern *labels = rows_labels(im->rows);

	if (im->schema.task != TASK_REGRESSION && labels->n == 1)
		import_note(im->report, "every target is '%s'",
			    intern_text(labels, 0, NULL));
	if (im->report->had_bom)
		import_note(im->report, "the file began with a BOM, which was "
			    "left out");
}

static enum rc create(struct import *im, const char *path, struct err *err)
{
	struct creation c = { .name = im->spec->name };
	struct json *body = NULL;
	enum rc rc = import_read(im, path, err);

	if (rc == RC_OK)
		rc = check_positive(im, err);
	if (rc == RC_OK)
		rc = import_check_keys(im, err);
	if (rc == RC_OK)
		rc = import_check_inputs(im, err);
	if (rc == RC_OK)
		rc = create_body(im, &body, err);
	if (rc != RC_OK)
		return rc;
	note_one_label(im);
	c.body = body;
	rc = reg_write(im->reg, write_create, &c, err);
	json_free(body);
	return rc;
}

enum rc reg_testset_create(struct registry *reg,
			   const struct testset_spec *spec, const char *path,
			   bool dry_run, struct reg_progress *progress_or_null,
			   struct import_report *report, struct err *err)
{
	struct import im = { .reg = reg, .spec = spec, .report = report,
			     .progress = progress_or_null,
			     .reviewed = spec->reviewed };
	bool was_dry = reg->options.dry_run;
	enum rc rc;

	*report = (struct import_report){ 0 };
	rc = check_spec(reg, spec, err);
	if (rc != RC_OK)
		return rc;
	/* blobs then go to a scratch of their own, and the entry is undone */
	reg->options.dry_run |= dry_run;
	rc = create(&im, path, err);
	reg->options.dry_run = was_dry;
	import_release(&im);
	return rc;
}
