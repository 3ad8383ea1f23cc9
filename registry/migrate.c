#include "registry/migrate.h"

#include <stdio.h>

#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/schema.h"

static const struct migration migrations[] = {
	/* to 2 */
	{ "projections say more (the risk of datasets)", NULL },
	/* to 3: what a program of 2 could not read comes with new entries only */
	{ "predictions are stored in fewer bytes", NULL },
};
#define N_MIGRATIONS (SCHEMA_VERSION - 1)

static enum rc set_version(struct db *db, int64_t version, struct err *err)
{
	char *sql = xasprintf("PRAGMA user_version = %lld", (long long)version);
	enum rc rc = db_script(db, sql, err);

	free(sql);
	return rc;
}

struct migrating {
	const struct migration *steps;
	size_t n_steps;
	enum rc (*rebuild)(struct db *db, struct err *err);	/* or NULL */
};

/* Within the transaction: the file may have been migrated while we waited. */
static enum rc run_steps(struct db *db, void *arg, struct err *err)
{
	const struct migrating *m = arg;
	const struct migration *steps = m->steps;
	size_t n_steps = m->n_steps;
	int64_t id, version;
	size_t i;
	enum rc rc = schema_read_ids(db, &id, &version, err);

	if (rc != RC_OK)
		return rc;
	if (version < 1 || (size_t)version > n_steps)
		return RC_OK;
	for (i = (size_t)version - 1; i < n_steps && rc == RC_OK; i++) {
		if (steps[i].sql)
			rc = db_script(db, steps[i].sql, err);
		if (rc != RC_OK)
			err_prefix(err, "migration to version %zu (%s)", i + 2,
				   steps[i].why);
	}
	if (rc == RC_OK && m->rebuild)
		rc = m->rebuild(db, err);
	return rc == RC_OK ? set_version(db, (int64_t)n_steps + 1, err) : rc;
}

static enum rc make_backup(struct db *db, const char *path, size_t version,
			   struct err *err)
{
	char *to = xasprintf("%s.before-v%zu", path, version);
	enum rc rc = backup_file(db, to, true, NULL, err);

	if (rc != RC_OK)
		err_prefix(err, "the backup before migrating failed, nothing "
			   "was changed");
	free(to);
	return rc;
}

enum rc migrate_by(struct db *db, const char *path,
		   const struct migration *steps, size_t n_steps,
		   enum rc (*rebuild)(struct db *db, struct err *err),
		   struct err *err)
{
	struct migrating m = { steps, n_steps, rebuild };
	int64_t id, version;
	enum rc rc = schema_read_ids(db, &id, &version, err);

	if (rc == RC_OK && version > (int64_t)n_steps)
		return RC_OK;
	if (rc == RC_OK)
		rc = make_backup(db, path, n_steps + 1, err);
	return rc == RC_OK ? db_transact(db, true, run_steps, &m, err) : rc;
}

static enum rc rebuild(struct db *db, struct err *err)
{
	return rebuild_projections(db, NULL, err);
}

enum rc migrate(struct db *db, const char *path, struct err *err)
{
	return migrate_by(db, path, migrations, N_MIGRATIONS, rebuild, err);
}
