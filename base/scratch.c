#include "base/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

struct scratch {
	char *path;
	int fd;			/* of the folder: what is removed is ours */
};

enum rc scratch_new(struct scratch **out, struct err *err)
{
	const char *tmp = getenv("TMPDIR");

	return scratch_new_in(tmp && tmp[0] == '/' ? tmp : "/tmp", out, err);
}

enum rc scratch_new_in(const char *folder, struct scratch **out,
		       struct err *err)
{
	char *path, *made;
	struct scratch *s;

	path = xasprintf("%s/muster-run-XXXXXX", folder);
	made = mkdtemp(path) ? realpath(path, NULL) : NULL;
	if (!made) {
		enum rc rc = err_errno(err, RC_IO, "making the scratch folder "
				       "'%s' failed", path);

		free(path);
		return rc;
	}
	free(path);
	s = XNEW(struct scratch);
	s->path = made;
	s->fd = open(made, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	*out = s;
	return RC_OK;
}

const char *scratch_path(const struct scratch *s)
{
	return s->path;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

struct sweep {
	int top;		/* the scratch folder itself */
	unsigned parked;	/* folders moved up so far */
};

/* A program may have made a chain of folders longer than descriptors or the
 * stack last: what is deeper is moved to the top and so comes within reach. */
static void park(struct sweep *w, int fd, const char *name)
{
	char to[32];

	snprintf(to, sizeof(to), ".muster-%u", w->parked++);
	(void)renameat(fd, name, w->top, to);
}

/* Takes fd over. Goes at most depth folders down. */
static void empty_folder(struct sweep *w, int fd, unsigned depth)
{
	struct dirent *d;
	DIR *dir;

	if (fd < 0)
		return;
	(void)fchmod(fd, 0700);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		if (is_dots(d->d_name) ||
		    unlinkat(fd, d->d_name, 0) == 0 ||
		    fchmodat(fd, d->d_name, 0700, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (depth == 0) {
			park(w, fd, d->d_name);
			continue;
		}
		empty_folder(w, openat(fd, d->d_name, O_RDONLY | O_DIRECTORY |
				       O_NOFOLLOW | O_CLOEXEC), depth - 1);
		unlinkat(fd, d->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

void scratch_free(struct scratch *s)
{
	struct sweep w;

	if (!s)
		return;
	w = (struct sweep){ .top = s->fd };
	for (int i = 0; i < 1000; i++) {
		empty_folder(&w, dup(s->fd), 32);
		if (rmdir(s->path) == 0)
			break;
		lseek(s->fd, 0, SEEK_SET);
	}
	if (s->fd >= 0)
		close(s->fd);
	free(s->path);
	free(s);
}
