/* One page of many versions. */
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/version_inside.h"

/* The column is a constant of this table, never text from outside; each order
 * has an index. */
static const struct {
	const char *name, *up, *down;
} orders[] = {
	{ "name", "ORDER BY v.model, v.version",
	  "ORDER BY v.model DESC, v.version DESC" },
	{ "stage", "ORDER BY v.stage, v.model, v.version",
	  "ORDER BY v.stage DESC, v.model DESC, v.version DESC" },
	{ "time", "ORDER BY v.time, v.id", "ORDER BY v.time DESC, v.id DESC" },
	{ "who", "ORDER BY v.who, v.model, v.version",
	  "ORDER BY v.who DESC, v.model DESC, v.version DESC" },
};

static enum rc find_order(const struct version_query *q, const char **out,
			  struct err *err)
{
	const char *name = q->sort ? q->sort : "name";

	for (size_t i = 0; i < COUNT(orders); i++) {
		if (strcmp(orders[i].name, name) != 0)
			continue;
		*out = q->descending ? orders[i].down : orders[i].up;
		return RC_OK;
	}
	return err_set(err, RC_USAGE, "versions cannot be sorted by '%.40s'",
		       name);
}

/* Few models have many versions: the filter looks at the models' names. The
 * plus leaves the index to the order; the count drops it. */
#define MATCHES "+v.model IN (SELECT m.name FROM model AS m " \
		"WHERE instr(lower(m.name), lower(?)) > 0) "

static const char *page_where(const struct version_query *q)
{
	static const char *const where[] = {
		" ",
		" WHERE v.model = ? ",
		" WHERE v.stage = ? ",
		" WHERE v.model = ? AND v.stage = ? ",
		" WHERE " MATCHES,
		" WHERE v.model = ? AND " MATCHES,
		" WHERE v.stage = ? AND " MATCHES,
		" WHERE v.model = ? AND v.stage = ? AND " MATCHES,
	};

	return where[!!q->model + 2 * !!q->stage + 4 * (q->filter &&
							*q->filter)];
}

static void bind_where(struct stmt *s, const struct version_query *q)
{
	if (q->model)
		stmt_bind_text(s, q->model);
	if (q->stage)
		stmt_bind_text(s, q->stage);
	if (q->filter && *q->filter)
		stmt_bind_text(s, q->filter);
}

static enum rc count_page(struct registry *reg, const struct version_query *q,
			  uint64_t *total, struct err *err)
{
	char *sql = xasprintf("SELECT COUNT(*) AS n FROM version AS v%s",
			      page_where(q));
	char *plus = strstr(sql, "+v.model");
	struct stmt *s;
	enum rc rc;

	if (plus)
		*plus = ' ';
	s = db_prepare_once(reg->shown, sql);
	bind_where(s, q);
	rc = stmt_one(s, err);
	if (rc == RC_OK) {
		*total = (uint64_t)stmt_int(s, "n");
		stmt_done(s);
	}
	free(sql);
	return rc;
}

enum rc reg_version_page(struct registry *reg, const struct version_query *q,
			 struct version_recs *out, uint64_t *total,
			 struct err *err)
{
	const char *order = NULL;
	struct stmt *s;
	char *sql;
	enum rc rc = find_order(q, &order, err);

	*out = (struct version_recs)VEC_INIT;
	if (rc == RC_OK && total)
		rc = count_page(reg, q, total, err);
	if (rc != RC_OK)
		return rc;
	sql = xasprintf(VERSION_COLUMNS "%s%s LIMIT ? OFFSET ?",
			page_where(q), order);
	s = db_prepare_once(reg->shown, sql);
	bind_where(s, q);
	stmt_bind_int(s, (int64_t)q->limit);
	stmt_bind_int(s, (int64_t)q->offset);
	rc = version_take_all(reg, s, out, err);
	free(sql);
	return rc;
}
