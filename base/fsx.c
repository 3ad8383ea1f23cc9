#include "base/fsx.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"

/* The folder that holds path; the caller frees. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	if (slash == path)
		return xstrdup("/");
	return xmemdupz(path, (size_t)(slash - path));
}

static enum rc io_error(struct err *err, const char *what, const char *path)
{
	enum rc rc = errno == ENOENT ? RC_NOT_FOUND :
		     errno == EEXIST ? RC_EXISTS :
		     errno == ENOSPC || errno == EDQUOT ? RC_NO_SPACE : RC_IO;

	return err_errno(err, rc, "%s '%s' failed", what, path);
}

static enum rc sync_folder_of(const char *path, struct err *err)
{
	char *folder = folder_of(path);
	enum rc rc = fsx_sync_path(folder, err);

	free(folder);
	return rc;
}

enum rc fsx_open_read(const char *path, int *out, struct err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return io_error(err, "opening", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, RC_BAD_INPUT, "'%s' is not a file", path);
	}
	*out = fd;
	return RC_OK;
}

enum rc fsx_memory(const void *bytes, size_t n, int *out, struct err *err)
{
	const char *p = bytes;
	int fd = memfd_create("muster", MFD_CLOEXEC);

	while (fd >= 0 && n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			close(fd);
			fd = -1;
			break;
		}
		p += done;
		n -= (size_t)done;
	}
	if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, RC_IO, "a file in memory");
	*out = fd;
	return RC_OK;
}

enum rc fsx_read_fd(int fd, const char *path, size_t max, struct buf *out,
		    struct err *err)
{
	enum { STEP = 64 * 1024 };
	size_t start = out->len;
	enum rc rc = RC_OK;

	for (;;) {
		ssize_t n;

		buf_reserve(out, STEP);
		n = read(fd, out->data + out->len, STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = io_error(err, "reading", path);
		if (n <= 0)
			break;
		buf_reserve(out, (size_t)n);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > max) {
			rc = err_set(err, RC_BAD_INPUT, "'%s' is larger than "
				     "%zu bytes", path, max);
			break;
		}
	}
	if (rc != RC_OK)
		buf_truncate(out, start);
	return rc;
}

enum rc fsx_read(const char *path, size_t max, struct buf *out,
		 struct err *err)
{
	int fd = -1;
	enum rc rc = fsx_open_read(path, &fd, err);

	if (rc != RC_OK)
		return rc;
	rc = fsx_read_fd(fd, path, max, out, err);
	close(fd);
	return rc;
}

/* A link, a device or a pipe in the target's place is not replaced: what was
 * meant by it cannot be known. */
static enum rc check_target(const char *path, bool replace, struct err *err)
{
	struct stat st;
	enum rc rc = fsx_check_guards(path, err);

	if (rc != RC_OK)
		return rc;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? RC_OK :
		       io_error(err, "looking at", path);
	if (!replace)
		return err_set(err, RC_EXISTS, "'%s' exists already", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, RC_REFUSED, "'%s' is not a plain file and "
			       "is not replaced", path);
	return RC_OK;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Fills, syncs and closes the open file; the name is for messages. */
static enum rc fill(int fd, const char *path, const void *bytes, size_t n,
		    unsigned mode, struct err *err)
{
	enum rc rc = RC_OK;

	if (fchmod(fd, mode) < 0 || write_all(fd, bytes, n) < 0 ||
	    fsync(fd) < 0)
		rc = io_error(err, "writing", path);
	if (close(fd) < 0 && rc == RC_OK)
		rc = io_error(err, "closing", path);
	return rc;
}

/* link() where the file system knows no exclusive rename. */
static int rename_exclusive(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return link(from, to) < 0 ? -1 : unlink(from);
}

enum rc fsx_write(const char *path, const void *bytes, size_t n,
		  unsigned mode, bool replace, struct err *err)
{
	enum rc rc = check_target(path, replace, err);
	char *folder, *temp;
	int fd;

	if (rc != RC_OK)
		return rc;
	folder = folder_of(path);
	temp = xasprintf("%s/.muster.XXXXXX", folder);
	free(folder);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		rc = io_error(err, "creating a file beside", path);
		free(temp);
		return rc;
	}
	rc = fill(fd, path, bytes, n, mode, err);
	if (rc == RC_OK &&
	    (replace ? rename(temp, path) : rename_exclusive(temp, path)) < 0)
		rc = io_error(err, "creating", path);
	if (rc != RC_OK)
		unlink(temp);
	else
		rc = sync_folder_of(path, err);
	free(temp);
	return rc;
}

/* One folder. *made tells whether it was not there. */
static enum rc make_folder(const char *path, unsigned mode, bool *made,
			   struct err *err)
{
	struct stat st;

	*made = mkdir(path, mode) == 0;
	if (*made)
		return RC_OK;
	if (errno != EEXIST)
		return io_error(err, "making the folder", path);
	if (stat(path, &st) < 0)
		return io_error(err, "looking at", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, RC_EXISTS, "'%s' is not a folder", path);
	return RC_OK;
}

static bool has_bytes(const char *path, const void *bytes, size_t n)
{
	struct buf now = BUF_INIT;
	bool same = fsx_read(path, n, &now, NULL) == RC_OK && now.len == n &&
		    (n == 0 || !memcmp(now.data, bytes, n));

	buf_release(&now);
	return same;
}

/* A second name for the file, the first that is free. */
static enum rc keep_as(const char *path, char **kept, struct err *err)
{
	enum { MOST = 9999 };

	for (int i = 1; i <= MOST; i++) {
		*kept = xasprintf("%s.%d", path, i);
		if (link(path, *kept) == 0)
			return RC_OK;
		if (errno != EEXIST)
			break;
		free(*kept);
		*kept = NULL;
	}
	free(*kept);
	*kept = NULL;
	return err_errno(err, RC_IO, "cannot keep '%s' under another name",
			 path);
}

enum rc fsx_write_keep(const char *path, const void *bytes, size_t n,
		       unsigned mode, char **kept, struct err *err)
{
	char *name = NULL;
	enum rc rc;

	if (kept)
		*kept = NULL;
	if (!fsx_exists(path))
		return fsx_write(path, bytes, n, mode, false, err);
	rc = check_target(path, true, err);
	if (rc != RC_OK)
		return rc;
	if (has_bytes(path, bytes, n))
		return RC_OK;
	rc = keep_as(path, &name, err);
	if (rc != RC_OK)
		return rc;
	rc = fsx_write(path, bytes, n, mode, true, err);
	if (rc != RC_OK)
		(void)!unlink(name);
	if (rc == RC_OK && kept)
		*kept = name;
	else
		free(name);
	return rc;
}

/* Whatever the umask, who makes a folder can use it. */
static enum rc make_parent(const char *path, struct err *err)
{
	struct stat st;
	bool made = false;
	enum rc rc = make_folder(path, 0777, &made, err);

	if (rc == RC_OK && made &&
	    (stat(path, &st) < 0 || chmod(path, st.st_mode | 0700) < 0))
		rc = io_error(err, "setting the mode of", path);
	return rc;
}

enum rc fsx_mkdirs(const char *path, unsigned mode, struct err *err)
{
	char *copy = xstrdup(path);
	size_t n = strlen(copy);
	enum rc rc = RC_OK;
	bool made = false;

	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	for (char *s = copy + 1; *copy && *s && rc == RC_OK; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		rc = make_parent(copy, err);
		*s = '/';
	}
	if (rc == RC_OK)
		rc = make_folder(copy, mode, &made, err);
	if (rc == RC_OK && made && chmod(copy, mode) < 0)
		rc = io_error(err, "setting the mode of", path);
	free(copy);
	return rc;
}

enum rc fsx_create_store(const char *path, unsigned mode, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      0600);
	enum rc rc;

	if (fd < 0 && errno == EEXIST)
		return err_set(err, RC_EXISTS, "'%s' exists already", path);
	if (fd < 0)
		return io_error(err, "creating", path);
	rc = fill(fd, path, "", 0, mode, err);
	if (rc != RC_OK) {
		unlink(path);
		return rc;
	}
	return sync_folder_of(path, err);
}

enum rc fsx_rename(const char *from, const char *to, struct err *err)
{
	if (rename(from, to) < 0)
		return err_errno(err, errno == ENOENT ? RC_NOT_FOUND : RC_IO,
				 "renaming '%s' to '%s' failed", from, to);
	return sync_folder_of(to, err);
}

enum rc fsx_rename_new(const char *from, const char *to, struct err *err)
{
	if (rename_exclusive(from, to) < 0)
		return err_errno(err, errno == EEXIST ? RC_EXISTS : RC_IO,
				 "renaming '%s' to '%s' failed", from, to);
	return sync_folder_of(to, err);
}

enum rc fsx_sync_path(const char *path, struct err *err)
{
	enum rc rc = RC_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return io_error(err, "opening", path);
	/* EINVAL: a file system that cannot sync folders has nothing to. */
	if (fsync(fd) < 0 && errno != EINVAL)
		rc = io_error(err, "syncing", path);
	close(fd);
	return rc;
}

bool fsx_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

enum rc fsx_free_space(const char *path, uint64_t *out, struct err *err)
{
	struct statvfs fs;

	if (statvfs(path, &fs) < 0)
		return io_error(err, "asking for the free space at", path);
	*out = (uint64_t)fs.f_bavail * fs.f_frsize;
	return RC_OK;
}

bool fsx_is_remote(const char *path, const char **name)
{
	/* linux/magic.h names some of these, statfs(2) the others */
	static const struct {
		uint32_t type;
		const char *name;
	} remote[] = {
		{ 0x00006969, "NFS" }, { 0xff534d42, "CIFS" },
		{ 0xfe534d42, "SMB" }, { 0x0000517b, "SMB" },
		{ 0x65735546, "FUSE" }, { 0x01021997, "9P" },
		{ 0x5346414f, "AFS" }, { 0x6b414653, "AFS" },
		{ 0x00c36400, "Ceph" }, { 0x01161970, "GFS2" },
		{ 0x7461636f, "OCFS2" }, { 0x0bd00bd0, "Lustre" },
		{ 0x73757245, "Coda" }, { 0x0000564c, "NCP" },
		{ 0x786f4256, "vboxsf" }, { 0xbacbacbc, "vmhgfs" },
	};
	struct statfs fs;
	char *folder;
	int failed = statfs(path, &fs);

	if (failed) {
		folder = folder_of(path);
		failed = statfs(folder, &fs);
		free(folder);
	}
	for (size_t i = 0; !failed && i < COUNT(remote); i++) {
		if (remote[i].type == (uint32_t)fs.f_type) {
			if (name)
				*name = remote[i].name;
			return true;
		}
	}
	return false;
}

/* $variable, else $HOME/below; the XDG specification has relative values
 * ignored. */
static char *xdg_dir(const char *variable, const char *below)
{
	const char *base = getenv(variable), *home = getenv("HOME");

	if (base && base[0] == '/')
		return xasprintf("%s/muster", base);
	if (home && home[0] == '/')
		return xasprintf("%s/%s/muster", home, below);
	return NULL;
}

char *fsx_data_dir(void)
{
	return xdg_dir("XDG_DATA_HOME", ".local/share");
}

char *fsx_state_dir(void)
{
	return xdg_dir("XDG_STATE_HOME", ".local/state");
}

char *fsx_config_dir(void)
{
	return xdg_dir("XDG_CONFIG_HOME", ".config");
}

unsigned fsx_uid(void)
{
	return getuid();
}

/* The file alone: a static binary has no other source of names. */
static bool find_login(unsigned uid, char *out, size_t size)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd entry, *found;
	char room[4096];
	bool ok = false;

	while (f && !ok && fgetpwent_r(f, &entry, room, sizeof(room), &found)
	       == 0) {
		ok = entry.pw_uid == uid && entry.pw_name[0];
		if (ok)
			snprintf(out, size, "%s", entry.pw_name);
	}
	if (f)
		fclose(f);
	return ok;
}

/* Found once; whoever comes second while it is being found waits. */
const char *fsx_login(void)
{
	static char name[256];
	static atomic_int state;	/* 0 unknown, 1 being found, 2 known */
	int expected = 0;

	if (atomic_compare_exchange_strong(&state, &expected, 1)) {
		if (!find_login(getuid(), name, sizeof(name)))
			snprintf(name, sizeof(name), "uid%u", fsx_uid());
		atomic_store(&state, 2);
	}
	while (atomic_load(&state) != 2)
		;
	return name;
}

int64_t fsx_loginuid(void)
{
	FILE *f = fopen("/proc/self/loginuid", "re");
	char text[32];
	uint64_t uid;
	size_t n;

	if (!f)
		return -1;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	if (!decimal_read_u64(text, n, &uid) || uid >= UINT32_MAX)
		return -1;
	return (int64_t)uid;
}
