#include "registry/looks.h"

#include "registry/testset_inside.h"

static enum rc find_growth(struct registry *reg, const char *testset,
			   struct looks *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT r.revision, r.time"
		"  FROM testset_revision AS r"
		"  JOIN testset AS t ON t.id = r.testset_id"
		" WHERE t.name = ? AND r.added > 0"
		" ORDER BY r.revision DESC"
		" LIMIT 1");
	enum rc rc;

	stmt_bind_text(s, testset);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return testset_not_there(testset, err);
	if (rc)
		return rc;
	out->revision = stmt_int(s, "revision");
	out->time = stmt_int(s, "time");
	stmt_done(s);
	return RC_OK;
}

/* By digests rather than numbers of revisions: the index then holds all that is
 * asked, in the order of versions. */
static enum rc count_evaluations(struct registry *reg, const char *testset,
				 struct looks *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT COALESCE(SUM(n), 0) AS n, count(*) AS versions"
		"  FROM (SELECT count(*) AS n"
		"          FROM evaluation AS e"
		"         WHERE e.testset = ?1"
		"           AND e.revision_digest IN ("
		"               SELECT r.digest"
		"                 FROM testset_revision AS r"
		"                 JOIN testset AS t ON t.id = r.testset_id"
		"                WHERE t.name = ?1 AND r.revision >= ?2)"
		"         GROUP BY e.model, e.version)");
	enum rc rc;

	stmt_bind_text(s, testset);
	stmt_bind_int(s, out->revision);
	rc = stmt_one(s, err);
	if (rc)
		return rc;
	out->evaluations = (uint64_t)stmt_int(s, "n");
	out->versions = (uint64_t)stmt_int(s, "versions");
	stmt_done(s);
	return RC_OK;
}

/* An evaluation's id is the index of its entry plus 1. */
static enum rc count_chosen(struct registry *reg, const char *testset,
			    struct looks *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT count(*) AS n"
		"  FROM version AS v"
		" WHERE v.stage NOT IN ('none', 'archived')"
		"   AND EXISTS ("
		"       SELECT 1"
		"         FROM evaluation AS e"
		"        WHERE e.testset = ? AND e.revision >= ?"
		"          AND e.model = v.model AND e.version = v.version"
		"          AND e.id - 1 < v.stage_idx)");
	enum rc rc;

	stmt_bind_text(s, testset);
	stmt_bind_int(s, out->revision);
	rc = stmt_one(s, err);
	if (rc)
		return rc;
	out->chosen = (uint64_t)stmt_int(s, "n");
	stmt_done(s);
	return RC_OK;
}

enum rc reg_looks(struct registry *reg, const char *testset, struct looks *out,
		  struct err *err)
{
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct looks){ 0 };
	if (rc)
		return rc;
	rc = find_growth(reg, testset, out, err);
	if (!rc)
		rc = count_evaluations(reg, testset, out, err);
	if (!rc)
		rc = count_chosen(reg, testset, out, err);
	reg_read_end(reg);
	return rc;
}
