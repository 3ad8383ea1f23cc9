/* A copy that is proved before it takes its name. */
#include <stdio.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"

struct copying {
	struct reg_progress *progress;
};

static enum rc say(void *arg, uint64_t done, uint64_t all)
{
	struct copying *c = arg;

	return c->progress->step(c->progress->arg, "copying", done, all);
}

static enum rc copy(struct db *from, const char *temp,
		    struct reg_progress *progress, struct err *err)
{
	struct copying c = { progress };
	struct db_copying copying = { progress ? say : NULL, &c };
	struct db *to = NULL;
	enum rc rc = db_open(temp, DB_WRITE, &to, err);

	if (rc != RC_OK)
		return rc;
	/* Nobody else knows the name yet, and fsync follows. */
	rc = db_script(to, "PRAGMA journal_mode = OFF;"
			   "PRAGMA synchronous = OFF;", err);
	db_allow_writes(to, true);
	/* Without a transaction of ours a busy registry would restart the
	 * copy for ever. */
	if (rc == RC_OK)
		rc = db_script(from, "BEGIN", err);
	if (rc == RC_OK) {
		rc = db_copy(from, to, &copying, err);
		(void)!db_script(from, "COMMIT", NULL);
	}
	db_close(to);
	return rc;
}

static enum rc prove(const char *temp, struct reg_progress *progress,
		     struct err *err)
{
	struct reg_verdict v;
	enum rc rc = reg_fsck(temp, progress, &v, err);

	if (rc == RC_OK && !v.ok)
		rc = err_set(err, RC_CORRUPT, "the copy does not verify: %s; "
			     "run 'muster fsck' on the registry", v.why);
	return rc;
}

enum rc backup_file(struct db *from, const char *to, bool replace,
		    struct reg_progress *progress, struct err *err)
{
	char *temp = xasprintf("%s.part-%ld", to, (long)getpid());
	enum rc rc = RC_OK;

	if (!replace && fsx_exists(to)) {
		rc = err_set(err, RC_EXISTS, "'%s' exists already", to);
		free(temp);
		return rc;
	}
	rc = fsx_create_store(temp, 0600, err);
	if (rc != RC_OK) {
		free(temp);
		return rc;
	}
	rc = copy(from, temp, progress, err);
	if (rc == RC_OK)
		rc = fsx_sync_path(temp, err);
	if (rc == RC_OK)
		rc = prove(temp, progress, err);
	if (rc == RC_OK)
		rc = replace ? fsx_rename(temp, to, err) :
		     fsx_rename_new(temp, to, err);
	if (rc != RC_OK)
		unlink(temp);
	free(temp);
	return rc;
}

enum rc reg_backup(struct registry *reg, const char *to, bool replace,
		   struct reg_progress *progress, struct err *err)
{
	enum rc rc = reg_check_place(reg, err);

	/* What others commit while the copy is made would be gone. */
	if (rc == RC_OK)
		rc = fsx_check_guards(to, err);
	return rc == RC_OK ? backup_file(reg->db, to, replace, progress, err) :
	       rc;
}
