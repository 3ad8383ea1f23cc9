#include "cards/bundle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/count.h"
#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "registry/checkpoint.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "registry/testset.h"

struct packing {
	struct registry *reg;
	struct version_rec version;
	struct testset *t;
	struct predictions *said;
	double tolerance;
	struct buf inputs, expected, json;
	struct bundle_info *info;
};

/* -- inputs.csv and expected.csv -- */

static enum rc add_header(struct packing *p, struct err *err)
{
	const struct testset_info *info = testset_info(p->t);

	(void)err;
	buf_str(&p->inputs, "key");
	for (size_t i = 0; i < testset_n_columns(p->t); i++) {
		const char *name = testset_column_name(p->t, i);

		if (!(testset_column_roles(p->t, i) & ROLE_INPUT))
			continue;
		buf_char(&p->inputs, ',');
		/* as a runner sees it (registry/run.c) */
		if (!strcmp(name, "key"))
			name = "key#2";
		csv_write_field(&p->inputs, name, strlen(name), false);
	}
	buf_char(&p->inputs, '\n');
	buf_str(&p->expected, "key");
	if (p->said->label || p->said->value)
		buf_str(&p->expected, ",label");
	if (p->said->score)
		buf_str(&p->expected, ",score");
	for (size_t i = 0; p->said->class_score && i < p->said->n_class; i++) {
		char *name = xasprintf("score:%s", info->labels.at[i]);

		buf_char(&p->expected, ',');
		csv_write_field(&p->expected, name, strlen(name), false);
		free(name);
	}
	buf_char(&p->expected, '\n');
	return RC_OK;
}

static enum rc add_inputs(struct packing *p, size_t row, const char *key,
			  struct err *err)
{
	struct buf cell = BUF_INIT;
	enum rc rc = RC_OK;

	csv_write_field(&p->inputs, key, strlen(key), false);
	for (size_t i = 0; i < testset_n_columns(p->t) && rc == RC_OK; i++) {
		const struct column *c;
		const char *s;
		size_t n;

		if (!(testset_column_roles(p->t, i) & ROLE_INPUT))
			continue;
		rc = testset_column_at(p->t, i, &c, err);
		if (rc != RC_OK)
			break;
		s = column_text(c, row, &cell, &n);
		buf_char(&p->inputs, ',');
		csv_write_field(&p->inputs, s, n, false);
	}
	buf_char(&p->inputs, '\n');
	buf_release(&cell);
	return rc;
}

/* An empty field: not said for this pattern. */
static void add_number(struct buf *out, double x)
{
	buf_char(out, ',');
	if (!isnan(x))
		buf_decimal(out, x);
}

static void add_expected(struct packing *p, size_t row, const char *key)
{
	const struct predictions *s = p->said;
	struct buf *out = &p->expected;

	csv_write_field(out, key, strlen(key), false);
	if (s->value) {
		add_number(out, s->value[row]);
	} else if (s->label) {
		const char *label = s->label[row] < s->labels.n ?
				    s->labels.at[s->label[row]] : "";

		buf_char(out, ',');
		csv_write_field(out, label, strlen(label), false);
	}
	if (s->score)
		add_number(out, s->score[row]);
	for (size_t i = 0; s->class_score && i < s->n_class; i++)
		add_number(out, s->class_score[row * s->n_class + i]);
	buf_char(out, '\n');
}

static enum rc add_rows(struct packing *p, struct err *err)
{
	const uint8_t *active = testset_active(p->t);
	struct buf key = BUF_INIT;
	enum rc rc = add_header(p, err);

	for (size_t i = 0; i < testset_rows(p->t) && rc == RC_OK; i++) {
		if (!active[i])
			continue;
		if (!p->said->known[i]) {
			p->info->n_left_out++;
			continue;
		}
		buf_clear(&key);
		rc = testset_key(p->t, i, &key, err);
		if (rc == RC_OK)
			rc = add_inputs(p, i, key.data, err);
		if (rc == RC_OK) {
			add_expected(p, i, key.data);
			p->info->n++;
		}
	}
	buf_release(&key);
	if (rc == RC_OK && !p->info->n)
		rc = err_set(err, RC_BAD_INPUT, "%s@%lld said nothing on '%s'; "
			     "'muster predictions import' takes its "
			     "predictions", p->version.model,
			     (long long)p->version.version,
			     testset_info(p->t)->name);
	return rc;
}

/* -- bundle.json -- */

static void digest_of(struct json_out *o, const char *key,
		      const struct buf *b)
{
	struct hash h = hash_bytes(b->data, b->len);
	char hex[HASH_HEX_SIZE];

	jo_kstr(o, key, hash_hex(&h, hex));
}

static void write_what(struct packing *p, struct json_out *o)
{
	const struct testset_info *info = testset_info(p->t);
	const struct version_rec *v = &p->version;

	jo_kstr(o, "model", v->model);
	jo_kint(o, "model_version", v->version);
	jo_kstr(o, "artifact", v->artifact_name);
	jo_kstr(o, "artifact_sha256", v->artifact);
	jo_kstr(o, "testset", info->name);
	jo_kint(o, "revision", info->revision);
	jo_kstr(o, "revision_digest", info->digest);
	jo_kstr(o, "task", task_name(info->task));
	jo_key(o, "labels");
	jo_array(o);
	for (size_t i = 0; i < info->labels.n; i++)
		jo_str(o, info->labels.at[i]);
	jo_end(o);
	if (v->has_threshold)
		jo_knum(o, "threshold", v->threshold);
	else
		jo_knull(o, "threshold");
	jo_knum(o, "tolerance", p->tolerance);
}

static enum rc write_json(struct packing *p, struct err *err)
{
	struct json_out o = JSON_OUT(&p->json, true);
	struct buf text = BUF_INIT;
	struct checkpoint cp = { 0 };
	char *origin = NULL, hex[HASH_HEX_SIZE];
	enum rc rc = reg_origin(p->reg, NULL, &origin, err);

	if (rc == RC_OK)
		rc = reg_checkpoint(p->reg, origin, &text, err);
	if (rc == RC_OK)
		rc = checkpoint_read(text.data, text.len, &cp, err);
	if (rc == RC_OK) {
		jo_object(&o);
		jo_kstr(&o, "format", "muster-bundle");
		jo_kint(&o, "version", 1);
		write_what(p, &o);
		jo_kint(&o, "n", (int64_t)p->info->n);
		jo_kint(&o, "left_out", (int64_t)p->info->n_left_out);
		digest_of(&o, "inputs_sha256", &p->inputs);
		digest_of(&o, "expected_sha256", &p->expected);
		jo_kint(&o, "entries", (int64_t)cp.size);
		jo_kstr(&o, "root", hash_hex(&cp.root, hex));
		jo_end(&o);
		buf_char(&p->json, '\n');
	}
	checkpoint_release(&cp);
	buf_release(&text);
	free(origin);
	return rc;
}

/* -- The folder -- */

static const char *const names[] = { "inputs.csv", "expected.csv",
				     "bundle.json" };

static void remove_folder(const char *dir)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = xasprintf("%s/%s", dir, names[i]);

		(void)!unlink(path);
		free(path);
	}
	(void)!rmdir(dir);
}

static enum rc write_folder(const struct packing *p, const char *dir,
			    struct err *err)
{
	const struct buf *const texts[] = { &p->inputs, &p->expected,
					    &p->json };
	char *tmp = xasprintf("%s.new-%ld", dir, (long)getpid());
	enum rc rc = fsx_mkdirs(tmp, 0755, err);

	for (size_t i = 0; i < COUNT(names) && rc == RC_OK; i++) {
		char *path = xasprintf("%s/%s", tmp, names[i]);

		rc = fsx_write(path, texts[i]->data, texts[i]->len, 0644,
			       false, err);
		free(path);
	}
	if (rc == RC_OK)
		rc = fsx_rename(tmp, dir, err);
	if (rc != RC_OK)
		remove_folder(tmp);
	free(tmp);
	return rc;
}

enum rc bundle_write(struct registry *reg, const struct version_ref *version,
		     const char *testset, int64_t revision, double tolerance,
		     const char *dir, struct bundle_info *out,
		     struct err *err)
{
	struct packing p = { .reg = reg, .tolerance = tolerance,
			     .inputs = BUF_INIT, .expected = BUF_INIT,
			     .json = BUF_INIT, .info = out };
	enum rc rc = fsx_check_guards(dir, err);

	*out = (struct bundle_info){ 0 };
	if (rc == RC_OK && fsx_exists(dir))
		rc = err_set(err, RC_EXISTS, "'%s' exists already; name "
			     "another folder", dir);
	if (rc == RC_OK)
		rc = reg_version_get(reg, version->model, version->version,
			     &p.version, err);
	if (rc == RC_OK)
		rc = reg_testset_open(reg, testset, revision, &p.t, err);
	if (rc == RC_OK)
		rc = reg_predictions_load(reg, version->model,
					  version->version, p.t, UINT64_MAX,
					  &p.said, err);
	if (rc == RC_OK)
		rc = add_rows(&p, err);
	if (rc == RC_OK)
		rc = write_json(&p, err);
	if (rc == RC_OK) {
		out->revision = testset_info(p.t)->revision;
		rc = write_folder(&p, dir, err);
	}
	predictions_free(p.said);
	testset_close(p.t);
	version_rec_release(&p.version);
	buf_release(&p.inputs);
	buf_release(&p.expected);
	buf_release(&p.json);
	return rc;
}
