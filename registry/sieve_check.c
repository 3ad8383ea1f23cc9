#include "registry/sieve_check.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "registry/testset_seek.h"

/* The chunks that a sieve covers. */
struct run {
	size_t chunk, n;
	uint32_t *first;		/* row of each, within the run */
};

static void find_run(const struct testset *t, const struct ts_kept_sieve *kept,
		     struct run *out)
{
	const struct chunks *c = &t->chunks;

	*out = (struct run){ .chunk = chunks_find(c, kept->first) };
	out->first = XNEW_ARRAY(uint32_t, c->at.n);
	for (size_t i = out->chunk; i < c->at.n; i++) {
		if (c->at.at[i].first >= kept->first + kept->rows)
			break;
		out->first[out->n++] = (uint32_t)(c->at.at[i].first -
						  kept->first);
	}
}

static bool same_parts(const struct buf *parts, size_t n,
		       const struct ts_kept_sieve *kept, int group)
{
	bool same = n == kept->n_parts[group];

	for (size_t i = 0; i < n && same; i++) {
		struct hash h = hash_bytes(parts[i].data, parts[i].len);

		same = hash_equal(&h, &kept->name[group][i]);
	}
	return same;
}

static enum rc check_group(struct ts_seeker *s, const struct run *run,
			   const struct ts_kept_sieve *kept, int group,
			   bool *bad, struct err *err)
{
	uint64_t *out[SEEK_GROUPS] = { NULL };
	struct buf parts[SIEVE_PARTS];
	void *hash = NULL;
	size_t n = 0;
	enum rc rc = try_alloc(&hash, (size_t)kept->rows, sizeof(**out),
			       "a sieve's rows", err);

	if (rc != RC_OK)
		return rc;
	out[group] = hash;
	rc = ts_hash_chunks(s, run->chunk, run->chunk + run->n, out, err);
	if (rc == RC_OK) {
		n = sieve_write(hash, (size_t)kept->rows, run->first, run->n,
				parts);
		*bad = !same_parts(parts, n, kept, group);
	}
	for (size_t i = 0; i < n; i++)
		buf_release(&parts[i]);
	free(hash);
	return rc;
}

static enum rc check_one(struct ts_seeker *s, const struct testset *t,
			 const struct ts_kept_sieve *kept, bool *bad,
			 struct err *err)
{
	struct run run;
	enum rc rc = RC_OK;

	find_run(t, kept, &run);
	for (int g = 0; g < SEEK_GROUPS && rc == RC_OK && !*bad; g++)
		if (kept->n_parts[g])
			rc = check_group(s, &run, kept, g, bad, err);
	free(run.first);
	return rc;
}

enum rc sieves_check(struct registry *reg, const char *testset, bool *bad,
		     uint64_t *entry, struct err *err)
{
	struct ts_kept_sieves kept = VEC_INIT;
	struct ts_seeker *s = NULL;
	struct testset *t = NULL;
	enum rc rc = reg_testset_open(reg, testset, 0, &t, err);

	*bad = false;
	if (rc == RC_OK)
		rc = ts_sieves_kept(t, &kept, err);
	if (rc == RC_OK && kept.n)
		rc = ts_seeker_new(t, &s, err);
	for (size_t i = 0; i < kept.n && rc == RC_OK && !*bad; i++) {
		*entry = kept.at[i].entry;
		rc = check_one(s, t, &kept.at[i], bad, err);
	}
	ts_seeker_free(s);
	vec_free(&kept);
	testset_close(t);
	return rc;
}
