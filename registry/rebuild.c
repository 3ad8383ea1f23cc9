/* Replay: the log's entries through apply, into empty projections. */
#include <stdio.h>
#include <string.h>

#include "registry/ahead.h"
#include "registry/inside.h"
#include "registry/schema.h"

static enum rc apply_row(struct db *from, struct db *to,
			 const struct log_row *row, uint64_t expected,
			 struct err *err)
{
	struct apply a = { .db = to, .entry = &row->e,
			   .blob = blob_for_apply, .blob_arg = from };
	enum rc rc = RC_OK;

	if (row->index != expected)
		return err_set(err, RC_CORRUPT, "entry %llu is missing from "
			       "the log", (unsigned long long)expected);
	if (row->rc != RC_OK)
		rc = err_set(err, row->rc, "%s", row->why);
	else if (row->e.index != expected)
		rc = err_set(err, RC_CORRUPT, "entry says it is %llu",
			     (unsigned long long)row->e.index);
	if (rc == RC_OK)
		rc = entry_apply(&a, row->text, row->n, err);
	return rc == RC_OK ? RC_OK :
	       err_prefix(err, "entry %llu", (unsigned long long)expected);
}

enum rc replay_more(struct db *from, uint64_t first, uint64_t size,
		    struct db *to, struct reg_progress *progress,
		    struct err *err)
{
	struct ahead *a = ahead_new(from, (int64_t)first, (int64_t)size - 1,
				    false);
	const struct log_row *row;
	enum rc rc = RC_OK;
	uint64_t i = first;

	for (; rc == RC_OK && ahead_next(a, &row, err); i++) {
		rc = apply_row(from, to, row, i, err);
		if (rc == RC_OK && progress && i % 1024 == 0)
			rc = progress->step(progress->arg, "replaying", i,
					    size);
	}
	return ahead_end(a, rc);
}

enum rc replay(struct db *from, uint64_t size, struct db *to,
	       struct reg_progress *progress, struct err *err)
{
	return replay_more(from, 0, size, to, progress, err);
}

static enum rc drop_all(struct db *db, struct err *err)
{
	struct strs names = VEC_INIT, keys = VEC_INIT;
	struct buf sql = BUF_INIT;
	enum rc rc = schema_projections(&names, &keys, err);

	/* The last refer to the first. */
	for (size_t i = names.n; i > 0 && rc == RC_OK; i--)
		buf_printf(&sql, "DROP TABLE IF EXISTS %s;", names.at[i - 1]);
	if (rc == RC_OK)
		rc = db_script(db, sql.data, err);
	buf_release(&sql);
	strs_release(&names);
	strs_release(&keys);
	return rc;
}

enum rc rebuild_projections(struct db *db, struct reg_progress *progress,
			    struct err *err)
{
	struct buf lookups = BUF_INIT;
	uint64_t size;
	enum rc rc = drop_all(db, err);

	if (rc == RC_OK)
		rc = schema_create_projections(db, err);
	if (rc == RC_OK)
		rc = schema_drop_lookups(db, &lookups, err);
	if (rc == RC_OK)
		rc = log_size(db, &size, err);
	if (rc == RC_OK)
		rc = replay(db, size, db, progress, err);
	if (rc == RC_OK)
		rc = db_script(db, lookups.data, err);
	buf_release(&lookups);
	return rc;
}

static enum rc rebuild_all(struct db *db, void *progress, struct err *err)
{
	return rebuild_projections(db, progress, err);
}

enum rc reg_rebuild(struct registry *reg, struct reg_progress *progress,
		    struct err *err)
{
	return reg_maintain(reg, rebuild_all, progress, err);
}
