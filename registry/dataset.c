/* A dataset is one entry for each revision (dataset.add); its profile is a
 * blob. The table holds the newest revision of each. */
#include "registry/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "registry/dataset_inside.h"
#include "registry/db.h"
#include "registry/entry.h"
#include "registry/model.h"
#include "registry/nouns.h"

void dataset_rec_release(struct dataset_rec *d)
{
	free(d->name);
	free(d->file);
	free(d->digest);
	free(d->source);
	free(d->label);
	free(d->note);
	free(d->risk);
	free(d->who);
	*d = (struct dataset_rec){ 0 };
}

void dataset_recs_release(struct dataset_recs *v)
{
	for (size_t i = 0; i < v->n; i++)
		dataset_rec_release(&v->at[i]);
	vec_free(v);
}

/* -- Measuring -- */

struct measuring {
	struct strs names;
	struct profile_part *parts[CSV_SLOTS];
	struct hasher *hasher;
	struct reg_progress *progress;
};

static enum rc take_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct measuring *m = arg;

	(void)err;
	for (size_t i = 0; i < names->n; i++)
		strs_add(&m->names, names->at[i]);
	for (size_t i = 0; i < CSV_SLOTS; i++)
		m->parts[i] = profile_part_new(names->n);
	return RC_OK;
}

static enum rc take_row(unsigned slot, const struct csv_field *fields,
			size_t n, uint64_t line, void *arg, struct err *err)
{
	struct measuring *m = arg;

	(void)n;
	(void)line;
	(void)err;
	profile_part_row(m->parts[slot], fields);
	return RC_OK;
}

static void take_bytes(const void *bytes, size_t n, void *arg)
{
	hasher_add(((struct measuring *)arg)->hasher, bytes, n);
}

static enum rc take_progress(uint64_t done, uint64_t all, void *arg)
{
	struct reg_progress *p = ((struct measuring *)arg)->progress;

	return p && p->step ? p->step(p->arg, "measuring", done, all) : RC_OK;
}

static enum rc open_input(const char *path, int *fd, struct err *err)
{
	if (strcmp(path, "-"))
		return fsx_open_read(path, fd, err);
	*fd = STDIN_FILENO;
	return RC_OK;
}

enum rc dataset_measure(const char *path, struct reg_progress *progress,
			struct profile *out, struct hash *digest,
			uint64_t *size, struct err *err)
{
	struct measuring m = { .progress = progress };
	struct csv_parts csv = {
		.name = strcmp(path, "-") ? path : "standard input",
		.header = take_header, .row = take_row, .bytes = take_bytes,
		.progress = take_progress, .arg = &m,
	};
	int fd = -1;
	enum rc rc = open_input(path, &fd, err);

	if (rc)
		return rc;
	m.hasher = hasher_new();
	rc = csv_read_parts(&csv, fd, err);
	*digest = hasher_end(m.hasher);
	*size = csv.size;
	if (fd != STDIN_FILENO)
		close(fd);
	if (!rc)
		profile_finish(m.parts, CSV_SLOTS,
			       (const char *const *)m.names.at, out);
	for (size_t i = 0; i < CSV_SLOTS; i++)
		profile_part_free(m.parts[i]);
	strs_release(&m.names);
	return rc;
}

/* -- Adding -- */

struct adding {
	const struct dataset_spec *spec;
	const char *file, *digest;
	uint64_t size;
	const struct profile *profile;
	struct hash blob, values;
	char *object;
};

static enum rc check_there(struct registry *reg, const struct adding *a,
			   bool *same, struct err *err)
{
	struct dataset_rec had = { 0 };
	enum rc rc = reg_dataset_get(reg, a->spec->name, &had, NULL);

	*same = false;
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc)
		return err_set(err, rc, "dataset '%s' cannot be read; run "
			       "'muster fsck'", a->spec->name);
	*same = !strcmp(had.digest, a->digest);
	dataset_rec_release(&had);
	if (!a->spec->update)
		return err_set(err, RC_EXISTS, "dataset '%s' exists already; "
			       "'--update' records new data of it",
			       a->spec->name);
	return RC_OK;
}

static enum rc append_add(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct adding *a = arg;
	struct json *body;
	char *ref;
	bool same;
	enum rc rc = check_there(tx_registry(tx), a, &same, err);

	if (rc || same)
		return rc;
	body = json_new_object();
	ref = reg_blob_ref(&a->blob);
	json_set_str(body, "file", a->file);
	json_set_str(body, "digest", a->digest);
	json_set_int(body, "size", (int64_t)a->size);
	json_set_int(body, "rows", (int64_t)a->profile->rows);
	json_set_int(body, "columns", (int64_t)a->profile->n_columns);
	json_set_str(body, "source", a->spec->source);
	json_set_str(body, "label", a->spec->label);
	json_set_str(body, "note", a->spec->note);
	json_set_str(body, "profile", ref);
	free(ref);
	ref = reg_blob_ref(&a->values);
	json_set_str(body, "values", ref);
	free(ref);
	return tx_append(tx, "dataset.add", a->object, TX_ANY_BASE, body,
			 NULL, err);
}

static enum rc check_label(const struct profile *p, const char *label,
			   struct err *err)
{
	struct buf names = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; label && i < p->n_columns; i++) {
		if (!strcmp(p->columns[i].name, label))
			goto out;
		buf_printf(&names, "%s'%s'", i ? ", " : "",
			   p->columns[i].name);
	}
	if (label)
		rc = err_set(err, RC_BAD_INPUT, "there is no column '%s'; "
			     "there are %s", label, names.data);
out:
	buf_release(&names);
	return rc;
}

static enum rc check_spec(const struct dataset_spec *spec, struct err *err)
{
	enum rc rc = name_check("dataset", spec->name, err);

	if (!rc)
		rc = text_check("source", spec->source, err);
	if (!rc)
		rc = text_check("label", spec->label, err);
	return rc ? rc : text_check("note", spec->note, err);
}

static enum rc store(struct registry *reg, struct adding *a, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json_out o = JSON_OUT(&text, false);
	enum rc rc;

	profile_write(&o, a->profile);
	rc = reg_blob_put(reg, text.data, text.len, &a->blob, err);
	if (!rc) {
		buf_clear(&text);
		profile_values_write(&o, a->profile);
		rc = reg_blob_put(reg, text.data, text.len, &a->values, err);
	}
	buf_release(&text);
	return rc ? rc : reg_write(reg, append_add, a, err);
}

enum rc reg_dataset_add(struct registry *reg, const struct dataset_spec *spec,
			const char *path, struct reg_progress *progress,
			struct dataset_rec *out, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char hex[HASH_HEX_SIZE];
	struct profile profile = { 0 };
	struct adding a = { .spec = spec, .profile = &profile };
	struct hash digest;
	enum rc rc = check_spec(spec, err);

	if (!rc)
		rc = dataset_measure(path, progress, &profile, &digest,
				     &a.size, err);
	if (rc)
		return rc;
	a.file = strcmp(path, "-") ? slash ? slash + 1 : path : NULL;
	a.digest = hash_hex(&digest, hex);
	a.object = xasprintf("dataset/%s", spec->name);
	rc = check_label(&profile, spec->label, err);
	if (!rc)
		rc = text_check("file name", a.file, err);
	if (!rc)
		rc = store(reg, &a, err);
	if (!rc)
		rc = reg_dataset_get(reg, spec->name, out, err);
	free(a.object);
	profile_release(&profile);
	return rc;
}

/* -- Reading -- */

#define SELECT_DATASETS \
	"SELECT name, file, digest, size, rows, columns, source," \
	"       label, note, risk, revision, time, who" \
	"  FROM dataset"

static void take_rec(struct stmt *s, struct dataset_rec *out)
{
	*out = (struct dataset_rec){
		.name = stmt_text_copy(s, "name"),
		.file = stmt_text_copy(s, "file"),
		.digest = stmt_text_copy(s, "digest"),
		.size = stmt_int(s, "size"),
		.rows = stmt_int(s, "rows"),
		.columns = stmt_int(s, "columns"),
		.source = stmt_text_copy(s, "source"),
		.label = stmt_text_copy(s, "label"),
		.note = stmt_text_copy(s, "note"),
		.risk = stmt_text_copy(s, "risk"),
		.revision = stmt_int(s, "revision"),
		.time = stmt_int(s, "time"),
		.who = stmt_text_copy(s, "who"),
	};
}

static enum rc no_dataset(const char *name, struct err *err)
{
	return err_set(err, RC_NOT_FOUND, "dataset '%s' does not exist; "
		       "'muster dataset list' shows all", name);
}

enum rc reg_dataset_get(struct registry *reg, const char *name,
			struct dataset_rec *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SELECT_DATASETS
		" WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return no_dataset(name, err);
	if (rc)
		return rc;
	take_rec(s, out);
	stmt_done(s);
	return RC_OK;
}

enum rc reg_dataset_by_digest(struct registry *reg, const char *digest,
			      struct strs *out, struct err *err)
{
	static const char prefix[] = "sha256:";
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT name"
		"  FROM dataset"
		" WHERE digest = lower(?)"
		" ORDER BY name");

	if (!strncmp(digest, prefix, sizeof(prefix) - 1))
		digest += sizeof(prefix) - 1;
	stmt_bind_text(s, digest);
	while (stmt_next(s, err))
		strs_add(out, stmt_text(s, "name"));
	return stmt_end(s, RC_OK);
}

enum rc reg_dataset_list(struct registry *reg, struct dataset_recs *out,
			 struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SELECT_DATASETS
		" ORDER BY name");
	enum rc rc;

	while (stmt_next(s, err))
		take_rec(s, vec_add(out));
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		dataset_recs_release(out);
	return rc;
}

/* The names of the two blobs of a dataset. */
static enum rc profile_blobs(struct registry *reg, const char *name,
			     struct hash *profile, struct hash *values,
			     struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT profile, value_blob"
		"  FROM dataset"
		" WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return no_dataset(name, err);
	if (rc)
		return rc;
	if (!reg_blob_from_ref(stmt_text(s, "profile"), profile) ||
	    !reg_blob_from_ref(stmt_text(s, "value_blob"), values))
		rc = err_set(err, RC_CORRUPT, "the profile of dataset '%s' "
			     "names no blob; run 'muster fsck'", name);
	stmt_done(s);
	return rc;
}

static enum rc read_blob(struct registry *reg, const struct hash *name,
			 struct json **out, struct err *err)
{
	struct buf text = BUF_INIT;
	enum rc rc = reg_blob_get(reg, name, &text, err);

	if (!rc)
		rc = json_parse(text.data, text.len, "profile", out, err);
	buf_release(&text);
	return rc;
}

enum rc reg_dataset_profile(struct registry *reg, const char *name,
			    bool with_values, struct profile *out,
			    struct err *err)
{
	struct json *j = NULL, *v = NULL;
	struct hash profile, values;
	enum rc rc = profile_blobs(reg, name, &profile, &values, err);

	if (!rc)
		rc = read_blob(reg, &profile, &j, err);
	if (!rc)
		rc = profile_read(j, out, err);
	if (!rc && with_values) {
		rc = read_blob(reg, &values, &v, err);
		if (!rc)
			rc = profile_values_read(v, out, err);
		if (rc)
			profile_release(out);
	}
	json_free(j);
	json_free(v);
	return rc;
}

/* -- Entries -- */

struct added {			/* a body, checked; all borrowed */
	const char *digest, *profile, *values;
	int64_t size, rows, columns;
};

static enum rc read_added(const struct json *body, struct added *d,
			  struct err *err)
{
	const struct body_field fields[] = {
		{ "digest", &d->digest }, { "profile", &d->profile },
		{ "values", &d->values }, { "size", .number = &d->size },
		{ "rows", .number = &d->rows },
		{ "columns", .number = &d->columns }, { 0 },
	};
	struct hash blob;
	enum rc rc = body_read(body, fields, err);

	if (rc)
		return rc;
	return reg_blob_from_ref(d->profile, &blob) &&
	       reg_blob_from_ref(d->values, &blob) ? RC_OK :
	       err_set(err, RC_CORRUPT, "'profile' or 'values' names no blob");
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	const struct json *b = a->entry->body;
	struct added d;
	struct stmt *s;
	enum rc rc = read_added(b, &d, err);

	if (rc)
		return rc;
	s = db_prepare(a->db,
		"INSERT INTO dataset(name, file, digest, size, rows, columns,"
		"                    source, label, note, profile, value_blob,"
		"                    revision, time, who, idx)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)"
		" ON CONFLICT(name) DO UPDATE SET file = excluded.file,"
		"   digest = excluded.digest, size = excluded.size,"
		"   rows = excluded.rows, columns = excluded.columns,"
		"   source = excluded.source, label = excluded.label,"
		"   note = excluded.note, profile = excluded.profile,"
		"   value_blob = excluded.value_blob,"
		"   revision = revision + 1, time = excluded.time,"
		"   who = excluded.who, idx = excluded.idx");
	stmt_bind_text(s, entry_noun(a->entry));
	stmt_bind_text(s, json_get_str(b, "file"));
	stmt_bind_text(s, d.digest);
	stmt_bind_int(s, d.size);
	stmt_bind_int(s, d.rows);
	stmt_bind_int(s, d.columns);
	stmt_bind_text(s, json_get_str(b, "source"));
	stmt_bind_text(s, json_get_str(b, "label"));
	stmt_bind_text(s, json_get_str(b, "note"));
	stmt_bind_text(s, d.profile);
	stmt_bind_text(s, d.values);
	stmt_bind_int(s, a->entry->time);
	stmt_bind_text(s, a->entry->login);
	stmt_bind_int(s, (int64_t)a->entry->index);
	return stmt_run(s, err);
}

static enum rc apply_remove(struct apply *a, struct err *err)
{
	struct stmt *s = db_prepare(a->db,
		"DELETE FROM dataset"
		" WHERE name = ?");
	enum rc rc;

	stmt_bind_text(s, entry_noun(a->entry));
	rc = stmt_run(s, err);
	if (!rc && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "there is no dataset '%s' to "
			     "remove", entry_noun(a->entry));
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	buf_printf(out, "dataset %s: %lld rows, %lld columns", entry_noun(e),
		   (long long)json_get_int(e->body, "rows", 0),
		   (long long)json_get_int(e->body, "columns", 0));
}

static void line_remove(const struct entry *e, struct buf *out)
{
	buf_printf(out, "dataset %s taken out", entry_noun(e));
}

/* Only a first revision can be taken back: the profile of an earlier one is
 * in the log, but the table no longer says which it was. */
static enum rc undo_add(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	struct dataset_rec d = { 0 };
	enum rc rc = reg_dataset_get(tx_registry(tx), entry_noun(e), &d, err);

	if (rc)
		return rc;
	if (d.revision != 1)
		rc = err_set(err, RC_REFUSED, "dataset '%s' was updated; add "
			     "the earlier file with '--update' instead",
			     entry_noun(e));
	dataset_rec_release(&d);
	if (rc)
		return rc;
	return tx_append(tx, "dataset.remove", e->object, TX_ANY_BASE,
			 json_new_object(), NULL, err);
}

const struct entry_kind dataset_kinds[] = {
	{ "dataset.add", 1, apply_add, line_add, undo_add },
	{ "dataset.remove", 1, apply_remove, line_remove, NULL },
	{ "dataset.set", 1, dataset_apply_set, dataset_line_set,
	  dataset_undo_set },
	{ 0 },
};
