/* The registry as it stood then: a prefix of the log, replayed into memory.
 * Blobs and log lines still come from the file. */
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/schema.h"

/* Up to and with the last entry of that time or before: order is by index,
 * whatever a clock said in between. */
static enum rc size_at_time(struct db *db, int64_t time, uint64_t *out,
			    struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT COALESCE(MAX(idx), -1) + 1 AS size "
		"FROM log "
		"WHERE time <= ?");
	enum rc rc;

	stmt_bind_int(s, time);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	*out = (uint64_t)stmt_int(s, "size");
	stmt_done(s);
	return RC_OK;
}

static enum rc find_size(struct registry *reg, const char *when,
			 struct err *err)
{
	uint64_t index, size;
	int64_t time;
	enum rc rc = log_size(reg->db, &size, err);

	if (rc != RC_OK)
		return rc;
	if (decimal_read_u64(when, strlen(when), &index)) {
		if (index >= size)
			return err_set(err, RC_NOT_FOUND, "entry %llu does not "
				       "exist; the log has %llu entries, from "
				       "0", (unsigned long long)index,
				       (unsigned long long)size);
		reg->as_of_size = index + 1;
		reg->as_of = xasprintf("entry %llu", (unsigned long long)index);
		return RC_OK;
	}
	if (!clock_parse(when, &time))
		return err_set(err, RC_USAGE, "'%s' is neither a time "
			       "(2026-03-01 or 2026-03-01T14:22:07Z) nor the "
			       "index of an entry", when);
	reg->as_of = xstrdup(when);
	rc = size_at_time(reg->db, time, &reg->as_of_size, err);
	if (rc == RC_OK && reg->as_of_size == 0)
		rc = err_set(err, RC_NOT_FOUND, "the registry did not exist "
			     "yet at %s", when);
	return rc;
}

enum rc asof_open(struct registry *reg, const char *when, struct err *err)
{
	struct db *memory = NULL;
	enum rc rc = find_size(reg, when, err);

	if (rc == RC_OK)
		rc = db_open(":memory:", DB_MEMORY, &memory, err);
	if (rc == RC_OK)
		rc = schema_create_projections(memory, err);
	if (rc == RC_OK)
		rc = db_script(memory, "BEGIN", err);
	if (rc == RC_OK)
		rc = replay(reg->db, reg->as_of_size, memory, NULL, err);
	if (rc == RC_OK)
		rc = db_script(memory, "COMMIT", err);
	if (rc != RC_OK) {
		db_close(memory);
		return rc;
	}
	db_allow_writes(memory, false);
	reg->shown = memory;
	return RC_OK;
}
