#include "cli/edit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/private.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "cli/cli.h"

#define MARK "#! "
#define TEXT_MAX (4u << 20)

char *cli_edit_path(const char *name, struct err *err)
{
	char *folder, *path;

	if (private_folder("drafts", &folder, err) != RC_OK)
		return NULL;
	path = xasprintf("%s/%s", folder, name);
	free(folder);
	return path;
}

#define REGISTRY_HEX 16		/* digits of the hash of its path */

char *cli_edit_name(struct cli *c, const char *stem, int64_t base)
{
	char *real = realpath(reg_path(c->reg), NULL), *name, *p;
	const char *path = real ? real : reg_path(c->reg);
	char hex[HASH_HEX_SIZE];
	struct hash h = hash_bytes(path, strlen(path));

	hash_hex(&h, hex);
	name = base < 0 ? xasprintf("%s-%.*s", stem, REGISTRY_HEX, hex)
	     : xasprintf("%s-%.*s-r%lld", stem, REGISTRY_HEX, hex,
			 (long long)base);
	for (p = name; *p; p++)
		if (*p == '/' || *p == ':')
			*p = '_';
	free(real);
	return name;
}

static void remove_draft(const char *name)
{
	char *path = cli_edit_path(name, NULL);

	if (path)
		unlink(path);
	free(path);
}

void cli_edit_done(struct cli *c, const char *name)
{
	if (!c->dry_run)
		remove_draft(name);
}

bool cli_edit_resume(struct cli *c, const char *name, struct buf *text)
{
	char *path = cli_edit_path(name, NULL);
	struct buf draft = BUF_INIT;
	bool found;

	if (opt_has(&c->opts, "discard"))
		remove_draft(name);
	found = path && private_read(path, TEXT_MAX, &draft, NULL) == RC_OK &&
		draft.len && strlen(draft.data) == draft.len;
	if (found) {
		buf_release(text);
		*text = draft;
		buf_init(&draft);
		cli_note(c, "taking up the draft of an earlier edit; "
			 "'--discard' starts anew");
	}
	buf_release(&draft);
	free(path);
	return found;
}

static enum rc run_editor(const char *path, struct err *err)
{
	struct strs argv = VEC_INIT;
	struct err why = ERR_INIT;
	int status = -1;
	enum rc rc = spawn_editor(path, 0, &argv, err);

	if (rc == RC_OK) {
		rc = spawn_on_terminal(argv.at, &status, &why);
		if (rc != RC_OK)
			err_set(err, rc, "%s; set $VISUAL or $EDITOR to "
				"one that is there", why.text);
	}
	if (rc == RC_OK && status != 0)
		rc = err_set(err, RC_FAILED, "the editor ended with %d; "
			     "nothing was saved, the text is in '%s'", status,
			     path);
	strs_release(&argv);
	return rc;
}

/* The text without our own marks. */
static void strip_marks(struct buf *text)
{
	struct buf out = BUF_INIT;

	for (const char *p = text->data; *p;) {
		size_t n = strcspn(p, "\n") + 1;

		if (p[n - 1] == 0)
			n--;
		if (strncmp(p, MARK, strlen(MARK)) != 0)
			buf_add(&out, p, n);
		p += n;
	}
	buf_release(text);
	*text = out;
}

/* Of "line 3: …"; 0 if it says none. */
static uint64_t line_of(const char *finding)
{
	uint64_t line = 0;
	size_t n;

	if (strncmp(finding, "line ", 5) != 0)
		return 0;
	n = strcspn(finding + 5, ":");
	return decimal_read_u64(finding + 5, n, &line) ? line : 0;
}

static void add_marks(struct buf *out, const struct strs *findings,
		      uint64_t line)
{
	for (size_t i = 0; i < findings->n; i++)
		if (line_of(findings->at[i]) == line)
			buf_printf(out, MARK "%s\n", findings->at[i]);
}

static void mark(struct buf *text, const struct strs *findings)
{
	struct buf out = BUF_INIT;
	uint64_t line = 0;

	add_marks(&out, findings, 0);
	for (const char *p = text->data; *p;) {
		size_t n = strcspn(p, "\n");

		buf_add(&out, p, n);
		buf_char(&out, '\n');
		add_marks(&out, findings, ++line);
		p += n + (p[n] == '\n');
	}
	buf_release(text);
	*text = out;
}

/* Once through the editor. */
static enum rc one_round(const char *path, struct buf *text, struct err *err)
{
	enum rc rc = fsx_write(path, text->data, text->len, 0600, true, err);

	if (rc == RC_OK)
		rc = run_editor(path, err);
	if (rc != RC_OK)
		return rc;
	buf_clear(text);
	rc = private_read(path, TEXT_MAX, text, err);
	if (rc == RC_OK && strlen(text->data) != text->len)
		rc = err_set(err, RC_BAD_INPUT, "the text holds a NUL; it is "
			     "in '%s'", path);
	if (rc == RC_OK)
		strip_marks(text);
	return rc;
}

/* Asks whether to go on; only where somebody can answer. */
static bool again(struct cli *c, const char *why)
{
	int key;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	cli_note(c, "%s", why);
	cli_note(c, "Enter edits again, Ctrl-D stops and keeps the draft");
	do
		key = getchar();
	while (key != '\n' && key != EOF);
	return key == '\n';
}

static enum rc edit_until_right(struct cli *c, const char *path,
				struct buf *text, edit_check_fn *check,
				void *arg, struct err *err)
{
	for (;;) {
		struct strs findings = VEC_INIT;
		struct err why = ERR_INIT;
		enum rc rc = one_round(path, text, err);
		bool more;

		if (rc != RC_OK)
			return rc;
		rc = check(arg, text->data, &findings, &why);
		if (rc == RC_OK) {
			strs_release(&findings);
			return RC_OK;
		}
		if (!findings.n)
			strs_add(&findings, why.text);
		more = rc == RC_BAD_INPUT && again(c, why.text);
		if (more)
			mark(text, &findings);
		strs_release(&findings);
		if (!more)
			return err_set(err, rc, "%s; the text is in '%s'",
				       why.text, path);
	}
}

enum rc cli_edit(struct cli *c, const char *name, struct buf *text,
		 edit_check_fn *check, void *arg, struct err *err)
{
	char *path;
	enum rc rc;

	if (c->no_input)
		return err_set(err, RC_USAGE, "'muster %s' opens an editor; "
			       "'--no-input' forbids it", c->command->words);
	path = cli_edit_path(name, err);
	if (!path)
		return err ? err->rc : RC_FAILED;
	rc = edit_until_right(c, path, text, check, arg, err);
	free(path);
	return rc;
}
