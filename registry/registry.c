#include "registry/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/migrate.h"
#include "registry/schema.h"

/* Columns of test sets and predictions come in pieces of hundreds of KiB. */
#define PAGE_SIZE_SQL "PRAGMA page_size = 8192"
#define SYNC_EXTRA 3

char *reg_default_path(const char *given)
{
	const char *env = getenv("MUSTER_REGISTRY");
	char *folder, *path;

	if (given)
		return xstrdup(given);
	if (env && *env)
		return xstrdup(env);
	folder = fsx_data_dir();
	path = folder ? xasprintf("%s/registry.db", folder) :
	       xstrdup("registry.db");
	free(folder);
	return path;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") :
	       xmemdupz(path, (size_t)(slash - path));
}

/* -- Who may write -- */

/* A group folder passes its group on, so that everybody's journal can be
 * rolled back by everybody. */
static bool is_group_folder(const struct stat *folder)
{
	return (folder->st_mode & (S_ISGID | S_IWGRP | S_IWOTH)) ==
	       (S_ISGID | S_IWGRP);
}

static bool is_private_folder(const struct stat *folder)
{
	return (folder->st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
	       (folder->st_uid == fsx_uid() || folder->st_uid == 0 ||
		fsx_uid() == 0);
}

/* Why the file cannot safely be written, or NULL; the caller frees. */
static char *why_not_write(const char *path, const char *folder_path,
			   const struct stat *file, const struct stat *folder)
{
	unsigned mode = file->st_mode & 07777;

	if (is_private_folder(folder) && mode != 0600)
		return xasprintf("its mode is %04o in a private folder; "
				 "'chmod 0600 %s' makes it writable for its "
				 "owner", mode, path);
	if (is_private_folder(folder))
		return NULL;
	if (!is_group_folder(folder))
		return xasprintf("others could write in its folder; 'chmod "
				 "go-w %s' makes that private, 'chmod g+ws,o-w "
				 "%s' a folder of its group", folder_path,
				 folder_path);
	if (mode != 0660)
		return xasprintf("its mode is %04o in a folder of a group; "
				 "'chmod 0660 %s' lets the group write", mode,
				 path);
	if (file->st_gid != folder->st_gid)
		return xasprintf("its group is not its folder's; 'chgrp %u %s' "
				 "corrects that", (unsigned)folder->st_gid,
				 path);
	return NULL;
}

static char *why_readonly(const struct reg_options *o, const char *path,
			  const struct stat *file)
{
	char *folder_path = folder_of(path), *why = NULL;
	const char *remote;
	struct stat folder;

	if (stat(folder_path, &folder) != 0)
		why = xasprintf("its folder cannot be looked at: %s",
				strerror(errno));
	else if (access(path, W_OK) != 0 || access(folder_path, W_OK) != 0)
		why = xasprintf("you may not write the file and its folder");
	else
		why = why_not_write(path, folder_path, file, &folder);
	if (!why && !o->vouch_locks && fsx_is_remote(path, &remote))
		why = xasprintf("it lies on %s, whose locks cannot be relied "
				"on; --vouch-locks says that here they can",
				remote);
	free(folder_path);
	return why;
}

/* -- The journal -- */

static enum rc pragma_int(struct db *db, const char *sql, const char *column,
			  int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(db, sql);
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, column);
	stmt_done(s);
	return RC_OK;
}

static enum rc expect_truncate(struct stmt *s, struct err *err)
{
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	if (strcmp(stmt_text(s, "journal_mode"), "truncate") != 0)
		rc = err_set(err, RC_REFUSED, "another program keeps the "
			     "registry in journal mode '%s', in which changes "
			     "can be lost; close that program and try again",
			     stmt_text(s, "journal_mode"));
	stmt_done(s);
	return rc;
}

enum rc reg_check_journal(struct db *db, struct err *err)
{
	return expect_truncate(db_prepare(db, "PRAGMA main.journal_mode"), err);
}

enum rc reg_set_journal(struct db *db, struct err *err)
{
	int64_t sync;
	enum rc rc;

	rc = expect_truncate(db_prepare_once(db,
		"PRAGMA main.journal_mode = TRUNCATE"), err);
	if (rc == RC_BUSY)
		return err_set(err, RC_REFUSED, "another program keeps the "
			       "registry in another journal mode (WAL), in "
			       "which changes can be lost; close that program "
			       "and try again");
	if (rc == RC_OK)
		rc = db_script(db, "PRAGMA main.synchronous = EXTRA;"
				   "PRAGMA cache_spill = OFF;", err);
	if (rc == RC_OK)
		rc = pragma_int(db, "PRAGMA main.synchronous", "synchronous",
				&sync, err);
	if (rc == RC_OK && sync != SYNC_EXTRA)
		rc = err_set(err, RC_REFUSED, "this SQLite does not sync in "
			     "full; build with another");
	return rc;
}

/* -- Identity -- */

static enum rc check_ids(struct db *db, const char *path, int64_t *version,
			 struct err *err)
{
	int64_t id;
	struct stmt *s;
	bool is_utf8;
	enum rc rc = schema_read_ids(db, &id, version, err);

	if (rc != RC_OK)
		return rc;
	if (id != SCHEMA_APPLICATION_ID || *version < 1)
		return err_set(err, RC_REFUSED, "'%s' is not a registry of "
			       "muster", path);
	if (*version > SCHEMA_VERSION)
		return err_set(err, RC_REFUSED, "registry '%s' has schema "
			       "version %lld, this muster knows up to %d; use "
			       "a newer muster", path, (long long)*version,
			       SCHEMA_VERSION);
	s = db_prepare(db, "PRAGMA encoding");
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	is_utf8 = !strcmp(stmt_text(s, "encoding"), "UTF-8");
	stmt_done(s);
	return is_utf8 ? RC_OK : err_set(err, RC_REFUSED, "registry '%s' is "
					 "not kept in UTF-8", path);
}

static enum rc stat_file(const char *path, struct stat *st, struct err *err)
{
	if (stat(path, st) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, RC_NOT_FOUND, "registry '%s' does not "
			       "exist; 'muster init' creates one", path);
	if (access(path, R_OK) != 0)
		return err_errno(err, RC_IO, "registry '%s' cannot be read",
				 path);
	if (!S_ISREG(st->st_mode))
		return err_set(err, RC_REFUSED, "'%s' is not a file", path);
	if (st->st_size == 0)
		return err_set(err, RC_REFUSED, "'%s' is empty, not a registry "
			       "(a creation that was interrupted?); remove it "
			       "and run 'muster init'", path);
	return RC_OK;
}

enum rc reg_open_file(const char *path, struct db **out, int64_t *version,
		      struct err *err)
{
	struct stat st;
	enum rc rc = stat_file(path, &st, err);

	*out = NULL;
	if (rc == RC_OK)
		rc = db_open(path, DB_READ, out, err);
	if (rc == RC_OK)
		rc = check_ids(*out, path, version, err);
	if (rc != RC_OK) {
		db_close(*out);
		*out = NULL;
	}
	return rc;
}

/* -- Opening -- */

static enum rc data_version(struct registry *reg, int64_t *out,
			    struct err *err)
{
	return pragma_int(reg->db, "PRAGMA data_version", "data_version", out,
			  err);
}

/* Schema of today, after migrating if it may. */
static enum rc check_schema(struct registry *reg, int64_t version,
			    struct err *err)
{
	enum rc rc = RC_OK;

	if (version < SCHEMA_VERSION && reg->readonly)
		return err_set(err, RC_REFUSED, "registry '%s' has schema "
			       "version %lld and must be migrated to %d: open "
			       "it once for writing", reg->path,
			       (long long)version, SCHEMA_VERSION);
	if (version < SCHEMA_VERSION)
		rc = migrate(reg->db, reg->path, err);
	return rc == RC_OK ? schema_check(reg->db, err) : rc;
}

enum rc reg_connect(struct registry *reg, struct err *err)
{
	int64_t version;
	enum rc rc = db_open(reg->path, reg->readonly ? DB_READ : DB_WRITE,
			     &reg->db, err);

	if (rc == RC_OK)
		rc = check_ids(reg->db, reg->path, &version, err);
	if (rc == RC_OK && !reg->readonly)
		rc = reg_set_journal(reg->db, err);
	if (rc == RC_OK)
		rc = check_schema(reg, version, err);
	if (rc == RC_OK)
		rc = data_version(reg, &reg->data_version, err);
	if (rc == RC_OK && !reg->shown)
		reg->shown = reg->db;
	return rc;
}

enum rc reg_reconnect(struct registry *reg, struct err *err)
{
	bool shows_it = reg->shown == reg->db;
	enum rc rc;

	db_close(reg->db);
	reg->db = NULL;
	if (shows_it)
		reg->shown = NULL;
	rc = reg_connect(reg, err);
	if (rc != RC_OK) {
		db_close(reg->db);
		reg->db = db_lost(reg->path);
	}
	if (shows_it)
		reg->shown = reg->db;
	return rc;
}

enum rc reg_open(const struct reg_options *options, struct registry **out,
		 struct err *err)
{
	struct registry *reg = XNEW(struct registry);
	struct stat st;
	enum rc rc;

	*out = NULL;
	reg->options = *options;
	reg->path = xstrdup(options->path);
	reg->readonly = options->readonly || options->as_of;
	reg->options.path = reg->options.as_of = NULL;
	reg->actor = (struct actor){ (int64_t)fsx_uid(), fsx_loginuid(),
				     fsx_login() };
	rc = stat_file(reg->path, &st, err);
	if (rc != RC_OK)
		goto out;
	reg->dev = st.st_dev;
	reg->ino = st.st_ino;
	reg->guard = fsx_guard(reg->path);
	if (!reg->readonly)
		reg->why = why_readonly(options, reg->path, &st);
	reg->readonly |= reg->why != NULL;
	rc = reg_connect(reg, err);
	if (rc == RC_OK && options->as_of)
		rc = asof_open(reg, options->as_of, err);
out:
	if (rc != RC_OK)
		reg_close(reg);
	else
		*out = reg;
	return rc;
}

void reg_close(struct registry *reg)
{
	if (!reg)
		return;
	if (reg->tx || reg->read_depth)
		BUG("registry closed within a transaction");
	if (reg->shown != reg->db)
		db_close(reg->shown);
	db_close(reg->db);
	db_close(reg->scratch);
	fsx_unguard(reg->guard);
	free(reg->path);
	free(reg->as_of);
	free(reg->why);
	free(reg);
}

const char *reg_path(const struct registry *reg)
{
	return reg->path;
}

bool reg_readonly(const struct registry *reg)
{
	return reg->readonly;
}

const char *reg_readonly_why(const struct registry *reg)
{
	return reg->why;
}

const char *reg_as_of(const struct registry *reg)
{
	return reg->as_of;
}

enum rc reg_read_size(struct registry *reg, uint64_t *out, struct err *err)
{
	if (!reg->as_of)
		return log_size(reg->db, out, err);
	*out = reg->as_of_size;
	return RC_OK;
}

uint64_t reg_size(struct registry *reg)
{
	uint64_t size;

	return reg_read_size(reg, &size, NULL) == RC_OK ? size : 0;
}

void reg_answers_begin(struct registry *reg)
{
	db_forget_failure(reg->db);
	db_forget_failure(reg->shown);
}

enum rc reg_answers_end(const struct registry *reg, struct err *err)
{
	enum rc rc = db_failure(reg->db, err);

	return rc == RC_OK ? db_failure(reg->shown, err) : rc;
}

struct db *reg_db(struct registry *reg)
{
	return reg->shown;
}

/* -- Has it changed? -- */

enum rc reg_check_place(const struct registry *reg, struct err *err)
{
	struct stat st;

	if (stat(reg->path, &st) == 0 && st.st_dev == reg->dev &&
	    st.st_ino == reg->ino)
		return RC_OK;
	return err_set(err, RC_REFUSED, "registry '%s' was replaced or removed "
		       "while it was open; nothing was saved, start muster "
		       "again", reg->path);
}

enum rc reg_check_writable(const struct registry *reg, struct err *err)
{
	if (!reg->readonly)
		return RC_OK;
	return err_set(err, RC_REFUSED, "registry '%s' is open for reading "
		       "only%s%s", reg->path, reg->why ? ": " : "",
		       reg->why ? reg->why : "");
}

struct maintaining {
	db_work_fn *fn;
	void *arg;
};

static enum rc maintain(struct db *db, void *arg, struct err *err)
{
	const struct maintaining *m = arg;
	enum rc rc = reg_check_journal(db, err);

	return rc == RC_OK ? m->fn(db, m->arg, err) : rc;
}

enum rc reg_maintain(struct registry *reg, db_work_fn *fn, void *arg,
		     struct err *err)
{
	struct maintaining m = { fn, arg };
	enum rc rc = reg_check_writable(reg, err);

	if (rc == RC_OK)
		rc = reg_check_place(reg, err);
	return rc == RC_OK ? db_transact(reg->db, !reg->options.dry_run,
					 maintain, &m, err) : rc;
}

bool reg_changed(struct registry *reg, bool *gone)
{
	int64_t now;

	*gone = reg_check_place(reg, NULL) != RC_OK;
	if (*gone)
		return true;
	if (reg->as_of || data_version(reg, &now, NULL) != RC_OK ||
	    now == reg->data_version)
		return false;
	reg->data_version = now;
	return true;
}

enum rc reg_read_begin(struct registry *reg, struct err *err)
{
	enum rc rc = RC_OK;

	if (!reg->tx && reg->read_depth == 0)
		rc = db_script(reg->shown, "BEGIN", err);
	if (rc == RC_OK)
		reg->read_depth += !reg->tx;
	return rc;
}

void reg_read_end(struct registry *reg)
{
	if (reg->tx)
		return;
	if (reg->read_depth == 0)
		BUG("reg_read_end without reg_read_begin");
	if (--reg->read_depth == 0 && db_in_transaction(reg->shown))
		(void)!db_script(reg->shown, "COMMIT", NULL);
}

/* -- Creating -- */

static enum rc first_entry(struct reg_tx *tx, void *arg, struct err *err)
{
	(void)arg;
	return tx_append(tx, "registry.init", "registry", 0, json_new_object(),
			 NULL, err);
}

static enum rc fill(struct db *db, struct err *err)
{
	char *ids = xasprintf("PRAGMA application_id = %d;"
			      "PRAGMA user_version = %d;",
			      SCHEMA_APPLICATION_ID, SCHEMA_VERSION);
	enum rc rc = db_script(db, PAGE_SIZE_SQL, err);

	if (rc == RC_OK)
		rc = reg_set_journal(db, err);
	if (rc == RC_OK)
		rc = db_script(db, "BEGIN IMMEDIATE", err);
	db_allow_writes(db, true);
	if (rc == RC_OK)
		rc = db_script(db, ids, err);
	if (rc == RC_OK)
		rc = schema_create(db, err);
	if (rc == RC_OK)
		rc = db_script(db, "COMMIT", err);
	db_allow_writes(db, false);
	free(ids);
	return rc;
}

/* Schema and first entry, under a name that nobody knows yet. */
static enum rc make(const char *temp, struct err *err)
{
	struct reg_options options = { .path = temp };
	struct registry *reg = NULL;
	struct db *db = NULL;
	enum rc rc = db_open(temp, DB_WRITE, &db, err);

	if (rc == RC_OK)
		rc = fill(db, err);
	db_close(db);
	if (rc == RC_OK)
		rc = reg_open(&options, &reg, err);
	if (rc == RC_OK && reg_readonly(reg))
		rc = err_set(err, RC_REFUSED, "'%s' cannot become a registry: "
			     "%s", temp, reg->why);
	if (rc == RC_OK)
		rc = reg_write(reg, first_entry, NULL, err);
	reg_close(reg);
	return rc;
}

/* A creation that is interrupted leaves nothing under the registry's name. */
static enum rc create_in(const char *path, unsigned mode, struct err *err)
{
	char *temp = xasprintf("%s.part-%ld", path, (long)getpid());
	char *journal = xasprintf("%s-journal", temp);
	enum rc rc = fsx_create_store(temp, mode, err);

	if (rc == RC_OK) {
		rc = make(temp, err);
		unlink(journal);
		if (rc == RC_OK)
			rc = fsx_rename_new(temp, path, err);
		if (rc != RC_OK)
			unlink(temp);
	}
	free(journal);
	free(temp);
	return rc;
}

/* Only the folder that the XDG rules name for us is made unasked. */
static enum rc make_data_folder(const char *folder, struct err *err)
{
	char *data = fsx_data_dir();
	enum rc rc = RC_OK;

	if (data && !strcmp(folder, data) && !fsx_exists(folder))
		rc = fsx_mkdirs(folder, 0700, err);
	free(data);
	return rc;
}

enum rc reg_create(const char *path, struct err *err)
{
	char *folder = folder_of(path);
	struct stat st;
	enum rc rc = make_data_folder(folder, err);

	if (rc == RC_OK && fsx_exists(path))
		rc = err_set(err, RC_EXISTS, "registry '%s' exists already",
			     path);
	else if (rc == RC_OK && stat(folder, &st) != 0)
		rc = err_errno(err, RC_NOT_FOUND, "folder '%s'", folder);
	else if (rc == RC_OK)
		rc = create_in(path, is_group_folder(&st) ? 0660 : 0600, err);
	free(folder);
	return rc;
}
