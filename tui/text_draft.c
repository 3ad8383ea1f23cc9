#include "tui/text_draft.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "tui/draft.h"

#define TEXT_MAX (4u << 20)

static enum rc path_of(const char *registry, const char *name, char **out,
		       struct err *err)
{
	struct buf key = BUF_INIT;
	char hex[HASH_HEX_SIZE], *folder, *real;
	struct hash h;
	enum rc rc = draft_folder("texts", &folder, err);

	*out = NULL;
	if (rc != RC_OK)
		return rc;
	real = realpath(registry, NULL);	/* opened from wherever */
	buf_str(&key, real ? real : registry);
	free(real);
	buf_char(&key, '\n');
	buf_str(&key, name);
	h = hash_bytes(key.data, key.len);
	*out = xasprintf("%s/%.32s.txt", folder, hash_hex(&h, hex));
	buf_release(&key);
	free(folder);
	return RC_OK;
}

enum rc text_draft_save(const char *registry, const char *name,
			const char *text, struct err *err)
{
	char *path;
	enum rc rc = path_of(registry, name, &path, err);

	if (rc == RC_OK)
		rc = fsx_write(path, text, strlen(text), 0600, true, err);
	free(path);
	return rc;
}

bool text_draft_load(const char *registry, const char *name, struct buf *out)
{
	struct err err = ERR_INIT;
	struct stat st;
	size_t bad;
	char *path;
	bool ok = path_of(registry, name, &path, &err) == RC_OK &&
		  lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		  st.st_uid == geteuid() && st.st_nlink == 1 &&
		  fsx_read(path, TEXT_MAX, out, &err) == RC_OK &&
		  utf8_valid(out->data, out->len, &bad) &&
		  strlen(out->data) == out->len;

	free(path);
	return ok;
}

void text_draft_drop(const char *registry, const char *name)
{
	struct err err = ERR_INIT;
	char *path;

	if (path_of(registry, name, &path, &err) == RC_OK)
		unlink(path);
	free(path);
}
