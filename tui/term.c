#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/terminfo.h"

/* Switched off whatever was on: mouse, bracketed paste. */
#define MODES_OFF "\033[?1000l\033[?1002l\033[?1006l\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct terminal {
	SCREEN *screen;
	FILE *out, *in;
	bool nowhere, utf8, colour, pastes, mouse;
	char *type, *note;
};

/* What a signal handler needs to give the terminal back: the only state
 * outside a struct, because a handler gets no argument. */
static struct {
	volatile sig_atomic_t on;
	struct termios saved;
	char bytes[256];
	size_t n;
	int fd;
} restore;

static bool type_works(const char *type, int fd)
{
	int why;
	if (!type || setupterm(type, fd, &why) != OK)
		return false;
	const char *cup = tigetstr("cup");
	bool works = cup && cup != (char *)-1;
	del_curterm(cur_term);
	return works;
}

static bool known_but_dumb(const char *type, int fd)
{
	int why;
	if (!type || setupterm(type, fd, &why) != OK)
		return false;
	const char *cup = tigetstr("cup");
	bool dumb = !cup || cup == (char *)-1;
	del_curterm(cur_term);
	return dumb;
}

/* The first of the chain that this host can describe, else one of the
 * built-in descriptions (then *built_in). */
static const char *find_type(const char *wanted, int fd, bool *built_in)
{
	const char *chain[] = { wanted, "xterm-256color", "xterm", "vt100" };
	*built_in = false;
	for (size_t i = 0; i < COUNT(chain); i++)
		if (type_works(chain[i], fd))
			return chain[i];
	*built_in = true;
	bool old = wanted && (!strncmp(wanted, "vt", 2) ||
			      !strcmp(wanted, "linux"));
	setenv("TERMINFO", old ? TERMINFO_VT100
			       : TERMINFO_XTERM_256COLOR, 1);
	return old ? "vt100" : "xterm-256color";
}

static void append_cap(const char *name)
{
	const char *s = tigetstr(name);
	if (!s || s == (char *)-1)
		return;
	for (; *s && restore.n < sizeof(restore.bytes); s++) {
		if (s[0] == '$' && s[1] == '<') {	/* a delay: skipped */
			while (*s && *s != '>')
				s++;
			if (!*s)
				return;
			continue;
		}
		restore.bytes[restore.n++] = *s;
	}
}

static void arm_restore(int fd, bool modes)
{
	restore.fd = fd;
	restore.n = 0;
	if (modes) {
		memcpy(restore.bytes, MODES_OFF, sizeof(MODES_OFF) - 1);
		restore.n = sizeof(MODES_OFF) - 1;
	}
	append_cap("sgr0");
	append_cap("cnorm");
	append_cap("rmkx");
	append_cap("rmcup");
	restore.on = 1;
}

void term_restore_raw(void)
{
	if (!restore.on)
		return;
	restore.on = 0;
	ssize_t ignored = write(restore.fd, restore.bytes, restore.n);
	(void)ignored;
	tcsetattr(restore.fd, TCSANOW, &restore.saved);
}

static bool understands_paste(const char *type)
{
	const char *be = tigetstr("BE");
	return (be && be != (char *)-1) || !strncmp(type, "xterm", 5) ||
	       !strncmp(type, "tmux", 4) || !strncmp(type, "screen", 6);
}

static void modes(struct terminal *t)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	if (t->pastes)
		term_write(t, PASTE_ON, sizeof(PASTE_ON) - 1);
}

static void start_curses(struct terminal *t, const struct term_options *o)
{
	const char *no_colour = getenv("NO_COLOR");
	bool mono = o->mono || (no_colour && *no_colour);
	if (!mono && has_colors() && start_color() == OK) {
		t->colour = true;
		use_default_colors();
	}
	t->pastes = !t->nowhere && understands_paste(t->type);
	if (!t->nowhere)
		arm_restore(fileno(t->out), t->pastes);
	modes(t);
}

static enum rc open_files(struct terminal *t, struct err *err)
{
	if (t->nowhere) {
		t->out = fopen("/dev/null", "w");
		t->in = fopen("/dev/null", "r");
	} else {
		t->out = fdopen(dup(STDOUT_FILENO), "w");
		t->in = fdopen(dup(STDIN_FILENO), "r");
	}
	if (!t->out || !t->in)
		return err_errno(err, RC_IO, "cannot open the terminal");
	if (!t->nowhere && tcgetattr(fileno(t->out), &restore.saved) != 0)
		return err_errno(err, RC_IO, "cannot read the terminal's modes");
	return RC_OK;
}

static enum rc choose(struct terminal *t, struct err *err)
{
	bool built_in;
	const char *wanted = getenv("TERM");
	const char *asked = wanted && *wanted ? wanted : NULL;
	if (!t->nowhere && known_but_dumb(asked, fileno(t->out)))
		return err_set(err, RC_USAGE, "this terminal (TERM=%s) cannot "
			       "place its cursor; 'muster --linear' asks and "
			       "answers in lines, 'muster model list' and the "
			       "other commands print them", asked);
	char *before = xstrdup_or_null(getenv("TERMINFO"));
	const char *type = find_type(asked, fileno(t->out), &built_in);
	t->type = xstrdup(type);
	if (!asked || strcmp(type, asked) != 0)
		t->note = xasprintf("TERM %s is unknown here; using %s. Set "
				    "TERM to silence this.",
				    asked ? asked : "(unset)", type);
	t->screen = newterm(t->type, t->out, t->in);
	if (built_in && before)
		setenv("TERMINFO", before, 1);
	else if (built_in)
		unsetenv("TERMINFO");
	free(before);
	if (!t->screen)
		return err_set(err, RC_FAILED, "cannot start the terminal as "
			       "'%s'; set TERM to one that terminfo knows",
			       t->type);
	return RC_OK;
}

enum rc term_open(const struct term_options *options, struct terminal **out,
		  struct err *err)
{
	struct terminal *t = XNEW(struct terminal);
	t->nowhere = options->nowhere;
	t->utf8 = !options->ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
	enum rc rc = open_files(t, err);
	if (rc == RC_OK)
		rc = choose(t, err);
	if (rc != RC_OK) {
		term_close(t);
		return rc;
	}
	start_curses(t, options);
	err_on_fatal(term_restore_raw);
	*out = t;
	return RC_OK;
}

static void leave(struct terminal *t)
{
	if (t->mouse)
		term_write(t, MOUSE_OFF, sizeof(MOUSE_OFF) - 1);
	if (t->pastes)
		term_write(t, PASTE_OFF, sizeof(PASTE_OFF) - 1);
	endwin();
	fflush(t->out);
}

void term_close(struct terminal *t)
{
	if (!t)
		return;
	if (t->screen) {
		if (restore.on || t->nowhere)
			leave(t);
		restore.on = 0;
		delscreen(t->screen);
	}
	err_on_fatal(NULL);
	if (t->out)
		fclose(t->out);
	if (t->in)
		fclose(t->in);
	free(t->type);
	free(t->note);
	free(t);
}

void term_suspend(struct terminal *t)
{
	def_prog_mode();
	leave(t);
	restore.on = 0;
}

void term_resume(struct terminal *t)
{
	reset_prog_mode();
	modes(t);
	if (t->mouse)
		term_write(t, MOUSE_ON, sizeof(MOUSE_ON) - 1);
	restore.on = !t->nowhere;
	clearok(curscr, TRUE);
}

const char *term_type(const struct terminal *t)
{
	return t->type;
}

const char *term_note(const struct terminal *t)
{
	return t->note;
}

bool term_is_utf8(const struct terminal *t)
{
	return t->utf8;
}

bool term_has_colour(const struct terminal *t)
{
	return t->colour;
}

bool term_is_slow(const struct terminal *t)
{
	return !t->nowhere && baudrate() > 0 && baudrate() < 38400;
}

int term_fd(const struct terminal *t)
{
	return t->nowhere ? -1 : fileno(t->in);
}

static int from_env(const char *name, int fallback)
{
	const char *text = getenv(name);
	int64_t n;
	if (!text || !decimal_read_i64(text, strlen(text), &n) || n < 1 ||
	    n > 1000)
		return fallback;
	return (int)n;
}

void term_size(struct terminal *t, int *w, int *h)
{
	struct winsize ws = { 0 };
	if (t->nowhere || ioctl(fileno(t->out), TIOCGWINSZ, &ws) != 0 ||
	    !ws.ws_col || !ws.ws_row) {
		ws.ws_col = (unsigned short)from_env("COLUMNS", 80);
		ws.ws_row = (unsigned short)from_env("LINES", 24);
	}
	*w = ws.ws_col > 1000 ? 1000 : ws.ws_col;
	*h = ws.ws_row > 1000 ? 1000 : ws.ws_row;
	resizeterm(*h, *w);
}

void term_define_keys(struct terminal *t, struct keys *keys)
{
	static const struct {
		const char *cap;
		uint32_t key;
	} caps[] = {
		{ "kcuu1", TK_UP }, { "kcud1", TK_DOWN },
		{ "kcub1", TK_LEFT }, { "kcuf1", TK_RIGHT },
		{ "khome", TK_HOME }, { "kend", TK_END },
		{ "kpp", TK_PGUP }, { "knp", TK_PGDN },
		{ "kich1", TK_INSERT }, { "kdch1", TK_DELETE },
		{ "kcbt", TK_BACKTAB }, { "kf1", TK_F1 }, { "kf2", TK_F2 },
		{ "kf3", TK_F3 }, { "kf4", TK_F4 }, { "kf5", TK_F5 },
		{ "kf6", TK_F6 }, { "kf7", TK_F7 }, { "kf8", TK_F8 },
		{ "kf9", TK_F9 }, { "kf10", TK_F10 }, { "kf11", TK_F11 },
		{ "kf12", TK_F12 },
	};
	(void)t;
	for (size_t i = 0; i < COUNT(caps); i++) {
		const char *bytes = tigetstr(caps[i].cap);
		if (bytes && bytes != (char *)-1)
			keys_define(keys, bytes, caps[i].key);
	}
}

void term_mouse(struct terminal *t, bool on)
{
	t->mouse = on;
	if (on)
		term_write(t, MOUSE_ON, sizeof(MOUSE_ON) - 1);
	else
		term_write(t, MOUSE_OFF, sizeof(MOUSE_OFF) - 1);
}

void term_write(struct terminal *t, const void *bytes, size_t n)
{
	if (t->nowhere)
		return;
	fwrite(bytes, 1, n, t->out);
	fflush(t->out);
}
