/* backup: a verified copy of the registry. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsx.h"
#include "cli/cli.h"

static enum rc stream(struct cli *c, const char *path, struct err *err)
{
	char piece[65536];
	ssize_t n = 0;
	int fd;
	enum rc rc = fsx_open_read(path, &fd, err);

	if (rc != RC_OK)
		return rc;
	while ((n = read(fd, piece, sizeof(piece))) > 0) {
		buf_add(&c->out.buf, piece, (size_t)n);
		if (!out_breathe(&c->out))
			break;
	}
	if (n < 0)
		rc = err_errno(err, RC_IO, "reading '%s'", path);
	close(fd);
	return rc;
}

/* "-": the copy is proved in a folder of its own before its first byte goes
 * out. */
static enum rc to_stdout(struct cli *c, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/muster-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	char *path = NULL;
	enum rc rc = RC_OK;

	if (isatty(STDOUT_FILENO))
		rc = err_set(err, RC_USAGE, "a registry is nothing for a "
			     "terminal; give a file, or redirect");
	else if (!mkdtemp(dir))
		rc = err_errno(err, RC_IO, "making '%s'", dir);
	if (rc != RC_OK) {
		free(dir);
		return rc;
	}
	path = xasprintf("%s/registry.db", dir);
	rc = reg_backup(c->reg, path, false, cli_progress(c), err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		rc = stream(c, path, err);
	unlink(path);
	rmdir(dir);
	free(path);
	free(dir);
	return rc;
}

static enum rc run_backup(struct cli *c, struct err *err)
{
	const char *to = cli_arg(c, 0);
	bool replace = opt_has(&c->opts, "replace");
	enum rc rc = RC_OK;

	if (!strcmp(to, "-") && !c->dry_run)
		return to_stdout(c, err);
	if (c->dry_run && !replace && fsx_exists(to))
		return err_set(err, RC_EXISTS, "'%s' exists already; "
			       "'--replace' overwrites it", to);
	if (!c->dry_run)
		rc = reg_backup(c->reg, to, replace, cli_progress(c), err);
	progress_clear(&c->progress);
	if (rc == RC_OK)
		cli_did(c, "copied", "copy", "%llu entries to '%s', verified",
			(unsigned long long)reg_size(c->reg), to);
	return rc;
}

static const struct option backup_options[] = {
	{ "replace", 0, NULL, "overwrite FILE", false, NULL },
	{ 0 },
};

const struct command backup_commands[] = {
	{
		.words = "backup", .args = "FILE",
		.min_args = 1, .max_args = 1,
		.summary = "write a verified copy of the registry",
		.options = backup_options,
		.examples = (const char *const[]){
			"backup /mnt/safe/registry-2026-03-01.db",
			"backup - | gzip >registry.db.gz", NULL },
		.run = run_backup,
	},
	{ 0 },
};
