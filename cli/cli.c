#include "cli/cli.h"

#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "cli/help.h"
#include "registry/run.h"
#include "registry/seen.h"
#include "tui/tui.h"

/* One line on stderr, whatever the text holds. */
static void complain(const char *text)
{
	fputs("muster: ", stderr);
	safetext_puts(stderr, text, SAFE_LINE);
	fputc('\n', stderr);
}

static enum rc read_globals(struct cli *c, struct err *err)
{
	static const struct { const char *name; enum format format; } forms[] = {
		{ "json", FORMAT_JSON }, { "csv", FORMAT_CSV },
		{ "md", FORMAT_MD },
	};
	const struct opts *o = &c->opts;
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	unsigned n = 0;

	for (size_t i = 0; i < COUNT(forms); i++) {
		if (opt_has(o, forms[i].name)) {
			c->format = forms[i].format;
			n++;
		}
	}
	if (n > 1)
		return err_set(err, RC_USAGE,
			       "give one of '--json', '--csv' and '--md'");
	c->quiet = opt_has(o, "quiet");
	c->dry_run = opt_has(o, "dry-run");
	c->readonly = opt_has(o, "readonly");
	c->no_input = opt_has(o, "no-input");
	c->as_of = opt_str(o, "as-of");
	c->color = isatty(STDOUT_FILENO) && !opt_has(o, "no-color") &&
		   !(no_color && *no_color) &&
		   term && *term && strcmp(term, "dumb") != 0;
	return RC_OK;
}

/* What the row says against the global options. */
static enum rc check_globals(const struct cli *c, struct err *err)
{
	unsigned flags = c->command->flags;
	const char *words = c->command->words;

	if ((flags & COMMAND_CHANGES) && c->as_of)
		return err_set(err, RC_USAGE, "'--as-of' is for reading; "
			       "'muster %s' changes the registry", words);
	if ((flags & COMMAND_CHANGES) && c->readonly)
		return err_set(err, RC_USAGE, "'--readonly' is for reading; "
			       "'muster %s' changes the registry", words);
	if ((flags & COMMAND_NO_DRY_RUN) && c->dry_run)
		return err_set(err, RC_USAGE,
			       "'muster %s' changes nothing; '-n' has no use",
			       words);
	return RC_OK;
}

static bool only_reads(const struct cli *c)
{
	if (c->command->flags & COMMAND_STORES)
		return c->readonly || c->as_of || c->dry_run;
	return c->readonly || !(c->command->flags & COMMAND_CHANGES);
}

/* Says so when the log is not one that grew from what this user saw last;
 * what is wrong with the log otherwise, the command itself will find. */
static void notice_rollback(struct cli *c)
{
	struct seen seen;

	if (seen_check(c->reg, &seen, NULL) == RC_OK &&
	    seen.state > SEEN_SAME)
		cli_note(c, "warning: %s; 'muster checkpoint accept' takes "
			 "the log as it is", seen.why);
}

enum rc cli_open(struct cli *c, struct err *err)
{
	struct reg_options o = {
		.path = c->path, .as_of = c->as_of,
		.readonly = only_reads(c), .dry_run = c->dry_run,
	};

	enum rc rc = reg_open(&o, &c->reg, err);

	/* runs that a killed muster left open; the command's own failure or
	 * success does not hang on it */
	if (rc == RC_OK && (c->command->flags & COMMAND_CHANGES) &&
	    !c->dry_run && !reg_readonly(c->reg))
		(void)!reg_runs_settle(c->reg, NULL, NULL);
	if (rc == RC_OK)
		rc = reg_read_size(c->reg, &c->size_before, err);
	if (rc == RC_OK)
		notice_rollback(c);
	return rc;
}

/* What a reading command says is what was read, all of it; a change that is
 * made stays made. */
static enum rc check_answers(struct cli *c, enum rc rc, struct err *err)
{
	if ((rc != RC_OK && rc != RC_UNMET) || !c->reg ||
	    c->command->flags & COMMAND_CHANGES ||
	    reg_answers_end(c->reg, NULL) == RC_OK)
		return rc;
	buf_clear(&c->out.buf);
	return reg_answers_end(c->reg, err);
}

static enum rc run_command(struct cli *c, struct err *err)
{
	enum rc rc = check_globals(c, err);

	if (rc != RC_OK)
		return rc;
	if (c->command->flags & (COMMAND_CHANGES | COMMAND_LOCAL))
		progress_catch_signals();
	if (!(c->command->flags & COMMAND_LOCAL))
		rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = check_answers(c, c->command->run(c, err), err);
	return rc;
}

enum rc cli_workbench(struct cli *c, const char *path, struct err *err)
{
	const struct tui_options o = {
		.registry = path, .readonly = c->readonly, .as_of = c->as_of,
		.mono = opt_has(&c->opts, "mono") ||
			opt_has(&c->opts, "no-color"),
		.ascii = opt_has(&c->opts, "ascii"),
		.slow = opt_has(&c->opts, "slow"),
		.linear = opt_has(&c->opts, "linear"),
	};

	if (c->no_input)
		return err_set(err, RC_USAGE, "'--no-input' and the workbench "
			       "exclude each other; use "
			       "'muster model list --json'");
	return tui_run(&o, err);
}

static enum rc dispatch(struct cli *c, struct err *err)
{
	if (opt_has(&c->opts, "version")) {
		buf_str(&c->out.buf, "muster " MUSTER_VERSION "\n");
		return RC_OK;
	}
	if (opt_has(&c->opts, "help")) {
		help_write(&c->out.buf, c->command, c->opts.group, c->color);
		return RC_OK;
	}
	if (c->opts.group)
		return help_group_error(c->opts.group, err);
	if (!c->command)
		return cli_workbench(c, opt_str(&c->opts, "registry"), err);
	return run_command(c, err);
}

static int status_of(enum rc rc)
{
	if (progress_signal() && rc != RC_OK)
		return 128 + progress_signal();
	return rc_exit_status(rc);
}

/* What this command appended was seen, too. */
static void note_head(struct cli *c)
{
	struct seen seen;

	if (c->reg && !reg_as_of(c->reg) && !c->dry_run &&
	    reg_size(c->reg) > c->size_before)
		(void)!seen_check(c->reg, &seen, NULL);
}

int cli_run(int argc, char **argv)
{
	struct cli c = { .out = OUT_INIT };
	struct err err = ERR_INIT, out_err = ERR_INIT;
	enum rc rc = opts_parse(&c.opts, argc, argv, &err);

	c.command = c.opts.command;
	progress_start(&c.progress, false);
	if (rc == RC_OK)
		rc = read_globals(&c, &err);
	c.path = reg_default_path(opt_str(&c.opts, "registry"));
	if (rc == RC_OK)
		rc = dispatch(&c, &err);
	progress_clear(&c.progress);
	note_head(&c);
	if (rc != RC_OK)
		complain(*err.text ? err.text : rc_text(rc));
	if (out_flush(&c.out, &out_err) != RC_OK) {
		complain(out_err.text);
		rc = rc == RC_OK ? RC_IO : rc;
	}
	reg_close(c.reg);
	free(c.path);
	out_release(&c.out);
	opts_release(&c.opts);
	return status_of(rc);
}

const char *cli_arg(const struct cli *c, size_t i)
{
	return i < c->opts.args.n ? c->opts.args.at[i] : NULL;
}

enum rc cli_revision(const char *text, int64_t *out, struct err *err)
{
	if (decimal_read_i64(text, strlen(text), out) && *out > 0)
		return RC_OK;
	return err_set(err, RC_USAGE, "'%s' is no revision: 1, 2, 3 ...",
		       text);
}

struct reg_progress *cli_progress(struct cli *c)
{
	progress_start(&c->progress, !c->quiet);
	return &c->progress.reg;
}

struct table *cli_table(struct cli *c, const struct table_spec *spec)
{
	struct table *t = table_new(&c->out, c->format, spec);

	table_bold(t, c->color);
	return t;
}

/* Index of the newest entry, as in "log 17"; -1: none was added. */
static int64_t new_entry(struct cli *c)
{
	uint64_t size = c->reg ? reg_size(c->reg) : 0;

	return size > c->size_before ? (int64_t)size - 1 : -1;
}

static void did_json(struct cli *c, const char *text, int64_t entry)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kstr(&o, "did", text);
	if (entry < 0)
		jo_knull(&o, "log");
	else
		jo_kint(&o, "log", entry);
	jo_kbool(&o, "dry_run", c->dry_run);
	if (c->did_more)
		c->did_more(&o, c->did_arg);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

void cli_did(struct cli *c, const char *done, const char *would,
	     const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	int64_t entry = new_entry(c);
	va_list ap;

	buf_printf(&text, "%s%s ", c->dry_run ? "would " : "",
		   c->dry_run ? would : done);
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	if (c->format == FORMAT_JSON && c->out.buf.len == 0) {
		did_json(c, text.data, entry);
	} else if (!c->quiet && c->format == FORMAT_TEXT) {
		safetext_add(&c->out.buf, text.data, text.len, SAFE_LINE);
		if (entry >= 0)
			buf_printf(&c->out.buf, " (log %lld)",
				   (long long)entry);
		buf_char(&c->out.buf, '\n');
	}
	buf_release(&text);
}

void cli_note(struct cli *c, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	progress_clear(&c->progress);
	complain(text.data);
	buf_release(&text);
}

void cli_warn_case(struct cli *c, const char *name, const char *other)
{
	if (strcmp(name, other) != 0 && strcasecmp(name, other) == 0)
		cli_note(c, "'%s' and '%s' differ in letter case only", name,
			 other);
}

enum rc cli_readable(const char *path, struct err *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return RC_OK;
	if (access(path, R_OK) == 0) {
		if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode))
			return err_set(err, RC_BAD_INPUT, "'%s' is not a file "
				       "but a pipe, which '-' reads", path);
		return RC_OK;
	}
	return err_errno(err, RC_IO, "cannot read '%s'", path);
}

enum rc cli_reason(const struct cli *c, struct err *err)
{
	const char *reason = opt_str(&c->opts, "reason");

	if (!reason || !*reason)
		return err_set(err, RC_USAGE, "'muster %s' needs "
			       "'--reason TEXT': it stands in the log",
			       c->command->words);
	return RC_OK;
}

enum rc cli_testset_ref(const char *text, char **name, int64_t *revision,
			struct err *err)
{
	const char *at = strchr(text, '@');

	*revision = 0;
	*name = NULL;
	if (at && (!decimal_read_i64(at + 1, strlen(at + 1), revision) ||
		   *revision < 1))
		return err_set(err, RC_USAGE, "'%s': a test set is NAME or "
			       "NAME@REVISION, as 'loans@3'", text);
	*name = at ? xmemdupz(text, (size_t)(at - text)) : xstrdup(text);
	return RC_OK;
}

enum rc cli_pairs(const struct opts *o, const char *option, struct pairs *out,
		  struct err *err)
{
	struct strs list = VEC_INIT;
	enum rc rc = RC_OK;

	opt_list(o, option, &list);
	for (size_t i = 0; i < list.n && rc == RC_OK; i++) {
		char *eq = strchr(list.at[i], '=');

		if (!eq || eq == list.at[i]) {
			rc = err_set(err, RC_USAGE, "'--%s' takes K=V, not "
				     "'%s'", option, list.at[i]);
			break;
		}
		*eq = '\0';
		pairs_add(out, list.at[i], eq + 1);
	}
	strs_release(&list);
	return rc;
}
