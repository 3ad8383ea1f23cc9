#include "base/complete.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xalloc.h"

static bool is_folder(const char *folder, const char *name)
{
	char *path = xasprintf("%s%s", folder, name);
	struct stat st;
	bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	free(path);
	return is;
}

static bool fits(const char *name, const char *prefix, size_t n)
{
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	return strncmp(name, prefix, n) == 0 && (name[0] != '.' || n > 0);
}

/* folder: "" or with its '/' at the end. */
static void find(const char *folder, const char *prefix, struct strs *names)
{
	DIR *dir = opendir(*folder ? folder : ".");
	const struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (fits(e->d_name, prefix, strlen(prefix)))
			vec_push(names, xasprintf("%s%s", e->d_name,
				is_folder(folder, e->d_name) ? "/" : ""));
	if (dir)
		closedir(dir);
	vec_sort(names, strs_by_bytes);
}

/* How far all of them agree. */
static size_t common(const struct strs *names)
{
	const char *first = names->at[0], *last = names->at[names->n - 1];
	size_t n = 0;

	while (first[n] && first[n] == last[n])
		n++;
	while (n && (first[n] & 0xc0) == 0x80)	/* no half character */
		n--;
	return n;
}

size_t path_complete(const char *path, struct buf *longer, struct strs *names)
{
	const char *home = getenv("HOME"), *last = path, *slash;
	struct buf folder = BUF_INIT;
	struct strs found = VEC_INIT;
	size_t n;

	if (!strncmp(path, "~/", 2) && home && *home) {
		buf_str(&folder, home);
		last++;
	}
	slash = strrchr(last, '/');
	if (slash) {
		buf_add(&folder, last, (size_t)(slash + 1 - last));
		last = slash + 1;
	}
	find(folder.len ? folder.data : "", last, &found);
	n = found.n;
	if (!n) {
		buf_str(longer, path);
	} else {
		buf_add(longer, folder.data, folder.len);
		buf_add(longer, found.at[0], common(&found));
	}
	for (size_t i = 0; i < n; i++)
		vec_push(names, found.at[i]);
	vec_free(&found);
	buf_release(&folder);
	return n;
}

size_t word_complete(const char *word, const struct strs *all,
		     struct buf *longer, struct strs *names)
{
	struct strs found = VEC_INIT;
	size_t n;

	for (size_t i = 0; i < all->n; i++)
		if (!strncmp(all->at[i], word, strlen(word)))
			strs_add(&found, all->at[i]);
	vec_sort(&found, strs_by_bytes);
	if (found.n)
		buf_add(longer, found.at[0], common(&found));
	else
		buf_str(longer, word);
	n = names->n;
	for (size_t i = 0; i < found.n; i++)
		if (!i || strcmp(found.at[i], found.at[i - 1]) != 0)
			strs_add(names, found.at[i]);
	strs_release(&found);
	return names->n - n;
}
