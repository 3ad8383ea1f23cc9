#include "cards/cyclonedx.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "cards/facts.h"
#include "cards/reference.h"
#include "cards/report_parts.h"
#include "cards/store.h"

struct bom {
	struct json_out o;
	struct report head;		/* of the log; no sections */
	struct model_rec model;
	struct version_rec version;
	char *name;			/* "m@7" */
	struct doc_facts facts;
	struct doc_file card;
	bool has_card;
};

static void bom_release(struct bom *b)
{
	report_release(&b->head);
	model_rec_release(&b->model);
	version_rec_release(&b->version);
	free(b->name);
	doc_facts_release(&b->facts);
	if (b->has_card)
		doc_file_release(&b->card);
}

static enum rc bom_load(struct registry *reg, const char *of, struct bom *b,
			struct err *err)
{
	struct version_ref ref = { 0 };
	enum rc rc = reg_version_resolve(reg, of, &ref, err);

	if (rc == RC_OK)
		rc = reg_model_get(reg, ref.model, &b->model, err);
	if (rc == RC_OK)
		rc = reg_version_get(reg, ref.model, ref.version, &b->version,
				     err);
	if (rc == RC_OK) {
		b->name = xasprintf("%s@%lld", ref.model,
				    (long long)ref.version);
		rc = doc_facts_load(reg, DOC_CARD, b->name, &b->facts, err);
	}
	if (rc == RC_OK)
		rc = report_head(reg, &b->head, err);
	if (rc == RC_OK) {
		rc = doc_file_open(reg, DOC_CARD, b->name, 0, &b->card, err);
		b->has_card = rc == RC_OK;
	}
	free(ref.model);
	return rc;
}

/* -- Small things -- */

static void property(struct bom *b, const char *name, const char *value)
{
	if (!value)
		return;
	jo_object(&b->o);
	jo_kstr(&b->o, "name", name);
	jo_kstr(&b->o, "value", value);
	jo_end(&b->o);
}

static void one_hash(struct bom *b, const char *hex)
{
	struct hash h;

	if (!hex || !hash_from_hex(hex, &h))
		return;
	jo_key(&b->o, "hashes");
	jo_array(&b->o);
	jo_object(&b->o);
	jo_kstr(&b->o, "alg", "SHA-256");
	jo_kstr(&b->o, "content", hex);
	jo_end(&b->o);
	jo_end(&b->o);
}

/* UUID version 8 (RFC 9562): our own bits, from the log's root and name. */
static void serial(struct bom *b)
{
	struct buf text = BUF_INIT;
	char hex[HASH_HEX_SIZE];
	struct hash h;

	buf_printf(&text, "muster bom %s %s", b->head.root, b->name);
	h = hash_bytes(text.data, text.len);
	hash_hex(&h, hex);
	hex[12] = '8';
	hex[16] = 'a';
	buf_clear(&text);
	buf_printf(&text, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
		   hex + 12, hex + 16, hex + 20);
	jo_kstr(&b->o, "serialNumber", text.data);
	buf_release(&text);
}

/* The answer rendered, or NULL; the caller frees. */
static char *answer(struct bom *b, const char *id)
{
	const struct answer *a = doc_answer(&b->card.doc, id);
	struct buf text = BUF_INIT;

	if (b->card.is_new || a->state != ANSWER_GIVEN)
		return NULL;
	references_render(&text, a->text, &b->facts);
	return buf_detach(&text);
}

/* A list of texts from answers; nothing if none is given. */
static void answers_list(struct bom *b, const char *key,
			 const char *const *ids)
{
	bool open = false;

	for (; *ids; ids++) {
		char *text = answer(b, *ids);

		if (text && !open) {
			jo_key(&b->o, key);
			jo_array(&b->o);
			open = true;
		}
		if (text)
			jo_str(&b->o, text);
		free(text);
	}
	if (open)
		jo_end(&b->o);
}

/* -- Model card -- */

static void figure_bounds(struct bom *b, const struct figure *f)
{
	struct buf text = BUF_INIT;

	buf_decimal(&text, f->value);
	jo_kstr(&b->o, "value", text.data);
	if (f->method != METHOD_NONE) {
		jo_key(&b->o, "confidenceInterval");
		jo_object(&b->o);
		buf_clear(&text);
		buf_decimal(&text, f->low);
		jo_kstr(&b->o, "lowerBound", text.data);
		buf_clear(&text);
		buf_decimal(&text, f->high);
		jo_kstr(&b->o, "upperBound", text.data);
		jo_end(&b->o);
	}
	buf_release(&text);
}

/* Undefined figures are left out: there is no place for why. */
static void metrics_of(struct bom *b, const struct evaluation *e,
		       const struct eval_slice *s)
{
	struct buf where = BUF_INIT;

	buf_printf(&where, "%s@%lld", e->testset, (long long)e->revision);
	if (s->by)
		buf_printf(&where, " %s=%s", s->by, s->value);
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (!metric_fits((enum metric)m, e->task) || s->metrics[m].why)
			continue;
		jo_object(&b->o);
		jo_kstr(&b->o, "type", metric_key((enum metric)m));
		jo_kstr(&b->o, "slice", where.data);
		figure_bounds(b, &s->metrics[m]);
		jo_end(&b->o);
	}
	buf_release(&where);
}

static void quantitative(struct bom *b)
{
	if (!b->facts.evaluations.n)
		return;
	jo_key(&b->o, "quantitativeAnalysis");
	jo_object(&b->o);
	jo_key(&b->o, "performanceMetrics");
	jo_array(&b->o);
	for (size_t i = 0; i < b->facts.evaluations.n; i++) {
		const struct evaluation *e = &b->facts.evaluations.at[i];

		metrics_of(b, e, &e->whole);
		for (size_t k = 0; k < e->n_slices; k++)
			metrics_of(b, e, &e->slices[k]);
	}
	jo_end(&b->o);
	jo_end(&b->o);
}

static void ethical(struct bom *b)
{
	static const char *const ids[] = { "8.1", "8.2", "8.3", "8.4", "8.5",
					   NULL };
	bool open = false;

	for (size_t i = 0; ids[i]; i++) {
		char *text = answer(b, ids[i]);
		const struct item *item = doc_form_item(b->card.doc.form,
							ids[i], NULL);

		if (text && !open) {
			jo_key(&b->o, "ethicalConsiderations");
			jo_array(&b->o);
			open = true;
		}
		if (text) {
			jo_object(&b->o);
			jo_kstr(&b->o, "name", item ? item->name : ids[i]);
			jo_kstr(&b->o, "mitigationStrategy", text);
			jo_end(&b->o);
		}
		free(text);
	}
	if (open)
		jo_end(&b->o);
}

static void considerations(struct bom *b)
{
	static const char *const users[] = { "2.2", NULL };
	static const char *const uses[] = { "2.1", NULL };
	static const char *const limits[] = { "2.3", "3.3", "9.1", "9.2",
					      "9.3", NULL };
	static const char *const tradeoffs[] = { "4.1", "4.2", NULL };

	jo_key(&b->o, "considerations");
	jo_object(&b->o);
	answers_list(b, "users", users);
	answers_list(b, "useCases", uses);
	answers_list(b, "technicalLimitations", limits);
	answers_list(b, "performanceTradeoffs", tradeoffs);
	ethical(b);
	jo_end(&b->o);
}

static void data_refs(struct bom *b)
{
	struct buf ref = BUF_INIT;

	if (!b->facts.testsets.n)
		return;
	jo_key(&b->o, "datasets");
	jo_array(&b->o);
	for (size_t i = 0; i < b->facts.testsets.n; i++) {
		buf_clear(&ref);
		buf_printf(&ref, "testset:%s", b->facts.testsets.at[i].name);
		jo_object(&b->o);
		jo_kstr(&b->o, "ref", ref.data);
		jo_end(&b->o);
	}
	jo_end(&b->o);
	buf_release(&ref);
}

static void model_card(struct bom *b)
{
	jo_key(&b->o, "modelCard");
	jo_object(&b->o);
	jo_key(&b->o, "modelParameters");
	jo_object(&b->o);
	if (b->model.task)
		jo_kstr(&b->o, "task", b->model.task);
	data_refs(b);
	jo_end(&b->o);
	quantitative(b);
	considerations(b);
	jo_end(&b->o);
}

/* -- Components -- */

static void properties(struct bom *b)
{
	const struct version_rec *v = &b->version;
	char *entries = xasprintf("%llu",
				  (unsigned long long)b->head.entries);

	jo_key(&b->o, "properties");
	jo_array(&b->o);
	property(b, "muster:stage", v->stage);
	property(b, "muster:owner", b->model.owner);
	property(b, "muster:risk", b->model.risk);
	property(b, "muster:training-data", v->data);
	property(b, "muster:code-commit", v->code);
	property(b, "muster:run", v->run);
	property(b, "muster:note", v->note);
	for (size_t i = 0; i < v->params.n; i++) {
		char *name = xasprintf("muster:parameter:%s",
				       v->params.at[i].key);

		property(b, name, v->params.at[i].value);
		free(name);
	}
	property(b, "muster:log-entries", entries);
	property(b, "muster:log-root", b->head.root);
	jo_end(&b->o);
	free(entries);
}

static void licences(struct bom *b)
{
	char *text = answer(b, "1.8");

	if (!text)
		return;
	jo_key(&b->o, "licenses");
	jo_array(&b->o);
	jo_object(&b->o);
	jo_key(&b->o, "license");
	jo_object(&b->o);
	jo_kstr(&b->o, "name", text);
	jo_end(&b->o);
	jo_end(&b->o);
	jo_end(&b->o);
	free(text);
}

static void model_component(struct bom *b)
{
	char *version = xasprintf("%lld", (long long)b->version.version);
	char *ref = xasprintf("model:%s", b->name);

	jo_key(&b->o, "component");
	jo_object(&b->o);
	jo_kstr(&b->o, "type", "machine-learning-model");
	jo_kstr(&b->o, "bom-ref", ref);
	jo_kstr(&b->o, "name", b->model.name);
	jo_kstr(&b->o, "version", version);
	if (b->model.description)
		jo_kstr(&b->o, "description", b->model.description);
	one_hash(b, b->version.artifact);
	licences(b);
	model_card(b);
	properties(b);
	jo_end(&b->o);
	free(version);
	free(ref);
}

static void set_component(struct bom *b, const struct testset_info *t)
{
	char *ref = xasprintf("testset:%s", t->name);
	char *version = xasprintf("%lld", (long long)t->revision);
	char *about = xasprintf("living test set, revision %lld, %llu active "
				"patterns", (long long)t->revision,
				(unsigned long long)t->n);

	jo_object(&b->o);
	jo_kstr(&b->o, "type", "data");
	jo_kstr(&b->o, "bom-ref", ref);
	jo_kstr(&b->o, "name", t->name);
	jo_kstr(&b->o, "version", version);
	one_hash(b, t->digest);
	jo_key(&b->o, "data");
	jo_array(&b->o);
	jo_object(&b->o);
	jo_kstr(&b->o, "type", "dataset");
	jo_kstr(&b->o, "name", t->name);
	jo_kstr(&b->o, "description", about);
	jo_end(&b->o);
	jo_end(&b->o);
	jo_end(&b->o);
	free(ref);
	free(version);
	free(about);
}

static void dependencies(struct bom *b)
{
	struct buf ref = BUF_INIT;

	buf_printf(&ref, "model:%s", b->name);
	jo_key(&b->o, "dependencies");
	jo_array(&b->o);
	jo_object(&b->o);
	jo_kstr(&b->o, "ref", ref.data);
	jo_key(&b->o, "dependsOn");
	jo_array(&b->o);
	for (size_t i = 0; i < b->facts.testsets.n; i++) {
		buf_clear(&ref);
		buf_printf(&ref, "testset:%s", b->facts.testsets.at[i].name);
		jo_str(&b->o, ref.data);
	}
	jo_end(&b->o);
	jo_end(&b->o);
	jo_end(&b->o);
	buf_release(&ref);
}

static void metadata(struct bom *b)
{
	char time[CLOCK_TEXT];

	jo_key(&b->o, "metadata");
	jo_object(&b->o);
	jo_kstr(&b->o, "timestamp", clock_format(b->head.time, time));
	jo_key(&b->o, "tools");
	jo_object(&b->o);
	jo_key(&b->o, "components");
	jo_array(&b->o);
	jo_object(&b->o);
	jo_kstr(&b->o, "type", "application");
	jo_kstr(&b->o, "name", "muster");
	jo_kstr(&b->o, "version", MUSTER_VERSION);
	jo_end(&b->o);
	jo_end(&b->o);
	jo_end(&b->o);
	model_component(b);
	jo_end(&b->o);
}

enum rc cyclonedx_write(struct registry *reg, const char *of, struct buf *out,
			struct err *err)
{
	struct bom b = { .o = JSON_OUT(out, true) };
	enum rc rc = reg_read_begin(reg, err);

	if (rc != RC_OK)
		return rc;
	doc_facts_init(&b.facts);
	rc = bom_load(reg, of, &b, err);
	reg_read_end(reg);
	if (rc == RC_OK) {
		jo_object(&b.o);
		jo_kstr(&b.o, "$schema", "http://cyclonedx.org/schema/"
			"bom-1.6.schema.json");
		jo_kstr(&b.o, "bomFormat", "CycloneDX");
		jo_kstr(&b.o, "specVersion", "1.6");
		serial(&b);
		jo_kint(&b.o, "version", 1);
		metadata(&b);
		jo_key(&b.o, "components");
		jo_array(&b.o);
		for (size_t i = 0; i < b.facts.testsets.n; i++)
			set_component(&b, &b.facts.testsets.at[i]);
		jo_end(&b.o);
		dependencies(&b);
		jo_end(&b.o);
		buf_char(out, '\n');
	}
	bom_release(&b);
	return rc;
}
