#include "tui/tui.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/options.h"

/* Ends as the signal would have ended the program, now that the screen is
 * restored. */
static void die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

static enum rc run_app(const struct tui_options *options, int *sig,
		       struct err *err)
{
	struct app *app = XNEW(struct app);
	enum rc rc = app_init(app, options, err);
	if (rc == RC_OK) {
		options_read(app);
		rc = options->steps ? steps_run(app, options->steps, err)
				    : loop_run(app, err);
	}
	*sig = app->signal;
	app_release(app);
	free(app);
	return rc;
}

enum rc tui_run(const struct tui_options *given, struct err *err)
{
	struct tui_options options = *given;
	int sig = 0;
	if (!options.steps)
		options.steps = getenv("MUSTER_STEPS");
	if (!options.steps && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return err_set(err, RC_USAGE, "%s is not a terminal; use "
			       "'muster model list --json' (muster --help "
			       "lists all commands)",
			       isatty(STDOUT_FILENO) ? "stdin" : "stdout");
	enum rc rc = run_app(&options, &sig, err);
	if (sig)
		die_of(sig);
	return rc;
}

/* -- the manual -- */

static void roff_text(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\')
			buf_str(out, "\\e");
		else if (*s == '-')
			buf_str(out, "\\-");
		else if (*s == '\'' || *s == '.')
			buf_printf(out, "\\&%c", *s);
		else
			buf_char(out, *s);
	}
}

void tui_write_keys_roff(struct buf *out)
{
	for (int g = 0; g < GROUP_COUNT; g++) {
		buf_printf(out, ".SS %s\n", group_name((enum group)g));
		for (int a = 0; a < ACTION_COUNT; a++) {
			const struct action_info *i =
				action_info((enum action)a);
			if (i->group != (enum group)g)
				continue;
			buf_str(out, ".TP\n.B ");
			roff_text(out, i->keys);
			buf_str(out, "\n");
			roff_text(out, i->help);
			buf_str(out, ".\n(");
			roff_text(out, i->name);
			buf_str(out, ")\n");
		}
	}
}

void tui_write_keys(struct buf *out)
{
	for (int a = 0; a < ACTION_COUNT; a++) {
		const struct action_info *i = action_info((enum action)a);
		buf_printf(out, "%-20s %-12s %s\n", i->name, i->keys,
			   i->help);
	}
}
