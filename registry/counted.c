#include "registry/counted.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "model/cuts.h"
#include "model/ln.h"
#include "model/ranked.h"
#include "registry/db.h"

uint64_t counted_least_rows = 20000;
uint64_t counted_followed;

struct counted_head {
	char magic[4];
	uint32_t n;
};
struct counted_sizes {
	uint32_t n_slots, n_scores;
	uint64_t n;
};
_Static_assert(sizeof(struct counted_head) == 8 &&
	       sizeof(struct counted_sizes) == 16, "the layout of counted.h");
static const char magic[4] = { 'M', 'H', 'C', 2 };
#define LAYOUT 3	/* where its version stands */
#define LARGE 255	/* and more stand behind */

void counted_release(struct counted *c)
{
	for (size_t i = 0; i < c->partitions.n; i++) {
		free(c->partitions.at[i].by);
		strs_release(&c->partitions.at[i].values);
	}
	vec_free(&c->partitions);
	free(c->revision_digest);
	free(c->parts);
	free(c->cuts);
	histogram_release(&c->histogram);
	*c = (struct counted){ 0 };
}

/* -- Writing -- */

/* "a+b" by "c" and "a" by "b+c" would have one name; and -0 is a number's
 * name only as long as its column is not all numbers. */
static bool names_are_clear(const struct strs *values)
{
	struct intern in = INTERN_INIT;
	bool clear = true;

	for (size_t i = 0; i < values->n; i++) {
		const char *v = values->at[i];

		clear = clear && strcmp(v, "-0") != 0 &&
			intern_add(&in, v, strlen(v)) == i;
	}
	intern_release(&in);
	return clear;
}

static struct json *partitions_json(const struct counted *c)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < c->partitions.n; i++) {
		const struct counted_cut *cut = &c->partitions.at[i];
		struct json *one = json_new_array(), *v = json_new_array();

		for (size_t k = 0; k < cut->values.n; k++)
			json_append(v, json_new_str(cut->values.at[k]));
		json_append(one, json_new_str(cut->by));
		json_append(one, v);
		json_append(all, one);
	}
	return all;
}

static void write_head(const struct counted *c, struct buf *out)
{
	struct json *j = json_new_object();
	struct counted_head head = { .n = 0 };
	struct buf text = BUF_INIT;

	json_set_str(j, "cuts", c->cuts);
	json_set_int(j, "entry", (int64_t)c->entry);
	json_set_str(j, "parts", c->parts);
	json_set(j, "partitions", partitions_json(c));
	json_set_int(j, "revision", c->revision);
	json_set_str(j, "revision_digest", c->revision_digest);
	json_write_canonical(&text, j);
	buf_fill(&text, ' ', -text.len % 8);
	memcpy(head.magic, magic, sizeof(magic));
	head.n = (uint32_t)text.len;
	buf_add(out, &head, sizeof(head));
	buf_add(out, text.data, text.len);
	buf_release(&text);
	json_free(j);
}

static void write_histogram(const struct histogram *h, struct buf *out)
{
	struct counted_sizes sizes = { (uint32_t)h->n_slots,
				       (uint32_t)h->n_scores, h->n };
	size_t places = h->n_slots * h->n_scores * 2;
	uint8_t *bytes = xmalloc(places + 1);
	struct buf large = BUF_INIT;

	buf_add(out, &sizes, sizeof(sizes));
	for (size_t i = 0; i < h->n_scores; i++) {
		uint32_t g = (uint32_t)(h->score[i] * RANKED_GRID + 0.5);

		buf_add(out, &g, sizeof(g));
	}
	for (size_t i = 0; i < places; i++) {
		bytes[i] = (uint8_t)(h->count[i] < LARGE ? h->count[i] : LARGE);
		if (bytes[i] == LARGE)
			buf_add(&large, &h->count[i], sizeof(*h->count));
	}
	buf_add(out, bytes, places);
	buf_add(out, large.data, large.len);
	buf_release(&large);
	free(bytes);
}

bool counted_write(const struct counted *c, struct buf *out)
{
	for (size_t i = 0; i < c->partitions.n; i++)
		if (!names_are_clear(&c->partitions.at[i].values))
			return false;
	write_head(c, out);
	write_histogram(&c->histogram, out);
	return true;
}

/* -- Reading -- */

static enum rc damaged(const char *what, struct err *err)
{
	return err_set(err, RC_CORRUPT, "kept counts are damaged: %s", what);
}

static bool read_partitions(const struct json *all, struct counted *c)
{
	for (size_t i = 0; i < json_size(all); i++) {
		const char *by = json_str(json_at(json_at(all, i), 0));
		const struct json *v = json_at(json_at(all, i), 1);
		struct counted_cut *cut;

		if (!by || json_type(v) != JSON_ARRAY || !json_size(v))
			return false;
		cut = vec_add(&c->partitions);
		cut->by = xstrdup(by);
		for (size_t k = 0; k < json_size(v); k++) {
			if (!json_str(json_at(v, k)))
				return false;
			strs_add(&cut->values, json_str(json_at(v, k)));
		}
	}
	return true;
}

static enum rc read_head(const char *text, size_t n, struct counted *c,
			 struct err *err)
{
	struct json *j = NULL;
	const char *digest, *parts, *cuts;
	int64_t entry;
	enum rc rc = json_parse(text, n, "kept counts", &j, err);

	if (rc)
		return rc;
	digest = json_get_str(j, "revision_digest");
	parts = json_get_str(j, "parts");
	cuts = json_get_str(j, "cuts");
	entry = json_get_int(j, "entry", -1);
	c->revision = json_get_int(j, "revision", 0);
	c->entry = (uint64_t)entry;
	c->revision_digest = xstrdup_or_null(digest);
	c->parts = xstrdup_or_null(parts);
	c->cuts = xstrdup_or_null(cuts);
	if (!digest || !parts || !cuts || entry < 0 || c->revision < 1 ||
	    !read_partitions(json_get(j, "partitions"), c))
		rc = damaged("a field of the head", err);
	json_free(j);
	return rc;
}

WIDE_LOOPS
static void widen(const uint8_t *from, size_t n, uint32_t *restrict to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
}

/* In the place of each byte that says so; the rest must be just as many. */
static bool put_large(const uint8_t *bytes, size_t n, const uint8_t *p,
		      const uint8_t *end, uint32_t *count)
{
	const uint8_t *at = bytes, *last = bytes + n;

	while (at < last && (at = memchr(at, LARGE, (size_t)(last - at)))) {
		uint32_t *here = &count[at++ - bytes];

		if ((size_t)(end - p) < sizeof(*here))
			return false;
		memcpy(here, p, sizeof(*here));
		if (*here < LARGE)
			return false;
		p += sizeof(*here);
	}
	return p == end;
}

static enum rc read_counts(const uint8_t *p, const uint8_t *end,
			   struct histogram *h, struct err *err)
{
	size_t places = h->n_slots * h->n_scores * 2;
	uint64_t whole = 0;

	if ((size_t)(end - p) < places)
		return damaged("its end is missing", err);
	widen(p, places, h->count);
	if (!put_large(p, places, p + places, end, h->count))
		return damaged("a count", err);
	for (size_t i = 0; i < h->n_scores; i++) {
		const uint32_t *count = histogram_at(h, i, 0);

		whole += (uint64_t)count[0] + count[1];
		for (size_t k = 2; k < 2 * h->n_slots; k++)
			if (count[k] > count[k % 2])
				return damaged("a slice", err);
	}
	return whole == h->n ? RC_OK : damaged("the sum", err);
}

static enum rc read_histogram(const uint8_t *p, const uint8_t *end,
			      struct histogram *h, struct err *err)
{
	struct counted_sizes sizes;
	uint32_t g, last = 0;

	if ((size_t)(end - p) < sizeof(sizes))
		return damaged("its end is missing", err);
	memcpy(&sizes, p, sizeof(sizes));
	p += sizeof(sizes);
	if (!sizes.n_slots || sizes.n > INT32_MAX ||
	    !histogram_fits(sizes.n, sizes.n_scores, sizes.n_slots) ||
	    (size_t)(end - p) / sizeof(g) < sizes.n_scores)
		return damaged("its sizes", err);
	*h = (struct histogram){ sizes.n, sizes.n_slots, sizes.n_scores,
		xmalloc((sizes.n_scores + 1) * sizeof(double)),
		xmalloc(((size_t)sizes.n_slots * sizes.n_scores * 2 + 1) *
			sizeof(uint32_t)) };
	for (size_t i = 0; i < h->n_scores; i++, p += sizeof(g)) {
		memcpy(&g, p, sizeof(g));
		if (g > RANKED_GRID || (i && g <= last))
			return damaged("the scores", err);
		h->score[i] = (double)g / RANKED_GRID;
		last = g;
	}
	return read_counts(p, end, h, err);
}

static size_t n_slots(const struct counted *c)
{
	size_t n = 1;

	for (size_t i = 0; i < c->partitions.n; i++) {
		const struct counted_cut *cut = &c->partitions.at[i];
		struct partition p = { cut->by, cut->values.n,
				       (const char *const *)cut->values.at,
				       NULL };

		n += partition_is_named(&p) ? 1 : p.n_values;
	}
	return n;
}

enum rc counted_read_head(struct db_value *blob, struct counted *out,
			  size_t *counts_at, struct err *err)
{
	size_t n = db_value_size(blob);
	struct counted c = { 0 };
	struct counted_head head;
	struct buf text = BUF_INIT;
	enum rc rc;

	if (n < sizeof(head))
		return damaged("its end is missing", err);
	rc = db_value_piece(blob, 0, &head, sizeof(head), err);
	if (!rc && (memcmp(head.magic, magic, LAYOUT) != 0 ||
		    head.n > n - sizeof(head)))
		rc = damaged("its beginning", err);
	if (!rc && head.magic[LAYOUT] != magic[LAYOUT])
		return RC_NOT_FOUND;
	if (rc)
		return rc;
	buf_reserve(&text, head.n);
	rc = db_value_piece(blob, sizeof(head), text.data, head.n, err);
	if (!rc)
		rc = read_head(text.data, head.n, &c, err);
	buf_release(&text);
	if (rc) {
		counted_release(&c);
		return rc;
	}
	*out = c;
	*counts_at = sizeof(head) + head.n;
	return RC_OK;
}

enum rc counted_read_counts(const void *bytes, size_t n, size_t counts_at,
			    struct counted *c, struct err *err)
{
	const uint8_t *p = bytes;
	enum rc rc = n < counts_at ? damaged("its end is missing", err)
		: read_histogram(p + counts_at, p + n, &c->histogram, err);

	if (!rc && n_slots(c) != c->histogram.n_slots)
		rc = damaged("its slices", err);
	return rc;
}

/* -- What was counted -- */

void counted_of(const struct testset_info *info, const char *cuts,
		const struct stored_parts *parts, const struct eval_input *in,
		const struct histogram *histogram, struct buf *out)
{
	struct counted c = { .revision = info->revision };
	char hex[HASH_HEX_SIZE];

	if (!histogram->n_scores || in->n < counted_least_rows ||
	    in->n != info->n || !parts->n)
		return;
	c.entry = parts->at[parts->n - 1].entry;
	prediction_parts_hash(parts, c.entry, hex);
	c.parts = xstrdup(hex);
	c.revision_digest = xstrdup(info->digest);
	c.cuts = xstrdup(cuts);
	for (size_t i = 0; i < in->n_partitions; i++) {
		const struct partition *p = &in->partitions[i];
		struct counted_cut *cut = vec_add(&c.partitions);

		cut->by = xstrdup(p->by);
		for (size_t k = 0; k < p->n_values; k++)
			strs_add(&cut->values, p->values[k]);
	}
	c.histogram = *histogram;
	if (!counted_write(&c, out))
		buf_clear(out);
	c.histogram = (struct histogram){ 0 };
	counted_release(&c);
}
