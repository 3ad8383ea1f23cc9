/* Croissant (1.0, 1.1; 0.8 as far as its names are the same) with the RAI
 * extension, for datasheets. The structure of files and records is kept and
 * checked, not edited; what speaks about the data belongs to items. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/exchange_croissant_data.h"
#include "cards/interchange_inside.h"

#define KEPT "croissant"

/* One property of the dataset for one item; several spellings are met. */
static const struct row {
	const char *item;		/* item, or id of an extra */
	const char *name;		/* of an extra; NULL: an item */
	const char *key;		/* as it is written */
	const char *other;		/* as it is met, too; or NULL */
} rows[] = {
	{ "M1", NULL, "rai:dataUseCases", NULL },
	{ "M2", NULL, "creator", NULL },
	{ "C1", NULL, "description", NULL },
	{ "C3", NULL, "rai:dataBiases", NULL },
	{ "C5", NULL, "rai:dataAnnotationProtocol", NULL },
	{ "C6", NULL, "rai:dataCollectionMissingData", NULL },
	{ "C9", NULL, "rai:dataLimitations", NULL },
	{ "C15", NULL, "rai:personalSensitiveInformation", NULL },
	{ "L1", NULL, "rai:dataCollection", NULL },
	{ "L2", NULL, "rai:dataCollectionType", NULL },
	{ "L4", NULL, "rai:annotatorDemographics", NULL },
	{ "L5", NULL, "rai:dataCollectionTimeframe",
	  "rai:dataCollectionTimeFrame" },
	{ "P1", NULL, "rai:dataPreprocessingProtocol", NULL },
	{ "P2", NULL, "rai:dataCollectionRawData", NULL },
	{ "P3", NULL, "rai:machineAnnotationTools", NULL },
	{ "U2", NULL, "citeAs", "cr:citeAs" },
	{ "U4", NULL, "rai:dataSocialImpact", NULL },
	{ "T2", NULL, "url", NULL },
	{ "T3", NULL, "datePublished", NULL },
	{ "T4", NULL, "license", "sc:license" },
	{ "N1", NULL, "publisher", NULL },
	{ "N4", NULL, "rai:dataReleaseMaintenancePlan", NULL },
	{ "croissant.name", "Name", "name", NULL },
	{ "croissant.version", "Version", "version", NULL },
	{ "croissant.usage", "Terms of use", "usageInfo", NULL },
	{ "croissant.imputation", "Imputation", "rai:dataImputationProtocol",
	  NULL },
	{ "croissant.manipulation", "Manipulation",
	  "rai:dataManipulationProtocol", "rai:dataDataManipulationProtocol" },
	{ "croissant.platform", "Annotation platform",
	  "rai:dataAnnotationPlatform", NULL },
	{ "croissant.analysis", "Annotation analysis",
	  "rai:dataAnnotationAnalysis", NULL },
	{ "croissant.per-item", "Annotations per item",
	  "rai:annotationsPerItem", NULL },
};
#define N_ROWS COUNT(rows)

static const struct json *get(const struct json *j, const char *key)
{
	const struct json *value = json_get(j, key);
	char *longer;

	if (value)
		return value;
	longer = xasprintf("cr:%s", key);
	value = json_get(j, longer);
	free(longer);
	return value;
}

/* -- Values as texts -- */

static void value_text(struct buf *b, const struct json *j);

static void add_text(struct buf *b, const char *s)
{
	if (!s || !*s)
		return;
	if (b->len)
		buf_str(b, "\n\n");
	buf_str(b, s);
}

/* Persons and works by name, value objects by value, texts by language. */
static void object_text(struct buf *b, const struct json *j)
{
	static const char *const keys[] = { "@value", "name", "en", "url",
					    "@id" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (json_get(j, keys[i])) {
			value_text(b, json_get(j, keys[i]));
			return;
		}
	if (json_size(j))
		value_text(b, json_member(j, 0, NULL));
}

static void value_text(struct buf *b, const struct json *j)
{
	int64_t i;
	double x;

	if (json_type(j) == JSON_STRING) {
		add_text(b, json_str(j));
	} else if (json_int(j, &i)) {
		char *s = xasprintf("%lld", (long long)i);

		add_text(b, s);
		free(s);
	} else if (json_num(j, &x)) {
		struct buf n = BUF_INIT;

		buf_decimal(&n, x);
		add_text(b, n.data);
		buf_release(&n);
	} else if (json_type(j) == JSON_OBJECT) {
		object_text(b, j);
	}
	for (size_t k = 0; json_type(j) == JSON_ARRAY && k < json_size(j);
	     k++)
		value_text(b, json_at(j, k));
}

static const struct json *row_value(const struct json *data,
				    const struct row *row)
{
	const struct json *j = json_get(data, row->key);

	if (!j && row->other)
		j = json_get(data, row->other);
	if (!j && !strncmp(row->key, "rai:", 4)) {
		char *iri = xasprintf("http://mlcommons.org/croissant/RAI/%s",
				      row->key + 4);

		j = json_get(data, iri);
		free(iri);
	}
	return j;
}

/* -- What must hold -- */

VEC_DECLARE(const char *, ids);	/* borrowed from the document */

struct check {
	struct exchange *x;
	const struct json *data;
	struct ids ids;			/* every "@id" */
	struct err *err;
};

static bool has_type(const struct json *j, const char *name)
{
	const struct json *type = json_get(j, "@type");
	size_t n = json_type(type) == JSON_ARRAY ? json_size(type) : 1;

	for (size_t i = 0; i < n; i++) {
		const char *s = json_str(json_type(type) == JSON_ARRAY ?
					 json_at(type, i) : type);
		size_t k = s ? strlen(s) : 0, m = strlen(name);

		if (k >= m && !strcmp(s + k - m, name) &&
		    (k == m || strchr(":/", s[k - m - 1])))
			return true;
	}
	return false;
}

static bool known_id(const struct check *c, const char *id)
{
	for (size_t i = 0; i < c->ids.n; i++)
		if (!strcmp(c->ids.at[i], id))
			return true;
	return false;
}

static void collect_ids(struct check *c, const struct json *j)
{
	const char *id = json_get_str(j, "@id");

	/* a reference is an object with nothing but its @id */
	if (id && json_size(j) > 1)
		vec_push(&c->ids, id);
	for (size_t i = 0; i < json_size(j); i++) {
		const char *key = "";
		const struct json *child = json_type(j) == JSON_ARRAY ?
					   json_at(j, i) :
					   json_member(j, i, &key);

		if (strcmp(key, "@context"))
			collect_ids(c, child);
	}
}

static enum rc check_ids(struct check *c)
{
	for (size_t i = 0; i < c->ids.n; i++)
		if (strpbrk(c->ids.at[i], " \t\n") ||
		    strstr(c->ids.at[i], "%20"))
			return refuse_at(c->x, "", c->err, "@id '%s' holds "
					 "white space", c->ids.at[i]);
	return RC_OK;
}

/* {"@id": …}, a text, or a list of them must name nodes that exist. */
static enum rc check_reference(struct check *c, const struct json *j,
			       const char *path)
{
	const char *id = json_type(j) == JSON_STRING ? json_str(j) :
			 json_get_str(j, "@id");

	for (size_t i = 0; json_type(j) == JSON_ARRAY && i < json_size(j);
	     i++) {
		enum rc rc = check_reference(c, json_at(j, i), path);

		if (rc != RC_OK)
			return rc;
	}
	if (id && !known_id(c, id))
		return refuse_at(c->x, path, c->err, "'%s' names nothing in "
				 "this file", id);
	return RC_OK;
}

static enum rc check_file(struct check *c, const struct json *j,
			  const char *path)
{
	bool object = has_type(j, "FileObject");

	if (!object && !has_type(j, "FileSet"))
		return refuse_at(c->x, path, c->err, "@type should be "
				 "cr:FileObject or cr:FileSet");
	if (object && !get(j, "contentUrl") && !get(j, "containedIn"))
		return refuse_at(c->x, path, c->err,
				 "a FileObject needs contentUrl");
	if (!get(j, "encodingFormat"))
		return refuse_at(c->x, path, c->err,
				 "encodingFormat is missing");
	return check_reference(c, get(j, "containedIn"), path);
}

static bool has_shape(const char *shape)
{
	size_t digits = 0;

	for (; *shape; shape++) {
		if (*shape >= '0' && *shape <= '9')
			digits++;
		else if (*shape == ',' && digits)
			digits = 0;
		else if (!strchr(" -", *shape))
			return false;
	}
	return digits > 0;
}

static enum rc check_array(struct check *c, const struct json *j,
			   const char *path)
{
	const struct json *shape = get(j, "arrayShape");

	if (shape && !get(j, "isArray"))
		return refuse_at(c->x, path, c->err, "arrayShape needs "
				 "isArray");
	if (shape && (!json_str(shape) || !has_shape(json_str(shape))))
		return refuse_at(c->x, path, c->err, "arrayShape should be "
				 "whole numbers with commas");
	return RC_OK;
}

static enum rc check_name(struct check *c, const struct json *j,
			  const char *path)
{
	static const char *const keys[] = { "name", "description" };

	for (size_t i = 0; i < 2; i++) {
		const struct json *v = json_get(j, keys[i]);

		if (v && json_type(v) != JSON_STRING &&
		    json_type(v) != JSON_OBJECT &&
		    json_type(v) != JSON_ARRAY)
			return refuse_at(c->x, path, c->err, "%s should be a "
					 "text, or one per language", keys[i]);
	}
	return RC_OK;
}

static enum rc check_source(struct check *c, const struct json *j,
			    const char *path)
{
	static const char *const keys[] = { "fileObject", "fileSet",
					    "recordSet", "field",
					    "distribution" };
	const struct json *source = get(j, "source");
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 5 && rc == RC_OK; i++)
		rc = check_reference(c, get(source, keys[i]), path);
	if (rc == RC_OK && json_get(source, "@id"))
		rc = check_reference(c, source, path);
	if (rc == RC_OK && json_get(get(j, "references"), "@id"))
		rc = check_reference(c, get(j, "references"), path);
	return rc;
}

static bool has_data_type(const struct json *record, const struct json *field)
{
	return get(field, "dataType") || get(record, "dataType");
}

/* A word that the @context leaves out falls to schema.org's, and says
 * something else there. */
static enum rc check_context(struct check *c, const struct json *j,
			     const char *path)
{
	static const char *const words[] = { "source", "dataType" };
	const struct json *context = json_get(c->data, "@context");

	for (size_t i = 0; json_type(context) == JSON_OBJECT && i < 2; i++)
		if (json_get(j, words[i]) && !json_get(context, words[i]))
			return refuse_at(c->x, path, c->err, "the @context "
					 "does not say what '%s' is",
					 words[i]);
	return RC_OK;
}

/* What a field is drawn from, or NULL. */
static const char *drawn_from(const struct json *field)
{
	static const char *const keys[] = { "fileObject", "fileSet",
					    "recordSet", "distribution" };
	const struct json *source = get(field, "source");
	const char *id = NULL;

	for (size_t i = 0; i < 4 && !id; i++)
		id = json_get_str(get(source, keys[i]), "@id");
	return id;
}

/* Two sources side by side need a field that refers to the other. */
static enum rc check_join(struct check *c, const struct json *fields,
			  const char *path)
{
	const char *first = NULL, *other = NULL;

	for (size_t i = 0; i < json_size(fields); i++) {
		const char *id = drawn_from(json_at(fields, i));

		if (get(json_at(fields, i), "references"))
			return RC_OK;
		first = first ? first : id;
		other = id && strcmp(id, first) ? id : other;
	}
	if (other)
		return refuse_at(c->x, path, c->err, "its fields come from "
				 "'%s' and '%s', and no 'references' joins "
				 "them", first, other);
	return RC_OK;
}

static enum rc check_field(struct check *c, const struct json *record,
			   const struct json *j, const char *path)
{
	const struct json *sub = get(j, "subField");
	bool inlined = get(record, "data") || get(record, "examples");
	enum rc rc;

	if (!has_type(j, "Field"))
		return refuse_at(c->x, path, c->err, "@type should be "
				 "cr:Field");
	if (!get(j, "source") && !get(j, "value") &&
	    !get(j, "references") && !inlined && !sub)
		return refuse_at(c->x, path, c->err, "a field needs exactly "
				 "one of source and value");
	if (!has_data_type(record, j) && !sub)
		return refuse_at(c->x, path, c->err, "there is no dataType "
				 "here or above");
	rc = check_context(c, j, path);
	if (rc == RC_OK)
		rc = check_name(c, j, path);
	if (rc == RC_OK)
		rc = check_array(c, j, path);
	return rc == RC_OK ? check_source(c, j, path) : rc;
}

static enum rc check_record(struct check *c, const struct json *j,
			    const char *path)
{
	const struct json *fields = get(j, "field");
	enum rc rc = check_name(c, j, path);

	if (rc == RC_OK && !has_type(j, "RecordSet"))
		rc = refuse_at(c->x, path, c->err, "@type should be "
			       "cr:RecordSet");
	for (size_t i = 0; json_type(fields) == JSON_ARRAY &&
	     i < json_size(fields) && rc == RC_OK; i++) {
		char *at = xasprintf("%s.field.%zu", path, i);

		rc = check_field(c, j, json_at(fields, i), at);
		free(at);
	}
	if (rc == RC_OK && json_type(fields) == JSON_ARRAY)
		rc = check_join(c, fields, path);
	return rc;
}

static enum rc check_list(struct check *c, const char *key,
			  enum rc (*one)(struct check *c,
					 const struct json *j,
					 const char *path))
{
	const struct json *list = json_get(c->data, key);
	enum rc rc = RC_OK;

	if (json_type(list) == JSON_OBJECT)
		return one(c, list, key);
	if (list && json_type(list) != JSON_ARRAY)
		return refuse_at(c->x, key, c->err, "this should be a list");
	for (size_t i = 0; i < json_size(list) && rc == RC_OK; i++) {
		char *path = xasprintf("%s.%zu", key, i);

		rc = json_type(json_at(list, i)) == JSON_OBJECT ?
		     one(c, json_at(list, i), path) :
		     refuse_at(c->x, path, c->err, "this should be an object");
		free(path);
	}
	return rc;
}

/* 0.8 has another vocabulary for its structure, which is kept unread. */
static bool is_before_1(const struct json *data)
{
	const struct json *context = json_get(data, "@context");

	return !json_get(data, "conformsTo") &&
	       !json_get(data, "dct:conformsTo") &&
	       !json_get(context, "conformsTo");
}

static enum rc check_dataset(struct check *c)
{
	enum rc rc;

	if (json_type(c->data) != JSON_OBJECT)
		return refuse_at(c->x, "", c->err, "a dataset is an object");
	if (!has_type(c->data, "Dataset"))
		return refuse_at(c->x, "@type", c->err,
				 "@type should be sc:Dataset");
	if (!json_get(c->data, "name"))
		return refuse_at(c->x, "@type", c->err, "the dataset has no "
				 "name");
	rc = check_name(c, c->data, "name");
	if (rc != RC_OK || is_before_1(c->data))
		return rc;
	collect_ids(c, c->data);
	rc = check_ids(c);
	if (rc == RC_OK)
		rc = check_list(c, "distribution", check_file);
	if (rc == RC_OK)
		rc = check_list(c, "recordSet", check_record);
	return rc;
}

/* -- In -- */

static void report_kept(struct exchange *x, const struct json *data)
{
	for (size_t i = 0; i < json_size(data); i++) {
		const char *key = NULL;
		bool taken = false;

		(void)json_member(data, i, &key);
		for (size_t k = 0; k < N_ROWS; k++)
			taken |= !rows[k].name &&
				 (!strcmp(key, rows[k].key) ||
				  (rows[k].other &&
				   !strcmp(key, rows[k].other)));
		if (!taken && key[0] != '@')
			loss_add(x, LOSS_KEPT, key, "no item of ours");
	}
}

static enum rc read_dataset(struct exchange *x, const struct json *data,
			    struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < N_ROWS && rc == RC_OK; i++) {
		struct buf b = BUF_INIT;

		value_text(&b, row_value(data, &rows[i]));
		if (b.len && rows[i].name)
			rc = take_extra(x, rows[i].item, rows[i].name, b.data,
					err);
		else if (b.len)
			rc = take_answer(x, rows[i].item, b.data, err);
		buf_release(&b);
	}
	for (size_t s = 0; s < x->doc->form->n_sections && rc == RC_OK; s++) {
		const struct section *sec = &x->doc->form->sections[s];

		for (size_t i = 0; i < sec->n_items && rc == RC_OK; i++) {
			char *key = xasprintf("muster:%s", sec->items[i].id);
			const char *text = json_get_str(data, key);

			if (text)
				rc = take_answer(x, sec->items[i].id, text,
						 err);
			free(key);
		}
	}
	return rc;
}

enum rc croissant_import(struct exchange *x, struct err *err)
{
	struct json *data = NULL;
	struct buf kept = BUF_INIT;
	struct check c = { .x = x, .err = err };
	enum rc rc = json_parse(x->text, x->n, x->file, &data, err);

	c.data = data;
	if (rc == RC_OK)
		rc = check_dataset(&c);
	if (rc == RC_OK)
		rc = read_dataset(x, data, err);
	if (rc == RC_OK) {
		report_kept(x, data);
		json_write(&kept, data, false);
		doc_keep(x->doc, KEPT, kept.data);
	}
	vec_free(&c.ids);
	buf_release(&kept);
	json_free(data);
	return rc;
}

/* -- Out -- */

/* The standard context, as version 1.1 of the format prescribes it. */
static const char context[] =
	"{\"@language\":\"en\",\"@vocab\":\"https://schema.org/\","
	"\"annotation\":\"cr:annotation\",\"arrayShape\":\"cr:arrayShape\","
	"\"citeAs\":\"cr:citeAs\",\"column\":\"cr:column\","
	"\"conformsTo\":\"dct:conformsTo\",\"containedIn\":\"cr:containedIn\","
	"\"cr\":\"http://mlcommons.org/croissant/\","
	"\"rai\":\"http://mlcommons.org/croissant/RAI/\","
	"\"data\":{\"@id\":\"cr:data\",\"@type\":\"@json\"},"
	"\"dataType\":{\"@id\":\"cr:dataType\",\"@type\":\"@vocab\"},"
	"\"dct\":\"http://purl.org/dc/terms/\","
	"\"equivalentProperty\":\"cr:equivalentProperty\","
	"\"examples\":{\"@id\":\"cr:examples\",\"@type\":\"@json\"},"
	"\"extract\":\"cr:extract\",\"field\":\"cr:field\","
	"\"fileProperty\":\"cr:fileProperty\","
	"\"fileObject\":\"cr:fileObject\",\"fileSet\":\"cr:fileSet\","
	"\"format\":\"cr:format\",\"includes\":\"cr:includes\","
	"\"isArray\":\"cr:isArray\",\"isLiveDataset\":\"cr:isLiveDataset\","
	"\"jsonPath\":\"cr:jsonPath\",\"key\":\"cr:key\",\"md5\":\"cr:md5\","
	"\"muster\":\"urn:muster:datasheet:\","
	"\"parentField\":\"cr:parentField\",\"path\":\"cr:path\","
	"\"prov\":\"http://www.w3.org/ns/prov#\","
	"\"recordSet\":\"cr:recordSet\",\"references\":\"cr:references\","
	"\"regex\":\"cr:regex\",\"replace\":\"cr:replace\","
	"\"sc\":\"https://schema.org/\",\"sdVersion\":\"cr:sdVersion\","
	"\"separator\":\"cr:separator\",\"source\":\"cr:source\","
	"\"subField\":\"cr:subField\",\"transform\":\"cr:transform\"}";

static struct json *new_dataset(struct exchange *x)
{
	struct json *data = json_new_object(), *ctx = NULL;
	struct json *conforms = json_new_array();

	if (json_parse(context, strlen(context), "context", &ctx, NULL) !=
	    RC_OK)
		BUG("the context is no JSON");
	json_append(conforms,
		    json_new_str("http://mlcommons.org/croissant/1.1"));
	json_append(conforms,
		    json_new_str("http://mlcommons.org/croissant/RAI/1.0"));
	json_set(data, "@context", ctx);
	json_set_str(data, "@type", "sc:Dataset");
	json_set(data, "conformsTo", conforms);
	json_set_str(data, "name", x->doc->of);
	return data;
}

/* A new value under the key that the file uses; creators by name. */
static void write_row(struct exchange *x, struct json *data,
		      const struct row *row)
{
	const char *key = row->other && json_get(data, row->other) ?
			  row->other : row->key;
	char *text = answer_text(x, row->item, false);
	bool agent = !strcmp(key, "creator") || !strcmp(key, "publisher");
	struct json *value = agent ? json_new_object() : json_new_str(text);

	if (agent) {
		json_set_str(value, "@type", "sc:Organization");
		json_set_str(value, "name", text);
	}
	if (*text)
		json_set(data, key, value);
	else
		json_free(value);
	if (!*text && json_get(data, key) && strcmp(key, "name"))
		json_remove(data, key);
	free(text);
}

static bool has_row(const char *id)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (!strcmp(rows[i].item, id))
			return true;
	return false;
}

/* Items without a property of theirs go under our own prefix. */
static void write_own(struct exchange *x, struct json *data,
		      const struct doc *before, const char *id)
{
	const char *one[] = { id, NULL };
	char *key = xasprintf("muster:%s", id);
	char *text = answer_text(x, id, false);

	if (has_row(id) || !answers_differ(x->doc, before, one)) {
		free(key);
		free(text);
		return;
	}
	if (*text)
		json_set_str(data, key, text);
	else if (json_get(data, key))
		json_remove(data, key);
	if (*text && json_type(json_get(data, "@context")) == JSON_OBJECT)
		json_set_str(json_get(data, "@context"), "muster",
			     "urn:muster:datasheet:");
	loss_add(x, LOSS_CHANGED, id, "the format has no property for it; "
		 "written as %s", key);
	free(key);
	free(text);
}

static void write_dataset(struct exchange *x, struct json *data,
			  const struct doc *before)
{
	const struct answer *a;

	for (size_t i = 0; i < N_ROWS; i++) {
		const char *ids[] = { rows[i].item, NULL };

		if (answers_differ(x->doc, before, ids))
			write_row(x, data, &rows[i]);
	}
	for (size_t s = 0; s < x->doc->form->n_sections; s++)
		for (size_t i = 0; i < x->doc->form->sections[s].n_items; i++)
			write_own(x, data, before,
				  x->doc->form->sections[s].items[i].id);
	for (size_t i = 0; (a = doc_extra(x->doc, i)); i++)
		if (!has_row(a->id))
			loss_add(x, LOSS_DROPPED, a->id, "the format has no "
				 "place for it");
}

enum rc croissant_export(struct exchange *x, struct buf *out,
			 struct err *err)
{
	const char *kept = doc_kept(x->doc, KEPT);
	struct losses unused = VEC_INIT;
	struct json *data = NULL;
	struct doc before;
	struct exchange in = { &before, NULL, &unused, "kept file", kept,
			       kept ? strlen(kept) : 0 };
	enum rc rc = RC_OK;

	doc_init(&before, x->doc->form, x->doc->of);
	if (kept)
		rc = json_parse(kept, in.n, "kept file", &data, err);
	else
		data = new_dataset(x);
	if (rc == RC_OK)
		rc = read_dataset(&in, data, err);
	if (rc == RC_OK) {
		write_dataset(x, data, &before);
		croissant_data_write(data, x->facts);
		json_write(out, data, true);
		buf_char(out, '\n');
	}
	losses_release(&unused);
	doc_release(&before);
	json_free(data);
	return rc;
}
