#include "tui/outside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/private.h"
#include "base/spawn.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define OUTSIDE_MAX (4u << 20)

enum rc outside_write(const char *name, const char *ext, const struct buf *text,
		      char **path, struct err *err)
{
	char *folder;
	enum rc rc = private_folder("editor", &folder, err);

	*path = NULL;
	if (rc != RC_OK)
		return rc;
	for (int i = 0; i < 100; i++) {
		*path = xasprintf("%s/%s-%d-%d.%s", folder, name,
				  (int)getpid(), i, ext);
		rc = fsx_write(*path, text->data, text->len, 0600, false,
			       err);
		if (rc == RC_OK)
			break;
		free(*path);
		*path = NULL;
		if (rc != RC_EXISTS)
			break;
	}
	free(folder);
	return rc;
}

static enum rc take_back(const char *path, struct buf *out, struct err *err)
{
	size_t bad;
	enum rc rc = private_read(path, OUTSIDE_MAX, out, err);

	if (rc == RC_OK && (!utf8_valid(out->data, out->len, &bad) ||
			    strlen(out->data) != out->len))
		rc = err_set(err, RC_BAD_INPUT, "what came back is no UTF-8 "
			     "text; it is in '%s'", path);
	return rc;
}

enum rc outside_edit(struct app *app, const char *name, unsigned line,
		     struct buf *text, struct err *err)
{
	struct strs argv = VEC_INIT;
	struct buf back = BUF_INIT;
	char *path = NULL;
	int status = 0;
	enum rc rc = outside_write(name, "txt", text, &path, err);

	if (rc == RC_OK)
		rc = spawn_editor(path, line, &argv, err);
	if (rc == RC_OK)
		rc = app_on_terminal(app, argv.at, &status, err);
	if (rc == RC_OK && status)
		rc = err_set(err, RC_FAILED, "the editor ended with status "
			     "%d; nothing was taken over", status);
	if (rc == RC_OK)
		rc = take_back(path, &back, err);
	if (rc == RC_OK) {
		buf_clear(text);
		buf_add(text, back.data, back.len);
	}
	if (path && rc != RC_BAD_INPUT && rc != RC_REFUSED)
		unlink(path);
	strs_release(&argv);
	buf_release(&back);
	free(path);
	return rc;
}
