/* Predictions on their way into the registry: what has changed is written
 * whole, run by run of rows, as blobs; one entry names them all. */
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/inside.h"
#include "registry/nouns.h"
#include "registry/prediction_inside.h"
#include "registry/testset_import.h"

static enum rc put_run(struct registry *reg, const struct batch_source *from,
		       const uint32_t *ordinal, size_t n, struct json *parts,
		       struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct json *part;
	struct hash name;
	char *ref;
	enum rc rc;

	batch_write(&bytes, from, ordinal, n);
	rc = reg_blob_put(reg, bytes.data, bytes.len, &name, err);
	if (rc == RC_OK) {
		uint32_t rows = batch_rows(from->n_class);

		part = json_new_array();
		ref = reg_blob_ref(&name);
		json_append(part, json_new_str(ref));
		json_append(part, json_new_int(ordinal[0] / rows * rows));
		json_append(part, json_new_int((int64_t)n));
		json_append(part, json_new_int((int64_t)bytes.len));
		json_append(parts, part);
		free(ref);
	}
	buf_release(&bytes);
	return rc;
}

static enum rc put_runs(struct registry *reg, const struct prediction_batch *b,
			struct json *parts, struct err *err)
{
	struct predictions *p = b->p;
	struct batch_source from = { p->label, &p->labels, p->value, p->score,
				     p->class_score, p->n_class };
	size_t rows = batch_rows(p->n_class);
	uint32_t *ordinal = xmalloc(rows * sizeof(*ordinal));
	enum rc rc = RC_OK;

	strs_release(&p->labels);
	for (uint32_t i = 0; i < b->labels->n; i++)
		strs_add(&p->labels, intern_text(b->labels, i, NULL));
	for (size_t first = 0; first < p->n && rc == RC_OK; first += rows) {
		size_t n = 0;

		for (size_t i = first; i < first + rows && i < p->n; i++)
			if (b->changed[i])
				ordinal[n++] = (uint32_t)i;
		if (n)
			rc = put_run(reg, &from, ordinal, n, parts, err);
	}
	free(ordinal);
	return rc;
}

struct storing {
	const struct prediction_batch *batch;
	const char *object;
	const struct json *body;	/* NULL: only the threshold */
};

enum rc prediction_newest(struct registry *reg,
			  const struct prediction_spec *spec, uint64_t *out,
			  struct err *err)
{
	struct predicteds all = VEC_INIT;
	enum rc rc = reg_predictions_versions(reg, spec->testset, &all, err);

	*out = 0;
	for (size_t i = 0; i < all.n; i++)
		if (all.at[i].version == spec->version &&
		    !strcmp(all.at[i].model, spec->model))
			*out = all.at[i].entry;
	predicteds_release(&all);
	return rc;
}

static enum rc write_import(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct storing *s = arg;
	const struct prediction_spec *spec = s->batch->spec;
	uint64_t newest;
	enum rc rc = prediction_newest(tx_registry(tx), spec, &newest, err);

	if (rc == RC_OK && newest != s->batch->newest)
		return err_set(err, RC_CONFLICT, "somebody else stored "
			       "predictions of '%s@%lld' meanwhile; import "
			       "again", spec->model,
			       (long long)spec->version);
	if (rc == RC_OK && s->body)
		rc = tx_append(tx, "prediction.import", s->object, TX_ANY_BASE,
			       json_clone(s->body), NULL, err);
	if (rc == RC_OK && spec->has_threshold)
		rc = tx_version_threshold(tx, spec->model, spec->version,
					  spec->threshold, NULL, err);
	return rc;
}

static enum rc import_body(struct registry *reg,
			   const struct prediction_batch *b,
			   struct json **out, struct err *err)
{
	struct json *parts = json_new_array(), *body;
	char *ref = NULL;
	enum rc rc = put_runs(reg, b, parts, err);

	*out = NULL;
	if (rc != RC_OK) {
		json_free(parts);
		return rc;
	}
	rc = import_put_json(reg, parts, &ref, err);
	if (rc != RC_OK)
		return rc;
	body = json_new_object();
	json_set_str(body, "testset", b->spec->testset);
	json_set_int(body, "revision", testset_info(b->t)->revision);
	json_set_int(body, "n", (int64_t)b->n);
	json_set_int(body, "replaced", (int64_t)b->replaced);
	json_set_str(body, "parts", ref);
	if (b->run >= 0)
		json_set_int(body, "run", b->run);
	free(ref);
	*out = body;
	return RC_OK;
}

enum rc prediction_store(struct registry *reg,
			 const struct prediction_batch *b, struct err *err)
{
	char *object = version_object(b->spec->model, b->spec->version);
	struct json *body = NULL;
	struct storing s = { b, object, NULL };
	enum rc rc = RC_OK;

	if (b->n)
		rc = import_body(reg, b, &body, err);
	s.body = body;
	if (rc == RC_OK && (body || b->spec->has_threshold))
		rc = reg_write(reg, write_import, &s, err);
	json_free(body);
	free(object);
	return rc;
}
