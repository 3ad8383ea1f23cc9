/* All versions as lists hold them: a few columns each, some at a time, so that
 * no read is long. */
#include "registry/inside.h"
#include "registry/model.h"

enum rc reg_version_briefs(struct registry *reg,
			   const struct version_ref *after, uint64_t limit,
			   void (*take)(void *arg,
					const struct version_brief *v),
			   void *arg, uint64_t *n, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT id, model, version, stage, who, time FROM version "
		"WHERE (model, version) > (?, ?) "
		"ORDER BY model, version "
		"LIMIT ?");

	*n = 0;
	stmt_bind_text(s, after ? after->model : "");
	stmt_bind_int(s, after ? after->version : 0);
	stmt_bind_int(s, (int64_t)limit);
	while (stmt_next(s, err)) {
		struct version_brief v = { .id = stmt_int(s, "id") };

		v.model = stmt_text(s, "model");
		v.version = stmt_int(s, "version");
		v.stage = stmt_text(s, "stage");
		v.who = stmt_text(s, "who");
		v.time = stmt_int(s, "time");
		take(arg, &v);
		++*n;
	}
	return stmt_end(s, RC_OK);
}

enum rc reg_alias_all(struct registry *reg,
		      void (*take)(void *arg, const char *model,
				   int64_t version, const char *alias),
		      void *arg, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT v.model, v.version, a.alias "
		"FROM alias AS a JOIN version AS v ON v.id = a.version_id "
		"ORDER BY v.model, v.version, a.alias");

	while (stmt_next(s, err)) {
		const char *model = stmt_text(s, "model");
		int64_t version = stmt_int(s, "version");

		take(arg, model, version, stmt_text(s, "alias"));
	}
	return stmt_end(s, RC_OK);
}
