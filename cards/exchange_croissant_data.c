/* The data themselves in a Croissant file: the file by its digest, and its
 * columns as the profile typed them. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/exchange_croissant_data.h"

#define RECORDS "rows"

/* An @id holds no white space, nor its escape; the caller frees. */
static char *id_of(const char *name, size_t number)
{
	if (!*name || name[strcspn(name, " \t\r\n%")])
		return xasprintf("column-%zu", number);
	return xstrdup(name);
}

static const char *type_of(enum profile_type t)
{
	switch (t) {
	case PROFILE_INTEGER: return "sc:Integer";
	case PROFILE_NUMBER: return "sc:Float";
	case PROFILE_DATE: return "sc:Date";
	case PROFILE_EMPTY: case PROFILE_CATEGORY: case PROFILE_TEXT:
		break;
	}
	return "sc:Text";
}

static struct json *reference(const char *id)
{
	struct json *j = json_new_object();

	json_set_str(j, "@id", id);
	return j;
}

static struct json *file_object(const struct dataset_rec *d, const char *name)
{
	struct json *j = json_new_object();
	char *size = xasprintf("%lld B", (long long)d->size);

	json_set_str(j, "@type", "cr:FileObject");
	json_set_str(j, "@id", name);
	json_set_str(j, "name", name);
	json_set_str(j, "contentUrl", name);
	json_set_str(j, "contentSize", size);
	json_set_str(j, "encodingFormat", "text/csv");
	json_set_str(j, "sha256", d->digest);
	free(size);
	return j;
}

static struct json *field(const struct profile_column *c, size_t number,
			  const char *file)
{
	struct json *j = json_new_object(), *source = json_new_object();
	struct json *extract = json_new_object();
	char *own = id_of(c->name, number);
	char *id = xasprintf(RECORDS "/%s", own);

	json_set_str(j, "@type", "cr:Field");
	json_set_str(j, "@id", id);
	json_set_str(j, "name", c->name);
	json_set_str(j, "dataType", type_of(c->type));
	json_set(source, "fileObject", reference(file));
	json_set_str(extract, "column", c->name);
	json_set(source, "extract", extract);
	json_set(j, "source", source);
	free(id);
	free(own);
	return j;
}

static struct json *record_set(const struct profile *p, const char *file)
{
	struct json *j = json_new_object(), *fields = json_new_array();

	json_set_str(j, "@type", "cr:RecordSet");
	json_set_str(j, "@id", RECORDS);
	json_set_str(j, "name", RECORDS);
	for (size_t i = 0; i < p->n_columns; i++)
		json_append(fields, field(&p->columns[i], i + 1, file));
	json_set(j, "field", fields);
	return j;
}

void croissant_data_write(struct json *data, const struct doc_facts *f)
{
	struct json *files, *records;
	const char *known = f ? f->dataset.file : NULL;
	char *name;

	if (!f || !f->has_dataset || json_get(data, "distribution") ||
	    json_get(data, "recordSet"))
		return;
	if (known && !known[strcspn(known, " \t\r\n%")])
		name = xstrdup(known);
	else
		name = xasprintf("%s.csv", f->dataset.name);
	files = json_new_array();
	records = json_new_array();
	json_append(files, file_object(&f->dataset, name));
	json_append(records, record_set(&f->profile, name));
	json_set(data, "distribution", files);
	json_set(data, "recordSet", records);
	free(name);
}
