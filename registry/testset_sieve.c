/* Sieves that a set's log names: which there are, and a new one. */
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/testset_seek.h"

uint64_t ts_sieve_least_rows = 8192, ts_sieve_least_chunks = 16;
bool ts_sieve_off;

static const char *const group_names[SEEK_GROUPS] = { "keys", "inputs" };

/* -- What a sieve is of -- */

/* Another hash function gives other sieves: those of the old one are then of
 * no use, and must not be believed. */
static uint64_t probe(void)
{
	static const char text[] = "the quick brown fox jumps over the lazy dog";
	uint64_t h = 0;

	for (size_t n = 0; n < sizeof(text); n++)
		h = text_hash_mix(h, text_hash(text, n));
	return h;
}

static void sieve_of(const struct testset *t, uint64_t first, uint64_t rows,
		     const char *added_or_null, char hex[HASH_HEX_SIZE])
{
	struct json *j = ts_schema_json(&t->schema);
	struct buf text = BUF_INIT;
	struct hash h;

	json_write_canonical(&text, j);
	h = hash_bytes(text.data, text.len);
	buf_clear(&text);
	buf_printf(&text, "sieve %d %016llx\nschema %s\n", SIEVE_VERSION,
		   (unsigned long long)probe(), hash_hex(&h, hex));
	for (size_t i = 0; i < t->segments.n; i++) {
		const struct ts_segment_row *s = &t->segments.at[i];

		if (s->first >= first && s->first < first + rows)
			buf_printf(&text, "segment %s\n", s->manifest);
	}
	if (added_or_null)
		buf_printf(&text, "segment %s\n", added_or_null);
	h = hash_bytes(text.data, text.len);
	hash_hex(&h, hex);
	buf_release(&text);
	json_free(j);
}

/* -- Those that are there -- */

static bool parse_group(const struct json *list, size_t *n,
			struct hash name[SIEVE_PARTS])
{
	*n = json_size(list);
	if (*n > SIEVE_PARTS || (*n & (*n - 1)))
		return false;
	for (size_t i = 0; i < *n; i++) {
		const char *ref = json_str(json_at(list, i));

		if (!ref || !reg_blob_from_ref(ref, &name[i]))
			return false;
	}
	return true;
}

static bool has_inputs(const struct ts_schema *s)
{
	for (size_t i = 0; i < s->columns.n; i++)
		if (s->columns.at[i].roles & ROLE_INPUT)
			return true;
	return false;
}

/* Does it say what it must, and is it of this set's next rows, up to the end
 * of a segment? */
static bool parse_sieve(const struct testset *t, const struct json *j,
			uint64_t first, uint64_t end,
			struct ts_kept_sieve *out)
{
	const char *of = json_get_str(j, "of");
	char hex[HASH_HEX_SIZE];
	int64_t from = json_get_int(j, "first", -1);
	int64_t rows = json_get_int(j, "rows", -1);

	if (!of || from < 0 || rows < 1 || rows > UINT32_MAX ||
	    (uint64_t)from != first || (uint64_t)rows != end - first)
		return false;
	for (int g = 0; g < SEEK_GROUPS; g++)
		if (!parse_group(json_get(j, group_names[g]),
				 &out->n_parts[g], out->name[g]))
			return false;
	if (!out->n_parts[SEEK_KEYS] != !ts_schema_has_key(&t->schema) ||
	    !out->n_parts[SEEK_INPUTS] != !has_inputs(&t->schema))
		return false;
	out->first = first;
	out->rows = (uint64_t)rows;
	sieve_of(t, first, out->rows, NULL, hex);
	return !strcmp(hex, of);
}

/* The entry, if it names a sieve; else NULL. */
static enum rc read_entry(struct testset *t, uint64_t index,
			  struct json **out, struct err *err)
{
	struct buf text = BUF_INIT;
	enum rc rc = reg_entry_bytes(t->reg, index, &text, err);

	*out = NULL;
	if (rc == RC_OK && strstr(text.data, "\"sieve\""))
		rc = json_parse(text.data, text.len, "entry", out, err);
	buf_release(&text);
	return rc;
}

static enum rc read_kept(struct testset *t, struct ts_kept_sieves *out,
			 struct err *err)
{
	uint64_t covered = 0, end = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < t->info.n_revisions && rc == RC_OK; i++) {
		const struct testset_revision *r = &t->info.revisions[i];
		struct ts_kept_sieve kept = { .entry = r->entry };
		const struct json *sieve;
		struct json *j;

		rc = read_entry(t, r->entry, &j, err);
		sieve = json_get(json_get(j, "body"), "sieve");
		end += r->added;
		if (rc == RC_OK && sieve &&
		    parse_sieve(t, sieve, covered, end, &kept)) {
			vec_push(out, kept);
			covered = end;
		}
		json_free(j);
	}
	return rc;
}

enum rc ts_sieves_kept(struct testset *t, struct ts_kept_sieves *out,
		       struct err *err)
{
	enum rc rc;

	*out = (struct ts_kept_sieves)VEC_INIT;
	if (ts_sieve_off)
		return RC_OK;
	rc = reg_read_begin(t->reg, err);
	if (rc != RC_OK)
		return rc;
	rc = read_kept(t, out, err);
	reg_read_end(t->reg);
	if (rc != RC_OK)
		vec_free(out);
	return rc;
}

/* -- A new one -- */

struct json *ts_sieve_json(const struct testset *t,
			   const struct ts_new_sieve *n,
			   const struct reg_blob *blobs, const char *segment)
{
	struct json *j = json_new_object();
	char hex[HASH_HEX_SIZE];

	sieve_of(t, n->first, n->rows, segment, hex);
	json_set_int(j, "first", (int64_t)n->first);
	json_set_int(j, "rows", (int64_t)n->rows);
	json_set_str(j, "of", hex);
	for (int g = 0; g < SEEK_GROUPS; g++) {
		struct json *list = json_new_array();

		for (size_t i = 0; i < n->n_parts[g]; i++, blobs++) {
			char *ref = reg_blob_ref(&blobs->hash);

			json_append(list, json_new_str(ref));
			free(ref);
		}
		if (n->n_parts[g])
			json_set(j, group_names[g], list);
		else
			json_free(list);
	}
	return j;
}

enum rc ts_sieve_put(const struct testset *t, const struct ts_new_sieve *n,
		     struct json **out, struct err *err)
{
	struct reg_blob blobs[SEEK_GROUPS * SIEVE_PARTS];
	size_t k = 0;
	enum rc rc;

	*out = NULL;
	for (int g = 0; g < SEEK_GROUPS; g++)
		for (size_t i = 0; i < n->n_parts[g]; i++, k++)
			blobs[k] = (struct reg_blob){
				.bytes = n->parts[g][i].data,
				.n = n->parts[g][i].len,
			};
	if (!k)
		return RC_OK;
	rc = reg_blob_put_many(t->reg, blobs, k, err);
	if (rc == RC_OK)
		*out = ts_sieve_json(t, n, blobs, NULL);
	return rc;
}

void ts_sieve_release(struct ts_new_sieve *n)
{
	for (int g = 0; g < SEEK_GROUPS; g++)
		for (size_t i = 0; i < n->n_parts[g]; i++)
			buf_release(&n->parts[g][i]);
	*n = (struct ts_new_sieve){ 0 };
}
