/* Files of our own: drafts, exports, reports, state. Never the registry.
 *
 * A file appears whole or not at all: temporary name in the same folder,
 * write, fsync, rename, fsync of the folder. */
#ifndef MUSTER_BASE_FSX_H
#define MUSTER_BASE_FSX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Reads a whole file, at most max bytes (more is RC_BAD_INPUT). */
enum rc fsx_read(const char *path, size_t max, struct buf *out,
		 struct err *err) MUST_USE;
/* The same, of what is open already; path: for errors. */
enum rc fsx_read_fd(int fd, const char *path, size_t max, struct buf *out,
		    struct err *err) MUST_USE;
/* A plain file for reading, close-on-exec; a folder, a device or a FIFO is
 * RC_BAD_INPUT and is not waited for. The caller closes *fd. */
enum rc fsx_open_read(const char *path, int *fd, struct err *err) MUST_USE;
/* A file in memory that holds the bytes, at its start; the caller closes. */
enum rc fsx_memory(const void *bytes, size_t n, int *fd, struct err *err)
	MUST_USE;
/* mode: 0600 for private files. Refuses an existing file with RC_EXISTS
 * unless replace; a link or a device in its place is never replaced, and
 * neither is a guarded file. */
enum rc fsx_write(const char *path, const void *bytes, size_t n,
		  unsigned mode, bool replace, struct err *err) MUST_USE;
/* As fsx_write, and an existing file is never lost: it is kept as PATH.1 (or
 * .2 …, the first name that is free). *kept (or NULL) receives that name, the
 * caller's to free, or NULL; a file with these very bytes is left alone. */
enum rc fsx_write_keep(const char *path, const void *bytes, size_t n,
		       unsigned mode, char **kept, struct err *err) MUST_USE;
/* Guards an open registry: until fsx_unguard, fsx_write and fsx_write_keep
 * refuse to take its place, by whatever name, or a name that is its
 * journal's. By stat alone: to open and close the file would drop the locks
 * that SQLite holds on it. Threads may guard the same file at once. */
struct fsx_guard;
struct fsx_guard *fsx_guard(const char *path);	/* NULL: it is not there */
void fsx_unguard(struct fsx_guard *g);		/* NULL is allowed */
/* RC_REFUSED if path is a guarded file or would be its journal; for those who
 * put something in place without fsx_write. */
enum rc fsx_check_guards(const char *path, struct err *err) MUST_USE;

/* Makes a folder and its parents, the last with the mode. */
enum rc fsx_mkdirs(const char *path, unsigned mode, struct err *err) MUST_USE;
/* An empty registry file with mode 0660 or 0600 whatever the umask, O_EXCL;
 * RC_EXISTS if there is one. Called before SQLite first opens it. */
enum rc fsx_create_store(const char *path, unsigned mode,
			 struct err *err) MUST_USE;
/* rename and fsync of the folder. */
enum rc fsx_rename(const char *from, const char *to, struct err *err) MUST_USE;
/* As fsx_rename, but RC_EXISTS if there is something under that name. */
enum rc fsx_rename_new(const char *from, const char *to,
		       struct err *err) MUST_USE;
enum rc fsx_sync_path(const char *path, struct err *err) MUST_USE;
bool fsx_exists(const char *path);
/* Free bytes of the file system that holds path. */
enum rc fsx_free_space(const char *path, uint64_t *out,
		       struct err *err) MUST_USE;
/* True on network and FUSE file systems; *name (or NULL) gets a static word. */
bool fsx_is_remote(const char *path, const char **name);

/* XDG base folders of the user with /muster added; NULL where there is no
 * home. The caller frees. */
char *fsx_data_dir(void);	/* $XDG_DATA_HOME */
char *fsx_state_dir(void);	/* $XDG_STATE_HOME */
char *fsx_config_dir(void);	/* $XDG_CONFIG_HOME */

/* Who runs us: kernel uid; login name from the passwd file, else "uid1000".
 * Never from the environment. Borrowed, for ever. */
unsigned fsx_uid(void);
const char *fsx_login(void);
/* /proc/self/loginuid, or -1 when unset. */
int64_t fsx_loginuid(void);

#endif
