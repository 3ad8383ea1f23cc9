#include "tests/support/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define MS 1000000ull

struct pty {
	pid_t pid;
	int fd;
	bool ended;
	int status;
	VTerm *vt;
	VTermScreen *screen;
	int w, h;
	struct buf raw;
};

static void new_screen(struct pty *p)
{
	/* libvterm 0.1 crashes on a wide character in a very narrow screen */
	p->vt = vterm_new(p->h < 4 ? 4 : p->h, p->w < 8 ? 8 : p->w);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
}

static void set_env(const char *const *env)
{
	for (; env && *env; env++) {
		const char *equals = strchr(*env, '=');
		if (!equals) {
			unsetenv(*env);
			continue;
		}
		char *name = xmemdupz(*env, (size_t)(equals - *env));
		setenv(name, equals + 1, 1);
		free(name);
	}
}

/* What a shell does for one job in the foreground. */
static void run_as_shell(pid_t job)
{
	char line[64];
	int status;
	signal(SIGTTOU, SIG_IGN);
	for (;;) {
		tcsetpgrp(0, job);
		kill(-job, SIGCONT);
		if (waitpid(job, &status, WUNTRACED) != job)
			_exit(126);
		tcsetpgrp(0, getpgrp());
		if (WIFEXITED(status))
			_exit(WEXITSTATUS(status));
		if (!WIFSTOPPED(status))
			_exit(125);
		if (write(1, "[stopped]", 9) != 9 ||
		    read(0, line, sizeof(line)) <= 0)
			_exit(124);
	}
}

static void run_job(char *const argv[])
{
	pid_t job = fork();
	if (job != 0) {
		setpgid(job, job);
		run_as_shell(job);
	}
	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpid());
	signal(SIGTTOU, SIG_DFL);
	execv(argv[0], argv);
	_exit(127);
}

static struct pty *start(char *const argv[], const char *const *env, int w,
			 int h, bool job)
{
	struct winsize ws = { .ws_row = (unsigned short)h,
			      .ws_col = (unsigned short)w };
	struct pty *p = XNEW(struct pty);
	buf_init(&p->raw);
	p->w = w;
	p->h = h;
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid < 0)
		fatal("cannot make a pseudo-terminal");
	if (p->pid == 0) {
		unsetenv("LINES");
		unsetenv("COLUMNS");
		setenv("TERM", "xterm-256color", 1);
		set_env(env);
		if (job)
			run_job(argv);
		execv(argv[0], argv);
		_exit(127);
	}
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	fcntl(p->fd, F_SETFD, FD_CLOEXEC);
	new_screen(p);
	return p;
}

struct pty *pty_start(char *const argv[], const char *const *env, int w,
		      int h)
{
	return start(argv, env, w, h, false);
}

struct pty *pty_start_job(char *const argv[], const char *const *env, int w,
			  int h)
{
	return start(argv, env, w, h, true);
}

void pty_free(struct pty *p)
{
	if (!p)
		return;
	if (!p->ended) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	if (p->fd >= 0)
		close(p->fd);
	vterm_free(p->vt);
	buf_release(&p->raw);
	free(p);
}

void pty_quit(struct pty *p)
{
	int status;

	pty_send(p, "qqqqq");
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
}

pid_t pty_pid(const struct pty *p)
{
	return p->pid;
}

/* Takes what has come; false when there is nothing (more). *closed: the other
 * end is. */
static bool take(struct pty *p, bool *closed)
{
	char bytes[16384];
	ssize_t n = read(p->fd, bytes, sizeof(bytes));
	*closed = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	if (n <= 0)
		return false;
	buf_add(&p->raw, bytes, (size_t)n);
	vterm_input_write(p->vt, bytes, (size_t)n);
	return true;
}

/* Waits at most ms for something to read and takes it. */
static bool pump(struct pty *p, int ms, bool *closed)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };
	*closed = p->fd < 0;
	if (*closed || poll(&fd, 1, ms) <= 0)
		return false;
	return take(p, closed);
}

void pty_sendn(struct pty *p, const void *bytes, size_t n)
{
	const char *s = bytes;
	bool closed = false;
	while (n && !closed) {
		ssize_t k = write(p->fd, s, n);
		if (k > 0) {
			s += k;
			n -= (size_t)k;
		} else if (k < 0 && errno != EAGAIN && errno != EINTR) {
			return;
		} else {
			pump(p, 10, &closed);
		}
	}
}

void pty_send(struct pty *p, const char *bytes)
{
	pty_sendn(p, bytes, strlen(bytes));
}

void pty_resize(struct pty *p, int w, int h)
{
	struct winsize ws = { .ws_row = (unsigned short)h,
			      .ws_col = (unsigned short)w };
	bool closed = false;
	while (!closed && pump(p, 0, &closed))
		;
	p->w = w;
	p->h = h;
	/* libvterm 0.1 may crash on a change of size; the program repaints */
	vterm_free(p->vt);
	new_screen(p);
	ioctl(p->fd, TIOCSWINSZ, &ws);
}

void pty_hang_up(struct pty *p)
{
	close(p->fd);
	p->fd = -1;
}

static int left_ms(uint64_t end)
{
	uint64_t now = clock_ns();
	return now >= end ? 0 : (int)((end - now) / MS) + 1;
}

static bool wait_for(struct pty *p, const char *text, bool there, unsigned ms)
{
	uint64_t end = clock_ns() + ms * MS;
	bool closed = false;
	for (;;) {
		while (pump(p, 0, &closed))
			;
		if (pty_shows(p, text) == there)
			return true;
		if (closed || !left_ms(end))
			return false;
		pump(p, left_ms(end), &closed);
	}
}

bool pty_wait(struct pty *p, const char *text, unsigned ms)
{
	return wait_for(p, text, true, ms);
}

void pty_must_see(struct pty *p, const char *text)
{
	if (!pty_wait(p, text, PTY_WAIT))
		fail_msg("no '%s' on\n%s", text, pty_screen(p));
}

bool pty_wait_gone(struct pty *p, const char *text, unsigned ms)
{
	return wait_for(p, text, false, ms);
}

void pty_settle(struct pty *p, unsigned quiet_ms)
{
	bool closed = false;
	while (pump(p, (int)quiet_ms, &closed))
		;
}

bool pty_rests(struct pty *p, unsigned quiet_ms)
{
	uint64_t end = clock_ns() + PTY_WAIT * MS;
	while (left_ms(end)) {
		unsigned cpu = pty_cpu_ms(p);
		bool closed = false;
		if (!pump(p, (int)quiet_ms, &closed) && !closed &&
		    pty_cpu_ms(p) <= cpu + 10)
			return true;
		if (closed)
			break;
	}
	return false;
}

bool pty_wait_end(struct pty *p, int *status, unsigned ms)
{
	uint64_t end = clock_ns() + ms * MS;
	bool closed = false;
	while (!p->ended) {
		if (p->fd >= 0 && !closed)
			pump(p, 5, &closed);
		else
			clock_sleep_us(5000);
		p->ended = waitpid(p->pid, &p->status, WNOHANG) == p->pid;
		if (!p->ended && !left_ms(end))
			return false;
	}
	while (p->fd >= 0 && pump(p, 0, &closed))
		;
	*status = p->status;
	return true;
}

static void add_cell(struct buf *out, const VTermScreenCell *cell)
{
	char bytes[4];
	if (!cell->chars[0])
		buf_char(out, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		if (cell->chars[i] != (uint32_t)-1)
			buf_add(out, bytes, utf8_put(cell->chars[i], bytes));
}

static void add_line(struct pty *p, int y, struct buf *out)
{
	size_t start = out->len;
	for (int x = 0; x < p->w;) {
		VTermScreenCell cell;
		VTermPos pos = { .row = y, .col = x };
		if (!vterm_screen_get_cell(p->screen, pos, &cell))
			break;
		add_cell(out, &cell);
		x += cell.width > 0 ? cell.width : 1;
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
}

char *pty_line(struct pty *p, int y)
{
	struct buf out = BUF_INIT;
	add_line(p, y, &out);
	return buf_detach(&out);
}

char *pty_screen(struct pty *p)
{
	struct buf out = BUF_INIT;
	for (int y = 0; y < p->h; y++) {
		add_line(p, y, &out);
		buf_char(&out, '\n');
	}
	return buf_detach(&out);
}

bool pty_shows(struct pty *p, const char *text)
{
	char *screen = pty_screen(p);
	bool found = strstr(screen, text) != NULL;
	free(screen);
	return found;
}

void pty_cursor(struct pty *p, int *x, int *y)
{
	VTermPos pos;
	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &pos);
	*x = pos.col;
	*y = pos.row;
}

const struct buf *pty_raw(const struct pty *p)
{
	return &p->raw;
}

#define CUT SIZE_MAX			/* its end has not come yet */

/* Length of the allowed sequence that starts with ESC at s, 0: not allowed.
 * CSI with the finals that terminfo of xterm, vt100 and linux use, charset
 * choices, keypad modes, save and restore. */
static size_t allowed_sequence(const char *s, size_t n)
{
	if (n < 2)
		return CUT;
	if (strchr("=>78MDEHc", s[1]))
		return 2;
	if (s[1] == '(' || s[1] == ')')
		return n < 3 ? CUT : strchr("B0A", s[2]) ? 3 : 0;
	if (s[1] != '[')
		return 0;
	for (size_t i = 2; i < n && i < 40; i++) {
		if ((s[i] >= '0' && s[i] <= '9') || strchr(";?>!", s[i]))
			continue;
		return strchr("ABCDGHJKLMPSTXZ@bcdfghlmnrt`p", s[i]) ? i + 1
								      : 0;
	}
	return n < 40 ? CUT : 0;
}

static bool invisible(uint32_t cp)
{
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c || cp == 0xfeff ||
	       (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) ||
	       (cp >= 0xe0000 && cp <= 0xe0fff) || cp == UTF8_BAD;
}

/* Length of what stands at s, 0: a terminal would do what it likes, CUT. */
static size_t clean(const char *s, size_t n)
{
	unsigned char lead = (unsigned char)s[0];
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	uint32_t cp;
	size_t length = utf8_decode(s, n, &cp);

	if (cp == 27)
		return allowed_sequence(s, n);
	if (cp == UTF8_BAD && n < want)
		return CUT;
	if (cp < 32 && (!cp || !strchr("\r\n\b\t\016\017", (int)cp)))
		return 0;
	return invisible(cp) ? 0 : length;
}

/* The first byte that is bad or cut; raw->len: none. */
static size_t clean_to(const struct buf *raw, bool *cut)
{
	size_t i = 0, n = 1;

	while (i < raw->len && (n = clean(raw->data + i, raw->len - i)) &&
	       n != CUT)
		i += n;
	*cut = i < raw->len && n == CUT;
	return i;
}

long pty_raw_bad(const struct pty *p)
{
	bool cut;
	size_t i = clean_to(&p->raw, &cut);

	return i == p->raw.len || cut ? -1 : (long)i;
}

void pty_raw_clear(struct pty *p)
{
	bool cut;
	size_t i = clean_to(&p->raw, &cut);

	buf_remove(&p->raw, 0, cut ? i : p->raw.len);
}

bool pty_wait_raw(struct pty *p, const char *bytes)
{
	uint64_t end = clock_ns() + PTY_WAIT * MS;
	bool closed = false;

	while (!memmem(p->raw.data, p->raw.len, bytes, strlen(bytes))) {
		if (closed || !left_ms(end))
			return false;
		pump(p, left_ms(end), &closed);
	}
	return true;
}

bool pty_wait_cursor(struct pty *p, int x, int y)
{
	uint64_t end = clock_ns() + PTY_WAIT * MS;
	bool closed = false;
	int x_now, y_now;

	for (;;) {
		pty_cursor(p, &x_now, &y_now);
		if (x_now == x && y_now == y)
			return true;
		if (closed || !left_ms(end))
			return false;
		pump(p, left_ms(end), &closed);
	}
}

void pty_modes(const struct pty *p, struct termios *out)
{
	memset(out, 0, sizeof(*out));
	tcgetattr(p->fd, out);
}

unsigned pty_cpu_ms(const struct pty *p)
{
	char path[64];
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	int64_t ticks = 0, one;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->pid);
	if (fsx_read(path, 4096, &text, &err) == RC_OK) {
		const char *s = strrchr(text.data, ')');
		/* fields 14 and 15: user and system time */
		for (int field = 2; s && field <= 14; field++) {
			s = strchr(s, ' ');
			s = s ? s + 1 : NULL;
			if (s && field >= 13 &&
			    decimal_read_i64(s, strcspn(s, " "), &one))
				ticks += one;
		}
	}
	buf_release(&text);
	return (unsigned)(ticks * 1000 / sysconf(_SC_CLK_TCK));
}

static size_t locks_of(pid_t pid)
{
	FILE *in = fopen("/proc/locks", "r");
	char line[256];
	size_t n = 0;
	while (in && fgets(line, sizeof(line), in)) {
		int owner = 0;
		if (sscanf(line, "%*s %*s %*s %*s %d", &owner) == 1)
			n += owner == (int)pid;
	}
	if (in)
		fclose(in);
	return n;
}

bool pty_holds_no_lock(const struct pty *p)
{
	uint64_t end = clock_ns() + PTY_WAIT * MS;
	while (locks_of(p->pid) && left_ms(end))
		clock_sleep_us(5000);
	return !locks_of(p->pid);
}
