/* demo: the demonstration registry, built step by step with public commands.
 *
 * The steps are a table of command lines with the times at which they
 * "happened"; running it and printing it as a shell script (which stands in
 * examples/demo/build.sh) are the same walk. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/count.h"
#include "base/fsx.h"
#include "base/safetext.h"
#include "base/scratch.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/demo_data.h"
#include "cli/demo_steps.h"

/* -- as a script -- */

static void shell_word(struct buf *b, const char *s)
{
	if (strncmp(s, "%/", 2) == 0) {
		buf_printf(b, " \"$dir\"%s", s + 1);
		return;
	}
	buf_char(b, ' ');
	spawn_quote(b, s);
}

static void write_script(struct buf *b)
{
	buf_str(b, "#!/bin/sh\n"
		"# The demonstration, built with public commands only; printed "
		"by 'muster demo --script'.\n"
		"# usage: build.sh MUSTER FOLDER    (FOLDER/registry.db must "
		"not exist)\n"
		"set -eu\nmuster=$1 dir=$2\nexport MUSTER_NOW\n"
		"at() {\n\tMUSTER_NOW=$1\n\tshift\n"
		"\t\"$muster\" -q -R \"$dir/registry.db\" \"$@\"\n}\n\n"
		"\"$muster\" -q demo --files \"$dir\"\n");
	for (size_t i = 0; i < demo_n_steps; i++) {
		if (demo_steps[i].say)
			buf_printf(b, "\n# %s\n", demo_steps[i].say);
		buf_printf(b, "at %s", demo_steps[i].time);
		for (size_t w = 0; w < DEMO_WORDS && demo_steps[i].words[w]; w++)
			shell_word(b, demo_steps[i].words[w]);
		buf_char(b, '\n');
	}
}

/* -- as a registry -- */

/* argv of a step: muster -q -R PATH WORD..., the words in buffers of their
 * own because argv is not const. */
static enum rc run_step(const struct demo_step *step, const char *dir,
			const char *path, struct err *err)
{
	struct strs argv = VEC_INIT;
	int status;

	strs_add(&argv, "muster");
	strs_add(&argv, "-q");
	strs_add(&argv, "-R");
	strs_add(&argv, path);
	for (size_t w = 0; w < DEMO_WORDS && step->words[w]; w++) {
		if (strncmp(step->words[w], "%/", 2) == 0)
			vec_push(&argv, xasprintf("%s%s", dir,
						  step->words[w] + 1));
		else
			strs_add(&argv, step->words[w]);
	}
	if (step->time)
		setenv("MUSTER_NOW", step->time, 1);
	status = cli_run((int)argv.n, argv.at);
	strs_release(&argv);
	if (status == 0)
		return RC_OK;
	return err_set(err, progress_signal() ? RC_CANCELLED : RC_FAILED,
		       "could not build the demonstration: 'muster %s' ended "
		       "with %d", step->words[0], status);
}

static enum rc run_steps(struct cli *c, const char *dir, const char *path,
			 struct err *err)
{
	char *now = xstrdup_or_null(getenv("MUSTER_NOW"));
	struct reg_progress *p = cli_progress(c);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < demo_n_steps && rc == RC_OK; i++) {
		rc = p->step(p->arg, "building", i, demo_n_steps);
		if (rc == RC_OK)
			rc = run_step(&demo_steps[i], dir, path, err);
	}
	progress_clear(&c->progress);
	if (now)
		setenv("MUSTER_NOW", now, 1);
	else
		unsetenv("MUSTER_NOW");
	free(now);
	return rc;
}

/* Under another name until it is whole: an interrupted build leaves no half
 * demonstration that looks like one. */
static enum rc build_beside(struct cli *c, const char *dir, const char *path,
			    struct err *err)
{
	char *unfinished = xasprintf("%s.new", path);
	enum rc rc;

	unlink(unfinished);
	rc = run_steps(c, dir, unfinished, err);
	if (rc == RC_OK)
		rc = fsx_rename(unfinished, path, err);
	free(unfinished);
	return rc;
}

#define IN_MEMORY "/dev/shm"
#define REGISTRY_MAX (256u << 20)

/* Each of the steps syncs the disk, and none of them needs to: what is kept
 * is the whole. So it is built in memory and written once. */
static enum rc build_in(struct cli *c, const char *folder, const char *dir,
			const char *path, struct err *err)
{
	char *unfinished = xasprintf("%s/registry.db", folder);
	struct buf bytes = BUF_INIT;
	enum rc rc = run_steps(c, dir, unfinished, err);

	if (rc == RC_OK)
		rc = fsx_read(unfinished, REGISTRY_MAX, &bytes, err);
	if (rc == RC_OK)
		rc = fsx_write(path, bytes.data, bytes.len, 0600, false, err);
	buf_release(&bytes);
	free(unfinished);
	return rc;
}

/* A demonstration that was thrown away and built again is no rewritten log. */
static enum rc accept_log(const char *dir, const char *path, struct err *err)
{
	static const struct demo_step step = { .words = { "checkpoint",
							  "accept" } };

	return run_step(&step, dir, path, err);
}

static enum rc build(struct cli *c, const char *dir, const char *path,
		     struct err *err)
{
	struct scratch *memory = NULL;
	enum rc rc = fsx_mkdirs(dir, 0700, err);

	if (rc == RC_OK)
		rc = demo_write_files(dir, err);
	if (rc != RC_OK)
		return rc;
	if (scratch_new_in(IN_MEMORY, &memory, NULL) != RC_OK)
		rc = build_beside(c, dir, path, err);
	else
		rc = build_in(c, scratch_path(memory), dir, path, err);
	scratch_free(memory);
	return rc == RC_OK ? accept_log(dir, path, err) : rc;
}

/* -- the overview -- */

static const char *const overview[][6] = {
	{ "model", "list" },
	{ "version", "list", "matcher" },
	{ "testset", "show", "meet-live" },
	{ "rank", "meet-live" },
	{ "version", "diff", "matcher@production", "matcher@challenger" },
	{ "compare", "meet-live", "matcher@production", "matcher@challenger" },
};

static enum rc show_overview(struct cli *c, const char *path, struct err *err)
{
	for (size_t i = 0; i < COUNT(overview); i++) {
		struct strs argv = VEC_INIT;
		enum rc rc;
		int status;

		strs_add(&argv, "muster");
		buf_str(&c->out.buf, "\n$ muster");
		for (size_t w = 0; w < 6 && overview[i][w]; w++) {
			strs_add(&argv, overview[i][w]);
			buf_printf(&c->out.buf, " %s", overview[i][w]);
		}
		buf_char(&c->out.buf, '\n');
		rc = out_flush(&c->out, err);
		if (rc != RC_OK) {
			strs_release(&argv);
			return rc;
		}
		strs_add(&argv, "-R");
		strs_add(&argv, path);
		status = cli_run((int)argv.n, argv.at);
		strs_release(&argv);
		if (status != 0)
			return err_set(err, RC_FAILED, "the overview's "
				       "'muster %s' ended with %d",
				       overview[i][0], status);
	}
	return RC_OK;
}

static enum rc show(struct cli *c, const char *path, bool built,
		    struct err *err)
{
	enum rc rc;

	if (!c->no_input && c->format == FORMAT_TEXT && !c->quiet &&
	    isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return cli_workbench(c, path, err);
	if (built)
		cli_did(c, "built", "build", "the demonstration '%s'", path);
	else
		cli_did(c, "found", "open", "the demonstration '%s'", path);
	if (c->format != FORMAT_TEXT || c->quiet)
		return RC_OK;
	buf_str(&c->out.buf, "look around: muster -R ");
	safetext_add(&c->out.buf, path, strlen(path), SAFE_LINE);
	buf_char(&c->out.buf, '\n');
	rc = out_flush(&c->out, err);
	return rc == RC_OK ? show_overview(c, path, err) : rc;
}

static char *demo_dir(const struct cli *c)
{
	char *data, *dir;

	if (cli_arg(c, 0))
		return xstrdup(cli_arg(c, 0));
	data = fsx_data_dir();
	dir = data ? xasprintf("%s/demo", data) : NULL;
	free(data);
	return dir;
}

static enum rc build_and_show(struct cli *c, const char *dir, struct err *err)
{
	char *path = xasprintf("%s/registry.db", dir);
	bool there = fsx_exists(path);
	enum rc rc = RC_OK;

	if (c->dry_run) {
		cli_did(c, "built", there ? "open" : "build",
			"the demonstration '%s'", path);
	} else {
		if (!there)
			rc = build(c, dir, path, err);
		if (rc == RC_OK)
			rc = show(c, path, !there, err);
	}
	free(path);
	return rc;
}

static enum rc write_files(struct cli *c, const char *dir, struct err *err)
{
	enum rc rc = RC_OK;

	if (!c->dry_run)
		rc = fsx_mkdirs(dir, 0700, err);
	if (rc == RC_OK && !c->dry_run)
		rc = demo_write_files(dir, err);
	if (rc == RC_OK)
		cli_did(c, "wrote", "write", "the demonstration's files to "
			"'%s'", dir);
	return rc;
}

static enum rc run_demo(struct cli *c, struct err *err)
{
	const char *files = opt_str(&c->opts, "files");
	char *dir;
	enum rc rc;

	if (opt_has(&c->opts, "script")) {
		write_script(&c->out.buf);
		return RC_OK;
	}
	if (files)
		return write_files(c, files, err);
	dir = demo_dir(c);
	if (!dir)
		return err_set(err, RC_USAGE, "no home folder here: say where, "
			       "as in 'muster demo DIR'");
	rc = build_and_show(c, dir, err);
	free(dir);
	return rc;
}

static const struct option demo_options[] = {
	{ "files", 0, "DIR", "only write the generated CSV files", false, NULL },
	{ "script", 0, NULL, "print the steps as a shell script", false, NULL },
	{ 0 },
};

const struct command demo_commands[] = {
	{
		.words = "demo", .args = "[DIR]", .max_args = 1,
		.summary = "build a finished project and open it",
		.more = "Writes DIR/registry.db (default: muster/demo in "
			"$XDG_DATA_HOME). Without a terminal it\nprints the "
			"overview instead of opening the workbench.",
		.options = demo_options,
		.examples = (const char *const[]){
			"demo", "demo /tmp/meet", NULL },
		.flags = COMMAND_LOCAL, .run = run_demo,
	},
	{ 0 },
};
