#include "base/private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"

static enum rc check_folder(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_errno(err, RC_IO, "opening '%s' failed", path);
	if (st.st_uid != geteuid())
		return err_set(err, RC_REFUSED, "'%s' belongs to somebody else",
			       path);
	if ((st.st_mode & 077) && fchmod(fd, 0700) != 0)
		return err_errno(err, RC_IO, "chmod 0700 '%s' failed", path);
	return RC_OK;
}

enum rc private_folder(const char *name, char **out, struct err *err)
{
	char *state = fsx_state_dir(), *path;
	enum rc rc;
	int fd;

	if (!state)
		return err_set(err, RC_FAILED, "there is no home folder "
			       "(HOME and XDG_STATE_HOME are unset)");
	path = xasprintf("%s/%s", state, name);
	free(state);
	rc = fsx_mkdirs(path, 0700, err);
	if (rc == RC_OK) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			  O_CLOEXEC);
		rc = check_folder(fd, path, err);
		if (fd >= 0)
			close(fd);
	}
	if (rc == RC_OK)
		*out = path;
	else
		free(path);
	return rc;
}

/* Once it is open, its name is asked again: device and inode must be those. */
static bool is_ours(int fd, const char *path)
{
	struct stat open_now, named;

	return fstat(fd, &open_now) == 0 && lstat(path, &named) == 0 &&
	       S_ISREG(named.st_mode) && named.st_uid == geteuid() &&
	       named.st_nlink == 1 && named.st_dev == open_now.st_dev &&
	       named.st_ino == open_now.st_ino;
}

enum rc private_read(const char *path, size_t max, struct buf *out,
		     struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
		      O_CLOEXEC);
	enum rc rc;

	if (fd < 0 && errno == ENOENT)
		return err_set(err, RC_NOT_FOUND, "'%s' is not there any more",
			       path);
	if (fd < 0 && errno != ELOOP)
		return err_errno(err, RC_IO, "opening '%s' failed", path);
	if (fd < 0 || !is_ours(fd, path))
		rc = err_set(err, RC_REFUSED, "'%s' is not the file that was "
			     "handed out", path);
	else
		rc = fsx_read_fd(fd, path, max, out, err);
	if (fd >= 0)
		close(fd);
	return rc;
}
