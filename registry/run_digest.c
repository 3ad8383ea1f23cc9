#include <string.h>

#include "registry/prediction_inside.h"
#include "registry/testset_inside.h"

uint64_t run_digests_found;

static const char magic[4] = { 'M', 'R', 'D', 1 };

struct hash run_made_of(struct testset *t, const struct stored_parts *parts,
			size_t run)
{
	struct buf text = BUF_INIT;
	struct hash h = ts_active_hash(t, run);

	buf_add(&text, h.bytes, sizeof(h.bytes));
	for (size_t i = 0; i < parts->n; i++)
		if (parts->at[i].first / SEGMENT_ROWS == run)
			buf_add(&text, parts->at[i].blob.bytes, HASH_SIZE);
	h = hash_bytes(text.data, text.len);
	buf_release(&text);
	return h;
}

const struct hash *run_digests_find(const struct run_digests *v,
				    const struct hash *of)
{
	for (size_t i = 0; i < v->n; i++)
		if (hash_equal(&v->at[i].of, of)) {
			run_digests_found++;
			return &v->at[i].digest;
		}
	return NULL;
}

void run_digests_write(const struct run_digests *v, struct buf *out)
{
	uint32_t n = (uint32_t)v->n;

	buf_add(out, magic, sizeof(magic));
	buf_add(out, &n, sizeof(n));
	for (size_t i = 0; i < v->n; i++) {
		buf_add(out, v->at[i].of.bytes, HASH_SIZE);
		buf_add(out, v->at[i].digest.bytes, HASH_SIZE);
	}
}

enum rc run_digests_read(const void *bytes, size_t n, struct run_digests *out,
			 struct err *err)
{
	const char *p = bytes;
	uint32_t count;

	if (n < 8 || memcmp(p, magic, sizeof(magic)) != 0)
		goto bad;
	memcpy(&count, p + 4, sizeof(count));
	if ((n - 8) % (2 * HASH_SIZE) || (n - 8) / (2 * HASH_SIZE) != count)
		goto bad;
	for (p += 8; count > 0; count--, p += 2 * HASH_SIZE) {
		struct run_digest *d = vec_add(out);

		memcpy(d->of.bytes, p, HASH_SIZE);
		memcpy(d->digest.bytes, p + HASH_SIZE, HASH_SIZE);
	}
	return RC_OK;
bad:
	return err_set(err, RC_CORRUPT, "kept digests of runs are damaged");
}
