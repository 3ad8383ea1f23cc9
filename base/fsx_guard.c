/* Files whose place nothing that is written may take. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/count.h"
#include "base/fsx.h"
#include "base/par.h"
#include "base/xalloc.h"

struct fsx_guard {
	struct fsx_guard *next;
	dev_t dev, folder_dev;
	ino_t ino, folder_ino;
	char *name;			/* without its folder */
};

static struct fsx_guard *guards;	/* under par_lock */

/* What stands behind the last slash, and the folder before it. */
static const char *split(const char *path, struct stat *folder, bool *known)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xmemdupz(path, (size_t)(slash - path) + 1)
			  : xstrdup(".");

	*known = stat(dir, folder) == 0;
	free(dir);
	return slash ? slash + 1 : path;
}

struct fsx_guard *fsx_guard(const char *path)
{
	/* SQLite puts the journal beside what a link leads to */
	char *real = realpath(path, NULL);
	struct fsx_guard *g;
	struct stat st, folder;
	bool known;

	if (!real || stat(real, &st) < 0) {
		free(real);
		return NULL;
	}
	g = XNEW(struct fsx_guard);
	g->name = xstrdup(split(real, &folder, &known));
	free(real);
	g->dev = st.st_dev;
	g->ino = st.st_ino;
	g->folder_dev = known ? folder.st_dev : 0;
	g->folder_ino = known ? folder.st_ino : 0;
	par_lock();
	g->next = guards;
	guards = g;
	par_unlock();
	return g;
}

void fsx_unguard(struct fsx_guard *g)
{
	struct fsx_guard **at = &guards;

	if (!g)
		return;
	par_lock();
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	par_unlock();
	free(g->name);
	free(g);
}

static bool is_journal(const struct fsx_guard *g, const struct stat *folder,
		       const char *name)
{
	static const char *const ends[] = { "-journal", "-wal", "-shm" };
	size_t n = strlen(g->name);

	if (folder->st_dev != g->folder_dev ||
	    folder->st_ino != g->folder_ino || strncmp(name, g->name, n) != 0)
		return false;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (!strcmp(name + n, ends[i]))
			return true;
	return false;
}

enum rc fsx_check_guards(const char *path, struct err *err)
{
	struct stat st, folder;
	bool known, there = stat(path, &st) == 0;
	const char *name = split(path, &folder, &known);
	const char *what = NULL;

	par_lock();
	for (const struct fsx_guard *g = guards; g && !what; g = g->next) {
		if (there && st.st_dev == g->dev && st.st_ino == g->ino)
			what = "is the registry itself";
		else if (known && is_journal(g, &folder, name))
			what = "is the name of the registry's journal";
	}
	par_unlock();
	return what ? err_set(err, RC_REFUSED, "'%s' %s and is not written to; "
			      "give another name", path, what) : RC_OK;
}
