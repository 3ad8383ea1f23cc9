#include "registry/coverage.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "registry/db.h"
#include "registry/prediction_inside.h"

struct stretch {
	uint64_t first, n, bytes;
	struct hash blob;
};
VEC_DECLARE(struct stretch, stretches);

static enum rc list_parts(struct registry *reg, int64_t testset_id,
			  const char *model, int64_t version,
			  struct stretches *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT p.first_row, p.n, p.bytes, p.batch"
		"  FROM prediction AS p"
		"  JOIN version AS v ON v.id = p.version_id"
		" WHERE v.model = ? AND v.version = ? AND p.testset_id = ?"
		" ORDER BY p.idx, p.part");
	enum rc rc = RC_OK;
	bool named = true;

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_int(s, testset_id);
	while (named && stmt_next(s, err)) {
		struct stretch *p = vec_add(out);

		p->first = (uint64_t)stmt_int(s, "first_row");
		p->n = (uint64_t)stmt_int(s, "n");
		p->bytes = (uint64_t)stmt_int(s, "bytes");
		named = reg_blob_from_ref(stmt_text(s, "batch"), &p->blob);
	}
	if (!named)
		rc = err_set(err, RC_CORRUPT, "predictions name no blob");
	return stmt_end(s, rc);
}

/* Rows of a part in ascending order; those right behind the known ones join
 * them. */
static enum rc look_inside(struct registry *reg, const struct stretch *p,
			   uint64_t *known, struct err *err)
{
	struct batch b;
	void *bytes = NULL;
	enum rc rc = try_alloc(&bytes, p->bytes + 1, 1, "predictions", err);

	if (rc == RC_OK)
		rc = reg_blob_read(reg, &p->blob, bytes, p->bytes, err);
	if (rc == RC_OK)
		rc = batch_read(bytes, p->bytes, &b, err);
	for (size_t i = 0; rc == RC_OK && i < b.n; i++)
		*known += b.first + (b.at ? b.at[i] : i) == *known;
	free(bytes);
	return rc;
}

/* Where the rows are in a row, the head says it all. */
static enum rc look_at_head(struct registry *reg, const struct stretch *p,
			    uint64_t *known, struct err *err)
{
	struct batch_outline o;
	enum rc rc = prediction_part_outline(reg, &p->blob, p->bytes, &o, err);

	if (rc == RC_OK && !o.in_a_row)
		return look_inside(reg, p, known, err);
	if (rc == RC_OK && o.from <= *known && o.from + o.n > *known)
		*known = o.from + o.n;
	return rc;
}

enum rc coverage_known(struct registry *reg, int64_t testset_id,
		       const char *model, int64_t version, uint64_t *known,
		       struct err *err)
{
	struct stretches parts = VEC_INIT;
	enum rc rc = list_parts(reg, testset_id, model, version, &parts, err);

	*known = 0;
	for (size_t i = 0; i < parts.n && rc == RC_OK; i++) {
		const struct stretch *p = &parts.at[i];

		if (p->first > *known || p->first + SEGMENT_ROWS <= *known)
			continue;
		if (p->n == SEGMENT_ROWS)	/* no run is longer */
			*known = p->first + SEGMENT_ROWS;
		else
			rc = look_at_head(reg, p, known, err);
	}
	vec_free(&parts);
	return rc;
}

/* -- Who has any -- */

void predicteds_release(struct predicteds *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].model);
	vec_free(v);
}

enum rc reg_predictions_versions(struct registry *reg, const char *testset,
				 struct predicteds *out, struct err *err)
{
	struct stmt *s;
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct predicteds)VEC_INIT;
	if (rc != RC_OK)
		return rc;
	s = db_prepare(reg_db(reg),
		"SELECT v.model, v.version, MAX(p.idx) AS idx"
		"  FROM prediction AS p"
		"  JOIN testset AS t ON t.id = p.testset_id"
		"  JOIN version AS v ON v.id = p.version_id"
		" WHERE t.name = ?"
		" GROUP BY v.id"
		" ORDER BY v.model, v.version");
	stmt_bind_text(s, testset);
	while (stmt_next(s, err)) {
		struct predicted *p = vec_add(out);

		p->model = stmt_text_copy(s, "model");
		p->version = stmt_int(s, "version");
		p->entry = (uint64_t)stmt_int(s, "idx");
	}
	rc = stmt_end(s, RC_OK);
	reg_read_end(reg);
	if (rc != RC_OK)
		predicteds_release(out);
	return rc;
}
