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
		if (!options->steps && !options->linear)
			session_restore(app);
		rc = options->steps ? steps_run(app, options->steps, err)
		     : options->linear ? linear_run(app, err)
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
	if (!options.steps && !options.linear && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
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
	struct strs faults = VEC_INIT;
	struct keymap *m = XNEW(struct keymap);
	options_read_keys(m, &faults);
	for (int a = 0; a < ACTION_COUNT; a++) {
		const struct action_info *i = action_info((enum action)a);
		struct buf keys = BUF_INIT;
		keymap_texts(m, (enum action)a, &keys);
		buf_printf(out, "%-20s %-12s %s\n", i->name, keys.data,
			   i->help);
		buf_release(&keys);
	}
	strs_release(&faults);
	free(m);
}

/* A key that every terminal and every layout sends (TUI.md, rule 16): not
 * ^H ^I ^J ^M ^S ^Q ^A ^B, no function key, no bracket. */
static bool is_safe(uint32_t key)
{
	static const char control[] = "HIJMSQAB";
	if (key == TK_TAB || key == TK_ENTER || key == TK_ESC)
		return true;
	if (key < 32)
		return !strchr(control, (int)key + 64);
	if (key >= TK_F1 && key <= TK_F12)
		return false;
	return key > 126 || !strchr("[]{}\\@~", (int)key);
}

static size_t check_safe(const struct keymap *m, struct buf *out)
{
	size_t n = 0;
	for (int a = 0; a < ACTION_COUNT; a++) {
		bool safe = !m->key[a][0];
		for (int i = 0; i < KEYMAP_KEYS && m->key[a][i]; i++)
			safe |= is_safe(m->key[a][i]);
		if (safe)
			continue;
		char text[24];
		buf_printf(out, "%s: %s is its only key, and some terminals "
			   "or layouts do not send it\n",
			   action_info((enum action)a)->name,
			   keymap_text(m, (enum action)a, text));
		n++;
	}
	return n;
}

size_t tui_check_keys(struct buf *out)
{
	struct strs faults = VEC_INIT;
	struct keymap *m = XNEW(struct keymap);
	enum action a = ACT_NONE, b = ACT_NONE;
	options_read_keys(m, &faults);
	size_t n = faults.n;
	for (size_t i = 0; i < faults.n; i++)
		buf_printf(out, "%s\n", faults.at[i]);
	for (; keymap_clash(m, &a, &b); n++)
		buf_printf(out, "%s and %s share a key\n",
			   action_info(a)->name, action_info(b)->name);
	n += check_safe(m, out);
	strs_release(&faults);
	free(m);
	return n;
}
