#include "tui/text_draft.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/hash.h"
#include "base/private.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "tui/draft.h"

#define TEXT_MAX (4u << 20)
#define NAME_MAX_BYTES 65536
#define TEXT ".txt"
#define NAME ".name"

static char *real_path(const char *registry)
{
	char *real = realpath(registry, NULL);	/* opened from wherever */

	return real ? real : xstrdup(registry);
}

/* "dir/HASH.txt" as "dir/HASH.name". */
static char *name_path(const char *path)
{
	return xasprintf("%.*s" NAME, (int)(strlen(path) - strlen(TEXT)),
			 path);
}

static enum rc path_of(const char *registry, const char *name, char **out,
		       struct err *err)
{
	struct buf key = BUF_INIT;
	char hex[HASH_HEX_SIZE], *folder, *real;
	struct hash h;
	enum rc rc = private_folder("texts", &folder, err);

	*out = NULL;
	if (rc != RC_OK)
		return rc;
	real = real_path(registry);
	buf_str(&key, real);
	free(real);
	buf_char(&key, '\n');
	buf_str(&key, name);
	h = hash_bytes(key.data, key.len);
	*out = xasprintf("%s/%.32s" TEXT, folder, hash_hex(&h, hex));
	buf_release(&key);
	free(folder);
	return RC_OK;
}

/* Once: whose it is and what it is called. */
static enum rc save_name(const char *path, const char *registry,
			 const char *name, struct err *err)
{
	char *beside = name_path(path), *real = real_path(registry);
	char *text = xasprintf("%s\n%s\n", real, name);
	enum rc rc = fsx_exists(beside) ? RC_OK :
		fsx_write(beside, text, strlen(text), 0600, true, err);

	free(text);
	free(real);
	free(beside);
	return rc;
}

enum rc text_draft_save(const char *registry, const char *name,
			const char *text, struct err *err)
{
	char *path;
	enum rc rc = path_of(registry, name, &path, err);

	if (rc == RC_OK)
		rc = fsx_write(path, text, strlen(text), 0600, true, err);
	if (rc == RC_OK)
		rc = save_name(path, registry, name, err);
	free(path);
	return rc;
}

/* A plain file of ours, with text. */
static bool read_ours(const char *path, size_t max, struct buf *out,
		      struct stat *st)
{
	struct err err = ERR_INIT;
	size_t bad;

	return lstat(path, st) == 0 &&
	       private_read(path, max, out, &err) == RC_OK &&
	       utf8_valid(out->data, out->len, &bad) &&
	       strlen(out->data) == out->len;
}

bool text_draft_load(const char *registry, const char *name, struct buf *out)
{
	struct err err = ERR_INIT;
	struct stat st;
	char *path;
	bool ok = path_of(registry, name, &path, &err) == RC_OK &&
		  read_ours(path, TEXT_MAX, out, &st);

	free(path);
	return ok;
}

void text_draft_drop(const char *registry, const char *name)
{
	struct err err = ERR_INIT;
	char *path, *beside;

	if (path_of(registry, name, &path, &err) != RC_OK)
		return;
	beside = name_path(path);
	unlink(path);
	unlink(beside);
	free(beside);
	free(path);
}

/* -- Those that are there -- */

static void list_one(const char *folder, const char *file, const char *real,
		     struct text_draft_infos *out)
{
	char *beside = xasprintf("%s/%s", folder, file);
	char *path = xasprintf("%.*s" TEXT,
			       (int)(strlen(beside) - strlen(NAME)), beside);
	struct buf name = BUF_INIT, text = BUF_INIT;
	size_t n = strlen(real);
	struct stat st;

	if (read_ours(beside, NAME_MAX_BYTES, &name, &st) &&
	    read_ours(path, TEXT_MAX, &text, &st) && text.len &&
	    !strncmp(name.data, real, n) && name.data[n] == '\n')
		vec_push(out, ((struct text_draft_info){
			xmemdupz(name.data + n + 1,
				 strcspn(name.data + n + 1, "\n")),
			st.st_mtim.tv_sec }));
	buf_release(&name);
	buf_release(&text);
	free(path);
	free(beside);
}

static int newest_first(const void *va, const void *vb)
{
	const struct text_draft_info *a = va, *b = vb;

	return a->time != b->time ? (a->time < b->time ? 1 : -1)
				  : strcmp(a->name, b->name);
}

void text_draft_list(const char *registry, struct text_draft_infos *out)
{
	char *folder, *real;
	const struct dirent *e;
	DIR *dir;

	if (private_folder("texts", &folder, NULL) != RC_OK)
		return;
	real = real_path(registry);
	dir = opendir(folder);
	while (dir && (e = readdir(dir))) {
		size_t n = strlen(e->d_name), tail = strlen(NAME);

		if (n > tail && !strcmp(e->d_name + n - tail, NAME))
			list_one(folder, e->d_name, real, out);
	}
	if (dir)
		closedir(dir);
	vec_sort(out, newest_first);
	free(real);
	free(folder);
}

void text_draft_infos_release(struct text_draft_infos *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].name);
	vec_free(v);
}
